//! The seam between what models propose and what rules decide.

use std::collections::BTreeMap;
use std::ops::Range;

use endcap_vocab::Signals;

use crate::Retailer;

/// What a trained model says of a retailer's products, row by row; every value is in 0..1.
///
/// A model is bound to the retailer it was built for: rows are that retailer's rows.
pub trait Model: Sync {
    /// How popular each product is, whoever asks: one value a row of the retailer.
    fn popularity(&self) -> &[f64];

    /// The preference of a shopper for each of `rows`, and the probability that the shopper buys
    /// it; those of one nobody knows for `None`. The slices are as long as `rows`.
    fn predict(
        &self,
        shopper: Option<&str>,
        rows: Range<usize>,
        relevance: &mut [f64],
        purchase: &mut [f64],
    );
}

/// A model given as tables: the `signals` of a case.
#[derive(Debug, Clone)]
pub struct SignalTable {
    relevance: [Vec<f64>; 2],
    purchase: [Vec<f64>; 2],
    popularity: Vec<f64>,
}

impl SignalTable {
    /// Lays the signals of a case out by the retailer's rows.
    #[must_use]
    pub fn new(retailer: &Retailer, signals: &Signals) -> Self {
        let column = |by_sku: &BTreeMap<String, f64>| {
            let mut column = vec![0.0; retailer.len()];
            for (sku, value) in by_sku {
                if let Some(row) = retailer.row(sku) {
                    column[row] = *value;
                }
            }
            column
        };
        let or = |purchase: &Option<BTreeMap<String, f64>>, relevance: &BTreeMap<String, f64>| {
            column(purchase.as_ref().unwrap_or(relevance))
        };
        Self {
            relevance: [
                column(&signals.relevance),
                column(&signals.relevance_anonymous),
            ],
            purchase: [
                or(&signals.purchase, &signals.relevance),
                or(&signals.purchase_anonymous, &signals.relevance_anonymous),
            ],
            popularity: column(&signals.popularity),
        }
    }
}

fn side(shopper: Option<&str>) -> usize {
    usize::from(shopper.is_none())
}

impl Model for SignalTable {
    fn popularity(&self) -> &[f64] {
        &self.popularity
    }

    fn predict(
        &self,
        shopper: Option<&str>,
        rows: Range<usize>,
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        let side = side(shopper);
        relevance.copy_from_slice(&self.relevance[side][rows.clone()]);
        purchase.copy_from_slice(&self.purchase[side][rows]);
    }
}
