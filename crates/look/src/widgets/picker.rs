//! A picker: a list to search in, as long as it may be.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{
    Id, InnerResponse, Key, Modifiers, Rect, Response, ScrollArea, Sense, Ui, WidgetInfo, pos2,
    vec2,
};

use crate::icon::Icon;
use crate::text::{Face, line_within, small};
use crate::tokens::{RADIUS_CONTROL, ROW_HEIGHT, SPACE_2, Tokens};
use crate::widgets::{SearchField, popover_ui};

/// One thing to pick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PickItem {
    /// What the caller knows it by.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// What else tells it apart, in captions; searched as well.
    pub detail: String,
}

impl PickItem {
    /// A thing to pick.
    pub fn new(id: impl Into<String>, label: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            detail: detail.into(),
        }
    }
}

/// A list to search in, with the keys: up and down move, Enter picks, Escape closes.
///
/// The list is filtered when the text changes, not in every frame, and only the rows in sight
/// are drawn, so a hundred thousand items are no more work than ten.
#[must_use = "a picker draws nothing until `.ui(ui)` or `.popover_ui(anchor)`"]
pub struct Picker<'a> {
    name: &'a str,
    items: &'a [PickItem],
    generation: u64,
    chosen: Option<&'a str>,
    hint: &'a str,
    empty: &'a str,
    width: f32,
    rows: usize,
    takes_focus: bool,
}

/// What a picker remembers between frames.
#[derive(Clone, Default)]
struct State {
    text: String,
    cursor: usize,
    found: Arc<Found>,
}

/// The items that hold the searched text, and what they were found for.
#[derive(Default)]
struct Found {
    text: String,
    /// The generation and number of the items; `None` before the first search.
    source: Option<(u64, usize)>,
    indices: Vec<u32>,
}

impl<'a> Picker<'a> {
    /// A picker with a name, such as "Page".
    pub fn new(name: &'a str, items: &'a [PickItem]) -> Self {
        Self {
            name,
            items,
            generation: 0,
            chosen: None,
            hint: "Search",
            empty: "Nothing has this in its name.",
            width: 320.0,
            rows: 10,
            takes_focus: false,
        }
    }

    /// Says which state of the list this is, so that a changed list is filtered again.
    pub fn generation(mut self, generation: u64) -> Self {
        self.generation = generation;
        self
    }

    /// Marks the item with this id as the chosen one.
    pub fn chosen(mut self, id: Option<&'a str>) -> Self {
        self.chosen = id;
        self
    }

    /// What the search field says while it is empty.
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// What the list says when nothing is found.
    pub fn empty(mut self, sentence: &'a str) -> Self {
        self.empty = sentence;
        self
    }

    /// Makes a popover this wide instead of 320 points.
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// Shows this many rows instead of ten before the list scrolls.
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows.max(1);
        self
    }

    /// Puts the keyboard into the search field when the picker appears, as a popover does.
    pub fn focused(mut self) -> Self {
        self.takes_focus = true;
        self
    }

    /// Draws the picker in a popover below `anchor`, and answers the place of the item picked.
    pub fn popover_ui(mut self, anchor: &Response) -> Option<usize> {
        self.takes_focus = true;
        let width = self.width;
        let id = anchor.id.with("picker");
        let shown = popover_ui(anchor, self.name, width, |ui| {
            let picked = self.draw_ui(ui, id);
            if picked.is_some() {
                ui.close();
            }
            picked
        });
        match shown {
            Some(InnerResponse { inner, .. }) => inner,
            None => {
                // A picker opens with an empty search.
                anchor.ctx.data_mut(|data| data.remove::<State>(id));
                None
            }
        }
    }

    /// Draws the picker here, and answers the place of the item picked.
    pub fn ui(self, ui: &mut Ui) -> Option<usize> {
        let id = ui.make_persistent_id(("picker", self.name));
        self.draw_ui(ui, id)
    }

    fn draw_ui(self, ui: &mut Ui, id: Id) -> Option<usize> {
        let stored: Option<State> = ui.data(|data| data.get_temp(id));
        let is_new = stored.is_none();
        let mut state = stored.unwrap_or_default();

        let field_id = id.with("search");
        let (up, down, enter) = if ui.memory(|memory| memory.has_focus(field_id)) {
            ui.input_mut(|input| {
                (
                    input.count_and_consume_key(Modifiers::NONE, Key::ArrowUp),
                    input.count_and_consume_key(Modifiers::NONE, Key::ArrowDown),
                    input.key_pressed(Key::Enter),
                )
            })
        } else {
            (0, 0, false)
        };
        let field = SearchField::new(self.hint, &mut state.text)
            .id(field_id)
            .ui(ui);
        if is_new && self.takes_focus {
            field.request_focus();
        }
        let before = Arc::clone(&state.found);
        state.found = self.found(&state.text, before);
        let count = state.found.indices.len();
        if is_new {
            state.cursor = self.place_of_chosen(&state.found);
        } else if field.changed() {
            state.cursor = 0;
        }
        let moved = up + down > 0 || is_new;
        state.cursor = (state.cursor + down)
            .saturating_sub(up)
            .min(count.saturating_sub(1));

        let mut picked = None;
        if enter && let Some(index) = state.found.indices.get(state.cursor) {
            picked = Some(*index as usize);
        }
        ui.add_space(SPACE_2 - ui.spacing().item_spacing.y);
        if count == 0 {
            let tokens = Tokens::of(ui);
            let said = if self.items.is_empty() {
                "There is nothing to pick yet."
            } else {
                self.empty
            };
            ui.add(egui::Label::new(small(said).color(tokens.ink3)).wrap());
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        let height = ROW_HEIGHT * self.rows as f32;
        let mut area = ScrollArea::vertical()
            .id_salt(id)
            .max_height(height)
            .auto_shrink([false, true]);
        if moved {
            area = area.vertical_scroll_offset(scroll_to(ui, id, state.cursor, height));
        }
        let found = Arc::clone(&state.found);
        let scrolled = area.show_rows(ui, ROW_HEIGHT, count, |ui, rows| {
            for row in rows {
                let Some(index) = found.indices.get(row).map(|index| *index as usize) else {
                    break;
                };
                let Some(item) = self.items.get(index) else {
                    break;
                };
                if self.item_ui(ui, item, row == state.cursor).clicked() {
                    picked = Some(index);
                }
            }
        });
        let offset = scrolled.state.unclamped_offset().y;
        ui.data_mut(|data| {
            data.insert_temp(id.with("offset"), offset);
            data.insert_temp(id, state);
        });
        picked
    }

    fn place_of_chosen(&self, found: &Found) -> usize {
        let is_chosen = |index: &u32| {
            let item = self.items.get(*index as usize);
            item.is_some_and(|item| Some(item.id.as_str()) == self.chosen)
        };
        found.indices.iter().position(is_chosen).unwrap_or(0)
    }

    /// The items that hold `text`: the ones found before if nothing changed, and looked for only
    /// among those if the text just grew.
    fn found(&self, text: &str, before: Arc<Found>) -> Arc<Found> {
        let source = Some((self.generation, self.items.len()));
        if before.source == source && before.text == text {
            return before;
        }
        let needle = text.trim().to_lowercase();
        let holds = |index: &u32| {
            let Some(item) = self.items.get(*index as usize) else {
                return false;
            };
            contains(&item.label, &needle) || contains(&item.detail, &needle)
        };
        let indices = if before.source == source && text.starts_with(&before.text) {
            before.indices.iter().copied().filter(holds).collect()
        } else {
            (0..self.items.len() as u32).filter(holds).collect()
        };
        Arc::new(Found {
            text: text.to_owned(),
            source,
            indices,
        })
    }

    fn item_ui(&self, ui: &mut Ui, item: &PickItem, at_cursor: bool) -> Response {
        let tokens = Tokens::of(ui);
        let size = vec2(ui.available_width(), ROW_HEIGHT);
        let (rect, response) = ui.allocate_exact_size(size, Sense::CLICK);
        let chosen = Some(item.id.as_str()) == self.chosen;
        response
            .widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &item.label));
        let fill = match (at_cursor, response.hovered()) {
            (true, _) => Some(tokens.accent_wash),
            (false, true) => Some(tokens.hover()),
            (false, false) => None,
        };
        if let Some(fill) = fill {
            ui.painter().rect_filled(rect, RADIUS_CONTROL, fill);
        }
        let middle = rect.center().y;
        let inner = Rect::from_x_y_ranges(
            rect.left() + SPACE_2..=rect.right() - SPACE_2,
            rect.y_range(),
        );
        let mut right = inner.right();
        if chosen {
            right -= 16.0;
            Icon::Check.paint(ui.painter(), pos2(right + 8.0, middle), 14.0, tokens.accent);
            right -= SPACE_2;
        }
        let face = if chosen {
            Face::BodySemibold
        } else {
            Face::Body
        };
        let label = line_within(ui, &item.label, face, tokens.ink, right - inner.left());
        let left = inner.left() + label.size().x + SPACE_2;
        ui.painter().galley(
            pos2(inner.left(), middle - label.size().y / 2.0),
            label,
            tokens.ink,
        );
        if !item.detail.is_empty() && right - left > 24.0 {
            let ink = if at_cursor { tokens.ink2 } else { tokens.ink3 };
            let detail = line_within(ui, &item.detail, Face::Small, ink, right - left);
            let at = pos2(right - detail.size().x, middle - detail.size().y / 2.0);
            ui.painter().galley(at, detail, ink);
        }
        response
    }
}

/// Whether `text` holds `needle`, which is in small letters; no allocation for plain letters.
fn contains(text: &str, needle: &str) -> bool {
    if needle.is_empty() {
        return true;
    }
    if !text.is_ascii() || !needle.is_ascii() {
        return text.to_lowercase().contains(needle);
    }
    let needle = needle.as_bytes();
    text.as_bytes()
        .windows(needle.len())
        .any(|window| window.eq_ignore_ascii_case(needle))
}

/// The least scrolling that brings the cursor into sight.
fn scroll_to(ui: &Ui, id: Id, cursor: usize, height: f32) -> f32 {
    let offset: f32 = ui
        .data(|data| data.get_temp(id.with("offset")))
        .unwrap_or(0.0);
    let top = cursor as f32 * ROW_HEIGHT;
    offset.clamp((top + ROW_HEIGHT - height).max(0.0), top)
}
