//! How well the models tell what shoppers buy next, on orders held out in time.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use endcap_learn::evaluate::{Evaluation, ModelFigures, Protocol, Reference};
use endcap_learn::parts::Part;
use endcap_learn::{
    Blend, DAY_MICROS, HeldOut, Layout, LearnError, Orders, Progress, Split, Training, Watch,
};
use endcap_store::Snapshot;
use serde::Serialize;

use crate::training::sentence;
use crate::workspace::DEMO_SEED;
use crate::{At, DemoSize, UserError};

/// Days of the latest orders that are held out where nothing else is said.
const HELD_OUT_DAYS: i64 = 28;

/// Orders to evaluate on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvaluateOn {
    /// The demo retailer's.
    Demo,
    /// Those of a snapshot.
    Snapshot(PathBuf),
    /// Those of a protocol, by name, and the folder its data is in.
    Protocol(String, PathBuf),
}

/// What is held out of a snapshot's orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldOut {
    /// The last 28 days.
    LastWeeks,
    /// From an instant on; a wall clock is that of UTC.
    Since(At),
    /// The last order of every shopper.
    LastOrder,
}

/// What was evaluated, and how the models did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluated {
    /// Shoppers with orders.
    pub shoppers: usize,
    /// Products that count.
    pub products: usize,
    /// Orders to learn from.
    pub known_orders: usize,
    /// Lines of these, each product once an order.
    pub known_lines: usize,
    /// Shoppers whose later orders were to be told.
    pub cases: usize,
    /// Seconds that all models took to train, and to be weighed.
    pub train_secs: f64,
    /// What plain models reach on the protocol, where it is one.
    pub references: Vec<Reference>,
    /// The models, simplest first and the blend of all last.
    pub models: Vec<ModelFigures>,
}

/// Holds orders out, trains on the others, and tells the ones held out. `doing` is told what is
/// being done.
///
/// # Errors
/// A file that is missing or damaged, a protocol that there is not, too few orders, and
/// [`ErrorCode::Cancelled`](crate::ErrorCode::Cancelled) after a `Break`.
pub fn evaluate(
    on: &EvaluateOn,
    hold_out: HoldOut,
    seed: u64,
    doing: &(dyn Fn(&str) -> ControlFlow<()> + Sync),
) -> Result<Evaluated, UserError> {
    let data = read(on)?;
    let split = match (data.split, hold_out) {
        (Some(split), HoldOut::LastWeeks) => split,
        (None, HoldOut::LastWeeks) => Split::At(
            data.orders
                .last_at()
                .saturating_sub(HELD_OUT_DAYS * DAY_MICROS),
        ),
        (_, HoldOut::Since(at)) => Split::At(at.instant(chrono_tz::UTC)?.timestamp_micros()),
        (_, HoldOut::LastOrder) => Split::LastOrder,
    };
    let held = HeldOut::new(&data.orders, split);
    let segments = held.known.shoppers().iter();
    let segments = segments.map(|id| data.segments.get(&**id).cloned().unwrap_or_default());
    let evaluation = Evaluation::new(&held, seed)?.with_segments(segments.collect());
    let report = |progress: Progress| doing(&sentence(progress));
    let watch = Watch::new(&report);
    let started = Instant::now();
    // Weights are fitted on what is closest to the task: another last order, or a window.
    let window = (split == Split::LastOrder).then_some(Split::LastOrder);
    let training = Training { window, seed };
    let blend = Blend::train(&held.known, held.now_micros, training, watch)?;
    let train_secs = started.elapsed().as_secs_f64();
    let parts = blend.parts().all();
    let rows = parts.iter().map(|part| evaluation.of(*part, false, watch));
    let served = Layout::of_orders(&blend, &held.known);
    let blended = [&served as &dyn Part, &blend];
    let rows = rows.chain(blended.iter().map(|part| evaluation.of(*part, true, watch)));
    let models: Result<Vec<ModelFigures>, LearnError> = rows.collect();
    Ok(Evaluated {
        shoppers: data.orders.shoppers().len(),
        products: data.orders.products().len(),
        known_orders: held.known.len(),
        known_lines: held.known.line_count(),
        cases: evaluation.cases(),
        train_secs,
        references: data.references,
        models: models?,
    })
}

/// What there is to evaluate on.
struct Data {
    orders: Orders,
    split: Option<Split>,
    /// Of each shopper.
    segments: BTreeMap<String, Vec<String>>,
    references: Vec<Reference>,
}

fn read(on: &EvaluateOn) -> Result<Data, UserError> {
    match on {
        EvaluateOn::Demo => {
            let demo = endcap_demo::generate(DemoSize::default(), DEMO_SEED);
            let until = demo.taken_at.timestamp_micros();
            Ok(Data {
                orders: Orders::new(&demo.order_lines.iter().collect(), until),
                split: None,
                segments: demo
                    .shoppers
                    .into_iter()
                    .map(|s| (s.id, s.segments))
                    .collect(),
                references: Vec::new(),
            })
        }
        EvaluateOn::Snapshot(path) => {
            let snapshot = Snapshot::open(path)?;
            let mut segments = BTreeMap::new();
            snapshot.shoppers(|shopper| {
                segments.insert(shopper.id, shopper.segments);
            })?;
            let until = snapshot.meta().taken_at.timestamp_micros();
            Ok(Data {
                orders: Orders::new(&snapshot.order_columns()?, until),
                split: None,
                segments,
                references: Vec::new(),
            })
        }
        EvaluateOn::Protocol(name, folder) => protocol(name, folder),
    }
}

fn protocol(name: &str, folder: &Path) -> Result<Data, UserError> {
    let protocol = Protocol::named(name).ok_or_else(|| {
        UserError::bad_input(format!("there is no protocol {name}")).hint("there are p2 and p4")
    })?;
    let loaded = protocol.load(folder)?;
    Ok(Data {
        orders: loaded.orders,
        split: Some(loaded.split),
        segments: BTreeMap::new(),
        references: protocol.references(),
    })
}

impl From<LearnError> for UserError {
    fn from(error: LearnError) -> Self {
        let summary = error.to_string();
        match error {
            LearnError::Cancelled => Self::cancelled(summary),
            LearnError::TooLittle(_) => Self::bad_input(summary),
            LearnError::File { .. }
            | LearnError::NotAModel
            | LearnError::NewerModel { .. }
            | LearnError::OlderModel
            | LearnError::DamagedModel(_) => Self::unreadable(summary),
        }
    }
}
