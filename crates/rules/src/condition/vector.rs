//! A run of values, one a row, and the loops over them.

use std::borrow::Cow;

use super::cell::{Arithmetic, Cell, Comparison};
use crate::Bits;

/// True, false or error, one a row, as the interval between what is and what may be: an error
/// is possible and not certain. So `&&` and `||` are one operation on either plane, and
/// absorb errors as CEL does.
#[derive(Debug, Clone)]
pub(super) struct Truth {
    /// True for certain.
    pub certain: Bits,
    /// True or an error; holds all that `certain` holds.
    pub possible: Bits,
}

impl Truth {
    pub(super) fn known(bits: Bits) -> Self {
        Self {
            possible: bits.clone(),
            certain: bits,
        }
    }

    pub(super) fn constant(len: usize, truth: bool) -> Self {
        Self::known(if truth {
            Bits::ones(len)
        } else {
            Bits::zeros(len)
        })
    }

    /// One answer for each row; `None` is an error.
    pub(super) fn from_fn(len: usize, mut answer: impl FnMut(usize) -> Option<bool>) -> Self {
        let mut possible = Bits::zeros(len);
        let certain = Bits::from_fn(len, |row| {
            let answer = answer(row);
            if answer != Some(false) {
                possible.set(row, true);
            }
            answer == Some(true)
        });
        Self { certain, possible }
    }

    pub(super) fn with_faults(self, faults: Option<&Bits>) -> Self {
        match faults {
            None => self,
            Some(faults) => Self {
                certain: self.certain.zip(faults, |certain, fault| certain & !fault),
                possible: self
                    .possible
                    .zip(faults, |possible, fault| possible | fault),
            },
        }
    }

    pub(super) fn and(self, other: &Self) -> Self {
        Self {
            certain: self.certain.zip(&other.certain, |left, right| left & right),
            possible: self
                .possible
                .zip(&other.possible, |left, right| left & right),
        }
    }

    pub(super) fn or(self, other: &Self) -> Self {
        Self {
            certain: self.certain.zip(&other.certain, |left, right| left | right),
            possible: self
                .possible
                .zip(&other.possible, |left, right| left | right),
        }
    }

    pub(super) fn not(self) -> Self {
        Self {
            certain: !self.possible,
            possible: !self.certain,
        }
    }

    fn cell(&self, row: usize) -> Cell<'static> {
        match (self.certain.get(row), self.possible.get(row)) {
            (true, _) => Cell::Bool(true),
            (false, true) => Cell::Fault,
            (false, false) => Cell::Bool(false),
        }
    }
}

/// Values of one type: the same for all rows, or one a row.
#[derive(Debug, Clone)]
pub(super) enum Values<'a, T: Clone> {
    One(T),
    Each(Cow<'a, [T]>),
}

impl<T: Clone> Values<'_, T> {
    pub(super) fn get(&self, row: usize) -> &T {
        match self {
            Self::One(value) => value,
            Self::Each(values) => &values[row],
        }
    }
}

/// Numbers, and which rows have none.
#[derive(Debug, Clone)]
pub(super) struct Numbers<'a, T: Clone> {
    pub values: Values<'a, T>,
    pub faults: Option<Bits>,
}

impl<'a, T: Copy> Numbers<'a, T> {
    pub(super) fn one(value: T) -> Self {
        Self {
            values: Values::One(value),
            faults: None,
        }
    }

    pub(super) fn borrowed(values: &'a [T]) -> Self {
        Self {
            values: Values::Each(Cow::Borrowed(values)),
            faults: None,
        }
    }

    pub(super) fn owned(values: Vec<T>) -> Self {
        Self {
            values: Values::Each(Cow::Owned(values)),
            faults: None,
        }
    }

    pub(super) fn with_faults(mut self, faults: Bits) -> Self {
        self.faults = Some(faults);
        self
    }

    fn cell(&self, row: usize, cell: impl Fn(T) -> Cell<'a>) -> Cell<'a> {
        match &self.faults {
            Some(faults) if faults.get(row) => Cell::Fault,
            _ => cell(*self.values.get(row)),
        }
    }

    pub(super) fn map<U: Copy>(self, f: impl Fn(T) -> U) -> Numbers<'a, U> {
        let values = match self.values {
            Values::One(value) => Values::One(f(value)),
            Values::Each(values) => Values::Each(values.iter().map(|value| f(*value)).collect()),
        };
        Numbers {
            values,
            faults: self.faults,
        }
    }

    pub(super) fn test(&self, len: usize, test: impl Fn(T) -> bool) -> Truth {
        let bits = match &self.values {
            Values::One(value) => return Truth::constant(len, test(*value)),
            Values::Each(values) => Bits::from_fn(len, |row| test(values[row])),
        };
        Truth::known(bits).with_faults(self.faults.as_ref())
    }
}

fn both_faults(left: Option<Bits>, right: Option<&Bits>) -> Option<Bits> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.zip(right, |left, right| left | right)),
        (faults, None) => faults,
        (None, faults) => faults.cloned(),
    }
}

/// One bit for each pair, in loops that know which side is constant.
fn pairs<T: Copy>(
    len: usize,
    left: &Values<'_, T>,
    right: &Values<'_, T>,
    test: impl Fn(T, T) -> bool,
) -> Bits {
    match (left, right) {
        (Values::One(left), Values::One(right)) => {
            Truth::constant(len, test(*left, *right)).certain
        }
        (Values::Each(left), Values::One(right)) => {
            Bits::from_fn(len, |row| test(left[row], *right))
        }
        (Values::One(left), Values::Each(right)) => {
            Bits::from_fn(len, |row| test(*left, right[row]))
        }
        (Values::Each(left), Values::Each(right)) => {
            Bits::from_fn(len, |row| test(left[row], right[row]))
        }
    }
}

fn compare<T: Copy + PartialOrd>(
    comparison: Comparison,
    len: usize,
    left: &Numbers<'_, T>,
    right: &Numbers<'_, T>,
) -> Truth {
    let (l, r) = (&left.values, &right.values);
    // Ordering NaN is an error in CEL: neither certainly so nor impossible, as both
    // comparisons of it are false.
    let ordered = |certain: Bits, impossible: Bits| Truth {
        certain,
        possible: !impossible,
    };
    let truth = match comparison {
        Comparison::Equal => Truth::known(pairs(len, l, r, |l, r| l == r)),
        Comparison::NotEqual => Truth::known(pairs(len, l, r, |l, r| l != r)),
        Comparison::Less => ordered(
            pairs(len, l, r, |l, r| l < r),
            pairs(len, l, r, |l, r| l >= r),
        ),
        Comparison::LessOrEqual => ordered(
            pairs(len, l, r, |l, r| l <= r),
            pairs(len, l, r, |l, r| l > r),
        ),
        Comparison::Greater => ordered(
            pairs(len, l, r, |l, r| l > r),
            pairs(len, l, r, |l, r| l <= r),
        ),
        Comparison::GreaterOrEqual => ordered(
            pairs(len, l, r, |l, r| l >= r),
            pairs(len, l, r, |l, r| l < r),
        ),
    };
    let faults = both_faults(left.faults.clone(), right.faults.as_ref());
    truth.with_faults(faults.as_ref())
}

/// A run of values.
#[derive(Debug, Clone)]
pub(super) enum Vector<'a> {
    Truth(Truth),
    Ints(Numbers<'a, i64>),
    Doubles(Numbers<'a, f64>),
    /// Whatever has no tighter form.
    Cells(Values<'a, Cell<'a>>),
}

impl<'a> Vector<'a> {
    pub(super) fn cells(len: usize, cell: impl FnMut(usize) -> Cell<'a>) -> Self {
        Self::Cells(Values::Each((0..len).map(cell).collect()))
    }

    pub(super) fn cell(&self, row: usize) -> Cow<'_, Cell<'a>> {
        match self {
            Self::Truth(truth) => Cow::Owned(truth.cell(row)),
            Self::Ints(ints) => Cow::Owned(ints.cell(row, Cell::Int)),
            Self::Doubles(doubles) => Cow::Owned(doubles.cell(row, Cell::Double)),
            Self::Cells(cells) => Cow::Borrowed(cells.get(row)),
        }
    }

    /// As an operand of `!`, `&&`, `||` or as the whole condition: what is no truth is an error.
    pub(super) fn truth(self, len: usize) -> Truth {
        match self {
            Self::Truth(truth) => truth,
            other => Truth::from_fn(len, |row| match *other.cell(row) {
                Cell::Bool(truth) => Some(truth),
                _ => None,
            }),
        }
    }

    pub(super) fn compare(self, comparison: Comparison, other: Self, len: usize) -> Truth {
        match (self, other) {
            (Self::Ints(left), Self::Ints(right)) => compare(comparison, len, &left, &right),
            (Self::Doubles(left), Self::Doubles(right)) => compare(comparison, len, &left, &right),
            // As in cel-go, an int beside a double is compared as the double next to it.
            (Self::Ints(left), Self::Doubles(right)) => {
                compare(comparison, len, &left.map(|int| int as f64), &right)
            }
            (Self::Doubles(left), Self::Ints(right)) => {
                compare(comparison, len, &left, &right.map(|int| int as f64))
            }
            (left, right) => Truth::from_fn(len, |row| {
                left.cell(row).compare(comparison, &right.cell(row))
            }),
        }
    }

    pub(super) fn arithmetic(self, operator: Arithmetic, other: Self, len: usize) -> Self {
        match (self, other) {
            (Self::Doubles(left), Self::Doubles(right)) => {
                let values = (0..len)
                    .map(|row| operator.doubles(*left.values.get(row), *right.values.get(row)))
                    .collect();
                Self::Doubles(Numbers {
                    values: Values::Each(values),
                    faults: both_faults(left.faults, right.faults.as_ref()),
                })
            }
            (Self::Ints(left), Self::Ints(right)) => {
                let mut faults =
                    both_faults(left.faults, right.faults.as_ref()).unwrap_or(Bits::zeros(len));
                let values = (0..len)
                    .map(|row| {
                        let result = operator.ints(*left.values.get(row), *right.values.get(row));
                        if result.is_none() {
                            faults.set(row, true);
                        }
                        result.unwrap_or_default()
                    })
                    .collect();
                Self::Ints(Numbers::owned(values).with_faults(faults))
            }
            (left, right) => Self::cells(len, |row| {
                left.cell(row).arithmetic(operator, &right.cell(row))
            }),
        }
    }

    pub(super) fn negate(self, len: usize) -> Self {
        match self {
            Self::Doubles(doubles) => Self::Doubles(doubles.map(|double| -double)),
            other => Self::cells(len, |row| other.cell(row).negate()),
        }
    }

    pub(super) fn size(&self, len: usize) -> Self {
        let mut faults = Bits::zeros(len);
        let sizes = (0..len)
            .map(|row| {
                let size = self.cell(row).size();
                if size.is_none() {
                    faults.set(row, true);
                }
                size.unwrap_or_default()
            })
            .collect();
        Self::Ints(Numbers::owned(sizes).with_faults(faults))
    }
}
