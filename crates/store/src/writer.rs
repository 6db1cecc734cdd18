//! Writes a snapshot, whole or not at all.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike, FixedOffset};
use chrono_tz::Tz;
use endcap_rules::Condition;
use endcap_vocab::{
    AttributeValue, InboundRow, InventoryRow, Location, OrderLine, Product, Promotion, ReturnLine,
    STORE_ALIAS, Shopper,
};
use rusqlite::{Connection, Params, params};
use serde::Serialize;

use crate::error::broken_constraint;
use crate::fold::OrderFold;
use crate::partial::PartialFile;
use crate::{Provenance, StoreError, layout};

/// The tables of a snapshot that have a count in [`crate::Meta::counts`], with what is counted.
const COUNTED: &[(&str, &str)] = &[
    ("products", "products"),
    ("locations", "locations"),
    ("inventory", "inventory"),
    ("inbound", "inbound"),
    ("promotions", "promotions"),
    ("substitutes", "substitutes"),
    ("sourcing", "sourcing"),
    ("shoppers", "shoppers"),
    ("order_lines", "order_lines_packed"),
    ("returns", "returns"),
    ("provenance", "provenance"),
];

/// Writes a snapshot in one transaction into `NAME.partial` beside the target, which takes
/// the target's place in [`SnapshotWriter::finish`] and goes when the writer is dropped
/// before. A row that is refused leaves the writer as it was; rows come in any order.
pub struct SnapshotWriter {
    // Dropped before `partial`, so that the file is closed when it is removed.
    connection: Connection,
    partial: PartialFile,
    target: PathBuf,
    currency: Option<String>,
    taken_at: Option<DateTime<FixedOffset>>,
    orders: OrderFold,
}

impl SnapshotWriter {
    /// Begins a snapshot that will lie at `path`.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where another writer is at it, and what the disk refuses.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        let partial = PartialFile::claim(path)?;
        let connection =
            Connection::open(partial.path()).map_err(StoreError::sqlite(path, "create"))?;
        connection.set_prepared_statement_cache_capacity(32);
        // The file is thrown away unless it is finished: nothing to sync or roll back on disk.
        connection
            .execute_batch(
                "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN EXCLUSIVE;",
            )
            .and_then(|()| layout::create(&connection))
            .map_err(StoreError::sqlite(path, "create"))?;
        Ok(Self {
            connection,
            partial,
            target: path.to_owned(),
            currency: None,
            taken_at: None,
            orders: OrderFold::default(),
        })
    }

    /// The snapshot's own connection, inside the writer's transaction. Rows written past the
    /// `add_` methods are tested by the layout's constraints alone.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Names the currency of every price and cost: an ISO 4217 code.
    ///
    /// # Errors
    /// A code that is empty.
    pub fn set_currency(&mut self, currency: &str) -> Result<(), StoreError> {
        if currency.is_empty() {
            return Err(StoreError::row("meta", "currency", "must not be empty"));
        }
        self.currency = Some(currency.to_owned());
        Ok(())
    }

    /// Names the instant at which the retailer was as the snapshot says.
    ///
    /// # Errors
    /// A year that RFC 3339 cannot write.
    pub fn set_taken_at(&mut self, at: DateTime<FixedOffset>) -> Result<(), StoreError> {
        instant_text(at).map_err(|reason| StoreError::row("meta", "taken_at", reason))?;
        self.taken_at = Some(at);
        Ok(())
    }

    /// Adds a product.
    ///
    /// # Errors
    /// [`StoreError::Row`] where the product breaks a rule of the catalogue,
    /// [`StoreError::Duplicate`] where the sku is known.
    pub fn add_product(&mut self, product: &Product) -> Result<(), StoreError> {
        let refuse =
            |reason: String| StoreError::row("products", format!("sku `{}`", product.sku), reason);
        for (column, value) in [
            ("stock_age_days", product.stock_age_days),
            ("stock_cover_days", product.stock_cover_days),
            ("rating", product.rating),
        ] {
            finite(column, value).map_err(refuse)?;
        }
        if let Some(month) = product
            .season_months
            .iter()
            .find(|m| !(1..=12).contains(*m))
        {
            return Err(refuse(format!(
                "`season_months` must be from 1 to 12, not {month}"
            )));
        }
        for (name, value) in &product.attributes {
            if let AttributeValue::Number(number) = value
                && !number.is_finite()
            {
                return Err(refuse(format!(
                    "attribute `{name}` must be a finite number"
                )));
            }
        }
        // Before anything is written: a row that is refused leaves no half of itself.
        if product.image.as_deref() == Some("") {
            return Err(refuse("`image` must not be empty".to_owned()));
        }
        self.insert(
            ("products", || format!("sku `{}`", product.sku)),
            "INSERT INTO products VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, \
             ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)",
            params![
                product.sku,
                product.group,
                product.title,
                product.brand,
                product.vendor,
                product.category,
                product.private_label,
                product.price,
                product.unit_cost,
                product.vendor_funding,
                product.fulfilment_cost,
                product.launched_on.map(|day| day.to_string()),
                product.discontinued_on.map(|day| day.to_string()),
                product.stock_age_days,
                product.stock_cover_days,
                product.return_rate,
                product.rating,
                json(&product.season_months),
                json(&product.tags),
                json(&product.attributes),
                json(&product.channels),
                json(&product.not_sold_in),
                json(&product.restrictions),
                product.sensitive,
            ],
        )?;
        let Some(image) = &product.image else {
            return Ok(());
        };
        self.insert(
            ("images", || format!("sku `{}`", product.sku)),
            "INSERT INTO images VALUES (?1, ?2)",
            params![product.sku, image],
        )
    }

    /// Adds a store or warehouse.
    ///
    /// # Errors
    /// [`StoreError::Row`] where it breaks a rule of the catalogue.
    pub fn add_location(&mut self, location: &Location) -> Result<(), StoreError> {
        let key = || format!("location `{}`", location.id);
        if location.tz.parse::<Tz>().is_err() {
            return Err(StoreError::row(
                "locations",
                key(),
                format!(
                    "`tz` must be an IANA time zone such as Europe/Berlin, not `{}`",
                    location.tz
                ),
            ));
        }
        self.insert(
            ("locations", key),
            "INSERT INTO locations VALUES (?1, ?2, ?3)",
            params![location.id, location.region, location.tz],
        )
    }

    /// Adds the stock of one sku at one location. That the location is known is tested when
    /// the snapshot is finished.
    ///
    /// # Errors
    /// [`StoreError::Row`] where it breaks a rule of the catalogue.
    pub fn add_inventory(&mut self, row: &InventoryRow) -> Result<(), StoreError> {
        self.insert(
            ("inventory", || {
                format!("sku `{}` at location `{}`", row.sku, row.location)
            }),
            "INSERT INTO inventory VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                row.location,
                row.sku,
                row.on_hand,
                row.reserved,
                row.safety_stock
            ],
        )
    }

    /// Adds a delivery on its way. That the location is known is tested when the snapshot is
    /// finished.
    ///
    /// # Errors
    /// [`StoreError::Row`] where it breaks a rule of the catalogue.
    pub fn add_inbound(&mut self, row: &InboundRow) -> Result<(), StoreError> {
        self.insert(
            ("inbound", || {
                format!("sku `{}` to location `{}`", row.sku, row.location)
            }),
            "INSERT INTO inbound VALUES (?1, ?2, ?3, ?4)",
            params![row.location, row.sku, row.quantity, row.due.to_string()],
        )
    }

    /// Adds a price promotion.
    ///
    /// # Errors
    /// [`StoreError::Row`] where it breaks a rule of the catalogue.
    pub fn add_promotion(&mut self, promotion: &Promotion) -> Result<(), StoreError> {
        let key = || format!("promotion `{}`", promotion.id);
        let refuse = |reason: String| StoreError::row("promotions", key(), reason);
        for (column, value) in [
            ("percent_off", promotion.percent_off),
            ("amount_off", promotion.amount_off),
            ("price", promotion.price),
        ] {
            finite(column, value).map_err(refuse)?;
        }
        if let Some(Err(errors)) = promotion.when.as_deref().map(Condition::parse) {
            let faults: Vec<String> = errors.iter().map(ToString::to_string).collect();
            return Err(refuse(format!("`when`, {}", faults.join("; "))));
        }
        let instant = |at: Option<DateTime<FixedOffset>>| at.map(instant_text).transpose();
        let from = instant(promotion.from).map_err(refuse)?;
        let until = instant(promotion.until).map_err(refuse)?;
        self.insert(
            ("promotions", key),
            "INSERT INTO promotions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                promotion.id,
                promotion.skus.as_ref().map(json),
                promotion.when,
                promotion.percent_off,
                promotion.amount_off,
                promotion.price,
                from,
                until,
                json(&promotion.channels),
                json(&promotion.segments),
            ],
        )
    }

    /// Says what may stand in for a sku, best first. No substitutes is the same as no entry.
    ///
    /// # Errors
    /// [`StoreError::Row`] where the sku is empty, [`StoreError::Duplicate`] where it has its
    /// substitutes already.
    pub fn set_substitutes(&mut self, sku: &str, substitutes: &[String]) -> Result<(), StoreError> {
        for (position, substitute) in (0_i64..).zip(substitutes) {
            self.insert(
                ("substitutes", || format!("sku `{sku}`")),
                "INSERT INTO substitutes VALUES (?1, ?2, ?3)",
                params![sku, position, substitute],
            )?;
        }
        Ok(())
    }

    /// Says which locations serve a channel; `@store` is the request's store. That locations
    /// are known is tested when the snapshot is finished.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] where the channel has its locations already.
    pub fn set_sourcing(&mut self, channel: &str, locations: &[String]) -> Result<(), StoreError> {
        let none = [None];
        let served: Vec<Option<&String>> = locations.iter().map(Some).collect();
        let served = if served.is_empty() {
            &none[..]
        } else {
            &served
        };
        for (position, location) in (0_i64..).zip(served) {
            self.insert(
                ("sourcing", || format!("channel `{channel}`")),
                "INSERT INTO sourcing VALUES (?1, ?2, ?3)",
                params![channel, position, location],
            )?;
        }
        Ok(())
    }

    /// Adds a shopper.
    ///
    /// # Errors
    /// [`StoreError::Row`] where the id is empty, [`StoreError::Duplicate`] where it is known.
    pub fn add_shopper(&mut self, shopper: &Shopper) -> Result<(), StoreError> {
        self.insert(
            ("shoppers", || format!("shopper `{}`", shopper.id)),
            "INSERT INTO shoppers VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                shopper.id,
                json(&shopper.segments),
                shopper.tier,
                json(&shopper.permits),
                shopper.consent.personalization,
                shopper.consent.email,
                shopper.consent.sensitive,
                shopper.home_store,
            ],
        )
    }

    /// Adds a line of an order; its instant is kept to the microsecond.
    ///
    /// # Errors
    /// [`StoreError::Row`] where the order or sku is empty, or a number out of range.
    pub fn add_order_line(&mut self, line: &OrderLine) -> Result<(), StoreError> {
        let reason = if line.order_id.is_empty() {
            "`order_id` must not be empty"
        } else if line.sku.is_empty() {
            "`sku` must not be empty"
        } else if !(line.quantity > 0.0 && line.quantity.is_finite()) {
            "`quantity` must be above 0 and finite"
        } else if !(line.unit_price >= 0.0 && line.unit_price.is_finite()) {
            "`unit_price` must be 0 or more and finite"
        } else {
            self.orders.push(line);
            return Ok(());
        };
        let key = format!("sku `{}` of order `{}`", line.sku, line.order_id);
        Err(StoreError::row("order_lines", key, reason))
    }

    /// Adds units that came back.
    ///
    /// # Errors
    /// [`StoreError::Row`] where the sku is empty, or the quantity out of range.
    pub fn add_return(&mut self, line: &ReturnLine) -> Result<(), StoreError> {
        self.insert(
            ("returns", || {
                format!("sku `{}` returned on {}", line.sku, line.on)
            }),
            "INSERT INTO returns VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                line.order_id,
                line.shopper,
                line.sku,
                line.on.to_string(),
                line.quantity
            ],
        )
    }

    /// Says where the values of a column come from, and how they were made.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] where the column's provenance was said before.
    pub fn set_provenance(
        &mut self,
        table: &str,
        column: &str,
        provenance: Provenance,
        note: &str,
    ) -> Result<(), StoreError> {
        self.insert(
            ("provenance", || format!("`{column}` of {table}")),
            "INSERT INTO provenance VALUES (?1, ?2, ?3, ?4)",
            params![table, column, provenance.name(), note],
        )
    }

    /// Tests the whole and puts it in the target's place. `made_from` is a hash of the source.
    ///
    /// # Errors
    /// [`StoreError::Unfinished`] where currency or instant is missing, or stock, deliveries or
    /// sourcing name a location that is not there; and what the disk refuses. The target is
    /// then as it was.
    pub fn finish(self, made_from: &str) -> Result<(), StoreError> {
        let Self {
            connection,
            partial,
            target,
            currency,
            taken_at,
            orders,
        } = self;
        let unfinished = |reason: &str| StoreError::Unfinished {
            reason: reason.to_owned(),
        };
        let currency = currency.ok_or_else(|| unfinished("it has no currency"))?;
        let taken_at = taken_at.ok_or_else(|| unfinished("it has no instant (`taken_at`)"))?;
        let failed = || StoreError::sqlite(&target, "write");
        check_locations(&connection)
            .map_err(failed())?
            .map_or_else(|| Ok(()), |reason| Err(StoreError::Unfinished { reason }))?;
        let write = || {
            orders.write(&connection)?;
            let mut meta = connection.prepare("INSERT INTO meta VALUES (?1, ?2)")?;
            meta.execute(["currency", &currency])?;
            meta.execute(["taken_at", &taken_at.to_rfc3339()])?;
            meta.execute(["made_from", made_from])?;
            for (name, table) in COUNTED {
                connection.execute(
                    &format!("INSERT INTO counts SELECT ?1, count(*) FROM {table}"),
                    [name],
                )?;
            }
            connection.execute_batch("COMMIT")
        };
        write().map_err(failed())?;
        connection.close().map_err(|(_, error)| failed()(error))?;
        partial.replace_target()
    }

    fn insert(
        &self,
        (table, key): (&'static str, impl FnOnce() -> String),
        sql: &str,
        values: impl Params,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(values))
            .map_err(|error| {
                broken_constraint(error, table, key)
                    .unwrap_or_else(StoreError::sqlite(&self.target, "write"))
            })?;
        Ok(())
    }
}

/// A sentence about the first row, by location, that names a location which is not there.
fn check_locations(connection: &Connection) -> rusqlite::Result<Option<String>> {
    for table in ["inventory", "inbound", "sourcing"] {
        let sql = format!(
            "SELECT min(location) FROM {table} \
             WHERE location <> '{STORE_ALIAS}' AND location NOT IN (SELECT id FROM locations)"
        );
        let unknown: Option<String> = connection.query_row(&sql, [], |row| row.get(0))?;
        if let Some(location) = unknown {
            return Ok(Some(format!(
                "a row of {table} names the location `{location}`, which is not there"
            )));
        }
    }
    Ok(None)
}

/// SQLite takes NaN for an absent value, so an optional number is tested before.
fn finite(column: &str, value: Option<f64>) -> Result<(), String> {
    match value {
        Some(number) if !number.is_finite() => Err(format!("`{column}` must be a finite number")),
        _ => Ok(()),
    }
}

fn instant_text(at: DateTime<FixedOffset>) -> Result<String, String> {
    if (0..=9999).contains(&at.year()) {
        Ok(at.to_rfc3339())
    } else {
        Err(format!("the year of {at} is not within 0 to 9999"))
    }
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("lists and maps with text keys are JSON")
}
