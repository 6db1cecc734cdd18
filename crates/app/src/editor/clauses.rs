//! A condition as rows of field, operator and value, and the CEL of it.

use std::fmt::Write as _;

/// A condition that the builder can show.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Clauses {
    /// Whether all of them must hold or any; of fewer than two, all.
    pub join: Join,
    /// In the order of the text; none matches every product.
    pub clauses: Vec<Clause>,
}

/// How clauses are joined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Join {
    /// Every one must hold.
    #[default]
    AllOf,
    /// One must hold.
    AnyOf,
}

/// One test of a product.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// Name of a field: `margin`, or `attributes.roast` for an attribute.
    pub field: String,
    /// What is asked of it.
    pub operator: Operator,
    /// What it is held against, in the units of CEL: a margin of 30% is 0.3.
    pub value: FieldValue,
}

/// What a clause holds a field against.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldValue {
    /// The operator needs none.
    Nothing,
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// Some texts.
    Texts(Vec<String>),
    /// Some numbers.
    Numbers(Vec<f64>),
}

/// What a clause asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    /// Equal.
    Is,
    /// Not equal; a product without a value is not matched.
    IsNot,
    /// Equal to one of a list.
    OneOf,
    /// Equal to none of a list; a product without a value is not matched.
    NoneOf,
    /// Not smaller.
    AtLeast,
    /// Not larger.
    AtMost,
    /// Larger.
    Above,
    /// Smaller.
    Below,
    /// A text within it, with the same capitals.
    Contains,
    /// A text at its start.
    StartsWith,
    /// A text at its end.
    EndsWith,
    /// A category at or under a path.
    Under,
    /// A category elsewhere.
    NotUnder,
    /// True.
    Yes,
    /// False.
    No,
    /// Among its tags.
    Tagged,
    /// Not among its tags.
    NotTagged,
    /// Has a value.
    Present,
    /// Has no value.
    Absent,
}

impl Operator {
    /// As a person reads it between field and value.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::OneOf => "is one of",
            Self::NoneOf => "is none of",
            Self::AtLeast => "at least",
            Self::AtMost => "at most",
            Self::Above => "above",
            Self::Below => "below",
            Self::Contains => "contains",
            Self::StartsWith => "starts with",
            Self::EndsWith => "ends with",
            Self::Under => "in",
            Self::NotUnder => "not in",
            Self::Yes => "yes",
            Self::No => "no",
            Self::Tagged => "include",
            Self::NotTagged => "do not include",
            Self::Present => "is known",
            Self::Absent => "is not known",
        }
    }

    /// Whether it needs a value.
    #[must_use]
    pub fn wants_value(self) -> bool {
        !matches!(self, Self::Yes | Self::No | Self::Present | Self::Absent)
    }

    /// Whether it takes a list.
    #[must_use]
    pub fn wants_list(self) -> bool {
        matches!(self, Self::OneOf | Self::NoneOf)
    }
}

/// The CEL of some clauses.
#[must_use]
pub fn to_cel(clauses: &Clauses) -> String {
    let join = match clauses.join {
        Join::AllOf => " && ",
        Join::AnyOf => " || ",
    };
    if clauses.clauses.is_empty() {
        return "true".to_owned();
    }
    let parts: Vec<String> = clauses.clauses.iter().map(clause_in_cel).collect();
    parts.join(join)
}

fn clause_in_cel(clause: &Clause) -> String {
    let field = field_in_cel(&clause.field);
    let is_attribute = clause.field.starts_with(ATTRIBUTES);
    let value = || value_in_cel(&clause.value);
    let call = |method: &str| format!("{field}.{method}({})", value());
    match clause.operator {
        Operator::Is => format!("{field} == {}", value()),
        Operator::IsNot => format!("{field} != {}", value()),
        Operator::OneOf => format!("{field} in {}", value()),
        Operator::NoneOf => format!("!({field} in {})", value()),
        Operator::AtLeast => format!("{field} >= {}", value()),
        Operator::AtMost => format!("{field} <= {}", value()),
        Operator::Above => format!("{field} > {}", value()),
        Operator::Below => format!("{field} < {}", value()),
        Operator::Contains => call("contains"),
        Operator::StartsWith => call("startsWith"),
        Operator::EndsWith => call("endsWith"),
        Operator::Under => call("under"),
        Operator::NotUnder => format!("!{}", call("under")),
        Operator::Yes if is_attribute => format!("{field} == true"),
        Operator::No if is_attribute => format!("{field} == false"),
        Operator::Yes => field,
        Operator::No => format!("!{field}"),
        Operator::Tagged => format!("{} in {field}", value()),
        Operator::NotTagged => format!("!({} in {field})", value()),
        Operator::Present => format!("has({field})"),
        Operator::Absent => format!("!has({field})"),
    }
}

/// What stands before the name of an attribute.
pub(super) const ATTRIBUTES: &str = "attributes.";

fn field_in_cel(field: &str) -> String {
    match field.strip_prefix(ATTRIBUTES) {
        Some(name) if is_identifier(name) => format!("product.attributes.{name}"),
        Some(name) => format!("product.attributes.`{name}`"),
        None => format!("product.{field}"),
    }
}

/// Whether CEL can name an attribute at all: between backticks it takes these characters.
pub(super) fn is_nameable(attribute: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-/ ".contains(c);
    !attribute.is_empty() && attribute.chars().all(allowed)
}

/// Whether a name may follow a dot without backticks.
fn is_identifier(name: &str) -> bool {
    const RESERVED: [&str; 4] = ["true", "false", "null", "in"];
    let mut letters = name.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !RESERVED.contains(&name)
}

fn value_in_cel(value: &FieldValue) -> String {
    fn list<T>(items: &[T], say: impl Fn(&T) -> String) -> String {
        let items: Vec<String> = items.iter().map(say).collect();
        format!("[{}]", items.join(", "))
    }
    match value {
        FieldValue::Nothing => "\"\"".to_owned(),
        FieldValue::Text(text) => text_in_cel(text),
        FieldValue::Number(number) => number_in_cel(*number),
        FieldValue::Texts(texts) => list(texts, |text| text_in_cel(text)),
        FieldValue::Numbers(numbers) => list(numbers, |number| number_in_cel(*number)),
    }
}

/// A text as a literal: CEL reads the escapes of JSON as JSON does.
fn text_in_cel(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => literal.extend(['\\', c]),
            '\n' => literal += "\\n",
            '\r' => literal += "\\r",
            '\t' => literal += "\\t",
            c if c.is_control() => {
                // Writing to a text cannot fail.
                let _ = write!(literal, "\\u{:04x}", u32::from(c));
            }
            c => literal.push(c),
        }
    }
    literal + "\""
}

/// A finite number as a literal: whole where it is, so that people read `30` and not `30.0`.
#[must_use]
pub fn number_in_cel(number: f64) -> String {
    /// From here on, doubles are no longer every whole number.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < EXACT {
        // Adding 0 makes 0 of −0.
        format!("{}", number + 0.0)
    } else {
        format!("{number:?}")
    }
}
