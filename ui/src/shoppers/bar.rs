//! The view bar: the context as chips, and the rules that are worked on.

use egui::{Align, Layout, Ui};
use endcap_app::console::Console;
use endcap_look::{Chip, MenuItem, menu_ui};

use crate::{Action, Desk};

/// What the view bar remembers.
#[derive(Default)]
pub(crate) struct Bar {}

impl Bar {
    /// Draws the chips.
    pub(crate) fn bar_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        let context = desk.console.context();
        let page = context.page.as_deref().unwrap_or("Everything");
        let page = page.rsplit('/').next().unwrap_or(page).to_owned();
        Chip::new("Page", &page).without_chevron().ui(ui);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            rules_chip_ui(ui, desk);
        });
    }

    /// Carries out an action of the view bar; says whether it is one.
    pub(crate) fn act(&mut self, _action: Action, _desk: &mut Desk) -> bool {
        false
    }
}

/// Draws the chip that says how far the draft is from live, with what can be done with it.
fn rules_chip_ui(ui: &mut Ui, desk: &mut Desk) {
    let value = draft_in_words(&desk.console);
    let chip = Chip::new("Rules", &value).ui(ui);
    menu_ui(&chip, "Rules", |ui| {
        for action in [Action::LoadRules, Action::SaveRules, Action::Discard] {
            if MenuItem::new(action.label()).ui(ui).clicked() {
                desk.act(action);
            }
        }
    });
}

fn draft_in_words(console: &Console) -> String {
    let changes = console.draft().map_or(0, |draft| draft.changes().len());
    match changes {
        0 => "Draft, as live".to_owned(),
        1 => "Draft (1 change)".to_owned(),
        count => format!("Draft ({count} changes)"),
    }
}
