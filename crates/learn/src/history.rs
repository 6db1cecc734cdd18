//! What one shopper bought, as the models see it at an instant.
//!
//! Models answer for a history, not for a shopper: so a shopper, a persona and somebody whom
//! nobody knows (no orders at all) are answered alike.

use crate::orders::{DAY_MICROS, Orders};

/// Days after which a purchase counts half, from what was on the mind lately to lasting taste.
pub const HALF_LIVES_DAYS: [f32; 5] = [15.0, 30.0, 60.0, 120.0, 240.0];

/// The half-life by which own shares are taken: a place in [`HALF_LIVES_DAYS`].
const SHARE: usize = 3;

/// Groups of consecutive orders, and how much less an order counts than the next one in its
/// group and a group than the next one: the parameters of TIFU (Hu et al. 2020, section 3.2).
const GROUPS: usize = 7;
const DECAY_IN_GROUP: f32 = 0.9;
const DECAY_OF_GROUPS: f32 = 0.9;

/// A product that was bought.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Past {
    /// Its number.
    pub product: u32,
    /// How many orders contained it.
    pub times: u32,
    /// Days since the latest of them.
    pub last_days: f32,
    /// Days since the first.
    pub first_days: f32,
    /// The number of those orders, each fading by [`HALF_LIVES_DAYS`].
    pub faded: [f32; HALF_LIVES_DAYS.len()],
    /// The share of them, order by order and group by group less (TIFU).
    pub frequency: f32,
}

/// The purchases of one shopper.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    /// By product, ascending.
    pub past: Vec<Past>,
    /// How many orders there were.
    pub orders: u32,
    /// The number of orders, fading.
    pub faded_orders: f32,
    /// Products of all orders.
    pub lines: u32,
    /// Days since the latest order; 0 without one.
    pub last_days: f32,
    /// Days since the first order; 0 without one.
    pub first_days: f32,
}

impl History {
    /// The history of baskets, each with its age in days, from the oldest to the latest.
    #[must_use]
    pub fn new<'b>(baskets: impl ExactSizeIterator<Item = (f32, &'b [u32])>) -> Self {
        let count = baskets.len();
        let group = count.div_ceil(GROUPS).max(1);
        let mut history = Self {
            orders: count as u32,
            ..Self::default()
        };
        let mut bought: Vec<Past> = Vec::new();
        for (index, (age, basket)) in baskets.enumerate() {
            let age = if age > 0.0 { age } else { 0.0 };
            let back = count - 1 - index;
            let faded = HALF_LIVES_DAYS.map(|half_life| libm::exp2f(-age / half_life));
            let frequency = libm::powf(DECAY_IN_GROUP, (back % group) as f32)
                * libm::powf(DECAY_OF_GROUPS, (back / group) as f32)
                / (group * GROUPS) as f32;
            history.faded_orders += faded[SHARE];
            history.lines += basket.len() as u32;
            history.last_days = age;
            if index == 0 {
                history.first_days = age;
            }
            bought.extend(basket.iter().map(|product| Past {
                product: *product,
                times: 1,
                last_days: age,
                first_days: age,
                faded,
                frequency,
            }));
        }
        // Stable: sums are taken from the oldest order to the latest.
        bought.sort_by_key(|past| past.product);
        history.past = bought
            .chunk_by(|a, b| a.product == b.product)
            .map(|times| times[1..].iter().fold(times[0], Past::and))
            .collect();
        history
    }

    /// The history of a shopper's orders, as old as they are at `now_micros`.
    #[must_use]
    pub fn of(orders: &Orders, shopper: usize, now_micros: i64) -> Self {
        Self::new(orders.of(shopper).map(|order| {
            let age = now_micros.saturating_sub(orders.at(order)) as f64 / DAY_MICROS as f64;
            (age as f32, orders.basket(order))
        }))
    }

    /// Whether nothing was bought.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.past.is_empty()
    }

    /// What is known of a product that was bought.
    #[must_use]
    pub fn find(&self, product: u32) -> Option<&Past> {
        let place = self
            .past
            .binary_search_by_key(&product, |past| past.product);
        place.ok().map(|place| &self.past[place])
    }
}

impl Past {
    /// The share of the shopper's orders that contained it, fading.
    #[must_use]
    pub fn share(&self, history: &History) -> f32 {
        self.faded[SHARE] / (history.faded_orders + 0.1)
    }

    /// Days between two purchases, in the mean; `None` for a single one.
    #[must_use]
    pub fn interval_days(&self) -> Option<f32> {
        let between = self.times.checked_sub(1).filter(|times| *times > 0)?;
        Some((self.first_days - self.last_days) / between as f32)
    }

    fn and(self, later: &Self) -> Self {
        let mut faded = self.faded;
        for (sum, later) in faded.iter_mut().zip(later.faded) {
            *sum += later;
        }
        Self {
            times: self.times + later.times,
            last_days: later.last_days,
            faded,
            frequency: self.frequency + later.frequency,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    //! 1. Counts, ages and fading sums are those of the orders that contained a product.
    //! 2. Frequency is that of TIFU: worked by hand for eight orders.

    use super::*;

    #[test]
    fn a_product_has_the_counts_and_ages_of_its_orders() {
        let baskets: [(f32, &[u32]); 3] = [(60.0, &[1, 4]), (30.0, &[4]), (15.0, &[2])];
        let history = History::new(baskets.into_iter());
        assert_eq!((history.orders, history.lines), (3, 4));
        assert_eq!((history.first_days, history.last_days), (60.0, 15.0));
        let products: Vec<u32> = history.past.iter().map(|past| past.product).collect();
        assert_eq!(products, [1, 2, 4]);
        let four = history.find(4).unwrap();
        assert_eq!(
            (four.times, four.first_days, four.last_days),
            (2, 60.0, 30.0)
        );
        assert_eq!(four.interval_days(), Some(30.0));
        // 2^(−60/30) + 2^(−30/30) and 2^(−60/60) + 2^(−30/60).
        assert!((four.faded[1] - 0.75).abs() < 1e-6);
        assert!((four.faded[2] - (0.5 + 0.5_f32.sqrt())).abs() < 1e-6);
        assert_eq!(history.find(1).unwrap().interval_days(), None);
        assert_eq!(history.find(3), None);
    }

    #[test]
    fn frequency_is_that_of_tifu() {
        // Eight orders in groups of two, the latest first: 7 and 6, 5 and 4, 3 and 2, 1 and 0.
        let baskets: Vec<(f32, Vec<u32>)> = (0..8).map(|i| (8.0 - i as f32, vec![i])).collect();
        let history = History::new(baskets.iter().map(|(age, b)| (*age, b.as_slice())));
        let want = [
            0.9 * 0.9_f32.powi(3),
            0.9_f32.powi(3),
            0.9 * 0.9_f32.powi(2),
            0.9_f32.powi(2),
            0.9 * 0.9,
            0.9,
            0.9,
            1.0,
        ];
        for (past, want) in history.past.iter().zip(want) {
            assert!((past.frequency - want / 14.0).abs() < 1e-6, "{past:?}");
        }
    }

    #[test]
    fn an_order_of_the_future_is_of_today() {
        let history = History::new([(-5.0, [3].as_slice())].into_iter());
        assert_eq!(history.past[0].faded, [1.0; 5]);
        assert!(History::new([].into_iter()).is_empty());
    }
}
