//! Orders in, a relevance and popularity model out.
//!
//! It never decides what is shown: rules do. It reads no clock; the instant up to which
//! orders count is given. Read [`Trainer`] first, which takes orders, then [`OrderModel`],
//! which answers the engine.

#![deny(missing_docs)]

mod frequency;

pub use frequency::OrderModel;
