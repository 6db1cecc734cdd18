//! What lint finds, and where it is silent; `lint_property.rs` has what holds of every finding.
//!
//! 1. Each code is found where it should be, with its rule first, and the engine bears it out.
//! 2. Each code is silent where something keeps it from being so.
//! 3. Findings come worst first, with the pointer of what they are about.

#![allow(
    clippy::unwrap_used,
    reason = "what a test is made of may fail the test"
)]

mod pins;
mod rules;
mod times;

use std::sync::Arc;

use endcap_engine::lint::{Code, Finding, LintTerms, confirm, lint};
use endcap_engine::{CompiledRules, Retailer, SignalTable};
use endcap_testkit::build::{self, ProductParts, RuleParts, pin, product, rule};
use endcap_vocab::{CapField, Case, Effect, IfUnavailable, Pin, Rule, Scope};
use serde_json::Value;

pub(crate) const BOOST: Effect = Effect::Boost { percent: 10.0 };
pub(crate) const BURY: Effect = Effect::Bury { percent: 10.0 };
pub(crate) const HIDE: Effect = Effect::Hide {};
pub(crate) const ONLY: Effect = Effect::Only {};

pub(crate) fn pins(pins: impl IntoIterator<Item = Pin>) -> Effect {
    Effect::Pin {
        pins: pins.into_iter().collect(),
        if_unavailable: IfUnavailable::Skip,
    }
}

pub(crate) fn quota(min: u32, first: u32) -> Effect {
    Effect::Quota { min, first }
}

pub(crate) fn cap(max: u32, first: u32) -> Effect {
    Effect::Cap {
        field: CapField::Brand,
        max,
        first,
    }
}

pub(crate) fn scope(value: Value) -> Scope {
    serde_json::from_value(value).unwrap()
}

pub(crate) fn schedule(value: Value) -> Scope {
    scope(Value::from_iter([("schedule", value)]))
}

/// Six products on each of two pages: `A1` to `A6` of brand Alder on `shop/a`, `B1` to `B6` of
/// brand Birch on `shop/b`, at 1 to 6 each, the first of each page the most popular.
pub(crate) fn shop(rules: impl IntoIterator<Item = Rule>) -> Case {
    let products = (1..=6).flat_map(|number| {
        let of = |letter: &str, brand: &str| {
            product(&format!("{letter}{number}"))
                .in_category(&format!("shop/{}", letter.to_lowercase()))
                .brand(brand)
                .price(f64::from(number))
                .unit_cost(0.5)
        };
        [of("A", "Alder"), of("B", "Birch")]
    });
    build::case(products, rules)
}

/// What lint finds, each borne out by the engine.
pub(crate) fn lint_of(case: &Case, terms: &LintTerms) -> Vec<Arc<Finding>> {
    let retailer = Retailer::build(&case.catalog).unwrap();
    let rules = CompiledRules::compile(&case.rule_set).unwrap();
    let model = SignalTable::new(&retailer, &case.signals);
    let findings = lint(&retailer, &model, (&case.rule_set, &rules), terms);
    for finding in &findings {
        let is_so = confirm(&retailer, &rules, &model, finding).unwrap();
        assert!(is_so, "{finding:#?}");
    }
    assert!(findings.is_sorted_by_key(|finding| (finding.severity, finding.code)));
    findings
}

/// The code of each, and the rules it names.
pub(crate) fn found_at(case: &Case, terms: &LintTerms) -> Vec<(Code, String)> {
    let findings = lint_of(case, terms);
    findings
        .iter()
        .map(|finding| (finding.code, finding.rules.join(" ")))
        .collect()
}

pub(crate) fn found(case: &Case) -> Vec<(Code, String)> {
    found_at(case, &LintTerms::at(case.request.at))
}

/// Asserts that rules have one finding, or none.
#[track_caller]
pub(crate) fn finds(rules: impl IntoIterator<Item = Rule>, expected: Option<(Code, &str)>) {
    let expected: Vec<(Code, String)> = expected
        .into_iter()
        .map(|(code, rules)| (code, rules.to_owned()))
        .collect();
    assert_eq!(found(&shop(rules)), expected);
}

pub(crate) fn when(effect: Effect, when: &str) -> Rule {
    rule("r", effect).when(when)
}

#[test]
fn a_finding_points_at_what_it_is_about() {
    let case = shop([
        rule("a", BOOST),
        rule("r", pins([pin("A1", 1), pin("nope", 2)])).on_page("shop/a"),
    ]);
    let retailer = Retailer::build(&case.catalog).unwrap();
    let rules = CompiledRules::compile(&case.rule_set).unwrap();
    let model = SignalTable::new(&retailer, &case.signals);
    let terms = LintTerms::at(case.request.at);
    let findings = lint(&retailer, &model, (&case.rule_set, &rules), &terms);
    assert_eq!(findings.len(), 1);
    let document = serde_json::to_value(&case.rule_set).unwrap();
    assert_eq!(document.pointer(&findings[0].place).unwrap()["sku"], "nope");
    let said = "“Rule r” pins nope to slot 2, but the catalogue has no nope.";
    assert_eq!(findings[0].sentence, said);
    let names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    let text = std::fs::read_to_string(endcap_testkit::repository().join("docs/lint.md")).unwrap();
    let headings = text.lines().filter_map(|line| line.strip_prefix("### `"));
    let explained: Vec<&str> = headings.map(|line| line.trim_end_matches('`')).collect();
    assert_eq!(
        explained, names,
        "docs/lint.md explains every code, in this order"
    );
}
