//! Order lines on their way into a snapshot: texts become numbers, lines get one order.
//!
//! Both depend on the set of lines alone and not on the order they come in, so that a
//! snapshot made twice is read the same way twice.

use std::collections::HashMap;

use endcap_vocab::OrderLine;
use rusqlite::{Connection, params};

/// The key of a text that is absent; keys of texts begin at 1.
const ABSENT: u32 = 0;

/// In the order of the columns by which lines are sorted.
#[derive(Clone, Copy)]
struct PackedLine {
    at_micros: i64,
    order: u32,
    sku: u32,
    shopper: u32,
    store: u32,
    channel: u32,
    quantity: f64,
    unit_price: f64,
    offset_secs: i32,
}

/// Every order line of a snapshot that is being written.
#[derive(Default)]
pub(crate) struct OrderFold {
    keys: HashMap<Box<str>, u32>,
    lines: Vec<PackedLine>,
}

impl OrderFold {
    pub(crate) fn push(&mut self, line: &OrderLine) {
        let packed = PackedLine {
            at_micros: line.at.timestamp_micros(),
            order: self.key(&line.order_id),
            sku: self.key(&line.sku),
            shopper: self.optional_key(line.shopper.as_deref()),
            store: self.optional_key(line.store.as_deref()),
            channel: self.optional_key(line.channel.as_deref()),
            quantity: line.quantity,
            unit_price: line.unit_price,
            offset_secs: line.at.offset().local_minus_utc(),
        };
        self.lines.push(packed);
    }

    fn optional_key(&mut self, text: Option<&str>) -> u32 {
        text.map_or(ABSENT, |text| self.key(text))
    }

    fn key(&mut self, text: &str) -> u32 {
        if let Some(key) = self.keys.get(text) {
            return *key;
        }
        let key = u32::try_from(self.keys.len() + 1).expect("fewer than 2^32 distinct texts");
        self.keys.insert(text.into(), key);
        key
    }

    /// Writes all lines; `connection` is inside the writer's transaction.
    pub(crate) fn write(self, connection: &Connection) -> rusqlite::Result<()> {
        let mut names: Vec<(Box<str>, u32)> = self.keys.into_iter().collect();
        names.sort_unstable();
        let mut rank = vec![ABSENT; names.len() + 1];
        let mut insert = connection.prepare("INSERT INTO names (key, name) VALUES (?1, ?2)")?;
        for ((name, key), place) in names.iter().zip(1_u32..) {
            rank[*key as usize] = place;
            insert.execute(params![place, name])?;
        }
        let mut lines = self.lines;
        for line in &mut lines {
            for key in [
                &mut line.order,
                &mut line.sku,
                &mut line.shopper,
                &mut line.store,
                &mut line.channel,
            ] {
                *key = rank[*key as usize];
            }
        }
        lines.sort_unstable_by(|a, b| {
            let keys = |line: &PackedLine| {
                (
                    line.at_micros,
                    line.order,
                    line.sku,
                    line.shopper,
                    line.store,
                    line.channel,
                )
            };
            keys(a)
                .cmp(&keys(b))
                .then(a.quantity.total_cmp(&b.quantity))
                .then(a.unit_price.total_cmp(&b.unit_price))
                .then(a.offset_secs.cmp(&b.offset_secs))
        });
        let mut insert = connection.prepare(
            "INSERT INTO order_lines_packed VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        let present = |key: u32| (key != ABSENT).then_some(key);
        for line in &lines {
            insert.execute(params![
                line.at_micros,
                line.order,
                line.sku,
                present(line.shopper),
                present(line.store),
                present(line.channel),
                line.quantity,
                line.unit_price,
                line.offset_secs,
            ])?;
        }
        Ok(())
    }
}
