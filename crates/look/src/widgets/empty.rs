//! What an empty view says: what would fill it, and the action that does.

use egui::{Align, Label, Layout, Ui, vec2};

use crate::icon::{ICON_SIZE, Icon};
use crate::text::body;
use crate::tokens::{SPACE_2, SPACE_3, Tokens};
use crate::widgets::Button;

/// Draws an empty state in the middle of the room there is. Says whether its action was asked for.
pub fn empty_state_ui(ui: &mut Ui, icon: Icon, sentence: &str, action: Option<&str>) -> bool {
    let tokens = Tokens::of(ui);
    let room = ui.available_size();
    let mut clicked = false;
    ui.allocate_ui_with_layout(room, Layout::top_down(Align::Center), |ui| {
        // A third down looks like the middle.
        ui.add_space((room.y * 0.33 - 48.0).clamp(SPACE_3, 240.0));
        ui.label(icon.text(ICON_SIZE + 4.0).color(tokens.ink3));
        ui.add_space(SPACE_2);
        ui.scope(|ui| {
            ui.set_max_width(room.x.min(360.0));
            ui.add(
                Label::new(body(sentence).color(tokens.ink2))
                    .wrap()
                    .halign(Align::Center),
            );
        });
        if let Some(action) = action {
            ui.add_space(SPACE_3);
            let size = vec2(ui.available_width(), 0.0);
            ui.allocate_ui_with_layout(size, Layout::top_down(Align::Center), |ui| {
                clicked = Button::secondary(action).ui(ui).clicked();
            });
        }
    });
    clicked
}
