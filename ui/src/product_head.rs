//! What a person reads of a product first: pack shot, brand, title, price, margin, stock.

use egui::accesskit::Role;
use egui::{Label, Rect, Ui, UiBuilder, WidgetInfo, vec2};
use endcap_app::ProductHead;
use endcap_look::{Face, RADIUS_CARD, SPACE_2, Tokens, Tone, body, body_semibold, small, tag_ui};

use crate::Desk;
use crate::shots::Shot;

/// Side of the well that the pack shot stands in.
const WELL: f32 = 56.0;

/// Draws the head of a product.
pub(crate) fn product_head_ui(ui: &mut Ui, head: &ProductHead, desk: &mut Desk) {
    let tokens = Tokens::of(ui);
    let room = ui.available_rect_before_wrap();
    let well = Rect::from_min_size(room.min, vec2(WELL, WELL));
    ui.painter().rect_filled(well, RADIUS_CARD, tokens.ground);
    let shot = Shot {
        sku: &head.sku,
        title: &head.title,
        brand: head.brand.as_deref(),
        category: &head.category,
    };
    desk.shots.paint(ui, well.shrink(5.0), shot);
    let mut text = room;
    text.min.x += WELL + SPACE_2;
    text.max.y = text.min.y + WELL;
    ui.scope_builder(UiBuilder::new().max_rect(text), |ui| {
        ui.spacing_mut().item_spacing = vec2(SPACE_2, 1.0);
        // Lines are as high as their text, not as a control.
        ui.spacing_mut().interact_size.y = 0.0;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let brand = head.brand.as_deref().unwrap_or("No brand");
            ui.label(small(brand).color(tokens.ink3));
            if head.private_label {
                ui.label(small(" · ").color(tokens.ink3));
                ui.label(Face::SmallSemibold.text("Own brand").color(tokens.accent));
            }
        });
        let title = ui.add(Label::new(body_semibold(&head.title).color(tokens.ink)).truncate());
        title.widget_info(|| WidgetInfo::labeled(Role::Label, true, &head.title));
        ui.horizontal(|ui| {
            ui.label(body(desk.format.money(head.price)).color(tokens.ink));
            if head.list_price > head.price {
                let before = desk.format.money(head.list_price);
                ui.label(body(before).color(tokens.ink3).strikethrough());
            }
            let tone = if head.margin < 0.0 {
                Tone::Bad
            } else {
                Tone::Good
            };
            tag_ui(ui, tone, &desk.format.percent(head.margin, 0))
                .on_hover_text("Margin: (price − unit cost) / price");
            let stock = if head.stock > 0 {
                format!("{} left", desk.format.count(head.stock))
            } else {
                "out of stock".to_owned()
            };
            ui.label(body(stock).color(tokens.ink2));
        });
    });
}
