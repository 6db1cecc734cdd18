//! Looks at every candidate for one shopper after the other: roughly, in single precision, with a
//! bound that no score is above. What may be among the best is kept, to be looked at exactly.
//!
//! These are the loops that every product of a request goes through: they allocate nothing a
//! product, and are inlined where the machine's vectors are chosen.

use std::ops::Range;

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, f32x16};

use super::shelf::{Function, Part, Shelf};
use super::sieve::Found;
use super::spread::Room;
use crate::desk::Variant;
use crate::model::Model;
use crate::order::Key;

/// Rows looked at together, so that what one step leaves is in cache for the next.
const BLOCK: usize = 256;

/// More than what is lost where a few numbers of single precision are added or multiplied, as a
/// share of the largest.
const ROUNDING: f32 = 4.0 * f32::EPSILON;

/// Larger weights are not reckoned with in single precision.
const HUGE: f32 = 1e30;

/// What the products of a part may score at most.
#[derive(Debug)]
pub(crate) struct Bounds {
    /// Without rules, over the span of the part.
    pub(super) base: Vec<f32>,
    /// The highest of each 64, with rules and without.
    pub(super) peaks: [Vec<f32>; 2],
    /// By how much a bound without rules may be above the score.
    pub(super) off_by: f32,
}

impl Bounds {
    fn new(part: &Part) -> Self {
        let peaks = || vec![f32::NEG_INFINITY; part.span.len().div_ceil(64)];
        Self {
            base: vec![f32::NEG_INFINITY; part.span.len()],
            peaks: [peaks(), peaks()],
            off_by: 0.0,
        }
    }

    /// Keeps those of a block, a multiple of 64 from the start of the span.
    #[inline(always)]
    fn keep(&mut self, start: usize, block: &Block, off_by: f32) {
        self.base[start..start + block.len].copy_from_slice(&block.base[..block.len]);
        for (all, peaks) in self.peaks.iter_mut().zip(&block.peaks) {
            let chunks = block.len.div_ceil(64);
            all[start / 64..start / 64 + chunks].copy_from_slice(&peaks[..chunks]);
        }
        self.off_by = self.off_by.max(off_by);
    }
}

/// What no shopper changes of the scores of a block.
struct Fixed {
    /// The weight of relevance.
    weight: [f32; BLOCK],
    /// What is added, with all that rounding may take away.
    rest: [f32; BLOCK],
    /// What boosts and buries multiply by.
    factor: [f32; BLOCK],
    /// By how much that may be too much.
    off_by: f32,
}

impl Fixed {
    #[inline(always)]
    fn new(part: &Part, popularity: &[f64], places: Range<usize>, off_by: f32) -> Self {
        let mut fixed = Self {
            weight: [0.0; BLOCK],
            rest: [0.0; BLOCK],
            factor: [1.0; BLOCK],
            off_by: 0.0,
        };
        let mut slack = [0.0; BLOCK];
        part.factors(places.start, &mut fixed.factor[..places.len()]);
        let runs = &part.weighed.runs;
        let first = runs.partition_point(|run| run.end <= places.start);
        let mut start = places.start;
        for run in &runs[first..] {
            let end = run.end.min(places.end);
            let of_block = start - places.start..end - places.start;
            // What single precision cannot hold may score anything.
            let (weight, more) = match run.relevance as f32 {
                weight if weight < HUGE => (weight, 0.0),
                _ => (0.0, f32::INFINITY),
            };
            let known = popularity[part.row(start)..part.row(end)].iter();
            let known = known.zip(&part.weighed.rest[start..end]);
            fixed.weight[of_block.clone()].fill(weight);
            let rests = fixed.rest[of_block.clone()].iter_mut();
            let products = rests.zip(&mut slack[of_block]).zip(known);
            for ((rest, slack), (popularity, of_product)) in products {
                let exact = (run.popularity * popularity + of_product) as f32;
                // A sum below zero counts as zero, however far below.
                let exact = if exact > -f32::MAX { exact } else { -f32::MAX };
                *slack = weight * off_by + (weight + exact.abs()) * ROUNDING + 1e-37;
                *rest = exact + *slack + more;
            }
            start = end;
            if start == places.end {
                break;
            }
        }
        let most = peaks_of(&slack).into_iter().fold(0.0, f32::max);
        fixed.off_by = 2.0 * most;
        fixed
    }
}

/// Blocks of some parts, each with the place of its part and its places there: first a few that are
/// far from each other, then ever more between them, so that the best are known early.
fn blocks(parts: &[Part]) -> Vec<(usize, Range<usize>)> {
    let of_part = |(place, part): (usize, &Part)| {
        let span = part.span.clone();
        let starts = span.clone().step_by(BLOCK);
        starts
            .map(|start| (place, start..span.end.min(start + BLOCK)))
            .collect::<Vec<_>>()
    };
    let blocks: Vec<(usize, Range<usize>)> = parts.iter().enumerate().flat_map(of_part).collect();
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(at.trailing_zeros()));
    order.into_iter().map(|at| blocks[at].clone()).collect()
}

/// Looks at some parts for one shopper: what may be among the best goes to `found`, and all bounds
/// are kept.
pub(super) fn look(
    shelf: &Shelf<'_>,
    parts: Range<usize>,
    (model, shopper): (&dyn Model, Option<u32>),
    mut found: Option<&mut Found>,
) -> Vec<Bounds> {
    let bounds = shelf.parts[parts.clone()].iter().map(Bounds::new);
    let mut bounds: Vec<Bounds> = bounds.collect();
    let blocks = blocks(&shelf.parts[parts.clone()]);
    let first = parts.start;
    dispatch!(Level::new(), simd => {
        let shelf = (shelf, first);
        look_at(simd, shelf, &blocks, (model, shopper), (&mut found, &mut bounds));
    });
    bounds
}

#[inline(always)]
fn look_at<S: Simd>(
    simd: S,
    (shelf, first): (&Shelf<'_>, usize),
    blocks: &[(usize, Range<usize>)],
    (model, shopper): (&dyn Model, Option<u32>),
    (found, bounds): (&mut Option<&mut Found>, &mut [Bounds]),
) {
    let mut block = Block::new();
    let off_by = model.off_by();
    for (place, places) in blocks {
        let part = &shelf.parts[first + place];
        let fixed = Fixed::new(part, model.popularity(), places.clone(), off_by);
        block.ask((model, shopper), part.rows_of(places));
        block.score(&fixed, None);
        if let Some(found) = found {
            block.sift(simd, (shelf, first + place, places), found);
        }
        bounds[*place].keep(places.start - part.span.start, &block, fixed.off_by);
    }
}

/// Looks at all parts for many shoppers: what may be among the best of each, and all bounds. With
/// another shelf, one that differs in boosts and buries alone, those of either.
pub(crate) fn look_for_many(
    (shelf, other): (&Shelf<'_>, Option<&Shelf<'_>>),
    (model, shoppers): (&dyn Model, &[Option<u32>]),
) -> Vec<(Found, Vec<Bounds>)> {
    let bounds = || shelf.parts.iter().map(Bounds::new).collect();
    let mut found: Vec<(Found, Vec<Bounds>)> = shoppers
        .iter()
        .map(|_| (Found::new(shelf), bounds()))
        .collect();
    let blocks = blocks(&shelf.parts);
    dispatch!(Level::new(), simd => {
        look_at_many(simd, (shelf, other), &blocks, (model, shoppers), &mut found);
    });
    let mut room = Room::default();
    found
        .into_iter()
        .map(|(found, bounds)| (found.finish(shelf, &mut room), bounds))
        .collect()
}

#[inline(always)]
fn look_at_many<S: Simd>(
    simd: S,
    (shelf, other): (&Shelf<'_>, Option<&Shelf<'_>>),
    blocks: &[(usize, Range<usize>)],
    (model, shoppers): (&dyn Model, &[Option<u32>]),
    found: &mut [(Found, Vec<Bounds>)],
) {
    let mut block = Block::new();
    let off_by = model.off_by();
    for (place, places) in blocks {
        let part = &shelf.parts[*place];
        let rows = part.rows_of(places);
        let fixed = Fixed::new(part, model.popularity(), places.clone(), off_by);
        let of_other = factors_of(other, *place, places);
        for (shopper, (found, bounds)) in shoppers.iter().zip(&mut *found) {
            block.ask((model, *shopper), rows.clone());
            block.score(&fixed, of_other.as_ref());
            block.sift(simd, (shelf, *place, places), found);
            bounds[*place].keep(places.start - part.span.start, &block, fixed.off_by);
        }
    }
}

/// What the boosts and buries of a shelf multiply by, over some places of a part.
#[inline(always)]
fn factors_of(
    shelf: Option<&Shelf<'_>>,
    place: usize,
    places: &Range<usize>,
) -> Option<[f32; BLOCK]> {
    let mut factors = [1.0; BLOCK];
    shelf?.parts[place].factors(places.start, &mut factors[..places.len()]);
    Some(factors)
}

/// The highest of each 64 of a block.
type Peaks = [f32; BLOCK / 64];

/// A block as one shopper finds it; what stands past its last row is below everything.
struct Block {
    len: usize,
    relevance: [f32; BLOCK],
    /// The most that each product may score, before any rule and with them, and the highest
    /// probability of purchase that it may have.
    base: [f32; BLOCK],
    ruled: [f32; BLOCK],
    purchase: [f32; BLOCK],
    /// The highest of each 64 of those with rules, and of those without.
    peaks: [Peaks; 2],
    /// What is taken of each kind, for the sieves.
    room: Room,
}

impl Block {
    fn new() -> Self {
        Self {
            len: 0,
            relevance: [0.0; BLOCK],
            base: [f32::NEG_INFINITY; BLOCK],
            ruled: [f32::NEG_INFINITY; BLOCK],
            purchase: [f32::NEG_INFINITY; BLOCK],
            peaks: [[f32::NEG_INFINITY; BLOCK / 64]; 2],
            room: Room::default(),
        }
    }

    /// Asks the model.
    #[inline(always)]
    fn ask(&mut self, (model, shopper): (&dyn Model, Option<u32>), rows: Range<usize>) {
        let len = rows.len();
        if len < self.len {
            for bounds in [&mut self.base, &mut self.ruled, &mut self.purchase] {
                bounds[len..].fill(f32::NEG_INFINITY);
            }
        }
        self.len = len;
        let (relevance, purchase) = (&mut self.relevance[..len], &mut self.purchase[..len]);
        model.estimate(shopper, rows, relevance, purchase);
        let off_by = model.off_by();
        purchase.iter_mut().for_each(|purchase| *purchase += off_by);
    }

    /// Works out what the products may score, with the factors of either rule set.
    #[inline(always)]
    fn score(&mut self, fixed: &Fixed, other: Option<&[f32; BLOCK]>) {
        let len = self.len;
        let base = &mut self.base[..len];
        let weights = fixed.weight.iter().zip(&fixed.rest);
        for ((base, relevance), (weight, rest)) in base.iter_mut().zip(&self.relevance).zip(weights)
        {
            let sum = weight * relevance + rest;
            *base = if sum < 0.0 { 0.0 } else { sum };
        }
        let ruled = &mut self.ruled[..len];
        match other {
            None => multiply(base, &fixed.factor, ruled),
            Some(other) => {
                // A product scores most with the larger factor.
                let factors = fixed.factor.iter().zip(other);
                for ((ruled, base), (a, b)) in ruled.iter_mut().zip(&*base).zip(factors) {
                    *ruled = times(*base, if a > b { *a } else { *b });
                }
            }
        }
        self.peaks = [&self.ruled, &self.base].map(peaks_of);
    }

    /// Puts what may be among the best in its sieves.
    #[inline(always)]
    fn sift<S: Simd>(
        &mut self,
        simd: S,
        (shelf, place, places): (&Shelf<'_>, usize, &Range<usize>),
        found: &mut Found,
    ) {
        let first = shelf.parts[place].row(places.start);
        let purchase_peaks = peaks_of(&self.purchase);
        for (view, sieve) in shelf.views.iter().zip(&mut found.sieves) {
            if view.most == 0 {
                continue;
            }
            let (bounds, peaks) = match view.function {
                Function::Ruled => (&self.ruled, &self.peaks[0]),
                Function::Organic => (&self.base, &self.peaks[1]),
                Function::Purchase => (&self.purchase, &purchase_peaks),
            };
            let spreads = shelf.spreads_of(view);
            let words = &view.masks[place].words()[places.start / 64..];
            let chunks = words.iter().zip(peaks).zip(bounds.as_chunks::<64>().0);
            for (chunk, ((word, peak), bounds)) in chunks.enumerate() {
                if *word == 0 || *peak < sieve.least {
                    continue;
                }
                let mut rest = word & at_least(simd, bounds, sieve.least);
                while rest != 0 {
                    let at = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    if bounds[at] >= sieve.least {
                        let row = (first + 64 * chunk + at) as u32;
                        sieve.push(spreads, (bounds[at], row), &mut self.room);
                    }
                }
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

/// Offers the products of a part that `mask` has, each with the most it may score and its row, as
/// long as that reaches the least that `offer` gave last.
#[inline(always)]
pub(super) fn sift_part(
    (part, bounds): (&Part, &Bounds),
    (has_rules, mask): (bool, &impl Fn(usize) -> u64),
    (least, offer): (&mut f32, &mut impl FnMut(f32, usize) -> f32),
) {
    let peaks = &bounds.peaks[usize::from(!has_rules)];
    let chunks = bounds.base.chunks(64).zip(peaks);
    for (start, (base, peak)) in part.span.clone().step_by(64).zip(chunks) {
        if *peak < *least {
            continue;
        }
        let mut rest = mask(start / 64);
        if rest == 0 {
            continue;
        }
        let mut bounds = [0.0; 64];
        let bounds = &mut bounds[..base.len()];
        if has_rules {
            let mut factor = [1.0; 64];
            part.factors(start, &mut factor[..base.len()]);
            multiply(base, &factor, bounds);
        } else {
            bounds.copy_from_slice(base);
        }
        while rest != 0 {
            let at = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            if bounds[at] >= *least {
                *least = offer(bounds[at], part.row(start + at));
            }
        }
    }
}

/// Counts the products of a part that come before each of some keys without rules: for certain, or
/// as a place in `unsure` beside that of the key where only a closer look tells.
#[inline(always)]
pub(super) fn count_part(
    (part, bounds): (&Part, &Bounds),
    keys: &[Key],
    counts: &mut [u32],
    unsure: &mut Vec<(usize, usize)>,
) {
    let off_by = f64::from(bounds.off_by);
    let words = &part.shows(Variant::Organic).words()[part.span.start / 64..];
    let chunks = bounds
        .base
        .chunks(64)
        .zip(words.iter().zip(&bounds.peaks[1]));
    for (start, (base, (word, peak))) in part.span.clone().step_by(64).zip(chunks) {
        let mut shown = [f32::NEG_INFINITY; 64];
        for (at, (shown, bound)) in shown.iter_mut().zip(base).enumerate() {
            *shown = if word >> at & 1 == 1 { *bound } else { *shown };
        }
        for (which, (key, count)) in keys.iter().zip(&mut *counts).enumerate() {
            let least = (key.first() as f32).next_down();
            let certain = ((key.first() + off_by) as f32).next_up();
            if *word == 0 || *peak < least {
                continue;
            }
            let (mut ahead, mut near) = (0, 0);
            for bound in shown {
                ahead += u32::from(bound > certain);
                near += u32::from(bound >= least);
            }
            *count += ahead;
            if near > ahead {
                let is_near = |at: &usize| shown[*at] >= least && shown[*at] <= certain;
                unsure.extend((0..64).filter(is_near).map(|at| (start + at, which)));
            }
        }
    }
}

/// Bounds after boosts and buries.
#[inline(always)]
fn multiply(base: &[f32], factor: &[f32], ruled: &mut [f32]) {
    for ((ruled, base), factor) in ruled.iter_mut().zip(base).zip(factor) {
        *ruled = times(*base, *factor);
    }
}

#[inline(always)]
fn times(base: f32, factor: f32) -> f32 {
    // Nothing times a factor that single precision cannot hold is nothing, too.
    let product = if base > 0.0 { base * factor } else { base };
    product + product * ROUNDING
}

/// The highest of each 64 values of a block.
#[inline(always)]
fn peaks_of(values: &[f32; BLOCK]) -> Peaks {
    let mut peaks = [f32::NEG_INFINITY; BLOCK / 64];
    for (peak, values) in peaks.iter_mut().zip(values.as_chunks::<64>().0) {
        *peak = highest(values);
    }
    peaks
}

/// The highest of some values, in lanes that a compiler turns into vectors.
#[inline(always)]
fn highest(values: &[f32; 64]) -> f32 {
    let higher = |a: f32, b: f32| if b > a { b } else { a };
    let mut lanes = [f32::NEG_INFINITY; 16];
    for chunk in values.as_chunks::<16>().0 {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = higher(*lane, *value);
        }
    }
    lanes.into_iter().fold(f32::NEG_INFINITY, higher)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kinds of vectors that this machine has.
    #[allow(unused_mut, reason = "what there is depends on the machine")]
    fn levels() -> Vec<Level> {
        let best = Level::new();
        let mut levels = vec![best];
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        levels.extend(
            [
                best.as_sse2().map(Level::Sse2),
                best.as_sse4_2().map(Level::Sse4_2),
                best.as_avx2().map(Level::Avx2),
            ]
            .into_iter()
            .flatten(),
        );
        levels
    }

    #[test]
    fn every_kind_of_vector_sifts_and_multiplies_to_the_same_bits() {
        let value = |at: usize| ((at * 7919) % 101) as f32 / 8.0;
        let base: [f32; BLOCK] = std::array::from_fn(value);
        let factor: [f32; BLOCK] = std::array::from_fn(|at| value(at + 5) * 1e30);
        for level in levels() {
            let mut ruled = [0.0; BLOCK];
            dispatch!(level, _simd => multiply(&base, &factor, &mut ruled));
            for (got, (base, factor)) in ruled.iter().zip(base.iter().zip(&factor)) {
                assert_eq!(got.to_bits(), times(*base, *factor).to_bits(), "{level:?}");
            }
            let peaks = dispatch!(level, _simd => peaks_of(&base));
            for (peak, chunk) in peaks.iter().zip(base.as_chunks::<64>().0) {
                let expected = chunk.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                assert_eq!(*peak, expected, "{level:?}");
                for least in [f32::NEG_INFINITY, 0.0, 6.25, 12.5, f32::INFINITY] {
                    let got = dispatch!(level, simd => at_least(simd, chunk, least));
                    let bits = chunk.iter().enumerate();
                    let expected = bits.fold(0_u64, |bits, (at, value)| {
                        bits | u64::from(*value >= least) << at
                    });
                    assert_eq!(got, expected, "{level:?}, {least}");
                }
            }
        }
    }
}
