//! The products of a shelf by the most that each may score whoever asks, the highest first. Who
//! looks for the best goes down until nothing below can be better; rules and figures of products
//! tell so much of a score that this is seldom far.

use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock};

use endcap_rules::Bits;
use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, f32x16};

use super::shelf::{Part, Shelf, holds};
use crate::desk::Variant;
use crate::ground::{Weighed, lock};
use crate::model::Model;
use crate::signals::weighted;

/// Products that are worked out together.
const BLOCK: usize = 256;

/// About how many products the first part of a descent has: of a slate with rules, of one without,
/// and of purchases.
const RULED: usize = 8 * 1024;
const ORGANIC: usize = 512;
const PURCHASES: usize = 2048;

/// Of those that match a rule, fewer among the best of all are not worth having.
const MATCHING: usize = 128;

/// One product in so many says where that part ends; no multiple of a power of two, since products
/// that are so far from each other may have something in common.
const SAMPLE: usize = 31;

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

/// One product on the way down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// The most that it and those below may score.
    pub(super) most: f32,
    pub(super) row: u32,
}

/// Descents that shelves share. A descent is of all products of a shelf, whether they may be shown
/// or not, and so the same for shelves that weigh and boost products alike.
#[derive(Default)]
pub(crate) struct Pool {
    descents: Mutex<Vec<(Origin, Arc<Descent>)>>,
}

impl Pool {
    fn get(&self, view: View, from: (&Shelf<'_>, &dyn Model, bool)) -> Arc<Descent> {
        let (shelf, _, is_known) = from;
        let parts = shelf.parts.iter().map(|part| Columns::of(view, part));
        let origin = Origin {
            is_known,
            function: view.function(),
            counted: shelf
                .counted
                .iter()
                .map(|codes| codes.as_ptr().addr())
                .collect(),
            parts: parts.collect(),
        };
        let known = || lock(&self.descents);
        let find = |known: &[(Origin, Arc<Descent>)]| {
            let same = known.iter().find(|(other, _)| *other == origin);
            same.map(|(_, descent)| Arc::clone(descent))
        };
        if let Some(descent) = find(&known()) {
            return descent;
        }
        // Two threads may make the same; both are right.
        let descent = Arc::new(Descent::new(view, from));
        known().push((origin, Arc::clone(&descent)));
        descent
    }
}

/// What a descent is made of.
#[derive(PartialEq)]
struct Origin {
    is_known: bool,
    function: Function,
    /// Where the columns are that caps count; those of a retailer stay where they are.
    counted: Vec<usize>,
    parts: Vec<Columns>,
}

/// What products are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Score,
    ScoreBeforeRules,
    Purchase,
}

/// What of a part a descent is made of; the same where it is the same in memory.
struct Columns {
    rows: Range<usize>,
    weighed: Option<Arc<Weighed>>,
    factor: Option<Arc<Vec<f64>>>,
    matching: Option<Arc<Bits>>,
}

impl Columns {
    fn of(view: View, part: &Part) -> Self {
        let function = view.function();
        Self {
            rows: part.rows_of(&part.span),
            weighed: (function != Function::Purchase).then(|| Arc::clone(&part.weighed)),
            factor: part.factor.clone().filter(|_| function == Function::Score),
            matching: match view {
                View::Matching(rule) => part.matches[rule].clone(),
                _ => None,
            },
        }
    }
}

impl PartialEq for Columns {
    fn eq(&self, other: &Self) -> bool {
        fn same<T>(a: Option<&Arc<T>>, b: Option<&Arc<T>>) -> bool {
            a.map(Arc::as_ptr) == b.map(Arc::as_ptr)
        }
        self.rows == other.rows
            && same(self.weighed.as_ref(), other.weighed.as_ref())
            && same(self.factor.as_ref(), other.factor.as_ref())
            && same(self.matching.as_ref(), other.matching.as_ref())
    }
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
    /// For each of these, its code in each column that caps count: side by side, since most of those
    /// that somebody goes by are of kinds that are full.
    kinds: Vec<u32>,
    /// What is below that: nothing there may score more than `least`.
    rest: OnceLock<Vec<Step>>,
    least: f32,
    ceilings: Arc<Ceilings>,
}

impl Descent {
    fn new(view: View, from: (&Shelf<'_>, &dyn Model, bool)) -> Self {
        let (shelf, model, is_known) = from;
        if let View::Matching(rule) = view {
            let all = shelf.descent(View::Ruled, (model, is_known));
            let ceilings = Arc::clone(&all.ceilings);
            let top = all.matching(shelf, rule).unwrap_or_else(|| {
                let matching = in_order(ceilings.matching(shelf, rule));
                (matching, f32::NEG_INFINITY)
            });
            return Self::of(shelf, top, ceilings);
        }
        let most = match view.function() {
            Function::Score => RULED,
            Function::ScoreBeforeRules => ORGANIC,
            Function::Purchase => PURCHASES,
        };
        let ceilings = Ceilings::new(view.function(), from);
        let least = ceilings.least_of(most);
        let top = in_order(ceilings.rows(shelf, (least, true)));
        Self::of(shelf, (top, least), Arc::new(ceilings))
    }

    fn of(shelf: &Shelf<'_>, (top, least): (Vec<Step>, f32), ceilings: Arc<Ceilings>) -> Self {
        let mut kinds = vec![0; top.len() * shelf.counted.len()];
        if !shelf.counted.is_empty() {
            for (kinds, step) in kinds.chunks_exact_mut(shelf.counted.len()).zip(&top) {
                for (kind, codes) in kinds.iter_mut().zip(&shelf.counted) {
                    *kind = codes[step.row as usize];
                }
            }
        }
        Self {
            kinds,
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

    /// The product at a place, the first being at 0.
    #[inline]
    pub(super) fn get(&self, at: usize, view: View, shelf: &Shelf<'_>) -> Option<Step> {
        match self.top.get(at) {
            Some(step) => Some(*step),
            None if self.least == f32::NEG_INFINITY => None,
            None => self.rest(view, shelf).get(at - self.top.len()).copied(),
        }
    }

    /// The most that the product at a place and those below may score, which tells whether it is
    /// worth looking which they are.
    #[inline]
    pub(super) fn most(&self, at: usize, view: View, shelf: &Shelf<'_>) -> Option<f32> {
        if at == self.top.len() && self.least > f32::NEG_INFINITY {
            return Some(self.least);
        }
        self.get(at, view, shelf).map(|step| step.most)
    }

    #[cold]
    fn rest(&self, view: View, shelf: &Shelf<'_>) -> &[Step] {
        self.rest.get_or_init(|| match view {
            View::Matching(rule) => {
                let mut top: Vec<u32> = self.top.iter().map(|step| step.row).collect();
                top.sort_unstable();
                let mut matching = self.ceilings.matching(shelf, rule);
                matching.retain(|step| top.binary_search(&step.row).is_err());
                in_order(matching)
            }
            _ => in_order(self.ceilings.rows(shelf, (self.least, false))),
        })
    }

    /// The kinds of the product at a place, where they are known beforehand.
    #[inline]
    pub(super) fn kinds(&self, at: usize, shelf: &Shelf<'_>) -> Option<&[u32]> {
        let each = shelf.counted.len();
        self.kinds.get(at * each..(at + 1) * each)
    }
}

/// The most that each product may score, over the spans of all parts.
struct Ceilings(Vec<f32>);

impl Ceilings {
    fn new(function: Function, (shelf, model, is_known): (&Shelf<'_>, &dyn Model, bool)) -> Self {
        let len = shelf.parts.iter().map(|part| part.span.len()).sum();
        let mut all = vec![0.0; len];
        let mut ceilings = &mut all[..];
        let mut relevance = [0.0; BLOCK];
        for part in &shelf.parts {
            for start in part.span.clone().step_by(BLOCK) {
                let places = start..part.span.end.min(start + BLOCK);
                let rows = part.rows_of(&places);
                let (of_block, others) = ceilings.split_at_mut(places.len());
                ceilings = others;
                let relevance = &mut relevance[..places.len()];
                ask((model, is_known), rows.clone(), (relevance, of_block));
                if function != Function::Purchase {
                    let popularity = &model.popularity()[rows];
                    let given = (&*relevance, popularity);
                    dispatch!(Level::new(), _simd => {
                        score(function, (part, start), given, of_block);
                    });
                }
            }
        }
        Self(all)
    }

    /// What about so many reach; everything where there are not many more.
    fn least_of(&self, most: usize) -> f32 {
        if self.0.len() <= most + most / 2 {
            return f32::NEG_INFINITY;
        }
        let mut sample: Vec<f32> = self.0.iter().copied().step_by(SAMPLE).collect();
        let place = (most / SAMPLE).min(sample.len() - 1);
        *sample
            .select_nth_unstable_by(place, |a, b| b.total_cmp(a))
            .1
    }

    /// Those that match a rule of [`Context::placing`], in no order.
    ///
    /// [`Context::placing`]: crate::context::Context::placing
    fn matching(&self, shelf: &Shelf<'_>, rule: usize) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut ceilings = &self.0[..];
        for part in &shelf.parts {
            let (of_part, others) = ceilings.split_at(part.span.len());
            ceilings = others;
            let mut take = |place: usize| {
                steps.push(Step {
                    most: of_part[place - part.span.start],
                    row: part.row(place) as u32,
                });
            };
            match &part.matches[rule] {
                Some(matching) => {
                    let places = matching.iter_ones();
                    let places = places.skip_while(|place| *place < part.span.start);
                    places
                        .take_while(|place| *place < part.span.end)
                        .for_each(&mut take);
                }
                None => part.span.clone().for_each(&mut take),
            }
        }
        steps
    }

    /// Those that reach so much, or those that do not, in no order.
    fn rows(&self, shelf: &Shelf<'_>, (least, reach): (f32, bool)) -> Vec<Step> {
        let mut rows = Vec::new();
        let mut ceilings = &self.0[..];
        for part in &shelf.parts {
            let (of_part, others) = ceilings.split_at(part.span.len());
            ceilings = others;
            dispatch!(Level::new(), simd => {
                let first = part.row(part.span.start);
                rows_of(simd, (of_part, first), (least, reach), &mut rows);
            });
        }
        rows
    }
}

#[inline(always)]
fn rows_of<S: Simd>(
    simd: S,
    (ceilings, first): (&[f32], usize),
    (least, reach): (f32, bool),
    rows: &mut Vec<Step>,
) {
    for (chunk, ceilings) in ceilings.chunks(64).enumerate() {
        let all = u64::MAX >> (64 - ceilings.len());
        let mut padded = [f32::NEG_INFINITY; 64];
        let ceilings = match ceilings.as_array::<64>() {
            Some(ceilings) => ceilings,
            None => {
                padded[..ceilings.len()].copy_from_slice(ceilings);
                &padded
            }
        };
        let reached = at_least(simd, ceilings, least);
        let mut wanted = if reach { reached } else { !reached } & all;
        while wanted != 0 {
            let at = wanted.trailing_zeros() as usize;
            wanted &= wanted - 1;
            rows.push(Step {
                most: ceilings[at],
                row: (first + 64 * chunk + at) as u32,
            });
        }
    }
}

/// Which of 64 values are at least so much.
#[inline(always)]
fn at_least<S: Simd>(simd: S, values: &[f32; 64], least: f32) -> u64 {
    let least = f32x16::splat(simd, least);
    let mut bits = 0;
    for (lane, values) in values.as_chunks::<16>().0.iter().enumerate() {
        let values = f32x16::simd_from(simd, *values);
        bits |= values.simd_ge(least).to_bitmask() << (16 * lane);
    }
    bits
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

/// The most that a model says of some rows: relevance and purchase.
fn ask(
    (model, is_known): (&dyn Model, bool),
    rows: Range<usize>,
    (relevance, purchase): (&mut [f32], &mut [f32]),
) {
    if is_known {
        model.most(rows, relevance, purchase);
    } else {
        model.estimate(None, rows, relevance, purchase);
        let off_by = model.off_by();
        let values = relevance.iter_mut().chain(purchase);
        values.for_each(|value| *value = (*value + off_by).next_up());
    }
}

/// What the most relevance makes of the scores of some places of a part. Each step rounds as it does
/// for the score itself, and what is put in is not less, so that the result is not less, either.
#[inline(always)]
fn score(
    function: Function,
    (part, first): (&Part, usize),
    (relevance, popularity): (&[f32], &[f64]),
    ceilings: &mut [f32],
) {
    let end = first + ceilings.len();
    let runs = &part.weighed.runs;
    let mut start = first;
    for run in &runs[runs.partition_point(|run| run.end <= first)..] {
        let places = start..run.end.min(end);
        let of_run = start - first..places.end - first;
        let (relevance, popularity) = (&relevance[of_run.clone()], &popularity[of_run.clone()]);
        let rest = &part.weighed.rest[places.clone()];
        let ceilings = &mut ceilings[of_run];
        let products = relevance.iter().zip(popularity).zip(rest);
        let most = products.map(|((relevance, popularity), rest)| {
            weighted(run, f64::from(*relevance), *popularity, *rest)
        });
        match &part.factor {
            Some(factor) if function == Function::Score => {
                let factor = &factor[places];
                for ((ceiling, most), factor) in ceilings.iter_mut().zip(most).zip(factor) {
                    *ceiling = up(most * factor);
                }
            }
            _ => {
                for (ceiling, most) in ceilings.iter_mut().zip(most) {
                    *ceiling = up(most);
                }
            }
        }
        start = run.end;
        if end <= start {
            break;
        }
    }
}

/// The number of single precision that is next above one from 0 on.
#[inline(always)]
fn up(value: f64) -> f32 {
    let nearest = value as f32;
    if nearest < f32::MAX {
        f32::from_bits(nearest.to_bits() + 1)
    } else {
        f32::INFINITY
    }
}
