//! The page as cards: only those in sight are drawn; they slide when the order changes, and can
//! be dragged, chosen and moved with the keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::accesskit::{Action as AccessAction, Role};
use egui::{
    Id, LayerId, Order, Pos2, Rect, Response, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    Vec2, WidgetInfo, pos2, vec2,
};
use endcap_app::{Card, Movement, PageView};
use endcap_look::{
    FOCUS_RING, Face, Icon, IconButton, RADIUS_CARD, SPACE_3, SPACE_4, Tokens, context_menu_ui,
    line, menu_ui,
};

use super::card::{self, Show};
use super::drag::{Drag, Dragged};
use super::keys;
use super::menu;
use super::select;
use super::slide::Slides;
use crate::{Desk, Spot};

/// No card is narrower than this.
const LEAST_WIDTH: f32 = 138.0;
/// So near to its edge, in points, a drag scrolls the page.
const EDGE: f32 = 56.0;
/// The most it scrolls in a frame.
const FASTEST: f32 = 18.0;

/// What the grid remembers between frames.
#[derive(Default)]
pub(super) struct State {
    slides: Slides,
    drag: Option<Drag>,
    /// The page that was drawn last, with the rows that were in sight.
    seen: Option<(Arc<PageView>, Cells, std::ops::Range<usize>)>,
    /// The product whose menu is open.
    menu: Option<String>,
    /// Where the pointer was last, for the frame in which it is released.
    pointer: Pos2,
}

/// Where the cards stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cells {
    /// The corner of the first one.
    origin: Pos2,
    /// In a row.
    pub columns: usize,
    width: f32,
}

impl Cells {
    fn new(origin: Pos2, room: f32) -> Self {
        let columns = ((room + SPACE_3) / (LEAST_WIDTH + SPACE_3))
            .floor()
            .max(1.0);
        Self {
            origin,
            columns: columns as usize,
            width: ((room + SPACE_3) / columns - SPACE_3).floor(),
        }
    }

    fn size(&self) -> Vec2 {
        vec2(self.width, card::HEIGHT)
    }

    /// From one card's corner to the next one's.
    fn step(&self) -> Vec2 {
        self.size() + Vec2::splat(SPACE_3)
    }

    fn rect(&self, place: usize) -> Rect {
        let (row, column) = (place / self.columns, place % self.columns);
        let by = self.step() * vec2(column as f32, row as f32);
        Rect::from_min_size(self.origin + by, self.size())
    }

    fn height(&self, count: usize) -> f32 {
        let rows = count.div_ceil(self.columns) as f32;
        (rows * self.step().y - SPACE_3).max(0.0)
    }

    /// The place under a point, the gaps belonging to the card before them.
    fn place(&self, at: Pos2) -> Option<usize> {
        let by = (at - self.origin) / self.step();
        let inside = by.x >= 0.0 && by.y >= 0.0 && by.x < self.columns as f32;
        inside.then(|| by.y as usize * self.columns + by.x as usize)
    }

    /// The places in some stretch of the page, from its top.
    fn within(&self, from: f32, to: f32, count: usize) -> std::ops::Range<usize> {
        let row = |y: f32| (y / self.step().y).floor().max(0.0) as usize;
        let end = (row(to) + 1) * self.columns;
        (row(from) * self.columns).min(count)..end.min(count)
    }
}

/// The id of a product's card, the same wherever it stands.
pub(super) fn card_id(sku: &str) -> Id {
    Id::unique(("rank card", sku))
}

/// Draws the cards.
pub(super) fn grid_ui(
    ui: &mut Ui,
    desk: &mut Desk,
    page: &Arc<PageView>,
    hidden: &[Card],
    state: &mut State,
) -> Option<keys::Asked> {
    let room = ui.available_width() - 2.0 * SPACE_4;
    let columns = Cells::new(Pos2::ZERO, room).columns;
    let asked = keys::keys_ui(ui, desk, page, columns);
    let scroll_to = asked.as_ref().and_then(keys::Asked::in_sight);
    let name = format!("Products of {}", super::page_title(&page.slate.request));
    let builder = UiBuilder::new()
        .accessibility_role(Role::ListBox)
        .accessibility_label(name);
    let area = ScrollArea::vertical().auto_shrink(false).id_salt("grid");
    let menu = ui
        .scope_builder(builder, |ui| {
            area.show_viewport(ui, |ui, viewport| {
                let origin = ui.max_rect().min + vec2(SPACE_4, FOCUS_RING);
                let cells = Cells::new(origin, room);
                let count = page.slate.cards.len() + hidden.len();
                ui.set_height(cells.height(count) + SPACE_4 + FOCUS_RING);
                ui.set_width(ui.available_width());
                if let Some(place) = scroll_to {
                    ui.scroll_to_rect(cells.rect(place).expand(SPACE_3), None);
                }
                let sight = cells.within(viewport.top(), viewport.bottom(), count);
                state.follow(ui, page, cells, sight.clone());
                let all = Cards {
                    page,
                    hidden,
                    cells,
                    sight,
                };
                all.draw_ui(ui, desk, state)
            })
            .inner
        })
        .inner;
    state.slides.advance(ui);
    menu.or(asked)
}

impl State {
    /// Sets what stands elsewhere than in the frame before on its way.
    fn follow(
        &mut self,
        ui: &Ui,
        page: &Arc<PageView>,
        cells: Cells,
        sight: std::ops::Range<usize>,
    ) {
        let now = ui.input(|input| input.time);
        let seen = self.seen.replace((Arc::clone(page), cells, sight.clone()));
        let Some((before, old_cells, old_sight)) = seen else {
            return;
        };
        if Arc::ptr_eq(&before, page) {
            return;
        }
        let same_look = before.slate.request == page.slate.request
            && old_cells.columns == cells.columns
            && ui.style().animation_time > 0.0;
        if !same_look {
            self.slides.stop();
            return;
        }
        let places: BTreeMap<&str, usize> = sku_places(&before);
        let lifted = self.drag.as_ref().map(|drag| drag.sku.as_str());
        for place in sight.clone() {
            let Some(card) = page.slate.cards.get(place) else {
                break;
            };
            match places.get(card.sku.as_str()) {
                Some(was) if *was == place || lifted == Some(&card.sku) => {}
                Some(was) => {
                    let by = cells.rect(place).min - cells.rect(*was).min;
                    self.slides.moved(&card.sku, by, now);
                }
                None => self.slides.came(&card.sku, now),
            }
        }
        let places = sku_places(page);
        for place in old_sight {
            let Some(card) = before.slate.cards.get(place) else {
                break;
            };
            let is = places.get(card.sku.as_str());
            if !is.is_some_and(|is| sight.contains(is)) {
                self.slides.went(card.clone(), cells.rect(place), now);
            }
        }
    }
}

fn sku_places(page: &PageView) -> BTreeMap<&str, usize> {
    let cards = page.slate.cards.iter().enumerate();
    cards
        .map(|(place, card)| (card.sku.as_str(), place))
        .collect()
}

/// The cards of one frame.
struct Cards<'a> {
    page: &'a Arc<PageView>,
    /// What is hidden by hand and stands on live, shown after the last slot.
    hidden: &'a [Card],
    cells: Cells,
    /// The places in sight.
    sight: std::ops::Range<usize>,
}

impl Cards<'_> {
    fn draw_ui(&self, ui: &mut Ui, desk: &mut Desk, state: &mut State) -> Option<keys::Asked> {
        let ground = ui.interact(ui.max_rect(), ui.scope_id().with("ground"), Sense::CLICK);
        if ground.clicked() {
            desk.selected.clear();
        }
        let now = ui.input(|input| input.time);
        for (card, stood, left) in state.slides.going(now) {
            let show = Show {
                opacity: left,
                ..Show::default()
            };
            card::paint(ui, desk, stood, (card, None), show);
        }
        self.drop_slot_ui(ui, state);
        let tab_stop = self.tab_stop(desk);
        let mut asked = None;
        for place in self.sight.clone() {
            let shown = self.page.slate.cards.len();
            let (card, movement) = match self.page.slate.cards.get(place) {
                Some(card) => (card, self.page.movements.get(place).copied()),
                None => match self.hidden.get(place - shown) {
                    Some(card) => (card, None),
                    None => break,
                },
            };
            if state.drag.as_ref().is_some_and(|drag| drag.sku == card.sku) {
                continue;
            }
            let of = (card, movement, place);
            asked = self
                .card_ui(ui, desk, state, of, place == tab_stop)
                .or(asked);
        }
        self.dragged_ui(ui, desk, state);
        asked
    }

    /// The one card that Tab reaches; the arrows go on from there.
    fn tab_stop(&self, desk: &Desk) -> usize {
        let focus = desk.focus.as_deref();
        focus
            .and_then(|sku| self.place_of(sku))
            .unwrap_or(self.sight.start)
    }

    fn place_of(&self, sku: &str) -> Option<usize> {
        select::place(self.page, sku).or_else(|| {
            let hidden = self.hidden.iter().position(|card| card.sku == sku);
            hidden.map(|place| self.page.slate.cards.len() + place)
        })
    }

    fn card_ui(
        &self,
        ui: &mut Ui,
        desk: &mut Desk,
        state: &mut State,
        (card, movement, place): (&Card, Option<Movement>, usize),
        is_tab_stop: bool,
    ) -> Option<keys::Asked> {
        let now = ui.input(|input| input.time);
        let hidden = movement.is_none();
        let phase = if state.slides.is_moving() {
            state.slides.phase(&card.sku, now)
        } else {
            Slides::rest()
        };
        let rect = self.cells.rect(place).translate(phase.offset);
        if place == self.sight.start {
            desk.spot(Spot::Card, rect);
        }
        let id = card_id(&card.sku);
        let asked_for =
            ui.input(|input| input.has_accesskit_action_request(id, AccessAction::Focus));
        if asked_for {
            desk.focus = Some(card.sku.clone());
        }
        let mut sense = Sense::CLICK;
        if !hidden {
            sense |= Sense::DRAG;
        }
        if is_tab_stop || asked_for {
            sense |= Sense::FOCUSABLE;
        }
        let response = ui.interact(rect, id, sense);
        if place == 0 {
            desk.spot(Spot::Card, rect);
        }
        let selected = desk.selected.contains(&card.sku);
        let label = if hidden {
            format!("Hidden, {}", card.title)
        } else {
            format!("Slot {}, {}", card.slot, card.title)
        };
        response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, selected, &label));
        ui.accesskit_node_builder(id, |node| {
            let said = match movement {
                Some(movement) => card::description(desk, card, movement),
                None => "hidden here by hand; live shows it".to_owned(),
            };
            node.set_description(said);
            node.set_position_in_set(place);
            node.set_size_of_set(self.page.slate.cards.len());
        });
        self.pointed(ui, desk, state, &response, (card, place));
        let touched = response.contains_pointer() && state.drag.is_none();
        let show = Show {
            selected,
            focused: response.has_focus(),
            hovered: touched,
            hidden,
            opacity: if hidden { 0.55 } else { phase.opacity },
        };
        card::paint(ui, desk, rect, (card, movement), show);
        let of = (card, hidden);
        let menu_open = state.menu.as_deref() == Some(card.sku.as_str());
        let mut asked = None;
        if touched || show.focused || menu_open {
            asked = self.more_ui(ui, desk, state, rect, of);
        }
        let menu = context_menu_ui(&response, "Product", |ui| {
            menu::menu_ui(ui, desk, self.page, of)
        });
        asked.or(menu.and_then(|menu| menu.inner))
    }

    /// What the pointer does to a card.
    fn pointed(
        &self,
        ui: &Ui,
        desk: &mut Desk,
        state: &mut State,
        response: &Response,
        (card, place): (&Card, usize),
    ) {
        if response.clicked() {
            let modifiers = ui.input(|input| input.modifiers);
            let from = desk.focus.clone();
            match from {
                _ if modifiers.command => select::toggle(desk, &card.sku),
                Some(from) if modifiers.shift => {
                    let cards = self.page.slate.cards.iter();
                    let shown: Vec<&str> = cards.map(|card| card.sku.as_str()).collect();
                    select::range(desk, &shown, &from, &card.sku);
                }
                _ => select::only(desk, &card.sku),
            }
            ui.memory_mut(|memory| memory.request_focus(response.id));
        }
        if response.secondary_clicked() && !desk.selected.contains(&card.sku) {
            select::only(desk, &card.sku);
        }
        if response.double_clicked() {
            keys::open_sheet(desk, &card.sku);
        }
        if response.drag_started_by(egui::PointerButton::Primary) {
            let pressed = ui.input(|input| input.pointer.press_origin());
            let grip = pressed.map_or(Vec2::ZERO, |at| at - response.rect.min);
            state.drag = Drag::lift(desk, self.page, place, grip);
        }
    }

    /// The button that opens the menu of a card, at the foot of its picture.
    fn more_ui(
        &self,
        ui: &mut Ui,
        desk: &mut Desk,
        state: &mut State,
        rect: Rect,
        of: (&Card, bool),
    ) -> Option<keys::Asked> {
        let (card, _) = of;
        let corner = pos2(rect.right() - 36.0, rect.top() + 78.0);
        let place = Rect::from_min_size(corner, Vec2::splat(22.0));
        let mut child = ui.new_child(
            UiBuilder::new()
                .max_rect(place)
                .scope_id(card_id(&card.sku).with("more")),
        );
        let name = format!("More for {}", card.title);
        let more = IconButton::new(Icon::More, &name).small().ui(&mut child);
        let shown = menu_ui(&more, "Product", |ui| {
            menu::menu_ui(ui, desk, self.page, of)
        });
        match shown {
            Some(shown) => {
                state.menu = Some(card.sku.clone());
                shown.inner
            }
            None => {
                if state.menu.as_deref() == Some(card.sku.as_str()) {
                    state.menu = None;
                }
                None
            }
        }
    }

    /// The slot that a card in the air would take.
    fn drop_slot_ui(&self, ui: &Ui, state: &State) {
        let slot = state.drag.as_ref().and_then(|drag| drag.slot);
        let Some(slot) = slot else { return };
        let tokens = Tokens::of(ui);
        let rect = self.cells.rect(slot as usize - 1);
        let stroke = Stroke::new(FOCUS_RING, tokens.accent);
        ui.painter().rect(
            rect,
            RADIUS_CARD,
            tokens.accent_wash,
            stroke,
            StrokeKind::Inside,
        );
        let text = line(
            ui,
            &format!("Slot {slot}"),
            Face::BodySemibold,
            tokens.accent,
        );
        ui.painter()
            .galley(rect.center() - text.size() / 2.0, text, tokens.accent);
    }

    /// The card in the air, over everything else.
    fn dragged_ui(&self, ui: &mut Ui, desk: &mut Desk, state: &mut State) {
        let Some(mut drag) = state.drag.take() else {
            return;
        };
        if let Some(pointer) = ui.input(|input| input.pointer.latest_pos()) {
            state.pointer = pointer;
        }
        let pointer = state.pointer;
        let sight = ui.clip_rect();
        let place = self
            .cells
            .place(pointer)
            .filter(|place| sight.contains(pointer) && *place < self.page.slate.cards.len());
        let slot = place.map(|place| place as u32 + 1);
        if drag.follow(ui, desk, slot) == Dragged::Over {
            return;
        }
        scroll_at_edges(ui, pointer);
        if let Some(card) = super::gestures::known(self.page, &drag.sku) {
            let rect = drag.rect(pointer, self.cells.size());
            let layer = LayerId::new(Order::Tooltip, Id::unique("rank card in the air"));
            let mut above = ui.new_child(UiBuilder::new().layer_id(layer).max_rect(rect));
            above.set_clip_rect(ui.content_rect());
            let show = Show {
                selected: true,
                opacity: 0.92,
                ..Show::default()
            };
            let mut card = card.clone();
            card.slot = drag.slot.unwrap_or(card.slot);
            card::paint(
                &mut above,
                desk,
                rect,
                (&card, None),
                Show {
                    hidden: false,
                    ..show
                },
            );
        }
        state.drag = Some(drag);
    }
}

/// Scrolls while a card is held near the upper or lower edge.
fn scroll_at_edges(ui: &Ui, pointer: Pos2) {
    let sight = ui.clip_rect();
    let above = (sight.top() + EDGE - pointer.y).clamp(0.0, EDGE);
    let below = (pointer.y - (sight.bottom() - EDGE)).clamp(0.0, EDGE);
    let by = (above - below) / EDGE * FASTEST;
    if by != 0.0 && sight.x_range().contains(pointer.x) {
        let before = ui.max_rect().top();
        ui.scroll_with_delta(vec2(0.0, by));
        let content = ui.min_rect();
        let at_end =
            (by > 0.0 && before >= sight.top()) || (by < 0.0 && content.bottom() <= sight.bottom());
        if !at_end {
            ui.request_repaint();
        }
    }
}
