//! The rules that gestures make: a card dragged to a slot, a product hidden, a few boosted.
//!
//! A gesture goes into a rule made by hand: one for exactly its page, at all times and for
//! everybody, so that nothing that was scheduled or aimed at some shoppers is changed by it.

use endcap_vocab::{Effect, IfUnavailable, Owner, Pin, Placement, Request, Rule, RuleSet, Scope};

use super::{Clause, Clauses, FieldValue, Join, Operator, from_cel, to_cel};
use crate::tree::page_name;

/// What a gesture does to a rule set.
#[derive(Debug, Clone, PartialEq)]
pub enum RuleEdit {
    /// Puts a rule, in place of the one with its id where there is one.
    Put(Box<Rule>),
    /// Removes a rule, by id.
    Remove(String),
}

/// The rule that holds the pins made by hand on the page of a request: the first by id that is
/// for exactly this page, enabled, and bound to no time, shopper, channel or store.
#[must_use]
pub fn hand_made_pins<'r>(request: &Request, rules: &'r RuleSet) -> Option<&'r Rule> {
    hand_made(request, rules, |rule| {
        matches!(rule.effect, Effect::Pin { .. })
    })
}

/// The rule that hides products by hand on the page of a request, and names them by sku alone.
#[must_use]
pub fn hand_made_hides<'r>(request: &Request, rules: &'r RuleSet) -> Option<&'r Rule> {
    hand_made(request, rules, |rule| {
        matches!(rule.effect, Effect::Hide {}) && named_skus(rule).is_some()
    })
}

fn hand_made<'r>(
    request: &Request,
    rules: &'r RuleSet,
    fits: impl Fn(&Rule) -> bool,
) -> Option<&'r Rule> {
    let scope = scope_of(request);
    let made = rules.rules.iter();
    made.filter(|rule| rule.enabled && rule.scope == scope && fits(rule))
        .min_by(|a, b| a.id.cmp(&b.id))
}

/// A scope of exactly the page that a request shows: where there is no page, its placement,
/// and for a search its query.
fn scope_of(request: &Request) -> Scope {
    let page = request.page.as_ref().filter(|page| !page.is_empty());
    if let Some(page) = page {
        return Scope {
            pages: vec![page.clone()],
            ..Scope::default()
        };
    }
    let query = request.query.iter();
    Scope {
        placements: vec![request.placement],
        queries: query
            .filter(|_| request.placement == Placement::Search)
            .cloned()
            .collect(),
        ..Scope::default()
    }
}

/// What the page of a request is called.
fn place_name(request: &Request) -> String {
    match request.page.as_deref().filter(|page| !page.is_empty()) {
        Some(page) => page_name(page),
        None => match (&request.query, request.placement) {
            (Some(query), Placement::Search) => format!("“{query}”"),
            (_, placement) => page_name(placement.name()),
        },
    }
}

/// A new rule of a gesture, with an id that the rule set does not have yet.
pub(super) fn new_rule(
    request: &Request,
    rules: &RuleSet,
    kind: (&str, &str),
    effect: Effect,
) -> Rule {
    let (id, name) = kind;
    let place = place_name(request);
    Rule {
        id: free_id(&format!("{id}-{}", slug(&place)), rules),
        name: format!("{name} on {place}"),
        owner: Owner::Merchandising,
        enabled: true,
        priority: 0,
        scope: scope_of(request),
        when: None,
        effect,
        campaign: None,
        note: None,
    }
}

/// Letters and digits in lower case, with a hyphen for whatever stands between.
fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}

/// The id itself, or with the first number from 2 that makes it new.
pub(super) fn free_id(id: &str, rules: &RuleSet) -> String {
    let taken = |id: &str| rules.rules.iter().any(|rule| rule.id == id);
    if !taken(id) {
        return id.to_owned();
    }
    // One more number than there are rules cannot all be taken.
    (2..=rules.rules.len() + 2)
        .map(|number| format!("{id}-{number}"))
        .find(|id| !taken(id))
        .unwrap_or_else(|| id.to_owned())
}

/// The rule of the pins made by hand once a product is pinned to a slot: an older pin of the
/// product or of the slot gives way.
#[must_use]
pub fn pin_rule(request: &Request, rules: &RuleSet, sku: &str, slot: u32) -> Rule {
    let empty = Effect::Pin {
        pins: Vec::new(),
        if_unavailable: IfUnavailable::Skip,
    };
    let mut rule = hand_made_pins(request, rules)
        .cloned()
        .unwrap_or_else(|| new_rule(request, rules, ("pins", "Pins"), empty));
    if let Effect::Pin { pins, .. } = &mut rule.effect {
        pins.retain(|pin| pin.sku != sku && pin.slot != slot);
        pins.push(Pin {
            sku: sku.to_owned(),
            slot,
        });
        pins.sort_by_key(|pin| pin.slot);
    }
    rule
}

/// Takes the pins of a product out of a rule, which goes when it holds no others; `None` where
/// the rule does not pin it.
#[must_use]
pub fn unpin(rules: &RuleSet, rule: &str, sku: &str) -> Option<RuleEdit> {
    let mut rule = rules.rules.iter().find(|known| known.id == rule)?.clone();
    let Effect::Pin { pins, .. } = &mut rule.effect else {
        return None;
    };
    let before = pins.len();
    pins.retain(|pin| pin.sku != sku);
    if pins.len() == before {
        None
    } else if pins.is_empty() {
        Some(RuleEdit::Remove(rule.id))
    } else {
        Some(RuleEdit::Put(Box::new(rule)))
    }
}

/// The rule that hides products by hand once these are hidden, too.
#[must_use]
pub fn hide_rule(request: &Request, rules: &RuleSet, skus: &[&str]) -> Rule {
    let mut rule = hand_made_hides(request, rules)
        .cloned()
        .unwrap_or_else(|| new_rule(request, rules, ("hides", "Hidden"), Effect::Hide {}));
    let mut hidden = named_skus(&rule).unwrap_or_default();
    for sku in skus {
        if !hidden.iter().any(|known| known == sku) {
            hidden.push((*sku).to_owned());
        }
    }
    rule.when = Some(among(hidden));
    rule
}

/// Takes a product out of a rule that hides products by sku, which goes when it names no
/// others; `None` where the rule does not name it.
#[must_use]
pub fn unhide(rules: &RuleSet, rule: &str, sku: &str) -> Option<RuleEdit> {
    let mut rule = rules.rules.iter().find(|known| known.id == rule)?.clone();
    let mut hidden = named_skus(&rule).filter(|_| matches!(rule.effect, Effect::Hide {}))?;
    let before = hidden.len();
    hidden.retain(|known| known != sku);
    if hidden.len() == before {
        None
    } else if hidden.is_empty() {
        Some(RuleEdit::Remove(rule.id))
    } else {
        rule.when = Some(among(hidden));
        Some(RuleEdit::Put(Box::new(rule)))
    }
}

/// A new rule that boosts some products of a page.
#[must_use]
pub fn boost_rule(request: &Request, rules: &RuleSet, skus: &[&str], percent: f64) -> Rule {
    let skus = skus.iter().map(|sku| (*sku).to_owned()).collect();
    Rule {
        when: Some(among(skus)),
        ..new_rule(
            request,
            rules,
            ("boost", "Boosted"),
            Effect::Boost { percent },
        )
    }
}

/// A condition that names products by sku.
fn among(skus: Vec<String>) -> String {
    to_cel(&Clauses {
        join: Join::AllOf,
        clauses: vec![Clause {
            field: "sku".to_owned(),
            operator: Operator::OneOf,
            value: FieldValue::Texts(skus),
        }],
    })
}

/// The skus of a rule whose condition names products by sku and asks nothing else.
fn named_skus(rule: &Rule) -> Option<Vec<String>> {
    let clauses = from_cel(rule.when.as_deref()?)?;
    match clauses.clauses.as_slice() {
        [
            Clause {
                field,
                operator: Operator::OneOf,
                value: FieldValue::Texts(skus),
            },
        ] if field == "sku" => Some(skus.clone()),
        _ => None,
    }
}
