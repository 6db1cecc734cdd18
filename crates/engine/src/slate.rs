//! Fills the slots (ranking semantics, section 7): pins, reserves, then the best that
//! quotas and caps allow, then the fallback.

use std::collections::{BTreeSet, HashMap};

use endcap_rules::{ABSENT, Coded};
use endcap_vocab::{
    CapField, Effect, Fallback, IfUnavailable, Note, NoteKind, Pin, Sort, Source, category_parent,
};

use crate::desk::{CANDIDATES, Desk, Item, Placed, Variant};
use crate::order::{Key, Order};

struct Quota {
    /// Index into [`Context::placing`], which is in precedence order.
    rule: usize,
    min: usize,
    first: usize,
    /// Matching products already placed in its slots.
    placed: usize,
}

struct Cap<'a> {
    rule: usize,
    max: usize,
    first: usize,
    /// The code of each row's value.
    values: Option<&'a [u32]>,
    /// By value: matching products already placed in its slots.
    placed: HashMap<u32, usize>,
}

impl<'a> Cap<'a> {
    fn value(&self, row: usize) -> Option<u32> {
        self.values
            .map(|values| values[row])
            .filter(|code| *code != ABSENT)
    }
}

/// Fills the slots of one slate; notes are kept in the order of the steps.
pub(crate) fn fill<'a>(desk: &mut Desk<'a>, variant: Variant) -> (Vec<Placed<'a>>, Vec<Note>) {
    let slots = desk.context.request.slots as usize;
    let mut filling = Filling {
        slots: vec![None; slots],
        rows: BTreeSet::new(),
        groups: BTreeSet::new(),
        quotas: Vec::new(),
        caps: Vec::new(),
        notes: Vec::new(),
        variant,
        desk,
    };
    if variant.has_rules() {
        filling.read_rules();
        filling.pins();
    }
    let mut order = filling.order_of(CANDIDATES);
    if variant.has_rules() {
        filling.reserves(&mut order);
    }
    filling.best(&mut order);
    filling.fallback();
    filling.close_up()
}

struct Filling<'d, 'a> {
    desk: &'d mut Desk<'a>,
    variant: Variant,
    /// Slot 1 is at 0.
    slots: Vec<Option<Placed<'a>>>,
    rows: BTreeSet<u32>,
    groups: BTreeSet<u32>,
    quotas: Vec<Quota>,
    caps: Vec<Cap<'a>>,
    notes: Vec<Note>,
}

impl<'a> Filling<'_, 'a> {
    fn read_rules(&mut self) {
        let context = self.desk.context;
        let slots = self.slots.len();
        let cut = |first: u32| (first as usize).min(slots);
        for (rule, in_force) in context.placing.iter().enumerate() {
            match in_force.effect() {
                Effect::Quota { min, first } => self.quotas.push(Quota {
                    rule,
                    min: *min as usize,
                    first: cut(*first),
                    placed: 0,
                }),
                Effect::Cap { field, max, first } => {
                    let columns = &context.retailer.columns;
                    let text = |column: &'a Coded<Box<str>>| Some(column.codes.as_slice());
                    self.caps.push(Cap {
                        rule,
                        max: *max as usize,
                        first: cut(*first),
                        values: match field {
                            CapField::Brand => text(&columns.brand),
                            CapField::Vendor => text(&columns.vendor),
                            CapField::Category => text(&columns.category),
                            CapField::Attribute(name) => columns
                                .attributes
                                .get(name.as_str())
                                .map(|c| c.codes.as_slice()),
                        },
                        placed: HashMap::new(),
                    });
                }
                _ => {}
            }
        }
    }

    fn id(&self, rule: usize) -> &'a str {
        self.desk.context.placing[rule].id()
    }

    fn matches(&self, rule: usize, item: Item) -> bool {
        let (products, index) = self.desk.at(item);
        products.matches[rule].get(index)
    }

    fn group(&self, row: u32) -> Option<u32> {
        let code = self.desk.context.retailer.columns.group.codes[row as usize];
        (code != ABSENT).then_some(code)
    }

    /// Whether a product or its group is on the slate already.
    fn is_spent(&self, row: u32) -> bool {
        self.rows.contains(&row)
            || self
                .group(row)
                .is_some_and(|group| self.groups.contains(&group))
    }

    fn is_free(&self, slot: usize) -> bool {
        self.slots[slot - 1].is_none()
    }

    fn free_slots(&self) -> Vec<usize> {
        (1..=self.slots.len())
            .filter(|slot| self.is_free(*slot))
            .collect()
    }

    fn place(&mut self, slot: usize, placed: Placed<'a>) {
        let row = self.desk.row(placed.item) as u32;
        self.slots[slot - 1] = Some(placed);
        self.rows.insert(row);
        self.groups.extend(self.group(row));
        for index in 0..self.quotas.len() {
            let quota = &self.quotas[index];
            if slot <= quota.first && self.matches(quota.rule, placed.item) {
                self.quotas[index].placed += 1;
            }
        }
        for index in 0..self.caps.len() {
            let cap = &self.caps[index];
            if slot <= cap.first
                && self.matches(cap.rule, placed.item)
                && let Some(value) = cap.value(row as usize)
            {
                *self.caps[index].placed.entry(value).or_default() += 1;
            }
        }
    }

    fn breaks(&self, cap: &Cap<'_>, slot: usize, item: Item) -> bool {
        slot <= cap.first
            && self.matches(cap.rule, item)
            && cap
                .value(self.desk.row(item))
                .and_then(|value| cap.placed.get(&value).copied().or(Some(0)))
                .is_some_and(|placed| placed >= cap.max)
    }

    /// Step 1.
    fn pins(&mut self) {
        let context = self.desk.context;
        for in_force in &context.placing {
            if let Effect::Pin {
                pins,
                if_unavailable,
            } = in_force.effect()
            {
                for pin in pins {
                    self.pin(in_force.id(), pin, *if_unavailable);
                }
            }
        }
    }

    fn pin(&mut self, rule: &'a str, pin: &Pin, if_unavailable: IfUnavailable) {
        let note = |kind| Note::new(kind).rule(rule).sku(&pin.sku).slot(pin.slot);
        let context = self.desk.context;
        if pin.slot as usize > self.slots.len() {
            self.notes.push(note(NoteKind::PinBeyond));
            return;
        }
        let row = context.retailer.row(&pin.sku).map(|row| row as u32);
        if row.is_some_and(|row| self.rows.contains(&row)) {
            self.notes.push(note(NoteKind::PinDuplicate));
            return;
        }
        let (item, source) = match self.pinnable(row) {
            Ok(item) => (item, Source::Pin),
            Err(reason) => {
                self.notes
                    .push(note(NoteKind::PinIneligible).detail(reason));
                let substitute = match if_unavailable {
                    IfUnavailable::Skip => None,
                    IfUnavailable::Substitute => self.substitute(&pin.sku),
                };
                let Some(item) = substitute else { return };
                (item, Source::Substitute)
            }
        };
        match (pin.slot as usize..=self.slots.len()).find(|slot| self.is_free(*slot)) {
            Some(slot) => {
                if slot != pin.slot as usize {
                    self.notes.push(note(NoteKind::PinMoved));
                }
                self.place(
                    slot,
                    Placed {
                        item,
                        source,
                        rule: Some(rule),
                    },
                );
            }
            None => self.notes.push(note(NoteKind::PinDropped)),
        }
    }

    /// A product that may be shown, candidate or not, or why it may not.
    fn pinnable(&mut self, row: Option<u32>) -> Result<Item, &'static str> {
        let item = self.desk.product(row.ok_or("unknown_sku")?);
        let (products, index) = self.desk.at(item);
        match products.fails[index].and(self.variant.tests()).first() {
            Some(reason) => Err(reason.name()),
            None if !products.passes_filter.get(index) => Err("filtered"),
            None => Ok(item),
        }
    }

    fn substitute(&mut self, sku: &str) -> Option<Item> {
        let context = self.desk.context;
        context
            .retailer
            .substitutes
            .get(sku)?
            .iter()
            .find_map(|sku| {
                let row = context.retailer.row(sku)? as u32;
                let item = self.pinnable(Some(row)).ok()?;
                (!self.rows.contains(&row)).then_some(item)
            })
    }

    /// The products of a block that may be shown, best first.
    fn order_of(&self, block: usize) -> Order {
        let context = self.desk.context;
        let products = self.desk.block(block);
        let entries = (0..products.len()).filter(|index| self.variant.shows(products, *index));
        let key = |index| {
            let score = self.variant.score(products, index);
            Key::sorted_by(
                context.request.sort,
                context.retailer,
                products,
                index,
                score,
            )
        };
        Order::new(entries.map(|index| (key(index), index as u32)).collect())
    }

    /// The best candidate not on the slate for which `fits` holds.
    fn find(&self, order: &mut Order, fits: impl Fn(Item) -> bool) -> Option<Item> {
        let mut place = 0;
        while let Some(index) = order.get(place) {
            let item = Item::new(CANDIDATES, index);
            if !self.is_spent(self.desk.candidates().rows[index]) && fits(item) {
                return Some(item);
            }
            place += 1;
        }
        None
    }

    /// Step 2.
    fn reserves(&mut self, order: &mut Order) {
        let context = self.desk.context;
        for (rule, in_force) in context.placing.iter().enumerate() {
            let Effect::Reserve { slots } = in_force.effect() else {
                continue;
            };
            let mut slots = slots.clone();
            slots.sort_unstable();
            for slot in slots {
                let note = |kind| Note::new(kind).rule(in_force.id()).slot(slot);
                let place = slot as usize;
                if place > self.slots.len() {
                    self.notes.push(note(NoteKind::ReserveBeyond));
                } else if !self.is_free(place) {
                    self.notes.push(note(NoteKind::ReserveTaken));
                } else {
                    let best = self.find(order, |item| {
                        self.matches(rule, item)
                            && !self.caps.iter().any(|cap| self.breaks(cap, place, item))
                    });
                    match best {
                        Some(item) => {
                            let rule = Some(in_force.id());
                            self.place(
                                place,
                                Placed {
                                    item,
                                    source: Source::Reserve,
                                    rule,
                                },
                            );
                        }
                        None => self.notes.push(note(NoteKind::ReserveUnfilled)),
                    }
                }
            }
        }
    }

    /// Step 3.
    fn best(&mut self, order: &mut Order) {
        for slot in self.free_slots() {
            let mut quotas = self.tight_quotas(slot);
            let mut caps: Vec<usize> = (0..self.caps.len())
                .filter(|cap| slot <= self.caps[*cap].first)
                .collect();
            let choice = loop {
                let fits = |item| {
                    !caps
                        .iter()
                        .any(|cap| self.breaks(&self.caps[*cap], slot, item))
                        && (quotas.is_empty()
                            || quotas
                                .iter()
                                .any(|q| self.matches(self.quotas[*q].rule, item)))
                };
                let choice = self.find(order, fits);
                if choice.is_some() || !self.leave_lowest_out(&mut quotas, &mut caps) {
                    break choice;
                }
            };
            let Some(item) = choice else { return };
            let by_quota = quotas
                .iter()
                .find(|q| self.matches(self.quotas[**q].rule, item));
            let by_quota = by_quota.filter(|_| {
                let without = self.find(order, |item| {
                    !caps
                        .iter()
                        .any(|cap| self.breaks(&self.caps[*cap], slot, item))
                });
                without != Some(item)
            });
            let placed = match by_quota {
                Some(quota) => Placed {
                    item,
                    source: Source::Quota,
                    rule: Some(self.id(self.quotas[*quota].rule)),
                },
                None => Placed {
                    item,
                    source: Source::Ranked,
                    rule: None,
                },
            };
            self.place(slot, placed);
        }
    }

    /// The quotas, in precedence order, one of which the product of this slot must match;
    /// none where nothing is tight.
    fn tight_quotas(&self, slot: usize) -> Vec<usize> {
        let free_to = |first: usize| (slot..=first).filter(|slot| self.is_free(*slot)).count();
        let firsts: BTreeSet<usize> = self.quotas.iter().map(|quota| quota.first).collect();
        // Needs admitted so far, by the slot they run to.
        let mut admitted = vec![0_usize; self.quotas.len()];
        let admitted_to = |admitted: &[usize], first: usize| -> usize {
            let inside = self
                .quotas
                .iter()
                .zip(admitted)
                .filter(|(quota, _)| quota.first <= first);
            inside.map(|(_, need)| need).sum()
        };
        for (index, quota) in self.quotas.iter().enumerate() {
            let need = quota.min.saturating_sub(quota.placed);
            let fits = firsts
                .range(quota.first..)
                .map(|first| free_to(*first).saturating_sub(admitted_to(&admitted, *first)));
            admitted[index] = need.min(fits.min().unwrap_or(0));
        }
        let tight = firsts.iter().find(|first| {
            let needs = admitted_to(&admitted, **first);
            needs > 0 && needs == free_to(**first)
        });
        let Some(tight) = tight else {
            return Vec::new();
        };
        (0..self.quotas.len())
            .filter(|quota| admitted[*quota] > 0 && self.quotas[*quota].first <= *tight)
            .collect()
    }

    /// Drops the lowest in precedence; false where nothing is left to drop.
    fn leave_lowest_out(&self, quotas: &mut Vec<usize>, caps: &mut Vec<usize>) -> bool {
        let quota = quotas.last().map(|quota| self.quotas[*quota].rule);
        let cap = caps.last().map(|cap| self.caps[*cap].rule);
        if quota > cap {
            quotas.pop()
        } else {
            caps.pop()
        }
        .is_some()
    }

    /// Step 6.
    fn fallback(&mut self) {
        let context = self.desk.context;
        if context.request.sort != Sort::Recommended || self.free_slots().is_empty() {
            return;
        }
        match context.rules.fallback {
            Fallback::None => {}
            Fallback::Popular => {
                let block = self.desk.level("");
                let products = self.desk.block(block);
                let entries = (0..products.len())
                    .filter(|index| self.variant.shows(products, *index))
                    .map(|index| {
                        (
                            Key::popular(context.retailer, products, index),
                            index as u32,
                        )
                    });
                let order = Order::new(entries.collect());
                self.fill_from(block, order);
            }
            Fallback::Parent => {
                let mut page = context.request.page.as_deref();
                loop {
                    let parent = page.and_then(category_parent);
                    let block = self.desk.level(parent.unwrap_or(""));
                    let order = self.order_of(block);
                    self.fill_from(block, order);
                    if parent.is_none() || self.free_slots().is_empty() {
                        return;
                    }
                    page = parent;
                }
            }
        }
    }

    fn fill_from(&mut self, block: usize, mut order: Order) {
        let mut place = 0;
        for slot in self.free_slots() {
            let next = loop {
                let Some(index) = order.get(place) else {
                    return;
                };
                place += 1;
                if !self.is_spent(self.desk.block(block).rows[index]) {
                    break Item::new(block, index);
                }
            };
            self.place(
                slot,
                Placed {
                    item: next,
                    source: Source::Fallback,
                    rule: None,
                },
            );
        }
    }

    /// Steps 7 and 8.
    fn close_up(mut self) -> (Vec<Placed<'a>>, Vec<Note>) {
        let mut slate = Vec::with_capacity(self.slots.len());
        for (index, placed) in std::mem::take(&mut self.slots).into_iter().enumerate() {
            let Some(placed) = placed else { continue };
            slate.push(placed);
            if slate.len() <= index && matches!(placed.source, Source::Pin | Source::Substitute) {
                let sku = self
                    .desk
                    .context
                    .retailer
                    .columns
                    .sku
                    .get(self.desk.row(placed.item));
                let note = Note::new(NoteKind::PinCompacted)
                    .sku(sku)
                    .slot(index as u32 + 1);
                self.notes.push(note.rule(placed.rule.unwrap_or_default()));
            }
        }
        let matching = |rule: usize, first: usize| {
            let first = slate.iter().take(first);
            first
                .map(|placed| placed.item)
                .filter(|item| self.matches(rule, *item))
                .collect()
        };
        let mut broken = Vec::new();
        for quota in &self.quotas {
            let matching: Vec<Item> = matching(quota.rule, quota.first);
            if matching.len() < quota.min {
                broken.push(Note::new(NoteKind::QuotaUnmet).rule(self.id(quota.rule)));
            }
        }
        for cap in &self.caps {
            let mut counts: HashMap<u32, usize> = HashMap::new();
            let matching: Vec<Item> = matching(cap.rule, cap.first);
            for value in matching
                .iter()
                .filter_map(|item| cap.value(self.desk.row(*item)))
            {
                *counts.entry(value).or_default() += 1;
            }
            if counts.values().any(|count| *count > cap.max) {
                broken.push(Note::new(NoteKind::CapExceeded).rule(self.id(cap.rule)));
            }
        }
        self.notes.extend(broken);
        (slate, self.notes)
    }
}
