//! Chips: a label and its value, opening a picker.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Galley, Response, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::icon::Icon;
use crate::paint::{control_frame, focus_ring};
use crate::text::{Face, line, line_within};
use crate::tokens::{CONTROL_HEIGHT, RADIUS_CONTROL, SPACE_1, SPACE_2, Tokens, Tone};

const GAP: f32 = SPACE_1 + 2.0;
const DOT: f32 = 8.0;
const CHEVRON: f32 = 14.0;

/// A part of the context of a view: "Page  Coffee ▾".
#[must_use = "a chip draws nothing until `.ui(ui)`"]
pub struct Chip<'a> {
    label: &'a str,
    value: &'a str,
    detail: &'a str,
    dot: Option<Tone>,
    open: bool,
    enabled: bool,
    chevron: bool,
    max_value_width: f32,
}

impl<'a> Chip<'a> {
    /// A chip that names what it sets and shows what that is.
    pub fn new(label: &'a str, value: &'a str) -> Self {
        Self {
            label,
            value,
            detail: "",
            dot: None,
            open: false,
            enabled: true,
            chevron: true,
            max_value_width: 180.0,
        }
    }

    /// Says in captions what belongs to the value: "12 s ago".
    pub fn detail(mut self, detail: &'a str) -> Self {
        self.detail = detail;
        self
    }

    /// Puts a dot before the value; the value is the word the colour stands for.
    pub fn dot(mut self, tone: Tone) -> Self {
        self.dot = Some(tone);
        self
    }

    /// Looks pressed while its popover is open.
    pub fn open(mut self, open: bool) -> Self {
        self.open = open;
        self
    }

    /// Greys the chip out unless `enabled`.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Leaves out the chevron of a chip that opens nothing.
    pub fn without_chevron(mut self) -> Self {
        self.chevron = false;
        self
    }

    /// Lets the value take at most this many points; 180 unless set.
    pub fn max_value_width(mut self, width: f32) -> Self {
        self.max_value_width = width;
        self
    }

    /// How wide the chip will be, for bars that fold what does not fit.
    pub fn width(&self, ui: &Ui) -> f32 {
        let tokens = Tokens::of(ui);
        self.width_of(&self.galleys(ui, tokens))
    }

    fn galleys(&self, ui: &Ui, tokens: &Tokens) -> [Option<Arc<Galley>>; 3] {
        let most = self.max_value_width;
        let value = line_within(ui, self.value, Face::BodyMedium, tokens.ink, most);
        let caption =
            |text: &str| (!text.is_empty()).then(|| line(ui, text, Face::Body, tokens.ink3));
        [caption(self.label), Some(value), caption(self.detail)]
    }

    fn width_of(&self, galleys: &[Option<Arc<Galley>>; 3]) -> f32 {
        let texts = galleys.iter().flatten();
        let texts: f32 = texts.map(|galley| galley.size().x + GAP).sum();
        let dot = self.dot.map_or(0.0, |_| DOT + GAP);
        let chevron = if self.chevron { CHEVRON } else { -GAP };
        dot + texts + chevron + 2.0 * SPACE_2 + 2.0
    }

    /// Draws the chip.
    pub fn ui(self, ui: &mut Ui) -> Response {
        let enabled = self.enabled;
        ui.add_enabled_ui(enabled, |ui| self.draw_ui(ui)).inner
    }

    fn draw_ui(self, ui: &mut Ui) -> Response {
        let tokens = Tokens::of(ui);
        let parts = self.galleys(ui, tokens);
        let width = self.width_of(&parts);
        let (rect, response) = ui.allocate_exact_size(vec2(width, CONTROL_HEIGHT), Sense::click());
        let name = [self.label, self.value, self.detail]
            .iter()
            .filter(|part| !part.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join(" ");
        let enabled = ui.is_enabled();
        response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, &name));
        ui.accesskit_node_builder(response.id, |node| {
            if self.chevron {
                node.set_expanded(self.open);
            }
        });
        if ui.is_rect_visible(rect) {
            let (fill, border) = if self.open {
                (tokens.accent_wash, tokens.accent)
            } else if response.hovered() {
                (tokens.hover(), tokens.line_strong)
            } else {
                (tokens.panel, tokens.line_strong)
            };
            control_frame(ui.painter(), rect, fill, Some(border));
            let middle = rect.center().y;
            let mut left = rect.left() + SPACE_2 + 1.0;
            if let Some(tone) = self.dot {
                let center = pos2(left + DOT / 2.0, middle);
                ui.painter()
                    .circle_filled(center, DOT / 2.0, tokens.tone(tone).0);
                left += DOT + GAP;
            }
            for galley in parts.into_iter().flatten() {
                let size = galley.size();
                ui.painter()
                    .galley(pos2(left, middle - size.y / 2.0), galley, tokens.ink);
                left += size.x + GAP;
            }
            if self.chevron {
                let center = pos2(left + CHEVRON / 2.0 - 1.0, middle);
                Icon::ChevronDown.paint(ui.painter(), center, CHEVRON, tokens.ink3);
            }
            focus_ring(ui, &response, RADIUS_CONTROL);
        }
        response
    }
}
