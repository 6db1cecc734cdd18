//! Keeps the last answer in sight, dimmed, until the next one is there.

use egui::{InnerResponse, Ui};

/// How much of a stale answer still shows.
const STALE_OPACITY: f32 = 0.45;

/// Draws `content`, dimmed while it is `stale`. The caller waits 150 ms before it says so; the
/// content keeps its place and can still be used.
pub fn dimmed_ui<R>(
    ui: &mut Ui,
    stale: bool,
    content: impl FnOnce(&mut Ui) -> R,
) -> InnerResponse<R> {
    ui.scope(|ui| {
        let t = ui.animate_bool_responsive(ui.unique_id().with("stale"), stale);
        ui.multiply_opacity(egui::lerp(1.0..=STALE_OPACITY, t));
        content(ui)
    })
}
