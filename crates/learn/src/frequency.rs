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
use endcap_engine::{Model, Retailer};
use endcap_vocab::OrderLine;

/// An order this old weighs half as much as one of today.
const HALF_LIFE_DAYS: f64 = 60.0;

/// How many orders like everybody's a shopper's own orders are blended with.
const PRIOR_ORDERS: f64 = 3.0;

/// The days whose units make a product popular.
const POPULARITY_DAYS: f64 = 28.0;

const SECONDS_A_DAY: f64 = 86_400.0;

/// A line as the model needs it.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
struct Bought {
    shopper: u32,
    row: u32,
    order: u32,
    age_days: f64,
}

/// A shopper whom nobody knows.
const NOBODY: u32 = u32::MAX;

/// Takes orders one line at a time.
pub struct Trainer<'a> {
    retailer: &'a Retailer,
    now: DateTime<FixedOffset>,
    orders: HashMap<String, u32>,
    shoppers: HashMap<String, u32>,
    bought: Vec<Bought>,
    /// Units of the last [`POPULARITY_DAYS`], by row.
    units: Vec<f64>,
}

impl<'a> Trainer<'a> {
    /// A trainer for a retailer's products; orders after `now` do not count.
    #[must_use]
    pub fn new(retailer: &'a Retailer, now: DateTime<FixedOffset>) -> Self {
        Self {
            retailer,
            now,
            orders: HashMap::new(),
            shoppers: HashMap::new(),
            bought: Vec::new(),
            units: vec![0.0; retailer.len()],
        }
    }

    /// Adds a line; one of an unknown sku, without units or after `now` is passed over.
    pub fn push(&mut self, line: &OrderLine) {
        let age_days = (self.now - line.at).num_seconds() as f64 / SECONDS_A_DAY;
        let Some(row) = self.retailer.row(&line.sku) else {
            return;
        };
        if age_days < 0.0 || !line.quantity.is_finite() || line.quantity <= 0.0 {
            return;
        }
        if age_days < POPULARITY_DAYS {
            self.units[row] += line.quantity;
        }
        let shopper = line
            .shopper
            .as_deref()
            .map_or(NOBODY, |id| number(&mut self.shoppers, id));
        let order = number(&mut self.orders, &line.order_id);
        self.bought.push(Bought {
            shopper,
            row: row as u32,
            order,
            age_days,
        });
    }

    /// Trains.
    #[must_use]
    pub fn finish(mut self) -> OrderModel {
        self.bought
            .sort_unstable_by_key(|bought| (bought.shopper, bought.row, bought.order));
        let fade = |age_days: f64| libm::exp2(-age_days / HALF_LIFE_DAYS);
        let mut order_weight = vec![0.0_f64; self.orders.len()];
        let mut order_shopper = vec![NOBODY; self.orders.len()];
        for bought in &self.bought {
            let weight = &mut order_weight[bought.order as usize];
            *weight = weight.max(fade(bought.age_days));
            order_shopper[bought.order as usize] = bought.shopper;
        }
        let mut orders: Vec<(u32, f64)> = order_shopper
            .into_iter()
            .zip(order_weight.iter().copied())
            .collect();
        // Sums run by size, so that they do not depend on the order of the lines.
        orders.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut shopper_orders = vec![0.0; self.shoppers.len()];
        let mut all_orders = 0.0;
        for (shopper, weight) in orders {
            all_orders += weight;
            if let Some(sum) = shopper_orders.get_mut(shopper as usize) {
                *sum += weight;
            }
        }
        // One entry a shopper and product; an order counts a product once.
        let mut share = vec![0.0; self.retailer.len()];
        let mut starts = vec![0_u32; self.shoppers.len() + 1];
        let mut entries: Vec<(u32, f64)> = Vec::new();
        let mut weights: Vec<f64> = Vec::new();
        for same in self
            .bought
            .chunk_by(|a, b| (a.shopper, a.row) == (b.shopper, b.row))
        {
            let (shopper, row) = (same[0].shopper, same[0].row);
            weights.clear();
            let orders = same.chunk_by(|a, b| a.order == b.order);
            weights.extend(orders.map(|lines| order_weight[lines[0].order as usize]));
            weights.sort_unstable_by(f64::total_cmp);
            let weight: f64 = weights.iter().sum();
            share[row as usize] += weight;
            if shopper != NOBODY {
                entries.push((row, weight));
                starts[shopper as usize + 1] += 1;
            }
        }
        for shopper in 0..self.shoppers.len() {
            starts[shopper + 1] += starts[shopper];
        }
        if all_orders > 0.0 {
            share
                .iter_mut()
                .for_each(|share| *share = (*share / all_orders).min(1.0));
        }
        let sold: Vec<f64> = share.iter().copied().filter(|share| *share > 0.0).collect();
        let base_rate = if sold.is_empty() {
            0.0
        } else {
            sold.iter().sum::<f64>() / sold.len() as f64
        };
        OrderModel {
            popularity: percentiles(&self.units),
            share,
            base_rate,
            shoppers: self.shoppers,
            shopper_orders,
            starts,
            entries,
        }
    }
}

/// The number of a name, a new one for a new name.
fn number(numbers: &mut HashMap<String, u32>, name: &str) -> u32 {
    if let Some(number) = numbers.get(name) {
        return *number;
    }
    let next = numbers.len() as u32;
    numbers.insert(name.to_owned(), next);
    next
}

/// For each value, the share of the others that are smaller.
fn percentiles(values: &[f64]) -> Vec<f64> {
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
    shoppers: HashMap<String, u32>,
    /// The faded number of orders of each shopper.
    shopper_orders: Vec<f64>,
    /// Where each shopper's entries begin; one more than there are shoppers.
    starts: Vec<u32>,
    /// Row and faded number of orders that contained it; ascending by row in a shopper.
    entries: Vec<(u32, f64)>,
}

impl OrderModel {
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
}

impl Model for OrderModel {
    fn popularity(&self, rows: Range<usize>, out: &mut [f64]) {
        out.copy_from_slice(&self.popularity[rows]);
    }

    fn relevance(&self, shopper: Option<&str>, rows: Range<usize>, out: &mut [f64]) {
        self.purchase(shopper, rows, out);
        for value in out {
            // p / (p + p0); a product that nobody buys has no preference.
            *value = if *value > 0.0 {
                *value / (*value + self.base_rate)
            } else {
                0.0
            };
        }
    }

    fn purchase(&self, shopper: Option<&str>, rows: Range<usize>, out: &mut [f64]) {
        out.copy_from_slice(&self.share[rows.clone()]);
        let Some(shopper) = shopper.and_then(|id| self.shoppers.get(id)) else {
            return;
        };
        let shopper = *shopper as usize;
        let orders = self.shopper_orders[shopper] + PRIOR_ORDERS;
        out.iter_mut()
            .for_each(|share| *share *= PRIOR_ORDERS / orders);
        let entries =
            &self.entries[self.starts[shopper] as usize..self.starts[shopper + 1] as usize];
        let first = entries.partition_point(|(row, _)| (*row as usize) < rows.start);
        for (row, weight) in &entries[first..] {
            let row = *row as usize;
            if row >= rows.end {
                break;
            }
            let probability = &mut out[row - rows.start];
            *probability = (*probability + weight / orders).min(1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use endcap_vocab::{Catalog, Product};

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
        let retailer = retailer();
        let mut trainer = Trainer::new(&retailer, "2026-11-20T12:00:00Z".parse().unwrap());
        lines.iter().for_each(|line| trainer.push(line));
        trainer.finish()
    }

    fn purchase(model: &OrderModel, shopper: Option<&str>) -> Vec<f64> {
        let mut out = vec![0.0; 3];
        model.purchase(shopper, 0..3, &mut out);
        out
    }

    #[test]
    fn no_orders_give_zeros_and_never_nan() {
        let model = trained(&[]);
        let mut out = vec![9.0; 3];
        model.relevance(Some("x"), 0..3, &mut out);
        assert_eq!(out, [0.0; 3]);
        model.popularity(0..3, &mut out);
        assert_eq!(out, [0.0; 3]);
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
        let mut relevance = vec![0.0; 3];
        model.relevance(None, 0..3, &mut relevance);
        assert_eq!(relevance, [0.5, 0.5, 0.0]);
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
    fn popularity_is_the_share_of_products_that_sold_less() {
        assert_eq!(
            percentiles(&[0.0, 5.0, 5.0, 9.0]),
            [0.0, 1.0 / 3.0, 1.0 / 3.0, 1.0]
        );
        assert_eq!(percentiles(&[3.0]), [0.0]);
    }
}
