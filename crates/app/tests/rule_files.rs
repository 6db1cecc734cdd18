//! Facts proved here:
//! 1. Every rule set of `fixtures/rules` and its folders holds up: `check` and ranking take it.
//! 2. Every rule that `docs/rules.md` shows is a rule of a file in `fixtures/rules/examples`, so
//!    a reader who runs the command beside it sees the rule that stands there.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::path::{Path, PathBuf};

use endcap_app::{RuleSet, Workspace, parse_rules, read_rules};

fn project() -> PathBuf {
    endcap_testkit::repository()
}

fn rule_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rule_files(&path));
        } else if path.extension().is_some_and(|end| end == "json") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn read_all(dir: &Path) -> Vec<RuleSet> {
    rule_files(dir)
        .iter()
        .map(|file| read_rules(file).unwrap_or_else(|error| panic!("{error}: {error:#?}")))
        .collect()
}

/// The text of each fenced block that says it is JSON.
fn json_blocks(markdown: &str) -> Vec<&str> {
    markdown
        .split("```json\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

#[test]
fn every_rule_file_of_the_project_holds_up() {
    let sets = read_all(&project().join("fixtures/rules"));
    assert!(sets.len() > 1, "fixtures/rules holds {} files", sets.len());
    for set in &sets {
        Workspace::compile(set).unwrap_or_else(|error| panic!("{error}: {error:#?}"));
    }
}

#[test]
fn every_rule_in_the_merchandisers_page_is_one_of_the_examples() {
    let examples = read_all(&project().join("fixtures/rules/examples"));
    let page = std::fs::read_to_string(project().join("docs/rules.md")).unwrap();
    let blocks = json_blocks(&page);
    assert!(blocks.len() >= 8, "one a rule kind, not {}", blocks.len());
    for block in blocks {
        let set = format!(r#"{{"name": "one rule", "rules": [{block}]}}"#);
        let set = parse_rules(set.as_bytes(), "docs/rules.md")
            .unwrap_or_else(|error| panic!("{error}: {error:#?}\n{block}"));
        let shown = &set.rules[0];
        assert!(
            examples.iter().any(|set| set.rules.contains(shown)),
            "no example file has the rule `{}` as it stands in the page",
            shown.id
        );
    }
}
