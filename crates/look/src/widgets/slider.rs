//! A slider from 0 to a maximum, with a mark where live stands and a value that can be typed.

use egui::accesskit::{Action, Role};
use egui::{
    EventFilter, Id, Key, Rect, Response, Sense, TextEdit, Ui, WidgetInfo, pos2, remap_clamp, vec2,
};

use crate::number::NumberFormat;
use crate::paint::focus_ring_at;
use crate::text::{Face, line_within};
use crate::theme::CLEAR;
use crate::tokens::{HAIRLINE, SPACE_2, SPACE_3, Tokens};

const HEIGHT: f32 = 24.0;
const KNOB: f32 = 6.5;
const VALUE_WIDTH: f32 = 44.0;

/// What happened to a slider in this frame.
#[derive(Debug)]
pub struct SliderResponse {
    /// The track: hover, focus and id.
    pub response: Response,
    /// The value is another one than before.
    pub changed: bool,
    /// A drag begins; a good moment to remember the value for undo.
    pub drag_started: bool,
    /// A drag ends, or a step or a typed value is whole: the moment to make one undo point.
    pub drag_stopped: bool,
}

/// A value while it is typed.
#[derive(Clone)]
struct Typing {
    text: String,
    /// The field was drawn and has taken the keyboard.
    has_begun: bool,
}

/// A slider with its label before and its value behind.
#[must_use = "a slider draws nothing until `.ui(ui)`"]
pub struct Slider<'a> {
    label: &'a str,
    name: Option<&'a str>,
    value: &'a mut f64,
    max: f64,
    typed_max: f64,
    live: Option<f64>,
    step: f64,
    decimals: usize,
    label_width: f32,
    unit: &'a str,
    format: NumberFormat,
    enabled: bool,
}

impl<'a> Slider<'a> {
    /// A slider from 0 to `max`, by hundredths.
    pub fn new(label: &'a str, value: &'a mut f64, max: f64) -> Self {
        Self {
            label,
            name: None,
            value,
            max,
            typed_max: max,
            live: None,
            step: 0.01,
            decimals: 2,
            label_width: 112.0,
            unit: "",
            format: NumberFormat::default(),
            enabled: true,
        }
    }

    /// Names the slider for assistive technology where its label alone does not say enough.
    pub fn name(mut self, name: &'a str) -> Self {
        self.name = Some(name);
        self
    }

    /// Takes typed values up to this, where that is more than the track shows.
    pub fn typed_max(mut self, most: f64) -> Self {
        self.typed_max = most.max(self.max);
        self
    }

    /// Marks where live stands.
    pub fn live(mut self, live: Option<f64>) -> Self {
        self.live = live;
        self
    }

    /// Moves by this much for an arrow key, ten times as much for Page Up and Page Down.
    pub fn step(mut self, step: f64) -> Self {
        self.step = step;
        self
    }

    /// Shows this many decimals.
    pub fn decimals(mut self, decimals: usize) -> Self {
        self.decimals = decimals;
        self
    }

    /// Gives the label this much room, so that tracks stand under one another.
    pub fn label_width(mut self, width: f32) -> Self {
        self.label_width = width;
        self
    }

    /// Shows a unit behind the value.
    pub fn unit(mut self, unit: &'a str) -> Self {
        self.unit = unit;
        self
    }

    /// Writes the value in this format.
    pub fn format(mut self, format: NumberFormat) -> Self {
        self.format = format;
        self
    }

    /// Greys the slider out unless `enabled`.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Draws the slider over the width there is.
    pub fn ui(self, ui: &mut Ui) -> SliderResponse {
        let enabled = self.enabled;
        ui.add_enabled_ui(enabled, |ui| self.draw_ui(ui)).inner
    }

    fn draw_ui(mut self, ui: &mut Ui) -> SliderResponse {
        let tokens = Tokens::of(ui);
        let before = *self.value;
        let width = ui
            .available_width()
            .max(self.label_width + VALUE_WIDTH + 60.0);
        let (rect, row) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::hover());
        let track = Rect::from_min_max(
            pos2(rect.left() + self.label_width, rect.top()),
            pos2(rect.right() - VALUE_WIDTH - SPACE_2, rect.bottom()),
        );
        let value_rect = Rect::from_min_max(pos2(track.right() + SPACE_2, rect.top()), rect.max);

        // The knob stays within the track, so its middle has a little less room.
        let left = track.left() + KNOB;
        let right = track.right() - KNOB;
        let most = self.max.max(f64::MIN_POSITIVE) as f32;
        let x_of = |value: f64| remap_clamp(value as f32, 0.0..=most, left..=right);

        let mut response = ui.interact(track, row.id.with("track"), Sense::drag());
        let mut is_whole = false;
        if let Some(pointer) = response.interact_pointer_pos() {
            let share = f64::from(remap_clamp(pointer.x, left..=right, 0.0..=1.0));
            *self.value = self.rounded(share * self.max);
        }
        if response.has_focus() {
            is_whole |= self.keys(ui, response.id);
            if ui.input(|input| input.key_pressed(Key::Enter)) {
                self.start_typing(ui, row.id.with("typed"));
            }
        }
        is_whole |= self.assistive_actions(ui, &response);
        is_whole |= self.value_ui(ui, value_rect, row.id.with("typed"));

        let changed = before.to_bits() != self.value.to_bits();
        if changed {
            response.mark_changed();
        }
        let value = *self.value;
        let enabled = ui.is_enabled();
        let name = self.name.unwrap_or(self.label);
        response.widget_info(|| WidgetInfo::slider(enabled, value, name));
        ui.accesskit_node_builder(response.id, |node| {
            node.set_role(Role::Slider);
            node.set_min_numeric_value(0.0);
            node.set_max_numeric_value(self.max);
            node.set_numeric_value_step(self.step);
            node.add_action(Action::SetValue);
            node.add_action(Action::Increment);
            node.add_action(Action::Decrement);
        });

        if ui.is_rect_visible(rect) {
            let painter = ui.painter();
            let middle = rect.center().y;
            let label = line_within(
                ui,
                self.label,
                Face::Body,
                tokens.ink2,
                self.label_width - SPACE_3,
            );
            let at = pos2(rect.left(), middle - label.size().y / 2.0);
            painter.galley(at, label, tokens.ink2);

            let bar = |from: f32, to: f32| {
                Rect::from_min_max(pos2(from, middle - 2.0), pos2(to, middle + 2.0))
            };
            let x = x_of(value);
            painter.rect_filled(bar(track.left(), track.right()), 2, tokens.line);
            painter.rect_filled(bar(track.left(), x), 2, tokens.accent);
            if let Some(live) = self.live {
                let mark = Rect::from_center_size(pos2(x_of(live), middle), vec2(2.0, 10.0));
                painter.rect_filled(mark, 0, tokens.ink2);
            }
            let center = pos2(x, middle);
            let radius = if response.hovered() || response.dragged() {
                KNOB + 0.5
            } else {
                KNOB
            };
            painter.circle(center, radius, tokens.panel, (2.0, tokens.accent));
            if response.has_focus() {
                let knob = Rect::from_center_size(center, vec2(2.0 * KNOB, 2.0 * KNOB));
                focus_ring_at(painter, knob.expand(1.0), KNOB as u8 + 2, tokens.accent);
            }
        }
        SliderResponse {
            changed,
            drag_started: response.drag_started(),
            drag_stopped: response.drag_stopped() || (is_whole && !response.dragged()),
            response,
        }
    }

    fn rounded(&self, value: f64) -> f64 {
        self.rounded_to(value, self.max)
    }

    fn rounded_to(&self, value: f64, most: f64) -> f64 {
        let steps = if self.step > 0.0 {
            (value / self.step).round() * self.step
        } else {
            value
        };
        // One step may not be a binary fraction; write the value the way it is shown.
        let scale = 10_f64.powi(self.decimals.min(9) as i32);
        ((steps * scale).round() / scale).clamp(0.0, most.max(0.0))
    }

    fn keys(&mut self, ui: &Ui, id: Id) -> bool {
        ui.memory_mut(|memory| {
            let filter = EventFilter {
                horizontal_arrows: true,
                ..EventFilter::default()
            };
            memory.set_focus_lock_filter(id, filter);
        });
        let (steps, end) = ui.input(|input| {
            let presses = |key| input.num_presses(key) as f64;
            let steps = presses(Key::ArrowRight) - presses(Key::ArrowLeft)
                + 10.0 * (presses(Key::PageUp) - presses(Key::PageDown));
            let end = match (input.key_pressed(Key::Home), input.key_pressed(Key::End)) {
                (true, _) => Some(0.0),
                (_, true) => Some(self.max),
                _ => None,
            };
            (steps, end)
        });
        if let Some(end) = end {
            *self.value = end;
            return true;
        }
        if steps != 0.0 {
            *self.value = self.rounded(*self.value + steps * self.step);
        }
        steps != 0.0
    }

    fn assistive_actions(&mut self, ui: &Ui, response: &Response) -> bool {
        use egui::accesskit::ActionData;
        let (steps, set) = ui.input(|input| {
            let count = |action| input.num_accesskit_action_requests(response.id, action) as f64;
            let steps = count(Action::Increment) - count(Action::Decrement);
            let set = input
                .accesskit_action_requests(response.id, Action::SetValue)
                .filter_map(|request| match request.data {
                    Some(ActionData::NumericValue(value)) => Some(value),
                    _ => None,
                })
                .last();
            (steps, set)
        });
        if let Some(value) = set {
            *self.value = self.rounded(value);
        } else if steps != 0.0 {
            *self.value = self.rounded(*self.value + steps * self.step);
        }
        set.is_some() || steps != 0.0
    }

    /// Puts a field where the value stands; it takes the keyboard when it is first drawn.
    fn start_typing(&self, ui: &Ui, id: Id) {
        let start = self.format.decimal(*self.value, self.decimals);
        ui.data_mut(|data| {
            data.insert_temp(
                id,
                Typing {
                    text: start,
                    has_begun: false,
                },
            )
        });
    }

    /// The value, which a double click, or Enter on the track, turns into a field. Says whether
    /// a value was typed.
    fn value_ui(&mut self, ui: &mut Ui, rect: Rect, id: Id) -> bool {
        let tokens = Tokens::of(ui);
        let text = self.format.decimal(*self.value, self.decimals) + self.unit;
        let typed: Option<Typing> = ui.data(|data| data.get_temp(id));
        let Some(mut typed) = typed else {
            let response = ui.interact(rect, id.with("shown"), Sense::CLICK);
            let response = response.on_hover_text("Double click to type a value");
            if response.double_clicked() {
                self.start_typing(ui, id);
            }
            let galley = line_within(ui, &text, Face::Body, tokens.ink, rect.width());
            let at = pos2(
                rect.right() - galley.size().x,
                rect.center().y - galley.size().y / 2.0,
            );
            ui.painter().galley(at, galley, tokens.ink);
            return false;
        };
        let name = format!("{}, value", self.name.unwrap_or(self.label));
        let edit = TextEdit::singleline(&mut typed.text)
            .id(id.with("field"))
            .frame(egui::Frame::NONE.fill(CLEAR))
            .align(egui::Align2::RIGHT_CENTER)
            .font(Face::Body.font());
        let field = ui.put(rect, edit);
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, &name));
        ui.painter().hline(
            rect.x_range(),
            rect.bottom() - 2.0,
            (HAIRLINE, tokens.accent),
        );
        if !typed.has_begun {
            typed.has_begun = true;
            field.request_focus();
        }
        if !field.lost_focus() {
            ui.data_mut(|data| data.insert_temp(id, typed));
            return false;
        }
        ui.data_mut(|data| data.remove::<Typing>(id));
        if ui.input(|input| input.key_pressed(Key::Escape)) {
            return false;
        }
        match self.format.parse(typed.text.trim_end_matches(self.unit)) {
            Some(value) => {
                *self.value = self.rounded_to(value, self.typed_max);
                true
            }
            None => false,
        }
    }
}
