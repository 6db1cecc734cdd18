//! How often everybody buys a product, the latest orders counting most.

use crate::history::History;
use crate::orders::{DAY_MICROS, Orders};
use crate::parts::Part;
use crate::sparse::Scores;

/// Days after which an order counts half; the last is all orders alike.
const HALF_LIVES_DAYS: [f64; 4] = [14.0, 28.0, 90.0, f64::INFINITY];

/// The half-life that ranks.
const RANKS: usize = 1;

/// Each product's share of everything bought.
#[derive(Debug, Clone, PartialEq)]
pub struct Popularity {
    /// By product; one share a half-life.
    shares: Vec<[f32; HALF_LIVES_DAYS.len()]>,
    /// By product: the share of orders that contain it.
    of_orders: Vec<f64>,
    /// Products by the share that ranks, highest first.
    ranked: Vec<u32>,
}

impl Popularity {
    /// Counts orders, nobody's among them, as old as they are at `now_micros`.
    #[must_use]
    pub fn train(orders: &Orders, now_micros: i64) -> Self {
        let products = orders.products().len();
        let mut sums = vec![[0.0_f64; HALF_LIVES_DAYS.len()]; products];
        let mut all = [0.0_f64; HALF_LIVES_DAYS.len()];
        let mut order_weight = 0.0;
        for order in 0..orders.len() {
            let age = now_micros.saturating_sub(orders.at(order)).max(0) as f64;
            let days = age / DAY_MICROS as f64;
            let weights = HALF_LIVES_DAYS.map(|half_life| libm::exp2(-days / half_life));
            order_weight += weights[RANKS];
            for product in orders.basket(order) {
                let sums = sums[*product as usize].iter_mut().zip(&mut all);
                for ((sum, all), weight) in sums.zip(weights) {
                    *sum += weight;
                    *all += weight;
                }
            }
        }
        let share = |sum: f64, all: f64| if all > 0.0 { sum / all } else { 0.0 };
        let shares: Vec<[f32; HALF_LIVES_DAYS.len()]> = sums
            .iter()
            .map(|sums| std::array::from_fn(|h| share(sums[h], all[h]) as f32))
            .collect();
        let mut ranked: Vec<u32> = (0..products as u32).collect();
        ranked.sort_by(|a, b| {
            let share = |product: &u32| shares[*product as usize][RANKS];
            share(b).total_cmp(&share(a)).then(a.cmp(b))
        });
        let of_orders = sums.iter().map(|sums| share(sums[RANKS], order_weight));
        Self {
            of_orders: of_orders.collect(),
            shares,
            ranked,
        }
    }

    /// Its share of everything bought, one a half-life.
    #[must_use]
    pub fn shares(&self, product: u32) -> [f32; HALF_LIVES_DAYS.len()] {
        self.shares[product as usize]
    }

    /// By product, the share of orders that contain it, the latest counting most: the
    /// probability that the next order of somebody unknown does.
    #[must_use]
    pub fn of_orders(&self) -> &[f64] {
        &self.of_orders
    }

    /// Products, the most popular first.
    #[must_use]
    pub fn ranked(&self) -> &[u32] {
        &self.ranked
    }
}

impl Part for Popularity {
    fn name(&self) -> &'static str {
        "popularity"
    }

    fn score(&self, _: &History, scores: &mut Scores) {
        for (product, shares) in self.shares.iter().enumerate() {
            if shares[RANKS] > 0.0 {
                scores.add(product as u32, shares[RANKS]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::tests::orders;

    #[test]
    fn shares_fade_with_the_age_of_orders() {
        let orders = orders(&[
            ("1", Some("ann"), "milk", 0, 1.0),
            ("2", Some("bob"), "tea", 28, 1.0),
            ("2", Some("bob"), "salt", 28, 1.0),
            ("3", None, "tea", 28, 1.0),
        ]);
        let popularity = Popularity::train(&orders, 28 * DAY_MICROS);
        // milk, salt, tea: of everything bought, by 28 days: ½, 1 and 2 of 3½; of orders: of 2½.
        let shares: Vec<f32> = (0..3)
            .map(|product| popularity.shares(product)[1])
            .collect();
        let want = [0.5 / 3.5, 1.0 / 3.5, 2.0 / 3.5];
        assert!(
            shares
                .iter()
                .zip(want)
                .all(|(got, want)| (got - want).abs() < 1e-6)
        );
        let of_orders = [0.5 / 2.5, 1.0 / 2.5, 2.0 / 2.5];
        let got = popularity.of_orders().iter().zip(of_orders);
        assert!(
            got.into_iter()
                .all(|(got, want)| (got - want).abs() < 1e-12)
        );
        assert_eq!(popularity.shares(0)[3], 0.25, "without fading");
        assert_eq!(popularity.ranked(), [2, 1, 0]);
    }
}
