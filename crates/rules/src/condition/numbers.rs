//! Numbers of a block of rows: columns as they are stored, or worked out.

use std::ops::Range;

use fearless_simd::{Level, dispatch};

use super::cell::Arithmetic;
use super::lanes::ROWS;
use super::node::Field;
use super::row::{age_days, discount, funding, margin};
use super::shape::Number;
use crate::{Columns, Facts};

/// A number a row; what stands past the last row has no meaning.
pub(super) type Buffer = [f64; ROWS];

/// A block of rows, and where their facts are.
#[derive(Debug, Clone)]
pub(super) struct BlockRows<'a> {
    pub(super) level: Level,
    pub(super) columns: &'a Columns,
    pub(super) facts: &'a Facts<'a>,
    pub(super) rows: Range<usize>,
    pub(super) entries: Range<usize>,
}

impl<'a> BlockRows<'a> {
    pub(super) fn stock(&self) -> &'a [i64] {
        &self.facts.stock[self.entries.clone()]
    }

    fn price(&self) -> &'a [f64] {
        &self.facts.price[self.entries.clone()]
    }

    /// A number that is held as it is; `None` where it must be worked out.
    pub(super) fn stored(&self, number: &Number) -> Option<&'a [f64]> {
        let Number::Column(field) = number else {
            return None;
        };
        let column = match field {
            Field::Price => return Some(self.price()),
            Field::ListPrice => &self.columns.list_price,
            Field::UnitCost => &self.columns.unit_cost,
            Field::ReturnRate => &self.columns.return_rate,
            Field::Rating => &self.columns.rating,
            Field::StockAgeDays => &self.columns.stock_age_days,
            Field::StockCoverDays => &self.columns.stock_cover_days,
            _ => return None,
        };
        Some(&column[self.rows.clone()])
    }

    /// Writes any number.
    pub(super) fn fill(&self, number: &Number, out: &mut Buffer, spare: &mut Vec<Box<Buffer>>) {
        if let Some(stored) = self.stored(number) {
            out[..stored.len()].copy_from_slice(stored);
            return;
        }
        match number {
            Number::Column(field) => self.work_out(*field, out),
            Number::Constant(bits) => out.fill(f64::from_bits(*bits)),
            Number::Negate(number) => {
                self.fill(number, out, spare);
                out.iter_mut().for_each(|number| *number = -*number);
            }
            Number::Arithmetic(operator, pair) => {
                self.fill(&pair[0], out, spare);
                let mut right = spare.pop().unwrap_or_else(|| Box::new([0.0; ROWS]));
                self.fill(&pair[1], &mut right, spare);
                dispatch!(self.level, _simd => {
                    macro_rules! calculate {
                        ($of:expr) => {
                            for (left, right) in out.iter_mut().zip(&*right) {
                                *left = $of(*left, *right);
                            }
                        };
                    }
                    match operator {
                        Arithmetic::Add => calculate!(|left, right| left + right),
                        Arithmetic::Subtract => calculate!(|left, right| left - right),
                        Arithmetic::Multiply => calculate!(|left, right| left * right),
                        Arithmetic::Divide => calculate!(|left, right| left / right),
                    }
                });
                spare.push(right);
            }
        }
    }

    fn work_out(&self, field: Field, out: &mut Buffer) {
        let (columns, facts, rows) = (self.columns, self.facts, self.rows.clone());
        dispatch!(self.level, _simd => {
            macro_rules! of {
                ($left:expr, $value:expr) => {
                    for (out, left) in out.iter_mut().zip($left) {
                        *out = $value(*left);
                    }
                };
                ($left:expr, $right:expr, $value:expr) => {
                    for ((out, left), right) in out.iter_mut().zip($left).zip($right) {
                        *out = $value(*left, *right);
                    }
                };
            }
            match field {
                Field::Margin => of!(self.price(), &columns.unit_cost[rows], margin),
                Field::Discount => of!(self.price(), &columns.list_price[rows], discount),
                Field::Funding => of!(self.price(), &columns.vendor_funding[rows], funding),
                Field::AgeDays => {
                    of!(&columns.launched_on[rows], |day| age_days(facts.today, day));
                }
                Field::Stock => of!(self.stock(), |units: i64| units as f64),
                _ => out.fill(f64::NAN),
            }
        });
    }
}
