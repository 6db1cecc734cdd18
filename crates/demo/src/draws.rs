//! Random draws that depend only on a seed, a stream and an index.
//!
//! Whoever asks for shopper 7 gets shopper 7, in whatever order and however many others are
//! made. This is why the crate has its own ten lines and not a generator with one long
//! state.

/// What a draw is for; two streams never share a draw.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stream {
    /// The order in which a kind's words are combined.
    Kind = 1,
    Style,
    Product,
    Stock,
    Offer,
    Shopper,
    Orders,
}

/// The draws of one entity, one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Draws {
    state: u64,
}

/// 2^64 divided by the golden ratio, made odd.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// SplitMix64's finaliser: Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014, with the constants of Vigna's public-domain `splitmix64.c`.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Draws {
    /// The draws of the entity `index` of a stream.
    pub(crate) fn new(seed: u64, stream: Stream, index: u64) -> Self {
        let key = mix(seed.wrapping_add(GAMMA.wrapping_mul(stream as u64)));
        Self {
            state: mix(key.wrapping_add(GAMMA.wrapping_mul(index))),
        }
    }

    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GAMMA);
        mix(self.state)
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in [low, high).
    pub(crate) fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Uniform in 0..count (Lemire's multiplication; its bias is below 2^-32 here).
    pub(crate) fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.bits()) * count as u128) >> 64) as usize
    }

    /// Uniform in low..=high.
    pub(crate) fn whole(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as usize) as i64
    }

    /// True with a probability.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Standard normal (Box and Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.unit())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }

    /// Log-normal around a median.
    pub(crate) fn about(&mut self, median: f64, spread: f64) -> f64 {
        median * libm::exp(spread * self.normal())
    }

    /// Standard Gumbel: the argmax of utility plus this chooses as a multinomial logit does.
    pub(crate) fn gumbel(&mut self) -> f64 {
        -libm::log(-libm::log(1.0 - self.unit()) + f64::MIN_POSITIVE)
    }

    /// An index with a probability in proportion to its weight; the first where all are 0.
    pub(crate) fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut rest = self.unit() * weights.iter().sum::<f64>();
        for (index, weight) in weights.iter().enumerate() {
            rest -= weight;
            if rest < 0.0 {
                return index;
            }
        }
        let positive = |weight: &f64| *weight > 0.0;
        weights.iter().rposition(positive).unwrap_or_default()
    }
}

/// Splits `total` in proportion to weights, exactly: what is given up to each entry is the
/// share of the weights up to it, rounded down.
pub(crate) fn apportion(total: usize, weights: &[f64]) -> Vec<usize> {
    let sum: f64 = weights.iter().sum();
    let (mut running, mut given) = (0.0, 0);
    let last = weights.len().saturating_sub(1);
    let share = |(index, weight): (usize, &f64)| {
        running += weight;
        let up_to = if index == last {
            total
        } else {
            ((running / sum * total as f64) as usize).clamp(given, total)
        };
        let here = up_to - given;
        given = up_to;
        here
    };
    weights.iter().enumerate().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_splitmix64() {
        // First outputs of Vigna's splitmix64.c from state 1234567.
        let mut draws = Draws { state: 1_234_567 };
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        assert_eq!(expected, std::array::from_fn(|_| draws.bits()));
    }

    #[test]
    fn streams_and_indices_do_not_share_draws() {
        let first = |seed, stream, index| Draws::new(seed, stream, index).bits();
        let one = first(1, Stream::Style, 7);
        assert_eq!(one, first(1, Stream::Style, 7));
        assert_ne!(one, first(1, Stream::Style, 8));
        assert_ne!(one, first(1, Stream::Product, 7));
        assert_ne!(one, first(2, Stream::Style, 7));
    }

    #[test]
    fn a_normal_draw_has_mean_0_and_variance_1() {
        let mut draws = Draws::new(1, Stream::Style, 0);
        let values: Vec<f64> = (0..20_000).map(|_| draws.normal()).collect();
        let mean = values.iter().sum::<f64>() / 20_000.0;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 20_000.0;
        // Five standard errors: 5 / sqrt(20,000) and 5 * sqrt(2 / 20,000).
        assert!(mean.abs() < 0.036, "{mean}");
        assert!((variance - 1.0).abs() < 0.05, "{variance}");
    }

    #[test]
    fn apportioning_gives_all_and_nothing_to_no_weight() {
        assert_eq!(apportion(10, &[1.0, 0.0, 3.0]), [2, 0, 8]);
        assert_eq!(apportion(7, &[0.3; 9]).iter().sum::<usize>(), 7);
        assert!(apportion(5, &[]).is_empty());
    }
}
