//! Reads a snapshot.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};
use endcap_vocab::{
    Catalog, InboundRow, InventoryRow, OrderColumns, OrderLine, Product, ReturnLine, Shopper,
};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::{ColumnProvenance, Provenance, StoreError, hash, layout, rows};

/// What a snapshot says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Meta {
    /// ISO 4217 code of every price and cost.
    pub currency: String,
    /// The instant at which the retailer was as the snapshot says.
    pub taken_at: DateTime<FixedOffset>,
    /// Hash of the source it was made from.
    pub made_from: String,
    /// Version of the file's layout.
    pub schema_version: u32,
    /// Rows by table.
    pub counts: BTreeMap<String, u64>,
}

/// A retailer at one instant, to read only; many processes may hold the same file.
///
/// Every list comes sorted by its key, and order lines by instant, so that reading twice,
/// or reading a snapshot made twice, gives the same answer.
pub struct Snapshot {
    connection: Connection,
    path: PathBuf,
    meta: Meta,
}

impl Snapshot {
    /// Opens a snapshot; one of an older layout is brought up to date first.
    ///
    /// # Errors
    /// A file that is missing, of another kind, newer, or damaged; an older one that may not
    /// be written.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = layout::open(path)?;
        let meta = read_meta(path, &connection)?;
        Ok(Self {
            connection,
            path: path.to_owned(),
            meta,
        })
    }

    /// What the snapshot says of itself.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Every product, by sku ascending (bytes).
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn products(&self, each: impl FnMut(Product)) -> Result<(), StoreError> {
        self.each(&every_product(), rows::product, each)
    }

    /// Every product as [`Snapshot::products`] gives them, until `each` breaks.
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn products_while(
        &self,
        each: impl FnMut(Product) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.each_while(&every_product(), rows::product, each)
    }

    /// A product by sku.
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn product(&self, sku: &str) -> Result<Option<Product>, StoreError> {
        let sql = format!("{} WHERE sku = ?1", rows::PRODUCTS);
        Ok(self.list_of(&sql, sku, rows::product)?.pop())
    }

    /// The stock of a sku, by location ascending.
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn inventory_of(&self, sku: &str) -> Result<Vec<InventoryRow>, StoreError> {
        // The key begins with the location: naming them all, a sku is found without a scan.
        let sql = format!(
            "{} WHERE location IN (SELECT id FROM locations) AND sku = ?1 ORDER BY location",
            rows::INVENTORY
        );
        self.list_of(&sql, sku, rows::inventory)
    }

    /// The deliveries of a sku on their way, by day ascending, then by location.
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn inbound_of(&self, sku: &str) -> Result<Vec<InboundRow>, StoreError> {
        let sql = format!(
            "{} WHERE sku = ?1 ORDER BY due, location, quantity",
            rows::INBOUND
        );
        self.list_of(&sql, sku, rows::inbound)
    }

    /// All stock, by location ascending, then by sku.
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn inventory(&self, each: impl FnMut(InventoryRow)) -> Result<(), StoreError> {
        let sql = format!("{} ORDER BY location, sku", rows::INVENTORY);
        self.each(&sql, rows::inventory, each)
    }

    /// The catalogue, its `products` left empty.
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn catalog_without_products(&self) -> Result<Catalog, StoreError> {
        let mut catalog = self.catalog_without_stock()?;
        self.inventory(|entry| catalog.inventory.push(entry))?;
        Ok(catalog)
    }

    /// The catalogue, its `products` and `inventory` left empty.
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn catalog_without_stock(&self) -> Result<Catalog, StoreError> {
        let mut catalog = Catalog {
            currency: self.meta.currency.clone(),
            locations: self.list(rows::LOCATIONS, rows::location)?,
            inbound: self.list(
                &format!("{} ORDER BY location, sku, due, quantity", rows::INBOUND),
                rows::inbound,
            )?,
            promotions: self.list(rows::PROMOTIONS, rows::promotion)?,
            ..Catalog::default()
        };
        self.each(
            "SELECT sku, substitute FROM substitutes ORDER BY sku, position",
            |row| Ok((row.get(0)?, row.get(1)?)),
            |(sku, substitute)| {
                catalog.substitutes.entry(sku).or_default().push(substitute);
            },
        )?;
        self.each(
            "SELECT channel, location FROM sourcing ORDER BY channel, position",
            |row| Ok((row.get(0)?, row.get(1)?)),
            |(channel, location): (String, Option<String>)| {
                catalog
                    .sourcing
                    .entry(channel)
                    .or_default()
                    .extend(location);
            },
        )?;
        Ok(catalog)
    }

    /// The whole catalogue.
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn catalog(&self) -> Result<Catalog, StoreError> {
        let mut catalog = self.catalog_without_products()?;
        catalog.products = self.list(&every_product(), rows::product)?;
        Ok(catalog)
    }

    /// Where the picture of a product is, as the data says it: an address or a path.
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn image(&self, sku: &str) -> Result<Option<String>, StoreError> {
        let found = self
            .connection
            .prepare_cached("SELECT image FROM images WHERE sku = ?1")
            .and_then(|mut statement| statement.query_row([sku], |row| row.get(0)).optional());
        found.map_err(self.failed())
    }

    /// Whether the data names a picture of any product.
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn has_images(&self) -> Result<bool, StoreError> {
        self.connection
            .query_row("SELECT EXISTS (SELECT 1 FROM images)", [], |row| row.get(0))
            .map_err(self.failed())
    }

    /// A shopper by id.
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn shopper(&self, id: &str) -> Result<Option<Shopper>, StoreError> {
        let sql = format!("{} WHERE id = ?1", rows::SHOPPERS);
        let found = self
            .connection
            .prepare_cached(&sql)
            .and_then(|mut statement| {
                let mut found = statement.query([id])?;
                found.next()?.map(rows::shopper).transpose()
            });
        found.map_err(self.failed())
    }

    /// Every shopper, by id ascending (bytes).
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn shoppers(&self, each: impl FnMut(Shopper)) -> Result<(), StoreError> {
        let sql = format!("{} ORDER BY id", rows::SHOPPERS);
        self.each(&sql, rows::shopper, each)
    }

    /// Every shopper as [`Snapshot::shoppers`] gives them, until `each` breaks.
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn shoppers_while(
        &self,
        each: impl FnMut(Shopper) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let sql = format!("{} ORDER BY id", rows::SHOPPERS);
        self.each_while(&sql, rows::shopper, each)
    }

    /// Every order line, by instant ascending, then by order and sku (bytes).
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn order_lines(&self, each: impl FnMut(OrderLine)) -> Result<(), StoreError> {
        // Keys are 1, 2, 3...: the place in this list, from 1.
        let names: Vec<Box<str>> =
            self.list("SELECT name FROM names ORDER BY key", |row| row.get(0))?;
        let text = |row: &Row<'_>, column: usize| -> rusqlite::Result<Option<String>> {
            let Some(key) = row.get::<_, Option<i64>>(column)? else {
                return Ok(None);
            };
            let name = usize::try_from(key - 1)
                .ok()
                .and_then(|place| names.get(place));
            name.map(|name| Some(name.to_string()))
                .ok_or(rusqlite::Error::IntegralValueOutOfRange(column, key))
        };
        let needed = |row: &Row<'_>, column: usize| {
            text(row, column)?.ok_or(rusqlite::Error::IntegralValueOutOfRange(column, 0))
        };
        self.each(
            "SELECT at_micros, offset_secs, order_key, sku_key, shopper_key, store_key, \
             channel_key, quantity, unit_price FROM order_lines_packed ORDER BY rowid",
            |row| {
                let (micros, offset): (i64, i32) = (row.get(0)?, row.get(1)?);
                let at = DateTime::from_timestamp_micros(micros)
                    .ok_or(rusqlite::Error::IntegralValueOutOfRange(0, micros))?;
                let offset = FixedOffset::east_opt(offset)
                    .ok_or(rusqlite::Error::IntegralValueOutOfRange(1, offset.into()))?;
                Ok(OrderLine {
                    order_id: needed(row, 2)?,
                    shopper: text(row, 4)?,
                    sku: needed(row, 3)?,
                    store: text(row, 5)?,
                    channel: text(row, 6)?,
                    at: at.with_timezone(&offset),
                    quantity: row.get(7)?,
                    unit_price: row.get(8)?,
                })
            },
            each,
        )
    }

    /// Every order line as columns, in the order of [`Snapshot::order_lines`]: what a model
    /// is trained on, without a text a line.
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn order_columns(&self) -> Result<OrderColumns, StoreError> {
        let mut columns = OrderColumns {
            names: self.list("SELECT name FROM names ORDER BY key", |row| row.get(0))?,
            ..OrderColumns::default()
        };
        let names = columns.names.len() as i64;
        // Keys are 1, 2, 3...: the place in the list of names, from 1.
        let place = |row: &Row<'_>, column: usize| match row.get::<_, Option<i64>>(column)? {
            None => Ok(OrderColumns::NOBODY),
            Some(key) if (1..=names).contains(&key) => Ok(key as u32 - 1),
            Some(key) => Err(rusqlite::Error::IntegralValueOutOfRange(column, key)),
        };
        self.each(
            "SELECT order_key, sku_key, shopper_key, at_micros, quantity \
             FROM order_lines_packed ORDER BY rowid",
            |row| {
                let keys = (place(row, 0)?, place(row, 1)?, place(row, 2)?);
                Ok((keys, row.get(3)?, row.get(4)?))
            },
            |((order, sku, shopper), at_micros, quantity)| {
                columns.order.push(order);
                columns.sku.push(sku);
                columns.shopper.push(shopper);
                columns.at_micros.push(at_micros);
                columns.quantity.push(quantity);
            },
        )?;
        Ok(columns)
    }

    /// Every return, by day ascending, then by sku (bytes).
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn returns(&self, each: impl FnMut(ReturnLine)) -> Result<(), StoreError> {
        self.each(rows::RETURNS, rows::return_line, each)
    }

    /// Where the values of columns come from, by table and column.
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn provenance(&self) -> Result<Vec<ColumnProvenance>, StoreError> {
        self.list(
            "SELECT table_name, column_name, provenance, note FROM provenance \
             ORDER BY table_name, column_name",
            |row| {
                let name: String = row.get(2)?;
                let provenance = Provenance::from_name(&name).ok_or_else(|| {
                    rusqlite::Error::InvalidColumnName(format!("provenance `{name}`"))
                })?;
                Ok(ColumnProvenance {
                    table: row.get(0)?,
                    column: row.get(1)?,
                    provenance,
                    note: row.get(3)?,
                })
            },
        )
    }

    /// SHA-256, in lower-case hexadecimal, over everything the snapshot says but
    /// `made_from`; the order in which rows were written makes no difference.
    ///
    /// # Errors
    /// A file that is damaged or cannot be read any more.
    pub fn content_hash(&self) -> Result<String, StoreError> {
        hash::content_hash(&self.connection).map_err(self.failed())
    }

    fn each<T>(
        &self,
        sql: &str,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
        mut each: impl FnMut(T),
    ) -> Result<(), StoreError> {
        self.each_while(sql, read, |item| {
            each(item);
            ControlFlow::Continue(())
        })
    }

    fn each_while<T>(
        &self,
        sql: &str,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
        mut each: impl FnMut(T) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let mut run = || {
            let mut statement = self.connection.prepare(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                if each(read(row)?).is_break() {
                    break;
                }
            }
            Ok(())
        };
        run().map_err(self.failed())
    }

    fn list_of<T>(
        &self,
        sql: &str,
        sku: &str,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let list = self
            .connection
            .prepare(sql)
            .and_then(|mut statement| statement.query_map([sku], read)?.collect());
        list.map_err(self.failed())
    }

    fn list<T>(
        &self,
        sql: &str,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let mut list = Vec::new();
        self.each(sql, read, |item| list.push(item))?;
        Ok(list)
    }

    fn failed(&self) -> impl FnOnce(rusqlite::Error) -> StoreError + use<> {
        read_failed(&self.path)
    }
}

fn every_product() -> String {
    format!("{} ORDER BY sku", rows::PRODUCTS)
}

/// A value that does not fit its type was not written by a [`crate::SnapshotWriter`].
fn read_failed(path: &Path) -> impl FnOnce(rusqlite::Error) -> StoreError + use<> {
    let path = path.to_owned();
    move |error| match error {
        rusqlite::Error::SqliteFailure(code, _) if code.code != rusqlite::ErrorCode::Unknown => {
            StoreError::sqlite(&path, "read")(error)
        }
        error => StoreError::Damaged {
            path,
            reason: error.to_string(),
        },
    }
}

fn read_meta(path: &Path, connection: &Connection) -> Result<Meta, StoreError> {
    let value = |key: &str| {
        connection
            .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| {
                row.get::<_, String>(0)
            })
            .map_err(read_failed(path))
    };
    let damaged = |reason: String| StoreError::Damaged {
        path: path.to_owned(),
        reason,
    };
    let taken_at = value("taken_at")?;
    let taken_at = DateTime::parse_from_rfc3339(&taken_at)
        .map_err(|_| damaged(format!("its instant is `{taken_at}`")))?;
    let count = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?));
    let counts = connection
        .prepare("SELECT table_name, rows FROM counts")
        .and_then(|mut statement| statement.query_map([], count)?.collect())
        .map_err(read_failed(path))?;
    let counts: Vec<(String, i64)> = counts;
    Ok(Meta {
        currency: value("currency")?,
        taken_at,
        made_from: value("made_from")?,
        schema_version: layout::VERSION as u32,
        counts: counts
            .into_iter()
            .map(|(table, rows)| (table, rows.unsigned_abs()))
            .collect(),
    })
}
