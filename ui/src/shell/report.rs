//! The quality report of an import: what was read, kept and refused, and what is missing.

use std::sync::Arc;

use egui::{Label, Ui};
use endcap_app::QualityReport;
use endcap_app::console::Imported;
use endcap_look::{
    Button, Column, Figure, Icon, SPACE_2, SPACE_3, SPACE_4, SPACE_6, SearchField, Table, Tokens,
    body, figure_strip_ui, segmented_ui, small,
};

use crate::format::Format;
use crate::{Action, Desk};

/// One table of the report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Section {
    #[default]
    Refused,
    Files,
    Tables,
    Fill,
    Orphans,
    Provenance,
}

impl Section {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Refused, "Refused rows"),
        (Self::Files, "Files"),
        (Self::Tables, "Tables"),
        (Self::Fill, "How full"),
        (Self::Orphans, "Names not there"),
        (Self::Provenance, "Where values come from"),
    ];

    fn columns(self) -> Vec<Column> {
        let word = Column::new;
        let figure = |name: &str, width| Column::new(name, width).right();
        match self {
            Self::Refused => vec![
                word("File", 220.0),
                figure("Line", 88.0),
                word("Why it was refused", 320.0).grows(),
            ],
            Self::Files => vec![
                word("File", 320.0).grows(),
                figure("Rows read", 120.0),
                figure("Refused", 120.0),
            ],
            Self::Tables => vec![
                word("Table", 320.0).grows(),
                figure("Rows kept", 120.0),
                figure("Refused", 120.0),
                figure("Of them duplicates", 160.0),
            ],
            Self::Fill => vec![
                word("Table", 200.0),
                word("Field", 240.0).grows(),
                figure("Rows with a value", 160.0),
                figure("Share", 96.0),
            ],
            Self::Orphans => vec![
                word("Table", 200.0),
                word("Column", 200.0),
                figure("Rows", 120.0),
                word("For example", 200.0).grows(),
            ],
            Self::Provenance => vec![
                word("Table", 160.0),
                word("Column", 200.0),
                word("From", 120.0),
                word("Note", 240.0).grows(),
            ],
        }
    }

    fn rows(self, report: &QualityReport, format: &Format) -> Vec<Vec<String>> {
        let count = |rows: u64| format.count(i64::try_from(rows).unwrap_or(i64::MAX));
        match self {
            Self::Refused => {
                let row = |refusal: &endcap_app::Refusal| {
                    let line = refusal.line.map_or(String::new(), count);
                    vec![refusal.file.clone(), line, refusal.reason.clone()]
                };
                report.refusals.iter().map(row).collect()
            }
            Self::Files => {
                let files = report.files.iter();
                files
                    .map(|file| vec![file.file.clone(), count(file.read), count(file.refused)])
                    .collect()
            }
            Self::Tables => {
                let tables = report.tables.iter();
                tables
                    .map(|table| {
                        vec![
                            table.table.clone(),
                            count(table.kept),
                            count(table.refused),
                            count(table.duplicates),
                        ]
                    })
                    .collect()
            }
            Self::Fill => {
                let fills = report.tables.iter().filter(|table| table.kept > 0);
                let fills =
                    fills.flat_map(|table| table.fill.iter().map(move |fill| (table, fill)));
                fills
                    .map(|(table, fill)| {
                        vec![
                            table.table.clone(),
                            fill.field.clone(),
                            count(fill.filled),
                            format.percent(fill.rate, 1),
                        ]
                    })
                    .collect()
            }
            Self::Orphans => {
                let orphans = report.orphans.iter();
                orphans
                    .map(|orphan| {
                        vec![
                            orphan.table.clone(),
                            orphan.column.clone(),
                            count(orphan.rows),
                            orphan.example.clone(),
                        ]
                    })
                    .collect()
            }
            Self::Provenance => {
                let columns = report.provenance.iter();
                columns
                    .map(|column| {
                        vec![
                            column.table.clone(),
                            column.column.clone(),
                            column.provenance.name().to_owned(),
                            column.note.clone(),
                        ]
                    })
                    .collect()
            }
        }
    }

    /// What an empty table of the section says.
    fn nothing(self) -> &'static str {
        match self {
            Self::Refused => "No row was refused.",
            Self::Orphans => "Every name that a row uses is there.",
            Self::Provenance => "The mapping says nothing of where values come from.",
            Self::Files | Self::Tables | Self::Fill => "There is nothing to list.",
        }
    }
}

/// What the rows were made of; they are made again when it changes.
#[derive(Default, PartialEq)]
struct Made {
    report: usize,
    section: Section,
    text: String,
    format: Option<Format>,
}

/// The report as a view.
#[derive(Default)]
pub(super) struct ReportView {
    section: Section,
    text: String,
    made: Made,
    rows: Vec<Vec<String>>,
}

impl ReportView {
    /// A view of a new report: on what was refused, where anything was.
    pub(super) fn of(imported: Option<&Arc<Imported>>) -> Self {
        let clean = imported.is_none_or(|imported| imported.report.refused == 0);
        Self {
            section: if clean {
                Section::Tables
            } else {
                Section::Refused
            },
            ..Self::default()
        }
    }

    /// Draws the report of an import.
    pub(super) fn report_ui(&mut self, ui: &mut Ui, desk: &mut Desk, imported: &Arc<Imported>) {
        let report = &imported.report;
        egui::Frame::NONE.inner_margin(SPACE_6).show(ui, |ui| {
            head_ui(ui, desk, imported);
            figures_ui(ui, desk, report);
            ui.add_space(SPACE_4);
            ui.horizontal(|ui| {
                segmented_ui(ui, "Table of the report", &mut self.section, &Section::ALL);
                SearchField::new("Filter rows", &mut self.text).ui(ui);
            });
            ui.add_space(SPACE_2);
            self.make(imported, desk);
            self.table_ui(ui, report);
        });
    }

    fn make(&mut self, imported: &Arc<Imported>, desk: &Desk) {
        let made = Made {
            report: Arc::as_ptr(imported) as usize,
            section: self.section,
            text: self.text.trim().to_lowercase(),
            format: Some(desk.format.clone()),
        };
        if made == self.made {
            return;
        }
        let words: Vec<&str> = made.text.split_whitespace().collect();
        self.rows = self.section.rows(&imported.report, &desk.format);
        self.rows.retain(|row| {
            let whole = row.join(" ").to_lowercase();
            words.iter().all(|word| whole.contains(word))
        });
        self.made = made;
    }

    fn table_ui(&self, ui: &mut Ui, report: &QualityReport) {
        let tokens = Tokens::of(ui);
        if self.rows.is_empty() {
            let said = if self.made.text.is_empty() {
                self.section.nothing()
            } else {
                "No row has this in it."
            };
            ui.label(body(said).color(tokens.ink2));
            return;
        }
        let listed = report.refusals.len() as u64;
        if self.section == Section::Refused && listed < report.refused {
            let more = format!("{} more are counted, not listed.", report.refused - listed);
            ui.label(small(more).color(tokens.ink3));
        }
        let columns = self.section.columns();
        let name = Section::ALL
            .iter()
            .find(|(section, _)| *section == self.section);
        let name = name.map_or("Report", |(_, name)| name);
        Table::new(name, &columns)
            .rows(self.rows.len() as u64)
            .ui(ui, |ui, row, column| {
                let row = usize::try_from(row).unwrap_or(usize::MAX);
                let cell = self.rows.get(row).and_then(|cells| cells.get(column));
                if let Some(text) = cell {
                    ui.add(Label::new(body(text).color(tokens.ink)).truncate())
                        .on_hover_text(text);
                }
            });
    }
}

fn head_ui(ui: &mut Ui, desk: &mut Desk, imported: &Imported) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        let name = imported.snapshot.file_name().unwrap_or_default();
        let text = format!("{}, by {}", name.display(), imported.report.mapping);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if Button::secondary("Save as text")
                .icon(Icon::Save)
                .ui(ui)
                .clicked()
            {
                desk.act(Action::SaveReport);
            }
            if Button::secondary("Copy as text")
                .icon(Icon::Copy)
                .ui(ui)
                .clicked()
            {
                ui.copy_text(imported.report.to_string());
                desk.say("Report copied");
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add(Label::new(body(text).color(tokens.ink2)).truncate());
            });
        });
    });
    ui.add_space(SPACE_3);
}

fn figures_ui(ui: &mut Ui, desk: &Desk, report: &QualityReport) {
    let sum = |rows: &mut dyn Iterator<Item = u64>| {
        let rows = rows.sum::<u64>();
        desk.format.count(i64::try_from(rows).unwrap_or(i64::MAX))
    };
    let figures = [
        Figure::new("Files", sum(&mut [report.files.len() as u64].into_iter())),
        Figure::new(
            "Rows read",
            sum(&mut report.files.iter().map(|file| file.read)),
        ),
        Figure::new(
            "Rows kept",
            sum(&mut report.tables.iter().map(|table| table.kept)),
        ),
        Figure::new("Rows refused", sum(&mut [report.refused].into_iter()))
            .help("Rows that could not be read, or that broke a rule of the catalogue."),
        Figure::new(
            "Names not there",
            sum(&mut report.orphans.iter().map(|orphan| orphan.rows)),
        )
        .help("Rows that were kept although they name something the snapshot lacks."),
        Figure::new(
            "Incomplete products",
            sum(
                &mut [report.missing.price + report.missing.unit_cost + report.missing.category]
                    .into_iter(),
            ),
        )
        .help("Products without a price, a cost or a category; each was refused."),
    ];
    figure_strip_ui(ui, &figures);
}
