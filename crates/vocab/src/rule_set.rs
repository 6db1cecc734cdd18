//! The rule set: what the retailer wants, and what merchandisers decided.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::Placement;

/// Weights, tests and rules, as one document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// What people call it.
    pub name: String,
    /// What a good product is.
    #[serde(default)]
    pub objective: Objective,
    /// What may be shown at all.
    #[serde(default)]
    pub eligibility: Eligibility,
    /// Each `id` once; their order in the document means nothing.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// What fills a short slate.
    #[serde(default)]
    pub fallback: Fallback,
}

/// Weights of the signals, for all products and by category.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// For every product.
    #[serde(default)]
    pub default: Weights,
    /// Overlaid, signal by signal, on products at or below a category, deepest last.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub categories: BTreeMap<String, Weights>,
}

/// Weights 0..10 by signal; a signal that is absent weighs 0, or what a shallower entry says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weights(pub BTreeMap<Signal, f64>);

impl JsonSchema for Weights {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Weights".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let weight = serde_json::json!({"type": "number", "minimum": 0, "maximum": 10});
        let properties: serde_json::Map<_, _> = Signal::ALL
            .iter()
            .map(|signal| (signal.name().to_owned(), weight.clone()))
            .collect();
        json_schema!({
            "description": "Weights 0..10 by signal.",
            "type": "object",
            "properties": properties,
            "additionalProperties": false
        })
    }
}

/// What a score is made of; every value is in 0..1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// The model's preference of this shopper.
    Relevance,
    /// The model's popularity.
    Popularity,
    /// Share of the price that is left after the unit's cost.
    Margin,
    /// 1 for the retailer's own brand.
    PrivateLabel,
    /// Halves every 30 days since the launch.
    Newness,
    /// Grows with the age of the stock to 1 at 90 days.
    Ageing,
    /// Vendor funding as a share of the price.
    Funding,
    /// 1 in season.
    Season,
    /// Rating divided by 5.
    Rating,
    /// Share of units that come back; a cost.
    ReturnRisk,
    /// Fulfilment cost as a share of the price; a cost.
    Fulfilment,
}

impl JsonSchema for Signal {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Signal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "What a score is made of.",
            "type": "string",
            "enum": Signal::ALL.map(Signal::name)
        })
    }
}

impl Signal {
    /// Every signal in the order of ranking.md's table, benefits before costs.
    pub const ALL: [Self; 11] = [
        Self::Relevance,
        Self::Popularity,
        Self::Margin,
        Self::PrivateLabel,
        Self::Newness,
        Self::Ageing,
        Self::Funding,
        Self::Season,
        Self::Rating,
        Self::ReturnRisk,
        Self::Fulfilment,
    ];

    /// Its name in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Popularity => "popularity",
            Self::Margin => "margin",
            Self::PrivateLabel => "private_label",
            Self::Newness => "newness",
            Self::Ageing => "ageing",
            Self::Funding => "funding",
            Self::Season => "season",
            Self::Rating => "rating",
            Self::ReturnRisk => "return_risk",
            Self::Fulfilment => "fulfilment",
        }
    }

    /// Whether it takes from the score.
    #[must_use]
    pub fn is_cost(self) -> bool {
        matches!(self, Self::ReturnRisk | Self::Fulfilment)
    }
}

/// Which products may be shown at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Eligibility {
    /// Whether a product must be in stock.
    pub in_stock: bool,
    /// Units that count as in stock.
    #[schemars(range(min = 0, max = 1_000_000_000_000_i64))]
    pub min_available: i64,
    /// By channel: how many days ahead a delivery counts as stock.
    #[schemars(extend("additionalProperties" = {"type": "integer", "minimum": 0, "maximum": 3650}))]
    pub promise_days: BTreeMap<String, u32>,
    /// The lowest margin by category, the deepest entry counts.
    pub margin_floors: Vec<MarginFloor>,
    /// The highest return rate, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub max_return_rate: Option<f64>,
}

impl Default for Eligibility {
    fn default() -> Self {
        Self {
            in_stock: true,
            min_available: 1,
            promise_days: BTreeMap::new(),
            margin_floors: Vec::new(),
            max_return_rate: None,
        }
    }
}

/// The lowest margin a category may show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarginFloor {
    /// Category path; `""` is all.
    pub category: String,
    /// Share of the price, 1 at most; below 0 allows a loss.
    #[schemars(range(max = 1.0))]
    pub floor: f64,
}

/// What fills a slate that is short.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    /// Nothing.
    #[default]
    None,
    /// The page's parents, one after the other, then the whole catalogue.
    Parent,
    /// All eligible products by popularity.
    Popular,
}

/// One decision of a merchandiser.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Unique within the rule set.
    #[schemars(length(min = 1))]
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whose it is.
    pub owner: Owner,
    /// Whether it counts.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Higher goes first among pins, reserves, quotas and caps.
    #[serde(default)]
    pub priority: i64,
    /// Where, for whom and when.
    #[serde(default, skip_serializing_if = "Scope::is_everywhere")]
    pub scope: Scope,
    /// Which products: a CEL condition; absent is all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// What it does.
    pub effect: Effect,
    /// The campaign it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// Why it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

fn yes() -> bool {
    true
}

/// Whose rule it is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// Merchandising.
    Merchandising,
    /// Marketing.
    Marketing,
    /// Operations.
    Operations,
    /// Legal.
    Legal,
}

impl Owner {
    /// Its name in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Merchandising => "merchandising",
            Self::Marketing => "marketing",
            Self::Operations => "operations",
            Self::Legal => "legal",
        }
    }
}

/// Where, for whom and when a rule is in force; an empty part matches everything.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// The request's page is at or under one of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<String>,
    /// Placements.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placements: Vec<Placement>,
    /// Channels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// Location ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<String>,
    /// Regions of the request's store.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// Segments, any of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<String>,
    /// Loyalty tiers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<String>,
    /// Queries, compared lower-cased, trimmed, with single spaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queries: Vec<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
}

impl Scope {
    /// Whether no part narrows it.
    #[must_use]
    pub fn is_everywhere(&self) -> bool {
        *self == Self::default()
    }
}

/// When a rule is in force, on the wall clock of its time zone.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// First local date-time in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDateTime>,
    /// First local date-time not in force any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDateTime>,
    /// Days of the week; empty is all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<Weekday>,
    /// `[start, end)` in hours; a start after the end runs over midnight and belongs to the
    /// weekday on which it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(inner(range(min = 0, max = 24)))]
    pub hours: Option<[u8; 2]>,
    /// IANA time zone; absent is the store's, else UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "iana-time-zone"))]
    pub tz: Option<String>,
}

/// A day of the week.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl From<chrono::Weekday> for Weekday {
    fn from(day: chrono::Weekday) -> Self {
        match day {
            chrono::Weekday::Mon => Self::Mon,
            chrono::Weekday::Tue => Self::Tue,
            chrono::Weekday::Wed => Self::Wed,
            chrono::Weekday::Thu => Self::Thu,
            chrono::Weekday::Fri => Self::Fri,
            chrono::Weekday::Sat => Self::Sat,
            chrono::Weekday::Sun => Self::Sun,
        }
    }
}

/// What a rule does to the products that match its condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// Multiplies their scores by 1 + percent/100.
    Boost {
        /// 0..900.
        #[schemars(range(min = 0.0, max = 900.0))]
        percent: f64,
    },
    /// Multiplies their scores by 1 − percent/100.
    Bury {
        /// 0..100; 100 leaves a score of 0, still shown last.
        #[schemars(range(min = 0.0, max = 100.0))]
        percent: f64,
    },
    /// Removes them.
    Hide {},
    /// Keeps only them.
    Only {},
    /// Puts products in slots; such a rule has no condition.
    Pin {
        /// In order.
        #[schemars(length(min = 1))]
        pins: Vec<Pin>,
        /// What happens where one may not be shown.
        #[serde(default)]
        if_unavailable: IfUnavailable,
    },
    /// Gives each slot to the best remaining of them.
    Reserve {
        /// Slots, from 1.
        #[schemars(length(min = 1), inner(range(min = 1)))]
        slots: Vec<u32>,
    },
    /// At least `min` of them in the first `first` slots.
    Quota {
        /// How many.
        #[schemars(range(min = 0))]
        min: u32,
        /// Of how many slots, from the first.
        #[schemars(range(min = 1))]
        first: u32,
    },
    /// At most `max` products of one value in the first `first` slots; of those that match.
    Cap {
        /// `brand`, `vendor`, `category`, or the name of an attribute.
        field: CapField,
        /// How many.
        #[schemars(range(min = 0))]
        max: u32,
        /// Of how many slots, from the first.
        #[schemars(range(min = 1))]
        first: u32,
    },
}

impl Effect {
    /// Its `kind` in documents.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Boost { .. } => "boost",
            Self::Bury { .. } => "bury",
            Self::Hide {} => "hide",
            Self::Only {} => "only",
            Self::Pin { .. } => "pin",
            Self::Reserve { .. } => "reserve",
            Self::Quota { .. } => "quota",
            Self::Cap { .. } => "cap",
        }
    }
}

/// One product put in one slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// Which product; one the catalogue lacks has no effect until it appears.
    #[schemars(length(min = 1))]
    pub sku: String,
    /// Which slot, from 1.
    #[schemars(range(min = 1))]
    pub slot: u32,
}

/// What happens to a pin whose product may not be shown.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum IfUnavailable {
    /// The pin is left out.
    #[default]
    Skip,
    /// The first of its substitutes that may be shown stands in.
    Substitute,
}

/// The field whose values a cap counts.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(from = "String", into = "String")]
#[schemars(with = "String", extend("minLength" = 1))]
pub enum CapField {
    /// `brand`.
    Brand,
    /// `vendor`.
    Vendor,
    /// `category`, the product's own path.
    Category,
    /// An attribute.
    Attribute(String),
}

impl From<String> for CapField {
    fn from(name: String) -> Self {
        match name.as_str() {
            "brand" => Self::Brand,
            "vendor" => Self::Vendor,
            "category" => Self::Category,
            _ => Self::Attribute(name),
        }
    }
}

impl From<CapField> for String {
    fn from(field: CapField) -> Self {
        match field {
            CapField::Brand => "brand".to_owned(),
            CapField::Vendor => "vendor".to_owned(),
            CapField::Category => "category".to_owned(),
            CapField::Attribute(name) => name,
        }
    }
}

impl CapField {
    /// Its name in documents.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Brand => "brand",
            Self::Vendor => "vendor",
            Self::Category => "category",
            Self::Attribute(name) => name,
        }
    }
}
