//! The signals of a product and the score made of them (ranking semantics, sections 4, 5).

use endcap_rules::ABSENT_DAY;
use endcap_vocab::Signal;

use crate::compile::WeightRow;
use crate::retailer::Retailer;

/// What of a product's signals depends on the request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given {
    pub(crate) row: usize,
    pub(crate) price: f64,
    pub(crate) relevance: f64,
    pub(crate) popularity: f64,
    pub(crate) today: i32,
    pub(crate) month: u32,
}

/// The value of one signal, in 0..1.
pub(crate) fn value(retailer: &Retailer, signal: Signal, given: Given) -> f64 {
    let columns = &retailer.columns;
    let Given { row, price, .. } = given;
    let known_or_zero = |value: f64| if value.is_nan() { 0.0 } else { value };
    match signal {
        Signal::Relevance => given.relevance,
        Signal::Popularity => given.popularity,
        Signal::Margin => margin(price, columns.unit_cost[row]).clamp(0.0, 1.0),
        Signal::PrivateLabel => f64::from(u8::from(columns.private_label.get(row))),
        Signal::Newness => match columns.launched_on[row] {
            ABSENT_DAY => 0.0,
            launched => {
                let age_days = f64::from(given.today) - f64::from(launched);
                libm::exp2(-age_days / 30.0).min(1.0)
            }
        },
        Signal::Ageing => (known_or_zero(columns.stock_age_days[row]) / 90.0).min(1.0),
        Signal::Funding => (columns.vendor_funding[row] / price).clamp(0.0, 1.0),
        Signal::Season => f64::from(columns.season_months[row] >> (given.month - 1) & 1),
        Signal::Rating => known_or_zero(columns.rating[row]) / 5.0,
        Signal::ReturnRisk => columns.return_rate[row],
        Signal::Fulfilment => (retailer.fulfilment_cost[row] / price).clamp(0.0, 1.0),
    }
}

/// The share of a price that is left after the unit's cost.
pub(crate) fn margin(price: f64, unit_cost: f64) -> f64 {
    (price - unit_cost) / price
}

/// Weighted signals: the sum of the benefits less the sum of the costs, both in the order
/// of [`Signal::ALL`], and not below 0.
pub(crate) fn base(retailer: &Retailer, weights: &WeightRow, given: Given) -> f64 {
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
    (benefits - costs).max(0.0)
}
