//! The objective at the right: a slider a signal, and where each weight comes from.

use egui::{Align2, Key, Rect, Response, Sense, Ui, pos2, vec2};
use endcap_app::console::Edit;
use endcap_app::{ObjectiveRow, ObjectiveView, Signal, page_name};
use endcap_look::{
    Button, CONTROL_HEIGHT_SMALL, Icon, SPACE_1, SPACE_2, Slider, Tokens, dimmed_ui, icon_font,
    section, small,
};

use super::outdented_ui;
use crate::Desk;

/// The signals that merchandisers weigh every day; the others stand behind a button.
const DAILY: [Signal; 7] = [
    Signal::Relevance,
    Signal::Popularity,
    Signal::Margin,
    Signal::Newness,
    Signal::Ageing,
    Signal::Funding,
    Signal::ReturnRisk,
];

/// The scales a slider may have: the first that holds every weight of the page.
const SCALES: [f64; 4] = [1.2, 2.5, 5.0, MOST];

/// The largest weight there is.
const MOST: f64 = 10.0;

/// How long an answer may be on its way before the last one dims, in milliseconds.
const STALE_MS: u64 = 150;

/// What is remembered between frames.
#[derive(Default)]
pub(crate) struct State {
    is_open: bool,
    /// The weight under the pointer, shown until the page has caught up with it.
    held: Option<(Signal, f64)>,
    /// The scale while a weight is held.
    max: f64,
}

/// What a user did to a weight.
enum Weighed {
    /// Set it; a gesture that goes on may set it again.
    To(f64),
    /// Takes it from the entry above again.
    Inherited,
}

/// Draws the sliders.
pub(crate) fn objective_ui(ui: &mut Ui, desk: &mut Desk, state: &mut State) {
    let lane = desk.console.answers().page();
    let Some(page) = lane.value().cloned() else {
        return;
    };
    let is_settled = !lane.is_busy();
    let stale = lane.waiting_ms() >= STALE_MS && state.held.is_none();
    let objective = &page.objective;
    let place = page
        .slate
        .request
        .page
        .clone()
        .filter(|page| !page.is_empty());
    head_ui(ui, objective, place.as_deref());
    ui.add_space(SPACE_1);
    dimmed_ui(ui, stale, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        // While a weight is held the scale stays: the knob must not jump under the pointer.
        let max = match state.held {
            Some(_) => state.max,
            None => scale(objective),
        };
        state.max = max;
        let is_daily = |row: &&ObjectiveRow| DAILY.contains(&row.signal);
        let (daily, others): (Vec<_>, Vec<_>) = objective.rows.iter().partition(is_daily);
        for row in daily {
            row_ui(
                ui,
                desk,
                state,
                &Shown {
                    row,
                    max,
                    place: place.as_deref(),
                },
            );
        }
        if others.is_empty() {
            return;
        }
        if state.is_open {
            for row in &others {
                row_ui(
                    ui,
                    desk,
                    state,
                    &Shown {
                        row,
                        max,
                        place: place.as_deref(),
                    },
                );
            }
        }
        more_ui(ui, state, &others);
    });
    let is_dragging = ui.ctx().dragged_id().is_some();
    if is_settled && !is_dragging {
        state.held = None;
    }
}

fn head_ui(ui: &mut Ui, objective: &ObjectiveView, place: Option<&str>) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        let head = ui.label(section("Objective").color(tokens.ink2));
        head.widget_info(|| {
            egui::WidgetInfo::labeled(egui::accesskit::Role::Heading, true, "Objective")
        });
        let own = objective.entry.as_deref() == place;
        let (said, more) = match place {
            _ if own => (objective.holds.clone(), String::new()),
            Some(place) => (
                format!("inherited from {}", objective.holds),
                format!("Changing a weight makes it {}’s own.", page_name(place)),
            ),
            None => (objective.holds.clone(), String::new()),
        };
        let said = ui.add(egui::Label::new(small(said).color(tokens.ink3)).truncate());
        if !more.is_empty() {
            said.on_hover_text(more);
        }
    });
}

/// The smallest scale that holds every weight, of the draft and of live.
fn scale(objective: &ObjectiveView) -> f64 {
    let weights = objective.rows.iter().flat_map(|row| [row.weight, row.live]);
    let largest = weights.fold(0.0, f64::max);
    let fits = SCALES.into_iter().find(|scale| largest <= *scale);
    fits.unwrap_or(MOST)
}

/// One row of the objective, and what all rows share.
struct Shown<'a> {
    row: &'a ObjectiveRow,
    max: f64,
    place: Option<&'a str>,
}

fn row_ui(ui: &mut Ui, desk: &mut Desk, state: &mut State, shown: &Shown<'_>) {
    let row = shown.row;
    let held = state.held.filter(|(signal, _)| *signal == row.signal);
    let mut value = held.map_or(row.weight, |(_, value)| value);
    let name = format!("{} weight", row.label);
    let slider = Slider::new(row.label, &mut value, shown.max)
        .name(&name)
        .typed_max(MOST)
        .live(Some(row.live).filter(|live| (live - row.weight).abs() > 1e-9))
        .format(desk.format.numbers())
        .ui(ui);
    let mut weighed = slider.changed.then_some(Weighed::To(value));
    let is_own = row.inherited_from.is_none() && shown.place.is_some();
    if is_own && reset_ui(ui, &slider.response, row) {
        weighed = Some(Weighed::Inherited);
    }
    slider.response.on_hover_text(help(row, shown.place));
    let place = shown
        .place
        .map_or_else(|| "all products".to_owned(), page_name);
    let label = match weighed {
        Some(Weighed::To(value)) => {
            state.held = Some((row.signal, value));
            let value = desk.format.decimal(value, 2);
            format!("{} weight {value} on {place}", row.label)
        }
        Some(Weighed::Inherited) => format!("{} weight inherited on {place}", row.label),
        None => String::new(),
    };
    if let Some(weighed) = weighed {
        let weight = match weighed {
            Weighed::To(value) => Some(value),
            Weighed::Inherited => None,
        };
        let edit = Edit::SetWeight {
            category: shown.place.map(str::to_owned),
            signal: row.signal,
            weight,
        };
        match weighed {
            Weighed::To(_) => desk.drag_edit(label, vec![edit]),
            Weighed::Inherited => desk.edit(label, vec![edit]),
        };
    }
    if slider.drag_stopped {
        desk.end_gesture();
    }
}

/// What the weight is, where it comes from, and how to change it.
fn help(row: &ObjectiveRow, place: Option<&str>) -> String {
    let from = match (&row.inherited_from, place) {
        (Some(from), Some(place)) => format!(
            "\nInherited from {from}: changing it makes it {}’s own.",
            page_name(place)
        ),
        _ => String::new(),
    };
    let live = if (row.live - row.weight).abs() > 1e-9 {
        "\nThe mark shows where live stands."
    } else {
        ""
    };
    format!(
        "{}{from}{live}\nDouble click the value to type one, up to 10.",
        row.help
    )
}

/// A small button at the end of the label that takes the weight from above again; it shows
/// only under the pointer or the keyboard, so that the list stays calm.
fn reset_ui(ui: &Ui, track: &Response, row: &ObjectiveRow) -> bool {
    let tokens = Tokens::of(ui);
    let size = CONTROL_HEIGHT_SMALL - 4.0;
    let center = pos2(
        track.rect.left() - size / 2.0 - SPACE_1,
        track.rect.center().y,
    );
    let rect = Rect::from_center_size(center, vec2(size, size));
    let button = ui.interact(rect, track.id.with("inherit"), Sense::CLICK);
    let name = format!("Inherit {} again", row.label.to_lowercase());
    button.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, &name));
    let over = Rect::from_min_max(pos2(ui.max_rect().left(), rect.top()), track.rect.max);
    if ui.rect_contains_pointer(over) || button.has_focus() || track.has_focus() {
        let ink = if button.hovered() {
            tokens.ink
        } else {
            tokens.ink3
        };
        let glyph = Icon::Reset.glyph();
        ui.painter()
            .text(center, Align2::CENTER_CENTER, glyph, icon_font(13.0), ink);
        endcap_look::focus_ring(ui, &button, 4);
    }
    let pressed = button.clicked();
    let by_key = track.has_focus()
        && ui.input(|input| input.key_pressed(Key::Delete) || input.key_pressed(Key::Backspace));
    button.on_hover_text(name);
    pressed || by_key
}

fn more_ui(ui: &mut Ui, state: &mut State, others: &[&ObjectiveRow]) {
    let in_use = others.iter().filter(|row| row.weight > 0.0).count();
    let text = match (state.is_open, in_use) {
        (true, _) => "Fewer signals".to_owned(),
        (false, 0) => "More signals".to_owned(),
        (false, count) => format!("More signals, {count} in use"),
    };
    let icon = if state.is_open {
        Icon::ChevronUp
    } else {
        Icon::ChevronDown
    };
    ui.add_space(SPACE_2 - 2.0);
    // Its text stands under the labels, not its padding.
    outdented_ui(ui, |ui| {
        if Button::quiet(&text).icon(icon).small().ui(ui).clicked() {
            state.is_open = !state.is_open;
        }
    });
}
