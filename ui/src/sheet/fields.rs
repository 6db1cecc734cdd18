//! The fields of a product, each with where its value comes from.

use egui::accesskit::Role;
use egui::{Align2, Rect, Response, Sense, Ui, WidgetInfo, pos2, vec2};
use endcap_app::{FieldSource, Provenance, SheetField};
use endcap_look::{
    Face, ROW_HEIGHT, SPACE_2, Tokens, Tone, line_within, paint_tag, section_head_ui,
};

/// The share of the width that labels have.
const LABELS: f32 = 0.32;

/// Draws the fields.
pub(super) fn fields_ui(ui: &mut Ui, fields: &[SheetField]) {
    section_head_ui(ui, "Fields", Some(fields.len()), |_| {});
    for field in fields {
        let response = field_ui(ui, field);
        if let Some(from) = &field.from {
            response.on_hover_text(source_in_words(from));
        }
    }
}

fn field_ui(ui: &mut Ui, field: &SheetField) -> Response {
    let tokens = Tokens::of(ui);
    let size = vec2(ui.available_width(), ROW_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| {
        let text = format!("{}: {}", field.label, field.value);
        WidgetInfo::labeled(Role::Row, true, text)
    });
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let middle = rect.center().y;
    let labels = (rect.width() * LABELS).floor();
    let label = line_within(ui, &field.label, Face::Body, tokens.ink3, labels - SPACE_2);
    let at = pos2(rect.left(), middle - label.size().y / 2.0);
    ui.painter().galley(at, label, tokens.ink3);
    let right = tag_left(ui, rect, field.from.as_ref());
    let left = rect.left() + labels;
    let ink = if field.is_known {
        tokens.ink
    } else {
        tokens.ink3
    };
    let value = line_within(ui, &field.value, Face::Body, ink, right - SPACE_2 - left);
    let at = pos2(left, middle - value.size().y / 2.0);
    ui.painter().galley(at, value, ink);
    response
}

/// Paints a word where the value is not what a source states; gives where it begins.
fn tag_left(ui: &Ui, rect: Rect, from: Option<&FieldSource>) -> f32 {
    let (tone, word) = match from.map(|from| from.provenance) {
        Some(Provenance::Synthetic) => (Tone::Warn, "synthetic"),
        Some(Provenance::Derived) => (Tone::Neutral, "derived"),
        Some(Provenance::Observed) | None => return rect.right(),
    };
    paint_tag(ui, rect.right_center(), Align2::RIGHT_CENTER, tone, word).left()
}

/// Where a value comes from, as a sentence.
pub(super) fn source_in_words(from: &FieldSource) -> String {
    let kind = match from.provenance {
        Provenance::Observed => "Observed: the source states it.",
        Provenance::Derived => "Derived: computed from what the source states.",
        Provenance::Synthetic => "Synthetic: made up from a fixed seed, as the source lacks it.",
    };
    if from.note.is_empty() {
        kind.to_owned()
    } else {
        format!("{kind}\n{}", from.note)
    }
}
