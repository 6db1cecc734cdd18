//! The products of a shelf by the most that each may score whoever asks, the highest first. Who
//! looks for the best goes down until nothing below can be better; rules and figures of products
//! tell so much of a score that this is seldom far.

mod ceilings;
mod pool;

use std::sync::{Arc, OnceLock};

use endcap_rules::{ABSENT, Bits, Codes};
use endcap_vocab::CapField;
use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, mask32x16, u32x16};

use super::shelf::{Shelf, holds};
use crate::desk::Variant;
use crate::model::Model;
pub(super) use ceilings::Ceilings;
pub use pool::Kept;
pub(crate) use pool::Pool;

/// About how many products the first stage of a descent has: one in so many, and so many at least. Of
/// a slate with rules, of one without, and of purchases.
const RULED: (usize, usize) = (16, 6 * 1024);
const ORGANIC: (usize, usize) = (200, 256);
const PURCHASES: (usize, usize) = (50, 512);

/// Each stage reaches so many times as many products as the one before; the last has what is left.
const GROWTH: usize = 4;
const STAGES: usize = 5;

/// How many of those that match a rule a stage has that looks below the best of all.
const LEFT_MATCHING: usize = 512;

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
pub(super) enum Function {
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

    pub(super) fn ceilings(
        &self,
        function: Function,
        from: (&Shelf<'_>, &dyn Model, bool),
    ) -> Arc<Ceilings> {
        self.pool.ceilings(function, from)
    }
}

/// Products, each with the most it may score, in stages: what stands in a later one is put in order
/// when somebody gets there.
#[derive(Default)]
pub(super) struct Descent {
    stages: [OnceLock<Stage>; STAGES],
}

/// A part of a descent.
pub(super) struct Stage {
    list: Arc<List>,
    /// Which places of the list are meant; all where there is none.
    only: Option<Only>,
    /// Nothing below the stage may score more.
    least: f32,
}

/// The products that match a rule.
struct Only {
    /// For each part of a shelf: where its rows end, the first row of its bits, and these.
    held: Vec<(usize, usize, Option<Arc<Bits>>)>,
    /// Which places of a list they have, by word, once somebody has asked.
    places: Box<[OnceLock<u64>]>,
}

/// Products, of which none has one below it that may score more than its own entry says.
struct List {
    steps: Vec<Step>,
    /// For each of [`Shelf::counted`]: the code of each product, by 64 places, once somebody has asked.
    codes: Vec<Box<[Gathered]>>,
}

/// The codes of 64 products.
type Gathered = OnceLock<Box<[u32; 64]>>;

/// A column of what caps count, and the code of each row.
pub(super) type Counted<'a> = (&'a CapField, &'a Codes);

impl Descent {
    /// A stage, of which the first is 0; none where nothing is left for it.
    #[inline]
    pub(super) fn stage(
        &self,
        at: usize,
        view: View,
        from: (&Shelf<'_>, &dyn Model, bool),
    ) -> Option<&Stage> {
        match self.stages.get(at)?.get() {
            Some(stage) => Some(stage),
            None => self.next_stage(at, view, from),
        }
    }

    /// A stage that nobody has asked for yet.
    #[cold]
    fn next_stage(
        &self,
        at: usize,
        view: View,
        from: (&Shelf<'_>, &dyn Model, bool),
    ) -> Option<&Stage> {
        let shelf = from.0;
        let above = match at.checked_sub(1) {
            None => None,
            Some(before) => Some(self.stage(before, view, from)?.least),
        };
        if above == Some(f32::NEG_INFINITY) {
            return None;
        }
        let make = || {
            if let View::Matching(rule) = view {
                return self.matching(at, rule, (from, above));
            }
            let ceilings = shelf.ceilings(view.function(), (from.1, from.2));
            let (one_in, at_least) = match view.function() {
                Function::Score => RULED,
                Function::ScoreBeforeRules => ORGANIC,
                Function::Purchase => PURCHASES,
            };
            let least = if at + 1 == STAGES {
                f32::NEG_INFINITY
            } else {
                let first = at_least.max(ceilings.len() / one_in);
                ceilings.least_of(first * GROWTH.pow(at as u32))
            };
            Stage::new(shelf, (ceilings.rows(shelf, (least, above)), least))
        };
        Some(self.stages[at].get_or_init(make))
    }

    /// A stage of those that match a rule of [`Context::placing`]: first those among the best of all, then
    /// what is below these.
    ///
    /// [`Context::placing`]: crate::context::Context::placing
    fn matching(
        &self,
        at: usize,
        rule: usize,
        (from, above): ((&Shelf<'_>, &dyn Model, bool), Option<f32>),
    ) -> Stage {
        let (shelf, model, is_known) = from;
        let Some(above) = above else {
            let all = shelf.descent(View::Ruled, (model, is_known));
            return match all.stage(0, View::Ruled, from) {
                Some(all) => all.matching(shelf, rule),
                None => Stage::new(shelf, (Vec::new(), f32::NEG_INFINITY)),
            };
        };
        let ceilings = shelf.ceilings(Function::Score, (model, is_known));
        let left = ceilings.matching(shelf, rule, above);
        Stage::new(shelf, some_of(left, at + 1 == STAGES))
    }
}

/// The best of some products for a stage that is not the last, or all where they are few, and what
/// nothing below may score more than.
fn some_of(mut left: Vec<Step>, is_last: bool) -> (Vec<Step>, f32) {
    if is_last || left.len() < 2 * LEFT_MATCHING {
        return (left, f32::NEG_INFINITY);
    }
    let by_most = |a: &Step, b: &Step| b.most.total_cmp(&a.most);
    let least = left.select_nth_unstable_by(LEFT_MATCHING, by_most).1.most;
    left.retain(|step| step.most >= least);
    (left, least)
}

impl Stage {
    /// Of products in no order, and what nothing below may score more than.
    fn new(shelf: &Shelf<'_>, (steps, least): (Vec<Step>, f32)) -> Self {
        Self {
            list: Arc::new(List::new(shelf, in_order(steps))),
            only: None,
            least,
        }
    }

    /// The same, but for the products that do not match a rule of [`Context::placing`].
    ///
    /// [`Context::placing`]: crate::context::Context::placing
    fn matching(&self, shelf: &Shelf<'_>, rule: usize) -> Self {
        let held = shelf.parts.iter();
        let held = held.map(|part| (part.rows.end, part.row(0), part.matches[rule].clone()));
        let words = self.steps().len().div_ceil(64);
        Self {
            list: Arc::clone(&self.list),
            only: Some(Only {
                held: held.collect(),
                places: (0..words).map(|_| OnceLock::new()).collect(),
            }),
            least: self.least,
        }
    }

    /// The products of its list, meant or not.
    pub(super) fn steps(&self) -> &[Step] {
        &self.list.steps
    }

    /// Whether nothing is below it.
    fn is_last(&self) -> bool {
        self.least == f32::NEG_INFINITY
    }

    /// The most that products below the stage may score, where there are any.
    pub(super) fn least(&self) -> Option<f32> {
        Some(self.least).filter(|_| !self.is_last())
    }

    /// The first word of places from one on that has any which are meant and of no closed kind, and which
    /// these are. A kind is one of [`Shelf::counted`] and a code; they come by column.
    pub(super) fn open(
        &self,
        first: usize,
        closed: &[(usize, u32)],
        counted: &[Counted<'_>],
    ) -> Option<(usize, u64)> {
        dispatch!(Level::new(), simd => self.open_by(simd, first, closed, counted))
    }

    #[inline(always)]
    fn open_by<S: Simd>(
        &self,
        simd: S,
        first: usize,
        closed: &[(usize, u32)],
        counted: &[Counted<'_>],
    ) -> Option<(usize, u64)> {
        let steps = self.steps();
        for word in first..steps.len().div_ceil(64) {
            let places = (steps.len() - 64 * word).min(64);
            let only = self.only.as_ref();
            let only = only.map_or(u64::MAX, |only| only.word(steps, word));
            let mut open = only & u64::MAX >> (64 - places);
            if open == 0 {
                continue;
            }
            for kinds in closed.chunk_by(|a, b| a.0 == b.0) {
                let column = kinds[0].0;
                let codes = self.list.codes(column, word, counted[column].1);
                open &= !any_of(simd, codes, kinds.iter().map(|(_, code)| *code));
            }
            if open != 0 {
                return Some((word, open));
            }
        }
        None
    }
}

impl Only {
    /// Which of 64 places match.
    fn word(&self, steps: &[Step], word: usize) -> u64 {
        *self.places[word].get_or_init(|| {
            let steps = steps[64 * word..].iter().take(64).enumerate();
            steps.fold(0, |only, (at, step)| {
                only | u64::from(self.has(step.row)) << at
            })
        })
    }

    fn has(&self, row: u32) -> bool {
        let row = row as usize;
        let part = self.held.partition_point(|(end, ..)| *end <= row);
        let (_, first, held) = &self.held[part];
        holds(held, row - first)
    }
}

impl List {
    fn new(shelf: &Shelf<'_>, steps: Vec<Step>) -> Self {
        let words = steps.len().div_ceil(64);
        let codes = shelf.counted.iter();
        let codes = codes.map(|_| (0..words).map(|_| OnceLock::new()).collect());
        Self {
            codes: codes.collect(),
            steps,
        }
    }

    /// The codes of 64 products in a column, given that of each row.
    #[inline]
    fn codes(&self, column: usize, word: usize, by_row: &Codes) -> &[u32; 64] {
        self.codes[column][word].get_or_init(|| {
            let mut codes = Box::new([ABSENT; 64]);
            for (code, step) in codes.iter_mut().zip(&self.steps[64 * word..]) {
                *code = by_row.get(step.row as usize);
            }
            codes
        })
    }
}

/// Which of 64 codes are one of a few.
#[inline(always)]
fn any_of<S: Simd>(simd: S, codes: &[u32; 64], few: impl Iterator<Item = u32>) -> u64 {
    let lanes = codes.as_chunks::<16>().0;
    let lanes: [u32x16<S>; 4] = std::array::from_fn(|lane| u32x16::simd_from(simd, lanes[lane]));
    let mut any = [mask32x16::splat(simd, false); 4];
    for code in few {
        let code = u32x16::splat(simd, code);
        for (any, codes) in any.iter_mut().zip(lanes) {
            *any |= codes.simd_eq(code);
        }
    }
    let bits = any.iter().enumerate();
    bits.fold(0, |bits, (lane, any)| {
        bits | any.to_bitmask() << (16 * lane)
    })
}

/// Puts products in order, the highest first: by steps of their logarithm, and within a step as they
/// come, each with what the highest below it has.
fn in_order(steps: Vec<Step>) -> Vec<Step> {
    // The bits of numbers from 0 on are in the order of the numbers, nearly in that of logarithms; those
    // of numbers below have the highest bit.
    let bits = |step: &Step| (step.most.to_bits() as i32).max(0) as u32;
    let (mut lowest, mut highest) = (u32::MAX, 0);
    for bits in steps.iter().map(bits) {
        lowest = lowest.min(bits);
        highest = highest.max(bits);
    }
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

#[cfg(test)]
mod tests {
    //! Which codes are one of a few is told alike on every kind of vectors.

    use endcap_testkit::levels;

    use super::*;

    #[test]
    fn codes_are_told_alike_on_every_kind_of_vectors() {
        let codes: [u32; 64] = std::array::from_fn(|at| (at as u32 * 7919) % 5);
        for level in levels() {
            for few in [&[][..], &[0], &[3], &[4, 2], &[5, ABSENT], &[1, 1, 0, 3]] {
                let got = dispatch!(level, simd => any_of(simd, &codes, few.iter().copied()));
                for (at, code) in codes.iter().enumerate() {
                    assert_eq!(got >> at & 1 == 1, few.contains(code), "{level:?}, {few:?}");
                }
            }
        }
    }
}
