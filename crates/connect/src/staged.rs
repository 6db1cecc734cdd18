//! A row that a mapping made, before anybody knows whether it is sound.
//!
//! A mapping may give any type SQLite has; what is text is read as CSV is: an empty number,
//! date, flag or list is absent.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate};
use endcap_vocab::AttributeValue;
use rusqlite::Row;
use rusqlite::types::ValueRef;
use serde::de::DeserializeOwned;

use endcap_store::tables::Table;

/// Why a row is refused.
pub(crate) type Fault = String;

/// A row of a staged table: the table's columns, then `_file` and `_line`.
pub(crate) struct StagedRow<'r> {
    table: &'static Table,
    row: &'r Row<'r>,
}

impl<'r> StagedRow<'r> {
    pub(crate) fn new(table: &'static Table, row: &'r Row<'r>) -> Self {
        Self { table, row }
    }

    /// Where the row comes from, as far as the mapping tells.
    pub(crate) fn origin(&self) -> (Option<String>, Option<u64>) {
        let count = self.table.columns.len();
        let file = self.row.get(count).ok();
        let line: Option<i64> = self.row.get(count + 1).ok();
        (file, line.and_then(|line| line.try_into().ok()))
    }

    /// Whether a column has a value worth counting.
    pub(crate) fn is_filled(&self, column: usize) -> bool {
        match self.row.get_ref(column) {
            Ok(ValueRef::Null) | Err(_) => false,
            Ok(ValueRef::Text(text)) => !matches!(text, b"" | b"[]" | b"{}"),
            Ok(_) => true,
        }
    }

    /// Whether a column of that name has a value.
    pub(crate) fn has(&self, column: &str) -> bool {
        !matches!(
            self.value(column),
            ValueRef::Null | ValueRef::Text(b"") | ValueRef::Blob(b"")
        )
    }

    fn value(&self, column: &str) -> ValueRef<'_> {
        let place = self.table.columns.iter().position(|name| *name == column);
        place
            .and_then(|place| self.row.get_ref(place).ok())
            .unwrap_or(ValueRef::Null)
    }

    /// A text; an empty one is a text.
    pub(crate) fn optional_text(&self, column: &str) -> Result<Option<String>, Fault> {
        Ok(match self.value(column) {
            ValueRef::Null => None,
            ValueRef::Integer(number) => Some(number.to_string()),
            ValueRef::Real(number) => Some(number.to_string()),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                let text = std::str::from_utf8(bytes)
                    .map_err(|_| format!("`{column}` is not UTF-8 text"))?;
                Some(text.to_owned())
            }
        })
    }

    pub(crate) fn text(&self, column: &str) -> Result<String, Fault> {
        self.optional_text(column)?.ok_or_else(|| missing(column))
    }

    /// A value read from text, absent where the text is empty.
    fn parsed<T>(
        &self,
        column: &str,
        wanted: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Fault> {
        let Some(text) = self.optional_text(column)?.filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        parse(text.trim())
            .map(Some)
            .ok_or_else(|| format!("`{column}` must be {wanted}, not `{}`", shortened(&text)))
    }

    pub(crate) fn optional_number(&self, column: &str) -> Result<Option<f64>, Fault> {
        if let ValueRef::Real(number) = self.value(column) {
            return Ok(Some(number));
        }
        self.parsed(column, "a finite number", |text| {
            text.parse().ok().filter(|number: &f64| number.is_finite())
        })
    }

    pub(crate) fn number(&self, column: &str) -> Result<f64, Fault> {
        self.optional_number(column)?.ok_or_else(|| missing(column))
    }

    pub(crate) fn optional_whole(&self, column: &str) -> Result<Option<i64>, Fault> {
        // Beyond 2^53 a double does not tell neighbours apart.
        let whole = |number: f64| {
            (number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0)
                .then_some(number as i64)
        };
        self.parsed(column, "a whole number", |text| {
            text.parse()
                .ok()
                .or_else(|| text.parse().ok().and_then(whole))
        })
    }

    pub(crate) fn whole(&self, column: &str) -> Result<i64, Fault> {
        self.optional_whole(column)?.ok_or_else(|| missing(column))
    }

    /// A flag; absent is false.
    pub(crate) fn flag(&self, column: &str) -> Result<bool, Fault> {
        let flag = self.parsed(column, "true or false", |text| {
            match text.to_ascii_lowercase().as_str() {
                "1" | "true" => Some(true),
                "0" | "false" => Some(false),
                _ => None,
            }
        })?;
        Ok(flag.unwrap_or_default())
    }

    pub(crate) fn optional_day(&self, column: &str) -> Result<Option<NaiveDate>, Fault> {
        self.parsed(column, "a date such as 2026-11-20", |text| {
            text.parse().ok()
        })
    }

    pub(crate) fn day(&self, column: &str) -> Result<NaiveDate, Fault> {
        self.optional_day(column)?.ok_or_else(|| missing(column))
    }

    pub(crate) fn optional_instant(
        &self,
        column: &str,
    ) -> Result<Option<DateTime<FixedOffset>>, Fault> {
        let wanted = "an instant with its offset such as 2026-11-20T09:00:00+01:00";
        self.parsed(column, wanted, |text| {
            DateTime::parse_from_rfc3339(text).ok()
        })
    }

    pub(crate) fn instant(&self, column: &str) -> Result<DateTime<FixedOffset>, Fault> {
        self.optional_instant(column)?
            .ok_or_else(|| missing(column))
    }

    pub(crate) fn optional_list<T: DeserializeOwned>(
        &self,
        column: &str,
        wanted: &str,
    ) -> Result<Option<Vec<T>>, Fault> {
        self.parsed(column, wanted, |text| serde_json::from_str(text).ok())
    }

    /// A list of texts; absent is empty.
    pub(crate) fn texts(&self, column: &str) -> Result<Vec<String>, Fault> {
        let list = self.optional_list(column, r#"a JSON list of texts such as ["a", "b"]"#)?;
        Ok(list.unwrap_or_default())
    }

    /// A map of attributes; one that is null is left out.
    pub(crate) fn attributes(
        &self,
        column: &str,
    ) -> Result<BTreeMap<String, AttributeValue>, Fault> {
        let wanted = r#"a JSON object of texts, numbers and flags such as {"roast": "dark"}"#;
        let map: Option<BTreeMap<String, Option<AttributeValue>>> =
            self.parsed(column, wanted, |text| serde_json::from_str(text).ok())?;
        let present = |(name, value): (String, Option<AttributeValue>)| Some((name, value?));
        Ok(map
            .unwrap_or_default()
            .into_iter()
            .filter_map(present)
            .collect())
    }
}

fn missing(column: &str) -> Fault {
    format!("`{column}` is missing")
}

/// Enough of a text to know it by.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
