//! Rows, tables, pickers.

use egui::Ui;
use endcap_look::{
    Button, Column, Delta, Icon, NumberFormat, PickItem, Picker, Row, SearchField, Sort, Table,
    Tokens, Tone, WaterfallRow, body, section_head_ui, waterfall_ui,
};

use super::part_ui;

/// Rows of the long list and the table.
const MANY: u32 = 100_000;

pub struct State {
    search: String,
    category: usize,
    is_open: bool,
    items: Vec<PickItem>,
    columns: Vec<Column>,
    order: Vec<u32>,
    sort: Sort,
    row: Option<u64>,
}

impl Default for State {
    fn default() -> Self {
        let item = |index| {
            let detail = format!("{} orders", shoppers(index) % 97);
            PickItem::new(index.to_string(), format!("#{index:06}"), detail)
        };
        Self {
            search: String::new(),
            category: 2,
            is_open: true,
            items: (0..MANY).map(item).collect(),
            columns: vec![
                Column::new("Segment", 160.0).sortable().grows(),
                Column::new("Shoppers", 110.0).right().sortable(),
                Column::new("Margin / 1k", 110.0).right(),
                Column::new("Relevance kept", 130.0).right(),
            ],
            order: (0..MANY).collect(),
            sort: Sort {
                column: 0,
                descending: false,
            },
            row: Some(2),
        }
    }
}

/// A number that differs from row to row.
fn shoppers(index: u32) -> u32 {
    index.wrapping_mul(2_654_435_761) % 90_000
}

impl State {
    pub fn ui(&mut self, ui: &mut Ui) {
        ui.columns(2, |columns| {
            if let [left, right] = columns {
                left.spacing_mut().item_spacing.y = 12.0;
                right.spacing_mut().item_spacing.y = 12.0;
                part_ui(left, "A tree", |ui| self.tree_ui(ui));
                part_ui(left, "A picker of 100,000", |ui| {
                    Picker::new("Shopper", &self.items)
                        .chosen(Some("2"))
                        .hint("Find a shopper")
                        .rows(8)
                        .ui(ui);
                });
                part_ui(right, "A table of 100,000", |ui| {
                    let size = egui::vec2(ui.available_width(), 330.0);
                    ui.allocate_ui(size, |ui| self.table_ui(ui));
                });
                part_ui(right, "A waterfall", |ui| waterfall_ui(ui, &score()));
            }
        });
    }

    fn tree_ui(&mut self, ui: &mut Ui) {
        SearchField::new("Search categories", &mut self.search).ui(ui);
        section_head_ui(ui, "Categories", Some(5), |ui| {
            Button::secondary("Rule").icon(Icon::Plus).small().ui(ui);
        });
        ui.spacing_mut().item_spacing.y = 0.0;
        let rows = [
            ("Grocery", 0, "1,204", Some(self.is_open), None),
            ("Beverages", 1, "412", Some(true), None),
            ("Coffee", 2, "138", None, Some("has rules")),
            ("Tea", 2, "96", None, None),
            (
                "A category with a very long name that does not fit into its row",
                2,
                "90",
                None,
                Some("has rules"),
            ),
            ("Household", 0, "861", Some(false), None),
        ];
        for (index, (text, level, count, open, dot)) in rows.into_iter().enumerate() {
            let selected = self.category == index;
            let row = Row::new(text).level(level).count(count).open(open).dot(dot);
            let answer = row.selected(selected).ui(ui);
            if answer.response.clicked() {
                self.category = index;
            }
            if answer.toggled && index == 0 {
                self.is_open = !self.is_open;
            }
        }
    }

    fn table_ui(&mut self, ui: &mut Ui) {
        let table = Table::new("By segment", &self.columns)
            .rows(self.order.len() as u64)
            .sort(Some(self.sort))
            .selected(self.row);
        let order = &self.order;
        let answer = table.ui(ui, |ui, row, column| {
            let index = order[row as usize];
            let numbers = NumberFormat::PointComma;
            match column {
                0 => drop(ui.label(body(format!("Segment {index}")))),
                1 => drop(ui.label(body(numbers.integer(shoppers(index).into())))),
                2 => drop(Delta::slots(i64::from(index % 7) - 3).text_ui(ui)),
                _ => {
                    let share = f64::from(shoppers(index) % 1000) / 1000.0;
                    let ink = Tokens::of(ui).ink2;
                    ui.label(body(numbers.percent(share, 1)).color(ink));
                }
            }
        });
        if let Some(sort) = answer.sort {
            self.sort = sort;
            self.order.sort_by_key(|index| match sort.column {
                0 => *index,
                _ => shoppers(*index),
            });
            if sort.descending {
                self.order.reverse();
            }
        }
        if let Some(row) = answer.clicked.or(answer.moved_to) {
            self.row = Some(row);
        }
    }
}

fn score() -> Vec<WaterfallRow> {
    let row = |label: &str, from, to, text: &str, tone, strong| WaterfallRow {
        label: label.to_owned(),
        from,
        to,
        text: text.to_owned(),
        tone,
        strong,
    };
    vec![
        row(
            "Relevance 0.71 × 1.00",
            0.0,
            0.71,
            "+0.710",
            Tone::Accent,
            false,
        ),
        row(
            "Popularity 0.64 × 0.35",
            0.71,
            0.934,
            "+0.224",
            Tone::Accent,
            false,
        ),
        row(
            "Return risk 0.12 × 0.30",
            0.934,
            0.898,
            "−0.036",
            Tone::Bad,
            false,
        ),
        row("Base", 0.0, 0.898, "0.898", Tone::Neutral, true),
        row("Boost 40%", 0.898, 1.257, "+0.359", Tone::Info, false),
        row("Score", 0.0, 1.257, "1.257", Tone::Neutral, true),
    ]
}
