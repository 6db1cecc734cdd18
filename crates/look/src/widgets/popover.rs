//! Popovers: what opens below a control, closes on Escape and gives the keyboard back.

use egui::{
    Frame, InnerResponse, Margin, Popup, PopupCloseBehavior, RectAlign, Response, Stroke, Ui,
};

use crate::tokens::{HAIRLINE, RADIUS_CARD, SPACE_1, SPACE_2, Tokens};

/// The frame of everything that floats.
pub(crate) fn floating_frame(ui: &egui::Context, padding: f32) -> Frame {
    let tokens = Tokens::of(ui);
    Frame::NONE
        .fill(tokens.panel)
        .stroke(Stroke::new(HAIRLINE, tokens.line_strong))
        .corner_radius(RADIUS_CARD)
        .inner_margin(Margin::same(padding as i8))
}

/// Draws `content` in a popover below `anchor`, which opens and closes it when clicked.
///
/// `name` is read out; `width` is the room for the content. Close it from inside with
/// [`Ui::close`]. Escape and a click elsewhere close it, and the keyboard goes back to `anchor`.
pub fn popover_ui<R>(
    anchor: &Response,
    name: &str,
    width: f32,
    content: impl FnOnce(&mut Ui) -> R,
) -> Option<InnerResponse<R>> {
    let id = Popup::default_response_id(anchor);
    let shown = Popup::from_toggle_button_response(anchor)
        .id(id)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .align(RectAlign::BOTTOM_START)
        .gap(SPACE_1)
        .width(width)
        .accessible_name(name)
        .frame(floating_frame(&anchor.ctx, SPACE_2))
        .show(|ui| {
            ui.set_width(width);
            content(ui)
        });
    if let Some(shown) = &shown
        && shown.response.should_close()
    {
        anchor.request_focus();
    }
    shown
}

/// Whether the popover of `anchor` is open; for the look of the anchor in the next frame.
pub fn is_popover_open(anchor: &Response) -> bool {
    Popup::is_id_open(&anchor.ctx, Popup::default_response_id(anchor))
}

/// Opens the popover of `anchor`, as a key does.
pub fn open_popover(anchor: &Response) {
    Popup::open_id(&anchor.ctx, Popup::default_response_id(anchor));
}

/// Closes the popover of `anchor` and gives it the keyboard.
pub fn close_popover(anchor: &Response) {
    Popup::close_id(&anchor.ctx, Popup::default_response_id(anchor));
    anchor.request_focus();
}
