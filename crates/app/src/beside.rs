//! What stands beside a product: what orders say goes with it, is like it, or could stand in for
//! it. They are proposals; rules decide what is shown.

use endcap_learn::{Associated, Associations, Company, Orders};
use endcap_store::Snapshot;
use endcap_vocab::{Note, NoteKind, Placement};
use serde::Serialize;

use crate::workspace::DEMO_SEED;
use crate::{DataSource, DemoSize, RankCommand, UserError, Workspace};

/// How one product stands beside another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BesideKind {
    /// Bought in the same orders more often than chance would have it.
    Complements,
    /// Of its category, brand and price, and bought by the same shoppers.
    Similar,
    /// Similar, and bought instead of it.
    Substitutes,
}

/// A product beside another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Beside {
    /// Its sku.
    pub sku: String,
    /// What a shopper reads.
    pub title: String,
    /// Its regular price.
    pub price: f64,
    /// The lift of a complement; how alike the others are, 0..1. None where the catalogue names it.
    pub score: Option<f64>,
    /// Why, in words.
    pub reason: String,
}

impl Workspace {
    /// What stands beside a product, the best first.
    ///
    /// Substitutes are those that the catalogue names and has, in its order; only where there are none
    /// are they proposed from orders, and a proposal is never used by itself.
    ///
    /// # Errors
    /// A sku that the catalogue lacks, orders that cannot be read.
    pub fn beside(&self, sku: &str, kind: BesideKind) -> Result<Vec<Beside>, UserError> {
        let row = self
            .retailer
            .row(sku)
            .ok_or_else(|| self.unknown_sku(sku))?;
        let named = self.retailer.substitutes(sku);
        if kind == BesideKind::Substitutes && !named.is_empty() {
            let reason = "the catalogue names it";
            let beside = |row: &u32| self.beside_row(*row as usize, None, reason.to_owned());
            return Ok(named.iter().map(beside).collect());
        }
        let all = self.associations()?.beside(&self.retailer, row);
        let (found, reason): (_, &dyn Fn(&Associated) -> String) = match kind {
            BesideKind::Complements => (&all.complements, &|beside| {
                let times = beside.score;
                format!("in the same order {times:.1} times as often as by chance")
            }),
            BesideKind::Similar => (&all.similar, &|beside| self.likeness(row, beside)),
            BesideKind::Substitutes => (&all.substitutes, &|beside| {
                let like = self.likeness(row, beside);
                format!("proposed from orders: {like}, bought by the same shoppers, not together")
            }),
        };
        let beside = |found: &Associated| {
            self.beside_row(found.row as usize, Some(found.score), reason(found))
        };
        Ok(found.iter().map(beside).collect())
    }

    fn beside_row(&self, row: usize, score: Option<f64>, reason: String) -> Beside {
        let columns = self.retailer.columns();
        Beside {
            sku: columns.sku.get(row).to_owned(),
            title: columns.title.get(row).to_owned(),
            price: columns.list_price[row],
            score,
            reason,
        }
    }

    /// What two products share, in words.
    fn likeness(&self, row: usize, other: &Associated) -> String {
        let columns = self.retailer.columns();
        let other = other.row as usize;
        let price = |row: usize| columns.list_price[row];
        let mut shared = Vec::new();
        if columns.category.code(row) == columns.category.code(other) {
            shared.push("same category".to_owned());
        }
        let brand = columns.brand.get(row);
        if brand.is_some() && brand == columns.brand.get(other) {
            shared.push("same brand".to_owned());
        }
        shared.push(format!("{:.2} beside {:.2}", price(other), price(row)));
        shared.join(", ")
    }

    /// The candidates of a slate beside a product or in the cart, where nothing else names them:
    /// what goes with the products there and what is like them. None where orders say nothing.
    pub(crate) fn candidates_beside(
        &self,
        placement: Placement,
        command: &RankCommand,
    ) -> Option<Vec<String>> {
        let skus: Vec<&String> = match placement {
            Placement::Product => command.anchor.iter().collect(),
            Placement::Cart => command.cart.iter().collect(),
            _ => return None,
        };
        let rows = skus.iter().filter_map(|sku| self.retailer.row(sku));
        let rows: Vec<usize> = rows.collect();
        if rows.is_empty() {
            return None;
        }
        let all = self.associations().ok()?;
        let beside = |row: &usize| {
            let Company {
                complements,
                similar,
                ..
            } = all.beside(&self.retailer, *row);
            [complements, similar].concat()
        };
        let mut found: Vec<u32> = rows.iter().flat_map(beside).map(|b| b.row).collect();
        found.sort_unstable();
        found.dedup();
        let sku = |row: u32| self.retailer.columns().sku.get(row as usize).to_owned();
        let skus: Vec<String> = found.into_iter().map(sku).collect();
        (!skus.is_empty()).then_some(skus)
    }

    /// For each pin of a product that may not be shown and has no substitute in the catalogue, what
    /// could stand in, in a sentence.
    pub(crate) fn proposals(&self, notes: &[Note]) -> Vec<String> {
        let proposal = |note: &Note| {
            let sku = note.sku.as_ref()?;
            let is_open = self.retailer.substitutes(sku).is_empty();
            let found = self.beside(sku, BesideKind::Substitutes).ok()?;
            let best = found.first().filter(|_| is_open)?;
            Some(format!(
                "The catalogue has no substitute for {sku}; {} ({}) could stand in, {}.",
                best.title, best.sku, best.reason
            ))
        };
        let pins = notes.iter();
        let pins = pins.filter(|note| note.note == NoteKind::PinIneligible);
        pins.filter_map(proposal).collect()
    }

    /// Read from the orders when they are first asked for.
    fn associations(&self) -> Result<&Associations, UserError> {
        if let Some(known) = self.associations.get() {
            return Ok(known);
        }
        let columns = match &self.source {
            DataSource::Demo => {
                let demo = endcap_demo::generate(DemoSize::default(), DEMO_SEED);
                demo.order_lines.iter().collect()
            }
            DataSource::Snapshot(path) => Snapshot::open(path)?.order_columns()?,
        };
        let orders = Orders::new(&columns, self.taken_at.timestamp_micros());
        let read = Associations::of(&orders, &self.retailer);
        Ok(self.associations.get_or_init(|| read))
    }
}
