//! How far some work is, and the way to stop it.

use egui::accesskit::Role;
use egui::{Rect, Response, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::icon::Icon;
use crate::text::{Face, line, line_within};
use crate::tokens::{SPACE_1, SPACE_2, Tokens};
use crate::widgets::IconButton;

/// What was asked of work under way.
#[derive(Debug)]
pub struct ProgressResponse {
    /// The bar.
    pub response: Response,
    /// The work is to stop.
    pub cancelled: bool,
}

/// A bar with a label over it.
#[must_use = "a progress bar draws nothing until `.ui(ui)`"]
pub struct Progress<'a> {
    share: Option<f32>,
    label: &'a str,
    cancellable: bool,
}

impl<'a> Progress<'a> {
    /// Work of which a share from 0 to 1 is done.
    pub fn determinate(label: &'a str, share: f32) -> Self {
        Self {
            share: Some(share.clamp(0.0, 1.0)),
            label,
            cancellable: false,
        }
    }

    /// Work whose end is not known.
    pub fn indeterminate(label: &'a str) -> Self {
        Self {
            share: None,
            label,
            cancellable: false,
        }
    }

    /// Offers to stop the work.
    pub fn cancellable(mut self) -> Self {
        self.cancellable = true;
        self
    }

    /// Draws the bar over the width there is.
    pub fn ui(self, ui: &mut Ui) -> ProgressResponse {
        let tokens = Tokens::of(ui);
        let width = ui.available_width();
        let (rect, response) = ui.allocate_exact_size(vec2(width, 30.0), Sense::hover());
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, self.label);
            info.value = self.share.map(|share| f64::from((share * 100.0).floor()));
            info
        });
        let mut right = rect.right();
        let mut cancelled = false;
        if self.cancellable {
            let square = Rect::from_min_size(pos2(right - 22.0, rect.top()), vec2(22.0, 22.0));
            let mut button_ui = ui.new_child(egui::UiBuilder::new().max_rect(square));
            let name = format!("Cancel: {}", self.label);
            cancelled = IconButton::new(Icon::Close, &name)
                .small()
                .ui(&mut button_ui)
                .clicked();
            right -= 22.0 + SPACE_1;
        }
        if let Some(share) = self.share {
            let percent = line(
                ui,
                &format!("{:.0}%", share * 100.0),
                Face::Small,
                tokens.ink3,
            );
            right -= percent.size().x;
            ui.painter()
                .galley(pos2(right, rect.top() + 3.0), percent, tokens.ink3);
            right -= SPACE_2;
        }
        let room = (right - rect.left()).max(0.0);
        let label = line_within(ui, self.label, Face::Small, tokens.ink2, room);
        ui.painter()
            .galley(pos2(rect.left(), rect.top() + 3.0), label, tokens.ink2);

        let track = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 6.0), rect.max);
        let track = track.with_max_y(track.top() + 4.0);
        ui.painter().rect_filled(track, 2, tokens.line);
        let done = match self.share {
            Some(share) => track.with_max_x(track.left() + track.width() * share),
            None => {
                ui.request_repaint();
                let time = ui.input(|input| input.time);
                let t = (time * 0.8).fract() as f32;
                let left = egui::lerp(track.left() - track.width() * 0.3..=track.right(), t);
                let piece = Rect::from_min_size(
                    pos2(left, track.top()),
                    vec2(track.width() * 0.3, track.height()),
                );
                piece.intersect(track)
            }
        };
        ui.painter().rect_filled(done, 2, tokens.accent);
        ProgressResponse {
            response,
            cancelled,
        }
    }
}

/// Draws a small turning arc beside what is being worked on.
pub fn spinner_ui(ui: &mut Ui, name: &str) -> Response {
    let tokens = Tokens::of(ui);
    let response = ui.add(egui::Spinner::new().size(14.0).color(tokens.ink3));
    response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, name));
    response
}
