//! The sections of an explanation, from the product to its slot without a rule.

use egui::accesskit::Role;
use egui::{Align, Label, Layout, Rect, Sense, Ui, WidgetInfo, pos2, vec2};
use endcap_app::console::{Command, Explanation};
use endcap_app::{Above, Explained, Movement, Step, StepKind, Without, reason_phrase};
use endcap_look::{
    Button, Delta, Direction, Face, HAIRLINE, Icon, IconButton, PickItem, Picker, SPACE_1, SPACE_2,
    Tokens, Tone, WaterfallRow, body, hairline_ui, is_popover_open, line_within, section_head_ui,
    waterfall_ui,
};

use super::padded_ui;
use crate::Desk;
use crate::product_head::product_head_ui;

/// Height of a row of the table of rules.
const RULE_ROW: f32 = 33.0;

/// Draws everything that is known of why a product stands where it stands.
pub(super) fn sections_ui(ui: &mut Ui, explanation: &Explanation, desk: &mut Desk) {
    let Explanation { explained, above } = explanation;
    padded_ui(ui, |ui| head_ui(ui, explained, desk));
    hairline_ui(ui);
    if let Some(above) = above {
        padded_ui(ui, |ui| above_ui(ui, above, desk));
        hairline_ui(ui);
    }
    if explained.head.slot.is_none() {
        padded_ui(ui, |ui| cures_ui(ui, explained));
        hairline_ui(ui);
    }
    if !explained.waterfall.is_empty() {
        padded_ui(ui, |ui| score_ui(ui, explained, desk));
        hairline_ui(ui);
    }
    padded_ui(ui, |ui| path_ui(ui, &explained.path));
    if !explained.without.is_empty() {
        hairline_ui(ui);
        padded_ui(ui, |ui| without_ui(ui, &explained.without));
    }
}

fn head_ui(ui: &mut Ui, explained: &Explained, desk: &mut Desk) {
    let text = match explained.head.slot {
        Some(slot) => format!("Why is this product in slot {slot}"),
        None => "Why is this product not on the slate".to_owned(),
    };
    let sku = explained.head.sku.clone();
    section_head_ui(ui, &text, None, |ui| {
        let sheet = IconButton::new(Icon::External, "Open the product sheet").keys("F2");
        if sheet.small().ui(ui).clicked() {
            desk.send(Command::Sheet(Some(sku)));
        }
    });
    product_head_ui(ui, &explained.head, desk);
    ui.add_space(SPACE_2);
    compare_with_ui(ui, explained, desk);
}

/// Draws the button that holds the product against another one of its slate.
fn compare_with_ui(ui: &mut Ui, explained: &Explained, desk: &mut Desk) {
    let Some((column, sku, _)) = desk.console.answers().explained().cloned() else {
        return;
    };
    let button = Button::secondary("Compare with…")
        .name("Why is it above or below another product")
        .icon(Icon::Compare)
        .small()
        .ui(ui)
        .on_hover_text("Or click another product with Alt or Shift held down");
    let Some(comparison) = desk.console.answers().comparison().value().cloned() else {
        return;
    };
    let Some(slate) = comparison.columns.get(column) else {
        return;
    };
    // The click that opens the popover is taken by the popover itself.
    if !is_popover_open(&button) && !button.clicked() {
        return;
    }
    let others = slate
        .rows
        .iter()
        .filter(|row| row.sku != explained.head.sku);
    let items: Vec<PickItem> = others
        .map(|row| PickItem::new(&row.sku, &row.title, format!("slot {}", row.slot)))
        .collect();
    let picked = Picker::new("Compare with", &items)
        .hint("Find a product of this slate")
        .popover_ui(&button);
    if let Some(item) = picked.and_then(|at| items.get(at)) {
        desk.send(Command::Explain {
            column,
            sku,
            against: Some(item.id.clone()),
        });
    }
}

fn above_ui(ui: &mut Ui, above: &Above, desk: &mut Desk) {
    let tokens = Tokens::of(ui);
    let text = "Why is one above the other";
    let closed = section_head_ui(ui, text, None, |ui| {
        IconButton::new(Icon::Close, "Stop comparing")
            .small()
            .ui(ui)
            .clicked()
    });
    let title = format!("{} stands above {}", above.above.title, above.below.title);
    ui.add(Label::new(Face::BodyMedium.text(title).color(tokens.ink)).wrap());
    ui.add_space(SPACE_1);
    for sentence in &above.sentences {
        ui.add(Label::new(body(sentence).color(tokens.ink2)).wrap());
        ui.add_space(SPACE_1);
    }
    if closed && let Some((column, sku, _)) = desk.console.answers().explained().cloned() {
        desk.send(Command::Explain {
            column,
            sku,
            against: None,
        });
    }
}

/// Draws what keeps a product off the slate, and what would bring it there.
fn cures_ui(ui: &mut Ui, explained: &Explained) {
    let tokens = Tokens::of(ui);
    if !explained.fails.is_empty() {
        section_head_ui(ui, "What keeps it off", None, |_| {});
        for reason in &explained.fails {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = SPACE_2;
                ui.label(Icon::CrossCircle.text(14.0).color(tokens.bad));
                ui.label(body(sentence_case(reason_phrase(*reason))).color(tokens.ink2));
            });
        }
    }
    if !explained.cures.is_empty() {
        section_head_ui(ui, "What would bring it there", None, |_| {});
        for cure in &explained.cures {
            ui.add(Label::new(body(&cure.sentence).color(tokens.ink2)).wrap());
            ui.add_space(SPACE_1);
        }
    }
}

fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + chars.as_str()
    })
}

fn score_ui(ui: &mut Ui, explained: &Explained, desk: &Desk) {
    let score = desk.format.decimal(explained.score, 3);
    section_head_ui(ui, &format!("Score {score}"), None, |_| {});
    let rows: Vec<WaterfallRow> = explained
        .waterfall
        .iter()
        .map(|step| waterfall_row(step, desk))
        .collect();
    waterfall_ui(ui, &rows);
}

fn waterfall_row(step: &Step, desk: &Desk) -> WaterfallRow {
    let is_sum = matches!(step.kind, StepKind::Base | StepKind::Score);
    WaterfallRow {
        label: step.label.clone(),
        from: step.from,
        to: step.to,
        text: if is_sum {
            desk.format.decimal(step.value, 3)
        } else {
            desk.format.signed(step.value, 3)
        },
        tone: match step.kind {
            StepKind::Benefit => Tone::Accent,
            StepKind::Cost | StepKind::Bury => Tone::Bad,
            StepKind::Boost => Tone::Info,
            StepKind::Floor | StepKind::Base | StepKind::Score => Tone::Neutral,
        },
        strong: step.kind == StepKind::Score,
    }
}

fn path_ui(ui: &mut Ui, path: &[String]) {
    let ink = Tokens::of(ui).ink2;
    section_head_ui(ui, "Path", None, |_| {});
    for (place, sentence) in path.iter().enumerate() {
        let text = format!("{}. {sentence}", place + 1);
        ui.add(Label::new(body(text).color(ink)).wrap());
        ui.add_space(SPACE_1);
    }
}

fn without_ui(ui: &mut Ui, without: &[Without]) {
    section_head_ui(ui, "Without a rule", None, |_| {});
    for row in without {
        without_row_ui(ui, row);
    }
}

/// Draws a rule, the slot without it, and how far that is from the slot now.
fn without_row_ui(ui: &mut Ui, row: &Without) {
    const DELTA: f32 = 56.0;
    const SLOT: f32 = 84.0;
    let tokens = Tokens::of(ui);
    let size = vec2(ui.available_width(), RULE_ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let slot = row
        .slot
        .map_or("off the slate".to_owned(), |slot| format!("slot {slot}"));
    let delta = match row.movement {
        Movement::Up(by) => Delta::slots(i64::from(by)),
        Movement::Down(by) => Delta::slots(-i64::from(by)),
        Movement::New => Delta::new(Direction::Same, Tone::Good, "new"),
        Movement::Gone => Delta::new(Direction::Same, Tone::Bad, "gone"),
        Movement::None | Movement::Same => Delta::slots(0),
    };
    let name = format!("{} off", row.name);
    response.widget_info(|| {
        let moved = match row.movement {
            Movement::New => "onto the slate".to_owned(),
            Movement::Gone => "off the slate".to_owned(),
            _ => delta.name(),
        };
        WidgetInfo::labeled(Role::Row, true, format!("{name}: {slot}, {moved}"))
    });
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, (HAIRLINE, tokens.line));
    let middle = rect.center().y;
    let inner = rect.shrink2(vec2(SPACE_2, 0.0));
    let ink = if row.touches || row.rule.is_none() {
        tokens.ink
    } else {
        tokens.ink2
    };
    let room = inner.width() - DELTA - SLOT;
    let text = line_within(ui, &name, Face::Body, ink, room - SPACE_2);
    ui.painter()
        .galley(pos2(inner.left(), middle - text.size().y / 2.0), text, ink);
    let text = line_within(ui, &slot, Face::Body, tokens.ink, SLOT);
    let at = pos2(inner.left() + room, middle - text.size().y / 2.0);
    ui.painter().galley(at, text, tokens.ink);
    let cell = Rect::from_min_max(
        pos2(inner.right() - DELTA, rect.top()),
        inner.right_bottom(),
    );
    let from_the_right = Layout::right_to_left(Align::Center);
    let mut ui = ui.new_child(egui::UiBuilder::new().max_rect(cell).layout(from_the_right));
    delta.text_ui(&mut ui);
}
