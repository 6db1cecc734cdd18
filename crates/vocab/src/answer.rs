//! The answer: a slate, and why it is so.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use crate::Signal;

/// A slate with its reasons.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// In order, from slot 1, without holes.
    pub slots: Vec<Slot>,
    /// Candidates that may not be shown, with the first test they fail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ineligible: Option<BTreeMap<String, Reason>>,
    /// What a merchandiser should know of how it came about.
    pub notes: Vec<Note>,
    /// Why there is no slate at all, or null.
    pub suppressed: Option<Suppressed>,
    /// Figures of the slate; null without slots, absent without `explain`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "some"
    )]
    pub metrics: Option<Option<Metrics>>,
}

/// Keeps apart a field that is null and one that is not there.
fn some<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// One product of a slate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// From 1.
    #[schemars(range(min = 1))]
    pub slot: u32,
    /// What stands there.
    pub sku: String,
    /// `base` times every factor.
    pub score: f64,
    /// How it got there.
    pub source: Source,
    /// The rule that placed it, or null.
    pub rule: Option<String>,
    /// Its place among the eligible candidates without rules; null where it is not among them.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "some"
    )]
    pub organic_rank: Option<Option<u32>>,
    /// Whether a rule had a hand in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overridden: Option<bool>,
    /// Weighted signals, before boosts and buries.
    pub base: f64,
    /// Every signal with a weight other than 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contributions: Option<Vec<Contribution>>,
    /// Every boost and bury that matches, by rule id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factors: Option<Vec<Factor>>,
}

/// How a product got its slot.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// By its score.
    Ranked,
    /// A pin put it there.
    Pin,
    /// It stands in for a pinned product.
    Substitute,
    /// A reserved slot.
    Reserve,
    /// A quota.
    Quota,
    /// The slate was short.
    Fallback,
}

impl Source {
    /// Its name in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ranked => "ranked",
            Self::Pin => "pin",
            Self::Substitute => "substitute",
            Self::Reserve => "reserve",
            Self::Quota => "quota",
            Self::Fallback => "fallback",
        }
    }
}

/// What one signal gives to a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contribution {
    /// Which signal.
    pub signal: Signal,
    /// 0..1.
    pub value: f64,
    /// 0..10.
    pub weight: f64,
    /// Weight times value, negative for a cost.
    pub points: f64,
}

/// What one boost or bury does to a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// Which rule.
    pub rule: String,
    /// What the score is multiplied by.
    pub factor: f64,
}

/// Why a product may not be shown: the first test of ranking.md section 3 that it fails.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Not launched yet, or discontinued.
    Inactive,
    /// Not sold on the channel or in the store's region.
    Channel,
    /// The shopper lacks a permit.
    Restricted,
    /// Sensitive, and the shopper did not agree.
    Sensitive,
    /// In the cart already, or the product the slate belongs to.
    InCart,
    /// Too few units.
    OutOfStock,
    /// Margin below the category's floor.
    MarginFloor,
    /// Comes back too often.
    ReturnRate,
    /// A rule hides it, or keeps only others.
    Hidden,
}

impl Reason {
    /// Every reason, in the order the tests run.
    pub const ALL: [Self; 9] = [
        Self::Inactive,
        Self::Channel,
        Self::Restricted,
        Self::Sensitive,
        Self::InCart,
        Self::OutOfStock,
        Self::MarginFloor,
        Self::ReturnRate,
        Self::Hidden,
    ];

    /// Its name in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Inactive => "inactive",
            Self::Channel => "channel",
            Self::Restricted => "restricted",
            Self::Sensitive => "sensitive",
            Self::InCart => "in_cart",
            Self::OutOfStock => "out_of_stock",
            Self::MarginFloor => "margin_floor",
            Self::ReturnRate => "return_rate",
            Self::Hidden => "hidden",
        }
    }
}

/// Why there is no slate at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Suppressed {
    /// The shopper did not agree to email.
    NoEmailConsent,
}

/// Something a merchandiser should know of how a slate came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// What happened.
    pub note: NoteKind,
    /// To which rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// To which product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// At which slot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<u32>,
    /// Why, where there is a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Note {
    /// A note without particulars.
    #[must_use]
    pub fn new(note: NoteKind) -> Self {
        Self {
            note,
            rule: None,
            sku: None,
            slot: None,
            detail: None,
        }
    }

    /// With the rule it is about.
    #[must_use]
    pub fn rule(mut self, rule: &str) -> Self {
        self.rule = Some(rule.to_owned());
        self
    }

    /// With the product it is about.
    #[must_use]
    pub fn sku(mut self, sku: &str) -> Self {
        self.sku = Some(sku.to_owned());
        self
    }

    /// With the slot it is about.
    #[must_use]
    pub fn slot(mut self, slot: u32) -> Self {
        self.slot = Some(slot);
        self
    }

    /// With a reason.
    #[must_use]
    pub fn detail(mut self, detail: &str) -> Self {
        self.detail = Some(detail.to_owned());
        self
    }
}

/// What a note says.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// No consent to personalization, or nobody known.
    PersonalSignalsOff,
    /// The shopper chose an order, so the rules step back.
    SortedByShopper,
    /// Retrieval named a sku the catalogue lacks.
    UnknownCandidate,
    /// A pin's slot is beyond the slate.
    PinBeyond,
    /// A pin's product is placed already.
    PinDuplicate,
    /// A pin's product may not be shown.
    PinIneligible,
    /// A pin's slot was taken, so it went to the next free one.
    PinMoved,
    /// A pin's slot was taken, and so were all after it.
    PinDropped,
    /// A pin moved up because the slate was short.
    PinCompacted,
    /// No product for a reserved slot.
    ReserveUnfilled,
    /// A reserved slot is beyond the slate.
    ReserveBeyond,
    /// A reserved slot was taken.
    ReserveTaken,
    /// Fewer matching products than a quota asks for.
    QuotaUnmet,
    /// More products of one value than a cap allows.
    CapExceeded,
}

impl NoteKind {
    /// Its name in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PersonalSignalsOff => "personal_signals_off",
            Self::SortedByShopper => "sorted_by_shopper",
            Self::UnknownCandidate => "unknown_candidate",
            Self::PinBeyond => "pin_beyond",
            Self::PinDuplicate => "pin_duplicate",
            Self::PinIneligible => "pin_ineligible",
            Self::PinMoved => "pin_moved",
            Self::PinDropped => "pin_dropped",
            Self::PinCompacted => "pin_compacted",
            Self::ReserveUnfilled => "reserve_unfilled",
            Self::ReserveBeyond => "reserve_beyond",
            Self::ReserveTaken => "reserve_taken",
            Self::QuotaUnmet => "quota_unmet",
            Self::CapExceeded => "cap_exceeded",
        }
    }
}

/// Figures of one slate, attention falling by 1 / log2(slot + 1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Expected margin of 1,000 purchase chances, in the catalogue's currency.
    pub margin_per_1k: f64,
    /// Expected revenue of 1,000 purchase chances, in the catalogue's currency.
    pub revenue_per_1k: f64,
    /// Expected purchases, as a share of what the best slate without rules would have.
    pub relevance_kept: f64,
    /// Share of attention on the retailer's own brand.
    pub private_label_share: f64,
    /// Share of slots in which a rule had a hand.
    pub override_rate: f64,
    /// Share of slots whose product is another than without rules.
    pub moved_rate: f64,
    /// Share of the slots wanted that are out of stock.
    pub out_of_stock_demand: f64,
    /// How many brands are on the slate.
    pub brands: u32,
}
