//! The shapes of tests that are worked out for whole blocks of rows.

use super::cell::{Arithmetic, Comparison, Constant};
use super::node::{Field, Kind, Node, PerValue, Source};
use super::set::ConstantSet;

/// A double a row, NaN where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Number {
    Column(Field),
    /// The bits of a double.
    Constant(u64),
    Negate(Box<Number>),
    Arithmetic(Arithmetic, Box<[Number; 2]>),
}

/// A test whether a text is one of some, or is none of them.
#[derive(Debug)]
pub(super) struct OneOf<'n> {
    pub(super) column: &'n Source,
    /// Ascending, each once.
    pub(super) texts: Vec<Box<str>>,
    pub(super) is_one: bool,
}

impl<'n> OneOf<'n> {
    pub(super) fn of(test: &'n Node) -> Option<Self> {
        let (read, constants, is_one) = match test {
            Node::InSet(element, set) => (&**element, set.constants(), true),
            Node::Compare(comparison @ (Comparison::Equal | Comparison::NotEqual), nodes) => {
                let is_one = *comparison == Comparison::Equal;
                match &**nodes {
                    [read, Node::Constant(constant)] | [Node::Constant(constant), read] => {
                        (read, std::slice::from_ref(constant), is_one)
                    }
                    _ => return None,
                }
            }
            _ => return None,
        };
        let Node::Read(column) = read else {
            return None;
        };
        let text = |constant: &Constant| match constant {
            Constant::Text(text) => Some(text.clone()),
            _ => None,
        };
        let mut texts = constants.iter().map(text).collect::<Option<Vec<_>>>()?;
        texts.sort_unstable();
        texts.dedup();
        Some(Self {
            column,
            texts,
            is_one,
        })
    }
}

/// A test that is worked out for whole blocks.
#[derive(Debug)]
pub(super) enum Shape<'n> {
    Fixed(bool),
    /// A field that is true or false.
    Truth(Field),
    /// Whether there is a value in a column that is no dictionary.
    Has(Field),
    OneOf(OneOf<'n>),
    Compare(Comparison, Operands),
    /// A number that is equal to one of some.
    EqualsOne(Number, Vec<Operands>),
    PerValue(&'n PerValue),
}

/// Constants of a list that are worth an equality each.
const MOST_EQUALITIES: usize = 64;

/// Up to here every whole number is a double.
const EXACT: u64 = 1 << 53;

impl<'n> Shape<'n> {
    pub(super) fn of(node: &'n Node) -> Option<Self> {
        Some(match node {
            Node::Constant(Constant::Bool(truth)) => Self::Fixed(*truth),
            Node::Read(Source::Field(field @ (Field::PrivateLabel | Field::Season))) => {
                Self::Truth(*field)
            }
            Node::Has(Source::Field(field)) => Self::Has(*field),
            Node::PerValue(per_value) => Self::PerValue(per_value),
            Node::Compare(comparison, nodes) => match OneOf::of(node) {
                Some(one_of) => Self::OneOf(one_of),
                None => Self::Compare(*comparison, operands(&nodes[0], &nodes[1])?),
            },
            Node::InSet(element, set) => match OneOf::of(node) {
                Some(one_of) => Self::OneOf(one_of),
                None => return Self::equals_one(element, set),
            },
            _ => return None,
        })
    }

    fn equals_one(element: &Node, set: &ConstantSet) -> Option<Self> {
        let (number, _) = number(element)?;
        let mut pairs = Vec::new();
        for constant in set.constants() {
            match constant {
                Constant::Int(int) if int.unsigned_abs() > EXACT => return None,
                Constant::Int(_) | Constant::Double(_) => {
                    pairs.push(operands(element, &Node::Constant(constant.clone()))?);
                }
                // Equal to no number.
                Constant::Bool(_) | Constant::Text(_) => {}
            }
        }
        (pairs.len() <= MOST_EQUALITIES).then_some(Self::EqualsOne(number, pairs))
    }
}

/// Whether a test is worked out for whole blocks, all of it.
pub(super) fn is_cheap(node: &Node) -> bool {
    match node {
        Node::Not(node) => is_cheap(node),
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().all(is_cheap),
        node => Shape::of(node).is_some(),
    }
}

/// Whether products can lack a number.
pub(super) fn can_lack(field: Field) -> bool {
    matches!(
        field,
        Field::Rating | Field::StockAgeDays | Field::StockCoverDays | Field::AgeDays
    )
}

/// The fields that a number is made of.
pub(super) fn columns(number: &Number, fields: &mut Vec<Field>) {
    match number {
        Number::Column(field) => fields.push(*field),
        Number::Constant(_) => {}
        Number::Negate(number) => columns(number, fields),
        Number::Arithmetic(_, pair) => pair.iter().for_each(|number| columns(number, fields)),
    }
}

/// Two sides that can be compared for whole blocks.
#[derive(Debug)]
pub(super) enum Operands {
    /// `stock` beside so many units.
    Stock(i64),
    /// So many units beside `stock`.
    UnitsAndStock(i64),
    Numbers(Number, Number),
}

fn operands(left: &Node, right: &Node) -> Option<Operands> {
    const STOCK: &Source = &Source::Field(Field::Stock);
    match (left, right) {
        (Node::Read(source), Node::Constant(Constant::Int(units))) if source == STOCK => {
            return Some(Operands::Stock(*units));
        }
        (Node::Constant(Constant::Int(units)), Node::Read(source)) if source == STOCK => {
            return Some(Operands::UnitsAndStock(*units));
        }
        _ => {}
    }
    let (left, left_is_whole) = number(left)?;
    let (right, right_is_whole) = number(right)?;
    // A whole number beside a double is compared as the double next to it; two are exact.
    (!left_is_whole || !right_is_whole).then_some(Operands::Numbers(left, right))
}

/// A node that is a number for every product, and whether it is a whole one.
fn number(node: &Node) -> Option<(Number, bool)> {
    let double = |node: &Node| match number(node)? {
        (number, false) => Some(number),
        (_, true) => None,
    };
    Some(match node {
        Node::Constant(Constant::Double(double)) => (Number::Constant(double.to_bits()), false),
        Node::Constant(Constant::Int(int)) => (Number::Constant((*int as f64).to_bits()), true),
        Node::Read(Source::Field(field)) => match field.kind() {
            Kind::Double => (Number::Column(*field), false),
            Kind::Int => (Number::Column(*field), true),
            _ => return None,
        },
        Node::Negate(node) => (Number::Negate(Box::new(double(node)?)), false),
        Node::Arithmetic(operator, nodes) => {
            let pair = [double(&nodes[0])?, double(&nodes[1])?];
            (Number::Arithmetic(*operator, Box::new(pair)), false)
        }
        _ => return None,
    })
}
