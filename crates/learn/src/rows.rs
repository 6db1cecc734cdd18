//! Vectors of products, row by row, and what they make with one shopper's vector. Products of whole
//! numbers are exact, so every machine gives the same.

use std::ops::Range;

use fearless_simd::{Level, dispatch};

use crate::vectors::DIMENSIONS;

/// What is added to each number, so that none is negative.
pub(crate) const OFFSET: i32 = 128;

/// Vectors by row.
#[derive(Debug, Clone)]
pub(crate) struct Rows(Vec<Row>);

/// One vector.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Row([u8; DIMENSIONS]);

impl Rows {
    /// None yet, with room for so many.
    pub(crate) fn with_capacity(rows: usize) -> Self {
        Self(Vec::with_capacity(rows))
    }

    /// Adds the vector of the next row: numbers from −127 to 127.
    pub(crate) fn push(&mut self, vector: &[i8; DIMENSIONS]) {
        let row = vector.map(|value| (i32::from(value) + OFFSET) as u8);
        self.0.push(Row(row));
    }

    /// One number of one vector.
    pub(crate) fn value(&self, row: usize, dimension: usize) -> i8 {
        (i32::from(self.0[row].0[dimension]) - OFFSET) as i8
    }

    /// The dot products of a run of vectors with another, as many as `dots`.
    pub(crate) fn dots(
        &self,
        level: Level,
        rows: Range<usize>,
        likes: &[i8; DIMENSIONS],
        dots: &mut [i32],
    ) {
        let (rows, excess) = (&self.0[rows], excess(likes));
        #[cfg(target_arch = "x86_64")]
        if let Some(avx512) = level.as_avx512() {
            return by_sixteens(avx512, rows, likes, excess, dots);
        }
        dispatch!(level, _simd => one_by_one(rows.iter(), likes, excess, dots));
    }

    /// The same of some rows, in any order.
    pub(crate) fn dots_of(
        &self,
        level: Level,
        rows: &[u32],
        likes: &[i8; DIMENSIONS],
        dots: &mut [i32],
    ) {
        let excess = excess(likes);
        #[cfg(target_arch = "x86_64")]
        if let Some(avx512) = level.as_avx512() {
            return by_rows(avx512, (&self.0, rows), likes, excess, dots);
        }
        dispatch!(level, _simd => {
            let rows = rows.iter().map(|row| &self.0[*row as usize]);
            one_by_one(rows, likes, excess, dots);
        });
    }
}

/// What [`OFFSET`] adds to a dot product.
pub(crate) fn excess(likes: &[i8; DIMENSIONS]) -> i32 {
    OFFSET * likes.iter().map(|value| i32::from(*value)).sum::<i32>()
}

#[inline(always)]
fn one_by_one<'r>(
    rows: impl Iterator<Item = &'r Row>,
    likes: &[i8; DIMENSIONS],
    excess: i32,
    dots: &mut [i32],
) {
    for (row, dot) in rows.zip(dots) {
        let pairs = row.0.iter().zip(likes);
        let products = pairs.map(|(a, b)| i32::from(*a) * i32::from(*b));
        *dot = products.sum::<i32>() - excess;
    }
}

#[cfg(target_arch = "x86_64")]
fearless_simd::kernel!(
    #[inline]
    fn by_rows(
        avx512: Avx512,
        from: (&[Row], &[u32]),
        likes: &[i8; DIMENSIONS],
        excess: i32,
        dots: &mut [i32],
    ) {
        use fearless_simd::{i8x64, prelude::*, u8x64};
        use std::arch::x86_64::{
            _mm512_dpbusd_epi32, _mm512_reduce_add_epi32, _mm512_setzero_si512,
        };

        let (all, rows) = from;
        let likes = i8x64::simd_from(avx512, *likes).into();
        for (row, dot) in rows.iter().zip(dots) {
            let values = u8x64::simd_from(avx512, all[*row as usize].0);
            let sums = _mm512_dpbusd_epi32(_mm512_setzero_si512(), values.into(), likes);
            *dot = _mm512_reduce_add_epi32(sums) - excess;
        }
    }
);

#[cfg(target_arch = "x86_64")]
fearless_simd::kernel!(
    /// Sixteen rows at a time, whose sums are added up together: each step takes two vectors of sums
    /// and gives one, in which sums of both stand side by side.
    #[inline]
    fn by_sixteens(
        avx512: Avx512,
        rows: &[Row],
        likes: &[i8; DIMENSIONS],
        excess: i32,
        dots: &mut [i32],
    ) {
        use fearless_simd::{i8x64, i32x16, prelude::*, u8x64};
        use std::arch::x86_64::{
            __m512i, _mm512_add_epi32, _mm512_dpbusd_epi32, _mm512_reduce_add_epi32,
            _mm512_set1_epi32, _mm512_setzero_si512, _mm512_shuffle_i32x4, _mm512_sub_epi32,
            _mm512_unpackhi_epi32, _mm512_unpackhi_epi64, _mm512_unpacklo_epi32,
            _mm512_unpacklo_epi64,
        };

        let likes: __m512i = i8x64::simd_from(avx512, *likes).into();
        let (sixteens, left) = rows.as_chunks::<16>();
        let (whole, single) = dots.split_at_mut(16 * sixteens.len());
        for (rows, dots) in sixteens.iter().zip(whole.as_chunks_mut::<16>().0) {
            let mut sums = [_mm512_setzero_si512(); 16];
            for (sum, row) in sums.iter_mut().zip(rows) {
                let values = u8x64::simd_from(avx512, row.0);
                *sum = _mm512_dpbusd_epi32(*sum, values.into(), likes);
            }
            let mut eight = [_mm512_setzero_si512(); 8];
            for (sum, [a, b]) in eight.iter_mut().zip(sums.as_chunks::<2>().0) {
                let low = _mm512_unpacklo_epi32(*a, *b);
                *sum = _mm512_add_epi32(low, _mm512_unpackhi_epi32(*a, *b));
            }
            let mut four = [_mm512_setzero_si512(); 4];
            for (sum, [a, b]) in four.iter_mut().zip(eight.as_chunks::<2>().0) {
                let low = _mm512_unpacklo_epi64(*a, *b);
                *sum = _mm512_add_epi32(low, _mm512_unpackhi_epi64(*a, *b));
            }
            let mut two = [_mm512_setzero_si512(); 2];
            for (sum, [a, b]) in two.iter_mut().zip(four.as_chunks::<2>().0) {
                let even = _mm512_shuffle_i32x4::<0x88>(*a, *b);
                *sum = _mm512_add_epi32(even, _mm512_shuffle_i32x4::<0xdd>(*a, *b));
            }
            let [a, b] = two;
            let even = _mm512_shuffle_i32x4::<0x88>(a, b);
            let sum = _mm512_add_epi32(even, _mm512_shuffle_i32x4::<0xdd>(a, b));
            let sum = _mm512_sub_epi32(sum, _mm512_set1_epi32(excess));
            let sum: i32x16<_> = sum.simd_into(avx512);
            *dots = sum.into();
        }
        for (row, dot) in left.iter().zip(single) {
            let values = u8x64::simd_from(avx512, row.0);
            let sums = _mm512_dpbusd_epi32(_mm512_setzero_si512(), values.into(), likes);
            *dot = _mm512_reduce_add_epi32(sums) - excess;
        }
    }
);

#[cfg(test)]
mod tests {
    //! Every kind of vectors gives the dot products that whole numbers make.

    use endcap_testkit::levels;

    use super::*;

    #[test]
    fn every_kind_of_vectors_gives_what_whole_numbers_make() {
        let vector = |seed: i32| {
            std::array::from_fn(|at| ((seed * 7919 + at as i32 * 104_729) % 255 - 127) as i8)
        };
        let mut all = Rows::with_capacity(3);
        (0..100).for_each(|row| all.push(&vector(row)));
        let likes = vector(-5);
        let expected = |row: usize| -> i32 {
            let values = (0..DIMENSIONS).map(|at| i32::from(all.value(row, at)));
            let pairs = values.zip(likes);
            pairs.map(|(value, likes)| value * i32::from(likes)).sum()
        };
        assert_eq!(all.value(3, 9), vector(3)[9]);
        for level in levels() {
            for rows in [0..100, 0..16, 5..37, 99..100, 40..40] {
                let mut dots = vec![9; rows.len()];
                all.dots(level, rows.clone(), &likes, &mut dots);
                assert!(rows.map(expected).eq(dots), "{level:?}");
            }
            let rows = [99, 0, 41, 41];
            let mut dots = [9; 4];
            all.dots_of(level, &rows, &likes, &mut dots);
            assert_eq!(dots, rows.map(|row| expected(row as usize)), "{level:?}");
        }
    }
}
