//! Facts about sentences: a merchandiser reads what CEL and the documents say, nothing is
//! left out, and nothing can be read two ways.

use endcap_rules::{Condition, say};
use endcap_vocab::{Rule, RuleSet};
use serde_json::{Value, json};

#[track_caller]
fn said(source: &str, sentence: &str) {
    let condition = Condition::parse(source).expect(source);
    assert_eq!(condition.say(), sentence, "{source}");
}

fn rule(change: Value) -> Rule {
    let mut rule = json!({"id": "r", "name": "R", "owner": "merchandising",
                          "effect": {"kind": "hide"}});
    let Value::Object(changes) = change else {
        return serde_json::from_value(rule).expect("a rule");
    };
    for (key, value) in changes {
        rule[key] = value;
    }
    serde_json::from_value(rule).expect("a rule")
}

#[track_caller]
fn rule_said(change: Value, sentence: &str) {
    assert_eq!(say::rule(&rule(change)), sentence);
}

#[test]
fn comparisons_are_said_with_their_units() {
    said("product.margin >= 0.3", "margin at least 30%");
    said("product.margin < 0.29", "margin below 29%");
    said("product.discount > 0.125", "discount above 12.5%");
    said("product.funding >= 0.05", "funding at least 5%");
    said("product.return_rate <= 0.1", "return rate at most 10%");
    said("product.price < 10", "price below 10");
    said("10 > product.price", "price below 10");
    said("product.stock >= 5", "stock at least 5");
    said("product.age_days <= 30", "age at most 30 days");
    said("product.stock_cover_days > 1", "stock cover above 1 day");
    said("product.stock_age_days > 90", "stock age above 90 days");
    said(
        "product.price < product.list_price",
        "price below list price",
    );
    said(
        "product.price - product.unit_cost > 3",
        "price − unit cost above 3",
    );
    said(
        "(product.price - product.unit_cost) * 2 > product.price",
        "(price − unit cost) × 2 above price",
    );
    said("product.margin in [0.1, 0.2]", "margin is one of 10%, 20%");
}

#[test]
fn texts_lists_and_presence() {
    said("product.brand == 'Alder'", "brand is Alder");
    said("product.brand != 'Alder'", "brand is not Alder");
    said(
        "product.brand == 'salt and pepper'",
        "brand is “salt and pepper”",
    );
    said(
        "product.brand in ['Alder', 'a, b']",
        "brand is one of Alder, “a, b”",
    );
    said(
        "!(product.brand in ['Alder', 'Elm'])",
        "brand is not one of Alder, Elm",
    );
    said("product.sku in ['s1']", "sku is s1");
    said(
        "product.category.under('grocery/beverages/coffee')",
        "in Coffee",
    );
    said(
        "!product.category.under('grocery/hot-drinks')",
        "not in Hot drinks",
    );
    said(
        "product.category == 'grocery/coffee'",
        "category is grocery/coffee",
    );
    said("product.title.startsWith('Dark')", "title starts with Dark");
    said(
        "!product.title.contains('Dark')",
        "title does not contain Dark",
    );
    said(
        "product.title.matches('^[A-P]')",
        "title matches the pattern “^[A-P]”",
    );
    said("product.title < 'M'", "title sorts before M");
    said("'new' in product.tags", "tagged new");
    said("!('new' in product.tags)", "not tagged new");
    said("product.tags == ['a', 'b']", "the tags are the list (a, b)");
    said("size(product.tags) > 2", "number of tags above 2");
    said("size(product.title) > 20", "length of title above 20");
    said("has(product.brand)", "has a brand");
    said("!has(product.brand)", "has no brand");
    said("!has(product.age_days)", "has no launch date");
    said("has(product.attributes.roast)", "has the attribute roast");
    said(
        "!('roast' in product.attributes)",
        "lacks the attribute roast",
    );
    said("product.attributes.roast == 'dark'", "roast is dark");
    said("product.attributes.weight == '500'", "weight is “500”");
    said("product.attributes.weight == 500", "weight is 500");
    said("product.attributes.brand == 'x'", "attribute brand is x");
    said("product.attributes.decaf", "decaf");
    said("product.attributes.decaf == true", "decaf is true");
}

#[test]
fn grouping_and_negation_can_be_read_one_way_only() {
    said(
        "product.private_label && product.season",
        "private label and in season",
    );
    said("!product.private_label", "not private label");
    said("product.private_label == false", "not private label");
    said(
        "product.brand == 'Alder' || (product.season && product.price < 5)",
        "brand is Alder or (in season and price below 5)",
    );
    said(
        "product.private_label && (product.season || product.price < 5) && true",
        "private label and (in season or price below 5) and always",
    );
    said(
        "!(product.season || product.private_label) && product.price > 1",
        "not (in season or private label) and price above 1",
    );
    said("!(product.price < 5)", "price at least 5");
    said("!!product.season", "in season");
    said("true", "any product");
}

#[test]
fn every_kind_of_rule_is_said_with_all_its_fields() {
    rule_said(
        json!({
            "effect": {"kind": "boost", "percent": 40},
            "when": "product.private_label && product.margin >= 0.3",
            "scope": {"pages": ["grocery/beverages/coffee"],
                      "schedule": {"weekdays": ["sun", "sat"], "until": "2026-11-30T00:00:00"}}
        }),
        "Boost 40% on Coffee where private label and margin at least 30%, weekends until the \
         end of 29 November 2026",
    );
    rule_said(
        json!({"effect": {"kind": "bury", "percent": 12.5}, "enabled": false}),
        "Disabled: Bury 12.5%, all products",
    );
    rule_said(
        json!({"when": "product.stock == 0"}),
        "Hide where stock is 0",
    );
    rule_said(
        json!({"effect": {"kind": "only"}, "when": "product.season"}),
        "Show only where in season",
    );
    rule_said(
        json!({"effect": {"kind": "pin", "pins": [{"sku": "s1", "slot": 1}, {"sku": "s2", "slot": 3}],
                          "if_unavailable": "substitute"},
               "scope": {"placements": ["home", "email"]}}),
        "Pin s1 to slot 1 and s2 to slot 3 on the home page or in email, with a substitute if unavailable",
    );
    rule_said(
        json!({"effect": {"kind": "pin", "pins": [{"sku": "s1", "slot": 1}]}}),
        "Pin s1 to slot 1, left out if unavailable",
    );
    rule_said(
        json!({"effect": {"kind": "reserve", "slots": [2, 5]}, "when": "'new' in product.tags"}),
        "Reserve slots 2 and 5 where tagged new",
    );
    rule_said(
        json!({"effect": {"kind": "quota", "min": 3, "first": 12}, "when": "product.private_label"}),
        "At least 3 products in the first 12 slots where private label",
    );
    rule_said(
        json!({"effect": {"kind": "cap", "field": "brand", "max": 1, "first": 10}}),
        "At most 1 product of one brand in the first 10 slots, all products",
    );
}

#[test]
fn every_part_of_a_scope_is_said() {
    let rule = rule(json!({"scope": {
        "pages": ["grocery/coffee", "grocery/tea"], "placements": ["search"],
        "channels": ["web", "app"], "stores": ["s1"], "regions": ["north"],
        "segments": ["loyal"], "tiers": ["gold"], "queries": ["coffee beans"],
        "schedule": {"from": "2026-11-01T08:30:00", "until": "2026-11-29T18:00:00",
                     "weekdays": ["wed", "mon"], "hours": [22, 6], "tz": "Europe/Berlin"}
    }}));
    assert_eq!(
        say::scope(&rule.scope),
        "on Coffee or Tea in search through web or app in store s1 in region north for segment \
         loyal for tier gold for the query “coffee beans”, Mondays and Wednesdays from 22:00 to \
         06:00 starting 1 November 2026 at 08:30 until 29 November 2026 at 18:00 (Europe/Berlin \
         time)"
    );
    assert_eq!(say::scope(&Default::default()), "everywhere");
}

#[test]
fn a_rule_set_is_said_in_precedence_order() {
    let rule_set: RuleSet = serde_json::from_value(json!({
        "name": "Autumn",
        "objective": {"default": {"relevance": 1, "margin": 0.5},
                      "categories": {"grocery/coffee": {"margin": 1.5}}},
        "eligibility": {"promise_days": {"web": 3}, "max_return_rate": 0.15,
                        "margin_floors": [{"category": "", "floor": 0.1}]},
        "rules": [
            {"id": "z", "name": "Last", "owner": "legal", "effect": {"kind": "hide"},
             "when": "product.stock == 0", "note": "Recall"},
            {"id": "b", "name": "Deep", "owner": "marketing", "effect": {"kind": "only"},
             "scope": {"pages": ["grocery/coffee"]}, "campaign": "autumn"},
            {"id": "a", "name": "First", "owner": "operations", "priority": 5,
             "effect": {"kind": "boost", "percent": 10}}
        ],
        "fallback": "parent"
    }))
    .unwrap();
    assert_eq!(
        say::rule_set(&rule_set),
        "Autumn\n\
         Objective: relevance 1, margin 0.5; in Coffee: margin 1.5\n\
         Eligibility: in stock with at least 1 unit; deliveries due within 3 days count through \
         web; margin at least 10% in all categories; return rate at most 15%\n\
         Rules:\n\
         - `a` First: Boost 10%, all products [operations; priority 5]\n\
         - `b` Deep: Show only all products on Coffee [marketing; campaign autumn]\n\
         - `z` Last: Hide where stock is 0 [legal; note “Recall”]\n\
         Fallback: the page's parent categories, then the whole catalogue"
    );
}
