//! The products of a shelf by the most that each may score whoever asks, the highest first. Who
//! looks for the best goes down until nothing below can be better; rules and figures of products
//! tell so much of a score that this is seldom far.

use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, Weak};

use endcap_rules::Bits;
use endcap_vocab::CapField;
use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, f32x16};

use super::shelf::{Part, Shelf, holds};
use crate::desk::Variant;
use crate::ground::{Piece, Weighed, kept_or};
use crate::model::Model;
use crate::signals::weighted;

/// Products that are worked out together.
const BLOCK: usize = 256;

/// About how many products the first part of a descent has: one in so many, and so many at least. Of
/// a slate with rules, of one without, and of purchases.
const RULED: (usize, usize) = (16, 6 * 1024);
const ORGANIC: (usize, usize) = (200, 256);
const PURCHASES: (usize, usize) = (50, 512);

/// Of those that match a rule, fewer among the best of all are not worth having.
const MATCHING: usize = 128;

/// Products whose descents a model keeps, all of them together, and how many of these there are
/// however large or small.
const MOST_KEPT: usize = 25_600_000;
const DESCENTS: std::ops::RangeInclusive<usize> = 32..=256;

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
pub(crate) struct Pool {
    descents: Mutex<Vec<(Origin, Arc<Descent>)>>,
    most: usize,
}

impl Default for Pool {
    /// One that keeps them all.
    fn default() -> Self {
        Self::of(usize::MAX)
    }
}

impl Pool {
    /// One that keeps so many, those that were asked for last.
    fn of(most: usize) -> Self {
        Self {
            descents: Mutex::default(),
            most,
        }
    }

    fn get(&self, view: View, from: (&Shelf<'_>, &dyn Model, bool)) -> Arc<Descent> {
        let (shelf, _, is_known) = from;
        let counted = shelf.counted.iter().map(|(field, ..)| (*field).clone());
        let parts = shelf.parts.iter().map(|part| Columns::of(view, part));
        let origin = Origin {
            is_known,
            function: view.function(),
            is_matching: matches!(view, View::Matching(_)),
            counted: counted.collect(),
            parts: parts.collect(),
        };
        kept_or(&self.descents, self.most, origin, || {
            Arc::new(Descent::new(view, from))
        })
    }
}

/// A place for what the engine works out of a model, so that the next request need not; each model
/// that is asked often has one ([`Model::kept`]).
#[derive(Default)]
pub struct Kept(OnceLock<Arc<Pool>>);

impl Kept {
    /// For a retailer of so many products.
    pub(crate) fn pool(&self, products: usize) -> Arc<Pool> {
        let most = (MOST_KEPT / products.max(1)).clamp(*DESCENTS.start(), *DESCENTS.end());
        Arc::clone(self.0.get_or_init(|| Arc::new(Pool::of(most))))
    }
}

/// A copy of a model begins with nothing kept.
impl Clone for Kept {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// What is kept makes no model another.
impl PartialEq for Kept {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

/// What a descent is made of.
#[derive(PartialEq)]
struct Origin {
    is_known: bool,
    function: Function,
    is_matching: bool,
    parts: Vec<Columns>,
    counted: Vec<CapField>,
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
    piece: Weak<Piece>,
    weighed: Weak<Weighed>,
    factor: Weak<Vec<f64>>,
    matching: Weak<Bits>,
}

impl Columns {
    fn of(view: View, part: &Part) -> Self {
        fn weak<T>(column: Option<&Arc<T>>) -> Weak<T> {
            column.map_or_else(Weak::new, Arc::downgrade)
        }
        let function = view.function();
        let weighed = Some(&part.weighed).filter(|_| function != Function::Purchase);
        let factor = part.factor.as_ref();
        Self {
            rows: part.rows.clone(),
            piece: Arc::downgrade(&part.piece),
            weighed: weak(weighed),
            factor: weak(factor.filter(|_| function == Function::Score)),
            matching: match view {
                View::Matching(rule) => weak(part.matches[rule].as_ref()),
                _ => Weak::new(),
            },
        }
    }
}

/// A column that is gone leaves its place to no other as long as somebody remembers it.
impl PartialEq for Columns {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
            && Weak::ptr_eq(&self.piece, &other.piece)
            && Weak::ptr_eq(&self.weighed, &other.weighed)
            && Weak::ptr_eq(&self.factor, &other.factor)
            && Weak::ptr_eq(&self.matching, &other.matching)
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
        let least = ceilings.least_of(at_least.max(ceilings.0.len() / one_in));
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
            let places = part.place(part.rows.start)..part.place(part.rows.end);
            match &part.matches[rule] {
                Some(matching) => {
                    let ones = matching.iter_ones();
                    let ones = ones.skip_while(|place| *place < places.start);
                    ones.take_while(|place| *place < places.end)
                        .for_each(&mut take);
                }
                None => places.for_each(&mut take),
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
                rows_of(simd, (part, of_part), (least, reach), &mut rows);
            });
        }
        rows
    }
}

#[inline(always)]
fn rows_of<S: Simd>(
    simd: S,
    (part, ceilings): (&Part, &[f32]),
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
            let row = part.row(part.span.start) + 64 * chunk + at;
            if part.rows.contains(&row) {
                rows.push(Step {
                    most: ceilings[at],
                    row: row as u32,
                });
            }
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
