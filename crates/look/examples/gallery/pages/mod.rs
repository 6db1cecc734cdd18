//! The pages of the gallery; the picture test draws the same ones without a window.

mod cards;
mod controls;
mod feedback;
mod lists;

use egui::{CentralPanel, Frame, Margin, Panel, ScrollArea, Ui};
use endcap_look::{
    Icon, RAIL_WIDTH, ThemeChoice, Toast, Toasts, Tokens, Tone, VIEW_BAR_HEIGHT, rail_item_ui,
    section, segmented_ui, set_theme, title,
};

/// A page of the gallery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// Buttons, chips, fields, sliders.
    #[default]
    Controls,
    /// Rows, tables, pickers.
    Lists,
    /// Figures, cards, pack shots, icons.
    Cards,
    /// Banners, progress, empty states, modals, toasts.
    Feedback,
}

impl Page {
    /// Every page, in the order of the rail.
    pub const ALL: [Self; 4] = [Self::Controls, Self::Lists, Self::Cards, Self::Feedback];

    fn label(self) -> (Icon, &'static str) {
        match self {
            Self::Controls => (Icon::Sliders, "Controls"),
            Self::Lists => (Icon::List, "Lists"),
            Self::Cards => (Icon::Grid, "Cards"),
            Self::Feedback => (Icon::Info, "Feedback"),
        }
    }
}

/// The gallery and what one did in it.
#[derive(Default)]
pub struct Gallery {
    /// The page in sight.
    pub page: Page,
    theme: ThemeChoice,
    controls: controls::State,
    lists: lists::State,
    cards: cards::State,
    feedback: feedback::State,
    toasts: Toasts,
}

impl Gallery {
    /// The gallery at one page in one theme.
    #[allow(dead_code, reason = "the picture test calls it, the window does not")]
    pub fn at(page: Page, theme: ThemeChoice) -> Self {
        Self {
            page,
            theme,
            ..Self::default()
        }
    }

    /// Puts a message in sight.
    #[allow(dead_code, reason = "the picture test calls it, the window does not")]
    pub fn say(&mut self) {
        let toast = Toast::new(Tone::Good, "Boost 40% is on").timeout_secs(1e6);
        self.toasts.push(toast.action("Undo", 1));
    }

    /// Draws the gallery.
    pub fn ui(&mut self, ui: &mut Ui) {
        set_theme(ui, self.theme);
        let tokens = Tokens::of(ui);
        Panel::left("rail")
            .exact_size(RAIL_WIDTH)
            .resizable(false)
            .frame(
                Frame::NONE
                    .fill(tokens.panel)
                    .inner_margin(Margin::symmetric(6, 12)),
            )
            .show(ui, |ui| {
                for page in Page::ALL {
                    let (icon, label) = page.label();
                    let badge = if page == Page::Feedback { 2 } else { 0 };
                    if rail_item_ui(ui, icon, label, self.page == page, badge).clicked() {
                        self.page = page;
                    }
                }
            });
        Panel::top("bar")
            .exact_size(VIEW_BAR_HEIGHT)
            .resizable(false)
            .frame(
                Frame::NONE
                    .fill(tokens.panel)
                    .inner_margin(Margin::symmetric(16, 0)),
            )
            .show(ui, |ui| {
                ui.horizontal_centered(|ui| {
                    ui.label(title(self.page.label().1));
                    ui.add_space(8.0);
                    let choices = [
                        (ThemeChoice::System, "System"),
                        (ThemeChoice::Light, "Light"),
                        (ThemeChoice::Dark, "Dark"),
                    ];
                    segmented_ui(ui, "Theme", &mut self.theme, &choices);
                });
            });
        CentralPanel::default()
            .frame(Frame::NONE.fill(tokens.ground))
            .show(ui, |ui| {
                ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                    Frame::NONE
                        .inner_margin(Margin::same(16))
                        .show(ui, |ui| match self.page {
                            Page::Controls => self.controls.ui(ui),
                            Page::Lists => self.lists.ui(ui),
                            Page::Cards => self.cards.ui(ui),
                            Page::Feedback => self.feedback.ui(ui, &mut self.toasts),
                        });
                });
            });
        self.toasts.ui(ui);
    }
}

/// Draws one box of a page.
fn part_ui<R>(ui: &mut Ui, name: &str, content: impl FnOnce(&mut Ui) -> R) -> R {
    let tokens = Tokens::of(ui);
    endcap_look::card_ui(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(section(name).color(tokens.ink2));
        ui.add_space(6.0);
        content(ui)
    })
    .inner
}
