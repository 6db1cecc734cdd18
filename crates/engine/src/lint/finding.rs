//! What lint says: a code, a sentence, where, the proof, and a way out.

use endcap_vocab::{Request, Rule, Signal};
use serde::{Serialize, Serializer};

/// One thing that is likely not meant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// What kind of thing.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The rule it is about, then the ones that it meets; empty for a weight.
    pub rules: Vec<String>,
    /// Where in the rule set: a JSON Pointer.
    pub place: String,
    /// A sentence.
    pub sentence: String,
    /// For which request it can be seen.
    pub witness: Witness,
    /// One edit that ends it, where there is an obvious one.
    pub fix: Option<Fix>,
}

/// A request for which the engine bears a finding out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Witness {
    /// Page, shopper and instant.
    pub request: Request,
    /// The product in question.
    pub sku: Option<String>,
}

/// One edit of a rule set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fix {
    /// What it does, as on a button.
    pub say: String,
    /// The edit.
    #[serde(flatten)]
    pub edit: FixEdit,
}

/// What a fix changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FixEdit {
    /// Puts a rule in place of the one with its id.
    Put(Box<Rule>),
    /// Takes the rule of this id out.
    Remove(String),
    /// Takes a weight of the objective out.
    DropWeight {
        /// Whose products; `None` is all.
        category: Option<String>,
        /// Which signal.
        signal: Signal,
    },
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It cannot be what is meant.
    Error,
    /// It works against something else.
    Warning,
    /// Good to know.
    Notice,
}

impl Severity {
    /// Its name in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// What lint looks for; `docs/lint.md` explains each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The condition contradicts itself.
    NeverMatches,
    /// No request is in the scope.
    NeverInForce,
    /// No product of today matches.
    ReachesNothing,
    /// The effect's own figures do nothing.
    ChangesNothing,
    /// Everything that the rule matches is hidden by another.
    MootHidden,
    /// A rule of higher precedence does the same already.
    MootInside,
    /// A boost and a bury meet on a product.
    BoostMeetsBury,
    /// Two pins want one slot.
    PinsShareSlot,
    /// A product is pinned twice.
    PinsShareSku,
    /// A pinned product is hidden by a rule.
    PinHidden,
    /// A pinned product may not be shown today.
    PinIneligible,
    /// A pin puts a product lower than its own score does.
    PinDemotes,
    /// The catalogue lacks a pinned sku.
    UnknownSku,
    /// A pinned product is not launched yet.
    FutureSku,
    /// A pinned product is not sold any more.
    DiscontinuedSku,
    /// Too few products of today match a quota.
    QuotaUnmet,
    /// A cap keeps a quota from being met.
    CapFightsQuota,
    /// The schedule is over.
    Expired,
    /// The schedule ends within 14 days.
    ExpiresSoon,
    /// The schedule begins before the rule is approved.
    StartsBeforeApproval,
    /// The schedule begins or ends at a time that the clock skips.
    ClockGap,
    /// The signal is 0 for every product that the weight is for.
    WeightIdle,
}

impl Code {
    /// Every code, in the order of `docs/lint.md`.
    pub const ALL: [Self; 22] = [
        Self::NeverMatches,
        Self::NeverInForce,
        Self::ReachesNothing,
        Self::ChangesNothing,
        Self::MootHidden,
        Self::MootInside,
        Self::BoostMeetsBury,
        Self::PinsShareSlot,
        Self::PinsShareSku,
        Self::PinHidden,
        Self::PinIneligible,
        Self::PinDemotes,
        Self::UnknownSku,
        Self::FutureSku,
        Self::DiscontinuedSku,
        Self::QuotaUnmet,
        Self::CapFightsQuota,
        Self::Expired,
        Self::ExpiresSoon,
        Self::StartsBeforeApproval,
        Self::ClockGap,
        Self::WeightIdle,
    ];

    /// Its name in documents, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NeverMatches => "never-matches",
            Self::NeverInForce => "never-in-force",
            Self::ReachesNothing => "reaches-nothing",
            Self::ChangesNothing => "changes-nothing",
            Self::MootHidden => "moot-hidden",
            Self::MootInside => "moot-inside",
            Self::BoostMeetsBury => "boost-meets-bury",
            Self::PinsShareSlot => "pins-share-slot",
            Self::PinsShareSku => "pins-share-sku",
            Self::PinHidden => "pin-hidden",
            Self::PinIneligible => "pin-ineligible",
            Self::PinDemotes => "pin-demotes",
            Self::UnknownSku => "unknown-sku",
            Self::FutureSku => "future-sku",
            Self::DiscontinuedSku => "discontinued-sku",
            Self::QuotaUnmet => "quota-unmet",
            Self::CapFightsQuota => "cap-fights-quota",
            Self::Expired => "expired",
            Self::ExpiresSoon => "expires-soon",
            Self::StartsBeforeApproval => "starts-before-approval",
            Self::ClockGap => "clock-gap",
            Self::WeightIdle => "weight-idle",
        }
    }

    /// How bad what it finds is.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::NeverMatches | Self::NeverInForce | Self::PinHidden => Severity::Error,
            Self::FutureSku | Self::Expired | Self::ExpiresSoon | Self::WeightIdle => {
                Severity::Notice
            }
            _ => Severity::Warning,
        }
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Finding {
    /// A finding about a rule; `place` is within the rule until it is known where that stands.
    pub(super) fn new(code: Code, rule: &Rule, place: impl Into<String>, witness: Witness) -> Self {
        Self {
            code,
            severity: code.severity(),
            rules: vec![rule.id.clone()],
            place: place.into(),
            sentence: String::new(),
            witness,
            fix: None,
        }
    }

    /// With the rule that it meets.
    pub(super) fn with(mut self, other: &Rule) -> Self {
        if self.rules[0] != other.id {
            self.rules.push(other.id.clone());
        }
        self
    }

    pub(super) fn say(mut self, sentence: impl Into<String>) -> Self {
        self.sentence = sentence.into();
        self
    }

    /// With a rule that replaces its own.
    pub(super) fn put(mut self, say: impl Into<String>, rule: Rule) -> Self {
        self.fix = Some(Fix {
            say: say.into(),
            edit: FixEdit::Put(Box::new(rule)),
        });
        self
    }

    /// With its own rule taken out.
    pub(super) fn remove(mut self) -> Self {
        self.fix = Some(Fix {
            say: "Remove the rule".to_owned(),
            edit: FixEdit::Remove(self.rules[0].clone()),
        });
        self
    }
}
