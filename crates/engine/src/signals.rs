//! The signals of a product and the score made of them (ranking semantics, sections 4, 5).

use std::sync::LazyLock;

use endcap_rules::ABSENT_DAY;
use endcap_vocab::Signal;

use crate::compile::WeightRow;
use crate::ground::WeighedRun;
use crate::retailer::Retailer;

/// What of a product's signals depends on the request, but not on who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given {
    pub(crate) row: usize,
    pub(crate) price: f64,
    pub(crate) today: i32,
    pub(crate) month: u32,
}

/// The value in 0..1 of a signal that no model gives.
pub(crate) fn value(retailer: &Retailer, signal: Signal, given: Given) -> f64 {
    let columns = &retailer.columns;
    let Given { row, price, .. } = given;
    let known_or_zero = |value: f64| if value.is_nan() { 0.0 } else { value };
    match signal {
        Signal::Relevance | Signal::Popularity => 0.0,
        Signal::Margin => margin(price, columns.unit_cost[row]).clamp(0.0, 1.0),
        Signal::PrivateLabel => f64::from(u8::from(columns.private_label.get(row))),
        Signal::Newness => match columns.launched_on[row] {
            ABSENT_DAY => 0.0,
            launched => newness(given.today, launched),
        },
        Signal::Ageing => (known_or_zero(columns.stock_age_days[row]) / 90.0).min(1.0),
        Signal::Funding => (columns.vendor_funding[row] / price).clamp(0.0, 1.0),
        Signal::Season => f64::from(columns.season_months[row] >> (given.month - 1) & 1),
        Signal::Rating => known_or_zero(columns.rating[row]) / 5.0,
        Signal::ReturnRisk => columns.return_rate[row],
        Signal::Fulfilment => (retailer.fulfilment_cost[row] / price).clamp(0.0, 1.0),
    }
}

/// 2^(−age in days / 30), 1 before the launch.
fn newness(today: i32, launched: i32) -> f64 {
    /// Most products are younger than this, and an exponential takes its time.
    const DAYS: usize = 2048;
    static TABLE: LazyLock<Vec<f64>> =
        LazyLock::new(|| (0..DAYS).map(|days| fade(days as f64)).collect());
    fn fade(days: f64) -> f64 {
        libm::exp2(-days / 30.0).min(1.0)
    }
    let days = i64::from(today) - i64::from(launched);
    let kept = usize::try_from(days).ok().and_then(|days| TABLE.get(days));
    kept.copied().unwrap_or_else(|| fade(days as f64))
}

/// The share of a price that is left after the unit's cost.
pub(crate) fn margin(price: f64, unit_cost: f64) -> f64 {
    (price - unit_cost) / price
}

/// The part of the weighted sum that no model gives: the benefits less the costs, each added up
/// in the order of [`Signal::ALL`].
pub(crate) fn rest(retailer: &Retailer, weights: &WeightRow, given: Given) -> f64 {
    let mut benefits = 0.0;
    let mut costs = 0.0;
    for (signal, weight) in Signal::ALL.iter().zip(weights) {
        if *weight != 0.0 {
            let points = weight * value(retailer, *signal, given);
            if signal.is_cost() {
                costs += points;
            } else {
                benefits += points;
            }
        }
    }
    benefits - costs
}

/// The score before any rule: the weighted signals of a model on top of the rest, not below 0.
#[inline(always)]
pub(crate) fn weighted(run: &WeighedRun, relevance: f64, popularity: f64, rest: f64) -> f64 {
    let sum = run.relevance * relevance + (run.popularity * popularity + rest);
    if sum > 0.0 { sum } else { 0.0 }
}
