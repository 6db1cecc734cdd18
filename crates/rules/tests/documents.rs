//! Facts about reading documents:
//! 1. a good document is read;
//! 2. a bad one is refused with the vocabulary's problems and its conditions' together, each
//!    at its pointer.

use endcap_rules::documents::{
    problems_of, read_case, read_checked_case, read_request, read_rule_set,
};
use endcap_vocab::Document;
use serde_json::{Value, json};

fn case() -> Value {
    json!({
        "catalog": {
            "currency": "USD",
            "products": [{"sku": "a", "title": "A", "category": "x", "price": 2, "unit_cost": 1}],
            "promotions": [{"id": "p", "when": "product.margin > 0.3", "percent_off": 10}]
        },
        "rule_set": {
            "name": "R",
            "rules": [
                {"id": "r1", "name": "R1", "owner": "legal", "effect": {"kind": "hide"}},
                {"id": "r2", "name": "R2", "owner": "legal", "effect": {"kind": "hide"},
                 "when": "product.season"}
            ]
        },
        "request": {"placement": "home", "channel": "web", "at": "2026-11-20T09:00:00Z",
                    "slots": 3, "filter": "product.price < 5"}
    })
}

#[track_caller]
fn refused<T: std::fmt::Debug>(read: Result<T, endcap_vocab::Problems>, expected: &[(&str, &str)]) {
    let problems = read.expect_err("the document is bad").problems;
    let problems: Vec<(&str, &str)> = problems
        .iter()
        .map(|p| (p.path.as_str(), p.problem.as_str()))
        .collect();
    assert_eq!(problems, expected);
}

#[test]
fn good_documents_are_read() {
    let case = case();
    let text = |value: &Value| value.to_string().into_bytes();
    assert_eq!(read_case(&text(&case)).unwrap().rule_set.rules.len(), 2);
    assert_eq!(read_rule_set(&text(&case["rule_set"])).unwrap().name, "R");
    assert_eq!(read_request(&text(&case["request"])).unwrap().slots, 3);
    assert!(problems_of(Document::Case, &case).is_empty());
}

#[test]
fn every_problem_is_said_at_once_and_at_its_place() {
    let mut case = case();
    case["catalog"]["promotions"][0]["when"] = json!("product.margn > 0.3");
    case["catalog"]["products"][0]["price"] = json!(-1);
    case["rule_set"]["rules"][1]["when"] = json!("product.brand == 3 || product.pric > 1");
    case["request"]["filter"] = json!("product.price <");
    let conditions = |root: &str| {
        [
            (
                "catalog/promotions/0/when",
                "column 9: no field `margn`; did you mean `margin`?",
            ),
            (
                "request/filter",
                "column 16: the condition ends where a value should follow",
            ),
            (
                "rule_set/rules/1/when",
                "column 15: a text cannot be compared with a whole number",
            ),
            (
                "rule_set/rules/1/when",
                "column 31: no field `pric`; did you mean `price`?",
            ),
        ]
        .map(|(path, problem)| (format!("{root}/{path}"), problem))
    };
    let with_price = |root: &str| {
        let mut all = vec![(
            format!("{root}/catalog/products/0/price"),
            "must be above 0, not -1",
        )];
        all.extend(conditions(root));
        all
    };
    let all = with_price("");
    let expected: Vec<(&str, &str)> = all.iter().map(|(path, p)| (path.as_str(), *p)).collect();
    refused(read_case(case.to_string().as_bytes()), &expected);

    let checked = json!({"case": case,
                         "answer": {"slots": [], "notes": [], "suppressed": null}});
    let all = with_price("/case");
    let expected: Vec<(&str, &str)> = all.iter().map(|(path, p)| (path.as_str(), *p)).collect();
    refused(read_checked_case(checked.to_string().as_bytes()), &expected);

    refused(
        read_request(checked["case"]["request"].to_string().as_bytes()),
        &[(
            "/filter",
            "column 16: the condition ends where a value should follow",
        )],
    );
    refused(
        read_rule_set(checked["case"]["rule_set"].to_string().as_bytes()),
        &[
            (
                "/rules/1/when",
                "column 15: a text cannot be compared with a whole number",
            ),
            (
                "/rules/1/when",
                "column 31: no field `pric`; did you mean `price`?",
            ),
        ],
    );
}

#[test]
fn what_is_no_json_is_one_problem() {
    assert_eq!(read_case(b"{").unwrap_err().problems.len(), 1);
    // A condition that is no text at all is the schema's to refuse.
    let rules = json!({"name": "R", "rules": [{"id": "r", "name": "R", "owner": "legal",
                       "effect": {"kind": "hide"}, "when": 3}]});
    refused(
        read_rule_set(rules.to_string().as_bytes()),
        &[("/rules/0/when", "must be a text or null, not 3")],
    );
}

#[test]
fn the_checked_cases_of_the_specification_are_read() {
    let package = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    let folder = format!("{package}/../../../shared/spec/cases");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        assert_ne!(
            std::env::var("ENDCAP_REQUIRE").as_deref(),
            Ok("all"),
            "no {folder}"
        );
        println!("skipped: there is no folder shared/spec/cases beside the repository");
        return;
    };
    let mut count = 0;
    for entry in entries {
        let path = entry.unwrap().path();
        let text = std::fs::read(&path).unwrap();
        if let Err(problems) = read_checked_case(&text) {
            panic!("{}: {problems}", path.display());
        }
        count += 1;
    }
    assert!(count > 0, "{folder} is empty");
}
