//! Conditions over product columns; rule sets in English; differences between rule sets; when
//! scopes are in force, and together.
//!
//! It never ranks and never touches a file. Read [`Condition`] first, which turns CEL text
//! into a typed expression and evaluates it, then [`Columns`], what it is evaluated over.

#![deny(missing_docs)]

mod bits;
pub mod calendar;
mod codes;
mod columns;
mod condition;
pub mod diff;
pub mod documents;
pub mod overlap;
pub mod say;

pub use bits::{Bits, ones};
pub use codes::Codes;
pub use columns::{ABSENT, ABSENT_DAY, Coded, Columns, Facts, Sparse, Texts};
pub use condition::{Condition, ConditionError, Conditions, Reads};
