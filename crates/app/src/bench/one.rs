//! Works over one shopper at a time.

use endcap_engine::{CompiledRule, CompiledRules};
use endcap_vocab::{Answer, Effect, Problems, Request, Rule};

use super::data::Data;
use super::{Measured, Record};
use crate::UserError;

/// Repetitions that are timed, and those before them that are not.
const REPETITIONS: usize = 40;
const WARM_UP: usize = 40;

/// One of the twelve departments of the demo retailer.
const DEPARTMENT: &str = "grocery/beverages";

/// One shopper, the whole catalogue.
pub(super) fn warm(data: &Data, plain: bool) -> Result<Measured, UserError> {
    repeat(data, plain, None, |_| Ok(data.rules.clone()))
}

/// One shopper, one department.
pub(super) fn page(data: &Data, plain: bool) -> Result<Measured, UserError> {
    repeat(data, plain, Some(DEPARTMENT), |_| Ok(data.rules.clone()))
}

/// One shopper, the whole catalogue, just after one boost changed its percentage and its
/// condition: compiling it is part of the work.
pub(super) fn edit(data: &Data, plain: bool) -> Result<Measured, UserError> {
    let boosts: Vec<&Rule> = data
        .rule_set
        .rules
        .iter()
        .filter(|rule| matches!(rule.effect, Effect::Boost { .. }) && rule.when.is_some())
        .collect();
    repeat(data, plain, None, |repetition| {
        let rule = boosts[repetition % boosts.len()];
        let when = rule.when.as_deref().unwrap_or("true");
        let dearer = format!("({when}) && product.price > {repetition}.5");
        let changed = Rule {
            when: Some(dearer),
            effect: Effect::Boost {
                percent: 5.0 + repetition as f64,
            },
            ..rule.clone()
        };
        let changed = CompiledRule::new(&changed)
            .map_err(|problems| UserError::refused("the rule", Problems { problems }))?;
        Ok(data.rules.with(changed))
    })
}

fn repeat(
    data: &Data,
    plain: bool,
    page: Option<&str>,
    rules: impl Fn(usize) -> Result<CompiledRules, UserError>,
) -> Result<Measured, UserError> {
    let mut record = Record::default();
    let warm_up = if plain { 0 } else { WARM_UP };
    for repetition in 0..warm_up {
        let request = data.request(REPETITIONS + repetition, page);
        answer(data, &data.rules, &request, plain)?;
    }
    for repetition in 0..REPETITIONS {
        let request = data.request(repetition, page);
        let answer = record.time(|| {
            let rules = rules(repetition)?;
            answer(data, &rules, &request, plain)
        })?;
        record.add(&answer)?;
    }
    Ok(record.finish())
}

fn answer(
    data: &Data,
    rules: &CompiledRules,
    request: &Request,
    plain: bool,
) -> Result<Answer, UserError> {
    let answer = if plain {
        endcap_engine::plainly(&data.retailer, rules, &data.model.plainly(), request)
    } else {
        endcap_engine::slate(&data.retailer, rules, &data.model, request)
    };
    answer.map_err(|problems| UserError::refused("the request", problems))
}
