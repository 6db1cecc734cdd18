//! What stands around the views: rail, view bar, status line, and what opens over them.

use egui::Ui;
use endcap_app::console::View;

use crate::{Action, Desk};

/// The shell.
#[derive(Default)]
pub(crate) struct Shell {}

impl Shell {
    /// Draws the navigation rail.
    pub(crate) fn rail_ui(&mut self, _ui: &mut Ui, _desk: &mut Desk) {}

    /// Draws the name of the view.
    pub(crate) fn title_ui(&mut self, _ui: &mut Ui, _view: View) {}

    /// Draws the status line.
    pub(crate) fn status_ui(&mut self, _ui: &mut Ui, _desk: &mut Desk) {}

    /// Draws banners under the view bar: the demo, stale data, a draft that is not kept.
    pub(crate) fn banners_ui(&mut self, _ui: &mut Ui, _desk: &mut Desk) {}

    /// Draws the Data view.
    pub(crate) fn data_ui(&mut self, _ui: &mut Ui, _desk: &mut Desk) {}

    /// Draws the Settings view.
    pub(crate) fn settings_ui(&mut self, _ui: &mut Ui, _desk: &mut Desk) {}

    /// Draws what opens over every view: palette, keyboard map, guide, dialogs.
    pub(crate) fn overlays_ui(&mut self, _ui: &mut Ui, _desk: &mut Desk) {}

    /// Carries out an action of the shell; says whether it is one.
    pub(crate) fn act(&mut self, _action: Action, _desk: &mut Desk) -> bool {
        false
    }
}
