//! The fields of a product, each with where its value comes from.

use egui::accesskit::Role;
use egui::{Align2, Label, Rect, Response, Sense, Ui, WidgetInfo, pos2, vec2};
use endcap_app::{FieldSource, Provenance, SheetField, SheetValue};
use endcap_look::{
    Face, ROW_HEIGHT, SPACE_2, Tokens, Tone, line_within, paint_tag, section_head_ui, small,
};

use crate::Format;

/// The share of the width that labels have.
const LABELS: f32 = 0.32;

/// Draws the fields.
pub(super) fn fields_ui(ui: &mut Ui, fields: &[SheetField], format: &Format) {
    let usual = usual_provenance(fields);
    section_head_ui(ui, "Fields", Some(fields.len()), |_| {});
    if let Some(provenance) = usual.filter(|usual| *usual != Provenance::Observed) {
        let text = format!("{} Fields that differ say so.", kind_in_words(provenance));
        let ink = Tokens::of(ui).ink3;
        ui.add(Label::new(small(text).color(ink)).wrap());
    }
    for field in fields {
        let value = said(&field.value, format);
        let response = field_ui(ui, (field, &value), usual);
        if let Some(from) = &field.from {
            response.on_hover_text(source_in_words(from));
        }
    }
}

/// Where most values come from: said once above them, and not again beside each.
fn usual_provenance(fields: &[SheetField]) -> Option<Provenance> {
    let of = |provenance: Provenance| {
        let sources = fields.iter().filter_map(|field| field.from.as_ref());
        sources.filter(|from| from.provenance == provenance).count()
    };
    let all = [
        Provenance::Derived,
        Provenance::Synthetic,
        Provenance::Observed,
    ];
    // The last of equals counts: what sources state.
    all.into_iter()
        .max_by_key(|provenance| of(*provenance))
        .filter(|provenance| of(*provenance) > 0)
}

/// A value as the settings write it.
fn said(value: &SheetValue, format: &Format) -> String {
    match value {
        SheetValue::Text(text) => text.clone(),
        SheetValue::Money(amount) => format.money(*amount),
        SheetValue::Day(day) => format.day(*day),
        SheetValue::Share(share) => format.percent(*share, 1),
    }
}

fn field_ui(
    ui: &mut Ui,
    (field, value): (&SheetField, &str),
    usual: Option<Provenance>,
) -> Response {
    let tokens = Tokens::of(ui);
    let size = vec2(ui.available_width(), ROW_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| {
        let text = format!("{}: {value}", field.label);
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
    let from = field.from.as_ref();
    let unusual = from.filter(|from| Some(from.provenance) != usual);
    let right = tag_left(ui, rect, unusual);
    let left = rect.left() + labels;
    let ink = if field.is_known {
        tokens.ink
    } else {
        tokens.ink3
    };
    let value = line_within(ui, value, Face::Body, ink, right - SPACE_2 - left);
    let at = pos2(left, middle - value.size().y / 2.0);
    ui.painter().galley(at, value, ink);
    response
}

/// Paints where a value comes from, as a word; gives where that begins.
fn tag_left(ui: &Ui, rect: Rect, from: Option<&FieldSource>) -> f32 {
    let (tone, word) = match from.map(|from| from.provenance) {
        Some(Provenance::Synthetic) => (Tone::Warn, "synthetic"),
        Some(Provenance::Derived) => (Tone::Neutral, "derived"),
        Some(Provenance::Observed) => (Tone::Neutral, "observed"),
        None => return rect.right(),
    };
    paint_tag(ui, rect.right_center(), Align2::RIGHT_CENTER, tone, word).left()
}

fn kind_in_words(provenance: Provenance) -> &'static str {
    match provenance {
        Provenance::Observed => "Observed: the source states it.",
        Provenance::Derived => "Derived: computed from what the source states.",
        Provenance::Synthetic => "Synthetic: made up from a fixed seed, as the source lacks it.",
    }
}

/// Where a value comes from, as a sentence.
pub(super) fn source_in_words(from: &FieldSource) -> String {
    let kind = kind_in_words(from.provenance);
    if from.note.is_empty() {
        kind.to_owned()
    } else {
        format!("{kind}\n{}", from.note)
    }
}
