//! What was bought, as columns.

use std::collections::HashMap;

use crate::OrderLine;

/// Order lines as columns, one entry a line in every column; texts are numbers of `names`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OrderColumns {
    /// Every text that a line names: orders, skus and shoppers.
    pub names: Vec<Box<str>>,
    /// The order it belongs to.
    pub order: Vec<u32>,
    /// What.
    pub sku: Vec<u32>,
    /// Who bought; [`OrderColumns::NOBODY`] where nobody knows.
    pub shopper: Vec<u32>,
    /// When, in microseconds since 1970-01-01T00:00:00Z.
    pub at_micros: Vec<i64>,
    /// Units, above 0.
    pub quantity: Vec<f64>,
}

impl OrderColumns {
    /// The shopper of a line of whom nobody knows.
    pub const NOBODY: u32 = u32::MAX;

    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }
}

impl<'l> FromIterator<&'l OrderLine> for OrderColumns {
    fn from_iter<I: IntoIterator<Item = &'l OrderLine>>(lines: I) -> Self {
        let mut columns = Self::default();
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let mut number = |name: &'l str| {
            *numbers.entry(name).or_insert_with(|| {
                columns.names.push(name.into());
                columns.names.len() as u32 - 1
            })
        };
        for line in lines {
            columns.order.push(number(&line.order_id));
            columns.sku.push(number(&line.sku));
            let shopper = line.shopper.as_deref();
            columns
                .shopper
                .push(shopper.map_or(Self::NOBODY, &mut number));
            columns.at_micros.push(line.at.timestamp_micros());
            columns.quantity.push(line.quantity);
        }
        columns
    }
}
