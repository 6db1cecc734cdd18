//! Who looks: nobody known, a simulated shopper, or any shopper of the data.

use egui::{Id, Ui};
use endcap_app::Who;
use endcap_app::console::Command;

use crate::Desk;
use crate::rank::found::{Finder, FoundRow, Search};

/// What stands in the chip and in the list for nobody known.
const ANONYMOUS: &str = "Anonymous";

/// The search for a shopper.
#[derive(Default)]
pub(super) struct Shopper {
    finder: Finder,
}

/// What a shopper is called.
pub(super) fn name(who: &Who) -> String {
    match who {
        Who::Anonymous => ANONYMOUS.to_owned(),
        Who::Shopper(id) => id.clone(),
        Who::Persona(persona) => persona.name.clone(),
    }
}

impl Shopper {
    /// Draws the search; says whether somebody is chosen.
    pub(super) fn ui(&mut self, ui: &mut Ui, desk: &mut Desk) -> bool {
        let lane = desk.console.answers().people();
        let found = lane.value().cloned();
        let is_busy = lane.is_busy();
        let who = desk.console.context().who.clone();
        let mut choices: Vec<Who> = Vec::new();
        let mut rows: Vec<FoundRow<'_>> = Vec::new();
        let text = self.finder.text.trim().to_lowercase();
        if ANONYMOUS.to_lowercase().contains(&text) {
            rows.push(FoundRow {
                head: None,
                label: ANONYMOUS,
                detail: "no history, no consent".to_owned(),
                is_chosen: who == Who::Anonymous,
            });
            choices.push(Who::Anonymous);
        }
        if let Some(found) = &found {
            for (place, row) in found.personas.iter().enumerate() {
                let choice = Who::Persona(row.persona.clone());
                rows.push(FoundRow {
                    head: (place == 0).then_some("Simulated"),
                    label: &row.persona.name,
                    detail: row.say.clone(),
                    is_chosen: who == choice,
                });
                choices.push(choice);
            }
            for (place, row) in found.shoppers.iter().enumerate() {
                let choice = Who::Shopper(row.id.clone());
                rows.push(FoundRow {
                    head: (place == 0).then_some("Shoppers"),
                    label: &row.id,
                    detail: row.say(),
                    is_chosen: who == choice,
                });
                choices.push(choice);
            }
        }
        let search = Search {
            id: Id::unique("find-shopper"),
            hint: "Search shoppers by id, segment or tier",
            nothing: "Nobody here has this in the id, segments, tier or store.",
            is_busy,
            takes_keyboard: true,
        };
        let picked = self.finder.ui(ui, &search, &rows);
        if let Some(more) = found.filter(|found| found.total > found.shoppers.len()) {
            let count = desk.format.count((more.total - more.shoppers.len()) as i64);
            let tokens = endcap_look::Tokens::of(ui);
            let said = format!("{count} more; type to narrow the list.");
            ui.label(endcap_look::small(said).color(tokens.ink3));
        }
        if let Some(text) = self.finder.take_question() {
            desk.send(Command::FindPeople(text));
        }
        match picked.and_then(|place| choices.into_iter().nth(place)) {
            Some(choice) => desk.look(|context| context.who = choice),
            None => false,
        }
    }
}
