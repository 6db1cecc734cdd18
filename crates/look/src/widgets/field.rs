//! Fields: for searching, and for text with a sentence under it where it is wrong.

use egui::accesskit::Role;
use egui::{
    EventFilter, Frame, Id, Key, Label, Margin, Response, Sense, TextEdit, Ui, WidgetInfo, pos2,
    vec2,
};

use crate::icon::Icon;
use crate::paint::control_frame;
use crate::text::{Face, line, small};
use crate::tokens::{CONTROL_HEIGHT, FOCUS_RING, RADIUS_CONTROL, SPACE_1, SPACE_2, Tokens};
use crate::widgets::IconButton;

/// Fill and border of a field, which has no ring but a thicker border while it has the keyboard.
fn field_frame(ui: &Ui, rect: egui::Rect, has_focus: bool, is_wrong: bool) {
    let tokens = Tokens::of(ui);
    let border = match (is_wrong, has_focus) {
        (true, _) => tokens.bad,
        (_, true) => tokens.accent,
        _ => tokens.line_strong,
    };
    control_frame(ui.painter(), rect, tokens.panel, Some(border));
    if has_focus {
        let stroke = egui::Stroke::new(FOCUS_RING, border);
        ui.painter()
            .rect_stroke(rect, RADIUS_CONTROL, stroke, egui::StrokeKind::Inside);
    }
}

/// A field that narrows a list while one types; Escape empties it.
#[must_use = "a field draws nothing until `.ui(ui)`"]
pub struct SearchField<'a> {
    hint: &'a str,
    text: &'a mut String,
    id: Option<Id>,
    width: Option<f32>,
}

impl<'a> SearchField<'a> {
    /// A field whose hint says what it searches: "Search categories". The hint is its name.
    pub fn new(hint: &'a str, text: &'a mut String) -> Self {
        Self {
            hint,
            text,
            id: None,
            width: None,
        }
    }

    /// Gives the field an id of its own, so that a key can put the keyboard there.
    pub fn id(mut self, id: Id) -> Self {
        self.id = Some(id);
        self
    }

    /// Makes the field this wide instead of as wide as there is room.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// Draws the field.
    pub fn ui(self, ui: &mut Ui) -> Response {
        const ICON: f32 = 14.0;
        let tokens = Tokens::of(ui);
        let width = self.width.unwrap_or_else(|| ui.available_width());
        let (rect, outer) = ui.allocate_exact_size(vec2(width, CONTROL_HEIGHT), Sense::hover());
        let id = self.id.unwrap_or_else(|| outer.id.with("search"));
        let has_focus = ui.memory(|memory| memory.has_focus(id));
        field_frame(ui, rect, has_focus, false);
        let center = pos2(rect.left() + SPACE_2 + ICON / 2.0, rect.center().y);
        Icon::Search.paint(ui.painter(), center, ICON, tokens.ink3);

        let mut inner = rect;
        inner.min.x += ICON + 2.0 * SPACE_2 - 2.0;
        let is_filled = !self.text.is_empty();
        inner.max.x -= if is_filled { CONTROL_HEIGHT } else { SPACE_1 };
        let edit = TextEdit::singleline(self.text)
            .id(id)
            .frame(Frame::NONE)
            .margin(Margin::ZERO)
            .font(Face::Body.font())
            .align(egui::Align2::LEFT_CENTER)
            // Otherwise egui takes the keyboard away before Escape can empty the field.
            .event_filter(EventFilter {
                escape: is_filled,
                horizontal_arrows: true,
                ..EventFilter::default()
            })
            .hint_text(Face::Body.text(self.hint).color(tokens.ink3));
        let mut response = ui.put(inner, edit);
        let value = self.text.clone();
        response.widget_info(|| {
            let mut info = WidgetInfo::text_edit(true, "", &value, self.hint);
            info.role = Role::SearchInput;
            info.label = Some(self.hint.to_owned());
            info
        });
        let mut clear = response.has_focus()
            && is_filled
            && ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Escape));
        if is_filled {
            let side = vec2(CONTROL_HEIGHT - 6.0, CONTROL_HEIGHT - 6.0);
            let at = pos2(rect.right() - CONTROL_HEIGHT / 2.0, rect.center().y);
            let mut button_ui = ui
                .new_child(egui::UiBuilder::new().max_rect(egui::Rect::from_center_size(at, side)));
            clear |= IconButton::new(Icon::Close, "Clear")
                .small()
                .ui(&mut button_ui)
                .clicked();
        }
        if clear {
            self.text.clear();
            response.mark_changed();
            response.request_focus();
        }
        response
    }
}

/// A field for text, under its label, with a sentence under it where it is wrong.
#[must_use = "a field draws nothing until `.ui(ui)`"]
pub struct TextField<'a> {
    label: &'a str,
    text: &'a mut String,
    id: Option<Id>,
    hint: &'a str,
    help: &'a str,
    error: Option<&'a str>,
    unit: &'a str,
    rows: usize,
    face: Face,
    width: Option<f32>,
    is_label_shown: bool,
    enabled: bool,
}

impl<'a> TextField<'a> {
    /// A field of one line under its label.
    pub fn new(label: &'a str, text: &'a mut String) -> Self {
        Self {
            label,
            text,
            id: None,
            hint: "",
            help: "",
            error: None,
            unit: "",
            rows: 1,
            face: Face::Body,
            width: None,
            is_label_shown: true,
            enabled: true,
        }
    }

    /// Gives the field an id of its own, so that a key can put the keyboard there.
    pub fn id(mut self, id: Id) -> Self {
        self.id = Some(id);
        self
    }

    /// Shows an example while the field is empty.
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// Says under the field what it is for, unless it is wrong.
    pub fn help(mut self, help: &'a str) -> Self {
        self.help = help;
        self
    }

    /// Says under the field what is wrong and how to mend it. The text stays as it was typed.
    pub fn error(mut self, error: Option<&'a str>) -> Self {
        self.error = error;
        self
    }

    /// Shows a unit at the end of the field.
    pub fn unit(mut self, unit: &'a str) -> Self {
        self.unit = unit;
        self
    }

    /// Makes it a field of several lines.
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows.max(1);
        self
    }

    /// Sets the text monospaced, as conditions are.
    pub fn mono(mut self) -> Self {
        self.face = Face::Mono;
        self
    }

    /// Makes the field this wide instead of as wide as there is room.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// Leaves the label to assistive technology, where what stands around the field says it.
    pub fn without_label(mut self) -> Self {
        self.is_label_shown = false;
        self
    }

    /// Greys the field out unless `enabled`.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Draws the field; the response is of the text.
    pub fn ui(self, ui: &mut Ui) -> Response {
        let enabled = self.enabled;
        let width = self.width.unwrap_or_else(|| ui.available_width());
        ui.add_enabled_ui(enabled, |ui| {
            ui.allocate_ui(vec2(width, 0.0), |ui| {
                ui.vertical(|ui| self.draw_ui(ui, width)).inner
            })
            .inner
        })
        .inner
    }

    fn draw_ui(self, ui: &mut Ui, width: f32) -> Response {
        let tokens = Tokens::of(ui);
        ui.spacing_mut().item_spacing.y = SPACE_1;
        if self.is_label_shown {
            ui.label(Face::SmallMedium.text(self.label).color(tokens.ink2));
        }
        let text_height = self.rows as f32 * self.face.line_height();
        let height = CONTROL_HEIGHT.max(text_height + 2.0 * SPACE_1 + 2.0);
        let (rect, outer) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        let id = self.id.unwrap_or_else(|| outer.id.with("text"));
        let has_focus = ui.memory(|memory| memory.has_focus(id));
        field_frame(ui, rect, has_focus, self.error.is_some());

        // One line is centred in the field; several begin at its top.
        let inset = if self.rows > 1 { SPACE_1 } else { 0.0 };
        let mut inner = rect.shrink2(vec2(SPACE_2, inset));
        if !self.unit.is_empty() {
            let unit = line(ui, self.unit, Face::Body, tokens.ink3);
            inner.max.x -= unit.size().x;
            let at = pos2(inner.right(), rect.center().y - unit.size().y / 2.0);
            ui.painter().galley(at, unit, tokens.ink3);
            inner.max.x -= SPACE_1;
        }
        let edit = if self.rows > 1 {
            TextEdit::multiline(self.text).desired_rows(self.rows)
        } else {
            TextEdit::singleline(self.text).align(egui::Align2::LEFT_CENTER)
        };
        let edit = edit
            .id(id)
            .frame(Frame::NONE)
            .margin(Margin::ZERO)
            .font(self.face.font())
            .hint_text(self.face.text(self.hint).color(tokens.ink3));
        let response = ui.put(inner, edit);
        let value = self.text.clone();
        let enabled = ui.is_enabled();
        response.widget_info(|| {
            let mut info = WidgetInfo::text_edit(enabled, "", &value, self.hint);
            info.label = Some(self.label.to_owned());
            if self.rows > 1 {
                info.role = Role::MultilineTextInput;
            }
            info
        });
        if let Some(error) = self.error {
            // An empty sentence marks a field whose fault is said elsewhere.
            if !error.is_empty() {
                ui.add(Label::new(small(error).color(tokens.bad)).wrap());
            }
            ui.accesskit_node_builder(response.id, |node| {
                node.set_description(error.to_owned());
                node.set_invalid(egui::accesskit::Invalid::True);
            });
        } else if !self.help.is_empty() {
            ui.add(Label::new(small(self.help).color(tokens.ink3)).wrap());
        }
        response
    }
}
