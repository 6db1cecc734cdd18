//! A search whose answers come from the engine's own thread: shoppers, products.

use egui::{Id, Key, Modifiers, ScrollArea, Ui};
use endcap_look::{ROW_HEIGHT, Row, SPACE_2, SearchField, Tokens, section, small};

/// How many rows are in sight before the list scrolls.
const ROWS: usize = 9;

/// What a search remembers between frames.
#[derive(Default)]
pub(crate) struct Finder {
    /// What was typed.
    pub text: String,
    /// What was asked for last.
    asked: Option<String>,
    cursor: usize,
}

/// One row of the answers.
pub(crate) struct FoundRow<'a> {
    /// What stands above it in capitals, where a part of the list begins.
    pub head: Option<&'a str>,
    pub label: &'a str,
    pub detail: String,
    pub is_chosen: bool,
}

/// How a search looks and what it says.
pub(crate) struct Search<'a> {
    pub id: Id,
    pub hint: &'a str,
    /// What is said where nothing was found.
    pub nothing: &'a str,
    pub is_busy: bool,
    /// Whether it has the keyboard as soon as it is there.
    pub takes_keyboard: bool,
}

impl Finder {
    /// The text to ask for, where it has not been asked yet.
    pub(crate) fn take_question(&mut self) -> Option<String> {
        if self.asked.as_deref() == Some(self.text.as_str()) {
            return None;
        }
        self.asked = Some(self.text.clone());
        self.asked.clone()
    }

    /// Draws the field and the rows; gives the place of the row that is picked.
    pub(crate) fn ui(
        &mut self,
        ui: &mut Ui,
        search: &Search<'_>,
        rows: &[FoundRow<'_>],
    ) -> Option<usize> {
        let tokens = Tokens::of(ui);
        let is_new = search.takes_keyboard && self.asked.is_none();
        let field_id = search.id.with("field");
        let field = SearchField::new(search.hint, &mut self.text)
            .id(field_id)
            .ui(ui);
        if is_new {
            field.request_focus();
        }
        if field.changed() {
            self.cursor = 0;
        }
        let mut picked = None;
        // Enter takes the keyboard from the field in the same frame.
        if field.has_focus() || field.lost_focus() {
            let (up, down) = ui.input_mut(|input| {
                (
                    input.count_and_consume_key(Modifiers::NONE, Key::ArrowUp),
                    input.count_and_consume_key(Modifiers::NONE, Key::ArrowDown),
                )
            });
            self.cursor = (self.cursor + down).saturating_sub(up);
            // While the answer is on its way the rows are those of another text.
            let is_current = !search.is_busy && !rows.is_empty();
            if ui.input(|input| input.key_pressed(Key::Enter)) && is_current {
                picked = Some(self.cursor.min(rows.len() - 1));
            }
        }
        self.cursor = self.cursor.min(rows.len().saturating_sub(1));
        ui.add_space(SPACE_2 - ui.spacing().item_spacing.y);
        if rows.is_empty() {
            let said = if search.is_busy {
                "Looking."
            } else {
                search.nothing
            };
            ui.add(egui::Label::new(small(said).color(tokens.ink3)).wrap());
            return None;
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical()
            .id_salt(search.id)
            .max_height(ROW_HEIGHT * ROWS as f32)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                for (place, row) in rows.iter().enumerate() {
                    if let Some(head) = row.head {
                        ui.add_space(SPACE_2);
                        ui.label(section(head).color(tokens.ink3));
                    }
                    let drawn = Row::new(row.label)
                        .detail(&row.detail)
                        .selected(row.is_chosen || place == self.cursor)
                        .ui(ui);
                    if drawn.response.clicked() {
                        picked = Some(place);
                    }
                    if place == self.cursor && place > 0 {
                        drawn.response.scroll_to_me(None);
                    }
                }
            });
        picked
    }
}
