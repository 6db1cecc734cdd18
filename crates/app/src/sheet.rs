//! All that is known of one product, for one request.

use chrono::{DateTime, FixedOffset, NaiveDate};
use chrono_tz::Tz;
use endcap_engine::{
    CompiledRules, NamingPromotion, OutOfForce, Touches, TouchingRule, Why, touching, trace,
};
use endcap_rules::say;
use endcap_store::tables::{INVENTORY, PRODUCTS, Table};
use endcap_store::{ColumnProvenance, Snapshot};
use endcap_vocab::{
    Catalog, Effect, InboundRow, InventoryRow, Placement, Product, Promotion, Rule, RuleSet,
    Schedule, Scope, category_parent,
};
use rayon::prelude::*;

use crate::explain::ProductHead;
use crate::fields::{FieldSource, SheetField, fields};
use crate::ranking::of_request;
use crate::words::{last_moment, moment};
use crate::{DataSource, RankCommand, UserError, Workspace};

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

/// What a snapshot says of one product, beside what ranking needs.
pub(crate) struct Record {
    pub(crate) product: Product,
    inventory: Vec<InventoryRow>,
    /// By day.
    inbound: Vec<InboundRow>,
    /// Where the values of columns come from.
    sources: Vec<ColumnProvenance>,
}

impl Record {
    /// A product without stock, of which nobody knows where it comes from.
    #[cfg(test)]
    pub(crate) fn of(product: Product) -> Self {
        Self {
            product,
            inventory: Vec::new(),
            inbound: Vec::new(),
            sources: Vec::new(),
        }
    }

    pub(crate) fn source(&self, table: &str, column: &str) -> Option<FieldSource> {
        let of = |source: &&ColumnProvenance| source.table == table && source.column == column;
        let source = self.sources.iter().find(of)?;
        Some(FieldSource {
            provenance: source.provenance,
            note: source.note.clone(),
        })
    }
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
        self.row_of(sku)?;
        let asked = self.asked(compiled, command)?;
        let (retailer, model) = (&self.retailer, &asked.model);
        let why = trace(retailer, compiled, model, &asked.request, sku).map_err(of_request)?;
        let touched =
            touching(retailer, compiled, model, &asked.request, sku).map_err(of_request)?;
        let record = self.record(sku)?;
        let tz = self.time_zone(asked.request.store.as_deref());
        let promotions = promotion_lines(&touched.promotions, asked.request.at, tz);
        Ok(ProductSheet {
            head: self.head(&why),
            fields: fields(&record),
            stock_from: record.source(INVENTORY.name, "on_hand"),
            stock: self.stock_rows(&record, &touched),
            inbound: inbound_lines(&record, &touched),
            prices: price_path(&why, &promotions, record.product.unit_cost),
            promotions,
            rules: rule_touches(&touched, rules, asked.request.at, tz),
            pages: self.pages_of(sku, compiled, command)?,
        })
    }

    /// What the snapshot's file says of a product, or the demo's catalogue.
    fn record(&self, sku: &str) -> Result<Record, UserError> {
        let path = match (&self.source, &self.demo_catalog) {
            (DataSource::Snapshot(path), _) => path,
            (DataSource::Demo, Some(catalog)) => {
                return record_of(catalog, sku).ok_or_else(|| self.unknown_sku(sku));
            }
            (DataSource::Demo, None) => return Err(self.unknown_sku(sku)),
        };
        let snapshot = Snapshot::open(path)?;
        if Some(snapshot.meta()) != self.meta.as_ref() {
            let changed = format!("{} changed since it was opened", path.display());
            return Err(UserError::unreadable(changed).hint("open it again"));
        }
        Ok(Record {
            product: snapshot
                .product(sku)?
                .ok_or_else(|| self.unknown_sku(sku))?,
            inventory: snapshot.inventory_of(sku)?,
            inbound: snapshot.inbound_of(sku)?,
            sources: snapshot.provenance()?,
        })
    }

    fn stock_rows(&self, record: &Record, touched: &Touches) -> Vec<StockRow> {
        let row = |row: &InventoryRow| StockRow {
            location: row.location.clone(),
            region: self
                .retailer
                .region(&row.location)
                .unwrap_or_default()
                .to_owned(),
            on_hand: row.on_hand,
            reserved: row.reserved,
            safety_stock: row.safety_stock,
            available: (row.on_hand - row.reserved - row.safety_stock).max(0),
            serves: touched.serving.contains(&row.location),
        };
        record.inventory.iter().map(row).collect()
    }

    fn pages_of(
        &self,
        sku: &str,
        rules: &CompiledRules,
        command: &RankCommand,
    ) -> Result<Vec<PlaceOnPage>, UserError> {
        let category = self.category_of(sku);
        let pages: Vec<&str> =
            std::iter::successors(Some(category), |path| category_parent(path)).collect();
        let place = |page: &str| {
            let on_page = RankCommand {
                placement: Some(Placement::Category),
                page: Some(page.to_owned()),
                query: None,
                anchor: None,
                filter: None,
                ..command.clone()
            };
            let request = self.request(&on_page)?;
            let why = trace(
                &self.retailer,
                rules,
                &self.model_of(&command.who),
                &request,
                sku,
            )
            .map_err(of_request)?;
            let may_be_shown = why.fails.is_empty() && why.passes_filter;
            Ok(PlaceOnPage {
                page: page.to_owned(),
                products: self.retailer.page(page).len(),
                slot: why.slot.map(|slot| slot.slot),
                rank: why.rank.filter(|_| may_be_shown),
            })
        };
        pages.into_par_iter().map(place).collect()
    }
}

/// A product of the demo's catalogue; the generator made every value of it.
fn record_of(catalog: &Catalog, sku: &str) -> Option<Record> {
    let product = catalog.products.iter().find(|product| product.sku == sku)?;
    let mut inbound: Vec<InboundRow> = catalog
        .inbound
        .iter()
        .filter(|row| row.sku == sku)
        .cloned()
        .collect();
    inbound.sort_by(|a, b| (a.due, &a.location, a.quantity).cmp(&(b.due, &b.location, b.quantity)));
    let made = |table: Table| {
        table.columns.iter().map(move |column| {
            let (provenance, note) = endcap_demo::provenance(column);
            ColumnProvenance {
                table: table.name.to_owned(),
                column: (*column).to_owned(),
                provenance,
                note: note.to_owned(),
            }
        })
    };
    Some(Record {
        product: product.clone(),
        inventory: catalog
            .inventory
            .iter()
            .filter(|row| row.sku == sku)
            .cloned()
            .collect(),
        inbound,
        sources: made(PRODUCTS).chain(made(INVENTORY)).collect(),
    })
}

fn inbound_lines(record: &Record, touched: &Touches) -> Vec<InboundLine> {
    let line = |row: &InboundRow| InboundLine {
        location: row.location.clone(),
        due: row.due,
        quantity: row.quantity,
        counts: touched.serving.contains(&row.location)
            && touched.promised_until.is_none_or(|until| row.due <= until),
    };
    record.inbound.iter().map(line).collect()
}

/// The promotions that have not ended, those in force first, each part by id.
fn promotion_lines(
    naming: &[NamingPromotion],
    at: DateTime<FixedOffset>,
    tz: Tz,
) -> Vec<PromotionLine> {
    let running = naming
        .iter()
        .filter(|naming| naming.promotion.until.is_none_or(|until| at < until));
    let line = |naming: &NamingPromotion| {
        let promotion = &naming.promotion;
        PromotionLine {
            id: promotion.id.clone(),
            offer: offer(promotion),
            price: naming.price,
            from: promotion.from,
            until: promotion.until,
            in_force: naming.in_force,
            when: when(promotion, at, tz),
        }
    };
    let mut lines: Vec<PromotionLine> = running.map(line).collect();
    lines.sort_by(|a, b| (!a.in_force, &a.id).cmp(&(!b.in_force, &b.id)));
    lines
}

/// What a promotion does to a price.
fn offer(promotion: &Promotion) -> String {
    match (promotion.percent_off, promotion.amount_off, promotion.price) {
        (Some(percent), ..) => format!("{percent}% off"),
        (None, Some(amount), _) => format!("{amount:.2} off"),
        (None, None, Some(price)) => format!("for {price:.2}"),
        (None, None, None) => "no change".to_owned(),
    }
}

/// When and for whom a promotion is.
fn when(promotion: &Promotion, at: DateTime<FixedOffset>, tz: Tz) -> String {
    let mut parts = Vec::new();
    let coming = promotion.from.filter(|from| *from > at);
    parts.extend(
        coming.map(|from| format!("from {}", moment(from.with_timezone(&tz).naive_local()))),
    );
    let until = promotion
        .until
        .map(|until| until.with_timezone(&tz).naive_local());
    parts.extend(until.map(|until| format!("until {}", last_moment(until))));
    if !promotion.channels.is_empty() {
        parts.push(format!("only on {}", promotion.channels.join(", ")));
    }
    if !promotion.segments.is_empty() {
        parts.push(format!("only for {}", promotion.segments.join(", ")));
    }
    if parts.is_empty() {
        "always".to_owned()
    } else {
        parts.join(", ")
    }
}

/// From the regular price over every promotion in force to the price that counts.
fn price_path(why: &Why, promotions: &[PromotionLine], unit_cost: f64) -> Vec<PriceStep> {
    let step = |label: &str, price: f64, counts: bool| PriceStep {
        label: label.to_owned(),
        price,
        margin: (price - unit_cost) / price,
        counts,
    };
    let in_force = promotions.iter().filter(|line| line.in_force);
    let best = in_force.clone().position(|line| line.price == why.price);
    let best = best.filter(|_| why.price < why.list_price);
    let mut steps = vec![step("Regular price", why.list_price, best.is_none())];
    steps.extend(in_force.enumerate().map(|(place, line)| {
        let label = format!("{}: {}", line.id, line.offer);
        step(&label, line.price, best == Some(place))
    }));
    steps.push(PriceStep {
        margin: why.margin,
        ..step("Effective price", why.price, true)
    });
    steps
}

/// The rules that have to do with the product, those in force first, each part by id.
fn rule_touches(
    touched: &Touches,
    rules: &RuleSet,
    at: DateTime<FixedOffset>,
    tz: Tz,
) -> Vec<RuleTouch> {
    let touch = |touching: &TouchingRule| {
        let rule = rules.rules.iter().find(|rule| rule.id == touching.rule)?;
        let in_force = touching.outside.is_empty();
        Some(RuleTouch {
            rule: rule.id.clone(),
            name: if rule.name.is_empty() {
                rule.id.clone()
            } else {
                rule.name.clone()
            },
            sentence: say::rule(rule),
            in_force,
            why: if in_force {
                does(rule, touching)
            } else {
                keeps_out(rule, &touching.outside, at, tz)
            },
        })
    };
    let mut list: Vec<RuleTouch> = touched.rules.iter().filter_map(touch).collect();
    list.sort_by(|a, b| (!a.in_force, &a.rule).cmp(&(!b.in_force, &b.rule)));
    list
}

/// What a rule in force does to the product.
fn does(rule: &Rule, touching: &TouchingRule) -> String {
    match &rule.effect {
        Effect::Boost { percent } => {
            format!("It multiplies the score by {:.2}.", 1.0 + percent / 100.0)
        }
        Effect::Bury { percent } => {
            format!("It multiplies the score by {:.2}.", 1.0 - percent / 100.0)
        }
        Effect::Hide {} => "It hides the product.".to_owned(),
        Effect::Only {} if touching.matches => "It lets the product through.".to_owned(),
        Effect::Only {} => "It hides the product, which it does not name.".to_owned(),
        Effect::Pin { .. } => "It pins the product.".to_owned(),
        Effect::Reserve { .. } => "The product may take one of its slots.".to_owned(),
        Effect::Quota { .. } | Effect::Cap { .. } => "The product counts in it.".to_owned(),
    }
}

/// What keeps a rule out of force, in words.
fn keeps_out(rule: &Rule, outside: &[OutOfForce], at: DateTime<FixedOffset>, tz: Tz) -> String {
    let scope = &rule.scope;
    let mut only = Scope::default();
    let mut said = Vec::new();
    for part in outside {
        match part {
            OutOfForce::Disabled => said.push("It is switched off.".to_owned()),
            OutOfForce::SortedByShopper => {
                said.push("The shopper chose the order, so it steps back.".to_owned());
            }
            OutOfForce::Page => only.pages.clone_from(&scope.pages),
            OutOfForce::Placement => only.placements.clone_from(&scope.placements),
            OutOfForce::Channel => only.channels.clone_from(&scope.channels),
            OutOfForce::Store => only.stores.clone_from(&scope.stores),
            OutOfForce::Region => only.regions.clone_from(&scope.regions),
            OutOfForce::Tier => only.tiers.clone_from(&scope.tiers),
            OutOfForce::Segment => only.segments.clone_from(&scope.segments),
            OutOfForce::Query => only.queries.clone_from(&scope.queries),
            OutOfForce::NotYet | OutOfForce::Over | OutOfForce::Hours => {
                said.extend(scope.schedule.as_ref().map(|s| not_now(s, at, tz)));
            }
        }
    }
    if !only.is_everywhere() {
        said.push(format!("It is in force only {}.", say::scope(&only)));
    }
    said.join(" ")
}

/// Why a schedule is not in force.
fn not_now(schedule: &Schedule, at: DateTime<FixedOffset>, tz: Tz) -> String {
    let own = schedule.tz.as_deref().and_then(|tz| tz.parse().ok());
    let here = at.with_timezone(&own.unwrap_or(tz)).naive_local();
    match (schedule.from, schedule.until) {
        (Some(from), _) if here < from => format!("It starts on {}.", moment(from)),
        (_, Some(until)) if here >= until => format!("It ended on {}.", last_moment(until)),
        _ => format!("It is in force only {}.", say::schedule(schedule)),
    }
}
