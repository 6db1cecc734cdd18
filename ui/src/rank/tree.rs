//! The category tree at the left.

use egui::Ui;

use crate::{Action, Desk};

/// What is remembered between frames.
#[derive(Default)]
pub(crate) struct State {}

/// Draws the tree with its search.
pub(crate) fn tree_ui(_ui: &mut Ui, _desk: &mut Desk, _state: &mut State) {}

/// Carries out an action that is meant for this part; says whether it is one.
pub(crate) fn act(_action: Action, _desk: &mut Desk, _state: &mut State) -> bool {
    false
}
