//! The console: views over the application's read models.
//!
//! It draws and asks; it computes nothing, waits for nothing, and knows no SQL and no HTTP.
//! Read [`Window`] first, which is the whole of it, then [`Desk`], which every view works
//! with.

#![deny(missing_docs)]

mod action;
mod desk;
mod format;
mod product_head;
mod rank;
mod rows;
mod sheet;
mod shell;
mod shoppers;
mod shots;
mod side;
mod window;

pub use action::Action;
pub use desk::{Clock, Desk, sentence};
pub use format::Format;
pub use shell::Spot;
pub use shots::{Shot, Shots};
pub use window::{Window, open_window};
