//! The rules of the page at the right: what each does, how far it reaches, and its order.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{Id, Key, Label, Modifiers, Response, Ui, vec2};
use endcap_app::console::Edit;
use endcap_app::{Code, Finding, PageView, Rule, RuleCard, RuleInsight, duplicate, reordered};
use endcap_look::{
    Button, Card, Icon, IconButton, MenuItem, SPACE_1, SPACE_2, SPACE_3, SPACE_4, Tokens, Tone,
    body_semibold, context_menu_ui, dimmed_ui, is_popover_open, menu_ui, section_head_ui, small,
    tag_ui, toggle_ui,
};

pub(crate) use super::editor::EDITOR_WIDTH;
use super::editor::{self, Editor};
use super::findings::{Found, count_ui, finding_ui, mend};
use crate::{Action, Desk};

/// How long an answer may be on its way before the last one dims, in milliseconds.
const STALE_MS: u64 = 150;

/// What is remembered between frames.
#[derive(Default)]
pub(crate) struct State {
    editor: Option<Editor>,
    /// Of cards drawn before, by rule: those out of sight are not drawn again.
    heights: BTreeMap<String, f32>,
    /// The card that the keyboard must follow to its new place.
    follow: Option<String>,
    drag: Option<Drag>,
    /// The rule that was edited last.
    last: Option<String>,
}

/// A card that is dragged.
struct Drag {
    id: String,
    /// The card that it is over, and whether over its lower half.
    to: Option<(String, bool)>,
}

/// What a user did to a rule of the list.
enum Done {
    Open,
    Switch,
    Up,
    Down,
    Duplicate,
    Delete,
    /// What lint offers.
    Fix(Arc<Finding>),
    /// Every finding.
    List,
    /// These rules stand in this order, the first the highest.
    Arrange(Vec<String>),
}

/// Draws the rules.
pub(super) fn rules_ui(ui: &mut Ui, desk: &mut Desk, state: &mut State, found: &Found) {
    let lane = desk.console.answers().page();
    let Some(page) = lane.value().cloned() else {
        return;
    };
    let stale = lane.waiting_ms() >= STALE_MS && state.editor.is_none();
    separator_ui(ui);
    if let Some(id) = desk.open_rule.take() {
        carry_out(desk, state, &page, (&id, Done::Open));
    }
    let is_asked = section_head_ui(ui, "Rules on this page", Some(page.rules.len()), |ui| {
        let button = Button::secondary("Rule").icon(Icon::Plus).small();
        button.name("New rule").ui(ui).clicked()
    });
    if is_asked {
        open_new(desk, state);
    }
    ui.add_space(SPACE_1);
    count_ui(ui, desk, found);
    if page.rules.is_empty() {
        empty_ui(ui, desk, state);
    }
    let insight = desk.console.answers().insight().value().cloned();
    let mut done = None;
    dimmed_ui(ui, stale, |ui| {
        ui.spacing_mut().item_spacing.y = SPACE_2;
        for card in &page.rules {
            let insights = insight.as_ref().map(|insight| &insight.rules);
            let insight =
                insights.and_then(|rules| rules.iter().find(|insight| insight.rule == card.id));
            if let Some(what) = card_ui(
                ui,
                state,
                &Shown {
                    card,
                    insight,
                    findings: found.of_rule(&card.id),
                    page: &page,
                },
            ) {
                done = Some((card.id.clone(), what));
            }
        }
    });
    let done = dropped(ui, state, &page).or(done);
    if let Some((id, what)) = done {
        carry_out(desk, state, &page, (&id, what));
    }
}

impl State {
    /// Brings a rule's card into sight and gives it the keyboard, once its page is there.
    pub(super) fn follow(&mut self, rule: String) {
        self.last = Some(rule.clone());
        self.follow = Some(rule);
    }

    /// Whether a rule is being edited.
    pub(crate) fn is_editing(&self) -> bool {
        self.editor.is_some()
    }
}

/// Draws the rule that is edited.
pub(crate) fn editor_ui(ui: &mut Ui, desk: &mut Desk, state: &mut State) {
    if let Some(editor) = &mut state.editor
        && editor::editor_ui(ui, desk, editor)
    {
        state.last = Some(editor.id().to_owned());
        state.follow.clone_from(&state.last);
        state.editor = None;
        ui.request_repaint();
    }
}

/// Carries out an action that is meant for this part; says whether it is one.
pub(crate) fn act(action: Action, desk: &mut Desk, state: &mut State) -> bool {
    let is_mine = action == Action::NewRule;
    if is_mine {
        open_new(desk, state);
    }
    is_mine
}

/// A hairline across the whole panel, whose padding is drawn by its owner.
fn separator_ui(ui: &mut Ui) {
    ui.add_space(SPACE_3);
    let room = ui.max_rect();
    let y = ui.cursor().top();
    let across = room.left() - SPACE_4..=room.right() + SPACE_4;
    let painter = ui.painter();
    painter.hline(across, y, (endcap_look::HAIRLINE, Tokens::of(ui).line));
    ui.add_space(SPACE_2);
}

fn empty_ui(ui: &mut Ui, desk: &mut Desk, state: &mut State) {
    let tokens = Tokens::of(ui);
    let said = "No rule is for this page yet: the weights above decide alone. A rule boosts, \
                buries, hides or pins products, or keeps room for some.";
    ui.add(Label::new(endcap_look::body(said).color(tokens.ink2)).wrap());
    ui.add_space(SPACE_2);
    if Button::secondary("Write the first rule").ui(ui).clicked() {
        open_new(desk, state);
    }
}

fn open_new(desk: &mut Desk, state: &mut State) {
    if state.editor.is_none() {
        state.editor = Editor::new_rule(desk);
    }
}

fn rule_of<'d>(desk: &'d Desk, id: &str) -> Option<&'d Rule> {
    let draft = desk.console.draft()?;
    draft.rules().rules.iter().find(|rule| rule.id == id)
}

fn carry_out(desk: &mut Desk, state: &mut State, page: &PageView, (id, what): (&str, Done)) {
    let Some(rule) = rule_of(desk, id).cloned() else {
        return;
    };
    let name = format!("“{}”", rule.name);
    match what {
        Done::Open => {
            if state
                .editor
                .as_ref()
                .is_none_or(|editor| !editor.is_changed())
            {
                state.editor = Editor::of_rule(desk, rule);
            } else {
                desk.say("Save or cancel the rule that is open first.");
            }
        }
        Done::Switch => {
            let word = if rule.enabled { "off" } else { "on" };
            let enabled = !rule.enabled;
            let edit = Edit::put(Rule { enabled, ..rule });
            desk.edit(format!("Switch {word} {name}"), vec![edit]);
        }
        Done::Duplicate => {
            let Some(draft) = desk.console.draft() else {
                return;
            };
            let copy = duplicate(&rule, draft.rules());
            state.follow = Some(copy.id.clone());
            desk.edit(format!("Duplicate {name}"), vec![Edit::put(copy)]);
        }
        Done::Delete => {
            let edit = Edit::RemoveRule { id: id.to_owned() };
            if desk.edit(format!("Delete {name}"), vec![edit]) {
                desk.offer_undo(format!("{name} is deleted."));
            }
        }
        Done::Fix(finding) => mend(desk, &finding, &rule.name),
        Done::List => desk.act(Action::Findings),
        Done::Up | Done::Down => {
            let is_down = matches!(what, Done::Down);
            state.follow = Some(id.to_owned());
            arrange(desk, &name, &swapped(page, id, is_down));
        }
        Done::Arrange(order) => arrange(desk, &name, &order),
    }
}

/// Gives rules the priorities that put them in this order.
fn arrange(desk: &mut Desk, name: &str, order: &[String]) {
    let Some(draft) = desk.console.draft() else {
        return;
    };
    let edits = reordered(draft.rules(), order);
    let edits: Vec<Edit> = edits.into_iter().map(Edit::put).collect();
    if edits.is_empty() {
        return;
    }
    desk.edit(format!("Move {name}"), edits);
}

/// The cards that a rule can change places with: of the same part of the list, doing the same
/// kind of thing; others come earlier or later in any slate.
fn peers<'p>(page: &'p PageView, id: &str) -> Vec<&'p str> {
    let of = |card: &RuleCard| (card.inherited_from.clone(), card.stage);
    let Some(mine) = page.rules.iter().find(|card| card.id == id).map(of) else {
        return Vec::new();
    };
    let same = page.rules.iter().filter(|card| of(card) == mine);
    same.map(|card| card.id.as_str()).collect()
}

/// The peers of a rule once it has changed places with the next one, below or above.
fn swapped(page: &PageView, id: &str, is_down: bool) -> Vec<String> {
    let mut order = peers(page, id);
    let from = order.iter().position(|peer| *peer == id);
    let to = from.and_then(|from| {
        if is_down {
            from.checked_add(1)
        } else {
            from.checked_sub(1)
        }
    });
    if let (Some(from), Some(to)) = (from, to.filter(|to| *to < order.len())) {
        order.swap(from, to);
    }
    order.into_iter().map(str::to_owned).collect()
}

/// A card with what is known of it.
struct Shown<'a> {
    card: &'a RuleCard,
    insight: Option<&'a RuleInsight>,
    /// What lint finds in it, the worst first.
    findings: &'a [Arc<Finding>],
    page: &'a PageView,
}

fn card_ui(ui: &mut Ui, state: &mut State, shown: &Shown<'_>) -> Option<Done> {
    let card = shown.card;
    let follows = state.follow.as_deref() == Some(card.id.as_str());
    // A card out of sight keeps its place; the keyboard may be on it.
    let card_id = id_of(&card.id);
    if let Some(height) = state.heights.get(&card.id).copied() {
        let rect = egui::Rect::from_min_size(ui.cursor().min, vec2(1.0, height));
        let near = ui.clip_rect().expand(200.0);
        let has_focus = ui.memory(|memory| memory.has_focus(card_id));
        if !near.intersects(rect) && !follows && !has_focus {
            ui.add_space(height);
            return None;
        }
    }
    let mut done = None;
    let is_open = state.last.as_deref() == Some(card.id.as_str());
    let name = format!("{}, {}", card.name, card.kind);
    let drawn = Card::new(&name)
        .id(card_id)
        .selected(is_open)
        .draggable()
        .ui(ui, |ui| content_ui(ui, shown, &mut done));
    let response = drawn.response;
    state
        .heights
        .insert(card.id.clone(), response.rect.height());
    if follows {
        response.request_focus();
        response.scroll_to_me(None);
        state.follow = None;
    }
    if response.clicked() {
        done = done.or(Some(Done::Open));
    }
    done = done.or(keys(ui, &response));
    drag_ui(ui, state, shown, &response);
    context_menu_ui(&response, &card.name, |ui| {
        if let Some(asked) = items_ui(ui, shown) {
            done = Some(asked);
        }
    });
    done
}

/// The id of a card, the same wherever it stands in the list.
fn id_of(rule: &str) -> Id {
    Id::unique(("rule", rule))
}

/// Height of the first line of a rule, in points.
const TAG_LINE: f32 = 18.0;

/// Drawn from left and right to the middle: tag, name, and the switch at the end.
fn content_ui(ui: &mut Ui, shown: &Shown<'_>, done: &mut Option<Done>) {
    let card = shown.card;
    let tokens = Tokens::of(ui);
    let is_quiet = card.inherited_from.is_some();
    ui.spacing_mut().item_spacing.y = SPACE_1;
    // A line is as high as its tag, not as a control.
    ui.spacing_mut().interact_size.y = TAG_LINE;
    ui.horizontal(|ui| {
        ui.set_min_height(TAG_LINE);
        let tone = if card.is_in_force() {
            tone(card.effect)
        } else {
            Tone::Neutral
        };
        tag_ui(ui, tone, &card.kind);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let mut on = card.enabled;
            let name = format!("{} on", card.name);
            if toggle_ui(ui, &mut on, &name).changed() {
                *done = Some(Done::Switch);
            }
            more_ui(ui, shown, done);
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let ink = if is_quiet { tokens.ink2 } else { tokens.ink };
                ui.add(Label::new(body_semibold(&card.name).color(ink)).truncate());
            });
        });
    });
    let ink = if is_quiet { tokens.ink3 } else { tokens.ink2 };
    ui.add(Label::new(endcap_look::body(&card.sentence).color(ink)).wrap());
    let where_when: Vec<&str> = [card.place.as_str(), card.schedule.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    if !where_when.is_empty() {
        let said = where_when.join(" · ");
        ui.add(Label::new(endcap_look::body(said).color(ink)).wrap());
    }
    ui.add(Label::new(small(facts(shown)).color(tokens.ink3)).wrap());
    for note in card.notes.iter().take(2) {
        ui.add(Label::new(small(note).color(tokens.warn)).wrap());
    }
    findings_ui(ui, shown, done);
    if !card.conflicts.is_empty() {
        ui.horizontal_wrapped(|ui| {
            for conflict in &card.conflicts {
                tag_ui(ui, Tone::Warn, conflict)
                    .on_hover_text("Both change the score of the same products on this page.");
            }
        });
    }
}

/// The most findings of a rule that its card says.
const MOST_FINDINGS: usize = 2;

/// What lint finds in a rule, each with the edit that ends it.
fn findings_ui(ui: &mut Ui, shown: &Shown<'_>, done: &mut Option<Done>) {
    let card = shown.card;
    // The tags below say which boosts and buries meet on this page.
    let is_said = |finding: &&Arc<Finding>| {
        finding.code == Code::BoostMeetsBury && !card.conflicts.is_empty()
    };
    let mut findings = shown.findings.iter().filter(|finding| !is_said(finding));
    for finding in findings.by_ref().take(MOST_FINDINGS) {
        if finding_ui(ui, finding, &card.name) {
            *done = Some(Done::Fix(Arc::clone(finding)));
        }
    }
    let more = findings.count();
    if more > 0 {
        let s = if more == 1 { "" } else { "s" };
        let said = format!("{more} more finding{s}");
        let name = format!("{said}: {}", card.name);
        if Button::quiet(&said).small().name(&name).ui(ui).clicked() {
            *done = Some(Done::List);
        }
    }
}

/// What a rule does here, or why it does nothing.
fn facts(shown: &Shown<'_>) -> String {
    let card = shown.card;
    let mut facts = Vec::new();
    if let Some(from) = &card.inherited_from {
        facts.push(format!("Inherited from {from}"));
    }
    match (&card.out_of_force, shown.insight) {
        (Some(why), _) if card.enabled => facts.push(format!("Not in force: {why}")),
        (Some(_), _) => facts.push("Switched off".to_owned()),
        (None, Some(insight)) => facts.push(insight.say()),
        (None, None) => facts.push("Counting what it reaches".to_owned()),
    }
    facts.join(" · ")
}

/// The tone of what a rule does: colours are for the eye, the word beside them says it.
fn tone(effect: &str) -> Tone {
    match effect {
        "boost" => Tone::Accent,
        "bury" => Tone::Warn,
        "hide" => Tone::Bad,
        "pin" | "reserve" => Tone::Info,
        _ => Tone::Neutral,
    }
}

/// The button behind which everything else stands; in sight on hover and with the keyboard.
fn more_ui(ui: &mut Ui, shown: &Shown<'_>, done: &mut Option<Done>) {
    let name = format!("More for {}", shown.card.name);
    let card = ui.read_response(id_of(&shown.card.id));
    let is_near = card.is_some_and(|card| card.contains_pointer() || card.has_focus());
    let kept = Id::unique(("rule-more", &shown.card.id));
    let is_busy = ui.data(|data| data.get_temp(kept)).unwrap_or(false);
    let button = ui
        .scope(|ui| {
            if !is_near && !is_busy {
                ui.set_opacity(0.0);
            }
            IconButton::new(Icon::More, &name).small().ui(ui)
        })
        .inner;
    let is_busy_now = button.has_focus() || is_popover_open(&button);
    if is_busy_now != is_busy {
        ui.data_mut(|data| data.insert_temp(kept, is_busy_now));
        ui.request_repaint();
    }
    menu_ui(&button, &name, |ui| {
        if let Some(asked) = items_ui(ui, shown) {
            *done = Some(asked);
        }
    });
}

fn items_ui(ui: &mut Ui, shown: &Shown<'_>) -> Option<Done> {
    let peers = peers(shown.page, &shown.card.id);
    let place = peers.iter().position(|peer| *peer == shown.card.id);
    let can_rise = place.is_some_and(|place| place > 0);
    let can_sink = place.is_some_and(|place| place + 1 < peers.len());
    let word = if shown.card.enabled {
        "Switch off"
    } else {
        "Switch on"
    };
    let items = [
        (
            MenuItem::new("Edit").icon(Icon::Edit).keys("Enter"),
            Done::Open,
        ),
        (MenuItem::new(word).icon(Icon::Eye), Done::Switch),
        (
            MenuItem::new("Move up")
                .icon(Icon::ArrowUp)
                .keys("Alt+↑")
                .enabled(can_rise),
            Done::Up,
        ),
        (
            MenuItem::new("Move down")
                .icon(Icon::ArrowDown)
                .keys("Alt+↓")
                .enabled(can_sink),
            Done::Down,
        ),
        (
            MenuItem::new("Duplicate")
                .icon(Icon::Copy)
                .keys("Ctrl+Shift+D"),
            Done::Duplicate,
        ),
        (
            MenuItem::new("Delete")
                .icon(Icon::Trash)
                .keys("Delete")
                .danger(),
            Done::Delete,
        ),
    ];
    let mut asked = None;
    for (item, what) in items {
        if item.ui(ui).clicked() {
            asked = Some(what);
        }
    }
    asked
}

fn keys(ui: &Ui, card: &Response) -> Option<Done> {
    if !card.has_focus() {
        return None;
    }
    let vertical_arrows = ui.input(|input| input.modifiers.alt);
    ui.memory_mut(|memory| {
        let filter = egui::EventFilter {
            vertical_arrows,
            ..egui::EventFilter::default()
        };
        memory.set_focus_lock_filter(card.id, filter);
    });
    let taken = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
    if taken(Modifiers::ALT, Key::ArrowUp) {
        Some(Done::Up)
    } else if taken(Modifiers::ALT, Key::ArrowDown) {
        Some(Done::Down)
    } else if taken(Modifiers::COMMAND | Modifiers::SHIFT, Key::D) {
        Some(Done::Duplicate)
    } else if taken(Modifiers::NONE, Key::Delete) {
        Some(Done::Delete)
    } else {
        None
    }
}

/// Drags a card among its peers; a line shows where it would go.
fn drag_ui(ui: &Ui, state: &mut State, shown: &Shown<'_>, card: &Response) {
    let id = &shown.card.id;
    if card.drag_started() {
        state.drag = Some(Drag {
            id: id.clone(),
            to: None,
        });
    }
    let Some(drag) = &mut state.drag else { return };
    let Some(pointer) = ui.input(|input| input.pointer.latest_pos()) else {
        return;
    };
    let rect = card.rect.expand2(vec2(0.0, SPACE_1));
    if !rect.contains(pointer) || !peers(shown.page, &drag.id).contains(&id.as_str()) {
        return;
    }
    let is_below = pointer.y > card.rect.center().y;
    drag.to = Some((id.clone(), is_below));
    if drag.id != *id {
        let y = if is_below { rect.bottom() } else { rect.top() };
        let painter = ui.painter();
        painter.hline(card.rect.x_range(), y, (2.0, Tokens::of(ui).accent));
    }
}

/// Where a card was dropped among its peers, once it is.
fn dropped(ui: &Ui, state: &mut State, page: &PageView) -> Option<(String, Done)> {
    if !ui.input(|input| input.pointer.any_released()) {
        return None;
    }
    let Drag { id, to } = state.drag.take()?;
    let (target, is_below) = to?;
    let mut order: Vec<&str> = peers(page, &id);
    order.retain(|peer| *peer != id);
    let place = order.iter().position(|peer| *peer == target)?;
    order.insert(place + usize::from(is_below), &id);
    let order = order.into_iter().map(str::to_owned).collect();
    Some((id.clone(), Done::Arrange(order)))
}
