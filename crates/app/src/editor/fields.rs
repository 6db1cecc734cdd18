//! The fields of a product that a clause can ask about.

use endcap_rules::Sparse;
use endcap_vocab::AttributeValue;

use super::clauses::{ATTRIBUTES, is_nameable, number_in_cel};
use super::values::uses;
use super::{FieldValue, Operator};
use crate::Workspace;

/// A field of a product, as the builder offers it.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionField {
    /// Name in a clause: `margin`, or `attributes.roast`.
    pub name: String,
    /// As a person reads it: `Margin`.
    pub label: String,
    /// What its values are.
    pub kind: FieldKind,
    /// What can be asked of it, the likeliest first.
    pub operators: Vec<Operator>,
    /// What stands behind a number that is typed: `%`, `days`, `EUR`; empty for none.
    pub unit: String,
    /// What it means.
    pub help: String,
}

/// What the values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A text.
    Text,
    /// A category path.
    Category,
    /// A plain number.
    Number,
    /// A share, typed in percent: 30 or 30% is 0.3 in CEL.
    Percent,
    /// In the currency of the catalogue.
    Money,
    /// Days.
    Days,
    /// Yes or no.
    Bool,
    /// Labels.
    Tags,
}

impl FieldKind {
    fn operators(self, can_lack: bool) -> Vec<Operator> {
        use Operator::{
            Above, Absent, AtLeast, AtMost, Below, Contains, EndsWith, Is, IsNot, No, NoneOf,
            NotTagged, NotUnder, OneOf, Present, StartsWith, Tagged, Under, Yes,
        };
        let mut operators = match self {
            Self::Text => vec![Is, IsNot, OneOf, NoneOf, Contains, StartsWith, EndsWith],
            Self::Category => vec![Under, NotUnder, Is, IsNot, OneOf, NoneOf],
            Self::Number | Self::Percent | Self::Money | Self::Days => {
                vec![AtLeast, AtMost, Above, Below, Is, IsNot]
            }
            Self::Bool => vec![Yes, No],
            Self::Tags => vec![Tagged, NotTagged],
        };
        if can_lack {
            operators.extend([Present, Absent]);
        }
        operators
    }
}

impl ConditionField {
    /// Reads what a person typed for an operator that wants a value; a list is split at
    /// commas.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn parse(&self, operator: Operator, typed: &str) -> Result<FieldValue, String> {
        if !operator.wants_value() {
            return Ok(FieldValue::Nothing);
        }
        let is_number = matches!(
            self.kind,
            FieldKind::Number | FieldKind::Percent | FieldKind::Money | FieldKind::Days
        );
        let parts = || {
            let parts = typed.split(',').map(str::trim);
            parts.filter(|part| !part.is_empty())
        };
        match (is_number, operator.wants_list()) {
            (true, true) => {
                let numbers: Result<_, _> = parts().map(|part| self.number(part)).collect();
                Ok(FieldValue::Numbers(numbers?))
            }
            (true, false) => self.number(typed).map(FieldValue::Number),
            (false, true) => Ok(FieldValue::Texts(parts().map(str::to_owned).collect())),
            (false, false) => Ok(FieldValue::Text(typed.trim().to_owned())),
        }
    }

    fn number(&self, typed: &str) -> Result<f64, String> {
        let bare = typed.trim().trim_end_matches(self.unit.as_str()).trim();
        let is_plain = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
        let number = match self.kind {
            FieldKind::Percent => shifted(bare, -2),
            _ => bare.parse::<f64>().ok(),
        };
        number
            .filter(|number| number.is_finite() && bare.chars().all(is_plain))
            .ok_or_else(|| match self.kind {
                FieldKind::Percent => format!("“{typed}” is no percentage; write it as in 30%"),
                _ => format!("“{typed}” is no number; write it as in 12.5"),
            })
    }

    /// A value as a person types it.
    #[must_use]
    pub fn show(&self, value: &FieldValue) -> String {
        let number = |number: f64| match self.kind {
            FieldKind::Percent => {
                let percent = shifted(&format!("{number:e}"), 2);
                format!("{}%", number_in_cel(percent.unwrap_or(number * 100.0)))
            }
            _ => number_in_cel(number),
        };
        match value {
            FieldValue::Nothing => String::new(),
            FieldValue::Text(text) => text.clone(),
            FieldValue::Number(value) => number(*value),
            FieldValue::Texts(texts) => texts.join(", "),
            FieldValue::Numbers(numbers) => {
                let numbers: Vec<String> = numbers.iter().map(|value| number(*value)).collect();
                numbers.join(", ")
            }
        }
    }
}

/// A number moved by decimal places in its text, so that 29% is 0.29 and not a little less.
fn shifted(number: &str, places: i32) -> Option<f64> {
    let (digits, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let exponent = exponent.parse::<i32>().ok()?.checked_add(places)?;
    format!("{digits}e{exponent}").parse().ok()
}

/// A field of every catalogue: its name, label and kind, whether a product can lack it, and
/// what it means.
type Known = (&'static str, &'static str, FieldKind, bool, &'static str);

/// The fields of ranking.md section 2, those that rules ask about most first.
const KNOWN: [Known; 21] = [
    (
        "private_label",
        "Private label",
        FieldKind::Bool,
        false,
        "The retailer's own brand.",
    ),
    (
        "margin",
        "Margin",
        FieldKind::Percent,
        false,
        "The share of the effective price that is left: (price − unit cost) / price.",
    ),
    (
        "brand",
        "Brand",
        FieldKind::Text,
        true,
        "The name on the product.",
    ),
    (
        "category",
        "Category",
        FieldKind::Category,
        false,
        "Where the product stands in the tree; “in” takes in everything below.",
    ),
    (
        "price",
        "Price",
        FieldKind::Money,
        false,
        "The effective price, promotions taken off.",
    ),
    (
        "discount",
        "Discount",
        FieldKind::Percent,
        false,
        "What promotions take off: 1 − price / list price.",
    ),
    (
        "stock",
        "Stock",
        FieldKind::Number,
        false,
        "The units available to the request.",
    ),
    (
        "stock_cover_days",
        "Stock cover",
        FieldKind::Days,
        true,
        "Units available, divided by the mean daily units of the last 28 days.",
    ),
    (
        "stock_age_days",
        "Stock age",
        FieldKind::Days,
        true,
        "Days since the stock at hand came in.",
    ),
    (
        "age_days",
        "Age",
        FieldKind::Days,
        true,
        "Whole days since the launch.",
    ),
    (
        "tags",
        "Tags",
        FieldKind::Tags,
        false,
        "Free labels of the product.",
    ),
    (
        "season",
        "In season",
        FieldKind::Bool,
        false,
        "Whether the request's month is one of the product's season.",
    ),
    (
        "rating",
        "Rating",
        FieldKind::Number,
        true,
        "The mean of shoppers' ratings, 0 to 5.",
    ),
    (
        "return_rate",
        "Return rate",
        FieldKind::Percent,
        false,
        "The share of units sold that come back.",
    ),
    (
        "funding",
        "Vendor funding",
        FieldKind::Percent,
        false,
        "What the vendor pays a unit, as a share of the effective price.",
    ),
    (
        "vendor",
        "Vendor",
        FieldKind::Text,
        true,
        "Who sells the product to the retailer.",
    ),
    (
        "title",
        "Title",
        FieldKind::Text,
        false,
        "What a shopper reads; capitals count.",
    ),
    ("sku", "Sku", FieldKind::Text, false, "The product itself."),
    (
        "group",
        "Style",
        FieldKind::Text,
        true,
        "The style that the product is a variant of.",
    ),
    (
        "list_price",
        "List price",
        FieldKind::Money,
        false,
        "The regular price.",
    ),
    (
        "unit_cost",
        "Unit cost",
        FieldKind::Money,
        false,
        "What a unit costs the retailer.",
    ),
];

impl Workspace {
    /// The fields that a clause can ask about: those of every product, then the attributes of
    /// this catalogue by name. An attribute whose values are of several kinds has the kind that
    /// most products have; one that CEL cannot name is left out.
    #[must_use]
    pub fn fields(&self) -> Vec<ConditionField> {
        let known = KNOWN
            .iter()
            .map(|(name, label, kind, can_lack, help)| ConditionField {
                name: (*name).to_owned(),
                label: (*label).to_owned(),
                kind: *kind,
                operators: kind.operators(*can_lack),
                unit: self.unit(*kind),
                help: (*help).to_owned(),
            });
        let attributes = self.retailer.columns().attributes.iter();
        let attributes = attributes.filter_map(|(name, column)| {
            let kind = kind_of(column);
            is_nameable(name).then(|| ConditionField {
                name: format!("{ATTRIBUTES}{name}"),
                label: crate::page::capitalised(&name.replace(['_', '-'], " ")),
                kind,
                operators: kind.operators(true),
                unit: self.unit(kind),
                help: format!("The attribute `{name}` of the product; many lack it."),
            })
        });
        known.chain(attributes).collect()
    }

    fn unit(&self, kind: FieldKind) -> String {
        match kind {
            FieldKind::Percent => "%".to_owned(),
            FieldKind::Days => "days".to_owned(),
            FieldKind::Money => self.retailer.currency().to_owned(),
            _ => String::new(),
        }
    }
}

/// What the values of an attribute are, for most products.
fn kind_of(column: &Sparse<AttributeValue>) -> FieldKind {
    let mut kinds = [
        (FieldKind::Text, 0),
        (FieldKind::Number, 0),
        (FieldKind::Bool, 0),
    ];
    for (value, products) in uses(column.span().1, &column.values) {
        let kind = match value {
            AttributeValue::Text(_) => 0,
            AttributeValue::Number(_) => 1,
            AttributeValue::Bool(_) => 2,
        };
        kinds[kind].1 += products;
    }
    let most = kinds.iter().max_by_key(|(_, products)| *products);
    most.map_or(FieldKind::Text, |(kind, _)| *kind)
}
