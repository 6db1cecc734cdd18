//! How values are distributed, and how far a distribution has shifted.

use serde::{Deserialize, Serialize};

/// Values that stand for a distribution, evenly by their rank.
const KEPT: usize = 200;

/// With fewer values, chance alone would shift a distribution.
const LEAST_VALUES: usize = 200;

/// A bin that nothing falls into counts as if this share did.
const LEAST_SHARE: f64 = 0.001;

/// How some values are distributed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// What they are values of.
    pub of: String,
    /// How many there were.
    pub values: usize,
    /// Evenly by rank, the least first.
    kept: Vec<f32>,
}

impl Distribution {
    /// That of some values.
    #[must_use]
    pub fn new(of: impl Into<String>, mut values: Vec<f32>) -> Self {
        values.retain(|value| value.is_finite());
        values.sort_unstable_by(f32::total_cmp);
        // Each is in the middle of a two-hundredth.
        let at = |place: usize| {
            values
                .get((2 * place + 1) * values.len() / (2 * KEPT))
                .copied()
        };
        Self {
            of: of.into(),
            values: values.len(),
            kept: (0..KEPT).filter_map(at).collect(),
        }
    }

    /// The population stability index of a later distribution: over ten bins that hold a tenth of
    /// these values each, the sum of (later share − share) · ln(later share / share). None where
    /// there are too few values to tell.
    #[must_use]
    pub fn shift(&self, later: &Self) -> Option<f64> {
        if self.values.min(later.values) < LEAST_VALUES {
            return None;
        }
        // Between what is kept below a decile and above it.
        let kept = |tenth: usize| self.kept.get(tenth * KEPT / 10 - 1..=tenth * KEPT / 10);
        let deciles = (1..10).filter_map(kept);
        let mut edges: Vec<f32> = deciles
            .map(|kept| f32::midpoint(kept[0], kept[1]))
            .collect();
        // A value that is very frequent is a bin of its own.
        edges.dedup();
        Some(stability(
            &shares(&self.kept, &edges),
            &shares(&later.kept, &edges),
        ))
    }

    /// Whether it is what [`Distribution::new`] makes.
    pub(crate) fn is_whole(&self) -> bool {
        let is_finite = self.kept.iter().all(|value| value.is_finite());
        is_finite && self.kept.is_sorted() && [0, KEPT].contains(&self.kept.len())
    }
}

/// The share of values up to each edge, from the one before it, and above the last.
fn shares(values: &[f32], edges: &[f32]) -> Vec<f64> {
    let up_to = edges
        .iter()
        .map(|edge| values.partition_point(|value| value <= edge));
    let up_to: Vec<usize> = std::iter::once(0)
        .chain(up_to)
        .chain([values.len()])
        .collect();
    let count = values.len().max(1) as f64;
    up_to
        .windows(2)
        .map(|ends| (ends[1] - ends[0]) as f64 / count)
        .collect()
}

/// The population stability index of shares by bin.
pub(crate) fn stability(shares: &[f64], later: &[f64]) -> f64 {
    let pairs = shares.iter().zip(later);
    let terms = pairs.map(|(share, later)| {
        let (share, later) = (share.max(LEAST_SHARE), later.max(LEAST_SHARE));
        (later - share) * libm::log(later / share)
    });
    terms.sum()
}

#[cfg(test)]
mod tests {
    //! 1. The index is that of the formula, worked by hand.
    //! 2. The same values have not shifted, and values from elsewhere have.
    //! 3. Few values tell nothing.

    use super::*;

    fn evenly(from: f32, to: f32) -> Distribution {
        let value = |i: i32| from + (to - from) * i as f32 / 999.0;
        Distribution::new("values", (0..1000).map(value).collect())
    }

    #[test]
    fn the_index_is_that_of_the_formula() {
        let (a, b) = ([0.5, 0.5], [0.25, 0.75]);
        let want = -0.25 * 0.5_f64.ln() + 0.25 * 1.5_f64.ln();
        assert!((stability(&a, &b) - want).abs() < 1e-12);
        // An empty bin counts as a thousandth.
        let want = 0.499 * 500_f64.ln() + 0.499 * (0.999_f64 / 0.5).ln();
        assert!((stability(&[0.001, 0.999], &[0.5, 0.5]) - want).abs() < 1e-9);
    }

    #[test]
    fn the_same_values_are_steady_and_others_have_shifted() {
        let values = evenly(0.0, 1.0);
        assert_eq!(values.shift(&evenly(0.0, 1.0)), Some(0.0));
        // Half of a tenth moves from the highest bin to the lowest.
        let shifted = values.shift(&evenly(-0.05, 0.95)).unwrap();
        let want = 0.05 * 1.5_f64.ln() + 0.05 * 2_f64.ln();
        assert!((shifted - want).abs() < 0.01, "{shifted}");
        // Nearly all of the same value.
        let same = Distribution::new("same", vec![1.0; 500]);
        assert_eq!(same.shift(&same), Some(0.0));
        assert!(same.shift(&evenly(2.0, 3.0)).unwrap() > 1.0);
    }

    #[test]
    fn few_values_tell_nothing() {
        let few = Distribution::new("few", vec![1.0; 199]);
        assert_eq!(few.shift(&evenly(0.0, 1.0)), None);
        assert_eq!(evenly(0.0, 1.0).shift(&few), None);
        let none = Distribution::new("none", vec![f32::NAN]);
        assert_eq!((none.values, none.is_whole()), (0, true));
    }
}
