//! The first-run guide: five steps that point at the real parts of the window.

use egui::{
    Align2, Area, Id, Order, Rect, Stroke, StrokeKind, Ui, WidgetInfo, accesskit::Role, vec2,
};
use endcap_app::console::View;
use endcap_look::{
    Button, FOCUS_RING, RADIUS_CARD, SPACE_2, SPACE_3, Tokens, body, body_semibold, card_ui, small,
};

use crate::Desk;

/// A part of the window that the guide points at; views say where theirs is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// Where a page is chosen.
    Page,
    /// The sliders of the objective.
    Objective,
    /// The first card of the page.
    Card,
    /// The slate of the Shoppers view.
    Why,
    /// The way back.
    Undo,
}

struct Step {
    spot: Spot,
    view: View,
    title: &'static str,
    text: &'static str,
}

const STEPS: [Step; 5] = [
    Step {
        spot: Spot::Page,
        view: View::Rank,
        title: "Choose a page",
        text: "Every category is a page. A dot says that your draft has rules there.",
    },
    Step {
        spot: Spot::Objective,
        view: View::Rank,
        title: "Say what counts",
        text: "Move a slider and the page ranks again while you drag. The mark is where live \
               stands.",
    },
    Step {
        spot: Spot::Card,
        view: View::Rank,
        title: "Put a product in its place",
        text: "Drag a card to a slot to pin it there. The badge says how far it moved against \
               live.",
    },
    Step {
        spot: Spot::Why,
        view: View::Shoppers,
        title: "Ask why",
        text: "See what a shopper sees, beside live. Click a product to read why it stands there.",
    },
    Step {
        spot: Spot::Undo,
        view: View::Rank,
        title: "Nothing is lost",
        text: "Every edit is saved and can be undone. Ctrl+K finds any action, page, product or \
               shopper.",
    },
];

/// How wide a step is.
const WIDTH: f32 = 320.0;
/// How high a step is at most, for finding it a place.
const HEIGHT: f32 = 150.0;

/// The guide; it begins by itself unless it was dismissed.
#[derive(Default)]
pub(super) struct Guide {
    step: Option<usize>,
    has_begun: bool,
}

impl Guide {
    /// Begins with the first step, also when it was dismissed before.
    pub(super) fn begin(&mut self, desk: &mut Desk) {
        self.has_begun = true;
        self.go(0, desk);
    }

    /// Draws the step that is shown, once there is data to point at.
    pub(super) fn guide_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        if desk.console.answers().page().value().is_none() {
            return;
        }
        if !self.has_begun && !desk.console.session().settings.guide_done {
            self.begin(desk);
        }
        let Some(index) = self.step else {
            return;
        };
        let step = &STEPS[index];
        let window = ui.content_rect();
        let target = desk.spot_of(step.spot);
        if let Some(target) = target {
            let tokens = Tokens::of(ui);
            ui.layer_painter(egui::LayerId::new(
                Order::Foreground,
                Id::unique("guide-ring"),
            ))
            .rect_stroke(
                target.intersect(window).shrink(1.0),
                RADIUS_CARD,
                Stroke::new(FOCUS_RING, tokens.accent),
                StrokeKind::Outside,
            );
        }
        // A part may be out of sight, such as a card of an empty page.
        let target = target.unwrap_or(Rect::from_center_size(window.center(), vec2(1.0, 1.0)));
        let mut next = Some(index);
        Area::new(Id::unique("guide"))
            .order(Order::Foreground)
            .fixed_pos(place_beside(target, window))
            .show(ui, |ui| {
                let card = card_ui(ui, |ui| {
                    ui.set_width(WIDTH);
                    next = step_ui(ui, index);
                });
                card.response
                    .widget_info(|| WidgetInfo::labeled(Role::Dialog, true, "First-run guide"));
            });
        match next {
            Some(next) if next == index => {}
            Some(next) => self.go(next, desk),
            None => {
                self.step = None;
                desk.console
                    .remember(|session| session.settings.guide_done = true);
            }
        }
    }

    fn go(&mut self, index: usize, desk: &mut Desk) {
        self.step = Some(index);
        desk.show(STEPS[index].view);
    }
}

/// Draws a step; gives the one to be shown, `None` to end the guide.
fn step_ui(ui: &mut Ui, index: usize) -> Option<usize> {
    let tokens = Tokens::of(ui);
    let step = &STEPS[index];
    let is_last = index + 1 == STEPS.len();
    let count = format!("Step {} of {}", index + 1, STEPS.len());
    ui.label(small(count).color(tokens.ink3));
    ui.label(body_semibold(step.title).color(tokens.ink));
    ui.add(egui::Label::new(body(step.text).color(tokens.ink2)).wrap());
    ui.add_space(SPACE_2);
    let mut next = Some(index);
    ui.horizontal(|ui| {
        if !is_last && Button::quiet("Skip the guide").small().ui(ui).clicked() {
            next = None;
        }
        let right = egui::Layout::right_to_left(egui::Align::Center);
        ui.with_layout(right, |ui| {
            let forth = if is_last { "Done" } else { "Next" };
            if Button::primary(forth).small().ui(ui).clicked() {
                next = (!is_last).then_some(index + 1);
            }
            if index > 0 && Button::secondary("Back").small().ui(ui).clicked() {
                next = Some(index - 1);
            }
        });
    });
    next
}

/// A corner for the step from which it covers neither its target nor the edge of the window.
fn place_beside(target: Rect, window: Rect) -> egui::Pos2 {
    let size = vec2(WIDTH + 2.0 * SPACE_3, HEIGHT);
    let gap = SPACE_3;
    let beside = [
        Align2::RIGHT_TOP.pos_in_rect(&target) + vec2(gap, 0.0),
        Align2::LEFT_TOP.pos_in_rect(&target) - vec2(gap + size.x, 0.0),
        Align2::LEFT_BOTTOM.pos_in_rect(&target) + vec2(0.0, gap),
        Align2::LEFT_TOP.pos_in_rect(&target) - vec2(0.0, gap + size.y),
    ];
    let fits = |at: &egui::Pos2| {
        window
            .shrink(SPACE_2)
            .contains_rect(Rect::from_min_size(*at, size))
    };
    let inside = window.shrink(SPACE_3);
    let last = Rect::from_min_max(inside.min, inside.max - size);
    beside
        .into_iter()
        .find(fits)
        .unwrap_or_else(|| last.clamp(target.min + vec2(gap, gap)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    /// 1. Wherever its target is, a step lies wholly in the window.
    #[test]
    fn a_step_is_never_cut_off() {
        let window = Rect::from_min_size(pos2(0.0, 0.0), vec2(1280.0, 720.0));
        let size = vec2(WIDTH + 2.0 * SPACE_3, HEIGHT);
        for target in [
            Rect::from_min_size(pos2(0.0, 0.0), vec2(56.0, 720.0)),
            Rect::from_min_size(pos2(900.0, 60.0), vec2(380.0, 200.0)),
            Rect::from_min_size(pos2(1200.0, 700.0), vec2(22.0, 16.0)),
            window,
        ] {
            let at = place_beside(target, window);
            let step = Rect::from_min_size(at, size);
            assert!(window.contains_rect(step), "{target:?}: {step:?}");
        }
    }
}
