//! A condition as it is typed: rows of field, operator and value, or text.

use std::sync::Arc;

use endcap_app::{
    Clause, Clauses, ConditionField, FieldValue, Join, Operator, check_condition, from_cel, to_cel,
};

/// How a condition is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Rows,
    Cel,
}

/// A condition as it is typed.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct ConditionForm {
    pub(super) mode: Mode,
    pub(super) join: Join,
    pub(super) rows: Vec<RowForm>,
    pub(super) cel: String,
    /// Why the text cannot be shown as rows.
    pub(super) why_not: Option<String>,
    pub(super) fields: Arc<Vec<ConditionField>>,
    next_row: u64,
}

/// One clause as it is typed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RowForm {
    pub(super) id: u64,
    pub(super) field: String,
    pub(super) operator: Operator,
    /// The values of a list that are there already.
    pub(super) listed: Vec<String>,
    pub(super) text: String,
}
impl ConditionForm {
    /// The rows of a condition; its text where it is richer than rows.
    pub(in super::super) fn of(when: Option<&str>, fields: Arc<Vec<ConditionField>>) -> Self {
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
    pub(in super::super) fn cel(&self) -> Result<Option<String>, String> {
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
    pub(in super::super) fn says_its_fault(&self) -> bool {
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

    pub(super) fn field(&self, name: &str) -> Option<&ConditionField> {
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

    pub(super) fn add_row(&mut self, place: usize) {
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
    pub(super) fn value(&self, field: &ConditionField) -> Result<FieldValue, String> {
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
impl ConditionForm {
    pub(super) fn switch(&mut self) {
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
impl RowForm {
    /// Puts what is typed among the values of the list.
    pub(super) fn take(&mut self) {
        let typed = self.text.trim().to_owned();
        if !typed.is_empty() && !self.listed.contains(&typed) {
            self.listed.push(typed);
        }
        self.text.clear();
    }
}
