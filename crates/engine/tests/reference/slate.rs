//! Sections 5 and 7: the order, and the slate that the rules make of it.

use std::cmp::Ordering;

use endcap_vocab::{
    AttributeValue, CapField, Case, Effect, Fallback, IfUnavailable, Note, NoteKind, Pin, Product,
    Rule, Sort, Source, category_is_under, category_parent,
};

use super::scope::rules_in_force;
use super::shown::{Shown, Variant, show_all};

/// A product in a slot.
#[derive(Clone, Copy)]
pub struct Placed<'a> {
    /// Its index among the products shown.
    pub index: usize,
    pub source: Source,
    pub rule: Option<&'a str>,
}

/// A slate under construction, then done.
pub struct Slate<'a> {
    case: &'a Case,
    /// Those in force, in precedence order.
    rules: Vec<&'a Rule>,
    pub shown: Vec<Shown<'a>>,
    /// Indices of the eligible candidates, best first.
    pub order: Vec<usize>,
    /// `slots[0]` is slot 1. As many as the request wants, until the slate closes up.
    slots: Vec<Option<Placed<'a>>>,
    pub notes: Vec<Note>,
}

impl<'a> Slate<'a> {
    pub fn build(case: &'a Case, variant: Variant<'a>) -> Self {
        let shown = show_all(case, variant);
        let mut slate = Self {
            case,
            rules: rules_in_force(case, variant.rules),
            order: eligible_candidates_in_order(case, &shown),
            shown,
            slots: vec![None; case.request.slots as usize],
            notes: Vec::new(),
        };
        slate.place_pins();
        slate.place_reserves();
        for slot in 1..=slate.slots.len() {
            if slate.at(slot).is_none() {
                slate.fill(slot);
            }
        }
        if case.request.sort == Sort::Recommended {
            slate.fall_back();
        }
        slate.close_up();
        slate.note_unmet();
        slate
    }

    /// The slate without holes, from slot 1.
    pub fn filled(&self) -> Vec<Placed<'a>> {
        self.slots.iter().flatten().copied().collect()
    }

    fn at(&self, slot: usize) -> Option<Placed<'a>> {
        self.slots[slot - 1]
    }

    fn put(&mut self, slot: usize, placed: Placed<'a>) {
        assert!(self.at(slot).is_none(), "slot {slot} is taken");
        self.slots[slot - 1] = Some(placed);
    }

    fn is_placed(&self, index: usize) -> bool {
        self.slots
            .iter()
            .flatten()
            .any(|placed| placed.index == index)
    }

    fn group_is_placed(&self, index: usize) -> bool {
        let Some(group) = &self.shown[index].product.group else {
            return false;
        };
        let mut placed = self.slots.iter().flatten();
        placed.any(|placed| self.shown[placed.index].product.group.as_ref() == Some(group))
    }

    fn note(&mut self, kind: NoteKind, rule: &Rule, slot: u32, sku: Option<&str>) {
        let note = Note::new(kind).rule(&rule.id).slot(slot);
        self.notes.push(match sku {
            Some(sku) => note.sku(sku),
            None => note,
        });
    }

    // Step 1.

    fn place_pins(&mut self) {
        for rule in self.rules.clone() {
            if let Effect::Pin {
                pins,
                if_unavailable,
            } = &rule.effect
            {
                for pin in pins {
                    self.place_pin(rule, pin, *if_unavailable);
                }
            }
        }
    }

    fn place_pin(&mut self, rule: &'a Rule, pin: &'a Pin, if_unavailable: IfUnavailable) {
        let sku = Some(pin.sku.as_str());
        if pin.slot as usize > self.slots.len() {
            self.note(NoteKind::PinBeyond, rule, pin.slot, sku);
            return;
        }
        let mut index = self.index_of(&pin.sku);
        let mut source = Source::Pin;
        if index.is_some_and(|index| self.is_placed(index)) {
            self.note(NoteKind::PinDuplicate, rule, pin.slot, sku);
            return;
        }
        if let Some(reason) = self.unavailable(index) {
            self.note(NoteKind::PinIneligible, rule, pin.slot, sku);
            let note = self.notes.last_mut().expect("noted just now");
            note.detail = Some(reason.to_owned());
            index = match if_unavailable {
                IfUnavailable::Skip => None,
                IfUnavailable::Substitute => self.substitute_of(&pin.sku),
            };
            source = Source::Substitute;
        }
        let Some(index) = index else {
            return;
        };
        let mut slot = pin.slot as usize;
        if self.at(slot).is_some() {
            while slot <= self.slots.len() && self.at(slot).is_some() {
                slot += 1;
            }
            if slot > self.slots.len() {
                self.note(NoteKind::PinDropped, rule, pin.slot, sku);
                return;
            }
            self.note(NoteKind::PinMoved, rule, pin.slot, sku);
        }
        let rule = Some(rule.id.as_str());
        self.put(
            slot,
            Placed {
                index,
                source,
                rule,
            },
        );
    }

    fn index_of(&self, sku: &str) -> Option<usize> {
        self.shown.iter().position(|shown| shown.product.sku == sku)
    }

    /// Why a pinned product may not stand there.
    fn unavailable(&self, index: Option<usize>) -> Option<&'static str> {
        let Some(index) = index else {
            return Some("unknown_sku");
        };
        let shown = &self.shown[index];
        match shown.fails {
            Some(reason) => Some(reason.name()),
            None if !shown.passes_filter => Some("filtered"),
            None => None,
        }
    }

    fn substitute_of(&self, sku: &str) -> Option<usize> {
        for substitute in self.case.catalog.substitutes.get(sku)? {
            if let Some(index) = self.index_of(substitute)
                && self.unavailable(Some(index)).is_none()
                && !self.is_placed(index)
            {
                return Some(index);
            }
        }
        None
    }

    // Step 2.

    fn place_reserves(&mut self) {
        for rule in self.rules.clone() {
            if let Effect::Reserve { slots } = &rule.effect {
                let mut slots = slots.clone();
                slots.sort_unstable();
                for slot in slots {
                    self.place_reserve(rule, slot);
                }
            }
        }
    }

    fn place_reserve(&mut self, rule: &'a Rule, slot: u32) {
        let place = slot as usize;
        if place > self.slots.len() {
            self.note(NoteKind::ReserveBeyond, rule, slot, None);
        } else if self.at(place).is_some() {
            self.note(NoteKind::ReserveTaken, rule, slot, None);
        } else {
            let caps = self.caps();
            let best = self
                .best(|index| self.matches(index, rule) && self.breaks_none(index, place, &caps));
            match best {
                Some(index) => self.put(
                    place,
                    Placed {
                        index,
                        source: Source::Reserve,
                        rule: Some(&rule.id),
                    },
                ),
                None => self.note(NoteKind::ReserveUnfilled, rule, slot, None),
            }
        }
    }

    // Step 3.

    fn fill(&mut self, slot: usize) {
        let admitted = self.admitted_needs(slot);
        let free_up_to = |last: usize| {
            let places = slot..=last;
            places.filter(|place| self.at(*place).is_none()).count()
        };
        let admitted_up_to = |last: usize| {
            let within = admitted
                .iter()
                .filter(|(quota, _)| self.first_of(quota) <= last);
            within.map(|(_, need)| *need).sum::<usize>()
        };
        let tight = (1..=self.slots.len())
            .find(|last| admitted_up_to(*last) > 0 && admitted_up_to(*last) == free_up_to(*last));

        // What the choice must heed, in precedence order.
        let mut heeded: Vec<&'a Rule> = self.rules.clone();
        heeded.retain(|rule| match rule.effect {
            Effect::Cap { .. } => true,
            Effect::Quota { .. } => tight.is_some_and(|tight| {
                let mut quotas = admitted.iter();
                quotas.any(|(quota, need)| {
                    quota.id == rule.id && *need > 0 && self.first_of(rule) <= tight
                })
            }),
            _ => false,
        });
        loop {
            let quotas: Vec<&Rule> =
                only(&heeded, |rule| matches!(rule.effect, Effect::Quota { .. }));
            let caps: Vec<&Rule> = only(&heeded, |rule| matches!(rule.effect, Effect::Cap { .. }));
            let fits = |index: usize| self.breaks_none(index, slot, &caps);
            let wanted = |index: usize| {
                quotas.is_empty() || quotas.iter().any(|quota| self.matches(index, quota))
            };
            if let Some(index) = self.best(|index| wanted(index) && fits(index)) {
                let otherwise = self.best(fits);
                let quota = self
                    .rules
                    .iter()
                    .filter(|rule| quotas.iter().any(|quota| quota.id == rule.id))
                    .find(|quota| self.matches(index, quota));
                let placed = match quota {
                    Some(quota) if otherwise != Some(index) => Placed {
                        index,
                        source: Source::Quota,
                        rule: Some(&quota.id),
                    },
                    _ => Placed {
                        index,
                        source: Source::Ranked,
                        rule: None,
                    },
                };
                self.put(slot, placed);
                return;
            }
            if heeded.pop().is_none() {
                return;
            }
        }
    }

    /// Of each quota, in precedence order, what of its need still fits.
    fn admitted_needs(&self, slot: usize) -> Vec<(&'a Rule, usize)> {
        let mut admitted: Vec<(&Rule, usize)> = Vec::new();
        for rule in &self.rules {
            let Effect::Quota { min, .. } = rule.effect else {
                continue;
            };
            let first = self.first_of(rule);
            let there = self.matching_within(rule, first);
            let mut need = (min as usize).saturating_sub(there);
            while need > 0 && !self.fits(&admitted, rule, need, slot) {
                need -= 1;
            }
            admitted.push((rule, need));
        }
        admitted
    }

    /// Whether for no F the needs exceed the free slots in `slot`..F.
    fn fits(&self, admitted: &[(&Rule, usize)], rule: &Rule, need: usize, slot: usize) -> bool {
        (1..=self.slots.len()).all(|last| {
            let mut needs = 0;
            for (quota, need) in admitted.iter().copied().chain([(rule, need)]) {
                if self.first_of(quota) <= last {
                    needs += need;
                }
            }
            let free = (slot..=last)
                .filter(|place| self.at(*place).is_none())
                .count();
            needs <= free
        })
    }

    /// A quota's or cap's `first`, cut to the slate.
    fn first_of(&self, rule: &Rule) -> usize {
        match rule.effect {
            Effect::Quota { first, .. } | Effect::Cap { first, .. } => {
                usize::min(first as usize, self.slots.len())
            }
            _ => panic!("`{}` is no quota and no cap", rule.id),
        }
    }

    fn matches(&self, index: usize, rule: &Rule) -> bool {
        self.shown[index].meets.contains(&rule.id.as_str())
    }

    fn matching_within(&self, rule: &Rule, first: usize) -> usize {
        let placed = self.slots.iter().take(first).flatten();
        placed
            .filter(|placed| self.matches(placed.index, rule))
            .count()
    }

    /// The best candidate that is not placed, nor its group, and that pleases.
    fn best(&self, pleases: impl Fn(usize) -> bool) -> Option<usize> {
        let remaining = |index: &usize| !self.is_placed(*index) && !self.group_is_placed(*index);
        let mut order = self.order.iter().copied();
        order.find(|index| remaining(index) && pleases(*index))
    }

    fn caps(&self) -> Vec<&'a Rule> {
        only(&self.rules, |rule| {
            matches!(rule.effect, Effect::Cap { .. })
        })
    }

    fn breaks_none(&self, index: usize, slot: usize, caps: &[&Rule]) -> bool {
        !caps.iter().any(|cap| self.breaks(index, slot, cap))
    }

    /// Whether a product in a slot would be one too many of its value.
    fn breaks(&self, index: usize, slot: usize, cap: &Rule) -> bool {
        let Effect::Cap { field, max, .. } = &cap.effect else {
            panic!("`{}` is no cap", cap.id);
        };
        if slot > self.first_of(cap) {
            return false;
        }
        match self.counted_value(index, field, cap) {
            None => false,
            Some(value) => self.count_of_value(&value, field, cap) + 1 > *max as usize,
        }
    }

    /// The value under which a cap counts a product, if it does.
    fn counted_value(&self, index: usize, field: &CapField, cap: &Rule) -> Option<AttributeValue> {
        if self.matches(index, cap) {
            value_of(self.shown[index].product, field)
        } else {
            None
        }
    }

    fn count_of_value(&self, value: &AttributeValue, field: &CapField, cap: &Rule) -> usize {
        let placed = self.slots.iter().take(self.first_of(cap)).flatten();
        let same =
            |placed: &&Placed| self.counted_value(placed.index, field, cap).as_ref() == Some(value);
        placed.filter(same).count()
    }

    // Step 6.

    fn fall_back(&mut self) {
        let score_order = |a: &usize, b: &usize| by_score(&self.shown[*a], &self.shown[*b]);
        let mut eligible: Vec<usize> = Vec::new();
        for (index, shown) in self.shown.iter().enumerate() {
            if shown.fails.is_none() && shown.passes_filter {
                eligible.push(index);
            }
        }
        // What to fill from, one pool after the other, each best first.
        let mut pools: Vec<Vec<usize>> = Vec::new();
        match self.case.rule_set.fallback {
            Fallback::None => {}
            Fallback::Popular => {
                eligible.sort_by(|a, b| by_popularity(&self.shown[*a], &self.shown[*b]));
                pools.push(eligible);
            }
            Fallback::Parent => {
                eligible.sort_by(score_order);
                let mut page = self.case.request.page.as_deref().and_then(category_parent);
                while let Some(parent) = page {
                    let mut pool = eligible.clone();
                    pool.retain(|index| {
                        category_is_under(&self.shown[*index].product.category, parent)
                    });
                    pools.push(pool);
                    page = category_parent(parent);
                }
                pools.push(eligible);
            }
        }
        for slot in 1..=self.slots.len() {
            if self.at(slot).is_some() {
                continue;
            }
            let mut next = pools.iter().flatten().copied();
            let Some(index) =
                next.find(|index| !self.is_placed(*index) && !self.group_is_placed(*index))
            else {
                return;
            };
            let placed = Placed {
                index,
                source: Source::Fallback,
                rule: None,
            };
            self.put(slot, placed);
        }
    }

    // Step 7.

    fn close_up(&mut self) {
        let mut closed: Vec<Option<Placed>> = Vec::new();
        for (had, placed) in self.slots.clone().into_iter().enumerate() {
            let Some(placed) = placed else {
                continue;
            };
            let moved = closed.len() != had;
            if moved && matches!(placed.source, Source::Pin | Source::Substitute) {
                let sku = self.shown[placed.index].product.sku.as_str();
                let rule = placed.rule.expect("a pin has a rule");
                let note = Note::new(NoteKind::PinCompacted).rule(rule).sku(sku);
                self.notes.push(note.slot(had as u32 + 1));
            }
            closed.push(Some(placed));
        }
        // Free slots at the end stay, so that `first` is still cut to what was asked for.
        closed.resize(self.slots.len(), None);
        self.slots = closed;
    }

    // Step 8.

    fn note_unmet(&mut self) {
        for rule in self.rules.clone() {
            if let Effect::Quota { min, .. } = rule.effect
                && self.matching_within(rule, self.first_of(rule)) < min as usize
            {
                self.notes
                    .push(Note::new(NoteKind::QuotaUnmet).rule(&rule.id));
            }
        }
        for cap in self.caps() {
            let Effect::Cap { field, max, .. } = &cap.effect else {
                continue;
            };
            let mut placed = self.slots.iter().take(self.first_of(cap)).flatten();
            let exceeded = placed.any(|placed| {
                let value = self.counted_value(placed.index, field, cap);
                value.is_some_and(|value| self.count_of_value(&value, field, cap) > *max as usize)
            });
            if exceeded {
                self.notes
                    .push(Note::new(NoteKind::CapExceeded).rule(&cap.id));
            }
        }
    }
}

fn only<'a>(rules: &[&'a Rule], is: impl Fn(&Rule) -> bool) -> Vec<&'a Rule> {
    rules.iter().copied().filter(|rule| is(rule)).collect()
}

fn value_of(product: &Product, field: &CapField) -> Option<AttributeValue> {
    let text = |text: &String| AttributeValue::Text(text.clone());
    match field {
        CapField::Brand => product.brand.as_ref().map(text),
        CapField::Vendor => product.vendor.as_ref().map(text),
        CapField::Category => Some(text(&product.category)),
        CapField::Attribute(name) => product.attributes.get(name).cloned(),
    }
}

fn descending(a: f64, b: f64) -> Ordering {
    b.partial_cmp(&a).expect("a number")
}

fn by_popularity(a: &Shown, b: &Shown) -> Ordering {
    let by_sku = a.product.sku.as_bytes().cmp(b.product.sku.as_bytes());
    descending(a.popularity, b.popularity).then(by_sku)
}

fn by_score(a: &Shown, b: &Shown) -> Ordering {
    descending(a.score, b.score).then(by_popularity(a, b))
}

/// What has no value goes last.
fn latest_first<T: PartialOrd>(a: Option<T>, b: Option<T>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => b.partial_cmp(&a).expect("comparable"),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

fn eligible_candidates_in_order(case: &Case, shown: &[Shown]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    for (index, shown) in shown.iter().enumerate() {
        if shown.is_candidate && shown.fails.is_none() {
            order.push(index);
        }
    }
    order.sort_by(|a, b| {
        let (a, b) = (&shown[*a], &shown[*b]);
        let chosen = match case.request.sort {
            Sort::Recommended => Ordering::Equal,
            Sort::PriceAsc => descending(b.price, a.price),
            Sort::PriceDesc => descending(a.price, b.price),
            Sort::Newest => latest_first(a.product.launched_on, b.product.launched_on),
            Sort::Rating => latest_first(a.product.rating, b.product.rating),
        };
        chosen.then(by_score(a, b))
    });
    order
}
