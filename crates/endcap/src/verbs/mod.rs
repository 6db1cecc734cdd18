//! What the program can do, a file a family of verbs.

pub(crate) mod bench;
pub(crate) mod beside;
pub(crate) mod case;
pub(crate) mod data;
pub(crate) mod documents;
pub(crate) mod evaluate;
pub(crate) mod lint;
pub(crate) mod open;
pub(crate) mod rank;
pub(crate) mod train;
mod why;
