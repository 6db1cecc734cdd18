//! The context chips of the view bar: who looks at which place, where and when.

mod data;
mod draft;
mod instant;
mod pick;
mod shopper;

use egui::{Align, Layout, Ui};
use endcap_app::{RankCommand, Sort, Who};
use endcap_look::{Chip, SPACE_2, SPACE_3, Tokens, is_popover_open, popover_ui, section};

use crate::Desk;
use instant::Instant;
pub(crate) use pick::placement_name;
use pick::{Anchor, Cart, Items, Query};
use shopper::Shopper;

/// Widest value of a chip, in points.
const VALUE_WIDTH: f32 = 132.0;

/// What is remembered between frames.
#[derive(Default)]
pub(crate) struct State {
    items: Items,
    shopper: Shopper,
    instant: Instant,
    query: Query,
    cart: Cart,
    anchor: Anchor,
    draft: draft::Changes,
}

/// A part of the context that has a chip.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Page,
    Placement,
    Channel,
    Store,
    Shopper,
    Instant,
    Query,
    Sort,
    Cart,
    Anchor,
}

/// In the order of the bar; the last ones fold first where there is no room.
const PARTS: [Part; 10] = [
    Part::Page,
    Part::Placement,
    Part::Channel,
    Part::Store,
    Part::Shopper,
    Part::Instant,
    Part::Query,
    Part::Sort,
    Part::Cart,
    Part::Anchor,
];

/// How many chips never fold.
const FIXED: usize = 5;

impl Part {
    fn label(self) -> &'static str {
        match self {
            Self::Page => "Page",
            Self::Placement => "Placement",
            Self::Channel => "Channel",
            Self::Store => "Store",
            Self::Shopper => "Shopper",
            Self::Instant => "Time",
            Self::Query => "Query",
            Self::Sort => "Sort",
            Self::Cart => "Cart",
            Self::Anchor => "Product",
        }
    }

    /// Whether it says more than what is usual, so that it may not hide behind a button unsaid.
    fn is_set(self, context: &RankCommand) -> bool {
        match self {
            Self::Instant => context.at.is_some(),
            Self::Query => context.query.is_some(),
            Self::Sort => context.sort != Sort::Recommended,
            Self::Cart => !context.cart.is_empty(),
            Self::Anchor => context.anchor.is_some(),
            _ => true,
        }
    }
}

/// Draws the chips, and at the end what the draft changes.
pub(crate) fn bar_ui(ui: &mut Ui, desk: &mut Desk, state: &mut State) {
    let Some(data) = desk.console.data().cloned() else {
        return;
    };
    state.items.update(&data);
    state.draft.update(desk);
    ui.spacing_mut().item_spacing.x = SPACE_2;
    let values = PARTS.map(|part| value(desk, state, part));
    let age = data::Age::of(desk, &data);
    let trailing = state.draft.width(ui) + age.chip().width(ui) + 2.0 * SPACE_3;
    let room = ui.available_width() - trailing;
    let shown = shown(ui, &values, room);
    for (part, value) in PARTS.iter().zip(&values).take(shown) {
        part_ui(ui, desk, state, (*part, value));
    }
    if shown < PARTS.len() {
        more_ui(ui, desk, state, shown);
    }
    age.ui(ui, desk, &data);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        draft::draft_ui(ui, desk, &state.draft);
    });
}

fn chip<'a>(part: Part, value: &'a str) -> Chip<'a> {
    Chip::new(part.label(), value).max_value_width(VALUE_WIDTH)
}

/// How many chips there is room for, counting the one that holds the others.
fn shown(ui: &Ui, values: &[String; PARTS.len()], room: f32) -> usize {
    let gap = SPACE_2;
    let widths = PARTS.iter().zip(values);
    let widths: Vec<f32> = widths
        .map(|(part, value)| chip(*part, value).width(ui) + gap)
        .collect();
    if widths.iter().sum::<f32>() <= room {
        return PARTS.len();
    }
    let mut left = room - Chip::new("", "More · 4 set").width(ui) - gap;
    let mut shown = 0;
    for width in widths {
        left -= width;
        if left < 0.0 {
            break;
        }
        shown += 1;
    }
    shown.max(FIXED)
}

/// What a chip shows.
fn value(desk: &Desk, state: &State, part: Part) -> String {
    let context = desk.console.context();
    match part {
        Part::Page => state.items.page_name(context.page.as_deref()),
        Part::Placement => placement_name(pick::placement(context)).to_owned(),
        Part::Channel => endcap_app::heading(context.channel.as_deref().unwrap_or("web")),
        Part::Store => match (&context.store, &context.who) {
            (Some(store), _) => endcap_app::heading(store),
            (None, Who::Shopper(_)) => "Home store".to_owned(),
            (None, _) => "None".to_owned(),
        },
        Part::Shopper => shopper::name(&context.who),
        Part::Instant => instant::value(desk),
        Part::Query => match &context.query {
            Some(query) => format!("“{query}”"),
            None => "None".to_owned(),
        },
        Part::Sort => pick::sort_name(context.sort).to_owned(),
        Part::Cart => match context.cart.len() {
            0 => "Empty".to_owned(),
            1 => "1 product".to_owned(),
            count => format!("{count} products"),
        },
        Part::Anchor => context.anchor.clone().unwrap_or_else(|| "None".to_owned()),
    }
}

fn part_ui(ui: &mut Ui, desk: &mut Desk, state: &mut State, (part, value): (Part, &str)) {
    ui.push_id(part.label(), |ui| {
        let id = ui.scope_id().with("open");
        let was_open = ui.data(|data| data.get_temp(id)).unwrap_or(false);
        let response = chip(part, value).open(was_open).ui(ui);
        match part {
            Part::Page | Part::Placement | Part::Channel | Part::Store | Part::Sort => {
                pick::picker_ui(&response, desk, &state.items, part);
            }
            Part::Shopper | Part::Instant | Part::Query | Part::Cart | Part::Anchor => {
                let name = part.label();
                let shown = popover_ui(&response, name, 340.0, |ui| {
                    content_ui(ui, desk, state, part);
                });
                if shown.is_none() && was_open {
                    state.forget(part);
                }
            }
        }
        let is_open = is_popover_open(&response);
        if is_open != was_open {
            ui.data_mut(|data| data.insert_temp(id, is_open));
        }
    });
}

/// What a popover of a part holds; closes it once it is done.
fn content_ui(ui: &mut Ui, desk: &mut Desk, state: &mut State, part: Part) {
    let is_done = match part {
        Part::Shopper => state.shopper.ui(ui, desk),
        Part::Instant => state.instant.ui(ui, desk),
        Part::Query => state.query.ui(ui, desk),
        Part::Sort => pick::sort_ui(ui, desk),
        Part::Cart => {
            state.cart.ui(ui, desk);
            false
        }
        Part::Anchor => state.anchor.ui(ui, desk),
        Part::Page | Part::Placement | Part::Channel | Part::Store => false,
    };
    if is_done {
        ui.close();
    }
}

/// The chip behind which the parts stand that have no room.
fn more_ui(ui: &mut Ui, desk: &mut Desk, state: &mut State, shown: usize) {
    let folded = &PARTS[shown..];
    let context = desk.console.context();
    let set = folded.iter().filter(|part| part.is_set(context)).count();
    let said = match set {
        0 => "More".to_owned(),
        set => format!("More · {set} set"),
    };
    let id = ui.scope_id().with("more-open");
    let was_open = ui.data(|data| data.get_temp(id)).unwrap_or(false);
    let response = Chip::new("", &said).open(was_open).ui(ui);
    let names: Vec<&str> = folded.iter().map(|part| part.label()).collect();
    let response = response.on_hover_text(names.join(", "));
    popover_ui(&response, "More of the context", 340.0, |ui| {
        let tokens = Tokens::of(ui);
        for (place, part) in folded.iter().enumerate() {
            if place > 0 {
                ui.add_space(SPACE_3);
            }
            ui.label(section(part.label()).color(tokens.ink2));
            ui.push_id(part.label(), |ui| content_ui(ui, desk, state, *part));
        }
    });
    let is_open = is_popover_open(&response);
    if was_open && !is_open {
        for part in folded {
            state.forget(*part);
        }
    }
    if is_open != was_open {
        ui.data_mut(|data| data.insert_temp(id, is_open));
    }
}

impl State {
    /// A popover begins anew when it opens; only text that could not be taken stays.
    fn forget(&mut self, part: Part) {
        match part {
            Part::Shopper => self.shopper = Shopper::default(),
            Part::Cart => self.cart = Cart::default(),
            Part::Anchor => self.anchor = Anchor::default(),
            Part::Instant => self.instant.close(),
            Part::Query => self.query = Query::default(),
            _ => {}
        }
    }
}
