//! How many products a condition matches, and the first of them.

use egui::{Label, ScrollArea, Ui, vec2};
use endcap_look::{Face, RADIUS_CONTROL, ROW_HEIGHT, SPACE_1, SPACE_2, Tokens, paragraph, small};

use super::{ConditionDesk, ConditionForm};
use crate::Desk;

/// Draws how many products match, and the first of them.
pub(super) fn matches_ui(
    ui: &mut Ui,
    desk: &mut Desk,
    form: &ConditionForm,
    kept: &mut ConditionDesk,
) {
    let tokens = Tokens::of(ui);
    ui.add_space(SPACE_2);
    let Ok(cel) = form.cel() else {
        ui.label(small("The count follows once the condition is right.").color(tokens.ink3));
        ui.add_space(ROW_HEIGHT * 3.0);
        return;
    };
    let cel = cel.unwrap_or_else(|| "true".to_owned());
    if kept.tried.as_deref() != Some(cel.as_str()) {
        kept.tried = Some(cel.clone());
        desk.send(endcap_app::console::Command::Try(cel));
    }
    let lane = desk.console.answers().matches();
    let (found, is_busy) = (lane.value().cloned(), lane.is_busy());
    if let Some(error) = lane.error().filter(|_| !is_busy) {
        let said = crate::sentence(error);
        ui.add(Label::new(small(said).color(tokens.bad)).wrap());
        return;
    }
    let Some(found) = found else {
        ui.label(small("Counting").color(tokens.ink3));
        return;
    };
    let format = &desk.format;
    let on_page = format.count(i64::from(found.on_page));
    let in_all = format.count(i64::from(found.in_all));
    let noun = if found.on_page == 1 {
        "product"
    } else {
        "products"
    };
    let said = format!("Matches {on_page} {noun} on this page, {in_all} in all");
    ui.label(small(said).color(tokens.ink2));
    ui.add_space(SPACE_1);
    ScrollArea::horizontal().id_salt("matches").show(ui, |ui| {
        ui.horizontal(|ui| {
            for card in &found.strip {
                match_ui(ui, desk, card);
            }
        });
    });
}

fn match_ui(ui: &mut Ui, desk: &mut Desk, card: &endcap_app::MatchCard) {
    const WIDTH: f32 = 84.0;
    const SHOT: f32 = 56.0;
    let tokens = Tokens::of(ui);
    let size = vec2(WIDTH, SHOT + 36.0);
    let (rect, response) = ui.allocate_exact_size(size, egui::Sense::hover());
    let name = format!("{}, {}", card.title, desk.format.money(card.price));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Label, true, &name));
    if !ui.is_rect_visible(rect) {
        return;
    }
    let well = egui::Rect::from_min_size(rect.min, vec2(WIDTH, SHOT));
    ui.painter()
        .rect_filled(well, RADIUS_CONTROL, tokens.ground);
    let shot = crate::Shot {
        sku: &card.sku,
        title: &card.title,
        brand: card.brand.as_deref(),
        category: &card.category,
    };
    desk.shots.paint(ui, well.shrink(6.0), shot);
    let galley = paragraph(ui, &card.title, Face::Small, tokens.ink2, (WIDTH, 2));
    ui.painter()
        .galley(well.left_bottom() + vec2(0.0, 2.0), galley, tokens.ink2);
    response.on_hover_text(name);
}
