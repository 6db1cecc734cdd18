//! The keys of the page: arrows move, Space selects, Alt with an arrow moves the product itself.

use egui::{FocusDirection, Key, Modifiers, Ui};
use endcap_app::PageView;
use endcap_app::console::Command;

use super::gestures::{self, Gesture};
use super::grid::card_id;
use super::select;
use crate::Desk;

/// What is to be done about the keys or a menu.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Asked {
    /// Brings a place into sight.
    Sight(usize),
    /// Asks by how much to boost these.
    Boost(Vec<String>),
}

impl Asked {
    /// The place that is to be in sight.
    pub(super) fn in_sight(&self) -> Option<usize> {
        match self {
            Self::Sight(place) => Some(*place),
            Self::Boost(_) => None,
        }
    }
}

const ARROWS: [Key; 4] = [
    Key::ArrowLeft,
    Key::ArrowRight,
    Key::ArrowUp,
    Key::ArrowDown,
];

/// Carries out the keys that were pressed while a card has the keyboard.
pub(super) fn keys_ui(ui: &Ui, desk: &mut Desk, page: &PageView, columns: usize) -> Option<Asked> {
    let sku = desk.focus.clone()?;
    if !ui.memory(|memory| memory.has_focus(card_id(&sku))) {
        return None;
    }
    if ui.input(|input| ARROWS.iter().any(|key| input.key_pressed(*key))) {
        // The arrows are the grid's: they must not also move the keyboard elsewhere.
        ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
    }
    let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
    if let Some(asked) = act_on(desk, page, &sku, &pressed) {
        return asked;
    }
    let place = select::place(page, &sku)?;
    let count = page.slate.cards.len();
    for key in ARROWS {
        let to = neighbour(place, key, columns, count);
        if pressed(Modifiers::ALT, key) {
            if to != place {
                let slot = page.slate.cards.get(to)?.slot;
                gestures::step(desk, page, &sku, slot);
            }
            return Some(Asked::Sight(to));
        }
    }
    let mut to = None;
    let mut extends = false;
    for key in ARROWS {
        if pressed(Modifiers::SHIFT, key) {
            to = Some(neighbour(place, key, columns, count));
            extends = true;
        } else if pressed(Modifiers::NONE, key) {
            to = Some(neighbour(place, key, columns, count));
        }
    }
    for (key, end) in [(Key::Home, 0), (Key::End, count.saturating_sub(1))] {
        if pressed(Modifiers::NONE, key) {
            to = Some(end);
        }
    }
    let to = to?;
    let next = page.slate.cards.get(to)?.sku.clone();
    if extends {
        desk.selected.insert(sku);
        desk.selected.insert(next.clone());
    }
    ui.memory_mut(|memory| memory.request_focus(card_id(&next)));
    desk.focus = Some(next);
    Some(Asked::Sight(to))
}

/// The keys that do something to a product; `Some` where one was pressed.
pub(super) fn act_on(
    desk: &mut Desk,
    page: &PageView,
    sku: &str,
    pressed: &dyn Fn(Modifiers, Key) -> bool,
) -> Option<Option<Asked>> {
    let plain = |key| pressed(Modifiers::NONE, key);
    let gesture = if plain(Key::P) {
        Gesture::Pin
    } else if plain(Key::U) || plain(Key::Delete) || plain(Key::Backspace) {
        let known = select::place(page, sku).is_some();
        if known {
            Gesture::Unpin
        } else {
            Gesture::Unhide
        }
    } else if plain(Key::H) {
        Gesture::Hide
    } else if plain(Key::B) {
        return Some(Some(Asked::Boost(select::meant(desk, page, sku))));
    } else if plain(Key::Space) {
        select::toggle(desk, sku);
        return Some(None);
    } else if plain(Key::Enter) {
        open_sheet(desk, sku);
        return Some(None);
    } else {
        return None;
    };
    let skus = select::meant(desk, page, sku);
    gestures::carry_out(desk, page, gesture, &skus);
    Some(None)
}

/// Opens the sheet of a product.
pub(super) fn open_sheet(desk: &mut Desk, sku: &str) {
    desk.send(Command::Sheet(Some(sku.to_owned())));
}

/// The place that an arrow leads to.
fn neighbour(place: usize, key: Key, columns: usize, count: usize) -> usize {
    let to = match key {
        Key::ArrowLeft => place.checked_sub(1),
        Key::ArrowRight => place.checked_add(1),
        Key::ArrowUp => place.checked_sub(columns),
        _ => place.checked_add(columns),
    };
    to.filter(|to| *to < count).unwrap_or(place)
}
