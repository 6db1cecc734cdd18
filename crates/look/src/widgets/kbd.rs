//! Key caps, and the tooltip that names a control and its keys.

use egui::accesskit::Role;
use egui::{Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use crate::text::{Face, body, line};
use crate::tokens::{HAIRLINE, RADIUS_TAG, SPACE_1, Tokens};

/// Draws the keys of a shortcut as caps: `"Ctrl+K"` is two of them.
pub fn kbd_ui(ui: &mut Ui, keys: &str) -> Response {
    let tokens = Tokens::of(ui);
    let caps: Vec<_> = keys
        .split('+')
        .map(|key| line(ui, key.trim(), Face::SmallMedium, tokens.ink2))
        .collect();
    let cap_width = |text_width: f32| (text_width + 10.0).max(18.0);
    let gaps = 2.0 * caps.len().saturating_sub(1) as f32;
    let width = caps.iter().map(|cap| cap_width(cap.size().x)).sum::<f32>() + gaps;
    let (rect, response) = ui.allocate_exact_size(vec2(width, 18.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, keys));
    let mut left = rect.left();
    for cap in caps {
        let size = vec2(cap_width(cap.size().x), rect.height());
        let square = egui::Rect::from_min_size(egui::pos2(left, rect.top()), size);
        let border = Stroke::new(HAIRLINE, tokens.line_strong);
        ui.painter().rect(
            square,
            RADIUS_TAG,
            tokens.ground,
            border,
            StrokeKind::Inside,
        );
        let at = square.center() - cap.size() / 2.0;
        ui.painter().galley(at, cap, tokens.ink2);
        left += size.x + 2.0;
    }
    response
}

/// Says in a tooltip what a control does, and which keys do the same.
pub fn tooltip(response: Response, text: &str, keys: Option<&str>) -> Response {
    response.on_hover_ui(|ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0 * SPACE_1;
            ui.add(egui::Label::new(body(text)).wrap());
            if let Some(keys) = keys {
                kbd_ui(ui, keys);
            }
        });
    })
}
