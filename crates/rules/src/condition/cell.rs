//! One value of one product, and what CEL's operators make of it.

use std::borrow::Cow;
use std::cmp::Ordering;

/// A literal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Constant {
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(Box<str>),
}

impl Constant {
    pub(super) fn cell(&self) -> Cell<'_> {
        match self {
            Self::Bool(bool) => Cell::Bool(*bool),
            Self::Int(int) => Cell::Int(*int),
            Self::Double(double) => Cell::Double(*double),
            Self::Text(text) => Cell::Text(Cow::Borrowed(text)),
        }
    }
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// The same with its sides swapped.
    pub(crate) fn mirrored(self) -> Self {
        match self {
            Self::Equal | Self::NotEqual => self,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }

    /// Whether it holds of two values in this order.
    pub(super) fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// An operator of arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl Arithmetic {
    pub(super) fn doubles(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Add => left + right,
            Self::Subtract => left - right,
            Self::Multiply => left * right,
            Self::Divide => left / right,
        }
    }

    /// `None` where the result is no i64.
    pub(super) fn ints(self, left: i64, right: i64) -> Option<i64> {
        match self {
            Self::Add => left.checked_add(right),
            Self::Subtract => left.checked_sub(right),
            Self::Multiply => left.checked_mul(right),
            Self::Divide => left.checked_div(right),
        }
    }
}

/// A value, or the error of reading one that is not there.
#[derive(Debug, Clone)]
pub(super) enum Cell<'a> {
    Fault,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(Cow<'a, str>),
    Tags(&'a [Box<str>]),
    List(Vec<Cell<'a>>),
}

/// What two cells are to each other.
enum Relation {
    Ordered(Ordering),
    /// Of one type, and one is NaN.
    Unordered,
    OtherTypes,
}

fn relation(left: &Cell<'_>, right: &Cell<'_>) -> Relation {
    let order = match (left, right) {
        (Cell::Bool(left), Cell::Bool(right)) => Some(left.cmp(right)),
        (Cell::Text(left), Cell::Text(right)) => Some(left.cmp(right)),
        (Cell::Int(left), Cell::Int(right)) => Some(left.cmp(right)),
        (Cell::Double(left), Cell::Double(right)) => left.partial_cmp(right),
        (Cell::Int(left), Cell::Double(right)) => (*left as f64).partial_cmp(right),
        (Cell::Double(left), Cell::Int(right)) => left.partial_cmp(&(*right as f64)),
        _ => return Relation::OtherTypes,
    };
    order.map_or(Relation::Unordered, Relation::Ordered)
}

/// Whether two values are equal: values of different types are not, lists are by element.
fn equal(left: &Cell<'_>, right: &Cell<'_>) -> bool {
    match (left, right) {
        (Cell::Tags(left), Cell::Tags(right)) => left == right,
        (Cell::List(left), Cell::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| equal(l, r))
        }
        (Cell::Tags(tags), Cell::List(list)) | (Cell::List(list), Cell::Tags(tags)) => {
            let is = |cell: &Cell<'_>, tag: &str| matches!(cell, Cell::Text(text) if text == tag);
            tags.len() == list.len() && tags.iter().zip(list).all(|(tag, cell)| is(cell, tag))
        }
        _ => matches!(relation(left, right), Relation::Ordered(order) if order.is_eq()),
    }
}

impl<'a> Cell<'a> {
    pub(super) fn is_fault(&self) -> bool {
        matches!(self, Self::Fault)
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Compares; `None` is an error.
    pub(super) fn compare(&self, comparison: Comparison, other: &Self) -> Option<bool> {
        if self.is_fault() || other.is_fault() {
            return None;
        }
        match comparison {
            Comparison::Equal => Some(equal(self, other)),
            Comparison::NotEqual => Some(!equal(self, other)),
            _ => match relation(self, other) {
                Relation::Ordered(order) => Some(comparison.holds(order)),
                Relation::Unordered | Relation::OtherTypes => None,
            },
        }
    }

    /// Whether a list holds this; `None` is an error.
    pub(super) fn is_in(&self, list: &Self) -> Option<bool> {
        match (self, list) {
            (Self::Fault, _) => None,
            (Self::Text(text), Self::Tags(tags)) => {
                Some(tags.iter().any(|tag| tag.as_ref() == text.as_ref()))
            }
            (_, Self::Tags(_)) => Some(false),
            (_, Self::List(list)) => Some(list.iter().any(|element| equal(self, element))),
            _ => None,
        }
    }

    /// Code points of a text, elements of a list; `None` is an error.
    pub(super) fn size(&self) -> Option<i64> {
        let size = match self {
            Self::Text(text) => text.chars().count(),
            Self::Tags(tags) => tags.len(),
            Self::List(list) => list.len(),
            _ => return None,
        };
        i64::try_from(size).ok()
    }

    pub(super) fn negate(&self) -> Self {
        match self {
            Self::Double(double) => Self::Double(-double),
            Self::Int(int) => int.checked_neg().map_or(Self::Fault, Self::Int),
            _ => Self::Fault,
        }
    }

    pub(super) fn arithmetic(&self, operator: Arithmetic, other: &Self) -> Self {
        match (self, other) {
            (Self::Double(left), Self::Double(right)) => {
                Self::Double(operator.doubles(*left, *right))
            }
            (Self::Int(left), Self::Int(right)) => {
                operator.ints(*left, *right).map_or(Self::Fault, Self::Int)
            }
            (Self::Text(left), Self::Text(right)) if operator == Arithmetic::Add => {
                Self::Text(Cow::Owned(format!("{left}{right}")))
            }
            (left, right) if operator == Arithmetic::Add => {
                match (left.elements(), right.elements()) {
                    (Some(mut left), Some(right)) => {
                        left.extend(right);
                        Self::List(left)
                    }
                    _ => Self::Fault,
                }
            }
            _ => Self::Fault,
        }
    }

    fn elements(&self) -> Option<Vec<Self>> {
        match self {
            Self::List(list) => Some(list.clone()),
            Self::Tags(tags) => {
                let cells = tags.iter().map(|tag| Self::Text(Cow::Borrowed(tag)));
                Some(cells.collect())
            }
            _ => None,
        }
    }
}
