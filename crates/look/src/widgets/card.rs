//! Cards: what can be chosen, and what only holds things together.

use egui::accesskit::Role;
use egui::{
    Align, Frame, Id, InnerResponse, Layout, Margin, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    WidgetInfo,
};

use crate::paint::{focus_ring, mix};
use crate::tokens::{HAIRLINE, RADIUS_CARD, SPACE_3, Tokens};

/// A card that can be clicked and chosen.
#[must_use = "a card draws nothing until `.ui(ui, …)`"]
pub struct Card<'a> {
    name: &'a str,
    id: Option<Id>,
    selected: bool,
    padding: f32,
    washed: bool,
    sense: Sense,
}

impl<'a> Card<'a> {
    /// A card whose name is read out.
    pub fn new(name: &'a str) -> Self {
        Self {
            name,
            id: None,
            selected: false,
            padding: SPACE_3 - 2.0,
            washed: true,
            sense: Sense::click(),
        }
    }

    /// Gives the card an id of its own, so that it keeps its state when it moves in the list.
    pub fn id(mut self, id: Id) -> Self {
        self.id = Some(id);
        self
    }

    /// Shows that the card is the chosen one.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    /// Sets the content in by this much instead of 10 points.
    pub fn padding(mut self, padding: f32) -> Self {
        self.padding = padding;
        self
    }

    /// Shows the chosen card by its border alone.
    pub fn without_wash(mut self) -> Self {
        self.washed = false;
        self
    }

    /// Lets the card be dragged as well.
    pub fn draggable(mut self) -> Self {
        self.sense = Sense::click_and_drag();
        self
    }

    /// Draws the card over the width there is. Controls inside it keep their own clicks.
    pub fn ui<R>(self, ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
        let tokens = Tokens::of(ui);
        let mut builder = UiBuilder::new()
            .sense(self.sense)
            .layout(Layout::top_down(Align::Min));
        if let Some(id) = self.id {
            builder = builder.scope_id(id);
        }
        let ground = ui.painter().add(egui::Shape::Noop);
        let inner = ui.scope_builder(builder, |ui| {
            let frame = Frame::NONE.inner_margin(Margin::same(self.padding as i8));
            frame
                .show(ui, |ui| {
                    ui.set_min_width(ui.available_width());
                    content(ui)
                })
                .inner
        });
        let response = inner.response;
        let enabled = ui.is_enabled();
        response.widget_info(|| {
            WidgetInfo::selected(Role::ListItem, enabled, self.selected, self.name)
        });
        let fill = match (self.selected && self.washed, response.hovered()) {
            // Half the wash, so that an accent tag on the card still has an edge.
            (true, _) => mix(tokens.panel, tokens.accent_wash, 0.5),
            (false, true) if self.washed => tokens.hover(),
            _ => tokens.panel,
        };
        let border = match (self.selected, response.hovered()) {
            (true, _) => Stroke::new(HAIRLINE, tokens.accent),
            (false, true) => Stroke::new(HAIRLINE, tokens.line_strong),
            (false, false) => Stroke::new(HAIRLINE, tokens.line),
        };
        let shape = egui::epaint::RectShape::new(
            response.rect,
            RADIUS_CARD,
            fill,
            border,
            StrokeKind::Inside,
        );
        ui.painter().set(ground, shape);
        focus_ring(ui, &response, RADIUS_CARD);
        InnerResponse::new(inner.inner, response)
    }
}

/// Draws a card that only holds things together.
pub fn card_ui<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let tokens = Tokens::of(ui);
    Frame::NONE
        .fill(tokens.panel)
        .stroke(Stroke::new(HAIRLINE, tokens.line))
        .corner_radius(RADIUS_CARD)
        .inner_margin(Margin::same(SPACE_3 as i8))
        .show(ui, content)
}

/// Draws the ground an image or a drawing stands on.
pub fn well_ui<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    Frame::NONE
        .fill(Tokens::of(ui).ground)
        .corner_radius(crate::tokens::RADIUS_CONTROL)
        .show(ui, content)
}
