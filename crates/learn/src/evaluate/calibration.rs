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
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
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
            brier_skill: if base > 0.0 { 1.0 - brier / base } else { 0.0 },
            bins: bins.into_iter().map(means).collect(),
        }
    }
}
