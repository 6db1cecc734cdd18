//! Orders in, a relevance and popularity model out.
//!
//! It never decides what is shown: rules do. It reads no clock; the instant up to which
//! orders count is given. Read [`OrderModel`] first, which is trained on orders and answers
//! the engine.

#![deny(missing_docs)]

mod frequency;

pub use frequency::OrderModel;
