//! The category tree at the left: what is sold, and where the draft has something of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Weak};

use egui::accesskit::Role;
use egui::{EventFilter, Frame, Id, Key, Margin, ScrollArea, Ui, WidgetInfo};
use endcap_app::console::Opened;
use endcap_app::{CategoryTree, Mark, rule_marks};
use endcap_look::{
    ROW_HEIGHT, Row, SPACE_2, SPACE_3, SPACE_4, SearchField, Tokens, hairline_ui, small,
};

use crate::{Action, Desk};

/// What is remembered between frames.
#[derive(Default)]
pub(crate) struct State {
    search: String,
    wants_search: bool,
    /// The path that keys act on, and whether the keyboard must go there.
    cursor: Option<String>,
    wants_focus: bool,
    shown: Shown,
    marks: Marks,
}

/// The rows in sight of the tree, and what they were worked out for.
#[derive(Default)]
struct Shown {
    data: Weak<Opened>,
    search: String,
    closed: Vec<String>,
    rows: Vec<usize>,
}

/// The marks of the draft, and of which revision.
#[derive(Default)]
struct Marks {
    of: Option<(Weak<Opened>, u64)>,
    marks: BTreeMap<String, Mark>,
}

/// What a user did to the tree.
enum Step {
    Open(String),
    Close(String),
    Look(String),
    Move(usize),
}

/// Draws the tree with its search.
pub(crate) fn tree_ui(ui: &mut Ui, desk: &mut Desk, state: &mut State) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let field_id = Id::unique("search-categories");
    let margin = Margin::symmetric(SPACE_4 as i8, SPACE_3 as i8);
    let field = Frame::NONE.inner_margin(margin).show(ui, |ui| {
        SearchField::new("Search categories", &mut state.search)
            .id(field_id)
            .ui(ui)
    });
    if std::mem::take(&mut state.wants_search) {
        field.inner.request_focus();
    }
    hairline_ui(ui);
    let Some(data) = desk.console.data().cloned() else {
        return;
    };
    if !std::ptr::eq(state.shown.data.as_ptr(), Arc::as_ptr(&data)) {
        keep_closed(desk, &data);
    }
    let closed = desk.console.session().closed_pages.clone();
    state.shown.update(&data, &state.search, &closed);
    state.marks.update(desk, &data);
    let below = field.inner.has_focus() || field.inner.lost_focus();
    if below && ui.input(|input| input.key_pressed(Key::ArrowDown)) {
        state.go_to(&data.tree, 0);
    }
    if field.inner.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
        // The first row that the text itself names, not one that only leads there.
        let found = first_found(&data.tree, &state.shown.rows, &state.search);
        if let Some(path) = found {
            look(desk, path);
        }
    }
    if state.shown.rows.is_empty() {
        let tokens = Tokens::of(ui);
        Frame::NONE.inner_margin(SPACE_4).show(ui, |ui| {
            let said = format!("No category has “{}” in its name.", state.search.trim());
            ui.add(egui::Label::new(small(said).color(tokens.ink3)).wrap());
        });
        return;
    }
    let step = rows_ui(ui, desk, &data, state);
    match step {
        Some(Step::Open(path)) => desk
            .console
            .remember(|session| session.closed_pages.retain(|closed| *closed != path)),
        Some(Step::Close(path)) => desk
            .console
            .remember(|session| session.closed_pages.push(path)),
        Some(Step::Look(path)) => look(desk, &path),
        Some(Step::Move(row)) => state.go_to(&data.tree, row),
        None => {}
    }
}

/// Carries out an action that is meant for this part; says whether it is one.
pub(crate) fn act(action: Action, _desk: &mut Desk, state: &mut State) -> bool {
    let is_mine = action == Action::Find;
    state.wants_search |= is_mine;
    is_mine
}

/// Shows another page, in its usual place.
fn look(desk: &mut Desk, path: &str) {
    let path = path.to_owned();
    desk.look(|context| {
        context.page = Some(path);
        context.placement = context
            .placement
            .filter(|placement| *placement == endcap_app::Placement::Category);
        context.query = None;
        context.anchor = None;
    });
}

fn first_found<'t>(tree: &'t CategoryTree, rows: &[usize], text: &str) -> Option<&'t str> {
    let text = text.trim().to_lowercase();
    let row = |index: &usize| &tree.rows[*index];
    let named = rows
        .iter()
        .map(row)
        .find(|row| row.name.to_lowercase().contains(&text));
    let first = named.or_else(|| rows.iter().map(row).next());
    first.map(|row| row.path.as_str())
}

/// A tree that was never folded opens along the page that is shown, and is closed elsewhere.
fn keep_closed(desk: &mut Desk, data: &Opened) {
    if !desk.console.session().closed_pages.is_empty() {
        return;
    }
    let page = desk.console.context().page.clone().unwrap_or_default();
    let top = page.split('/').next().unwrap_or_default();
    let leads_there = |path: &str| page == path || page.starts_with(&format!("{path}/"));
    // A short tree is shown whole under the top that is open.
    let closed = data.tree.rows.iter().filter(|row| {
        let is_near = row.path.starts_with(&format!("{top}/")) && row.depth == 1;
        row.children && !leads_there(&row.path) && !(is_near && data.tree.rows.len() < 24)
    });
    let closed: Vec<String> = closed.map(|row| row.path.clone()).collect();
    if !closed.is_empty() {
        desk.console
            .remember(|session| session.closed_pages = closed);
    }
}

impl State {
    /// Puts the keyboard on a row in sight, by its place.
    fn go_to(&mut self, tree: &CategoryTree, row: usize) {
        if let Some(index) = self.shown.rows.get(row) {
            self.cursor = Some(tree.rows[*index].path.clone());
            self.wants_focus = true;
        }
    }
}

impl Shown {
    fn update(&mut self, data: &Arc<Opened>, search: &str, closed: &[String]) {
        let is_same = std::ptr::eq(self.data.as_ptr(), Arc::as_ptr(data));
        if is_same && self.search == search && self.closed == closed {
            return;
        }
        let tree = &data.tree;
        self.rows = if search.trim().is_empty() {
            open_rows(tree, closed)
        } else {
            tree.find(search)
        };
        self.data = Arc::downgrade(data);
        search.clone_into(&mut self.search);
        self.closed = closed.to_vec();
    }
}

/// The rows above which every branch is open.
fn open_rows(tree: &CategoryTree, closed: &[String]) -> Vec<usize> {
    let closed: BTreeSet<&str> = closed.iter().map(String::as_str).collect();
    let mut rows = Vec::new();
    // Everything deeper than a closed branch stays out until the tree comes back up.
    let mut closed_at: Option<usize> = None;
    for (index, row) in tree.rows.iter().enumerate() {
        if closed_at.is_some_and(|depth| row.depth > depth) {
            continue;
        }
        rows.push(index);
        closed_at = closed.contains(row.path.as_str()).then_some(row.depth);
    }
    rows
}

impl Marks {
    fn update(&mut self, desk: &Desk, data: &Arc<Opened>) {
        let Some(draft) = desk.console.draft() else {
            return;
        };
        let is_same = self.of.as_ref().is_some_and(|(of, revision)| {
            std::ptr::eq(of.as_ptr(), Arc::as_ptr(data)) && *revision == draft.revision()
        });
        if !is_same {
            self.marks = rule_marks(draft.rules(), draft.live());
            self.of = Some((Arc::downgrade(data), draft.revision()));
        }
    }

    /// What the dot behind a row means; none where there is nothing to say.
    fn meaning(&self, path: &str, is_closed: bool) -> Option<&'static str> {
        match self.marks.get(path) {
            Some(Mark::Own) => return Some("has rules or weights of its own"),
            Some(Mark::Changed) => return Some("differs from live"),
            None => {}
        }
        let below = format!("{path}/");
        let has_below = is_closed
            && self
                .marks
                .range(below.clone()..)
                .next()
                .is_some_and(|(marked, _)| marked.starts_with(&below));
        has_below.then_some("has rules or weights below")
    }
}

fn rows_ui(ui: &mut Ui, desk: &Desk, data: &Opened, state: &mut State) -> Option<Step> {
    let tree = &data.tree;
    let searching = !state.search.trim().is_empty();
    let page = desk.console.context().page.clone();
    let closed: BTreeSet<&str> = state.shown.closed.iter().map(String::as_str).collect();
    let mut step = None;
    let mut area = ScrollArea::vertical()
        .id_salt("categories")
        .auto_shrink(false);
    let cursor_row = state.cursor.as_ref().and_then(|path| {
        let rows = &state.shown.rows;
        rows.iter()
            .position(|index| tree.rows[*index].path == *path)
    });
    let offset_id = Id::unique("categories-offset");
    if state.wants_focus
        && let Some(row) = cursor_row
    {
        let offset: f32 = ui.data(|data| data.get_temp(offset_id)).unwrap_or(0.0);
        let top = row as f32 * ROW_HEIGHT;
        let height = ui.available_height() - 2.0 * SPACE_2;
        let least = (top + ROW_HEIGHT - height).max(0.0);
        area = area.vertical_scroll_offset(offset.clamp(least, top.max(least)));
    }
    let margin = Margin::symmetric(SPACE_4 as i8, SPACE_2 as i8);
    let scrolled = area.content_margin(margin).show_rows(
        ui,
        ROW_HEIGHT,
        state.shown.rows.len(),
        |ui, range| {
            for place in range {
                let Some(row) = state.shown.rows.get(place).map(|index| &tree.rows[*index]) else {
                    break;
                };
                let is_closed = !searching && closed.contains(row.path.as_str());
                let meaning = state.marks.meaning(&row.path, is_closed);
                let count = desk.format.count(row.products as i64);
                let drawn = ui.push_id(&row.path, |ui| {
                    Row::new(&row.name)
                        .count(&count)
                        .level(row.depth)
                        .selected(page.as_deref() == Some(row.path.as_str()))
                        .dot(meaning)
                        .open(row.children.then_some(!is_closed))
                        .ui(ui)
                });
                let drawn = drawn.inner;
                if state.wants_focus && Some(place) == cursor_row {
                    drawn.response.request_focus();
                    state.wants_focus = false;
                }
                if drawn.toggled && !searching {
                    let path = row.path.clone();
                    step = Some(if is_closed {
                        Step::Open(path)
                    } else {
                        Step::Close(path)
                    });
                } else if drawn.response.clicked() {
                    step = Some(Step::Look(row.path.clone()));
                }
                if drawn.response.has_focus() {
                    let moved = moved(ui, drawn.response.id, place, state.shown.rows.len());
                    if let (None, Some(row)) = (&step, moved) {
                        step = Some(Step::Move(row));
                    }
                }
                if let Some(meaning) = meaning {
                    drawn
                        .response
                        .on_hover_text(format!("{} {meaning}.", row.name));
                }
            }
        },
    );
    let offset = scrolled.state.unclamped_offset().y;
    ui.data_mut(|data| data.insert_temp(offset_id, offset));
    let list = ui.interact(
        scrolled.inner_rect,
        Id::unique("category-tree"),
        egui::Sense::hover(),
    );
    list.widget_info(|| WidgetInfo::labeled(Role::Tree, true, "Categories"));
    step
}

/// Where the arrow keys lead from a row: one up, one down, to the first, to the last.
fn moved(ui: &Ui, id: Id, place: usize, count: usize) -> Option<usize> {
    ui.memory_mut(|memory| {
        memory.set_focus_lock_filter(
            id,
            EventFilter {
                horizontal_arrows: true,
                vertical_arrows: true,
                ..EventFilter::default()
            },
        );
    });
    let pressed = |key| ui.input(|input| input.key_pressed(key));
    if pressed(Key::ArrowDown) {
        (place + 1 < count).then_some(place + 1)
    } else if pressed(Key::ArrowUp) {
        place.checked_sub(1)
    } else if pressed(Key::Home) {
        Some(0)
    } else if pressed(Key::End) {
        count.checked_sub(1)
    } else {
        None
    }
}
