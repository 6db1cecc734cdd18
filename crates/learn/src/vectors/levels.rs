//! Probabilities in 65,536 levels, evenly by their log-odds: each is off by a four-thousandth
//! of itself at most, and takes two bytes.

use std::sync::OnceLock;

use crate::blend::tail::log_odds_of;
use crate::logistic::probability;

/// Levels for each unit of log-odds.
const STEPS: f64 = 2048.0;

/// The log-odds of level 0, one in nine million.
const LEAST: f64 = -16.0;

/// The level that is nearest to a probability.
pub(crate) fn level(probability: f64) -> u16 {
    // Numbers that are too large or too small are clamped.
    ((log_odds_of(probability) - LEAST) * STEPS).round() as u16
}

/// The probability of each level.
pub(crate) fn probabilities() -> &'static [f32] {
    static PROBABILITIES: OnceLock<Vec<f32>> = OnceLock::new();
    PROBABILITIES.get_or_init(|| {
        let of_level = |level: u16| probability(f64::from(level) / STEPS + LEAST) as f32;
        (0..=u16::MAX).map(of_level).collect()
    })
}

/// A probability as it is after it was kept in two bytes.
pub(crate) fn levelled(probability: f64) -> f32 {
    probabilities()[usize::from(level(probability))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_the_nearest_and_kept_again_it_is_the_same() {
        for level_of in 0..=u16::MAX {
            let kept = probabilities()[usize::from(level_of)];
            assert_eq!(levelled(f64::from(kept)), kept, "level {level_of}");
        }
        for step in 1..10_000 {
            let p = f64::from(step) / 10_000.0;
            let off = (f64::from(levelled(p)) - p).abs();
            assert!(off <= p * (1.0 - p) / 4000.0 + 1e-7, "{p} by {off}");
        }
        assert_eq!(level(0.0), 0);
        assert_eq!(level(1.0), u16::MAX);
        assert!(levelled(f64::NAN).is_finite());
    }
}
