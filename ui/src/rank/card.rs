//! One card of the grid: rank, change against live, pack shot, brand, title, price, margin, stock.

use egui::{Align2, Pos2, Rect, Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2, pos2, vec2};
use endcap_app::{Card, Movement, Source};
use endcap_look::{
    Delta, FOCUS_RING, Face, HAIRLINE, RADIUS_CARD, RADIUS_CONTROL, RADIUS_TAG, Tokens, Tone, line,
    line_within, paint_tag, paragraph,
};

use crate::{Desk, Shot};

/// The height of a card in points.
pub(super) const HEIGHT: f32 = 198.0;
/// The room between a card's border and what is in it.
const PADDING: f32 = 9.0;
/// The height of the ground of a pack shot.
const WELL: f32 = 96.0;
/// The height of a tag.
const TAG: f32 = 18.0;

/// How a card is shown.
#[derive(Clone, Copy, Default)]
pub(super) struct Show {
    /// It is one of the chosen.
    pub selected: bool,
    /// It has the keyboard.
    pub focused: bool,
    /// The pointer is on it.
    pub hovered: bool,
    /// It is not shown to shoppers: a rule made by hand hides it.
    pub hidden: bool,
    /// How much of it is there, from 0 to 1.
    pub opacity: f32,
}

/// Whether a pin put a card where it is.
pub(super) fn is_pinned(card: &Card) -> bool {
    held(card).is_some()
}

/// The word for a card that a pin put where it is.
pub(super) fn held(card: &Card) -> Option<&'static str> {
    match card.source {
        Source::Pin => Some("Pinned"),
        Source::Substitute => Some("Stands in"),
        Source::Reserve | Source::Quota | Source::Ranked | Source::Fallback => None,
    }
}

/// A movement as a change of slots; none for a product that live does not show.
pub(super) fn slots(movement: Movement) -> Option<i64> {
    match movement {
        Movement::Same => Some(0),
        Movement::Up(by) => Some(i64::from(by)),
        Movement::Down(by) => Some(-i64::from(by)),
        _ => None,
    }
}

/// A movement in words: "up 3 against live", "new against live".
pub(super) fn movement_words(movement: Movement) -> String {
    match slots(movement) {
        Some(0) => "as live".to_owned(),
        Some(by) => format!("{} against live", Delta::slots(by).name()),
        None => "new against live".to_owned(),
    }
}

/// What is read out of a card beside its name.
pub(super) fn description(desk: &Desk, card: &Card, movement: Movement) -> String {
    let format = &desk.format;
    let mut said = Vec::with_capacity(7);
    said.extend(card.brand.clone());
    if card.private_label {
        said.push("own brand".to_owned());
    }
    said.push(format.money(card.price));
    said.push(format!("margin {}", format.percent(card.margin, 0)));
    said.push(format!("{} in stock", format.count(card.stock)));
    if is_pinned(card) {
        said.push("pinned".to_owned());
    }
    said.push(movement_words(movement));
    said.join(", ")
}

/// Paints a card.
pub(super) fn paint(
    ui: &mut Ui,
    desk: &mut Desk,
    rect: Rect,
    (card, movement): (&Card, Option<Movement>),
    show: Show,
) {
    if show.opacity >= 1.0 {
        paint_whole(ui, desk, rect, (card, movement), show);
        return;
    }
    let builder = UiBuilder::new().max_rect(rect).sense(Sense::hover());
    let mut faded = ui.new_child(builder);
    faded.multiply_opacity(show.opacity);
    paint_whole(&faded, desk, rect, (card, movement), show);
}

fn paint_whole(
    ui: &Ui,
    desk: &mut Desk,
    rect: Rect,
    (card, movement): (&Card, Option<Movement>),
    show: Show,
) {
    let tokens = Tokens::of(ui);
    let border = match (show.selected || show.focused, show.hovered) {
        (true, _) => Stroke::new(FOCUS_RING, tokens.accent),
        (false, true) => Stroke::new(HAIRLINE, tokens.line_strong),
        (false, false) => Stroke::new(HAIRLINE, tokens.line),
    };
    let fill = tokens.panel;
    ui.painter()
        .rect(rect, RADIUS_CARD, fill, border, StrokeKind::Inside);
    let inner = rect.shrink(PADDING);
    let well = Rect::from_min_size(inner.min, vec2(inner.width(), WELL));
    ui.painter()
        .rect_filled(well, RADIUS_CONTROL, tokens.ground);
    let shot = Shot {
        sku: &card.sku,
        title: &card.title,
        brand: card.brand.as_deref(),
        category: &card.category,
    };
    let picture = Rect::from_center_size(well.center(), Vec2::splat(WELL - 20.0));
    desk.shots.paint(ui, picture, shot);
    paint_badges(ui, well, (card, movement), show.hidden);
    paint_words(ui, desk, inner, card);
    if show.focused {
        let ring = rect.expand(FOCUS_RING);
        let stroke = Stroke::new(FOCUS_RING, tokens.accent.gamma_multiply(0.35));
        ui.painter()
            .rect_stroke(ring, RADIUS_CARD + 2, stroke, StrokeKind::Inside);
    }
}

/// The rank at the left of the well; at the right what is special about it.
fn paint_badges(ui: &Ui, well: Rect, (card, movement): (&Card, Option<Movement>), hidden: bool) {
    let tokens = Tokens::of(ui);
    let corner = well.min + Vec2::splat(6.0);
    let right = pos2(well.right() - 4.0, well.top() + 6.0);
    if hidden {
        paint_tag(ui, right, Align2::RIGHT_TOP, Tone::Warn, "Hidden");
        return;
    }
    let rank = line(
        ui,
        &card.slot.to_string(),
        Face::SmallSemibold,
        tokens.panel,
    );
    let size = vec2((rank.size().x + 10.0).max(20.0), TAG + 2.0);
    let badge = Rect::from_min_size(corner, size);
    ui.painter().rect_filled(badge, RADIUS_TAG, tokens.ink);
    ui.painter()
        .galley(badge.center() - rank.size() / 2.0, rank, tokens.panel);
    if let Some(word) = held(card) {
        paint_tag(ui, right, Align2::RIGHT_TOP, Tone::Info, word);
        return;
    }
    match movement.map(slots) {
        None | Some(Some(0)) => {}
        Some(Some(by)) => {
            Delta::slots(by).paint_tag(ui, right, Align2::RIGHT_TOP);
        }
        Some(None) => {
            paint_tag(ui, right, Align2::RIGHT_TOP, Tone::Accent, "New");
        }
    }
}

/// Brand, title and the row of figures under the well.
fn paint_words(ui: &Ui, desk: &Desk, inner: Rect, card: &Card) {
    let tokens = Tokens::of(ui);
    let format = &desk.format;
    let (left, right) = (inner.left(), inner.right());
    let top = inner.top() + WELL + 8.0;
    let bottom = inner.bottom() - TAG / 2.0;
    let stock = line(ui, &format.count(card.stock), Face::Small, tokens.ink3);
    let stock_width = stock.size().x;

    // The row of figures: where a struck price leaves no room for the stock, it goes above.
    let mut end = left;
    let price = line(
        ui,
        &format.money(card.price),
        Face::BodySemibold,
        tokens.ink,
    );
    paint_middle(ui, pos2(end, bottom), &price);
    end += price.size().x + 6.0;
    let promoted = card.list_price - card.price >= 0.005;
    if promoted {
        let struck = line(ui, &format.money(card.list_price), Face::Small, tokens.ink3);
        let at = pos2(end, bottom);
        paint_middle(ui, at, &struck);
        let across = at.x..=at.x + struck.size().x;
        ui.painter()
            .hline(across, bottom + 0.5, (HAIRLINE, tokens.ink3));
        end += struck.size().x + 6.0;
    }
    let tone = if card.margin < 0.0 {
        Tone::Bad
    } else {
        Tone::Good
    };
    let margin = format.percent(card.margin, 0);
    let margin_width = line(ui, &margin, Face::SmallSemibold, tokens.ink).size().x + 12.0;
    let mut stock_above = false;
    if end + margin_width <= right + 1.0 {
        let corner = pos2(end, bottom - TAG / 2.0);
        paint_tag(ui, corner, Align2::LEFT_TOP, tone, &margin);
        end += margin_width + 4.0;
    }
    if end + stock_width <= right + 1.0 {
        paint_middle(ui, pos2(right - stock_width, bottom), &stock);
    } else {
        stock_above = true;
    }

    let mut room = inner.width();
    if stock_above {
        let middle = top + Face::Small.line_height() / 2.0;
        paint_middle(ui, pos2(right - stock_width, middle), &stock);
        room -= stock_width + 6.0;
    }
    let brand = card.brand.as_deref().unwrap_or("No brand");
    let own = card
        .private_label
        .then(|| line(ui, " · own", Face::SmallSemibold, tokens.accent));
    let own_width = own.as_ref().map_or(0.0, |own| own.size().x);
    let brand = line_within(ui, brand, Face::Small, tokens.ink3, room - own_width);
    let brand_end = left + brand.size().x;
    ui.painter().galley(pos2(left, top), brand, tokens.ink3);
    if let Some(own) = own {
        ui.painter()
            .galley(pos2(brand_end, top), own, tokens.accent);
    }
    let room = (inner.width(), 2);
    let title = paragraph(ui, &card.title, Face::BodyMedium, tokens.ink, room);
    ui.painter()
        .galley(pos2(left, top + 17.0), title, tokens.ink);
}

/// Paints a line of text with the middle of its left side at `at`.
fn paint_middle(ui: &Ui, at: Pos2, galley: &std::sync::Arc<egui::Galley>) {
    let corner = pos2(at.x, at.y - galley.size().y / 2.0);
    ui.painter()
        .galley(corner, std::sync::Arc::clone(galley), Tokens::of(ui).ink);
}
