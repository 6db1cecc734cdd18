//! The keyboard map: every action with its key, and the keys of grids, lists and fields.

use egui::{Id, ScrollArea, Ui, vec2};
use endcap_look::{
    Modal, ROW_HEIGHT, SPACE_2, SPACE_4, SearchField, Tokens, body, kbd_ui, section_head_ui, small,
};

use crate::Action;

/// Keys that belong to what has the keyboard, and not to an action.
const LOCAL: &[(&str, &str, &str)] = &[
    ("Page grid", "Arrow keys", "Move between cards"),
    ("Page grid", "Home", "Go to the first card"),
    ("Page grid", "End", "Go to the last card"),
    ("Page grid", "Space", "Select the card"),
    ("Page grid", "Shift+Arrow keys", "Select along the way"),
    ("Page grid", "Shift+Click", "Select up to the card"),
    (
        "Page grid",
        "Alt+Arrow keys",
        "Move the product and pin it there",
    ),
    ("Page grid", "P", "Pin the product where it stands"),
    (
        "Page grid",
        "U or Delete",
        "Unpin the product, or show it again",
    ),
    ("Page grid", "H", "Hide the product"),
    ("Page grid", "B", "Boost the product"),
    ("Page grid", "Enter", "Open the product sheet"),
    ("Lists and tables", "Arrow keys", "Move between rows"),
    ("Lists and tables", "Home", "Go to the first row"),
    ("Lists and tables", "End", "Go to the last row"),
    ("Lists and tables", "Enter", "Choose the row"),
    ("Rules", "Enter", "Edit the rule"),
    ("Rules", "Alt+Up or Down", "Move among rules of its kind"),
    ("Rules", "Ctrl+Shift+D", "Duplicate the rule"),
    ("Rules", "Delete", "Delete the rule"),
    ("Slates", "Arrow up or down", "Move along the slate"),
    ("Slates", "Arrow left or right", "Go to the slate beside it"),
    ("Slates", "Page Up or Down", "Move by ten slots"),
    ("Slates", "Enter", "Open the product sheet"),
    ("Slates", "Alt+Click", "Hold one product against another"),
    ("Trees", "Arrow right", "Open the branch"),
    ("Trees", "Arrow left", "Close the branch"),
    ("Sliders", "Arrow keys", "Move by one step"),
    ("Sliders", "Page Up or Down", "Move by ten steps"),
    ("Sliders", "Enter", "Type the weight"),
    ("Popovers and dialogs", "Enter", "Take what is chosen"),
    ("Popovers and dialogs", "Escape", "Close without a change"),
    ("Everywhere", "Tab", "Go to the next control"),
    ("Everywhere", "Shift+Tab", "Go to the control before"),
];

/// One row of the map.
struct Line {
    group: &'static str,
    keys: Option<String>,
    what: &'static str,
}

/// The keyboard map, while it is open.
#[derive(Default)]
pub(super) struct Keys {
    text: String,
    is_drawn: bool,
}

impl Keys {
    /// Draws the map; says whether it stays open.
    pub(super) fn keys_ui(&mut self, ui: &mut Ui) -> bool {
        let shown = Modal::new("Keyboard map").width(620.0).ui(ui, |ui| {
            let field = SearchField::new("Search keys and actions", &mut self.text)
                .id(Id::unique("keys-search"))
                .ui(ui);
            if !self.is_drawn {
                field.request_focus();
                self.is_drawn = true;
            }
            ui.add_space(SPACE_2);
            let lines = self.lines(ui);
            // As high with one row as with all: the dialog must not jump while one types.
            let height = (ui.content_rect().height() - 220.0).clamp(200.0, 560.0);
            ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
                ui.set_min_height(height);
                ScrollArea::vertical()
                    .auto_shrink([false, false])
                    .show(ui, |ui| lines_ui(ui, &lines));
            });
        });
        !shown.dismissed
    }

    fn lines(&self, ui: &Ui) -> Vec<Line> {
        let actions = Action::ALL.iter().map(|action| Line {
            group: action.group(),
            keys: action.keys(ui),
            what: action.label(),
        });
        let local = LOCAL.iter().map(|(group, keys, what)| Line {
            group,
            keys: Some((*keys).to_owned()),
            what,
        });
        let needle = self.text.trim().to_lowercase();
        let holds = |line: &Line| {
            let keys = line.keys.as_deref().unwrap_or_default();
            let whole = format!("{} {} {keys}", line.group, line.what).to_lowercase();
            needle.split_whitespace().all(|word| whole.contains(word))
        };
        actions.chain(local).filter(holds).collect()
    }
}

fn lines_ui(ui: &mut Ui, lines: &[Line]) {
    let tokens = Tokens::of(ui);
    if lines.is_empty() {
        ui.label(small("No key and no action has this in its name.").color(tokens.ink3));
        return;
    }
    let mut groups: Vec<&str> = Vec::new();
    for line in lines {
        if !groups.contains(&line.group) {
            groups.push(line.group);
        }
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    for group in groups {
        section_head_ui(ui, group, None, |_| ());
        for line in lines.iter().filter(|line| line.group == group) {
            line_ui(ui, line);
        }
        ui.add_space(SPACE_2);
    }
}

fn line_ui(ui: &mut Ui, line: &Line) {
    let tokens = Tokens::of(ui);
    let size = vec2(ui.available_width() - SPACE_4, ROW_HEIGHT);
    let right = egui::Layout::right_to_left(egui::Align::Center);
    ui.allocate_ui_with_layout(size, right, |ui| {
        match &line.keys {
            Some(keys) => kbd_ui(ui, keys),
            None => ui.label(small("in the palette").color(tokens.ink3)),
        };
        ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
            ui.label(body(line.what).color(tokens.ink));
        });
    });
}
