//! Logistic regression with a penalty, by Newton's method.

use faer::linalg::solvers::Solve;
use faer::{Mat, Side};
use rayon::prelude::*;

use crate::blend::features::{COUNT, Features};

/// The penalty on the weights of features of variance 1.
const PENALTY: f64 = 5.0;

const ITERATIONS: usize = 30;

/// Examples that are summed up together: the same at any number of threads.
const BLOCK: usize = 4096;

/// With the intercept, which comes last.
const SIZE: usize = COUNT + 1;

/// Features, and how often they led to a purchase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Example {
    pub(crate) features: Features,
    /// The share of times in 0..1.
    pub(crate) outcome: f32,
    /// How much it counts.
    pub(crate) weight: f32,
}

/// The log of odds, as a weighted sum of features.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weights {
    pub(crate) by_feature: [f64; COUNT],
    pub(crate) intercept: f64,
}

/// 1 / (1 + e^−x).
pub(crate) fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}

impl Weights {
    /// The log of the odds of a purchase.
    pub(crate) fn log_odds(&self, features: &Features) -> f64 {
        let terms = self.by_feature.iter().zip(features);
        self.intercept
            + terms
                .map(|(weight, value)| weight * f64::from(*value))
                .sum::<f64>()
    }

    /// The weights of least loss. A feature that never changes weighs nothing; without
    /// examples nothing does, and a purchase is as likely as one in a thousand.
    pub(crate) fn fit(examples: &[Example]) -> Self {
        let weight: f64 = examples
            .iter()
            .map(|example| f64::from(example.weight))
            .sum();
        let bought = examples
            .iter()
            .map(|e| f64::from(e.outcome) * f64::from(e.weight));
        let share = (bought.sum::<f64>() + 0.001) / (weight + 1.0);
        let scale = Scale::of(examples);
        let mut point = [0.0; SIZE];
        point[COUNT] = libm::log(share / (1.0 - share));
        let mut here = Slope::at(&point, examples, &scale);
        for _ in 0..ITERATIONS {
            let Some(step) = here.step() else { break };
            let Some((next, there)) = downhill(&point, &step, here.loss, examples, &scale) else {
                break;
            };
            let gain = here.loss - there.loss;
            (point, here) = (next, there);
            if gain < 1e-7 * here.loss {
                break;
            }
        }
        scale.back(&point)
    }
}

/// The first of ever shorter steps that lessens the loss.
fn downhill(
    point: &[f64; SIZE],
    step: &[f64; SIZE],
    loss: f64,
    examples: &[Example],
    scale: &Scale,
) -> Option<([f64; SIZE], Slope)> {
    (0..6).find_map(|halvings| {
        let part = libm::exp2(-f64::from(halvings));
        let next = std::array::from_fn(|place| point[place] - part * step[place]);
        let there = Slope::at(&next, examples, scale);
        (there.loss < loss).then_some((next, there))
    })
}

/// How features become ones of mean 0 and variance 1.
struct Scale {
    mean: [f64; COUNT],
    /// 0 for a feature that never changes.
    by: [f64; COUNT],
}

impl Scale {
    fn of(examples: &[Example]) -> Self {
        let count = examples.len().max(1) as f64;
        let mut mean = [0.0; COUNT];
        let mut square = [0.0; COUNT];
        for example in examples {
            for (place, value) in example.features.iter().enumerate() {
                mean[place] += f64::from(*value) / count;
            }
        }
        for example in examples {
            for (place, value) in example.features.iter().enumerate() {
                square[place] += (f64::from(*value) - mean[place]).powi(2) / count;
            }
        }
        let by = square.map(|square: f64| {
            if square > 1e-9 {
                1.0 / square.sqrt()
            } else {
                0.0
            }
        });
        Self { mean, by }
    }

    fn apply(&self, features: &Features) -> [f64; SIZE] {
        std::array::from_fn(|place| match features.get(place) {
            Some(value) => (f64::from(*value) - self.mean[place]) * self.by[place],
            None => 1.0,
        })
    }

    /// The weights of features as they are.
    fn back(&self, point: &[f64; SIZE]) -> Weights {
        let by_feature: [f64; COUNT] = std::array::from_fn(|place| point[place] * self.by[place]);
        let shift = by_feature
            .iter()
            .zip(&self.mean)
            .map(|(weight, mean)| weight * mean);
        Weights {
            by_feature,
            intercept: point[COUNT] - shift.sum::<f64>(),
        }
    }
}

/// The loss at a point, with its first and second derivatives.
struct Slope {
    loss: f64,
    first: [f64; SIZE],
    /// The lower triangle, row by row.
    second: Vec<[f64; SIZE]>,
}

impl Slope {
    fn zero() -> Self {
        Self {
            loss: 0.0,
            first: [0.0; SIZE],
            second: vec![[0.0; SIZE]; SIZE],
        }
    }

    fn at(point: &[f64; SIZE], examples: &[Example], scale: &Scale) -> Self {
        let blocks: Vec<Self> = examples
            .par_chunks(BLOCK)
            .map(|examples| {
                let mut sum = Self::zero();
                for example in examples {
                    sum.add(point, example, scale);
                }
                sum
            })
            .collect();
        let mut sum = Self::zero();
        for block in &blocks {
            sum.loss += block.loss;
            for (row, (first, second)) in block.first.iter().zip(&block.second).enumerate() {
                sum.first[row] += first;
                for (sum, value) in sum.second[row].iter_mut().zip(second) {
                    *sum += value;
                }
            }
        }
        for (place, weight) in point[..COUNT].iter().enumerate() {
            sum.loss += 0.5 * PENALTY * weight * weight;
            sum.first[place] += PENALTY * weight;
            sum.second[place][place] += PENALTY;
        }
        sum.second[COUNT][COUNT] += 1e-6;
        sum
    }

    fn add(&mut self, point: &[f64; SIZE], example: &Example, scale: &Scale) {
        let x = scale.apply(&example.features);
        let log_odds: f64 = x.iter().zip(point).map(|(x, weight)| x * weight).sum();
        let (outcome, weight) = (f64::from(example.outcome), f64::from(example.weight));
        let p = probability(log_odds);
        // log(1 + e^x) − y x, written so that nothing overflows.
        let softplus = log_odds.max(0.0) + libm::log1p(libm::exp(-log_odds.abs()));
        self.loss += weight * (softplus - outcome * log_odds);
        let (slope, bend) = (weight * (p - outcome), weight * p * (1.0 - p));
        for (row, value) in x.iter().enumerate() {
            self.first[row] += slope * value;
            let bent = bend * value;
            for (sum, other) in self.second[row][..=row].iter_mut().zip(&x) {
                *sum += bent * other;
            }
        }
    }

    /// The step to the lowest point, were the loss a parabola.
    fn step(&self) -> Option<[f64; SIZE]> {
        let second = Mat::from_fn(SIZE, SIZE, |row, column| {
            self.second[row.max(column)][row.min(column)]
        });
        let first = Mat::from_fn(SIZE, 1, |row, _| self.first[row]);
        let step = second.llt(Side::Lower).ok()?.solve(&first);
        Some(std::array::from_fn(|row| step[(row, 0)]))
    }
}

#[cfg(test)]
mod tests {
    //! 1. One feature that splits the examples: the log of odds on each side, save the penalty.
    //! 2. A feature that never changes weighs nothing, and no examples are no NaN.

    use super::*;

    fn example(value: f32, outcome: f32) -> Example {
        let mut features = [0.5; COUNT];
        features[3] = value;
        Example {
            features,
            outcome,
            weight: 1.0,
        }
    }

    #[test]
    fn the_log_of_odds_is_that_of_the_examples() {
        // So many examples that the penalty does not count.
        let side = |value, outcome| std::iter::repeat_n(example(value, outcome), 200_000);
        let examples: Vec<Example> = side(1.0, 0.2).chain(side(2.0, 0.6)).collect();
        let weights = Weights::fit(&examples);
        let odds = |share: f64| (share / (1.0 - share)).ln();
        for (value, share) in [(1.0, 0.2), (2.0, 0.6)] {
            let got = weights.log_odds(&example(value, 0.0).features);
            assert!((got - odds(share)).abs() < 1e-3, "{got}");
        }
        let others = weights
            .by_feature
            .iter()
            .enumerate()
            .filter(|(place, _)| *place != 3);
        assert!(others.into_iter().all(|(_, weight)| *weight == 0.0));
    }

    #[test]
    fn weights_count_as_often_as_they_say() {
        let twice: Vec<Example> = [example(1.0, 1.0), example(1.0, 1.0), example(2.0, 0.0)].into();
        let weighed = vec![
            Example {
                weight: 2.0,
                ..example(1.0, 1.0)
            },
            example(2.0, 0.0),
        ];
        let scale = Scale::of(&twice);
        let point = std::array::from_fn(|place| place as f64 / 10.0);
        let (a, b) = (
            Slope::at(&point, &twice, &scale),
            Slope::at(&point, &weighed, &scale),
        );
        assert!((a.loss - b.loss).abs() < 1e-9);
        assert!(
            a.first
                .iter()
                .zip(b.first)
                .all(|(a, b)| (a - b).abs() < 1e-9)
        );
    }

    #[test]
    fn no_examples_are_no_nan() {
        let none = Weights::fit(&[]);
        let p = probability(none.log_odds(&[1.0; COUNT]));
        assert!((p - 0.001).abs() < 1e-4, "{p}");
        for outcome in [0.0, 1.0] {
            let weights = Weights::fit(&[example(1.0, outcome)]);
            assert!(weights.log_odds(&[1.0; COUNT]).is_finite());
        }
    }
}
