//! Why a product stands where it stands: its score, its path, and its slot without a rule.

mod sections;

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Frame, Id, Key, Label, Margin, Rect, ScrollArea, Sense, Ui, WidgetInfo};
use egui::{pos2, vec2};
use endcap_app::ProductHit;
use endcap_app::console::{Command, Explanation};
use endcap_look::{
    Face, Icon, RADIUS_CONTROL, SPACE_1, SPACE_2, SPACE_3, SPACE_4, SearchField, Tokens, body,
    dimmed_ui, empty_state_ui, focus_ring, hairline_ui, line_within, spinner_ui,
};

use crate::Desk;
use crate::desk::sentence;
use crate::rows::visible_rows_ui;
use crate::shots::Shot;

/// Height of a product that was found.
const FOUND_ROW: f32 = 50.0;
/// An answer dims when the next one takes longer than this, in milliseconds.
const STALE_MS: u64 = 150;

/// The panel at the right.
#[derive(Default)]
pub(crate) struct WhyPanel {
    text: String,
}

impl WhyPanel {
    /// Draws the search for any product, and under it what was found or why it stands there.
    pub(crate) fn why_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut first = false;
        Frame::new()
            .inner_margin(Margin::symmetric(SPACE_4 as i8, SPACE_3 as i8))
            .show(ui, |ui| {
                let field = SearchField::new("Why not this product?", &mut self.text)
                    .id(Id::unique("why-not-search"))
                    .ui(ui);
                if field.changed() && !self.text.trim().is_empty() {
                    desk.send(Command::FindProducts(self.text.clone()));
                }
                first = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            });
        hairline_ui(ui);
        if self.text.trim().is_empty() {
            self.explanation_ui(ui, desk);
        } else {
            self.found_ui(ui, first, desk);
        }
    }

    fn found_ui(&mut self, ui: &mut Ui, first: bool, desk: &mut Desk) {
        let lane = desk.console.answers().products();
        let tokens = Tokens::of(ui);
        if let Some(error) = lane.error().map(sentence) {
            padded_ui(ui, |ui| {
                ui.add(Label::new(body(error).color(tokens.bad)).wrap())
            });
            return;
        }
        let Some(hits) = lane.value().cloned() else {
            padded_ui(ui, |ui| spinner_ui(ui, "Ranking"));
            return;
        };
        if hits.is_empty() && !lane.is_busy() {
            let said = "No product has this in its sku, title, brand or category.";
            padded_ui(ui, |ui| {
                ui.add(Label::new(body(said).color(tokens.ink2)).wrap())
            });
            return;
        }
        // While the answer is on its way the rows are those of another text.
        let takes_first = first && !lane.is_busy();
        let mut asked = takes_first.then(|| hits.first()).flatten();
        ScrollArea::vertical()
            .id_salt("why-not-found")
            .auto_shrink(false)
            .show(ui, |ui| {
                visible_rows_ui(ui, hits.len(), FOUND_ROW, |ui, place, rect| {
                    if hit_ui(ui, rect, &hits[place], desk) {
                        asked = hits.get(place);
                    }
                });
            });
        if let Some(hit) = asked {
            let column = desk.console.answers().explained().map_or(0, |(at, ..)| *at);
            desk.send(Command::Explain {
                column,
                sku: hit.sku.clone(),
                against: None,
            });
            self.text.clear();
        }
    }

    fn explanation_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        let answers = desk.console.answers();
        let lane = answers.explanation();
        let stale = lane.waiting_ms() > STALE_MS;
        if answers.explained().is_none() {
            let said = "Select a product of a slate to see why it stands there, or search one \
                        that is not on it.";
            padded_ui(ui, |ui| empty_state_ui(ui, Icon::Help, said, None));
            return;
        }
        if let Some(error) = lane.error().map(sentence) {
            let ink = Tokens::of(ui).bad;
            padded_ui(ui, |ui| ui.add(Label::new(body(error).color(ink)).wrap()));
            return;
        }
        let Some(explanation): Option<Arc<Explanation>> = lane.value().cloned() else {
            padded_ui(ui, |ui| spinner_ui(ui, "Ranking"));
            return;
        };
        dimmed_ui(ui, stale, |ui| {
            ScrollArea::vertical()
                .id_salt("why")
                .auto_shrink(false)
                .show(ui, |ui| sections::sections_ui(ui, &explanation, desk));
        });
    }
}

fn padded_ui<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    Frame::new()
        .inner_margin(Margin::symmetric(SPACE_4 as i8, SPACE_3 as i8))
        .show(ui, content)
        .inner
}

/// Draws a product that was found; says whether it was picked.
fn hit_ui(ui: &mut Ui, rect: Rect, hit: &ProductHit, desk: &mut Desk) -> bool {
    let tokens = Tokens::of(ui);
    let id = Id::unique(("why-not", &hit.sku));
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::ListBoxOption, true, format!("Why not {}", hit.title))
    });
    let inner = rect.shrink2(vec2(SPACE_2, SPACE_1));
    if response.hovered() {
        ui.painter()
            .rect_filled(inner, RADIUS_CONTROL, tokens.hover());
    }
    let middle = rect.center().y;
    let well = Rect::from_min_size(pos2(rect.left() + SPACE_4, middle - 18.0), vec2(36.0, 36.0));
    let shot = Shot {
        sku: &hit.sku,
        title: &hit.title,
        brand: hit.brand.as_deref(),
        category: &hit.category,
    };
    desk.shots.paint(ui, well.shrink(3.0), shot);
    let left = well.right() + SPACE_3;
    let room = rect.right() - SPACE_4 - left;
    let title = line_within(ui, &hit.title, Face::BodyMedium, tokens.ink, room);
    ui.painter()
        .galley(pos2(left, middle - 18.0), title, tokens.ink);
    let brand = hit.brand.as_deref().unwrap_or("No brand");
    let caption = format!("{brand} · {} · {}", hit.category, hit.sku);
    let caption = line_within(ui, &caption, Face::Small, tokens.ink3, room);
    ui.painter()
        .galley(pos2(left, middle + 1.0), caption, tokens.ink3);
    focus_ring(ui, &response, RADIUS_CONTROL);
    response.clicked()
}
