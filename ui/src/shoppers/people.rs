//! Who looks: personas and the shoppers of the snapshot, found as one types.

use egui::accesskit::Role;
use egui::{EventFilter, Id, Key, Rect, ScrollArea, Sense, StrokeKind, Ui, UiBuilder, WidgetInfo};
use egui::{pos2, vec2};
use endcap_app::console::Command;
use endcap_app::{People, PersonaRow, ShopperRow, Who};
use endcap_look::{
    Face, HAIRLINE, RADIUS_CARD, SPACE_2, SPACE_3, SPACE_4, SearchField, Tokens, body, dimmed_ui,
    focus_ring, hairline_ui, line_within, section, small, spinner_ui,
};

use crate::Desk;
use crate::desk::sentence;

/// Height of a card, and of a card with the gap below it.
const CARD: f32 = 54.0;
const CARD_STEP: f32 = CARD + SPACE_2;
/// Height of the head of a section.
const HEAD: f32 = 34.0;
/// Height of the caption under the last card.
const NOTE: f32 = 40.0;
/// An answer dims when the next one takes longer than this, in milliseconds.
const STALE_MS: u64 = 150;

/// The list of people.
#[derive(Default)]
pub(crate) struct PeopleList {
    text: String,
    to_search: bool,
}

/// One thing of the list.
enum Entry<'a> {
    Head(&'static str),
    Anybody,
    Persona(&'a PersonaRow),
    Shopper(&'a ShopperRow),
    Note(String),
}

impl Entry<'_> {
    fn height(&self) -> f32 {
        match self {
            Self::Head(_) => HEAD,
            Self::Note(_) => NOTE,
            Self::Anybody | Self::Persona(_) | Self::Shopper(_) => CARD_STEP,
        }
    }

    /// Whom the card stands for.
    fn who(&self) -> Option<Who> {
        match self {
            Self::Head(_) | Self::Note(_) => None,
            Self::Anybody => Some(Who::Anonymous),
            Self::Persona(row) => Some(Who::Persona(row.persona.clone())),
            Self::Shopper(row) => Some(Who::Shopper(row.id.clone())),
        }
    }

    fn is(&self, who: &Who) -> bool {
        match (self, who) {
            (Self::Anybody, Who::Anonymous) => true,
            (Self::Persona(row), Who::Persona(persona)) => row.persona == *persona,
            (Self::Shopper(row), Who::Shopper(id)) => row.id == *id,
            _ => false,
        }
    }

    /// The two lines of a card.
    fn lines(&self) -> (&str, String) {
        match self {
            Self::Head(text) => (text, String::new()),
            Self::Note(text) => (text, String::new()),
            Self::Anybody => ("Anonymous", "not signed in".to_owned()),
            Self::Persona(row) => (&row.persona.name, row.say.clone()),
            Self::Shopper(row) => (&row.id, row.say()),
        }
    }

    fn help(&self) -> Option<String> {
        let Self::Shopper(row) = self else {
            return None;
        };
        let segments = match row.segments.as_slice() {
            [] => "No segments".to_owned(),
            segments => format!("Segments: {}", segments.join(", ")),
        };
        Some(format!("{segments}\nConsent: {}", row.consent))
    }
}

impl PeopleList {
    /// Puts the keyboard into the search field.
    pub(crate) fn find(&mut self) {
        self.to_search = true;
    }

    /// Draws the search field and the cards.
    pub(crate) fn people_ui(&mut self, ui: &mut Ui, desk: &mut Desk) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let id = Id::unique("shoppers-people-list");
        let mut first = false;
        let mut into_list = false;
        egui::Frame::new()
            .inner_margin(egui::Margin::symmetric(SPACE_4 as i8, SPACE_3 as i8))
            .show(ui, |ui| {
                let field = SearchField::new("Find a shopper or a persona", &mut self.text)
                    .id(id.with("search"))
                    .ui(ui)
                    .on_hover_text(
                        "An id, segment, tier or store; or segment:, tier:, store: and \
                         consent:yes or consent:no",
                    );
                if std::mem::take(&mut self.to_search) {
                    field.request_focus();
                }
                let lane = desk.console.answers().people();
                let unasked = lane.value().is_none() && lane.error().is_none() && !lane.is_busy();
                if field.changed() || (unasked && desk.console.data().is_some()) {
                    desk.send(Command::FindPeople(self.text.clone()));
                }
                first = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
                into_list =
                    field.has_focus() && ui.input(|input| input.key_pressed(Key::ArrowDown));
            });
        hairline_ui(ui);
        let lane = desk.console.answers().people();
        let stale = lane.waiting_ms() > STALE_MS;
        if let Some(error) = lane.error().map(sentence) {
            let tokens = Tokens::of(ui);
            egui::Frame::new()
                .inner_margin(SPACE_4)
                .show(ui, |ui| ui.label(body(error).color(tokens.bad)));
            return;
        }
        let Some(people) = lane.value().cloned() else {
            if lane.is_busy() {
                ui.vertical_centered(|ui| {
                    ui.add_space(SPACE_4);
                    spinner_ui(ui, "Finding people");
                });
            }
            return;
        };
        let entries = entries(&people, &self.text);
        if first && let Some(who) = entries.iter().find_map(Entry::who) {
            desk.look(|context| context.who = who);
        }
        if into_list && let Some(place) = entries.iter().position(|entry| entry.who().is_some()) {
            ui.memory_mut(|memory| memory.request_focus(id.with(place)));
        }
        dimmed_ui(ui, stale, |ui| list_ui(ui, id, &entries, desk));
    }
}

/// The list for what was found; without a search, nobody known stands first.
fn entries<'a>(people: &'a People, text: &str) -> Vec<Entry<'a>> {
    let mut entries = Vec::with_capacity(people.personas.len() + people.shoppers.len() + 4);
    let everybody = text.trim().is_empty();
    if everybody || !people.personas.is_empty() {
        entries.push(Entry::Head("Personas"));
    }
    if everybody {
        entries.push(Entry::Anybody);
    }
    entries.extend(people.personas.iter().map(Entry::Persona));
    entries.push(Entry::Head("Snapshot shoppers"));
    entries.extend(people.shoppers.iter().map(Entry::Shopper));
    match people.total - people.shoppers.len().min(people.total) {
        0 if people.total == 0 => entries.push(Entry::Note(
            "Nobody has this in their id, segments, tier or store.".to_owned(),
        )),
        0 => {}
        more => entries.push(Entry::Note(format!(
            "and {more} more: type to narrow the list"
        ))),
    }
    entries
}

fn list_ui(ui: &mut Ui, id: Id, entries: &[Entry<'_>], desk: &mut Desk) {
    let who = desk.console.context().who.clone();
    let mut chosen = None;
    ScrollArea::vertical()
        .id_salt(id)
        .auto_shrink(false)
        .show(ui, |ui| {
            let height: f32 = entries.iter().map(Entry::height).sum();
            let size = vec2(ui.available_width(), height + SPACE_2);
            let (whole, _) = ui.allocate_exact_size(size, Sense::hover());
            let inner = whole.shrink2(vec2(SPACE_4, 0.0));
            let focused = ui.memory(egui::Memory::focused);
            let mut top = inner.top();
            for (place, entry) in entries.iter().enumerate() {
                let rect = Rect::from_x_y_ranges(inner.x_range(), top..=top + entry.height());
                top += entry.height();
                let entry_id = id.with(place);
                if focused == Some(entry_id)
                    && let Some(next) = moved(ui, entry_id, entries, place)
                {
                    ui.memory_mut(|memory| memory.request_focus(id.with(next)));
                    let to = entries[..next].iter().map(Entry::height).sum::<f32>();
                    let at = pos2(inner.left(), inner.top() + to);
                    ui.scroll_to_rect(Rect::from_min_size(at, vec2(1.0, CARD_STEP)), None);
                }
                if !ui.is_rect_visible(rect) {
                    continue;
                }
                match entry {
                    Entry::Head(text) => head_ui(ui, rect, text),
                    Entry::Note(text) => note_ui(ui, rect, text),
                    _ => {
                        let mut card = rect;
                        card.max.y -= SPACE_2;
                        if card_ui(ui, card, entry_id, entry, entry.is(&who)) {
                            chosen = entry.who();
                        }
                    }
                }
            }
        });
    if let Some(who) = chosen {
        desk.look(|context| context.who = who);
    }
}

/// The card that the keys move to from the one that has the keyboard.
fn moved(ui: &Ui, id: Id, entries: &[Entry<'_>], place: usize) -> Option<usize> {
    let filter = EventFilter {
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    let (up, down) = ui.input(|input| {
        (
            input.key_pressed(Key::ArrowUp),
            input.key_pressed(Key::ArrowDown),
        )
    });
    let is_card = |at: &usize| !matches!(entries[*at], Entry::Head(_) | Entry::Note(_));
    if up {
        (0..place).rev().find(is_card)
    } else if down {
        (place + 1..entries.len()).find(is_card)
    } else {
        None
    }
}

fn head_ui(ui: &mut Ui, rect: Rect, text: &str) {
    let ink = Tokens::of(ui).ink2;
    let mut inner = rect;
    inner.min.y += SPACE_3;
    let mut ui = ui.new_child(UiBuilder::new().max_rect(inner));
    let head = ui.label(section(text).color(ink));
    head.widget_info(|| WidgetInfo::labeled(Role::Heading, true, text));
}

fn note_ui(ui: &mut Ui, rect: Rect, text: &str) {
    let ink = Tokens::of(ui).ink3;
    let mut ui = ui.new_child(UiBuilder::new().max_rect(rect));
    ui.add(egui::Label::new(small(text).color(ink)).wrap());
}

/// Draws a card; says whether it was chosen.
fn card_ui(ui: &mut Ui, rect: Rect, id: Id, entry: &Entry<'_>, selected: bool) -> bool {
    let tokens = Tokens::of(ui);
    let mut response = ui.interact(rect, id, Sense::click());
    let (name, say) = entry.lines();
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, selected, name));
    ui.accesskit_node_builder(id, |node| node.set_description(say.clone()));
    let (fill, border) = match (selected, response.hovered()) {
        (true, _) => (tokens.accent_wash, tokens.accent),
        (false, true) => (tokens.hover(), tokens.line_strong),
        (false, false) => (tokens.panel, tokens.line),
    };
    ui.painter().rect(
        rect,
        RADIUS_CARD,
        fill,
        (HAIRLINE, border),
        StrokeKind::Inside,
    );
    let room = rect.width() - 2.0 * SPACE_3;
    let left = rect.left() + SPACE_3;
    let title = line_within(ui, name, Face::BodySemibold, tokens.ink, room);
    ui.painter()
        .galley(pos2(left, rect.top() + 9.0), title, tokens.ink);
    let ink = if selected { tokens.ink2 } else { tokens.ink3 };
    let caption = line_within(ui, &say, Face::Small, ink, room);
    ui.painter()
        .galley(pos2(left, rect.top() + 28.0), caption, ink);
    focus_ring(ui, &response, RADIUS_CARD);
    if let Some(help) = entry.help() {
        response = response.on_hover_text(help);
    }
    if response.clicked() {
        response.request_focus();
    }
    response.clicked()
}
