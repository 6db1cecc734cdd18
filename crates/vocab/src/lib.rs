//! The vocabulary of Endcap: every document that people, files and servers exchange, its
//! JSON Schema, and the checks that refuse a bad one whole.
//!
//! It never reads a file, a clock or a network, and it never ranks. Read [`Case`] first,
//! which holds all of a retailer, a rule set and a request, then [`Answer`].

#![deny(missing_docs)]

mod answer;
mod case;
mod catalog;
mod category;
mod check;
mod json;
mod orders;
mod problem;
mod request;
mod rule_set;
mod schema;
mod shape;
mod shopper;

pub use answer::{
    Answer, Contribution, Factor, Metrics, Note, NoteKind, Reason, Slot, Source, Suppressed,
};
pub use case::{Case, CheckedCase, Signals};
pub use catalog::{
    AttributeValue, Catalog, InboundRow, InventoryRow, Location, Product, Promotion, STORE_ALIAS,
};
pub use category::{
    depth as category_depth, is_under as category_is_under, parent as category_parent,
};
pub use check::{Document, check, check_value};
pub use json::read_json;
pub use orders::OrderColumns;
pub use problem::{Problem, Problems, pointer_join};
pub use request::{Consent, Customer, Placement, Request, Sort};
pub use rule_set::{
    CapField, Effect, Eligibility, Fallback, IfUnavailable, MarginFloor, Objective, Owner, Pin,
    Rule, RuleSet, Schedule, Scope, Signal, Weekday, Weights,
};
pub use schema::{schema_for, schema_text};
pub use shopper::{OrderLine, ReturnLine, Shopper};
