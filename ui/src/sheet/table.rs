//! A short table in the sheet, which scrolls with it; of a long one only rows in sight are drawn.

use egui::accesskit::Role;
use egui::{Rect, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use endcap_look::{Align, Face, HAIRLINE, ROW_HEIGHT, SPACE_2, Tokens, line_within};

use crate::rows::visible_rows_ui;

/// A column: its head, its share of the width, and its side.
pub(super) struct Head {
    pub(super) name: &'static str,
    pub(super) share: f32,
    pub(super) align: Align,
}

impl Head {
    /// A column of words.
    pub(super) const fn words(name: &'static str, share: f32) -> Self {
        Self {
            name,
            share,
            align: Align::Left,
        }
    }

    /// A column of figures.
    pub(super) const fn figures(name: &'static str, share: f32) -> Self {
        Self {
            name,
            share,
            align: Align::Right,
        }
    }
}

/// What stands in a row.
pub(super) struct Cells {
    /// One a column.
    pub(super) texts: Vec<String>,
    /// Whether the row counts for the request; others are greyed.
    pub(super) counts: bool,
}

/// Draws a table of `count` rows.
pub(super) fn table_ui(
    ui: &mut Ui,
    name: &str,
    heads: &[Head],
    count: usize,
    mut cells: impl FnMut(usize) -> Cells,
) {
    let tokens = Tokens::of(ui);
    let builder = UiBuilder::new()
        .id_salt(name)
        .accessibility_role(Role::Table)
        .accessibility_label(name.to_owned());
    ui.scope_builder(builder, |ui| {
        let size = vec2(ui.available_width(), ROW_HEIGHT);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let names: Vec<&str> = heads.iter().map(|head| head.name).collect();
        paint_row(ui, rect, heads, &names, (Face::SmallMedium, tokens.ink3));
        visible_rows_ui(ui, count, ROW_HEIGHT, |ui, row, rect| {
            let Cells { texts, counts } = cells(row);
            let response = ui.interact(rect, ui.scope_id().with((name, row)), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Row, true, texts.join(", ")));
            let ink = if counts { tokens.ink } else { tokens.ink3 };
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            paint_row(ui, rect, heads, &texts, (Face::Body, ink));
        });
    });
}

fn paint_row(
    ui: &Ui,
    rect: Rect,
    heads: &[Head],
    texts: &[&str],
    (face, ink): (Face, egui::Color32),
) {
    let tokens = Tokens::of(ui);
    let mut left = rect.left();
    for (head, text) in heads.iter().zip(texts) {
        let width = rect.width() * head.share;
        let text = line_within(ui, text, face, ink, width - SPACE_2);
        let x = match head.align {
            Align::Left => left,
            Align::Right => left + width - text.size().x,
        };
        let at = pos2(x, rect.center().y - text.size().y / 2.0);
        ui.painter().galley(at, text, ink);
        left += width;
    }
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, (HAIRLINE, tokens.line));
}
