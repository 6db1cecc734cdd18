//! The ranking pipeline of Endcap: eligibility, price, signals, score, rules and slate, as
//! the ranking semantics define them, over one immutable retailer.
//!
//! It reads no clock, no file and no global: the same retailer, rules, model and request
//! give the same bytes on every machine and for every number of threads. Read [`rank`]
//! first, then [`Retailer`], which it reads.

#![deny(missing_docs)]

mod assess;
mod compile;
mod context;
mod desk;
mod dictionary;
mod factors;
mod few;
mod ground;
mod heap;
pub mod lint;
mod metrics;
mod model;
mod order;
mod rank;
mod reach;
mod retailer;
mod signals;
mod simulate;
mod slate;
mod stock;
mod substitutes;
mod touch;
mod why;

use endcap_rules::calendar;

pub use assess::Kept;
pub use compile::{CompiledRule, CompiledRules};
pub use heap::HeapBytes;
pub use model::{Model, SignalTable};
pub use rank::{Quote, plainly, quotes, rank, slate};
pub use reach::{
    Matched, Matches, OutOfForce, Page, QuotaMet, Reach, Unshown, matches, obstacles, page, reach,
};
pub use retailer::{Retailer, RetailerBuilder};
pub use simulate::{Seen, Simulation};
pub use touch::{NamingPromotion, Touches, TouchingRule, in_force, touching};
pub use why::{Cure, SlotWithout, Why, trace, why};
