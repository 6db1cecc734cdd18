//! The engine against a second reading of the specification.
//!
//! 1. The reference gives the answer of every conformance case.

mod agreement;
mod reference;

use agreement::difference;
use endcap_vocab::{CheckedCase, Document, check, read_json};

fn conformance_cases() -> Vec<(String, CheckedCase)> {
    let folder = endcap_testkit::fixtures_dir().join("cases");
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let value = read_json(&std::fs::read(&path).unwrap()).unwrap();
        cases.push((name, check(Document::CheckedCase, &value).unwrap()));
    }
    cases.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(cases.len() >= 60, "{} cases in {}", cases.len(), folder.display());
    cases
}

#[test]
fn the_reference_gives_the_answer_of_every_conformance_case() {
    let mut differences = Vec::new();
    for (name, checked) in conformance_cases() {
        let answer = reference::answer(&checked.case);
        if let Some(at) = difference(&checked.answer, &answer) {
            differences.push(format!("{name}: {at}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
