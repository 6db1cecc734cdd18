//! Facts proved here:
//! 1. Every conformance case of `fixtures/cases` is answered as the case says.
//! 2. So is every case of `../shared/spec/cases`, where that folder is.

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
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/cases");
    assert!(assert_all_agree(&dir) >= 60);
}

#[test]
fn the_cases_of_the_specification_are_answered_as_they_say() {
    if let Some(dir) = endcap_testkit::shared("spec/cases") {
        assert!(assert_all_agree(&dir) >= 60);
    }
}
