//! By how much to boost what is selected: a small popover under the button.

use egui::{Key, Response, Ui};
use endcap_app::PageView;
use endcap_look::{Button, Icon, SPACE_2, TextField, Tokens, body, open_popover, popover_ui};

use super::grid::card_id;
use super::{gestures, select};
use crate::Desk;

/// What the popover remembers between frames.
#[derive(Default)]
pub(super) struct State {
    /// A key or a menu asked for it.
    wanted: bool,
    /// Whether it was open in the frame before.
    open: bool,
    percent: String,
    error: Option<String>,
}

impl State {
    /// Opens the popover for some products, which become what is selected.
    pub(super) fn open(&mut self, ui: &Ui, desk: &mut Desk, skus: Vec<String>) {
        self.want(desk, skus);
        ui.request_repaint();
    }

    /// Opens the popover in the next frame.
    pub(super) fn want(&mut self, desk: &mut Desk, skus: Vec<String>) {
        desk.selected = skus.into_iter().collect();
        self.wanted = true;
    }
}

/// Draws the button with its popover.
pub(super) fn boost_ui(ui: &mut Ui, desk: &mut Desk, page: &PageView, state: &mut State) {
    let count = desk.selected.len();
    let s = if count == 1 { "" } else { "s" };
    let name = format!("Boost {count} selected product{s}");
    let button = Button::secondary("Boost")
        .icon(Icon::TrendUp)
        .name(&name)
        .small()
        .ui(ui);
    if std::mem::take(&mut state.wanted) {
        open_popover(&button);
    }
    let shown = popover_ui(&button, "Boost", 240.0, |ui| {
        let first = !state.open;
        if ask_ui(ui, desk, page, state, first) {
            ui.close();
        }
    });
    let was_open = std::mem::replace(&mut state.open, shown.is_some());
    if was_open && !state.open {
        *state = State::default();
        back_to_the_card(&button, desk);
    }
}

/// Draws what is asked; says whether it is done.
fn ask_ui(ui: &mut Ui, desk: &mut Desk, page: &PageView, state: &mut State, first: bool) -> bool {
    let tokens = Tokens::of(ui);
    let skus = select::chosen(desk, page);
    let what = gestures::named(page, &skus);
    ui.add(egui::Label::new(body(format!("Boost {what}")).color(tokens.ink2)).truncate());
    if first {
        state.percent = "20".to_owned();
    }
    let error = state.error.clone();
    let mut field = TextField::new("Boost by", &mut state.percent)
        .unit("%")
        .help("Multiplies the score: 20% is 1.2 times.");
    if let Some(error) = &error {
        field = field.error(Some(error));
    }
    let field = field.ui(ui);
    if first {
        field.request_focus();
    }
    if field.changed() {
        state.error = None;
    }
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    ui.add_space(SPACE_2);
    let pressed = Button::primary("Boost").name("Boost now").ui(ui).clicked();
    if !entered && !pressed {
        return false;
    }
    match desk.format.parse(&state.percent) {
        Some(percent) if percent > 0.0 && percent <= 900.0 => {
            gestures::boost(desk, page, &skus, percent)
        }
        _ => {
            state.error = Some("Give a percentage above 0, up to 900.".to_owned());
            field.request_focus();
            false
        }
    }
}

/// The keyboard goes back to where it came from.
fn back_to_the_card(button: &Response, desk: &Desk) {
    if let Some(sku) = &desk.focus {
        let id = card_id(sku);
        button.ctx.memory_mut(|memory| memory.request_focus(id));
    }
}
