//! Rules by what others look them up by: the slot or product that they pin, or what they do, and
//! then the page.

use std::collections::HashMap;

use endcap_vocab::{Effect, Pin, Rule, category_is_under, category_parent};

use super::known::Known;
use super::pairs::Kind;

/// Where rules stand to be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Shelf<'r> {
    Slot(u32),
    Sku(&'r str),
    Hiders,
    Buries,
    Quotas,
    /// By the name of their effect.
    Like(&'static str),
}

/// The shelves a rule stands at.
pub(super) fn stands_at(rule: &Rule) -> impl Iterator<Item = Shelf<'_>> {
    let pins: &[Pin] = match &rule.effect {
        Effect::Pin { pins, .. } => pins,
        _ => &[],
    };
    let own = match &rule.effect {
        Effect::Hide {} | Effect::Only {} => Some(Shelf::Hiders),
        Effect::Bury { percent } if *percent > 0.0 => Some(Shelf::Buries),
        Effect::Quota { min, .. } if *min > 0 => Some(Shelf::Quotas),
        _ => None,
    };
    let of_pins = pins
        .iter()
        .flat_map(|pin| [Shelf::Slot(pin.slot), Shelf::Sku(&pin.sku)]);
    own.into_iter()
        .chain([Shelf::Like(rule.effect.kind())])
        .chain(of_pins)
}

/// Kinds of shelves as bits: rules whose bits differ from those that are looked for need no
/// closer look.
pub(super) fn classes<'r>(shelves: impl Iterator<Item = Shelf<'r>>) -> u16 {
    let class = |shelf| match shelf {
        Shelf::Slot(_) => 0,
        Shelf::Sku(_) => 1,
        Shelf::Hiders => 2,
        Shelf::Buries => 3,
        Shelf::Quotas => 4,
        Shelf::Like("hide") => 5,
        Shelf::Like("only") => 6,
        Shelf::Like("reserve") => 7,
        Shelf::Like("cap") => 8,
        Shelf::Like(_) => 9,
    };
    shelves.fold(0, |bits, shelf| bits | 1 << class(shelf))
}

/// Whether pages of two scopes nest.
pub(super) fn are_near(a: &[String], b: &[String]) -> bool {
    let nest = |a: &String, b: &String| category_is_under(a, b) || category_is_under(b, a);
    a.is_empty() || b.is_empty() || a.iter().any(|a| b.iter().any(|b| nest(a, b)))
}

/// The rules of a shelf by page.
#[derive(Default)]
struct ByPage<'r> {
    all: Vec<usize>,
    everywhere: Vec<usize>,
    at: HashMap<&'r str, Vec<usize>>,
    below: HashMap<&'r str, Vec<usize>>,
}

/// Rules by what others look them up by.
pub(super) struct Shelves<'r>(HashMap<Shelf<'r>, ByPage<'r>>);

impl<'r> Shelves<'r> {
    /// Puts rules up by their places.
    pub(super) fn new(rules: &[&'r Known]) -> Self {
        let mut shelves: HashMap<Shelf<'r>, ByPage<'r>> = HashMap::new();
        for (place, known) in rules
            .iter()
            .enumerate()
            .filter(|(_, known)| known.home.is_some())
        {
            for shelf in stands_at(known.rule()) {
                shelves
                    .entry(shelf)
                    .or_default()
                    .put(place, &known.rule().scope.pages);
            }
        }
        Self(shelves)
    }

    /// The places of the rules that a rule could meet, ascending.
    pub(super) fn near(&self, kind: Kind, rule: &Rule) -> Vec<usize> {
        let mut near = Vec::new();
        for by_page in kind
            .looks_at(rule)
            .iter()
            .filter_map(|shelf| self.0.get(shelf))
        {
            by_page.near(&rule.scope.pages, &mut near);
        }
        near.sort_unstable();
        near.dedup();
        near
    }
}

impl<'r> ByPage<'r> {
    fn put(&mut self, place: usize, pages: &'r [String]) {
        self.all.push(place);
        if pages.is_empty() {
            self.everywhere.push(place);
        }
        for page in pages {
            self.at.entry(page).or_default().push(place);
            let mut above = category_parent(page);
            while let Some(page) = above {
                self.below.entry(page).or_default().push(place);
                above = category_parent(page);
            }
        }
    }

    fn near(&self, pages: &[String], near: &mut Vec<usize>) {
        if pages.is_empty() {
            near.extend(&self.all);
            return;
        }
        near.extend(&self.everywhere);
        for page in pages {
            near.extend(self.below.get(page.as_str()).into_iter().flatten());
            let mut at = Some(page.as_str());
            while let Some(page) = at {
                near.extend(self.at.get(page).into_iter().flatten());
                at = category_parent(page);
            }
        }
    }
}
