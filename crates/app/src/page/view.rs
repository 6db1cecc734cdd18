//! The draft's slate beside the live one.

use std::collections::BTreeMap;

use endcap_vocab::RuleSet;

use super::figures::{Figure, figures};
use super::objective::{ObjectiveView, objective};
use super::rules::{RuleCard, rule_cards};
use super::{Card, Slate};
use crate::{Movement, Workspace};

/// The draft's slate against the live one, with the figures, weights and rules of its page.
#[derive(Debug, Clone, PartialEq)]
pub struct PageView {
    /// The draft's slate.
    pub slate: Slate,
    /// Where each card of the slate stands against the live one.
    pub movements: Vec<Movement>,
    /// What the live slate has and the draft's has not, by live slot.
    pub gone: Vec<Card>,
    /// In the order of the strip.
    pub figures: Vec<Figure>,
    /// The weights that hold on the page.
    pub objective: ObjectiveView,
    /// The rules for the page: its own first, then those that it inherits.
    pub rules: Vec<RuleCard>,
}

impl PageView {
    /// The cards of the draft's slate, each with its movement.
    pub fn cards(&self) -> impl ExactSizeIterator<Item = (&Card, Movement)> {
        self.slate.cards.iter().zip(self.movements.iter().copied())
    }
}

impl Workspace {
    /// Holds the slate of a draft against the live one of the same request; `rules` are the
    /// draft's, the ones that made `slate`.
    #[must_use]
    pub fn page(&self, rules: &RuleSet, slate: Slate, live: &Slate) -> PageView {
        PageView {
            movements: movements(&slate.cards, &live.cards),
            gone: gone(&slate.cards, &live.cards),
            figures: figures(&slate, live),
            objective: objective(rules, &slate, live),
            rules: rule_cards(self, rules, &slate),
            slate,
        }
    }
}

fn slots(cards: &[Card]) -> BTreeMap<&str, u32> {
    cards
        .iter()
        .map(|card| (card.sku.as_str(), card.slot))
        .collect()
}

fn movements(draft: &[Card], live: &[Card]) -> Vec<Movement> {
    let live = slots(live);
    let movement = |card: &Card| {
        let was = live.get(card.sku.as_str()).copied();
        Movement::between(was, Some(card.slot))
    };
    draft.iter().map(movement).collect()
}

fn gone(draft: &[Card], live: &[Card]) -> Vec<Card> {
    let draft = slots(draft);
    let gone = live
        .iter()
        .filter(|card| !draft.contains_key(card.sku.as_str()));
    gone.cloned().collect()
}
