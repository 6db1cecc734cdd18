//! Lines of movement between neighbouring slates, one a product.

use std::sync::Arc;

use egui::epaint::CubicBezierShape;
use egui::{Color32, Stroke, Ui, pos2};
use endcap_app::{Comparison, Line};
use endcap_look::{HAIRLINE, Tokens};

use super::slates::Geometry;

/// The lines of a comparison, worked out once for each.
#[derive(Default)]
pub(crate) struct Lines {
    of: Option<Arc<Comparison>>,
    /// By the column at the left.
    gaps: Vec<Vec<Line>>,
}

impl Lines {
    /// The lines of `comparison`.
    pub(crate) fn follow(&mut self, comparison: &Arc<Comparison>) {
        let same = |of: &Arc<Comparison>| Arc::ptr_eq(of, comparison);
        if self.of.as_ref().is_some_and(same) {
            return;
        }
        let gaps = comparison.columns.len().saturating_sub(1);
        self.gaps = (0..gaps)
            .map(|left| comparison.lines(left, left + 1))
            .collect();
        self.of = Some(Arc::clone(comparison));
    }

    /// Paints the lines between the columns; those of `marked` products last and in the accent.
    pub(crate) fn paint(&self, ui: &Ui, geometry: &Geometry, marked: &[&str]) {
        let tokens = Tokens::of(ui);
        for (column, lines) in self.gaps.iter().enumerate() {
            let is_marked = |line: &&Line| marked.contains(&line.sku.as_str());
            for line in lines.iter().filter(|line| !is_marked(line)) {
                let moved = line.left != line.right;
                let ink = if moved { tokens.ink3 } else { tokens.line };
                paint_line(ui, geometry, column, line, Stroke::new(HAIRLINE, ink));
            }
            for line in lines.iter().filter(is_marked) {
                let stroke = Stroke::new(2.0 * HAIRLINE, tokens.accent);
                paint_line(ui, geometry, column, line, stroke);
            }
        }
    }
}

fn paint_line(ui: &Ui, geometry: &Geometry, column: usize, line: &Line, stroke: Stroke) {
    let (Some(left), Some(right)) = (line.left, line.right) else {
        return;
    };
    let from = pos2(
        geometry.column_range(column).max,
        geometry.middle_of_slot(left),
    );
    let to = pos2(
        geometry.column_range(column + 1).min,
        geometry.middle_of_slot(right),
    );
    let clip = ui.clip_rect();
    if from.y.max(to.y) < clip.top() || from.y.min(to.y) > clip.bottom() {
        return;
    }
    let bend = (to.x - from.x) * 0.55;
    let points = [
        from,
        pos2(from.x + bend, from.y),
        pos2(to.x - bend, to.y),
        to,
    ];
    let shape = CubicBezierShape::from_points_stroke(points, false, Color32::TRANSPARENT, stroke);
    ui.painter().add(shape);
}
