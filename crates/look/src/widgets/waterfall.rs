//! A waterfall: how a sum comes about, one bar a part, all on one scale.

use egui::accesskit::Role;
use egui::{Color32, Rect, Sense, Ui, WidgetInfo, pos2, remap, vec2};

use crate::text::{Face, line, line_within};
use crate::tokens::{SPACE_2, SPACE_3, Tokens, Tone};

/// One part of the sum, or a sum itself.
#[derive(Clone, Debug, PartialEq)]
pub struct WaterfallRow {
    /// What the part is: "Relevance 0.71 × 1.00".
    pub label: String,
    /// Where the bar begins.
    pub from: f64,
    /// Where the bar ends.
    pub to: f64,
    /// The part as it is written, with its sign.
    pub text: String,
    /// The colour of the bar; sums are neutral.
    pub tone: Tone,
    /// A sum, written semibold.
    pub strong: bool,
}

/// Draws the rows over the width there is.
pub fn waterfall_ui(ui: &mut Ui, rows: &[WaterfallRow]) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        rows_ui(ui, rows);
    });
}

fn rows_ui(ui: &mut Ui, rows: &[WaterfallRow]) {
    const ROW: f32 = 27.0;
    const BAR: f32 = 14.0;
    let tokens = Tokens::of(ui);
    let width = ui.available_width();
    let label_width = label_width(ui, rows).min((width * 0.5).floor());
    let text_width = 56.0;
    let (low, high) = rows.iter().fold((0.0_f64, 0.0_f64), |(low, high), row| {
        (
            low.min(row.from).min(row.to),
            high.max(row.from).max(row.to),
        )
    });
    let high = if high > low { high } else { low + 1.0 };
    for row in rows {
        let (rect, response) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Label, true, format!("{} {}", row.label, row.text))
        });
        if !ui.is_rect_visible(rect) {
            continue;
        }
        let middle = rect.center().y;
        let (face, ink) = if row.strong {
            (Face::BodySemibold, tokens.ink)
        } else {
            (Face::Body, tokens.ink2)
        };
        let label = line_within(ui, &row.label, face, ink, label_width - SPACE_2);
        ui.painter()
            .galley(pos2(rect.left(), middle - label.size().y / 2.0), label, ink);

        let bars = (rect.left() + label_width)..=(rect.right() - text_width - SPACE_2);
        let x_of = |value: f64| remap(value as f32, low as f32..=high as f32, bars.clone());
        let (from, to) = (x_of(row.from.min(row.to)), x_of(row.from.max(row.to)));
        let bar = Rect::from_min_max(
            pos2(from, middle - BAR / 2.0),
            pos2(to.max(from + 1.0), middle + BAR / 2.0),
        );
        ui.painter().rect_filled(bar, 2, bar_color(tokens, row));

        let face = if row.strong {
            Face::BodySemibold
        } else {
            Face::Body
        };
        let text = line(ui, &row.text, face, tokens.ink);
        let at = pos2(rect.right() - text.size().x, middle - text.size().y / 2.0);
        ui.painter().galley(at, text, tokens.ink);
    }
}

/// The room that the widest label needs.
fn label_width(ui: &Ui, rows: &[WaterfallRow]) -> f32 {
    let widths = rows.iter().map(|row| {
        let face = if row.strong {
            Face::BodySemibold
        } else {
            Face::Body
        };
        line(ui, &row.label, face, Tokens::of(ui).ink).size().x
    });
    widths.fold(0.0, f32::max).ceil() + SPACE_3
}

fn bar_color(tokens: &Tokens, row: &WaterfallRow) -> Color32 {
    match (row.tone, row.strong) {
        (Tone::Neutral, true) => tokens.ink2,
        (Tone::Neutral, false) => tokens.ink3,
        (tone, _) => tokens.tone(tone).0,
    }
}
