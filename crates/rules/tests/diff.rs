//! Facts about differences of rule sets: each is found once, at its path, in words, and what
//! means nothing is none.

use endcap_rules::diff::rule_sets;
use endcap_vocab::RuleSet;
use serde_json::{Value, json};

fn base() -> Value {
    json!({
        "name": "Autumn",
        "objective": {"default": {"relevance": 1, "margin": 0.5},
                      "categories": {"grocery": {"margin": 1}}},
        "eligibility": {"promise_days": {"web": 3}, "margin_floors": [{"category": "", "floor": 0.1}]},
        "rules": [
            {"id": "coffee-pl", "name": "Coffee", "owner": "merchandising",
             "effect": {"kind": "boost", "percent": 25}, "when": "product.private_label",
             "scope": {"pages": ["grocery/coffee"], "channels": ["web", "app"]}},
            {"id": "cap", "name": "Cap", "owner": "legal", "priority": 2,
             "effect": {"kind": "cap", "field": "brand", "max": 2, "first": 10}},
            {"id": "pin", "name": "Pin", "owner": "marketing", "campaign": "autumn",
             "effect": {"kind": "pin", "pins": [{"sku": "s1", "slot": 1}]}}
        ]
    })
}

fn changes(change: impl Fn(&mut Value)) -> Vec<(String, String)> {
    let before: RuleSet = serde_json::from_value(base()).expect("a rule set");
    let mut after = base();
    change(&mut after);
    let after: RuleSet = serde_json::from_value(after).expect("a rule set");
    let changes = rule_sets(&before, &after);
    changes
        .into_iter()
        .map(|change| (change.path, change.sentence))
        .collect()
}

#[track_caller]
fn changed(pointer: &str, value: &Value, expected: &[(&str, &str)]) {
    let found = changes(|set| {
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        let parent = set.pointer_mut(parent).expect("a parent");
        match key.parse::<usize>() {
            Ok(index) => parent[index] = value.clone(),
            Err(_) => parent[key] = value.clone(),
        }
    });
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(p, s)| (p.as_str(), s.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn what_means_nothing_is_no_difference() {
    assert_eq!(changes(|_| {}), []);
    let reordered = changes(|set| {
        if let Some(rules) = set["rules"].as_array_mut() {
            rules.reverse();
        }
        set["rules"][2]["scope"]["channels"] = json!(["app", "web"]);
    });
    assert_eq!(reordered, []);
}

#[test]
fn numbers_and_names_say_both_values() {
    changed(
        "/rules/0/effect/percent",
        &json!(40),
        &[(
            "rules/coffee-pl/effect/percent",
            "Rule `coffee-pl`: boost 40% instead of 25%",
        )],
    );
    changed(
        "/objective/categories/grocery/margin",
        &json!(1.5),
        &[(
            "objective/categories/grocery/margin",
            "Weight of margin on Grocery: 1.5 instead of 1",
        )],
    );
    changed(
        "/objective/default/newness",
        &json!(0.2),
        &[("objective/default/newness", "Weight of newness: 0.2 added")],
    );
    changed(
        "/name",
        &json!("Winter"),
        &[("name", "Name: Winter instead of Autumn")],
    );
    changed(
        "/fallback",
        &json!("popular"),
        &[(
            "fallback",
            "Fallback: the most popular products instead of none, a short slate stays short",
        )],
    );
}

#[test]
fn every_part_of_eligibility_is_compared() {
    changed(
        "/eligibility",
        &json!({"in_stock": false, "min_available": 2, "promise_days": {"web": 1, "app": 2},
               "margin_floors": [{"category": "", "floor": 0.2}, {"category": "a/tea", "floor": 0.3}],
               "max_return_rate": 0.2}),
        &[
            (
                "eligibility/in_stock",
                "Eligible products: in stock or not instead of in stock only",
            ),
            (
                "eligibility/min_available",
                "In stock means at least 2 units instead of 1 unit",
            ),
            (
                "eligibility/promise_days/app",
                "Deliveries counted through app: 2 days added",
            ),
            (
                "eligibility/promise_days/web",
                "Deliveries counted through web: 1 day instead of 3 days",
            ),
            (
                "eligibility/margin_floors/",
                "Margin floor on all categories: 20% instead of 10%",
            ),
            (
                "eligibility/margin_floors/a~1tea",
                "Margin floor on Tea: 30% added",
            ),
            (
                "eligibility/max_return_rate",
                "Highest return rate: 20% added",
            ),
        ],
    );
}

#[test]
fn rules_are_matched_by_id() {
    let replaced = json!({"id": "new", "name": "N", "owner": "legal", "effect": {"kind": "hide"},
                          "when": "product.stock == 0"});
    changed(
        "/rules/1",
        &replaced,
        &[
            (
                "rules/cap",
                "Removed: rule `cap`, At most 2 products of one brand in the first 10 slots, all products",
            ),
            ("rules/new", "Added: rule `new`, Hide where stock is 0"),
        ],
    );
    let before: RuleSet = serde_json::from_value(base()).unwrap();
    let mut after = before.clone();
    after.rules[1] = serde_json::from_value(replaced).unwrap();
    let found = rule_sets(&before, &after);
    assert_eq!((&found[0].after, &found[1].before), (&None, &None));
    assert_eq!(found[0].before.as_ref().unwrap()["effect"]["max"], json!(2));
    assert_eq!(
        found[1].after.as_ref().unwrap()["when"],
        json!("product.stock == 0")
    );
}

#[test]
fn every_part_of_a_rule_is_compared() {
    changed(
        "/rules/0",
        &json!({"id": "coffee-pl", "name": "Roasts", "owner": "marketing", "enabled": false,
               "priority": 3, "campaign": "winter", "note": "Try",
               "effect": {"kind": "bury", "percent": 25}, "when": "product.season",
               "scope": {"pages": ["grocery/tea"], "channels": ["web", "app"],
                         "placements": ["home"], "stores": ["s1"], "regions": ["n"],
                         "segments": ["a", "b"], "tiers": ["gold"], "queries": ["tea"],
                         "schedule": {"from": "2026-11-01T00:00:00", "until": "2026-12-01T00:00:00",
                                      "weekdays": ["sat", "sun"], "hours": [8, 12], "tz": "UTC"}}}),
        &[
            (
                "rules/coffee-pl/name",
                "Rule `coffee-pl`: name Roasts instead of Coffee",
            ),
            (
                "rules/coffee-pl/owner",
                "Rule `coffee-pl`: owner marketing instead of merchandising",
            ),
            (
                "rules/coffee-pl/enabled",
                "Rule `coffee-pl`: disabled instead of enabled",
            ),
            (
                "rules/coffee-pl/priority",
                "Rule `coffee-pl`: priority 3 instead of 0",
            ),
            (
                "rules/coffee-pl/campaign",
                "Rule `coffee-pl`: campaign winter added",
            ),
            ("rules/coffee-pl/note", "Rule `coffee-pl`: note “Try” added"),
            (
                "rules/coffee-pl/scope/pages",
                "Rule `coffee-pl`: on Tea instead of Coffee",
            ),
            (
                "rules/coffee-pl/scope/stores",
                "Rule `coffee-pl`: in store s1 added",
            ),
            (
                "rules/coffee-pl/scope/regions",
                "Rule `coffee-pl`: in region n added",
            ),
            (
                "rules/coffee-pl/scope/segments",
                "Rule `coffee-pl`: for segment a or b added",
            ),
            (
                "rules/coffee-pl/scope/tiers",
                "Rule `coffee-pl`: for tier gold added",
            ),
            (
                "rules/coffee-pl/scope/queries",
                "Rule `coffee-pl`: for the query “tea” added",
            ),
            (
                "rules/coffee-pl/scope/placements",
                "Rule `coffee-pl`: on the home page added",
            ),
            (
                "rules/coffee-pl/scope/schedule/from",
                "Rule `coffee-pl`: from 1 November 2026 added",
            ),
            (
                "rules/coffee-pl/scope/schedule/until",
                "Rule `coffee-pl`: until the end of 30 November 2026 added",
            ),
            (
                "rules/coffee-pl/scope/schedule/hours",
                "Rule `coffee-pl`: from 08:00 to 12:00 added",
            ),
            (
                "rules/coffee-pl/scope/schedule/tz",
                "Rule `coffee-pl`: (UTC time) added",
            ),
            (
                "rules/coffee-pl/scope/schedule/weekdays",
                "Rule `coffee-pl`: weekends added",
            ),
            (
                "rules/coffee-pl/when",
                "Rule `coffee-pl`: for in season instead of private label",
            ),
            (
                "rules/coffee-pl/effect",
                "Rule `coffee-pl`: Bury 25% instead of Boost 25%",
            ),
        ],
    );
}

#[test]
fn fields_of_an_effect_are_compared_one_by_one() {
    changed(
        "/rules/1/effect",
        &json!({"kind": "cap", "field": "roast", "max": 1, "first": 12}),
        &[
            (
                "rules/cap/effect/field",
                "Rule `cap`: cap by roast instead of brand",
            ),
            ("rules/cap/effect/max", "Rule `cap`: at most 1 instead of 2"),
            (
                "rules/cap/effect/first",
                "Rule `cap`: in the first 12 instead of 10",
            ),
        ],
    );
    changed(
        "/rules/2/effect",
        &json!({"kind": "pin", "pins": [{"sku": "s2", "slot": 1}], "if_unavailable": "substitute"}),
        &[
            (
                "rules/pin/effect/pins",
                "Rule `pin`: pin s2 to slot 1 instead of s1 to slot 1",
            ),
            (
                "rules/pin/effect/if_unavailable",
                "Rule `pin`: with a substitute if unavailable instead of left out if unavailable",
            ),
        ],
    );
}

#[test]
fn two_spellings_of_one_sentence_are_told_apart_by_their_cel() {
    changed(
        "/rules/0/when",
        &json!("product.private_label == true"),
        &[(
            "rules/coffee-pl/when",
            "Rule `coffee-pl`: for `product.private_label == true` instead of `product.private_label`",
        )],
    );
    changed(
        "/rules/0/when",
        &Value::Null,
        &[(
            "rules/coffee-pl/when",
            "Rule `coffee-pl`: for all products instead of private label",
        )],
    );
}
