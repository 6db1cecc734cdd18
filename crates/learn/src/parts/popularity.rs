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
