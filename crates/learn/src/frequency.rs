//! The first model: how often a shopper buys a product, fading with time, and how often
//! everybody does.
//!
//! The probability that a shopper's next order contains a product is the share of the
//! shopper's own orders that contained it, each order weighing half as much every
//! [`HALF_LIFE_DAYS`], drawn towards the share among everybody's orders as if the shopper
//! had made [`PRIOR_ORDERS`] more orders like everybody's. A shopper with no orders is so
//! the same as one whom nobody knows.

use std::collections::HashMap;
use std::ops::Range;

use chrono::{DateTime, FixedOffset};
use endcap_engine::{Kept, Model, Retailer};
use endcap_vocab::OrderColumns;

use crate::kept::{among, most, prefer};

/// An order this old weighs half as much as one of today.
const HALF_LIFE_DAYS: f64 = 60.0;

/// How many orders like everybody's a shopper's own orders are blended with.
const PRIOR_ORDERS: f64 = 3.0;

/// The days whose units make a product popular.
const POPULARITY_DAYS: f64 = 28.0;

const MICROS_A_DAY: f64 = 86_400e6;

/// A line as the model needs it.
#[derive(Debug, Clone, Copy)]
struct Bought {
    shopper: u32,
    row: u32,
    order: u32,
    age_days: f64,
}

/// For each value, the share of the others that are smaller.
pub(crate) fn percentiles(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let others = (values.len().saturating_sub(1)).max(1) as f64;
    values
        .iter()
        .map(|value| sorted.partition_point(|other| other < value) as f64 / others)
        .collect()
}

/// What orders say of shoppers and products.
#[derive(Debug, Clone)]
pub struct OrderModel {
    popularity: Vec<f64>,
    /// The share of everybody's orders that contain each row.
    share: Vec<f64>,
    base_rate: f64,
    shoppers: HashMap<Box<str>, u32>,
    /// The faded number of orders of each shopper.
    shopper_orders: Vec<f64>,
    /// The number of orders of each shopper.
    order_counts: Vec<u32>,
    /// Where each shopper's entries begin; one more than there are shoppers.
    starts: Vec<u32>,
    /// Row and faded number of orders that contained it; ascending by row in a shopper.
    entries: Vec<(u32, f64)>,
    kept: Kept,
}

impl OrderModel {
    /// Trains on the orders up to `now`. A line of an unknown sku, without units or of the
    /// future is passed over; the order of the lines makes no difference.
    #[must_use]
    pub fn train(retailer: &Retailer, now: DateTime<FixedOffset>, orders: &OrderColumns) -> Self {
        let rows: Vec<Option<usize>> = rows_of(retailer, orders);
        let mut shoppers: HashMap<Box<str>, u32> = HashMap::new();
        let mut bought = Vec::with_capacity(orders.len());
        let mut recent: Vec<(usize, f64)> = Vec::new();
        for line in 0..orders.len() {
            let age_days = now
                .timestamp_micros()
                .saturating_sub(orders.at_micros[line]) as f64
                / MICROS_A_DAY;
            let quantity = orders.quantity[line];
            let Some(row) = rows[orders.sku[line] as usize] else {
                continue;
            };
            if age_days < 0.0 || !quantity.is_finite() || quantity <= 0.0 {
                continue;
            }
            if age_days < POPULARITY_DAYS {
                recent.push((row, quantity));
            }
            let (shopper, order) = (orders.shopper[line], orders.order[line]);
            bought.push(Bought {
                shopper,
                row: row as u32,
                order,
                age_days,
            });
        }
        bought.sort_unstable_by_key(|bought| (bought.shopper, bought.row, bought.order));
        // Shoppers are numbered as they come in the sorted lines; nobody comes last.
        let known = bought.partition_point(|bought| bought.shopper != OrderColumns::NOBODY);
        for same in bought[..known].chunk_by_mut(|a, b| a.shopper == b.shopper) {
            let number = shoppers.len() as u32;
            shoppers.insert(orders.names[same[0].shopper as usize].clone(), number);
            same.iter_mut().for_each(|bought| bought.shopper = number);
        }
        let order_weight = order_weights(&bought, orders.names.len());
        let (shopper_orders, order_counts, all_orders) =
            sum_orders(&bought, &order_weight, shoppers.len());
        let mut share = basket_weights(&bought, &order_weight, retailer.len());
        if all_orders > 0.0 {
            share
                .iter_mut()
                .for_each(|share| *share = (*share / all_orders).min(1.0));
        }
        let sold = share.iter().filter(|share| **share > 0.0).count();
        let mut model = Self {
            popularity: percentiles(&units_of(recent, retailer.len())),
            base_rate: share.iter().sum::<f64>() / sold.max(1) as f64,
            share,
            starts: vec![0; shoppers.len() + 1],
            entries: Vec::new(),
            kept: Kept::default(),
            shoppers,
            shopper_orders,
            order_counts,
        };
        model.count_baskets(&bought, &order_weight);
        model
    }

    /// One entry a shopper and product; an order counts a product once.
    fn count_baskets(&mut self, bought: &[Bought], order_weight: &[f64]) {
        let mut weights: Vec<f64> = Vec::new();
        for same in bought.chunk_by(|a, b| (a.shopper, a.row) == (b.shopper, b.row)) {
            let orders = same.chunk_by(|a, b| a.order == b.order);
            weights.clear();
            weights.extend(orders.map(|lines| order_weight[lines[0].order as usize]));
            let weight = sum_by_size(&mut weights);
            if let Some(count) = self.starts.get_mut(same[0].shopper as usize + 1) {
                *count += 1;
                self.entries.push((same[0].row, weight));
            }
        }
        for shopper in 1..self.starts.len() {
            self.starts[shopper] += self.starts[shopper - 1];
        }
    }

    /// The mean probability that an order contains a product that sells at all.
    #[must_use]
    pub fn base_rate(&self) -> f64 {
        self.base_rate
    }

    /// The faded number of a shopper's orders; 0 for one with none.
    #[must_use]
    pub fn orders(&self, shopper: &str) -> f64 {
        self.shoppers
            .get(shopper)
            .map_or(0.0, |shopper| self.shopper_orders[*shopper as usize])
    }

    /// How many orders a shopper made; 0 for one with none.
    #[must_use]
    pub fn order_count(&self, shopper: &str) -> u32 {
        self.shoppers
            .get(shopper)
            .map_or(0, |shopper| self.order_counts[*shopper as usize])
    }
}

/// The row of each name that is a sku of the retailer and stands in a line.
fn rows_of(retailer: &Retailer, orders: &OrderColumns) -> Vec<Option<usize>> {
    let mut is_sku = vec![false; orders.names.len()];
    orders
        .sku
        .iter()
        .for_each(|sku| is_sku[*sku as usize] = true);
    let names = orders.names.iter().zip(is_sku);
    names
        .map(|(name, is_sku)| if is_sku { retailer.row(name) } else { None })
        .collect()
}

/// Units by row.
fn units_of(mut bought: Vec<(usize, f64)>, rows: usize) -> Vec<f64> {
    bought.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut units = vec![0.0; rows];
    for (row, quantity) in bought {
        units[row] += quantity;
    }
    units
}

/// The weight of each order: that of its latest line.
fn order_weights(bought: &[Bought], orders: usize) -> Vec<f64> {
    let mut weights = vec![0.0_f64; orders];
    for bought in bought {
        let weight = &mut weights[bought.order as usize];
        *weight = weight.max(libm::exp2(-bought.age_days / HALF_LIFE_DAYS));
    }
    weights
}

/// The faded number of orders of each shopper, their number, and the faded one of everybody.
fn sum_orders(
    bought: &[Bought],
    order_weight: &[f64],
    shoppers: usize,
) -> (Vec<f64>, Vec<u32>, f64) {
    let mut orders: Vec<(u32, u32)> = bought
        .iter()
        .map(|bought| (bought.shopper, bought.order))
        .collect();
    orders.sort_unstable();
    orders.dedup();
    let mut sums = vec![0.0; shoppers];
    let mut counts = vec![0; shoppers];
    let mut all = Vec::new();
    let mut weights: Vec<f64> = Vec::new();
    for same in orders.chunk_by(|a, b| a.0 == b.0) {
        weights.clear();
        weights.extend(same.iter().map(|(_, order)| order_weight[*order as usize]));
        all.extend_from_slice(&weights);
        let shopper = same[0].0 as usize;
        if let Some(sum) = sums.get_mut(shopper) {
            *sum = sum_by_size(&mut weights);
            counts[shopper] = same.len() as u32;
        }
    }
    (sums, counts, sum_by_size(&mut all))
}

/// The weight of everybody's orders that contained each row; an order counts once.
fn basket_weights(bought: &[Bought], order_weight: &[f64], rows: usize) -> Vec<f64> {
    let mut pairs: Vec<(u32, u32)> = bought.iter().map(|b| (b.row, b.order)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut sums = vec![0.0; rows];
    let mut weights: Vec<f64> = Vec::new();
    for same in pairs.chunk_by(|a, b| a.0 == b.0) {
        weights.clear();
        weights.extend(same.iter().map(|(_, order)| order_weight[*order as usize]));
        sums[same[0].0 as usize] = sum_by_size(&mut weights);
    }
    sums
}

/// A sum that does not depend on the order in which the values came.
fn sum_by_size(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.iter().sum()
}

impl Model for OrderModel {
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
        purchase.copy_from_slice(&self.share[rows.clone()]);
        if let Some(shopper) = shopper {
            self.add_own(shopper as usize, rows, purchase);
        }
        prefer(purchase, self.base_rate, relevance);
    }

    /// Nobody buys more often than everybody what it never bought.
    fn most(&self, rows: Range<usize>, relevance: &mut [f32], purchase: &mut [f32]) {
        most(&self.share[rows], self.base_rate, (relevance, purchase));
    }

    fn kept(&self) -> Option<&Kept> {
        Some(&self.kept)
    }

    fn own(&self, shopper: u32) -> Vec<u32> {
        let shopper = shopper as usize;
        let own = self.starts[shopper] as usize..self.starts[shopper + 1] as usize;
        self.entries[own].iter().map(|(row, _)| *row).collect()
    }
}

impl OrderModel {
    /// Blends everybody's shares with a shopper's own.
    fn add_own(&self, shopper: usize, rows: Range<usize>, purchase: &mut [f64]) {
        let orders = self.shopper_orders[shopper] + PRIOR_ORDERS;
        purchase
            .iter_mut()
            .for_each(|share| *share *= PRIOR_ORDERS / orders);
        let entries =
            &self.entries[self.starts[shopper] as usize..self.starts[shopper + 1] as usize];
        for (row, weight) in among(entries, &rows) {
            let probability = &mut purchase[row - rows.start];
            *probability = (*probability + weight / orders).min(1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use endcap_vocab::{Catalog, OrderLine, Product};

    use super::*;

    fn retailer() -> Retailer {
        let product = |sku: &str| Product {
            sku: sku.to_owned(),
            title: sku.to_owned(),
            category: "all".to_owned(),
            price: 2.0,
            unit_cost: 1.0,
            ..Product::default()
        };
        let products = ["a", "b", "c"].map(product).to_vec();
        let catalog = Catalog {
            currency: "EUR".to_owned(),
            products,
            ..Catalog::default()
        };
        Retailer::build(&catalog).unwrap()
    }

    fn predict(model: &OrderModel, shopper: Option<&str>) -> (Vec<f64>, Vec<f64>) {
        let (mut relevance, mut purchase) = (vec![9.0; 3], vec![9.0; 3]);
        let shopper = shopper.and_then(|id| model.shopper(id));
        model.predict(shopper, 0..3, &mut relevance, &mut purchase);
        (relevance, purchase)
    }

    fn line(order: &str, shopper: &str, sku: &str, day: u32) -> OrderLine {
        OrderLine {
            order_id: order.to_owned(),
            shopper: Some(shopper.to_owned()),
            sku: sku.to_owned(),
            store: None,
            channel: None,
            at: format!("2026-11-{day:02}T12:00:00Z").parse().unwrap(),
            quantity: 1.0,
            unit_price: 2.0,
        }
    }

    fn trained(lines: &[OrderLine]) -> OrderModel {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        OrderModel::train(&retailer(), now, &lines.iter().collect())
    }

    fn purchase(model: &OrderModel, shopper: Option<&str>) -> Vec<f64> {
        predict(model, shopper).1
    }

    #[test]
    fn no_orders_give_zeros_and_never_nan() {
        let model = trained(&[]);
        assert_eq!(predict(&model, Some("x")), (vec![0.0; 3], vec![0.0; 3]));
        assert_eq!(model.popularity(), [0.0; 3]);
    }

    #[test]
    fn purchase_is_the_blend_of_own_and_everybodys_share() {
        // Two orders on the day of the snapshot, each of weight 1: x buys a, y buys b.
        let model = trained(&[line("1", "x", "a", 20), line("2", "y", "b", 20)]);
        let (own, prior) = (1.0, PRIOR_ORDERS);
        let blend = |own_share: f64, share: f64| (own * own_share + prior * share) / (own + prior);
        let got = purchase(&model, Some("x"));
        let want = [blend(1.0, 0.5), blend(0.0, 0.5), 0.0];
        assert!(
            got.iter()
                .zip(want)
                .all(|(got, want)| (got - want).abs() < 1e-12),
            "{got:?}"
        );
        assert_eq!(purchase(&model, None), [0.5, 0.5, 0.0]);
        assert_eq!(purchase(&model, Some("a stranger")), [0.5, 0.5, 0.0]);
        // Both products that sell are in half of the orders.
        assert_eq!(model.base_rate(), 0.5);
        assert_eq!(predict(&model, None).0, [0.5, 0.5, 0.0]);
    }

    #[test]
    fn recent_orders_count_more_and_lines_of_the_future_not_at_all() {
        let model = trained(&[
            line("1", "x", "a", 1),
            line("2", "x", "b", 20),
            line("3", "x", "c", 21),
            line("2", "x", "b", 20),
        ]);
        let got = purchase(&model, Some("x"));
        assert!(got[1] > got[0] && got[0] > 0.0 && got[2] == 0.0, "{got:?}");
    }

    #[test]
    fn the_order_of_lines_does_not_matter() {
        let mut lines: Vec<OrderLine> = (0..40)
            .map(|i| {
                let sku = ["a", "b", "c"][i % 3];
                line(
                    &format!("o{}", i / 3),
                    &format!("s{}", i % 4),
                    sku,
                    1 + (i as u32 * 7) % 19,
                )
            })
            .collect();
        let forward = trained(&lines);
        lines.reverse();
        let backward = trained(&lines);
        for shopper in ["s0", "s1", "s2", "s3"] {
            assert_eq!(
                purchase(&forward, Some(shopper)),
                purchase(&backward, Some(shopper))
            );
        }
    }

    #[test]
    fn the_order_of_weighed_units_breaks_no_tie() {
        // 0.1 + 0.2 + 0.3 and 0.3 + 0.2 + 0.1 differ in the last bit.
        let weighed = |sku: &str, quantities: [f64; 3]| {
            quantities.map(|quantity| OrderLine {
                quantity,
                ..line("1", "x", sku, 20)
            })
        };
        let lines = [weighed("a", [0.1, 0.2, 0.3]), weighed("b", [0.3, 0.2, 0.1])].concat();
        let model = trained(&lines);
        let got = model.popularity();
        assert_eq!(got[0], got[1]);
    }

    #[test]
    fn popularity_is_the_share_of_products_that_sold_less() {
        assert_eq!(
            percentiles(&[0.0, 5.0, 5.0, 9.0]),
            [0.0, 1.0 / 3.0, 1.0 / 3.0, 1.0]
        );
        assert_eq!(percentiles(&[3.0]), [0.0]);
    }
}
