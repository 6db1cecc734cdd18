//! Every finding of the draft in one dialog, each with its proof, its fix and the way to its page.

use std::collections::HashMap;
use std::sync::Arc;

use egui::{Key, Label, Modifiers, Rect, ScrollArea, Ui, vec2};
use endcap_app::console::Draft;
use endcap_app::{Finding, Placement, request_words};
use endcap_look::{
    Card, Icon, Modal, SPACE_1, SPACE_2, SPACE_3, SearchField, Tokens, body, body_semibold,
    empty_state_ui, segmented_ui, small, tag_ui,
};

use super::{Found, fix_ui, mend, subject, tag};
use crate::Desk;

/// The width of the dialog.
const WIDTH: f32 = 760.0;
/// The most and the least that the list is high.
const HEIGHT: [f32; 2] = [240.0, 520.0];
/// What stands above and below the list, with room around the dialog.
const AROUND: f32 = 300.0;
/// How high a card is taken to be until it is drawn.
const USUAL: f32 = 96.0;

/// Which findings are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Where {
    #[default]
    Everywhere,
    Here,
    Elsewhere,
}

/// A finding, what it is about, and whether the page that is looked at shows that.
struct Line {
    finding: Arc<Finding>,
    subject: String,
    is_here: bool,
    /// Where it was drawn last, this high.
    height: f32,
}

/// What was asked of a finding.
#[derive(Debug, Clone, Copy)]
enum Asked {
    /// To see what it is about.
    Show(usize),
    /// To end it.
    Mend(usize),
}

/// The list, while it is open.
#[derive(Default)]
pub(in super::super) struct FindingList {
    text: String,
    place: Where,
    cursor: usize,
    /// How often what lint finds was sorted when the lines were made; they are made again when
    /// it is sorted again.
    made: Option<u64>,
    lines: Vec<Line>,
    /// The lines listed, by their place.
    listed: Vec<usize>,
    listed_for: Option<(String, Where)>,
}

impl FindingList {
    /// Draws the list; says whether it stays open, and which rule to show.
    pub(in super::super) fn list_ui(
        &mut self,
        ui: &Ui,
        desk: &mut Desk,
        found: &Found,
    ) -> (bool, Option<String>) {
        self.update(desk, found);
        let shown = Modal::new("What lint finds")
            .width(WIDTH)
            .ui(ui, |ui| self.content_ui(ui, desk));
        let line = |at: usize| self.listed.get(at).map(|line| &self.lines[*line]);
        match shown.inner {
            Some(Asked::Show(at)) => {
                let rule = line(at).and_then(|line| show(desk, line));
                (false, rule)
            }
            Some(Asked::Mend(at)) => {
                if let Some(line) = line(at) {
                    mend(desk, &line.finding, &line.subject);
                }
                (true, None)
            }
            None => (!shown.dismissed, None),
        }
    }

    /// Makes the lines again where the findings or the page are others.
    fn update(&mut self, desk: &Desk, found: &Found) {
        if self.made != Some(found.times) {
            let rules = desk.console.draft().map(Draft::rules);
            let rules = rules.iter().flat_map(|set| &set.rules);
            let names = rules.map(|rule| (rule.id.as_str(), rule.name.as_str()));
            let names: HashMap<&str, &str> = names.collect();
            let line = |finding: &Arc<Finding>| Line {
                subject: subject(finding, &names),
                is_here: found.has(finding),
                height: USUAL,
                finding: Arc::clone(finding),
            };
            let findings = found.of.iter().flat_map(|of| of.findings.iter());
            self.lines = findings.map(line).collect();
            self.made = Some(found.times);
            self.listed_for = None;
        }
        let wanted = (self.text.trim().to_lowercase(), self.place);
        if self.listed_for.as_ref() != Some(&wanted) {
            let words: Vec<&str> = wanted.0.split_whitespace().collect();
            let fits = |line: &Line| {
                let is_there = match wanted.1 {
                    Where::Everywhere => true,
                    Where::Here => line.is_here,
                    Where::Elsewhere => !line.is_here,
                };
                is_there && has_words(line, &words)
            };
            let lines = self.lines.iter().enumerate();
            self.listed = lines.filter(|(_, l)| fits(l)).map(|(at, _)| at).collect();
            self.listed_for = Some(wanted);
        }
        self.cursor = self.cursor.min(self.listed.len().saturating_sub(1));
    }

    fn content_ui(&mut self, ui: &mut Ui, desk: &Desk) -> Option<Asked> {
        // Before the field, which would keep them.
        let (up, down) = ui.input_mut(|input| {
            let mut count = |key| input.count_and_consume_key(Modifiers::NONE, key);
            (count(Key::ArrowUp), count(Key::ArrowDown))
        });
        let is_new = self.listed_for.is_none() || ui.memory(|memory| memory.focused().is_none());
        let field = ui
            .horizontal(|ui| {
                self.places_ui(ui);
                SearchField::new("Search findings by rule, code or word", &mut self.text).ui(ui)
            })
            .inner;
        if is_new {
            field.request_focus();
        }
        if field.changed() {
            self.cursor = 0;
        }
        self.cursor = (self.cursor + down)
            .saturating_sub(up)
            .min(self.listed.len().saturating_sub(1));
        let (enter, command) = ui.input(|input| {
            let command = input.modifiers.command;
            (input.key_pressed(Key::Enter), command)
        });
        let is_typing = field.has_focus() || field.lost_focus();
        ui.add_space(SPACE_2);
        let most = (ui.ctx().content_rect().height() - AROUND).clamp(HEIGHT[0], HEIGHT[1]);
        let mut asked = None;
        ui.allocate_ui(vec2(ui.available_width(), most), |ui| {
            ui.set_min_height(most);
            if self.listed.is_empty() {
                let said = if self.lines.is_empty() {
                    "Lint finds nothing in these rules."
                } else {
                    "No finding has these words."
                };
                empty_state_ui(ui, Icon::CheckCircle, said, None);
                return;
            }
            let area = ScrollArea::vertical().auto_shrink(false);
            area.show_viewport(ui, |ui, view| {
                asked = self.lines_ui(ui, desk, view, up + down > 0);
            });
        });
        ui.add_space(SPACE_2);
        let tokens = Tokens::of(ui);
        let keys =
            "↑ ↓ choose · Enter shows the rule or weight · Ctrl+Enter does what the button says";
        ui.label(small(keys).color(tokens.ink3));
        if enter && is_typing && asked.is_none() && !self.listed.is_empty() {
            asked = Some(if command {
                Asked::Mend(self.cursor)
            } else {
                Asked::Show(self.cursor)
            });
        }
        asked
    }

    fn places_ui(&mut self, ui: &mut Ui) {
        let here = self.lines.iter().filter(|line| line.is_here).count();
        let all = self.lines.len();
        let names = [
            format!("All {all}"),
            format!("This page {here}"),
            format!("Elsewhere {}", all - here),
        ];
        let places = [Where::Everywhere, Where::Here, Where::Elsewhere];
        let choices: Vec<(Where, &str)> = places
            .into_iter()
            .zip(names.iter().map(String::as_str))
            .collect();
        segmented_ui(ui, "Which findings", &mut self.place, &choices);
        ui.add_space(SPACE_1);
    }

    /// Draws the lines in sight; the others keep their place.
    fn lines_ui(&mut self, ui: &mut Ui, desk: &Desk, view: Rect, moved: bool) -> Option<Asked> {
        ui.spacing_mut().item_spacing.y = 0.0;
        let near = view.expand2(vec2(0.0, view.height()));
        let mut asked = None;
        let (mut top, mut skipped) = (0.0, 0.0);
        for (at, line) in self.listed.iter().enumerate() {
            let line = &mut self.lines[*line];
            let bottom = top + line.height + SPACE_2;
            let is_chosen = at == self.cursor;
            if bottom < near.top() || (top > near.bottom() && !(is_chosen && moved)) {
                skipped += bottom - top;
                top = bottom;
                continue;
            }
            ui.add_space(skipped);
            skipped = 0.0;
            let name = format!("{}: {}", line.subject, line.finding.sentence);
            let card = Card::new(&name)
                .id(egui::Id::unique(("finding", at)))
                .selected(is_chosen)
                .ui(ui, |ui| line_ui(ui, desk, line));
            ui.add_space(SPACE_2);
            line.height = card.response.rect.height();
            top = bottom;
            if card.response.gained_focus() || (is_chosen && moved) {
                card.response.scroll_to_me(None);
            }
            if card.response.clicked() {
                asked = asked.or(Some(Asked::Show(at)));
            }
            if card.inner {
                asked = Some(Asked::Mend(at));
            }
        }
        ui.add_space(skipped);
        asked
    }
}

fn has_words(line: &Line, words: &[&str]) -> bool {
    if words.is_empty() {
        return true;
    }
    let finding = &line.finding;
    let whole = [
        &line.subject,
        &finding.sentence,
        finding.code.name(),
        finding.severity.name(),
    ];
    let whole = whole.join(" ").to_lowercase();
    words.iter().all(|word| whole.contains(word))
}

/// Draws a finding; says whether what ends it was asked for.
fn line_ui(ui: &mut Ui, desk: &Desk, line: &Line) -> bool {
    let tokens = Tokens::of(ui);
    let finding = &line.finding;
    ui.spacing_mut().item_spacing.y = SPACE_1;
    let mut mend = false;
    ui.horizontal(|ui| {
        let (tone, word) = tag(finding.severity);
        tag_ui(ui, tone, word);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            mend = fix_ui(ui, finding, &line.subject);
            ui.add_space(SPACE_3);
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let name = body_semibold(&line.subject).color(tokens.ink);
                ui.add(Label::new(name).truncate());
            });
        });
    });
    ui.add(Label::new(body(&finding.sentence).color(tokens.ink2)).wrap());
    let witness = &finding.witness;
    let product = witness.sku.as_deref();
    let product = product.map_or_else(String::new, |sku| format!("{sku} "));
    // In the zone of the data, as the instant of the snapshot is told.
    let zone = desk
        .console
        .data()
        .map(|data| *data.workspace.taken_at.offset());
    let at = witness.request.at;
    let at = desk
        .format
        .instant(zone.map_or(at, |zone| at.with_timezone(&zone)));
    let seen = format!("Seen: {product}{}, {at}", request_words(&witness.request));
    ui.add(Label::new(small(seen).color(tokens.ink3)).wrap());
    let place = format!("{} · {}", finding.code.name(), finding.place);
    ui.add(Label::new(small(place).color(tokens.ink3)).truncate());
    mend
}

/// Goes to the page of a finding, where the page that is looked at does not show it; gives the
/// rule it is about.
fn show(desk: &mut Desk, line: &Line) -> Option<String> {
    let finding = &line.finding;
    if !line.is_here {
        let request = finding.witness.request.clone();
        desk.look(|context| {
            context.page = request.page;
            context.placement =
                Some(request.placement).filter(|placement| *placement != Placement::Category);
            context.query = request.query;
            context.anchor = request.anchor;
        });
    }
    finding.rules.first().cloned()
}
