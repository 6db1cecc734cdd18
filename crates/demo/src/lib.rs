//! Demo retailers: a grocer and home store with shoppers, orders and stock, all made up
//! from a seed.
//!
//! It never reads a clock and never asks the machine for randomness: the same size and seed
//! give the same retailer to the bit. Read [`generate`] first, then [`rule_set`], the rules
//! that the retailer starts with.

#![deny(missing_docs)]

mod assortment;
mod draws;
mod offers;
mod orders;
mod products;
mod shoppers;
mod stock;
mod write;

use chrono::{DateTime, FixedOffset, TimeDelta};
use endcap_vocab::{Catalog, Document, OrderLine, ReturnLine, RuleSet, Shopper};

pub use write::{DemoError, Progress, provenance, write};

/// How large a retailer is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoSize {
    /// Products of the catalogue.
    pub products: usize,
    /// Shoppers.
    pub shoppers: usize,
    /// Lines of all orders together; none are made without products and shoppers.
    pub order_lines: usize,
}

impl Default for DemoSize {
    fn default() -> Self {
        Self {
            products: 1_200,
            shoppers: 2_000,
            order_lines: 60_000,
        }
    }
}

/// A retailer at one instant, and the year before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Demo {
    /// What is sold; products by sku ascending.
    pub catalog: Catalog,
    /// Who buys, by id ascending.
    pub shoppers: Vec<Shopper>,
    /// What was bought, by time ascending.
    pub order_lines: Vec<OrderLine>,
    /// What came back, by day ascending.
    pub returns: Vec<ReturnLine>,
    /// The instant; the last order is before it.
    pub taken_at: DateTime<FixedOffset>,
}

/// The days of orders that a demo retailer has.
const YEAR_DAYS: i64 = 365;

/// Makes a retailer. Products and shoppers depend on the seed and their own number alone,
/// so a larger retailer holds the smaller one's; orders and stock follow from them all.
#[must_use]
pub fn generate(size: DemoSize, seed: u64) -> Demo {
    let taken_at = taken_at();
    let kinds = assortment::kinds();
    let mut made = products::make(size.products, seed, &kinds);
    let people = shoppers::make(size.shoppers, seed, &kinds);
    let history = orders::History::make(size.order_lines, seed, &kinds, &made, &people);
    let units = history.units_of_last_28_days(made.len());
    let stock = stock::make(&mut made, &units, &kinds, seed);
    let order_lines = history.order_lines(&made, &people);
    let returns = history.returns(&made, &people);
    let catalog = Catalog {
        currency: "EUR".to_owned(),
        locations: stock::locations(),
        inventory: stock.inventory,
        inbound: stock.inbound,
        promotions: offers::promotions(&made, seed),
        substitutes: products::substitutes(&made),
        sourcing: stock::sourcing(),
        products: made.into_iter().map(|made| made.product).collect(),
    };
    Demo {
        catalog,
        shoppers: people.into_iter().map(|person| person.shopper).collect(),
        order_lines,
        returns,
        taken_at,
    }
}

/// The rules that the demo retailer starts with: `fixtures/demo/rules.json`.
///
/// # Panics
/// Never: a test reads the same committed file.
#[must_use]
pub fn rule_set() -> RuleSet {
    const RULES: &str = include_str!("../../../fixtures/demo/rules.json");
    endcap_vocab::read_json(RULES.as_bytes())
        .and_then(|value| endcap_vocab::check(Document::RuleSet, &value))
        .expect("the committed rules are a valid rule set")
}

/// 2026-11-20T09:00:00+01:00, a Friday.
fn taken_at() -> DateTime<FixedOffset> {
    const UTC_SECS: i64 = 1_795_161_600;
    let offset = FixedOffset::east_opt(3_600).expect("an hour is a valid offset");
    DateTime::from_timestamp(UTC_SECS, 0)
        .expect("a second of 2026 is a valid instant")
        .with_timezone(&offset)
}

/// The instant a number of minutes after the year of orders began.
fn instant(minutes: i64) -> DateTime<FixedOffset> {
    taken_at() - TimeDelta::days(YEAR_DAYS) + TimeDelta::minutes(minutes)
}
