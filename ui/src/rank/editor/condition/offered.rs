//! The values of the catalogue that complete what is typed into a row.

use egui::{Key, Modifiers, Popup, Response, Ui};
use endcap_look::{Row, SPACE_1};

use super::ConditionDesk;
use super::form::RowForm;
use crate::Desk;

/// How many values completion offers.
const OFFERED: usize = 7;

/// What is offered to a row.
pub(super) struct Offered {
    pub(super) row: u64,
    field: String,
    text: String,
    values: Vec<(String, usize)>,
    cursor: Option<usize>,
}
impl ConditionDesk {
    /// Offers a row what the catalogue has for it.
    pub(super) fn offer(&mut self, desk: &Desk, row: &RowForm) {
        let Some(data) = desk.console.data() else {
            return;
        };
        let known = self.offered.as_ref().is_some_and(|offered| {
            offered.row == row.id && offered.field == row.field && offered.text == row.text
        });
        if known {
            return;
        }
        let mut values = data
            .workspace
            .values(&row.field, &row.text, OFFERED + row.listed.len());
        values.retain(|(value, _)| !row.listed.contains(value) && *value != row.text);
        values.truncate(OFFERED);
        self.offered = Some(Offered {
            row: row.id,
            field: row.field.clone(),
            text: row.text.clone(),
            values,
            cursor: None,
        });
    }
}

impl Offered {
    /// Moves the cursor by the keys; gives the value that Enter takes.
    pub(super) fn keys(&mut self, ui: &Ui) -> Option<String> {
        if self.values.is_empty() {
            return None;
        }
        let (up, down) = ui.input_mut(|input| {
            (
                input.count_and_consume_key(Modifiers::NONE, Key::ArrowUp),
                input.count_and_consume_key(Modifiers::NONE, Key::ArrowDown),
            )
        });
        if down > 0 {
            let next = self.cursor.map_or(0, |cursor| cursor + 1);
            self.cursor = Some(next.min(self.values.len() - 1));
        }
        if up > 0 {
            self.cursor = self.cursor.and_then(|cursor| cursor.checked_sub(1));
        }
        let cursor = self.cursor?;
        let enter = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        enter.then(|| self.values[cursor].0.clone())
    }
}

/// Draws what is offered; gives the value that was picked.
pub(super) fn offered_ui(ui: &Ui, field: &Response, offered: &Offered) -> Option<String> {
    if offered.values.is_empty() {
        return None;
    }
    let mut picked = None;
    let frame = egui::Frame::popup(ui.style());
    Popup::from_response(field)
        .id(field.id.with("offered"))
        .open(true)
        .gap(SPACE_1)
        .width(260.0)
        .accessible_name("Values of the catalogue")
        .frame(frame)
        .show(|ui| {
            ui.set_width(260.0);
            ui.spacing_mut().item_spacing.y = 0.0;
            for (place, (value, count)) in offered.values.iter().enumerate() {
                let s = if *count == 1 { "" } else { "s" };
                let detail = format!("{count} product{s}");
                let is_here = offered.cursor == Some(place);
                let row = Row::new(value).count(&detail).selected(is_here).ui(ui);
                // On the press: the field gives the keyboard up before the button is let go.
                if row.response.is_pointer_button_down_on() || row.response.clicked() {
                    picked = Some(value.clone());
                }
            }
        });
    picked
}
