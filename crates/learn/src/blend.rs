//! The blend: one probability made of all parts.
//!
//! The candidates of a shopper are what it bought before and what a part puts first. Three
//! logistic regressions weigh the parts' scores together with popularity, what the shopper
//! bought and how much: one for products bought before, one for others, and one for shoppers
//! who never bought anything. Their weights are fitted on the latest window of the orders,
//! with parts that were trained on what came before it; the parts are then trained anew on
//! all orders.

mod features;
mod logistic;

use rayon::prelude::*;

use crate::LearnError;
use crate::blend::features::{Candidate, Kind, NAMES, Room, candidates};
use crate::blend::logistic::{Example, Weights, probability};
use crate::held_out::{Case, HeldOut, Split};
use crate::history::History;
use crate::orders::Orders;
use crate::parts::{Part, Parts};
use crate::progress::Watch;
use crate::sparse::Scores;

/// At most so many shoppers are asked for the weights.
const MOST_CASES: usize = 4000;

/// How a blend is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Training {
    /// Where the window begins that weights are fitted on; the latest one where `None`.
    pub window: Option<Split>,
    /// What is drawn is drawn from this.
    pub seed: u64,
}

impl Default for Training {
    fn default() -> Self {
        Self {
            window: None,
            seed: 1,
        }
    }
}

/// A product that a shopper may buy next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// Its number.
    pub product: u32,
    /// The probability that the next order contains it.
    pub probability: f64,
}

/// All parts, and how they are weighed.
#[derive(Debug, Clone)]
pub struct Blend {
    parts: Parts,
    again: Weights,
    new: Weights,
    unknown: Weights,
    products: usize,
}

impl Blend {
    /// Trains the parts and fits the weights, on orders as they are at `now_micros`.
    ///
    /// # Errors
    /// [`LearnError::Cancelled`].
    pub fn train(
        orders: &Orders,
        now_micros: i64,
        training: Training,
        watch: Watch<'_>,
    ) -> Result<Self, LearnError> {
        let window = training.window.unwrap_or_else(|| Split::latest(orders));
        let held = HeldOut::new(orders, window);
        let parts = Parts::train(&held.known, held.now_micros, training.seed, watch)?;
        let [again, new, unknown] = fit(&held, &parts, watch)?;
        drop(parts);
        Ok(Self {
            parts: Parts::train(orders, now_micros, training.seed, watch)?,
            again,
            new,
            unknown,
            products: orders.products().len(),
        })
    }

    /// The parts, as they serve.
    #[must_use]
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// What the blend looks at and how much each weighs for its log-odds: in products bought
    /// before, in new ones, and for unknown shoppers.
    pub fn weighed(&self) -> impl Iterator<Item = (&'static str, [f64; 3])> {
        let sides = [&self.again, &self.new, &self.unknown];
        let weights = move |place: usize| sides.map(|side| side.by_feature[place]);
        let names = NAMES.iter().enumerate();
        names.map(move |(place, name)| (*name, weights(place)))
    }

    /// The products that a shopper with this history may buy next, by number. All others are
    /// far less likely.
    #[must_use]
    pub fn predict(&self, history: &History) -> Vec<Prediction> {
        let mut room = Room::new(self.products);
        let candidates = candidates(&self.parts, history, &mut room);
        let predict = |candidate: &Candidate| Prediction {
            product: candidate.product,
            probability: probability(self.weights(candidate.kind).log_odds(&candidate.features)),
        };
        candidates.iter().map(predict).collect()
    }

    fn weights(&self, kind: Kind) -> &Weights {
        match kind {
            Kind::Again => &self.again,
            Kind::New => &self.new,
            Kind::Unknown => &self.unknown,
        }
    }
}

impl Part for Blend {
    fn name(&self) -> &'static str {
        "blend"
    }

    fn score(&self, history: &History, scores: &mut Scores) {
        for prediction in self.predict(history) {
            scores.add(prediction.product, prediction.probability as f32);
        }
    }
}

/// Fits the weights of products bought before, of new ones, and of unknown shoppers.
fn fit(held: &HeldOut<'_>, parts: &Parts, watch: Watch<'_>) -> Result<[Weights; 3], LearnError> {
    let stride = held.cases.len().div_ceil(MOST_CASES).max(1);
    let cases: Vec<&Case> = held.cases.iter().step_by(stride).collect();
    let task = watch.task("weighing the models", cases.len());
    let products = held.known.products().len();
    let examples: Result<Vec<_>, LearnError> = cases
        .par_iter()
        .map_init(
            || Room::new(products),
            |room, case| {
                task.step(1)?;
                Ok(examples_of(held, case, parts, room))
            },
        )
        .collect();
    let mut by_kind: [Vec<Example>; 3] = Default::default();
    for (kind, example) in examples?.into_iter().flatten() {
        by_kind[kind as usize].push(example);
    }
    Ok(by_kind.map(|examples| Weights::fit(&examples)))
}

/// A case's candidates, each with the share of its later orders that contain it: the chance
/// of the next order with less noise than the next order alone. All shoppers, asked as if
/// nobody knew them, tell what an unknown one buys.
fn examples_of(
    held: &HeldOut<'_>,
    case: &Case,
    parts: &Parts,
    room: &mut Room,
) -> Vec<(Kind, Example)> {
    let truth = held.truth(case);
    let orders = case.later.len() as f32;
    let example = |candidate: Candidate| {
        let place = truth.binary_search_by_key(&candidate.product, |(product, _)| *product);
        let times = place.map_or(0, |place| truth[place].1);
        let example = Example {
            features: candidate.features,
            outcome: times as f32 / orders,
            weight: orders.sqrt(),
        };
        (candidate.kind, example)
    };
    let history = held.history(case);
    let mut examples = Vec::new();
    if !history.is_empty() {
        examples.extend(candidates(parts, &history, room).into_iter().map(example));
    }
    let unknown = History::default();
    examples.extend(candidates(parts, &unknown, room).into_iter().map(example));
    examples
}
