//! Edits by hand: what a card dragged, hidden or boosted does to a draft.

use std::collections::BTreeSet;

use endcap_vocab::{Effect, Pin, Request, RuleSet};

use super::Edit;
use crate::{
    RuleEdit, boost_rule, hand_made_hides, hand_made_pins, hide_rule, pin_rule, unhide, unpin,
};

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

    /// Pins a product to a slot. A rule that pins it already, `by`, moves its pin: a second pin
    /// of the same product would not count.
    pub fn pin(&mut self, sku: &str, slot: u32, by: Option<&str>) {
        let held = by.and_then(|by| self.rules.rules.iter().find(|rule| rule.id == by));
        let mut moved = held.cloned();
        if let Some(rule) = &mut moved
            && let Effect::Pin { pins, .. } = &mut rule.effect
            && pins.iter().any(|pin| pin.sku == sku)
        {
            pins.retain(|pin| pin.sku != sku && pin.slot != slot);
            pins.push(Pin {
                sku: sku.to_owned(),
                slot,
            });
            pins.sort_by_key(|pin| pin.slot);
            let rule = rule.clone();
            self.apply(RuleEdit::Put(Box::new(rule)));
            return;
        }
        let rule = pin_rule(self.request, &self.rules, sku, slot);
        self.apply(RuleEdit::Put(Box::new(rule)));
    }

    /// Takes the pin of a product away: that of the rule `by`, or else the one made by hand.
    pub fn unpin(&mut self, sku: &str, by: Option<&str>) {
        let by_hand = hand_made_pins(self.request, &self.rules).map(|rule| rule.id.as_str());
        let edits = [by, by_hand].into_iter().flatten();
        let edit = edits
            .filter_map(|rule| unpin(&self.rules, rule, sku))
            .next();
        if let Some(edit) = edit {
            self.apply(edit);
        }
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
