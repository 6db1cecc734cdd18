//! What the rule editor stands on: the fields of conditions, clauses and their CEL, what a
//! condition matches, what is wrong with a rule, and the rules that gestures make.

mod cel;
mod clauses;
mod fields;
mod gestures;
mod matches;
mod order;
mod values;

pub use cel::from_cel;
pub use clauses::{Clause, Clauses, FieldValue, Join, Operator, to_cel};
pub use fields::{ConditionField, FieldKind};
pub use gestures::{
    RuleEdit, boost_rule, hand_made_hides, hand_made_pins, hide_rule, pin_rule, unhide, unpin,
};
pub use matches::{MatchCard, Matches, check_condition, rule_problems, rule_problems_in};
pub use order::{blank_rule, duplicate, reordered};

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test is made of may fail the test"
)]
mod tests;
