//! Vectors of products, laid out so that vectors of many shoppers are multiplied with many of them at
//! once. Products of whole numbers are exact, so every machine gives the same.

use fearless_simd::{Level, dispatch};

use crate::rows::{OFFSET, excess};
use crate::vectors::DIMENSIONS;

/// Vectors of a tile.
pub(crate) const TILE: usize = 16;

/// Numbers of one vector that stand side by side: what an instruction adds up at once.
const QUAD: usize = 4;

const QUADS: usize = DIMENSIONS / QUAD;

/// Sixteen vectors: for each four dimensions, those of vector after vector.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Tile([[u8; TILE * QUAD]; QUADS]);

/// Vectors of products, by tile.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tiles {
    tiles: Vec<Tile>,
    len: usize,
}

impl Tiles {
    /// Adds the vector of the next row: numbers from −127 to 127.
    pub(crate) fn push(&mut self, vector: &[i8; DIMENSIONS]) {
        let at = self.len % TILE;
        if at == 0 {
            self.tiles.push(Tile([[OFFSET as u8; TILE * QUAD]; QUADS]));
        }
        let row = vector.map(|value| (i32::from(value) + OFFSET) as u8);
        if let Some(tile) = self.tiles.last_mut() {
            for (quad, values) in tile.0.iter_mut().zip(row.chunks(QUAD)) {
                quad[at * QUAD..][..QUAD].copy_from_slice(values);
            }
        }
        self.len += 1;
    }

    /// One number of one vector.
    pub(crate) fn value(&self, row: usize, dimension: usize) -> i8 {
        let quad = &self.tiles[row / TILE].0[dimension / QUAD];
        (i32::from(quad[row % TILE * QUAD + dimension % QUAD]) - OFFSET) as i8
    }

    /// The dot products of all vectors of some tiles with another vector, as many as `dots`.
    pub(crate) fn dots(
        &self,
        level: Level,
        first: usize,
        likes: &[i8; DIMENSIONS],
        dots: &mut [[i32; TILE]],
    ) {
        let tiles = &self.tiles[first..first + dots.len()];
        let excess = excess(likes);
        #[cfg(target_arch = "x86_64")]
        if let Some(avx512) = level.as_avx512() {
            let quads = std::array::from_fn(|quad| {
                i32::from_le_bytes(std::array::from_fn(|at| likes[quad * QUAD + at] as u8))
            });
            return by_quads(avx512, tiles, &quads, excess, dots);
        }
        dispatch!(level, _simd => by_pairs(tiles, likes, excess, dots));
    }
}

#[inline(always)]
fn by_pairs(tiles: &[Tile], likes: &[i8; DIMENSIONS], excess: i32, dots: &mut [[i32; TILE]]) {
    let likes = likes.map(i16::from);
    for (tile, dots) in tiles.iter().zip(dots) {
        let mut sums = [-excess; TILE];
        for (quad, likes) in tile.0.iter().zip(likes.chunks_exact(QUAD)) {
            for (sum, values) in sums.iter_mut().zip(quad.chunks_exact(QUAD)) {
                let product = |at: usize| i32::from(i16::from(values[at])) * i32::from(likes[at]);
                *sum += (product(0) + product(1)) + (product(2) + product(3));
            }
        }
        *dots = sums;
    }
}

#[cfg(target_arch = "x86_64")]
fearless_simd::kernel!(
    #[inline]
    fn by_quads(
        avx512: Avx512,
        tiles: &[Tile],
        likes: &[i32; QUADS],
        excess: i32,
        dots: &mut [[i32; TILE]],
    ) {
        use fearless_simd::{i32x16, prelude::*, u8x64};
        use std::arch::x86_64::{_mm512_add_epi32, _mm512_dpbusd_epi32, _mm512_set1_epi32};

        let likes = likes.map(|quad| _mm512_set1_epi32(quad));
        for (tile, dots) in tiles.iter().zip(dots) {
            // Two sums side by side: each waits for its last addition, so that one alone would
            // leave the processor idle.
            let mut sums = [_mm512_set1_epi32(-excess), _mm512_set1_epi32(0)];
            for (pair, likes) in tile.0.chunks_exact(2).zip(likes.chunks_exact(2)) {
                for (sum, (quad, likes)) in sums.iter_mut().zip(pair.iter().zip(likes)) {
                    let values = u8x64::simd_from(avx512, *quad);
                    *sum = _mm512_dpbusd_epi32(*sum, values.into(), *likes);
                }
            }
            let sums: i32x16<_> = _mm512_add_epi32(sums[0], sums[1]).simd_into(avx512);
            *dots = sums.into();
        }
    }
);
