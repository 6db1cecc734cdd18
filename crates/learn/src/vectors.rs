//! A model that is served from vectors: a product and a shopper fit as far as their vectors
//! point the same way.
//!
//! Vectors are quantised to whole numbers from −127 to 127, so that a dot product is exact and
//! the same on every machine. What a shopper bought before is added on top, product by product.

use std::collections::HashMap;
use std::ops::Range;

use endcap_engine::Model;
use fearless_simd::{Level, dispatch};

/// Numbers of a vector.
pub const DIMENSIONS: usize = 64;

/// Rows predicted together.
const BLOCK: usize = 256;

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
}

/// Probability by score, 1 / (1 + e^−(slope · score + offset)): what Platt fits to scores and
/// outcomes (Platt, 1999).
///
/// The exponential is a polynomial of our own, right to 9 digits: made of additions and
/// multiplications alone, it is the same to the bit everywhere and runs on vectors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Logistic {
    /// How steeply probability rises.
    pub slope: f64,
    /// The logit at a score of 0.
    pub offset: f64,
}

impl Logistic {
    #[inline(always)]
    fn at(self, score: f64) -> f64 {
        1.0 / (1.0 + exp(-(self.slope * score + self.offset)))
    }
}

/// e^x, for x clamped to −600..600; that of NaN is that of −600.
#[inline(always)]
fn exp(x: f64) -> f64 {
    /// Added to a small number, it leaves the nearest whole number in the lowest bits: a
    /// conversion that every kind of vectors has.
    const WHOLE: f64 = 1.5 * (1_u64 << 52) as f64;
    /// ln(2)^n / n!: 2^f is their polynomial.
    const TERMS: [f64; 9] = [
        1.0,
        std::f64::consts::LN_2,
        0.240_226_506_959_100_7,
        0.055_504_108_664_821_58,
        0.009_618_129_107_628_477,
        0.001_333_355_814_642_844_3,
        0.000_154_035_303_933_816_1,
        0.000_015_252_733_804_059_84,
        0.000_001_321_548_679_014_431,
    ];
    // A comparison with NaN is false.
    let x = if x > -600.0 { x } else { -600.0 };
    let x = if x < 600.0 { x } else { 600.0 };
    let powers = x * std::f64::consts::LOG2_E;
    let whole = powers + WHOLE;
    let rest = powers - (whole - WHOLE);
    let mut sum = TERMS[8];
    for term in TERMS[..8].iter().rev() {
        sum = sum * rest + term;
    }
    // The exponent of a double stands in its highest bits, 1023 more than it is.
    sum * f64::from_bits(whole.to_bits().wrapping_add(1023) << 52)
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
    /// Row by row.
    items: Vec<[i8; DIMENSIONS]>,
    scales: Vec<f32>,
    biases: Vec<f32>,
    popularity: Vec<f64>,
    by_id: HashMap<Box<str>, u32>,
    shoppers: Vec<Quantised>,
    /// Where the purchases of each shopper begin; one more than there are shoppers.
    starts: Vec<u32>,
    own: Vec<(u32, f32)>,
    logistic: Logistic,
    base_rate: f64,
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
            items: Vec::new(),
            scales: Vec::new(),
            biases: Vec::new(),
            popularity: Vec::new(),
            by_id: HashMap::new(),
            shoppers: Vec::new(),
            starts: vec![0],
            own: Vec::new(),
            logistic,
            base_rate,
            level: Level::new(),
        };
        for item in items {
            model.items.push(item.vector.values);
            model.scales.push(item.vector.scale);
            model.biases.push(item.bias);
            model.popularity.push(item.popularity);
        }
        for shopper in shoppers {
            model.by_id.insert(shopper.id, model.shoppers.len() as u32);
            model.shoppers.push(shopper.vector);
            model.own.extend(shopper.own);
            model.starts.push(model.own.len() as u32);
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

    fn plain(&self, shopper: Option<&str>, row: usize) -> (f64, f64) {
        let shopper = shopper.and_then(|id| self.by_id.get(id));
        let mut score = f64::from(self.biases[row]);
        let mut again = None;
        if let Some(shopper) = shopper {
            let (own, likes) = self.shopper(*shopper);
            let pairs = self.items[row].iter().zip(&likes.values);
            let dot: f64 = pairs.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            score += dot * (f64::from(likes.scale) * f64::from(self.scales[row]));
            again = own.iter().find(|(bought, _)| *bought as usize == row);
        }
        let mut purchase = self.logistic.at(score);
        if let Some((_, again)) = again {
            purchase += f64::from(*again) * (1.0 - purchase);
        }
        (purchase / (purchase + self.base_rate), purchase)
    }

    /// A shopper's purchases and vector.
    fn shopper(&self, shopper: u32) -> (&[(u32, f32)], &Quantised) {
        let shopper = shopper as usize;
        let own = self.starts[shopper] as usize..self.starts[shopper + 1] as usize;
        (&self.own[own], &self.shoppers[shopper])
    }

    /// What the vectors say of some rows.
    #[inline(always)]
    fn predict_rows(
        &self,
        likes: Option<(&[i16; DIMENSIONS], f64)>,
        rows: Range<usize>,
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        let blocks = relevance.chunks_mut(BLOCK).zip(purchase.chunks_mut(BLOCK));
        for (start, (relevance, purchase)) in rows.clone().step_by(BLOCK).zip(blocks) {
            let rows = start..rows.end.min(start + BLOCK);
            self.predict_block(likes, rows, relevance, purchase);
        }
    }

    /// What the vectors say, for at most [`BLOCK`] rows.
    #[inline(always)]
    fn predict_block(
        &self,
        likes: Option<(&[i16; DIMENSIONS], f64)>,
        rows: Range<usize>,
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        let biases = &self.biases[rows.clone()];
        match likes {
            None => {
                for (purchase, bias) in purchase.iter_mut().zip(biases) {
                    *purchase = f64::from(*bias);
                }
            }
            Some((likes, scale)) => {
                let mut dots = [0_i32; BLOCK];
                for (dot, item) in dots.iter_mut().zip(&self.items[rows.clone()]) {
                    *dot = dot_product(item, likes);
                }
                let scales = &self.scales[rows].iter().zip(biases);
                let dots = dots.iter().zip(scales.clone());
                for (purchase, (dot, (of_item, bias))) in purchase.iter_mut().zip(dots) {
                    *purchase = f64::from(*bias) + f64::from(*dot) * (scale * f64::from(*of_item));
                }
            }
        }
        for (relevance, purchase) in relevance.iter_mut().zip(purchase) {
            *purchase = self.logistic.at(*purchase);
            *relevance = *purchase / (*purchase + self.base_rate);
        }
    }
}

#[inline(always)]
fn dot_product(item: &[i8; DIMENSIONS], likes: &[i16; DIMENSIONS]) -> i32 {
    let pairs = item.iter().zip(likes);
    pairs.map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
}

impl Model for VectorModel {
    fn popularity(&self) -> &[f64] {
        &self.popularity
    }

    fn predict(
        &self,
        shopper: Option<&str>,
        rows: Range<usize>,
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        let known = shopper.and_then(|id| self.by_id.get(id));
        let known = known.map(|shopper| self.shopper(*shopper));
        let likes = known.map(|(_, likes)| (likes.values.map(i16::from), f64::from(likes.scale)));
        let likes = likes.as_ref().map(|(likes, scale)| (likes, *scale));
        dispatch!(self.level, _simd => self.predict_rows(likes, rows.clone(), relevance, purchase));
        let own = known.map_or(&[][..], |(own, _)| own);
        let first = own.partition_point(|(row, _)| (*row as usize) < rows.start);
        for (row, again) in &own[first..] {
            let row = *row as usize;
            if row >= rows.end {
                break;
            }
            let at = row - rows.start;
            purchase[at] += f64::from(*again) * (1.0 - purchase[at]);
            relevance[at] = purchase[at] / (purchase[at] + self.base_rate);
        }
    }
}

/// A [`VectorModel`] read in the plainest way; other ways are held against it.
#[derive(Debug, Clone, Copy)]
pub struct PlainVectors<'m> {
    model: &'m VectorModel,
}

impl Model for PlainVectors<'_> {
    fn popularity(&self) -> &[f64] {
        self.model.popularity()
    }

    fn predict(
        &self,
        shopper: Option<&str>,
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
mod tests {
    use super::*;

    /// Numbers from −1 to 1 that follow from a seed.
    fn numbers(seed: u32) -> [f32; DIMENSIONS] {
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
    fn levels() -> Vec<Level> {
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
            for shopper in [None, Some("s0"), Some("s2"), Some("a stranger")] {
                for rows in [0..1000, 1..2, 3..300, 700..1000, 10..10] {
                    let mut relevance = vec![9.0; rows.len()];
                    let mut purchase = vec![9.0; rows.len()];
                    model.predict(shopper, rows.clone(), &mut relevance, &mut purchase);
                    for (at, row) in rows.enumerate() {
                        let got = (relevance[at].to_bits(), purchase[at].to_bits());
                        let (relevance, purchase) = model.plain(shopper, row);
                        let expected = (relevance.to_bits(), purchase.to_bits());
                        assert_eq!(got, expected, "{level:?}, {shopper:?}, row {row}");
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

    #[test]
    fn the_exponential_is_right_to_nine_digits_and_finite() {
        for step in -60_000..=60_000 {
            let x = f64::from(step) / 100.0;
            let (got, expected) = (exp(x), libm::exp(x));
            assert!((got - expected).abs() <= 1e-9 * expected, "e^{x}: {got}");
        }
        for odd in [f64::NAN, f64::NEG_INFINITY, f64::INFINITY] {
            assert!(exp(odd).is_finite(), "{odd}");
        }
    }
}
