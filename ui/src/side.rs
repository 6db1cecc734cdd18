//! Side panels: resizable, and as wide at the next start as they were left.

use egui::{Frame, InnerResponse, Panel, Ui};
use endcap_look::Tokens;

use crate::Desk;

/// A window is narrow below this width, in points.
const NARROW: f32 = 1_360.0;

/// A side panel of a view.
pub(crate) struct Side {
    /// Its name in the session.
    pub(crate) name: &'static str,
    /// Its width to begin with, in points.
    pub(crate) width: f32,
    /// The same in a narrow window.
    pub(crate) narrow: f32,
    /// The least it may be.
    pub(crate) least: f32,
    /// The most it may be.
    pub(crate) most: f32,
}

impl Side {
    /// Draws the panel at the left.
    pub(crate) fn left_ui<R>(
        &self,
        ui: &mut Ui,
        desk: &mut Desk,
        content: impl FnOnce(&mut Ui, &mut Desk) -> R,
    ) -> InnerResponse<R> {
        self.show_ui(ui, Panel::left(self.name), desk, content)
    }

    /// Draws the panel at the right.
    pub(crate) fn right_ui<R>(
        &self,
        ui: &mut Ui,
        desk: &mut Desk,
        content: impl FnOnce(&mut Ui, &mut Desk) -> R,
    ) -> InnerResponse<R> {
        self.show_ui(ui, Panel::right(self.name), desk, content)
    }

    fn show_ui<R>(
        &self,
        ui: &mut Ui,
        panel: Panel,
        desk: &mut Desk,
        content: impl FnOnce(&mut Ui, &mut Desk) -> R,
    ) -> InnerResponse<R> {
        let kept = self.kept(ui, desk);
        let shown = panel
            .resizable(true)
            .default_size(kept)
            .size_range(self.least..=self.most)
            .frame(Frame::new().fill(Tokens::of(ui).panel))
            .show(ui, |ui| content(ui, desk));
        let width = shown.response.rect.width();
        if (kept - width).abs() >= 0.5 {
            desk.console.remember(|session| {
                session.panels.insert(self.name.to_owned(), width);
            });
        }
        shown
    }

    fn kept(&self, ui: &Ui, desk: &Desk) -> f32 {
        let kept = desk.console.session().panels.get(self.name);
        let is_narrow = ui.content_rect().width() < NARROW;
        let begin = if is_narrow { self.narrow } else { self.width };
        kept.copied().unwrap_or(begin)
    }
}
