//! Cards on their way: one that moved slides to its new place, a gone one fades, a new one
//! fades in.

use std::collections::BTreeMap;

use egui::{Rect, Ui, Vec2};
use endcap_app::Card;

/// How long a card is on its way, in seconds.
const SECONDS: f64 = 0.18;

/// What is on its way; empty but for a fifth of a second after a change.
#[derive(Default)]
pub(super) struct Slides {
    /// By sku: how far from its place it set out, and when.
    moving: BTreeMap<String, (Vec2, f64)>,
    /// By sku: when it came.
    coming: BTreeMap<String, f64>,
    /// What went, where it stood, and when.
    going: Vec<(Card, Rect, f64)>,
}

/// How a card is drawn now.
#[derive(Clone, Copy)]
pub(super) struct Phase {
    /// How far from its place.
    pub offset: Vec2,
    /// 0 is not there, 1 is all there.
    pub opacity: f32,
}

impl Phase {
    const AT_REST: Self = Self {
        offset: Vec2::ZERO,
        opacity: 1.0,
    };
}

impl Slides {
    /// A card is `by` further on than it was drawn last.
    pub(super) fn moved(&mut self, sku: &str, by: Vec2, now: f64) {
        let left = self.phase(sku, now).offset;
        self.moving.insert(sku.to_owned(), (left - by, now));
    }

    /// A card has come.
    pub(super) fn came(&mut self, sku: &str, now: f64) {
        self.coming.insert(sku.to_owned(), now);
    }

    /// A card has gone from where it stood.
    pub(super) fn went(&mut self, card: Card, stood: Rect, now: f64) {
        self.going.push((card, stood, now));
    }

    /// How a card is drawn.
    pub(super) fn phase(&self, sku: &str, now: f64) -> Phase {
        let offset = self.moving.get(sku).map_or(Vec2::ZERO, |(from, since)| {
            *from * (1.0 - eased(now - since))
        });
        let opacity = self.coming.get(sku).map_or(1.0, |since| eased(now - since));
        Phase { offset, opacity }
    }

    /// How a card is drawn where nothing else is known of it.
    pub(super) fn rest() -> Phase {
        Phase::AT_REST
    }

    /// The cards that fade, with how much of them is left.
    pub(super) fn going(&self, now: f64) -> impl Iterator<Item = (&Card, Rect, f32)> {
        self.going
            .iter()
            .map(move |(card, stood, since)| (card, *stood, 1.0 - eased(now - since)))
    }

    /// Whether anything is on its way.
    pub(super) fn is_moving(&self) -> bool {
        !(self.moving.is_empty() && self.coming.is_empty() && self.going.is_empty())
    }

    /// Forgets what has arrived, and asks for a frame while anything has not.
    pub(super) fn advance(&mut self, ui: &Ui) {
        if !self.is_moving() {
            return;
        }
        let now = ui.input(|input| input.time);
        let on_its_way = |since: &f64| now - since < SECONDS;
        self.moving.retain(|_, (_, since)| on_its_way(since));
        self.coming.retain(|_, since| on_its_way(since));
        self.going.retain(|(_, _, since)| on_its_way(since));
        if self.is_moving() {
            ui.request_repaint();
        }
    }

    /// Puts everything at its place at once.
    pub(super) fn stop(&mut self) {
        *self = Self::default();
    }
}

/// Quick at first, then slower: what is looked for is seen early.
fn eased(seconds: f64) -> f32 {
    let left = 1.0 - (seconds / SECONDS).clamp(0.0, 1.0) as f32;
    1.0 - left * left * left
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::vec2;

    /// 1. A card that moves again on its way goes on from where it is seen, without a jump.
    #[test]
    fn a_second_move_starts_where_the_first_has_come_to() {
        let mut slides = Slides::default();
        slides.moved("a", vec2(100.0, 0.0), 10.0);
        let before = slides.phase("a", 10.09).offset;
        assert!(before.x > -100.0 && before.x < 0.0);
        slides.moved("a", vec2(0.0, 50.0), 10.09);
        let after = slides.phase("a", 10.09).offset;
        assert!((after - (before - vec2(0.0, 50.0))).length() < 1e-3);
        assert_eq!(slides.phase("a", 10.09 + SECONDS).offset, Vec2::ZERO);
    }
}
