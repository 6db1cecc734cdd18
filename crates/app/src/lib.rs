//! The one door for console and command line: what users ask for, carried out.
//!
//! It prints nothing and knows no terminal and no window. Read [`Workspace`] first, which
//! is an opened retailer with its rules, then [`UserError`], what goes wrong in the user's
//! words.

#![deny(missing_docs)]

mod above;
mod agreement;
mod at;
pub mod bench;
mod beside;
mod cases;
mod choices;
pub mod console;
mod data;
mod documents;
mod editor;
mod error;
mod evaluation;
mod explain;
mod fields;
mod insight;
mod linting;
mod memory;
mod model;
mod pack_shots;
mod page;
mod people;
mod personas;
mod products;
mod ranking;
mod sheet;
mod slates;
mod take_back;
mod training;
mod tree;
mod who;
mod word_index;
mod words;
mod workspace;

pub use above::{Above, ScorePart};
pub use at::At;
pub use beside::{Beside, BesideKind};
pub use cases::{CaseOutcome, Difference, run_case};
pub use choices::{Choices, StoreChoice, heading};
pub use data::{export, import, make_demo};
pub use documents::{changes, check_document, parse_rules, read_rules, say_rules, skus_not_in};
pub use editor::{
    Clause, Clauses, ConditionField, FieldKind, FieldValue, Join, MatchCard, Matches, Operator,
    RuleEdit, blank_rule, boost_rule, check_condition, duplicate, from_cel, hand_made_hides,
    hand_made_pins, hide_rule, pin_rule, reordered, rule_problems, rule_problems_in, to_cel,
    unhide, unpin,
};
pub use endcap_connect::{
    ExportReport, Picture, PictureError, PictureOptions, Progress, QualityReport, Refusal, Stage,
};
pub use endcap_demo::{DemoSize, Progress as DemoProgress};
pub use endcap_engine::lint::{Code, Finding, Fix, FixEdit, Linter, Severity, Witness};
pub use endcap_engine::{
    CompiledRules, Cure, OutOfForce, QuotaMet, Quote, SlotWithout, Unshown, Why,
};
pub use endcap_learn::evaluate::{Calibration, Figures, ModelFigures, Reference};
pub use endcap_learn::{
    Distribution, Drift, Latest, Likes, PriceBand, Shift, TrainedOn, TrainingReport, Trial, Verdict,
};
pub use endcap_rules::ConditionError;
pub use endcap_rules::diff::Change;
pub use endcap_store::{Meta, Provenance};
pub use endcap_vocab::{
    Answer, CapField, Document, Effect, IfUnavailable, Metrics, Note, NoteKind, Owner, Pin,
    Placement, Problem, Problems, Reason, Request, Rule, RuleSet, Schedule, Scope, Signal, Slot,
    Sort, Source, Weekday,
};
pub use error::{ErrorCode, UserError};
pub use evaluation::{EvaluateOn, Evaluated, HoldOut, evaluate};
pub use explain::{Explained, ProductHead, Step, StepKind, Without};
pub use fields::{FieldSource, SheetField, SheetValue};
pub use insight::RuleInsight;
pub use linting::{fix_of, is_about_weight_of, request_words};
pub use pack_shots::{FindPicture, PackShot, PackShots};
pub use page::{
    Better, Card, Counts, Delta, Figure, FigureValue, Ineligible, ObjectiveRow, ObjectiveView,
    PageView, RuleCard, Slate, Tone, signal_help, signal_label,
};
pub use people::{People, PersonaRow, ShopperRow};
pub use products::ProductHit;
pub use ranking::{ProductFacts, RankCommand, RankView};
pub use sheet::{
    InboundLine, PlaceOnPage, PriceStep, ProductSheet, PromotionLine, RuleTouch, StockRow,
};
pub use slates::{Agreement, Column, Comparison, Line, Movement, SlateColumn, SlateRow};
pub use take_back::take_back;
pub use training::{DriftTo, Trained, drift, train};
pub use tree::{CategoryRow, CategoryTree, Mark, page_name, rule_marks};
pub use who::{Persona, Who};
pub use words::{note_sentence, reason_phrase};
pub use workspace::{DataSource, OpenStage, SoFar, Workspace};
