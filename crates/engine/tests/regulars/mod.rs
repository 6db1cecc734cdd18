//! A model of the shape of one that is trained: each shopper prefers each product less than a table
//! says, or, where it bought it before, more.

use std::ops::Range;

use endcap_engine::{Kept, Model, SignalTable};

/// What a shopper bought before is one of so many products.
const BOUGHT: u32 = 211;

/// A table with shoppers who differ, and who are told apart by the first letter of their id.
pub struct Regulars {
    table: SignalTable,
    kept: Kept,
}

impl Regulars {
    pub fn new(table: SignalTable) -> Self {
        Self {
            table,
            kept: Kept::default(),
        }
    }
}

/// A share of 1 that follows from a shopper and a row.
fn share(shopper: u32, row: u32) -> f64 {
    let mixed = (shopper ^ row.wrapping_mul(0x9e37_79b9)).wrapping_mul(0x85eb_ca6b);
    f64::from(mixed >> 16) / f64::from(u16::MAX)
}

fn has_bought(shopper: u32, row: u32) -> bool {
    row % BOUGHT == shopper % BOUGHT
}

impl Model for Regulars {
    fn popularity(&self) -> &[f64] {
        self.table.popularity()
    }

    /// Nobody knows those whose id begins with `x`.
    fn shopper(&self, id: &str) -> Option<u32> {
        let first = u32::from(*id.as_bytes().first()?);
        (first != u32::from(b'x')).then_some(first)
    }

    fn predict(
        &self,
        shopper: Option<u32>,
        rows: Range<usize>,
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        self.table
            .predict(shopper, rows.clone(), relevance, purchase);
        let Some(shopper) = shopper else { return };
        let values = relevance.iter_mut().zip(purchase);
        for (row, (relevance, purchase)) in rows.zip(values) {
            let row = row as u32;
            let share = share(shopper, row);
            for value in [relevance, purchase] {
                *value = if has_bought(shopper, row) {
                    *value + (1.0 - *value) * share
                } else {
                    *value * share
                };
            }
        }
    }

    fn most(&self, rows: Range<usize>, relevance: &mut [f32], purchase: &mut [f32]) {
        self.table.most(rows, relevance, purchase);
    }

    fn own(&self, shopper: u32) -> Vec<u32> {
        let rows = 0..self.popularity().len() as u32;
        rows.filter(|row| has_bought(shopper, *row)).collect()
    }

    fn kept(&self) -> Option<&Kept> {
        Some(&self.kept)
    }
}
