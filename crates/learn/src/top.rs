//! The best of all products for many shoppers at once, by vectors alone: what their dot products
//! say, exactly.
//!
//! A group of products stays in the cache while all shoppers of a block are held against it.
//! Single precision says which products may be among the best, with room for all that rounding
//! takes away; those alone are scored in double precision.

use endcap_rules::ones;
use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, f32x16, i32x16};
use rayon::prelude::*;

use crate::tiles::{TILE, Tiles};
use crate::vectors::{DIMENSIONS, Quantised};

/// Tiles of a group: with their scales and biases half of a small cache.
const GROUP: usize = 16;

/// Shoppers that are held against a group before the next one comes: enough that reading a group
/// costs little, and few enough that threads share a thousand of them evenly.
const SHOPPERS: usize = 32;

/// A product among the best of a shopper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// Its place among the products given.
    pub row: u32,
    /// The dot product of both vectors, and the product's bias.
    pub score: f64,
}

impl Scored {
    /// The higher score first, and the lower row of equals.
    fn before(&self, other: &Self) -> std::cmp::Ordering {
        let by_score = other.score.total_cmp(&self.score);
        by_score.then(self.row.cmp(&other.row))
    }
}

/// Products by their vectors, to find the best of.
#[derive(Debug, Clone)]
pub struct ItemVectors {
    items: Tiles,
    /// By row; both are filled up to whole tiles with products that nothing can like.
    scales: Vec<f32>,
    biases: Vec<f32>,
    len: usize,
    /// The longest vector, and the largest bias, whatever its sign.
    most: [f32; 2],
    level: Level,
}

impl ItemVectors {
    /// Products in the order of their rows, each with its bias: its score for a shopper whose
    /// vector is zero.
    #[must_use]
    pub fn new(items: impl IntoIterator<Item = (Quantised, f32)>) -> Self {
        let mut all = Self {
            items: Tiles::default(),
            scales: Vec::new(),
            biases: Vec::new(),
            len: 0,
            most: [0.0; 2],
            level: Level::new(),
        };
        for (vector, bias) in items {
            let (scale, bias) = (bounded(vector.scale), bounded(bias));
            all.items.push(&vector.values);
            all.scales.push(scale);
            all.biases.push(bias);
            all.most[0] = all.most[0].max(scale.abs() * vector.length());
            all.most[1] = all.most[1].max(bias.abs());
        }
        all.len = all.scales.len();
        let whole = all.len.next_multiple_of(TILE);
        all.scales.resize(whole, 0.0);
        all.biases.resize(whole, f32::NEG_INFINITY);
        all
    }

    /// The same, computed with certain vectors of the machine.
    #[must_use]
    pub fn on(self, level: Level) -> Self {
        Self { level, ..self }
    }

    /// How many products there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The `most` best products of each shopper, the best first, on the threads of the current
    /// rayon pool. No score matrix is ever held: a shopper takes room for four times `most`.
    #[must_use]
    pub fn top(&self, shoppers: &[Quantised], most: usize) -> Vec<Vec<Scored>> {
        let blocks = shoppers.par_chunks(SHOPPERS).with_max_len(1);
        let found = blocks.flat_map_iter(|block| self.top_of_block(block, most));
        found.collect()
    }

    /// The same for one shopper in the plainest way: all products scored in double precision,
    /// number by number, and sorted.
    #[must_use]
    pub fn top_plainly(&self, shopper: &Quantised, most: usize) -> Vec<Scored> {
        let scored = (0..self.len).map(|row| {
            let value = |dimension| f64::from(self.items.value(row, dimension));
            let likes = shopper.values.iter().enumerate();
            let dot = likes.map(|(at, likes)| value(at) * f64::from(*likes));
            self.scored(row, dot.sum(), bounded(shopper.scale))
        });
        let mut scored: Vec<Scored> = scored.collect();
        scored.sort_by(Scored::before);
        scored.truncate(most);
        scored
    }

    fn scored(&self, row: usize, dot: f64, scale: f32) -> Scored {
        let step = f64::from(scale) * f64::from(self.scales[row]);
        Scored {
            row: row as u32,
            score: f64::from(self.biases[row]) + dot * step,
        }
    }

    fn top_of_block(&self, shoppers: &[Quantised], most: usize) -> Vec<Vec<Scored>> {
        let mut seekers: Vec<Seeker> = shoppers
            .iter()
            .map(|shopper| Seeker::new(self, shopper, most))
            .collect();
        let mut dots = [[0; TILE]; GROUP];
        let tiles = if most == 0 {
            0
        } else {
            self.scales.len() / TILE
        };
        for first in (0..tiles).step_by(GROUP) {
            let dots = &mut dots[..GROUP.min(tiles - first)];
            for seeker in &mut seekers {
                self.items.dots(self.level, first, &seeker.likes, dots);
                dispatch!(self.level, simd => seeker.sift(simd, self, first, dots));
            }
        }
        seekers.into_iter().map(Seeker::finish).collect()
    }
}

/// A number of which products are finite; one that is none becomes 0.
fn bounded(value: f32) -> f32 {
    if value.is_nan() {
        0.0
    } else {
        value.clamp(-1e15, 1e15)
    }
}

/// A shopper, and what it has found so far.
struct Seeker {
    likes: [i8; DIMENSIONS],
    scale: f32,
    most: usize,
    /// What may be among the best, and was not passed by `most` others yet.
    found: Vec<Scored>,
    /// By so much an estimate may be below the score.
    off_by: f32,
    /// Whatever is estimated at no more is none of the best.
    least: f32,
}

impl Seeker {
    fn new(items: &ItemVectors, shopper: &Quantised, most: usize) -> Self {
        let scale = bounded(shopper.scale);
        // By Cauchy and Schwarz. An estimate is made of two products and a sum, each rounded once;
        // and twice that, for the bounds are rounded as well.
        let [longest, bias] = items.most;
        let product = longest * scale.abs() * shopper.length();
        Self {
            likes: shopper.values,
            scale,
            most,
            found: Vec::new(),
            off_by: 2.0 * f32::EPSILON * (bias + 3.0 * product),
            least: f32::NEG_INFINITY,
        }
    }

    /// Looks for the best among the products of some tiles.
    #[inline(always)]
    fn sift<S: Simd>(&mut self, simd: S, items: &ItemVectors, first: usize, dots: &[[i32; TILE]]) {
        let rows = first * TILE..(first + dots.len()) * TILE;
        let scales = items.scales[rows.clone()].chunks_exact(TILE);
        let biases = items.biases[rows].chunks_exact(TILE);
        let scale = f32x16::splat(simd, self.scale);
        let mut least = f32x16::splat(simd, self.least);
        for (tile, (dots, (scales, biases))) in dots.iter().zip(scales.zip(biases)).enumerate() {
            let whole: i32x16<S> = (*dots).simd_into(simd);
            let steps = f32x16::from_slice(simd, scales) * scale;
            let estimates =
                whole.to_float::<f32x16<S>>() * steps + f32x16::from_slice(simd, biases);
            let may_be = estimates.simd_gt(least);
            if may_be.any_true() {
                self.take(items, (first + tile) * TILE, dots, may_be.to_bitmask());
                least = f32x16::splat(simd, self.least);
            }
        }
    }

    /// Takes the products of a tile whose bits are set.
    #[inline(never)]
    fn take(&mut self, items: &ItemVectors, start: usize, dots: &[i32; TILE], bits: u64) {
        for at in ones(bits) {
            let dot = f64::from(dots[at]);
            self.found.push(items.scored(start + at, dot, self.scale));
        }
        if self.found.len() >= 4 * self.most {
            self.cut();
        }
    }

    /// Leaves out what cannot be among the best any more.
    fn cut(&mut self) {
        if self.found.len() > self.most {
            let last = self.most - 1;
            self.found.select_nth_unstable_by(last, Scored::before);
            self.found.truncate(self.most);
            self.least = (self.found[last].score as f32).next_down() - self.off_by;
            self.least = self.least.next_down();
        }
    }

    fn finish(mut self) -> Vec<Scored> {
        self.cut();
        self.found.sort_unstable_by(Scored::before);
        // Room to look for them is not kept.
        self.found.shrink_to_fit();
        self.found
    }
}

#[cfg(test)]
mod tests {
    //! 1. The best are those of a plain full sort, on every kind of vectors, whatever is asked.
    //! 2. Equals come by row.
    //! 3. Any number of threads finds the same.
    //! 4. Numbers that are none, or too large, hide nothing.

    use endcap_testkit::levels;

    use super::*;
    use crate::vectors::tests::numbers;

    /// Products of which many score alike, more than a group and no whole tiles.
    fn items(count: u32) -> ItemVectors {
        ItemVectors::new((0..count).map(|row| {
            let vector = Quantised::new(&numbers(row % 500 + 1));
            (vector, (row % 7) as f32 / 5.0 - 1.0)
        }))
    }

    fn shoppers(count: u32) -> Vec<Quantised> {
        let nobody = Quantised::new(&[0.0; DIMENSIONS]);
        let shoppers = (0..count).map(|shopper| Quantised::new(&numbers(shopper * 77 + 12_345)));
        shoppers.chain([nobody]).collect()
    }

    #[test]
    fn the_best_are_those_of_a_plain_sort_on_every_kind_of_vectors() {
        let shoppers = shoppers(150);
        for level in levels() {
            for count in [0, 1, 15, 16, 17, 255, 256, 257, 2_003] {
                let items = items(count).on(level);
                for most in [0, 1, 24, 100, 3_000] {
                    let top = items.top(&shoppers, most);
                    assert_eq!(top.len(), shoppers.len());
                    for (shopper, top) in shoppers.iter().zip(top) {
                        let plain = items.top_plainly(shopper, most);
                        assert_eq!(top, plain, "{level:?}, {count} products, best {most}");
                    }
                }
            }
        }
    }

    #[test]
    fn equals_come_by_row() {
        let alike = (0..1_000).map(|_| (Quantised::new(&[1.0; DIMENSIONS]), 0.5));
        let top = ItemVectors::new(alike).top(&shoppers(1), 24);
        for best in top {
            let rows: Vec<u32> = best.iter().map(|scored| scored.row).collect();
            assert_eq!(rows, (0..24).collect::<Vec<u32>>());
        }
    }

    #[test]
    fn any_number_of_threads_finds_the_same() {
        let (items, shoppers) = (items(1_000), shoppers(300));
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            pool.build().unwrap().install(|| items.top(&shoppers, 24))
        };
        assert_eq!(on(1), on(3));
    }

    #[test]
    fn numbers_that_are_none_or_too_large_hide_nothing() {
        let vector = |scale| Quantised {
            scale,
            ..Quantised::new(&numbers(3))
        };
        let odd = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, 1.0];
        let items = || odd.into_iter().cycle().take(100);
        let items = ItemVectors::new(items().zip(items().skip(2)).map(|(s, b)| (vector(s), b)));
        for scale in odd {
            let shopper = vector(scale);
            let top = &items.top(&[shopper], 24)[0];
            assert_eq!(*top, items.top_plainly(&shopper, 24));
            assert!(top.len() == 24 && top.iter().all(|scored| scored.score.is_finite()));
        }
    }
}
