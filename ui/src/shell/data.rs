//! The Data view: what is open, what was open before, and the report of the last import.

use std::collections::BTreeMap;
use std::path::Path;

use egui::{Label, ScrollArea, Ui, vec2};
use endcap_app::console::{Command, Event, Source, View};
use endcap_look::{
    Button, Figure, Icon, IconButton, SPACE_2, SPACE_4, SPACE_6, TABLE_ROW_HEIGHT, Tokens, body,
    body_medium, empty_state_ui, figure_strip_ui, hairline_ui, mono, section_head_ui, segmented_ui,
    small,
};

use super::report::ReportView;
use crate::{Action, Desk};

/// How wide the view is at most.
const WIDTH: f32 = 880.0;
/// How much of the width the names of facts take.
const NAME_WIDTH: f32 = 144.0;

/// The tables of a snapshot that are counted, as their figures are called.
const COUNTED: [(&str, &str); 6] = [
    ("products", "Products"),
    ("shoppers", "Shoppers"),
    ("order_lines", "Order lines"),
    ("inventory", "Stock rows"),
    ("promotions", "Promotions"),
    ("locations", "Stores and channels"),
];

/// What of the Data view is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Open,
    Report,
}

/// The Data view.
#[derive(Default)]
pub(super) struct DataView {
    part: Part,
    report: ReportView,
}

impl DataView {
    /// Takes in what has happened: an import ends with its report.
    pub(super) fn hear(&mut self, event: &Event, desk: &mut Desk) {
        if let Event::Imported(_) = event {
            self.part = Part::Report;
            self.report = ReportView::of(desk.console.opening().imported());
            desk.show(View::Data);
        }
    }

    /// Draws what the view bar holds.
    pub(super) fn bar_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        if desk.console.opening().imported().is_some() {
            let parts = [
                (Part::Open, "What is open"),
                (Part::Report, "Quality report"),
            ];
            segmented_ui(ui, "Part of the data view", &mut self.part, &parts);
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            for (icon, label, action) in [
                (Icon::Import, "Import files", Action::Import),
                (Icon::FolderOpen, "Open a snapshot", Action::Open),
            ] {
                if Button::secondary(label).icon(icon).ui(ui).clicked() {
                    desk.act(action);
                }
            }
        });
    }

    /// Draws the view.
    pub(super) fn data_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        let imported = desk.console.opening().imported().cloned();
        if let (Part::Report, Some(imported)) = (self.part, imported) {
            self.report.report_ui(ui, desk, &imported);
            return;
        }
        ScrollArea::vertical()
            .auto_shrink([false, false])
            .show(ui, |ui| {
                egui::Frame::NONE.inner_margin(SPACE_6).show(ui, |ui| {
                    ui.set_max_width(WIDTH.min(ui.available_width()));
                    open_ui(ui, desk);
                    ui.add_space(SPACE_6);
                    rules_ui(ui, desk);
                    ui.add_space(SPACE_6);
                    recent_ui(ui, desk);
                });
            });
    }
}

/// Draws the name of a fact in a column of its own.
fn name_ui(ui: &mut Ui, name: &str) {
    let ink = Tokens::of(ui).ink3;
    let left = egui::Layout::left_to_right(egui::Align::Center);
    ui.allocate_ui_with_layout(vec2(NAME_WIDTH, 22.0), left, |ui| {
        ui.set_min_width(NAME_WIDTH);
        ui.label(small(name).color(ink));
    });
}

fn fact_ui(ui: &mut Ui, name: &str, value: &str) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        name_ui(ui, name);
        ui.add(Label::new(body(value).color(tokens.ink)).truncate())
            .on_hover_text(value);
    });
}

fn path_ui(ui: &mut Ui, desk: &mut Desk, name: &str, path: &Path) {
    let tokens = Tokens::of(ui);
    let text = path.display().to_string();
    ui.horizontal(|ui| {
        name_ui(ui, name);
        let copy = format!("Copy the path of {}", name.to_lowercase());
        if IconButton::new(Icon::Copy, &copy).small().ui(ui).clicked() {
            ui.copy_text(text.clone());
            desk.say("Path copied");
        }
        ui.add(Label::new(mono(&text).color(tokens.ink)).truncate())
            .on_hover_text(&text);
    });
}

fn open_ui(ui: &mut Ui, desk: &mut Desk) {
    let Some(data) = desk.console.data().cloned() else {
        let sentence = "No data is open. A snapshot or a folder of CSV files fills this window.";
        if empty_state_ui(ui, Icon::Data, sentence, Some("Open the demo")) {
            desk.act(Action::OpenDemo);
        }
        return;
    };
    section_head_ui(ui, &data.name(), None, |_| ());
    hairline_ui(ui);
    ui.add_space(SPACE_2);
    let workspace = &data.workspace;
    let mut counts: BTreeMap<&str, u64> = [
        ("products", workspace.retailer.len() as u64),
        ("shoppers", workspace.shoppers.len() as u64),
    ]
    .into();
    if let Some(meta) = &workspace.meta {
        counts.extend(
            meta.counts
                .iter()
                .map(|(table, rows)| (table.as_str(), *rows)),
        );
    }
    let figures: Vec<Figure> = COUNTED
        .iter()
        .filter_map(|(table, label)| {
            let rows = i64::try_from(*counts.get(table)?).unwrap_or(i64::MAX);
            Some(Figure::new(*label, desk.format.count(rows)))
        })
        .collect();
    figure_strip_ui(ui, &figures);
    ui.add_space(SPACE_4);
    let taken_at = workspace.taken_at;
    let age = desk.format.age(taken_at, desk.now());
    let taken = format!("{} · {age}", desk.format.instant_with_zone(taken_at));
    fact_ui(ui, "Taken at", &taken);
    fact_ui(ui, "Currency", workspace.retailer.currency());
    match &data.source {
        None => fact_ui(
            ui,
            "Made from",
            "the generator of this program, with seed 1",
        ),
        Some(source) => {
            path_ui(ui, desk, "Snapshot", &source.snapshot);
            if let Some(imported) = desk.console.opening().imported()
                && imported.snapshot == source.snapshot
            {
                let mapping = imported.report.mapping.clone();
                fact_ui(ui, "Mapping", &mapping);
            }
            if let Some(meta) = &workspace.meta {
                fact_ui(ui, "Made from", &meta.made_from);
                let relevance = workspace.model_refused.clone();
                let relevance = relevance.unwrap_or_else(|| workspace.relevance_from());
                fact_ui(ui, "Relevance", &relevance);
                fact_ui(ui, "Layout", &format!("version {}", meta.schema_version));
            }
        }
    }
}

fn rules_ui(ui: &mut Ui, desk: &mut Desk) {
    if desk.console.data().is_none() {
        return;
    }
    section_head_ui(ui, "Rules", None, |_| ());
    hairline_ui(ui);
    ui.add_space(SPACE_2);
    match desk.console.rules_path() {
        Some(path) => path_ui(ui, desk, "Live from", &path),
        None => {
            let is_demo = desk
                .console
                .data()
                .is_some_and(|data| data.source.is_none());
            let live = if is_demo {
                "the demo's own rule set"
            } else {
                "no rule set: relevance alone"
            };
            fact_ui(ui, "Live", live);
        }
    }
    let changes = desk
        .console
        .draft()
        .map_or(0, |draft| draft.changes().len());
    let draft = match changes {
        0 => "as live".to_owned(),
        1 => "1 change to live".to_owned(),
        _ => format!("{} changes to live", desk.format.count(changes as i64)),
    };
    fact_ui(ui, "Draft", &draft);
    ui.add_space(SPACE_2);
    ui.horizontal(|ui| {
        for (label, action) in [
            ("Save the draft as a rule set", Action::SaveRules),
            ("Load a rule set", Action::LoadRules),
            ("Start again from live", Action::Discard),
        ] {
            if Button::secondary(label).ui(ui).clicked() {
                desk.act(action);
            }
        }
    });
}

fn recent_ui(ui: &mut Ui, desk: &mut Desk) {
    let tokens = Tokens::of(ui);
    let recent = desk.console.session().recent.clone();
    section_head_ui(ui, "Opened before", None, |_| ());
    hairline_ui(ui);
    ui.add_space(SPACE_2);
    if recent.is_empty() {
        let sentence = "Snapshots that you open are listed here.";
        ui.label(small(sentence).color(tokens.ink3));
    }
    for source in &recent {
        recent_row_ui(ui, desk, source);
    }
    let is_demo = desk
        .console
        .data()
        .is_some_and(|data| data.source.is_none());
    if !is_demo {
        ui.add_space(SPACE_2);
        if Button::secondary("Open the demo").ui(ui).clicked() {
            desk.act(Action::OpenDemo);
        }
    }
}

fn recent_row_ui(ui: &mut Ui, desk: &mut Desk, source: &Source) {
    let tokens = Tokens::of(ui);
    let is_open = desk.console.session().source.as_ref() == Some(source)
        && desk
            .console
            .data()
            .is_some_and(|data| data.source.is_some());
    let name = source.snapshot.file_stem().unwrap_or_default();
    let name = name.display().to_string();
    let rules = source.rules.as_ref().map_or(String::new(), |rules| {
        format!(" with {}", rules.file_name().unwrap_or_default().display())
    });
    let size = vec2(ui.available_width(), TABLE_ROW_HEIGHT);
    let right = egui::Layout::right_to_left(egui::Align::Center);
    ui.allocate_ui_with_layout(size, right, |ui| {
        let remove = format!("Remove {name} from the list");
        if IconButton::new(Icon::Close, &remove)
            .small()
            .ui(ui)
            .clicked()
        {
            desk.console
                .remember(|session| session.recent.retain(|other| other != source));
        }
        let open = format!("Open {name}{rules}");
        let button = Button::secondary("Open").name(&open).small();
        if button.enabled(!is_open).ui(ui).clicked() {
            desk.send(Command::Open(Some(source.clone())));
        }
        ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
            ui.label(Icon::Data.text(16.0).color(tokens.ink3));
            ui.label(body_medium(format!("{name}{rules}")).color(tokens.ink));
            let folder = source.snapshot.display().to_string();
            ui.add(Label::new(small(folder).color(tokens.ink3)).truncate());
        });
    });
}
