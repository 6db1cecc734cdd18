//! Who looks at a slate: nobody known, a shopper of the data, or a simulated one.

use endcap_learn::Likes;
use endcap_vocab::{Consent, Customer};
use serde::{Deserialize, Serialize};

/// Who looks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// A shopper nobody knows.
    #[default]
    Anonymous,
    /// A shopper of the data, by id.
    Shopper(String),
    /// A simulated shopper.
    Persona(Persona),
}

impl Who {
    /// The shopper of an id; without one, nobody known.
    #[must_use]
    pub fn of(id: Option<&str>) -> Self {
        id.map_or(Self::Anonymous, |id| Self::Shopper(id.to_owned()))
    }
}

/// A simulated shopper: segments, tier and consent as they would be, a taste, and no history.
///
/// Its taste is that of a shopper of the data, or else of those of its segments and tier; and what
/// it is said to like beside.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Persona {
    /// What people call it.
    pub name: String,
    /// The segments it belongs to.
    pub segments: Vec<String>,
    /// Loyalty tier.
    pub tier: Option<String>,
    /// Restrictions it may see.
    pub permits: Vec<String>,
    /// What it agreed to.
    pub consent: Consent,
    /// The shopper whose taste it has, by id.
    pub like: Option<String>,
    /// What it likes beside.
    pub likes: Likes,
}

impl Persona {
    /// The persona as a request names a shopper.
    #[must_use]
    pub fn customer(&self) -> Customer {
        Customer {
            id: format!("persona:{}", self.name),
            segments: self.segments.clone(),
            tier: self.tier.clone(),
            permits: self.permits.clone(),
            consent: self.consent,
        }
    }
}
