//! Slates side by side, each product joined to where it stands in the next.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{
    Align2, CornerRadius, EventFilter, Id, Key, Rangef, Rect, ScrollArea, Sense, StrokeKind, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};
use endcap_app::console::Command;
use endcap_app::{Comparison, Movement, SlateColumn, SlateRow, Source};
use endcap_look::{
    Delta, Face, HAIRLINE, Icon, RADIUS_CARD, RADIUS_CONTROL, SPACE_2, SPACE_3, SPACE_4, Tokens,
    Tone, body, dimmed_ui, empty_state_ui, line, line_within, paint_tag, small, spinner_ui,
};

use super::context::ContextForm;
use super::head;
use super::lines::Lines;
use crate::desk::sentence;
use crate::rows::{row_rect, rows_in_sight};
use crate::shots::Shot;
use crate::{Desk, Format};

/// Height of a row.
const ROW: f32 = 50.0;
/// Height of the head of a slate.
const HEAD: f32 = 56.0;
/// The least width of a slate; narrower windows scroll sideways.
const LEAST_WIDTH: f32 = 136.0;
/// A slate at least this wide shows pack shots.
const WIDTH_WITH_SHOTS: f32 = 220.0;
/// A narrower caption says nothing.
const LEAST_CAPTION: f32 = 36.0;
/// An answer dims when the next one takes longer than this, in milliseconds.
const STALE_MS: u64 = 150;

/// The slates of the view.
#[derive(Default)]
pub(crate) struct Slates {
    lines: Lines,
    /// The product under the pointer.
    hovered: Option<String>,
    /// The row that has the keyboard: its column and slot.
    focused: Option<(usize, u32)>,
    pub(super) form: Option<ContextForm>,
    pub(super) file: Option<head::FileForm>,
}

/// Where the slates stand.
pub(crate) struct Geometry {
    left: f32,
    width: f32,
    gap: f32,
    /// The top of the first row, which scrolls.
    top: f32,
}

impl Geometry {
    fn new(room: Rect, columns: usize) -> Self {
        let count = columns.max(1) as f32;
        let gap = if columns > 3 { 20.0 } else { 32.0 };
        let width = (room.width() - gap * (count - 1.0)) / count;
        Self {
            left: room.left(),
            width: width.max(LEAST_WIDTH).floor(),
            gap,
            top: room.top(),
        }
    }

    fn total_width(&self, columns: usize) -> f32 {
        let count = columns.max(1) as f32;
        self.width * count + self.gap * (count - 1.0)
    }

    /// From where to where a column stands.
    pub(crate) fn column_range(&self, column: usize) -> Rangef {
        let left = self.left + column as f32 * (self.width + self.gap);
        Rangef::new(left, left + self.width)
    }

    /// The middle of a slot, which counts from 1.
    pub(crate) fn middle_of_slot(&self, slot: u32) -> f32 {
        self.top + (slot as f32 - 0.5) * ROW
    }
}

impl Slates {
    /// Opens the sheet of the product that has the keyboard, or is selected; says whether there
    /// is one.
    pub(crate) fn open_sheet(&self, desk: &mut Desk) -> bool {
        let explained = desk.console.answers().explained();
        let Some(sku) = explained.map(|(_, sku, _)| sku.clone()) else {
            return false;
        };
        desk.send(Command::Sheet(Some(sku)))
    }

    /// Draws the slates.
    pub(crate) fn slates_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        let lane = desk.console.answers().comparison();
        let (busy, stale) = (lane.is_busy(), lane.waiting_ms() > STALE_MS);
        if let Some(error) = lane.error().map(sentence) {
            empty_state_ui(ui, Icon::Error, &error, None);
            return;
        }
        let Some(comparison) = lane.value().cloned().filter(|all| !all.columns.is_empty()) else {
            if busy {
                ui.centered_and_justified(|ui| spinner_ui(ui, "Ranking"));
            } else {
                empty_state_ui(
                    ui,
                    Icon::Shoppers,
                    "Open data to see what shoppers see.",
                    None,
                );
            }
            return;
        };
        self.lines.follow(&comparison);
        let room = ui.available_rect_before_wrap().shrink(SPACE_4);
        let least = LEAST_WIDTH * comparison.columns.len() as f32;
        if least > room.width() {
            ScrollArea::horizontal()
                .id_salt("slates-sideways")
                .auto_shrink(false)
                .show(ui, |ui| self.board_ui(ui, &comparison, stale, desk));
        } else {
            self.board_ui(ui, &comparison, stale, desk);
        }
        head::forms_ui(ui, self, desk);
    }

    fn board_ui(
        &mut self,
        ui: &mut Ui,
        comparison: &Arc<Comparison>,
        stale: bool,
        desk: &mut Desk,
    ) {
        let columns = comparison.columns.len();
        let mut room = ui.available_rect_before_wrap().shrink(SPACE_4);
        let outer = Geometry::new(room, columns);
        room.set_width(outer.total_width(columns).max(room.width()));
        let tokens = Tokens::of(ui);
        for column in 0..columns {
            let card = Rect::from_x_y_ranges(outer.column_range(column), room.y_range());
            ui.painter().rect(
                card,
                RADIUS_CARD,
                tokens.panel,
                (HAIRLINE, tokens.line),
                StrokeKind::Inside,
            );
            let mut rect = card;
            rect.max.y = rect.min.y + HEAD;
            ui.painter()
                .hline(rect.x_range(), rect.bottom() - 0.5, (HAIRLINE, tokens.line));
            ui.scope_builder(
                UiBuilder::new()
                    .id_salt(("slate-head", column))
                    .max_rect(rect.shrink2(vec2(SPACE_3, 0.0))),
                |ui| head::head_ui(ui, comparison, column, self, desk),
            );
        }
        let mut below = room;
        below.min.y += HEAD;
        // Rows end inside the rounded corners of their cards.
        below.max.y -= HAIRLINE;
        // The scroll bar stands beside the cards, not over them.
        let mut scrolled = below;
        scrolled.max.x += SPACE_3;
        ui.scope_builder(UiBuilder::new().max_rect(scrolled), |ui| {
            dimmed_ui(ui, stale, |ui| {
                ScrollArea::vertical()
                    .id_salt("slates")
                    .auto_shrink(false)
                    .show(ui, |ui| self.rows_ui(ui, below, comparison, desk));
            });
        });
        ui.advance_cursor_after_rect(room.expand2(vec2(SPACE_4, 0.0)));
    }

    fn rows_ui(&mut self, ui: &mut Ui, room: Rect, comparison: &Arc<Comparison>, desk: &mut Desk) {
        let longest = comparison
            .columns
            .iter()
            .map(|slate| slate.rows.len())
            .max();
        let longest = longest.unwrap_or(0);
        let size = vec2(room.width(), longest as f32 * ROW);
        let (whole, _) = ui.allocate_exact_size(size, Sense::hover());
        let geometry = Geometry {
            top: whole.top(),
            ..Geometry::new(room, comparison.columns.len())
        };
        let explained = desk.console.answers().explained().cloned();
        let selected = explained
            .as_ref()
            .map(|(column, sku, _)| (*column, sku.as_str()));
        let against = explained
            .as_ref()
            .and_then(|(_, _, other)| other.as_deref());
        let hovered = self.hovered.take();
        let marked: Vec<&str> = hovered
            .as_deref()
            .into_iter()
            .chain(selected.map(|(_, sku)| sku))
            .chain(against)
            .collect();
        self.lines.paint(ui, &geometry, &marked);
        let mut asked = None;
        for (column, slate) in comparison.columns.iter().enumerate() {
            let block = Rect::from_x_y_ranges(geometry.column_range(column), whole.y_range());
            if let Some(error) = &slate.error {
                message_ui(ui, block, ui.clip_rect(), &sentence(error), true);
            } else if slate.rows.is_empty() {
                let said = "No product may be shown here: the rules and the shopper leave none.";
                message_ui(ui, block, ui.clip_rect(), said, false);
            }
            for place in rows_in_sight(ui.clip_rect(), whole, ROW, slate.rows.len()) {
                let row = &slate.rows[place];
                let mark = match selected {
                    Some((at, sku)) if sku == row.sku && at == column => Mark::Selected,
                    Some((at, _)) if at == column && against == Some(row.sku.as_str()) => {
                        Mark::Against
                    }
                    Some((_, sku)) if sku == row.sku => Mark::Elsewhere,
                    _ => Mark::None,
                };
                let cell = Cell {
                    id: row_id(column, row.slot),
                    rect: row_rect(block, place, ROW),
                    slate,
                    row,
                    mark,
                };
                let response = cell.ui(ui, desk);
                if response.hovered() {
                    self.hovered = Some(row.sku.clone());
                }
                if response.has_focus() {
                    self.focused = Some((column, row.slot));
                    if ui.input(|input| input.key_pressed(Key::Enter)) {
                        desk.send(Command::Sheet(Some(row.sku.clone())));
                        continue;
                    }
                }
                if response.clicked() {
                    response.request_focus();
                }
                if response.double_clicked() {
                    desk.send(Command::Sheet(Some(row.sku.clone())));
                } else if response.clicked() {
                    let other = ui.input(|input| input.modifiers.alt || input.modifiers.shift);
                    asked = Some((column, row.sku.clone(), other));
                }
            }
        }
        // The lines follow the pointer with the frame after the one it moved in.
        if self.hovered != hovered {
            ui.request_repaint();
        }
        if let Some((column, slot)) = self.moved(ui, comparison) {
            ui.memory_mut(|memory| memory.request_focus(row_id(column, slot)));
            let slots = Rangef::point(geometry.middle_of_slot(slot)).expand(ROW / 2.0);
            ui.scroll_to_rect(
                Rect::from_x_y_ranges(geometry.column_range(column), slots),
                None,
            );
            asked = row_of(comparison, column, slot).map(|row| (column, row.sku.clone(), false));
        }
        if let Some((column, sku, as_other)) = asked {
            let command = match explained {
                Some((column, first, _)) if as_other && first != sku => Command::Explain {
                    column,
                    sku: first,
                    against: Some(sku),
                },
                _ => Command::Explain {
                    column,
                    sku,
                    against: None,
                },
            };
            desk.send(command);
        }
    }

    /// Where the arrow keys move to from the row that has the keyboard: up and down in its slate,
    /// left and right to the same product in the next slate, or to the same slot.
    fn moved(&self, ui: &Ui, comparison: &Comparison) -> Option<(usize, u32)> {
        let (column, slot) = self.focused?;
        let id = row_id(column, slot);
        if ui.memory(egui::Memory::focused) != Some(id) {
            return None;
        }
        let filter = EventFilter {
            vertical_arrows: true,
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        let pressed = |key| ui.input(|input| input.num_presses(key) as u32);
        let rows = &comparison.columns.get(column)?.rows;
        let last = rows.len() as u32;
        let (left, right) = (pressed(Key::ArrowLeft), pressed(Key::ArrowRight));
        if left + right > 0 {
            let to = (column + right as usize).checked_sub(left as usize)?;
            let there = &comparison.columns.get(to)?.rows;
            let sku = &row_of(comparison, column, slot)?.sku;
            let same = there.iter().find(|row| row.sku == *sku).map(|row| row.slot);
            let to_slot = same.unwrap_or(slot.min(there.len() as u32));
            return (to_slot > 0 && to != column).then_some((to, to_slot));
        }
        let to = if pressed(Key::Home) > 0 {
            1
        } else if pressed(Key::End) > 0 {
            last
        } else {
            let down = pressed(Key::ArrowDown) + 10 * pressed(Key::PageDown);
            let up = pressed(Key::ArrowUp) + 10 * pressed(Key::PageUp);
            (slot + down).saturating_sub(up).clamp(1, last.max(1))
        };
        (to != slot && to <= last).then_some((column, to))
    }
}

fn row_of(comparison: &Comparison, column: usize, slot: u32) -> Option<&SlateRow> {
    let rows = &comparison.columns.get(column)?.rows;
    rows.iter().find(|row| row.slot == slot)
}

fn row_id(column: usize, slot: u32) -> Id {
    Id::unique(("slate-row", column, slot))
}

/// A sentence where the rows of a slate would stand.
fn message_ui(ui: &mut Ui, block: Rect, clip: Rect, text: &str, is_error: bool) {
    let tokens = Tokens::of(ui);
    let rect = Rect::from_x_y_ranges(block.x_range(), clip.y_range()).shrink(SPACE_3);
    ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
        let ink = if is_error { tokens.bad } else { tokens.ink2 };
        ui.add(egui::Label::new(body(text).color(ink)).wrap());
    });
}

/// How a row is marked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    /// It is the one explained.
    Selected,
    /// It is the one that the selected one is held against.
    Against,
    /// The selected product, in another slate.
    Elsewhere,
}

/// One row of a slate.
struct Cell<'a> {
    id: Id,
    rect: Rect,
    slate: &'a SlateColumn,
    row: &'a SlateRow,
    mark: Mark,
}

impl Cell<'_> {
    fn ui(&self, ui: &mut Ui, desk: &mut Desk) -> egui::Response {
        let tokens = Tokens::of(ui);
        let rect = self.rect;
        let response = ui.interact(rect, self.id, Sense::click());
        let selected = self.mark == Mark::Selected;
        response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, selected, self.name()));
        let fill = match (self.mark, response.hovered()) {
            (Mark::Selected, _) => Some(tokens.accent_wash),
            (Mark::Against, _) => Some(tokens.info_wash),
            (_, true) => Some(tokens.hover()),
            _ => None,
        };
        let painter = ui.painter();
        if let Some(fill) = fill {
            painter.rect_filled(rect.shrink2(vec2(HAIRLINE, 0.0)), CornerRadius::ZERO, fill);
        }
        painter.hline(rect.x_range(), rect.bottom() - 0.5, (HAIRLINE, tokens.line));
        if self.mark == Mark::Elsewhere {
            let bar = Rect::from_min_size(rect.min + vec2(HAIRLINE, 0.0), vec2(2.0, ROW - 1.0));
            painter.rect_filled(bar, 0, tokens.accent);
        }
        self.paint_content(ui, desk);
        if response.has_focus() {
            painter_ring(ui, rect);
        }
        response
    }

    fn paint_content(&self, ui: &Ui, desk: &mut Desk) {
        let tokens = Tokens::of(ui);
        let Self { rect, row, .. } = *self;
        let middle = rect.center().y;
        let slot = line(ui, &row.slot.to_string(), Face::BodySemibold, tokens.ink2);
        let slot_left = rect.left() + SPACE_3 + 1.0;
        ui.painter().galley(
            pos2(slot_left, middle - slot.size().y / 2.0),
            slot,
            tokens.ink2,
        );
        let is_wide = rect.width() >= WIDTH_WITH_SHOTS;
        let (indent, padding) = if is_wide {
            (40.0, SPACE_3)
        } else {
            (34.0, SPACE_2)
        };
        let mut left = rect.left() + indent;
        if is_wide {
            let well = Rect::from_min_size(pos2(left, middle - 18.0), vec2(36.0, 36.0));
            ui.painter()
                .rect_filled(well, RADIUS_CONTROL, tokens.ground);
            let shot = Shot {
                sku: &row.sku,
                title: &row.title,
                brand: row.brand.as_deref(),
                category: &row.category,
            };
            desk.shots.paint(ui, well.shrink(3.0), shot);
            left += 36.0 + SPACE_2 + 2.0;
        }
        // A narrow slate has the tag in its second line, so that the title has the first.
        let right = rect.right() - padding;
        let tag_middle = if is_wide { middle } else { middle + 9.0 };
        let tagged = self.paint_tag(ui, pos2(right, tag_middle));
        let is_tagged = tagged < right;
        let room = (tagged - SPACE_2 - left).max(0.0);
        let title_room = if is_wide { room } else { right - left };
        let title = line_within(ui, &row.title, Face::BodyMedium, tokens.ink, title_room);
        ui.painter()
            .galley(pos2(left, middle - 18.0), title, tokens.ink);
        let ink = if fill_is_wash(self.mark) {
            tokens.ink2
        } else {
            tokens.ink3
        };
        let caption = match (is_wide, is_tagged) {
            (true, _) => caption(row, &desk.format, true),
            (false, false) => caption(row, &desk.format, false),
            (false, true) => desk.format.money(row.price),
        };
        // Beside a long tag there may be no room for a price.
        if !is_wide && room < LEAST_CAPTION {
            return;
        }
        let caption = line_within(ui, &caption, Face::Small, ink, room);
        ui.painter().galley(pos2(left, middle + 1.0), caption, ink);
    }

    /// Paints how the product moved, or why it stands here; gives where that begins.
    fn paint_tag(&self, ui: &Ui, right: egui::Pos2) -> f32 {
        let align = Align2::RIGHT_CENTER;
        if let Some(word) = placed(self.row.source) {
            return paint_tag(ui, right, align, Tone::Info, word).left();
        }
        match self.row.movement {
            Movement::Up(by) => Delta::slots(i64::from(by))
                .paint_tag(ui, right, align)
                .left(),
            Movement::Down(by) => Delta::slots(-i64::from(by))
                .paint_tag(ui, right, align)
                .left(),
            Movement::New => paint_tag(ui, right, align, Tone::Info, "new").left(),
            Movement::None | Movement::Same | Movement::Gone => right.x,
        }
    }

    /// "Slot 2 of Draft: House Blend Ground 24 oz, up 3".
    fn name(&self) -> String {
        let Self { row, slate, .. } = self;
        let moved = match (placed(row.source), row.movement) {
            (Some(word), _) => format!(", {}", word.to_lowercase()),
            (None, Movement::Up(by)) => format!(", up {by}"),
            (None, Movement::Down(by)) => format!(", down {by}"),
            (None, Movement::New) => ", new".to_owned(),
            (None, Movement::None | Movement::Same | Movement::Gone) => String::new(),
        };
        format!("Slot {} of {}: {}{moved}", row.slot, slate.title, row.title)
    }
}

fn fill_is_wash(mark: Mark) -> bool {
    matches!(mark, Mark::Selected | Mark::Against)
}

fn painter_ring(ui: &Ui, rect: Rect) {
    let tokens = Tokens::of(ui);
    ui.painter().rect_stroke(
        rect.shrink(2.0),
        RADIUS_CONTROL,
        (endcap_look::FOCUS_RING, tokens.accent),
        StrokeKind::Inside,
    );
}

/// The word for a slot that a rule gave; none for one that the score gave.
fn placed(source: Source) -> Option<&'static str> {
    match source {
        Source::Pin => Some("Pinned"),
        Source::Substitute => Some("Stands in"),
        Source::Reserve => Some("Reserved"),
        Source::Quota => Some("Quota"),
        Source::Ranked | Source::Fallback => None,
    }
}

/// `Harbor & Pine · $9.49 · 34%`.
fn caption(row: &SlateRow, format: &Format, with_brand: bool) -> String {
    let figures = format!(
        "{} · {}",
        format.money(row.price),
        format.percent(row.margin, 0)
    );
    match &row.brand {
        Some(brand) if with_brand => format!("{brand} · {figures}"),
        _ => figures,
    }
}

/// A caption under something, in small print.
pub(super) fn caption_ui(ui: &mut Ui, text: &str) -> egui::Response {
    let ink = Tokens::of(ui).ink3;
    ui.add(egui::Label::new(small(text).color(ink)).truncate())
}
