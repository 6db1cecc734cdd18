//! Dragging a card to a slot: the page is ranked anew with every slot it hovers over.

use std::sync::Arc;

use egui::{CursorIcon, Key, Modifiers, Pos2, Rect, Ui, Vec2};
use endcap_app::{PageView, RuleSet};

use super::gestures;
use crate::Desk;

/// A card in the air.
pub(super) struct Drag {
    /// Which product.
    pub sku: String,
    title: String,
    /// From the card's corner to the pointer.
    pub grip: Vec2,
    /// The slot it hovers over; none beside the cards.
    pub slot: Option<u32>,
    /// Where it stood.
    from: u32,
    /// The draft and the page before the card was lifted: every slot is tried from there.
    before: Arc<RuleSet>,
    page: Arc<PageView>,
    /// Whether the draft was changed.
    changed: bool,
}

/// What became of a drag in this frame.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dragged {
    /// It goes on.
    On,
    /// It has ended.
    Over,
}

impl Drag {
    /// Lifts the card of a product.
    pub(super) fn lift(
        desk: &Desk,
        page: &Arc<PageView>,
        place: usize,
        grip: Vec2,
    ) -> Option<Self> {
        let card = page.slate.cards.get(place)?;
        Some(Self {
            sku: card.sku.clone(),
            title: card.title.clone(),
            grip,
            slot: Some(card.slot),
            from: card.slot,
            before: Arc::clone(desk.console.draft()?.rules()),
            page: Arc::clone(page),
            changed: false,
        })
    }

    /// Where the card is drawn, as large as it was.
    pub(super) fn rect(&self, pointer: Pos2, size: Vec2) -> Rect {
        Rect::from_min_size(pointer - self.grip, size)
    }

    /// Follows the pointer, which is over `slot`.
    pub(super) fn follow(&mut self, ui: &Ui, desk: &mut Desk, slot: Option<u32>) -> Dragged {
        ui.set_cursor_icon(CursorIcon::Grabbing);
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
            self.give_up(desk);
            return Dragged::Over;
        }
        let down = ui.input(|input| input.pointer.primary_down());
        if slot != self.slot {
            self.slot = slot;
            match slot {
                Some(slot) if self.changed || slot != self.from => self.pin(desk, slot),
                Some(_) => {}
                // Beside the cards nothing is pinned: a drop there is a change of mind.
                None => self.give_up(desk),
            }
        }
        if down {
            return Dragged::On;
        }
        if self.changed {
            desk.end_gesture();
            let slot = self.slot.unwrap_or(self.from);
            let skus = std::slice::from_ref(&self.sku);
            desk.offer_undo(gestures::pinned(&self.page, skus, slot, &self.title));
        }
        Dragged::Over
    }

    fn pin(&mut self, desk: &mut Desk, slot: u32) {
        let edits = gestures::pin_edits(&self.page, &self.before, &[(&self.sku, slot)]);
        // Back where it was pinned before.
        if edits.is_empty() {
            self.give_up(desk);
            return;
        }
        let label = format!("Pin {} to slot {slot}", self.title);
        self.changed |= desk.drag_edit(label, edits);
    }

    /// Leaves everything as it was before.
    fn give_up(&mut self, desk: &mut Desk) {
        if self.changed {
            desk.give_up_gesture();
            self.changed = false;
        }
    }
}
