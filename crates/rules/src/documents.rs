//! Reads documents whole: the vocabulary's checks and every condition's, together.

use endcap_vocab::{
    Case, CheckedCase, Document, Problem, Problems, Request, RuleSet, check_value, pointer_join,
    read_json,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Condition;

/// Reads a case.
///
/// # Errors
/// Every problem of the document.
pub fn read_case(text: &[u8]) -> Result<Case, Problems> {
    read(Document::Case, text)
}

/// Reads a case with its answer.
///
/// # Errors
/// Every problem of the document.
pub fn read_checked_case(text: &[u8]) -> Result<CheckedCase, Problems> {
    read(Document::CheckedCase, text)
}

/// Reads a rule set.
///
/// # Errors
/// Every problem of the document.
pub fn read_rule_set(text: &[u8]) -> Result<RuleSet, Problems> {
    read(Document::RuleSet, text)
}

/// Reads a request.
///
/// # Errors
/// Every problem of the document.
pub fn read_request(text: &[u8]) -> Result<Request, Problems> {
    read(Document::Request, text)
}

fn read<T: DeserializeOwned>(document: Document, text: &[u8]) -> Result<T, Problems> {
    typed(document, &read_json(text)?)
}

/// Gives a JSON value the type of its document.
///
/// # Errors
/// Every problem of the document.
pub fn typed<T: DeserializeOwned>(document: Document, value: &Value) -> Result<T, Problems> {
    let problems = problems_of(document, value);
    if !problems.is_empty() {
        return Err(Problems { problems });
    }
    // What passed the schema has the type; were they ever to differ, that is a problem too.
    T::deserialize(value).map_err(|error| Problems {
        problems: vec![Problem::new("", error.to_string())],
    })
}

/// Everything that is wrong with a document, its conditions included; empty where nothing is.
#[must_use]
pub fn problems_of(document: Document, value: &Value) -> Vec<Problem> {
    let mut problems = check_value(document, value);
    match document {
        Document::Case => case(value, "", &mut problems),
        Document::CheckedCase => case(&value["case"], "/case", &mut problems),
        Document::RuleSet => rules(value, "", &mut problems),
        Document::Request => condition(&value["filter"], "/filter", &mut problems),
        Document::Answer => {}
    }
    problems.sort_by_cached_key(place);
    problems
}

/// Where a problem stands, so that those of one rule stand together: list entries by number.
fn place(problem: &Problem) -> Vec<(usize, String)> {
    let segments = problem.path.split('/').skip(1);
    segments
        .map(|segment| match segment.parse() {
            Ok(index) => (index, String::new()),
            Err(_) => (usize::MAX, segment.to_owned()),
        })
        .collect()
}

fn case(case: &Value, path: &str, problems: &mut Vec<Problem>) {
    let promotions = format!("{path}/catalog/promotions");
    each_when(&case["catalog"]["promotions"], &promotions, problems);
    rules(&case["rule_set"], &format!("{path}/rule_set"), problems);
    condition(
        &case["request"]["filter"],
        &format!("{path}/request/filter"),
        problems,
    );
}

fn rules(rule_set: &Value, path: &str, problems: &mut Vec<Problem>) {
    each_when(&rule_set["rules"], &format!("{path}/rules"), problems);
}

fn each_when(list: &Value, path: &str, problems: &mut Vec<Problem>) {
    for (index, row) in list.as_array().into_iter().flatten().enumerate() {
        let path = pointer_join(&pointer_join(path, index), "when");
        condition(&row["when"], &path, problems);
    }
}

fn condition(value: &Value, path: &str, problems: &mut Vec<Problem>) {
    let errors = value
        .as_str()
        .and_then(|source| Condition::parse(source).err());
    let errors = errors.into_iter().flatten();
    problems.extend(errors.map(|error| Problem::new(path, error.to_string())));
}
