//! How likely a shopper buys what is none of its best candidates: as likely as somebody unknown,
//! on the level that its candidates end at, and likelier where vectors match.

use faer::linalg::solvers::Solve;
use faer::{Mat, Side};
use rayon::prelude::*;

use crate::blend::features::Kind;
use crate::blend::logistic::probability;

/// Candidates of a shopper that have a probability of their own, and how many of each kind have
/// at least: regulars get their repeats and explorers news.
const BEST: usize = 100;
const BEST_OF_KIND: usize = 32;

/// The penalty on what a match and a level count, where they are of variance 1.
const PENALTY: f64 = 5.0;

const ITERATIONS: usize = 20;

/// Pairs that are summed up together: the same at any number of threads.
const BLOCK: usize = 4096;

/// A candidate, and how likely it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Judged {
    pub(crate) product: u32,
    pub(crate) kind: Kind,
    pub(crate) log_odds: f64,
}

/// Leaves the best candidates, the best first.
pub(crate) fn keep_best(candidates: &mut Vec<Judged>) {
    let by_odds = |a: &Judged, b: &Judged| b.log_odds.total_cmp(&a.log_odds);
    candidates.sort_unstable_by(|a, b| by_odds(a, b).then(a.product.cmp(&b.product)));
    let mut of_kind = [0; 2];
    let mut place = 0;
    candidates.retain(|candidate| {
        place += 1;
        let of_kind = &mut of_kind[candidate.kind as usize];
        *of_kind += 1;
        place <= BEST || *of_kind <= BEST_OF_KIND
    });
}

/// How much higher the log-odds of new candidates are than those of somebody unknown, in the
/// middle; 0 without one.
pub(crate) fn level(candidates: &[Judged], unknown: impl Fn(u32) -> f64) -> f64 {
    let new = candidates
        .iter()
        .filter(|candidate| candidate.kind == Kind::New);
    let higher = |candidate: &Judged| candidate.log_odds - log_odds_of(unknown(candidate.product));
    let mut levels: Vec<f64> = new.map(higher).collect();
    levels.sort_unstable_by(f64::total_cmp);
    levels.get(levels.len() / 2).copied().unwrap_or(0.0)
}

/// The log of the odds of a probability; of one in a thousand million at least.
pub(crate) fn log_odds_of(probability: f64) -> f64 {
    let p = probability.clamp(1e-9, 1.0 - 1e-9);
    libm::log(p / (1.0 - p))
}

/// A shopper and a product that is none of its best candidates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pair {
    /// The log of the odds that somebody unknown buys it.
    pub(crate) unknown: f32,
    /// The dot product of both vectors.
    pub(crate) matched: f32,
    /// The shopper's [`level`].
    pub(crate) level: f32,
    /// The share of times in 0..1 that it was bought.
    pub(crate) outcome: f32,
    /// How much it counts.
    pub(crate) weight: f32,
}

/// Log-odds by those of somebody unknown:
/// `unknown + by_match · matched + by_level · level + offset`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tail {
    pub(crate) by_match: f64,
    pub(crate) by_level: f64,
    pub(crate) offset: f64,
}

impl Tail {
    /// Fits by Newton's method. Where nothing was bought neither match nor level counts; without
    /// pairs a purchase is a thousandth as likely as for somebody unknown.
    pub(crate) fn fit(pairs: &[Pair]) -> Self {
        let sum = |value: &dyn Fn(&Pair) -> f32| -> f64 {
            let weighed = pairs.iter().map(|pair| pair.weight * value(pair));
            weighed.map(f64::from).sum()
        };
        let bought = sum(&|pair| pair.outcome);
        let expected = sum(&|pair| probability(f64::from(pair.unknown)) as f32);
        let offset = libm::log((bought + 0.001) / (expected + 1.0)).min(0.0);
        let mut point = [0.0, 0.0, offset];
        if bought > 0.0 {
            let weight = sum(&|_| 1.0);
            let variance = |value: &dyn Fn(&Pair) -> f32| {
                let mean = (sum(value) / weight) as f32;
                sum(&|pair| (value(pair) - mean).powi(2)) / weight
            };
            let variances = [variance(&|pair| pair.matched), variance(&|pair| pair.level)];
            point = descend(point, pairs, variances.map(|variance| PENALTY * variance));
        }
        let [by_match, by_level, offset] = point;
        Self {
            by_match,
            by_level,
            offset,
        }
    }
}

fn descend(mut point: [f64; 3], pairs: &[Pair], penalties: [f64; 2]) -> [f64; 3] {
    let mut here = Slope::at(&point, pairs, penalties);
    for _ in 0..ITERATIONS {
        let Some(step) = here.step() else { break };
        let next = std::array::from_fn(|place| point[place] - step[place]);
        let there = Slope::at(&next, pairs, penalties);
        let gain = here.loss - there.loss;
        // What is not a number is no gain either.
        if gain.is_nan() || gain <= 0.0 {
            break;
        }
        (point, here) = (next, there);
        if gain < 1e-9 * here.loss {
            break;
        }
    }
    point
}

/// The loss at a point, with its first and second derivatives.
#[derive(Default)]
struct Slope {
    loss: f64,
    first: [f64; 3],
    second: [[f64; 3]; 3],
}

impl Slope {
    fn at(point: &[f64; 3], pairs: &[Pair], penalties: [f64; 2]) -> Self {
        let blocks: Vec<Self> = pairs
            .par_chunks(BLOCK)
            .map(|pairs| {
                let mut sum = Self::default();
                pairs.iter().for_each(|pair| sum.add(point, pair));
                sum
            })
            .collect();
        let mut all = Self::default();
        for block in &blocks {
            all.loss += block.loss;
            let sums = all.first.iter_mut().chain(all.second.as_flattened_mut());
            let values = block.first.iter().chain(block.second.as_flattened());
            sums.zip(values).for_each(|(sum, value)| *sum += value);
        }
        for (place, penalty) in penalties.into_iter().enumerate() {
            all.loss += 0.5 * penalty * point[place] * point[place];
            all.first[place] += penalty * point[place];
            all.second[place][place] += penalty;
        }
        all
    }

    fn add(&mut self, point: &[f64; 3], pair: &Pair) {
        let x = [f64::from(pair.matched), f64::from(pair.level), 1.0];
        let (outcome, weight) = (f64::from(pair.outcome), f64::from(pair.weight));
        let terms = x.iter().zip(point).map(|(x, by)| x * by);
        let log_odds = f64::from(pair.unknown) + terms.sum::<f64>();
        let p = probability(log_odds);
        let softplus = log_odds.max(0.0) + libm::log1p(libm::exp(-log_odds.abs()));
        self.loss += weight * (softplus - outcome * log_odds);
        let (slope, bend) = (weight * (p - outcome), weight * p * (1.0 - p));
        for (row, value) in x.iter().enumerate() {
            self.first[row] += slope * value;
            for (sum, other) in self.second[row].iter_mut().zip(x) {
                *sum += bend * value * other;
            }
        }
    }

    /// The step to the lowest point, were the loss a parabola.
    fn step(&self) -> Option<[f64; 3]> {
        let second = Mat::from_fn(3, 3, |row, column| self.second[row][column]);
        let first = Mat::from_fn(3, 1, |row, _| self.first[row]);
        let step = second.llt(Side::Lower).ok()?.solve(&first);
        Some(std::array::from_fn(|row| step[(row, 0)]))
    }
}

#[cfg(test)]
mod tests {
    //! 1. What was made with a known tail is fitted to it.
    //! 2. Without purchases neither match nor level tells anything, and nothing is NaN.
    //! 3. The best candidates are kept, and some of each kind at least.

    use super::*;

    #[test]
    fn pairs_made_with_a_tail_are_fitted_to_it() {
        let pairs: Vec<Pair> = (0..60_000_i32)
            .map(|i| {
                let (unknown, matched) = ((i % 7) as f32 - 6.0, (i % 11) as f32 / 20.0);
                let level = (i % 13) as f32 / 6.0 - 1.0;
                let log_odds = unknown + 3.0 * matched + 0.5 * level - 1.5;
                Pair {
                    unknown,
                    matched,
                    level,
                    outcome: probability(f64::from(log_odds)) as f32,
                    weight: 1.0,
                }
            })
            .collect();
        let tail = Tail::fit(&pairs);
        // The penalty draws what a match counts a little towards 0.
        assert!((tail.by_match - 3.0).abs() < 0.05, "{tail:?}");
        assert!((tail.by_level - 0.5).abs() < 0.02, "{tail:?}");
        assert!((tail.offset + 1.5).abs() < 0.02, "{tail:?}");
    }

    #[test]
    fn without_purchases_a_match_tells_nothing() {
        let pair = Pair {
            unknown: -3.0,
            matched: 0.4,
            level: -1.0,
            outcome: 0.0,
            weight: 2.0,
        };
        for pairs in [vec![], vec![pair], vec![pair; 9]] {
            let tail = Tail::fit(&pairs);
            assert_eq!((tail.by_match, tail.by_level), (0.0, 0.0));
            assert!(tail.offset.is_finite() && tail.offset < -5.0, "{tail:?}");
        }
        let bought = Pair {
            outcome: 1.0,
            ..pair
        };
        let tail = Tail::fit(&[bought]);
        let all = [tail.by_match, tail.by_level, tail.offset];
        assert!(all.iter().all(|value| value.is_finite()), "{tail:?}");
    }

    #[test]
    fn the_best_are_kept_and_some_of_each_kind() {
        // 200 bought before that are all likelier than 200 new ones.
        let candidate = |product: u32| Judged {
            product,
            kind: if product < 200 {
                Kind::Again
            } else {
                Kind::New
            },
            log_odds: -f64::from(product),
        };
        let mut candidates: Vec<Judged> = (0..400).rev().map(candidate).collect();
        // The upper of the two in the middle of −399 to −200.
        assert_eq!(level(&candidates, |_| 0.5), -299.0);
        keep_best(&mut candidates);
        let kept: Vec<u32> = candidates
            .iter()
            .map(|candidate| candidate.product)
            .collect();
        let expected: Vec<u32> = (0..100).chain(200..232).collect();
        assert_eq!(kept, expected);
        assert_eq!(level(&[], |_| 0.5), 0.0);
    }
}
