//! The products of a retailer as columns: what conditions are evaluated over.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use endcap_vocab::AttributeValue;

use crate::{Bits, Codes};

/// The code of a row that has no value.
pub const ABSENT: u32 = u32::MAX;

/// The day of a row that has no date.
pub const ABSENT_DAY: i32 = i32::MIN;

/// A column whose values repeat: one code a row into a list of distinct values.
#[derive(Debug, Clone, PartialEq)]
pub struct Coded<T> {
    /// Which value each row has.
    pub codes: Codes,
    /// The distinct values, in the order of their codes.
    pub values: Vec<T>,
}

impl<T> Default for Coded<T> {
    fn default() -> Self {
        Self {
            codes: Codes::default(),
            values: Vec::new(),
        }
    }
}

impl<T> Coded<T> {
    /// The code of a row; [`ABSENT`] where it has no value.
    #[inline]
    #[must_use]
    pub fn code(&self, row: usize) -> u32 {
        self.codes.get(row)
    }

    /// The value of a row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&T> {
        self.values.get(self.code(row) as usize)
    }
}

/// A column whose values repeat and which most rows lack, as attributes of one department: its
/// codes are kept from the first row with a value to the last.
#[derive(Debug, Clone, Default)]
pub struct Sparse<T> {
    first: usize,
    codes: Codes,
    /// The distinct values, in the order of their codes.
    pub values: Vec<T>,
    rows: usize,
    all: OnceLock<Codes>,
}

impl<T> From<Coded<T>> for Sparse<T> {
    fn from(column: Coded<T>) -> Self {
        let has_value = |code| code != ABSENT;
        let first = column.codes.iter().position(has_value).unwrap_or(0);
        let end = column.codes.iter().rposition(has_value);
        let rows = first..end.map_or(first, |last| last + 1);
        Self {
            first,
            codes: rows.map(|row| column.codes.get(row)).collect(),
            values: column.values,
            rows: column.codes.len(),
            all: OnceLock::new(),
        }
    }
}

impl<T: PartialEq> PartialEq for Sparse<T> {
    fn eq(&self, other: &Self) -> bool {
        let rows = |column: &Self| (column.first, column.rows);
        rows(self) == rows(other) && self.codes == other.codes && self.values == other.values
    }
}

impl<T> Sparse<T> {
    /// The code of a row; [`ABSENT`] where it has no value.
    #[must_use]
    pub fn code(&self, row: usize) -> u32 {
        let place = row.checked_sub(self.first);
        let place = place.filter(|place| *place < self.codes.len());
        place.map_or(ABSENT, |place| self.codes.get(place))
    }

    /// The value of a row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&T> {
        self.values.get(self.code(row) as usize)
    }

    /// The first row with a value, and the codes from there to the last.
    #[must_use]
    pub fn span(&self) -> (usize, &Codes) {
        (self.first, &self.codes)
    }

    /// One code a row. Laid out when it is first asked for, and kept.
    #[must_use]
    pub fn all_codes(&self) -> &Codes {
        self.all
            .get_or_init(|| (0..self.rows).map(|row| self.code(row)).collect())
    }

    /// Bytes on the heap, the values' own apart.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        self.codes.heap_bytes() + self.all.get().map_or(0, Codes::heap_bytes)
    }
}

/// A column of texts that are mostly distinct, laid end to end.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    /// Appends a row.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    /// The text of a row.
    #[must_use]
    pub fn get(&self, row: usize) -> &str {
        &self.text[self.span(row)]
    }

    /// All texts, one behind the other.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Where the text of a row stands among all.
    pub(crate) fn span(&self, row: usize) -> Range<usize> {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        start..self.ends[row]
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Gives back the room that further rows would take.
    pub fn shrink_to_fit(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// Bytes on the heap.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<usize>()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// What a product is, whoever asks: one row a product, every column of the same length.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Columns {
    /// Unique.
    pub sku: Texts,
    /// The style.
    pub group: Coded<Box<str>>,
    /// What a shopper reads.
    pub title: Texts,
    /// The name on the product.
    pub brand: Coded<Box<str>>,
    /// Who sells it to the retailer.
    pub vendor: Coded<Box<str>>,
    /// Path; never absent.
    pub category: Coded<Box<str>>,
    /// The retailer's own brand.
    pub private_label: Bits,
    /// Regular price, above 0.
    pub list_price: Vec<f64>,
    /// Money a unit.
    pub unit_cost: Vec<f64>,
    /// Money a unit.
    pub vendor_funding: Vec<f64>,
    /// 0..1.
    pub return_rate: Vec<f64>,
    /// 0..5; NaN where not known.
    pub rating: Vec<f64>,
    /// Days; NaN where not known.
    pub stock_age_days: Vec<f64>,
    /// Days; NaN where not known.
    pub stock_cover_days: Vec<f64>,
    /// Days since 1970-01-01; [`ABSENT_DAY`] where not known.
    pub launched_on: Vec<i32>,
    /// Bit m − 1 for month m.
    pub season_months: Vec<u16>,
    /// The whole list of a product is one value; never absent.
    pub tags: Coded<Box<[Box<str>]>>,
    /// By name.
    pub attributes: BTreeMap<Box<str>, Sparse<AttributeValue>>,
}

impl Columns {
    /// How many products there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sku.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sku.is_empty()
    }
}

/// What a request adds to a run of products: slices of the same length, one entry a product.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Effective price, above 0.
    pub price: &'a [f64],
    /// Units available.
    pub stock: &'a [i64],
    /// The request's date in days since 1970-01-01.
    pub today: i32,
    /// The request's month, 1..12.
    pub month: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1. A sparse column says of every row what the full one says, also where no row has a
    ///    value.
    #[test]
    fn a_sparse_column_says_of_every_row_what_the_full_one_says() {
        for codes in [
            vec![ABSENT, ABSENT, 1, ABSENT, 0, ABSENT],
            vec![0, 1],
            vec![ABSENT; 3],
            Vec::new(),
        ] {
            let full = Coded {
                codes: Codes::from(&codes[..]),
                values: vec!["a", "b"],
            };
            let sparse = Sparse::from(full.clone());
            for (row, code) in codes.into_iter().enumerate() {
                assert_eq!(sparse.code(row), code);
                assert_eq!(sparse.get(row), full.get(row));
            }
            assert_eq!(sparse.code(full.codes.len()), ABSENT);
            assert_eq!(*sparse.all_codes(), full.codes);
        }
    }

    /// 2. It takes no more room than from its first value to its last.
    #[test]
    fn a_sparse_column_takes_the_room_of_its_span() {
        let mut codes = vec![ABSENT; 1_000];
        codes[500..510].fill(0);
        let sparse = Sparse::from(Coded {
            codes: Codes::from(&codes[..]),
            values: vec![true],
        });
        assert_eq!(sparse.heap_bytes(), 10);
        assert_eq!(sparse.span(), (500, &Codes::from(&[0; 10][..])));
    }
}
