//! The two ways to say yes or no: a toggle, which acts at once, and a checkbox, which chooses.

use egui::accesskit::{Role, Toggled};
use egui::{Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo, lerp, pos2, vec2};

use crate::icon::Icon;
use crate::paint::{focus_ring, focus_ring_at, mix};
use crate::text::{Face, line};
use crate::tokens::{HAIRLINE, RADIUS_TAG, ROW_HEIGHT, SPACE_2, Tokens};

/// Draws a switch. Its name is read out; what it switches stands beside it.
pub fn toggle_ui(ui: &mut Ui, on: &mut bool, name: &str) -> Response {
    let tokens = Tokens::of(ui);
    let (rect, mut response) = ui.allocate_exact_size(vec2(26.0, 15.0), Sense::click());
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::Switch, enabled, *on, name));
    ui.accesskit_node_builder(response.id, |node| node.set_toggled(Toggled::from(*on)));
    if ui.is_rect_visible(rect) {
        let t = ui.animate_bool_responsive(response.id, *on);
        let off = if response.hovered() {
            tokens.ink3
        } else {
            tokens.line_strong
        };
        let radius = rect.height() / 2.0;
        ui.painter()
            .rect_filled(rect, radius, mix(off, tokens.accent, t));
        let x = lerp(rect.left() + radius..=rect.right() - radius, t);
        let knob = match (*on, ui.visuals().dark_mode) {
            (true, _) => tokens.on_accent,
            (false, false) => tokens.panel,
            (false, true) => tokens.ink2,
        };
        ui.painter()
            .circle_filled(pos2(x, rect.center().y), radius - 2.0, knob);
        focus_ring(ui, &response, 8);
    }
    response
}

/// Draws a box to tick, and its label, which is part of what can be clicked.
pub fn checkbox_ui(ui: &mut Ui, on: &mut bool, label: &str) -> Response {
    const BOX: f32 = 16.0;
    let tokens = Tokens::of(ui);
    let galley = line(ui, label, Face::Body, tokens.ink);
    let size = vec2(BOX + SPACE_2 + galley.size().x, ROW_HEIGHT - 4.0);
    let (rect, mut response) = ui.allocate_exact_size(size, Sense::click());
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, enabled, *on, label));
    ui.accesskit_node_builder(response.id, |node| node.set_toggled(Toggled::from(*on)));
    if ui.is_rect_visible(rect) {
        let center = pos2(rect.left() + BOX / 2.0, rect.center().y);
        let square = egui::Rect::from_center_size(center, vec2(BOX, BOX));
        let (fill, border) = match (*on, response.hovered()) {
            (true, _) => (tokens.accent, tokens.accent),
            (false, true) => (tokens.hover(), tokens.ink3),
            (false, false) => (tokens.panel, tokens.ink3),
        };
        let stroke = Stroke::new(HAIRLINE, border);
        ui.painter()
            .rect(square, RADIUS_TAG, fill, stroke, StrokeKind::Inside);
        if *on {
            Icon::Check.paint(ui.painter(), center, 12.0, tokens.on_accent);
        }
        if response.has_focus() {
            focus_ring_at(ui.painter(), square, RADIUS_TAG, tokens.accent);
        }
        let at = pos2(
            square.right() + SPACE_2,
            rect.center().y - galley.size().y / 2.0,
        );
        ui.painter().galley(at, galley, tokens.ink);
    }
    response
}
