//! Tags: a word on a wash; and changes, which carry an arrow and never colour alone.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Align2, Color32, Galley, Painter, Pos2, Rect, Response, Sense, Ui, WidgetInfo, vec2};

use crate::text::{Face, line};
use crate::tokens::{RADIUS_TAG, Tokens, Tone};

/// The height of a tag.
const TAG_HEIGHT: f32 = 18.0;
/// The room left and right of a tag's text.
const TAG_PADDING: f32 = 6.0;

/// Draws a word on the wash of its tone.
pub fn tag_ui(ui: &mut Ui, tone: Tone, text: &str) -> Response {
    let (ink, wash) = Tokens::of(ui).tone(tone);
    let galley = line(ui, text, Face::SmallSemibold, ink);
    let size = vec2(galley.size().x + 2.0 * TAG_PADDING, TAG_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    paint_galley_tag(ui.painter(), rect, galley, wash, ink);
    response
}

/// Paints a tag into a corner of something else, and says where it stands.
pub fn paint_tag(ui: &Ui, corner: Pos2, align: Align2, tone: Tone, text: &str) -> Rect {
    let (ink, wash) = Tokens::of(ui).tone(tone);
    let galley = line(ui, text, Face::SmallSemibold, ink);
    let size = vec2(galley.size().x + 2.0 * TAG_PADDING, TAG_HEIGHT);
    let rect = align.anchor_size(corner, size);
    paint_galley_tag(ui.painter(), rect, galley, wash, ink);
    rect
}

/// Paints a number on ink into a corner of something else, as the slot on a card, and says where
/// it stands.
pub fn paint_badge(ui: &Ui, corner: Pos2, align: Align2, text: &str) -> Rect {
    let tokens = Tokens::of(ui);
    let galley = line(ui, text, Face::SmallSemibold, tokens.panel);
    let side = TAG_HEIGHT + 2.0;
    let rect = align.anchor_size(corner, vec2((galley.size().x + 10.0).max(side), side));
    paint_galley_tag(ui.painter(), rect, galley, tokens.ink, tokens.panel);
    rect
}

fn paint_galley_tag(
    painter: &Painter,
    rect: Rect,
    galley: Arc<Galley>,
    wash: Color32,
    ink: Color32,
) {
    painter.rect_filled(rect, RADIUS_TAG, wash);
    painter.galley(rect.center() - galley.size() / 2.0, galley, ink);
}

/// Which way something moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Toward the first slot, or more.
    Up,
    /// Away from the first slot, or less.
    Down,
    /// Not at all.
    Same,
}

/// A change against live: an arrow, a number, and whether that is better or worse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    /// Which way.
    pub direction: Direction,
    /// Whether that is better or worse.
    pub tone: Tone,
    /// By how much, with its unit and without a sign: "6.1% vs live".
    pub text: String,
}

impl Delta {
    /// A change of a figure. Which way is good is the figure's affair, so the tone is given.
    pub fn new(direction: Direction, tone: Tone, text: impl Into<String>) -> Self {
        Self {
            direction,
            tone,
            text: text.into(),
        }
    }

    /// A move by slots: positive toward the first slot.
    pub fn slots(slots: i64) -> Self {
        let (direction, tone) = match slots {
            1.. => (Direction::Up, Tone::Good),
            0 => (Direction::Same, Tone::Neutral),
            _ => (Direction::Down, Tone::Bad),
        };
        Self {
            direction,
            tone,
            text: slots.unsigned_abs().to_string(),
        }
    }

    /// The change as it is shown: "▲ 3", "▼ 6", "0".
    pub fn label(&self) -> String {
        match self.direction {
            Direction::Up => format!("▲ {}", self.text),
            Direction::Down => format!("▼ {}", self.text),
            Direction::Same => self.text.clone(),
        }
    }

    /// The change as it is read out: "up 3", "down 6", "unchanged".
    pub fn name(&self) -> String {
        match self.direction {
            Direction::Up => format!("up {}", self.text),
            Direction::Down => format!("down {}", self.text),
            Direction::Same => "unchanged".to_owned(),
        }
    }

    /// Draws the change as a tag.
    pub fn tag_ui(&self, ui: &mut Ui) -> Response {
        let response = tag_ui(ui, self.tone, &self.label());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, self.name()));
        response
    }

    /// Paints the change as a tag into a corner of something else, and says where it stands.
    pub fn paint_tag(&self, ui: &Ui, corner: Pos2, align: Align2) -> Rect {
        paint_tag(ui, corner, align, self.tone, &self.label())
    }

    /// Draws the change as text, without a wash.
    pub fn text_ui(&self, ui: &mut Ui) -> Response {
        let ink = match self.tone {
            Tone::Neutral => Tokens::of(ui).ink3,
            tone => Tokens::of(ui).tone(tone).0,
        };
        let galley = line(ui, &self.label(), Face::SmallSemibold, ink);
        let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, self.name()));
        ui.painter().galley(rect.min, galley, ink);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_carries_its_arrow_and_its_word() {
        let up = Delta::slots(3);
        assert_eq!(
            (up.label().as_str(), up.name().as_str(), up.tone),
            ("▲ 3", "up 3", Tone::Good)
        );
        let down = Delta::slots(-6);
        assert_eq!(down.label(), "▼ 6");
        assert_eq!((down.name().as_str(), down.tone), ("down 6", Tone::Bad));
        let same = Delta::slots(0);
        assert_eq!(same.label(), "0");
        assert_eq!(
            (same.name().as_str(), same.tone),
            ("unchanged", Tone::Neutral)
        );
    }
}
