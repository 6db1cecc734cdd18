//! Shoppers: what somebody sees under several rule sets, and why.

use egui::Ui;

use crate::{Action, Desk};

/// The Shoppers view.
#[derive(Default)]
pub(crate) struct Shoppers {}

impl Shoppers {
    /// Draws the context chips of the view bar.
    pub(crate) fn bar_ui(&mut self, _ui: &mut Ui, _desk: &mut Desk) {}

    /// Draws the view.
    pub(crate) fn view_ui(&mut self, _ui: &mut Ui, _desk: &mut Desk) {}

    /// Carries out an action of this view; says whether it is one.
    pub(crate) fn act(&mut self, _action: Action, _desk: &mut Desk) -> bool {
        false
    }
}
