//! Figures of one ranked list, and means with bootstrap intervals.

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
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
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
        let mut draws = seed;
        let mut draw = || {
            // splitmix64
            draws = draws.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut bits = draws;
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((u128::from(bits ^ (bits >> 31)) * count as u128) >> 64) as usize
        };
        let mut means: Vec<f64> = (0..RESAMPLES)
            .map(|_| (0..count).map(|_| values[draw()]).sum::<f64>() / count as f64)
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
