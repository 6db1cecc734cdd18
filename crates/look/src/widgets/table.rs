//! A table in the house look: one hairline a row, figures to the right, a click on a head sorts.

use std::collections::BTreeMap;
use std::ops::Range;

use egui::accesskit::{Role, SortDirection};
use egui::{Id, Key, Rect, Response, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use egui_table::{CellInfo, HeaderCellInfo, HeaderRow, PrefetchInfo, TableDelegate};

use crate::icon::Icon;
use crate::paint::focus_ring_at;
use crate::text::{Face, line_within};
use crate::tokens::{
    HAIRLINE, RADIUS_CONTROL, ROW_HEIGHT, SPACE_1, SPACE_2, TABLE_ROW_HEIGHT, Tokens,
};

/// On which side the cells of a column stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// Words.
    #[default]
    Left,
    /// Figures.
    Right,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    name: String,
    width: f32,
    least: f32,
    align: Align,
    sortable: bool,
    grows: bool,
}

impl Column {
    /// A column of words, this wide to begin with.
    pub fn new(name: impl Into<String>, width: f32) -> Self {
        let name = name.into();
        Self {
            name,
            width,
            least: 40.0,
            align: Align::Left,
            sortable: false,
            grows: false,
        }
    }

    /// Sets figures to the right.
    pub fn right(mut self) -> Self {
        self.align = Align::Right;
        self
    }

    /// Lets a click on the head sort by the column.
    pub fn sortable(mut self) -> Self {
        self.sortable = true;
        self
    }

    /// Lets the column take the room that is left.
    pub fn grows(mut self) -> Self {
        self.grows = true;
        self
    }
}

/// By which column the rows stand, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The place of the column.
    pub column: usize,
    /// Largest first.
    pub descending: bool,
}

/// What happened to a table in this frame.
#[derive(Debug, Default)]
pub struct TableResponse {
    /// The rows are to stand by this instead.
    pub sort: Option<Sort>,
    /// A row was clicked, or Enter pressed on it.
    pub clicked: Option<u64>,
    /// A row was clicked twice.
    pub double_clicked: Option<u64>,
    /// The keys moved to this row.
    pub moved_to: Option<u64>,
    /// The row that has the keyboard.
    pub focused: Option<u64>,
    /// The rows in sight: the only ones whose data is needed.
    pub visible: Range<u64>,
}

/// A table of any length, of which only the rows in sight are drawn.
#[must_use = "a table draws nothing until `.ui(ui, …)`"]
pub struct Table<'a> {
    name: &'a str,
    columns: &'a [Column],
    rows: u64,
    sort: Option<Sort>,
    selected: Option<u64>,
    selected_rows: Option<&'a dyn Fn(u64) -> bool>,
    row_names: Option<&'a dyn Fn(u64) -> String>,
    row_height: f32,
    scroll_to: Option<u64>,
}

impl<'a> Table<'a> {
    /// A table with a name, which also tells it from others in the same place.
    pub fn new(name: &'a str, columns: &'a [Column]) -> Self {
        Self {
            name,
            columns,
            rows: 0,
            sort: None,
            selected: None,
            selected_rows: None,
            row_names: None,
            row_height: TABLE_ROW_HEIGHT,
            scroll_to: None,
        }
    }

    /// How many rows there are.
    pub fn rows(mut self, rows: u64) -> Self {
        self.rows = rows;
        self
    }

    /// By what the rows stand; the arrow shows it. Sorting is the caller's work.
    pub fn sort(mut self, sort: Option<Sort>) -> Self {
        self.sort = sort;
        self
    }

    /// Shows which row is the chosen one.
    pub fn selected(mut self, row: Option<u64>) -> Self {
        self.selected = row;
        self
    }

    /// Shows which rows are chosen, where several may be.
    pub fn selected_rows(mut self, is_selected: &'a dyn Fn(u64) -> bool) -> Self {
        self.selected_rows = Some(is_selected);
        self
    }

    /// Names each row by what it is about, instead of by its number.
    pub fn row_names(mut self, name: &'a dyn Fn(u64) -> String) -> Self {
        self.row_names = Some(name);
        self
    }

    /// Makes every row this high.
    pub fn row_height(mut self, height: f32) -> Self {
        self.row_height = height;
        self
    }

    /// Brings a row into sight.
    pub fn scroll_to(mut self, row: Option<u64>) -> Self {
        self.scroll_to = row;
        self
    }

    /// Draws the table over the room there is. `cell` draws one cell, given its row and column;
    /// it stands on its column's side and is centred in height.
    pub fn ui(self, ui: &mut Ui, cell: impl FnMut(&mut Ui, u64, usize)) -> TableResponse {
        let id = ui.make_persistent_id(("table", self.name));
        let fixed: f32 = self
            .columns
            .iter()
            .filter(|c| !c.grows)
            .map(|c| c.width)
            .sum();
        let growing = self.columns.iter().filter(|c| c.grows).count().max(1) as f32;
        let share = ((ui.available_width() - fixed) / growing).max(0.0);
        let columns: Vec<_> = self
            .columns
            .iter()
            .map(|column| {
                let width = if column.grows {
                    column.width.max(share)
                } else {
                    column.width
                };
                egui_table::Column::new(width)
                    .range(width.max(column.least)..=width.max(column.least))
                    .resizable(false)
            })
            .collect();
        let mut keyboard = None;
        let scope = ui.scope_builder(UiBuilder::new().id_salt(id), |ui| {
            let mut table = egui_table::Table::new()
                .id_salt(id)
                .num_rows(self.rows)
                .columns(columns)
                .headers(vec![HeaderRow::new(ROW_HEIGHT + SPACE_1)]);
            keyboard = self.keys(ui, id);
            if let Some(row) = keyboard.or(self.scroll_to) {
                table = table.scroll_to_row(row, None);
            }
            let mut delegate = Delegate {
                table: &self,
                id,
                cell,
                answer: TableResponse::default(),
                rows: BTreeMap::new(),
            };
            table.show(ui, &mut delegate);
            delegate.answer
        });
        let mut answer = scope.inner;
        answer.moved_to = keyboard;
        let (name, rows, columns) = (self.name, self.rows, self.columns.len());
        scope
            .response
            .widget_info(|| WidgetInfo::labeled(Role::Table, true, name));
        ui.accesskit_node_builder(scope.response.id, |node| {
            node.set_row_count(rows as usize);
            node.set_column_count(columns);
        });
        answer
    }

    /// The row the keys move to, if one of its rows has the keyboard.
    fn keys(&self, ui: &Ui, id: Id) -> Option<u64> {
        let at = ui.memory(egui::Memory::focused).filter(|_| self.rows > 0)?;
        let focused: Option<(Id, u64)> = ui.data(|data| data.get_temp(id.with("focused")));
        let row = focused
            .filter(|(row_id, _)| *row_id == at)
            .map(|(_, row)| row)?;
        ui.memory_mut(|memory| {
            let filter = egui::EventFilter {
                vertical_arrows: true,
                ..Default::default()
            };
            memory.set_focus_lock_filter(at, filter);
        });
        let target = ui.input(|input| {
            let presses = |key| input.num_presses(key) as u64;
            let last = self.rows - 1;
            if input.key_pressed(Key::Home) {
                0
            } else if input.key_pressed(Key::End) {
                last
            } else {
                let down = presses(Key::ArrowDown) + 10 * presses(Key::PageDown);
                let up = presses(Key::ArrowUp) + 10 * presses(Key::PageUp);
                (row + down).saturating_sub(up).min(last)
            }
        });
        (target != row).then(|| {
            ui.memory_mut(|memory| memory.request_focus(row_id(id, target)));
            target
        })
    }
}

fn row_id(table: Id, row: u64) -> Id {
    table.with(("row", row))
}

struct Delegate<'t, 'a, F> {
    table: &'t Table<'a>,
    id: Id,
    cell: F,
    answer: TableResponse,
    rows: BTreeMap<u64, Response>,
}

impl<F: FnMut(&mut Ui, u64, usize)> TableDelegate for Delegate<'_, '_, F> {
    fn prepare(&mut self, info: &PrefetchInfo) {
        self.answer.visible = info.visible_rows.clone();
    }

    fn default_row_height(&self) -> f32 {
        self.table.row_height
    }

    fn header_cell_ui(&mut self, ui: &mut Ui, info: &HeaderCellInfo) {
        let index = info.col_range.start;
        let Some(column) = self.table.columns.get(index) else {
            return;
        };
        let tokens = Tokens::of(ui);
        let rect = ui.max_rect();
        let sort = self.table.sort.filter(|sort| sort.column == index);
        let sense = if column.sortable {
            Sense::click()
        } else {
            Sense::hover()
        };
        let response = ui.interact(rect, self.id.with(("head", index)), sense);
        response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &column.name));
        ui.accesskit_node_builder(response.id, |node| {
            node.set_column_index(index);
            if let Some(sort) = sort {
                node.set_sort_direction(if sort.descending {
                    SortDirection::Descending
                } else {
                    SortDirection::Ascending
                });
            }
        });
        if response.clicked() {
            let descending = match sort {
                Some(sort) => !sort.descending,
                // Figures are asked for largest first, words from A.
                None => column.align == Align::Right,
            };
            self.answer.sort = Some(Sort {
                column: index,
                descending,
            });
        }
        let hovered = column.sortable && response.hovered();
        let ink = if hovered || sort.is_some() {
            tokens.ink
        } else {
            tokens.ink3
        };
        let arrow_width = if sort.is_some() { 18.0 } else { 0.0 };
        let room = rect.width() - 2.0 * SPACE_2 - arrow_width;
        let text = line_within(ui, &column.name, Face::SmallMedium, ink, room.max(0.0));
        let middle = rect.center().y;
        let left = match column.align {
            Align::Left => rect.left() + SPACE_2,
            Align::Right => rect.right() - SPACE_2 - text.size().x - arrow_width,
        };
        let end = left + text.size().x;
        ui.painter()
            .galley(pos2(left, middle - text.size().y / 2.0), text, ink);
        if let Some(sort) = sort {
            let icon = if sort.descending {
                Icon::ArrowDown
            } else {
                Icon::ArrowUp
            };
            icon.paint(ui.painter(), pos2(end + 11.0, middle), 12.0, ink);
        }
        ui.painter()
            .hline(rect.x_range(), rect.bottom() - 0.5, (HAIRLINE, tokens.line));
        if response.has_focus() {
            focus_ring_at(
                ui.painter(),
                rect.shrink(3.0),
                RADIUS_CONTROL,
                tokens.accent,
            );
        }
    }

    fn row_ui(&mut self, ui: &mut Ui, row: u64) {
        let tokens = Tokens::of(ui);
        let rect = ui.max_rect();
        let response = ui.interact(rect, row_id(self.id, row), Sense::click());
        let is_selected = self.table.selected_rows;
        let selected = match is_selected {
            Some(is_selected) => is_selected(row),
            None => self.table.selected == Some(row),
        };
        response.widget_info(|| {
            let name = match self.table.row_names {
                Some(name) => name(row),
                None => format!("Row {}", row + 1),
            };
            WidgetInfo::selected(Role::Row, true, selected, name)
        });
        ui.accesskit_node_builder(response.id, |node| node.set_row_index(row as usize));
        if selected {
            ui.painter().rect_filled(rect, 0, tokens.accent_wash);
        } else if response.hovered() {
            ui.painter().rect_filled(rect, 0, tokens.hover());
        }
        ui.painter()
            .hline(rect.x_range(), rect.bottom() - 0.5, (HAIRLINE, tokens.line));
        if response.has_focus() {
            self.answer.focused = Some(row);
            ui.data_mut(|data| data.insert_temp(self.id.with("focused"), (response.id, row)));
            focus_ring_at(ui.painter(), rect.shrink(3.0), 2, tokens.accent);
        }
        if response.clicked() {
            self.answer.clicked = Some(row);
        }
        if response.double_clicked() {
            self.answer.double_clicked = Some(row);
        }
        self.rows.insert(row, response);
    }

    fn cell_ui(&mut self, ui: &mut Ui, info: &CellInfo) {
        let Some(column) = self.table.columns.get(info.col_nr) else {
            return;
        };
        let inner: Rect = ui.max_rect().shrink2(vec2(SPACE_2, 0.0));
        let center = egui::Align::Center;
        let layout = match column.align {
            Align::Left => egui::Layout::left_to_right(center),
            Align::Right => egui::Layout::right_to_left(center),
        };
        let mut builder = UiBuilder::new()
            .max_rect(inner)
            .layout(layout)
            .accessibility_role(Role::Cell)
            .accessibility_label(column.name.clone());
        if let Some(row) = self.rows.get(&info.row_nr) {
            builder = builder.accessibility_parent(row.id);
        }
        ui.scope_builder(builder, |ui| (self.cell)(ui, info.row_nr, info.col_nr));
    }
}
