//! Whether a model still fits: how far features, scores and what is bought have shifted since, how
//! well the latest week is told, and in words whether to train again.

use std::collections::HashMap;

use endcap_engine::Model;
use serde::Serialize;

use crate::LearnError;
use crate::artifact::report::features_of;
use crate::artifact::{Artifact, TRIAL_CASES, Trial, last_week, told};
use crate::blend::logistic::probability;
use crate::distribution::stability;
use crate::evaluate::Evaluation;
use crate::held_out::{Case, HeldOut, Split};
use crate::history::History;
use crate::orders::Orders;
use crate::parts::Popularity;
use crate::progress::Watch;
use crate::sparse::Scores;

/// An index from which on a distribution is watched, and above which it has shifted.
const WATCH: f64 = 0.1;
const SHIFTED: f64 = 0.25;

/// With fewer orders nothing is told.
const LEAST_ORDERS: usize = 200;

/// With fewer shoppers the latest week tells nothing.
const LEAST_CASES: usize = 30;

/// The share of NDCG@10 that is lost before training again is worth it, and how far what came true
/// may be from what was expected.
const LOST: f64 = 0.1;
const OFF: f64 = 0.25;

/// How far a model is from later orders, or from another model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Drift {
    /// What to do.
    pub verdict: Verdict,
    /// Why, in a sentence.
    pub why: String,
    /// What has shifted and how far, the farthest first.
    pub shifts: Vec<Shift>,
    /// The share of what is bought now of products that did not sell when the model was trained.
    pub new_products: f64,
    /// How well the latest week is told.
    pub latest: Option<Latest>,
}

/// Whether to train again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The model still fits.
    Steady,
    /// Something has begun to shift.
    Watch,
    /// Train again.
    Retrain,
    /// There are too few orders to tell.
    TooFew,
}

/// How far a distribution has shifted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shift {
    /// What of.
    pub of: String,
    /// The population stability index; none where there are too few values.
    pub index: Option<f64>,
}

/// How well a week is told, beside how well one was when the model was trained.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Latest {
    /// The latest week.
    pub now: Trial,
    /// That of the training.
    pub then: Trial,
}

impl Artifact {
    /// Holds the model against orders as they are at `now_micros`. The latest week tells how well
    /// the model does where its orders are later than those it was trained on.
    ///
    /// # Errors
    /// [`LearnError::Cancelled`].
    pub fn drift_to_orders(
        &self,
        orders: &Orders,
        now_micros: i64,
        watch: Watch<'_>,
    ) -> Result<Drift, LearnError> {
        if orders.len() < LEAST_ORDERS {
            return Ok(Drift {
                verdict: Verdict::TooFew,
                why: format!(
                    "There are too few orders to tell: {}, and {LEAST_ORDERS} are needed.",
                    orders.len()
                ),
                shifts: Vec::new(),
                new_products: 0.0,
                latest: None,
            });
        }
        let mut later = features_of(orders, now_micros);
        let trained_on = &self.report.trained_on;
        let since_micros = last_week(orders).max(trained_on.last_at_micros.saturating_add(1));
        let held = HeldOut::new(orders, Split::At(since_micros));
        let mut now = None;
        let evaluation = Evaluation::new(&held, self.report.seed);
        if let Ok(evaluation) = evaluation.map(|all| all.at_most(TRIAL_CASES))
            && evaluation.cases() >= LEAST_CASES
        {
            let score = self.scorer(orders);
            let told = told((&evaluation, since_micros), &score, watch)?;
            now = told.map(|(trial, bought)| {
                later.push(bought);
                trial
            });
        }
        let popularity = Popularity::train(orders, now_micros);
        let shares = popularity.of_orders().iter().copied();
        let sold = orders.products().iter().map(|sku| &**sku).zip(shares);
        Ok(self.drift(&later, sold, now))
    }

    /// Holds the model against one that was trained later.
    #[must_use]
    pub fn drift_to(&self, later: &Self) -> Drift {
        let trial = later.report.trial.clone();
        self.drift(&later.report.distributions, later.sold(), trial)
    }

    /// What the model says of the products of some orders.
    fn scorer<'s>(
        &'s self,
        orders: &'s Orders,
    ) -> impl Fn(&Case, &History, &mut Scores) + Sync + 's {
        let number = |sku: &str| {
            orders
                .products()
                .binary_search_by(|name| (**name).cmp(sku))
                .ok()
        };
        let skus = (0..self.products.len()).map(|row| self.products.get(row));
        let products: Vec<Option<u32>> = skus.map(|sku| Some(number(sku)? as u32)).collect();
        move |case, _, scores| {
            let shopper = self
                .model
                .shopper(&orders.shoppers()[case.shopper as usize]);
            let rows = products.len();
            let (mut relevance, mut purchase) = (vec![0.0; rows], vec![0.0; rows]);
            self.model
                .predict(shopper, 0..rows, &mut relevance, &mut purchase);
            for (product, probability) in products.iter().zip(purchase) {
                if let Some(product) = product {
                    scores.add(*product, probability as f32);
                }
            }
        }
    }

    /// The products that sold, each with the share of orders that contain it.
    fn sold(&self) -> impl Iterator<Item = (&str, f64)> {
        let rows = 0..self.products.len();
        let sold = rows.filter(|row| self.model.popularity()[*row] > 0.0);
        sold.map(|row| {
            let share = probability(f64::from(self.model.item(row).bias));
            (self.products.get(row), share)
        })
    }

    fn drift<'s>(
        &self,
        later: &[crate::distribution::Distribution],
        sold: impl Iterator<Item = (&'s str, f64)>,
        now: Option<Trial>,
    ) -> Drift {
        let (bought, new_products) = self.shift_of_products(sold);
        let then = self.report.distributions.iter();
        let pairs =
            then.filter_map(|then| Some((then, later.iter().find(|now| now.of == then.of)?)));
        let mut shifts: Vec<Shift> = pairs
            .map(|(then, now)| Shift {
                of: then.of.clone(),
                index: then.shift(now),
            })
            .collect();
        shifts.push(bought);
        let index = |shift: &Shift| shift.index.unwrap_or(-1.0);
        shifts.sort_by(|a, b| index(b).total_cmp(&index(a)).then_with(|| a.of.cmp(&b.of)));
        let latest = now.zip(self.report.trial.clone());
        let latest = latest.map(|(now, then)| Latest { now, then });
        let (verdict, why) = judge(&shifts, new_products, latest.as_ref());
        Drift {
            verdict,
            why,
            shifts,
            new_products,
            latest,
        }
    }

    /// How far what is bought has shifted among products: ten groups, from those bought most to
    /// those bought least, each with a tenth of what was bought; and those that did not sell, with
    /// their share.
    fn shift_of_products<'s>(&self, later: impl Iterator<Item = (&'s str, f64)>) -> (Shift, f64) {
        let mut sold: Vec<(&str, f64)> = self.sold().collect();
        sold.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        let all: f64 = sold.iter().map(|(_, share)| share).sum();
        let mut shares = [[0.0; 11]; 2];
        let mut groups: HashMap<&str, usize> = HashMap::new();
        let mut before = 0.0;
        for (sku, share) in sold {
            let group = ((10.0 * before / all) as usize).min(9);
            before += share;
            shares[0][group] += share;
            groups.insert(sku, group);
        }
        for (sku, share) in later {
            shares[1][groups.get(sku).copied().unwrap_or(10)] += share;
        }
        let [then, now] = shares.map(|shares| {
            let all: f64 = shares.iter().sum();
            shares.map(|share| if all > 0.0 { share / all } else { 0.0 })
        });
        let shift = Shift {
            of: "which products are bought".to_owned(),
            index: Some(stability(&then, &now)),
        };
        (shift, now[10])
    }
}

/// What to do, and why.
fn judge(shifts: &[Shift], new_products: f64, latest: Option<&Latest>) -> (Verdict, String) {
    let mut reasons = Vec::new();
    let mut shifted = shifts
        .iter()
        .filter(|shift| shift.index.is_some_and(|index| index > SHIFTED));
    if let Some(Shift { of, index }) = shifted.next() {
        let others = match shifted.count() {
            0 => String::new(),
            others => format!(", and {others} more"),
        };
        let index = index.unwrap_or_default();
        reasons.push(format!("“{of}” has shifted (index {index:.2}{others})"));
    }
    if new_products > OFF {
        let percent = 100.0 * new_products;
        reasons.push(format!("{percent:.0}% of what is bought did not sell then"));
    }
    if let Some(Latest { now, then }) = latest {
        let (is, was) = (now.all.ndcg_10, then.all.ndcg_10);
        if is.high < was.low && is.mean < (1.0 - LOST) * was.mean {
            reasons.push(format!(
                "the latest week is told worse (NDCG@10 {:.3}, it was {:.3})",
                is.mean, was.mean
            ));
        }
        let (expected, observed) = (now.calibration.expected, now.calibration.observed);
        let by_chance = 2.0 * now.calibration.chance * observed;
        if (expected - observed).abs() > (OFF * observed).max(by_chance) {
            reasons.push(format!(
                "probabilities do not hold (expected {expected:.3}, came true {observed:.3})"
            ));
        }
    }
    if !reasons.is_empty() {
        return (
            Verdict::Retrain,
            format!("Train again: {}.", reasons.join("; ")),
        );
    }
    let Some((of, index)) = shifts
        .first()
        .and_then(|shift| Some((&shift.of, shift.index?)))
    else {
        let why = "There are too few values to tell.".to_owned();
        return (Verdict::TooFew, why);
    };
    if index >= WATCH {
        let why = format!(
            "Watch it: “{of}” has begun to shift (index {index:.2}); no need to train again yet."
        );
        return (Verdict::Watch, why);
    }
    let why =
        format!("No need to train again: nothing has shifted (most “{of}”, index {index:.2}).");
    (Verdict::Steady, why)
}
