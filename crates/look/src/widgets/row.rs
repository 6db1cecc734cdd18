//! Rows of a list or a tree, and the head over a section of them.

use egui::accesskit::Role;
use egui::{Align, Layout, Rect, Response, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::icon::{ICON_SIZE_SMALL, Icon};
use crate::paint::focus_ring;
use crate::text::{Face, line, line_within, section};
use crate::tokens::{RADIUS_CONTROL, RADIUS_TAG, ROW_HEIGHT, SPACE_1, SPACE_2, SPACE_4, Tokens};

/// What happened to a row in this frame.
#[derive(Debug)]
pub struct RowResponse {
    /// The row; `clicked()` chooses it.
    pub response: Response,
    /// Its branch is to be opened or closed.
    pub toggled: bool,
}

/// One row of a list: a text, and what belongs to it at the end.
#[must_use = "a row draws nothing until `.ui(ui)`"]
pub struct Row<'a> {
    text: &'a str,
    icon: Option<Icon>,
    count: &'a str,
    detail: &'a str,
    selected: bool,
    dot: Option<&'a str>,
    level: usize,
    open: Option<bool>,
}

impl<'a> Row<'a> {
    /// A row with a text.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            icon: None,
            count: "",
            detail: "",
            selected: false,
            dot: None,
            level: 0,
            open: None,
        }
    }

    /// Puts an icon before the text.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Puts a count or another short caption at the end.
    pub fn count(mut self, count: &'a str) -> Self {
        self.count = count;
        self
    }

    /// Puts a caption behind the text.
    pub fn detail(mut self, detail: &'a str) -> Self {
        self.detail = detail;
        self
    }

    /// Shows that the row is the chosen one.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    /// Puts a dot behind the text and says what it means: "has rules".
    pub fn dot(mut self, meaning: Option<&'a str>) -> Self {
        self.dot = meaning;
        self
    }

    /// Sets the row in by this many levels of a tree.
    pub fn level(mut self, level: usize) -> Self {
        self.level = level;
        self
    }

    /// Makes the row a branch that is open or closed; `None` is a leaf.
    pub fn open(mut self, open: Option<bool>) -> Self {
        self.open = open;
        self
    }

    /// Draws the row over the width there is.
    pub fn ui(self, ui: &mut Ui) -> RowResponse {
        let tokens = Tokens::of(ui);
        let size = vec2(ui.available_width(), ROW_HEIGHT);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        let name = match self.dot {
            Some(meaning) => format!("{}, {meaning}", self.text),
            None => self.text.to_owned(),
        };
        let role = if self.open.is_some() || self.level > 0 {
            Role::TreeItem
        } else {
            Role::ListItem
        };
        let enabled = ui.is_enabled();
        response.widget_info(|| WidgetInfo::selected(role, enabled, self.selected, &name));
        ui.accesskit_node_builder(response.id, |node| {
            if let Some(open) = self.open {
                node.set_expanded(open);
            }
            if self.level > 0 {
                node.set_level(self.level + 1);
            }
            node.set_description(self.count.to_owned());
        });
        let mut toggled = response.double_clicked() && self.open.is_some();
        if let (Some(open), true) = (self.open, response.has_focus()) {
            toggled |= ui.input(|input| {
                let key = if open {
                    egui::Key::ArrowLeft
                } else {
                    egui::Key::ArrowRight
                };
                input.key_pressed(key)
            });
        }

        let mut left = rect.left() + SPACE_2 + SPACE_4 * self.level as f32;
        let chevron = self.open.map(|open| {
            let center = pos2(left + 6.0, rect.center().y);
            left += SPACE_4;
            let square = Rect::from_center_size(center, vec2(ROW_HEIGHT - 8.0, ROW_HEIGHT));
            let chevron = ui.interact(square, response.id.with("chevron"), Sense::CLICK);
            toggled |= chevron.clicked();
            (open, center)
        });
        if ui.is_rect_visible(rect) {
            let ink = self.paint_ground(ui, rect, &response);
            if let Some((open, center)) = chevron {
                let icon = if open {
                    Icon::ChevronDown
                } else {
                    Icon::ChevronRight
                };
                icon.paint(ui.painter(), center, 14.0, tokens.ink3);
            }
            self.paint_texts(ui, rect, left, ink);
            focus_ring(ui, &response, RADIUS_CONTROL);
        }
        RowResponse { response, toggled }
    }

    fn paint_ground(&self, ui: &Ui, rect: Rect, response: &Response) -> egui::Color32 {
        let tokens = Tokens::of(ui);
        if self.selected {
            ui.painter()
                .rect_filled(rect, RADIUS_CONTROL, tokens.accent_wash);
            tokens.accent
        } else if response.hovered() {
            ui.painter()
                .rect_filled(rect, RADIUS_CONTROL, tokens.hover());
            tokens.ink
        } else {
            tokens.ink2
        }
    }

    fn paint_texts(&self, ui: &Ui, rect: Rect, mut left: f32, ink: egui::Color32) {
        let tokens = Tokens::of(ui);
        let middle = rect.center().y;
        let caption = if self.selected {
            tokens.ink2
        } else {
            tokens.ink3
        };
        let mut right = rect.right() - SPACE_2;
        if !self.count.is_empty() {
            let count = line(ui, self.count, Face::Small, caption);
            right -= count.size().x;
            ui.painter()
                .galley(pos2(right, middle - count.size().y / 2.0), count, caption);
            right -= SPACE_2;
        }
        if let Some(icon) = self.icon {
            icon.paint(ui.painter(), pos2(left + 8.0, middle), ICON_SIZE_SMALL, ink);
            left += ICON_SIZE_SMALL + SPACE_2;
        }
        let dot_room = if self.dot.is_some() { 12.0 } else { 0.0 };
        let face = if self.selected {
            Face::BodySemibold
        } else {
            Face::Body
        };
        let text = line_within(ui, self.text, face, ink, (right - left - dot_room).max(0.0));
        let end = left + text.size().x;
        ui.painter()
            .galley(pos2(left, middle - text.size().y / 2.0), text, ink);
        left = end + SPACE_2;
        if self.dot.is_some() {
            ui.painter()
                .circle_filled(pos2(end + 9.0, middle), 3.0, tokens.accent);
            left += 12.0;
        }
        if !self.detail.is_empty() && right > left {
            let detail = line_within(ui, self.detail, Face::Small, caption, right - left);
            ui.painter()
                .galley(pos2(left, middle - detail.size().y / 2.0), detail, caption);
        }
    }
}

/// Draws the head of a section in capitals, how many things are in it, and at the end whatever
/// `trailing` adds, from the right.
pub fn section_head_ui<R>(
    ui: &mut Ui,
    text: &str,
    count: Option<usize>,
    trailing: impl FnOnce(&mut Ui) -> R,
) -> R {
    let tokens = Tokens::of(ui);
    let size = vec2(ui.available_width(), ROW_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_height(ROW_HEIGHT);
        let head = ui.label(section(text).color(tokens.ink2));
        head.widget_info(|| WidgetInfo::labeled(Role::Heading, true, text));
        if let Some(count) = count {
            let galley = line(ui, &count.to_string(), Face::SmallSemibold, tokens.ink2);
            let size = vec2(galley.size().x + 3.0 * SPACE_1, 18.0);
            let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, count));
            ui.painter().rect_filled(rect, RADIUS_TAG, tokens.ground);
            ui.painter()
                .galley(rect.center() - galley.size() / 2.0, galley, tokens.ink2);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), trailing)
            .inner
    })
    .inner
}
