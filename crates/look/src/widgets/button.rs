//! Buttons: primary, secondary, quiet and danger, with text, an icon, or both.

use egui::accesskit::Role;
use egui::{Align2, Color32, Response, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::icon::{ICON_SIZE_SMALL, Icon};
use crate::paint::{control_frame, focus_ring, mix};
use crate::text::{Face, line};
use crate::theme::CLEAR;
use crate::tokens::{
    CONTROL_HEIGHT, CONTROL_HEIGHT_SMALL, RADIUS_CONTROL, SPACE_1, SPACE_2, SPACE_3, Tokens,
};
use crate::widgets::tooltip;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rank {
    Primary,
    Secondary,
    Quiet,
    Danger,
}

/// A button with a text.
///
/// ```
/// # use endcap_look::{Button, Icon};
/// # egui::__run_test_ui(|ui| {
/// # endcap_look::install(ui);
/// # });
/// # fn toolbar_ui(ui: &mut egui::Ui) {
/// if Button::secondary("Export").icon(Icon::Export).ui(ui).clicked() {
///     // …
/// }
/// # }
/// ```
#[must_use = "a button draws nothing until `.ui(ui)`"]
pub struct Button<'a> {
    rank: Rank,
    text: &'a str,
    name: Option<&'a str>,
    icon: Option<Icon>,
    selected: Option<bool>,
    enabled: bool,
    small: bool,
    width: Option<f32>,
}

impl<'a> Button<'a> {
    fn new(rank: Rank, text: &'a str) -> Self {
        Self {
            rank,
            text,
            name: None,
            icon: None,
            selected: None,
            enabled: true,
            small: false,
            width: None,
        }
    }

    /// The one action of a view or dialog.
    pub fn primary(text: &'a str) -> Self {
        Self::new(Rank::Primary, text)
    }

    /// Any other action.
    pub fn secondary(text: &'a str) -> Self {
        Self::new(Rank::Secondary, text)
    }

    /// An action beside others that needs no border.
    pub fn quiet(text: &'a str) -> Self {
        Self::new(Rank::Quiet, text)
    }

    /// An action that takes something away.
    pub fn danger(text: &'a str) -> Self {
        Self::new(Rank::Danger, text)
    }

    /// Puts an icon before the text.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Names the button for assistive technology where its text alone does not say enough.
    pub fn name(mut self, name: &'a str) -> Self {
        self.name = Some(name);
        self
    }

    /// Makes it a button that stays pressed while `selected`.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = Some(selected);
        self
    }

    /// Greys the button out unless `enabled`.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Makes the button fit into a head or a row.
    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// Makes the button at least this wide.
    pub fn min_width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// Draws the button.
    pub fn ui(self, ui: &mut Ui) -> Response {
        let enabled = self.enabled;
        ui.add_enabled_ui(enabled, |ui| self.draw_ui(ui)).inner
    }

    fn draw_ui(self, ui: &mut Ui) -> Response {
        let tokens = Tokens::of(ui);
        let (height, padding, face) = if self.small {
            (CONTROL_HEIGHT_SMALL, SPACE_2, Face::SmallMedium)
        } else {
            (CONTROL_HEIGHT, SPACE_3, Face::BodyMedium)
        };
        let face = match (self.rank, face) {
            (Rank::Primary | Rank::Danger, Face::BodyMedium) => Face::BodySemibold,
            (_, face) => face,
        };
        let icon_size = if self.small { 14.0 } else { ICON_SIZE_SMALL };
        let selected = self.selected == Some(true);
        let ink = match self.rank {
            Rank::Primary => tokens.on_accent,
            Rank::Danger => tokens.bad,
            _ if selected => tokens.accent,
            Rank::Secondary => tokens.ink,
            Rank::Quiet => tokens.ink2,
        };
        let galley = line(ui, self.text, face, ink);
        let icon_width = self.icon.map_or(0.0, |_| icon_size + SPACE_1 + 2.0);
        let content = icon_width + galley.size().x;
        let width = (content + 2.0 * padding).max(self.width.unwrap_or(0.0));
        let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::click());
        let name = self.name.unwrap_or(self.text);
        let enabled = ui.is_enabled();
        response.widget_info(|| match self.selected {
            Some(selected) => WidgetInfo::selected(Role::Button, enabled, selected, name),
            None => WidgetInfo::labeled(Role::Button, enabled, name),
        });
        if ui.is_rect_visible(rect) {
            let (fill, border) = self.frame(tokens, &response);
            control_frame(ui.painter(), rect, fill, border);
            let left = rect.center().x - content / 2.0;
            if let Some(icon) = self.icon {
                let center = pos2(left + icon_size / 2.0, rect.center().y);
                icon.paint(ui.painter(), center, icon_size, ink);
            }
            let middle = pos2(left + icon_width, rect.center().y);
            let at = Align2::LEFT_CENTER.anchor_size(middle, galley.size()).min;
            ui.painter().galley(at, galley, ink);
            focus_ring(ui, &response, RADIUS_CONTROL);
        }
        response
    }

    fn frame(&self, tokens: &Tokens, response: &Response) -> (Color32, Option<Color32>) {
        let hovered = response.hovered();
        let pressed = response.is_pointer_button_down_on();
        let rest = match self.rank {
            Rank::Primary => {
                let toward = if pressed { 0.2 } else { 0.1 };
                let fill = if hovered || pressed {
                    mix(tokens.accent, tokens.ink, toward)
                } else {
                    tokens.accent
                };
                return (fill, None);
            }
            Rank::Quiet => CLEAR,
            _ => tokens.panel,
        };
        let selected = self.selected == Some(true);
        let fill = if selected {
            tokens.accent_wash
        } else if pressed {
            tokens.line
        } else if hovered {
            tokens.hover()
        } else {
            rest
        };
        let border = match self.rank {
            Rank::Quiet => None,
            _ if selected => Some(tokens.accent),
            _ => Some(tokens.line_strong),
        };
        (fill, border)
    }
}

/// A button that is only an icon; its name is read out and shown as a tooltip.
#[must_use = "a button draws nothing until `.ui(ui)`"]
pub struct IconButton<'a> {
    icon: Icon,
    name: &'a str,
    keys: Option<&'a str>,
    selected: Option<bool>,
    enabled: bool,
    bordered: bool,
    size: f32,
    color: Option<Color32>,
}

impl<'a> IconButton<'a> {
    /// A button with the given icon and name.
    pub fn new(icon: Icon, name: &'a str) -> Self {
        Self {
            icon,
            name,
            keys: None,
            selected: None,
            enabled: true,
            bordered: false,
            size: CONTROL_HEIGHT,
            color: None,
        }
    }

    /// Shows the keys that do the same in the tooltip.
    pub fn keys(mut self, keys: &'a str) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Makes it a button that stays pressed while `selected`.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = Some(selected);
        self
    }

    /// Greys the button out unless `enabled`.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Draws the border of a secondary button.
    pub fn bordered(mut self) -> Self {
        self.bordered = true;
        self
    }

    /// Makes the button fit into a row or a head.
    pub fn small(mut self) -> Self {
        self.size = CONTROL_HEIGHT_SMALL;
        self
    }

    /// Paints the icon in this colour instead of secondary ink.
    pub fn color(mut self, color: Color32) -> Self {
        self.color = Some(color);
        self
    }

    /// Draws the button.
    pub fn ui(self, ui: &mut Ui) -> Response {
        let enabled = self.enabled;
        ui.add_enabled_ui(enabled, |ui| self.draw_ui(ui)).inner
    }

    fn draw_ui(self, ui: &mut Ui) -> Response {
        let tokens = Tokens::of(ui);
        let side = vec2(self.size, self.size);
        let (rect, response) = ui.allocate_exact_size(side, Sense::click());
        let enabled = ui.is_enabled();
        response.widget_info(|| match self.selected {
            Some(selected) => WidgetInfo::selected(Role::Button, enabled, selected, self.name),
            None => WidgetInfo::labeled(Role::Button, enabled, self.name),
        });
        if ui.is_rect_visible(rect) {
            let selected = self.selected == Some(true);
            let fill = if selected {
                tokens.accent_wash
            } else if response.is_pointer_button_down_on() {
                tokens.line
            } else if response.hovered() {
                tokens.hover()
            } else {
                CLEAR
            };
            let border = self.bordered.then_some(tokens.line_strong);
            control_frame(ui.painter(), rect, fill, border);
            let ink = match self.color {
                Some(color) => color,
                None if selected => tokens.accent,
                None if response.hovered() => tokens.ink,
                None => tokens.ink2,
            };
            let icon_size = if self.size < CONTROL_HEIGHT {
                14.0
            } else {
                ICON_SIZE_SMALL
            };
            self.icon.paint(ui.painter(), rect.center(), icon_size, ink);
            focus_ring(ui, &response, RADIUS_CONTROL);
        }
        tooltip(response, self.name, self.keys)
    }
}

/// A quiet button that is only an icon.
pub fn icon_button_ui(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    IconButton::new(icon, name).ui(ui)
}
