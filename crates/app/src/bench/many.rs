//! Works over many shoppers at once, under two rule sets.

use endcap_engine::{CompiledRule, CompiledRules, Model, Seen, simulate};
use endcap_vocab::{Customer, Effect, Metrics, Owner, Problems, Rule, Scope, Shopper};
use serde::Serialize;

use super::data::Data;
use super::{Measured, Record};
use crate::UserError;

/// Repetitions that are timed.
const REPETITIONS: usize = 12;

/// What the draft boosts on top of the live rules.
const DRAFTED: &str = "product.rating >= 4.0 && product.price < 12.0";

/// What is then boosted in its place: 4 in 100 products.
const EDITED: &str = "product.rating >= 4.0 && product.price < 3.0 && !product.private_label";

/// The whole catalogue for every shopper, live against a draft with one more boost.
pub(super) fn whole(data: &Data, plain: bool) -> Result<Measured, UserError> {
    repeat(data, plain, |_| draft(data, DRAFTED, 20.0))
}

/// The same after the draft's boost changed.
pub(super) fn edit(data: &Data, plain: bool) -> Result<Measured, UserError> {
    run(data, &draft(data, DRAFTED, 20.0)?, plain)?;
    repeat(data, plain, |repetition| {
        draft(data, EDITED, 20.0 + repetition as f64)
    })
}

fn repeat(
    data: &Data,
    plain: bool,
    draft: impl Fn(usize) -> Result<CompiledRules, UserError>,
) -> Result<Measured, UserError> {
    let mut record = Record::default();
    for repetition in 0..REPETITIONS {
        let draft = draft(repetition)?;
        let seen = record.time(|| run(data, &draft, plain))?;
        for [live, draft] in &seen {
            record.add(&[digested(data, live), digested(data, draft)])?;
        }
    }
    Ok(record.finish())
}

fn draft(data: &Data, when: &str, percent: f64) -> Result<CompiledRules, UserError> {
    let rule = Rule {
        id: "draft".to_owned(),
        name: "Drafted".to_owned(),
        owner: Owner::Merchandising,
        enabled: true,
        priority: 0,
        scope: Scope::default(),
        when: Some(when.to_owned()),
        effect: Effect::Boost { percent },
        campaign: None,
        note: None,
    };
    let rule = CompiledRule::new(&rule)
        .map_err(|problems| UserError::refused("the draft", Problems { problems }))?;
    Ok(data.rules.with(rule))
}

fn run(data: &Data, draft: &CompiledRules, plain: bool) -> Result<Vec<[Seen; 2]>, UserError> {
    let customers: Vec<Customer> = data.shoppers.iter().map(Shopper::customer).collect();
    let request = data.request(0, None);
    let rules = [&data.rules, draft];
    let of_plain = data.model.plainly();
    let model: &dyn Model = if plain { &of_plain } else { &data.model };
    simulate(&data.retailer, rules, model, &request, &customers)
        .map_err(|problems| UserError::refused("the request", problems))
}

/// What a digest is made of: the slate and its figures.
#[derive(Serialize)]
struct Digested<'a> {
    skus: Vec<&'a str>,
    metrics: &'a Option<Metrics>,
}

fn digested<'a>(data: &'a Data, seen: &'a Seen) -> Digested<'a> {
    let columns = data.retailer.columns();
    let sku = |row: &u32| columns.sku.get(*row as usize);
    Digested {
        skus: seen.rows.iter().map(sku).collect(),
        metrics: &seen.metrics,
    }
}
