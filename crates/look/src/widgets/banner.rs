//! A sentence over a view: what happened, to what, and what to do next.

use egui::accesskit::Role;
use egui::{Align, Frame, Label, Layout, Margin, Ui, WidgetInfo};

use crate::icon::{ICON_SIZE_SMALL, Icon};
use crate::text::body;
use crate::tokens::{RADIUS_CONTROL, SPACE_1, SPACE_3, Tokens, Tone};
use crate::widgets::{Button, IconButton};

/// What was asked of a banner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BannerResponse {
    /// The action that was asked for, by its place in the list.
    pub action: Option<usize>,
    /// The banner is to go.
    pub dismissed: bool,
}

/// The icon that goes with a tone, so that colour never speaks alone.
pub(crate) fn tone_icon(tone: Tone) -> Icon {
    match tone {
        Tone::Good | Tone::Accent => Icon::CheckCircle,
        Tone::Bad => Icon::Error,
        Tone::Warn => Icon::Warning,
        Tone::Info | Tone::Neutral => Icon::Info,
    }
}

/// A banner over the width there is.
#[must_use = "a banner draws nothing until `.ui(ui)`"]
pub struct Banner<'a> {
    tone: Tone,
    text: &'a str,
    actions: &'a [&'a str],
    dismissable: bool,
}

impl<'a> Banner<'a> {
    /// A banner that says something.
    pub fn new(tone: Tone, text: &'a str) -> Self {
        Self {
            tone,
            text,
            actions: &[],
            dismissable: false,
        }
    }

    /// Offers what can be done about it.
    pub fn actions(mut self, actions: &'a [&'a str]) -> Self {
        self.actions = actions;
        self
    }

    /// Lets the banner be closed.
    pub fn dismissable(mut self) -> Self {
        self.dismissable = true;
        self
    }

    /// Draws the banner.
    pub fn ui(self, ui: &mut Ui) -> BannerResponse {
        let tokens = Tokens::of(ui);
        let (ink, wash) = tokens.tone(self.tone);
        let mut answer = BannerResponse::default();
        let frame = Frame::NONE
            .fill(wash)
            .corner_radius(RADIUS_CONTROL)
            .inner_margin(Margin::symmetric(SPACE_3 as i8, SPACE_1 as i8));
        let shown = frame.show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.label(tone_icon(self.tone).text(ICON_SIZE_SMALL).color(ink));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if self.dismissable {
                        answer.dismissed = IconButton::new(Icon::Close, "Dismiss")
                            .small()
                            .ui(ui)
                            .clicked();
                    }
                    for (index, action) in self.actions.iter().enumerate().rev() {
                        if Button::secondary(action).small().ui(ui).clicked() {
                            answer.action = Some(index);
                        }
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        ui.add(Label::new(body(self.text).color(tokens.ink)).wrap());
                    });
                });
            });
        });
        let text = self.text;
        shown
            .response
            .widget_info(|| WidgetInfo::labeled(Role::Alert, true, text));
        answer
    }
}
