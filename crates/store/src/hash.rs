//! One hash of everything a snapshot says.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};
use sha2::{Digest, Sha256};

/// What is hashed, in this order: all rows of every table in the order of their keys, and of
/// tables without a key in the order of all columns. `made_from` is not of the content.
const CONTENT: &[&str] = &[
    "SELECT key, value FROM meta WHERE key IN ('currency', 'taken_at') ORDER BY key",
    r#"SELECT sku, "group", title, brand, vendor, category, private_label, price, unit_cost,
        vendor_funding, fulfilment_cost, launched_on, discontinued_on, stock_age_days,
        stock_cover_days, return_rate, rating, season_months, tags, attributes, channels,
        not_sold_in, restrictions, sensitive FROM products ORDER BY sku"#,
    "SELECT id, region, tz FROM locations ORDER BY id",
    "SELECT location, sku, on_hand, reserved, safety_stock FROM inventory ORDER BY location, sku",
    "SELECT location, sku, quantity, due FROM inbound ORDER BY location, sku, due, quantity",
    r#"SELECT id, skus, "when", percent_off, amount_off, price, "from", until, channels, segments
        FROM promotions ORDER BY id"#,
    "SELECT sku, position, substitute FROM substitutes ORDER BY sku, position",
    "SELECT channel, position, location FROM sourcing ORDER BY channel, position",
    "SELECT id, segments, tier, permits, consent_personalization, consent_email,
        consent_sensitive, home_store FROM shoppers ORDER BY id",
    "SELECT key, name FROM names ORDER BY key",
    "SELECT at_micros, order_key, sku_key, shopper_key, store_key, channel_key, quantity,
        unit_price, offset_secs FROM order_lines_packed ORDER BY rowid",
    r#"SELECT order_id, shopper, sku, "on", quantity FROM returns
        ORDER BY "on", sku, order_id, shopper, quantity"#,
    "SELECT table_name, column_name, provenance, note FROM provenance
        ORDER BY table_name, column_name",
    "SELECT sku, image FROM images ORDER BY sku",
];

/// SHA-256 in lower-case hexadecimal.
pub(crate) fn content_hash(connection: &Connection) -> Result<String> {
    let mut hash = Sha256::new();
    for (table, sql) in CONTENT.iter().enumerate() {
        let mut statement = connection.prepare(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            hash.update([b'r', table as u8]);
            for column in 0..columns {
                feed(&mut hash, row.get_ref(column)?);
            }
        }
    }
    Ok(hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// A value is its type and its bytes, texts with their length, so no two rows look alike.
fn feed(hash: &mut Sha256, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => hash.update([0]),
        ValueRef::Integer(number) => {
            hash.update([1]);
            hash.update(number.to_le_bytes());
        }
        ValueRef::Real(number) => {
            hash.update([2]);
            hash.update(number.to_bits().to_le_bytes());
        }
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            hash.update([3]);
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        }
    }
}
