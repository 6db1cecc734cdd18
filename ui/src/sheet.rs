//! The product sheet: everything known of one product, from anywhere.

use egui::Ui;

use crate::Desk;

/// Draws the sheet of the product that is asked for, over the view.
pub(crate) fn sheet_ui(_ui: &mut Ui, _desk: &mut Desk) {}
