//! What a snapshot knows of shoppers and of what they bought.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{Consent, Customer};

/// A shopper of a snapshot.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Shopper {
    /// Unique within the snapshot.
    pub id: String,
    /// The segments the shopper belongs to.
    pub segments: Vec<String>,
    /// Loyalty tier.
    pub tier: Option<String>,
    /// Restrictions the shopper may see.
    pub permits: Vec<String>,
    /// What the shopper agreed to.
    pub consent: Consent,
    /// Location id of the store the shopper uses most.
    pub home_store: Option<String>,
}

impl Shopper {
    /// The shopper as a request names one.
    #[must_use]
    pub fn customer(&self) -> Customer {
        Customer {
            id: self.id.clone(),
            segments: self.segments.clone(),
            tier: self.tier.clone(),
            permits: self.permits.clone(),
            consent: self.consent,
        }
    }
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The order it belongs to.
    pub order_id: String,
    /// Who bought; `None` where nobody knows.
    pub shopper: Option<String>,
    /// What.
    pub sku: String,
    /// Location id, where one is known.
    pub store: Option<String>,
    /// Channel, where one is known.
    pub channel: Option<String>,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// Units, above 0.
    pub quantity: f64,
    /// Paid a unit, in the snapshot's currency.
    pub unit_price: f64,
}

/// Units of an order that came back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReturnLine {
    /// The order it came from, where one is known.
    pub order_id: Option<String>,
    /// Who brought it back, where known.
    pub shopper: Option<String>,
    /// What.
    pub sku: String,
    /// The day it came back.
    pub on: NaiveDate,
    /// Units, above 0.
    pub quantity: f64,
}
