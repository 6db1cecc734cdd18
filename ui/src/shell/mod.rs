//! What stands around the views: rail, view bar, status line, and what opens over them.

mod banners;
mod browser;
mod data;
mod dialog;
mod drops;
mod find;
mod guide;
mod keys;
mod palette;
mod rail;
mod report;
mod settings;
mod status;

use egui::{Ui, WidgetInfo, accesskit::Role};
use endcap_app::ErrorCode;
use endcap_app::console::{Command, Event, Theme, View, Work};
use endcap_look::{SPACE_3, Tokens, title};

use crate::format::Format;
use crate::{Action, Desk};
use banners::Banners;
use data::DataView;
use dialog::{Dialog, Heard};
use guide::Guide;
use keys::Keys;
use palette::Palette;
use settings::SettingsView;

pub use guide::Spot;

/// The sizes of everything that can be chosen.
const SCALES: [f32; 8] = [0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0];

/// The shell.
#[derive(Default)]
pub(crate) struct Shell {
    banners: Banners,
    palette: Option<Palette>,
    keys: Option<Keys>,
    dialog: Option<Dialog>,
    guide: Guide,
    data: DataView,
    settings: SettingsView,
}

impl Shell {
    /// Takes in what has happened, before anything is drawn.
    pub(crate) fn hear(&mut self, events: &[Event], desk: &mut Desk) {
        for event in events {
            self.data.hear(event, desk);
            let dialog = self.dialog.as_mut();
            let heard = dialog.map_or(Heard::NotMine, |dialog| dialog.hear(event));
            if heard == Heard::Done {
                self.dialog = None;
            }
            if heard != Heard::Failed {
                self.banners.hear(event);
                refuse(event, desk);
            }
        }
    }

    /// Draws the navigation rail.
    pub(crate) fn rail_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        rail::rail_ui(ui, desk);
    }

    /// Draws the name of the view.
    pub(crate) fn title_ui(&mut self, ui: &mut Ui, view: View) {
        let name = rail::name_of(view);
        let label = ui.label(title(name).color(Tokens::of(ui).ink));
        label.widget_info(|| WidgetInfo::labeled(Role::Heading, true, name));
        ui.add_space(SPACE_3);
    }

    /// Draws what the view bar of the Data view holds.
    pub(crate) fn bar_ui(&mut self, ui: &mut Ui, desk: &mut Desk, view: View) {
        if view == View::Data {
            self.data.bar_ui(ui, desk);
        }
    }

    /// Draws the status line.
    pub(crate) fn status_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        status::status_ui(ui, desk);
    }

    /// Draws banners under the view bar: the demo, stale data, a draft that is not kept.
    pub(crate) fn banners_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        self.banners.banners_ui(ui, desk);
    }

    /// Draws the Data view.
    pub(crate) fn data_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        self.data.data_ui(ui, desk);
    }

    /// Draws the Settings view.
    pub(crate) fn settings_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        self.settings.settings_ui(ui, desk);
    }

    /// Draws what opens over every view: palette, keyboard map, guide, dialogs, toasts.
    pub(crate) fn overlays_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        if let Some(dropped) = drops::dropped_ui(ui) {
            self.take_dropped(&dropped, desk);
        }
        let is_modal = self.palette.is_some() || self.keys.is_some() || self.dialog.is_some();
        if !is_modal {
            self.guide.guide_ui(ui, desk);
        }
        if let Some(dialog) = &mut self.dialog
            && !dialog.dialog_ui(ui, desk)
        {
            self.dialog = None;
        }
        if let Some(keys) = &mut self.keys
            && !keys.keys_ui(ui)
        {
            self.keys = None;
        }
        if let Some(palette) = &mut self.palette
            && !palette.palette_ui(ui, desk)
        {
            self.palette = None;
        }
        desk.toasts_ui(ui);
    }

    fn take_dropped(&mut self, dropped: &drops::Dropped, desk: &mut Desk) {
        match dropped {
            drops::Dropped::Snapshot(path) => {
                let dialog = self.dialog.insert(Dialog::open(&desk.console));
                dialog.open_at_once(path, desk);
            }
            drops::Dropped::Rules(path) => {
                desk.send(Command::LoadRules(path.clone()));
            }
            drops::Dropped::Files(folder) => self.dialog = Some(Dialog::import(Some(folder))),
            drops::Dropped::Unknown(name) => desk.say(&format!(
                "{name} is no snapshot (.endcap), rule set (.json) or folder of CSV files"
            )),
        }
    }

    /// Carries out an action of the shell; says whether it is one.
    pub(crate) fn act(&mut self, action: Action, desk: &mut Desk) -> bool {
        match action {
            Action::Show(view) => desk.show(view),
            Action::Palette => {
                self.keys = None;
                self.palette = match self.palette {
                    None => Some(Palette::default()),
                    Some(_) => None,
                };
            }
            Action::Keys => {
                self.palette = None;
                self.keys = match self.keys {
                    None => Some(Keys::default()),
                    Some(_) => None,
                };
            }
            Action::Guide => self.guide.begin(desk),
            Action::Undo => {
                desk.send(Command::Undo);
            }
            Action::Redo => {
                desk.send(Command::Redo);
            }
            Action::Open => self.dialog = Some(Dialog::open(&desk.console)),
            Action::OpenDemo => {
                desk.send(Command::Open(None));
            }
            Action::Import => self.dialog = Some(Dialog::import(None)),
            Action::SaveRules => self.dialog = Some(Dialog::save_rules(&desk.console)),
            Action::LoadRules => self.dialog = Some(Dialog::load_rules(&desk.console)),
            Action::SaveReport => self.dialog = Some(Dialog::save_report(&desk.console)),
            Action::Discard => discard(desk),
            Action::NextTheme => desk.console.remember(|session| {
                let theme = &mut session.settings.theme;
                *theme = match theme {
                    Theme::System => Theme::Light,
                    Theme::Light => Theme::Dark,
                    Theme::Dark => Theme::System,
                };
            }),
            Action::Larger => scale(desk, 1),
            Action::Smaller => scale(desk, -1),
            _ => return false,
        }
        true
    }
}

/// Says what failed that neither a banner nor the status line says.
fn refuse(event: &Event, desk: &mut Desk) {
    match event {
        Event::ImportFailed(error) | Event::SaveFailed(error) | Event::LoadFailed(error)
            if error.code != ErrorCode::Cancelled =>
        {
            desk.refuse(error);
        }
        _ => {}
    }
}

/// Asks nothing: undo brings the draft back, and the toast says so.
fn discard(desk: &mut Desk) {
    let draft = desk.console.draft();
    if draft.is_none_or(|draft| draft.rules() == draft.live()) {
        desk.say("The draft is as live already");
    } else if desk.send(Command::Discard) {
        desk.offer_undo("The draft starts again from live");
    }
}

/// Goes to the next larger or smaller size of everything.
fn scale(desk: &mut Desk, step: isize) {
    desk.console.remember(|session| {
        let now = session.settings.scale;
        let distance = |scale: &f32| (scale - now).abs();
        let nearest = SCALES
            .iter()
            .enumerate()
            .min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)))
            .map_or(2, |(index, _)| index);
        let next = nearest.saturating_add_signed(step).min(SCALES.len() - 1);
        session.settings.scale = SCALES[next];
    });
}

/// Work under way in words: "Reading orders.csv · 40,000 rows · 40%".
fn work_sentence(work: &Work, format: &Format) -> String {
    let mut text = work.what.clone();
    if work.rows > 0 {
        let rows = format.count(i64::try_from(work.rows).unwrap_or(i64::MAX));
        text.push_str(&format!(" · {rows} rows"));
    }
    if let Some(share) = work.share {
        text.push_str(&format!(" · {}", format.percent(f64::from(share), 0)));
    }
    text
}
