//! The console.
#![deny(missing_docs)]
