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
pub use fields::{Field, FieldKind};
pub use gestures::{
    RuleEdit, boost_rule, hand_made_hides, hand_made_pins, hide_rule, pin_rule, unhide, unpin,
};
pub use order::{blank_rule, duplicate, reordered};
pub use matches::{MatchCard, TriedCondition, check_condition, problems};
