//! Snapshots: one SQLite file is a retailer at one instant, and the model that is trained on it
//! stands beside it.
//!
//! A snapshot is written once, whole, and read by many processes at once; nothing here
//! ranks, and no text of a snapshot is ever run as a program. Read [`SnapshotWriter`] first,
//! which leaves a finished file or none, then [`Snapshot`].

#![deny(missing_docs)]

mod error;
mod fold;
mod hash;
mod layout;
mod model;
mod partial;
mod provenance;
mod rows;
mod snapshot;
pub mod tables;
mod writer;

pub use error::StoreError;
pub use model::{model_path, read_model, write_model};
pub use provenance::{ColumnProvenance, Provenance};
pub use snapshot::{Meta, Snapshot};
pub use writer::SnapshotWriter;
