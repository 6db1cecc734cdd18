//! A case: everything a ranking needs, in one document.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Answer, Catalog, Request, RuleSet};

/// A retailer, a rule set, a request, and signals in place of a trained model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What is sold.
    pub catalog: Catalog,
    /// What is wanted.
    pub rule_set: RuleSet,
    /// What is asked.
    pub request: Request,
    /// What a model would say.
    #[serde(default)]
    pub signals: Signals,
}

/// What stands in for a trained model: 0..1 by sku, 0 for a sku that is not named.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signals {
    /// Preference of the request's customer.
    #[serde(default)]
    #[schemars(extend("additionalProperties" = {"type": "number", "minimum": 0, "maximum": 1}))]
    pub relevance: BTreeMap<String, f64>,
    /// Preference of a shopper nobody knows.
    #[serde(default)]
    #[schemars(extend("additionalProperties" = {"type": "number", "minimum": 0, "maximum": 1}))]
    pub relevance_anonymous: BTreeMap<String, f64>,
    /// Probability that the customer buys; left out, it is `relevance`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("additionalProperties" = {"type": "number", "minimum": 0, "maximum": 1}))]
    pub purchase: Option<BTreeMap<String, f64>>,
    /// Probability that a shopper nobody knows buys; left out, it is `relevance_anonymous`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("additionalProperties" = {"type": "number", "minimum": 0, "maximum": 1}))]
    pub purchase_anonymous: Option<BTreeMap<String, f64>>,
    /// How popular, whoever asks.
    #[serde(default)]
    #[schemars(extend("additionalProperties" = {"type": "number", "minimum": 0, "maximum": 1}))]
    pub popularity: BTreeMap<String, f64>,
}

/// A case and the answer that ranking.md gives to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckedCase {
    /// The question.
    pub case: Case,
    /// The answer.
    pub answer: Answer,
}
