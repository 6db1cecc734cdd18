//! Writes a demo retailer as a snapshot.

use std::path::Path;

use endcap_store::tables::{META, PROVENANCE, TABLES};
use endcap_store::{Provenance, SnapshotWriter, StoreError};

use crate::{Demo, DemoSize, generate};

/// Why a demo retailer was not written.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The store refused it; its sentence says where and why.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How far the writing of a snapshot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Rows written.
    pub done: usize,
    /// Rows there are; the retailer is made before the first is written.
    pub total: usize,
}

/// Rows between two reports of progress.
const ROWS_A_REPORT: usize = 4_096;

/// Makes a retailer and writes it to `path` as a snapshot.
///
/// # Errors
/// [`DemoError::Store`] where the file cannot be written; nothing is left at `path` then but
/// what was there.
pub fn write(
    size: DemoSize,
    seed: u64,
    path: &Path,
    progress: impl FnMut(Progress),
) -> Result<(), DemoError> {
    let writer = SnapshotWriter::create(path)?;
    let demo = generate(size, seed);
    Rows {
        writer,
        done: 0,
        total: rows(&demo),
        progress,
    }
    .write(&demo, &made_from(size, seed))
}

fn made_from(size: DemoSize, seed: u64) -> String {
    format!(
        "endcap demo, seed {seed}, {} products, {} shoppers, {} order lines",
        size.products, size.shoppers, size.order_lines
    )
}

fn rows(demo: &Demo) -> usize {
    let catalog = &demo.catalog;
    catalog.products.len()
        + catalog.locations.len()
        + catalog.inventory.len()
        + catalog.inbound.len()
        + catalog.promotions.len()
        + catalog.substitutes.len()
        + catalog.sourcing.len()
        + demo.shoppers.len()
        + demo.order_lines.len()
        + demo.returns.len()
}

struct Rows<F> {
    writer: SnapshotWriter,
    done: usize,
    total: usize,
    progress: F,
}

impl<F: FnMut(Progress)> Rows<F> {
    fn write(mut self, demo: &Demo, made_from: &str) -> Result<(), DemoError> {
        let catalog = &demo.catalog;
        self.report();
        self.writer.set_currency(&catalog.currency)?;
        self.writer.set_taken_at(demo.taken_at)?;
        self.each(&catalog.products, SnapshotWriter::add_product)?;
        self.each(&catalog.locations, SnapshotWriter::add_location)?;
        self.each(&catalog.inventory, SnapshotWriter::add_inventory)?;
        self.each(&catalog.inbound, SnapshotWriter::add_inbound)?;
        self.each(&catalog.promotions, SnapshotWriter::add_promotion)?;
        self.each(&catalog.substitutes, |writer, (sku, substitutes)| {
            writer.set_substitutes(sku, substitutes)
        })?;
        self.each(&catalog.sourcing, |writer, (channel, locations)| {
            writer.set_sourcing(channel, locations)
        })?;
        self.each(&demo.shoppers, SnapshotWriter::add_shopper)?;
        self.each(&demo.order_lines, SnapshotWriter::add_order_line)?;
        self.each(&demo.returns, SnapshotWriter::add_return)?;
        let filled = TABLES
            .iter()
            .filter(|table| ![META, PROVENANCE].contains(table));
        for table in filled {
            // No demo product has a picture, so there is nothing to say of where it comes from.
            for column in table.columns.iter().filter(|column| **column != "image") {
                let (provenance, note) = provenance(column);
                self.writer
                    .set_provenance(table.name, column, provenance, note)?;
            }
        }
        self.report();
        Ok(self.writer.finish(made_from)?)
    }

    fn each<T>(
        &mut self,
        rows: impl IntoIterator<Item = T>,
        mut add: impl FnMut(&mut SnapshotWriter, T) -> Result<(), StoreError>,
    ) -> Result<(), DemoError> {
        for row in rows {
            add(&mut self.writer, row)?;
            self.done += 1;
            if self.done.is_multiple_of(ROWS_A_REPORT) {
                self.report();
            }
        }
        Ok(())
    }

    fn report(&mut self) {
        (self.progress)(Progress {
            done: self.done,
            total: self.total,
        });
    }
}

/// Where the values of a column of a demo retailer come from, and how they were made.
#[must_use]
pub fn provenance(column: &str) -> (Provenance, &'static str) {
    if column == "stock_cover_days" {
        (
            Provenance::Derived,
            "units available divided by mean daily units of the last 28 days",
        )
    } else {
        (Provenance::Synthetic, "made up by the demo generator")
    }
}
