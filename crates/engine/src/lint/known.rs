//! What is worked out of one rule, and kept until the rule changes.

use std::ops::Range;
use std::sync::Arc;

use endcap_rules::overlap::Common;
use endcap_rules::{Condition, Reads};
use endcap_vocab::{Effect, Pin, Request, Rule, category_depth, category_is_under};

use super::finding::{Finding, Witness};
use super::pairs::{KINDS, Kind, Met};
use super::rows::RowSet;
use super::shelves::{classes, stands_at};
use crate::compile::CompiledRule;

/// The most slots that a request has.
const MOST_SLOTS: u32 = 200;

/// A finding that is given out again and again, as long as its rule stands where it stood.
pub(super) struct Kept {
    /// Its place within the rule.
    within: String,
    /// The rule's place that it names.
    at: Option<usize>,
    finding: Arc<Finding>,
}

impl Kept {
    pub(super) fn new(finding: Finding) -> Self {
        Self {
            within: finding.place.clone(),
            at: None,
            finding: Arc::new(finding),
        }
    }

    /// The finding about the rule at a place of the document.
    pub(super) fn about(&mut self, at: usize) -> Arc<Finding> {
        if self.at != Some(at) {
            self.at = Some(at);
            Arc::make_mut(&mut self.finding).place = format!("/rules/{at}{}", self.within);
        }
        Arc::clone(&self.finding)
    }
}

/// A rule that is switched on.
pub(super) struct Known {
    pub(super) compiled: Arc<CompiledRule>,
    /// Its first request from now on; none where it is in force no more.
    pub(super) home: Option<Common>,
    /// Whether it matches the same products whatever the request is.
    pub(super) is_fixed: bool,
    /// The runs of products that its requests have as candidates.
    pub(super) runs: Vec<Range<usize>>,
    /// The products that it matches at home; a pin's are empty.
    pub(super) rows: Arc<RowSet>,
    /// What is wrong with it, whatever the other rules are.
    pub(super) alone: Vec<Kept>,
    /// The rows of its pins' products, where the catalogue has them.
    pub(super) pinned: Vec<Option<usize>>,
    /// How many products match a quota, where they are too few.
    pub(super) short: Option<usize>,
    /// By kind: the first rule that it meets.
    pub(super) met: [Option<Met>; KINDS],
    /// The classes of the shelves at which it stands, and by kind of those it looks at.
    pub(super) stands: u16,
    pub(super) looks: [u16; KINDS],
    /// Where it stood in the document last.
    pub(super) place: usize,
}

impl Known {
    pub(super) fn new(compiled: &Arc<CompiledRule>) -> Self {
        let reads = compiled.when.as_ref().map(Condition::reads);
        Self {
            compiled: Arc::clone(compiled),
            home: None,
            is_fixed: reads.unwrap_or_default() == Reads::default(),
            runs: Vec::new(),
            rows: Arc::default(),
            alone: Vec::new(),
            pinned: Vec::new(),
            short: None,
            met: Default::default(),
            stands: classes(stands_at(&compiled.rule)),
            looks: Kind::ALL.map(|kind| classes(kind.looks_at(&compiled.rule).into_iter())),
            place: 0,
        }
    }

    pub(super) fn rule(&self) -> &Rule {
        &self.compiled.rule
    }

    pub(super) fn id(&self) -> &str {
        &self.compiled.rule.id
    }

    pub(super) fn pins(&self) -> &[Pin] {
        match &self.compiled.rule.effect {
            Effect::Pin { pins, .. } => pins,
            _ => &[],
        }
    }

    /// The first pins of products that the catalogue has, with their places and rows.
    pub(super) fn pinned(&self) -> impl Iterator<Item = (usize, &Pin, usize)> {
        first_pins(self.pins()).filter_map(|(place, pin)| Some((place, pin, self.pinned[place]?)))
    }

    /// Whether a product is among those of its pages.
    pub(super) fn is_at(&self, row: usize) -> bool {
        self.runs.iter().any(|run| run.contains(&row))
    }

    /// Whether this and another rule match the same way, whatever the request is.
    pub(super) fn is_comparable(&self, other: &Self) -> bool {
        self.is_fixed && other.is_fixed || self.rule().when == other.rule().when
    }
}

/// Whether `a` comes before `b` among pins, reserves, quotas and caps on a page.
pub(super) fn precedes(a: &Rule, b: &Rule, page: Option<&str>) -> bool {
    let depth = |rule: &Rule| {
        let pages = rule.scope.pages.iter();
        let inside = pages.filter(|entry| page.is_some_and(|page| category_is_under(page, entry)));
        inside.map(|entry| category_depth(entry)).max().unwrap_or(0)
    };
    (b.priority, depth(b), &a.id) < (a.priority, depth(a), &b.id)
}

/// The first pins of their products, with their places.
pub(super) fn first_pins(pins: &[Pin]) -> impl Iterator<Item = (usize, &Pin)> {
    let is_first = |(place, pin): &(usize, &Pin)| !pins[..*place].iter().any(|p| p.sku == pin.sku);
    pins.iter().enumerate().filter(is_first)
}

/// A request with slots enough for pins; none where no request has so many.
pub(super) fn with_slots(mut request: Request, pins: &[&[Pin]]) -> Option<Request> {
    let pins = || pins.iter().flat_map(|pins| pins.iter());
    let deepest = pins().map(|pin| pin.slot).max().unwrap_or(1);
    let most = deepest.checked_add(pins().count() as u32)?;
    request.slots = request.slots.max(most.min(MOST_SLOTS));
    (deepest <= request.slots).then_some(request)
}

/// A witness with a product.
pub(super) fn with_sku(request: Request, sku: &str) -> Witness {
    Witness {
        request,
        sku: Some(sku.to_owned()),
    }
}
