//! The seam between what models propose and what rules decide.

use std::collections::BTreeMap;
use std::ops::Range;

use endcap_vocab::Signals;

use crate::Retailer;
use crate::assess::Kept;

/// What a trained model says of a retailer's products, row by row; every value is in 0..1.
///
/// A model is bound to the retailer it was built for: rows are that retailer's rows.
pub trait Model: Sync {
    /// How popular each product is, whoever asks: one value a row of the retailer.
    fn popularity(&self) -> &[f64];

    /// The model's own number of a shopper; none for one that it treats as nobody.
    fn shopper(&self, id: &str) -> Option<u32>;

    /// The preference of a shopper for each of `rows`, and the probability that the shopper buys
    /// it; those of one nobody knows for `None`. The slices are as long as `rows`.
    fn predict(
        &self,
        shopper: Option<u32>,
        rows: Range<usize>,
        relevance: &mut [f64],
        purchase: &mut [f64],
    );

    /// What [`Model::predict`] says of some rows, in any order. The slices are as long as `rows`.
    fn predict_rows(
        &self,
        shopper: Option<u32>,
        rows: &[u32],
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        for (at, row) in rows.iter().enumerate() {
            let rows = *row as usize..*row as usize + 1;
            let answer = at..at + 1;
            let relevance = &mut relevance[answer.clone()];
            self.predict(shopper, rows, relevance, &mut purchase[answer]);
        }
    }

    /// What [`Model::predict_rows`] says of rows that are not among [`Model::own`]; what it says of those
    /// that are counts for nothing.
    fn predict_others(
        &self,
        shopper: Option<u32>,
        rows: &[u32],
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        self.predict_rows(shopper, rows, relevance, purchase);
    }

    /// What [`Model::predict`] says of one row.
    fn predict_one(&self, shopper: Option<u32>, row: usize) -> (f64, f64) {
        let (mut relevance, mut purchase) = ([0.0], [0.0]);
        self.predict_rows(shopper, &[row as u32], &mut relevance, &mut purchase);
        (relevance[0], purchase[0])
    }

    /// The most that [`Model::predict`] says of any shopper it knows, but for [`Model::own`] rows.
    /// Who looks for the best products need not ask about those that cannot be; the tighter, the
    /// fewer are asked about.
    fn most(&self, _rows: Range<usize>, relevance: &mut [f32], purchase: &mut [f32]) {
        relevance.fill(1.0);
        purchase.fill(1.0);
    }

    /// The rows of a shopper of which the model may say more than [`Model::most`], ascending.
    fn own(&self, _shopper: u32) -> Vec<u32> {
        Vec::new()
    }

    /// A place of the model's own for what the engine works out of it.
    fn kept(&self) -> Option<&Kept> {
        None
    }

    /// What [`Model::predict`] says, nearly: no value is farther off than [`Model::off_by`].
    /// Whoever looks for the best products looks here first, and asks again for those that come
    /// near.
    fn estimate(
        &self,
        shopper: Option<u32>,
        rows: Range<usize>,
        relevance: &mut [f32],
        purchase: &mut [f32],
    ) {
        const BLOCK: usize = 256;
        let mut exact = [[0.0; BLOCK]; 2];
        let blocks = relevance.chunks_mut(BLOCK).zip(purchase.chunks_mut(BLOCK));
        for (start, (relevance, purchase)) in rows.step_by(BLOCK).zip(blocks) {
            let [exact_relevance, exact_purchase] = &mut exact;
            let exact_relevance = &mut exact_relevance[..relevance.len()];
            let exact_purchase = &mut exact_purchase[..purchase.len()];
            let rows = start..start + relevance.len();
            self.predict(shopper, rows, exact_relevance, exact_purchase);
            let values = relevance.iter_mut().zip(exact_relevance);
            for (value, exact) in values.chain(purchase.iter_mut().zip(exact_purchase)) {
                *value = *exact as f32;
            }
        }
    }

    /// How far [`Model::estimate`] may be off.
    fn off_by(&self) -> f32 {
        f32::EPSILON
    }
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

fn side(shopper: Option<u32>) -> usize {
    usize::from(shopper.is_none())
}

impl Model for SignalTable {
    fn popularity(&self) -> &[f64] {
        &self.popularity
    }

    /// All shoppers are one.
    fn shopper(&self, _id: &str) -> Option<u32> {
        Some(0)
    }

    fn predict(
        &self,
        shopper: Option<u32>,
        rows: Range<usize>,
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        let side = side(shopper);
        relevance.copy_from_slice(&self.relevance[side][rows.clone()]);
        purchase.copy_from_slice(&self.purchase[side][rows]);
    }

    fn most(&self, rows: Range<usize>, relevance: &mut [f32], purchase: &mut [f32]) {
        let side = side(Some(0));
        let exact = self.relevance[side][rows.clone()].iter();
        let exact = exact.chain(&self.purchase[side][rows]);
        for (most, exact) in relevance.iter_mut().chain(purchase).zip(exact) {
            *most = (*exact as f32).next_up();
        }
    }
}
