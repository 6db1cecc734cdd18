//! Data in and out: folders of CSV files become a snapshot by a mapping, which is plain SQL,
//! and a snapshot becomes a folder of CSV files. [`Pictures`] are the pack shots that products name.
//!
//! It never mends a row: a row that breaks a rule is refused with its file, line and reason,
//! and counted. Read [`import`] first, then [`QualityReport`].
//!
//! # Mappings
//!
//! Every file `NAME.csv` or `NAME.csv.gz` is the table `source.NAME`: its columns by their
//! header, all text, and `_file` and `_line`, where a row stands. A mapping is a list of SQL
//! statements that fill the tables of a snapshot, `INSERT INTO products (...) SELECT ...`; a row
//! that passes on `_file` and `_line` can be found again when it is refused. Lists and
//! attributes are JSON. `INSERT INTO meta VALUES ('currency', ...), ('taken_at', ...)` is a
//! must. A mapping may make temporary tables and views of its own, and nothing else: no other
//! file, no pragma, no change of a source. What changes from run to run is refused, but for
//! `date('now')` and its kin, which the fence cannot see: a mapping leaves them alone.
//!
//! Beside SQLite's own functions it has `uniform(seed, key)`, in 0..1 and the same on every
//! machine, for columns that are made up; the aggregate `median(x)`; `slug(text)`, a category
//! segment or null; `instant(local, zone)`, RFC 3339; `optional(text)`, which undoes what
//! [`export`] does to a text that may be absent.

#![deny(missing_docs)]

mod error;
mod export;
mod fence;
mod functions;
mod import;
mod mapping;
mod pictures;
mod report;
mod source;
mod sql;
mod staged;
mod transfer;

pub use error::ConnectError;
pub use export::{ExportReport, ExportedFile, export};
pub use import::{ImportOptions, Progress, Stage, import};
pub use pictures::{Picture, PictureError, PictureOptions, Pictures};
pub use report::{
    FieldFill, FileQuality, MissingFields, Orphans, QualityReport, Refusal, TableQuality,
};

/// The mapping of what [`export`] writes.
pub const CANONICAL_MAPPING: &str = include_str!("canonical.sql");
