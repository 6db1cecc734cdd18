//! Units by location, and what is on its way to each.

use chrono::NaiveDate;
use endcap_vocab::{InboundRow, InventoryRow};

/// One location's units of one product.
#[derive(Debug, Clone, Copy)]
struct Held {
    row: u32,
    location: u32,
    units: i64,
    /// Days since 1970-01-01 on which they arrive; `i32::MIN` for what is there.
    due: i32,
}

/// The units of every product, product by product.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stock {
    held: Vec<Held>,
    /// Where each row's entries begin; one more than there are rows.
    starts: Vec<u32>,
}

impl Stock {
    /// Gathers the entries of `rows` products; those of unknown skus or places are passed over.
    pub(crate) fn build(
        rows: usize,
        inventory: &[InventoryRow],
        inbound: &[InboundRow],
        find: impl Fn(&str, &str) -> Option<(u32, u32)>,
    ) -> Self {
        let mut held: Vec<Held> = Vec::with_capacity(inventory.len() + inbound.len());
        for entry in inventory {
            let units = (entry.on_hand - entry.reserved - entry.safety_stock).max(0);
            if let Some((row, location)) = find(&entry.sku, &entry.location) {
                held.push(Held {
                    row,
                    location,
                    units,
                    due: i32::MIN,
                });
            }
        }
        for entry in inbound {
            if let Some((row, location)) = find(&entry.sku, &entry.location) {
                held.push(Held {
                    row,
                    location,
                    units: entry.quantity,
                    due: day(entry.due),
                });
            }
        }
        held.sort_by_key(|entry| (entry.row, entry.location, entry.due));
        let mut starts = vec![0_u32; rows + 1];
        for entry in &held {
            starts[entry.row as usize + 1] += 1;
        }
        for row in 0..rows {
            starts[row + 1] += starts[row];
        }
        Self { held, starts }
    }

    /// Units of a product at the locations that serve, deliveries due by `until` included.
    pub(crate) fn units(&self, row: usize, serves: &[bool], until: i32) -> i64 {
        let entries = &self.held[self.starts[row] as usize..self.starts[row + 1] as usize];
        entries
            .iter()
            .filter(|entry| serves[entry.location as usize] && entry.due <= until)
            .map(|entry| entry.units)
            .sum()
    }
}

/// Days since 1970-01-01.
pub(crate) fn day(date: NaiveDate) -> i32 {
    date.to_epoch_days()
}
