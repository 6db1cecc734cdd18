//! Dialogs: open a snapshot, import files, save and load rule sets, save a report.

use std::path::{Path, PathBuf};

use egui::{Label, ScrollArea, Ui, vec2};
use endcap_app::console::{
    Command, Console, Event, FileKind, ImportOrder, Source, path_of, snapshot_beside, text_of,
};
use endcap_app::{ErrorCode, UserError};
use endcap_look::{
    Banner, Button, Icon, Modal, Progress, ROW_HEIGHT, SPACE_2, Tokens, Tone, body, checkbox_ui,
    modal_actions_ui, small,
};

use super::browser::{PathField, PathForm};
use crate::{Action, Desk, sentence};

/// What a dialog is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Open,
    Import,
    SaveRules,
    LoadRules,
    SaveReport,
}

impl Purpose {
    fn title(self) -> &'static str {
        match self {
            Self::Open => "Open a snapshot",
            Self::Import => "Import files",
            Self::SaveRules => "Save the draft as a rule set",
            Self::LoadRules => "Load a rule set into the draft",
            Self::SaveReport => "Save the quality report",
        }
    }

    /// What its primary button says.
    fn verb(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Import => "Import",
            Self::SaveRules | Self::SaveReport => "Save",
            Self::LoadRules => "Load",
        }
    }
}

/// A dialog that asks for paths.
pub(super) struct Dialog {
    purpose: Purpose,
    form: PathForm,
    strict: bool,
    /// The snapshot that was proposed, while the user has not named another.
    proposed: String,
    /// It was confirmed and waits for the end of the work.
    is_waiting: bool,
    error: Option<UserError>,
}

impl Dialog {
    fn new(purpose: Purpose, form: PathForm) -> Self {
        Self {
            purpose,
            form,
            strict: false,
            proposed: String::new(),
            is_waiting: false,
            error: None,
        }
    }

    /// Asks for a snapshot and its rules.
    pub(super) fn open(console: &Console) -> Self {
        let recent = console.session().recent.iter();
        let recent = recent.map(|source| source.snapshot.clone()).collect();
        let fields = vec![
            PathField::new(
                "Snapshot",
                "A file that `endcap import` or Import files wrote.",
                FileKind::Snapshot,
            ),
            PathField::new(
                "Rules that are live (optional)",
                "Without a rule set, relevance alone is live.",
                FileKind::Rules,
            ),
        ];
        Self::new(Purpose::Open, PathForm::new("open", fields).recent(recent))
    }

    /// Asks for a folder of files to import.
    pub(super) fn import(folder: Option<&Path>) -> Self {
        let start = folder.map_or(String::new(), |folder| text_of(folder, true));
        let fields = vec![
            PathField::new(
                "Folder of CSV files",
                "Every CSV file in it can be read by the mapping.",
                FileKind::CsvFolder,
            )
            .with(start),
            PathField::new(
                "Mapping (optional)",
                "A .sql file; without one the files must be as `endcap export` writes them.",
                FileKind::Mapping,
            ),
            PathField::new(
                "Snapshot to write",
                "It is opened when the import is done.",
                FileKind::Snapshot,
            ),
        ];
        Self::new(Purpose::Import, PathForm::new("import", fields))
    }

    /// Asks where to write the draft.
    pub(super) fn save_rules(console: &Console) -> Self {
        let help = "A file that is there already is replaced.";
        let field = PathField::new("Rule set", help, FileKind::Rules)
            .with(beside_data(console, "rules.json"));
        Self::new(Purpose::SaveRules, PathForm::new("save-rules", vec![field]))
    }

    /// Asks for a rule set to put in the draft's place.
    pub(super) fn load_rules(console: &Console) -> Self {
        let help = "It takes the draft's place; undo brings the draft back.";
        let field =
            PathField::new("Rule set", help, FileKind::Rules).with(beside_data(console, ""));
        Self::new(Purpose::LoadRules, PathForm::new("load-rules", vec![field]))
    }

    /// Asks where to write the report of the last import.
    pub(super) fn save_report(console: &Console) -> Self {
        let help = "A text; a file that is there already is replaced.";
        let field = PathField::new("File", help, FileKind::Text)
            .with(beside_data(console, "quality-report.txt"));
        Self::new(
            Purpose::SaveReport,
            PathForm::new("save-report", vec![field]),
        )
    }

    /// Opens a snapshot without being asked again, as one that was dropped.
    pub(super) fn open_at_once(&mut self, path: &Path, desk: &mut Desk) {
        self.form.fields[0].text = text_of(path, false);
        self.confirm(desk);
    }

    /// Takes in what has happened; says whether the dialog is still needed.
    pub(super) fn hear(&mut self, event: &Event) -> bool {
        if !self.is_waiting {
            return true;
        }
        let failed = match (self.purpose, event) {
            (Purpose::Open, Event::Opened)
            | (Purpose::Import, Event::Imported(_))
            | (Purpose::SaveRules | Purpose::SaveReport, Event::Saved(_))
            | (Purpose::LoadRules, Event::Loaded(_)) => return false,
            (Purpose::Open, Event::OpenFailed(error))
            | (Purpose::Import, Event::ImportFailed(error))
            | (Purpose::SaveRules | Purpose::SaveReport, Event::SaveFailed(error))
            | (Purpose::LoadRules, Event::LoadFailed(error)) => error,
            _ => return true,
        };
        self.is_waiting = false;
        self.error = (failed.code != ErrorCode::Cancelled).then(|| failed.clone());
        true
    }

    /// Draws the dialog; says whether it stays open.
    pub(super) fn dialog_ui(&mut self, ui: &mut Ui, desk: &mut Desk) -> bool {
        let shown = Modal::new(self.purpose.title())
            .width(600.0)
            .ui(ui, |ui| self.content_ui(ui, desk));
        let stays = shown.inner && !shown.dismissed;
        if !stays && self.is_waiting && self.purpose == Purpose::Import {
            // What is imported without the dialog is said in the status line, with its cancel.
            desk.say("The import goes on; the status line says how far it is");
        }
        stays
    }

    fn content_ui(&mut self, ui: &mut Ui, desk: &mut Desk) -> bool {
        let is_long = matches!(self.purpose, Purpose::Open | Purpose::Import);
        if is_long && !desk.console.opening().is_busy() {
            // Given up from the status line.
            self.is_waiting = false;
        }
        let confirmed = ui
            .add_enabled_ui(!self.is_waiting, |ui| self.form.form_ui(ui, desk))
            .inner;
        if self.purpose == Purpose::Import {
            self.propose_snapshot();
            let strict = "Refuse everything if one row is refused";
            checkbox_ui(ui, &mut self.strict, strict);
        }
        self.work_ui(ui, desk);
        if let Some(error) = &self.error {
            problems_ui(ui, error);
        }
        let mut stays = true;
        let mut pressed = false;
        modal_actions_ui(ui, |ui| {
            pressed = Button::primary(self.purpose.verb())
                .enabled(!self.is_waiting)
                .ui(ui)
                .clicked();
            stays &= !Button::secondary("Cancel").ui(ui).clicked();
            if self.purpose == Purpose::Open && Button::quiet("Open the demo").ui(ui).clicked() {
                desk.act(Action::OpenDemo);
                stays = false;
            }
        });
        if !stays && self.is_waiting {
            self.is_waiting = false;
            desk.send(Command::GiveUp);
        }
        if (confirmed || pressed) && !self.is_waiting && stays {
            self.confirm(desk);
        }
        stays
    }

    /// Proposes a snapshot beside the folder, until the user names one.
    fn propose_snapshot(&mut self) {
        let beside = snapshot_beside(&self.form.fields[0].text);
        let into = &mut self.form.fields[2].text;
        if *into == self.proposed && beside != self.proposed {
            into.clone_from(&beside);
        }
        self.proposed = beside;
    }

    fn work_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        let work = desk.console.opening().work().filter(|_| self.is_waiting);
        let Some(work) = work else {
            return;
        };
        ui.add_space(SPACE_2);
        let text = super::work_sentence(&work, &desk.format);
        let progress = match work.share {
            Some(share) => Progress::determinate(&text, share),
            None => Progress::indeterminate(&text),
        };
        if progress.cancellable().ui(ui).cancelled {
            desk.send(Command::GiveUp);
            self.is_waiting = false;
        }
    }

    fn confirm(&mut self, desk: &mut Desk) {
        self.error = None;
        let Some(paths) = self.paths() else {
            return;
        };
        let mut paths = paths.into_iter();
        let first = paths.next().flatten().unwrap_or_default();
        let mut next = || paths.next().flatten();
        let command = match self.purpose {
            Purpose::Open => Command::Open(Some(Source {
                snapshot: first,
                rules: next(),
            })),
            Purpose::Import => Command::Import(ImportOrder {
                dir: first,
                mapping: next(),
                into: next().unwrap_or_default(),
                strict: self.strict,
            }),
            Purpose::SaveRules => Command::SaveRules(first),
            Purpose::LoadRules => Command::LoadRules(first),
            Purpose::SaveReport => Command::SaveReport(first),
        };
        match desk.console.send(command) {
            Ok(()) => self.is_waiting = true,
            Err(error) => self.error = Some(error),
        }
    }

    /// The paths of the fields; `None` where one that is needed is missing, which is then said.
    fn paths(&mut self) -> Option<Vec<Option<PathBuf>>> {
        let needed: &[usize] = match self.purpose {
            Purpose::Import => &[0, 2],
            _ => &[0],
        };
        let mut complete = true;
        for index in needed {
            let field = &mut self.form.fields[*index];
            if field.path().is_none() {
                field.error = Some("Type a path, or choose one below.".to_owned());
                complete = false;
            }
        }
        let paths = self.form.fields.iter().map(PathField::path).collect();
        complete.then_some(paths)
    }
}

/// A path beside the data that is open, or in the home folder.
fn beside_data(console: &Console, name: &str) -> String {
    let source = console.data().and_then(|data| data.source.as_ref());
    let folder = source.and_then(|source| source.snapshot.parent());
    let folder = folder.map_or_else(|| path_of("~"), Path::to_owned);
    text_of(&folder, true) + name
}

/// Draws what went wrong: the sentence, and the problems with their places.
fn problems_ui(ui: &mut Ui, error: &UserError) {
    const LISTED: f32 = 5.0;
    let tokens = Tokens::of(ui);
    ui.add_space(SPACE_2);
    if error.problems.is_empty() {
        Banner::new(Tone::Bad, &sentence(error)).ui(ui);
        return;
    }
    let summary = UserError {
        problems: Vec::new(),
        ..error.clone()
    };
    let count = format!("Copy {} problems", error.problems.len());
    let asked = Banner::new(Tone::Bad, &sentence(&summary))
        .actions(&[&count])
        .ui(ui);
    let line = |problem: &endcap_app::Problem| format!("{}: {}", problem.path, problem.problem);
    if asked.action.is_some() {
        let lines: Vec<String> = error.problems.iter().map(line).collect();
        ui.copy_text(lines.join("\n"));
    }
    let height = ROW_HEIGHT * LISTED.min(error.problems.len() as f32);
    ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical()
            .id_salt("problems")
            .auto_shrink([false, false])
            .max_height(height)
            .show_rows(ui, ROW_HEIGHT, error.problems.len(), |ui, rows| {
                for problem in &error.problems[rows] {
                    ui.allocate_ui(vec2(ui.available_width(), ROW_HEIGHT), |ui| {
                        ui.horizontal_centered(|ui| {
                            ui.label(Icon::Error.text(14.0).color(tokens.bad));
                            ui.label(small(&problem.path).color(tokens.ink2));
                            ui.add(Label::new(body(&problem.problem).color(tokens.ink)).truncate())
                                .on_hover_text(&problem.problem);
                        });
                    });
                }
            });
    });
}
