//! Toasts: what just happened, for a few seconds, with the way back.

use egui::accesskit::{Live, Role};
use egui::{Align2, Area, Context, Id, Label, Order, WidgetInfo, vec2};

use crate::icon::{ICON_SIZE_SMALL, Icon};
use crate::text::body;
use crate::tokens::{SPACE_1, SPACE_2, SPACE_4, Tokens, Tone};
use crate::widgets::banner::tone_icon;
use crate::widgets::popover::floating_frame;
use crate::widgets::{Button, IconButton};

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    tone: Tone,
    text: String,
    action: Option<(String, u64)>,
    timeout_secs: f32,
}

impl Toast {
    /// A message that stays for six seconds.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self {
            tone,
            text: text.into(),
            action: None,
            timeout_secs: 6.0,
        }
    }

    /// Offers an action, which [`Toasts::ui`] answers by its `key`.
    pub fn action(mut self, label: impl Into<String>, key: u64) -> Self {
        self.action = Some((label.into(), key));
        self
    }

    /// Stays for this long.
    pub fn timeout_secs(mut self, seconds: f32) -> Self {
        self.timeout_secs = seconds;
        self
    }
}

/// The messages in sight, the newest at the bottom.
#[derive(Clone, Debug, Default)]
pub struct Toasts {
    /// The number given to the next message, which is its id.
    next: u64,
    shown: Vec<Shown>,
}

/// A message in sight.
#[derive(Clone, Debug)]
struct Shown {
    id: u64,
    toast: Toast,
    /// When it goes, in egui's time; set when it is first drawn.
    until: Option<f64>,
}

/// A message stays this long after the pointer left it.
const AFTER_READING_SECS: f64 = 1.5;
/// More messages than this push the oldest out.
const MOST: usize = 4;

impl Toasts {
    /// Shows one more message.
    pub fn push(&mut self, toast: Toast) {
        self.shown.push(Shown {
            id: self.next,
            toast,
            until: None,
        });
        self.next += 1;
        if self.shown.len() > MOST {
            self.shown.remove(0);
        }
    }

    /// The texts in sight, oldest first.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.shown.iter().map(|shown| shown.toast.text.as_str())
    }

    /// Takes every message away.
    pub fn clear(&mut self) {
        self.shown.clear();
    }

    /// Draws the messages over the bottom of the window, lets their time pass unless the pointer
    /// is on them, and answers the key of the action that was asked for.
    pub fn ui(&mut self, ctx: &Context) -> Option<u64> {
        if self.shown.is_empty() {
            return None;
        }
        let tokens = Tokens::of(ctx);
        let mut asked = None;
        let mut gone = Vec::new();
        let area = Area::new(Id::unique("toasts"))
            .order(Order::Tooltip)
            .anchor(Align2::CENTER_BOTTOM, vec2(0.0, -SPACE_4));
        let area = area.show(ctx, |ui| {
            ui.spacing_mut().item_spacing.y = SPACE_2;
            for Shown { id, toast, .. } in &self.shown {
                let frame = floating_frame(ctx, SPACE_2);
                let shown = frame.show(ui, |ui| {
                    ui.horizontal(|ui| {
                        let ink = tokens.tone(toast.tone).0;
                        ui.add_space(SPACE_1);
                        ui.label(tone_icon(toast.tone).text(ICON_SIZE_SMALL).color(ink));
                        ui.add(Label::new(body(&toast.text).color(tokens.ink)).extend());
                        ui.add_space(SPACE_2);
                        if let Some((label, key)) = &toast.action
                            && Button::secondary(label).small().ui(ui).clicked()
                        {
                            asked = Some(*key);
                            gone.push(*id);
                        }
                        if IconButton::new(Icon::Close, "Dismiss")
                            .small()
                            .ui(ui)
                            .clicked()
                        {
                            gone.push(*id);
                        }
                    });
                });
                shown
                    .response
                    .widget_info(|| WidgetInfo::labeled(Role::Status, true, &toast.text));
                ui.accesskit_node_builder(shown.response.id, |node| node.set_live(Live::Polite));
            }
        });
        let now = ctx.input(|input| input.time);
        let is_read = area.response.contains_pointer();
        for shown in &mut self.shown {
            let until = *shown
                .until
                .get_or_insert(now + f64::from(shown.toast.timeout_secs));
            if is_read {
                shown.until = Some(until.max(now + AFTER_READING_SECS));
            } else if until <= now {
                gone.push(shown.id);
            } else {
                ctx.request_repaint_after_secs((until - now) as f32);
            }
        }
        self.shown.retain(|shown| !gone.contains(&shown.id));
        asked
    }
}
