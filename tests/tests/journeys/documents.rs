//! 1. A case that agrees ends with 0, one that differs with 1 and the place, a refused one with
//!    2 and every problem; a bare case is answered, and a folder's bare cases one a line.
//! 2. `diff` ends with 0 where two rule sets say the same, else with 1.
//! 3. `say` and `check` read rule sets, and an unknown sku is reported.
//! 4. `lint` ends with 1 where it finds something, in words and as JSON, and with 0 where not.
//!    Held against what is live, it finds what is new and starts before now.
//! 5. What is not UTF-8, not JSON, not there or no file is refused, never read in part.

use endcap_journeys::{run, run_on};
use endcap_vocab::{Document, check_value};
use serde_json::{Value, json};

use crate::{fixture, fixture_path, text_of, write};

/// A case that agrees with its answer, which has slots.
fn checked_case() -> Value {
    let case = fixture("cases/20261120-0003.json");
    assert_eq!(case["answer"]["slots"][0]["slot"], 1);
    case
}

#[test]
fn a_case_agrees_from_a_file_and_from_standard_input() {
    let path = fixture_path("cases/20261120-0003.json");
    assert!(
        run(["case", &path])
            .with(0)
            .out
            .ends_with("20261120-0003.json: agrees\n")
    );
    let read = run_on(&checked_case().to_string(), ["case", "-", "--json"]).with(0);
    assert_eq!(read.json(), json!({"file": "-", "differences": []}));
}

#[test]
fn a_case_that_differs_ends_with_1_and_the_place() {
    let mut case = checked_case();
    let score = case["answer"]["slots"][0]["score"].as_f64().unwrap();
    case["answer"]["slots"][0]["score"] = (score + 1.0).into();
    case["answer"]["notes"].as_array_mut().unwrap().pop();
    let notes = case["answer"]["notes"].as_array().unwrap().len();
    let said = run_on(&case.to_string(), ["case", "-"]).with(1).out;
    for place in ["/slots/0/score".to_owned(), format!("/notes/{notes}")] {
        assert!(
            said.contains(&format!("-: {place}: the case says ")),
            "{place}: {said}"
        );
    }
    assert_eq!(said.lines().count(), 2, "{said}");
    let said = run_on(&case.to_string(), ["case", "-", "--json"])
        .with(1)
        .json();
    let of_score = said["differences"].as_array().unwrap();
    let of_score = of_score
        .iter()
        .find(|place| place["path"] == "/slots/0/score")
        .unwrap();
    assert_eq!(of_score["expected"], score + 1.0);
    assert_eq!(of_score["actual"], score);
}

#[test]
fn a_figure_within_the_tolerance_agrees() {
    let mut case = checked_case();
    let score = case["answer"]["slots"][0]["score"].as_f64().unwrap();
    case["answer"]["slots"][0]["score"] = (score * (1.0 + 1e-10)).into();
    let _ = run_on(&case.to_string(), ["case", "-"]).with(0);
}

#[test]
fn a_refused_case_ends_with_2_and_names_every_problem() {
    let mut case = checked_case()["case"].take();
    case["catalog"]["products"][0]["price"] = (-1).into();
    case["catalog"]["products"][1]["sku"] = case["catalog"]["products"][2]["sku"].clone();
    case["rule_set"]["rules"][0]["when"] = "product.colour == 1".into();
    case["request"]["slots"] = 0.into();
    case["request"]["hurry"] = true.into();
    let refused = run_on(&case.to_string(), ["case", "-"]).with(2).json();
    assert_eq!(refused.as_object().unwrap().len(), 1, "{refused}");
    let problems = refused["problems"].as_array().unwrap();
    for problem in problems {
        assert!(problem["problem"].is_string(), "{problem}");
        assert_eq!(problem.as_object().unwrap().len(), 2, "{problem}");
    }
    for path in [
        "/catalog/products/0/price",
        "/catalog/products/2/sku",
        "/rule_set/rules/0/when",
        "/request/slots",
        "/request/hurry",
    ] {
        assert!(
            problems.iter().any(|problem| problem["path"] == path),
            "{path}: {refused}"
        );
    }
    assert_eq!(problems.len(), 5, "{refused}");
}

#[test]
fn a_bare_case_is_answered_by_the_schema() {
    let case = checked_case();
    let answer = run_on(&case["case"].to_string(), ["case", "-"])
        .with(0)
        .json();
    assert_eq!(check_value(Document::Answer, &answer), []);
    let checked = json!({"case": case["case"], "answer": answer});
    let _ = run_on(&checked.to_string(), ["case", "-"]).with(0);
}

#[test]
fn a_folder_of_cases_is_answered_and_checked_one_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, case) = (text_of(folder.path()), checked_case());
    let bare = case["case"].to_string();
    write(folder.path(), "b.json", &bare);
    write(folder.path(), "a.json", &bare);
    write(folder.path(), "agrees.json", case.to_string());
    write(folder.path(), "notes.txt", "no case");
    let lines = |out: &str| -> Vec<Value> {
        out.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let answered = run(["case", &dir]).with(0);
    let answer = run_on(&bare, ["case", "-"]).json();
    let expected = ["a.json", "b.json"].map(|file| json!({"file": file, "answer": answer}));
    assert_eq!(lines(&answered.out), expected);
    assert!(
        answered
            .err
            .contains("3 cases: 1 agree, 0 differ, 2 answered, 0 refused")
    );

    let mut differs = case;
    differs["answer"]["slots"] = json!([]);
    write(folder.path(), "differs.json", differs.to_string());
    assert!(
        run(["case", &dir])
            .with(1)
            .out
            .contains("differs.json: /slots/0: the case says nothing")
    );
    write(folder.path(), "broken.json", "{");
    let refused = run(["case", &dir, "--json"]).with(2);
    let refused = lines(&refused.out);
    assert_eq!(refused.len(), 5);
    let broken = refused
        .iter()
        .find(|line| line["file"] == "broken.json")
        .unwrap();
    assert_eq!(broken["problems"].as_array().unwrap().len(), 1);
}

#[test]
fn the_cases_of_the_project_agree() {
    let said = run(["case", &fixture_path("cases")]).with(0);
    assert_eq!(said.out, "");
    assert!(
        said.err.contains("0 differ, 0 answered, 0 refused"),
        "{}",
        said.err
    );
}

#[test]
fn diff_tells_rule_sets_apart() {
    let folder = tempfile::tempdir().unwrap();
    let before = fixture_path("demo/rules.json");
    let same = run(["diff", &before, &before]).with(0);
    assert_eq!(same.out, "");
    let mut rules = fixture("demo/rules.json");
    rules["rules"].as_array_mut().unwrap().remove(0);
    rules["name"] = "Winter".into();
    let after = write(folder.path(), "after.json", rules.to_string());
    let changes = run(["diff", &before, &after]).with(1);
    assert_eq!(changes.out.lines().count(), 2, "{}", changes.out);
    let changes = run(["diff", &before, &after, "--json"]).with(1).json();
    let changes = changes["changes"].as_array().unwrap();
    let name = changes
        .iter()
        .find(|change| change["path"] == "name")
        .unwrap();
    assert_eq!(name["after"], "Winter");
    // The order of fields and of white space is no change.
    let written = write(
        folder.path(),
        "same.json",
        fixture("demo/rules.json").to_string(),
    );
    let same = run(["diff", &before, &written, "--json"]).with(0).json();
    assert_eq!(same, json!({"changes": []}));
}

#[test]
fn rule_sets_are_said_and_checked() {
    let path = fixture_path("demo/rules.json");
    let said = run(["say", &path]).with(0).out;
    for rule in fixture("demo/rules.json")["rules"].as_array().unwrap() {
        assert!(said.contains(rule["name"].as_str().unwrap()), "{rule}");
    }
    assert_eq!(run(["say"]).with(0).out, said);
    let checked = run(["check", &path]).with(0).out;
    assert_eq!(checked, format!("{path}: a valid rule set\n"));
}

#[test]
fn what_lint_finds_is_said_with_its_place_and_its_fix() {
    let path = fixture_path("rules/lint.json");
    let said = run(["lint", &path]).with(1).out;
    for part in [
        "error never-matches: rich-margins Rich margins\n",
        "  place: /rules/1/effect/pins/1\n",
        "  fix: Remove the pin of COF-99999-9\n",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let found = run(["lint", &path, "--json"]).with(1).json();
    let findings = found["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 3);
    assert_eq!(findings[0]["fix"]["remove"], "rich-margins");
    assert!(findings[0]["witness"]["request"]["at"].is_string());
    let none = fixture_path("rules/examples/boost.json");
    assert_eq!(run(["lint", &none]).with(0).out, "");
    assert_eq!(
        run(["lint", &none, "--json"]).with(0).json(),
        json!({"findings": []})
    );
}

#[test]
fn what_is_new_against_live_may_not_start_before_now() {
    let folder = tempfile::tempdir().unwrap();
    let live = fixture_path("rules/examples/boost.json");
    let mut rules = fixture("rules/examples/boost.json");
    rules["rules"][0]["scope"]["schedule"] = json!({"from": "2026-11-19T00:00:00"});
    let same = write(folder.path(), "same.json", rules.to_string());
    rules["rules"][0]["id"] = "own-coffee".into();
    let new = write(folder.path(), "new.json", rules.to_string());
    assert_eq!(run(["lint", &new]).with(0).out, "");
    assert_eq!(run(["lint", &same, "--live", &live]).with(0).out, "");
    let said = run(["lint", &new, "--live", &live]).with(1).out;
    assert!(
        said.starts_with("warning starts-before-approval: own-coffee "),
        "{said}"
    );
    let missing = run(["lint", &new, "--live", "nowhere.json"]).with(3).err;
    assert!(missing.contains("nowhere.json"), "{missing}");
}

#[test]
fn a_bad_rule_set_is_refused_with_every_problem() {
    let folder = tempfile::tempdir().unwrap();
    let mut rules = fixture("demo/rules.json");
    rules["rules"][0]["when"] = "product.sku ==".into();
    rules["rules"][1]["id"] = rules["rules"][2]["id"].clone();
    rules["objective"]["default"]["margin"] = 11.into();
    let bad = write(folder.path(), "bad.json", rules.to_string());
    let paths = ["/rules/0/when", "/rules/2/id", "/objective/default/margin"];
    let refused = run(["check", &bad, "--json"]).with(2).json();
    let problems = refused["problems"].as_array().unwrap();
    for verb in [
        &["check", &bad][..],
        &["say", &bad],
        &["lint", &bad],
        &["diff", &bad, &bad],
        &["rank", "--rules", &bad],
    ] {
        let said = run(verb).with(2);
        assert_eq!(said.out, "");
        for path in paths {
            assert!(
                said.err.contains(&format!("  {path}: ")),
                "{verb:?}: {}",
                said.err
            );
            assert!(
                problems.iter().any(|problem| problem["path"] == path),
                "{path}: {refused}"
            );
        }
    }
}

#[test]
fn a_pin_of_an_unknown_sku_is_valid_and_reported() {
    let data = fixture_path("demo/snapshot.endcap");
    let mut rules = fixture("demo/rules.json");
    let of_pins = |rule: &&mut Value| rule["effect"]["kind"] == "pin";
    let pins = rules["rules"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .find(of_pins)
        .unwrap();
    pins["effect"]["pins"][0]["sku"] = "NEXT-YEAR".into();
    let rules = rules.to_string();
    let checked = run_on(&rules, ["check", "-", "--data", &data]).with(0);
    assert!(
        checked.out.contains("`NEXT-YEAR` is not in the catalogue"),
        "{}",
        checked.out
    );
    let checked = run_on(&rules, ["check", "-", "--data", &data, "--json"])
        .with(0)
        .json();
    assert_eq!(checked["unknown_skus"], json!(["NEXT-YEAR"]));
    assert_eq!(checked["kind"], "rule-set");
    let known = run([
        "check",
        &fixture_path("demo/rules.json"),
        "--data",
        &data,
        "--json",
    ]);
    assert_eq!(known.with(0).json()["unknown_skus"], json!([]));
}

#[test]
fn what_is_no_document_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let latin = write(folder.path(), "latin.json", b"{\"name\": \"Caf\xe9\"}");
    let empty = write(folder.path(), "empty.json", "");
    let twice = write(folder.path(), "twice.json", "{} {}");
    let deep = write(folder.path(), "deep.json", "[".repeat(100_000));
    let lists = write(
        folder.path(),
        "lists.json",
        format!("{}{}", "[".repeat(90), "]".repeat(90)),
    );
    for path in [&latin, &empty, &twice, &deep, &lists] {
        for verb in [&["say"][..], &["check"], &["rank", "--rules"]] {
            let refused = run(verb.iter().copied().chain([path.as_str()])).with(2);
            assert!(
                refused.err.starts_with("error: "),
                "{path}: {}",
                refused.err
            );
        }
        let refused = run(["case", path]).with(2).json();
        assert!(
            refused["problems"][0]["problem"].is_string(),
            "{path}: {refused}"
        );
    }
    assert!(run(["say", &latin]).err.contains("not UTF-8 at byte 13"));
}

#[test]
fn a_file_that_is_missing_or_a_folder_ends_with_3() {
    let folder = tempfile::tempdir().unwrap();
    let (missing, dir) = (text_of(&folder.path().join("none")), text_of(folder.path()));
    let rules = fixture_path("demo/rules.json");
    for args in [
        &["say", &missing][..],
        &["lint", &missing],
        &["say", &dir],
        &["check", &missing],
        &["check", &dir],
        &["check", &rules, "--data", &missing],
        &["diff", &rules, &missing],
        &["diff", &dir, &rules],
        &["case", &missing],
        &["rank", "--rules", &missing],
        &["rank", "--data", &missing],
        &["rank", "--data", &dir],
        &["export", &missing, &dir],
        &["import", &missing, "--into", &missing],
    ] {
        let refused = run(args).with(3);
        assert!(
            refused.err.starts_with("error: "),
            "{args:?}: {}",
            refused.err
        );
        assert_eq!(refused.out, "", "{args:?}");
    }
    assert!(!folder.path().join("none").exists());
}
