//! A model that is served from vectors: a product and a shopper fit as far as their vectors
//! point the same way.
//!
//! Vectors are quantised to whole numbers from −127 to 127, so that a dot product is exact and
//! the same on every machine. What a shopper bought before is added on top, product by product.

use std::collections::HashMap;
use std::ops::Range;

use endcap_engine::Model;
use fearless_simd::{Level, dispatch};

use crate::kept::among;
use crate::logistic::{Logistic, ROUGH, probability, roughly};
use crate::tiles::{TILE, Tiles};

/// Numbers of a vector.
pub const DIMENSIONS: usize = 64;

/// The least base rate: below it, single precision cannot tell probabilities apart.
const LEAST_RATE: f64 = 1e-9;

/// Tiles of products predicted together.
const BLOCK: usize = 16;

/// Products predicted together where only some are asked for.
const FEW: usize = 16;

/// More than what is lost of a length, or of a probability, as a share of it.
const SLACK: f64 = 1e-5;

/// A vector in whole numbers; times `scale` it is the vector meant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantised {
    /// −127..=127.
    pub values: [i8; DIMENSIONS],
    /// What one step is worth.
    pub scale: f32,
}

impl Quantised {
    /// The nearest vector of whole numbers, the largest of them 127; zeros for a vector that is
    /// zero or has a number that is not finite.
    #[must_use]
    pub fn new(vector: &[f32; DIMENSIONS]) -> Self {
        let largest = vector
            .iter()
            .fold(0.0_f32, |most, value| most.max(value.abs()));
        let is_finite = vector.iter().all(|value| value.is_finite());
        if largest < f32::MIN_POSITIVE || !is_finite {
            return Self {
                values: [0; DIMENSIONS],
                scale: 0.0,
            };
        }
        Self {
            values: vector.map(|value| (value / largest * 127.0).round() as i8),
            scale: largest / 127.0,
        }
    }

    /// How long the vector of whole numbers is.
    pub(crate) fn length(&self) -> f32 {
        let squares = self.values.iter().map(|value| i32::from(*value).pow(2));
        (squares.sum::<i32>() as f32).sqrt()
    }
}

/// One shopper, as a model knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ShopperVector {
    /// Its id.
    pub id: Box<str>,
    /// What it likes.
    pub vector: Quantised,
    /// Rows that it bought before, ascending, each with the probability in 0..1 that it does so
    /// again whatever the vectors say.
    pub own: Vec<(u32, f32)>,
}

/// Vectors of products and shoppers, and how a probability is made of them.
#[derive(Debug, Clone)]
pub struct VectorModel {
    /// By row.
    items: Tiles,
    /// By row: what one step of a dot product with a vector of scale 1 adds to the logit.
    scales: Vec<f32>,
    /// By row: the logit for a shopper nobody knows.
    biases: Vec<f32>,
    popularity: Vec<f64>,
    by_id: HashMap<Box<str>, u32>,
    shoppers: Vec<Quantised>,
    /// Where the purchases of each shopper begin; one more than there are shoppers.
    starts: Vec<u32>,
    own: Vec<(u32, f32)>,
    base_rate: f64,
    /// By row: what no shopper's relevance and purchase are above, but for what was bought before.
    most_relevance: Vec<f32>,
    most_purchase: Vec<f32>,
    /// The largest logit that a bias, and a product of two vectors, makes.
    most: [f32; 2],
    level: Level,
}

/// What is known of one product.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemVector {
    /// What it is like.
    pub vector: Quantised,
    /// Its score for a shopper nobody knows.
    pub bias: f32,
    /// 0..1.
    pub popularity: f64,
}

impl VectorModel {
    /// A model of products, one a row of the retailer, and shoppers. A shopper's score of a
    /// product is the dot product of the two vectors and the product's bias; `logistic` makes it a
    /// probability of purchase, and `base_rate` > 0 is the probability whose relevance is 0.5.
    #[must_use]
    pub fn new(
        items: impl IntoIterator<Item = ItemVector>,
        shoppers: impl IntoIterator<Item = ShopperVector>,
        logistic: Logistic,
        base_rate: f64,
    ) -> Self {
        let mut model = Self {
            items: Tiles::default(),
            scales: Vec::new(),
            biases: Vec::new(),
            popularity: Vec::new(),
            by_id: HashMap::new(),
            shoppers: Vec::new(),
            starts: vec![0],
            own: Vec::new(),
            base_rate: base_rate.max(LEAST_RATE),
            most_relevance: Vec::new(),
            most_purchase: Vec::new(),
            most: [0.0; 2],
            level: Level::new(),
        };
        // By Cauchy and Schwarz, no product of two vectors is larger than that of their lengths.
        let mut longest = [0.0_f32; 2];
        let mut lengths = Vec::new();
        for item in items {
            let scale = finite(logistic.slope * f64::from(item.vector.scale));
            let bias = finite(logistic.slope * f64::from(item.bias) + logistic.offset);
            let length = scale.abs() * item.vector.length();
            longest[0] = longest[0].max(length);
            lengths.push(length);
            model.most[0] = model.most[0].max(bias.abs());
            model.items.push(&item.vector.values);
            model.scales.push(scale);
            model.biases.push(bias);
            model.popularity.push(item.popularity);
        }
        for shopper in shoppers {
            let vector = shopper.vector;
            longest[1] = longest[1].max(vector.scale.abs() * vector.length());
            model.by_id.insert(shopper.id, model.shoppers.len() as u32);
            model.shoppers.push(vector);
            model.own.extend(shopper.own);
            model.starts.push(model.own.len() as u32);
        }
        model.most[1] = longest[0] * longest[1];
        for (bias, length) in model.biases.iter().zip(lengths) {
            let (bias, dot) = (f64::from(*bias), f64::from(length) * f64::from(longest[1]));
            // What single precision may have lost of the lengths, and polynomials of the rest.
            let purchase = probability(bias + dot + SLACK * dot) * (1.0 + SLACK);
            let relevance = purchase / (purchase + model.base_rate);
            model.most_purchase.push((purchase as f32).next_up());
            model.most_relevance.push((relevance as f32).next_up());
        }
        model
    }

    /// The same, computed with certain vectors of the machine.
    #[must_use]
    pub fn on(self, level: Level) -> Self {
        Self { level, ..self }
    }

    /// The same model, read product by product in double precision.
    #[must_use]
    pub fn plainly(&self) -> PlainVectors<'_> {
        PlainVectors { model: self }
    }

    fn plain(&self, shopper: Option<u32>, row: usize) -> (f64, f64) {
        let mut logit = f64::from(self.biases[row]);
        let mut again = None;
        if let Some((own, likes)) = self.known(shopper) {
            let value = |dimension| f64::from(self.items.value(row, dimension));
            let pairs = likes.values.iter().enumerate();
            let dot: f64 = pairs.map(|(at, likes)| value(at) * f64::from(*likes)).sum();
            logit += dot * (f64::from(likes.scale) * f64::from(self.scales[row]));
            again = own.iter().find(|(bought, _)| *bought as usize == row);
        }
        let mut purchase = probability(logit);
        if let Some((_, again)) = again {
            purchase += f64::from(*again) * (1.0 - purchase);
        }
        (purchase / (purchase + self.base_rate), purchase)
    }

    /// A shopper's purchases and vector; nothing of one it does not have.
    fn known(&self, shopper: Option<u32>) -> Option<(&[(u32, f32)], &Quantised)> {
        let shopper = shopper? as usize;
        let likes = self.shoppers.get(shopper)?;
        let own = self.starts[shopper] as usize..self.starts[shopper + 1] as usize;
        Some((&self.own[own], likes))
    }

    /// Answers for some rows a block at a time: `answer` takes the biases, scales and dot products
    /// of a block, and where relevance and purchase go.
    fn by_block<T>(
        &self,
        (likes, rows): (&Quantised, &Range<usize>),
        (relevance, purchase): (&mut [T], &mut [T]),
        mut answer: impl FnMut((&[f32], &[f32], &[i32]), &mut [T], &mut [T]),
    ) {
        let mut dots = [[0; TILE]; BLOCK];
        let tiles = rows.start / TILE..rows.end.div_ceil(TILE);
        for first in tiles.clone().step_by(BLOCK) {
            let dots = &mut dots[..BLOCK.min(tiles.end - first)];
            self.items.dots(self.level, first, &likes.values, dots);
            let start = first * TILE;
            let block = rows.start.max(start)..rows.end.min(start + BLOCK * TILE);
            let dots = &dots.as_flattened()[block.start - start..block.end - start];
            let answers = block.start - rows.start..block.end - rows.start;
            let columns = (&self.biases[block.clone()], &self.scales[block], dots);
            answer(
                columns,
                &mut relevance[answers.clone()],
                &mut purchase[answers],
            );
        }
    }
}

/// A number that single precision holds; one that is none becomes 0.
fn finite(value: f64) -> f32 {
    let limit = f64::from(f32::MAX).sqrt();
    if value.is_nan() {
        0.0
    } else {
        value.clamp(-limit, limit) as f32
    }
}

#[inline(always)]
fn predict_block(
    (base_rate, scale): (f64, f64),
    columns: (&[f32], &[f32], &[i32]),
    relevance: &mut [f64],
    purchase: &mut [f64],
) {
    let (biases, scales, dots) = columns;
    let products = dots.iter().zip(scales.iter().zip(biases));
    let answers = relevance.iter_mut().zip(purchase);
    for ((relevance, purchase), (dot, (of_item, bias))) in answers.zip(products) {
        let logit = f64::from(*bias) + f64::from(*dot) * (scale * f64::from(*of_item));
        *purchase = probability(logit);
        *relevance = *purchase / (*purchase + base_rate);
    }
}

#[inline(always)]
fn estimate_block(
    (base_rate, scale): (f32, f32),
    columns: (&[f32], &[f32], &[i32]),
    relevance: &mut [f32],
    purchase: &mut [f32],
) {
    let (biases, scales, dots) = columns;
    let products = dots.iter().zip(scales.iter().zip(biases));
    let answers = relevance.iter_mut().zip(purchase);
    for ((relevance, purchase), (dot, (of_item, bias))) in answers.zip(products) {
        // With p = 1 / a and p / (p + b) = 1 / (1 + a b), one division serves both.
        let a = 1.0 + roughly(-(bias + *dot as f32 * (scale * of_item)));
        let other = 1.0 + a * base_rate;
        let both = 1.0 / (a * other);
        *purchase = both * other;
        *relevance = both * a;
    }
}

impl Model for VectorModel {
    fn popularity(&self) -> &[f64] {
        &self.popularity
    }

    fn shopper(&self, id: &str) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    fn predict(
        &self,
        shopper: Option<u32>,
        rows: Range<usize>,
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        let (own, likes) = self.known(shopper).unwrap_or((&[], &NOBODY));
        let given = (self.base_rate, f64::from(likes.scale));
        let answers = (&mut *relevance, &mut *purchase);
        self.by_block((likes, &rows), answers, |columns, relevance, purchase| {
            dispatch!(self.level, _simd => predict_block(given, columns, relevance, purchase));
        });
        for (row, again) in among(own, &rows) {
            let at = row - rows.start;
            purchase[at] += f64::from(again) * (1.0 - purchase[at]);
            relevance[at] = purchase[at] / (purchase[at] + self.base_rate);
        }
    }

    fn predict_rows(
        &self,
        shopper: Option<u32>,
        rows: &[u32],
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        let (own, likes) = self.known(shopper).unwrap_or((&[], &NOBODY));
        let given = (self.base_rate, f64::from(likes.scale));
        let mut columns = ([0.0; FEW], [0.0; FEW], [0; FEW]);
        let answers = relevance.chunks_mut(FEW).zip(purchase.chunks_mut(FEW));
        for (rows, (relevance, purchase)) in rows.chunks(FEW).zip(answers) {
            let (biases, scales, dots) = &mut columns;
            let (biases, scales) = (&mut biases[..rows.len()], &mut scales[..rows.len()]);
            let dots = &mut dots[..rows.len()];
            self.items.dots_of(self.level, rows, &likes.values, dots);
            for (row, (bias, scale)) in rows.iter().zip(biases.iter_mut().zip(&mut *scales)) {
                *bias = self.biases[*row as usize];
                *scale = self.scales[*row as usize];
            }
            let columns = (&*biases, &*scales, &*dots);
            dispatch!(self.level, _simd => predict_block(given, columns, relevance, purchase));
            for (row, (relevance, purchase)) in rows.iter().zip(relevance.iter_mut().zip(purchase))
            {
                if let Ok(place) = own.binary_search_by_key(row, |(row, _)| *row) {
                    *purchase += f64::from(own[place].1) * (1.0 - *purchase);
                    *relevance = *purchase / (*purchase + self.base_rate);
                }
            }
        }
    }

    fn most(&self, rows: Range<usize>, relevance: &mut [f32], purchase: &mut [f32]) {
        relevance.copy_from_slice(&self.most_relevance[rows.clone()]);
        purchase.copy_from_slice(&self.most_purchase[rows]);
    }

    fn own(&self, shopper: u32) -> Vec<u32> {
        let own = self.known(Some(shopper)).unwrap_or((&[], &NOBODY)).0;
        own.iter().map(|(row, _)| *row).collect()
    }

    fn estimate(
        &self,
        shopper: Option<u32>,
        rows: Range<usize>,
        relevance: &mut [f32],
        purchase: &mut [f32],
    ) {
        let (own, likes) = self.known(shopper).unwrap_or((&[], &NOBODY));
        let given = (self.base_rate as f32, likes.scale);
        let answers = (&mut *relevance, &mut *purchase);
        self.by_block((likes, &rows), answers, |columns, relevance, purchase| {
            dispatch!(self.level, _simd => estimate_block(given, columns, relevance, purchase));
        });
        for (row, _) in among(own, &rows) {
            let (exact_relevance, exact_purchase) = self.predict_one(shopper, row);
            relevance[row - rows.start] = exact_relevance as f32;
            purchase[row - rows.start] = exact_purchase as f32;
        }
    }

    fn off_by(&self) -> f32 {
        // The logit is made of three products and a sum, each rounded once; a probability moves by
        // a quarter of what its logit does at most. Twice that, to be on the safe side.
        let [bias, product] = self.most;
        2.0 * (f32::EPSILON * (bias + 3.0 * product) + ROUGH) / 4.0
    }
}

/// What a shopper that nobody knows likes.
const NOBODY: Quantised = Quantised {
    values: [0; DIMENSIONS],
    scale: 0.0,
};

/// A [`VectorModel`] read in the plainest way; other ways are held against it.
#[derive(Debug, Clone, Copy)]
pub struct PlainVectors<'m> {
    model: &'m VectorModel,
}

impl Model for PlainVectors<'_> {
    fn popularity(&self) -> &[f64] {
        self.model.popularity()
    }

    fn shopper(&self, id: &str) -> Option<u32> {
        self.model.shopper(id)
    }

    fn predict(
        &self,
        shopper: Option<u32>,
        rows: Range<usize>,
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        for (row, (relevance, purchase)) in rows.zip(relevance.iter_mut().zip(purchase)) {
            (*relevance, *purchase) = self.model.plain(shopper, row);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Numbers from −1 to 1 that follow from a seed.
    pub(crate) fn numbers(seed: u32) -> [f32; DIMENSIONS] {
        let mut state = seed;
        std::array::from_fn(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        })
    }

    fn model() -> VectorModel {
        let items = (0..1000_u32).map(|row| ItemVector {
            vector: Quantised::new(&numbers(row + 1)),
            bias: -(row as f32) / 200.0,
            popularity: f64::from(row) / 1000.0,
        });
        let shoppers = (0..3_u32).map(|shopper| ShopperVector {
            id: format!("s{shopper}").into(),
            vector: Quantised::new(&numbers(9999 + shopper)),
            own: vec![(5, 0.5), (255, 0.25), (256, 1.0), (999, 0.125)],
        });
        let logistic = Logistic {
            slope: 1.5,
            offset: -2.0,
        };
        VectorModel::new(items, shoppers, logistic, 0.01)
    }

    /// The kinds of vectors that this machine has.
    #[allow(unused_mut, reason = "what there is depends on the machine")]
    pub(crate) fn levels() -> Vec<Level> {
        let best = Level::new();
        let mut levels = vec![best];
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        levels.extend(
            [
                best.as_sse2().map(Level::Sse2),
                best.as_sse4_2().map(Level::Sse4_2),
                best.as_avx2().map(Level::Avx2),
            ]
            .into_iter()
            .flatten(),
        );
        levels
    }

    #[test]
    fn every_kind_of_vector_gives_the_bits_of_the_plain_reading() {
        for level in levels() {
            let model = model().on(level);
            for shopper in ["s0", "s2", "a stranger"] {
                let shopper = model.shopper(shopper);
                for rows in [0..1000, 1..2, 3..300, 700..1000, 10..10] {
                    let mut relevance = vec![9.0; rows.len()];
                    let mut purchase = vec![9.0; rows.len()];
                    model.predict(shopper, rows.clone(), &mut relevance, &mut purchase);
                    for (at, row) in rows.enumerate() {
                        let got = (relevance[at].to_bits(), purchase[at].to_bits());
                        let (relevance, purchase) = model.plain(shopper, row);
                        let expected = (relevance.to_bits(), purchase.to_bits());
                        assert_eq!(got, expected, "{level:?}, {shopper:?}, row {row}");
                        let (relevance, purchase) = model.predict_one(shopper, row);
                        assert_eq!((relevance.to_bits(), purchase.to_bits()), expected);
                    }
                }
            }
        }
    }

    #[test]
    fn rows_in_any_order_are_answered_as_all_are_and_none_is_above_the_most() {
        let rows: Vec<u32> = (0..1000).map(|at| at * 7 % 1000).collect();
        for level in levels() {
            let model = model().on(level);
            let (mut most_relevance, mut most_purchase) = (vec![0.0; 1000], vec![0.0; 1000]);
            model.most(0..1000, &mut most_relevance, &mut most_purchase);
            for shopper in ["s0", "s1", "s2", "a stranger"] {
                let shopper = model.shopper(shopper);
                let own = shopper.map_or_else(Vec::new, |shopper| model.own(shopper));
                let (mut relevance, mut purchase) = (vec![9.0; 1000], vec![9.0; 1000]);
                model.predict_rows(shopper, &rows, &mut relevance, &mut purchase);
                for (at, row) in rows.iter().enumerate() {
                    let got = (relevance[at].to_bits(), purchase[at].to_bits());
                    let expected = model.plain(shopper, *row as usize);
                    assert_eq!(got, (expected.0.to_bits(), expected.1.to_bits()), "{row}");
                    let most = [most_relevance[*row as usize], most_purchase[*row as usize]];
                    let is_own = own.contains(row);
                    assert!(is_own || relevance[at] <= f64::from(most[0]), "{row}");
                    assert!(is_own || purchase[at] <= f64::from(most[1]), "{row}");
                }
            }
        }
    }

    #[test]
    fn an_estimate_is_no_farther_off_than_it_says() {
        for level in levels() {
            let model = model().on(level);
            let off_by = f64::from(model.off_by());
            assert!(off_by < 1e-4, "{off_by}");
            for shopper in ["s0", "s2", "a stranger"] {
                let shopper = model.shopper(shopper);
                for rows in [0..1000, 1..2, 3..300, 700..1000, 10..10] {
                    let mut relevance = vec![9.0; rows.len()];
                    let mut purchase = vec![9.0; rows.len()];
                    model.estimate(shopper, rows.clone(), &mut relevance, &mut purchase);
                    for (at, row) in rows.enumerate() {
                        let exact = model.plain(shopper, row);
                        let got = (f64::from(relevance[at]), f64::from(purchase[at]));
                        assert!((got.0 - exact.0).abs() <= off_by, "{got:?} {exact:?}");
                        assert!((got.1 - exact.1).abs() <= off_by, "{got:?} {exact:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_vector_is_kept_to_half_a_step() {
        let vector = numbers(7);
        let quantised = Quantised::new(&vector);
        for (value, whole) in vector.iter().zip(quantised.values) {
            let step = quantised.scale;
            assert!((value - f32::from(whole) * step).abs() <= 0.501 * step);
        }
        for odd in [
            [0.0; DIMENSIONS],
            [f32::NAN; DIMENSIONS],
            [f32::INFINITY; DIMENSIONS],
        ] {
            assert_eq!(Quantised::new(&odd).values, [0; DIMENSIONS]);
        }
    }
}
