//! The one door for console and command line: what users ask for, carried out.
//!
//! It prints nothing and knows no terminal and no window. Read [`Workspace`] first, which
//! is an opened retailer with its rules, then [`UserError`], what goes wrong in the user's
//! words.

#![deny(missing_docs)]

mod at;
mod cases;
mod data;
mod documents;
mod error;
mod explain;
mod pack_shots;
mod people;
mod products;
mod ranking;
mod sheet;
mod slates;
mod who;
mod words;
mod workspace;

pub use at::At;
pub use cases::{CaseOutcome, Difference, run_case};
pub use data::{export, import, make_demo};
pub use documents::{changes, check_document, parse_rules, read_rules, say_rules, skus_not_in};
pub use endcap_connect::{
    ExportReport, Picture, PictureError, PictureOptions, Progress, QualityReport, Stage,
};
pub use endcap_demo::{DemoSize, Progress as DemoProgress};
pub use endcap_engine::{CompiledRules, Cure, Quote, SlotWithout, Why};
pub use endcap_rules::diff::Change;
pub use endcap_store::{Meta, Provenance};
pub use endcap_vocab::{
    Answer, Document, Metrics, Note, NoteKind, Placement, Problem, Problems, Reason, Request,
    RuleSet, Signal, Slot, Sort, Source,
};
pub use error::{ErrorCode, UserError};
pub use explain::{Above, Explained, ProductHead, Step, StepKind, Without};
pub use pack_shots::{PackShot, PackShots};
pub use people::{People, PersonaRow, ShopperRow};
pub use products::ProductHit;
pub use ranking::{ProductFacts, RankCommand, RankView};
pub use sheet::{
    Field, FieldSource, InboundLine, PlaceOnPage, PriceStep, ProductSheet, PromotionLine,
    RuleTouch, StockRow,
};
pub use slates::{Agreement, Column, Comparison, Line, Movement, SlateColumn, SlateRow};
pub use who::{Persona, Who};
pub use words::{note_sentence, reason_phrase};
pub use workspace::{DataSource, OpenStage, SoFar, Workspace};
