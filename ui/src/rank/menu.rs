//! The menu of a product: what its keys do, too.

use egui::Ui;
use endcap_app::{Card, PageView};
use endcap_look::{Icon, MenuItem};

use super::gestures::{self, Gesture};
use super::keys::{self, Asked};
use super::{card, select};
use crate::Desk;

/// Draws the items; `hidden` is a product that is hidden by hand.
pub(super) fn menu_ui(
    ui: &mut Ui,
    desk: &mut Desk,
    page: &PageView,
    (card, hidden): (&Card, bool),
) -> Option<Asked> {
    let skus = select::meant(desk, page, &card.sku);
    let several = skus.len() > 1;
    let of = |verb: &str| match several {
        true => format!("{verb} {} products", skus.len()),
        false => verb.to_owned(),
    };
    let mut asked = None;
    let item = |ui: &mut Ui, text: &str, icon: Icon, keys: &str| {
        let clicked = MenuItem::new(text).icon(icon).keys(keys).ui(ui).clicked();
        if clicked {
            ui.close();
        }
        clicked
    };
    if item(ui, "Open product sheet", Icon::Info, "Enter") {
        keys::open_sheet(desk, &card.sku);
    }
    if hidden {
        if item(ui, &of("Show again"), Icon::Eye, "U") {
            gestures::carry_out(desk, page, Gesture::Unhide, &skus);
        }
        return asked;
    }
    let pin = if several {
        format!("{} from here on", of("Pin"))
    } else {
        format!("Pin to slot {}", card.slot)
    };
    if item(ui, &pin, Icon::Pin, "P") {
        gestures::carry_out(desk, page, Gesture::Pin, &skus);
    }
    if card::is_pinned(card) && item(ui, &of("Unpin"), Icon::PinOff, "U") {
        gestures::carry_out(desk, page, Gesture::Unpin, &skus);
    }
    if item(ui, &of("Hide"), Icon::EyeOff, "H") {
        gestures::carry_out(desk, page, Gesture::Hide, &skus);
    }
    if item(ui, &format!("{}…", of("Boost")), Icon::TrendUp, "B") {
        asked = Some(Asked::Boost(skus));
    }
    asked
}
