//! Rows of a snapshot as the vocabulary's types.

use chrono::{DateTime, FixedOffset, NaiveDate};
use endcap_vocab::{
    Consent, InboundRow, InventoryRow, Location, Product, Promotion, ReturnLine, Shopper,
};
use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Error, Result, Row};
use serde::de::DeserializeOwned;

/// Columns in the order that [`product`] reads them.
pub(crate) const PRODUCTS: &str = r#"SELECT sku, "group", title, brand, vendor, category,
    private_label, price, unit_cost, vendor_funding, fulfilment_cost, launched_on,
    discontinued_on, stock_age_days, stock_cover_days, return_rate, rating, season_months, tags,
     attributes, channels, not_sold_in, restrictions, sensitive, image
     FROM products LEFT JOIN images USING (sku)"#;

pub(crate) fn product(row: &Row<'_>) -> Result<Product> {
    Ok(Product {
        sku: row.get(0)?,
        group: row.get(1)?,
        title: row.get(2)?,
        brand: row.get(3)?,
        vendor: row.get(4)?,
        category: row.get(5)?,
        private_label: row.get(6)?,
        price: row.get(7)?,
        unit_cost: row.get(8)?,
        vendor_funding: row.get(9)?,
        fulfilment_cost: row.get(10)?,
        launched_on: day(row, 11)?,
        discontinued_on: day(row, 12)?,
        stock_age_days: row.get(13)?,
        stock_cover_days: row.get(14)?,
        return_rate: row.get(15)?,
        rating: row.get(16)?,
        season_months: json(row, 17)?,
        tags: json(row, 18)?,
        attributes: json(row, 19)?,
        channels: json(row, 20)?,
        not_sold_in: json(row, 21)?,
        restrictions: json(row, 22)?,
        sensitive: row.get(23)?,
        image: row.get(24)?,
    })
}

/// Columns in the order that [`location`] reads them.
pub(crate) const LOCATIONS: &str = "SELECT id, region, tz FROM locations ORDER BY id";

pub(crate) fn location(row: &Row<'_>) -> Result<Location> {
    Ok(Location {
        id: row.get(0)?,
        region: row.get(1)?,
        tz: row.get(2)?,
    })
}

/// Columns in the order that [`inventory`] reads them.
pub(crate) const INVENTORY: &str =
    "SELECT location, sku, on_hand, reserved, safety_stock FROM inventory";

pub(crate) fn inventory(row: &Row<'_>) -> Result<InventoryRow> {
    Ok(InventoryRow {
        location: row.get(0)?,
        sku: row.get(1)?,
        on_hand: row.get(2)?,
        reserved: row.get(3)?,
        safety_stock: row.get(4)?,
    })
}

/// Columns in the order that [`inbound`] reads them.
pub(crate) const INBOUND: &str = "SELECT location, sku, quantity, due FROM inbound";

pub(crate) fn inbound(row: &Row<'_>) -> Result<InboundRow> {
    Ok(InboundRow {
        location: row.get(0)?,
        sku: row.get(1)?,
        quantity: row.get(2)?,
        due: parsed(row, 3)?,
    })
}

/// Columns in the order that [`promotion`] reads them.
pub(crate) const PROMOTIONS: &str = r#"SELECT id, skus, "when", percent_off, amount_off, price,
    "from", until, channels, segments FROM promotions ORDER BY id"#;

pub(crate) fn promotion(row: &Row<'_>) -> Result<Promotion> {
    let skus = match row.get_ref(1)?.as_str_or_null()? {
        Some(_) => Some(json(row, 1)?),
        None => None,
    };
    Ok(Promotion {
        id: row.get(0)?,
        skus,
        when: row.get(2)?,
        percent_off: row.get(3)?,
        amount_off: row.get(4)?,
        price: row.get(5)?,
        from: instant(row, 6)?,
        until: instant(row, 7)?,
        channels: json(row, 8)?,
        segments: json(row, 9)?,
    })
}

/// Columns in the order that [`shopper`] reads them.
pub(crate) const SHOPPERS: &str = "SELECT id, segments, tier, permits, consent_personalization, \
     consent_email, consent_sensitive, home_store FROM shoppers";

pub(crate) fn shopper(row: &Row<'_>) -> Result<Shopper> {
    Ok(Shopper {
        id: row.get(0)?,
        segments: json(row, 1)?,
        tier: row.get(2)?,
        permits: json(row, 3)?,
        consent: Consent {
            personalization: row.get(4)?,
            email: row.get(5)?,
            sensitive: row.get(6)?,
        },
        home_store: row.get(7)?,
    })
}

/// Columns in the order that [`return_line`] reads them.
pub(crate) const RETURNS: &str = r#"SELECT order_id, shopper, sku, "on", quantity FROM returns
    ORDER BY "on", sku, order_id, shopper, quantity"#;

pub(crate) fn return_line(row: &Row<'_>) -> Result<ReturnLine> {
    Ok(ReturnLine {
        order_id: row.get(0)?,
        shopper: row.get(1)?,
        sku: row.get(2)?,
        on: parsed(row, 3)?,
        quantity: row.get(4)?,
    })
}

fn day(row: &Row<'_>, column: usize) -> Result<Option<NaiveDate>> {
    optional(row, column, |text| text.parse().map_err(Into::into))
}

fn instant(row: &Row<'_>, column: usize) -> Result<Option<DateTime<FixedOffset>>> {
    optional(row, column, |text| {
        DateTime::parse_from_rfc3339(text).map_err(Into::into)
    })
}

fn parsed(row: &Row<'_>, column: usize) -> Result<NaiveDate> {
    day(row, column)?
        .ok_or_else(|| Error::InvalidColumnType(column, "a date".to_owned(), Type::Null))
}

type AnyError = Box<dyn std::error::Error + Send + Sync>;

fn optional<T>(
    row: &Row<'_>,
    column: usize,
    parse: impl FnOnce(&str) -> std::result::Result<T, AnyError>,
) -> Result<Option<T>> {
    let text = row
        .get_ref(column)?
        .as_str_or_null()
        .map_err(|error| unreadable(column, error.into()))?;
    text.map(|text| parse(text).map_err(|error| unreadable(column, error)))
        .transpose()
}

/// A list or map; the empty ones, which most are, cost no parsing.
fn json<T: DeserializeOwned + Default>(row: &Row<'_>, column: usize) -> Result<T> {
    let text = row
        .get_ref(column)?
        .as_str()
        .map_err(|error: FromSqlError| unreadable(column, error.into()))?;
    if matches!(text, "[]" | "{}") {
        return Ok(T::default());
    }
    serde_json::from_str(text).map_err(|error| unreadable(column, error.into()))
}

fn unreadable(column: usize, error: AnyError) -> Error {
    Error::FromSqlConversionFailure(column, Type::Text, error)
}
