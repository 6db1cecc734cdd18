//! Conformance cases: answered, or held against the answer they come with.

use endcap_engine::{CompiledRules, Retailer, SignalTable, rank};
use endcap_rules::documents;
use endcap_vocab::{Answer, Case, Document, Problem, Problems, pointer_join, read_json};
use serde::Serialize;
use serde_json::Value;

/// How far two figures may differ, relative to the larger.
const TOLERANCE: f64 = 1e-9;

/// What became of a case.
#[derive(Debug, Clone, PartialEq)]
pub enum CaseOutcome {
    /// It came without an answer.
    Answered(Box<Answer>),
    /// It came with one; these are the differences, none where they agree.
    Checked(Vec<Difference>),
}

/// One place where two answers differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// JSON Pointer into the answer.
    pub path: String,
    /// What the case says; absent where it has nothing there.
    pub expected: Option<Value>,
    /// What the engine says; absent where it has nothing there.
    pub actual: Option<Value>,
}

/// Answers a case, or checks it against the answer it comes with.
///
/// # Errors
/// Every problem of the document.
pub fn run_case(text: &[u8]) -> Result<CaseOutcome, Problems> {
    let value = read_json(text)?;
    if value.get("case").is_none() {
        let case: Case = documents::typed(Document::Case, &value)?;
        return Ok(CaseOutcome::Answered(Box::new(answer(&case, "")?)));
    }
    if value.as_object().is_some_and(|fields| fields.len() == 1) {
        let case: Case = documents::typed(Document::Case, &value["case"])
            .map_err(|problems| below("/case", problems))?;
        return Ok(CaseOutcome::Answered(Box::new(answer(&case, "/case")?)));
    }
    let checked: endcap_vocab::CheckedCase = documents::typed(Document::CheckedCase, &value)?;
    let actual = answer(&checked.case, "/case")?;
    let actual = serde_json::to_value(actual).map_err(|error| Problems {
        problems: vec![Problem::new("/answer", error.to_string())],
    })?;
    let mut differences = Vec::new();
    compare(&value["answer"], &actual, "", &mut differences);
    Ok(CaseOutcome::Checked(differences))
}

fn answer(case: &Case, path: &str) -> Result<Answer, Problems> {
    let at = |part: &str| format!("{path}/{part}");
    let retailer = Retailer::build(&case.catalog).map_err(|p| below(&at("catalog"), p))?;
    let rules = CompiledRules::compile(&case.rule_set).map_err(|p| below(&at("rule_set"), p))?;
    let model = SignalTable::new(&retailer, &case.signals);
    rank(&retailer, &rules, &model, &case.request).map_err(|p| below(&at("request"), p))
}

fn below(path: &str, mut problems: Problems) -> Problems {
    for problem in &mut problems.problems {
        problem.path.insert_str(0, path);
    }
    problems
}

fn compare(expected: &Value, actual: &Value, path: &str, differences: &mut Vec<Difference>) {
    match (expected, actual) {
        (Value::Object(a), Value::Object(b)) => {
            let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for name in names {
                both(
                    a.get(name),
                    b.get(name),
                    &pointer_join(path, name),
                    differences,
                );
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            for index in 0..a.len().max(b.len()) {
                both(
                    a.get(index),
                    b.get(index),
                    &pointer_join(path, index),
                    differences,
                );
            }
        }
        _ if same(expected, actual) => {}
        _ => differences.push(Difference {
            path: path.to_owned(),
            expected: Some(expected.clone()),
            actual: Some(actual.clone()),
        }),
    }
}

fn both(
    expected: Option<&Value>,
    actual: Option<&Value>,
    path: &str,
    differences: &mut Vec<Difference>,
) {
    match (expected, actual) {
        (Some(expected), Some(actual)) => compare(expected, actual, path, differences),
        (expected, actual) => differences.push(Difference {
            path: path.to_owned(),
            expected: expected.cloned(),
            actual: actual.cloned(),
        }),
    }
}

fn same(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()),
        _ => a == b,
    }
}
