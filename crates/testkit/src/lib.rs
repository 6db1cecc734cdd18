//! What tests share: fixtures, a fixed instant, builders of small documents, and generated
//! retailers with the rules and the request that rank them.
//!
//! It never draws and never ranks, and no program depends on it. Read [`build::product`]
//! first, for a document of a few lines, then [`generate::case`], for any document at all.

#![deny(missing_docs)]

pub mod build;
mod fixtures;
pub mod generate;
pub mod large;
mod vectors;

pub use fixtures::{fixtures_dir, instant, part, repository, shared};
pub use vectors::levels;
