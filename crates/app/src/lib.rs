//! The one door for console and command line: what users ask for, carried out.
//!
//! It prints nothing and knows no terminal and no window. Read [`Workspace`] first, which
//! is an opened retailer with its rules, then [`UserError`], what goes wrong in the user's
//! words.

#![deny(missing_docs)]

mod cases;
mod data;
mod documents;
mod error;
mod ranking;
mod workspace;

pub use cases::{CaseOutcome, Difference, run_case};
pub use data::{export, import, make_demo};
pub use documents::{changes, check_document, read_rules, say_rules};
pub use endcap_connect::{Progress, QualityReport};
pub use endcap_engine::{Cure, SlotWithout, Why};
pub use endcap_rules::diff::Change;
pub use endcap_vocab::{
    Answer, Document, NoteKind, Placement, Problem, Problems, Reason, Request, RuleSet, Slot, Sort,
    Source,
};
pub use error::{ErrorCode, UserError};
pub use ranking::{ProductFacts, RankCommand, RankView};
pub use workspace::Workspace;
