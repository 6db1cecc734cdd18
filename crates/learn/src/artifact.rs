//! The model that is kept and served: a blend laid out in vectors for the products of a retailer,
//! with the report of its training.

mod bytes;
mod drift;
mod layout;
mod personas;
mod report;

use endcap_engine::Retailer;
use endcap_rules::Texts;
use rayon::prelude::*;

pub use bytes::MAGIC;
pub use drift::{Drift, Latest, Shift, Verdict};
pub use layout::Layout;
pub use report::{TrainedOn, TrainingReport, Trial};

use crate::LearnError;
use crate::artifact::report::{SCORE_OF_BOUGHT, features_of, logit, scores_of};
use crate::blend::tail::Tail;
use crate::blend::{Blend, Training};
use crate::distribution::Distribution;
use crate::evaluate::Evaluation;
use crate::held_out::{Case, HeldOut, Split};
use crate::history::History;
use crate::orders::{DAY_MICROS, Orders};
use crate::parts::Part;
use crate::progress::Watch;
use crate::sparse::Scores;
use crate::vectors::{ShopperVector, VectorModel};

/// Days at the end of the orders that a model is tried on.
const TRIAL_DAYS: i64 = 7;

/// At most so many shoppers are told in it: intervals are a hundredth wide by then.
const TRIAL_CASES: usize = 4000;

/// A trained model for the products of a retailer.
#[derive(Debug, Clone)]
pub struct Artifact {
    report: TrainingReport,
    /// The skus of the rows.
    products: Texts,
    /// By the model's number of a shopper: how many orders it made.
    orders: Vec<u32>,
    /// How a shopper's vector and level count, for shoppers that are made later.
    tail: Tail,
    model: VectorModel,
}

/// The snapshot that a model is trained on.
#[derive(Debug, Clone, Copy)]
pub struct Source<'s> {
    /// What it sells.
    pub retailer: &'s Retailer,
    /// Its orders.
    pub orders: &'s Orders,
    /// Its content hash, in hexadecimal digits.
    pub snapshot: &'s str,
    /// When it was taken, in microseconds since 1970.
    pub now_micros: i64,
}

impl Artifact {
    /// Trains on a snapshot: first without the last week, to tell how well that week is told, then
    /// on everything.
    ///
    /// # Errors
    /// [`LearnError::TooLittle`] without orders of shoppers, [`LearnError::Cancelled`].
    pub fn train(source: Source<'_>, seed: u64, watch: Watch<'_>) -> Result<Self, LearnError> {
        let Source {
            orders,
            retailer,
            now_micros,
            ..
        } = source;
        if orders.shoppers().is_empty() {
            let message = "there is no order of a shopper to learn from; import orders first";
            return Err(LearnError::TooLittle(message.to_owned()));
        }
        let (trial, bought) = trial(orders, seed, watch)?.unzip();
        let training = Training { window: None, seed };
        let blend = Blend::train(orders, now_micros, training, watch)?;
        let layout = Layout::of_retailer(&blend, orders, retailer);
        let shoppers = orders.shoppers().len();
        let task = watch.task("laying the model out", shoppers);
        let vectors: Result<Vec<ShopperVector>, LearnError> = (0..shoppers)
            .into_par_iter()
            .map_init(
                || blend.room(),
                |room, shopper| {
                    task.step(1)?;
                    let history = History::of(orders, shopper, now_micros);
                    Ok(layout.shopper_in(&orders.shoppers()[shopper], &history, room))
                },
            )
            .collect();
        let mut products = Texts::default();
        (0..retailer.len()).for_each(|row| products.push(retailer.columns().sku.get(row)));
        let weights = blend
            .weighed()
            .map(|(name, weights)| (name.to_owned(), weights));
        let parts = blend.parts().all().map(|part| part.name().to_owned());
        let mut artifact = Self {
            report: TrainingReport {
                trained_on: TrainedOn::new(source.snapshot, now_micros, orders),
                seed,
                parts: parts.into(),
                weights: weights.collect(),
                trial,
                distributions: features_of(orders, now_micros),
            },
            products,
            orders: (0..shoppers)
                .map(|shopper| orders.of(shopper).len() as u32)
                .collect(),
            tail: blend.tail(),
            model: layout.model(vectors?),
        };
        let scores = scores_of(&artifact);
        artifact.report.distributions.push(scores);
        artifact.report.distributions.extend(bought);
        Ok(artifact)
    }

    /// What it was trained on, and what came of it.
    #[must_use]
    pub fn report(&self) -> &TrainingReport {
        &self.report
    }

    /// What answers the engine.
    #[must_use]
    pub fn model(&self) -> &VectorModel {
        &self.model
    }

    /// The skus of its rows.
    #[must_use]
    pub fn products(&self) -> &Texts {
        &self.products
    }

    /// Whether its rows are those of a retailer.
    #[must_use]
    pub fn is_of(&self, retailer: &Retailer) -> bool {
        self.products == retailer.columns().sku
    }

    /// How many orders a shopper made; 0 for one with none.
    #[must_use]
    pub fn orders(&self, shopper: &str) -> u32 {
        let number = self.model.shopper_columns().find(shopper);
        number.map_or(0, |number| self.orders[number as usize])
    }
}

/// Where the week begins that a model of these orders is tried on.
fn last_week(orders: &Orders) -> i64 {
    orders.last_at().saturating_sub(TRIAL_DAYS * DAY_MICROS)
}

/// How a model of all orders but those of the last week tells that week, and the distribution of
/// its scores of what was bought; none where there is nothing to tell.
fn trial(
    orders: &Orders,
    seed: u64,
    watch: Watch<'_>,
) -> Result<Option<(Trial, Distribution)>, LearnError> {
    let since_micros = last_week(orders);
    let held = HeldOut::new(orders, Split::At(since_micros));
    let Ok(evaluation) = Evaluation::new(&held, seed) else {
        return Ok(None);
    };
    let evaluation = evaluation.at_most(TRIAL_CASES);
    let training = Training { window: None, seed };
    let blend = Blend::train(&held.known, held.now_micros, training, watch)?;
    let layout = Layout::of_orders(&blend, &held.known);
    let score = |_: &Case, history: &History, scores: &mut Scores| layout.score(history, scores);
    told((&evaluation, since_micros), &score, watch)
}

/// How well scores tell what was held out.
fn told(
    (evaluation, since_micros): (&Evaluation<'_, '_>, i64),
    score: &(dyn Fn(&Case, &History, &mut Scores) + Sync),
    watch: Watch<'_>,
) -> Result<Option<(Trial, Distribution)>, LearnError> {
    let asked = evaluation.ask_all(score, watch)?;
    let bought = asked.iter().flat_map(|asked| &asked.bought).copied();
    let bought = Distribution::new(SCORE_OF_BOUGHT, bought.map(logit).collect());
    let figures = evaluation.figures_of("served", &asked, true);
    let trial = figures.calibration.map(|calibration| Trial {
        since_micros,
        all: figures.all,
        new: figures.new,
        calibration,
    });
    Ok(trial.map(|trial| (trial, bought)))
}
