//! Orders in, a relevance and popularity model out.
//!
//! It never decides what is shown: rules do. It reads no clock; the instant up to which
//! orders count is given. Read [`Orders`] first, which is what everything is trained on, and
//! [`Blend`], which weighs all models together, then [`Artifact`], which is what is kept and served.
//! [`OrderModel`] and [`VectorModel`] answer the engine.

#![deny(missing_docs)]

mod artifact;
mod associations;
mod blend;
mod distribution;
mod draws;
mod error;
pub mod evaluate;
mod frequency;
mod held_out;
mod history;
mod kept;
mod kin;
mod logistic;
mod orders;
pub mod parts;
mod persona;
mod progress;
mod rows;
mod sparse;
mod tiles;
mod top;
mod vectors;

pub use artifact::{
    Artifact, Drift, Latest, Layout, MAGIC as MODEL_MAGIC, Shift, Source, TrainedOn,
    TrainingReport, Trial, Verdict,
};
pub use associations::{Associated, Associations, Company};
pub use blend::{Blend, Prediction, Training};
pub use distribution::Distribution;
pub use error::LearnError;
pub use frequency::OrderModel;
pub use held_out::{Case, HeldOut, Split};
pub use history::{HALF_LIVES_DAYS, History, Past};
pub use logistic::Logistic;
pub use orders::{DAY_MICROS, Orders};
pub use persona::{Likes, PriceBand, Simulated, WithPersona};
pub use progress::{Progress, Watch};
pub use sparse::Scores;
pub use top::{ItemVectors, Scored};
pub use vectors::{
    DIMENSIONS, ItemVector, Own, PlainVectors, Quantised, ShopperVector, VectorModel,
};
