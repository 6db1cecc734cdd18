//! Units by location, and what is on its way to each.

use chrono::NaiveDate;
use endcap_vocab::{InboundRow, InventoryRow};
use rayon::prelude::*;

/// Entries whose products are found one after the other.
const TOGETHER: usize = 4_096;

/// Marks an [`Entry`] that stands among the [`Other`]s.
const ELSEWHERE: u32 = 1 << 31;

/// One location's units of one product: in 8 bytes what is there, as nearly all entries are.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Which site; with [`ELSEWHERE`] any number.
    location: u32,
    /// How many; with [`ELSEWHERE`] the place among the others.
    units: u32,
}

/// Units on their way, or more than an [`Entry`] holds.
#[derive(Debug, Clone, Copy)]
struct Other {
    location: u32,
    /// Days since 1970-01-01 on which they arrive; `i32::MIN` for what is there.
    due: i32,
    units: i64,
}

impl Other {
    fn new(location: u32, due: i32, units: i64) -> Self {
        Self {
            location,
            due,
            units,
        }
    }
}

/// The units of every product, product by product.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stock {
    entries: Vec<Entry>,
    others: Vec<Other>,
    /// Where each row's entries begin; one more than there are rows.
    starts: Vec<u32>,
}

impl Stock {
    /// Gathers the entries of `rows` products; those of unknown skus or places are passed over.
    /// `find` gives the row of a sku and the place of a location, and keeps in its first argument
    /// what helps it with the next: entries mostly come by sku.
    pub(crate) fn build(
        rows: usize,
        inventory: &[InventoryRow],
        inbound: &[InboundRow],
        find: impl Fn(&mut usize, &str, &str) -> Option<(u32, u32)> + Sync,
    ) -> Self {
        let there = inventory.par_chunks(TOGETHER).flat_map_iter(|entries| {
            let mut near = 0;
            let find = &find;
            entries.iter().filter_map(move |entry| {
                let (row, location) = find(&mut near, &entry.sku, &entry.location)?;
                let units = (entry.on_hand - entry.reserved - entry.safety_stock).max(0);
                Some((row, Other::new(location, i32::MIN, units)))
            })
        });
        let coming = inbound.par_chunks(TOGETHER).flat_map_iter(|entries| {
            let mut near = 0;
            let find = &find;
            entries.iter().filter_map(move |entry| {
                let (row, location) = find(&mut near, &entry.sku, &entry.location)?;
                Some((row, Other::new(location, day(entry.due), entry.quantity)))
            })
        });
        let held: Vec<(u32, Other)> = there.chain(coming).collect();
        let mut starts = vec![0_u32; rows + 1];
        for (row, _) in &held {
            starts[*row as usize + 1] += 1;
        }
        for row in 0..rows {
            starts[row + 1] += starts[row];
        }
        let mut stock = Self {
            entries: vec![
                Entry {
                    location: 0,
                    units: 0
                };
                held.len()
            ],
            others: Vec::new(),
            starts,
        };
        let mut next = stock.starts.clone();
        for (row, other) in held {
            let place = &mut next[row as usize];
            let entry = stock.entry(other);
            stock.entries[*place as usize] = entry;
            *place += 1;
        }
        stock.others.shrink_to_fit();
        stock
    }

    fn entry(&mut self, held: Other) -> Entry {
        let location = held.location;
        match u32::try_from(held.units) {
            Ok(units) if held.due == i32::MIN && location < ELSEWHERE => Entry { location, units },
            _ => {
                self.others.push(held);
                Entry {
                    location: ELSEWHERE,
                    units: self.others.len() as u32 - 1,
                }
            }
        }
    }

    /// Units of a product at the locations that serve, deliveries due by `until` included.
    pub(crate) fn units(&self, row: usize, serves: &[bool], until: i32) -> i64 {
        let entries = &self.entries[self.starts[row] as usize..self.starts[row + 1] as usize];
        let units = entries.iter().map(|entry| {
            if entry.location == ELSEWHERE {
                let other = &self.others[entry.units as usize];
                let counts = serves[other.location as usize] && other.due <= until;
                return if counts { other.units } else { 0 };
            }
            // Not a branch: which sites serve follows no pattern.
            i64::from(entry.units) * i64::from(serves[entry.location as usize])
        });
        units.sum()
    }

    /// Bytes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>()
            + self.others.capacity() * size_of::<Other>()
            + self.starts.capacity() * size_of::<u32>()
    }
}

/// Days since 1970-01-01.
pub(crate) fn day(date: NaiveDate) -> i32 {
    date.to_epoch_days()
}
