//! Figures: a label, a value and its change, side by side in a strip.

use egui::accesskit::Role;
use egui::{Label, Response, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use crate::text::{Face, body, line, line_within};
use crate::tokens::{HAIRLINE, SPACE_2, SPACE_3, SPACE_4, Tokens, Tone};
use crate::widgets::Delta;

/// The height of a strip of figures.
const STRIP_HEIGHT: f32 = 83.0;

/// The height of one of two rows.
const ROW_OF_TWO: f32 = 74.0;

/// The least room beside a label, both sides together.
const PADDING: f32 = 5.0;

/// One figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What is counted: "Margin per 1k views".
    pub label: String,
    /// The value with its unit.
    pub value: String,
    /// The change against live, where there is one.
    pub delta: Option<Delta>,
    /// How the figure is made, in a sentence; shown in a tooltip.
    pub help: String,
}

impl Figure {
    /// A figure without a change.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
            delta: None,
            help: String::new(),
        }
    }

    /// Shows how the figure changed.
    pub fn delta(mut self, delta: Delta) -> Self {
        self.delta = Some(delta);
        self
    }

    /// Says in a tooltip how the figure is made.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

/// Draws one figure over the width there is.
pub fn figure_ui(ui: &mut Ui, figure: &Figure) -> Response {
    let tokens = Tokens::of(ui);
    let width = ui.available_width();
    let label = line_within(ui, &figure.label, Face::Small, tokens.ink2, width);
    let value = line_within(ui, &figure.value, Face::Figure, tokens.ink, width);
    let change = figure.delta.as_ref().map(|delta| {
        let ink = match delta.tone {
            Tone::Neutral => tokens.ink3,
            tone => tokens.tone(tone).0,
        };
        line_within(ui, &delta.label(), Face::SmallSemibold, ink, width)
    });
    let height = label.size().y + value.size().y + Face::Small.line_height() + 3.0;
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    response.widget_info(|| {
        let change = figure.delta.as_ref().map(Delta::name).unwrap_or_default();
        let name = format!("{} {} {change}", figure.label, figure.value);
        WidgetInfo::labeled(Role::Label, true, name.trim_end())
    });
    if ui.is_rect_visible(rect) {
        let mut top = rect.top();
        for galley in [Some(label), Some(value), change].into_iter().flatten() {
            let step = galley.size().y;
            ui.painter()
                .galley(pos2(rect.left(), top), galley, tokens.ink);
            top += step + 1.5;
        }
    }
    if figure.help.is_empty() {
        return response;
    }
    response.on_hover_ui(|ui| {
        ui.add(Label::new(body(&figure.help)).wrap());
    })
}

/// Draws figures side by side, parted by hairlines, over the width there is; in two rows where
/// their labels would not fit into one.
pub fn figure_strip_ui(ui: &mut Ui, figures: &[Figure]) {
    let ink = Tokens::of(ui).ink2;
    let labels = figures.iter();
    let labels = labels.map(|figure| line(ui, &figure.label, Face::Small, ink).size().x + PADDING);
    let fits = labels.sum::<f32>() <= ui.available_width();
    let in_row = if fits {
        figures.len()
    } else {
        figures.len().div_ceil(2)
    };
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (place, row) in figures.chunks(in_row.max(1)).enumerate() {
            let height = if fits { STRIP_HEIGHT } else { ROW_OF_TWO };
            row_ui(ui, row, (height, place));
        }
    });
}

/// Draws a row of figures.
fn row_ui(ui: &mut Ui, figures: &[Figure], (height, place): (f32, usize)) {
    let tokens = Tokens::of(ui);
    let size = vec2(ui.available_width(), height);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    ui.painter().rect_filled(rect, 0, tokens.panel);
    if place > 0 {
        ui.painter()
            .hline(rect.x_range(), rect.top(), (HAIRLINE, tokens.line));
    }
    // Each has its label's width and an equal share of the room that is left: the labels do not
    // change, so nothing moves when the values do.
    let labels: Vec<f32> = figures
        .iter()
        .map(|figure| {
            let label = line(ui, &figure.label, Face::Small, tokens.ink2);
            label.size().x.ceil() + 1.0
        })
        .collect();
    let slack = (rect.width() - labels.iter().sum::<f32>()) / figures.len().max(1) as f32;
    let inset = (slack / 2.0).clamp(2.0, SPACE_3 + 2.0);
    let mut end = rect.left();
    for (index, (figure, label)) in figures.iter().zip(labels).enumerate() {
        let left = end;
        let width = label + slack;
        end += width;
        let cell = egui::Rect::from_min_size(pos2(left, rect.top()), vec2(width, rect.height()));
        if index > 0 {
            ui.painter()
                .vline(cell.left(), cell.y_range(), (HAIRLINE, tokens.line));
        }
        let margin = if height < STRIP_HEIGHT {
            SPACE_2
        } else {
            SPACE_4 - 4.0
        };
        let inner = cell.shrink2(vec2(inset, margin));
        let salt = (place, index);
        let mut cell_ui = ui.new_child(UiBuilder::new().max_rect(inner).id_salt(salt));
        figure_ui(&mut cell_ui, figure);
    }
}
