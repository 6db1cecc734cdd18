//! What a rule does: its kind, its figures, and the products it pins.

use egui::{Id, Label, Ui};
use endcap_app::ProductHit;
use endcap_app::console::Command;
use endcap_look::{
    Chip, Icon, IconButton, MenuItem, SPACE_1, SPACE_2, TextField, Tokens, body, checkbox_ui,
    menu_ui, small,
};

use super::form::{Faults, Form, Kind, PinRow};
use crate::Desk;
use crate::rank::found::{Finder, FoundRow, Search};

/// The width of a field for one number, in points.
const NUMBER: f32 = 92.0;

/// Draws the kind with its figures.
pub(super) fn effect_ui(
    ui: &mut Ui,
    desk: &mut Desk,
    (form, faults): (&mut Form, &Faults),
    finder: &mut Finder,
) {
    let tokens = Tokens::of(ui);
    let chip = Chip::new("Does", form.kind.label()).ui(ui);
    menu_ui(&chip, "What the rule does", |ui| {
        for kind in Kind::ALL {
            let item = MenuItem::new(kind.label()).checked(kind == form.kind);
            if item.ui(ui).on_hover_text(kind.help()).clicked() {
                form.kind = kind;
            }
        }
    });
    ui.add(Label::new(small(form.kind.help()).color(tokens.ink3)).wrap());
    ui.add_space(SPACE_1);
    match form.kind {
        Kind::Boost | Kind::Bury => {
            let fault = faults.at("/effect/percent");
            let most = if form.kind == Kind::Boost { 900 } else { 100 };
            let help = format!("0 to {most}");
            number_ui(ui, ("By", "%", &help), &mut form.percent, fault);
        }
        Kind::Hide | Kind::Only => {}
        Kind::Pin => pins_ui(ui, desk, (form, faults), finder),
        Kind::Reserve => {
            TextField::new("Slots", &mut form.slots)
                .hint("1, 2, 3")
                .help("From 1, with commas between them")
                .error(faults.at("/effect/slots"))
                .ui(ui);
        }
        Kind::Quota => {
            ui.horizontal_top(|ui| {
                let fault = faults.at("/effect/min");
                number_ui(ui, ("At least", "products", ""), &mut form.min, fault);
                let fault = faults.at("/effect/first");
                number_ui(ui, ("In the first", "slots", ""), &mut form.first, fault);
            });
        }
        Kind::Cap => {
            ui.horizontal_top(|ui| {
                let fault = faults.at("/effect/max");
                number_ui(ui, ("At most", "products", ""), &mut form.max, fault);
                ui.vertical(|ui| cap_field_ui(ui, desk, (form, faults)));
                let fault = faults.at("/effect/first");
                number_ui(ui, ("In the first", "slots", ""), &mut form.first, fault);
            });
        }
    }
}

fn number_ui(
    ui: &mut Ui,
    (label, unit, help): (&str, &str, &str),
    text: &mut String,
    fault: Option<&str>,
) {
    TextField::new(label, text)
        .unit(unit)
        .help(help)
        .error(fault)
        .width(if fault.is_some() {
            200.0
        } else {
            NUMBER + 6.0 * unit.len() as f32
        })
        .ui(ui);
}

/// The field whose values a cap counts: brand, vendor, category, or an attribute.
fn cap_field_ui(ui: &mut Ui, desk: &Desk, (form, faults): (&mut Form, &Faults)) {
    let tokens = Tokens::of(ui);
    ui.spacing_mut().item_spacing.y = SPACE_1;
    ui.label(
        endcap_look::Face::SmallMedium
            .text("Of one")
            .color(tokens.ink2),
    );
    let chip = Chip::new("", &form.field).max_value_width(80.0).ui(ui);
    menu_ui(&chip, "Of one", |ui| {
        let mut names = vec![
            "brand".to_owned(),
            "vendor".to_owned(),
            "category".to_owned(),
        ];
        if let Some(data) = desk.console.data() {
            let attributes = data.workspace.retailer.columns().attributes.keys();
            names.extend(attributes.map(ToString::to_string));
        }
        egui::ScrollArea::vertical()
            .max_height(240.0)
            .show(ui, |ui| {
                for name in names {
                    if MenuItem::new(&name)
                        .checked(name == form.field)
                        .ui(ui)
                        .clicked()
                    {
                        form.field = name;
                    }
                }
            });
    });
    if let Some(fault) = faults.at("/effect/field") {
        ui.add(Label::new(small(fault).color(tokens.bad)).wrap());
    }
}

fn pins_ui(
    ui: &mut Ui,
    desk: &mut Desk,
    (form, faults): (&mut Form, &Faults),
    finder: &mut Finder,
) {
    let tokens = Tokens::of(ui);
    let mut gone = None;
    for (place, pin) in form.pins.iter_mut().enumerate() {
        ui.push_id(("pin", place), |ui| {
            ui.horizontal(|ui| {
                let name = format!("Slot of {}", pin.title);
                let path = format!("/effect/pins/{place}");
                TextField::new(&name, &mut pin.slot)
                    .without_label()
                    .width(52.0)
                    .error(faults.at(&path).map(|_| ""))
                    .ui(ui);
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let name = format!("Unpin {}", pin.title);
                    if IconButton::new(Icon::Close, &name).small().ui(ui).clicked() {
                        gone = Some(place);
                    }
                    ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                        ui.add(Label::new(body(&pin.title).color(tokens.ink)).truncate());
                        ui.label(small(&pin.sku).color(tokens.ink3));
                    });
                });
            });
        });
    }
    if let Some(gone) = gone {
        form.pins.remove(gone);
    }
    if let Some(fault) = faults.at("/effect/pins") {
        ui.add(Label::new(small(fault).color(tokens.bad)).wrap());
    }
    checkbox_ui(
        ui,
        &mut form.substitute,
        "A substitute stands in where it may not be shown",
    );
    ui.add_space(SPACE_2);
    let lane = desk.console.answers().products();
    let found = lane.value().cloned();
    let search = Search {
        id: Id::unique("find-to-pin"),
        hint: "Search products to pin",
        nothing: "No product has this in its sku, title, brand or category.",
        is_busy: lane.is_busy(),
        takes_keyboard: false,
    };
    let pinned = |hit: &&ProductHit| form.pins.iter().any(|pin| pin.sku == hit.sku);
    let hits = found.iter().flat_map(|hits| hits.iter());
    let hits: Vec<&ProductHit> = hits.filter(|hit| !pinned(hit)).take(20).collect();
    let row = |hit: &&'_ ProductHit| hit.sku.clone();
    let rows: Vec<FoundRow<'_>> = if finder.text.trim().is_empty() {
        Vec::new()
    } else {
        hits.iter()
            .map(|hit| FoundRow {
                head: None,
                label: &hit.title,
                detail: row(hit),
                is_chosen: false,
            })
            .collect()
    };
    let picked = finder.ui(ui, &search, &rows);
    if let Some(text) = finder.take_question() {
        desk.send(Command::FindProducts(text));
    }
    if let Some(hit) = picked.and_then(|place| hits.get(place)) {
        let taken = |slot: u32| {
            form.pins
                .iter()
                .any(|pin| pin.slot.trim() == slot.to_string())
        };
        let slot = (1..).find(|slot| !taken(*slot)).unwrap_or(1);
        form.pins.push(PinRow {
            sku: hit.sku.clone(),
            title: hit.title.clone(),
            slot: slot.to_string(),
        });
        finder.text.clear();
    }
}
