//! The status line: how old the data is, what is being worked on, and whether the draft is kept.

use std::time::Duration;

use chrono::TimeDelta;
use egui::{Align, Color32, Label, Layout, Response, Ui};
use endcap_app::console::{Command, Keeping};
use endcap_look::{Icon, IconButton, SPACE_2, SPACE_4, Tokens, small, spinner_ui, tooltip};

use crate::{Action, Desk, sentence};

/// Work shows from here on; what is quicker would only flicker.
const PROGRESS_FROM_MS: u64 = 100;
/// An answer that is this late is said to be on its way, and what stands for it is dimmed.
const RANKING_FROM_MS: u64 = 150;

/// Whether the data is so old that the shop has moved on. The demo is made up and never is.
pub(super) fn is_stale(desk: &Desk) -> bool {
    desk.console.data().is_some_and(|data| {
        data.source.is_some() && desk.now() - data.workspace.taken_at > TimeDelta::hours(24)
    })
}

/// Draws the status line.
pub(super) fn status_ui(ui: &mut Ui, desk: &mut Desk) {
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE_2;
        data_ui(ui, desk);
        ui.add_space(SPACE_4);
        jobs_ui(ui, desk);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if desk.console.draft().is_some() {
                draft_ui(ui, desk);
            }
        });
    });
}

fn said_ui(ui: &mut Ui, text: &str, ink: Color32) -> Response {
    ui.add(Label::new(small(text).color(ink)).truncate())
}

fn data_ui(ui: &mut Ui, desk: &Desk) {
    let tokens = Tokens::of(ui);
    let Some(data) = desk.console.data() else {
        said_ui(ui, "No data is open", tokens.ink3);
        return;
    };
    let taken_at = data.workspace.taken_at;
    let (taken, age) = (
        desk.format.short_instant(taken_at),
        desk.format.age(taken_at, desk.now()),
    );
    let text = format!("{} · taken {taken} · {age}", data.name());
    let stale = is_stale(desk);
    if stale {
        ui.label(Icon::Warning.text(12.0).color(tokens.warn));
    }
    let said = said_ui(ui, &text, if stale { tokens.warn } else { tokens.ink3 });
    let whole = format!(
        "As the retailer was on {}. Prices, stock and promotions are read at that instant unless \
         another one is chosen.",
        desk.format.instant_with_zone(taken_at)
    );
    tooltip(said, &whole, None);
    let count = |count: usize| desk.format.count(count as i64);
    let counts = format!(
        "{} products · {} shoppers",
        count(data.workspace.retailer.len()),
        count(data.workspace.shoppers.len())
    );
    ui.add_space(SPACE_2);
    said_ui(ui, &counts, tokens.ink3);
}

fn jobs_ui(ui: &mut Ui, desk: &mut Desk) {
    let tokens = Tokens::of(ui);
    if let Some(work) = desk.console.opening().work() {
        let text = super::work_sentence(&work, &desk.format);
        spinner_ui(ui, &text);
        said_ui(ui, &text, tokens.ink2);
        let cancel = format!("Cancel: {}", work.what);
        if IconButton::new(Icon::Close, &cancel)
            .small()
            .ui(ui)
            .clicked()
        {
            desk.send(Command::GiveUp);
            desk.say("Given up; what was open is still open");
        }
        return;
    }
    if desk.console.opening().is_busy() {
        ui.request_repaint_after(Duration::from_millis(PROGRESS_FROM_MS));
    }
    match desk.console.answers().page().waiting_ms() {
        0 if !desk.console.answers().page().is_busy() => {}
        waiting if waiting < RANKING_FROM_MS => {
            ui.request_repaint_after(Duration::from_millis(RANKING_FROM_MS - waiting));
        }
        _ => {
            spinner_ui(ui, "Ranking");
            said_ui(ui, "Ranking…", tokens.ink2);
        }
    }
}

fn draft_ui(ui: &mut Ui, desk: &mut Desk) {
    let tokens = Tokens::of(ui);
    let (undo, redo) = desk.console.draft().map_or((None, None), |draft| {
        let owned = |label: Option<&str>| label.map(str::to_owned);
        (owned(draft.undo_label()), owned(draft.redo_label()))
    });
    for (action, icon, what, label) in [
        (Action::Redo, Icon::Redo, "Redo", redo),
        (Action::Undo, Icon::Undo, "Undo", undo),
    ] {
        let name = label.as_ref().map_or_else(
            || format!("{what}: nothing yet"),
            |label| format!("{what}: {label}"),
        );
        let keys = action.keys(ui).unwrap_or_default();
        let button = IconButton::new(icon, &name).keys(&keys).small();
        let response = button.enabled(label.is_some()).ui(ui);
        if action == Action::Undo {
            desk.spot(super::Spot::Undo, response.rect);
        }
        if response.clicked() {
            desk.act(action);
        }
    }
    ui.add_space(SPACE_4 - SPACE_2);
    match desk.console.keeping() {
        Keeping::Kept => said_ui(ui, "Draft saved", tokens.ink3),
        Keeping::Underway => said_ui(ui, "Saving…", tokens.ink3),
        Keeping::NotKept(error) => {
            let text = format!("Draft not kept: {}", sentence(error));
            said_ui(ui, &text, tokens.bad)
        }
    };
}
