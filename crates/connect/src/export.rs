//! From a snapshot to a folder of CSV files, one a table, which [`crate::CANONICAL_MAPPING`]
//! imports back.
//!
//! An absent value is an empty field. So that a text that is there and empty can be told from
//! one that is absent, such a text, and one that begins with a backslash, gets a backslash
//! before it in the columns that may be absent.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset, NaiveDate};
use csv::Writer;
use endcap_store::{Snapshot, StoreError};
use endcap_vocab::{Product, Promotion, Shopper};
use serde::Serialize;

use crate::ConnectError;
use crate::functions::optional_field;
use endcap_store::tables::{
    INBOUND, INVENTORY, LOCATIONS, META, ORDER_LINES, PRODUCTS, PROMOTIONS, PROVENANCE, RETURNS,
    SHOPPERS, SOURCING, SUBSTITUTES, Table,
};

/// What an export wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExportReport {
    /// The files, in the order they were written.
    pub files: Vec<ExportedFile>,
}

/// One file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExportedFile {
    /// Its name in the folder.
    pub file: String,
    /// Rows without the header.
    pub rows: u64,
}

/// Writes a snapshot as CSV files into `dir`, which is made where it is missing. A file is
/// there whole or not at all; one of the same name is replaced.
///
/// # Errors
/// A snapshot that cannot be read, a disk that refuses.
pub fn export(snapshot: &Snapshot, dir: &Path) -> Result<ExportReport, ConnectError> {
    fs::create_dir_all(dir).map_err(ConnectError::io(dir, "make"))?;
    let mut files = Vec::new();
    let mut write =
        |table: &Table, fill: &mut dyn FnMut(&mut CsvFile) -> Result<(), StoreError>| {
            let mut file = CsvFile::create(dir, table)?;
            fill(&mut file)?;
            files.push(file.finish()?);
            Ok::<(), ConnectError>(())
        };
    let catalog = snapshot.catalog_without_products()?;
    write(&META, &mut |file| {
        let meta = snapshot.meta();
        file.row(&["currency".to_owned(), meta.currency.clone()]);
        file.row(&["taken_at".to_owned(), meta.taken_at.to_rfc3339()]);
        Ok(())
    })?;
    write(&PROVENANCE, &mut |file| {
        for column in snapshot.provenance()? {
            let provenance = column.provenance.name().to_owned();
            file.row(&[column.table, column.column, provenance, column.note]);
        }
        Ok(())
    })?;
    write(&LOCATIONS, &mut |file| {
        for location in &catalog.locations {
            file.row(&[&location.id, &location.region, &location.tz]);
        }
        Ok(())
    })?;
    write(&PRODUCTS, &mut |file| {
        snapshot.products(|product| file.row(&product_fields(&product)))
    })?;
    write(&INVENTORY, &mut |file| {
        for row in &catalog.inventory {
            let numbers = [row.on_hand, row.reserved, row.safety_stock].map(|n| n.to_string());
            let [on_hand, reserved, safety_stock] = &numbers;
            file.row(&[&row.location, &row.sku, on_hand, reserved, safety_stock]);
        }
        Ok(())
    })?;
    write(&INBOUND, &mut |file| {
        for row in &catalog.inbound {
            let (quantity, due) = (row.quantity.to_string(), row.due.to_string());
            file.row(&[&row.location, &row.sku, &quantity, &due]);
        }
        Ok(())
    })?;
    write(&PROMOTIONS, &mut |file| {
        for promotion in &catalog.promotions {
            file.row(&promotion_fields(promotion));
        }
        Ok(())
    })?;
    write(&SUBSTITUTES, &mut |file| {
        for (sku, substitutes) in &catalog.substitutes {
            for (position, substitute) in substitutes.iter().enumerate() {
                file.row(&[sku, &position.to_string(), substitute]);
            }
        }
        Ok(())
    })?;
    write(&SOURCING, &mut |file| {
        for (channel, locations) in &catalog.sourcing {
            if locations.is_empty() {
                file.row(&[channel, "0", ""]);
            }
            for (position, location) in locations.iter().enumerate() {
                let location = optional_field(Some(location));
                file.row(&[channel, &position.to_string(), &location]);
            }
        }
        Ok(())
    })?;
    write(&SHOPPERS, &mut |file| {
        snapshot.shoppers(|shopper| file.row(&shopper_fields(&shopper)))
    })?;
    write(&ORDER_LINES, &mut |file| {
        snapshot.order_lines(|line| {
            file.row(&[
                line.order_id,
                optional_field(line.shopper.as_deref()),
                line.sku,
                optional_field(line.store.as_deref()),
                optional_field(line.channel.as_deref()),
                line.at.to_rfc3339(),
                line.quantity.to_string(),
                line.unit_price.to_string(),
            ]);
        })
    })?;
    write(&RETURNS, &mut |file| {
        snapshot.returns(|line| {
            file.row(&[
                optional_field(line.order_id.as_deref()),
                optional_field(line.shopper.as_deref()),
                line.sku,
                line.on.to_string(),
                line.quantity.to_string(),
            ]);
        })
    })?;
    Ok(ExportReport { files })
}

/// A CSV file on its way: under its own name only when it is whole.
struct CsvFile {
    writer: Writer<BufWriter<File>>,
    partial: PathBuf,
    path: PathBuf,
    name: String,
    rows: u64,
    /// The first failure; told in [`CsvFile::finish`].
    failed: Option<csv::Error>,
}

impl CsvFile {
    fn create(dir: &Path, table: &Table) -> Result<Self, ConnectError> {
        let name = format!("{}.csv", table.name);
        let partial = dir.join(format!("{name}.partial"));
        let file = File::create(&partial).map_err(ConnectError::io(&partial, "write"))?;
        let mut file = Self {
            writer: Writer::from_writer(BufWriter::new(file)),
            path: dir.join(&name),
            partial,
            name,
            rows: 0,
            failed: None,
        };
        file.failed = file.writer.write_record(table.columns).err();
        Ok(file)
    }

    fn row(&mut self, fields: &[impl AsRef<[u8]>]) {
        if self.failed.is_none() {
            self.failed = self.writer.write_record(fields).err();
            self.rows += 1;
        }
    }

    fn finish(mut self) -> Result<ExportedFile, ConnectError> {
        let failed = || ConnectError::io(&self.path, "write");
        if let Some(error) = self.failed.take() {
            return Err(failed()(std::io::Error::other(error)));
        }
        self.writer.flush().map_err(failed())?;
        self.writer
            .get_ref()
            .get_ref()
            .sync_all()
            .map_err(failed())?;
        fs::rename(&self.partial, &self.path).map_err(failed())?;
        Ok(ExportedFile {
            file: std::mem::take(&mut self.name),
            rows: self.rows,
        })
    }
}

impl Drop for CsvFile {
    fn drop(&mut self) {
        // After the rename there is nothing here.
        let _ = fs::remove_file(&self.partial);
    }
}

fn product_fields(product: &Product) -> [String; 25] {
    [
        product.sku.clone(),
        optional_field(product.group.as_deref()),
        product.title.clone(),
        optional_field(product.brand.as_deref()),
        optional_field(product.vendor.as_deref()),
        product.category.clone(),
        product.private_label.to_string(),
        product.price.to_string(),
        product.unit_cost.to_string(),
        product.vendor_funding.to_string(),
        product.fulfilment_cost.to_string(),
        day(product.launched_on),
        day(product.discontinued_on),
        number(product.stock_age_days),
        number(product.stock_cover_days),
        product.return_rate.to_string(),
        number(product.rating),
        list(&product.season_months),
        list(&product.tags),
        if product.attributes.is_empty() {
            String::new()
        } else {
            json(&product.attributes)
        },
        list(&product.channels),
        list(&product.not_sold_in),
        list(&product.restrictions),
        product.sensitive.to_string(),
        optional_field(product.image.as_deref()),
    ]
}

fn promotion_fields(promotion: &Promotion) -> [String; 10] {
    [
        promotion.id.clone(),
        // No products and no list are not the same here.
        promotion.skus.as_ref().map(json).unwrap_or_default(),
        optional_field(promotion.when.as_deref()),
        number(promotion.percent_off),
        number(promotion.amount_off),
        number(promotion.price),
        instant(promotion.from),
        instant(promotion.until),
        list(&promotion.channels),
        list(&promotion.segments),
    ]
}

fn shopper_fields(shopper: &Shopper) -> [String; 8] {
    [
        shopper.id.clone(),
        list(&shopper.segments),
        optional_field(shopper.tier.as_deref()),
        list(&shopper.permits),
        shopper.consent.personalization.to_string(),
        shopper.consent.email.to_string(),
        shopper.consent.sensitive.to_string(),
        optional_field(shopper.home_store.as_deref()),
    ]
}

fn day(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn instant(at: Option<DateTime<FixedOffset>>) -> String {
    at.map(|at| at.to_rfc3339()).unwrap_or_default()
}

fn number(number: Option<f64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn list<T: Serialize>(list: &[T]) -> String {
    if list.is_empty() {
        String::new()
    } else {
        json(&list)
    }
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("lists and maps with text keys are JSON")
}
