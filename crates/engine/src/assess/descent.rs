//! The products of a shelf by the most that each may score whoever asks, the highest first. Who
//! looks for the best goes down until nothing below can be better; rules and figures of products
//! tell so much of a score that this is seldom far.

use std::ops::Range;
use std::sync::OnceLock;

use endcap_rules::Bits;
use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, f32x16};

use super::shelf::{Part, Shelf};
use crate::desk::Variant;
use crate::model::Model;
use crate::signals::weighted;

/// Products that are worked out together.
const BLOCK: usize = 256;

/// About how many products the first part of a descent has: of a slate with rules, of one without,
/// and of purchases.
const RULED: usize = 8 * 1024;
const ORGANIC: usize = 512;
const PURCHASES: usize = 1024;

/// One product in so many says where that part ends; no multiple of a power of two, since products
/// that are so far from each other may have something in common.
const SAMPLE: usize = 31;

/// Products are put in order by so many steps of what they may score.
const STEPS: u32 = 2048;

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

    /// The products of a part.
    fn mask(self, shelf: &Shelf, part: &Part) -> Bits {
        match self {
            Self::Ruled => part.shows(shelf.widest).clone(),
            Self::Organic | Self::Purchase => part.shows(Variant::Organic).clone(),
            Self::Matching(rule) => {
                let shown = part.shows(shelf.widest).clone();
                match &part.matches[rule] {
                    Some(matching) => shown.zip(matching, |a, b| a & b),
                    None => shown,
                }
            }
        }
    }

    /// Whether it has a product of a shelf.
    pub(super) fn has(self, shelf: &Shelf, row: usize) -> bool {
        let part = &shelf.parts[shelf.part_of(row)];
        let place = part.place(row);
        match self {
            Self::Ruled => part.shows(shelf.widest).get(place),
            Self::Organic | Self::Purchase => part.shows(Variant::Organic).get(place),
            Self::Matching(rule) => {
                part.shows(shelf.widest).get(place) && super::shelf::holds(&part.matches[rule], place)
            }
        }
    }
}

/// The descents of a shelf, each worked out when somebody asks for it.
pub(super) struct Descents {
    by_view: Box<[OnceLock<Descent>]>,
}

impl Descents {
    /// For a request with so many rules that place products.
    pub(super) fn new(rules: usize) -> Self {
        let views = (0..View::Matching(rules).place()).map(|_| OnceLock::new());
        Self {
            by_view: views.collect(),
        }
    }

    pub(super) fn get(&self, view: View, from: (&Shelf, &dyn Model, bool)) -> &Descent {
        self.by_view[view.place()].get_or_init(|| Descent::new(view, from))
    }
}

/// The products of a view, each with the most it may score. No product has one below it that may
/// score more than its own entry says.
pub(super) struct Descent {
    top: Vec<(f32, u32)>,
    /// What is below that: nothing there may score more than `least`.
    rest: OnceLock<Vec<(f32, u32)>>,
    least: f32,
}

impl Descent {
    fn new(view: View, from: (&Shelf, &dyn Model, bool)) -> Self {
        let (shelf, model, is_known) = from;
        if let View::Matching(_) = view {
            let all = shelf.descent(View::Ruled, (model, is_known));
            return Self {
                top: matching(view, shelf, &all.top),
                rest: OnceLock::new(),
                least: all.least,
            };
        }
        let most = match view {
            View::Organic => ORGANIC,
            View::Purchase => PURCHASES,
            View::Ruled | View::Matching(_) => RULED,
        };
        let ceilings = Ceilings::new(view, from);
        let least = ceilings.least_of(most);
        Self {
            top: in_order(ceilings.rows(shelf, (least, true))),
            rest: OnceLock::new(),
            least,
        }
    }

    /// The product at a place, the first being at 0, and the most that it and those below may score.
    #[inline]
    pub(super) fn get(
        &self,
        at: usize,
        view: View,
        from: (&Shelf, &dyn Model, bool),
    ) -> Option<(f32, u32)> {
        match self.top.get(at) {
            Some(entry) => Some(*entry),
            None if self.least == f32::NEG_INFINITY => None,
            None => self.rest(view, from).get(at - self.top.len()).copied(),
        }
    }

    #[cold]
    fn rest(&self, view: View, from: (&Shelf, &dyn Model, bool)) -> &[(f32, u32)] {
        let (shelf, model, is_known) = from;
        self.rest.get_or_init(|| match view {
            View::Matching(_) => {
                let all = shelf.descent(View::Ruled, (model, is_known));
                matching(view, shelf, all.rest(View::Ruled, from))
            }
            _ => in_order(Ceilings::new(view, from).rows(shelf, (self.least, false))),
        })
    }
}

/// Of some entries, those that a view has.
fn matching(view: View, shelf: &Shelf, entries: &[(f32, u32)]) -> Vec<(f32, u32)> {
    let entries = entries.iter();
    let matching = entries.filter(|(_, row)| view.has(shelf, *row as usize));
    matching.copied().collect()
}

/// The most that each product of a view may score, over the spans of all parts; nothing at all where
/// the view does not have it.
struct Ceilings(Vec<f32>);

impl Ceilings {
    fn new(view: View, (shelf, model, is_known): (&Shelf, &dyn Model, bool)) -> Self {
        let len = shelf.parts.iter().map(|part| part.span.len()).sum();
        let mut ceilings = Vec::with_capacity(len);
        let mut block = Block::new();
        for part in &shelf.parts {
            let mask = view.mask(shelf, part);
            for start in part.span.clone().step_by(BLOCK) {
                let places = start..part.span.end.min(start + BLOCK);
                block.ask((model, is_known), part.rows_of(&places));
                dispatch!(Level::new(), _simd => {
                    block.score(view, part, (model.popularity(), &places));
                });
                let words = &mask.words()[start / 64..];
                ceilings.extend_from_slice(block.masked(words));
            }
        }
        Self(ceilings)
    }

    /// What about so many reach; everything where there are not many more.
    fn least_of(&self, most: usize) -> f32 {
        if self.0.len() <= most + most / 2 {
            return f32::NEG_INFINITY;
        }
        let mut sample: Vec<f32> = self.0.iter().copied().step_by(SAMPLE).collect();
        let place = (most / SAMPLE).min(sample.len() - 1);
        *sample.select_nth_unstable_by(place, |a, b| b.total_cmp(a)).1
    }

    /// Those that reach so much, or those that do not, in no order.
    fn rows(&self, shelf: &Shelf, (least, reach): (f32, bool)) -> Vec<(f32, u32)> {
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
    rows: &mut Vec<(f32, u32)>,
) {
    for (chunk, ceilings) in ceilings.chunks(64).enumerate() {
        let mut padded = [f32::NEG_INFINITY; 64];
        let ceilings = match ceilings.as_array::<64>() {
            Some(ceilings) => ceilings,
            None => {
                padded[..ceilings.len()].copy_from_slice(ceilings);
                &padded
            }
        };
        let reached = at_least(simd, ceilings, least);
        let mut wanted = if reach { reached } else { !reached };
        while wanted != 0 {
            let at = wanted.trailing_zeros() as usize;
            wanted &= wanted - 1;
            if ceilings[at] > f32::NEG_INFINITY {
                rows.push((ceilings[at], (first + 64 * chunk + at) as u32));
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

/// Puts entries in order, the highest first: by steps of their logarithm, and within a step as they
/// come, each with what the highest below it has.
fn in_order(mut entries: Vec<(f32, u32)>) -> Vec<(f32, u32)> {
    // The bits of numbers from 0 on are in the order of the numbers, nearly in that of logarithms.
    let bits = |ceiling: f32| ceiling.max(0.0).to_bits();
    let all = entries.iter().map(|(ceiling, _)| bits(*ceiling));
    let (lowest, highest) = all.fold((u32::MAX, 0), |(low, high), bits| {
        (low.min(bits), high.max(bits))
    });
    if lowest >= highest {
        return entries;
    }
    let width = (highest - lowest) / STEPS + 1;
    let step = |ceiling: f32| ((highest - bits(ceiling)) / width) as usize;
    let mut ends = [0_u32; STEPS as usize + 1];
    for (ceiling, _) in &entries {
        ends[step(*ceiling) + 1] += 1;
    }
    for at in 1..ends.len() {
        ends[at] += ends[at - 1];
    }
    let mut ordered = vec![(0.0, 0); entries.len()];
    for entry in entries.drain(..) {
        let place = &mut ends[step(entry.0)];
        ordered[*place as usize] = entry;
        *place += 1;
    }
    let mut most = f32::NEG_INFINITY;
    for (ceiling, _) in ordered.iter_mut().rev() {
        most = most.max(*ceiling);
        *ceiling = most;
    }
    ordered
}

/// A run of products, and the most that each may score.
struct Block {
    len: usize,
    relevance: [f32; BLOCK],
    purchase: [f32; BLOCK],
    ceilings: [f32; BLOCK],
}

impl Block {
    fn new() -> Self {
        Self {
            len: 0,
            relevance: [0.0; BLOCK],
            purchase: [0.0; BLOCK],
            ceilings: [0.0; BLOCK],
        }
    }

    /// The most that the model says.
    fn ask(&mut self, (model, is_known): (&dyn Model, bool), rows: Range<usize>) {
        self.len = rows.len();
        let (relevance, purchase) = (
            &mut self.relevance[..rows.len()],
            &mut self.purchase[..rows.len()],
        );
        if is_known {
            model.most(rows, relevance, purchase);
        } else {
            model.estimate(None, rows, relevance, purchase);
            let off_by = model.off_by();
            let values = relevance.iter_mut().chain(purchase);
            values.for_each(|value| *value = (*value + off_by).next_up());
        }
    }

    /// What that makes of scores. Each step rounds as it does for the score itself, and what is put
    /// in is not less, so that the result is not less, either.
    #[inline(always)]
    fn score(&mut self, view: View, part: &Part, (popularity, places): (&[f64], &Range<usize>)) {
        if view == View::Purchase {
            self.ceilings = self.purchase;
            return;
        }
        let runs = &part.weighed.runs;
        let first = runs.partition_point(|run| run.end <= places.start);
        let mut start = places.start;
        for run in &runs[first..] {
            let end = run.end.min(places.end);
            let of_block = start - places.start..end - places.start;
            let popularity = &popularity[part.row(start)..part.row(end)];
            let rest = &part.weighed.rest[start..end];
            let known = self.relevance[of_block.clone()].iter();
            let known = known.zip(popularity.iter().zip(rest));
            let ceilings = &mut self.ceilings[of_block];
            let most = |relevance: &f32, popularity: &f64, rest: &f64| {
                weighted(run, f64::from(*relevance), *popularity, *rest)
            };
            match part.factors().filter(|_| view != View::Organic) {
                Some(factors) => {
                    let factors = &factors[start..end];
                    for ((ceiling, (relevance, (popularity, rest))), factor) in
                        ceilings.iter_mut().zip(known).zip(factors)
                    {
                        *ceiling = up(most(relevance, popularity, rest) * factor);
                    }
                }
                None => {
                    for (ceiling, (relevance, (popularity, rest))) in ceilings.iter_mut().zip(known)
                    {
                        *ceiling = up(most(relevance, popularity, rest));
                    }
                }
            }
            start = end;
            if start == places.end {
                break;
            }
        }
    }

    /// The ceilings of those that a mask has, and nothing at all for the others.
    fn masked(&mut self, words: &[u64]) -> &[f32] {
        for (ceilings, word) in self.ceilings[..self.len].chunks_mut(64).zip(words) {
            for (at, ceiling) in ceilings.iter_mut().enumerate() {
                *ceiling = if word >> at & 1 == 1 {
                    *ceiling
                } else {
                    f32::NEG_INFINITY
                };
            }
        }
        &self.ceilings[..self.len]
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
