//! What the sheet tells of prices, promotions, stock, rules and pages.

use egui::{Label, Ui};
use endcap_app::{ProductSheet, RuleTouch};
use endcap_look::{
    SPACE_1, SPACE_2, Tokens, Tone, body, body_medium, section_head_ui, small, tag_ui,
};

use super::fields::source_in_words;
use super::table::{Cells, Head, table_ui};
use crate::Format;

/// The price path, from the regular price to the one that counts.
pub(super) fn prices_ui(ui: &mut Ui, sheet: &ProductSheet, format: &Format) {
    section_head_ui(ui, "Price path", None, |_| {});
    let heads = [
        Head::words("Step", 0.5),
        Head::figures("Price", 0.25),
        Head::figures("Margin", 0.25),
    ];
    table_ui(ui, "Price path", &heads, sheet.prices.len(), |row| {
        let step = &sheet.prices[row];
        Cells {
            texts: vec![
                step.label.clone(),
                format.money(step.price),
                format.percent(step.margin, 1),
            ],
            counts: step.counts,
        }
    });
}

/// Promotions in force and to come.
pub(super) fn promotions_ui(ui: &mut Ui, sheet: &ProductSheet, format: &Format) {
    section_head_ui(ui, "Promotions", Some(sheet.promotions.len()), |_| {});
    if sheet.promotions.is_empty() {
        none_ui(ui, "No promotion names it, now or later.");
        return;
    }
    let heads = [
        Head::words("Promotion", 0.3),
        Head::words("Offer", 0.2),
        Head::figures("Price", 0.16),
        Head::figures("When", 0.34),
    ];
    table_ui(ui, "Promotions", &heads, sheet.promotions.len(), |row| {
        let line = &sheet.promotions[row];
        Cells {
            texts: vec![
                line.id.clone(),
                line.offer.clone(),
                format.money(line.price),
                line.when.clone(),
            ],
            counts: line.in_force,
        }
    });
}

/// Stock by location.
pub(super) fn stock_ui(ui: &mut Ui, sheet: &ProductSheet, format: &Format) {
    section_head_ui(ui, "Stock by location", Some(sheet.stock.len()), |_| {});
    if let Some(from) = &sheet.stock_from {
        let ink = Tokens::of(ui).ink3;
        ui.add(Label::new(small(source_in_words(from)).color(ink)).wrap());
    }
    if sheet.stock.is_empty() {
        none_ui(ui, "The data has no stock of it.");
        return;
    }
    let heads = [
        Head::words("Location", 0.3),
        Head::words("Region", 0.18),
        Head::figures("Available", 0.14),
        Head::figures("On hand", 0.13),
        Head::figures("Reserved", 0.13),
        Head::figures("Safety", 0.12),
    ];
    table_ui(ui, "Stock by location", &heads, sheet.stock.len(), |row| {
        let line = &sheet.stock[row];
        Cells {
            texts: vec![
                line.location.clone(),
                line.region.clone(),
                format.count(line.available),
                format.count(line.on_hand),
                format.count(line.reserved),
                format.count(line.safety_stock),
            ],
            counts: line.serves,
        }
    });
    if sheet.stock.iter().any(|line| !line.serves) {
        none_ui(ui, "Greyed locations do not serve this request.");
    }
}

/// What is on its way.
pub(super) fn inbound_ui(ui: &mut Ui, sheet: &ProductSheet, format: &Format) {
    section_head_ui(ui, "Inbound", Some(sheet.inbound.len()), |_| {});
    if sheet.inbound.is_empty() {
        none_ui(ui, "Nothing is on its way.");
        return;
    }
    let heads = [
        Head::words("To", 0.4),
        Head::words("Due", 0.3),
        Head::figures("Units", 0.3),
    ];
    table_ui(ui, "Inbound", &heads, sheet.inbound.len(), |row| {
        let line = &sheet.inbound[row];
        Cells {
            texts: vec![
                line.location.clone(),
                format.day(line.due),
                format.count(line.quantity),
            ],
            counts: line.counts,
        }
    });
}

/// The rules that touch it, and why they do or do not now.
pub(super) fn rules_ui(ui: &mut Ui, sheet: &ProductSheet, _format: &Format) {
    section_head_ui(ui, "Rules that touch it", Some(sheet.rules.len()), |_| {});
    if sheet.rules.is_empty() {
        none_ui(ui, "No rule of the draft names it.");
    }
    for rule in &sheet.rules {
        rule_ui(ui, rule);
        ui.add_space(SPACE_2);
    }
}

fn rule_ui(ui: &mut Ui, rule: &RuleTouch) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE_2;
        let ink = if rule.in_force {
            tokens.ink
        } else {
            tokens.ink2
        };
        ui.label(body_medium(&rule.name).color(ink));
        if rule.in_force {
            tag_ui(ui, Tone::Good, "in force");
        } else {
            tag_ui(ui, Tone::Neutral, "not now");
        }
    });
    ui.add_space(SPACE_1);
    ui.add(Label::new(body(&rule.sentence).color(tokens.ink2)).wrap());
    ui.add(Label::new(small(&rule.why).color(tokens.ink3)).wrap());
}

/// Where it stands on its pages.
pub(super) fn pages_ui(ui: &mut Ui, sheet: &ProductSheet, format: &Format) {
    section_head_ui(ui, "Where it stands", None, |_| {});
    let heads = [
        Head::words("Page", 0.46),
        Head::figures("Products", 0.18),
        Head::figures("Slot", 0.18),
        Head::figures("Rank by score", 0.18),
    ];
    let place = |place: Option<u32>| place.map_or("–".to_owned(), |at| format.count(at.into()));
    table_ui(ui, "Where it stands", &heads, sheet.pages.len(), |row| {
        let page = &sheet.pages[row];
        let name = if page.page.is_empty() {
            "Everything"
        } else {
            &page.page
        };
        Cells {
            texts: vec![
                name.to_owned(),
                format.count(i64::try_from(page.products).unwrap_or(i64::MAX)),
                place(page.slot),
                place(page.rank),
            ],
            counts: page.slot.is_some(),
        }
    });
}

fn none_ui(ui: &mut Ui, sentence: &str) {
    let ink = Tokens::of(ui).ink3;
    ui.add(Label::new(small(sentence).color(ink)).wrap());
}
