//! The Settings view: applied at once, but for the cap of the picture cache, and remembered.

use std::path::Path;

use egui::{Label, ScrollArea, Ui};
use endcap_app::console::{Command, Dates, Numbers, Settings, Theme};
use endcap_look::{
    Button, Icon, IconButton, SPACE_1, SPACE_2, SPACE_4, SPACE_6, Tokens, body, hairline_ui, mono,
    section_head_ui, segmented_ui, small,
};

use super::SCALES;
use crate::format::Format;
use crate::{Action, Desk};

/// How wide settings are at most: lines longer than this are hard to follow.
const WIDTH: f32 = 720.0;
/// How much of the width the names take.
const NAME_WIDTH: f32 = 176.0;
/// What the picture cache may hold, in mebibytes.
const CAPS: [(u32, &str); 4] = [
    (64, "64 MiB"),
    (256, "256 MiB"),
    (1024, "1 GiB"),
    (4096, "4 GiB"),
];

/// The Settings view.
#[derive(Default)]
pub(super) struct SettingsView {
    has_measured: bool,
}

impl SettingsView {
    /// Draws the view.
    pub(super) fn settings_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        if !self.has_measured {
            self.has_measured = true;
            desk.send(Command::Measure);
        }
        ScrollArea::vertical()
            .auto_shrink([false, false])
            .show(ui, |ui| {
                egui::Frame::NONE.inner_margin(SPACE_6).show(ui, |ui| {
                    ui.set_max_width(WIDTH.min(ui.available_width()));
                    let mut settings = desk.console.session().settings.clone();
                    look_ui(ui, &mut settings);
                    writing_ui(ui, desk, &mut settings);
                    folders_ui(ui, desk);
                    pictures_ui(ui, desk, &mut settings);
                    guide_ui(ui, desk);
                    if settings != desk.console.session().settings {
                        desk.console.remember(|session| session.settings = settings);
                    }
                });
            });
    }
}

/// Draws one setting: its name, its control, and a caption under it.
fn setting_ui(ui: &mut Ui, name: &str, caption: &str, control: impl FnOnce(&mut Ui)) {
    let tokens = Tokens::of(ui);
    ui.horizontal_top(|ui| {
        ui.allocate_ui(egui::vec2(NAME_WIDTH, 28.0), |ui| {
            ui.set_min_size(egui::vec2(NAME_WIDTH, 28.0));
            ui.horizontal_centered(|ui| {
                ui.label(body(name).color(tokens.ink2));
            });
        });
        ui.vertical(|ui| {
            control(ui);
            if !caption.is_empty() {
                ui.add(Label::new(small(caption).color(tokens.ink3)).wrap());
            }
        });
    });
    ui.add_space(SPACE_2);
}

fn section_ui(ui: &mut Ui, name: &str) {
    section_head_ui(ui, name, None, |_| ());
    hairline_ui(ui);
    ui.add_space(SPACE_2);
}

fn look_ui(ui: &mut Ui, settings: &mut Settings) {
    section_ui(ui, "Appearance");
    setting_ui(ui, "Theme", "", |ui| {
        let themes = [
            (Theme::System, "System"),
            (Theme::Light, "Light"),
            (Theme::Dark, "Dark"),
        ];
        segmented_ui(ui, "Theme", &mut settings.theme, &themes);
    });
    setting_ui(ui, "Scale", "Text and everything else.", |ui| {
        let names = SCALES.map(|scale| format!("{:.0}%", scale * 100.0));
        let choices: Vec<(f32, &str)> = SCALES
            .into_iter()
            .zip(names.iter().map(String::as_str))
            .collect();
        segmented_ui(ui, "Scale", &mut settings.scale, &choices);
    });
    ui.add_space(SPACE_4);
}

fn writing_ui(ui: &mut Ui, desk: &Desk, settings: &mut Settings) {
    const MONEY: f64 = 1_234.5;
    let data = desk.console.data();
    let currency = data.map(|data| data.workspace.retailer.currency().to_owned());
    section_ui(ui, "Numbers and dates");
    let format = Format::new(settings, currency.as_deref());
    let example = format!(
        "For example {}, {} and {}.",
        format.count(1_234_567),
        if currency.is_some() {
            format.money(MONEY)
        } else {
            format.decimal(MONEY, 2)
        },
        format.percent(0.344, 1)
    );
    setting_ui(ui, "Numbers", &example, |ui| {
        let numbers = [
            (Numbers::CommaPoint, "1,234.50"),
            (Numbers::PointComma, "1.234,50"),
            (Numbers::SpaceComma, "1 234,50"),
        ];
        segmented_ui(ui, "Numbers", &mut settings.numbers, &numbers);
    });
    let example = format!("Now is {}.", format.instant_with_zone(desk.now()));
    setting_ui(ui, "Dates", &example, |ui| {
        let dates = [
            (Dates::DayMonth, "Day month year"),
            (Dates::MonthDay, "Month day, year"),
            (Dates::Iso, "Year-month-day"),
        ];
        segmented_ui(ui, "Dates", &mut settings.dates, &dates);
    });
    ui.add_space(SPACE_4);
}

fn folders_ui(ui: &mut Ui, desk: &mut Desk) {
    section_ui(ui, "What Endcap keeps");
    let drafts = desk.console.files().storage().value().map(|storage| {
        let count = desk.format.count(storage.drafts as i64);
        let s = if storage.drafts == 1 { "" } else { "s" };
        format!("{count} draft{s}, each written after every edit.")
    });
    let home = desk.console.home();
    let (folder, session) = (home.drafts(), home.session());
    path_ui(ui, desk, "Drafts", &folder, &drafts.unwrap_or_default());
    let caption = "What is open, the view, and these settings.";
    path_ui(ui, desk, "Session", &session, caption);
    ui.add_space(SPACE_4);
}

fn path_ui(ui: &mut Ui, desk: &mut Desk, name: &str, path: &Path, caption: &str) {
    let tokens = Tokens::of(ui);
    let text = path.display().to_string();
    setting_ui(ui, name, caption, |ui| {
        ui.horizontal(|ui| {
            let copy = format!("Copy the path of {}", name.to_lowercase());
            if IconButton::new(Icon::Copy, &copy).small().ui(ui).clicked() {
                ui.copy_text(text.clone());
                desk.say("Path copied");
            }
            ui.add(Label::new(mono(&text).color(tokens.ink)).truncate())
                .on_hover_text(&text);
        });
    });
}

fn pictures_ui(ui: &mut Ui, desk: &mut Desk, settings: &mut Settings) {
    section_ui(ui, "Pictures of products");
    let storage = desk.console.files().storage();
    let held = storage.value().map(|storage| {
        let mib = storage.picture_bytes as f64 / f64::from(1 << 20);
        let count = desk.format.count(storage.pictures as i64);
        format!("{count} pictures, {} MiB.", desk.format.decimal(mib, 1))
    });
    let error = storage.error().map(crate::sentence);
    let is_empty = storage.value().is_none_or(|held| held.pictures == 0);
    let folder = desk.console.home().pictures();
    path_ui(
        ui,
        desk,
        "Cache",
        &folder,
        &error.or(held).unwrap_or_default(),
    );
    let caption =
        "The pictures that were not shown for longest go first. Counts from the next opening on.";
    setting_ui(ui, "At most", caption, |ui| {
        ui.horizontal(|ui| {
            segmented_ui(ui, "At most", &mut settings.picture_cache_mib, &CAPS);
            ui.add_space(SPACE_1);
            let clear = Button::secondary("Clear").name("Clear the picture cache");
            if clear.enabled(!is_empty).ui(ui).clicked() {
                desk.send(Command::ClearPictures);
            }
        });
    });
    ui.add_space(SPACE_4);
}

fn guide_ui(ui: &mut Ui, desk: &mut Desk) {
    section_ui(ui, "Help");
    setting_ui(
        ui,
        "First-run guide",
        "Five steps through the window.",
        |ui| {
            if Button::secondary("Show the guide again").ui(ui).clicked() {
                desk.act(Action::Guide);
            }
        },
    );
    setting_ui(ui, "Keys", "", |ui| {
        if Button::secondary("Show the keyboard map").ui(ui).clicked() {
            desk.act(Action::Keys);
        }
    });
}
