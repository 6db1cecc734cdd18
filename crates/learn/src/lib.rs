//! Orders in, a relevance and popularity model out.
//!
//! It never decides what is shown: rules do. It reads no clock; the instant up to which
//! orders count is given. Read [`OrderModel`] first, which is trained on orders and answers
//! the engine, then [`VectorModel`], which answers from vectors.

#![deny(missing_docs)]

mod frequency;
mod logistic;
mod tiles;
mod vectors;

pub use frequency::OrderModel;
pub use logistic::Logistic;
pub use vectors::{DIMENSIONS, ItemVector, PlainVectors, Quantised, ShopperVector, VectorModel};
