//! What the draft changes, and the way back for each change.

use egui::accesskit::Role;
use egui::{Align2, Label, ScrollArea, Sense, Ui, WidgetInfo, vec2};
use endcap_app::console::Edit;
use endcap_app::{Change, take_back};
use endcap_look::{
    Button, CONTROL_HEIGHT, Face, Icon, IconButton, RADIUS_TAG, SPACE_2, SPACE_3, Tokens, Tone,
    body, focus_ring, line, paint_tag, popover_ui, small,
};

use crate::{Action, Desk};

/// The changes of one revision of the draft.
#[derive(Default)]
pub(super) struct Changes {
    revision: Option<u64>,
    changes: Vec<Change>,
}

impl Changes {
    /// Works the changes out where the draft is another.
    pub(super) fn update(&mut self, desk: &Desk) {
        let draft = desk.console.draft();
        let revision = draft.map(endcap_app::console::Draft::revision);
        if self.revision != revision {
            self.revision = revision;
            self.changes = draft
                .map(endcap_app::console::Draft::changes)
                .unwrap_or_default();
        }
    }

    fn say(&self) -> String {
        match self.changes.len() {
            0 => "Draft · as live".to_owned(),
            1 => "Draft · 1 change to live".to_owned(),
            count => format!("Draft · {count} changes to live"),
        }
    }

    /// How wide the tag will be.
    pub(super) fn width(&self, ui: &Ui) -> f32 {
        let tokens = Tokens::of(ui);
        let galley = line(ui, &self.say(), Face::SmallSemibold, tokens.accent);
        galley.size().x + SPACE_3
    }
}

/// Draws the tag, which opens the list of changes.
pub(super) fn draft_ui(ui: &mut Ui, desk: &mut Desk, changes: &Changes) {
    let said = changes.say();
    let tone = if changes.changes.is_empty() {
        Tone::Neutral
    } else {
        Tone::Accent
    };
    let size = vec2(changes.width(ui), CONTROL_HEIGHT);
    let (rect, tag) = ui.allocate_exact_size(size, Sense::click());
    tag.widget_info(|| WidgetInfo::labeled(Role::Button, true, &said));
    paint_tag(ui, rect.center(), Align2::CENTER_CENTER, tone, &said);
    focus_ring(ui, &tag, RADIUS_TAG);
    let tag = tag.on_hover_text("What differs from live");
    popover_ui(&tag, "Changes to live", 420.0, |ui| {
        changes_ui(ui, desk, changes);
    });
}

fn changes_ui(ui: &mut Ui, desk: &mut Desk, changes: &Changes) {
    let tokens = Tokens::of(ui);
    if changes.changes.is_empty() {
        let said = "The draft is as live. Move a slider, pin a card or write a rule.";
        ui.add(Label::new(body(said).color(tokens.ink2)).wrap());
    }
    let mut back = None;
    ScrollArea::vertical()
        .max_height(320.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            for change in &changes.changes {
                ui.horizontal_top(|ui| {
                    let name = format!("Take back: {}", change.sentence);
                    if IconButton::new(Icon::Undo, &name).small().ui(ui).clicked() {
                        back = Some((name, change));
                    }
                    ui.add(Label::new(body(&change.sentence).color(tokens.ink)).wrap());
                });
            }
        });
    if let Some((label, change)) = back {
        let draft = desk.console.draft();
        match draft.and_then(|draft| take_back(change, draft.rules())) {
            Some(rules) => {
                desk.edit(label, vec![Edit::Replace(Box::new(rules))]);
            }
            None => desk.say("This change goes with others: undo them, or discard the draft."),
        }
    }
    ui.add_space(SPACE_2);
    ui.horizontal(|ui| {
        if Button::secondary("Save as").ui(ui).clicked() {
            desk.act(Action::SaveRules);
            ui.close();
        }
        let discard = Button::danger("Discard").enabled(!changes.changes.is_empty());
        if discard.ui(ui).clicked() {
            desk.act(Action::Discard);
            ui.close();
        }
    });
    ui.label(small("Everything can be undone.").color(tokens.ink3));
}
