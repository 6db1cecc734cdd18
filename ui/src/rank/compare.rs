//! The draft's slate beside live's, with a line from where each product stood to where it stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::accesskit::Role;
use egui::epaint::CubicBezierShape;
use egui::{Color32, Rect, ScrollArea, Sense, Stroke, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2};
use endcap_app::{Card, Movement, PageView};
use endcap_look::{
    Delta, Face, HAIRLINE, RADIUS_CONTROL, SPACE_2, SPACE_4, TABLE_ROW_HEIGHT, Tokens, Tone,
    focus_ring, line, line_within, paint_tag,
};

use super::{card, keys, list, select};
use crate::Desk;

/// The room between the slates, for the lines.
const GUTTER: f32 = 96.0;
/// The height of the heads.
const HEAD: f32 = 32.0;

/// What the comparison remembers between frames.
#[derive(Default)]
pub(super) struct State {
    pairs: Option<(Arc<PageView>, Pairs)>,
}

/// How the two slates belong together.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Pairs {
    /// By live slot: the place of the product on the draft's slate, or among those gone.
    live: Vec<Option<OnLive>>,
    /// By place on the draft's slate: the row on live.
    row_on_live: Vec<Option<usize>>,
}

/// A product of the live slate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OnLive {
    /// It stands on the draft's slate, too, at this place.
    Kept(usize),
    /// It is gone from it; its place among those.
    Gone(usize),
}

impl Pairs {
    /// Reads the live slate off the movements of the draft's.
    fn of(page: &PageView) -> Self {
        let mut live: BTreeMap<usize, OnLive> = BTreeMap::new();
        let mut row_on_live = Vec::with_capacity(page.slate.cards.len());
        for (place, (card, movement)) in page.cards().enumerate() {
            let by = card::slots(movement);
            let row = by.and_then(|by| usize::try_from(i64::from(card.slot) + by - 1).ok());
            if let Some(row) = row {
                live.insert(row, OnLive::Kept(place));
            }
            row_on_live.push(row);
        }
        for (place, card) in page.gone.iter().enumerate() {
            live.insert(card.slot.saturating_sub(1) as usize, OnLive::Gone(place));
        }
        let rows = live.keys().last().map_or(0, |row| row + 1);
        Self {
            live: (0..rows).map(|row| live.get(&row).copied()).collect(),
            row_on_live,
        }
    }
}

/// Which of the two slates.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Draft,
    Live,
}

/// Draws both slates.
pub(super) fn compare_ui(ui: &mut Ui, desk: &mut Desk, page: &Arc<PageView>, state: &mut State) {
    let is_known = state
        .pairs
        .as_ref()
        .is_some_and(|(of, _)| Arc::ptr_eq(of, page));
    if !is_known {
        state.pairs = Some((Arc::clone(page), Pairs::of(page)));
    }
    let Some((_, pairs)) = &state.pairs else {
        return;
    };
    let tokens = Tokens::of(ui);
    let rect = ui.available_rect_before_wrap();
    let width = ((rect.width() - 2.0 * SPACE_4 - GUTTER) / 2.0).max(0.0);
    let left = rect.left() + SPACE_4;
    let right = left + width + GUTTER;

    let (head, _) = ui.allocate_exact_size(vec2(rect.width(), HEAD), Sense::hover());
    let draft = "Draft".to_owned();
    let live = desk
        .console
        .draft()
        .map_or("", |draft| draft.live().name.as_str());
    let live = format!("Live · {live}");
    for (text, left) in [(draft, left), (live, right)] {
        let galley = line_within(ui, &text, Face::SmallSemibold, tokens.ink2, width);
        let at = pos2(left + SPACE_2, head.center().y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, tokens.ink2);
    }
    ui.painter()
        .hline(rect.x_range(), head.bottom(), (HAIRLINE, tokens.line));

    let rows = page.slate.cards.len().max(pairs.live.len());
    let area = ScrollArea::vertical().auto_shrink(false).id_salt("compare");
    ui.spacing_mut().item_spacing.y = 0.0;
    area.show_rows(ui, TABLE_ROW_HEIGHT, rows, |ui, shown| {
        let (room, _) = ui.allocate_exact_size(
            vec2(ui.available_width(), shown.len() as f32 * TABLE_ROW_HEIGHT),
            Sense::hover(),
        );
        let top = room.top() - shown.start as f32 * TABLE_ROW_HEIGHT;
        let row_rect = |side: Side, row: usize| {
            let left = if side == Side::Draft { left } else { right };
            let corner = pos2(left, top + row as f32 * TABLE_ROW_HEIGHT);
            Rect::from_min_size(corner, vec2(width, TABLE_ROW_HEIGHT))
        };
        let middle = |row: usize| top + (row as f32 + 0.5) * TABLE_ROW_HEIGHT;
        let ends = (left + width, right);
        for row in shown.clone() {
            if let Some(to) = pairs.row_on_live.get(row).copied().flatten() {
                line_ui(
                    ui,
                    ends,
                    (middle(row), middle(to)),
                    is_chosen(desk, page, row),
                );
            }
            // A line that begins out of sight is drawn from the row it ends at.
            if let Some(Some(OnLive::Kept(from))) = pairs.live.get(row)
                && !shown.contains(from)
            {
                let chosen = is_chosen(desk, page, *from);
                line_ui(ui, ends, (middle(*from), middle(row)), chosen);
            }
        }
        for row in shown {
            if let Some(card) = page.slate.cards.get(row) {
                let movement = page.movements.get(row).copied();
                let of = (card, movement, Side::Draft);
                row_ui(ui, desk, row_rect(Side::Draft, row), of);
            }
            let (card, movement) = match pairs.live.get(row).copied().flatten() {
                Some(OnLive::Kept(place)) => {
                    (page.slate.cards.get(place), page.movements.get(place))
                }
                Some(OnLive::Gone(place)) => (page.gone.get(place), None),
                None => continue,
            };
            if let Some(card) = card {
                let of = (card, movement.copied(), Side::Live);
                row_ui(ui, desk, row_rect(Side::Live, row), of);
            }
        }
    });
}

fn is_chosen(desk: &Desk, page: &PageView, place: usize) -> bool {
    let card = page.slate.cards.get(place);
    card.is_some_and(|card| desk.selected.contains(&card.sku))
}

/// Draws the line between the two rows of a product.
fn line_ui(ui: &Ui, (from, to): (f32, f32), (start, end): (f32, f32), chosen: bool) {
    let tokens = Tokens::of(ui);
    let (width, color) = match (chosen, start.total_cmp(&end)) {
        (true, _) => (2.0, tokens.accent),
        // Higher up on the draft's slate than on live's: the line falls.
        (false, std::cmp::Ordering::Less) => (1.5, tokens.good),
        (false, std::cmp::Ordering::Greater) => (1.5, tokens.bad),
        (false, std::cmp::Ordering::Equal) => (1.0, tokens.line_strong),
    };
    let bend = (to - from) / 2.0;
    let shape = CubicBezierShape::from_points_stroke(
        [
            pos2(from + 4.0, start),
            pos2(from + bend, start),
            pos2(to - bend, end),
            pos2(to - 4.0, end),
        ],
        false,
        Color32::TRANSPARENT,
        Stroke::new(width, color),
    );
    ui.painter().add(shape);
}

fn row_ui(
    ui: &mut Ui,
    desk: &mut Desk,
    rect: Rect,
    (card, movement, side): (&Card, Option<Movement>, Side),
) {
    let tokens = Tokens::of(ui);
    let gone = side == Side::Live && movement.is_none();
    let slot = match (side, movement.and_then(card::slots)) {
        (Side::Live, Some(by)) => i64::from(card.slot) + by,
        _ => i64::from(card.slot),
    };
    let id = ui.scope_id().with((side == Side::Draft, &card.sku));
    let response = ui.interact(rect, id, Sense::click());
    let selected = desk.selected.contains(&card.sku);
    response.widget_info(|| {
        let (side, said) = match (side, gone) {
            (Side::Draft, _) => ("Draft", movement.map(card::movement_words)),
            (Side::Live, true) => ("Live", Some("gone from the draft".to_owned())),
            (Side::Live, false) => ("Live", None),
        };
        let said = said.map_or_else(String::new, |said| format!(", {said}"));
        let name = format!("{side} slot {slot}, {}{said}", card.title);
        WidgetInfo::selected(Role::ListItem, true, selected, name)
    });
    if response.clicked() {
        if ui.input(|input| input.modifiers.command) {
            select::toggle(desk, &card.sku);
        } else {
            select::only(desk, &card.sku);
        }
    }
    if response.double_clicked() {
        keys::open_sheet(desk, &card.sku);
    }
    let fill = match (selected, response.hovered()) {
        (true, _) => Some(tokens.accent_wash),
        (false, true) => Some(tokens.panel),
        _ => None,
    };
    if let Some(fill) = fill {
        ui.painter()
            .rect_filled(rect.shrink2(vec2(0.0, 1.0)), RADIUS_CONTROL, fill);
    }
    focus_ring(ui, &response, RADIUS_CONTROL);
    let mut content = ui.new_child(UiBuilder::new().max_rect(rect));
    if gone {
        content.multiply_opacity(0.6);
    }
    let ui = &content;
    let middle = rect.center().y;
    let rank = line(ui, &slot.to_string(), Face::SmallSemibold, tokens.ink2);
    let at = pos2(
        rect.left() + 28.0 - rank.size().x,
        middle - rank.size().y / 2.0,
    );
    ui.painter().galley(at, rank, tokens.ink2);
    let shot = Rect::from_center_size(pos2(rect.left() + 50.0, middle), Vec2::splat(26.0));
    list::shot_ui(ui, desk, shot, card);

    let end = pos2(rect.right() - SPACE_2, middle);
    let align = egui::Align2::RIGHT_CENTER;
    let tag = match (side, gone) {
        (Side::Live, true) => Some(paint_tag(ui, end, align, Tone::Bad, "Gone")),
        (Side::Live, false) => None,
        (Side::Draft, _) if card::held(card).is_some() => {
            let word = card::held(card).unwrap_or_default();
            Some(paint_tag(ui, end, align, Tone::Info, word))
        }
        (Side::Draft, _) => match movement.map(card::slots) {
            Some(None) => Some(paint_tag(ui, end, align, Tone::Accent, "New")),
            Some(Some(by)) if by != 0 => Some(Delta::slots(by).paint_tag(ui, end, align)),
            _ => None,
        },
    };
    let left = rect.left() + 70.0;
    let right = tag.map_or(rect.right(), |tag| tag.left()) - SPACE_2;
    let title = line_within(
        ui,
        &card.title,
        Face::Body,
        tokens.ink,
        (right - left).max(0.0),
    );
    let after = left + title.size().x + SPACE_2;
    ui.painter()
        .galley(pos2(left, middle - title.size().y / 2.0), title, tokens.ink);
    if let Some(brand) = card.brand.as_deref().filter(|_| right - after > 40.0) {
        let brand = line_within(ui, brand, Face::Small, tokens.ink3, right - after);
        ui.painter().galley(
            pos2(after, middle - brand.size().y / 2.0),
            brand,
            tokens.ink3,
        );
    }
}
