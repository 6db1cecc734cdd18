//! 1. The schemas in assets/schema are those of the types.
//! 2. Every conformance case is accepted, and survives a round trip through its type.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::PathBuf;

use endcap_testkit::fixtures_dir;
use endcap_vocab::{CheckedCase, Document, check, check_value, read_json, schema_text};

#[test]
fn committed_schemas_are_those_of_the_types() {
    for document in Document::ALL {
        let file = format!("assets/schema/{}.schema.json", document.name());
        let path = fixtures_dir().join("..").join(&file);
        let committed = fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == schema_text(document),
            "{file} is not current; renew it with: cargo xtask schemas"
        );
    }
}

/// The conformance cases, sorted by name.
fn case_files() -> Vec<PathBuf> {
    let folder = fixtures_dir().join("cases");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no case in {}", folder.display());
    files
}

#[test]
fn every_conformance_case_is_accepted() {
    for file in case_files() {
        let value = read_json(&fs::read(&file).unwrap()).unwrap();
        let problems = check_value(Document::CheckedCase, &value);
        assert_eq!(problems, [], "{}", file.display());
    }
}

#[test]
fn every_conformance_case_survives_a_round_trip() {
    for file in case_files() {
        let value = read_json(&fs::read(&file).unwrap()).unwrap();
        let case: CheckedCase = check(Document::CheckedCase, &value).unwrap();
        let written = serde_json::to_vec(&case).unwrap();
        let again: CheckedCase =
            check(Document::CheckedCase, &read_json(&written).unwrap()).unwrap();
        assert!(case == again, "{} changes when written", file.display());
    }
}
