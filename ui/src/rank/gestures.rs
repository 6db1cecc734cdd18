//! What is done to products by hand: pin, unpin, hide, show again, boost; each one step of undo
//! that says what it did.

use endcap_app::console::{ByHand, Edit, Held};
use endcap_app::{Card, PageView, RuleSet};

use super::{card, select};
use crate::Desk;

/// Something done to products of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gesture {
    /// Pins where they stand.
    Pin,
    /// Takes their pins away.
    Unpin,
    /// Hides them.
    Hide,
    /// Shows them again.
    Unhide,
}

/// Carries out a gesture on products, given in the order of the slate.
pub(super) fn carry_out(desk: &mut Desk, page: &PageView, gesture: Gesture, skus: &[String]) {
    let Some(rules) = desk.console.draft().map(|draft| draft.rules().clone()) else {
        return;
    };
    if skus.is_empty() {
        return;
    }
    let what = named(page, skus);
    let mut by_hand = ByHand::new(&page.slate.request, &rules);
    let (label, done) = match gesture {
        Gesture::Pin => {
            pin_in_place(desk, page, skus);
            return;
        }
        Gesture::Unpin => {
            for sku in skus {
                by_hand.unpin(sku, held_by(page, sku));
            }
            (format!("Unpin {what}"), format!("Unpinned {what}"))
        }
        Gesture::Hide => {
            let skus: Vec<&str> = skus.iter().map(String::as_str).collect();
            by_hand.hide(&skus);
            (format!("Hide {what}"), format!("Hidden here: {what}"))
        }
        Gesture::Unhide => {
            for sku in skus {
                by_hand.unhide(sku);
            }
            (format!("Show {what} again"), format!("Shown again: {what}"))
        }
    };
    let edits = by_hand.edits();
    if edits.is_empty() {
        desk.say(&nothing(gesture, &what));
    } else if desk.edit(label, edits) {
        desk.offer_undo(done);
    }
}

fn nothing(gesture: Gesture, what: &str) -> String {
    match gesture {
        Gesture::Unpin => format!("No rule of this page pins {what} by its sku."),
        Gesture::Unhide => format!("No rule made by hand hides {what} here."),
        Gesture::Pin | Gesture::Hide => format!("Nothing changes for {what}."),
    }
}

/// Pins products where the first of them stands and in the slots after it.
fn pin_in_place(desk: &mut Desk, page: &PageView, skus: &[String]) {
    let first = skus.first().and_then(|sku| select::place(page, sku));
    let Some(first) = first.and_then(|place| page.slate.cards.get(place)) else {
        desk.say("Choose a product of the slate to pin.");
        return;
    };
    let slot = first.slot;
    pin(desk, page, skus, slot);
}

/// Pins products to a slot and those after it.
pub(super) fn pin(desk: &mut Desk, page: &PageView, skus: &[String], slot: u32) {
    let what = named(page, skus);
    pin_named(desk, page, skus, slot, &what);
}

/// Pins a product to a slot beside its own. It is seen to move, so nothing more is said.
pub(super) fn step(desk: &mut Desk, page: &PageView, sku: &str, slot: u32) {
    let Some(rules) = desk.console.draft().map(|draft| draft.rules().clone()) else {
        return;
    };
    let edits = pin_edits(page, &rules, &[(sku, slot)]);
    let what = named(page, &[sku.to_owned()]);
    desk.edit(format!("Pin {what} to slot {slot}"), edits);
}

/// Pins products, which the page may not show, under the name that the caller knows.
pub(super) fn pin_named(desk: &mut Desk, page: &PageView, skus: &[String], slot: u32, what: &str) {
    let Some(rules) = desk.console.draft().map(|draft| draft.rules().clone()) else {
        return;
    };
    let pins: Vec<(&str, u32)> = skus.iter().map(String::as_str).zip(slot..).collect();
    let edits = pin_edits(page, &rules, &pins);
    let to = match pins.last() {
        Some((_, last)) if *last != slot => format!("slots {slot} to {last}"),
        _ => format!("slot {slot}"),
    };
    if edits.is_empty() {
        desk.say(&format!("Nothing changes: pinned to {to} already."));
    } else if desk.edit(format!("Pin {what} to {to}"), edits) {
        desk.offer_undo(pinned(page, skus, slot, what));
    }
}

/// What was pinned where; where the pin of another rule holds the slot, that.
pub(super) fn pinned(page: &PageView, skus: &[String], slot: u32, what: &str) -> String {
    let [sku] = skus else {
        return format!("Pinned {what} from slot {slot} on");
    };
    let there = page.slate.cards.get((slot as usize).saturating_sub(1));
    let rule = there
        .filter(|card| card::is_pinned(card) && card.sku != *sku)
        .and_then(|card| card.rule.as_deref())
        .filter(|rule| held_by(page, sku).is_none_or(|held| held.rule != *rule))
        .and_then(|id| page.rules.iter().find(|rule| rule.id == id));
    match rule {
        Some(rule) => format!(
            "Pinned {what} to slot {slot}, which “{}” pins too",
            rule.name
        ),
        None => format!("Pinned {what} to slot {slot}"),
    }
}

/// The edits that pin products to slots, from some rules on.
pub(super) fn pin_edits(page: &PageView, rules: &RuleSet, pins: &[(&str, u32)]) -> Vec<Edit> {
    let mut by_hand = ByHand::new(&page.slate.request, rules);
    for (sku, slot) in pins {
        by_hand.pin(sku, *slot, held_by(page, sku));
    }
    by_hand.edits()
}

/// Boosts products by a percentage.
pub(super) fn boost(desk: &mut Desk, page: &PageView, skus: &[String], percent: f64) -> bool {
    let Some(rules) = desk.console.draft().map(|draft| draft.rules().clone()) else {
        return false;
    };
    let what = named(page, skus);
    let by = desk.format.percent(percent / 100.0, 0);
    let mut by_hand = ByHand::new(&page.slate.request, &rules);
    let skus: Vec<&str> = skus.iter().map(String::as_str).collect();
    by_hand.boost(&skus, percent);
    let edits = by_hand.edits();
    let done = desk.edit(format!("Boost {what} by {by}"), edits);
    if done {
        desk.offer_undo(format!("Boosted {what} by {by}"));
    }
    done
}

/// The rule whose pin put a product where it is.
fn held_by<'p>(page: &'p PageView, sku: &str) -> Option<Held<'p>> {
    let card = page.slate.cards.get(select::place(page, sku)?)?;
    let rule = card.rule.as_deref().filter(|_| card::is_pinned(card))?;
    Some(Held {
        rule,
        slot: card.slot,
    })
}

/// One product by its title, several by their number.
pub(super) fn named(page: &PageView, skus: &[String]) -> String {
    match skus {
        [sku] => known(page, sku).map_or_else(|| sku.clone(), |card| card.title.clone()),
        _ => format!("{} products", skus.len()),
    }
}

/// A product of the slate, or of the live one.
pub(super) fn known<'p>(page: &'p PageView, sku: &str) -> Option<&'p Card> {
    let mut cards = page.slate.cards.iter().chain(&page.gone);
    cards.find(|card| card.sku == sku)
}
