//! Whether a probability of 20% comes true in 20 of 100 cases.

/// Bins of equal mass.
const BINS: usize = 10;

/// A probability, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// What was expected.
    pub probability: f64,
    /// Whether the next order contained the product.
    pub bought: bool,
}

/// How far probabilities hold.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Calibration {
    /// How many probabilities were looked at.
    pub outcomes: usize,
    /// The mean probability.
    pub expected: f64,
    /// The share that came true.
    pub observed: f64,
    /// The mean distance of expected and observed over bins of equal mass, by the observed
    /// share (expected calibration error).
    pub error: f64,
    /// What `error` would be by chance alone, were every probability right: few outcomes scatter.
    pub chance: f64,
    /// One less the Brier score by that of always expecting the observed share.
    pub brier_skill: f64,
    /// Bin by bin, lowest first: expected and observed.
    pub bins: Vec<(f64, f64)>,
}

impl Calibration {
    /// Measures outcomes.
    #[must_use]
    pub fn of(mut outcomes: Vec<Outcome>) -> Self {
        outcomes.sort_by(|a, b| a.probability.total_cmp(&b.probability));
        let count = outcomes.len();
        let means = |outcomes: &[Outcome]| {
            let count = outcomes.len().max(1) as f64;
            let expected: f64 = outcomes.iter().map(|outcome| outcome.probability).sum();
            let bought = outcomes.iter().filter(|outcome| outcome.bought).count();
            (expected / count, bought as f64 / count)
        };
        let (expected, observed) = means(&outcomes);
        let edges = (0..=BINS).map(|bin| bin * count / BINS).collect::<Vec<_>>();
        let bins = edges.windows(2).map(|edge| &outcomes[edge[0]..edge[1]]);
        let bins: Vec<&[Outcome]> = bins.filter(|bin| !bin.is_empty()).collect();
        let distance: f64 = bins
            .iter()
            .map(|bin| {
                let (expected, observed) = means(bin);
                (expected - observed).abs() * bin.len() as f64 / count as f64
            })
            .sum();
        // The mean distance of a normal variable from its mean is √(2/π) of its deviation.
        let scatter: f64 = bins
            .iter()
            .map(|bin| {
                let (expected, _) = means(bin);
                let variance = expected * (1.0 - expected) / bin.len() as f64;
                (variance.max(0.0) * std::f64::consts::FRAC_2_PI).sqrt() * bin.len() as f64
            })
            .sum();
        let squares = outcomes.iter().map(|outcome| {
            let came = f64::from(outcome.bought);
            (outcome.probability - came).powi(2)
        });
        let brier = squares.sum::<f64>() / count.max(1) as f64;
        let base = observed * (1.0 - observed);
        let by = |value: f64, of: f64| if of > 0.0 { value / of } else { 0.0 };
        Self {
            outcomes: count,
            expected,
            observed,
            error: by(distance, observed),
            chance: by(scatter / count.max(1) as f64, observed),
            brier_skill: if base > 0.0 { 1.0 - brier / base } else { 0.0 },
            bins: bins.into_iter().map(means).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    //! Worked by hand on twenty outcomes, two a bin.

    use super::*;

    fn outcomes(pairs: &[(f64, bool)]) -> Vec<Outcome> {
        let outcome = |(probability, bought): &(f64, bool)| Outcome {
            probability: *probability,
            bought: *bought,
        };
        pairs.iter().map(outcome).collect()
    }

    #[test]
    fn probabilities_that_come_true_have_no_error() {
        let pairs: Vec<(f64, bool)> = (0..20).map(|i| (0.5, i % 2 == 0)).collect();
        let calibration = Calibration::of(outcomes(&pairs));
        assert_eq!((calibration.expected, calibration.observed), (0.5, 0.5));
        assert_eq!((calibration.error, calibration.brier_skill), (0.0, 0.0));
        // Ten bins of two: √(2/π · 0.25 / 2) each, by an observed share of a half.
        let chance = (std::f64::consts::FRAC_2_PI * 0.125).sqrt() / 0.5;
        assert!((calibration.chance - chance).abs() < 1e-12);
    }

    #[test]
    fn an_error_is_the_mean_distance_by_the_observed_share() {
        // Sixteen at 0.1 that never come true, four at 0.9 of which two do.
        let mut pairs = vec![(0.1, false); 16];
        pairs.extend([(0.9, true), (0.9, false), (0.9, true), (0.9, false)]);
        let calibration = Calibration::of(outcomes(&pairs));
        let distance = 0.8 * 0.1 + 0.2 * 0.4;
        assert!((calibration.error - distance / 0.1).abs() < 1e-12);
        let brier = (16.0 * 0.01 + 2.0 * 0.01 + 2.0 * 0.81) / 20.0;
        assert!((calibration.brier_skill - (1.0 - brier / 0.09)).abs() < 1e-12);
        assert_eq!(calibration.bins.len(), 10);
    }

    #[test]
    fn none_or_nothing_bought_is_never_nan() {
        for pairs in [vec![], vec![(0.2, false); 3]] {
            let calibration = Calibration::of(outcomes(&pairs));
            assert_eq!((calibration.error, calibration.brier_skill), (0.0, 0.0));
        }
    }
}
