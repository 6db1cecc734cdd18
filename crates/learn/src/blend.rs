//! The blend: one probability made of all parts.
//!
//! The candidates of a shopper are what it bought before and what a part puts first. Two
//! logistic regressions weigh the parts' scores together with popularity, what the shopper
//! bought and how much: one for products bought before and one for others. Their weights are
//! fitted on the latest window of the orders, with parts that were trained on what came before
//! it; the parts are then trained anew on all orders. Of a shopper who never bought anything
//! nothing is known but what everybody buys.

pub(crate) mod features;
pub(crate) mod logistic;
pub(crate) mod tail;

use rayon::prelude::*;

use crate::LearnError;
use crate::blend::features::{Candidate, Kind, NAMES, Room, candidates};
use crate::blend::logistic::{Example, Weights, probability};
use crate::blend::tail::{Judged, Pair, Tail, keep_best, level, log_odds_of};
use crate::held_out::{Case, HeldOut, Split};
use crate::history::History;
use crate::orders::Orders;
use crate::parts::{Part, Parts, dot};
use crate::progress::Watch;
use crate::sparse::Scores;

/// At most so many shoppers are asked for the weights.
const MOST_CASES: usize = 4000;

/// About so many pairs of a shopper and a product that it did not buy tell of the tail.
const PAIRS: usize = 1 << 20;

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
    /// For what is none of a shopper's best candidates.
    tail: Tail,
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
        let Fitted { again, new, tail } = fit(&held, &parts, watch)?;
        drop(parts);
        Ok(Self {
            parts: Parts::train(orders, now_micros, training.seed, watch)?,
            again,
            new,
            tail,
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

    /// How likely a product is that is none of a shopper's best candidates.
    pub(crate) fn tail(&self) -> Tail {
        self.tail
    }

    /// The products that a shopper with this history may buy next, by number; none for an empty
    /// history. All others are far less likely.
    #[must_use]
    pub fn predict(&self, history: &History) -> Vec<Prediction> {
        let judged = self.judge(history, &mut self.room()).into_iter();
        let predict = |judged: Judged| Prediction {
            product: judged.product,
            probability: probability(judged.log_odds),
        };
        judged.map(predict).collect()
    }

    /// Room to predict in, one a thread.
    pub(crate) fn room(&self) -> Room {
        Room::new(self.products)
    }

    /// The candidates of a shopper with this history, and how likely each is.
    pub(crate) fn judge(&self, history: &History, room: &mut Room) -> Vec<Judged> {
        if history.is_empty() {
            return Vec::new();
        }
        let candidates = candidates(&self.parts, history, room);
        let judge = |candidate: &Candidate| Judged {
            product: candidate.product,
            kind: candidate.kind,
            log_odds: self.weights(candidate.kind).log_odds(&candidate.features),
        };
        candidates.iter().map(judge).collect()
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
    tail: Tail,
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
    let asked: Result<Vec<Vec<Asked>>, LearnError> = cases
        .par_iter()
        .map_init(
            || Room::new(products),
            |room, case| {
                task.step(1)?;
                Ok(ask(held, case, parts, room))
            },
        )
        .collect();
    // Examples are many: they are moved, and a case keeps where its own are.
    let mut examples = [Vec::new(), Vec::new()];
    let placed: Vec<Vec<(u32, Kind, usize)>> = asked?
        .into_iter()
        .map(|asked| {
            let place = |asked: Asked| {
                let examples = &mut examples[asked.kind as usize];
                examples.push(asked.example);
                (asked.product, asked.kind, examples.len() - 1)
            };
            asked.into_iter().map(place).collect()
        })
        .collect();
    let weights = [Weights::fit(&examples[0]), Weights::fit(&examples[1])];
    let pairs: Vec<Vec<Pair>> = placed
        .par_iter()
        .zip(&cases)
        .enumerate()
        .map(|(number, (placed, case))| {
            let judge = |(product, kind, place): &(u32, Kind, usize)| {
                let example = &examples[*kind as usize][*place];
                Judged {
                    product: *product,
                    kind: *kind,
                    log_odds: weights[*kind as usize].log_odds(&example.features),
                }
            };
            let mut best: Vec<Judged> = placed.iter().map(judge).collect();
            let unknown = parts.popularity.of_orders();
            let level = level(&best, |product| unknown[product as usize]);
            keep_best(&mut best);
            let stride = (products * cases.len()).div_ceil(PAIRS).max(1);
            let first = number % stride;
            let pairs = Pairs {
                held,
                case,
                parts,
                level,
            };
            pairs.beside(&best, (first, stride))
        })
        .collect();
    let [again, new] = weights;
    Ok(Fitted {
        again,
        new,
        tail: Tail::fit(&pairs.concat()),
    })
}

/// A candidate of a case, and what came of it.
struct Asked {
    product: u32,
    kind: Kind,
    example: Example,
}

/// The candidates of a case. The outcome of one is the share of the later orders that contain it:
/// the chance of the next order, with less noise than the next order alone.
fn ask(held: &HeldOut<'_>, case: &Case, parts: &Parts, room: &mut Room) -> Vec<Asked> {
    let truth = held.truth(case);
    let orders = case.later.len() as f32;
    let candidates = candidates(parts, &held.history(case), room).into_iter();
    let asked = candidates.map(|candidate| {
        let place = truth.binary_search_by_key(&candidate.product, |(product, _)| *product);
        let times = place.map_or(0, |place| truth[place].1);
        Asked {
            product: candidate.product,
            kind: candidate.kind,
            example: Example {
                features: candidate.features,
                outcome: times as f32 / orders,
                weight: orders.sqrt(),
            },
        }
    });
    asked.collect()
}

/// A case whose purchases beside its best candidates tell of the tail.
struct Pairs<'c> {
    held: &'c HeldOut<'c>,
    case: &'c Case,
    parts: &'c Parts,
    level: f64,
}

impl Pairs<'_> {
    /// All that it bought, and from the product `first` on one in `stride` of the others, each
    /// counting for as many.
    fn beside(&self, best: &[Judged], (first, stride): (usize, usize)) -> Vec<Pair> {
        let mut best: Vec<u32> = best.iter().map(|judged| judged.product).collect();
        best.sort_unstable();
        let truth = self.held.truth(self.case);
        let orders = self.case.later.len() as f32;
        let likes = self.parts.als.shopper(&self.held.history(self.case));
        let pair = |product: u32, outcome: f32, weight: usize| {
            let unknown = self.parts.popularity.of_orders()[product as usize];
            // A product that did not sell before is not known to be for sale.
            let is_beside = unknown > 0.0 && best.binary_search(&product).is_err();
            is_beside.then(|| Pair {
                unknown: log_odds_of(unknown) as f32,
                matched: dot(&likes, self.parts.als.product(product)),
                level: self.level as f32,
                outcome,
                weight: weight as f32 * orders.sqrt(),
            })
        };
        let bought = truth
            .iter()
            .filter_map(|(product, times)| pair(*product, *times as f32 / orders, 1));
        let products = self.held.known.products().len() as u32;
        let others = (first as u32..products).step_by(stride);
        let is_other = |product: &u32| truth.binary_search_by_key(product, |(p, _)| *p).is_err();
        let others = others.filter(is_other);
        let others = others.filter_map(|product| pair(product, 0.0, stride));
        bought.chain(others).collect()
    }
}
