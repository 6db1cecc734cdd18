//! Edits by hand: what a card dragged, hidden or boosted does to a draft.

use std::collections::BTreeSet;

use endcap_vocab::{Effect, Pin, Request, Rule, RuleSet};

use super::Edit;
use crate::{
    RuleEdit, boost_rule, hand_made_hides, hand_made_pins, hide_rule, pin_rule, unhide, unpin,
};

/// How a pin holds a product: by which rule, in which slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held<'a> {
    /// The id of the rule.
    pub rule: &'a str,
    /// Where the product stands.
    pub slot: u32,
}

/// Several things done to one page by hand, which become one step: a rule that is touched more
/// than once is put once.
pub struct ByHand<'a> {
    request: &'a Request,
    before: &'a RuleSet,
    rules: RuleSet,
    touched: BTreeSet<String>,
}

impl<'a> ByHand<'a> {
    /// Nothing yet, on the page of a request and from some rules on.
    #[must_use]
    pub fn new(request: &'a Request, rules: &'a RuleSet) -> Self {
        Self {
            request,
            before: rules,
            rules: rules.clone(),
            touched: BTreeSet::new(),
        }
    }

    /// Pins a product to a slot. A rule that put it where it is moves its pin: a second pin of
    /// the same product would not count.
    pub fn pin(&mut self, sku: &str, slot: u32, held: Option<Held<'_>>) {
        let moved = held.and_then(|held| self.holding(sku, held));
        if let Some((mut rule, pinned)) = moved
            && let Effect::Pin { pins, .. } = &mut rule.effect
        {
            pins.retain(|pin| pin.sku != pinned && pin.slot != slot);
            pins.push(Pin { sku: pinned, slot });
            pins.sort_by_key(|pin| pin.slot);
            self.apply(RuleEdit::Put(Box::new(rule)));
            return;
        }
        let rule = pin_rule(self.request, &self.rules, sku, slot);
        self.apply(RuleEdit::Put(Box::new(rule)));
    }

    /// Takes the pin of a product away: that of the rule which put it where it is, or else the
    /// one made by hand.
    pub fn unpin(&mut self, sku: &str, held: Option<Held<'_>>) {
        let held = held.and_then(|held| self.holding(sku, held));
        let held = held.and_then(|(rule, pinned)| unpin(&self.rules, &rule.id, &pinned));
        let edit = held.or_else(|| {
            let by_hand = hand_made_pins(self.request, &self.rules)?;
            unpin(&self.rules, &by_hand.id, sku)
        });
        if let Some(edit) = edit {
            self.apply(edit);
        }
    }

    /// The rule that put a product where it is, and the sku that it pins there: the product's
    /// own, or that of the one it stands in for.
    fn holding(&self, sku: &str, held: Held<'_>) -> Option<(Rule, String)> {
        let rule = self.rules.rules.iter().find(|rule| rule.id == held.rule)?;
        let Effect::Pin { pins, .. } = &rule.effect else {
            return None;
        };
        let own = pins.iter().find(|pin| pin.sku == sku);
        let pin = own.or_else(|| pins.iter().find(|pin| pin.slot == held.slot))?;
        Some((rule.clone(), pin.sku.clone()))
    }

    /// Hides products.
    pub fn hide(&mut self, skus: &[&str]) {
        let rule = hide_rule(self.request, &self.rules, skus);
        self.apply(RuleEdit::Put(Box::new(rule)));
    }

    /// Shows a product that was hidden by hand again.
    pub fn unhide(&mut self, sku: &str) {
        let rule = hand_made_hides(self.request, &self.rules).map(|rule| rule.id.clone());
        if let Some(edit) = rule.and_then(|rule| unhide(&self.rules, &rule, sku)) {
            self.apply(edit);
        }
    }

    /// Boosts products.
    pub fn boost(&mut self, skus: &[&str], percent: f64) {
        let rule = boost_rule(self.request, &self.rules, skus, percent);
        self.apply(RuleEdit::Put(Box::new(rule)));
    }

    /// What has to be done to the draft; nothing where nothing changes.
    #[must_use]
    pub fn edits(self) -> Vec<Edit> {
        let find = |rules: &'_ RuleSet, id: &str| {
            let rule = rules.rules.iter().find(|rule| rule.id == id);
            rule.cloned()
        };
        let edit = |id: String| {
            let (was, is) = (find(self.before, &id), find(&self.rules, &id));
            match is {
                _ if was == is => None,
                Some(rule) => Some(Edit::put(rule)),
                None => Some(Edit::RemoveRule { id }),
            }
        };
        self.touched.into_iter().filter_map(edit).collect()
    }

    fn apply(&mut self, edit: RuleEdit) {
        let edit = match edit {
            RuleEdit::Put(rule) => {
                self.touched.insert(rule.id.clone());
                Edit::put(*rule)
            }
            RuleEdit::Remove(id) => {
                self.touched.insert(id.clone());
                Edit::RemoveRule { id }
            }
        };
        edit.apply(&mut self.rules);
    }
}
