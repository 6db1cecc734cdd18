//! What several widgets paint alike: frames of controls, focus rings, hairlines.

use egui::{Color32, CornerRadius, Painter, Rect, Response, Sense, Stroke, StrokeKind, Ui, vec2};

use crate::tokens::{FOCUS_RING, HAIRLINE, RADIUS_CONTROL, Tokens};

/// Paints the ring that shows where the keyboard is, if it is on `response`.
pub fn focus_ring(ui: &Ui, response: &Response, radius: u8) {
    if response.has_focus() {
        focus_ring_at(ui.painter(), response.rect, radius, Tokens::of(ui).accent);
    }
}

pub(crate) fn focus_ring_at(painter: &Painter, rect: Rect, radius: u8, color: Color32) {
    let stroke = Stroke::new(FOCUS_RING, color);
    painter.rect_stroke(
        rect.expand(1.0),
        CornerRadius::same(radius + 1),
        stroke,
        StrokeKind::Outside,
    );
}

/// Fill and border of a control; without a border where `border` is `None`.
pub(crate) fn control_frame(painter: &Painter, rect: Rect, fill: Color32, border: Option<Color32>) {
    let stroke = border.map_or(Stroke::NONE, |color| Stroke::new(HAIRLINE, color));
    let radius = CornerRadius::same(RADIUS_CONTROL);
    painter.rect(rect, radius, fill, stroke, StrokeKind::Inside);
}

/// A hairline across the room there is.
pub fn hairline_ui(ui: &mut Ui) {
    let width = ui.available_width();
    let (rect, _) = ui.allocate_exact_size(vec2(width, HAIRLINE), Sense::hover());
    ui.painter().rect_filled(rect, 0, Tokens::of(ui).line);
}

/// A hairline down the room there is, for horizontal layouts.
pub fn vertical_hairline_ui(ui: &mut Ui) {
    let height = ui.available_height();
    let (rect, _) = ui.allocate_exact_size(vec2(HAIRLINE, height), Sense::hover());
    ui.painter().rect_filled(rect, 0, Tokens::of(ui).line);
}

/// The colour between two others, at `t` from 0 to 1.
pub(crate) fn mix(from: Color32, to: Color32, t: f32) -> Color32 {
    from.lerp_to_gamma(to, t)
}
