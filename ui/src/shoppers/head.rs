//! The head of a slate: its rules, how far it agrees with the one it is held against, and what
//! can be done with it.

use std::path::PathBuf;

use egui::accesskit::Role;
use egui::{Align, Layout, Rect, Response, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use endcap_app::Comparison;
use endcap_app::console::{ColumnChoice, Command, RulesChoice};
use endcap_look::{
    Button, CONTROL_HEIGHT_SMALL, Face, Icon, IconButton, MenuItem, Modal, RADIUS_CONTROL, SPACE_1,
    SPACE_2, TextField, Tokens, focus_ring, line_within, menu_ui, modal_actions_ui,
};

use super::context::{ContextForm, context_in_words};
use super::slates::{Slates, caption_ui};
use crate::Desk;

/// How many slates may stand side by side.
const MOST: usize = 4;
/// What the two figures of agreement mean.
const AGREEMENT_HELP: &str = "Jaccard: the products on both slates as a share of all products on \
    either, |A ∩ B| / |A ∪ B|; their order does not count.\n\
    Rank-biased overlap: how much the two agree from the top down, \
    (1 − p) Σ p^(d−1) · |A ∩ B to depth d| / d; the upper slots count most. \
    Both go from 0, nothing shared, to 1, the same.";

/// The dialog that asks for a rule-set file.
pub(crate) struct FileForm {
    column: usize,
    path: String,
}

/// What was picked in a menu of rules.
enum Picked {
    Rules(RulesChoice),
    File,
}

/// Draws the head of one slate.
pub(super) fn head_ui(
    ui: &mut Ui,
    comparison: &Comparison,
    column: usize,
    slates: &mut Slates,
    desk: &mut Desk,
) {
    let choices = desk.console.columns();
    let slate = &comparison.columns[column];
    let Some(choice) = choices.get(column) else {
        return;
    };
    let rect = ui.max_rect();
    let upper = Rect::from_min_size(
        rect.min + vec2(0.0, 7.0),
        vec2(rect.width(), CONTROL_HEIGHT_SMALL),
    );
    let from_the_right = Layout::right_to_left(Align::Center);
    let builder = UiBuilder::new().max_rect(upper).layout(from_the_right);
    ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        if choices.len() > 1 {
            let name = format!("Remove the {} slate", slate.title);
            if IconButton::new(Icon::Close, &name).small().ui(ui).clicked() {
                remove(desk, choices.clone(), column);
            }
        }
        let name = format!("Another context for the {} slate", slate.title);
        let context = IconButton::new(Icon::Shoppers, &name)
            .small()
            .selected(choice.context.is_some());
        if context.ui(ui).clicked() {
            slates.form = Some(ContextForm::new(column, &slate.title, choice));
        }
        if column + 1 == choices.len() && choices.len() < MOST {
            let add = IconButton::new(Icon::Plus, "Add a slate").small().ui(ui);
            menu_ui(&add, "Add a slate", |ui| {
                let picked = rules_menu_ui(ui, None);
                put(desk, slates, choices.clone(), choices.len(), picked);
            });
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let title = title_ui(ui, &slate.title);
            menu_ui(&title, "Rules of this slate", |ui| {
                let picked = rules_menu_ui(ui, Some(&choice.rules));
                put(desk, slates, choices.clone(), column, picked);
            });
            ui.add_space(SPACE_1);
            caption_ui(ui, &slate.subtitle);
        });
    });
    let lower = Rect::from_min_size(rect.min + vec2(0.0, 32.0), vec2(rect.width(), 16.0));
    ui.scope_builder(UiBuilder::new().max_rect(lower), |ui| {
        let text = match &choice.context {
            Some(own) => format!(
                "{} · {}",
                context_in_words(own),
                agreement(comparison, column, desk)
            ),
            None => agreement(comparison, column, desk),
        };
        caption_ui(ui, &text).on_hover_text(AGREEMENT_HELP);
    });
}

/// How far a slate agrees with the one that all are held against.
fn agreement(comparison: &Comparison, column: usize, desk: &Desk) -> String {
    if comparison.columns.len() < 2 {
        return format!("{} slots", comparison.columns[column].rows.len());
    }
    if column == comparison.baseline {
        return "the others are held against this".to_owned();
    }
    let pair = comparison.pairs.iter().find(|pair| pair.column == column);
    pair.map_or_else(
        || "cannot be held against the others".to_owned(),
        |pair| {
            format!(
                "Jaccard {} · rank-biased overlap {}",
                desk.format.decimal(pair.jaccard, 2),
                desk.format.decimal(pair.rbo, 2)
            )
        },
    )
}

/// Draws the name of a slate, which opens its menu.
fn title_ui(ui: &mut Ui, text: &str) -> Response {
    const CHEVRON: f32 = 14.0;
    let tokens = Tokens::of(ui);
    let room = (ui.available_width() - CHEVRON - 2.0 * SPACE_1).max(24.0);
    let title = line_within(ui, text, Face::BodySemibold, tokens.ink, room);
    let width = title.size().x + CHEVRON + 2.0 * SPACE_1;
    let (rect, response) =
        ui.allocate_exact_size(vec2(width, CONTROL_HEIGHT_SMALL), Sense::click());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Button, true, format!("Rules of the {text} slate"))
    });
    // The ground reaches out, so that the text stands where the text below it does.
    if response.hovered() {
        let ground = rect.translate(vec2(-SPACE_1, 0.0));
        ui.painter()
            .rect_filled(ground, RADIUS_CONTROL, tokens.hover());
    }
    let middle = rect.center().y;
    let at = pos2(rect.left(), middle - title.size().y / 2.0);
    let end = at.x + title.size().x;
    ui.painter().galley(at, title, tokens.ink);
    let center = pos2(end + SPACE_1 + CHEVRON / 2.0 - 2.0, middle);
    Icon::ChevronDown.paint(ui.painter(), center, CHEVRON, tokens.ink3);
    focus_ring(ui, &response, RADIUS_CONTROL);
    response
}

/// Draws the rules that a slate may have.
fn rules_menu_ui(ui: &mut Ui, current: Option<&RulesChoice>) -> Option<Picked> {
    let mut picked = None;
    for (rules, text) in [
        (RulesChoice::Draft, "Draft"),
        (RulesChoice::Live, "Live"),
        (RulesChoice::Off, "Rules off"),
    ] {
        let mut item = MenuItem::new(text);
        if let Some(current) = current {
            item = item.checked(*current == rules);
        }
        if item.ui(ui).clicked() {
            picked = Some(Picked::Rules(rules));
        }
    }
    let mut item = MenuItem::new("A rule-set file…");
    if let Some(current) = current {
        item = item.checked(matches!(current, RulesChoice::File(_)));
    }
    if item.ui(ui).clicked() {
        picked = Some(Picked::File);
    }
    picked
}

/// Gives a slate other rules; a column past the last is a new slate.
fn put(
    desk: &mut Desk,
    slates: &mut Slates,
    mut choices: Vec<ColumnChoice>,
    column: usize,
    picked: Option<Picked>,
) {
    match picked {
        None => {}
        Some(Picked::File) => {
            let path = match choices.get(column).map(|choice| &choice.rules) {
                Some(RulesChoice::File(path)) => path.display().to_string(),
                _ => String::new(),
            };
            slates.file = Some(FileForm { column, path });
        }
        Some(Picked::Rules(rules)) => {
            match choices.get_mut(column) {
                Some(choice) => choice.rules = rules,
                None => choices.push(ColumnChoice {
                    rules,
                    context: None,
                }),
            }
            desk.send(Command::Compare(choices));
            explain_again(desk);
        }
    }
}

/// Takes a slate away; what is explained stays with its slate, or goes to the first.
fn remove(desk: &mut Desk, mut choices: Vec<ColumnChoice>, column: usize) {
    choices.remove(column);
    desk.send(Command::Compare(choices));
    let explained = desk.console.answers().explained().cloned();
    if let Some((at, sku, against)) = explained {
        let column = match at.cmp(&column) {
            std::cmp::Ordering::Less => at,
            std::cmp::Ordering::Equal => 0,
            std::cmp::Ordering::Greater => at - 1,
        };
        desk.send(Command::Explain {
            column,
            sku,
            against,
        });
    }
}

/// Asks anew for what is explained, as its slate is another.
pub(super) fn explain_again(desk: &mut Desk) {
    let explained = desk.console.answers().explained().cloned();
    if let Some((column, sku, against)) = explained {
        desk.send(Command::Explain {
            column,
            sku,
            against,
        });
    }
}

/// Draws the dialogs of the slates, where one is open.
pub(super) fn forms_ui(ui: &mut Ui, slates: &mut Slates, desk: &mut Desk) {
    if let Some(form) = &mut slates.form
        && form.is_done_ui(ui, desk)
    {
        slates.form = None;
    }
    let Some(mut form) = slates.file.take() else {
        return;
    };
    let shown = Modal::new("Compare with a rule-set file").ui(ui, |ui| {
        let field = TextField::new("Rule-set file", &mut form.path)
            .help("The whole path of a rule set, as it was saved or exported.")
            .ui(ui);
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        modal_actions_ui(ui, |ui| {
            let ready = !form.path.trim().is_empty();
            let compare = Button::primary("Compare").enabled(ready).ui(ui).clicked();
            ui.add_space(SPACE_2);
            let cancel = Button::secondary("Cancel").ui(ui).clicked();
            (ready && (compare || entered), cancel)
        })
    });
    let (compare, cancel) = shown.inner;
    if compare {
        let rules = RulesChoice::File(PathBuf::from(form.path.trim()));
        let picked = Some(Picked::Rules(rules));
        put(desk, slates, desk.console.columns(), form.column, picked);
    } else if !cancel && !shown.dismissed {
        slates.file = Some(form);
    }
}
