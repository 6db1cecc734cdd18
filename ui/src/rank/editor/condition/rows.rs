//! The rows of a condition.

use egui::{Key, Label, Ui};
use endcap_app::{ConditionField, FieldKind, Operator};
use endcap_look::{
    Button, Chip, Icon, IconButton, MenuItem, Picker, SPACE_1, SPACE_2, TextField, Tokens, menu_ui,
    small,
};

use super::ConditionDesk;
use super::form::{ConditionForm, RowForm};
use super::offered::offered_ui;
use crate::Desk;

/// What a row said in one frame.
enum RowStep {
    Remove,
    Field(usize),
}
/// Draws the rows, and the button that adds one.
pub(super) fn rows_ui(
    ui: &mut Ui,
    desk: &mut Desk,
    form: &mut ConditionForm,
    kept: &mut ConditionDesk,
) {
    let mut step = None;
    let mut rows = std::mem::take(&mut form.rows);
    for (place, row) in rows.iter_mut().enumerate() {
        let id = row.id;
        ui.push_id(("clause", id), |ui| {
            if let Some(asked) = row_ui(ui, desk, form, kept, row) {
                step = Some((place, asked));
            }
        });
    }
    form.rows = rows;
    match step {
        Some((place, RowStep::Remove)) => {
            form.rows.remove(place);
        }
        Some((place, RowStep::Field(field))) => {
            if let Some(field) = form.fields.get(field) {
                let row = &mut form.rows[place];
                row.field.clone_from(&field.name);
                if !field.operators.contains(&row.operator) {
                    row.operator = field.operators.first().copied().unwrap_or(Operator::Is);
                }
            }
        }
        None => {}
    }
    ui.add_space(SPACE_1);
    let add = Button::secondary("Condition").icon(Icon::Plus).small();
    let add = add.name("Add a condition").ui(ui);
    let picked = Picker::new("Field", &kept.items)
        .hint("Search fields")
        .width(360.0)
        .popover_ui(&add);
    if let Some(picked) = picked {
        form.add_row(picked);
    }
}

fn row_ui(
    ui: &mut Ui,
    desk: &mut Desk,
    form: &ConditionForm,
    kept: &mut ConditionDesk,
    row: &mut RowForm,
) -> Option<RowStep> {
    let tokens = Tokens::of(ui);
    let mut step = None;
    let Some(field) = form.field(&row.field) else {
        ui.label(small(format!("No field “{}”", row.field)).color(tokens.bad));
        return None;
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE_1 + 2.0;
        let chip = Chip::new("", &field.label).max_value_width(110.0).ui(ui);
        let picked = Picker::new("Field", &kept.items)
            .chosen(Some(&field.name))
            .hint("Search fields")
            .width(360.0)
            .popover_ui(&chip);
        step = picked.map(RowStep::Field);
        let operator = Chip::new("", row.operator.label())
            .max_value_width(110.0)
            .ui(ui);
        menu_ui(&operator, "Operator", |ui| {
            for choice in &field.operators {
                let item = MenuItem::new(choice.label()).checked(*choice == row.operator);
                if item.ui(ui).clicked() {
                    row.operator = *choice;
                }
            }
        });
        let close = endcap_look::CONTROL_HEIGHT_SMALL + SPACE_2;
        if row.operator.wants_value() {
            let width = ui.available_width() - close;
            value_ui(ui, desk, kept, row, (field, width));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let name = format!(
                "Remove {} {}",
                field.label.to_lowercase(),
                row.operator.label()
            );
            if IconButton::new(Icon::Close, &name).small().ui(ui).clicked() {
                step = Some(RowStep::Remove);
            }
        });
    });
    if !row.listed.is_empty() && row.operator.wants_list() {
        let mut gone = None;
        ui.horizontal_wrapped(|ui| {
            for (place, value) in row.listed.iter().enumerate() {
                let name = format!("Remove {value}");
                let button = Button::secondary(value)
                    .icon(Icon::Close)
                    .small()
                    .name(&name);
                if button.ui(ui).clicked() {
                    gone = Some(place);
                }
            }
        });
        if let Some(gone) = gone {
            row.listed.remove(gone);
        }
    }
    let is_typed = !row.text.trim().is_empty();
    if let Err(fault) = row.value(field)
        && is_typed
    {
        ui.add(Label::new(small(fault).color(tokens.bad)).wrap());
    }
    step
}

/// Draws the field of a value, with what the catalogue has to complete it.
fn value_ui(
    ui: &mut Ui,
    desk: &Desk,
    kept: &mut ConditionDesk,
    row: &mut RowForm,
    (field, width): (&ConditionField, f32),
) {
    let is_listed = matches!(
        field.kind,
        FieldKind::Text | FieldKind::Category | FieldKind::Tags
    );
    let is_mine = kept
        .offered
        .as_ref()
        .is_some_and(|offered| offered.row == row.id);
    let mut picked = None;
    if is_mine && let Some(offered) = &mut kept.offered {
        picked = offered.keys(ui);
    }
    let name = format!("{} {}", field.label, row.operator.label());
    let is_wrong = !row.text.trim().is_empty() && row.value(field).is_err();
    let response = TextField::new(&name, &mut row.text)
        .id(ui.scope_id().with("value"))
        .without_label()
        .width(width.max(60.0))
        .unit(&field.unit)
        .error(is_wrong.then_some(""))
        .ui(ui);
    let enter = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if enter && row.operator.wants_list() && picked.is_none() {
        row.take();
    }
    if is_listed && (response.gained_focus() || response.changed()) {
        kept.offer(desk, row);
    }
    if let Some(offered) = kept
        .offered
        .as_mut()
        .filter(|offered| offered.row == row.id)
    {
        picked = picked.or(offered_ui(ui, &response, offered));
        let pressed_elsewhere = response.clicked_elsewhere() && picked.is_none();
        let is_done = pressed_elsewhere || (!response.has_focus() && enter) || picked.is_some();
        if is_done {
            kept.offered = None;
        }
    }
    if let Some(value) = picked {
        row.text = value;
        if row.operator.wants_list() {
            row.take();
        }
        response.request_focus();
    }
}
