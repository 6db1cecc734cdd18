//! Simulated shoppers of a trained model: a history that might be theirs, and the vector that a
//! shopper with this history has.

use endcap_engine::{Model, Retailer};

use crate::artifact::Artifact;
use crate::blend::features::Kind;
use crate::blend::logistic::probability;
use crate::blend::tail::{Judged, keep_best, level, log_odds_of};
use crate::parts::fold_in;
use crate::persona::{Likes, Simulated};
use crate::vectors::levels::levelled;
use crate::vectors::{DIMENSIONS, Quantised, ShopperVector};

impl Artifact {
    /// A persona as [`Simulated::new`] makes it, as a shopper of this model.
    ///
    /// Its history is what it is likeliest to have bought, as many products and as often as are
    /// expected in as many orders as this model's shoppers made in the mean; its vector is solved for
    /// from that as a shopper's is (the half step of implicit ALS: Hu, Koren and Volinsky, ICDM
    /// 2008). The likeliest products, and those that have all that is liked, keep the probability
    /// that they have there; all others are told by the vector. A persona that is like nobody and
    /// likes nothing is somebody unknown.
    #[must_use]
    pub fn simulate(&self, retailer: &Retailer, like: &[u32], likes: &Likes) -> Simulated {
        let vector = if like.is_empty() && likes.is_empty() {
            ShopperVector::nobody()
        } else {
            let taste = Simulated::new(retailer, &self.model, like, likes);
            let mut is_own = vec![false; retailer.len()];
            if !likes.is_empty() {
                is_own = likes.rows(retailer);
            }
            self.of_taste(taste.purchase(), is_own)
        };
        Simulated::of_vector(vector, &self.model)
    }

    /// The shopper whose next order contains products with these probabilities; those that are
    /// its own keep them.
    fn of_taste(&self, purchase: &[f64], mut is_own: Vec<bool>) -> ShopperVector {
        let unknown = self.unknown();
        let judge = |(row, purchase): (usize, &f64)| Judged {
            product: row as u32,
            kind: Kind::New,
            log_odds: log_odds_of(*purchase),
        };
        let mut best: Vec<Judged> = purchase.iter().enumerate().map(judge).collect();
        keep_best(&mut best);
        let level = level(&best, |row| unknown[row as usize]);
        let ceiling = best.last().map(|least| least.log_odds as f32);
        for judged in &best {
            is_own[judged.product as usize] = true;
        }
        let own = purchase.iter().enumerate().filter(|(row, _)| is_own[*row]);
        let history = self.history(&best, purchase);
        let mut vector = Quantised::new(&fold_in(&history, &self.item_vectors()));
        vector.scale *= self.tail.by_match as f32;
        ShopperVector {
            vector,
            bias: (self.tail.by_level * level + self.tail.offset) as f32,
            ceiling: ceiling.unwrap_or(ShopperVector::NO_CEILING),
            own: own.map(|(row, p)| (row as u32, levelled(*p))).collect(),
            ..ShopperVector::nobody()
        }
    }

    /// The likeliest of the best, as many and as often as are expected in as many orders as this
    /// model's shoppers made in the mean.
    fn history(&self, best: &[Judged], purchase: &[f64]) -> Vec<(u32, f32)> {
        let orders: f64 = self.orders.iter().map(|orders| f64::from(*orders)).sum();
        let orders = (orders / self.orders.len().max(1) as f64).max(1.0);
        let at_all = |p: &f64| 1.0 - libm::pow(1.0 - p, orders);
        let products: f64 = purchase.iter().map(at_all).sum();
        let products = (products.round() as usize).max(1);
        let times = |judged: &Judged| {
            let times = orders * probability(judged.log_odds);
            (judged.product, times.round().max(1.0) as f32)
        };
        best.iter().take(products).map(times).collect()
    }

    /// By row, the probability that an order of somebody unknown contains a product.
    fn unknown(&self) -> Vec<f64> {
        let [mut relevance, mut purchase] =
            [vec![0.0; self.model.len()], vec![0.0; self.model.len()]];
        let rows = 0..self.model.len();
        self.model
            .predict(None, rows, &mut relevance, &mut purchase);
        purchase
    }

    /// By row, the vector of a product, as it was kept.
    fn item_vectors(&self) -> Vec<[f32; DIMENSIONS]> {
        let vector = |row| {
            let Quantised { values, scale } = self.model.item(row).vector;
            values.map(|value| f32::from(value) * scale)
        };
        (0..self.model.len()).map(vector).collect()
    }
}

#[cfg(test)]
mod tests;
