//! Fills the slots (ranking semantics, section 7): pins, reserves, then the best that
//! quotas and caps allow, then the fallback.

mod choice;

use endcap_rules::{ABSENT, Codes};
use endcap_vocab::{
    CapField, Effect, Fallback, IfUnavailable, Note, NoteKind, Reason, Sort, Source,
    category_parent,
};

use crate::assess::{Search, Tests, View};
use crate::context::PinInForce;
use crate::desk::{CANDIDATES, Desk, Item, Placed, Variant};
use crate::few::Few;
use crate::order::{Key, Order};
use crate::retailer::Retailer;
use choice::{Limit, Searched};

/// About as many searches as a slate needs.
const SEARCHES: usize = 16;

struct Quota {
    /// Index into [`Context::placing`], which is in precedence order.
    rule: usize,
    min: usize,
    first: usize,
    /// Matching products already placed in its slots.
    placed: usize,
    /// How many of its slots are free.
    free: usize,
    /// Of what it still needs, what there is room for.
    admitted: usize,
}

struct Cap<'a> {
    /// Index into [`Context::placing`].
    rule: usize,
    max: u32,
    first: usize,
    /// Its place among those that count all products, and have something to count and room for it.
    counted: Option<usize>,
    /// The code of each row's value.
    values: Option<&'a Codes>,
    /// The values of matching products already placed in its slots.
    placed: Vec<u32>,
}

impl<'a> Cap<'a> {
    fn value(&self, row: usize) -> Option<u32> {
        let code = self.values.map(|values| values.get(row));
        code.filter(|code| *code != ABSENT)
    }

    /// Whether it has no room for the product at a row, if that matches.
    fn is_full(&self, row: usize) -> bool {
        self.value(row)
            .is_some_and(|value| count(&self.placed, value) >= self.max)
    }
}

/// How often a value is among a few.
fn count(values: &[u32], value: u32) -> u32 {
    values.iter().filter(|other| **other == value).count() as u32
}

/// The codes of the values that a cap counts, by row.
pub(crate) fn capped_values<'a>(retailer: &'a Retailer, field: &CapField) -> Option<&'a Codes> {
    let columns = &retailer.columns;
    match field {
        CapField::Brand => Some(&columns.brand.codes),
        CapField::Vendor => Some(&columns.vendor.codes),
        CapField::Category => Some(&columns.category.codes),
        CapField::Attribute(name) => {
            let column = columns.attributes.get(name.as_str());
            column.map(endcap_rules::Sparse::all_codes)
        }
    }
}

/// A slate that is filled.
pub(crate) struct Filled<'a> {
    pub(crate) slate: Vec<Placed<'a>>,
    /// In the order of the steps.
    pub(crate) notes: Vec<Note>,
    /// Whether a product without stock was ever asked for.
    pub(crate) met_no_stock: bool,
}

/// Fills the slots of one slate.
pub(crate) fn fill<'a>(desk: &mut Desk<'a>, variant: Variant) -> Filled<'a> {
    let slots = desk.context.request.slots as usize;
    let mut filling = Filling {
        slots: vec![None; slots],
        rows: Few::with_capacity(slots),
        groups: Few::with_capacity(slots),
        quotas: Vec::new(),
        caps: Vec::new(),
        order: None,
        searches: Vec::with_capacity(SEARCHES),
        full: Vec::new(),
        notes: Vec::new(),
        met_no_stock: false,
        variant,
        desk,
    };
    if variant.has_rules() {
        filling.read_rules();
    }
    if filling.is_sorted() {
        filling.order = Some(Order::new(filling.all_of(CANDIDATES)));
    }
    if variant.has_rules() {
        filling.pins();
        filling.reserves();
    }
    filling.best();
    filling.fallback();
    filling.close_up()
}

struct Filling<'d, 'a> {
    desk: &'d mut Desk<'a>,
    variant: Variant,
    /// Slot 1 is at 0.
    slots: Vec<Option<Placed<'a>>>,
    /// The rows on the slate.
    rows: Few,
    /// The groups that have a product on the slate, by code.
    groups: Few,
    quotas: Vec<Quota>,
    caps: Vec<Cap<'a>>,
    /// All candidates that may be shown, where they are sorted.
    order: Option<Order>,
    /// Elsewhere, what has been looked for.
    searches: Vec<Searched>,
    /// The values that caps have no room for any more, in the order they filled up.
    full: Vec<(usize, u32)>,
    notes: Vec<Note>,
    met_no_stock: bool,
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
                    free: cut(*first),
                    admitted: 0,
                }),
                Effect::Cap { field, max, first } => {
                    let values = capped_values(context.retailer, field);
                    let counts_all = values.is_some() && in_force.when().is_none() && *max > 0;
                    let before = self.caps.iter().filter(|cap| cap.counted.is_some());
                    let counted = counts_all.then_some(before.count());
                    self.caps.push(Cap {
                        rule,
                        max: *max,
                        first: cut(*first),
                        counted,
                        values,
                        placed: Vec::with_capacity(slots),
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

    fn group(&self, row: u32) -> Option<u32> {
        let code = self.desk.context.retailer.columns.group.code(row as usize);
        (code != ABSENT).then_some(code)
    }

    /// Whether a product or its group is on the slate already.
    fn is_spent(&self, row: u32) -> bool {
        self.rows.has(row) || self.group(row).is_some_and(|group| self.groups.has(group))
    }

    fn is_free(&self, slot: usize) -> bool {
        self.slots[slot - 1].is_none()
    }

    fn has_free(&self) -> bool {
        self.slots.iter().any(Option::is_none)
    }

    /// Notes that a product is asked for.
    fn meet(&mut self, item: Item) {
        let (products, index) = self.desk.at(item);
        let no_stock = Tests::default().with(Reason::OutOfStock, true);
        self.met_no_stock |= !products.fails(index).and(no_stock).is_empty();
    }

    fn place(&mut self, slot: usize, placed: Placed<'a>) {
        self.meet(placed.item);
        let row = self.desk.row(placed.item) as u32;
        self.slots[slot - 1] = Some(placed);
        self.rows.insert(row);
        if let Some(group) = self.group(row) {
            self.groups.insert(group);
        }
        for index in 0..self.quotas.len() {
            let quota = &self.quotas[index];
            if slot <= quota.first {
                let is_met = self.matches(quota.rule, placed.item);
                self.quotas[index].placed += usize::from(is_met);
                self.quotas[index].free -= 1;
            }
        }
        for index in 0..self.caps.len() {
            let cap = &self.caps[index];
            if slot <= cap.first
                && self.matches(cap.rule, placed.item)
                && let Some(value) = cap.value(row as usize)
            {
                let cap = &mut self.caps[index];
                cap.placed.push(value);
                if count(&cap.placed, value) == cap.max {
                    self.full.push((index, value));
                }
            }
        }
    }

    fn breaks(&self, cap: &Cap<'_>, slot: usize, item: Item) -> bool {
        slot <= cap.first && cap.is_full(self.desk.row(item)) && self.matches(cap.rule, item)
    }

    /// Step 1.
    fn pins(&mut self) {
        let context = self.desk.context;
        for pin in &context.pins {
            self.pin(pin);
        }
    }

    fn pin(&mut self, in_force: &PinInForce<'a>) {
        let PinInForce {
            rule,
            pin,
            if_unavailable,
            row,
        } = *in_force;
        let note = |kind| Note::new(kind).rule(rule).sku(&pin.sku).slot(pin.slot);
        if pin.slot as usize > self.slots.len() {
            self.notes.push(note(NoteKind::PinBeyond));
            return;
        }
        if row.is_some_and(|row| self.rows.has(row)) {
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
        self.meet(item);
        let (products, index) = self.desk.at(item);
        match products.fails(index).and(self.variant.tests()).first() {
            Some(reason) => Err(reason.name()),
            None if !products.passes_filter(index) => Err("filtered"),
            None => Ok(item),
        }
    }

    fn substitute(&mut self, sku: &str) -> Option<Item> {
        let context = self.desk.context;
        let mut substitutes = context.retailer.substitutes(sku).iter();
        substitutes.find_map(|row| {
            let item = self.pinnable(Some(*row)).ok()?;
            (!self.rows.has(*row)).then_some(item)
        })
    }

    /// Whether all candidates are sorted: where shoppers chose an order, and by the plainest way.
    fn is_sorted(&self) -> bool {
        let context = self.desk.context;
        context.request.sort != Sort::Recommended || context.is_plain
    }

    /// The products of a block that may be shown, in no order, each with its row.
    fn all_of(&self, block: usize) -> Vec<(Key, u32)> {
        let products = self.desk.block(block);
        products.score_all();
        let key = |index| Key::of(self.desk.context, self.variant, products, index);
        let entry = |index| (key(index), products.row(index) as u32);
        products.shown(self.variant).map(entry).collect()
    }

    /// The candidates not on the slate, best first.
    fn unspent<'o>(&'o self, order: &'o mut Order) -> impl Iterator<Item = Item> + 'o {
        let rows = (0..).map_while(move |place| order.get(place));
        rows.filter(|row| !self.is_spent(*row as u32))
            .filter_map(|row| self.desk.candidate(row as u32))
    }

    /// Step 2.
    fn reserves(&mut self) {
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
                    let best = match self.order.take() {
                        None => {
                            let caps = self.caps_at(slot).map(Limit::Cap);
                            let limits: Vec<Limit> =
                                std::iter::once(Limit::Match(rule)).chain(caps).collect();
                            self.best_of(&limits)
                        }
                        Some(mut order) => {
                            let mut matching = self
                                .unspent(&mut order)
                                .filter(|item| any_match && self.matches(rule, *item))
                                .peekable();
                            let has_match = any_match && matching.peek().is_some();
                            let best = matching.find(|item| {
                                !self.caps.iter().any(|cap| self.breaks(cap, slot, *item))
                            });
                            drop(matching);
                            any_match = has_match;
                            self.order = Some(order);
                            best
                        }
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

    /// Step 6.
    fn fallback(&mut self) {
        let context = self.desk.context;
        if context.request.sort != Sort::Recommended || !self.has_free() {
            return;
        }
        match context.rules.fallback {
            Fallback::None => {}
            Fallback::Popular => {
                let block = self.desk.level("");
                let products = self.desk.block(block);
                let key = |index| Key::popular(context.retailer, products, index);
                let entry = |index| (key(index), products.row(index) as u32);
                let mut order = Order::new(products.shown(self.variant).map(entry).collect());
                self.fill_from(block, |filling| order.next(|row| filling.is_spent(row)));
            }
            Fallback::Parent => {
                let mut page = context.request.page.as_deref();
                loop {
                    let parent = page.and_then(category_parent);
                    let block = self.desk.level(parent.unwrap_or(""));
                    self.fill_by_score(block);
                    if parent.is_none() || !self.has_free() {
                        return;
                    }
                    page = parent;
                }
            }
        }
    }

    fn fill_by_score(&mut self, block: usize) {
        if self.is_sorted() {
            let mut order = Order::new(self.all_of(block));
            self.fill_from(block, |filling| order.next(|row| filling.is_spent(row)));
        } else {
            let mut search = Search::new(View::of(self.variant));
            self.fill_from(block, |filling| {
                let products = filling.desk.block(block);
                let is_gone = |row: u32| {
                    filling.is_spent(row) || !products.shows_at(filling.variant, row as usize)
                };
                let best = search.best(products, is_gone);
                best.map(|(_, row)| row)
            });
        }
    }

    /// Fills what is free with the rows that `next` gives of a block.
    fn fill_from(&mut self, block: usize, mut next: impl FnMut(&Self) -> Option<u32>) {
        for slot in 1..=self.slots.len() {
            if !self.is_free(slot) {
                continue;
            }
            let row = next(self);
            let index = row.and_then(|row| self.desk.block(block).index(row as usize));
            let Some(index) = index else { return };
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

    /// Counts for quotas and caps what a slate has that has moved up.
    fn recount(&mut self, slate: &[Placed<'a>]) {
        for index in 0..self.quotas.len() {
            let Quota { rule, first, .. } = self.quotas[index];
            let matching = slate.iter().take(first);
            let matching = matching.filter(|placed| self.matches(rule, placed.item));
            self.quotas[index].placed = matching.count();
        }
        for index in 0..self.caps.len() {
            let cap = &self.caps[index];
            let matching = slate.iter().take(cap.first);
            let matching = matching.filter(|placed| self.matches(cap.rule, placed.item));
            let values = matching.filter_map(|placed| cap.value(self.desk.row(placed.item)));
            self.caps[index].placed = values.collect();
        }
    }

    /// Steps 7 and 8.
    fn close_up(mut self) -> Filled<'a> {
        let mut slate = Vec::with_capacity(self.slots.len());
        for index in 0..self.slots.len() {
            let Some(placed) = self.slots[index] else {
                continue;
            };
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
        if slate.len() < self.slots.len() {
            self.recount(&slate);
        }
        let unmet = self.quotas.iter().filter(|quota| quota.placed < quota.min);
        let unmet = unmet.map(|quota| (NoteKind::QuotaUnmet, quota.rule));
        let exceeded = self.caps.iter().filter(|cap| {
            let mut values = cap.placed.iter();
            values.any(|value| count(&cap.placed, *value) > cap.max)
        });
        let exceeded = exceeded.map(|cap| (NoteKind::CapExceeded, cap.rule));
        for (kind, rule) in unmet.chain(exceeded) {
            let id = self.desk.context.placing[rule].id();
            self.notes.push(Note::new(kind).rule(id));
        }
        Filled {
            slate,
            notes: self.notes,
            met_no_stock: self.met_no_stock,
        }
    }
}
