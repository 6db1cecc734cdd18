//! Fills the slots (ranking semantics, section 7): pins, reserves, then the best that
//! quotas and caps allow, then the fallback.

use std::collections::BTreeSet;

use endcap_rules::{ABSENT, Bits, Coded};
use endcap_vocab::{
    CapField, Effect, Fallback, IfUnavailable, Note, NoteKind, Pin, Sort, Source, category_parent,
};

use crate::assess::Part;
use crate::desk::{CANDIDATES, Desk, Item, Placed, Variant};
use crate::order::{Best, Key, Order};
use crate::retailer::Retailer;

/// How many more candidates are looked for where those known do not do.
const LOOK: usize = 64;

struct Quota {
    /// Index into [`Context::placing`], which is in precedence order.
    rule: usize,
    min: usize,
    first: usize,
    /// Matching products already placed in its slots.
    placed: usize,
}

struct Cap<'a> {
    /// Index into [`Context::placing`].
    rule: usize,
    max: u32,
    first: usize,
    /// The code of each row's value.
    values: Option<&'a [u32]>,
    field: &'a CapField,
    /// By code of the value: matching products already placed in its slots.
    placed: Vec<u32>,
    /// The candidates that would break it, as bits by part; empty while nothing is full.
    full: Vec<Bits>,
}

impl<'a> Cap<'a> {
    fn value(&self, row: usize) -> Option<usize> {
        let code = self.values.map(|values| values[row]);
        code.filter(|code| *code != ABSENT)
            .map(|code| code as usize)
    }
}

/// Something that keeps products out of a slot.
#[derive(Debug, Clone, Copy)]
enum Limit {
    /// One of the quotas with an index like this is to be met.
    Quota(usize),
    /// An index into the caps.
    Cap(usize),
    /// The rule of a reserve, an index into [`Context::placing`].
    Match(usize),
}

/// The codes of the values that a cap counts, by row, and how many values there are.
pub(crate) fn capped_values<'a>(
    retailer: &'a Retailer,
    field: &CapField,
) -> (Option<&'a [u32]>, usize) {
    fn coded<T>(column: &Coded<T>) -> (Option<&[u32]>, usize) {
        (Some(&column.codes), column.values.len())
    }
    let columns = &retailer.columns;
    match field {
        CapField::Brand => coded(&columns.brand),
        CapField::Vendor => coded(&columns.vendor),
        CapField::Category => coded(&columns.category),
        CapField::Attribute(name) => columns
            .attributes
            .get(name.as_str())
            .map_or((None, 0), coded),
    }
}

/// Fills the slots of one slate; notes are kept in the order of the steps.
pub(crate) fn fill<'a>(desk: &mut Desk<'a>, variant: Variant) -> (Vec<Placed<'a>>, Vec<Note>) {
    let slots = desk.context.request.slots as usize;
    let mut filling = Filling {
        slots: vec![None; slots],
        rows: Bits::zeros(desk.context.retailer.len()),
        groups: Bits::zeros(desk.context.retailer.columns.group.values.len()),
        quotas: Vec::new(),
        caps: Vec::new(),
        live: None,
        notes: Vec::new(),
        variant,
        desk,
    };
    if variant.has_rules() {
        filling.read_rules();
    }
    // A cap without room from the start has no product that fills it up.
    if let Some(best) = filling.desk.candidates().best(variant)
        && !filling.caps.iter().any(|cap| cap.max == 0)
    {
        filling.live = Some(Live::new(best));
    }
    if variant.has_rules() {
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

/// The best candidates in order, but for those that no slot to come can take.
struct Live {
    rows: Vec<u32>,
    /// The last that is known.
    last: Option<Key>,
    is_all: bool,
}

impl Live {
    fn new(best: &Best) -> Self {
        let mut live = Self {
            rows: Vec::new(),
            last: None,
            is_all: false,
        };
        live.extend(best.clone());
        live
    }

    fn extend(&mut self, next: Best) {
        let (entries, is_all) = next.into_parts();
        self.last = entries.last().map(|(key, _)| *key).or(self.last);
        self.is_all = is_all;
        self.rows.extend(entries.into_iter().map(|(_, row)| row));
    }
}

struct Filling<'d, 'a> {
    desk: &'d mut Desk<'a>,
    variant: Variant,
    /// Slot 1 is at 0.
    slots: Vec<Option<Placed<'a>>>,
    /// By row: whether it is on the slate.
    rows: Bits,
    /// By code: whether a product of the group is on the slate.
    groups: Bits,
    quotas: Vec<Quota>,
    caps: Vec<Cap<'a>>,
    /// None where every look is at all candidates.
    live: Option<Live>,
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
                    let (values, distinct) = capped_values(context.retailer, field);
                    self.caps.push(Cap {
                        rule,
                        max: *max,
                        first: cut(*first),
                        values,
                        field,
                        placed: vec![0; distinct],
                        full: Vec::new(),
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
        products.matches(rule, index)
    }

    fn group(&self, row: u32) -> Option<usize> {
        let code = self.desk.context.retailer.columns.group.codes[row as usize];
        (code != ABSENT).then_some(code as usize)
    }

    /// Whether a product or its group is on the slate already.
    fn is_spent(&self, row: u32) -> bool {
        self.rows.get(row as usize) || self.group(row).is_some_and(|group| self.groups.get(group))
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
        self.rows.set(row as usize, true);
        if let Some(group) = self.group(row) {
            self.groups.set(group, true);
        }
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
                self.caps[index].placed[value] += 1;
                if self.caps[index].placed[value] == self.caps[index].max {
                    self.fill_up(index, value);
                }
            }
        }
    }

    /// Marks the candidates that a cap has no room for from now on.
    fn fill_up(&mut self, cap: usize, value: usize) {
        if self.live.is_none() {
            return;
        }
        let Cap {
            rule,
            field,
            values,
            ..
        } = self.caps[cap];
        let parts = self.desk.candidates().parts().iter();
        let full: Vec<Bits> = parts
            .enumerate()
            .map(|(place, part)| {
                let with_value = part.piece.with_value(field, values, value as u32);
                let full = part.matching(rule).zip(&with_value, |a, b| a & b);
                match self.caps[cap].full.get(place) {
                    None => full,
                    Some(before) => full.zip(before, |a, b| a | b),
                }
            })
            .collect();
        self.caps[cap].full = full;
    }

    fn breaks(&self, cap: &Cap<'_>, slot: usize, item: Item) -> bool {
        slot <= cap.first
            && self.matches(cap.rule, item)
            && cap
                .value(self.desk.row(item))
                .is_some_and(|value| cap.placed[value] >= cap.max)
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
        if row.is_some_and(|row| self.rows.get(row as usize)) {
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
        match products.fails(index).and(self.variant.tests()).first() {
            Some(reason) => Err(reason.name()),
            None if !products.passes_filter(index) => Err("filtered"),
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
                (!self.rows.get(row as usize)).then_some(item)
            })
    }

    /// The products of a block that may be shown, best first.
    fn order_of(&self, block: usize) -> Order {
        match self.desk.block(block).best(self.variant) {
            Some(best) => Order::begin(best),
            None => Order::new(self.all_of(block)),
        }
    }

    /// The products of a block that may be shown, in no order, each with its row.
    fn all_of(&self, block: usize) -> Vec<(Key, u32)> {
        let products = self.desk.block(block);
        let key = |index| Key::of(self.desk.context, self.variant, products, index);
        let entry = |index| (key(index), products.row(index) as u32);
        products.shown(self.variant).map(entry).collect()
    }

    /// The products of a block that may be shown and come after a key by score, best first.
    fn more_of(&self, block: usize, after: Option<Key>, most: usize) -> Best {
        let retailer = self.desk.context.retailer;
        let products = self.desk.block(block);
        products.best_after(retailer, (self.variant, after, most), None, |_| true)
    }

    /// The candidates not on the slate, best first.
    fn unspent<'o>(&'o self, order: &'o mut Order) -> impl Iterator<Item = Item> + 'o {
        let more = |after, most| self.more_of(CANDIDATES, after, most);
        let rows = (0..).map_while(move |place| order.get(place, more));
        rows.filter(|row| !self.is_spent(*row as u32))
            .filter_map(|row| self.desk.candidate(row as u32))
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
            // Once no product is left that matches, none comes back for a later slot.
            let mut any_match = true;
            for slot in slots {
                let note = |kind| Note::new(kind).rule(in_force.id()).slot(slot);
                let slot = slot as usize;
                if slot > self.slots.len() {
                    self.notes.push(note(NoteKind::ReserveBeyond));
                } else if !self.is_free(slot) {
                    self.notes.push(note(NoteKind::ReserveTaken));
                } else {
                    let best = if self.live.is_some() {
                        let caps = self.caps_at(slot).map(Limit::Cap);
                        let limits: Vec<Limit> =
                            std::iter::once(Limit::Match(rule)).chain(caps).collect();
                        self.best_in(&limits)
                    } else if any_match {
                        let mut matching = self
                            .unspent(order)
                            .filter(|item| self.matches(rule, *item))
                            .peekable();
                        any_match = matching.peek().is_some();
                        matching
                            .find(|item| !self.caps.iter().any(|cap| self.breaks(cap, slot, *item)))
                    } else {
                        None
                    };
                    match best {
                        Some(item) => {
                            let rule = Some(in_force.id());
                            self.place(
                                slot,
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
            let limits = self.limits(slot);
            let Some((item, kept)) = self.chosen(order, slot, &limits) else {
                return;
            };
            let kept = &limits[..kept];
            let by_quota = kept.iter().find_map(|limit| match limit {
                Limit::Quota(quota) if self.meets(*quota, item) => Some(*quota),
                _ => None,
            });
            let by_quota = by_quota.filter(|_| {
                let is_cap = |limit: &&Limit| matches!(limit, Limit::Cap(_));
                let caps: Vec<Limit> = kept.iter().filter(is_cap).copied().collect();
                let without = match &self.live {
                    Some(_) => self.best_in(&caps),
                    None => self
                        .unspent(order)
                        .find(|item| !caps.iter().any(|cap| self.is_broken(*cap, slot, *item))),
                };
                without != Some(item)
            });
            let (source, rule) = match by_quota {
                Some(quota) => (Source::Quota, Some(self.id(self.quotas[quota].rule))),
                None => (Source::Ranked, None),
            };
            self.place(slot, Placed { item, source, rule });
        }
    }

    /// The candidate that keeps the most limits, the best of several, and how many are kept.
    fn chosen(
        &mut self,
        order: &mut Order,
        slot: usize,
        limits: &[Limit],
    ) -> Option<(Item, usize)> {
        let Some(mut live) = self.live.take() else {
            return self.choose(order, slot, limits);
        };
        let mut fit = self.first_fit(&mut live, slot, limits);
        // What meets a quota may stand far behind, so that only a look for it alone pays.
        let any_quota = limits.iter().any(|limit| matches!(limit, Limit::Quota(_)));
        if fit.is_none() && !any_quota && !live.is_all {
            let masks = self.masks(&self.lasting_caps());
            live.extend(self.best_of(&masks, live.last, LOOK));
            fit = self.first_fit(&mut live, slot, limits);
        }
        self.live = Some(live);
        match fit {
            Some(item) => Some((item, limits.len())),
            None => (0..=limits.len())
                .rev()
                .find_map(|kept| Some((self.best_in(&limits[..kept])?, kept))),
        }
    }

    /// The best candidate left that keeps some limits.
    fn best_in(&self, limits: &[Limit]) -> Option<Item> {
        let best = self.best_of(&self.masks(limits), None, 1);
        let (_, row) = *best.into_parts().0.first()?;
        self.desk.candidate(row)
    }

    /// The best of the candidates known to be live that keeps every limit, lasting caps among them.
    fn first_fit(&self, live: &mut Live, slot: usize, limits: &[Limit]) -> Option<Item> {
        let any_quota = limits.iter().any(|limit| matches!(limit, Limit::Quota(_)));
        let meets =
            |limit: &Limit, item| matches!(limit, Limit::Quota(quota) if self.meets(*quota, item));
        let (mut kept, mut at) = (0, 0);
        let mut found = None;
        while at < live.rows.len() && found.is_none() {
            let row = live.rows[at];
            at += 1;
            let item = self.desk.candidate(row);
            let Some(item) = item.filter(|item| !self.is_gone(*item)) else {
                continue;
            };
            live.rows[kept] = row;
            kept += 1;
            let breaks = limits
                .iter()
                .any(|limit| self.is_broken(*limit, slot, item));
            if !breaks && (!any_quota || limits.iter().any(|limit| meets(limit, item))) {
                found = Some(item);
            }
        }
        live.rows.drain(kept..at);
        found
    }

    /// The caps that look at every slot: they never have room again.
    fn lasting_caps(&self) -> Vec<Limit> {
        let last = self.slots.len();
        let caps = (0..self.caps.len()).filter(|cap| self.caps[*cap].first == last);
        caps.map(Limit::Cap).collect()
    }

    /// Whether no slot to come can take a candidate: it or its group is on the slate, or it
    /// breaks a lasting cap.
    fn is_gone(&self, item: Item) -> bool {
        let last = self.slots.len();
        let is_broken = |cap: &Cap<'_>| cap.first == last && self.breaks(cap, last, item);
        self.is_spent(self.desk.row(item) as u32) || self.caps.iter().any(is_broken)
    }

    /// The candidates that may be shown and keep some limits, as bits by part.
    fn masks(&self, limits: &[Limit]) -> Vec<Bits> {
        let parts = self.desk.candidates().parts().iter().enumerate();
        let mask = |(place, part): (usize, &Part)| {
            let mut mask = part.shows(self.variant).clone();
            let mut met: Option<Bits> = None;
            for limit in limits {
                match limit {
                    Limit::Cap(cap) => {
                        if let Some(full) = self.caps[*cap].full.get(place) {
                            mask = mask.zip(full, |a, b| a & !b);
                        }
                    }
                    Limit::Match(rule) => {
                        mask = mask.zip(&part.matching(*rule), |a, b| a & b);
                    }
                    Limit::Quota(quota) => {
                        let matching = part.matching(self.quotas[*quota].rule);
                        met = Some(match met {
                            None => matching,
                            Some(met) => met.zip(&matching, |a, b| a | b),
                        });
                    }
                }
            }
            match met {
                None => mask,
                Some(met) => mask.zip(&met, |a, b| a & b),
            }
        };
        parts.map(mask).collect()
    }

    /// The best of the candidates in some masks that are not on the slate, after a key.
    fn best_of(&self, masks: &[Bits], after: Option<Key>, most: usize) -> Best {
        let products = self.desk.candidates();
        let retailer = self.desk.context.retailer;
        let by_score = (self.variant, after, most);
        products.best_after(retailer, by_score, Some(masks), |row| {
            !self.is_spent(row as u32)
        })
    }

    /// What limits the choice for a slot, in precedence order: the quotas that are tight,
    /// and the caps that look at the slot.
    fn limits(&self, slot: usize) -> Vec<Limit> {
        let quotas = self.tight_quotas(slot).into_iter().map(Limit::Quota);
        let caps = self.caps_at(slot).map(Limit::Cap);
        let mut limits: Vec<Limit> = quotas.chain(caps).collect();
        limits.sort_by_key(|limit| match limit {
            Limit::Quota(quota) => self.quotas[*quota].rule,
            Limit::Cap(cap) => self.caps[*cap].rule,
            Limit::Match(rule) => *rule,
        });
        limits
    }

    /// The caps that look at a slot.
    fn caps_at(&self, slot: usize) -> impl Iterator<Item = usize> {
        (0..self.caps.len()).filter(move |cap| slot <= self.caps[*cap].first)
    }

    fn meets(&self, quota: usize, item: Item) -> bool {
        self.matches(self.quotas[quota].rule, item)
    }

    fn is_broken(&self, limit: Limit, slot: usize, item: Item) -> bool {
        matches!(limit, Limit::Cap(cap) if self.breaks(&self.caps[cap], slot, item))
    }

    /// The candidate that keeps the most limits, the best of several, and how many are kept:
    /// limits are left out from the last, one at a time, until a candidate fits. In one pass,
    /// since each candidate tells with how many it fits.
    fn choose(&self, order: &mut Order, slot: usize, limits: &[Limit]) -> Option<(Item, usize)> {
        let is_quota = |limit: &Limit| matches!(limit, Limit::Quota(_));
        // Below the first quota none is left, and any candidate will do.
        let first_quota = limits.iter().position(is_quota);
        let mut best: Option<(Item, usize)> = None;
        for item in self.unspent(order) {
            let broken = limits
                .iter()
                .position(|limit| self.is_broken(*limit, slot, item));
            let mut kept = broken.unwrap_or(limits.len());
            if let Some(first_quota) = first_quota.filter(|first| *first < kept) {
                let met = limits[..kept]
                    .iter()
                    .any(|limit| matches!(limit, Limit::Quota(quota) if self.meets(*quota, item)));
                if !met {
                    kept = first_quota;
                }
            }
            if best.is_none_or(|(_, most)| kept > most) {
                best = Some((item, kept));
            }
            if kept == limits.len() {
                break;
            }
        }
        best
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
                let key = |index| Key::popular(context.retailer, products, index);
                let entry = |index| (key(index), products.row(index) as u32);
                let order = Order::new(products.shown(self.variant).map(entry).collect());
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
                let more = |after, most| self.more_of(block, after, most);
                let Some(row) = order.get(place, more) else {
                    return;
                };
                place += 1;
                if !self.is_spent(row as u32) {
                    break self.desk.block(block).index(row);
                }
            };
            let Some(index) = next else { return };
            self.place(
                slot,
                Placed {
                    item: Item::new(block, index),
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
            let mut counts = vec![0_u32; cap.placed.len()];
            let matching: Vec<Item> = matching(cap.rule, cap.first);
            for value in matching
                .iter()
                .filter_map(|item| cap.value(self.desk.row(*item)))
            {
                counts[value] += 1;
            }
            if counts.iter().any(|count| *count > cap.max) {
                broken.push(Note::new(NoteKind::CapExceeded).rule(self.id(cap.rule)));
            }
        }
        self.notes.extend(broken);
        (slate, self.notes)
    }
}
