//! Paths in dialogs: fields to type them into, and under them what the folder holds.

use std::path::{Path, PathBuf};

use egui::{Id, Key, Modifiers, ScrollArea, Ui, text::CCursor, text::CCursorRange, vec2};
use endcap_app::console::{Command, FileKind, path_of};
use endcap_look::{ROW_HEIGHT, Row, SPACE_1, SPACE_2, TextField, Tokens, small};

use crate::{Desk, sentence};

/// How many rows of a folder are in sight.
const ROWS: f32 = 7.0;

/// A path to be typed.
pub(super) struct PathField {
    label: &'static str,
    help: &'static str,
    kind: FileKind,
    /// As typed.
    pub(super) text: String,
    /// What is wrong with it.
    pub(super) error: Option<String>,
}

impl PathField {
    /// A field for a path of a kind; `help` stands under it.
    pub(super) fn new(label: &'static str, help: &'static str, kind: FileKind) -> Self {
        Self {
            label,
            help,
            kind,
            text: String::new(),
            error: None,
        }
    }

    /// With a text to start from.
    pub(super) fn with(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// The path, where one is typed.
    pub(super) fn path(&self) -> Option<PathBuf> {
        let is_typed = !self.text.trim().is_empty();
        is_typed.then(|| path_of(&self.text))
    }
}

/// One row under the fields: an entry of the folder, or a path that was used before.
struct Choice {
    label: String,
    detail: String,
    text: String,
    is_folder: bool,
}

/// A form of path fields; the folder of the one that was last typed into is listed.
pub(super) struct PathForm {
    name: &'static str,
    /// In the order they are drawn.
    pub(super) fields: Vec<PathField>,
    /// Offered while the first field is empty.
    recent: Vec<PathBuf>,
    active: usize,
    cursor: Option<usize>,
    asked: Option<(String, FileKind)>,
    is_drawn: bool,
}

impl PathForm {
    /// A form; its name tells its fields from those of other forms.
    pub(super) fn new(name: &'static str, fields: Vec<PathField>) -> Self {
        Self {
            name,
            fields,
            recent: Vec::new(),
            active: 0,
            cursor: None,
            asked: None,
            is_drawn: false,
        }
    }

    /// Offers paths that were used before.
    pub(super) fn recent(mut self, recent: Vec<PathBuf>) -> Self {
        self.recent = recent;
        self
    }

    fn id(&self, index: usize) -> Id {
        Id::unique((self.name, index))
    }

    /// Draws the fields and the list under them; says whether Enter confirmed the form.
    pub(super) fn form_ui(&mut self, ui: &mut Ui, desk: &mut Desk) -> bool {
        let focus = ui.memory(|memory| memory.focused());
        let focused = (0..self.fields.len()).find(|index| focus == Some(self.id(*index)));
        if let Some(index) = focused
            && index != self.active
        {
            self.active = index;
            self.cursor = None;
        }
        let choices = self.choices(desk);
        let mut confirmed = false;
        let mut moved = false;
        if focused.is_some() {
            let (up, down, enter) = ui.input_mut(|input| {
                (
                    input.count_and_consume_key(Modifiers::NONE, Key::ArrowUp),
                    input.count_and_consume_key(Modifiers::NONE, Key::ArrowDown),
                    input.consume_key(Modifiers::NONE, Key::Enter),
                )
            });
            moved = up + down > 0;
            self.move_cursor(up, down, choices.len());
            match self.cursor.and_then(|cursor| choices.get(cursor)) {
                Some(choice) if enter => self.take(ui, &choice.text),
                _ => confirmed = enter,
            }
        }
        for index in 0..self.fields.len() {
            let id = self.id(index);
            let field = &mut self.fields[index];
            let response = TextField::new(field.label, &mut field.text)
                .id(id)
                .help(field.help)
                .error(field.error.as_deref())
                .ui(ui);
            if index == 0 && !self.is_drawn {
                response.request_focus();
                self.is_drawn = true;
            }
            if response.changed() {
                field.error = None;
                self.cursor = None;
            }
            ui.add_space(SPACE_2);
        }
        self.ask(desk);
        self.list_ui(ui, desk, &choices, moved);
        confirmed
    }

    fn move_cursor(&mut self, up: usize, down: usize, count: usize) {
        if up + down == 0 || count == 0 {
            self.cursor = self.cursor.filter(|cursor| *cursor < count);
            return;
        }
        // Up from the first row leads back to the field.
        let place = self.cursor.map_or(0, |cursor| cursor + 1) + down;
        let place = place.saturating_sub(up).min(count);
        self.cursor = place.checked_sub(1);
    }

    /// Puts a choice into the field, with the caret at its end, so that one types on.
    fn take(&mut self, ui: &Ui, text: &str) {
        let id = self.id(self.active);
        let field = &mut self.fields[self.active];
        field.text = text.to_owned();
        field.error = None;
        self.cursor = None;
        let mut state = egui::TextEdit::load_state(ui, id).unwrap_or_default();
        let end = CCursor::new(text.chars().count());
        state.cursor.set_char_range(Some(CCursorRange::one(end)));
        egui::TextEdit::store_state(ui, id, state);
        ui.memory_mut(|memory| memory.request_focus(id));
    }

    fn ask(&mut self, desk: &mut Desk) {
        let field = &self.fields[self.active];
        let wanted = (field.text.clone(), field.kind);
        if self.asked.as_ref() != Some(&wanted) {
            desk.send(Command::List {
                text: wanted.0.clone(),
                kind: wanted.1,
            });
            self.asked = Some(wanted);
        }
    }

    fn offers_recent(&self) -> bool {
        self.active == 0 && self.fields[0].text.trim().is_empty() && !self.recent.is_empty()
    }

    fn choices(&self, desk: &Desk) -> Vec<Choice> {
        if self.offers_recent() {
            return self.recent.iter().map(|path| recent_choice(path)).collect();
        }
        let Some(listing) = desk.console.files().listing().value() else {
            return Vec::new();
        };
        if listing.kind != self.fields[self.active].kind || self.asked.is_none() {
            return Vec::new();
        }
        let choice = |entry: &endcap_app::console::Entry| Choice {
            label: entry.name.clone(),
            detail: String::new(),
            text: entry.path.clone(),
            is_folder: entry.is_folder,
        };
        listing.entries.iter().map(choice).collect()
    }

    fn list_ui(&mut self, ui: &mut Ui, desk: &Desk, choices: &[Choice], moved: bool) {
        let tokens = Tokens::of(ui);
        let listing = desk.console.files().listing();
        let head = match listing.value() {
            _ if self.offers_recent() => "Opened before".to_owned(),
            Some(listing) => format!("In {}", listing.folder.display()),
            None => String::new(),
        };
        ui.add(egui::Label::new(small(head).color(tokens.ink3)).truncate());
        let height = ROWS * ROW_HEIGHT;
        let mut taken = None;
        ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
            ui.set_min_height(height);
            if choices.is_empty() {
                let said = match listing.error() {
                    Some(error) => sentence(error),
                    None if listing.is_busy() => String::new(),
                    None => nothing_here(self.fields[self.active].kind).to_owned(),
                };
                ui.add(egui::Label::new(small(said).color(tokens.ink3)).wrap());
                return;
            }
            ui.spacing_mut().item_spacing.y = 0.0;
            let area = ScrollArea::vertical()
                .id_salt((self.name, self.active))
                .auto_shrink([false, false]);
            let area = match self.cursor.filter(|_| moved) {
                Some(cursor) => {
                    let top = cursor as f32 * ROW_HEIGHT;
                    area.vertical_scroll_offset((top - height / 2.0).max(0.0))
                }
                None => area,
            };
            area.show_rows(ui, ROW_HEIGHT, choices.len(), |ui, rows| {
                for (index, choice) in choices.iter().enumerate().take(rows.end).skip(rows.start) {
                    let icon = if choice.is_folder {
                        endcap_look::Icon::Folder
                    } else {
                        endcap_look::Icon::Ledger
                    };
                    let row = Row::new(&choice.label)
                        .icon(icon)
                        .detail(&choice.detail)
                        .selected(self.cursor == Some(index));
                    if row.ui(ui).response.clicked() {
                        taken = Some(choice.text.clone());
                    }
                }
            });
        });
        ui.add_space(SPACE_1);
        if let Some(text) = taken {
            self.take(ui, &text);
        }
    }
}

fn recent_choice(path: &Path) -> Choice {
    Choice {
        label: path
            .file_name()
            .unwrap_or(path.as_os_str())
            .display()
            .to_string(),
        detail: path.parent().unwrap_or(Path::new("")).display().to_string(),
        text: path.display().to_string(),
        is_folder: false,
    }
}

fn nothing_here(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Snapshot => "No folder and no snapshot (.endcap) begins like this.",
        FileKind::Rules => "No folder and no rule set (.json) begins like this.",
        FileKind::Mapping => "No folder and no mapping (.sql) begins like this.",
        FileKind::CsvFolder => "No folder and no CSV file begins like this.",
        FileKind::Text => "No folder and no text begins like this.",
    }
}
