//! Conditions, rules and rule sets in English, for the people who own them.
//!
//! CEL and the documents stay the truth: a sentence is made from them and never read back.

mod condition;
mod rule;
pub(crate) mod words;

use crate::Condition;

pub(crate) use rule::{condition_text, fallback, otherwise, pins, placement};
pub use rule::{effect, rule, rule_set, schedule, scope};

/// A condition in English: `private label and margin at least 30%`.
#[must_use]
pub fn condition(condition: &Condition) -> String {
    condition::say(condition.root())
}
