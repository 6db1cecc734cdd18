//! What can be asked of the console's door, and what it tells.

use std::ops::Range;
use std::path::PathBuf;

use endcap_vocab::Reason;

use super::{ColumnChoice, Edit, FileKind, Source};
use crate::{RankCommand, UserError};

/// What a user asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Opens a snapshot with its rules; `None` is the demo.
    Open(Option<Source>),
    /// Makes a snapshot of files, then opens it.
    Import(ImportOrder),
    /// Gives up opening and importing; what was open stays.
    GiveUp,
    /// Changes the draft as one step of undo.
    Edit {
        /// What it does, as undo says it: "Pin Dark Roast to slot 3".
        label: String,
        /// In order.
        edits: Vec<Edit>,
        /// Edits of one gesture, such as a drag, are one step.
        gesture: Option<u64>,
    },
    /// Takes a gesture back that was given up, as if it had never begun.
    GiveUpGesture(u64),
    /// Takes the last step back.
    Undo,
    /// Does it again.
    Redo,
    /// Starts the draft afresh from live; undo brings it back.
    Discard,
    /// Writes the draft to a file as a rule set.
    SaveRules(PathBuf),
    /// Puts a rule-set file in the draft's place; undo brings it back.
    LoadRules(PathBuf),
    /// Writes the report of the last import to a file, as text.
    SaveReport(PathBuf),
    /// Asks what the path that is being typed leads to.
    List {
        /// As typed.
        text: String,
        /// What is looked for.
        kind: FileKind,
    },
    /// Asks how much the console keeps on the disk.
    Measure,
    /// Removes the pictures that are cached.
    ClearPictures,
    /// Looks as somebody at some place and time.
    Look(Box<RankCommand>),
    /// Sets the slates of the Shoppers view.
    Compare(Vec<ColumnChoice>),
    /// Asks why a product stands where it does, in one slate of the Shoppers view.
    Explain {
        /// Which slate, from 0.
        column: usize,
        /// Which product.
        sku: String,
        /// And why it stands above or below this one.
        against: Option<String>,
    },
    /// Opens the sheet of a product; `None` closes it.
    Sheet(Option<String>),
    /// Finds shoppers and personas.
    FindPeople(String),
    /// Finds products.
    FindProducts(String),
    /// Asks for some of the products that the page may not show.
    Unshown {
        /// Words that each has in its title, brand or sku.
        text: String,
        /// The reason they share.
        reason: Option<Reason>,
        /// Places among those found.
        places: Range<usize>,
    },
    /// Tries a condition out on the page.
    Try(String),
}

/// An import to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportOrder {
    /// The folder of the CSV files.
    pub dir: PathBuf,
    /// The mapping; `None` is the canonical one.
    pub mapping: Option<PathBuf>,
    /// The snapshot to write.
    pub into: PathBuf,
    /// Whether one refused row refuses all.
    pub strict: bool,
}

/// What has happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Data is open.
    Opened,
    /// Data could not be opened; what was open stays.
    OpenFailed(UserError),
    /// Files became a snapshot; its report is there to read.
    Imported(PathBuf),
    /// Files could not be imported; nothing was written.
    ImportFailed(UserError),
    /// A step was done.
    Edited(String),
    /// A step was taken back.
    Undid(String),
    /// A step was done again.
    Redid(String),
    /// A file was written.
    Saved(PathBuf),
    /// A file could not be written.
    SaveFailed(UserError),
    /// A rule set stands in the draft's place, by the name of its file.
    Loaded(String),
    /// A rule set could not be read; the draft is as it was.
    LoadFailed(UserError),
    /// The draft or the session could not be written.
    NotKept(UserError),
    /// The draft of an earlier session could not be read.
    DraftDamaged(UserError),
}
