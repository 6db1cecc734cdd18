//! Menus: a column of actions below a control or at the pointer.

use egui::accesskit::Role;
use egui::{
    InnerResponse, Popup, PopupCloseBehavior, RectAlign, Response, Sense, Ui, WidgetInfo, pos2,
    vec2,
};

use crate::icon::{ICON_SIZE_SMALL, Icon};
use crate::paint::focus_ring;
use crate::text::{Face, line};
use crate::tokens::{RADIUS_CONTROL, ROW_HEIGHT, SPACE_1, SPACE_2, SPACE_6, Tokens};
use crate::widgets::popover::floating_frame;

/// The width of a menu; an item that needs more makes its menu wider.
const MENU_WIDTH: f32 = 220.0;

/// One action of a menu.
#[must_use = "an item draws nothing until `.ui(ui)`"]
pub struct MenuItem<'a> {
    text: &'a str,
    icon: Option<Icon>,
    keys: &'a str,
    checked: Option<bool>,
    danger: bool,
    enabled: bool,
}

impl<'a> MenuItem<'a> {
    /// An action.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            icon: None,
            keys: "",
            checked: None,
            danger: false,
            enabled: true,
        }
    }

    /// Puts an icon before the text.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Says which keys do the same.
    pub fn keys(mut self, keys: &'a str) -> Self {
        self.keys = keys;
        self
    }

    /// Makes it a choice that holds or does not.
    pub fn checked(mut self, checked: bool) -> Self {
        self.checked = Some(checked);
        self
    }

    /// Marks an action that takes something away.
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// Greys the item out unless `enabled`.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Draws the item; a click closes the menu.
    pub fn ui(self, ui: &mut Ui) -> Response {
        let enabled = self.enabled;
        ui.add_enabled_ui(enabled, |ui| self.draw_ui(ui)).inner
    }

    fn draw_ui(self, ui: &mut Ui) -> Response {
        let tokens = Tokens::of(ui);
        let ink = if self.danger { tokens.bad } else { tokens.ink };
        let text = line(ui, self.text, Face::Body, ink);
        let keys = line(ui, self.keys, Face::Small, tokens.ink3);
        let icon = match (self.checked, self.icon) {
            (Some(true), _) => Some(Icon::Check),
            (_, icon) => icon,
        };
        let has_icon = self.checked.is_some() || self.icon.is_some();
        let indent = if has_icon {
            ICON_SIZE_SMALL + SPACE_2
        } else {
            0.0
        };
        let least = 2.0 * SPACE_2 + indent + text.size().x + SPACE_6 + keys.size().x;
        let width = ui.available_width().max(least);
        let (rect, response) = ui.allocate_exact_size(vec2(width, ROW_HEIGHT), Sense::click());
        let enabled = ui.is_enabled();
        response.widget_info(|| match self.checked {
            Some(on) => WidgetInfo::selected(Role::MenuItemCheckBox, enabled, on, self.text),
            None => WidgetInfo::labeled(Role::MenuItem, enabled, self.text),
        });
        if ui.is_rect_visible(rect) {
            if response.hovered() {
                ui.painter()
                    .rect_filled(rect, RADIUS_CONTROL, tokens.hover());
            }
            let middle = rect.center().y;
            let left = rect.left() + SPACE_2;
            if let Some(icon) = icon {
                let ink = if self.danger { tokens.bad } else { tokens.ink2 };
                let center = pos2(left + ICON_SIZE_SMALL / 2.0, middle);
                icon.paint(ui.painter(), center, ICON_SIZE_SMALL, ink);
            }
            let at = pos2(left + indent, middle - text.size().y / 2.0);
            ui.painter().galley(at, text, ink);
            let at = pos2(
                rect.right() - SPACE_2 - keys.size().x,
                middle - keys.size().y / 2.0,
            );
            ui.painter().galley(at, keys, tokens.ink3);
            focus_ring(ui, &response, RADIUS_CONTROL);
        }
        response
    }
}

/// Draws a menu below `anchor`, which opens and closes it when clicked.
pub fn menu_ui<R>(
    anchor: &Response,
    name: &str,
    content: impl FnOnce(&mut Ui) -> R,
) -> Option<InnerResponse<R>> {
    let shown = Popup::menu(anchor)
        .align(RectAlign::BOTTOM_START)
        .gap(SPACE_1)
        .accessible_name(name)
        .close_behavior(PopupCloseBehavior::CloseOnClick)
        .frame(floating_frame(&anchor.ctx, SPACE_1))
        .show(|ui| {
            ui.set_width(MENU_WIDTH);
            ui.spacing_mut().item_spacing.y = 0.0;
            content(ui)
        });
    if let Some(shown) = &shown
        && shown.response.should_close()
    {
        anchor.request_focus();
    }
    shown
}

/// Draws a menu at the pointer when `response` is clicked with the other button.
pub fn context_menu_ui<R>(
    response: &Response,
    name: &str,
    content: impl FnOnce(&mut Ui) -> R,
) -> Option<InnerResponse<R>> {
    Popup::context_menu(response)
        .accessible_name(name)
        .frame(floating_frame(&response.ctx, SPACE_1))
        .show(|ui| {
            ui.set_width(MENU_WIDTH);
            ui.spacing_mut().item_spacing.y = 0.0;
            content(ui)
        })
}
