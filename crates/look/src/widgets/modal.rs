//! Modals: a question that must be answered before anything else.

use egui::accesskit::Role;
use egui::{Align, Context, Id, Layout, Ui, WidgetInfo};

use crate::text::Face;
use crate::tokens::{SPACE_2, SPACE_3, SPACE_4, Tokens};
use crate::widgets::popover::floating_frame;

/// What a modal answers.
#[derive(Debug)]
pub struct ModalResponse<R> {
    /// What its content answers.
    pub inner: R,
    /// Escape, a click beside it, or [`Ui::close`] closes it.
    pub dismissed: bool,
}

/// A modal in the middle of the window. Tab stays inside while it is shown.
#[must_use = "a modal draws nothing until `.ui(ctx, …)`"]
pub struct Modal<'a> {
    title: &'a str,
    width: f32,
    is_bare: bool,
}

impl<'a> Modal<'a> {
    /// A modal with a title, which is also its name.
    pub fn new(title: &'a str) -> Self {
        Self {
            title,
            width: 440.0,
            is_bare: false,
        }
    }

    /// Makes the modal this wide instead of 440 points.
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// Leaves the title to assistive technology, where what is in the modal says it.
    pub fn bare(mut self) -> Self {
        self.is_bare = true;
        self
    }

    /// Draws the modal; call it in every frame in which it is open.
    pub fn ui<R>(self, ctx: &Context, content: impl FnOnce(&mut Ui) -> R) -> ModalResponse<R> {
        let tokens = Tokens::of(ctx);
        let shown = egui::Modal::new(Id::unique(("modal", self.title)))
            .backdrop_color(tokens.scrim())
            .frame(floating_frame(ctx, SPACE_4))
            .show(ctx, |ui| {
                ui.set_width(self.width.min(ctx.content_rect().width() - 4.0 * SPACE_4));
                if !self.is_bare {
                    let title = ui.label(Face::Title.text(self.title).color(tokens.ink));
                    title.widget_info(|| WidgetInfo::labeled(Role::Heading, true, self.title));
                    ui.add_space(SPACE_2);
                }
                content(ui)
            });
        shown
            .response
            .widget_info(|| WidgetInfo::labeled(Role::Dialog, true, self.title));
        let dismissed = shown.should_close();
        ModalResponse {
            inner: shown.inner,
            dismissed,
        }
    }
}

/// Draws the actions of a modal at its end, the primary one first and rightmost.
pub fn modal_actions_ui<R>(ui: &mut Ui, actions: impl FnOnce(&mut Ui) -> R) -> R {
    ui.add_space(SPACE_3);
    let size = egui::vec2(ui.available_width(), crate::tokens::CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), actions)
        .inner
}
