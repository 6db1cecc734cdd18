//! Which products a rule is about: rows of field, operator and value, or CEL.

use egui::{Id, Key, Label, Modifiers, Popup, Response, ScrollArea, Ui, vec2};
use endcap_app::{
    Clause, Clauses, ConditionField, FieldKind, FieldValue, Join, Operator, check_condition,
    from_cel, to_cel,
};
use endcap_look::{
    Button, Chip, Icon, IconButton, MenuItem, PickItem, Picker, ROW_HEIGHT, Row, SPACE_1, SPACE_2,
    TextField, Tokens, body, menu_ui, mono, segmented_ui, small,
};

use crate::Desk;

/// How many values completion offers.
const OFFERED: usize = 7;

/// How a condition is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Rows,
    Cel,
}

/// A condition as it is typed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ConditionForm {
    mode: Mode,
    join: Join,
    rows: Vec<RowForm>,
    cel: String,
    /// Why the text cannot be shown as rows.
    why_not: Option<String>,
    fields: std::sync::Arc<Vec<ConditionField>>,
    next_row: u64,
}

/// One clause as it is typed.
#[derive(Debug, Clone, PartialEq)]
struct RowForm {
    id: u64,
    field: String,
    operator: Operator,
    /// The values of a list that are there already.
    listed: Vec<String>,
    text: String,
}

/// What a row said in one frame.
enum RowStep {
    Remove,
    Field(usize),
}

impl ConditionForm {
    /// The rows of a condition; its text where it is richer than rows.
    pub(super) fn of(when: Option<&str>, fields: std::sync::Arc<Vec<ConditionField>>) -> Self {
        let mut form = Self {
            mode: Mode::Rows,
            join: Join::AllOf,
            rows: Vec::new(),
            cel: when.unwrap_or_default().to_owned(),
            why_not: None,
            fields,
            next_row: 0,
        };
        if when.is_some() && !form.take_rows() {
            form.mode = Mode::Cel;
        }
        form
    }

    /// The CEL of it, none where it asks nothing.
    ///
    /// # Errors
    /// What is wrong with the first row or the text that is not right.
    pub(super) fn cel(&self) -> Result<Option<String>, String> {
        let cel = match self.mode {
            Mode::Rows => to_cel(&self.clauses()?),
            Mode::Cel => self.cel.trim().to_owned(),
        };
        if cel.is_empty() || (self.mode == Mode::Rows && self.rows.is_empty()) {
            return Ok(None);
        }
        match check_condition(&cel) {
            Ok(()) => Ok(Some(cel)),
            Err(errors) => Err(errors
                .first()
                .map_or_else(String::new, |error| error.message.clone())),
        }
    }

    /// Whether what is wrong is said where it stands, so that it need not be said again.
    pub(super) fn says_its_fault(&self) -> bool {
        let is_wrong = |row: &RowForm| {
            let field = self.field(&row.field);
            !row.text.trim().is_empty() && field.is_some_and(|field| row.value(field).is_err())
        };
        match self.mode {
            Mode::Rows => self.rows.iter().any(is_wrong),
            Mode::Cel => !self.cel.trim().is_empty(),
        }
    }

    fn clauses(&self) -> Result<Clauses, String> {
        let clauses: Result<Vec<Clause>, String> =
            self.rows.iter().map(|row| self.clause(row)).collect();
        Ok(Clauses {
            join: self.join,
            clauses: clauses?,
        })
    }

    fn clause(&self, row: &RowForm) -> Result<Clause, String> {
        let field = self.field(&row.field);
        let field = field.ok_or_else(|| format!("This catalogue has no field “{}”.", row.field))?;
        let value = row.value(field)?;
        Ok(Clause {
            field: row.field.clone(),
            operator: row.operator,
            value,
        })
    }

    fn field(&self, name: &str) -> Option<&ConditionField> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Makes rows of the text; says whether it can be done.
    fn take_rows(&mut self) -> bool {
        let Some(clauses) = from_cel(&self.cel) else {
            self.why_not = Some(
                "These rows cannot show the text: they join plain tests by “all” or by “any”, \
                 not both."
                    .to_owned(),
            );
            return false;
        };
        let unknown = clauses.clauses.iter().find(|clause| {
            let field = self.field(&clause.field);
            field.is_none_or(|field| !field.operators.contains(&clause.operator))
        });
        if let Some(clause) = unknown {
            self.why_not = Some(format!(
                "These rows cannot show “{} {}”.",
                clause.field,
                clause.operator.label()
            ));
            return false;
        }
        self.join = clauses.join;
        self.rows = clauses
            .clauses
            .into_iter()
            .filter_map(|clause| {
                let field = self
                    .fields
                    .iter()
                    .find(|field| field.name == clause.field)?;
                self.next_row += 1;
                let (listed, text) = match &clause.value {
                    FieldValue::Texts(texts) => (texts.clone(), String::new()),
                    FieldValue::Numbers(numbers) => {
                        let show = |number: &f64| field.show(&FieldValue::Number(*number));
                        (numbers.iter().map(show).collect(), String::new())
                    }
                    value => (Vec::new(), bare(field, value)),
                };
                Some(RowForm {
                    id: self.next_row,
                    field: clause.field,
                    operator: clause.operator,
                    listed,
                    text,
                })
            })
            .collect();
        self.why_not = None;
        true
    }

    fn add_row(&mut self, place: usize) {
        let Some(field) = self.fields.get(place) else {
            return;
        };
        self.next_row += 1;
        self.rows.push(RowForm {
            id: self.next_row,
            field: field.name.clone(),
            operator: field.operators.first().copied().unwrap_or(Operator::Is),
            listed: Vec::new(),
            text: String::new(),
        });
    }
}

/// A value as it stands in the field, whose unit is drawn at its end.
fn bare(field: &ConditionField, value: &FieldValue) -> String {
    let shown = field.show(value);
    shown
        .trim_end_matches(field.unit.as_str())
        .trim()
        .to_owned()
}

impl RowForm {
    fn value(&self, field: &ConditionField) -> Result<FieldValue, String> {
        if !self.operator.wants_value() {
            return Ok(FieldValue::Nothing);
        }
        let missing = || {
            format!(
                "{} {} what? Fill the value in.",
                field.label,
                self.operator.label()
            )
        };
        if !self.operator.wants_list() {
            if self.text.trim().is_empty() {
                return Err(missing());
            }
            return field.parse(self.operator, &self.text);
        }
        let typed = self.text.trim();
        let parts: Vec<&str> = self
            .listed
            .iter()
            .map(String::as_str)
            .chain((!typed.is_empty()).then_some(typed))
            .collect();
        if parts.is_empty() {
            return Err(missing());
        }
        // Each by itself: a brand may have a comma in its name.
        let values: Result<Vec<FieldValue>, String> = parts
            .iter()
            .map(|part| field.parse(Operator::Is, part))
            .collect();
        let mut texts = Vec::new();
        let mut numbers = Vec::new();
        for value in values? {
            match value {
                FieldValue::Text(text) => texts.push(text),
                FieldValue::Number(number) => numbers.push(number),
                _ => {}
            }
        }
        Ok(if numbers.is_empty() {
            FieldValue::Texts(texts)
        } else {
            FieldValue::Numbers(numbers)
        })
    }
}

/// What the condition needs beside itself, and keeps between frames.
#[derive(Default)]
pub(super) struct ConditionDesk {
    items: Vec<PickItem>,
    /// The row whose completion is open, what it is of, and what it offers.
    offered: Option<Offered>,
    tried: Option<String>,
}

struct Offered {
    row: u64,
    field: String,
    text: String,
    values: Vec<(String, usize)>,
    cursor: Option<usize>,
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

impl ConditionForm {
    fn switch(&mut self) {
        match self.mode {
            Mode::Rows => {
                // Rows that are not right yet stay as they are, and so does the text before.
                match self.clauses() {
                    Ok(clauses) if !self.rows.is_empty() => self.cel = to_cel(&clauses),
                    Ok(_) => self.cel.clear(),
                    Err(fault) => {
                        self.why_not = Some(format!("Finish the rows first. {fault}"));
                        return;
                    }
                }
                self.why_not = None;
                self.mode = Mode::Cel;
            }
            Mode::Cel if self.cel.trim().is_empty() => {
                self.rows.clear();
                self.why_not = None;
                self.mode = Mode::Rows;
            }
            Mode::Cel => {
                if check_condition(&self.cel).is_err() {
                    self.why_not =
                        Some("Mend the text first, then it can be shown as rows.".to_owned());
                } else if self.take_rows() {
                    self.mode = Mode::Rows;
                }
            }
        }
    }
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

fn rows_ui(ui: &mut Ui, desk: &mut Desk, form: &mut ConditionForm, kept: &mut ConditionDesk) {
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

impl RowForm {
    /// Puts what is typed among the values of the list.
    fn take(&mut self) {
        let typed = self.text.trim().to_owned();
        if !typed.is_empty() && !self.listed.contains(&typed) {
            self.listed.push(typed);
        }
        self.text.clear();
    }
}

impl ConditionDesk {
    fn offer(&mut self, desk: &Desk, row: &RowForm) {
        let Some(data) = desk.console.data() else {
            return;
        };
        let known = self.offered.as_ref().is_some_and(|offered| {
            offered.row == row.id && offered.field == row.field && offered.text == row.text
        });
        if known {
            return;
        }
        let mut values = data
            .workspace
            .values(&row.field, &row.text, OFFERED + row.listed.len());
        values.retain(|(value, _)| !row.listed.contains(value) && *value != row.text);
        values.truncate(OFFERED);
        self.offered = Some(Offered {
            row: row.id,
            field: row.field.clone(),
            text: row.text.clone(),
            values,
            cursor: None,
        });
    }
}

impl Offered {
    /// Moves the cursor by the keys; gives the value that Enter takes.
    fn keys(&mut self, ui: &Ui) -> Option<String> {
        if self.values.is_empty() {
            return None;
        }
        let (up, down) = ui.input_mut(|input| {
            (
                input.count_and_consume_key(Modifiers::NONE, Key::ArrowUp),
                input.count_and_consume_key(Modifiers::NONE, Key::ArrowDown),
            )
        });
        if down > 0 {
            let next = self.cursor.map_or(0, |cursor| cursor + 1);
            self.cursor = Some(next.min(self.values.len() - 1));
        }
        if up > 0 {
            self.cursor = self.cursor.and_then(|cursor| cursor.checked_sub(1));
        }
        let cursor = self.cursor?;
        let enter = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        enter.then(|| self.values[cursor].0.clone())
    }
}

fn offered_ui(ui: &Ui, field: &Response, offered: &Offered) -> Option<String> {
    if offered.values.is_empty() {
        return None;
    }
    let mut picked = None;
    let frame = egui::Frame::popup(ui.style());
    Popup::from_response(field)
        .id(field.id.with("offered"))
        .open(true)
        .gap(SPACE_1)
        .width(260.0)
        .accessible_name("Values of the catalogue")
        .frame(frame)
        .show(|ui| {
            ui.set_width(260.0);
            ui.spacing_mut().item_spacing.y = 0.0;
            for (place, (value, count)) in offered.values.iter().enumerate() {
                let s = if *count == 1 { "" } else { "s" };
                let detail = format!("{count} product{s}");
                let is_here = offered.cursor == Some(place);
                let row = Row::new(value).count(&detail).selected(is_here).ui(ui);
                // On the press: the field gives the keyboard up before the button is let go.
                if row.response.is_pointer_button_down_on() || row.response.clicked() {
                    picked = Some(value.clone());
                }
            }
        });
    picked
}

/// Draws how many products match, and the first of them.
fn matches_ui(ui: &mut Ui, desk: &mut Desk, form: &ConditionForm, kept: &mut ConditionDesk) {
    let tokens = Tokens::of(ui);
    ui.add_space(SPACE_2);
    let Ok(cel) = form.cel() else {
        ui.label(small("The count follows once the condition is right.").color(tokens.ink3));
        ui.add_space(ROW_HEIGHT * 3.0);
        return;
    };
    let cel = cel.unwrap_or_else(|| "true".to_owned());
    if kept.tried.as_deref() != Some(cel.as_str()) {
        kept.tried = Some(cel.clone());
        desk.send(endcap_app::console::Command::Try(cel));
    }
    let lane = desk.console.answers().matches();
    let (found, is_busy) = (lane.value().cloned(), lane.is_busy());
    if let Some(error) = lane.error().filter(|_| !is_busy) {
        let said = crate::sentence(error);
        ui.add(Label::new(small(said).color(tokens.bad)).wrap());
        return;
    }
    let Some(found) = found else {
        ui.label(small("Counting").color(tokens.ink3));
        return;
    };
    let format = &desk.format;
    let on_page = format.count(i64::from(found.on_page));
    let in_all = format.count(i64::from(found.in_all));
    let noun = if found.on_page == 1 {
        "product"
    } else {
        "products"
    };
    let said = format!("Matches {on_page} {noun} on this page, {in_all} in all");
    ui.label(small(said).color(tokens.ink2));
    ui.add_space(SPACE_1);
    ScrollArea::horizontal().id_salt("matches").show(ui, |ui| {
        ui.horizontal(|ui| {
            for card in &found.strip {
                match_ui(ui, desk, card);
            }
        });
    });
}

fn match_ui(ui: &mut Ui, desk: &mut Desk, card: &endcap_app::MatchCard) {
    use endcap_look::{Face, RADIUS_CONTROL, paragraph};
    const WIDTH: f32 = 84.0;
    const SHOT: f32 = 56.0;
    let tokens = Tokens::of(ui);
    let size = vec2(WIDTH, SHOT + 36.0);
    let (rect, response) = ui.allocate_exact_size(size, egui::Sense::hover());
    let name = format!("{}, {}", card.title, desk.format.money(card.price));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Label, true, &name));
    if !ui.is_rect_visible(rect) {
        return;
    }
    let well = egui::Rect::from_min_size(rect.min, vec2(WIDTH, SHOT));
    ui.painter()
        .rect_filled(well, RADIUS_CONTROL, tokens.ground);
    let shot = crate::Shot {
        sku: &card.sku,
        title: &card.title,
        brand: card.brand.as_deref(),
        category: &card.category,
    };
    desk.shots.paint(ui, well.shrink(6.0), shot);
    let galley = paragraph(ui, &card.title, Face::Small, tokens.ink2, (WIDTH, 2));
    ui.painter()
        .galley(well.left_bottom() + vec2(0.0, 2.0), galley, tokens.ink2);
    response.on_hover_text(name);
}
