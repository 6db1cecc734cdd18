//! Rank: rules of a page, and what they do to it at once.

mod boost;
mod card;
pub(crate) mod chips;
mod compare;
mod drag;
mod drawer;
mod editor;
mod figures;
mod findings;
mod found;
mod gestures;
mod grid;
mod keys;
mod list;
mod menu;
mod middle;
mod objective;
mod pin_any;
mod rules;
mod select;
mod slide;
mod tree;

use egui::{
    Align, CentralPanel, Frame, Layout, Margin, Panel, ScrollArea, Sense, Ui, UiBuilder, vec2,
};
use endcap_app::{Placement, Request, page_name};
use endcap_look::{CONTROL_HEIGHT_SMALL, SPACE_2, SPACE_4, Tokens};

use crate::{Action, Desk, Spot};

/// The Rank view.
#[derive(Default)]
pub(crate) struct Rank {
    chips: chips::State,
    tree: tree::State,
    objective: objective::State,
    rules: rules::State,
    found: findings::Found,
    findings: Option<findings::FindingList>,
    middle: middle::State,
}

/// A side panel: its name in the session, and its widths to begin with, at least and at most.
struct Side {
    name: &'static str,
    width: f32,
    least: f32,
    most: f32,
}

const LEFT: Side = Side {
    name: "rank-left",
    width: 228.0,
    least: 180.0,
    most: 360.0,
};
const RIGHT: Side = Side {
    name: "rank-right",
    width: 344.0,
    least: 300.0,
    most: 480.0,
};

impl Rank {
    /// Draws the context chips of the view bar.
    pub(crate) fn bar_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        chips::bar_ui(ui, desk, &mut self.chips);
    }

    /// Draws the view.
    pub(crate) fn view_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        let tokens = Tokens::of(ui);
        let frame = Frame::new().fill(tokens.panel);
        let left = side(&LEFT, Panel::left(LEFT.name), desk)
            .frame(frame)
            .show(ui, |ui| {
                let mut ui = filling(ui);
                tree::tree_ui(&mut ui, desk, &mut self.tree);
            });
        desk.spot(Spot::Page, left.response.rect);
        remember(&LEFT, left.response.rect.width(), desk);
        self.found.update(desk);
        self.right_ui(ui, desk);
        CentralPanel::no_frame()
            .frame(Frame::new().fill(tokens.ground))
            .show(ui, |ui| middle::middle_ui(ui, desk, &mut self.middle));
        if let Some(list) = &mut self.findings {
            let (stays, rule) = list.list_ui(ui, desk, &self.found);
            if let Some(rule) = rule {
                self.rules.follow(rule);
            }
            if !stays {
                self.findings = None;
            }
        }
    }

    /// Draws the objective and the rules, or the rule that is edited in their place: the slate
    /// stays in sight.
    fn right_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        let frame = Frame::new().fill(Tokens::of(ui).panel);
        if self.rules.is_editing() {
            Panel::right("rule-editor")
                .exact_size(rules::EDITOR_WIDTH)
                .resizable(false)
                .frame(frame)
                .show(ui, |ui| rules::editor_ui(ui, desk, &mut self.rules));
            return;
        }
        let right = side(&RIGHT, Panel::right(RIGHT.name), desk)
            .frame(frame)
            .show(ui, |ui| {
                let mut ui = filling(ui);
                let area = ScrollArea::vertical().auto_shrink(false);
                area.show(&mut ui, |ui| {
                    Frame::new()
                        .inner_margin(Margin::same(SPACE_4 as i8))
                        .show(ui, |ui| {
                            let objective = ui.scope(|ui| {
                                objective::objective_ui(ui, desk, &mut self.objective);
                                findings::weights_ui(ui, desk, &self.found);
                            });
                            desk.spot(Spot::Objective, objective.response.rect);
                            rules::rules_ui(ui, desk, &mut self.rules, &self.found);
                        });
                });
            });
        remember(&RIGHT, right.response.rect.width(), desk);
    }

    /// Carries out an action of this view; says whether it is one.
    pub(crate) fn act(&mut self, action: Action, desk: &mut Desk) -> bool {
        if action == Action::Findings {
            self.findings.get_or_insert_default();
            return true;
        }
        middle::act(action, desk, &mut self.middle)
            || tree::act(action, desk, &mut self.tree)
            || rules::act(action, desk, &mut self.rules)
    }
}

/// Draws a row whose first button stands with its text, not its padding, under what is above.
fn outdented_ui(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let size = vec2(ui.available_width(), CONTROL_HEIGHT_SMALL);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    // A child of its own: what it draws beside the room does not widen the parent.
    let room = rect.with_min_x(rect.left() - SPACE_2);
    let layout = Layout::left_to_right(Align::Center);
    content(&mut ui.new_child(UiBuilder::new().max_rect(room).layout(layout)));
}

/// A panel as wide as it was left.
fn side(side: &Side, panel: Panel, desk: &Desk) -> Panel {
    let kept = desk.console.session().panels.get(side.name);
    panel
        .resizable(true)
        .default_size(kept.copied().unwrap_or(side.width))
        .size_range(side.least..=side.most)
}

/// The whole of a panel, whose size is its user's: what is in it neither widens nor narrows it.
fn filling(ui: &mut Ui) -> Ui {
    let room = ui.available_rect_before_wrap();
    ui.allocate_rect(room, Sense::hover());
    let mut inside = ui.new_child(UiBuilder::new().max_rect(room));
    inside.set_clip_rect(ui.clip_rect().intersect(room));
    inside
}

/// Remembers how wide a panel is, once that is another width than before.
fn remember(side: &Side, width: f32, desk: &mut Desk) {
    let kept = desk.console.session().panels.get(side.name);
    if (kept.copied().unwrap_or(side.width) - width).abs() >= 0.5 {
        desk.console.remember(|session| {
            session.panels.insert(side.name.to_owned(), width);
        });
    }
}

/// What a page is called.
fn page_title(request: &Request) -> String {
    match (&request.query, request.page.as_deref()) {
        (Some(query), _) if request.placement == Placement::Search => format!("“{query}”"),
        (_, Some(page)) if !page.is_empty() => page_name(page),
        (_, _) if request.placement == Placement::Category => page_name(""),
        _ => page_name(request.placement.name()),
    }
}
