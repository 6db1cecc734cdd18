//! The blend, laid out by the rows of a retailer, as the engine asks.

use std::collections::HashMap;
use std::ops::Range;

use endcap_engine::{Model, Retailer};
use rayon::prelude::*;

use crate::LearnError;
use crate::blend::Blend;
use crate::frequency::percentiles;
use crate::history::History;
use crate::kept::{among, most, prefer};
use crate::kin::kin;
use crate::orders::Orders;
use crate::progress::Watch;

/// A product that never sold sells half as well as its kin, as far as anybody knows.
const UNPROVEN: f64 = 0.5;

/// What the blend says of every shopper's candidates, and of everybody's purchases.
#[derive(Debug, Clone, PartialEq)]
pub struct BlendModel {
    popularity: Vec<f64>,
    /// By row, the probability that the next order of somebody unknown contains it.
    unknown: Vec<f64>,
    base_rate: f64,
    /// The probability of a row that is no candidate, by `unknown`.
    rest: f64,
    shoppers: HashMap<Box<str>, u32>,
    /// Where the candidates of each shopper begin; one more than there are shoppers.
    starts: Vec<u32>,
    /// Row and probability; ascending by row in a shopper.
    candidates: Vec<(u32, f32)>,
}

impl BlendModel {
    /// What `blend`, trained on `orders`, says at `now_micros` of a retailer's products.
    ///
    /// # Errors
    /// [`LearnError::Cancelled`].
    pub fn new(
        blend: &Blend,
        orders: &Orders,
        retailer: &Retailer,
        now_micros: i64,
        watch: Watch<'_>,
    ) -> Result<Self, LearnError> {
        let names = orders.products().iter();
        let rows: Vec<Option<u32>> = names
            .map(|sku| retailer.row(sku).map(|row| row as u32))
            .collect();
        let mut unknown = vec![0.0; retailer.len()];
        for (row, share) in rows.iter().zip(blend.parts().popularity.of_orders()) {
            if let Some(row) = row {
                unknown[*row as usize] = *share;
            }
        }
        let popularity = percentiles(&unknown);
        let sold = unknown.iter().filter(|share| **share > 0.0).count();
        let base_rate = unknown.iter().sum::<f64>() / sold.max(1) as f64;
        let kin = Kin::of(retailer, &unknown);
        kin.spread(&mut unknown);

        let shoppers = orders.shoppers().len();
        let task = watch.task("asking for every shopper", shoppers);
        let candidates: Result<Vec<Vec<(u32, f32)>>, LearnError> = (0..shoppers)
            .into_par_iter()
            .map_init(
                || blend.room(),
                |room, shopper| {
                    task.step(1)?;
                    let history = History::of(orders, shopper, now_micros);
                    let predictions = blend.predict_in(&history, room).into_iter();
                    let known = predictions.filter_map(|prediction| {
                        let row = rows[prediction.product as usize]?;
                        Some((row, prediction.probability as f32))
                    });
                    Ok(kin.add(known.collect(), &unknown, blend.rest()))
                },
            )
            .collect();
        let mut model = Self {
            popularity,
            unknown,
            base_rate,
            rest: blend.rest(),
            shoppers: HashMap::with_capacity(shoppers),
            starts: vec![0],
            candidates: Vec::new(),
        };
        for (shopper, candidates) in candidates?.into_iter().enumerate() {
            // Nobody knows a shopper without candidates.
            if !candidates.is_empty() {
                let number = model.starts.len() as u32 - 1;
                model
                    .shoppers
                    .insert(orders.shoppers()[shopper].clone(), number);
                model.candidates.extend(candidates);
                model.starts.push(model.candidates.len() as u32);
            }
        }
        Ok(model)
    }

    /// The mean probability that an order contains a product that sells at all.
    #[must_use]
    pub fn base_rate(&self) -> f64 {
        self.base_rate
    }
}

impl Model for BlendModel {
    fn popularity(&self) -> &[f64] {
        &self.popularity
    }

    fn shopper(&self, id: &str) -> Option<u32> {
        self.shoppers.get(id).copied()
    }

    fn predict(
        &self,
        shopper: Option<u32>,
        rows: Range<usize>,
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        purchase.copy_from_slice(&self.unknown[rows.clone()]);
        if let Some(shopper) = shopper {
            purchase.iter_mut().for_each(|share| *share *= self.rest);
            let shopper = shopper as usize;
            let own = self.starts[shopper] as usize..self.starts[shopper + 1] as usize;
            for (row, probability) in among(&self.candidates[own], &rows) {
                purchase[row - rows.start] = f64::from(probability);
            }
        }
        prefer(purchase, self.base_rate, relevance);
    }

    /// What is no candidate is bought as often as [`Blend::rest`] says, at most.
    fn most(&self, rows: Range<usize>, relevance: &mut [f32], purchase: &mut [f32]) {
        let mut shares = self.unknown[rows].to_vec();
        shares.iter_mut().for_each(|share| *share *= self.rest);
        most(&shares, self.base_rate, (relevance, purchase));
    }

    fn own(&self, shopper: u32) -> Vec<u32> {
        let shopper = shopper as usize;
        let own = self.starts[shopper] as usize..self.starts[shopper + 1] as usize;
        self.candidates[own].iter().map(|(row, _)| *row).collect()
    }
}

/// Products that never sold, and those that they are like.
struct Kin {
    /// Row, and the rows it is like.
    of: Vec<(u32, Vec<u32>)>,
    /// By row, the places in `of` of those that are like it.
    like: Vec<Vec<u32>>,
}

impl Kin {
    fn of(retailer: &Retailer, sold: &[f64]) -> Self {
        let of = kin(retailer, sold);
        let mut like = vec![Vec::new(); sold.len()];
        for (place, (_, kin)) in of.iter().enumerate() {
            for row in kin {
                like[*row as usize].push(place as u32);
            }
        }
        Self { of, like }
    }

    /// Gives each what its kin have in the mean, as far as it is unproven.
    fn spread(&self, shares: &mut [f64]) {
        for (row, kin) in &self.of {
            let sum: f64 = kin.iter().map(|kin| shares[*kin as usize]).sum();
            shares[*row as usize] = UNPROVEN * sum / kin.len() as f64;
        }
    }

    /// Candidates by row, and those that are like one of them.
    fn add(&self, mut candidates: Vec<(u32, f32)>, unknown: &[f64], rest: f64) -> Vec<(u32, f32)> {
        candidates.sort_unstable_by_key(|(row, _)| *row);
        let likes = candidates
            .iter()
            .flat_map(|(row, _)| &self.like[*row as usize]);
        let mut places: Vec<u32> = likes.copied().collect();
        places.sort_unstable();
        places.dedup();
        let probability = |row: &u32| {
            let place = candidates.binary_search_by_key(row, |(row, _)| *row);
            place.map_or(rest * unknown[*row as usize], |place| {
                f64::from(candidates[place].1)
            })
        };
        let like = |place: u32| {
            let (row, kin) = &self.of[place as usize];
            let sum: f64 = kin.iter().map(probability).sum();
            (*row, (UNPROVEN * sum / kin.len() as f64) as f32)
        };
        let added: Vec<(u32, f32)> = places.into_iter().map(like).collect();
        candidates.extend(added);
        candidates.sort_unstable_by_key(|(row, _)| *row);
        candidates
    }
}

#[cfg(test)]
mod tests {
    //! 1. The engine is answered with the blend's probabilities, and relevance follows from them.
    //! 2. A product that never sold has half of what its kin have.
    //! 3. A shopper nobody knows is answered like nobody.

    use endcap_vocab::{Catalog, Product};

    use super::*;
    use crate::Training;
    use crate::orders::DAY_MICROS;
    use crate::orders::tests::{Bought, orders};

    fn retailer() -> Retailer {
        let product = |(sku, category, brand): (&str, &str, &str)| Product {
            sku: sku.to_owned(),
            title: sku.to_owned(),
            category: category.to_owned(),
            brand: Some(brand.to_owned()),
            price: 2.0,
            unit_cost: 1.0,
            ..Product::default()
        };
        let products = [
            ("tea", "drinks/tea", "leaf"),
            ("tea-new", "drinks/tea", "leaf"),
            ("milk", "drinks/milk", "cow"),
            ("salt", "pantry", "sea"),
        ];
        let catalog = Catalog {
            currency: "EUR".to_owned(),
            products: products.map(product).to_vec(),
            ..Catalog::default()
        };
        Retailer::build(&catalog).unwrap()
    }

    fn model() -> (BlendModel, Blend, Orders) {
        let names: Vec<String> = (0..60).map(|order| format!("{order}")).collect();
        let lines: Vec<Bought<'_>> = names
            .iter()
            .enumerate()
            .map(|(i, name)| {
                let (shopper, sku) = [("ann", "tea"), ("bob", "milk"), ("eve", "gone")][i % 3];
                (name.as_str(), Some(shopper), sku, i as i64, 1.0)
            })
            .collect();
        let orders = orders(&lines);
        let now = 60 * DAY_MICROS;
        let blend = Blend::train(&orders, now, Training::default(), Watch::nobody()).unwrap();
        let model = BlendModel::new(&blend, &orders, &retailer(), now, Watch::nobody()).unwrap();
        (model, blend, orders)
    }

    fn predict(model: &BlendModel, shopper: Option<&str>) -> (Vec<f64>, Vec<f64>) {
        let (mut relevance, mut purchase) = (vec![9.0; 4], vec![9.0; 4]);
        // In two parts, as the engine may ask.
        let (ra, rb) = relevance.split_at_mut(1);
        let (pa, pb) = purchase.split_at_mut(1);
        let shopper = shopper.and_then(|id| model.shopper(id));
        model.predict(shopper, 0..1, ra, pa);
        model.predict(shopper, 1..4, rb, pb);
        (relevance, purchase)
    }

    #[test]
    fn the_engine_is_answered_with_the_blends_probabilities() {
        let (model, blend, orders) = model();
        let (relevance, purchase) = predict(&model, Some("ann"));
        let history = History::of(&orders, 0, 60 * DAY_MICROS);
        let row = |sku: &str| retailer().row(sku).unwrap();
        for prediction in blend.predict(&history) {
            let sku = &orders.products()[prediction.product as usize];
            if **sku != *"gone" {
                let got = purchase[row(sku)];
                assert!((got - prediction.probability).abs() < 1e-6, "{sku}: {got}");
            }
        }
        assert!(purchase[row("tea")] > purchase[row("milk")]);
        for (relevance, purchase) in relevance.iter().zip(&purchase) {
            let want = if *purchase > 0.0 {
                purchase / (purchase + model.base_rate())
            } else {
                0.0
            };
            assert!((relevance - want).abs() < 1e-12);
        }
    }

    #[test]
    fn a_product_that_never_sold_has_half_of_what_its_kin_have() {
        let (model, ..) = model();
        let row = |sku: &str| retailer().row(sku).unwrap();
        for shopper in [None, Some("ann"), Some("bob")] {
            let (_, purchase) = predict(&model, shopper);
            let half = purchase[row("tea")] / 2.0;
            assert!(
                (purchase[row("tea-new")] - half).abs() < 1e-7,
                "{purchase:?}"
            );
            assert!(
                purchase[row("salt")] > 0.0,
                "like anything in the catalogue"
            );
        }
        assert_eq!(model.popularity()[row("tea-new")], 0.0);
    }

    #[test]
    fn a_shopper_nobody_knows_is_answered_like_nobody() {
        let (model, ..) = model();
        assert_eq!(predict(&model, Some("a stranger")), predict(&model, None));
    }
}
