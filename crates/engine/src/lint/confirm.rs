//! Holds a finding against the engine: what it says is so for the request of its witness.

use chrono::TimeDelta;
use endcap_vocab::{
    Answer, Effect, NoteKind, Problem, Problems, Request, Rule, Source, category_is_under,
};

use super::finding::{Code, Finding};
use super::schedule::SOON;
use crate::compile::{CompiledRule, CompiledRules};
use crate::context::Context;
use crate::model::Model;
use crate::reach::{OutOfForce, matches, reach};
use crate::retailer::Retailer;
use crate::{rank, trace};

/// Whether the engine, asked for the witness's request, does what a finding says.
///
/// # Errors
/// Those of [`crate::rank`], or a finding that names a rule which `rules` lacks.
pub fn confirm(
    retailer: &Retailer,
    rules: &CompiledRules,
    model: &dyn Model,
    finding: &Finding,
) -> Result<bool, Problems> {
    let trial = Trial {
        retailer,
        rules,
        model,
        request: &finding.witness.request,
        sku: finding.witness.sku.as_deref().unwrap_or_default(),
    };
    if finding.code == Code::WeightIdle {
        return trial.weight_is_idle(finding);
    }
    let named = finding.rules.iter().map(|id| {
        rules
            .rule(id)
            .ok_or_else(|| problem(format!("no rule `{id}`")))
    });
    let named: Vec<&CompiledRule> = named.collect::<Result<_, _>>()?;
    let rule = *named
        .first()
        .ok_or_else(|| problem("the finding names no rule".to_owned()))?;
    let is_in_force = trial.out_of_force(rule, TimeDelta::zero())?.is_empty();
    Ok(match finding.code {
        Code::NeverMatches => is_in_force && trial.matching(rule)? == (0, 0),
        Code::ReachesNothing => is_in_force && trial.matching(rule)?.0 == 0,
        Code::NeverInForce => !is_in_force,
        Code::ChangesNothing | Code::MootInside => is_in_force && trial.moves_nothing(rule)?,
        Code::MootHidden => {
            is_in_force && trial.moves_nothing(rule)? && trial.shows_none_of(rule)?
        }
        Code::BoostMeetsBury => {
            let followed = trace(retailer, rules, model, trial.request, trial.sku)?;
            let has = |id: &String| followed.factors.iter().any(|factor| factor.rule == *id);
            finding.rules.len() == 2 && finding.rules.iter().all(has)
        }
        Code::PinsShareSlot => {
            trial.notes(&named, &[NoteKind::PinMoved, NoteKind::PinDropped], None)?
        }
        Code::PinsShareSku => trial.notes(&named, &[NoteKind::PinDuplicate], None)?,
        Code::PinHidden => trial.ineligible(&named, |detail| detail == "hidden")?,
        Code::UnknownSku => trial.ineligible(&named, |detail| detail == "unknown_sku")?,
        Code::FutureSku | Code::DiscontinuedSku => {
            trial.ineligible(&named, |detail| detail == "inactive")?
        }
        Code::PinIneligible => trial.ineligible(&named, |detail| {
            ["channel", "out_of_stock", "margin_floor", "return_rate"].contains(&detail)
        })?,
        Code::PinDemotes => trial.demotes(rule)?,
        Code::QuotaUnmet => {
            let answer = rank(retailer, rules, model, trial.request)?;
            has_note(&answer, NoteKind::QuotaUnmet, rule)
        }
        Code::CapFightsQuota => {
            let answer = rank(retailer, &trial.only(&named), model, trial.request)?;
            named.len() == 2
                && (has_note(&answer, NoteKind::QuotaUnmet, named[1])
                    || has_note(&answer, NoteKind::CapExceeded, rule))
        }
        Code::Expired => trial.is_over(rule, TimeDelta::zero())?,
        Code::ExpiresSoon => {
            !trial.is_over(rule, TimeDelta::zero())? && trial.is_over(rule, SOON)?
        }
        Code::StartsBeforeApproval => is_in_force,
        Code::ClockGap => {
            // At the instant of the jump, and not a second before, it begins or ends.
            let tells = |cause: &OutOfForce| matches!(cause, OutOfForce::NotYet | OutOfForce::Over);
            let before = trial.out_of_force(rule, TimeDelta::seconds(-1))?;
            let after = trial.out_of_force(rule, TimeDelta::zero())?;
            before.iter().find(|cause| tells(cause)) != after.iter().find(|cause| tells(cause))
        }
        Code::WeightIdle => false,
    })
}

fn problem(sentence: String) -> Problems {
    Problems {
        problems: vec![Problem::new("", sentence)],
    }
}

fn has_note(answer: &Answer, kind: NoteKind, rule: &CompiledRule) -> bool {
    let mut notes = answer.notes.iter();
    notes.any(|note| note.note == kind && note.rule.as_ref() == Some(&rule.rule.id))
}

struct Trial<'t> {
    retailer: &'t Retailer,
    rules: &'t CompiledRules,
    model: &'t dyn Model,
    request: &'t Request,
    sku: &'t str,
}

impl Trial<'_> {
    /// The tests and weights with some of the rules alone.
    fn only(&self, rules: &[&CompiledRule]) -> CompiledRules {
        rules.iter().fold(self.rules.organic(), |kept, rule| {
            kept.with((*rule).clone())
        })
    }

    /// What keeps a rule out of force, some time after the witness's instant.
    fn out_of_force(
        &self,
        rule: &CompiledRule,
        after: TimeDelta,
    ) -> Result<Vec<OutOfForce>, Problems> {
        let request = Request {
            at: self.request.at + after,
            ..self.request.clone()
        };
        let context = Context::new(self.retailer, self.rules, &request)?;
        Ok(context.all_out_of_force(rule))
    }

    fn is_over(&self, rule: &CompiledRule, after: TimeDelta) -> Result<bool, Problems> {
        Ok(self.out_of_force(rule, after)?.contains(&OutOfForce::Over))
    }

    /// How many products a rule matches on the page, and of all.
    fn matching(&self, rule: &CompiledRule) -> Result<(u32, u32), Problems> {
        let when = rule.rule.when.as_deref().unwrap_or("true");
        let found = matches(
            self.retailer,
            self.rules,
            self.model,
            self.request,
            (when, 0),
        )?;
        Ok((found.on_page, found.in_all))
    }

    /// Whether every candidate that a rule matches may not be shown.
    fn shows_none_of(&self, rule: &CompiledRule) -> Result<bool, Problems> {
        let when = rule.rule.when.as_deref().unwrap_or("true");
        let all = self.retailer.len();
        let found = matches(
            self.retailer,
            self.rules,
            self.model,
            self.request,
            (when, all),
        )?;
        Ok(found.on_page > 0 && found.best.iter().all(|product| product.reason.is_some()))
    }

    fn moves_nothing(&self, rule: &CompiledRule) -> Result<bool, Problems> {
        let never = || false;
        let ids = [rule.rule.id.as_str()];
        let reached = reach(
            self.retailer,
            self.rules,
            self.model,
            self.request,
            (&ids, &never),
        )?;
        Ok(reached.iter().all(|reach| reach.moves == 0))
    }

    /// Whether the slate under some rules alone has a note of one of some kinds on the product.
    fn notes(
        &self,
        rules: &[&CompiledRule],
        kinds: &[NoteKind],
        detail: Option<&dyn Fn(&str) -> bool>,
    ) -> Result<bool, Problems> {
        let answer = rank(self.retailer, &self.only(rules), self.model, self.request)?;
        Ok(answer.notes.iter().any(|note| {
            kinds.contains(&note.note)
                && note.sku.as_deref() == Some(self.sku)
                && note.rule.as_ref() == Some(&rules[0].rule.id)
                && detail.is_none_or(|fits| note.detail.as_deref().is_some_and(fits))
        }))
    }

    fn ineligible(
        &self,
        rules: &[&CompiledRule],
        detail: impl Fn(&str) -> bool,
    ) -> Result<bool, Problems> {
        self.notes(rules, &[NoteKind::PinIneligible], Some(&detail))
    }

    /// Whether the pin of the product alone puts it lower than its own score does.
    fn demotes(&self, rule: &CompiledRule) -> Result<bool, Problems> {
        let mut alone: Rule = rule.rule.clone();
        if let Effect::Pin { pins, .. } = &mut alone.effect {
            pins.retain(|pin| pin.sku == self.sku);
        }
        let alone = CompiledRule::new(&alone).map_err(|problems| Problems { problems })?;
        let rules = self.only(&[&alone]);
        let request = Request {
            explain: true,
            ..self.request.clone()
        };
        let answer = rank(self.retailer, &rules, self.model, &request)?;
        let slot = answer.slots.iter().find(|slot| slot.sku == self.sku);
        Ok(slot.is_some_and(|slot| {
            let rank = slot.organic_rank.flatten();
            slot.source == Source::Pin && rank.is_some_and(|rank| rank < slot.slot)
        }))
    }

    /// Whether the signal of a weight adds nothing to any product of the slate.
    fn weight_is_idle(&self, finding: &Finding) -> Result<bool, Problems> {
        let name = finding.place.rsplit('/').next().unwrap_or_default();
        let request = Request {
            explain: true,
            ..self.request.clone()
        };
        let answer = rank(self.retailer, &self.rules.organic(), self.model, &request)?;
        let page = self.request.page.as_deref().unwrap_or_default();
        let adds = |slot: &endcap_vocab::Slot| {
            let parts = slot.contributions.iter().flatten();
            parts
                .filter(|part| part.signal.name() == name)
                .any(|part| part.points != 0.0)
        };
        let is_there = |sku: &str| {
            let row = self.retailer.row(sku);
            let category = &self.retailer.columns.category;
            row.and_then(|row| category.get(row))
                .is_some_and(|category| category_is_under(category, page))
        };
        let slots = answer.slots.iter().filter(|slot| is_there(&slot.sku));
        Ok(!slots.into_iter().any(adds))
    }
}
