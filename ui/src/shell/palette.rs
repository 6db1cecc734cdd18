//! The command palette: one field over actions, pages, products, shoppers and rules.

use std::sync::Arc;

use egui::{Id, Key, Modifiers, ScrollArea, Sense, Ui, WidgetInfo, accesskit::Role, pos2, vec2};
use endcap_app::console::{Command, View};
use endcap_app::{People, ProductHit, Who};
use endcap_look::{
    Face, Icon, Modal, RADIUS_CONTROL, ROW_HEIGHT, SPACE_1, SPACE_2, SearchField, Tokens, kbd_ui,
    section_head_ui, small,
};

use super::find::score;
use crate::{Action, Desk};

/// How many hits of a group are listed.
const LISTED: usize = 6;
/// How high the list is: it does not jump while one types.
const LIST_HEIGHT: f32 = 392.0;

/// What a hit leads to.
#[derive(Debug, Clone, PartialEq)]
enum Target {
    Action(Action),
    Page(String),
    Product(String),
    Who(Who),
    Rule(String),
}

/// One thing found.
struct Hit {
    label: String,
    detail: String,
    keys: Option<String>,
    target: Target,
    score: i32,
}

/// Hits of one kind, the best first.
struct Group {
    name: &'static str,
    icon: Icon,
    hits: Vec<Hit>,
}

/// What the groups were made of; they are made again when it changes.
#[derive(Clone, Default, PartialEq)]
struct Made {
    text: String,
    revision: u64,
    products: usize,
    people: usize,
}

/// The palette, while it is open.
#[derive(Default)]
pub(super) struct Palette {
    text: String,
    cursor: usize,
    made: Option<Made>,
    groups: Vec<Group>,
    asked: String,
    /// Answers of before this palette asked are other people's.
    has_answers: bool,
}

impl Palette {
    /// Draws the palette; says whether it stays open.
    pub(super) fn palette_ui(&mut self, ui: &mut Ui, desk: &mut Desk) -> bool {
        // Before the field, which would only empty itself.
        let escaped = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        let shown = Modal::new("Find anything")
            .bare()
            .width(600.0)
            .ui(ui, |ui| self.content_ui(ui, desk));
        if let Some(target) = shown.inner {
            go(target, desk);
            return false;
        }
        !(escaped || shown.dismissed)
    }

    fn content_ui(&mut self, ui: &mut Ui, desk: &mut Desk) -> Option<Target> {
        let (up, down, enter) = ui.input_mut(|input| {
            (
                input.count_and_consume_key(Modifiers::NONE, Key::ArrowUp),
                input.count_and_consume_key(Modifiers::NONE, Key::ArrowDown),
                input.consume_key(Modifiers::NONE, Key::Enter),
            )
        });
        let hint = "Find actions, pages, products, shoppers and rules";
        let field = SearchField::new(hint, &mut self.text)
            .id(Id::unique("palette-search"))
            .ui(ui);
        field.request_focus();
        self.ask(desk);
        self.make(ui, desk);
        let count = self
            .groups
            .iter()
            .map(|group| group.hits.len())
            .sum::<usize>();
        if field.changed() {
            self.cursor = 0;
        }
        self.cursor = (self.cursor + down)
            .saturating_sub(up)
            .min(count.saturating_sub(1));
        let moved = up + down > 0;
        ui.add_space(SPACE_1);
        let mut picked = None;
        ui.allocate_ui(vec2(ui.available_width(), LIST_HEIGHT), |ui| {
            ui.set_min_height(LIST_HEIGHT);
            ScrollArea::vertical()
                .auto_shrink([false, false])
                .show(ui, |ui| picked = self.groups_ui(ui, moved));
        });
        if enter {
            let hits = self.groups.iter().flat_map(|group| &group.hits);
            picked = hits.map(|hit| hit.target.clone()).nth(self.cursor);
        }
        picked
    }

    /// Asks for products and shoppers when the text has changed.
    fn ask(&mut self, desk: &mut Desk) {
        let text = self.text.trim();
        if text != self.asked {
            self.asked = text.to_owned();
            if !text.is_empty() {
                desk.send(Command::FindProducts(text.to_owned()));
                desk.send(Command::FindPeople(text.to_owned()));
            }
        }
        let answers = desk.console.answers();
        let busy = answers.products().is_busy() || answers.people().is_busy();
        self.has_answers |= !self.asked.is_empty() && !busy;
    }

    fn make(&mut self, ui: &Ui, desk: &Desk) {
        let answers = desk.console.answers();
        let wanted = self.has_answers && !self.asked.is_empty();
        let products = answers.products().value().filter(|_| wanted);
        let people = answers.people().value().filter(|_| wanted);
        let made = Made {
            text: self.text.trim().to_owned(),
            revision: desk.console.draft().map_or(0, |draft| draft.revision()),
            products: products.map_or(0, |found| Arc::as_ptr(found) as usize),
            people: people.map_or(0, |found| Arc::as_ptr(found) as usize),
        };
        if self.made.as_ref() == Some(&made) {
            return;
        }
        let text = made.text.as_str();
        let mut groups = vec![actions(ui, text)];
        if !text.is_empty() {
            groups.push(pages(desk, text));
            groups.push(rules(desk, text));
            groups.extend(products.map(|found| product_hits(found, text)));
            groups.extend(people.map(|found| people_hits(found, text)));
        }
        for group in &mut groups {
            // Stable: of equals the order they came in.
            group.hits.sort_by_key(|hit| std::cmp::Reverse(hit.score));
            if !text.is_empty() {
                group.hits.truncate(LISTED);
            }
        }
        groups.retain(|group| !group.hits.is_empty());
        groups.sort_by_key(|group| std::cmp::Reverse(group.hits.first().map(|hit| hit.score)));
        self.groups = groups;
        self.made = Some(made);
    }

    fn groups_ui(&self, ui: &mut Ui, moved: bool) -> Option<Target> {
        let mut picked = None;
        let mut place = 0;
        if self.groups.is_empty() {
            let ink = Tokens::of(ui).ink3;
            ui.label(small("Nothing has this in its name.").color(ink));
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        for group in &self.groups {
            section_head_ui(ui, group.name, None, |_| ());
            for hit in &group.hits {
                let at_cursor = place == self.cursor;
                let response = hit_ui(ui, hit, group.icon, at_cursor);
                if at_cursor && moved {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    picked = Some(hit.target.clone());
                }
                place += 1;
            }
        }
        picked
    }
}

fn hit_ui(ui: &mut Ui, hit: &Hit, icon: Icon, at_cursor: bool) -> egui::Response {
    let tokens = Tokens::of(ui);
    let size = vec2(ui.available_width(), ROW_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::CLICK);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, at_cursor, &hit.label));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let fill = match (at_cursor, response.hovered()) {
        (true, _) => Some(tokens.accent_wash),
        (false, true) => Some(tokens.hover()),
        (false, false) => None,
    };
    if let Some(fill) = fill {
        ui.painter().rect_filled(rect, RADIUS_CONTROL, fill);
    }
    let middle = rect.center().y;
    let ink = if at_cursor {
        tokens.accent
    } else {
        tokens.ink3
    };
    icon.paint(ui.painter(), pos2(rect.left() + 16.0, middle), 14.0, ink);
    let mut right = rect.right() - SPACE_2;
    if let Some(keys) = &hit.keys {
        let corner = rect.with_max_x(right);
        let layout = egui::Layout::right_to_left(egui::Align::Center);
        let builder = egui::UiBuilder::new().max_rect(corner).layout(layout);
        let shown = ui.scope_builder(builder, |ui| kbd_ui(ui, keys)).inner;
        right = shown.rect.left() - SPACE_2;
    }
    let left = rect.left() + 32.0;
    let label = endcap_look::line_within(ui, &hit.label, Face::Body, tokens.ink, right - left);
    let end = left + label.size().x + SPACE_2;
    let at = pos2(left, middle - label.size().y / 2.0);
    ui.painter().galley(at, label, tokens.ink);
    if !hit.detail.is_empty() && right - end > 24.0 {
        let ink = if at_cursor { tokens.ink2 } else { tokens.ink3 };
        let detail = endcap_look::line_within(ui, &hit.detail, Face::Small, ink, right - end);
        let at = pos2(right - detail.size().x, middle - detail.size().y / 2.0);
        ui.painter().galley(at, detail, ink);
    }
    response
}

fn actions(ui: &Ui, text: &str) -> Group {
    let hit = |action: &Action| {
        Some(Hit {
            label: action.label().to_owned(),
            detail: String::new(),
            keys: action.keys(ui),
            target: Target::Action(*action),
            score: score(text, action.label())?,
        })
    };
    let of_palette = |action: &&Action| **action != Action::Palette;
    let mut hits: Vec<Hit> = Action::ALL
        .iter()
        .filter(of_palette)
        .filter_map(hit)
        .collect();
    if text.is_empty() {
        // As the keyboard map has them.
        hits.iter_mut().for_each(|hit| hit.score = 0);
    }
    Group {
        name: "Actions",
        icon: Icon::Command,
        hits,
    }
}

fn pages(desk: &Desk, text: &str) -> Group {
    let rows = desk.console.data().map(|data| data.tree.rows.as_slice());
    let hit = |row: &endcap_app::CategoryRow| {
        // The name counts for more than the path above it.
        let score = score(text, &row.name)
            .map(|score| score + 5)
            .or_else(|| score(text, &row.path).map(|score| score - 40))?;
        Some(Hit {
            label: row.name.clone(),
            detail: format!(
                "{} · {} products",
                row.path.replace('/', " › "),
                desk.format.count(row.products as i64)
            ),
            keys: None,
            target: Target::Page(row.path.clone()),
            score,
        })
    };
    Group {
        name: "Pages",
        icon: Icon::Rank,
        hits: rows.unwrap_or_default().iter().filter_map(hit).collect(),
    }
}

fn rules(desk: &Desk, text: &str) -> Group {
    let rules = desk.console.draft().map(|draft| Arc::clone(draft.rules()));
    let hit = |rule: &endcap_app::Rule| {
        Some(Hit {
            label: rule.name.clone(),
            detail: rule.scope.pages.join(", ").replace('/', " › "),
            keys: None,
            target: Target::Rule(rule.id.clone()),
            score: score(text, &rule.name)?,
        })
    };
    Group {
        name: "Rules of the draft",
        icon: Icon::Sliders,
        hits: rules.map_or_else(Vec::new, |set| set.rules.iter().filter_map(hit).collect()),
    }
}

fn product_hits(found: &[ProductHit], text: &str) -> Group {
    let hit = |product: &ProductHit| Hit {
        label: product.title.clone(),
        detail: [product.brand.as_deref(), Some(product.sku.as_str())]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · "),
        keys: None,
        target: Target::Product(product.sku.clone()),
        // Found by the engine, perhaps by brand or category: kept, at the end.
        score: score(text, &product.title).unwrap_or(20),
    };
    Group {
        name: "Products",
        icon: Icon::Package,
        hits: found.iter().map(hit).collect(),
    }
}

fn people_hits(found: &People, text: &str) -> Group {
    let personas = found.personas.iter().map(|row| Hit {
        label: row.persona.name.clone(),
        detail: format!("persona · {}", row.say),
        keys: None,
        target: Target::Who(Who::Persona(row.persona.clone())),
        score: score(text, &row.persona.name).unwrap_or(19),
    });
    let shoppers = found.shoppers.iter().map(|row| Hit {
        label: row.id.clone(),
        detail: row.say(),
        keys: None,
        target: Target::Who(Who::Shopper(row.id.clone())),
        score: score(text, &row.id).unwrap_or(18),
    });
    Group {
        name: "Shoppers",
        icon: Icon::Shoppers,
        hits: personas.chain(shoppers).collect(),
    }
}

fn go(target: Target, desk: &mut Desk) {
    match target {
        Target::Action(action) => {
            if action.is_of_rank() {
                desk.show(View::Rank);
            }
            desk.act(action);
        }
        Target::Page(path) => {
            desk.look(|context| {
                context.page = Some(path);
                context.placement = None;
                context.query = None;
                context.anchor = None;
            });
            desk.show(View::Rank);
        }
        Target::Product(sku) => {
            desk.send(Command::Sheet(Some(sku)));
        }
        Target::Who(who) => {
            desk.look(|context| context.who = who);
            if desk.console.session().view != View::Shoppers {
                desk.show(View::Rank);
            }
        }
        Target::Rule(id) => {
            desk.show(View::Rank);
            desk.open_rule = Some(id);
        }
    }
}
