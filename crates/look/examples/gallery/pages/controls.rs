//! Buttons, chips, fields, sliders.

use egui::Ui;
use endcap_look::{
    Button, Chip, Delta, Direction, Icon, IconButton, MenuItem, PickItem, Picker, SearchField,
    Slider, TextField, Tone, body, checkbox_ui, icon_button_ui, is_popover_open, kbd_ui, menu_ui,
    segmented_ui, tag_ui, toggle_ui,
};

use super::part_ui;

pub struct State {
    weights: [f64; 4],
    on: [bool; 4],
    layout: usize,
    search: String,
    name: String,
    share: String,
    condition: String,
    page: String,
    pages: Vec<PickItem>,
}

impl Default for State {
    fn default() -> Self {
        let pages = ["Coffee", "Tea", "Juice", "Soft drinks", "Pantry", "Snacks"];
        Self {
            weights: [1.0, 0.35, 0.55, 0.0],
            on: [true, false, true, false],
            layout: 0,
            search: "coffee".to_owned(),
            name: "Own-brand coffee".to_owned(),
            share: "140".to_owned(),
            condition: "product.private_label && product.margin >= 0.3".to_owned(),
            page: "Coffee".to_owned(),
            pages: pages
                .map(|page| PickItem::new(page, page, "Grocery"))
                .to_vec(),
        }
    }
}

impl State {
    pub fn ui(&mut self, ui: &mut Ui) {
        ui.columns(2, |columns| {
            if let [left, right] = columns {
                left.spacing_mut().item_spacing.y = 12.0;
                right.spacing_mut().item_spacing.y = 12.0;
                part_ui(left, "Buttons", buttons_ui);
                part_ui(left, "Chips", |ui| self.chips_ui(ui));
                part_ui(left, "Tags and changes", tags_ui);
                part_ui(left, "Choices", |ui| self.choices_ui(ui));
                part_ui(left, "Keys", |ui| {
                    ui.horizontal(|ui| {
                        kbd_ui(ui, "Ctrl+K");
                        kbd_ui(ui, "Shift+Ctrl+Z");
                        kbd_ui(ui, "Esc");
                        kbd_ui(ui, "⌘+⏎");
                    });
                });
                part_ui(right, "Sliders", |ui| self.sliders_ui(ui));
                part_ui(right, "Fields", |ui| self.fields_ui(ui));
            }
        });
    }

    fn chips_ui(&mut self, ui: &mut Ui) {
        ui.horizontal_wrapped(|ui| {
            let id = ui.make_persistent_id("page chip open");
            let open = ui.data(|data| data.get_temp(id)).unwrap_or(false);
            let chip = Chip::new("Page", &self.page).open(open).ui(ui);
            let picker = Picker::new("Page", &self.pages).chosen(Some(&self.page));
            if let Some(index) = picker.hint("Search pages").popover_ui(&chip) {
                self.page = self.pages[index].id.clone();
            }
            let open = is_popover_open(&chip);
            ui.data_mut(|data| data.insert_temp(id, open));
            Chip::new("Store", "Tacoma 104").open(true).ui(ui);
            Chip::new("", "Live")
                .dot(Tone::Good)
                .detail("12 s ago")
                .ui(ui);
            Chip::new("Channel", "Web").enabled(false).ui(ui);
        });
    }

    fn choices_ui(&mut self, ui: &mut Ui) {
        ui.horizontal(|ui| {
            let choices = [(0, "Grid"), (1, "List"), (2, "Compare")];
            segmented_ui(ui, "Layout", &mut self.layout, &choices);
            toggle_ui(ui, &mut self.on[0], "Own-brand coffee");
            toggle_ui(ui, &mut self.on[1], "Brand variety");
            ui.add_enabled_ui(false, |ui| toggle_ui(ui, &mut true, "Inherited"));
        });
        ui.horizontal(|ui| {
            checkbox_ui(ui, &mut self.on[2], "Only in stock");
            checkbox_ui(ui, &mut self.on[3], "Only own brands");
            ui.add_enabled_ui(false, |ui| {
                checkbox_ui(ui, &mut true, "Not yours to change")
            });
        });
    }

    fn sliders_ui(&mut self, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.y = 2.0;
        let [relevance, popularity, margin, newness] = &mut self.weights;
        Slider::new("Relevance", relevance, 1.0)
            .live(Some(0.6))
            .ui(ui);
        Slider::new("Popularity", popularity, 1.0)
            .live(Some(0.35))
            .ui(ui);
        Slider::new("Margin", margin, 1.0).live(Some(0.3)).ui(ui);
        Slider::new("Newness", newness, 1.0).ui(ui);
        Slider::new("Less return risk", &mut 0.3, 1.0)
            .enabled(false)
            .ui(ui);
    }

    fn fields_ui(&mut self, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.y = 8.0;
        SearchField::new("Search categories", &mut self.search).ui(ui);
        SearchField::new("Find a shopper or a persona", &mut String::new()).ui(ui);
        TextField::new("Name", &mut self.name)
            .help("Stands over the rule.")
            .ui(ui);
        TextField::new("Strength", &mut self.share)
            .unit("%")
            .width(140.0)
            .error(Some("A boost is at most 100%. Type a smaller number."))
            .ui(ui);
        TextField::new("Condition", &mut self.condition)
            .mono()
            .rows(3)
            .ui(ui);
        TextField::new("Note", &mut String::new())
            .hint("Why this change")
            .enabled(false)
            .ui(ui);
    }
}

fn buttons_ui(ui: &mut Ui) {
    ui.horizontal(|ui| {
        Button::primary("Submit").ui(ui);
        Button::secondary("Compare with live v37").ui(ui);
        Button::secondary("Export").icon(Icon::Export).ui(ui);
        Button::quiet("Reset").icon(Icon::Reset).ui(ui);
        Button::danger("Send back").ui(ui);
    });
    ui.horizontal(|ui| {
        Button::primary("Submit")
            .name("Submit, not yet")
            .enabled(false)
            .ui(ui);
        Button::secondary("Export")
            .name("Export, not yet")
            .enabled(false)
            .ui(ui);
        Button::secondary("Rule").icon(Icon::Plus).small().ui(ui);
        Button::secondary("Pilot first").selected(true).ui(ui);
        let more = IconButton::new(Icon::More, "More").bordered().ui(ui);
        menu_ui(&more, "More", |ui| {
            MenuItem::new("Pin here").icon(Icon::Pin).keys("P").ui(ui);
            MenuItem::new("Hide").icon(Icon::EyeOff).keys("H").ui(ui);
            MenuItem::new("Show margins").checked(true).ui(ui);
            MenuItem::new("Export")
                .enabled(false)
                .icon(Icon::Export)
                .ui(ui);
            MenuItem::new("Delete rule")
                .icon(Icon::Trash)
                .danger()
                .ui(ui);
        });
        icon_button_ui(ui, Icon::Undo, "Undo");
        IconButton::new(Icon::Redo, "Redo").enabled(false).ui(ui);
        IconButton::new(Icon::Pin, "Pinned").selected(true).ui(ui);
        IconButton::new(Icon::Close, "Close").small().ui(ui);
    });
}

fn tags_ui(ui: &mut Ui) {
    ui.horizontal(|ui| {
        for (tone, text) in [
            (Tone::Neutral, "Quota"),
            (Tone::Accent, "Boost 40%"),
            (Tone::Good, "holds"),
            (Tone::Bad, "Removed"),
            (Tone::Warn, "Bury 60%"),
            (Tone::Info, "Pinned"),
        ] {
            tag_ui(ui, tone, text);
        }
    });
    ui.horizontal(|ui| {
        Delta::slots(3).tag_ui(ui);
        Delta::slots(-6).tag_ui(ui);
        Delta::slots(0).tag_ui(ui);
        ui.label(body("as text"));
        Delta::new(Direction::Up, Tone::Good, "6.1% vs live").text_ui(ui);
        Delta::new(Direction::Down, Tone::Bad, "2.2 pts").text_ui(ui);
        Delta::new(Direction::Up, Tone::Neutral, "4 pts").text_ui(ui);
    });
}
