//! Models trained on snapshots, kept beside them, and held against later orders.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use endcap_engine::Retailer;
use endcap_learn::{Artifact, Drift, LearnError, Orders, Progress, Source, TrainingReport, Watch};
use endcap_store::{Snapshot, model_path, write_model};
use serde::Serialize;

use crate::UserError;
use crate::model;

/// A model that was trained and written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trained {
    /// Where it stands.
    pub path: PathBuf,
    /// How long its file is.
    pub bytes: usize,
    /// Seconds that the training took, with its trial.
    pub train_secs: f64,
    /// What is kept in it beside the model.
    pub report: TrainingReport,
}

/// What a model is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DriftTo {
    /// A model that was trained later.
    Model(PathBuf),
    /// The orders of a snapshot.
    Snapshot(PathBuf),
}

/// Trains on a snapshot's orders and writes the model beside the snapshot, or where `out` says.
/// `doing` is told what is being done.
///
/// # Errors
/// A snapshot that is missing or damaged, without orders, a file that cannot be written, and
/// [`ErrorCode::Cancelled`](crate::ErrorCode::Cancelled) after a `Break`. Nothing is written then.
pub fn train(
    path: &Path,
    out: Option<&Path>,
    seed: u64,
    doing: &(dyn Fn(&str) -> ControlFlow<()> + Sync),
) -> Result<Trained, UserError> {
    let snapshot = Snapshot::open(path)?;
    let retailer = Retailer::build(&snapshot.catalog()?)
        .map_err(|problems| UserError::refused(&path.display().to_string(), problems))?;
    let now_micros = snapshot.meta().taken_at.timestamp_micros();
    let orders = Orders::new(&snapshot.order_columns()?, now_micros);
    let source = Source {
        retailer: &retailer,
        orders: &orders,
        snapshot: &snapshot.content_hash()?,
        now_micros,
    };
    let report = |progress: Progress| doing(&sentence(progress));
    let started = Instant::now();
    let artifact = Artifact::train(source, seed, Watch::new(&report))?;
    let train_secs = started.elapsed().as_secs_f64();
    let bytes = artifact.to_bytes();
    let out = out.map_or_else(|| model_path(path), Path::to_owned);
    if doing("writing the model").is_break() {
        return Err(LearnError::Cancelled.into());
    }
    write_model(&out, &bytes)?;
    Ok(Trained {
        path: out,
        bytes: bytes.len(),
        train_secs,
        report: artifact.report().clone(),
    })
}

/// Holds a model against a later one, or against orders. `doing` is told what is being done.
///
/// # Errors
/// A file that is missing, damaged or of a newer program, and
/// [`ErrorCode::Cancelled`](crate::ErrorCode::Cancelled) after a `Break`.
pub fn drift(
    path: &Path,
    to: &DriftTo,
    doing: &(dyn Fn(&str) -> ControlFlow<()> + Sync),
) -> Result<Drift, UserError> {
    let goes_on = |what| match doing(what) {
        ControlFlow::Break(()) => Err(LearnError::Cancelled),
        ControlFlow::Continue(()) => Ok(()),
    };
    let artifact = model::read(path)?;
    match to {
        DriftTo::Model(later) => Ok(artifact.drift_to(&model::read(later)?)),
        DriftTo::Snapshot(path) => {
            goes_on("reading the orders")?;
            let snapshot = Snapshot::open(path)?;
            let now_micros = snapshot.meta().taken_at.timestamp_micros();
            let orders = Orders::new(&snapshot.order_columns()?, now_micros);
            goes_on("holding the model against the orders")?;
            let report = |progress: Progress| doing(&sentence(progress));
            let drift = artifact.drift_to_orders(&orders, now_micros, Watch::new(&report))?;
            Ok(drift)
        }
    }
}

/// How far a training is, as a person reads it.
pub(crate) fn sentence(progress: Progress) -> String {
    let Progress { doing, done, of } = progress;
    format!("{doing}, {done} of {of}")
}
