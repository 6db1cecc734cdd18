//! The rules of a page as cards.

use std::cmp::Reverse;

use chrono::{Datelike, NaiveDateTime, NaiveTime};
use endcap_engine::OutOfForce;
use endcap_rules::{Condition, say};
use endcap_vocab::{
    Effect, Owner, Pin, Placement, Rule, RuleSet, Schedule, Scope, category_depth,
    category_is_under,
};

use super::{Slate, capitalised};
use crate::Workspace;
use crate::tree::page_name;
use crate::words::note_sentence_of;

/// How many pins a card names.
const PINS_NAMED: usize = 3;

/// A rule as a card of its page.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleCard {
    /// Unique in the rule set.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it does, as a tag: `Boost 40%`, `Pin 3`, `Quota`.
    pub kind: String,
    /// The `kind` of its effect in documents: `boost`, `pin`.
    pub effect: &'static str,
    /// When its effect comes to bear on a slate: only rules of one stage have an order.
    pub stage: u8,
    /// To what, without what the tag says: `Private label and margin at least 30%`.
    pub sentence: String,
    /// Where and for whom beside its page: `Through app or web`; empty where for all.
    pub place: String,
    /// When: `Until the end of 29 November 2026`; empty where always.
    pub schedule: String,
    /// The page above this one that it is for, `all pages` where it is for every one; `None`
    /// where it is this page's own.
    pub inherited_from: Option<String>,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Why it is not in force for this request: `from Fri 27 Nov`, `app only`; `None` where it
    /// is in force.
    pub out_of_force: Option<String>,
    /// Whose it is.
    pub owner: Owner,
    /// Higher goes first among pins, reserves, quotas and caps.
    pub priority: i64,
    /// The campaign it belongs to.
    pub campaign: Option<String>,
    /// Why it is there.
    pub note: Option<String>,
    /// The rules that work against it on this page: `overlaps “Clear winter stock”`.
    pub conflicts: Vec<String>,
    /// What became of it on this slate, in sentences: pins that moved, a quota that is not met.
    pub notes: Vec<String>,
}

impl RuleCard {
    /// Whether it has a hand in this slate.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        self.out_of_force.is_none()
    }
}

/// The rules for the page of a slate, its own first, then by what they do, priority and id;
/// inherited ones that are not in force come last.
pub(super) fn rule_cards(workspace: &Workspace, rules: &RuleSet, slate: &Slate) -> Vec<RuleCard> {
    let page = slate.request.page.as_deref().unwrap_or("");
    let mut cards: Vec<_> = rules
        .rules
        .iter()
        .filter_map(|rule| {
            let depth = depth_at(&rule.scope, page)?;
            let inherited = depth < category_depth(page);
            let idle = inherited && slate.out_of_force.contains_key(&rule.id);
            let place = (idle, inherited, stage(&rule.effect), Reverse(rule.priority));
            Some(((place, Reverse(depth), rule.id.as_str()), rule, inherited))
        })
        .collect();
    cards.sort_by_key(|(place, ..)| *place);
    let card = |(_, rule, inherited)| RuleCard {
        inherited_from: if inherited {
            Some(inherited_from(rule, page))
        } else {
            None
        },
        ..rule_card(workspace, rules, slate, rule)
    };
    cards.into_iter().map(card).collect()
}

/// How deep the scope's page that a page is at or under lies, 0 where it is for every page;
/// `None` where the rule is for other pages.
fn depth_at(scope: &Scope, page: &str) -> Option<usize> {
    if scope.pages.is_empty() {
        return Some(0);
    }
    let above = scope.pages.iter();
    above
        .filter(|entry| category_is_under(page, entry))
        .map(|entry| category_depth(entry))
        .max()
}

fn inherited_from(rule: &Rule, page: &str) -> String {
    let above = rule.scope.pages.iter();
    above
        .filter(|entry| !entry.is_empty() && category_is_under(page, entry))
        .max_by_key(|entry| category_depth(entry))
        .map_or_else(|| "all pages".to_owned(), |entry| page_name(entry))
}

/// When an effect comes to bear on a slate.
fn stage(effect: &Effect) -> u8 {
    match effect {
        Effect::Hide {} | Effect::Only {} => 0,
        Effect::Boost { .. } | Effect::Bury { .. } => 1,
        Effect::Pin { .. } => 2,
        Effect::Reserve { .. } => 3,
        Effect::Quota { .. } => 4,
        Effect::Cap { .. } => 5,
    }
}

fn rule_card(workspace: &Workspace, rules: &RuleSet, slate: &Slate, rule: &Rule) -> RuleCard {
    let elsewhere = Scope {
        pages: Vec::new(),
        schedule: None,
        ..rule.scope.clone()
    };
    let notes = slate.answer.notes.iter();
    RuleCard {
        id: rule.id.clone(),
        name: rule.name.clone(),
        kind: tag(&rule.effect),
        effect: rule.effect.kind(),
        stage: stage(&rule.effect),
        sentence: sentence(workspace, rule),
        place: if elsewhere.is_everywhere() {
            String::new()
        } else {
            capitalised(&say::scope(&elsewhere))
        },
        schedule: capitalised(
            &rule
                .scope
                .schedule
                .as_ref()
                .map_or_else(String::new, say::schedule),
        ),
        inherited_from: None,
        enabled: rule.enabled,
        out_of_force: slate
            .out_of_force
            .get(&rule.id)
            .map(|why| why_not(*why, rule, slate)),
        owner: rule.owner,
        priority: rule.priority,
        campaign: rule.campaign.clone(),
        note: rule.note.clone(),
        conflicts: conflicts(rules, slate, &rule.id),
        notes: notes
            .filter(|note| note.rule.as_deref() == Some(&rule.id))
            .map(|note| note_sentence_of(note, "This rule", workspace.title_of(note)))
            .collect(),
    }
}

/// What an effect does, in one or two words.
fn tag(effect: &Effect) -> String {
    match effect {
        Effect::Boost { percent } => format!("Boost {percent}%"),
        Effect::Bury { percent } => format!("Bury {percent}%"),
        Effect::Hide {} => "Hide".to_owned(),
        Effect::Only {} => "Only".to_owned(),
        Effect::Pin { pins, .. } if pins.len() > PINS_NAMED => format!("{} pins", pins.len()),
        Effect::Pin { pins, .. } => {
            let slots: Vec<String> = pins.iter().map(|pin| pin.slot.to_string()).collect();
            format!("Pin {}", slots.join(", "))
        }
        Effect::Reserve { .. } => "Reserve".to_owned(),
        Effect::Quota { .. } => "Quota".to_owned(),
        Effect::Cap { .. } => "Cap".to_owned(),
    }
}

/// What a rule does and to what, without what its tag says.
fn sentence(workspace: &Workspace, rule: &Rule) -> String {
    let of = rule.when.as_deref().map(condition_text);
    let those = || of.clone().unwrap_or_else(|| "any product".to_owned());
    match &rule.effect {
        Effect::Boost { .. } | Effect::Bury { .. } | Effect::Hide {} | Effect::Only {} => {
            of.map_or_else(|| "All products".to_owned(), |of| capitalised(&of))
        }
        Effect::Pin { pins, .. } => pinned(workspace, pins),
        Effect::Reserve { slots } => {
            let slots: Vec<String> = slots.iter().map(ToString::to_string).collect();
            let s = if slots.len() == 1 { "" } else { "s" };
            format!("Slot{s} {} for {}", slots.join(", "), those())
        }
        Effect::Quota { .. } => format!("{}: {}", say::effect(&rule.effect), those()),
        Effect::Cap { .. } => {
            let most = say::effect(&rule.effect);
            of.map_or_else(|| most.clone(), |of| format!("{most}, counting {of}"))
        }
    }
}

/// A condition in words; its text where it is none.
fn condition_text(when: &str) -> String {
    Condition::parse(when).map_or_else(|_| format!("`{when}`"), |condition| condition.say())
}

fn pinned(workspace: &Workspace, pins: &[Pin]) -> String {
    let named = pins.iter().take(PINS_NAMED).map(|pin| {
        let title = workspace.retailer.row(&pin.sku).map_or_else(
            || format!("{} (not in the catalogue)", pin.sku),
            |row| workspace.retailer.columns().title.get(row).to_owned(),
        );
        format!("{title} in slot {}", pin.slot)
    });
    let named: Vec<String> = named.collect();
    let more = match pins.len() - named.len() {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    named.join(", ") + &more
}

/// What a rule meets on this page that works against it.
fn conflicts(rules: &RuleSet, slate: &Slate, id: &str) -> Vec<String> {
    let name = |id: &str| {
        let rule = rules.rules.iter().find(|rule| rule.id == id);
        rule.map_or_else(|| id.to_owned(), |rule| rule.name.clone())
    };
    let other = |(boost, bury): &(String, String)| {
        if boost == id {
            Some(name(bury))
        } else if bury == id {
            Some(name(boost))
        } else {
            None
        }
    };
    let met = slate.overlaps.iter().filter_map(other);
    met.map(|name| format!("overlaps “{name}”")).collect()
}

/// Why a rule is not in force, in few words.
fn why_not(why: OutOfForce, rule: &Rule, slate: &Slate) -> String {
    let scope = &rule.scope;
    let only = |list: &[String]| match list {
        [first, _, rest @ ..] if !rest.is_empty() => {
            format!("{first} and {} others only", rest.len() + 1)
        }
        few => format!("{} only", few.join(" and ")),
    };
    let schedule = scope.schedule.as_ref();
    match why {
        OutOfForce::Disabled => "switched off".to_owned(),
        OutOfForce::Page => "other pages".to_owned(),
        OutOfForce::Placement => {
            let names = scope.placements.iter().map(|place| placement(*place));
            only(&names.map(str::to_owned).collect::<Vec<_>>())
        }
        OutOfForce::Channel => only(&scope.channels),
        OutOfForce::Store => only(&scope.stores),
        OutOfForce::Region => format!("region {}", only(&scope.regions)),
        OutOfForce::Segment => only(&scope.segments),
        OutOfForce::Tier => only(&scope.tiers),
        OutOfForce::Query => match scope.queries.as_slice() {
            [query] => format!("query “{query}” only"),
            queries => format!("{} queries only", queries.len()),
        },
        OutOfForce::SortedByShopper => "the shopper chose the order".to_owned(),
        OutOfForce::NotYet => {
            let from = schedule.and_then(|schedule| schedule.from);
            from.map_or_else(String::new, |from| format!("from {}", moment(from, slate)))
        }
        OutOfForce::Over => {
            let until = schedule.and_then(|schedule| schedule.until);
            until.map_or_else(String::new, |until| format!("ended {}", end(until, slate)))
        }
        OutOfForce::Hours => schedule.map_or_else(String::new, |schedule| {
            say::schedule(&Schedule {
                from: None,
                until: None,
                ..schedule.clone()
            })
        }),
    }
}

fn placement(placement: Placement) -> &'static str {
    match placement {
        Placement::Category => "category pages",
        Placement::Search => "search",
        Placement::Home => "home page",
        Placement::Product => "product pages",
        Placement::Cart => "cart",
        Placement::Email => "email",
    }
}

/// `Fri 27 Nov`, with the year where it is another than the request's, and the time unless it
/// is midnight.
fn moment(moment: NaiveDateTime, slate: &Slate) -> String {
    let mut said = moment.format("%a %-d %b").to_string();
    if moment.year() != slate.request.at.year() {
        said += &format!(" {}", moment.year());
    }
    if moment.time() != NaiveTime::MIN {
        said += &moment.format(" %H:%M").to_string();
    }
    said
}

/// The last of a time: midnight is the day before.
fn end(until: NaiveDateTime, slate: &Slate) -> String {
    let last_day = until.date().pred_opt();
    match last_day.filter(|_| until.time() == NaiveTime::MIN) {
        Some(day) => moment(day.and_time(NaiveTime::MIN), slate),
        None => moment(until, slate),
    }
}
