//! Facts proved here:
//! 1. Every conformance case of `fixtures/cases` is answered as the case says.
//! 2. So is every case of `../shared/spec/cases`, where that folder is.
//! 3. A file with `case` and something that is not `answer` is refused, not answered.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::Path;

use endcap_app::{CaseOutcome, run_case};

fn assert_all_agree(dir: &Path) -> usize {
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    let mut failed = Vec::new();
    for file in &files {
        match run_case(&std::fs::read(file).unwrap()) {
            Ok(CaseOutcome::Checked(differences)) if differences.is_empty() => {}
            outcome => failed.push(format!("{}: {outcome:#?}", file.display())),
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {}\n{}",
        failed.len(),
        files.len(),
        failed.join("\n")
    );
    files.len()
}

#[test]
fn the_cases_of_the_project_are_answered_as_they_say() {
    let dir = endcap_testkit::fixtures_dir().join("cases");
    assert!(assert_all_agree(&dir) >= 60);
}

#[test]
fn the_cases_of_the_specification_are_answered_as_they_say() {
    if let Some(dir) = endcap_testkit::shared("spec/cases") {
        assert!(assert_all_agree(&dir) >= 60);
    }
}

#[test]
fn a_misspelt_answer_is_no_bare_case() {
    let dir = endcap_testkit::fixtures_dir().join("cases");
    let text = std::fs::read_to_string(dir.join("20261120-0000.json")).unwrap();
    let misspelt = text.replacen("\"answer\"", "\"anwser\"", 1);
    let problems = run_case(misspelt.as_bytes()).unwrap_err().problems;
    let paths: Vec<&str> = problems
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    assert_eq!(paths, ["", "/anwser"]);
}
