//! The navigation rail: which views there are, and which one is shown.

use egui::{Align, Align2, Layout, Sense, Ui, WidgetInfo, accesskit::Role, vec2};
use endcap_app::console::View;
use endcap_look::{
    Face, Icon, RADIUS_CARD, SPACE_1, SPACE_2, SPACE_3, SPACE_4, Tokens, rail_item_ui, tooltip,
};

use crate::{Action, Desk};

/// The side of the logo.
const LOGO: f32 = 32.0;

/// The views at the top of the rail; settings stand at its foot.
const VIEWS: [(View, Icon); 3] = [
    (View::Rank, Icon::Rank),
    (View::Shoppers, Icon::Shoppers),
    (View::Data, Icon::Data),
];

/// What a view is called.
pub(super) fn name_of(view: View) -> &'static str {
    match view {
        View::Rank => "Rank",
        View::Shoppers => "Shoppers",
        View::Data => "Data",
        View::Settings => "Settings",
    }
}

/// Draws the rail.
pub(super) fn rail_ui(ui: &mut Ui, desk: &mut Desk) {
    ui.with_layout(Layout::top_down(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.y = SPACE_1;
        ui.add_space(SPACE_3);
        logo_ui(ui);
        ui.add_space(SPACE_4 - 2.0);
        for (view, icon) in VIEWS {
            item_ui(ui, desk, view, icon);
        }
        ui.with_layout(Layout::bottom_up(Align::Center), |ui| {
            ui.add_space(SPACE_2);
            item_ui(ui, desk, View::Settings, Icon::Settings);
        });
    });
}

fn logo_ui(ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(LOGO, LOGO), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Endcap"));
    ui.painter().rect_filled(rect, RADIUS_CARD, tokens.accent);
    let font = Face::Title.font();
    let center = Align2::CENTER_CENTER;
    ui.painter()
        .text(rect.center(), center, "E", font, tokens.on_accent);
}

fn item_ui(ui: &mut Ui, desk: &mut Desk, view: View, icon: Icon) {
    let shown = desk.console.session().view == view;
    let item = rail_item_ui(ui, icon, name_of(view), shown, 0);
    let keys = Action::Show(view).keys(ui);
    if tooltip(item, Action::Show(view).label(), keys.as_deref()).clicked() {
        desk.act(Action::Show(view));
    }
}
