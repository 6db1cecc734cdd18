//! Scores runs of products, and keeps the best of them while they go by.
//!
//! These are the loops that every product of a request goes through: they allocate nothing a
//! product, and are inlined where the machine's vectors are chosen.

use std::ops::Range;

use endcap_vocab::Sort;

use super::Part;
use crate::context::Context;
use crate::desk::Variant;
use crate::ground::Weighed;
use crate::model::Model;
use crate::order::{Best, Key};
use crate::signals::weighted;

/// Rows scored together, so that what one step leaves is in cache for the next.
const BLOCK: usize = 1024;

/// What stands out in a run of rows.
pub(super) struct Found {
    pub(super) best: [Option<Best>; 3],
    pub(super) purchases: Highest,
}

impl Found {
    /// Nothing yet; what nobody will ask for is not looked for.
    pub(super) fn new(context: &Context<'_>) -> Self {
        let request = context.request;
        let by_score = request.sort == Sort::Recommended && !context.is_plain;
        let wanted = |variant: Variant| by_score && (request.explain || variant == Variant::Shown);
        let slots = match request.explain {
            false => 0,
            true if context.is_plain => context.retailer.len(),
            true => request.slots as usize,
        };
        Self {
            best: Variant::ALL.map(|variant| wanted(variant).then(Best::first)),
            purchases: Highest::new(slots),
        }
    }

    pub(super) fn join(&mut self, other: Self) {
        for (best, other) in self.best.iter_mut().zip(other.best) {
            if let (Some(best), Some(other)) = (best, other) {
                best.join(other);
            }
        }
        self.purchases.join(other.purchases);
    }
}

/// The highest of many values.
#[derive(Debug)]
pub(super) struct Highest {
    values: Vec<f64>,
    most: usize,
    /// A lower value is not among them.
    least: f64,
}

impl Highest {
    fn new(most: usize) -> Self {
        Self {
            values: Vec::new(),
            most,
            least: if most == 0 {
                f64::INFINITY
            } else {
                f64::NEG_INFINITY
            },
        }
    }

    fn push(&mut self, value: f64) {
        self.values.push(value);
        if self.values.len() >= 2 * self.most {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.most < self.values.len() {
            self.values
                .select_nth_unstable_by(self.most - 1, |a, b| b.total_cmp(a));
            self.values.truncate(self.most);
            self.least = self.values[self.most - 1];
        }
    }

    fn join(&mut self, other: Self) {
        other.values.into_iter().for_each(|value| self.push(value));
    }

    pub(super) fn finish(mut self) -> Vec<f64> {
        if self.most == 0 {
            return Vec::new();
        }
        self.cut();
        self.values.sort_unstable_by(|a, b| b.total_cmp(a));
        self.values
    }
}

/// Scores a run of rows a block at a time, and keeps what stands out.
#[inline(always)]
pub(super) fn score(context: &Context<'_>, model: &dyn Model, part: &mut Part, found: &mut Found) {
    let popularity = model.popularity();
    let mut relevance = [0.0; BLOCK];
    let mut purchase = [0.0; BLOCK];
    let mut scores = [0.0; BLOCK];
    let mut base = vec![0.0; part.span.len()];
    for start in part.span.clone().step_by(BLOCK) {
        let places = start..part.span.end.min(start + BLOCK);
        let len = places.len();
        let rows = part.row(places.start)..part.row(places.end);
        let (relevance, purchase) = (&mut relevance[..len], &mut purchase[..len]);
        model.predict(context.shopper, rows.clone(), relevance, purchase);
        let popular = &popularity[rows];
        let base = &mut base[start - part.span.start..][..len];
        bases(&part.weighed, places.clone(), relevance, popular, base);
        let scores = &mut scores[..len];
        match &part.factor {
            None => scores.copy_from_slice(base),
            Some(factor) => multiply(base, &factor[places.clone()], scores),
        }
        let peaks = [&*scores, &*base].map(peaks_of);
        for (all, peaks) in part.peaks.iter_mut().zip(&peaks) {
            all.extend_from_slice(&peaks[..len.div_ceil(64)]);
        }
        for (variant, best) in Variant::ALL.iter().zip(&mut found.best) {
            let Some(best) = best else { continue };
            let values = if variant.has_rules() {
                &*scores
            } else {
                &*base
            };
            let shows = &part.shows(*variant).words()[start / 64..];
            let peaks = &peaks[usize::from(!variant.has_rules())];
            sift(shows, peaks, values, best.least(), |at, value| {
                let row = part.row(start + at);
                let key = Key::by_score(context.retailer, popularity, value, row);
                best.push(key, row as u32);
                best.least()
            });
        }
        let purchases = &mut found.purchases;
        let shows = &part.shows(Variant::Organic).words()[start / 64..];
        let peaks = peaks_of(purchase);
        sift(shows, &peaks, purchase, purchases.least, |_, value| {
            purchases.push(value);
            purchases.least
        });
    }
    part.base = base;
}

/// The scores before any rule of a block of places (ranking semantics, section 5).
#[inline(always)]
fn bases(
    weighed: &Weighed,
    places: Range<usize>,
    relevance: &[f64],
    popularity: &[f64],
    base: &mut [f64],
) {
    let first = weighed.runs.partition_point(|run| run.end <= places.start);
    let rest = &weighed.rest[places.clone()];
    let mut at = 0;
    for run in &weighed.runs[first..] {
        let end = run.end.min(places.end) - places.start;
        let inside = at..end;
        let signals = relevance[inside.clone()]
            .iter()
            .zip(&popularity[inside.clone()]);
        let columns = base[inside.clone()].iter_mut().zip(&rest[inside]);
        for ((base, rest), (relevance, popularity)) in columns.zip(signals) {
            *base = weighted(run, *relevance, *popularity, *rest);
        }
        at = end;
        if at == places.len() {
            break;
        }
    }
}

/// The scores after boosts and buries, the largest double at most.
#[inline(always)]
pub(super) fn multiply(base: &[f64], factor: &[f64], scores: &mut [f64]) {
    for ((score, base), factor) in scores.iter_mut().zip(base).zip(factor) {
        *score = (base * factor).min(f64::MAX);
    }
}

/// Takes in turn the values that are at least `least`, of the places that `shows` has; `take`
/// gives the least from then on. `peaks` has the highest of each 64 values.
#[inline(always)]
fn sift(
    shows: &[u64],
    peaks: &[f64],
    values: &[f64],
    mut least: f64,
    mut take: impl FnMut(usize, f64) -> f64,
) {
    let words = shows.iter().zip(peaks);
    for (chunk, ((word, peak), values)) in words.zip(values.chunks(64)).enumerate() {
        if *word == 0 || *peak < least {
            continue;
        }
        let mut rest = *word;
        while rest != 0 {
            let at = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            if values[at] >= least {
                least = take(64 * chunk + at, values[at]);
            }
        }
    }
}

/// The highest of each 64 values of a block.
#[inline(always)]
fn peaks_of(values: &[f64]) -> [f64; BLOCK / 64] {
    let mut peaks = [f64::NEG_INFINITY; BLOCK / 64];
    for (peak, values) in peaks.iter_mut().zip(values.chunks(64)) {
        *peak = highest(values);
    }
    peaks
}

/// The highest of some values, in lanes that a compiler turns into vectors.
#[inline(always)]
fn highest(values: &[f64]) -> f64 {
    let higher = |a: f64, b: f64| if b > a { b } else { a };
    let mut lanes = [f64::NEG_INFINITY; 8];
    let chunks = values.chunks_exact(8);
    let rest = chunks.remainder().iter().copied();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = higher(*lane, *value);
        }
    }
    lanes
        .into_iter()
        .chain(rest)
        .fold(f64::NEG_INFINITY, higher)
}
