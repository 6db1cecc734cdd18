//! Pins any product of the catalogue to a slot, found by its words.

use egui::{Key, Modifiers, ScrollArea, Ui};
use endcap_app::console::Command;
use endcap_app::{PageView, ProductHit};
use endcap_look::{
    Button, Modal, ROW_HEIGHT, Row, SPACE_2, SearchField, TextField, Tokens, body,
    modal_actions_ui, small,
};

use super::{card, gestures, select};
use crate::Desk;

/// So many rows stand in sight.
const ROWS: f32 = 9.0;

/// The open dialog.
pub(super) struct PinAny {
    text: String,
    /// What was searched last; none before the first search.
    searched: Option<String>,
    cursor: usize,
    slot: String,
    error: Option<String>,
}

impl PinAny {
    /// A dialog for a page; the first slot without a pin is offered.
    pub(super) fn new(page: &PageView) -> Self {
        let pinned = |slot: u32| {
            let mut cards = page.slate.cards.iter();
            cards.any(|card| card.slot == slot && card::is_pinned(card))
        };
        let free = (1..=page.slate.request.slots).find(|slot| !pinned(*slot));
        Self {
            text: String::new(),
            searched: None,
            cursor: 0,
            slot: free.unwrap_or(1).to_string(),
            error: None,
        }
    }

    /// Draws the dialog; says whether it stays open.
    pub(super) fn dialog_ui(&mut self, ui: &Ui, desk: &mut Desk, page: &PageView) -> bool {
        let shown = Modal::new("Pin any product")
            .width(560.0)
            .ui(ui, |ui| self.content_ui(ui, desk, page));
        !(shown.inner || shown.dismissed)
    }

    /// Draws what is in the dialog; says whether it is done.
    fn content_ui(&mut self, ui: &mut Ui, desk: &mut Desk, page: &PageView) -> bool {
        let (up, down) = ui.input_mut(|input| {
            let mut count = |key| input.count_and_consume_key(Modifiers::NONE, key);
            (count(Key::ArrowUp), count(Key::ArrowDown))
        });
        let is_new = self.searched.is_none();
        let field = SearchField::new("Search products by name, brand or sku", &mut self.text);
        let field = field.ui(ui);
        if is_new {
            field.request_focus();
        }
        if self.searched.as_ref() != Some(&self.text) {
            desk.send(Command::FindProducts(self.text.clone()));
            self.searched = Some(self.text.clone());
            self.cursor = 0;
        }
        ui.add_space(SPACE_2);
        let found = desk.console.answers().products().value().cloned();
        let found: &[ProductHit] = found.as_ref().map_or(&[], |found| found.as_slice());
        let last = found.len().saturating_sub(1);
        self.cursor = (self.cursor + down).saturating_sub(up).min(last);
        let double = self.found_ui(ui, desk, page, found);
        let Some(hit) = found.get(self.cursor) else {
            return self.actions_ui(ui, None, desk, page, false);
        };
        // While the answer is on its way the rows are those of another text.
        let is_current = !desk.console.answers().products().is_busy();
        let entered = double || (is_current && ui.input(|input| input.key_pressed(Key::Enter)));
        self.actions_ui(ui, Some(hit), desk, page, entered)
    }

    /// Draws what was found; says whether a row was clicked twice.
    fn found_ui(
        &mut self,
        ui: &mut Ui,
        desk: &Desk,
        page: &PageView,
        found: &[ProductHit],
    ) -> bool {
        let tokens = Tokens::of(ui);
        let height = ROWS * ROW_HEIGHT;
        let area = ScrollArea::vertical()
            .min_scrolled_height(height)
            .max_height(height)
            .auto_shrink(false);
        let mut double = false;
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            area.show_rows(ui, ROW_HEIGHT, found.len(), |ui, rows| {
                for place in rows {
                    let Some(hit) = found.get(place) else { break };
                    let stands = select::place(page, &hit.sku)
                        .and_then(|place| page.slate.cards.get(place))
                        .map(|card| format!(" · in slot {}", card.slot));
                    let brand = hit.brand.as_deref().unwrap_or("No brand");
                    let detail = format!("{brand}{}", stands.unwrap_or_default());
                    let price = desk.format.money(hit.price);
                    let row = Row::new(&hit.title)
                        .detail(&detail)
                        .count(&price)
                        .selected(place == self.cursor)
                        .ui(ui);
                    if row.response.clicked() {
                        self.cursor = place;
                    }
                    double |= row.response.double_clicked();
                }
            });
        });
        if found.is_empty() && !desk.console.answers().products().is_busy() {
            let said = "No product has these words. Try fewer or other words.";
            ui.label(small(said).color(tokens.ink3));
        }
        double
    }

    /// Draws the slot and the buttons; says whether the dialog is done.
    fn actions_ui(
        &mut self,
        ui: &mut Ui,
        hit: Option<&ProductHit>,
        desk: &mut Desk,
        page: &PageView,
        entered: bool,
    ) -> bool {
        let tokens = Tokens::of(ui);
        let error = self.error.clone();
        let field = TextField::new("Slot", &mut self.slot)
            .width(96.0)
            .error(error.as_deref())
            .ui(ui);
        if field.changed() {
            self.error = None;
        }
        let slots = page.slate.request.slots;
        let slot = self.slot.trim().parse().ok();
        let slot = slot.filter(|slot| (1..=slots).contains(slot));
        let said = match (hit, slot) {
            (Some(hit), Some(slot)) => format!("Pins {} to slot {slot}.", hit.title),
            (None, _) => "Choose a product.".to_owned(),
            (_, None) => format!("The slots go from 1 to {slots}."),
        };
        ui.label(body(said).color(tokens.ink2));
        let (mut pin, mut cancel) = (entered, false);
        modal_actions_ui(ui, |ui| {
            pin |= Button::primary("Pin")
                .name("Pin this product")
                .enabled(hit.is_some())
                .ui(ui)
                .clicked();
            cancel = Button::secondary("Cancel").ui(ui).clicked();
        });
        if let (true, Some(hit)) = (pin, hit) {
            let Some(slot) = slot else {
                self.error = Some(format!("Give a slot from 1 to {slots}."));
                return false;
            };
            let skus = [hit.sku.clone()];
            gestures::pin_named(desk, page, &skus, slot, &hit.title);
            desk.focus = Some(hit.sku.clone());
            return true;
        }
        cancel
    }
}
