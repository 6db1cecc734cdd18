//! All that is known of one product, for one request.

use chrono::{DateTime, FixedOffset, NaiveDate};
use endcap_engine::CompiledRules;
use endcap_store::Provenance;
use endcap_vocab::RuleSet;

use crate::explain::ProductHead;
use crate::{RankCommand, UserError, Workspace};

/// All that is known of one product.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductSheet {
    /// Which product.
    pub head: ProductHead,
    /// Its fields, in the order of the products table; attributes last.
    pub fields: Vec<SheetField>,
    /// Where the stock figures come from, where that is known.
    pub stock_from: Option<FieldSource>,
    /// Its stock, by location.
    pub stock: Vec<StockRow>,
    /// What is on its way, soonest first.
    pub inbound: Vec<InboundLine>,
    /// The promotions that name it and have not ended: those in force for the request first.
    pub promotions: Vec<PromotionLine>,
    /// From the regular price to the one that counts.
    pub prices: Vec<PriceStep>,
    /// The rules that touch it: those in force first, each part by id.
    pub rules: Vec<RuleTouch>,
    /// Its category's page, then each page above it.
    pub pages: Vec<PlaceOnPage>,
}

/// One field of a product.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetField {
    /// Its name in documents, such as `unit_cost`; an attribute's is `attributes.roast`.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// Its value in words; `Not known` where the data has none.
    pub value: String,
    /// Whether the data has a value.
    pub is_known: bool,
    /// Where it comes from, where that is known.
    pub from: Option<FieldSource>,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSource {
    /// How much of it the source states.
    pub provenance: Provenance,
    /// How it was made, for people.
    pub note: String,
}

/// The stock of one location, in units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockRow {
    /// Location id.
    pub location: String,
    /// Its region.
    pub region: String,
    /// On the shelf.
    pub on_hand: i64,
    /// Promised to orders.
    pub reserved: i64,
    /// Kept back.
    pub safety_stock: i64,
    /// What may be sold.
    pub available: i64,
    /// Whether the location serves the request.
    pub serves: bool,
}

/// A delivery on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundLine {
    /// Where to.
    pub location: String,
    /// The day it is due.
    pub due: NaiveDate,
    /// Units.
    pub quantity: i64,
    /// Whether it counts as stock for the request.
    pub counts: bool,
}

/// A promotion that names the product.
#[derive(Debug, Clone, PartialEq)]
pub struct PromotionLine {
    /// Which.
    pub id: String,
    /// What it does: `20% off`, `1.50 off`, `for 4.99`.
    pub offer: String,
    /// Its price for this product.
    pub price: f64,
    /// First instant in force; none is always.
    pub from: Option<DateTime<FixedOffset>>,
    /// First instant not in force any more.
    pub until: Option<DateTime<FixedOffset>>,
    /// Whether it is in force for the request.
    pub in_force: bool,
    /// Why not, or what it is bound to: `from 1 December 2026`, `only on app`.
    pub when: String,
}

/// One step of the price path.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceStep {
    /// `Regular price`, the id of a promotion, `Effective price`.
    pub label: String,
    /// The price.
    pub price: f64,
    /// (price − unit cost) / price.
    pub margin: f64,
    /// Whether it is the price that counts.
    pub counts: bool,
}

/// A rule whose condition or pins name the product.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleTouch {
    /// Id.
    pub rule: String,
    /// What people call it.
    pub name: String,
    /// What it does, where and when, as a sentence.
    pub sentence: String,
    /// Whether it is in force for the request.
    pub in_force: bool,
    /// Why it is not in force: `it is switched off`, `it ended on 31 August 2026`; or what it
    /// does to the product where it is.
    pub why: String,
}

/// Where a product stands on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceOnPage {
    /// Category path; `""` is the whole catalogue.
    pub page: String,
    /// How many products it has.
    pub products: usize,
    /// Its slot there.
    pub slot: Option<u32>,
    /// The place its score gives it among the candidates that may be shown.
    pub rank: Option<u32>,
}

impl Workspace {
    /// All that is known of one product, for a request; `compiled` is `rules` made ready.
    ///
    /// # Errors
    /// Those of [`Workspace::request`], a sku that the catalogue lacks, and a snapshot that
    /// cannot be read any more.
    pub fn sheet(
        &self,
        sku: &str,
        rules: &RuleSet,
        compiled: &CompiledRules,
        command: &RankCommand,
    ) -> Result<ProductSheet, UserError> {
        let _ = (rules, self.why(compiled, command, sku)?);
        Err(UserError::bad_input("the product sheet is not there yet"))
    }
}
