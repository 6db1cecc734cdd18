//! Looks at every candidate for one shopper after the other: roughly, in single precision, with a
//! bound that no score is above. What may be among the best is kept, to be looked at exactly.
//!
//! These are the loops that every product of a request goes through: they allocate nothing a
//! product, and are inlined where the machine's vectors are chosen.

use std::ops::Range;

use endcap_rules::Bits;
use fearless_simd::{Level, dispatch};

use super::shelf::{Function, Part, Shelf, Spread};
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

/// The best of many products by what they may score at most, not too many of one kind.
#[derive(Debug, Clone)]
pub(super) struct Sieve {
    /// What each may score at most, and its row.
    pub(super) entries: Vec<(f32, u32)>,
    most: usize,
    /// None that was left out scores more, but for those of a kind of which there were too many.
    pub(super) least: f32,
    /// By kind, one [`Spread`] after the other: none of it that was left out scores more.
    pub(super) floors: Vec<f32>,
    /// Whether none was left out.
    pub(super) is_all: bool,
}

impl Sieve {
    pub(super) fn new(most: usize, spreads: &[Spread<'_>]) -> Self {
        let kinds: usize = spreads.iter().map(|spread| spread.kinds).sum();
        Self {
            entries: Vec::new(),
            most,
            least: if most == 0 {
                f32::INFINITY
            } else {
                f32::NEG_INFINITY
            },
            floors: vec![f32::NEG_INFINITY; kinds],
            is_all: most > 0,
        }
    }

    /// Takes a product; gives the least from then on.
    #[inline]
    pub(super) fn push(&mut self, spreads: &[Spread<'_>], bound: f32, row: u32) -> f32 {
        let is_below = |(spread, kind): (&Spread<'_>, usize)| bound <= self.floors[spread.first + kind];
        let mut kinds = spreads
            .iter()
            .filter_map(|spread| Some((spread, spread.kind(row)?)));
        if !kinds.any(is_below) {
            self.entries.push((bound, row));
            if self.entries.len() >= 2 * self.most {
                self.cut(spreads);
            }
        }
        self.least
    }

    /// Leaves out those of a kind of which there are too many, then those that score least.
    pub(super) fn cut(&mut self, spreads: &[Spread<'_>]) {
        if self.entries.len() <= self.most {
            return;
        }
        self.is_all = false;
        if spreads.is_empty() {
            if self.most > 0 {
                self.entries
                    .select_nth_unstable_by(self.most - 1, |a, b| b.0.total_cmp(&a.0));
                self.least = self.entries[self.most - 1].0;
            }
            self.entries.truncate(self.most);
            return;
        }
        self.entries
            .sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut counts = vec![0_u32; self.floors.len()];
        let floors = &mut self.floors;
        self.entries.retain(|(bound, row)| {
            for spread in spreads {
                if let Some(kind) = spread.kind(*row) {
                    let kind = spread.first + kind;
                    if counts[kind] >= spread.most {
                        floors[kind] = floors[kind].max(*bound);
                        return false;
                    }
                }
            }
            for spread in spreads {
                if let Some(kind) = spread.kind(*row) {
                    counts[spread.first + kind] += 1;
                }
            }
            true
        });
        if self.entries.len() > self.most {
            self.least = self.entries[self.most].0;
            self.entries.truncate(self.most);
        }
    }

    fn join(&mut self, spreads: &[Spread<'_>], other: Self) {
        self.is_all &= other.is_all;
        self.least = self.least.max(other.least);
        for (floor, other) in self.floors.iter_mut().zip(&other.floors) {
            *floor = floor.max(*other);
        }
        for (bound, row) in other.entries {
            self.push(spreads, bound, row);
        }
    }
}

/// What one shopper's look at a shelf has found: a sieve for each [`super::shelf::View`].
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(super) sieves: Vec<Sieve>,
}

impl Found {
    pub(super) fn new(shelf: &Shelf<'_>) -> Self {
        let views = shelf.views.iter();
        let sieves = views.map(|view| Sieve::new(view.most, shelf.spreads_of(view)));
        Self {
            sieves: sieves.collect(),
        }
    }

    pub(super) fn join(&mut self, shelf: &Shelf<'_>, other: Self) {
        let views = shelf.views.iter().zip(&mut self.sieves);
        for ((view, sieve), other) in views.zip(other.sieves) {
            sieve.join(shelf.spreads_of(view), other);
        }
    }

    /// No more products come.
    pub(crate) fn finish(mut self, shelf: &Shelf<'_>) -> Self {
        for (view, sieve) in shelf.views.iter().zip(&mut self.sieves) {
            sieve.cut(shelf.spreads_of(view));
        }
        self
    }
}

/// What the products of a part may score at most.
#[derive(Debug)]
pub(super) struct Bounds {
    /// Without rules, over the span of the part.
    pub(super) base: Vec<f32>,
    /// The highest of each 64, with rules and without.
    pub(super) peaks: [Vec<f32>; 2],
    /// By how much a bound without rules may be above the score.
    pub(super) off_by: f32,
}

/// What no shopper changes of the scores of a block.
struct Fixed {
    /// The weight of relevance.
    weight: [f32; BLOCK],
    /// What is added, with all that rounding may take away.
    rest: [f32; BLOCK],
    /// By how much that may be too much.
    off_by: f32,
}

impl Fixed {
    #[inline(always)]
    fn new(part: &Part, popularity: &[f64], places: Range<usize>, off_by: f32) -> Self {
        let mut fixed = Self {
            weight: [0.0; BLOCK],
            rest: [0.0; BLOCK],
            off_by: 0.0,
        };
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
            let mut most = 0.0_f32;
            for (rest, (popularity, of_product)) in fixed.rest[of_block].iter_mut().zip(known) {
                let exact = (run.popularity * popularity + of_product) as f32;
                // A sum below zero counts as zero, however far below.
                let exact = if exact > -f32::MAX { exact } else { -f32::MAX };
                let slack = weight * off_by + (weight + exact.abs()) * ROUNDING + 1e-37;
                *rest = exact + slack + more;
                most = if slack < most { most } else { slack };
            }
            fixed.off_by = fixed.off_by.max(2.0 * most);
            start = end;
            if start == places.end {
                break;
            }
        }
        fixed
    }
}

/// Looks at a part for one shopper: what may be among the best goes to `found`, and all bounds are
/// kept.
pub(super) fn look(
    (shelf, place): (&Shelf<'_>, usize),
    (model, shopper): (&dyn Model, Option<u32>),
    found: &mut Found,
) -> Bounds {
    let part = &shelf.parts[place];
    let mut bounds = Bounds {
        base: vec![0.0; part.span.len()],
        peaks: [const { Vec::new() }; 2],
        off_by: 0.0,
    };
    dispatch!(Level::new(), _simd => {
        look_at_part((shelf, place), (model, shopper), (found, &mut bounds));
    });
    bounds
}

#[inline(always)]
fn look_at_part(
    (shelf, place): (&Shelf<'_>, usize),
    (model, shopper): (&dyn Model, Option<u32>),
    (found, bounds): (&mut Found, &mut Bounds),
) {
    let part = &shelf.parts[place];
    let mut said = Said::new();
    let off_by = model.off_by();
    for start in part.span.clone().step_by(BLOCK) {
        let places = start..part.span.end.min(start + BLOCK);
        let fixed = Fixed::new(part, model.popularity(), places.clone(), off_by);
        said.ask((model, shopper), part.row(places.start)..part.row(places.end));
        let base = &mut bounds.base[start - part.span.start..][..places.len()];
        said.base(&fixed, base);
        bounds.off_by = bounds.off_by.max(fixed.off_by);
        let chunks = places.len().div_ceil(64);
        let peaks = sift((shelf, place), places, (&said, base, off_by), found);
        for (all, peaks) in bounds.peaks.iter_mut().zip(peaks) {
            all.extend_from_slice(&peaks[..chunks]);
        }
    }
}

/// Looks at a part of each of some shelves for many shoppers. The shelves are those of the same
/// rows under several rule sets.
pub(super) fn look_for_many(
    (shelves, place): (&[&Shelf<'_>], usize),
    (model, shoppers): (&dyn Model, &[Option<u32>]),
    found: &mut [Vec<Found>],
) {
    dispatch!(Level::new(), _simd => {
        look_at_parts((shelves, place), (model, shoppers), found);
    });
}

#[inline(always)]
fn look_at_parts(
    (shelves, place): (&[&Shelf<'_>], usize),
    (model, shoppers): (&dyn Model, &[Option<u32>]),
    found: &mut [Vec<Found>],
) {
    let part = &shelves[0].parts[place];
    let mut said = Said::new();
    let mut base = [0.0; BLOCK];
    let off_by = model.off_by();
    for start in part.span.clone().step_by(BLOCK) {
        let places = start..part.span.end.min(start + BLOCK);
        let rows = part.row(places.start)..part.row(places.end);
        let base = &mut base[..places.len()];
        let of_shelf =
            |shelf: &&Shelf<'_>| Fixed::new(&shelf.parts[place], model.popularity(), places.clone(), off_by);
        let fixed: Vec<Fixed> = shelves.iter().map(of_shelf).collect();
        for (shopper, found) in shoppers.iter().zip(&mut *found) {
            said.ask((model, *shopper), rows.clone());
            for ((shelf, fixed), found) in shelves.iter().zip(&fixed).zip(found) {
                said.base(fixed, base);
                sift((shelf, place), places.clone(), (&said, base, off_by), found);
            }
        }
    }
}

/// What the model says of a block for one shopper.
struct Said {
    len: usize,
    relevance: [f32; BLOCK],
    purchase: [f32; BLOCK],
}

impl Said {
    fn new() -> Self {
        Self {
            len: 0,
            relevance: [0.0; BLOCK],
            purchase: [0.0; BLOCK],
        }
    }

    #[inline(always)]
    fn ask(&mut self, (model, shopper): (&dyn Model, Option<u32>), rows: Range<usize>) {
        self.len = rows.len();
        let relevance = &mut self.relevance[..rows.len()];
        model.estimate(shopper, rows, relevance, &mut self.purchase[..self.len]);
    }

    /// What the products may score at most without rules.
    #[inline(always)]
    fn base(&self, fixed: &Fixed, base: &mut [f32]) {
        let weights = fixed.weight.iter().zip(&fixed.rest);
        for ((base, relevance), (weight, rest)) in base.iter_mut().zip(&self.relevance).zip(weights)
        {
            let sum = weight * relevance + rest;
            *base = if sum < 0.0 { 0.0 } else { sum };
        }
    }
}

/// The highest of each 64 of a block.
type Peaks = [f32; BLOCK / 64];

/// Puts what may be among the best of a block in its sieve; gives the peaks of what it may score,
/// with rules and without.
#[inline(always)]
fn sift(
    (shelf, place): (&Shelf<'_>, usize),
    places: Range<usize>,
    (said, base, off_by): (&Said, &[f32], f32),
    found: &mut Found,
) -> [Peaks; 2] {
    let part = &shelf.parts[place];
    let mut ruled = [0.0; BLOCK];
    let ruled = &mut ruled[..base.len()];
    part.ruled(places.start, base, ruled);
    let mut purchase = [0.0; BLOCK];
    let purchase = &mut purchase[..base.len()];
    for (bound, said) in purchase.iter_mut().zip(&said.purchase) {
        *bound = said + off_by;
    }
    let peaks = [&*ruled, base, purchase].map(peaks_of);
    for (view, sieve) in shelf.views.iter().zip(&mut found.sieves) {
        if view.most == 0 {
            continue;
        }
        let (bounds, peaks) = match view.function {
            Function::Ruled => (&*ruled, &peaks[0]),
            Function::Organic => (base, &peaks[1]),
            Function::Purchase => (&*purchase, &peaks[2]),
        };
        let words = &view.masks[place].words()[places.start / 64..];
        let spreads = shelf.spreads_of(view);
        sift_words((words, peaks, bounds), sieve.least, |at, bound| {
            sieve.push(spreads, bound, part.row(places.start + at) as u32)
        });
    }
    let [ruled, base, _] = peaks;
    [ruled, base]
}

/// Offers the products of a part that `mask` has, each with the most it may score and its row, as
/// long as that reaches the least that `offer` gave last.
#[inline(always)]
pub(super) fn sift_part(
    (part, bounds): (&Part, &Bounds),
    (has_rules, mask): (bool, &Bits),
    (least, offer): (&mut f32, &mut impl FnMut(f32, usize) -> f32),
) {
    let peaks = &bounds.peaks[usize::from(!has_rules)];
    let words = &mask.words()[part.span.start / 64..];
    let chunks = bounds.base.chunks(64).zip(words.iter().zip(peaks));
    for (start, (base, (word, peak))) in part.span.clone().step_by(64).zip(chunks) {
        if *word == 0 || *peak < *least {
            continue;
        }
        let mut ruled = [0.0; 64];
        let bounds = if has_rules {
            part.ruled(start, base, &mut ruled[..base.len()]);
            &ruled[..base.len()]
        } else {
            base
        };
        sift_words((&[*word], &[*peak], bounds), *least, |at, bound| {
            *least = offer(bound, part.row(start + at));
            *least
        });
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
    let chunks = bounds.base.chunks(64).zip(words.iter().zip(&bounds.peaks[1]));
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

/// Takes in turn the bounds that are not less than `least`, of the places that `words` has;
/// `take` gives the least from then on. `peaks` has the highest of each 64.
#[inline(always)]
pub(super) fn sift_words(
    (words, peaks, bounds): (&[u64], &[f32], &[f32]),
    mut least: f32,
    mut take: impl FnMut(usize, f32) -> f32,
) {
    let chunks = words.iter().zip(peaks).zip(bounds.chunks(64));
    for (chunk, ((word, peak), bounds)) in chunks.enumerate() {
        if *word == 0 || *peak < least {
            continue;
        }
        let mut rest = *word;
        while rest != 0 {
            let at = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            if bounds[at] >= least {
                least = take(64 * chunk + at, bounds[at]);
            }
        }
    }
}

/// Bounds after boosts and buries.
#[inline(always)]
pub(super) fn multiply(base: &[f32], factor: &[f64], ruled: &mut [f32]) {
    for ((ruled, base), factor) in ruled.iter_mut().zip(base).zip(factor) {
        let product = base * *factor as f32;
        // Nothing times a factor that single precision cannot hold is nothing, too.
        let product = if *base > 0.0 { product } else { 0.0 };
        *ruled = product + product * ROUNDING;
    }
}

/// The highest of each 64 values of a block.
#[inline(always)]
fn peaks_of(values: &[f32]) -> Peaks {
    let mut peaks = [f32::NEG_INFINITY; BLOCK / 64];
    for (peak, values) in peaks.iter_mut().zip(values.chunks(64)) {
        *peak = highest(values);
    }
    peaks
}

/// The highest of some values, in lanes that a compiler turns into vectors.
#[inline(always)]
fn highest(values: &[f32]) -> f32 {
    let higher = |a: f32, b: f32| if b > a { b } else { a };
    let mut lanes = [f32::NEG_INFINITY; 16];
    let chunks = values.chunks_exact(16);
    let rest = chunks.remainder().iter().copied();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = higher(*lane, *value);
        }
    }
    lanes
        .into_iter()
        .chain(rest)
        .fold(f32::NEG_INFINITY, higher)
}
