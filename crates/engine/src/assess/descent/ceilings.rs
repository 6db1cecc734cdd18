//! The most that each product of a shelf may score, whoever asks.

use std::ops::Range;

use endcap_rules::ones;
use fearless_simd::{Level, Simd, dispatch};

use super::Step;
use crate::assess::lanes::at_least;
use crate::assess::shelf::{Part, Shelf};
use crate::model::Model;
use crate::signals::weighted;

/// Products that are worked out together.
const BLOCK: usize = 256;

/// One product in so many says how much about so many reach; no multiple of a power of two, since
/// products that are so far from each other may have something in common.
const SAMPLE: usize = 31;

/// The most that each product may score, over the spans of all parts.
pub(in crate::assess) struct Ceilings(Vec<f32>);

impl Ceilings {
    /// By the score before any rule.
    pub(super) fn before_rules((shelf, model, is_known): (&Shelf<'_>, &dyn Model, bool)) -> Self {
        let mut relevance = [0.0; BLOCK];
        Self::by_block(shelf, |(part, places), ceilings| {
            let rows = part.rows_of(&places);
            let relevance = &mut relevance[..places.len()];
            ask((model, is_known), rows.clone(), (relevance, ceilings));
            let given = (&*relevance, &model.popularity()[rows]);
            dispatch!(Level::new(), _simd => score((part, places.start), given, ceilings));
        })
    }

    /// By the probability of purchase.
    pub(super) fn of_purchases((shelf, model, is_known): (&Shelf<'_>, &dyn Model, bool)) -> Self {
        let mut relevance = [0.0; BLOCK];
        Self::by_block(shelf, |(part, places), ceilings| {
            let relevance = &mut relevance[..places.len()];
            ask(
                (model, is_known),
                part.rows_of(&places),
                (relevance, ceilings),
            );
        })
    }

    /// By the score, given those before any rule.
    pub(super) fn multiplied(&self, shelf: &Shelf<'_>) -> Self {
        let mut before = &self.0[..];
        Self::by_block(shelf, |(part, places), ceilings| {
            let (of_block, others) = before.split_at(places.len());
            before = others;
            let Some(factors) = &part.factors else {
                ceilings.copy_from_slice(of_block);
                return;
            };
            let first = places.start;
            dispatch!(Level::new(), _simd => {
                multiply(of_block, factors.of_most(places.clone()), ceilings);
            });
            for (place, factor) in factors.others(places) {
                ceilings[place - first] = up(f64::from(of_block[place - first]) * factor);
            }
        })
    }

    /// Those that some places of a part each are worked out for, by `fill`.
    fn by_block(
        shelf: &Shelf<'_>,
        mut fill: impl FnMut((&Part, Range<usize>), &mut [f32]),
    ) -> Self {
        let len = shelf.parts.iter().map(|part| part.span.len()).sum();
        let mut all = vec![0.0; len];
        let mut ceilings = &mut all[..];
        for part in &shelf.parts {
            for start in part.span.clone().step_by(BLOCK) {
                let places = start..part.span.end.min(start + BLOCK);
                let (of_block, others) = ceilings.split_at_mut(places.len());
                ceilings = others;
                fill((part, places), of_block);
            }
        }
        Self(all)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// What about so many reach; everything where there are not many more.
    pub(super) fn least_of(&self, most: usize) -> f32 {
        if self.0.len() <= most + most / 2 {
            return f32::NEG_INFINITY;
        }
        let mut sample: Vec<f32> = self.0.iter().copied().step_by(SAMPLE).collect();
        let place = (most / SAMPLE).min(sample.len() - 1);
        *sample
            .select_nth_unstable_by(place, |a, b| b.total_cmp(a))
            .1
    }

    /// Those that match a rule of [`Context::placing`] but reach less than what is above, in no order.
    ///
    /// [`Context::placing`]: crate::context::Context::placing
    pub(super) fn matching(&self, shelf: &Shelf<'_>, rule: usize, above: f32) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut ceilings = &self.0[..];
        for part in &shelf.parts {
            let (of_part, others) = ceilings.split_at(part.span.len());
            ceilings = others;
            let mut take = |place: usize| {
                let most = of_part[place - part.span.start];
                if most < above {
                    let row = part.row(place) as u32;
                    steps.push(Step { most, row });
                }
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

    /// Those that reach so much, but not what is above, in no order.
    pub(super) fn rows(&self, shelf: &Shelf<'_>, (least, above): (f32, Option<f32>)) -> Vec<Step> {
        // What the first stages have, mostly.
        let mut rows = Vec::with_capacity(self.0.len() / 8);
        let mut ceilings = &self.0[..];
        for part in &shelf.parts {
            let (of_part, others) = ceilings.split_at(part.span.len());
            ceilings = others;
            dispatch!(Level::new(), simd => {
                rows_of(simd, (part, of_part), (least, above), &mut rows);
            });
        }
        rows
    }
}

#[inline(always)]
fn rows_of<S: Simd>(
    simd: S,
    (part, ceilings): (&Part, &[f32]),
    (least, above): (f32, Option<f32>),
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
        let beyond = above.map_or(0, |above| at_least(simd, ceilings, above));
        for at in ones(at_least(simd, ceilings, least) & !beyond & all) {
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
        let rest = &part.weighed.rest[places];
        let products = relevance.iter().zip(popularity).zip(rest);
        for (ceiling, ((relevance, popularity), rest)) in ceilings[of_run].iter_mut().zip(products)
        {
            *ceiling = up(weighted(run, f64::from(*relevance), *popularity, *rest));
        }
        start = run.end;
        if end <= start {
            break;
        }
    }
}

/// What factors make of scores before any rule: as [`score`], not less than the score itself.
#[inline(always)]
fn multiply(before: &[f32], factors: &[f64], ceilings: &mut [f32]) {
    for (ceiling, (before, factor)) in ceilings.iter_mut().zip(before.iter().zip(factors)) {
        *ceiling = up(f64::from(*before) * factor);
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

#[cfg(test)]
mod tests {
    //! What is rounded up is not less, and the next that single precision has.

    use super::*;

    #[test]
    fn what_is_rounded_up_is_not_less() {
        for value in [0.0, 1e-300, 0.1, 1.0, 1.0 + 1e-12, 7e37, 1e40, f64::MAX] {
            let up = up(value);
            assert!(f64::from(up) > value, "{value}");
            assert!(f64::from(up.next_down().next_down()) <= value, "{value}");
        }
    }
}
