//! The page as a table; sorting it changes what is seen, not the slate.

use std::cmp::Ordering;
use std::sync::Arc;

use egui::{Key, Rect, Sense, Ui, Vec2};
use endcap_app::{Card, Movement, PageView, Source};
use endcap_look::{Column, Delta, Sort, Table, Tokens, Tone, body, body_medium, small, tag_ui};

use super::keys::{self, Asked};
use super::{card, select};
use crate::{Desk, Shot};

/// What the table remembers between frames.
#[derive(Default)]
pub(super) struct State {
    sort: Option<Sort>,
    /// The places of the slate in the order shown, and what they were sorted for.
    order: Vec<u32>,
    sorted: Option<(Arc<PageView>, Option<Sort>)>,
    /// The row that has the keyboard.
    focused: Option<u64>,
    columns: Vec<Column>,
}

const SLOT: usize = 0;
const CHANGE: usize = 1;
const PRODUCT: usize = 2;
const BRAND: usize = 3;
const PRICE: usize = 4;
const MARGIN: usize = 5;
const STOCK: usize = 6;
const SCORE: usize = 7;

fn columns() -> Vec<Column> {
    let figure = |name: &str, width| Column::new(name, width).right().sortable();
    let words = |name: &str, width| Column::new(name, width).sortable();
    vec![
        figure("Slot", 44.0),
        words("Change", 76.0),
        words("Product", 120.0).grows(),
        words("Brand", 140.0),
        figure("Price", 64.0),
        figure("Margin", 64.0),
        figure("Stock", 54.0),
        figure("Score", 62.0),
        words("Placed by", 110.0),
    ]
}

/// Draws the table.
pub(super) fn list_ui(
    ui: &mut Ui,
    desk: &mut Desk,
    page: &Arc<PageView>,
    state: &mut State,
) -> Option<Asked> {
    if state.columns.is_empty() {
        state.columns = columns();
    }
    state.arrange(page);
    let sku_of = |row: u64| {
        let place = state.order.get(row as usize)?;
        page.slate.cards.get(*place as usize)
    };
    let mut asked = None;
    if let Some(card) = state.focused.and_then(sku_of) {
        let pressed = |modifiers, key: Key| ui.input_mut(|input| input.consume_key(modifiers, key));
        asked = keys::act_on(desk, page, &card.sku, &pressed).flatten();
    }
    let answer = {
        let selected = desk.selected.clone();
        let is_selected = |row: u64| sku_of(row).is_some_and(|card| selected.contains(&card.sku));
        let name = |row: u64| sku_of(row).map_or_else(String::new, |card| card.title.clone());
        let table = Table::new("Products of the page", &state.columns)
            .rows(state.order.len() as u64)
            .sort(state.sort)
            .selected_rows(&is_selected)
            .row_names(&name);
        table.ui(ui, |ui, row, column| {
            let place = state.order.get(row as usize).map(|place| *place as usize);
            let card = place.and_then(|place| page.slate.cards.get(place));
            let movement = place.and_then(|place| page.movements.get(place));
            if let (Some(card), Some(movement)) = (card, movement) {
                cell_ui(ui, desk, page, (card, *movement), column);
            }
        })
    };
    if let Some(card) = answer.clicked.and_then(sku_of) {
        let modifiers = ui.input(|input| input.modifiers);
        let from = desk.focus.clone();
        match from {
            _ if modifiers.command => select::toggle(desk, &card.sku),
            Some(from) if modifiers.shift => {
                let shown = state.order.iter();
                let skus = shown.filter_map(|place| page.slate.cards.get(*place as usize));
                let skus: Vec<&str> = skus.map(|card| card.sku.as_str()).collect();
                select::range(desk, &skus, &from, &card.sku);
            }
            _ => select::only(desk, &card.sku),
        }
    }
    if let Some(card) = answer.double_clicked.and_then(sku_of) {
        keys::open_sheet(desk, &card.sku);
    }
    if let Some(card) = answer.moved_to.and_then(sku_of) {
        desk.focus = Some(card.sku.clone());
    }
    state.focused = answer.focused;
    if answer.sort.is_some() {
        state.sort = answer.sort;
    }
    asked
}

impl State {
    /// Sorts anew where the page or the sorting is another.
    fn arrange(&mut self, page: &Arc<PageView>) {
        let is_sorted = self
            .sorted
            .as_ref()
            .is_some_and(|(of, sort)| Arc::ptr_eq(of, page) && *sort == self.sort);
        if is_sorted {
            return;
        }
        let mut order: Vec<u32> = (0..page.slate.cards.len() as u32).collect();
        if let Some(sort) = self.sort {
            order.sort_by(|a, b| {
                let order = compare(page, *a as usize, *b as usize, sort.column);
                let order = if sort.descending {
                    order.reverse()
                } else {
                    order
                };
                order.then(a.cmp(b))
            });
        }
        self.order = order;
        self.sorted = Some((Arc::clone(page), self.sort));
    }
}

fn compare(page: &PageView, a: usize, b: usize, column: usize) -> Ordering {
    let (Some(x), Some(y)) = (page.slate.cards.get(a), page.slate.cards.get(b)) else {
        return Ordering::Equal;
    };
    match column {
        SLOT => x.slot.cmp(&y.slot),
        // What is new has come the furthest.
        CHANGE => {
            let moved = |place: usize| match page.movements.get(place) {
                Some(movement) => card::slots(*movement).unwrap_or(i64::MAX),
                None => 0,
            };
            moved(a).cmp(&moved(b))
        }
        PRODUCT => x.title.cmp(&y.title),
        BRAND => x.brand.cmp(&y.brand),
        PRICE => x.price.total_cmp(&y.price),
        MARGIN => x.margin.total_cmp(&y.margin),
        STOCK => x.stock.cmp(&y.stock),
        SCORE => x.score.total_cmp(&y.score),
        _ => placed_by(page, x).cmp(&placed_by(page, y)),
    }
}

/// What put a product into its slot: its score, or a rule by its name.
pub(super) fn placed_by(page: &PageView, card: &Card) -> String {
    let rule = card.rule.as_deref().map(|id| {
        let known = page.rules.iter().find(|rule| rule.id == id);
        known.map_or(id, |rule| rule.name.as_str())
    });
    let how = match card.source {
        Source::Ranked => "Score",
        Source::Pin => "Pin",
        Source::Substitute => "Substitute",
        Source::Reserve => "Reserve",
        Source::Quota => "Quota",
        Source::Fallback => "Fallback",
    };
    match rule {
        Some(rule) => format!("{how}: {rule}"),
        None => how.to_owned(),
    }
}

fn cell_ui(
    ui: &mut Ui,
    desk: &mut Desk,
    page: &PageView,
    (card, movement): (&Card, Movement),
    column: usize,
) {
    let tokens = Tokens::of(ui);
    let words = |ui: &mut Ui, text: egui::RichText| {
        ui.add(egui::Label::new(text).truncate());
    };
    match column {
        SLOT => words(ui, body(card.slot.to_string()).color(tokens.ink)),
        CHANGE if card::held(card).is_some() => {
            tag_ui(ui, Tone::Info, card::held(card).unwrap_or_default());
        }
        CHANGE => match card::slots(movement) {
            Some(0) => {}
            Some(by) => {
                Delta::slots(by).tag_ui(ui);
            }
            None => {
                tag_ui(ui, Tone::Accent, "New");
            }
        },
        PRODUCT => {
            let (rect, _) = ui.allocate_exact_size(Vec2::splat(24.0), Sense::hover());
            shot_ui(ui, desk, rect, card);
            words(ui, body_medium(&card.title).color(tokens.ink));
        }
        BRAND => {
            let brand = card.brand.as_deref().unwrap_or("No brand");
            let own = if card.private_label { " · own" } else { "" };
            words(ui, body(format!("{brand}{own}")).color(tokens.ink2));
        }
        PRICE => words(ui, body(desk.format.money(card.price)).color(tokens.ink)),
        MARGIN => words(
            ui,
            body(desk.format.percent(card.margin, 0)).color(tokens.ink2),
        ),
        STOCK => words(ui, body(desk.format.count(card.stock)).color(tokens.ink2)),
        SCORE => words(
            ui,
            body(desk.format.decimal(card.score, 3)).color(tokens.ink2),
        ),
        _ => words(ui, small(placed_by(page, card)).color(tokens.ink2)),
    }
}

/// Draws a pack shot as small as a row.
pub(super) fn shot_ui(ui: &Ui, desk: &mut Desk, rect: Rect, card: &Card) {
    let shot = Shot {
        sku: &card.sku,
        title: &card.title,
        brand: card.brand.as_deref(),
        category: &card.category,
    };
    desk.shots.paint(ui, rect, shot);
}
