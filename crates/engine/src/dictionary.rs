//! Builds dictionary-coded columns row by row.

use std::collections::HashMap;
use std::hash::Hash;

use endcap_rules::{ABSENT, Coded};
use endcap_vocab::AttributeValue;

/// Collects the distinct values of a column and the code of each row.
pub(crate) struct Dictionary<K, T> {
    column: Coded<T>,
    by_key: HashMap<K, u32>,
}

impl<K, T> Default for Dictionary<K, T> {
    fn default() -> Self {
        Self {
            column: Coded::default(),
            by_key: HashMap::new(),
        }
    }
}

impl<K: Hash + Eq, T> Dictionary<K, T> {
    /// Appends a row with a value, known by `key`.
    pub(crate) fn push(&mut self, key: K, value: impl FnOnce() -> T) {
        let next = self.column.values.len() as u32;
        let code = *self.by_key.entry(key).or_insert(next);
        if code == next {
            self.column.values.push(value());
        }
        self.column.codes.push(code);
    }

    /// The column as far as it is built.
    pub(crate) fn column(&self) -> &Coded<T> {
        &self.column
    }

    /// The column, its rows in a new order: row `i` is what was row `order[i]`.
    pub(crate) fn finish(self, order: &[u32]) -> Coded<T> {
        let codes = order
            .iter()
            .map(|row| self.column.codes[*row as usize])
            .collect();
        Coded {
            codes,
            values: self.column.values,
        }
    }
}

/// A dictionary of texts.
pub(crate) type TextDictionary = Dictionary<Box<str>, Box<str>>;

impl TextDictionary {
    /// Appends a row.
    pub(crate) fn push_text(&mut self, text: Option<&str>) {
        match text {
            // A look-up by `&str` first: most rows repeat a value, and need no new box.
            Some(text) => match self.by_key.get(text) {
                Some(code) => self.column.codes.push(*code),
                None => self.push(text.into(), || text.into()),
            },
            None => self.column.codes.push(ABSENT),
        }
    }
}

/// A dictionary of lists of texts.
pub(crate) type ListDictionary = Dictionary<Box<[Box<str>]>, Box<[Box<str>]>>;

impl ListDictionary {
    /// Appends a row.
    pub(crate) fn push_list(&mut self, list: &[String]) {
        let boxed = || {
            list.iter()
                .map(|text| text.as_str().into())
                .collect::<Box<[Box<str>]>>()
        };
        self.push(boxed(), boxed);
    }
}

/// What makes two attribute values the same: their type and, for numbers, their value.
#[derive(PartialEq, Eq, Hash)]
enum AttributeKey {
    Bool(bool),
    Number(u64),
    Text(Box<str>),
}

impl From<&AttributeValue> for AttributeKey {
    fn from(value: &AttributeValue) -> Self {
        match value {
            AttributeValue::Bool(value) => Self::Bool(*value),
            // Adding 0 makes one zero of the two.
            AttributeValue::Number(value) => Self::Number((value + 0.0).to_bits()),
            AttributeValue::Text(value) => Self::Text(value.as_str().into()),
        }
    }
}

/// Collects the values of an attribute, which most rows lack.
#[derive(Default)]
pub(crate) struct AttributeDictionary {
    /// The code of each value.
    codes: Dictionary<AttributeKey, AttributeValue>,
    /// The row of each code.
    rows: Vec<u32>,
}

impl AttributeDictionary {
    /// Gives a row a value.
    pub(crate) fn push(&mut self, row: u32, value: &AttributeValue) {
        self.codes.push(value.into(), || value.clone());
        self.rows.push(row);
    }

    /// The column, its rows in a new order: what was row `i` is row `places[i]`.
    pub(crate) fn finish(self, places: &[u32]) -> Coded<AttributeValue> {
        let held = self.codes.column;
        let mut codes = vec![ABSENT; places.len()];
        for (row, code) in self.rows.iter().zip(held.codes) {
            codes[places[*row as usize] as usize] = code;
        }
        Coded {
            codes,
            values: held.values,
        }
    }
}
