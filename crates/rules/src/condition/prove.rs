//! Whether a condition can hold for any product: a search for a way in which it could.
//!
//! It splits `||`, gathers what must be true for certain (an error is not), and closes a way as
//! soon as one thing it reads has no value left. What it does not understand it takes for
//! possible, so only its `false` is a proof.

use std::collections::BTreeMap;

use endcap_vocab::category_is_under;
use regex::Regex;

use super::cell::{Cell, Comparison, Constant};
use super::node::{Field, Node, Source, TextTest, children};
use super::row::text_test;
use super::set::ConstantSet;

/// Ways that are looked at before the search gives up.
const MOST_WAYS: usize = 512;

/// Below this every whole number is a double, so that comparing the two is exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Whether some product could make all of the conditions true at once.
pub(super) fn can_hold<'n>(roots: impl IntoIterator<Item = &'n Node>) -> bool {
    let claims = roots.into_iter().map(|node| Claim { node, holds: true });
    let mut ways = MOST_WAYS;
    is_open(claims.collect(), Vec::new(), &mut ways)
}

/// That an expression is true, or false; never an error.
#[derive(Debug, Clone, Copy)]
struct Claim<'n> {
    node: &'n Node,
    holds: bool,
}

/// Whether all of `pending` and `known` may be so together.
fn is_open<'n>(mut pending: Vec<Claim<'n>>, mut known: Vec<Claim<'n>>, ways: &mut usize) -> bool {
    if *ways == 0 {
        return true;
    }
    *ways -= 1;
    let mut forks: Vec<(&'n [Node], Claim<'n>)> = Vec::new();
    while let Some(claim) = pending.pop() {
        let Claim { node, holds } = claim;
        match node {
            Node::PerValue(per_value) => pending.push(Claim {
                node: per_value.test(),
                holds,
            }),
            Node::Not(node) => pending.push(Claim {
                node,
                holds: !holds,
            }),
            Node::All(nodes) | Node::Any(nodes) => {
                if matches!(node, Node::All(_)) == holds {
                    pending.extend(nodes.iter().map(|node| Claim { node, holds }));
                } else {
                    forks.push((nodes, claim));
                }
            }
            Node::Constant(Constant::Bool(truth)) => {
                if *truth != holds {
                    return false;
                }
            }
            Node::Compare(comparison, sides) => match compared_truth(*comparison, sides) {
                Some((node, truth)) => pending.push(Claim {
                    node,
                    holds: truth == holds,
                }),
                None => known.push(claim),
            },
            _ => known.push(claim),
        }
    }
    if contradict(&known) {
        return false;
    }
    let Some((nodes, Claim { holds, .. })) = forks.pop() else {
        return true;
    };
    nodes.iter().any(|node| {
        let others = forks.iter().map(|(_, claim)| *claim);
        let pending = others.chain([Claim { node, holds }]).collect();
        is_open(pending, known.clone(), ways)
    })
}

/// The test that is compared with true or false, and which of the two it is to be.
fn compared_truth(comparison: Comparison, sides: &[Node; 2]) -> Option<(&Node, bool)> {
    let (test, truth) = match sides {
        [test, Node::Constant(Constant::Bool(truth))]
        | [Node::Constant(Constant::Bool(truth)), test] => (test, *truth),
        _ => return None,
    };
    // An attribute that is compared may be no truth at all, which makes the two differ.
    let is_truth = match test {
        Node::Read(Source::Field(field)) => matches!(field, Field::PrivateLabel | Field::Season),
        Node::Read(_) | Node::Constant(_) => false,
        _ => true,
    };
    match comparison {
        Comparison::Equal if is_truth => Some((test, truth)),
        Comparison::NotEqual if is_truth => Some((test, !truth)),
        _ => None,
    }
}

/// Whether no product can bear out all of the claims.
fn contradict(claims: &[Claim<'_>]) -> bool {
    let mut terms: BTreeMap<String, Term<'_>> = BTreeMap::new();
    let mut orders: BTreeMap<(String, String), u8> = BTreeMap::new();
    let lacking = |source: &Source| {
        let lacks = |claim: &Claim<'_>| matches!(claim.node, Node::Has(of) if of == source);
        claims.iter().any(|claim| !claim.holds && lacks(claim))
    };
    for Claim { node, holds } in claims {
        if let Node::Has(source) = node {
            if *holds && lacking(source) || !*holds && !can_be_absent(source) {
                return true;
            }
            continue;
        }
        if reads_one(node, &lacking) {
            return true;
        }
        if let Node::Compare(comparison, sides) = node
            && !sides.iter().any(|side| matches!(side, Node::Constant(_)))
        {
            let (left, right) = (key(&sides[0]), key(&sides[1]));
            let allowed = orders_allowed(*comparison, *holds);
            let (pair, allowed) = if left <= right {
                ((left, right), allowed)
            } else {
                ((right, left), mirrored(allowed))
            };
            *orders.entry(pair).or_insert(ANY_ORDER) &= allowed;
        }
        let (of, test) = Test::read(node);
        let term = terms.entry(key(of)).or_insert_with(|| Term {
            node: of,
            tests: Vec::new(),
        });
        term.tests.push((test, *holds));
    }
    orders.values().any(|allowed| *allowed == 0) || terms.values().any(Term::is_empty)
}

fn key(node: &Node) -> String {
    format!("{node:?}")
}

fn can_be_absent(source: &Source) -> bool {
    match source {
        Source::Attribute(_) => true,
        Source::Field(field) => matches!(
            field,
            Field::Group
                | Field::Brand
                | Field::Vendor
                | Field::Rating
                | Field::StockAgeDays
                | Field::StockCoverDays
                | Field::AgeDays
        ),
    }
}

/// Whether an expression is an error wherever a source that `is_wanted` has no value.
fn reads_one(node: &Node, is_wanted: &impl Fn(&Source) -> bool) -> bool {
    match node {
        Node::Read(source) => is_wanted(source),
        // These absorb errors, or read nothing.
        Node::All(_) | Node::Any(_) | Node::Has(_) | Node::HasNamed(_) => false,
        _ => children(node).iter().any(|node| reads_one(node, is_wanted)),
    }
}

/// Less, equal, greater, and unordered, where one side is NaN or of another type.
const LESS: u8 = 1;
const EQUAL: u8 = 2;
const GREATER: u8 = 4;
const UNORDERED: u8 = 8;
const ANY_ORDER: u8 = LESS | EQUAL | GREATER | UNORDERED;

fn orders_allowed(comparison: Comparison, holds: bool) -> u8 {
    let ordered = LESS | EQUAL | GREATER;
    match (comparison, holds) {
        (Comparison::Equal, true) | (Comparison::NotEqual, false) => EQUAL,
        (Comparison::Equal, false) | (Comparison::NotEqual, true) => ANY_ORDER & !EQUAL,
        (Comparison::Less, true) | (Comparison::GreaterOrEqual, false) => LESS,
        (Comparison::Greater, true) | (Comparison::LessOrEqual, false) => GREATER,
        (Comparison::Less, false) | (Comparison::GreaterOrEqual, true) => ordered & !LESS,
        (Comparison::Greater, false) | (Comparison::LessOrEqual, true) => ordered & !GREATER,
    }
}

fn mirrored(orders: u8) -> u8 {
    let swapped = (orders & LESS) << 2 | (orders & GREATER) >> 2;
    orders & (EQUAL | UNORDERED) | swapped
}

/// A test of one value.
enum Test<'n> {
    Compare(Comparison, &'n Constant),
    Text(TextTest, &'n str),
    Matches(&'n Regex),
    InSet(&'n ConstantSet),
    /// It is itself true.
    Truth,
}

impl<'n> Test<'n> {
    /// What a node tests, and how.
    fn read(node: &'n Node) -> (&'n Node, Self) {
        match node {
            Node::Compare(comparison, sides) => match sides.as_ref() {
                [of, Node::Constant(constant)] => (of, Self::Compare(*comparison, constant)),
                [Node::Constant(constant), of] => {
                    (of, Self::Compare(comparison.mirrored(), constant))
                }
                _ => (node, Self::Truth),
            },
            Node::TextTest(test, sides) => match sides.as_ref() {
                [of, Node::Constant(Constant::Text(text))] => (of, Self::Text(*test, text)),
                _ => (node, Self::Truth),
            },
            Node::Matches(of, pattern) => (of, Self::Matches(pattern)),
            Node::InSet(of, set) => (of, Self::InSet(set)),
            _ => (node, Self::Truth),
        }
    }

    /// What it says of a value; `None` is an error.
    fn of(&self, value: &Cell<'_>) -> Option<bool> {
        match self {
            Self::Compare(comparison, constant) => value.compare(*comparison, &constant.cell()),
            Self::Text(test, argument) => Some(text_test(*test, value.text()?, argument)),
            Self::Matches(pattern) => Some(pattern.is_match(value.text()?)),
            Self::InSet(set) => set.holds(value),
            Self::Truth => match value {
                Cell::Bool(truth) => Some(*truth),
                _ => None,
            },
        }
    }

    /// The values of which alone it can be `holds`, where they can be counted.
    fn only(&self, holds: bool) -> Option<Vec<Cell<'n>>> {
        match self {
            Self::Compare(Comparison::Equal, constant) if holds => Some(vec![constant.cell()]),
            Self::Compare(Comparison::NotEqual, constant) if !holds => Some(vec![constant.cell()]),
            Self::InSet(set) if holds => Some(set.constants().iter().map(Constant::cell).collect()),
            Self::Truth => Some(vec![Cell::Bool(true), Cell::Bool(false)]),
            _ => None,
        }
    }

    /// The type without which it is an error.
    fn wants(&self) -> Option<Type> {
        match self {
            Self::Compare(Comparison::Equal | Comparison::NotEqual, _) | Self::InSet(_) => None,
            Self::Compare(_, constant) => Some(match constant {
                Constant::Bool(_) => Type::Bool,
                Constant::Int(_) | Constant::Double(_) => Type::Number,
                Constant::Text(_) => Type::Text,
            }),
            Self::Text(..) | Self::Matches(_) => Some(Type::Text),
            Self::Truth => Some(Type::Bool),
        }
    }

    fn constants(&self) -> &[Constant] {
        match self {
            Self::Compare(_, constant) => std::slice::from_ref(constant),
            Self::InSet(set) => set.constants(),
            _ => &[],
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Bool,
    Number,
    Text,
}

/// A value that a product has, and every test it is to pass or fail.
struct Term<'n> {
    node: &'n Node,
    tests: Vec<(Test<'n>, bool)>,
}

impl Term<'_> {
    /// Whether no value does.
    fn is_empty(&self) -> bool {
        if let Node::Constant(constant) = self.node {
            return !self.fits(&constant.cell());
        }
        let mut constants = self.tests.iter().flat_map(|(test, _)| test.constants());
        if constants.any(|constant| !is_exact(constant)) {
            return false;
        }
        let mut wanted = self.tests.iter().filter_map(|(test, _)| test.wants());
        if let Some(first) = wanted.next()
            && wanted.any(|other| other != first)
        {
            return true;
        }
        let only = self
            .tests
            .iter()
            .find_map(|(test, holds)| test.only(*holds));
        if let Some(values) = only {
            let range = Range::of(self.node);
            return !values.iter().any(|v| range.holds(v) && self.fits(v));
        }
        self.range_is_empty() || self.texts_are_apart()
    }

    fn fits(&self, value: &Cell<'_>) -> bool {
        self.tests
            .iter()
            .all(|(test, holds)| test.of(value) == Some(*holds))
    }

    fn range_is_empty(&self) -> bool {
        let mut range = Range::of(self.node);
        for (test, holds) in &self.tests {
            if let Test::Compare(comparison, constant) = test
                && let Some(number) = number(constant)
            {
                range.cut(orders_allowed(*comparison, *holds), number);
            }
        }
        range.is_empty() || range.only().is_some_and(|only| !self.fits(&only))
    }

    /// Whether the texts it is to begin with, end with or contain cannot be of one text.
    fn texts_are_apart(&self) -> bool {
        let told = |wanted: bool| {
            let tests = self.tests.iter().filter(move |(_, holds)| *holds == wanted);
            tests.filter_map(|(test, _)| match test {
                Test::Text(test, text) => Some((*test, *text)),
                _ => None,
            })
        };
        told(true).enumerate().any(|(place, one)| {
            told(false).any(|other| implies(one, other))
                || told(true).take(place).any(|other| excludes(one, other))
        })
    }
}

fn number(constant: &Constant) -> Option<f64> {
    match constant {
        Constant::Int(int) => Some(*int as f64),
        Constant::Double(double) => Some(*double),
        Constant::Bool(_) | Constant::Text(_) => None,
    }
}

fn is_exact(constant: &Constant) -> bool {
    number(constant).is_none_or(|number| number.abs() < EXACT)
}

/// Whether every text that passes `one` passes `other`.
fn implies((one, text): (TextTest, &str), (other, part): (TextTest, &str)) -> bool {
    use TextTest::{Contains, EndsWith, StartsWith, Under};
    match (one, other) {
        (_, Contains) => text.contains(part),
        (StartsWith | Under, StartsWith) => text.starts_with(part),
        (EndsWith, EndsWith) => text.ends_with(part),
        (Under, Under) => category_is_under(text, part),
        // A beginning that already has what stands below the path.
        (StartsWith, Under) => text != part && category_is_under(text, part) || part.is_empty(),
        (_, Under) => part.is_empty(),
        (_, StartsWith | EndsWith) => part.is_empty(),
    }
}

/// Whether no text passes both.
fn excludes((one, text): (TextTest, &str), (other, part): (TextTest, &str)) -> bool {
    use TextTest::{EndsWith, StartsWith, Under};
    match (one, other) {
        (StartsWith, StartsWith) => !text.starts_with(part) && !part.starts_with(text),
        (EndsWith, EndsWith) => !text.ends_with(part) && !part.ends_with(text),
        (Under, Under) => !category_is_under(text, part) && !category_is_under(part, text),
        (Under, StartsWith) => !text.starts_with(part) && !category_is_under(part, text),
        (StartsWith, Under) => excludes((other, part), (one, text)),
        _ => false,
    }
}

/// The numbers that a value may be.
struct Range {
    low: f64,
    high: f64,
    /// Whether the ends themselves are outside.
    above_low: bool,
    below_high: bool,
    is_whole: bool,
}

impl Range {
    /// What the vocabulary says of a field, and arithmetic of a share; else any number.
    fn of(node: &Node) -> Self {
        const INFINITY: f64 = f64::INFINITY;
        let (low, high) = match node {
            Node::Size(_) | Node::AttributeCount => (0.0, INFINITY),
            Node::Read(Source::Field(field)) => match field {
                Field::ReturnRate => (0.0, 1.0),
                Field::Rating => (0.0, 5.0),
                Field::Margin | Field::Discount => (-INFINITY, 1.0),
                Field::Price
                | Field::ListPrice
                | Field::UnitCost
                | Field::Funding
                | Field::Stock
                | Field::StockAgeDays
                | Field::StockCoverDays => (0.0, INFINITY),
                _ => (-INFINITY, INFINITY),
            },
            _ => (-INFINITY, INFINITY),
        };
        let is_price = |field: &Field| matches!(field, Field::Price | Field::ListPrice);
        Self {
            low,
            high,
            above_low: matches!(node, Node::Read(Source::Field(field)) if is_price(field)),
            below_high: false,
            is_whole: matches!(
                node,
                Node::Size(_) | Node::AttributeCount | Node::Read(Source::Field(Field::Stock))
            ),
        }
    }

    /// Keeps the numbers that stand to `number` in one of some orders.
    fn cut(&mut self, orders: u8, number: f64) {
        let orders = orders & (LESS | EQUAL | GREATER);
        let is_open = orders & EQUAL == 0;
        if orders & LESS == 0 && (number, is_open) >= (self.low, self.above_low) {
            (self.low, self.above_low) = (number, is_open);
        }
        if orders & GREATER == 0 && (-number, is_open) >= (-self.high, self.below_high) {
            (self.high, self.below_high) = (number, is_open);
        }
    }

    /// The lowest and highest number, as far as there is one.
    fn ends(&self) -> (f64, f64) {
        if !self.is_whole {
            return (self.low, self.high);
        }
        let up = if self.above_low {
            self.low.floor() + 1.0
        } else {
            self.low.ceil()
        };
        let down = if self.below_high {
            self.high.ceil() - 1.0
        } else {
            self.high.floor()
        };
        (up, down)
    }

    fn is_empty(&self) -> bool {
        let (low, high) = self.ends();
        low > high || !self.is_whole && low == high && (self.above_low || self.below_high)
    }

    /// The one number that is left, where it is one.
    fn only(&self) -> Option<Cell<'static>> {
        let (low, high) = self.ends();
        (low == high).then_some(Cell::Double(low))
    }

    fn holds(&self, value: &Cell<'_>) -> bool {
        let number = match value {
            Cell::Int(int) => *int as f64,
            Cell::Double(double) => *double,
            _ => return true,
        };
        let after = number > self.low || !self.above_low && number == self.low;
        let before = number < self.high || !self.below_high && number == self.high;
        after && before && (!self.is_whole || number.fract() == 0.0)
    }
}
