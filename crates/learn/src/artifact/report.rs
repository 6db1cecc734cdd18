//! What a model was trained on, how well it told what came then, and how values were distributed.

use serde::{Deserialize, Serialize};

use crate::LearnError;
use crate::artifact::Artifact;
use crate::blend::features::{NAMES, SHOPPER, of_past, of_shopper};
use crate::distribution::Distribution;
use crate::evaluate::{Calibration, Figures};
use crate::history::History;
use crate::orders::Orders;

/// At most so many shoppers are looked at.
const MOST_SHOPPERS: usize = 5000;

/// Products of a shopper whose scores are looked at.
const FIRST: usize = 24;

/// The distribution of scores of what was bought in the trial.
pub(crate) const SCORE_OF_BOUGHT: &str = "score of what was bought";

/// The distribution of the highest scores of each shopper.
pub(crate) const FIRST_SCORES: &str = "score of the first 24";

/// What a training leaves beside its model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainingReport {
    /// What it was trained on.
    pub trained_on: TrainedOn,
    /// What was drawn is drawn from this.
    pub seed: u64,
    /// What was blended.
    pub parts: Vec<String>,
    /// What the blend looks at and how much each weighs for its log-odds: in products bought
    /// before, and in new ones.
    pub weights: Vec<(String, [f64; 2])>,
    /// How a model of all orders but the last week's told that week; none where nobody ordered
    /// both before and in it.
    pub trial: Option<Trial>,
    /// How features and scores were distributed.
    pub distributions: Vec<Distribution>,
}

/// What a model was trained on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainedOn {
    /// The content hash of the snapshot, in hexadecimal digits.
    pub snapshot: String,
    /// When the snapshot was taken, in microseconds since 1970.
    pub now_micros: i64,
    /// When the first order was made.
    pub first_at_micros: i64,
    /// When the last one was.
    pub last_at_micros: i64,
    /// How many orders there were.
    pub orders: usize,
    /// Lines of these, each product once an order.
    pub lines: usize,
    /// Shoppers who ordered.
    pub shoppers: usize,
    /// Products that were ordered.
    pub products: usize,
}

/// How well a week was told that was held out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// When the week began, in microseconds since 1970.
    pub since_micros: i64,
    /// All products.
    pub all: Figures,
    /// Products new to the shopper.
    pub new: Figures,
    /// How far probabilities held.
    pub calibration: Calibration,
}

impl TrainingReport {
    pub(crate) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("numbers and texts are JSON")
    }

    pub(crate) fn of_json(json: &[u8]) -> Result<Self, LearnError> {
        let report = serde_json::from_slice::<Self>(json).ok();
        report
            .filter(|report| report.distributions.iter().all(Distribution::is_whole))
            .ok_or(LearnError::DamagedModel("its report cannot be read"))
    }
}

impl TrainedOn {
    pub(crate) fn new(snapshot: &str, now_micros: i64, orders: &Orders) -> Self {
        let times = (0..orders.len()).map(|order| orders.at(order));
        Self {
            snapshot: snapshot.to_owned(),
            now_micros,
            first_at_micros: times.min().unwrap_or(0),
            last_at_micros: orders.last_at(),
            orders: orders.len(),
            lines: orders.line_count(),
            shoppers: orders.shoppers().len(),
            products: orders.products().len(),
        }
    }
}

/// How the features are distributed that follow from orders alone: those of shoppers, and those
/// of what each bought before.
pub(crate) fn features_of(orders: &Orders, now_micros: i64) -> Vec<Distribution> {
    let stride = orders.shoppers().len().div_ceil(MOST_SHOPPERS).max(1);
    let mut values: Vec<Vec<f32>> = vec![Vec::new(); SHOPPER.end];
    for shopper in (0..orders.shoppers().len()).step_by(stride) {
        let history = History::of(orders, shopper, now_micros);
        if history.is_empty() {
            continue;
        }
        let often = history.past.iter().map(|past| past.frequency);
        let most = often.fold(f32::MIN_POSITIVE, f32::max);
        for past in &history.past {
            let features = of_past(past, &history, most);
            values
                .iter_mut()
                .zip(features)
                .for_each(|(of, value)| of.push(value));
        }
        let features = of_shopper(&history);
        for place in SHOPPER {
            values[place].push(features[place]);
        }
    }
    let named = NAMES.iter().zip(values);
    let distributions = named.filter(|(_, values)| !values.is_empty());
    distributions
        .map(|(name, values)| Distribution::new(*name, values))
        .collect()
}

/// How the logits are distributed that a model has for the products it puts first.
pub(crate) fn scores_of(artifact: &Artifact) -> Distribution {
    let shoppers = artifact.model.shopper_columns();
    let stride = shoppers.len().div_ceil(MOST_SHOPPERS).max(1);
    let numbers = (0..shoppers.len() as u32).step_by(stride);
    let first = numbers
        .filter_map(|number| shoppers.get(number))
        .flat_map(|known| {
            let own = known.own.iter().map(|(_, probability)| probability);
            let mut own: Vec<f32> = own.collect();
            own.sort_unstable_by(|a, b| b.total_cmp(a));
            own.truncate(FIRST);
            own
        });
    Distribution::new(FIRST_SCORES, first.map(logit).collect())
}

/// The log of the odds of a probability.
pub(crate) fn logit(probability: f32) -> f32 {
    crate::blend::tail::log_odds_of(f64::from(probability)) as f32
}
