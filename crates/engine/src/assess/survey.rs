//! Counts the candidates ahead of a few: each is looked at roughly, in single precision, with a bound
//! that no score is above, so that only those that are near one of the few need a closer look.
//!
//! These are the loops that every product of a request goes through: they allocate nothing a
//! product, and are inlined where the machine's vectors are chosen.

use std::ops::Range;

use endcap_rules::ones;
use fearless_simd::{Level, Simd, dispatch};

use super::lanes::{above, at_least, highest};
use super::shelf::Part;
use crate::desk::Variant;
use crate::model::Model;
use crate::order::ByScore;

/// Rows looked at together, so that what one step leaves is in cache for the next.
const BLOCK: usize = 256;

/// More than what is lost where a few numbers of single precision are added or multiplied, as a
/// share of the largest.
const ROUNDING: f32 = 4.0 * f32::EPSILON;

/// Larger weights are not reckoned with in single precision.
const HUGE: f32 = 1e30;

/// How many candidates come before each of some keys.
pub(super) struct Ahead {
    /// For certain, one a key.
    pub(super) counts: Vec<u32>,
    /// Places of candidates, each with the place of a key, where only a closer look tells.
    pub(super) unsure: Vec<(usize, usize)>,
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
        let mut slack = [0.0; BLOCK];
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
        let most = slack.as_chunks::<64>().0.iter().map(highest);
        let most = most.fold(0.0, f32::max);
        fixed.off_by = 2.0 * most;
        fixed
    }
}

/// Counts the products of a part that come before each of some keys without rules, for one shopper.
pub(super) fn count(
    part: &Part,
    (model, shopper): (&dyn Model, Option<u32>),
    keys: &[ByScore],
) -> Ahead {
    let mut ahead = Ahead {
        counts: vec![0; keys.len()],
        unsure: Vec::new(),
    };
    dispatch!(Level::new(), simd => count_part(simd, part, (model, shopper), keys, &mut ahead));
    ahead
}

#[inline(always)]
fn count_part<S: Simd>(
    simd: S,
    part: &Part,
    (model, shopper): (&dyn Model, Option<u32>),
    keys: &[ByScore],
    ahead: &mut Ahead,
) {
    let (mut relevance, mut purchase) = ([0.0; BLOCK], [0.0; BLOCK]);
    let off_by = model.off_by();
    for start in part.span.clone().step_by(BLOCK) {
        let places = start..part.span.end.min(start + BLOCK);
        let len = places.len();
        let fixed = Fixed::new(part, model.popularity(), places.clone(), off_by);
        let rows = part.rows_of(&places);
        model.estimate(shopper, rows, &mut relevance[..len], &mut purchase[..len]);
        let mut bounds = [f32::NEG_INFINITY; BLOCK];
        let weights = fixed.weight.iter().zip(&fixed.rest);
        let products = bounds[..len].iter_mut().zip(&relevance).zip(weights);
        for ((bound, relevance), (weight, rest)) in products {
            let sum = weight * relevance + rest;
            *bound = if sum < 0.0 { 0.0 } else { sum };
        }
        let words = &part.shows(Variant::Organic).words()[start / 64..];
        let chunks = bounds.as_chunks::<64>().0.iter().zip(words);
        for (chunk, (bounds, word)) in chunks.take(len.div_ceil(64)).enumerate() {
            count_chunk(
                simd,
                (start + 64 * chunk, *word),
                (bounds, fixed.off_by),
                keys,
                ahead,
            );
        }
    }
}

/// Counts those of 64 products that a word has, given the most that each may score and by how much
/// that may be too much.
#[inline(always)]
fn count_chunk<S: Simd>(
    simd: S,
    (start, word): (usize, u64),
    (bounds, off_by): (&[f32; 64], f32),
    keys: &[ByScore],
    ahead: &mut Ahead,
) {
    if word == 0 {
        return;
    }
    let peak = highest(bounds);
    for (which, (key, count)) in keys.iter().zip(&mut ahead.counts).enumerate() {
        let least = (key.score as f32).next_down();
        let certain = ((key.score + f64::from(off_by)) as f32).next_up();
        if peak < least {
            continue;
        }
        let certain = above(simd, bounds, certain) & word;
        *count += certain.count_ones();
        let unsure = ones(at_least(simd, bounds, least) & word & !certain);
        ahead.unsure.extend(unsure.map(|at| (start + at, which)));
    }
}
