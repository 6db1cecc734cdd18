//! What is wrong with the pins of one rule: products that cannot be shown, pins that demote.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use endcap_rules::ABSENT_DAY;
use endcap_vocab::{Effect, IfUnavailable, Placement, Reason, Request, Rule};
use rayon::prelude::*;

use super::finding::{Code, Finding};
use super::known::{Known, first_pins, with_sku, with_slots};
use super::scene::Scene;
use crate::context::Context;
use crate::desk::Variant;
use crate::order::Key;

/// A pin of one of the rules that are looked at.
#[derive(Clone, Copy)]
struct Place {
    rule: usize,
    pin: usize,
    row: usize,
}

/// What a look at one pin tells.
enum Look {
    Fits(Place),
    Fails(Place, Reason),
    Found(usize, Box<Finding>),
}

/// What is wrong with the pins of some rules, each with the place of its rule.
pub(super) fn look(scene: &Scene<'_>, rules: &[&Known]) -> Vec<(usize, Finding)> {
    let looks: Vec<Look> = rules
        .par_iter()
        .enumerate()
        .flat_map_iter(|(place, known)| look_at(scene, place, known))
        .collect();
    let (mut found, mut fits, mut fails) = (Vec::new(), Vec::new(), Vec::new());
    for look in looks {
        match look {
            Look::Fits(place) => fits.push(place),
            Look::Fails(place, reason) => fails.push((place, reason)),
            Look::Found(rule, finding) => found.push((rule, *finding)),
        }
    }
    found.extend(twice(scene, rules));
    found.extend(ineligible(scene, rules, &fails));
    found.extend(demoting(scene, rules, &fits));
    found
}

fn look_at(scene: &Scene<'_>, rule: usize, known: &Known) -> Vec<Look> {
    let Some(home) = known.home.as_ref().filter(|_| !known.pins().is_empty()) else {
        return Vec::new();
    };
    let Some(context) = scene.context(&home.request) else {
        return Vec::new();
    };
    let looks = first_pins(known.pins()).filter_map(|(pin, asked)| {
        let Some(row) = known.pinned[pin] else {
            let sentence = format!("the catalogue has no {}", asked.sku);
            let finding = pin_finding(known, pin, Code::UnknownSku, &sentence)?;
            return Some(Look::Found(
                rule,
                Box::new(take_out(finding, known.rule(), &asked.sku)),
            ));
        };
        let place = Place { rule, pin, row };
        Some(match scene.fails(&context, row) {
            None => Look::Fits(place),
            Some(reason) => Look::Fails(place, reason),
        })
    });
    looks.collect()
}

/// A finding about a pin, `what` being what is the matter with it.
fn pin_finding(known: &Known, pin: usize, code: Code, what: &str) -> Option<Finding> {
    let (rule, asked) = (known.rule(), &known.pins()[pin]);
    let request = with_slots(known.home.as_ref()?.request.clone(), &[known.pins()])?;
    let place = format!("/effect/pins/{pin}");
    let finding = Finding::new(code, rule, place, with_sku(request, &asked.sku));
    let (name, sku, slot) = (&rule.name, &asked.sku, asked.slot);
    Some(finding.say(format!("“{name}” pins {sku} to slot {slot}, but {what}.")))
}

/// With a product's pins taken out of the rule, or the rule with them where it has no other.
pub(super) fn take_out(finding: Finding, rule: &Rule, sku: &str) -> Finding {
    let mut changed = rule.clone();
    if let Effect::Pin { pins, .. } = &mut changed.effect {
        pins.retain(|pin| pin.sku != sku);
        if pins.is_empty() {
            return finding.remove();
        }
    }
    finding.put(format!("Remove the pin of {sku}"), changed)
}

/// The pins of one rule that want one slot or one product.
fn twice(scene: &Scene<'_>, rules: &[&Known]) -> Vec<(usize, Finding)> {
    let mut found = Vec::new();
    for (rule, known) in rules.iter().enumerate() {
        let (mut skus, mut slots) = (BTreeSet::new(), BTreeSet::new());
        let Some(home) = known.home.as_ref().filter(|_| known.pins().len() > 1) else {
            continue;
        };
        let Some(context) = scene.context(&home.request) else {
            continue;
        };
        let is_shown =
            |pin: usize| known.pinned[pin].is_some_and(|row| scene.fails(&context, row).is_none());
        for (pin, asked) in known.pins().iter().enumerate() {
            if !is_shown(pin) || scene.stands_in(known, &asked.sku) {
                continue;
            }
            let finding = if !skus.insert(&asked.sku) {
                let what = "it pins the product before";
                let mut once = known.rule().clone();
                if let Effect::Pin { pins, .. } = &mut once.effect {
                    let mut is_first = true;
                    pins.retain(|pin| pin.sku != asked.sku || std::mem::take(&mut is_first));
                }
                let say = format!("Pin {} once", asked.sku);
                pin_finding(known, pin, Code::PinsShareSku, what)
                    .map(|finding| finding.put(say, once))
            } else if !slots.insert(asked.slot) {
                let what = "another of its pins has the slot";
                let finding = pin_finding(known, pin, Code::PinsShareSlot, what);
                let taken = |slot: u32| known.pins().iter().any(|pin| pin.slot == slot);
                finding.map(|finding| move_pin(finding, known.rule(), pin, taken))
            } else {
                None
            };
            found.extend(finding.map(|finding| (rule, finding)));
        }
    }
    found
}

/// With the pin moved to the next slot that is not taken.
pub(super) fn move_pin(
    finding: Finding,
    rule: &Rule,
    pin: usize,
    taken: impl Fn(u32) -> bool,
) -> Finding {
    let mut moved = rule.clone();
    let Effect::Pin { pins, .. } = &mut moved.effect else {
        return finding;
    };
    let Some(free) = (pins[pin].slot..200)
        .map(|slot| slot + 1)
        .find(|slot| !taken(*slot))
    else {
        return finding;
    };
    pins[pin].slot = free;
    let say = format!("Pin {} to slot {free}", pins[pin].sku);
    finding.put(say, moved)
}

/// The pins of products that no request of the scope may show today.
fn ineligible(
    scene: &Scene<'_>,
    rules: &[&Known],
    fails: &[(Place, Reason)],
) -> Vec<(usize, Finding)> {
    let mut alike: BTreeMap<String, Vec<(Place, Reason)>> = BTreeMap::new();
    for (place, reason) in fails {
        // Whom a product is shown to is for the shopper to say.
        if matches!(
            reason,
            Reason::Restricted | Reason::Sensitive | Reason::InCart
        ) {
            continue;
        }
        let known = rules[place.rule];
        if let Some(home) = &known.home {
            let scope = &known.rule().scope;
            let request = &home.request;
            let key = (&scope.channels, &scope.stores, &scope.regions);
            let key = format!(
                "{key:?}{:?}",
                (request.at, &request.customer, request.placement)
            );
            alike.entry(key).or_default().push((*place, *reason));
        }
    }
    let alike: Vec<Vec<(Place, Reason)>> = alike.into_values().collect();
    let found = alike.par_iter().flat_map_iter(|alike| {
        let known = rules[alike[0].0.rule];
        let home = known.home.as_ref();
        let variants = home.and_then(|home| scene.variants(&known.rule().scope, home));
        let requests = variants.unwrap_or_default();
        let contexts: Vec<Context<'_>> = requests
            .iter()
            .filter_map(|request| scene.context(request))
            .collect();
        let mut found = Vec::new();
        for (place, reason) in alike.iter().filter(|_| !contexts.is_empty()) {
            let shows = |context| scene.fails(context, place.row).is_none();
            if !contexts.iter().any(shows) {
                let finding = cannot_show(scene, rules[place.rule], *place, *reason);
                found.extend(finding.map(|finding| (place.rule, finding)));
            }
        }
        found
    });
    found.collect()
}

fn cannot_show(scene: &Scene<'_>, known: &Known, place: Place, reason: Reason) -> Option<Finding> {
    let Place { pin, row, .. } = place;
    let (rule, asked) = (known.rule(), &known.pins()[pin]);
    let home = known.home.as_ref()?;
    let context = scene.context(&home.request)?;
    let retailer = scene.retailer;
    if reason == Reason::Inactive {
        let launched = retailer.columns.launched_on[row];
        let is_future = launched != ABSENT_DAY && context.today < launched;
        let finding = if is_future {
            pin_finding(
                known,
                pin,
                Code::FutureSku,
                "the product is not launched yet",
            )?
        } else {
            pin_finding(
                known,
                pin,
                Code::DiscontinuedSku,
                "the product is not sold any more",
            )?
        };
        return Some(if is_future {
            finding
        } else {
            take_out(finding, rule, &asked.sku)
        });
    }
    let Effect::Pin { if_unavailable, .. } = &rule.effect else {
        return None;
    };
    let mut substitutes = retailer.substitutes(&asked.sku).iter();
    let has_substitute = substitutes.any(|row| scene.fails(&context, *row as usize).is_none());
    if has_substitute && *if_unavailable == IfUnavailable::Substitute {
        return None;
    }
    let what = match reason {
        Reason::Channel => "it is not sold there",
        Reason::OutOfStock => "it is out of stock",
        Reason::MarginFloor => "its margin is below the floor",
        _ => "too many of it come back",
    };
    let finding = pin_finding(known, pin, Code::PinIneligible, what)?;
    let mut stood_in = rule.clone();
    if let Effect::Pin { if_unavailable, .. } = &mut stood_in.effect {
        *if_unavailable = IfUnavailable::Substitute;
    }
    Some(if has_substitute {
        finding.put("Let a substitute stand in", stood_in)
    } else {
        finding
    })
}

/// A pin, and the candidates among which its product has a place by its own score.
struct Wanted {
    place: Place,
    run: Range<usize>,
    request: Request,
}

/// The pins that put a product lower than its own score does.
fn demoting(scene: &Scene<'_>, rules: &[&Known], fits: &[Place]) -> Vec<(usize, Finding)> {
    let mut alike: BTreeMap<String, Vec<Wanted>> = BTreeMap::new();
    for place in fits {
        let known = rules[place.rule];
        if known.pins()[place.pin].slot == 1 {
            continue;
        }
        let Some(home) = &known.home else {
            continue;
        };
        let request = scene.request_with(home, place.row);
        let page = (request.placement == Placement::Category).then_some(request.page.as_deref());
        let run = scene.retailer.page(page.flatten().unwrap_or(""));
        if run.contains(&place.row) {
            let key = (
                &request.channel,
                &request.store,
                request.at,
                &request.customer,
            );
            let key = format!("{key:?}{:?}", (page.is_none(), request.placement));
            let wanted = Wanted {
                place: *place,
                run,
                request,
            };
            alike.entry(key).or_default().push(wanted);
        }
    }
    let alike: Vec<Vec<Wanted>> = alike.into_values().collect();
    let found = alike.par_iter().flat_map_iter(|alike| {
        let Some(context) = scene.context(&alike[0].request) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (wanted, rank) in alike.iter().zip(ranks(scene, &context, alike)) {
            let Place { rule, pin, .. } = wanted.place;
            let known = rules[rule];
            let asked = &known.pins()[pin];
            let demotes = |of: &Ranked| of.rank < asked.slot.min(of.shown);
            let Some(Ranked { rank, .. }) = rank.filter(demotes) else {
                continue;
            };
            let what = format!("its own score puts it at {rank}");
            if let Some(mut finding) = pin_finding(known, pin, Code::PinDemotes, &what) {
                finding
                    .witness
                    .request
                    .page
                    .clone_from(&wanted.request.page);
                found.push((rule, take_out(finding, known.rule(), &asked.sku)));
            }
        }
        found
    });
    found.collect()
}

/// A product's place by its own score, and how long a slate without rules can be.
#[derive(Clone, Copy)]
struct Ranked {
    rank: u32,
    shown: u32,
}

/// The places of products among the candidates that may be shown without rules.
fn ranks(scene: &Scene<'_>, context: &Context<'_>, wanted: &[Wanted]) -> Vec<Option<Ranked>> {
    let mut runs: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (place, wanted) in wanted.iter().enumerate() {
        let run = &wanted.run;
        runs.entry((run.start, run.end)).or_default().push(place);
    }
    // Pages nest: each run lies within one of the widest, which are looked at once.
    let is_widest = |run: &(usize, usize)| {
        let holds = |other: &(usize, usize)| other != run && other.0 <= run.0 && run.1 <= other.1;
        !runs.keys().any(holds)
    };
    let widest: Vec<(usize, usize)> = runs.keys().copied().filter(is_widest).collect();
    let mut ranks = vec![None; wanted.len()];
    for wide in widest {
        let products = scene.assess(context, wide.0..wide.1);
        let inside: Vec<_> = runs
            .range((wide.0, 0)..(wide.1, 0))
            .filter(|(run, _)| run.1 <= wide.1)
            .collect();
        let key = |index: usize| Key::of(context, Variant::Organic, &products, index);
        let found: Vec<(usize, Ranked)> = inside
            .par_iter()
            .flat_map_iter(|((start, end), places)| {
                let mut keys: Vec<(Key, usize)> = places
                    .iter()
                    .map(|place| (key(wanted[*place].place.row - wide.0), *place))
                    .collect();
                keys.sort_by(|a, b| a.0.compare(&b.0));
                let mut ahead = vec![0_u32; keys.len() + 1];
                let mut groups = BTreeSet::new();
                let shown = (start - wide.0..end - wide.0)
                    .filter(|index| products.shows(Variant::Organic, *index));
                for index in shown {
                    let own = key(index);
                    ahead[keys.partition_point(|(other, _)| other.compare(&own).is_le())] += 1;
                    if groups.len() < 200 {
                        groups.insert(scene.group(wide.0 + index));
                    }
                }
                let mut before = 0;
                let mut ranked = Vec::with_capacity(keys.len());
                for ((_, place), ahead) in keys.iter().zip(ahead) {
                    before += ahead;
                    let rank = Ranked {
                        rank: before + 1,
                        shown: groups.len() as u32,
                    };
                    ranked.push((*place, rank));
                }
                ranked
            })
            .collect();
        for (place, rank) in found {
            ranks[place] = Some(rank);
        }
    }
    ranks
}
