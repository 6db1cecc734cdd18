//! The question: who looks at which place, where and when.

use chrono::{DateTime, FixedOffset};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A request for a slate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Where the slate is shown.
    pub placement: Placement,
    /// Category path, or null.
    #[serde(default)]
    pub page: Option<String>,
    /// Channel, such as `web`.
    pub channel: String,
    /// Location id, or null.
    #[serde(default)]
    pub store: Option<String>,
    /// The instant (RFC 3339).
    pub at: DateTime<FixedOffset>,
    /// How many slots to fill.
    #[schemars(range(min = 1, max = 200))]
    pub slots: u32,
    /// What the shopper typed.
    #[serde(default)]
    pub query: Option<String>,
    /// The sku that the slate belongs to, for `product`.
    #[serde(default)]
    pub anchor: Option<String>,
    /// Skus already in the cart.
    #[serde(default)]
    pub cart: Vec<String>,
    /// What retrieval found; null lets the page decide.
    #[serde(default)]
    pub candidates: Option<Vec<String>>,
    /// The shopper's own facets, as a condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// The shopper's own order.
    #[serde(default)]
    pub sort: Sort,
    /// Whether the answer explains itself.
    #[serde(default = "yes")]
    pub explain: bool,
    /// Who; null is anonymous.
    #[serde(default)]
    pub customer: Option<Customer>,
}

impl Request {
    /// What nobody known asks for all of the catalogue on a channel: 24 slots of a category page,
    /// explained.
    #[must_use]
    pub fn anonymous(channel: &str, at: DateTime<FixedOffset>) -> Self {
        Self {
            placement: Placement::Category,
            page: None,
            channel: channel.to_owned(),
            store: None,
            at,
            slots: 24,
            query: None,
            anchor: None,
            cart: Vec::new(),
            candidates: None,
            filter: None,
            sort: Sort::Recommended,
            explain: true,
            customer: None,
        }
    }
}

fn yes() -> bool {
    true
}

/// Where a slate is shown.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// A category page.
    Category,
    /// A result page.
    Search,
    /// The home page.
    Home,
    /// Beside a product.
    Product,
    /// In the cart.
    Cart,
    /// In an email.
    Email,
}

impl Placement {
    /// Every placement, in the order documents list them.
    pub const ALL: [Self; 6] = [
        Self::Category,
        Self::Search,
        Self::Home,
        Self::Product,
        Self::Cart,
        Self::Email,
    ];

    /// Its name in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Search => "search",
            Self::Home => "home",
            Self::Product => "product",
            Self::Cart => "cart",
            Self::Email => "email",
        }
    }
}

/// The shopper's own order of the slate.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The engine's.
    #[default]
    Recommended,
    /// Effective price, lowest first.
    PriceAsc,
    /// Effective price, highest first.
    PriceDesc,
    /// Launched latest first.
    Newest,
    /// Rated highest first.
    Rating,
}

impl Sort {
    /// Every sort, in the order documents list them.
    pub const ALL: [Self; 5] = [
        Self::Recommended,
        Self::PriceAsc,
        Self::PriceDesc,
        Self::Newest,
        Self::Rating,
    ];

    /// Its name in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Recommended => "recommended",
            Self::PriceAsc => "price_asc",
            Self::PriceDesc => "price_desc",
            Self::Newest => "newest",
            Self::Rating => "rating",
        }
    }
}

/// The shopper as the engine sees one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// Who.
    pub id: String,
    /// The segments the shopper belongs to.
    #[serde(default)]
    pub segments: Vec<String>,
    /// Loyalty tier.
    #[serde(default)]
    pub tier: Option<String>,
    /// Restrictions the shopper may see, such as `age21`.
    #[serde(default)]
    pub permits: Vec<String>,
    /// What the shopper agreed to.
    #[serde(default)]
    pub consent: Consent,
}

/// What a shopper agreed to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Rank by the shopper's own history, segments and tier.
    #[serde(default)]
    pub personalization: bool,
    /// Send email.
    #[serde(default)]
    pub email: bool,
    /// Show sensitive products unasked.
    #[serde(default)]
    pub sensitive: bool,
}
