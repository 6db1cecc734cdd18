//! The middle of the view: figures, what is selected, and the page as cards, table or beside live.

use std::sync::Arc;

use egui::{Align, CentralPanel, Frame, Layout as Flow, Margin, Panel, Ui, UiBuilder, vec2};
use endcap_app::console::{Command, Layout};
use endcap_app::{Card, PageView, hand_made_hides};
use endcap_look::{
    Banner, Button, Face, Icon, SPACE_1, SPACE_3, SPACE_4, Tokens, Tone, body, body_semibold,
    dimmed_ui, empty_state_ui, line, segmented_ui,
};

use super::gestures::{self, Gesture};
use super::keys::{self, Asked};
use super::pin_any::PinAny;
use super::{boost, compare, drawer, figures, grid, list, page_title, select};
use crate::{Action, Desk, sentence};

/// The height of the line over the cards.
const HEAD: f32 = 52.0;
/// From this width on the line over the cards has room for long words.
const ROOMY: f32 = 720.0;
/// So long an answer may take before the last one is dimmed, in milliseconds.
const DIM_AFTER_MS: u64 = 150;

/// What the middle remembers between frames.
#[derive(Default)]
pub(super) struct State {
    grid: grid::State,
    list: list::State,
    compare: compare::State,
    drawer: drawer::State,
    boost: boost::State,
    pin_any: Option<PinAny>,
    /// What live shows and a rule made by hand hides, of the page it was found for.
    hidden: Option<(Arc<PageView>, Vec<Card>)>,
}

/// Draws the middle.
pub(super) fn middle_ui(ui: &mut Ui, desk: &mut Desk, state: &mut State) {
    let tokens = Tokens::of(ui);
    let page = desk.console.answers().page().value().cloned();
    if let Some(page) = &page {
        let strip = Panel::top("rank-figures")
            .resizable(false)
            .frame(Frame::new().fill(tokens.panel));
        strip.show(ui, |ui| {
            let format = desk.format.clone();
            figures::figures_ui(ui, &format, &page.figures);
        });
        drawer::drawer_ui(ui, desk, page, &mut state.drawer);
    }
    // Cards stand on the ground, rows on a panel.
    let fill = match desk.console.session().layout {
        Layout::Grid => tokens.ground,
        Layout::List | Layout::Compare => tokens.panel,
    };
    CentralPanel::no_frame()
        .frame(Frame::new().fill(fill))
        .show(ui, |ui| match &page {
            Some(page) => page_ui(ui, desk, page, state),
            None => waiting_ui(ui, desk),
        });
}

/// Before the first answer: nothing for a moment, then what is going on, or what went wrong.
fn waiting_ui(ui: &mut Ui, desk: &mut Desk) {
    if error_ui(ui, desk) || desk.console.data().is_none() {
        return;
    }
    let waiting = desk.console.answers().page().waiting_ms();
    if waiting >= DIM_AFTER_MS {
        empty_state_ui(ui, Icon::Clock, "The page is being ranked.", None);
    } else {
        repaint_once_stale(ui, waiting);
    }
}

fn page_ui(ui: &mut Ui, desk: &mut Desk, page: &Arc<PageView>, state: &mut State) {
    error_ui(ui, desk);
    head_ui(ui, desk, page, state);
    let waiting = desk.console.answers().page().waiting_ms();
    if desk.console.answers().page().is_busy() {
        repaint_once_stale(ui, waiting);
    }
    if page.slate.cards.is_empty() {
        empty_ui(ui, desk, page);
        return;
    }
    let layout = desk.console.session().layout;
    let hidden = state.hidden(desk, page);
    let stale = waiting >= DIM_AFTER_MS;
    let asked = dimmed_ui(ui, stale, |ui| match layout {
        Layout::Grid => grid::grid_ui(ui, desk, page, &hidden, &mut state.grid),
        Layout::List => list::list_ui(ui, desk, page, &mut state.list),
        Layout::Compare => {
            compare::compare_ui(ui, desk, page, &mut state.compare);
            None
        }
    });
    if let Some(Asked::Boost(skus)) = asked.inner {
        state.boost.open(ui, desk, skus);
    }
    if let Some(dialog) = &mut state.pin_any
        && !dialog.dialog_ui(ui, desk, page)
    {
        state.pin_any = None;
    }
}

/// Carries out an action on the page; says whether it is one.
pub(super) fn act(action: Action, desk: &mut Desk, state: &mut State) -> bool {
    if let Action::Arrange(layout) = action {
        desk.console.remember(|session| session.layout = layout);
        return true;
    }
    let Some(page) = desk.console.answers().page().value().cloned() else {
        return false;
    };
    match action {
        Action::SelectAll => select::all(desk, &page),
        Action::PinAny => state.pin_any = Some(PinAny::new(&page)),
        Action::Ineligible => state.drawer.toggle(),
        Action::Pin | Action::Hide | Action::Boost | Action::Sheet => {
            let mut skus = select::chosen(desk, &page);
            if skus.is_empty() {
                skus.extend(desk.focus.clone());
            }
            let Some(first) = skus.first() else {
                desk.say("Choose products first: click a card, or press Space on it.");
                return true;
            };
            match action {
                Action::Pin => gestures::carry_out(desk, &page, Gesture::Pin, &skus),
                Action::Hide => gestures::carry_out(desk, &page, Gesture::Hide, &skus),
                Action::Boost => state.boost.want(desk, skus),
                _ => keys::open_sheet(desk, first),
            }
        }
        _ => return false,
    }
    true
}

/// A frame is drawn when the answer has been on its way for so long that it shows.
fn repaint_once_stale(ui: &Ui, waiting: u64) {
    if waiting < DIM_AFTER_MS {
        let left = std::time::Duration::from_millis(DIM_AFTER_MS - waiting);
        ui.request_repaint_after(left);
    }
}

/// What went wrong with the page, where it stands; the last answer stays below.
fn error_ui(ui: &mut Ui, desk: &mut Desk) -> bool {
    let Some(error) = desk.console.answers().page().error() else {
        return false;
    };
    let said = sentence(error);
    let can_undo = desk
        .console
        .draft()
        .is_some_and(|draft| draft.undo_label().is_some());
    let actions: &[&str] = if can_undo { &["Undo"] } else { &[] };
    let frame = Frame::new().inner_margin(Margin::same(SPACE_3 as i8));
    let answer = frame.show(ui, |ui| {
        Banner::new(Tone::Bad, &said).actions(actions).ui(ui)
    });
    if answer.inner.action.is_some() {
        desk.send(Command::Undo);
    }
    true
}

/// The line over the cards: the page with its counts, or what is selected and can be done to it.
fn head_ui(ui: &mut Ui, desk: &mut Desk, page: &PageView, state: &mut State) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), egui::Sense::hover());
    let inner = rect.shrink2(vec2(SPACE_4, 0.0));
    let builder = UiBuilder::new()
        .max_rect(inner)
        .layout(Flow::right_to_left(Align::Center));
    ui.scope_builder(builder, |ui| {
        let mut layout = desk.console.session().layout;
        let compare = if inner.width() < ROOMY {
            "Compare"
        } else {
            "Compare with live"
        };
        let choices = [
            (Layout::Grid, "Grid"),
            (Layout::List, "List"),
            (Layout::Compare, compare),
        ];
        if segmented_ui(ui, "Layout of the page", &mut layout, &choices).changed() {
            desk.console.remember(|session| session.layout = layout);
        }
        let room = ui.available_size();
        ui.allocate_ui_with_layout(room, Flow::left_to_right(Align::Center), |ui| {
            if desk.selected.is_empty() {
                counts_ui(ui, page);
            } else {
                selection_ui(ui, desk, page, state);
            }
        });
    });
}

fn counts_ui(ui: &mut Ui, page: &PageView) {
    let tokens = Tokens::of(ui);
    let title = page_title(&page.slate.request);
    ui.add(egui::Label::new(body_semibold(title).color(tokens.ink)).truncate());
    let counts = &page.slate.counts;
    let all = counts.say();
    let fits = line(ui, &all, Face::Body, tokens.ink2).size().x <= ui.available_width();
    // The drawer's bar says the reasons, too.
    let shown = if fits {
        all.clone()
    } else {
        let (candidates, eligible) = (counts.candidates, counts.eligible);
        format!("{candidates} products, {eligible} eligible")
    };
    let label = egui::Label::new(body(shown).color(tokens.ink2)).truncate();
    ui.add(label).on_hover_text(all);
}

/// What can be done to what is selected.
fn selection_ui(ui: &mut Ui, desk: &mut Desk, page: &PageView, state: &mut State) {
    let tokens = Tokens::of(ui);
    let count = desk.selected.len();
    let said = format!("{count} selected");
    ui.label(body_semibold(said).color(tokens.ink));
    ui.add_space(SPACE_1);
    let skus = select::chosen(desk, page);
    let s = if count == 1 { "" } else { "s" };
    let name = |verb: &str| format!("{verb} {count} selected product{s}");
    let pin = name("Pin");
    if Button::secondary("Pin")
        .icon(Icon::Pin)
        .name(&pin)
        .small()
        .ui(ui)
        .clicked()
    {
        gestures::carry_out(desk, page, Gesture::Pin, &skus);
    }
    let hide = name("Hide");
    if Button::secondary("Hide")
        .icon(Icon::EyeOff)
        .name(&hide)
        .small()
        .ui(ui)
        .clicked()
    {
        gestures::carry_out(desk, page, Gesture::Hide, &skus);
    }
    boost::boost_ui(ui, desk, page, &mut state.boost);
    if Button::quiet("Clear")
        .name("Clear the selection")
        .small()
        .ui(ui)
        .clicked()
    {
        desk.selected.clear();
    }
}

/// A page without a slate: why, and what would fill it.
fn empty_ui(ui: &mut Ui, desk: &mut Desk, page: &PageView) {
    let title = page_title(&page.slate.request);
    if page.slate.answer.suppressed.is_some() {
        let said = "This shopper has not agreed to email, so there is no slate for email.";
        if empty_state_ui(ui, Icon::Ban, said, Some("Look at the web instead")) {
            desk.look(|context| {
                context.channel = Some("web".to_owned());
                context.placement = None;
            });
        }
        return;
    }
    if page.slate.counts.candidates == 0 {
        let said = format!("{title} has no products in this data.");
        if empty_state_ui(ui, Icon::Package, &said, Some("Look at all products")) {
            desk.look(|context| {
                context.page = None;
                context.query = None;
                context.placement = None;
            });
        }
        return;
    }
    let said = format!(
        "None of the {} products of {title} may be shown here.",
        page.slate.counts.candidates
    );
    if empty_state_ui(ui, Icon::EyeOff, &said, Some("Show why")) {
        desk.act(Action::Ineligible);
    }
}

impl State {
    /// What live shows and a rule made by hand hides on the page.
    fn hidden(&mut self, desk: &Desk, page: &Arc<PageView>) -> Vec<Card> {
        match &self.hidden {
            Some((of, hidden)) if Arc::ptr_eq(of, page) => hidden.clone(),
            _ => {
                let hidden = hidden_by_hand(desk, page);
                self.hidden = Some((Arc::clone(page), hidden.clone()));
                hidden
            }
        }
    }
}

fn hidden_by_hand(desk: &Desk, page: &PageView) -> Vec<Card> {
    let Some(draft) = desk.console.draft() else {
        return Vec::new();
    };
    let Some(rule) = hand_made_hides(&page.slate.request, draft.rules()) else {
        return Vec::new();
    };
    let is_hidden = |card: &&Card| endcap_app::unhide(draft.rules(), &rule.id, &card.sku).is_some();
    page.gone.iter().filter(is_hidden).cloned().collect()
}
