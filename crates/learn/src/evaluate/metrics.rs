//! Figures of one ranked list, and means with bootstrap intervals.

use crate::draws::draw;

/// Resamples of a bootstrap.
const RESAMPLES: usize = 400;

/// A ranked list beside what was bought.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    first: Vec<u32>,
    hits: Vec<bool>,
    truth: usize,
}

impl Ranked {
    /// Products in order, and what was bought, ascending.
    #[must_use]
    pub fn new(first: Vec<u32>, truth: &[u32]) -> Self {
        let hits = first
            .iter()
            .map(|product| truth.binary_search(product).is_ok());
        Self {
            hits: hits.collect(),
            truth: truth.len(),
            first,
        }
    }

    /// The first `k` products.
    #[must_use]
    pub fn first(&self, k: usize) -> &[u32] {
        &self.first[..self.first.len().min(k)]
    }

    /// Hits among the first `k`, by the number of products bought.
    #[must_use]
    pub fn recall(&self, k: usize) -> f64 {
        let hits = self.hits.iter().take(k).filter(|hit| **hit).count();
        hits as f64 / self.truth.max(1) as f64
    }

    /// Binary NDCG: gains of 1 / log2(place + 1), by those of the best order of `k` places.
    #[must_use]
    pub fn ndcg(&self, k: usize) -> f64 {
        let gain = |place: usize| 1.0 / libm::log2(place as f64 + 2.0);
        let hits = self.hits.iter().take(k).enumerate();
        let got: f64 = hits
            .filter(|(_, hit)| **hit)
            .map(|(place, _)| gain(place))
            .sum();
        let best: f64 = (0..self.truth.min(k)).map(gain).sum();
        if best > 0.0 { got / best } else { 0.0 }
    }

    /// One by the place of the first hit; 0 without one.
    #[must_use]
    pub fn reciprocal_rank(&self) -> f64 {
        let place = self.hits.iter().position(|hit| *hit);
        place.map_or(0.0, |place| 1.0 / (place as f64 + 1.0))
    }
}

/// A mean over cases, and where it lies in 95 of 100 resamples of them.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Figure {
    /// The mean; 0 without cases.
    pub mean: f64,
    /// 2.5% of resamples are below.
    pub low: f64,
    /// 2.5% of resamples are above.
    pub high: f64,
}

impl Figure {
    /// The mean of values, with a bootstrap that `seed` draws.
    #[must_use]
    pub fn of(values: &[f64], seed: u64) -> Self {
        let count = values.len();
        if count == 0 {
            return Self {
                mean: 0.0,
                low: 0.0,
                high: 0.0,
            };
        }
        let mut places = 0..;
        let mut any = || {
            let bits = draw(seed, places.next().unwrap_or(0));
            ((u128::from(bits) * count as u128) >> 64) as usize
        };
        let mut means: Vec<f64> = (0..RESAMPLES)
            .map(|_| (0..count).map(|_| values[any()]).sum::<f64>() / count as f64)
            .collect();
        means.sort_unstable_by(f64::total_cmp);
        let tail = RESAMPLES / 40;
        Self {
            mean: values.iter().sum::<f64>() / count as f64,
            low: means[tail],
            high: means[RESAMPLES - 1 - tail],
        }
    }
}

#[cfg(test)]
mod tests {
    //! Worked by hand: three products bought, the second and fourth of five shown are among them.

    use super::*;

    fn ranked() -> Ranked {
        Ranked::new(vec![9, 2, 8, 4, 7], &[2, 4, 6])
    }

    #[test]
    fn recall_is_hits_by_what_was_bought() {
        let at = [1, 2, 4, 10].map(|k| ranked().recall(k));
        assert_eq!(at, [0.0, 1.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0]);
    }

    #[test]
    fn ndcg_has_its_ideal_cut_at_k() {
        let (second, third, fourth) = (1.0 / 3.0_f64.log2(), 0.5, 1.0 / 5.0_f64.log2());
        let want = (second + fourth) / (1.0 + second + third);
        assert!((ranked().ndcg(10) - want).abs() < 1e-12);
        assert!((ranked().ndcg(2) - second / (1.0 + second)).abs() < 1e-12);
        assert_eq!(Ranked::new(vec![2], &[2, 4, 6]).ndcg(1), 1.0);
    }

    #[test]
    fn the_reciprocal_rank_is_that_of_the_first_hit() {
        assert_eq!(ranked().reciprocal_rank(), 0.5);
        assert_eq!(Ranked::new(vec![1], &[2]).reciprocal_rank(), 0.0);
    }

    #[test]
    fn nothing_bought_or_shown_is_zero() {
        for ranked in [Ranked::new(vec![], &[]), Ranked::new(vec![], &[1])] {
            assert_eq!((ranked.recall(10), ranked.ndcg(10)), (0.0, 0.0));
        }
    }

    #[test]
    fn an_interval_is_as_wide_as_the_mean_is_unsure() {
        // 400 values of 0 and 1: the mean's deviation is 0.5 / 20, and 95% are within 1.96 of it.
        let values: Vec<f64> = (0..400).map(|i| f64::from(i % 2)).collect();
        let figure = Figure::of(&values, 7);
        assert_eq!(figure.mean, 0.5);
        let half = 1.96 * 0.5 / 20.0;
        assert!((figure.low - (0.5 - half)).abs() < 0.01, "{figure:?}");
        assert!((figure.high - (0.5 + half)).abs() < 0.01, "{figure:?}");
        assert_eq!(Figure::of(&values, 7), figure);
        assert_eq!(Figure::of(&[], 7).mean, 0.0);
    }
}
