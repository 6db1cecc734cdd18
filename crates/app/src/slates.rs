//! Slates side by side: one request under several rule sets, or several requests.

use endcap_engine::CompiledRules;
use endcap_vocab::{Metrics, Source};

use crate::{RankCommand, UserError, Workspace};

/// One slate that is asked for.
#[derive(Debug, Clone)]
pub struct Column<'r> {
    /// Its heading, such as `Draft`.
    pub title: String,
    /// What stands beside the heading, such as `3 changes to live`.
    pub subtitle: String,
    /// What is asked.
    pub command: RankCommand,
    /// Under which rules.
    pub rules: &'r CompiledRules,
}

/// Slates side by side.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    /// As they were asked for.
    pub columns: Vec<SlateColumn>,
    /// The column that movement is counted against.
    pub baseline: usize,
    /// How much each other column agrees with the baseline; none for a column with an error.
    pub pairs: Vec<Agreement>,
}

/// One slate of several.
#[derive(Debug, Clone, PartialEq)]
pub struct SlateColumn {
    /// Its heading.
    pub title: String,
    /// What stands beside the heading.
    pub subtitle: String,
    /// One a slot.
    pub rows: Vec<SlateRow>,
    /// The figures of the slate; none where it is empty.
    pub metrics: Option<Metrics>,
    /// What is odd about the request or its slate, in sentences.
    pub notes: Vec<String>,
    /// The request's instant on the store's wall clock, with its zone.
    pub local_time: String,
    /// Why there is no slate.
    pub error: Option<UserError>,
}

/// One product of a slate.
#[derive(Debug, Clone, PartialEq)]
pub struct SlateRow {
    /// From 1.
    pub slot: u32,
    /// What stands there.
    pub sku: String,
    /// What a shopper reads.
    pub title: String,
    /// The name on it.
    pub brand: Option<String>,
    /// Category path.
    pub category: String,
    /// The retailer's own brand.
    pub private_label: bool,
    /// Effective price.
    pub price: f64,
    /// Regular price.
    pub list_price: f64,
    /// (price − unit cost) / price.
    pub margin: f64,
    /// Units available.
    pub stock: i64,
    /// `base` times every factor.
    pub score: f64,
    /// How it got there.
    pub source: Source,
    /// The id of the rule that placed it.
    pub rule: Option<String>,
    /// Against the baseline's slate.
    pub movement: Movement,
}

/// Where a product stands against another slate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Movement {
    /// There is no other slate, or this is it.
    None,
    /// In the same slot.
    Same,
    /// So many slots further up.
    Up(u32),
    /// So many slots further down.
    Down(u32),
    /// On this slate alone.
    New,
    /// On the other slate alone.
    Gone,
}

impl Movement {
    /// From a slot of the other slate to a slot of this one.
    #[must_use]
    pub fn between(other: Option<u32>, this: Option<u32>) -> Self {
        match (other, this) {
            (None, None) => Self::None,
            (None, Some(_)) => Self::New,
            (Some(_), None) => Self::Gone,
            (Some(other), Some(this)) if this < other => Self::Up(other - this),
            (Some(other), Some(this)) if this > other => Self::Down(this - other),
            (Some(_), Some(_)) => Self::Same,
        }
    }
}

/// How much a slate agrees with the baseline's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Which column.
    pub column: usize,
    /// Products on both slates.
    pub shared: usize,
    /// Shared products as a share of all products on either, 0..1.
    pub jaccard: f64,
    /// Rank-biased overlap, extrapolated, 0..1; upper slots count more.
    pub rbo: f64,
}

/// Where one product stands on two slates; none where it is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which product.
    pub sku: String,
    /// Its slot on the left slate.
    pub left: Option<u32>,
    /// Its slot on the right slate.
    pub right: Option<u32>,
}

impl Comparison {
    /// Every product of two columns, by its slot on the left, then by its slot on the right:
    /// what lines of movement are drawn from.
    #[must_use]
    pub fn lines(&self, left: usize, right: usize) -> Vec<Line> {
        let _ = (left, right);
        Vec::new()
    }
}

impl Workspace {
    /// Slates side by side, movement counted against column `baseline`; a column that cannot
    /// be ranked holds its error, and the others stand.
    #[must_use]
    pub fn compare(&self, columns: &[Column<'_>], baseline: usize) -> Comparison {
        let _ = columns;
        Comparison {
            baseline,
            ..Comparison::default()
        }
    }
}
