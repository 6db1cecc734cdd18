//! Which rules and promotions name a product, in force or not, and where its stock counts.

use chrono::NaiveDate;
use endcap_rules::Facts;
use endcap_vocab::{Effect, Problems, Promotion, Request};

use crate::compile::{CompiledRule, CompiledRules};
use crate::context::Context;
use crate::desk::Desk;
use crate::ground::{LOWEST_PRICE, promoted};
use crate::model::Model;
use crate::reach::OutOfForce;
use crate::retailer::{Offer, OfferProducts, Retailer};

/// What is decided for one product beside its score, for a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Touches {
    /// The rules whose condition or pins name it, and every `only`, which hides what it does
    /// not name; by id.
    pub rules: Vec<TouchingRule>,
    /// The promotions that name it, in the order of the catalogue.
    pub promotions: Vec<NamingPromotion>,
    /// The locations whose stock counts, by id.
    pub serving: Vec<String>,
    /// The last day whose deliveries count as stock; none beyond the calendar.
    pub promised_until: Option<NaiveDate>,
}

/// A rule that has to do with a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchingRule {
    /// Id.
    pub rule: String,
    /// Whether its condition or pins name the product.
    pub matches: bool,
    /// What keeps it out of force; empty where it is in force.
    pub outside: Vec<OutOfForce>,
}

/// A promotion that names a product.
#[derive(Debug, Clone, PartialEq)]
pub struct NamingPromotion {
    /// Which.
    pub promotion: Promotion,
    /// What it makes of the product's regular price.
    pub price: f64,
    /// Whether it is in force for the request.
    pub in_force: bool,
}

/// What is decided for one product beside its score; nothing for a sku that the catalogue
/// lacks.
///
/// # Errors
/// Those of [`crate::rank`].
pub fn touching(
    retailer: &Retailer,
    rules: &CompiledRules,
    model: &dyn Model,
    request: &Request,
    sku: &str,
) -> Result<Touches, Problems> {
    let alone = Request {
        candidates: Some(vec![sku.to_owned()]),
        explain: false,
        ..request.clone()
    };
    let context = Context::new(retailer, rules, &alone)?;
    let (desk, _) = Desk::new(&context, model);
    let of_product = desk.candidates();
    let (mut named_by, mut promoted_by) = (Vec::new(), Vec::new());
    for index in 0..of_product.len() {
        let row = of_product.row(index);
        let (price, stock) = (of_product.price(index), of_product.stock(index));
        for rule in rules.rules() {
            let matches = touches(&context, rule, row, price, stock);
            if matches || matches!(rule.rule.effect, Effect::Only {}) {
                named_by.push(TouchingRule {
                    rule: rule.rule.id.clone(),
                    matches,
                    outside: context.all_out_of_force(rule),
                });
            }
        }
        let naming = retailer
            .offers
            .iter()
            .filter(|offer| names(&context, offer, row, stock));
        promoted_by.extend(naming.map(|offer| NamingPromotion {
            promotion: offer.promotion.clone(),
            price: promoted(&offer.promotion, retailer.columns.list_price[row]).max(LOWEST_PRICE),
            in_force: context.offer_in_force(offer),
        }));
    }
    let serving = retailer.sites.iter().zip(&context.serves);
    Ok(Touches {
        rules: named_by,
        promotions: promoted_by,
        serving: serving
            .filter(|(_, serves)| **serves)
            .map(|(site, _)| site.id.clone())
            .collect(),
        promised_until: NaiveDate::from_epoch_days(context.promised_until),
    })
}

/// The rules in force for a request, by id.
///
/// # Errors
/// Those of [`crate::rank`].
pub fn in_force<'r>(
    retailer: &Retailer,
    rules: &'r CompiledRules,
    request: &Request,
) -> Result<Vec<&'r CompiledRule>, Problems> {
    let context = Context::new(retailer, rules, request)?;
    let is_in_force = |rule: &&CompiledRule| context.all_out_of_force(rule).is_empty();
    Ok(rules.rules().filter(is_in_force).collect())
}

/// Whether a promotion names the product.
pub(crate) fn names(context: &Context<'_>, offer: &Offer, row: usize, stock: i64) -> bool {
    let columns = &context.retailer.columns;
    let facts = Facts {
        price: &columns.list_price[row..=row],
        stock: &[stock],
        today: context.today,
        month: context.month,
    };
    match &offer.products {
        OfferProducts::Rows(rows) => rows.binary_search(&(row as u32)).is_ok(),
        OfferProducts::When(condition) => condition.eval(columns, &facts, row..row + 1).get(0),
    }
}

/// Whether a rule's condition, or one of its pins, names the product.
pub(crate) fn touches(
    context: &Context<'_>,
    rule: &CompiledRule,
    row: usize,
    price: f64,
    stock: i64,
) -> bool {
    let columns = &context.retailer.columns;
    if let Effect::Pin { pins, .. } = &rule.rule.effect {
        return pins.iter().any(|pin| pin.sku == columns.sku.get(row));
    }
    let facts = Facts {
        price: &[price],
        stock: &[stock],
        today: context.today,
        month: context.month,
    };
    rule.when
        .as_ref()
        .is_none_or(|when| when.eval(columns, &facts, row..row + 1).get(0))
}
