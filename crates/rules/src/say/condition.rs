//! A condition in English.

use super::words;
use crate::condition::{Arithmetic, Comparison, Constant, Field, Node, Source, TextTest};

/// The whole condition.
pub(super) fn say(root: &Node) -> String {
    match root {
        Node::Constant(Constant::Bool(true)) => "any product".to_owned(),
        Node::Constant(Constant::Bool(false)) => "no product".to_owned(),
        _ => test(root, true).text,
    }
}

/// A phrase, and what it is bound by.
struct Phrase {
    text: String,
    binding: Binding,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Binding {
    Tight,
    And,
    Or,
}

impl Phrase {
    fn tight(text: String) -> Self {
        Self {
            text,
            binding: Binding::Tight,
        }
    }

    /// In brackets, unless nothing in it could be taken apart.
    fn grouped(self) -> String {
        match self.binding {
            Binding::Tight => self.text,
            Binding::And | Binding::Or => format!("({})", self.text),
        }
    }
}

/// A test, or what is the case where it is false. A product that lacks a value fails both, as
/// both are an error in CEL.
fn test(node: &Node, holds: bool) -> Phrase {
    let not = if holds { "" } else { "not " };
    Phrase::tight(match node {
        Node::PerValue(per_value) => return test(per_value.test(), holds),
        Node::Not(node) => return test(node, !holds),
        Node::All(nodes) | Node::Any(nodes) => {
            let (word, binding) = match node {
                Node::All(_) => (" and ", Binding::And),
                _ => (" or ", Binding::Or),
            };
            let parts: Vec<String> = nodes
                .iter()
                .map(|node| {
                    let part = test(node, true);
                    if part.binding == binding {
                        part.text
                    } else {
                        part.grouped()
                    }
                })
                .collect();
            let text = parts.join(word);
            if holds {
                return Phrase { text, binding };
            }
            format!("not ({text})")
        }
        Node::Constant(Constant::Bool(truth)) => {
            let word = if *truth == holds { "always" } else { "never" };
            word.to_owned()
        }
        Node::Read(Source::Field(Field::Season)) => format!("{not}in season"),
        Node::Read(source) => format!("{not}{}", source_name(source)),
        Node::Has(source) => presence(source, holds),
        Node::HasNamed(name) => {
            let verb = if holds { "has" } else { "lacks" };
            format!(
                "{verb} the attribute named by {}",
                value(name, Tightness::Loose)
            )
        }
        Node::Compare(comparison, nodes) => return compare(*comparison, nodes, holds),
        Node::TextTest(text_test, nodes) => text_phrase(*text_test, nodes, holds),
        Node::Matches(node, pattern) => {
            let verb = if holds { "matches" } else { "does not match" };
            let text = value(node, Tightness::Loose);
            format!("{text} {verb} the pattern “{pattern}”")
        }
        Node::InSet(element, set) => {
            let unit = Unit::of(element);
            let values: Vec<String> = set.constants().iter().map(|c| constant(c, unit)).collect();
            let element = value(element, Tightness::Loose);
            match values.as_slice() {
                [] => format!("{element} is {not}one of an empty list"),
                [only] => format!("{element} is {not}{only}"),
                values => format!("{element} is {not}one of {}", values.join(", ")),
            }
        }
        Node::In(nodes) => match nodes.as_ref() {
            [
                Node::Constant(Constant::Text(tag)),
                Node::Read(Source::Field(Field::Tags)),
            ] => {
                format!("{not}tagged {}", words::name(tag))
            }
            [element, list] => {
                let element = value(element, Tightness::Loose);
                let list = value(list, Tightness::Tight);
                format!("{element} is {not}among {list}")
            }
        },
        other => value(other, Tightness::Loose),
    })
}

fn presence(source: &Source, holds: bool) -> String {
    let field = match source {
        Source::Attribute(name) => {
            let verb = if holds { "has" } else { "lacks" };
            return format!("{verb} the attribute {}", words::name(name));
        }
        Source::Field(Field::AgeDays) => "launch date",
        Source::Field(Field::StockCoverDays) => "known stock cover",
        Source::Field(Field::StockAgeDays) => "known stock age",
        Source::Field(field) => field_name(*field),
    };
    let article = if holds { "a" } else { "no" };
    format!("has {article} {field}")
}

fn compare(comparison: Comparison, nodes: &[Node; 2], holds: bool) -> Phrase {
    let comparison = if holds {
        comparison
    } else {
        opposite(comparison)
    };
    let (comparison, left, right) = match nodes {
        [Node::Constant(_), Node::Constant(_)] => (comparison, &nodes[0], &nodes[1]),
        [Node::Constant(_), _] => (comparison.mirrored(), &nodes[1], &nodes[0]),
        _ => (comparison, &nodes[0], &nodes[1]),
    };
    if let Node::Constant(Constant::Bool(truth)) = right
        && is_test(left)
        && matches!(comparison, Comparison::Equal | Comparison::NotEqual)
    {
        return test(left, *truth == (comparison == Comparison::Equal));
    }
    if is_test(left) || is_test(right) {
        let side = |node| format!("({})", test(node, true).text);
        let verb = symbol(comparison);
        return Phrase::tight(format!("{} {verb} {}", side(left), side(right)));
    }
    let is_tags = matches!(left, Node::Read(Source::Field(Field::Tags)));
    let verb = if is_tags {
        if comparison == Comparison::Equal {
            "are"
        } else {
            "are not"
        }
    } else if is_text(left) || is_text(right) {
        match comparison {
            Comparison::Equal => "is",
            Comparison::NotEqual => "is not",
            Comparison::Less => "sorts before",
            Comparison::LessOrEqual => "sorts before or with",
            Comparison::Greater => "sorts after",
            Comparison::GreaterOrEqual => "sorts after or with",
        }
    } else {
        match comparison {
            Comparison::Equal => "is",
            Comparison::NotEqual => "is not",
            Comparison::Less => "below",
            Comparison::LessOrEqual => "at most",
            Comparison::Greater => "above",
            Comparison::GreaterOrEqual => "at least",
        }
    };
    let right = match right {
        Node::Constant(right) => constant(right, Unit::of(left)),
        _ => value(right, Tightness::Loose),
    };
    Phrase::tight(format!("{} {verb} {right}", value(left, Tightness::Loose)))
}

fn opposite(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
    }
}

fn symbol(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "≠",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "≤",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => "≥",
    }
}

/// Whether a node is true or false by itself, so that it is said as a test.
fn is_test(node: &Node) -> bool {
    match node {
        Node::Read(Source::Field(field)) => matches!(field, Field::PrivateLabel | Field::Season),
        Node::Not(_) | Node::All(_) | Node::Any(_) | Node::Compare(..) | Node::PerValue(_) => true,
        Node::Has(_) | Node::HasNamed(_) | Node::TextTest(..) | Node::Matches(..) => true,
        Node::In(_) | Node::InSet(..) => true,
        _ => false,
    }
}

fn is_text(node: &Node) -> bool {
    match node {
        Node::Constant(Constant::Text(_)) => true,
        Node::Read(Source::Field(field)) => matches!(
            field,
            Field::Sku
                | Field::Group
                | Field::Title
                | Field::Brand
                | Field::Vendor
                | Field::Category
        ),
        Node::Arithmetic(_, nodes) => nodes.iter().any(is_text),
        _ => false,
    }
}

fn text_phrase(text_test: TextTest, nodes: &[Node; 2], holds: bool) -> String {
    let [text, argument] = nodes;
    let not = if holds { "" } else { "not " };
    if text_test == TextTest::Under
        && matches!(text, Node::Read(Source::Field(Field::Category)))
        && let Node::Constant(Constant::Text(path)) = argument
    {
        return format!("{not}in {}", words::category(path));
    }
    let verb = match (text_test, holds) {
        (TextTest::StartsWith, true) => "starts with",
        (TextTest::StartsWith, false) => "does not start with",
        (TextTest::EndsWith, true) => "ends with",
        (TextTest::EndsWith, false) => "does not end with",
        (TextTest::Contains, true) => "contains",
        (TextTest::Contains, false) => "does not contain",
        (TextTest::Under, true) => "is at or under",
        (TextTest::Under, false) => "is not at or under",
    };
    let text = value(text, Tightness::Tight);
    format!("{text} {verb} {}", value(argument, Tightness::Loose))
}

/// What a number beside a field is counted in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Plain,
    Percent,
    Days,
}

impl Unit {
    fn of(node: &Node) -> Self {
        match node {
            Node::Read(Source::Field(field)) => match field {
                Field::Margin | Field::Discount | Field::Funding | Field::ReturnRate => {
                    Self::Percent
                }
                Field::AgeDays | Field::StockAgeDays | Field::StockCoverDays => Self::Days,
                _ => Self::Plain,
            },
            _ => Self::Plain,
        }
    }
}

fn constant(constant: &Constant, unit: Unit) -> String {
    match (constant, unit) {
        (Constant::Double(share), Unit::Percent) => words::percent(*share),
        (Constant::Double(days), Unit::Days) => words::counted(days, "day"),
        (Constant::Double(number), Unit::Plain) => number.to_string(),
        (Constant::Int(int), _) => int.to_string(),
        (Constant::Bool(truth), _) => truth.to_string(),
        (Constant::Text(text), _) => words::name(text),
    }
}

/// Whether a value stands where brackets may be needed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tightness {
    Loose,
    Tight,
}

fn value(node: &Node, tightness: Tightness) -> String {
    match node {
        Node::Constant(literal) => constant(literal, Unit::Plain),
        Node::List(nodes) => {
            let values: Vec<String> = nodes
                .iter()
                .map(|node| value(node, Tightness::Loose))
                .collect();
            format!("the list ({})", values.join(", "))
        }
        Node::Read(Source::Field(Field::Tags)) => "the tags".to_owned(),
        Node::Read(source) => source_name(source),
        Node::AttributeCount => "number of attributes".to_owned(),
        Node::Negate(node) => format!("−{}", value(node, Tightness::Tight)),
        Node::Arithmetic(operator, nodes) => {
            let symbol = match operator {
                Arithmetic::Add => "+",
                Arithmetic::Subtract => "−",
                Arithmetic::Multiply => "×",
                Arithmetic::Divide => "÷",
            };
            let [left, right] = nodes.each_ref().map(|node| value(node, Tightness::Tight));
            let text = format!("{left} {symbol} {right}");
            match tightness {
                Tightness::Loose => text,
                Tightness::Tight => format!("({text})"),
            }
        }
        Node::Size(node) => match node.as_ref() {
            Node::Read(Source::Field(Field::Tags)) => "number of tags".to_owned(),
            node => format!("length of {}", value(node, Tightness::Tight)),
        },
        test_node => format!("({})", test(test_node, true).text),
    }
}

fn source_name(source: &Source) -> String {
    match source {
        Source::Field(field) => field_name(*field).to_owned(),
        // An attribute may have the name of a field, or of a word of these sentences.
        Source::Attribute(name) => {
            let said = words::name(name);
            let spaced = name.replace('_', " ");
            let taken = Field::ALL.iter().any(|field| field_name(*field) == spaced);
            if taken || said.as_str() != name.as_ref() {
                format!("attribute {said}")
            } else {
                said
            }
        }
    }
}

fn field_name(field: Field) -> &'static str {
    match field {
        Field::PrivateLabel => "private label",
        Field::ListPrice => "list price",
        Field::UnitCost => "unit cost",
        Field::StockCoverDays => "stock cover",
        Field::StockAgeDays => "stock age",
        Field::AgeDays => "age",
        Field::ReturnRate => "return rate",
        field => field.name(),
    }
}
