//! The drawer at the foot: products that are not eligible, by reason, and the notes of the slate.

use std::ops::Range;
use std::sync::Arc;

use egui::{Align, Frame, Layout, Panel, ScrollArea, Ui, UiBuilder, vec2};
use endcap_app::console::Command;
use endcap_app::{PageView, Reason, reason_phrase};
use endcap_look::{
    Button, Column, Icon, Row, SPACE_2, SPACE_3, SearchField, Table, Tokens, body, body_medium,
    empty_state_ui, hairline_ui, popover_ui, small,
};

use super::keys;
use crate::Desk;

/// The height of the bar that is always there.
const BAR: f32 = 36.0;
/// The height that the open drawer has at first.
const HEIGHT: f32 = 260.0;
/// The width of the list of reasons.
const REASONS: f32 = 200.0;
/// Rows are asked for in blocks of so many, so that scrolling does not ask in every frame.
const BLOCK: usize = 64;
/// The name of the open drawer's height in the session.
const NAME: &str = "rank-drawer";

/// What the drawer remembers between frames.
#[derive(Default)]
pub(super) struct State {
    is_open: bool,
    text: String,
    reason: Option<Reason>,
    asked: Option<Asked>,
    columns: Vec<Column>,
}

/// What was asked last, so that it is asked once.
#[derive(PartialEq)]
struct Asked {
    /// The address of the page, which is held by the answer and so not used again.
    page: usize,
    text: String,
    reason: Option<Reason>,
    places: Range<usize>,
}

impl State {
    /// Opens the drawer, or closes it.
    pub(super) fn toggle(&mut self) {
        self.is_open = !self.is_open;
    }
}

/// Draws the drawer at the foot of the room there is.
pub(super) fn drawer_ui(ui: &mut Ui, desk: &mut Desk, page: &Arc<PageView>, state: &mut State) {
    let tokens = Tokens::of(ui);
    let frame = Frame::new().fill(tokens.panel);
    if !state.is_open {
        Panel::bottom("rank-drawer-closed")
            .exact_size(BAR)
            .resizable(false)
            .frame(frame)
            .show(ui, |ui| bar_ui(ui, desk, page, state));
        return;
    }
    let kept = desk.console.session().panels.get(NAME).copied();
    let most = (ui.available_height() - 160.0).max(BAR + 80.0);
    let shown = Panel::bottom(NAME)
        .resizable(true)
        .default_size(kept.unwrap_or(HEIGHT))
        .size_range(BAR + 80.0..=most)
        .frame(frame)
        .show(ui, |ui| {
            let mut ui = super::filling(ui);
            bar_ui(&mut ui, desk, page, state);
            hairline_ui(&mut ui);
            content_ui(&mut ui, desk, page, state);
        });
    let height = shown.response.rect.height();
    if kept.is_none_or(|kept| (kept - height).abs() >= 0.5) {
        desk.console.remember(|session| {
            session.panels.insert(NAME.to_owned(), height);
        });
    }
}

/// How many are not eligible, and why, in one line.
fn bar_ui(ui: &mut Ui, desk: &mut Desk, page: &PageView, state: &mut State) {
    let size = vec2(ui.available_width(), BAR - 1.0);
    let (_, rect) = ui.allocate_space(size);
    let inner = rect.shrink2(vec2(SPACE_3, 0.0));
    let builder = UiBuilder::new()
        .max_rect(inner)
        .layout(Layout::right_to_left(Align::Center));
    ui.scope_builder(builder, |ui| {
        notes_ui(ui, page);
        let room = ui.available_size();
        ui.allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), |ui| {
            let tokens = Tokens::of(ui);
            let count = page.slate.unshown.len();
            let shown = desk.format.count(count as i64);
            let said = match count {
                0 => "Every product is eligible".to_owned(),
                1 => "1 product is not eligible".to_owned(),
                _ => format!("{shown} products are not eligible"),
            };
            let icon = if state.is_open {
                Icon::ChevronDown
            } else {
                Icon::ChevronUp
            };
            let button = Button::quiet(&said).icon(icon).selected(state.is_open);
            if button.small().ui(ui).clicked() {
                state.toggle();
            }
            let by_reason = page.slate.counts.by_reason.iter();
            let by_reason: Vec<String> = by_reason
                .map(|(reason, count)| {
                    let count = desk.format.count(i64::from(*count));
                    format!("{count} {}", reason_phrase(*reason))
                })
                .collect();
            let by_reason = small(by_reason.join(" · ")).color(tokens.ink3);
            ui.add(egui::Label::new(by_reason).truncate());
        });
    });
}

/// What a merchandiser should know of how the slate came about.
fn notes_ui(ui: &mut Ui, page: &PageView) {
    let notes: Vec<&String> = page
        .slate
        .warnings
        .iter()
        .chain(&page.slate.notes)
        .collect();
    if notes.is_empty() {
        return;
    }
    let s = if notes.len() == 1 { "" } else { "s" };
    let text = format!("{} note{s}", notes.len());
    let button = Button::quiet(&text)
        .icon(Icon::Info)
        .name("Notes on this slate")
        .small()
        .ui(ui);
    popover_ui(&button, "Notes on this slate", 380.0, |ui| {
        let tokens = Tokens::of(ui);
        ScrollArea::vertical().max_height(280.0).show(ui, |ui| {
            for (index, note) in notes.iter().enumerate() {
                if index > 0 {
                    hairline_ui(ui);
                }
                ui.add(egui::Label::new(body(*note).color(tokens.ink)).wrap());
            }
        });
    });
}

fn content_ui(ui: &mut Ui, desk: &mut Desk, page: &Arc<PageView>, state: &mut State) {
    if page.slate.unshown.is_empty() {
        let said = "Every product of this page may be shown.";
        empty_state_ui(ui, Icon::CheckCircle, said, None);
        return;
    }
    let room = ui.available_rect_before_wrap();
    let (left, right) = room.split_left_right_at_x(room.left() + REASONS);
    let mut reasons = ui.new_child(UiBuilder::new().max_rect(left.shrink(SPACE_2)));
    reasons_ui(&mut reasons, desk, page, state);
    let tokens = Tokens::of(ui);
    ui.painter().vline(
        right.left(),
        room.y_range(),
        (endcap_look::HAIRLINE, tokens.line),
    );
    let mut rows = ui.new_child(UiBuilder::new().max_rect(right.shrink2(vec2(SPACE_3, SPACE_2))));
    rows_ui(&mut rows, desk, page, state);
}

fn reasons_ui(ui: &mut Ui, desk: &Desk, page: &PageView, state: &mut State) {
    ScrollArea::vertical()
        .auto_shrink(false)
        .id_salt("reasons")
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let all = desk.format.count(page.slate.unshown.len() as i64);
            let row = Row::new("All reasons")
                .count(&all)
                .selected(state.reason.is_none());
            if row.ui(ui).response.clicked() {
                state.reason = None;
            }
            for (reason, count) in &page.slate.counts.by_reason {
                let count = desk.format.count(i64::from(*count));
                let name = capitalised(reason_phrase(*reason));
                let row = Row::new(&name)
                    .count(&count)
                    .selected(state.reason == Some(*reason));
                if row.ui(ui).response.clicked() {
                    state.reason = Some(*reason);
                }
            }
        });
}

fn rows_ui(ui: &mut Ui, desk: &mut Desk, page: &Arc<PageView>, state: &mut State) {
    let is_gone = |reason: Reason| {
        let mut known = page.slate.counts.by_reason.iter();
        !known.any(|(known, _)| *known == reason)
    };
    if state.reason.is_some_and(is_gone) {
        state.reason = None;
    }
    SearchField::new("Search products that are not eligible", &mut state.text).ui(ui);
    ui.add_space(SPACE_2 / 2.0);
    let answer = desk.console.answers().unshown().value().cloned();
    let fits = answer.as_ref().filter(|answer| {
        answer.text == state.text
            && answer.reason == state.reason
            && Arc::ptr_eq(&answer.page, page)
    });
    // Until the answer for this search is there, its first rows are asked for.
    let total = fits.map_or(0, |answer| answer.total);
    if state.columns.is_empty() {
        state.columns = vec![
            Column::new("Product", 220.0),
            Column::new("Why it is not shown", 200.0).grows(),
            Column::new("", 64.0).right(),
        ];
    }
    let row_of = |row: u64| {
        let answer = answer.as_ref()?;
        answer.rows.get((row as usize).checked_sub(answer.start)?)
    };
    let mut why = None;
    let shown = answer.as_ref().map_or(0, |answer| answer.total);
    if fits.is_some() && shown == 0 {
        empty_state_ui(ui, Icon::Search, "No product here has these words.", None);
    }
    let name = |row: u64| row_of(row).map_or_else(String::new, |row| row.title.clone());
    let table = Table::new("Products that are not eligible", &state.columns)
        .rows(shown as u64)
        .row_names(&name);
    let response = table.ui(ui, |ui, row, column| {
        let tokens = Tokens::of(ui);
        let Some(row) = row_of(row) else { return };
        match column {
            0 => {
                let title = body_medium(&row.title).color(tokens.ink);
                ui.add(egui::Label::new(title).truncate());
            }
            1 => {
                let said = body(&row.sentence).color(tokens.ink2);
                ui.add(egui::Label::new(said).truncate());
            }
            _ => {
                let name = format!("Why {} is not shown", row.title);
                if Button::quiet("Why").name(&name).small().ui(ui).clicked() {
                    why = Some(row.sku.clone());
                }
            }
        }
    });
    let opened = response.double_clicked.and_then(row_of);
    if let Some(sku) = why.or_else(|| opened.map(|row| row.sku.clone())) {
        keys::open_sheet(desk, &sku);
    }
    let visible = response.visible.start as usize..response.visible.end as usize;
    ask(desk, page, state, visible, total);
}

/// Asks for the rows in sight with some before and behind them, where they are not there yet.
fn ask(
    desk: &mut Desk,
    page: &Arc<PageView>,
    state: &mut State,
    visible: Range<usize>,
    total: usize,
) {
    let start = visible.start / BLOCK * BLOCK;
    let end = (visible.end / BLOCK + 2) * BLOCK;
    let asked = Asked {
        page: Arc::as_ptr(page) as usize,
        text: state.text.clone(),
        reason: state.reason,
        places: start.min(total)..end,
    };
    if state.asked.as_ref() == Some(&asked) {
        return;
    }
    desk.send(Command::Unshown {
        text: asked.text.clone(),
        reason: asked.reason,
        places: asked.places.clone(),
    });
    state.asked = Some(asked);
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
