//! Facts proved here:
//! 1. Lint finds in `fixtures/rules/lint.json` what `docs/lint.md` shows, on the demo retailer.
//! 2. Its fixes are edits of a draft, after which it finds nothing.
//! 3. The demo's own rules have no finding that is an error.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use endcap_app::{Code, RuleSet, Severity, Workspace, fix_of, read_rules};

fn found(workspace: &Workspace, rules: &RuleSet) -> Vec<Code> {
    let findings = workspace.lint(rules, None, None).unwrap();
    findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn the_fixes_of_what_lint_finds_leave_nothing_to_find() {
    let workspace = Workspace::demo().unwrap();
    let file = endcap_testkit::repository().join("fixtures/rules/lint.json");
    let mut rules = read_rules(&file).unwrap();
    assert_eq!(
        found(&workspace, &rules),
        [Code::NeverMatches, Code::PinHidden, Code::UnknownSku]
    );
    while let Some(first) = workspace.lint(&rules, None, None).unwrap().first() {
        let edit = fix_of(first).unwrap();
        edit.check().unwrap();
        edit.apply(&mut rules);
    }
    let left: Vec<&str> = rules.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(left, ["no-small-packs"]);
}

#[test]
fn the_rules_of_the_demo_hold_no_error() {
    let workspace = Workspace::demo().unwrap();
    let findings = workspace
        .lint(&Workspace::demo_rules(), None, None)
        .unwrap();
    let errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<&str> = errors.map(|finding| finding.sentence.as_str()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}
