//! Rows of one height, of which only those in sight are drawn.

use std::ops::Range;

use egui::{Rect, Sense, Ui, vec2};

/// Takes the room of `count` rows over the width there is and draws those that the clip
/// rectangle lets be seen.
pub(crate) fn visible_rows_ui(
    ui: &mut Ui,
    count: usize,
    height: f32,
    mut row_ui: impl FnMut(&mut Ui, usize, Rect),
) {
    let size = vec2(ui.available_width(), height * count as f32);
    let (whole, _) = ui.allocate_exact_size(size, Sense::hover());
    for row in rows_in_sight(ui.clip_rect(), whole, height, count) {
        row_ui(ui, row, row_rect(whole, row, height));
    }
}

/// Where a row of a block of rows stands.
pub(crate) fn row_rect(whole: Rect, row: usize, height: f32) -> Rect {
    let top = whole.top() + row as f32 * height;
    Rect::from_x_y_ranges(whole.x_range(), top..=top + height)
}

/// The rows of a block that a clip rectangle lets be seen.
pub(crate) fn rows_in_sight(clip: Rect, whole: Rect, height: f32, count: usize) -> Range<usize> {
    let place = |y: f32| ((y - whole.top()) / height).max(0.0);
    let first = place(clip.top()).floor() as usize;
    let end = place(clip.bottom()).ceil() as usize;
    first.min(count)..end.min(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    /// 1. Rows partly in sight count, rows above and below do not.
    #[test]
    fn only_rows_in_sight_are_drawn() {
        let whole = Rect::from_min_size(pos2(0.0, -100.0), vec2(50.0, 10_000.0));
        let clip = Rect::from_min_size(pos2(0.0, 5.0), vec2(50.0, 40.0));
        // Rows of 20 points: row 5 spans 0..20, row 7 spans 40..60.
        assert_eq!(rows_in_sight(clip, whole, 20.0, 500), 5..8);
        assert_eq!(rows_in_sight(clip, whole, 20.0, 6), 5..6);
        assert_eq!(rows_in_sight(clip, whole, 20.0, 3), 3..3);
    }
}
