//! A blend laid out in vectors: what it says of a shopper's best candidates stands as it is, and
//! the rest follows from the vectors and from how often everybody buys a product.

use endcap_engine::Retailer;

use crate::blend::Blend;
use crate::blend::features::{Kind, Room};
use crate::blend::logistic::probability;
use crate::blend::tail::{Judged, keep_best, level, log_odds_of};
use crate::frequency::percentiles;
use crate::history::History;
use crate::kin::kin;
use crate::logistic::Logistic;
use crate::orders::Orders;
use crate::parts::Part;
use crate::sparse::Scores;
use crate::vectors::levels::levelled;
use crate::vectors::{DIMENSIONS, ItemVector, Own, Quantised, ShopperVector, VectorModel};

/// A product that never sold sells half as well as its kin, as far as anybody knows.
const UNPROVEN: f64 = 0.5;

/// What stays as it is: a score is a logit already.
pub(crate) const LOGITS: Logistic = Logistic {
    slope: 1.0,
    offset: 0.0,
};

/// The rows of a model, and how a history becomes a shopper of it.
pub struct Layout<'b> {
    blend: &'b Blend,
    /// By the blend's number of a product.
    rows: Vec<Option<u32>>,
    items: Vec<ItemVector>,
    base_rate: f64,
    kin: Kin,
    /// The rows alone, to ask what the vectors say.
    model: VectorModel,
}

impl<'b> Layout<'b> {
    /// One row a product of the orders that a blend was trained on.
    #[must_use]
    pub fn of_orders(blend: &'b Blend, orders: &Orders) -> Self {
        let rows = (0..orders.products().len() as u32).map(Some).collect();
        Self::new(blend, rows, orders.products().len(), |_| Vec::new())
    }

    /// One row a product of a retailer, who sells what was ordered. A product that never sold is
    /// half as likely as those that are like it, in the mean.
    #[must_use]
    pub fn of_retailer(blend: &'b Blend, orders: &Orders, retailer: &Retailer) -> Self {
        let skus = orders.products().iter();
        let rows = skus.map(|sku| Some(retailer.row(sku)? as u32)).collect();
        Self::new(blend, rows, retailer.len(), |sold| kin(retailer, sold))
    }

    fn new(
        blend: &'b Blend,
        rows: Vec<Option<u32>>,
        count: usize,
        kin: impl FnOnce(&[f64]) -> Vec<(u32, Vec<u32>)>,
    ) -> Self {
        let mut shares = vec![0.0; count];
        let mut vectors = vec![[0.0; DIMENSIONS]; count];
        for (product, row) in rows.iter().enumerate() {
            if let Some(row) = row {
                shares[*row as usize] = blend.parts().popularity.of_orders()[product];
                vectors[*row as usize] = *blend.parts().als.product(product as u32);
            }
        }
        let sold = shares.iter().filter(|share| **share > 0.0).count();
        let base_rate = shares.iter().sum::<f64>() / sold.max(1) as f64;
        let popularity = percentiles(&shares);
        let kin = Kin::new(kin(&shares), count);
        for (row, like) in &kin.of {
            let sum: f64 = like.iter().map(|row| shares[*row as usize]).sum();
            shares[*row as usize] = UNPROVEN * sum / like.len() as f64;
            vectors[*row as usize] = mean(like.iter().map(|row| &vectors[*row as usize]));
        }
        let by_row = shares.iter().zip(&vectors).zip(popularity);
        let items = by_row.map(|((share, vector), popularity)| ItemVector {
            vector: Quantised::new(vector),
            bias: log_odds_of(*share) as f32,
            popularity,
        });
        let items: Vec<ItemVector> = items.collect();
        let model = VectorModel::new(items.iter().copied(), [], LOGITS, base_rate);
        Self {
            model: model.with_own(Own::Instead),
            blend,
            rows,
            items,
            base_rate,
            kin,
        }
    }

    /// A model of the rows and some shoppers.
    #[must_use]
    pub fn model(&self, shoppers: impl IntoIterator<Item = ShopperVector>) -> VectorModel {
        let items = self.items.iter().copied();
        VectorModel::new(items, shoppers, LOGITS, self.base_rate).with_own(Own::Instead)
    }

    /// A shopper with a history, as a model of these rows knows it; one without a history is like
    /// nobody in particular.
    #[must_use]
    pub fn shopper(&self, id: &str, history: &History) -> ShopperVector {
        self.shopper_in(id, history, &mut self.blend.room())
    }

    pub(crate) fn shopper_in(&self, id: &str, history: &History, room: &mut Room) -> ShopperVector {
        let mut shopper = ShopperVector {
            id: id.into(),
            ..ShopperVector::nobody()
        };
        if history.is_empty() {
            return shopper;
        }
        let unknown = self.blend.parts().popularity.of_orders();
        let tail = self.blend.tail();
        let judged = self.blend.judge(history, room);
        let level = level(&judged, |product| unknown[product as usize]);
        shopper.vector = Quantised::new(&self.blend.parts().als.shopper(history));
        shopper.vector.scale *= tail.by_match as f32;
        shopper.bias = (tail.by_level * level + tail.offset) as f32;
        let by_row = judged.into_iter().filter_map(|judged| {
            let product = self.rows[judged.product as usize]?;
            Some(Judged { product, ..judged })
        });
        let mut best: Vec<Judged> = by_row.collect();
        best.sort_unstable_by_key(|judged| judged.product);
        let alike = self.kin.like(&best, |rows| self.of_tail(&shopper, rows));
        best.extend(alike);
        keep_best(&mut best);
        // Nothing that is none of the best is likelier than they are.
        if let Some(least) = best.last() {
            shopper.ceiling = least.log_odds as f32;
        }
        best.sort_unstable_by_key(|judged| judged.product);
        let own = |judged: &Judged| (judged.product, levelled(probability(judged.log_odds)));
        shopper.own = best.iter().map(own).collect();
        shopper
    }

    /// What the vectors say of some rows.
    fn of_tail(&self, shopper: &ShopperVector, rows: &[u32]) -> Vec<f64> {
        let (mut relevance, mut purchase) = (vec![0.0; rows.len()], vec![0.0; rows.len()]);
        self.model
            .predict_rows_for(shopper, rows, &mut relevance, &mut purchase);
        purchase
    }
}

/// The model that a blend is served as, on the rows of its orders.
impl Part for Layout<'_> {
    fn name(&self) -> &'static str {
        "served"
    }

    fn score(&self, history: &History, scores: &mut Scores) {
        let shopper = self.shopper("", history);
        let rows = self.model.len();
        let (mut relevance, mut purchase) = (vec![0.0; rows], vec![0.0; rows]);
        self.model
            .predict_for(&shopper, 0..rows, &mut relevance, &mut purchase);
        for (row, probability) in purchase.iter().enumerate() {
            scores.add(row as u32, *probability as f32);
        }
    }
}

fn mean<'v>(vectors: impl ExactSizeIterator<Item = &'v [f32; DIMENSIONS]>) -> [f32; DIMENSIONS] {
    let count = vectors.len() as f32;
    let mut mean = [0.0; DIMENSIONS];
    for vector in vectors {
        for (sum, value) in mean.iter_mut().zip(vector) {
            *sum += value / count;
        }
    }
    mean
}

/// Products that never sold, and those that they are like.
struct Kin {
    /// Row, and the rows it is like.
    of: Vec<(u32, Vec<u32>)>,
    /// By row, the places in `of` of those that are like it.
    like: Vec<Vec<u32>>,
}

impl Kin {
    fn new(of: Vec<(u32, Vec<u32>)>, rows: usize) -> Self {
        let mut like = vec![Vec::new(); rows];
        for (place, (_, kin)) in of.iter().enumerate() {
            for row in kin {
                like[*row as usize].push(place as u32);
            }
        }
        Self { of, like }
    }

    /// Those that are like a candidate, with what their kin have in the mean, as far as they are
    /// unproven. Candidates are ascending by row; `others` are the probabilities of rows that are
    /// none.
    fn like(&self, candidates: &[Judged], others: impl Fn(&[u32]) -> Vec<f64>) -> Vec<Judged> {
        let of = |judged: &Judged| &self.like[judged.product as usize];
        let mut places: Vec<u32> = candidates.iter().flat_map(of).copied().collect();
        places.sort_unstable();
        places.dedup();
        let find = |row: &u32| candidates.binary_search_by_key(row, |judged| judged.product);
        // Kin have many of their kin in common: each is asked about once.
        let kin = places.iter().flat_map(|place| &self.of[*place as usize].1);
        let mut rest: Vec<u32> = kin.filter(|row| find(row).is_err()).copied().collect();
        rest.sort_unstable();
        rest.dedup();
        let of_rest = others(&rest);
        let of_row = |row: &u32| match (find(row), rest.binary_search(row)) {
            (Ok(place), _) => probability(candidates[place].log_odds),
            (_, Ok(place)) => of_rest[place],
            // Not met: whatever is no candidate is among the rest.
            (Err(_), Err(_)) => 0.0,
        };
        let like = |place: u32| {
            let (row, kin) = &self.of[place as usize];
            let sum: f64 = kin.iter().map(of_row).sum();
            Judged {
                product: *row,
                kind: Kind::New,
                log_odds: log_odds_of(UNPROVEN * sum / kin.len() as f64),
            }
        };
        places.into_iter().map(like).collect()
    }
}

#[cfg(test)]
mod tests;
