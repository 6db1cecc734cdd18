//! 1. Without a verb the program ranks and explains.
//! 2. A slate in JSON is an answer by the schema, and one request gives one slate.
//! 3. `--why` follows a product, and the boost and the pin it names do what it says.
//! 4. Whatever the retailer does not have is refused with a hint.

use endcap_journeys::{run, run_on};
use endcap_vocab::{Answer, Document, check_value};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{fixture, fixture_path, write};

const PAGE: &str = "grocery/beverages/coffee";

fn skus(answer: &Value) -> Vec<&str> {
    let slots = answer["slots"].as_array().unwrap();
    slots
        .iter()
        .map(|slot| slot["sku"].as_str().unwrap())
        .collect()
}

#[test]
fn the_tour_shows_a_slate_and_explains_its_first_slot() {
    let shown = run(["tour"]).with(0);
    let lines: Vec<&str> = shown.out.lines().collect();
    assert!(lines[0].starts_with(PAGE), "{}", lines[0]);
    for head in ["Why ", "Score", "Rules in force"] {
        assert!(lines.iter().any(|line| line.starts_with(head)), "{head}");
    }
    let first = lines[2].split(" · ").nth(1).unwrap();
    let sku = first.split(' ').next().unwrap();
    let why = lines.iter().find(|line| line.starts_with("Why ")).unwrap();
    assert!(why.ends_with(sku), "{why} explains {sku}");
}

#[test]
fn a_slate_in_json_is_an_answer_by_the_schema() {
    let slate = run(["rank", "--json", "--page", PAGE, "--slots", "7"])
        .with(0)
        .json();
    assert_eq!(skus(&slate["answer"]).len(), 7);
    assert_eq!(check_value(Document::Answer, &slate["answer"]), []);
    assert_eq!(check_value(Document::Request, &slate["request"]), []);
    Answer::deserialize(&slate["answer"]).unwrap();
    for sku in skus(&slate["answer"]) {
        assert!(slate["products"][sku]["title"].is_string(), "{sku}");
    }
    for (kind, part) in [("answer", "answer"), ("request", "request")] {
        let _ = run_on(&slate[part].to_string(), ["check", "--kind", kind, "-"]).with(0);
    }
}

#[test]
fn one_request_gives_one_slate_from_the_demo_and_from_its_snapshot() {
    let (data, rules) = (
        fixture_path("demo/snapshot.endcap"),
        fixture_path("demo/rules.json"),
    );
    let made = run(["rank", "--json", "--page", PAGE]).with(0);
    let opened = [
        "rank", "--json", "--page", PAGE, "--data", &data, "--rules", &rules,
    ];
    assert_eq!(run(opened).with(0).out, made.out);
}

#[test]
fn why_agrees_with_the_slate_about_a_product_on_it() {
    let slate = run(["rank", "--json", "--page", PAGE, "--slots", "6"])
        .with(0)
        .json();
    let slot = &slate["answer"]["slots"][1];
    let sku = slot["sku"].as_str().unwrap();
    let args = ["rank", "--page", PAGE, "--slots", "6", "--why", sku];
    let why = run(args.into_iter().chain(["--json"])).with(0).json();
    assert_eq!(why["slot"]["slot"], 2);
    assert_eq!(why["score"], slot["score"]);
    assert_eq!(why["contributions"], slot["contributions"]);
    assert_eq!(why["cures"], json!([]));
    let shown = run(args).with(0).out;
    assert!(shown.contains("Slot 2 ("), "{shown}");
    assert!(!shown.contains("What it would take"), "{shown}");
}

/// The rule of a way onto the slate, by its sentence.
fn rule_of(cure: &Value, sku: &str) -> Value {
    let sentence = cure["sentence"].as_str().unwrap();
    let number = |text: &str| text.trim_end_matches('%').parse::<u32>().ok();
    let first = sentence.split(' ').find_map(number).unwrap();
    let mut rule = json!({"id": "tried", "name": "tried", "owner": "merchandising"});
    if cure["code"] == "boost" {
        rule["when"] = format!("product.sku == \"{sku}\"").into();
        rule["effect"] = json!({"kind": "boost", "percent": first});
    } else {
        rule["effect"] = json!({"kind": "pin", "pins": [{"sku": sku, "slot": first}]});
    }
    rule
}

#[test]
fn the_ways_onto_the_slate_that_why_names_do_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let rank = |slots: &str, rules: &str| {
        run([
            "rank", "--json", "--page", PAGE, "--slots", slots, "--rules", rules,
        ])
        .with(0)
        .json()
    };
    let demo_rules = fixture_path("demo/rules.json");
    let all = rank("200", &demo_rules);
    let slate = rank("8", &demo_rules);
    let (mut boosts, mut pins) = (0, 0);
    for sku in skus(&all["answer"]) {
        if skus(&slate["answer"]).contains(&sku) {
            continue;
        }
        let args = [
            "rank", "--json", "--page", PAGE, "--slots", "8", "--why", sku,
        ];
        let why = run(args).with(0).json();
        assert_eq!(why["slot"], Value::Null);
        for cure in why["cures"].as_array().unwrap() {
            let counted = match cure["code"].as_str().unwrap() {
                "boost" => &mut boosts,
                "pin" => &mut pins,
                _ => continue,
            };
            *counted += 1;
            let mut rules = fixture("demo/rules.json");
            let rule = rule_of(cure, sku);
            rules["rules"].as_array_mut().unwrap().push(rule.clone());
            let file = write(folder.path(), "tried.json", rules.to_string());
            let tried = rank("8", &file);
            let slots = tried["answer"]["slots"].as_array().unwrap();
            let slot = slots.iter().find(|slot| slot["sku"] == sku);
            let slot = slot.unwrap_or_else(|| panic!("{cure} does not bring {sku} onto the slate"));
            let said = format!("slot {}", slot["slot"]);
            let sentence = cure["sentence"].as_str().unwrap();
            assert!(
                sentence.ends_with(&said),
                "{sku}: {sentence}, and it is in {said}"
            );
            // It is the smallest: one percent less does not do.
            let percent = rule["effect"]["percent"].as_u64().unwrap_or(0);
            if percent > 1 {
                let last = rules["rules"].as_array().unwrap().len() - 1;
                rules["rules"][last]["effect"]["percent"] = (percent - 1).into();
                let file = write(folder.path(), "less.json", rules.to_string());
                assert!(
                    !skus(&rank("8", &file)["answer"]).contains(&sku),
                    "{sku}: {sentence}"
                );
            }
        }
        if boosts >= 3 && pins >= 3 {
            return;
        }
    }
    panic!("only {boosts} boosts and {pins} pins to try");
}

#[test]
fn what_the_retailer_does_not_have_is_refused_with_a_hint() {
    for (option, name, hint) in [
        (
            "--page",
            "grocery/beverages/cofee",
            "grocery/beverages/coffee",
        ),
        ("--page", "zzzzzzzz", "grocery"),
        ("--store", "hambrug", "hamburg"),
        ("--store", "zzzzzzzz", "hamburg"),
        ("--shopper", "S00173", "`S00"),
        ("--shopper", "zzzzzzzzzzzz", "`S0"),
        ("--why", "COF-00009-22", "COF-00009-2"),
        ("--why", "zzzzzzzzzzzzzzzzzz", "`"),
        ("--anchor", "COF-00009-22", "COF-00009-2"),
        ("--cart", "COF-00009-2,COF-00009-22", "COF-00009-2"),
    ] {
        let refused = run(["rank", option, name]).with(2);
        assert_eq!(refused.out, "", "{option} {name}");
        let (error, hinted) = refused
            .err
            .trim_end()
            .split_once("\nhint: ")
            .unwrap_or_else(|| {
                panic!("{option} {name} has no hint: {}", refused.err);
            });
        assert!(error.starts_with("error: no "), "{error}");
        assert!(hinted.contains(hint), "{option} {name}: {hinted}");
    }
}

#[test]
fn arguments_that_do_not_hold_up_end_with_2() {
    for args in [
        &["rank", "--slots", "0"][..],
        &["rank", "--slots", "201"],
        &["rank", "--slots", "many"],
        &["rank", "--at", "yesterday"],
        &["rank", "--at", "2026-02-30T09:00:00Z"],
        &["rank", "--placement", "window"],
        &["rank", "--filter", "product.price >"],
        &["rank", "--filter", "product.colour == \"red\""],
        &["rank", "--frobnicate"],
        &["frobnicate"],
        &["demo", "--products", "0"],
        &["completions", "tcsh"],
    ] {
        let refused = run(args).with(2);
        assert!(
            refused.err.starts_with("error: "),
            "{args:?}: {}",
            refused.err
        );
        assert_eq!(refused.out, "", "{args:?}");
    }
}

#[test]
fn instants_at_the_edges_of_the_calendar_are_ranked() {
    for at in [
        "0000-01-01T00:00:00+00:00",
        "1969-12-31T23:59:59-12:00",
        "2016-12-31T23:59:60Z",
        "9999-12-31T23:59:59-23:59",
    ] {
        let slate = run(["rank", "--json", "--store", "hamburg", "--at", at])
            .with(0)
            .json();
        assert_eq!(check_value(Document::Answer, &slate["answer"]), [], "{at}");
    }
}
