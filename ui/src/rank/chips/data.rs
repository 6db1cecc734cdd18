//! How old the data is.

use chrono::TimeDelta;
use egui::Ui;
use endcap_app::console::{Opened, View};
use endcap_look::{Button, Chip, SPACE_1, SPACE_2, Tokens, Tone, body, popover_ui};

use crate::{Action, Desk};

/// From this age on, data needs a look.
const OLD: TimeDelta = TimeDelta::hours(24);

/// What the chip says of the data.
pub(super) struct Age {
    name: String,
    said: String,
    tone: Tone,
}

impl Age {
    pub(super) fn of(desk: &Desk, data: &Opened) -> Self {
        let taken = data.workspace.taken_at;
        let now = desk.now();
        let is_old = now - taken > OLD;
        let tone = match (&data.source, is_old) {
            (None, _) => Tone::Info,
            (Some(_), true) => Tone::Warn,
            (Some(_), false) => Tone::Good,
        };
        Self {
            name: data.name(),
            said: desk.format.age(taken, now),
            tone,
        }
    }

    pub(super) fn chip(&self) -> Chip<'_> {
        Chip::new("", &self.name)
            .dot(self.tone)
            .detail(&self.said)
            .max_value_width(120.0)
    }

    pub(super) fn ui(&self, ui: &mut Ui, desk: &mut Desk, data: &Opened) {
        let chip = self.chip().ui(ui);
        popover_ui(&chip, "Data", 320.0, |ui| {
            let tokens = Tokens::of(ui);
            let taken = desk.format.instant_with_zone(data.workspace.taken_at);
            let products = desk.format.count(data.workspace.retailer.len() as i64);
            let shoppers = desk.format.count(data.workspace.shoppers.len() as i64);
            let what = match self.tone {
                Tone::Info => "Demo data, made up: no figure here is of a real shop.",
                Tone::Warn => "This snapshot is over a day old: prices and stock have moved on.",
                _ => "This snapshot is fresh.",
            };
            for said in [
                what.to_owned(),
                format!("As of {taken}, {}.", self.said),
                format!("{products} products, {shoppers} shoppers."),
            ] {
                ui.add(egui::Label::new(body(said).color(tokens.ink2)).wrap());
                ui.add_space(SPACE_1);
            }
            ui.add_space(SPACE_2);
            if Button::secondary("Go to Data").ui(ui).clicked() {
                desk.act(Action::Show(View::Data));
                ui.close();
            }
        });
    }
}
