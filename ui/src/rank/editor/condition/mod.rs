//! Which products a rule is about: rows of field, operator and value, or CEL.

mod form;
mod matches;
mod offered;
mod rows;

use egui::{Id, Label, Ui};
use endcap_app::{ConditionField, Join, check_condition};
use endcap_look::{
    Button, Icon, PickItem, SPACE_1, TextField, Tokens, body, mono, segmented_ui, small,
};

pub(super) use form::ConditionForm;
use form::Mode;
use matches::matches_ui;
use offered::Offered;
use rows::rows_ui;

use crate::Desk;

/// What the condition needs beside itself, and keeps between frames.
#[derive(Default)]
pub(super) struct ConditionDesk {
    items: Vec<PickItem>,
    /// The row whose completion is open, what it is of, and what it offers.
    offered: Option<Offered>,
    tried: Option<String>,
}
/// Draws the condition with its matches.
pub(super) fn condition_ui(
    ui: &mut Ui,
    desk: &mut Desk,
    form: &mut ConditionForm,
    kept: &mut ConditionDesk,
) {
    if kept.items.is_empty() {
        let item = |field: &ConditionField| PickItem::new(&field.name, &field.label, &field.unit);
        kept.items = form.fields.iter().map(item).collect();
    }
    mode_ui(ui, form);
    ui.add_space(SPACE_1);
    match form.mode {
        Mode::Rows => rows_ui(ui, desk, form, kept),
        Mode::Cel => cel_ui(ui, form),
    }
    if let Some(why_not) = &form.why_not {
        let tokens = Tokens::of(ui);
        ui.add(Label::new(small(why_not).color(tokens.warn)).wrap());
    }
    matches_ui(ui, desk, form, kept);
}

fn mode_ui(ui: &mut Ui, form: &mut ConditionForm) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        if form.mode == Mode::Rows && form.rows.len() > 1 {
            let choices = [(Join::AllOf, "All of"), (Join::AnyOf, "Any of")];
            segmented_ui(ui, "How tests are joined", &mut form.join, &choices);
        } else if form.mode == Mode::Rows && form.rows.is_empty() {
            ui.label(body("Every product of the page").color(tokens.ink2));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let is_cel = form.mode == Mode::Cel;
            let text = if is_cel { "Show as rows" } else { "CEL" };
            let button = Button::quiet(text).icon(Icon::Code).small();
            let said = if is_cel {
                "Build the condition from rows"
            } else {
                "Write the condition as text"
            };
            if button.ui(ui).on_hover_text(said).clicked() {
                form.switch();
            }
        });
    });
}
fn cel_ui(ui: &mut Ui, form: &mut ConditionForm) {
    let tokens = Tokens::of(ui);
    let errors = match form.cel.trim() {
        "" => Vec::new(),
        _ => check_condition(&form.cel).err().unwrap_or_default(),
    };
    let field = TextField::new("Condition in CEL", &mut form.cel)
        .id(Id::unique("condition-cel"))
        .hint("product.private_label && product.margin >= 0.3")
        .rows(4)
        .mono()
        .error((!errors.is_empty()).then_some(""))
        .ui(ui);
    if field.changed() {
        form.why_not = None;
    }
    for error in &errors {
        let (line, column) = line_and_column(&form.cel, error.column);
        let text = form.cel.lines().nth(line).unwrap_or_default();
        ui.add_space(SPACE_1);
        ui.spacing_mut().item_spacing.y = 0.0;
        let place = if form.cel.contains('\n') {
            format!(
                "Line {}, column {}: {}",
                line + 1,
                column + 1,
                error.message
            )
        } else {
            format!("Column {}: {}", column + 1, error.message)
        };
        // A window of the line, so that a long one still shows the place.
        const AROUND: usize = 22;
        let start = column.saturating_sub(AROUND);
        let shown: String = text.chars().skip(start).take(2 * AROUND).collect();
        let dots = if start > 0 { "…" } else { "" };
        let indent = " ".repeat(column - start + dots.chars().count());
        ui.label(mono(format!("{dots}{shown}")).color(tokens.ink2));
        ui.label(mono(format!("{indent}^")).color(tokens.bad));
        ui.add(Label::new(small(place).color(tokens.bad)).wrap());
    }
}

/// The line and the column in it, both from 0, of a character of the text, from 1.
fn line_and_column(text: &str, character: usize) -> (usize, usize) {
    let before = text.chars().take(character.saturating_sub(1));
    before.fold((0, 0), |(line, column), c| match c {
        '\n' => (line + 1, 0),
        _ => (line, column + 1),
    })
}
