//! Banners, progress, empty states, modals, toasts.

use egui::Ui;
use endcap_look::{
    Banner, Button, Icon, Modal, Progress, Toast, Toasts, Tokens, Tone, body, dimmed_ui,
    empty_state_ui, modal_actions_ui, spinner_ui,
};

use super::part_ui;

#[derive(Default)]
pub struct State {
    is_modal_open: bool,
    is_stale: bool,
}

impl State {
    pub fn ui(&mut self, ui: &mut Ui, toasts: &mut Toasts) {
        ui.columns(2, |columns| {
            if let [left, right] = columns {
                left.spacing_mut().item_spacing.y = 12.0;
                right.spacing_mut().item_spacing.y = 12.0;
                part_ui(left, "Banners", banners_ui);
                part_ui(left, "Progress", |ui| {
                    Progress::determinate("Reading 84,116 shoppers", 0.62)
                        .cancellable()
                        .ui(ui);
                    Progress::determinate("Done", 1.0).ui(ui);
                    ui.horizontal(|ui| {
                        ui.label(body("Ranking").color(Tokens::of(ui).ink2));
                    });
                });
                part_ui(right, "An empty view", |ui| {
                    ui.set_height(200.0);
                    let sentence = "No rules on this page yet. A rule moves products up or down, \
                                    pins them, or holds slots for them.";
                    empty_state_ui(ui, Icon::Layers, sentence, Some("Add the first rule"));
                });
                part_ui(right, "Open these", |ui| self.openers_ui(ui, toasts));
                part_ui(right, "A stale answer", |ui| {
                    let stale = !self.is_stale;
                    dimmed_ui(ui, stale, |ui| {
                        ui.label(body("Coffee, 138 products, as they stood a moment ago"));
                    });
                });
            }
        });
        self.modal_ui(ui);
    }

    fn openers_ui(&mut self, ui: &mut Ui, toasts: &mut Toasts) {
        ui.horizontal(|ui| {
            if Button::secondary("Ask").ui(ui).clicked() {
                self.is_modal_open = true;
            }
            if Button::secondary("Say").ui(ui).clicked() {
                toasts.push(Toast::new(Tone::Good, "Boost 40% is on").action("Undo", 1));
            }
            if Button::secondary("Warn").ui(ui).clicked() {
                toasts.push(Toast::new(Tone::Warn, "The snapshot is two days old"));
            }
            if Button::secondary("Work")
                .selected(self.is_stale)
                .ui(ui)
                .clicked()
            {
                self.is_stale = !self.is_stale;
            }
            if self.is_stale {
                spinner_ui(ui, "Ranking");
            }
        });
        if self.is_stale {
            Progress::indeterminate("Ranking").cancellable().ui(ui);
        }
    }

    fn modal_ui(&mut self, ui: &Ui) {
        if !self.is_modal_open {
            return;
        }
        let modal = Modal::new("Discard this draft?").ui(ui, |ui| {
            let sentence = "Three changes to v37 would be lost. You can take this back with Undo \
                            until you close the window.";
            ui.add(egui::Label::new(body(sentence).color(Tokens::of(ui).ink2)).wrap());
            modal_actions_ui(ui, |ui| {
                let discard = Button::danger("Discard draft").ui(ui).clicked();
                Button::secondary("Keep it").ui(ui).clicked() || discard
            })
        });
        self.is_modal_open = !(modal.inner || modal.dismissed);
    }
}

fn banners_ui(ui: &mut Ui) {
    Banner::new(
        Tone::Info,
        "This data is synthetic: the demo retailer made it.",
    )
    .ui(ui);
    Banner::new(
        Tone::Warn,
        "The snapshot is two days old. Figures may have moved since.",
    )
    .actions(&["Reload"])
    .dismissable()
    .ui(ui);
    Banner::new(
        Tone::Bad,
        "Row 12 of products.csv has no price. Put one in column “price” and read the file again.",
    )
    .actions(&["Show the row", "Read again"])
    .ui(ui);
    Banner::new(Tone::Good, "Every guardrail holds.")
        .dismissable()
        .ui(ui);
}
