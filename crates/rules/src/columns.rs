//! The products of a retailer as columns: what conditions are evaluated over.

use std::collections::BTreeMap;
use std::ops::Range;

use endcap_vocab::AttributeValue;

use crate::Bits;

/// The code of a row that has no value.
pub const ABSENT: u32 = u32::MAX;

/// The day of a row that has no date.
pub const ABSENT_DAY: i32 = i32::MIN;

/// A column whose values repeat: one code a row into a list of distinct values.
#[derive(Debug, Clone, PartialEq)]
pub struct Coded<T> {
    /// One a row; [`ABSENT`] where the row has no value.
    pub codes: Vec<u32>,
    /// The distinct values, in the order of their codes.
    pub values: Vec<T>,
}

impl<T> Default for Coded<T> {
    fn default() -> Self {
        Self {
            codes: Vec::new(),
            values: Vec::new(),
        }
    }
}

impl<T> Coded<T> {
    /// The value of a row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&T> {
        self.values.get(self.codes[row] as usize)
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
    pub attributes: BTreeMap<Box<str>, Coded<AttributeValue>>,
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
