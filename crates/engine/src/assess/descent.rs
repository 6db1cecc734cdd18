//! The products of a shelf by the most that each may score whoever asks, the highest first. Who
//! looks for the best goes down until nothing below can be better; rules and figures of products
//! tell so much of a score that this is seldom far.

mod ceilings;
mod pool;

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::shelf::{Shelf, holds};
use crate::desk::Variant;
use crate::model::Model;
use ceilings::Ceilings;
pub use pool::Kept;
pub(crate) use pool::Pool;

/// About how many products the first part of a descent has: one in so many, and so many at least. Of
/// a slate with rules, of one without, and of purchases.
const RULED: (usize, usize) = (16, 6 * 1024);
const ORGANIC: (usize, usize) = (200, 256);
const PURCHASES: (usize, usize) = (50, 512);

/// Of those that match a rule, fewer among the best of all are not worth having.
const MATCHING: usize = 128;

/// Products are put in order by so many buckets of what they may score.
const BUCKETS: u32 = 2048;

/// Products of which the best are wanted, and what they are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// Those that may be shown with rules, by score.
    Ruled,
    /// Those that may be shown without, by the score before any rule.
    Organic,
    /// The same, by the probability of purchase.
    Purchase,
    /// Those that may be shown with rules and match a rule of [`Context::placing`], by score.
    ///
    /// [`Context::placing`]: crate::context::Context::placing
    Matching(usize),
}

impl View {
    /// Those that may be shown in a variant.
    pub(crate) fn of(variant: Variant) -> Self {
        if variant.has_rules() {
            Self::Ruled
        } else {
            Self::Organic
        }
    }

    fn place(self) -> usize {
        match self {
            Self::Ruled => 0,
            Self::Organic => 1,
            Self::Purchase => 2,
            Self::Matching(rule) => 3 + rule,
        }
    }

    fn function(self) -> Function {
        match self {
            Self::Ruled | Self::Matching(_) => Function::Score,
            Self::Organic => Function::ScoreBeforeRules,
            Self::Purchase => Function::Purchase,
        }
    }

    /// Whether it has a product of a shelf.
    pub(super) fn has(self, shelf: &Shelf<'_>, row: usize) -> bool {
        let part = &shelf.parts[shelf.part_of(row)];
        let place = part.place(row);
        match self {
            Self::Ruled => part.shows(shelf.widest).get(place),
            Self::Organic | Self::Purchase => part.shows(Variant::Organic).get(place),
            Self::Matching(rule) => {
                part.shows(shelf.widest).get(place) && holds(&part.matches[rule], place)
            }
        }
    }
}

/// What products are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Score,
    ScoreBeforeRules,
    Purchase,
}

/// One product on the way down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// The most that it and those below may score.
    pub(super) most: f32,
    pub(super) row: u32,
}

/// The descents of a shelf, each worked out when somebody asks for it.
pub(super) struct Descents {
    pool: Arc<Pool>,
    by_view: Box<[OnceLock<Arc<Descent>>]>,
}

impl Descents {
    /// For a request with so many rules that place products.
    pub(super) fn new(pool: Arc<Pool>, rules: usize) -> Self {
        let views = (0..View::Matching(rules).place()).map(|_| OnceLock::new());
        Self {
            pool,
            by_view: views.collect(),
        }
    }

    pub(super) fn get(&self, view: View, from: (&Shelf<'_>, &dyn Model, bool)) -> &Descent {
        self.by_view[view.place()].get_or_init(|| self.pool.get(view, from))
    }
}

/// Products, each with the most it may score. No product has one below it that may score more than
/// its own entry says.
pub(super) struct Descent {
    top: Vec<Step>,
    /// For each column that caps count: where in it each kind is.
    by_kind: Vec<ByKind>,
    /// What is below that: nothing there may score more than `least`.
    rest: OnceLock<Vec<Step>>,
    least: f32,
    /// Of all products, where others may be looked for among them.
    ceilings: Option<Arc<Ceilings>>,
}

impl Descent {
    fn new(view: View, from: (&Shelf<'_>, &dyn Model, bool)) -> Self {
        let (shelf, model, is_known) = from;
        if let View::Matching(rule) = view {
            let all = shelf.descent(View::Ruled, (model, is_known));
            let ceilings = all.ceilings(from);
            let top = all
                .matching(shelf, rule)
                .unwrap_or_else(|| first_of(ceilings.matching(shelf, rule)));
            return Self::of(shelf, top, Some(ceilings));
        }
        let (one_in, at_least) = match view.function() {
            Function::Score => RULED,
            Function::ScoreBeforeRules => ORGANIC,
            Function::Purchase => PURCHASES,
        };
        let ceilings = Ceilings::new(view.function(), from);
        let least = ceilings.least_of(at_least.max(ceilings.len() / one_in));
        let top = in_order(ceilings.rows(shelf, (least, true)));
        let is_score = view.function() == Function::Score;
        Self::of(shelf, (top, least), is_score.then(|| Arc::new(ceilings)))
    }

    fn of(
        shelf: &Shelf<'_>,
        (top, least): (Vec<Step>, f32),
        ceilings: Option<Arc<Ceilings>>,
    ) -> Self {
        let counted = shelf.counted.iter();
        let by_kind = counted.map(|(_, codes, kinds)| ByKind::new(&top, codes, *kinds));
        Self {
            by_kind: by_kind.collect(),
            top,
            rest: OnceLock::new(),
            least,
            ceilings,
        }
    }

    /// The first of those that match a rule of [`Context::placing`], and what nothing below may score
    /// more than; none where there are too few among the first of all.
    ///
    /// [`Context::placing`]: crate::context::Context::placing
    fn matching(&self, shelf: &Shelf<'_>, rule: usize) -> Option<(Vec<Step>, f32)> {
        let mut first = Vec::with_capacity(MATCHING);
        for step in &self.top {
            let row = step.row as usize;
            let part = &shelf.parts[shelf.part_of(row)];
            if holds(&part.matches[rule], part.place(row)) {
                if first.len() == MATCHING {
                    return Some((first, step.most));
                }
                first.push(*step);
            }
        }
        (self.least == f32::NEG_INFINITY).then_some((first, self.least))
    }

    /// The ceilings of all products by score.
    fn ceilings(&self, from: (&Shelf<'_>, &dyn Model, bool)) -> Arc<Ceilings> {
        let make = || Arc::new(Ceilings::new(Function::Score, from));
        self.ceilings.clone().unwrap_or_else(make)
    }

    /// The product at a place, the first being at 0.
    #[inline]
    pub(super) fn get(
        &self,
        at: usize,
        view: View,
        from: (&Shelf<'_>, &dyn Model, bool),
    ) -> Option<Step> {
        match self.top.get(at) {
            Some(step) => Some(*step),
            None if self.least == f32::NEG_INFINITY => None,
            None => self.rest(view, from).get(at - self.top.len()).copied(),
        }
    }

    /// The most that the product at a place and those below may score, which tells whether it is
    /// worth looking which they are.
    #[inline]
    pub(super) fn most(
        &self,
        at: usize,
        view: View,
        from: (&Shelf<'_>, &dyn Model, bool),
    ) -> Option<f32> {
        let is_below = at == self.top.len() && self.least > f32::NEG_INFINITY;
        if is_below && self.rest.get().is_none() {
            return Some(self.least);
        }
        self.get(at, view, from).map(|step| step.most)
    }

    #[cold]
    fn rest(&self, view: View, from: (&Shelf<'_>, &dyn Model, bool)) -> &[Step] {
        let shelf = from.0;
        self.rest.get_or_init(|| match view {
            View::Matching(rule) => {
                let mut top: Vec<u32> = self.top.iter().map(|step| step.row).collect();
                top.sort_unstable();
                let mut matching = self.ceilings(from).matching(shelf, rule);
                matching.retain(|step| top.binary_search(&step.row).is_err());
                in_order(matching)
            }
            View::Ruled => in_order(self.ceilings(from).rows(shelf, (self.least, false))),
            View::Organic | View::Purchase => {
                let ceilings = Ceilings::new(view.function(), from);
                in_order(ceilings.rows(shelf, (self.least, false)))
            }
        })
    }

    /// How many products stand in order from the start.
    pub(super) fn top(&self) -> usize {
        self.top.len()
    }

    /// The places, of some of those, of the products with a code in a column that caps count.
    pub(super) fn of_kind(&self, column: usize, code: u32, run: Range<usize>) -> &[u32] {
        let places = self.by_kind[column].places(code as usize);
        let place = |end: usize| places.partition_point(|place| (*place as usize) < end);
        &places[place(run.start)..place(run.end)]
    }
}

/// Where in a list each kind of product is.
struct ByKind {
    /// Where the places of each kind begin; one more than there are kinds.
    starts: Vec<u32>,
    places: Vec<u32>,
}

impl ByKind {
    fn new(list: &[Step], codes: &[u32], kinds: usize) -> Self {
        let mut starts = vec![0; kinds + 2];
        for step in list {
            // What is of no kind is counted beyond the last.
            let code = (codes[step.row as usize] as usize).min(kinds);
            starts[code + 1] += 1;
        }
        for kind in 1..starts.len() {
            starts[kind] += starts[kind - 1];
        }
        let mut next = starts.clone();
        let mut places = vec![0; list.len()];
        for (place, step) in list.iter().enumerate() {
            let next = &mut next[(codes[step.row as usize] as usize).min(kinds)];
            places[*next as usize] = place as u32;
            *next += 1;
        }
        Self { starts, places }
    }

    fn places(&self, kind: usize) -> &[u32] {
        &self.places[self.starts[kind] as usize..self.starts[kind + 1] as usize]
    }
}

/// The first of some products that match a rule, in order, and the most that the others may score.
fn first_of(mut steps: Vec<Step>) -> (Vec<Step>, f32) {
    if steps.len() <= 2 * MATCHING {
        return (in_order(steps), f32::NEG_INFINITY);
    }
    let by_most = |a: &Step, b: &Step| b.most.total_cmp(&a.most);
    let least = steps.select_nth_unstable_by(MATCHING, by_most).1.most;
    steps.truncate(MATCHING);
    (in_order(steps), least)
}

/// Puts products in order, the highest first: by steps of their logarithm, and within a step as they
/// come, each with what the highest below it has.
fn in_order(steps: Vec<Step>) -> Vec<Step> {
    // The bits of numbers from 0 on are in the order of the numbers, nearly in that of logarithms.
    let bits = |step: &Step| step.most.max(0.0).to_bits();
    let (lowest, highest) = steps
        .iter()
        .map(bits)
        .fold((u32::MAX, 0), |(low, high), bits| {
            (low.min(bits), high.max(bits))
        });
    if lowest >= highest {
        return steps;
    }
    let width = (highest - lowest) / BUCKETS + 1;
    let bucket = |step: &Step| ((highest - bits(step)) / width) as usize;
    let mut ends = [0_u32; BUCKETS as usize + 1];
    for step in &steps {
        ends[bucket(step) + 1] += 1;
    }
    for at in 1..ends.len() {
        ends[at] += ends[at - 1];
    }
    let mut ordered = steps.clone();
    for step in steps {
        let place = &mut ends[bucket(&step)];
        ordered[*place as usize] = step;
        *place += 1;
    }
    let mut most = f32::NEG_INFINITY;
    for step in ordered.iter_mut().rev() {
        most = most.max(step.most);
        step.most = most;
    }
    ordered
}
