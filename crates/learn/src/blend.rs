//! The blend: one probability made of all parts.
//!
//! The candidates of a shopper are what it bought before and what a part puts first. Two
//! logistic regressions weigh the parts' scores together with popularity, what the shopper
//! bought and how much: one for products bought before and one for others. Their weights are
//! fitted on the latest window of the orders, with parts that were trained on what came before
//! it; the parts are then trained anew on all orders. Of a shopper who never bought anything
//! nothing is known but what everybody buys.

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
    /// How often a shopper buys what is no candidate, by how often everybody does.
    rest: f64,
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
        let Fitted { again, new, rest } = fit(&held, &parts, watch)?;
        drop(parts);
        Ok(Self {
            parts: Parts::train(orders, now_micros, training.seed, watch)?,
            again,
            new,
            rest,
            products: orders.products().len(),
        })
    }

    /// The parts, as they serve.
    #[must_use]
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// What the blend looks at and how much each weighs for its log-odds: in products bought
    /// before, and in new ones.
    pub fn weighed(&self) -> impl Iterator<Item = (&'static str, [f64; 2])> {
        let sides = [&self.again, &self.new];
        let weights = move |place: usize| sides.map(|side| side.by_feature[place]);
        let names = NAMES.iter().enumerate();
        names.map(move |(place, name)| (*name, weights(place)))
    }

    /// The probability of a product that is none of a shopper's candidates, by that of somebody
    /// unknown.
    #[must_use]
    pub fn rest(&self) -> f64 {
        self.rest
    }

    /// The products that a shopper with this history may buy next, by number; none for an empty
    /// history. All others are far less likely.
    #[must_use]
    pub fn predict(&self, history: &History) -> Vec<Prediction> {
        self.predict_in(history, &mut self.room())
    }

    /// Room to predict in, one a thread.
    pub(crate) fn room(&self) -> Room {
        Room::new(self.products)
    }

    pub(crate) fn predict_in(&self, history: &History, room: &mut Room) -> Vec<Prediction> {
        if history.is_empty() {
            return Vec::new();
        }
        let candidates = candidates(&self.parts, history, room);
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
        }
    }
}

impl Part for Blend {
    fn name(&self) -> &'static str {
        "blend"
    }

    fn score(&self, history: &History, scores: &mut Scores) {
        if history.is_empty() {
            for (product, share) in self.parts.popularity.of_orders().iter().enumerate() {
                scores.add(product as u32, *share as f32);
            }
        }
        for prediction in self.predict(history) {
            scores.add(prediction.product, prediction.probability as f32);
        }
    }
}

/// What a window tells.
struct Fitted {
    again: Weights,
    new: Weights,
    rest: f64,
}

/// Fits the weights on a window of orders.
fn fit(held: &HeldOut<'_>, parts: &Parts, watch: Watch<'_>) -> Result<Fitted, LearnError> {
    let known = held.cases.iter();
    let known = known.filter(|case| !held.known.of(case.shopper as usize).is_empty());
    let cases: Vec<&Case> = known.collect();
    let stride = cases.len().div_ceil(MOST_CASES).max(1);
    let cases: Vec<&Case> = cases.into_iter().step_by(stride).collect();
    let task = watch.task("weighing the models", cases.len());
    let products = held.known.products().len();
    let asked: Result<Vec<Asked>, LearnError> = cases
        .par_iter()
        .map_init(
            || Room::new(products),
            |room, case| {
                task.step(1)?;
                Ok(Asked::of(held, case, parts, room))
            },
        )
        .collect();
    let (mut again, mut new) = (Vec::new(), Vec::new());
    let (mut rest_bought, mut rest_expected) = (0.0, 0.0);
    for asked in asked? {
        rest_bought += asked.rest_bought;
        rest_expected += asked.rest_expected;
        for (kind, example) in asked.examples {
            match kind {
                Kind::Again => again.push(example),
                Kind::New => new.push(example),
            }
        }
    }
    Ok(Fitted {
        again: Weights::fit(&again),
        new: Weights::fit(&new),
        // No more likely than for somebody unknown, and a thousandth where nobody tells.
        rest: ((rest_bought + 0.001) / (rest_expected + 1.0)).clamp(0.0, 1.0),
    })
}

/// A case's candidates, and what it bought beside them.
struct Asked {
    examples: Vec<(Kind, Example)>,
    /// Products an order that were no candidates.
    rest_bought: f64,
    /// How many somebody unknown would have bought.
    rest_expected: f64,
}

impl Asked {
    /// The outcome of a candidate is the share of the later orders that contain it: the chance
    /// of the next order, with less noise than the next order alone.
    fn of(held: &HeldOut<'_>, case: &Case, parts: &Parts, room: &mut Room) -> Self {
        let truth = held.truth(case);
        let orders = case.later.len() as f32;
        let share = |times: u32| times as f32 / orders;
        let chance = parts.popularity.of_orders();
        let mut asked = Self {
            examples: Vec::new(),
            rest_bought: truth
                .iter()
                .map(|(_, times)| f64::from(share(*times)))
                .sum(),
            rest_expected: chance.iter().sum(),
        };
        for candidate in candidates(parts, &held.history(case), room) {
            let place = truth.binary_search_by_key(&candidate.product, |(product, _)| *product);
            let outcome = place.map_or(0.0, |place| share(truth[place].1));
            asked.rest_bought -= f64::from(outcome);
            asked.rest_expected -= chance[candidate.product as usize];
            let example = Example {
                features: candidate.features,
                outcome,
                weight: orders.sqrt(),
            };
            asked.examples.push((candidate.kind, example));
        }
        asked
    }
}
