//! Units by location, and what is on its way to each.

use chrono::NaiveDate;
use endcap_vocab::{InboundRow, InventoryRow};

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

/// Takes the entries of products one at a time, in any order.
#[derive(Default)]
pub(crate) struct StockBuilder {
    held: Vec<(u32, Entry)>,
    others: Vec<Other>,
}

impl StockBuilder {
    /// Adds what a location has of the product at a row.
    pub(crate) fn add(&mut self, row: u32, location: u32, inventory: &InventoryRow) {
        let units = inventory.on_hand - inventory.reserved - inventory.safety_stock;
        self.push(row, Other::new(location, i32::MIN, units.max(0)));
    }

    /// Adds what is on its way to a location.
    pub(crate) fn add_inbound(&mut self, row: u32, location: u32, inbound: &InboundRow) {
        self.push(
            row,
            Other::new(location, day(inbound.due), inbound.quantity),
        );
    }

    fn push(&mut self, row: u32, held: Other) {
        let entry = self.entry(held);
        self.held.push((row, entry));
    }

    /// The stock of so many products.
    pub(crate) fn finish(mut self, rows: usize) -> Stock {
        let mut starts = vec![0_u32; rows + 1];
        for (row, _) in &self.held {
            starts[*row as usize + 1] += 1;
        }
        for row in 0..rows {
            starts[row + 1] += starts[row];
        }
        let nothing = Entry {
            location: 0,
            units: 0,
        };
        let mut entries = vec![nothing; self.held.len()];
        let mut next = starts.clone();
        for (row, entry) in self.held {
            let place = &mut next[row as usize];
            entries[*place as usize] = entry;
            *place += 1;
        }
        self.others.shrink_to_fit();
        Stock {
            entries,
            others: self.others,
            starts,
        }
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
}

impl Stock {
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
