//! What is wrong with one rule, whatever the others are: its condition, its figures, its reach,
//! its quota.

use std::collections::BTreeSet;

use endcap_rules::Condition;
use endcap_rules::overlap::anywhere;
use endcap_vocab::{Effect, Request, Rule};

use super::finding::{Code, Finding, Severity, Witness};
use super::known::{Kept, Known};
use super::rows::RowSet;
use super::scene::{Home, Scene};
use super::schedule::is_over;
use crate::context::Context;

/// Products that are looked at before a quota is taken for met.
const MOST_LOOKED_AT: usize = 20_000;

/// Where a rule is in force, or why it is not.
pub(super) fn settle(scene: &Scene<'_>, known: &mut Known, home: Home) {
    let rule = known.rule();
    let nowhere = |request: Request| Witness {
        request: Request {
            at: scene.now.with_timezone(request.at.offset()),
            ..request
        },
        sku: None,
    };
    let finding = match home {
        Home::At(common) => {
            known.home = Some(*common);
            return;
        }
        Home::Over(common) => {
            let witness = nowhere(common.request);
            // Its last hours may be past while its last moment is to come.
            if !is_over(scene, rule, &witness.request) {
                return;
            }
            Finding::new(Code::Expired, rule, "/scope/schedule/until", witness).say(format!(
                "“{}” is over and will not be in force again.",
                rule.name
            ))
        }
        Home::Never => {
            let witness = nowhere(anywhere(&scene.world, scene.now));
            Finding::new(Code::NeverInForce, rule, "/scope", witness).say(format!(
                "“{}” is never in force: no store, shopper and time fits every part of its scope.",
                rule.name
            ))
        }
    };
    known.alone.push(Kept::new(finding.remove()));
}

/// Whether a condition contradicts itself.
pub(super) fn never_matches(known: &Known) -> Option<Finding> {
    let (rule, home) = (known.rule(), known.home.as_ref()?);
    let condition = known
        .compiled
        .when
        .as_ref()
        .filter(|when| !when.can_hold())?;
    let witness = Witness {
        request: home.request.clone(),
        sku: None,
    };
    let finding = Finding::new(Code::NeverMatches, rule, "/when", witness).say(format!(
        "No product can ever match “{}”: {} is impossible.",
        rule.name,
        condition.say()
    ));
    Some(finding.remove())
}

/// Whether a rule's own figures do nothing.
pub(super) fn changes_nothing(known: &Known) -> Option<Finding> {
    let (rule, home) = (known.rule(), known.home.as_ref()?);
    let (place, why) = match &rule.effect {
        Effect::Boost { percent } if *percent == 0.0 => {
            ("/effect/percent", "a boost of 0%".to_owned())
        }
        Effect::Bury { percent } if *percent == 0.0 => {
            ("/effect/percent", "a bury of 0%".to_owned())
        }
        Effect::Quota { min: 0, .. } => ("/effect/min", "a quota of 0 products".to_owned()),
        Effect::Cap { max, first, .. } if max >= first => (
            "/effect/max",
            format!("{first} slots never hold more than {max} products"),
        ),
        _ => return None,
    };
    let witness = Witness {
        request: home.request.clone(),
        sku: None,
    };
    let finding = Finding::new(Code::ChangesNothing, rule, place, witness);
    Some(
        finding
            .say(format!("“{}” changes nothing: {why}.", rule.name))
            .remove(),
    )
}

/// Whether no product of today matches, whatever channel, store and shopper of the scope asks.
pub(super) fn reaches_nothing(scene: &Scene<'_>, known: &Known) -> Option<Finding> {
    let (rule, home) = (known.rule(), known.home.as_ref()?);
    if matches!(rule.effect, Effect::Pin { .. }) || !known.rows.is_empty() {
        return None;
    }
    let reads = known.compiled.when.as_ref().map(Condition::reads);
    if reads.is_some_and(|reads| reads.price || reads.stock) {
        let reaches = |request: &Request| !scene.rows(&known.compiled, request, false).is_empty();
        if scene
            .variants_of_facts(&rule.scope, home)?
            .iter()
            .any(reaches)
        {
            return None;
        }
    }
    let has_products = scene.runs(&rule.scope).iter().any(|run| !run.is_empty());
    let place = if has_products { "/when" } else { "/scope" };
    let what = if has_products {
        "no product of its pages matches"
    } else {
        "its pages have no products"
    };
    let witness = Witness {
        request: home.request.clone(),
        sku: None,
    };
    let mut finding = Finding::new(Code::ReachesNothing, rule, place, witness);
    let so = if matches!(rule.effect, Effect::Only {}) && has_products {
        finding.severity = Severity::Error;
        ", so it hides everything"
    } else {
        ""
    };
    let off = Rule {
        enabled: false,
        ..rule.clone()
    };
    Some(
        finding
            .say(format!(
                "“{}” reaches nothing today: {what}{so}.",
                rule.name
            ))
            .put("Switch the rule off", off),
    )
}

/// How many products match a quota that no request of its scope can meet today.
pub(super) fn short(scene: &Scene<'_>, known: &Known) -> Option<usize> {
    let (rule, home) = (known.rule(), known.home.as_ref()?);
    let Effect::Quota { min, first } = rule.effect else {
        return None;
    };
    let wanted = min as usize;
    let falls_back = scene.organic.fallback != endcap_vocab::Fallback::None;
    let count = |request: &Request, rows: &RowSet| {
        let context = scene.context(request);
        context.map_or(wanted, |context| shown_up_to(scene, &context, rows, wanted))
    };
    if known.rows.is_empty() || wanted == 0 {
        return None;
    }
    let mut most = count(&home.request, &known.rows);
    if min > first {
        return Some(most.min(first as usize));
    }
    if most >= wanted {
        return None;
    }
    // A fallback brings products from beyond the page.
    for request in scene.variants(&rule.scope, home)? {
        most = most.max(count(
            &request,
            &scene.rows(&known.compiled, &request, falls_back),
        ));
        if most >= wanted {
            return None;
        }
    }
    Some(most)
}

/// How many of some products one slate may show, counted up to `most`: one of each group.
pub(super) fn shown_up_to(
    scene: &Scene<'_>,
    context: &Context<'_>,
    rows: &RowSet,
    most: usize,
) -> usize {
    let mut groups = BTreeSet::new();
    for (looked_at, row) in rows.iter().enumerate() {
        if groups.len() >= most || looked_at == MOST_LOOKED_AT {
            return most;
        }
        if scene.fails(context, row).is_none() {
            groups.insert(scene.group(row));
        }
    }
    groups.len()
}

/// That a quota cannot be met; `pinned` products may match it as well.
pub(super) fn unmet(known: &Known, pinned: usize) -> Option<Finding> {
    let (rule, home) = (known.rule(), known.home.as_ref()?);
    let Effect::Quota { min, first } = rule.effect else {
        return None;
    };
    let most = known.short?;
    if min <= first && most + pinned >= min as usize {
        return None;
    }
    let mut request = home.request.clone();
    request.slots = request.slots.max(first.min(200));
    let witness = Witness { request, sku: None };
    let finding =
        Finding::new(Code::QuotaUnmet, rule, "/effect/min", witness).say(if min > first {
            format!("“{}” asks for {min} products in {first} slots.", rule.name)
        } else {
            let may = if most == 1 { "product" } else { "products" };
            format!(
                "“{}” asks for {min} products, and {most} {may} that match may be shown today.",
                rule.name
            )
        });
    let lower = Effect::Quota {
        min: most as u32,
        first,
    };
    let lower = Rule {
        effect: lower,
        ..rule.clone()
    };
    Some(if most == 0 {
        finding.remove()
    } else {
        finding.put(format!("Ask for {most}"), lower)
    })
}
