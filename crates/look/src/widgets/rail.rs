//! The items of the navigation rail: an icon over a small label.

use egui::accesskit::Role;
use egui::{Align2, Response, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::icon::{ICON_SIZE, Icon};
use crate::paint::focus_ring;
use crate::text::Face;
use crate::tokens::{RADIUS_CONTROL, RAIL_WIDTH, Tokens};

/// Draws one item of the rail; `badge` is a count of what waits, 0 for none.
pub fn rail_item_ui(
    ui: &mut Ui,
    icon: Icon,
    label: &str,
    selected: bool,
    badge: usize,
) -> Response {
    const LABEL_SIZE: f32 = 9.5;
    let tokens = Tokens::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(RAIL_WIDTH - 12.0, 44.0), Sense::click());
    let name = if badge > 0 {
        format!("{label}, {badge} waiting")
    } else {
        label.to_owned()
    };
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, selected, &name));
    if ui.is_rect_visible(rect) {
        let (ink, face) = if selected {
            ui.painter()
                .rect_filled(rect, RADIUS_CONTROL, tokens.accent_wash);
            (tokens.accent, Face::BodySemibold)
        } else if response.hovered() {
            ui.painter()
                .rect_filled(rect, RADIUS_CONTROL, tokens.hover());
            (tokens.ink, Face::BodyMedium)
        } else {
            (tokens.ink2, Face::BodyMedium)
        };
        let center = pos2(rect.center().x, rect.top() + 16.0);
        icon.paint(ui.painter(), center, ICON_SIZE, ink);
        let mut font = face.font();
        font.size = LABEL_SIZE;
        let at = pos2(rect.center().x, rect.top() + 34.0);
        ui.painter()
            .text(at, Align2::CENTER_CENTER, label, font, ink);
        if badge > 0 {
            paint_badge(ui, pos2(center.x + 9.0, center.y - 6.0), badge);
        }
        focus_ring(ui, &response, RADIUS_CONTROL);
    }
    response
}

fn paint_badge(ui: &Ui, center: egui::Pos2, count: usize) {
    let tokens = Tokens::of(ui);
    let text = if count > 99 {
        "99+".to_owned()
    } else {
        count.to_string()
    };
    let mut font = Face::SmallSemibold.font();
    font.size = 9.5;
    let galley = ui.painter().layout_no_wrap(text, font, tokens.panel);
    let size = vec2((galley.size().x + 6.0).max(14.0), 14.0);
    let rect = egui::Rect::from_center_size(center, size);
    ui.painter().rect_filled(rect, 7, tokens.bad);
    ui.painter()
        .galley(rect.center() - galley.size() / 2.0, galley, tokens.panel);
}
