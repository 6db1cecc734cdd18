//! What is wrong between two rules. Only rules whose pages nest, and which can meet at all, are
//! held against each other; `shelves` has where they find each other.

use std::collections::BTreeMap;
use std::sync::Arc;

use endcap_rules::overlap::{Common, are_apart, common, covers};
use endcap_vocab::{Effect, Fallback, Placement, Request, Rule};

use super::alone::shown_up_to;
use super::finding::{Code, Finding};
use super::known::{Kept, Known, precedes, with_sku, with_slots};
use super::pins::{move_pin, take_out};
use super::rows::RowSet;
use super::scene::{Scene, on_category_pages};
use super::shelves::{Shelf, are_near, stands_at};
use crate::compile::CompiledRule;

/// Products that are tried before two rules are said not to meet.
const MOST_TRIED: usize = 4;

/// How many kinds there are.
pub(super) const KINDS: usize = Kind::ALL.len();

/// The first rule of a kind that a rule meets.
pub(super) struct Met {
    pub(super) other: Arc<CompiledRule>,
    pub(super) finding: Kept,
}

/// What two rules are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    ShareSlot,
    ShareSku,
    PinHidden,
    BoostMeetsBury,
    MootHidden,
    MootInside,
    CapFightsQuota,
}

impl Kind {
    pub(super) const ALL: [Self; 7] = [
        Self::ShareSlot,
        Self::ShareSku,
        Self::PinHidden,
        Self::BoostMeetsBury,
        Self::MootHidden,
        Self::MootInside,
        Self::CapFightsQuota,
    ];

    /// Where a rule finds those that it could meet in this way.
    pub(super) fn looks_at<'r>(self, rule: &'r Rule) -> Vec<Shelf<'r>> {
        match (self, &rule.effect) {
            (Self::ShareSlot, Effect::Pin { pins, .. }) => {
                pins.iter().map(|pin| Shelf::Slot(pin.slot)).collect()
            }
            (Self::ShareSku, Effect::Pin { pins, .. }) => {
                pins.iter().map(|pin| Shelf::Sku(&pin.sku)).collect()
            }
            (Self::PinHidden, Effect::Pin { .. }) => vec![Shelf::Hiders],
            (Self::BoostMeetsBury, Effect::Boost { percent }) if *percent > 0.0 => {
                vec![Shelf::Buries]
            }
            (
                Self::MootHidden,
                Effect::Boost { .. }
                | Effect::Bury { .. }
                | Effect::Reserve { .. }
                | Effect::Quota { .. }
                | Effect::Cap { .. },
            ) => vec![Shelf::Hiders],
            (
                Self::MootInside,
                Effect::Hide {} | Effect::Only {} | Effect::Reserve { .. } | Effect::Cap { .. },
            ) => vec![Shelf::Like(rule.effect.kind())],
            (Self::CapFightsQuota, Effect::Cap { .. }) => vec![Shelf::Quotas],
            _ => Vec::new(),
        }
    }

    /// Holds two rules against each other.
    pub(super) fn meet(self, scene: &Scene<'_>, rule: &Known, other: &Known) -> Option<Met> {
        let (a, b) = (&rule.rule().scope, &other.rule().scope);
        if rule.id() == other.id() || other.home.is_none() || are_apart(a, b) {
            return None;
        }
        let finding = match self {
            Self::ShareSlot => share_slot(scene, rule, other),
            Self::ShareSku => share_sku(scene, rule, other),
            Self::PinHidden => pin_hidden(scene, rule, other),
            Self::BoostMeetsBury => boost_meets_bury(scene, rule, other),
            Self::MootHidden => moot_hidden(scene, rule, other),
            Self::MootInside => moot_inside(scene, rule, other),
            Self::CapFightsQuota => cap_fights_quota(scene, rule, other),
        }?;
        Some(Met {
            other: Arc::clone(&other.compiled),
            finding: Kept::new(finding),
        })
    }

    /// Whether a rule would look at another one in this way.
    pub(super) fn concerns(self, rule: &Known, other: &Known) -> bool {
        if rule.looks[self as usize] & other.stands == 0
            || !are_near(&rule.rule().scope.pages, &other.rule().scope.pages)
        {
            return false;
        }
        let looks_at = self.looks_at(rule.rule());
        stands_at(other.rule()).any(|shelf| looks_at.contains(&shelf))
    }
}

/// The first request for which both are in force.
fn together(scene: &Scene<'_>, rule: &Known, other: &Known) -> Option<Common> {
    common(
        &[&rule.rule().scope, &other.rule().scope],
        &scene.world,
        scene.now,
    )
}

/// Whether products may be shown, but for what rules hide.
fn all_shown(scene: &Scene<'_>, request: &Request, rows: &[usize]) -> bool {
    let context = scene.context(request);
    context.is_some_and(|context| rows.iter().all(|row| scene.fails(&context, *row).is_none()))
}

/// The request for which two pinning rules are in force and `rule` comes second.
fn both_pin(scene: &Scene<'_>, rule: &Known, other: &Known) -> Option<Request> {
    let request = together(scene, rule, other)?.request;
    let is_second = precedes(other.rule(), rule.rule(), request.page.as_deref());
    with_slots(request, &[rule.pins(), other.pins()]).filter(|_| is_second)
}

fn share_slot(scene: &Scene<'_>, rule: &Known, other: &Known) -> Option<Finding> {
    let names = |known: &Known, row: usize| known.pinned.contains(&Some(row));
    let shared = rule.pinned().filter_map(|(place, pin, row)| {
        let (_, theirs, their_row) = other
            .pinned()
            .find(|(_, theirs, _)| theirs.slot == pin.slot)?;
        let stands_in = |sku: &str| scene.stands_in(rule, sku) || scene.stands_in(other, sku);
        let is_apart = !names(other, row)
            && !names(rule, their_row)
            && !stands_in(&pin.sku)
            && !stands_in(&theirs.sku);
        is_apart.then_some((place, pin, theirs, [row, their_row]))
    });
    let shared: Vec<_> = shared.collect();
    if shared.is_empty() {
        return None;
    }
    let request = both_pin(scene, rule, other)?;
    let is_shown = |rows: &[usize]| all_shown(scene, &request, rows);
    let (place, pin, before, _) = shared.into_iter().find(|(.., rows)| is_shown(rows))?;
    let (name, first) = (&rule.rule().name, &other.rule().name);
    let finding = Finding::new(
        Code::PinsShareSlot,
        rule.rule(),
        format!("/effect/pins/{place}"),
        with_sku(request, &pin.sku),
    );
    let finding = finding.with(other.rule()).say(format!(
        "“{name}” pins {} to slot {}, which “{first}” gives to {} first.",
        pin.sku, pin.slot, before.sku
    ));
    let taken = |slot: u32| {
        let mut pins = rule.pins().iter().chain(other.pins());
        pins.any(|pin| pin.slot == slot)
    };
    Some(move_pin(finding, rule.rule(), place, taken))
}

fn share_sku(scene: &Scene<'_>, rule: &Known, other: &Known) -> Option<Finding> {
    let request = both_pin(scene, rule, other)?;
    let (place, pin, before) = rule.pinned().find_map(|(place, pin, row)| {
        let theirs = other.pins().iter().find(|theirs| theirs.sku == pin.sku)?;
        all_shown(scene, &request, &[row]).then_some((place, pin, theirs))
    })?;
    let (name, first) = (&rule.rule().name, &other.rule().name);
    let finding = Finding::new(
        Code::PinsShareSku,
        rule.rule(),
        format!("/effect/pins/{place}"),
        with_sku(request, &pin.sku),
    );
    let finding = finding.with(other.rule()).say(format!(
        "“{name}” pins {} to slot {}, but “{first}” pins it to slot {} first.",
        pin.sku, pin.slot, before.slot
    ));
    Some(take_out(finding, rule.rule(), &pin.sku))
}

fn pin_hidden(scene: &Scene<'_>, rule: &Known, other: &Known) -> Option<Finding> {
    let hides_matching = matches!(other.rule().effect, Effect::Hide {});
    // A rule that reads nothing of the request says at once that it leaves a product alone.
    let may_hide = |row: usize| {
        !other.is_fixed || hides_matching == other.rows.contains(row) || !other.is_at(row)
    };
    let rows: Vec<_> = rule.pinned().filter(|(_, _, row)| may_hide(*row)).collect();
    if rows.is_empty() {
        return None;
    }
    let met = together(scene, rule, other)?;
    let (place, pin, request) = rows.into_iter().find_map(|(place, pin, row)| {
        let request = scene.request_with(&met, row);
        let request = with_slots(request, &[rule.pins()])?;
        let context = scene.context(&request)?;
        let is_hidden = scene.names(&context, &other.compiled, row) == hides_matching;
        let is_hidden = is_hidden && scene.fails(&context, row).is_none();
        drop(context);
        is_hidden.then_some((place, pin, request))
    })?;
    let (name, by) = (&rule.rule().name, &other.rule().name);
    let finding = Finding::new(
        Code::PinHidden,
        rule.rule(),
        format!("/effect/pins/{place}"),
        with_sku(request, &pin.sku),
    );
    let finding = finding.with(other.rule()).say(format!(
        "“{name}” pins {} to slot {}, but “{by}” hides it.",
        pin.sku, pin.slot
    ));
    Some(take_out(finding, rule.rule(), &pin.sku))
}

fn boost_meets_bury(scene: &Scene<'_>, rule: &Known, other: &Known) -> Option<Finding> {
    let mut rows = rule.rows.common(&other.rows).peekable();
    rows.peek()?;
    let met = together(scene, rule, other)?;
    let (sku, request) = rows.take(MOST_TRIED).find_map(|row| {
        let request = scene.request_with(&met, row);
        let context = scene.context(&request)?;
        let meets = scene.names(&context, &rule.compiled, row)
            && scene.names(&context, &other.compiled, row)
            && scene.fails(&context, row).is_none();
        drop(context);
        meets.then(|| (scene.sku(row), request))
    })?;
    let (name, by) = (&rule.rule().name, &other.rule().name);
    let witness = with_sku(request, sku);
    let finding = Finding::new(Code::BoostMeetsBury, rule.rule(), "/when", witness);
    Some(finding.with(other.rule()).say(format!(
        "“{name}” boosts {sku}, and “{by}” buries it at the same time."
    )))
}

fn moot_hidden(scene: &Scene<'_>, rule: &Known, other: &Known) -> Option<Finding> {
    let (inner, outer) = (rule.rule(), other.rule());
    let hides_matching = matches!(outer.effect, Effect::Hide {});
    if rule.rows.is_empty()
        || !rule.is_comparable(other)
        || !covers(&outer.scope, &inner.scope)
        || !on_category_pages(&inner.scope) && !outer.scope.pages.is_empty()
    {
        return None;
    }
    let is_hidden = if hides_matching {
        rule.rows.is_within(&other.rows)
    } else {
        rule.rows.is_apart(&other.rows)
    };
    let row = rule.rows.iter().next().filter(|_| is_hidden)?;
    let witness = with_sku(
        scene.request_with(&together(scene, rule, other)?, row),
        scene.sku(row),
    );
    let finding = Finding::new(Code::MootHidden, inner, "/when", witness);
    let sentence = format!(
        "“{}” does nothing: “{}” hides every product that it matches.",
        inner.name, outer.name
    );
    Some(finding.with(outer).say(sentence).remove())
}

fn moot_inside(scene: &Scene<'_>, rule: &Known, other: &Known) -> Option<Finding> {
    let (inner, outer) = (rule.rule(), other.rule());
    if rule.rows.is_empty()
        || !rule.is_comparable(other)
        || !covers(&outer.scope, &inner.scope)
        || !on_category_pages(&inner.scope) && !outer.scope.pages.is_empty()
    {
        return None;
    }
    // Of two that say the same the later one is idle.
    let is_twin = covers(&inner.scope, &outer.scope);
    let comes_second = || {
        let by_priority = outer.priority > inner.priority;
        by_priority || outer.priority == inner.priority && is_twin && outer.id < inner.id
    };
    let does_as_much = match (&outer.effect, &inner.effect) {
        (Effect::Hide {}, Effect::Hide {}) => {
            let is_same = is_twin && other.rows.is_within(&rule.rows);
            rule.rows.is_within(&other.rows) && (!is_same || outer.id < inner.id)
        }
        (Effect::Only {}, Effect::Only {}) => {
            let mut kept = rule.runs.iter().cloned().flatten();
            let keeps_less = kept.all(|row| rule.rows.contains(row) || !other.rows.contains(row));
            let is_same = is_twin && rule.rows.is_within(&other.rows);
            keeps_less && (!is_same || outer.id < inner.id)
        }
        (
            Effect::Cap { field, max, first },
            Effect::Cap {
                field: own_field,
                max: own_max,
                first: own_first,
            },
        ) => {
            field == own_field
                && max <= own_max
                && first >= own_first
                && comes_second()
                && rule.rows.is_within(&other.rows)
        }
        (Effect::Reserve { slots }, Effect::Reserve { slots: own }) => {
            inner.when == outer.when
                && comes_second()
                && own.iter().all(|slot| slots.contains(slot))
        }
        _ => false,
    };
    let row = rule.rows.iter().next().filter(|_| does_as_much)?;
    let request = scene.request_with(&together(scene, rule, other)?, row);
    let finding = Finding::new(
        Code::MootInside,
        inner,
        "/effect",
        with_sku(request, scene.sku(row)),
    );
    let sentence = format!(
        "“{}” does nothing that “{}” does not do already.",
        inner.name, outer.name
    );
    Some(finding.with(outer).say(sentence).remove())
}

/// Whether the candidates of a request alone fill its slots.
fn fills(scene: &Scene<'_>, request: &Request) -> bool {
    let page = match request.placement {
        Placement::Category => request.page.as_deref().unwrap_or_default(),
        _ => "",
    };
    let mut candidates = RowSet::default();
    candidates.add_all(&scene.retailer.page(page));
    let slots = request.slots as usize;
    scene
        .context(request)
        .is_some_and(|context| shown_up_to(scene, &context, &candidates, slots) >= slots)
}

fn cap_fights_quota(scene: &Scene<'_>, rule: &Known, other: &Known) -> Option<Finding> {
    let (cap, quota) = (rule.rule(), other.rule());
    let (
        Effect::Cap { field, max, first },
        Effect::Quota {
            min,
            first: wanted_first,
        },
    ) = (&cap.effect, &quota.effect)
    else {
        return None;
    };
    if other.rows.is_empty() || other.short.is_some() || !rule.is_fixed || !other.is_fixed {
        return None;
    }
    // The slots that the cap does not look at are free for the quota.
    let mut room = wanted_first.saturating_sub(*first);
    let values = crate::slate::capped_values(scene.retailer, field);
    let mut placed: BTreeMap<u32, u32> = BTreeMap::new();
    let mut last = None;
    for row in other.rows.iter() {
        let value = values.map_or(endcap_rules::ABSENT, |values| values.get(row));
        let is_capped = value != endcap_rules::ABSENT && rule.rows.contains(row);
        let placed = placed.entry(value).or_default();
        if !is_capped || *placed < *max {
            room += 1;
            *placed += u32::from(is_capped);
        }
        if room >= *min {
            return None;
        }
        last = Some(row);
    }
    let met = together(scene, rule, other)?;
    let row = last.filter(|row| met.pages.is_none() || rule.is_at(*row))?;
    let mut request = scene.request_with(&met, row);
    request.slots = request.slots.max((*wanted_first).max(*first).min(200));
    // What fills a short slate from elsewhere may match the quota, and no cap holds it.
    if scene.organic.fallback != Fallback::None && !fills(scene, &request) {
        return None;
    }
    let witness = with_sku(request, scene.sku(row));
    let finding = Finding::new(Code::CapFightsQuota, cap, "/effect/max", witness);
    let sentence = format!(
        "“{}” asks for {min} products, but “{}” leaves room for {room} of them.",
        quota.name, cap.name
    );
    let finding = finding.with(quota).say(sentence);
    let lower = Effect::Quota {
        min: room,
        first: *wanted_first,
    };
    let lower = Rule {
        effect: lower,
        ..quota.clone()
    };
    Some(if room == 0 {
        finding
    } else {
        finding.put(format!("Let “{}” ask for {room}", quota.name), lower)
    })
}
