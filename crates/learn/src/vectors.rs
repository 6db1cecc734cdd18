//! A model that is served from vectors: a product and a shopper fit as far as their vectors
//! point the same way.
//!
//! Vectors are quantised to whole numbers from −127 to 127, so that a dot product is exact and
//! the same on every machine. What is known of a shopper and a product beside is an entry of the
//! shopper's own.

mod block;
mod entries;
pub(crate) mod levels;
mod plain;
mod quantised;
mod shoppers;
#[cfg(test)]
pub(crate) mod tests;

use std::ops::Range;

use endcap_engine::{Kept, Model};
use fearless_simd::{Level, dispatch};

use crate::logistic::{Logistic, ROUGH, probability};
use crate::rows::Rows;
use crate::vectors::block::{ABOVE, Given, estimate_block, predict_block};
pub(crate) use crate::vectors::entries::AllEntries;
use crate::vectors::entries::Entries;
pub(crate) use crate::vectors::shoppers::Shoppers;
use crate::vectors::shoppers::{Known, NOBODY};

pub use crate::vectors::plain::PlainVectors;
pub use crate::vectors::quantised::Quantised;
pub use crate::vectors::shoppers::ShopperVector;

/// Numbers of a vector.
pub const DIMENSIONS: usize = 64;

/// The least base rate: below it, single precision cannot tell probabilities apart.
const LEAST_RATE: f64 = 1e-9;

/// Products predicted together.
const BLOCK: usize = 256;

/// Products predicted together where only some are asked for.
const FEW: usize = 16;

/// More than what is lost of a length, or of a probability, as a share of it.
const SLACK: f64 = 1e-5;

/// What the entry of a product among a shopper's own says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// The probability that it is bought whatever the vectors say: both count.
    Beside,
    /// The probability that it is bought: the vectors do not count.
    Instead,
}

/// Vectors of products and shoppers, and how a probability is made of them.
#[derive(Debug, Clone)]
pub struct VectorModel {
    /// By row.
    items: Rows,
    /// By row: what one step of a dot product with a vector of scale 1 adds to the logit.
    scales: Vec<f32>,
    /// By row: the logit for a shopper nobody knows.
    biases: Vec<f32>,
    popularity: Vec<f64>,
    shoppers: Shoppers,
    /// How much of what the vectors say counts beside an entry of a shopper's own.
    beside_own: f64,
    base_rate: f64,
    /// By row: what no shopper's relevance and purchase are above, but for what was bought before.
    most_relevance: Vec<f32>,
    most_purchase: Vec<f32>,
    /// The largest logit that a bias, and a product of two vectors, makes.
    most: [f32; 2],
    level: Level,
    kept: Kept,
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
    /// product is the dot product of the two vectors and the biases of both; `logistic` makes it a
    /// probability of purchase, and `base_rate` > 0 is the probability whose relevance is 0.5.
    /// Entries of a shopper's own are [`Own::Beside`].
    #[must_use]
    pub fn new(
        items: impl IntoIterator<Item = ItemVector>,
        shoppers: impl IntoIterator<Item = ShopperVector>,
        logistic: Logistic,
        base_rate: f64,
    ) -> Self {
        Self::of(items, Shoppers::new(shoppers), logistic, base_rate)
    }

    pub(crate) fn of(
        items: impl IntoIterator<Item = ItemVector>,
        shoppers: Shoppers,
        logistic: Logistic,
        base_rate: f64,
    ) -> Self {
        let items = items.into_iter();
        let rows = items.size_hint().0;
        let mut model = Self {
            items: Rows::with_capacity(rows),
            scales: Vec::with_capacity(rows),
            biases: Vec::with_capacity(rows),
            popularity: Vec::with_capacity(rows),
            shoppers,
            beside_own: 1.0,
            base_rate: base_rate.max(LEAST_RATE),
            most_relevance: Vec::with_capacity(rows),
            most_purchase: Vec::with_capacity(rows),
            most: [0.0; 2],
            level: Level::new(),
            kept: Kept::default(),
        };
        // By Cauchy and Schwarz, no product of two vectors is larger than that of their lengths.
        let mut longest = [0.0_f32; 2];
        let mut lengths = Vec::with_capacity(rows);
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
        let [length, highest, farthest] = model.shoppers.most();
        longest[1] = length;
        model.most[0] += farthest;
        model.most[1] = longest[0] * longest[1];
        for (bias, length) in model.biases.iter().zip(lengths) {
            let (bias, dot) = (f64::from(*bias), f64::from(length) * f64::from(longest[1]));
            // What single precision may have lost of the lengths, and polynomials of the rest.
            let dot = dot + f64::from(highest);
            let purchase = probability(bias + dot + SLACK * dot) * (1.0 + SLACK);
            let relevance = purchase / (purchase + model.base_rate);
            model.most_purchase.push((purchase as f32).next_up());
            model.most_relevance.push((relevance as f32).next_up());
        }
        model
    }

    /// The same, with entries of shoppers' own that say something else.
    #[must_use]
    pub fn with_own(self, own: Own) -> Self {
        let beside_own = match own {
            Own::Beside => 1.0,
            Own::Instead => 0.0,
        };
        Self { beside_own, ..self }
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

    /// How many products there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.biases.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.biases.is_empty()
    }

    /// What is known of a row. Its scores are logits: what a logistic did is done.
    #[must_use]
    pub fn item(&self, row: usize) -> ItemVector {
        ItemVector {
            vector: Quantised {
                values: std::array::from_fn(|dimension| self.items.value(row, dimension)),
                scale: self.scales[row],
            },
            bias: self.biases[row],
            popularity: self.popularity[row],
        }
    }

    /// What is known of a shopper, by the number that [`Model::shopper`] gives.
    #[must_use]
    pub fn shopper_vector(&self, number: u32) -> Option<ShopperVector> {
        let known = self.shoppers.get(number)?;
        Some(ShopperVector {
            id: self.shoppers.id(number).into(),
            vector: *known.likes,
            bias: known.bias,
            ceiling: known.ceiling,
            own: known.own.iter().collect(),
        })
    }

    pub(crate) fn shopper_columns(&self) -> &Shoppers {
        &self.shoppers
    }

    /// How many shoppers there are.
    #[must_use]
    pub fn shoppers(&self) -> usize {
        self.shoppers.len()
    }

    /// The probability of purchase whose relevance is 0.5.
    #[must_use]
    pub fn base_rate(&self) -> f64 {
        self.base_rate
    }

    /// What [`Model::predict`] says for a shopper that need not be one of the model's.
    pub fn predict_for(
        &self,
        shopper: &ShopperVector,
        rows: Range<usize>,
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        self.predict_known(shopper.known(), rows, (relevance, purchase));
    }

    fn predict_known(
        &self,
        known: Known<'_>,
        rows: Range<usize>,
        (relevance, purchase): (&mut [f64], &mut [f64]),
    ) {
        let given = Given::new(self.base_rate, known);
        let answers = (&mut *relevance, &mut *purchase);
        self.by_block(
            (known.likes, &rows),
            answers,
            |columns, relevance, purchase| {
                dispatch!(self.level, _simd => predict_block(given, columns, relevance, purchase));
            },
        );
        for (row, own) in known.own.among(&rows) {
            let at = row - rows.start;
            (relevance[at], purchase[at]) = self.and_own(own, purchase[at]);
        }
    }

    /// The same for some rows, in any order.
    pub(crate) fn predict_rows_for(
        &self,
        shopper: &ShopperVector,
        rows: &[u32],
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        self.predict_known_rows(shopper.known(), rows, (relevance, purchase));
    }

    fn predict_known_rows(
        &self,
        known: Known<'_>,
        rows: &[u32],
        (relevance, purchase): (&mut [f64], &mut [f64]),
    ) {
        let Known { likes, own, .. } = known;
        let given = Given::new(self.base_rate, known);
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
            if own.len() == 0 {
                continue;
            }
            for (row, (relevance, purchase)) in rows.iter().zip(relevance.iter_mut().zip(purchase))
            {
                if let Some(own) = own.find(*row) {
                    (*relevance, *purchase) = self.and_own(own, *purchase);
                }
            }
        }
    }

    /// Relevance and purchase of a row that has an entry.
    fn and_own(&self, own: f32, purchase: f64) -> (f64, f64) {
        let beside = self.beside_own * purchase;
        let purchase = beside + f64::from(own) * (1.0 - beside);
        (purchase / (purchase + self.base_rate), purchase)
    }

    fn plain(&self, shopper: Option<u32>, row: usize) -> (f64, f64) {
        let known = self.known(shopper);
        let Known { likes, own, .. } = known;
        let value = |dimension| f64::from(self.items.value(row, dimension));
        let pairs = likes.values.iter().enumerate();
        let dot: f64 = pairs.map(|(at, likes)| value(at) * f64::from(*likes)).sum();
        let logit = f64::from(self.biases[row]) + f64::from(known.bias);
        let logit = logit + dot * (f64::from(likes.scale) * f64::from(self.scales[row]));
        let ceiling = f64::from(known.ceiling);
        let purchase = probability(logit.min(ceiling + (logit - ceiling) * ABOVE));
        match own.iter().find(|(of, _)| *of as usize == row) {
            Some((_, own)) => self.and_own(own, purchase),
            None => (purchase / (purchase + self.base_rate), purchase),
        }
    }

    fn known(&self, shopper: Option<u32>) -> Known<'_> {
        let known = shopper.and_then(|number| self.shoppers.get(number));
        known.unwrap_or(NOBODY)
    }

    /// Answers for some rows a block at a time: `answer` takes the biases, scales and dot products
    /// of a block, and where relevance and purchase go.
    fn by_block<T>(
        &self,
        (likes, rows): (&Quantised, &Range<usize>),
        (relevance, purchase): (&mut [T], &mut [T]),
        mut answer: impl FnMut((&[f32], &[f32], &[i32]), &mut [T], &mut [T]),
    ) {
        let mut dots = [0; BLOCK];
        for start in rows.clone().step_by(BLOCK) {
            let block = start..rows.end.min(start + BLOCK);
            let dots = &mut dots[..block.len()];
            // What is multiplied by nothing need not be worked out.
            if likes.scale != 0.0 {
                let values = &likes.values;
                self.items.dots(self.level, block.clone(), values, dots);
            }
            let answers = block.start - rows.start..block.end - rows.start;
            let columns = (&self.biases[block.clone()], &self.scales[block], &*dots);
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

impl Model for VectorModel {
    fn popularity(&self) -> &[f64] {
        &self.popularity
    }

    fn shopper(&self, id: &str) -> Option<u32> {
        self.shoppers.find(id)
    }

    fn predict(
        &self,
        shopper: Option<u32>,
        rows: Range<usize>,
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        self.predict_known(self.known(shopper), rows, (relevance, purchase));
    }

    fn predict_rows(
        &self,
        shopper: Option<u32>,
        rows: &[u32],
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        self.predict_known_rows(self.known(shopper), rows, (relevance, purchase));
    }

    fn predict_others(
        &self,
        shopper: Option<u32>,
        rows: &[u32],
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        let others = Known {
            own: Entries::NONE,
            ..self.known(shopper)
        };
        self.predict_known_rows(others, rows, (relevance, purchase));
    }

    fn most(&self, rows: Range<usize>, relevance: &mut [f32], purchase: &mut [f32]) {
        relevance.copy_from_slice(&self.most_relevance[rows.clone()]);
        purchase.copy_from_slice(&self.most_purchase[rows]);
    }

    fn kept(&self) -> Option<&Kept> {
        Some(&self.kept)
    }

    fn own(&self, shopper: u32) -> Vec<u32> {
        self.known(Some(shopper)).own.rows().collect()
    }

    fn estimate(
        &self,
        shopper: Option<u32>,
        rows: Range<usize>,
        relevance: &mut [f32],
        purchase: &mut [f32],
    ) {
        let known = self.known(shopper);
        let Known { likes, own, .. } = known;
        let given = Given {
            base_rate: self.base_rate as f32,
            bias: known.bias,
            ceiling: known.ceiling,
            scale: likes.scale,
        };
        let answers = (&mut *relevance, &mut *purchase);
        self.by_block((likes, &rows), answers, |columns, relevance, purchase| {
            dispatch!(self.level, _simd => estimate_block(given, columns, relevance, purchase));
        });
        for (row, _) in own.among(&rows) {
            let (exact_relevance, exact_purchase) = self.predict_one(shopper, row);
            relevance[row - rows.start] = exact_relevance as f32;
            purchase[row - rows.start] = exact_purchase as f32;
        }
    }

    fn off_by(&self) -> f32 {
        // The logit is made of three products and two sums, each rounded once; a probability moves by
        // a quarter of what its logit does at most. Twice that, to be on the safe side.
        let [bias, product] = self.most;
        2.0 * (f32::EPSILON * (bias + 3.0 * product) + ROUGH) / 4.0
    }
}
