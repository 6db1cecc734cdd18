//! Builds dictionary-coded columns row by row.

use std::collections::HashMap;
use std::hash::Hash;

use endcap_rules::{ABSENT, Coded, Codes};
use endcap_vocab::AttributeValue;

/// Collects the distinct values of a column and the code of each row.
pub(crate) struct Dictionary<K, T> {
    codes: Vec<u32>,
    values: Vec<T>,
    by_key: HashMap<K, u32>,
}

impl<K, T> Default for Dictionary<K, T> {
    fn default() -> Self {
        Self {
            codes: Vec::new(),
            values: Vec::new(),
            by_key: HashMap::new(),
        }
    }
}

impl<K: Hash + Eq, T> Dictionary<K, T> {
    /// Appends a row with a value, known by `key`.
    pub(crate) fn push(&mut self, key: K, value: impl FnOnce() -> T) {
        let next = self.values.len() as u32;
        let code = *self.by_key.entry(key).or_insert(next);
        if code == next {
            self.values.push(value());
        }
        self.codes.push(code);
    }

    /// The code of a row; [`ABSENT`] where it has no value.
    pub(crate) fn code(&self, row: u32) -> u32 {
        self.codes[row as usize]
    }

    /// The distinct values so far.
    pub(crate) fn values(&self) -> &[T] {
        &self.values
    }

    /// The column, its rows in a new order: row `i` is what was row `order[i]`.
    pub(crate) fn finish(self, order: &[u32]) -> Coded<T> {
        Coded {
            codes: order.iter().map(|row| self.code(*row)).collect(),
            values: self.values,
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
                Some(code) => self.codes.push(*code),
                None => self.push(text.into(), || text.into()),
            },
            None => self.codes.push(ABSENT),
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
        let mut codes = vec![ABSENT; places.len()];
        for (row, code) in self.rows.iter().zip(&self.codes.codes) {
            codes[places[*row as usize] as usize] = *code;
        }
        Coded {
            codes: Codes::from(&codes[..]),
            values: self.codes.values,
        }
    }
}
