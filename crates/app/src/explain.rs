//! Why a product stands where it stands: its score as a waterfall, its path in words, and its
//! slot with each rule switched off.

use endcap_engine::{CompiledRules, Cure};
use endcap_vocab::{Reason, Signal, Source};

use crate::slates::Movement;
use crate::{RankCommand, UserError, Workspace};

/// The path of one product through one request, as a person reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// Which product.
    pub head: ProductHead,
    /// From the first signal to the score.
    pub waterfall: Vec<Step>,
    /// Base times every boost and bury.
    pub score: f64,
    /// What happened to it, in order; the view numbers them.
    pub path: Vec<String>,
    /// Its slot with each rule that touches or moves it switched off, then with all of them.
    pub without: Vec<Without>,
    /// What it would take to get on the slate; empty where it is there.
    pub cures: Vec<Cure>,
    /// Every test it fails.
    pub fails: Vec<Reason>,
}

/// What a person reads of a product first.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductHead {
    /// Which product.
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
    /// Units available to the request.
    pub stock: i64,
    /// Its slot, where it has one.
    pub slot: Option<u32>,
    /// How it got there.
    pub source: Option<Source>,
}

/// One bar of the waterfall.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// `Relevance 0.71 × 1.00`, `Base`, `Boost 40% “Own-brand coffee”`, `Score`.
    pub label: String,
    /// Where the bar begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// What stands beside it: what it adds, or the sum so far.
    pub value: f64,
    /// What it is.
    pub kind: StepKind,
    /// The signal that a benefit or cost comes from.
    pub signal: Option<Signal>,
    /// The id of the rule that a boost or bury comes from.
    pub rule: Option<String>,
}

/// What a bar of the waterfall is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepKind {
    /// A weighted signal that adds.
    Benefit,
    /// A weighted signal that takes away.
    Cost,
    /// The sum of the signals, from 0.
    Base,
    /// A rule that lifts the score.
    Boost,
    /// A rule that lowers it.
    Bury,
    /// The score, from 0.
    Score,
}

/// The slot of a product with a rule switched off.
#[derive(Debug, Clone, PartialEq)]
pub struct Without {
    /// The id of the rule; none is every rule.
    pub rule: Option<String>,
    /// What people call the rule: `Own-brand coffee`, `All rules`.
    pub name: String,
    /// Its kind of effect, such as `boost`; none for every rule.
    pub kind: Option<&'static str>,
    /// Whether its condition or its pins name the product.
    pub touches: bool,
    /// The slot then; none is off the slate.
    pub slot: Option<u32>,
    /// From the slot now.
    pub movement: Movement,
}

/// Why one product stands above another.
#[derive(Debug, Clone, PartialEq)]
pub struct Above {
    /// The product that stands above, or is on the slate alone.
    pub above: ProductHead,
    /// The other.
    pub below: ProductHead,
    /// Why, the weightiest first.
    pub sentences: Vec<String>,
}

impl Workspace {
    /// Follows one product, on the slate or not, through a request.
    ///
    /// # Errors
    /// Those of [`Workspace::request`], and a sku that the catalogue lacks.
    pub fn explain(
        &self,
        rules: &CompiledRules,
        command: &RankCommand,
        sku: &str,
    ) -> Result<Explained, UserError> {
        let _ = self.why(rules, command, sku)?;
        Err(UserError::bad_input("explain is not there yet"))
    }

    /// Why one of two products stands above the other, whichever it is.
    ///
    /// # Errors
    /// Those of [`Workspace::request`], and a sku that the catalogue lacks.
    pub fn why_above(
        &self,
        rules: &CompiledRules,
        command: &RankCommand,
        [a, b]: [&str; 2],
    ) -> Result<Above, UserError> {
        let _ = (self.why(rules, command, a)?, self.why(rules, command, b)?);
        Err(UserError::bad_input("why_above is not there yet"))
    }
}
