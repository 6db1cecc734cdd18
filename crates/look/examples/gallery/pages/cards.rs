//! Figures, cards, pack shots, icons.

use egui::{Align2, Grid, Rect, Sense, Ui, vec2};
use endcap_look::{
    BRAND_COLOURS, Card, Delta, Direction, Figure, ICON_SIZE, Icon, Pictogram, Tokens, Tone, body,
    body_medium, body_semibold, brand_colour, figure_strip_ui, paint_badge, paint_pictogram, small,
    tag_ui, toggle_ui,
};

use super::part_ui;

#[derive(Default)]
pub struct State {
    chosen: usize,
    on: bool,
}

impl State {
    pub fn ui(&mut self, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.y = 12.0;
        figure_strip_ui(ui, &figures());
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 12.0;
            for (index, (brand, name, pictogram, slots)) in PRODUCTS.into_iter().enumerate() {
                let chosen = self.chosen == index;
                ui.allocate_ui(vec2(146.0, 200.0), |ui| {
                    let card = Card::new(name).selected(chosen).without_wash();
                    let card = card.padding(8.0).ui(ui, |ui| {
                        product_ui(ui, index + 1, brand, name, pictogram, slots);
                    });
                    if card.response.clicked() {
                        self.chosen = index;
                    }
                });
            }
            ui.allocate_ui(vec2(300.0, 200.0), |ui| {
                ui.vertical(|ui| {
                    for selected in [true, false] {
                        self.rule_ui(ui, selected);
                    }
                });
            });
        });
        part_ui(ui, "Pack shots", pack_shots_ui);
        part_ui(ui, "Icons", icons_ui);
    }

    fn rule_ui(&mut self, ui: &mut Ui, selected: bool) {
        let tokens = Tokens::of(ui);
        Card::new("Own-brand coffee")
            .selected(selected)
            .ui(ui, |ui| {
                ui.horizontal(|ui| {
                    tag_ui(ui, Tone::Accent, "Boost 40%");
                    ui.label(body_semibold("Own-brand coffee"));
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                        toggle_ui(ui, &mut self.on, "Own-brand coffee");
                    });
                });
                ui.label(body("Private label and margin at least 30%").color(tokens.ink2));
                ui.label(small("Reaches 14 products  ·  moves 6 of 24 slots").color(tokens.ink2));
            });
    }
}

const PRODUCTS: [(&str, &str, Pictogram, i64); 5] = [
    (
        "Harbor & Pine",
        "Dark Roast Whole Bean 12 oz",
        Pictogram::Bag,
        0,
    ),
    ("Kitchen Row", "House Blend Ground 24 oz", Pictogram::Bag, 3),
    ("Vela", "Instant Espresso Tin 3.5 oz", Pictogram::Tin, -1),
    ("Kitchen Row", "Colombian Pods 36 ct", Pictogram::Box, 6),
    (
        "Alder Street",
        "Cold Brew Concentrate 32 fl oz",
        Pictogram::Bottle,
        -3,
    ),
];

fn product_ui(ui: &mut Ui, slot: usize, brand: &str, name: &str, shot: Pictogram, slots: i64) {
    let tokens = Tokens::of(ui);
    let (well, _) = ui.allocate_exact_size(vec2(ui.available_width(), 104.0), Sense::hover());
    ui.painter().rect_filled(well, 6, tokens.ground);
    paint_pictogram(ui.painter(), well.shrink(16.0), shot, brand_colour(brand));
    let corner = well.left_top() + vec2(6.0, 6.0);
    paint_badge(ui, corner, Align2::LEFT_TOP, &slot.to_string());
    let corner = well.right_top() + vec2(-4.0, 6.0);
    if slots != 0 {
        Delta::slots(slots).paint_tag(ui, corner, Align2::RIGHT_TOP);
    }
    ui.label(small(brand).color(tokens.ink3));
    ui.label(body_medium(name));
    ui.horizontal(|ui| {
        ui.label(body_semibold("$9.49"));
        tag_ui(ui, Tone::Good, "34%");
    });
}

fn figures() -> Vec<Figure> {
    vec![
        Figure::new("Margin per 1k views", "$412")
            .delta(Delta::new(Direction::Up, Tone::Good, "6.1% vs live"))
            .help("Margin of the slots shown, weighted by how often each is seen."),
        Figure::new("Relevance kept", "97.8%").delta(Delta::new(
            Direction::Down,
            Tone::Bad,
            "2.2 pts",
        )),
        Figure::new("Overridden slots", "18%").delta(Delta::new(
            Direction::Up,
            Tone::Neutral,
            "4 pts",
        )),
        Figure::new("Out-of-stock demand", "2.6%").delta(Delta::new(
            Direction::Same,
            Tone::Neutral,
            "0.0 pts",
        )),
        Figure::new("Shoppers with a new top 5", "38%"),
    ]
}

fn pack_shots_ui(ui: &mut Ui) {
    for side in [56.0, 32.0] {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = if side > 40.0 { 0.0 } else { 4.0 };
            for (index, pictogram) in Pictogram::ALL.iter().enumerate() {
                let (rect, _) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
                ui.painter().rect_filled(rect, 6, Tokens::of(ui).ground);
                let brand = BRAND_COLOURS[index % BRAND_COLOURS.len()];
                paint_pictogram(ui.painter(), rect.shrink(side / 12.0), *pictogram, brand);
            }
        });
    }
}

fn icons_ui(ui: &mut Ui) {
    Grid::new("icons").spacing(vec2(12.0, 8.0)).show(ui, |ui| {
        for (index, icon) in Icon::ALL.iter().enumerate() {
            let (rect, _): (Rect, _) = ui.allocate_exact_size(vec2(28.0, 28.0), Sense::hover());
            icon.paint(ui.painter(), rect.center(), ICON_SIZE, Tokens::of(ui).ink2);
            if index % 24 == 23 {
                ui.end_row();
            }
        }
    });
}
