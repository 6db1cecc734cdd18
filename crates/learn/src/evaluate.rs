//! How well a model tells later orders: figures over cases, each with how sure it is.

mod calibration;
mod metrics;
mod protocol;

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub use calibration::{Calibration, Outcome};
pub use metrics::{Figure, Ranked};
pub use protocol::{Loaded, Protocol, Reference};

use crate::LearnError;
use crate::held_out::{Case, HeldOut};
use crate::history::History;
use crate::parts::{Part, Popularity};
use crate::progress::Watch;
use crate::sparse::Scores;

/// Slots that calibration is measured on.
const SLATE: usize = 24;

/// Numbers of known orders that are told apart.
const KNOWN_ORDERS: [&str; 4] = ["1", "2 to 4", "5 to 9", "10 or more"];

/// The longest list that is looked at.
const MOST: usize = 24;

/// The figures of one model on some cases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// How many cases had something to be told.
    pub cases: usize,
    /// Of what was bought, the share among the first 10.
    pub recall_10: Figure,
    /// The same, an early place counting more; 1 for the best order possible.
    pub ndcg_10: Figure,
    /// Of what was bought, the share among the first 20.
    pub recall_20: Figure,
    /// As `ndcg_10`.
    pub ndcg_20: Figure,
    /// The share of cases with something among the first 10.
    pub hit_rate_10: Figure,
    /// One by the place of the first that was bought, 0 below 24.
    pub reciprocal_rank: Figure,
    /// Bits of surprise of the first 10: −log2 of the share of shoppers who bought it.
    pub novelty_10: Figure,
    /// The share of all products that are among somebody's first 10.
    pub coverage_10: f64,
}

/// What a model did on some items.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelFigures {
    /// The model's name.
    pub model: String,
    /// All items.
    pub all: Figures,
    /// Items new to the shopper.
    pub new: Figures,
    /// All items, by the number of known orders: `1`, `2 to 4`, `5 to 9`, `10 or more`.
    pub by_orders: Vec<(&'static str, Figures)>,
    /// All items, by segment; a shopper of several counts in each.
    pub by_segment: BTreeMap<String, Figures>,
    /// How far probabilities hold, where the model gives any.
    pub calibration: Option<Calibration>,
}

/// Cases to evaluate on.
pub struct Evaluation<'h, 'o> {
    held: &'h HeldOut<'o>,
    cases: Vec<&'h Case>,
    popularity: Popularity,
    /// The place of each product by popularity.
    place: Vec<u32>,
    buyers: Vec<u32>,
    /// By shopper; empty where no segments are known.
    segments: Vec<Vec<String>>,
    seed: u64,
}

impl<'h, 'o> Evaluation<'h, 'o> {
    /// The cases of shoppers who bought something before.
    ///
    /// # Errors
    /// [`LearnError::TooLittle`] where there is none.
    pub fn new(held: &'h HeldOut<'o>, seed: u64) -> Result<Self, LearnError> {
        let is_known = |case: &&Case| !held.known.of(case.shopper as usize).is_empty();
        let cases: Vec<&Case> = held.cases.iter().filter(is_known).collect();
        if cases.is_empty() {
            let message = "no shopper has orders both before and after the split, so nothing \
                           can be evaluated; choose an earlier instant, or read more orders";
            return Err(LearnError::TooLittle(message.to_owned()));
        }
        let popularity = Popularity::train(&held.known, held.now_micros);
        let mut place = vec![0; held.known.products().len()];
        for (index, product) in popularity.ranked().iter().enumerate() {
            place[*product as usize] = index as u32;
        }
        Ok(Self {
            held,
            cases,
            popularity,
            place,
            buyers: held.known.buyers(),
            segments: Vec::new(),
            seed,
        })
    }

    /// The same, with the segments of each shopper by its number.
    #[must_use]
    pub fn with_segments(self, segments: Vec<Vec<String>>) -> Self {
        Self { segments, ..self }
    }

    /// The same with at most so many cases, evenly by shopper.
    #[must_use]
    pub(crate) fn at_most(mut self, cases: usize) -> Self {
        let stride = self.cases.len().div_ceil(cases).max(1);
        self.cases = self.cases.into_iter().step_by(stride).collect();
        self
    }

    /// How many cases there are.
    #[must_use]
    pub fn cases(&self) -> usize {
        self.cases.len()
    }

    /// Evaluates a model that was trained on the known orders; its scores are taken for
    /// probabilities where `is_probability`.
    ///
    /// # Errors
    /// [`LearnError::Cancelled`].
    pub fn of(
        &self,
        model: &dyn Part,
        is_probability: bool,
        watch: Watch<'_>,
    ) -> Result<ModelFigures, LearnError> {
        let score = |_: &Case, history: &History, scores: &mut Scores| model.score(history, scores);
        let asked = self.ask_all(&score, watch)?;
        Ok(self.figures_of(model.name(), &asked, is_probability))
    }

    /// Asks for every case; `score` adds scores of its shopper to zeros.
    pub(crate) fn ask_all(
        &self,
        score: &(dyn Fn(&Case, &History, &mut Scores) + Sync),
        watch: Watch<'_>,
    ) -> Result<Vec<Asked>, LearnError> {
        let task = watch.task("telling later orders", self.cases.len());
        self.cases
            .par_iter()
            .map_init(
                || Scores::new(self.place.len()),
                |scores, case| {
                    task.step(1)?;
                    Ok(self.ask(score, case, scores))
                },
            )
            .collect()
    }

    pub(crate) fn figures_of(
        &self,
        model: &str,
        asked: &[Asked],
        is_probability: bool,
    ) -> ModelFigures {
        let all: Vec<&Ranked> = asked.iter().map(|asked| &asked.all).collect();
        let new = asked.iter().filter_map(|asked| asked.new.as_ref());
        let mut by_orders = KNOWN_ORDERS.map(|orders| (orders, Vec::new()));
        let mut by_segment: BTreeMap<String, Vec<&Ranked>> = BTreeMap::new();
        for (asked, case) in asked.iter().zip(&self.cases) {
            by_orders[asked.orders].1.push(&asked.all);
            for segment in self
                .segments
                .get(case.shopper as usize)
                .into_iter()
                .flatten()
            {
                by_segment
                    .entry(segment.clone())
                    .or_default()
                    .push(&asked.all);
            }
        }
        let outcomes = || asked.iter().flat_map(|asked| asked.slate.iter().copied());
        ModelFigures {
            model: model.to_owned(),
            all: self.figures(&all),
            new: self.figures(&new.collect::<Vec<_>>()),
            by_orders: by_orders
                .into_iter()
                .filter(|(_, ranked)| !ranked.is_empty())
                .map(|(orders, ranked)| (orders, self.figures(&ranked)))
                .collect(),
            by_segment: by_segment
                .into_iter()
                .map(|(segment, ranked)| (segment, self.figures(&ranked)))
                .collect(),
            calibration: is_probability.then(|| Calibration::of(outcomes().collect())),
        }
    }

    fn figures(&self, ranked: &[&Ranked]) -> Figures {
        let shoppers = self.held.known.shoppers().len().max(1) as f64;
        let surprise = |product: &u32| {
            let buyers = f64::from(self.buyers[*product as usize]).max(1.0);
            -libm::log2(buyers / shoppers)
        };
        let mean = |figure: &dyn Fn(&Ranked) -> f64| {
            let values: Vec<f64> = ranked.iter().map(|ranked| figure(ranked)).collect();
            Figure::of(&values, self.seed)
        };
        let mut shown: Vec<u32> = ranked
            .iter()
            .flat_map(|ranked| ranked.first(10).iter().copied())
            .collect();
        shown.sort_unstable();
        shown.dedup();
        Figures {
            cases: ranked.len(),
            recall_10: mean(&|ranked| ranked.recall(10)),
            ndcg_10: mean(&|ranked| ranked.ndcg(10)),
            recall_20: mean(&|ranked| ranked.recall(20)),
            ndcg_20: mean(&|ranked| ranked.ndcg(20)),
            hit_rate_10: mean(&|ranked| f64::from(ranked.recall(10) > 0.0)),
            reciprocal_rank: mean(&Ranked::reciprocal_rank),
            novelty_10: mean(&|ranked| {
                let first = ranked.first(10);
                first.iter().map(surprise).sum::<f64>() / first.len().max(1) as f64
            }),
            coverage_10: shown.len() as f64 / self.place.len().max(1) as f64,
        }
    }

    fn ask(
        &self,
        score: &(dyn Fn(&Case, &History, &mut Scores) + Sync),
        case: &Case,
        scores: &mut Scores,
    ) -> Asked {
        let history = self.held.history(case);
        scores.clear();
        score(case, &history, scores);
        let truth: Vec<u32> = self
            .held
            .truth(case)
            .iter()
            .map(|(product, _)| *product)
            .collect();
        let is_new = |product: &u32| history.find(*product).is_none();
        let all = self.first(scores, &|_| true);
        let next = self.held.next(case);
        let slate = all.iter().take(SLATE).map(|product| Outcome {
            probability: f64::from(scores.get(*product)),
            bought: next.binary_search(product).is_ok(),
        });
        let slate = slate.collect();
        let bought = next.iter().map(|product| scores.get(*product)).collect();
        let new_truth: Vec<u32> = truth.iter().copied().filter(is_new).collect();
        let new =
            (!new_truth.is_empty()).then(|| Ranked::new(self.first(scores, &is_new), &new_truth));
        Asked {
            all: Ranked::new(all, &truth),
            new,
            slate,
            bought,
            orders: match history.orders {
                0..=1 => 0,
                2..=4 => 1,
                5..=9 => 2,
                _ => 3,
            },
        }
    }

    /// The first products by score, then by popularity; those without a score come last.
    fn first(&self, scores: &Scores, keep: &dyn Fn(&u32) -> bool) -> Vec<u32> {
        let mut first = scores.best_unsorted(usize::MAX);
        first.retain(keep);
        let place = |product: &u32| self.place[*product as usize];
        let order = |a: &u32, b: &u32| {
            let by_score = scores.get(*b).total_cmp(&scores.get(*a));
            by_score.then(place(a).cmp(&place(b)))
        };
        if first.len() > MOST {
            first.select_nth_unstable_by(MOST, order);
            first.truncate(MOST);
            // What scores all products leaves room for all, and the lists of all cases are kept.
            first.shrink_to_fit();
        }
        first.sort_unstable_by(order);
        let rest = self.popularity.ranked().iter().copied();
        let rest = rest.filter(|product| scores.get(*product) <= 0.0 && keep(product));
        let missing = MOST - first.len();
        first.extend(rest.take(missing));
        first
    }
}

/// One case's answers.
pub(crate) struct Asked {
    all: Ranked,
    new: Option<Ranked>,
    slate: Vec<Outcome>,
    /// The scores of what the next order contained.
    pub(crate) bought: Vec<f32>,
    /// A place in [`KNOWN_ORDERS`].
    orders: usize,
}
