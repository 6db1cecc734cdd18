//! Where, for whom and when a rule is in force.

use egui::{Label, Ui};
use endcap_app::console::Opened;
use endcap_app::{Placement, heading, page_name};
use endcap_look::{
    Button, Face, Icon, PickItem, Picker, SPACE_1, SPACE_2, TextField, Tokens, small,
};

use super::form::{Faults, Form, WEEKDAYS};
use crate::rank::chips::placement_name;

/// What the lists of a scope are picked from, made once for an editor.
pub(super) struct ScopeItems {
    pages: Vec<PickItem>,
    placements: Vec<PickItem>,
    channels: Vec<PickItem>,
    stores: Vec<PickItem>,
    regions: Vec<PickItem>,
    segments: Vec<PickItem>,
    tiers: Vec<PickItem>,
}

impl ScopeItems {
    pub(super) fn of(data: &Opened) -> Self {
        let choices = &data.choices;
        let plain = |name: &String| PickItem::new(name, heading(name), "");
        let counted = |(name, count): &(String, usize)| {
            PickItem::new(name, heading(name), format!("{count} shoppers"))
        };
        let pages = data.tree.rows.iter().map(|row| {
            let above = row.path.rsplit_once('/').map_or("", |(above, _)| above);
            PickItem::new(&row.path, &row.name, above)
        });
        let placement = |place: Placement| PickItem::new(place.name(), placement_name(place), "");
        let stores = choices.stores.iter();
        Self {
            pages: pages.collect(),
            placements: Placement::ALL.into_iter().map(placement).collect(),
            channels: choices.channels.iter().map(plain).collect(),
            stores: stores
                .map(|store| PickItem::new(&store.id, &store.name, &store.region))
                .collect(),
            regions: choices.regions.iter().map(plain).collect(),
            segments: choices.segments.iter().map(counted).collect(),
            tiers: choices.tiers.iter().map(counted).collect(),
        }
    }
}

/// Draws where and for whom.
pub(super) fn scope_ui(ui: &mut Ui, (form, faults): (&mut Form, &Faults), items: &ScopeItems) {
    let page = |name: &str| page_name(name);
    let word = |name: &str| heading(name);
    many_ui(
        ui,
        ("Pages", "every page"),
        &mut form.pages,
        (&items.pages, &page),
    );
    many_ui(
        ui,
        ("Placements", "everywhere"),
        &mut form.placements,
        (&items.placements, &word),
    );
    many_ui(
        ui,
        ("Channels", "all"),
        &mut form.channels,
        (&items.channels, &word),
    );
    many_ui(
        ui,
        ("Stores", "all"),
        &mut form.stores,
        (&items.stores, &word),
    );
    many_ui(
        ui,
        ("Regions", "all"),
        &mut form.regions,
        (&items.regions, &word),
    );
    many_ui(
        ui,
        ("Segments", "everybody"),
        &mut form.segments,
        (&items.segments, &word),
    );
    many_ui(ui, ("Tiers", "all"), &mut form.tiers, (&items.tiers, &word));
    TextField::new("Queries", &mut form.queries)
        .hint("gift, gift ideas")
        .help("With commas between them; empty is every search")
        .error(faults.at("/scope/queries"))
        .ui(ui);
}

/// How a name is said.
type Say<'a> = &'a dyn Fn(&str) -> String;

/// Draws a list of names that one can add to and take from.
fn many_ui(
    ui: &mut Ui,
    (label, none): (&str, &str),
    chosen: &mut Vec<String>,
    (items, say): (&[PickItem], Say<'_>),
) {
    let tokens = Tokens::of(ui);
    ui.push_id(label, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = SPACE_1;
            let room = egui::vec2(84.0, endcap_look::CONTROL_HEIGHT_SMALL);
            ui.allocate_ui_with_layout(
                room,
                egui::Layout::left_to_right(egui::Align::Center),
                |ui| {
                    ui.set_min_size(room);
                    ui.label(Face::SmallMedium.text(label).color(tokens.ink2));
                },
            );
            let mut gone = None;
            for (place, name) in chosen.iter().enumerate() {
                let text = say(name);
                let said = format!("Remove {text} from {}", label.to_lowercase());
                let button = Button::secondary(&text)
                    .icon(Icon::Close)
                    .small()
                    .name(&said);
                if button.ui(ui).on_hover_text(&said).clicked() {
                    gone = Some(place);
                }
            }
            if let Some(gone) = gone {
                chosen.remove(gone);
            }
            if chosen.is_empty() {
                ui.label(small(none).color(tokens.ink3));
            }
            let name = format!("Add to {}", label.to_lowercase());
            let add = Button::quiet("Add")
                .icon(Icon::Plus)
                .small()
                .name(&name)
                .ui(ui);
            let picked = Picker::new(label, items).hint("Search").popover_ui(&add);
            if let Some(item) = picked.and_then(|place| items.get(place))
                && !chosen.contains(&item.id)
            {
                chosen.push(item.id.clone());
            }
        });
    });
}

/// Draws when.
pub(super) fn schedule_ui(ui: &mut Ui, (form, faults): (&mut Form, &Faults)) {
    let tokens = Tokens::of(ui);
    let half = (ui.available_width() - SPACE_2) / 2.0;
    ui.horizontal_top(|ui| {
        TextField::new("From", &mut form.from)
            .hint("2026-11-27 00:00")
            .error(faults.at("/scope/schedule/from"))
            .width(half)
            .ui(ui);
        TextField::new("Until", &mut form.until)
            .hint("2026-11-30 00:00")
            .error(faults.at("/scope/schedule/until"))
            .width(half)
            .ui(ui);
    });
    ui.label(Face::SmallMedium.text("Weekdays").color(tokens.ink2));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE_1;
        for ((_, name), on) in WEEKDAYS.iter().zip(&mut form.weekdays) {
            if Button::secondary(name)
                .small()
                .selected(*on)
                .ui(ui)
                .clicked()
            {
                *on = !*on;
            }
        }
    });
    ui.horizontal_top(|ui| {
        let fault = faults.at("/scope/schedule/hours");
        TextField::new("From hour", &mut form.hour_from)
            .hint("7")
            .error(fault)
            .width(80.0)
            .ui(ui);
        TextField::new("Until hour", &mut form.hour_until)
            .hint("22")
            .error(fault.map(|_| ""))
            .width(80.0)
            .ui(ui);
        TextField::new("Time zone", &mut form.zone)
            .hint("the store’s own")
            .error(faults.at("/scope/schedule/tz"))
            .ui(ui);
    });
    if let Some(fault) = faults.at("/scope/schedule").filter(|_| {
        let fields = ["from", "until", "hours", "tz"];
        fields
            .iter()
            .all(|field| faults.at(&format!("/scope/schedule/{field}")).is_none())
    }) {
        ui.add(Label::new(small(fault).color(tokens.bad)).wrap());
    }
}
