//! When somebody looks: the data's own instant, now, or any other.

use chrono::{Datelike, Days, NaiveTime, Weekday};
use egui::{Id, Key, Ui};
use endcap_app::At;
use endcap_app::console::Command;
use endcap_look::{Button, MenuItem, SPACE_1, SPACE_2, TextField};

use crate::{Desk, sentence};

/// The hour at which "tomorrow" and "next Monday" look.
const MORNING: u32 = 9;

/// The text being typed.
#[derive(Default)]
pub(super) struct Instant {
    text: Option<String>,
    error: Option<String>,
}

/// What the chip shows.
pub(super) fn value(desk: &Desk) -> String {
    let data = desk.console.data();
    let of_data = data.map(|data| data.workspace.taken_at);
    match desk.console.context().at {
        None => of_data.map_or_else(String::new, |at| desk.format.instant(at)),
        Some(At::Instant(at)) => desk.format.instant(at),
        Some(At::WallClock(local)) => desk.format.instant(local.and_utc().fixed_offset()),
    }
}

impl Instant {
    /// Draws the field and the quick choices; says whether one was taken.
    pub(super) fn ui(&mut self, ui: &mut Ui, desk: &mut Desk) -> bool {
        let chosen = desk.console.context().at;
        let is_new = self.text.is_none();
        let text = self
            .text
            .get_or_insert_with(|| chosen.map_or_else(String::new, |at| short(&at)));
        let field = TextField::new("Date and time", text)
            .id(Id::unique("instant-field"))
            .hint("2026-11-20T09:00")
            .help("On the store’s own clock; with an offset such as +01:00 on that one.")
            .error(self.error.as_deref())
            .ui(ui);
        if is_new {
            field.request_focus();
        }
        if field.changed() {
            self.error = None;
        }
        ui.add_space(SPACE_1);
        let by_key = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let by_click = Button::secondary("Look at this time").ui(ui).clicked();
        let mut at = None;
        if by_key || by_click {
            let typed = self.text.clone().unwrap_or_default();
            match typed.trim().parse::<At>() {
                Ok(typed) => at = Some(Some(typed)),
                Err(form) => {
                    self.error = Some(format!("“{}” is no time here. Write {form}.", typed.trim()));
                    field.request_focus();
                }
            }
        }
        ui.add_space(SPACE_2);
        ui.spacing_mut().item_spacing.y = 0.0;
        for (label, choice) in choices(desk) {
            let is_chosen = choice == chosen;
            if MenuItem::new(&label).checked(is_chosen).ui(ui).clicked() {
                at = Some(choice);
            }
        }
        let Some(at) = at else { return false };
        let mut context = desk.console.context().clone();
        context.at = at;
        match desk.console.send(Command::Look(Box::new(context))) {
            Ok(()) => {
                *self = Self::default();
                true
            }
            Err(error) => {
                self.error = Some(sentence(&error));
                false
            }
        }
    }

    /// The popover is closed: what was refused is still there when it opens again.
    pub(super) fn close(&mut self) {
        if self.error.is_none() {
            self.text = None;
        }
    }
}

/// As short as it is read back.
fn short(at: &At) -> String {
    match at {
        At::Instant(instant) => instant.format("%Y-%m-%dT%H:%M%:z").to_string(),
        At::WallClock(local) => local.format("%Y-%m-%dT%H:%M").to_string(),
    }
}

fn choices(desk: &Desk) -> Vec<(String, Option<At>)> {
    let mut choices = Vec::new();
    if let Some(data) = desk.console.data() {
        let at = desk.format.instant_with_zone(data.workspace.taken_at);
        choices.push((format!("When the data was taken, {at}"), None));
    }
    let now = desk.now();
    choices.push((
        format!("Now, {}", desk.format.instant_with_zone(now)),
        Some(At::Instant(now)),
    ));
    let today = now.date_naive();
    let morning = NaiveTime::from_hms_opt(MORNING, 0, 0).unwrap_or_default();
    let monday = u64::from(7 - Weekday::num_days_from_monday(&today.weekday()));
    for (label, days) in [
        ("Tomorrow", 1),
        ("Next Monday", monday),
        ("In four weeks", 28),
    ] {
        if let Some(day) = today.checked_add_days(Days::new(days)) {
            let local = day.and_time(morning);
            let said = desk.format.instant(local.and_utc().fixed_offset());
            choices.push((format!("{label}, {said}"), Some(At::WallClock(local))));
        }
    }
    choices
}
