//! 1. Every kind of bad input of ranking.md section 1 is refused at its JSON Pointer (but
//!    conditions, which endcap-rules reads).
//! 2. All problems of a document are told at once, and a pointer is escaped as RFC 6901 asks.
//! 3. What is not JSON is refused with the place where reading stopped.
//!    What is JSON is read exactly.
//! 4. A refusal as JSON is `{"problems": [{"path", "problem"}]}`.
//! 5. No single value put anywhere in a case makes a check panic, or accept what its type
//!    does not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use endcap_vocab::{Case, Document, Request, RuleSet, check, check_value, read_json};
use serde_json::{Value, json};

/// A small case that has something of everything.
fn good() -> Value {
    json!({
        "catalog": {
            "currency": "USD",
            "products": [
                {"sku": "S1", "title": "Dark roast", "category": "a/b", "price": 4, "unit_cost": 2,
                 "rating": 4.5, "launched_on": "2026-11-01", "season_months": [1, 12],
                 "attributes": {"roast": "dark", "a/b~c": 1}},
                {"sku": "S2", "title": "Light roast", "category": "a", "price": 4, "unit_cost": 2}
            ],
            "locations": [{"id": "s1", "region": "NW", "tz": "Europe/Berlin"}],
            "inventory": [{"location": "s1", "sku": "S1", "on_hand": 4}],
            "inbound": [{"location": "s1", "sku": "S1", "quantity": 4, "due": "2026-11-20"}],
            "promotions": [{"id": "P1", "skus": ["S1"], "percent_off": 10}],
            "substitutes": {"S1": ["S2"]},
            "sourcing": {"web": ["@store", "s1"]}
        },
        "rule_set": {
            "name": "Autumn",
            "objective": {"default": {"relevance": 1}, "categories": {"a/b": {"margin": 2}}},
            "eligibility": {"margin_floors": [{"category": "a", "floor": 0.1}]},
            "rules": [
                {"id": "R1", "name": "Pin", "owner": "marketing",
                 "scope": {"pages": ["a"],
                           "schedule": {"hours": [22, 6], "weekdays": ["mon"], "tz": "UTC"}},
                 "effect": {"kind": "pin", "pins": [{"sku": "S9", "slot": 1}]}},
                {"id": "R2", "name": "Cap", "owner": "legal", "when": "product.season",
                 "effect": {"kind": "cap", "field": "brand", "max": 1, "first": 4}},
                {"id": "R3", "name": "Slots", "owner": "operations",
                 "effect": {"kind": "reserve", "slots": [1, 2]}}
            ],
            "fallback": "parent"
        },
        "request": {"placement": "category", "page": "a", "channel": "web", "store": "s1",
                    "at": "2026-11-20T09:00:00-08:00", "slots": 8,
                    "customer": {"id": "c1", "consent": {"email": true}}},
        "signals": {"relevance": {"S1": 0.5}, "popularity": {}}
    })
}

/// The case with one value set; a pointer may end in a field that is not there yet.
fn with(mut case: Value, pointer: &str, value: Value) -> Value {
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    let field = field.replace("~1", "/").replace("~0", "~");
    match case.pointer_mut(parent).unwrap() {
        Value::Object(fields) => {
            fields.insert(field, value);
        }
        Value::Array(items) => items[field.parse::<usize>().unwrap()] = value,
        other => panic!("{parent} is {other}"),
    }
    case
}

fn pointers(document: Document, value: &Value) -> Vec<String> {
    let problems = check_value(document, value);
    problems.into_iter().map(|problem| problem.path).collect()
}

#[test]
fn the_case_that_the_others_break_is_good() {
    assert_eq!(check_value(Document::Case, &good()), []);
    check::<Case>(Document::Case, &good()).unwrap();
}

#[test]
fn each_bad_value_is_refused_where_it_stands() {
    let rule = "/rule_set/rules";
    let product = "/catalog/products/0";
    // (where, what, a word of the sentence)
    let table = [
        ("/catalog/products/1/sku", json!("S1"), "second `S1`"),
        ("/catalog/products/0/sku", json!(""), "empty"),
        (&format!("{product}/price"), json!(-1), "above 0"),
        (&format!("{product}/price"), json!(0), "above 0"),
        (&format!("{product}/price"), json!("4"), "a number"),
        (&format!("{product}/unit_cost"), json!(-0.01), "from 0 to"),
        (&format!("{product}/return_rate"), json!(1.5), "from 0 to 1"),
        (&format!("{product}/rating"), json!(5.1), "from 0 to 5"),
        (
            &format!("{product}/season_months/0"),
            json!(13),
            "from 1 to 12",
        ),
        (&format!("{product}/season_months/0"), json!(1.5), "whole"),
        (&format!("{product}/launched_on"), json!("20 Nov"), "a date"),
        (
            &format!("{product}/attributes/roast"),
            json!(["dark"]),
            "a list",
        ),
        (&format!("{product}/attributes/roast"), json!(null), "null"),
        (&format!("{product}/category"), json!("/a"), "begin or end"),
        (
            &format!("{product}/category"),
            json!("a//b"),
            "empty segment",
        ),
        ("/catalog/locations/0/tz", json!("Berlin"), "IANA"),
        ("/catalog/inventory/0/location", json!("s9"), "no location"),
        ("/catalog/inventory/0/on_hand", json!(1.5), "whole"),
        ("/catalog/inbound/0/quantity", json!(-1), "from 0"),
        ("/catalog/promotions/0/percent_off", json!(101), "to 100"),
        ("/catalog/sourcing/web/1", json!("s9"), "no location"),
        ("/rule_set/objective/default/margn", json!(1), "`margin`"),
        (
            "/rule_set/objective/default/relevance",
            json!(-1),
            "0 to 10",
        ),
        (
            "/rule_set/objective/default/relevance",
            json!(11),
            "0 to 10",
        ),
        (
            "/rule_set/objective/categories/a~1b/colour",
            json!(1),
            "unknown",
        ),
        (
            "/rule_set/objective/categories/a~1",
            json!({}),
            "begin or end",
        ),
        (
            "/rule_set/eligibility/margin_floors/0/floor",
            json!(2),
            "1 or less",
        ),
        (
            "/rule_set/eligibility/max_return_rate",
            json!(-1),
            "from 0 to 1",
        ),
        ("/rule_set/eligibility/promise_days", json!({"web": 1}), ""),
        ("/rule_set/fallback", json!("parents"), "`parent`"),
        (&format!("{rule}/1/id"), json!("R1"), "second `R1`"),
        (&format!("{rule}/0/owner"), json!("sales"), "not one of"),
        (&format!("{rule}/0/priority"), json!(0.5), "whole"),
        (
            &format!("{rule}/0/priority"),
            json!(9_223_372_036_854_775_808_u64),
            "9223372036854775807 or less",
        ),
        (
            &format!("{rule}/0/when"),
            json!("product.season"),
            "pin has no `when`",
        ),
        (
            &format!("{rule}/0/scope/pages/0"),
            json!("a/"),
            "begin or end",
        ),
        (
            &format!("{rule}/0/scope/schedule/hours"),
            json!([6, 6]),
            "at 6",
        ),
        (
            &format!("{rule}/0/scope/schedule/hours"),
            json!([24, 6]),
            "24",
        ),
        (
            &format!("{rule}/0/scope/schedule/hours"),
            json!([1, 2, 3]),
            "2 values",
        ),
        (
            &format!("{rule}/0/scope/schedule/hours/1"),
            json!(25),
            "from 0 to 24",
        ),
        (
            &format!("{rule}/0/scope/schedule/weekdays/0"),
            json!("monday"),
            "not one of",
        ),
        (
            &format!("{rule}/0/scope/schedule/from"),
            json!("2026-11-20"),
            "local date-time",
        ),
        (
            &format!("{rule}/0/scope/schedule/tz"),
            json!("Mars"),
            "IANA",
        ),
        (
            &format!("{rule}/0/effect/pins/0/slot"),
            json!(0),
            "1 or more",
        ),
        (&format!("{rule}/0/effect/pins"), json!([]), "empty"),
        (&format!("{rule}/0/effect/kind"), json!("pinn"), "`pin`"),
        (&format!("{rule}/1/effect/first"), json!(0), "1 or more"),
        (&format!("{rule}/1/effect/field"), json!(""), "empty"),
        (&format!("{rule}/2/effect/slots/1"), json!(0), "1 or more"),
        (
            &format!("{rule}/2/effect/slots/1"),
            json!(4_294_967_296_u64),
            "from 1 to 4294967295",
        ),
        ("/request/slots", json!(0), "from 1 to 200"),
        ("/request/slots", json!(201), "from 1 to 200"),
        ("/request/store", json!("s9"), "no location"),
        ("/request/at", json!("2026-11-20T09:00:00"), "offset"),
        ("/request/placement", json!("shelf"), "not one of"),
        ("/request/sort", json!("price"), "not one of"),
        (
            "/request/customer/consent/email",
            json!("yes"),
            "true or false",
        ),
        ("/signals/relevance/S1", json!(1.01), "from 0 to 1"),
        ("/signals/popularity", json!([]), "an object"),
    ];
    for (pointer, value, word) in table {
        let case = with(good(), pointer, value.clone());
        let problems = check_value(Document::Case, &case);
        if word.is_empty() {
            assert_eq!(problems, [], "{pointer} = {value}");
            continue;
        }
        assert_eq!(problems.len(), 1, "{pointer} = {value}: {problems:?}");
        assert_eq!(problems[0].path, pointer, "{value}");
        assert!(
            problems[0].problem.contains(word),
            "{pointer} = {value}: {}",
            problems[0].problem
        );
    }
}

#[test]
fn an_unknown_field_is_refused_at_every_depth() {
    for parent in [
        "",
        "/catalog",
        "/catalog/products/1",
        "/catalog/locations/0",
        "/catalog/inventory/0",
        "/catalog/inbound/0",
        "/catalog/promotions/0",
        "/rule_set",
        "/rule_set/objective",
        "/rule_set/objective/default",
        "/rule_set/eligibility",
        "/rule_set/eligibility/margin_floors/0",
        "/rule_set/rules/1",
        "/rule_set/rules/0/scope",
        "/rule_set/rules/0/scope/schedule",
        "/rule_set/rules/0/effect",
        "/rule_set/rules/0/effect/pins/0",
        "/rule_set/rules/1/effect",
        "/request",
        "/request/customer",
        "/request/customer/consent",
        "/signals",
    ] {
        let pointer = format!("{parent}/novel");
        let case = with(good(), &pointer, json!(1));
        assert_eq!(pointers(Document::Case, &case), [pointer]);
    }
}

#[test]
fn a_missing_field_is_told_where_it_is_missing() {
    let rule_set = json!({"rules": [{"id": "R1", "name": "x", "effect": {}}]});
    let problems = check_value(Document::RuleSet, &rule_set);
    let told: Vec<(&str, &str)> = problems
        .iter()
        .map(|problem| (&*problem.path, &problem.problem[..12]))
        .collect();
    assert!(told.contains(&("", "lacks `name`")), "{problems:?}");
    assert!(told.contains(&("/rules/0", "lacks `owner")), "{problems:?}");
    assert!(
        told.contains(&("/rules/0/effect", "lacks `kind`")),
        "{problems:?}"
    );
}

#[test]
fn a_promotion_needs_one_choice_of_products_and_one_of_prices() {
    let promotions =
        json!([{"id": "P1", "skus": [], "when": "true", "percent_off": 1, "price": 2}]);
    let case = with(good(), "/catalog/promotions", promotions);
    assert_eq!(
        pointers(Document::Case, &case),
        ["/catalog/promotions/0"; 2]
    );
}

#[test]
fn every_problem_is_told_at_once() {
    let mut case = good();
    let faults = [
        ("/catalog/products/0/price", json!(-1)),
        ("/catalog/products/1/sku", json!("S1")),
        ("/rule_set/objective/default/novel", json!(1)),
        ("/rule_set/rules/0/when", json!("true")),
        ("/rule_set/rules/0/effect/pins/0/slot", json!(0)),
        ("/rule_set/rules/0/scope/schedule/hours", json!([6, 6])),
        ("/request/slots", json!(0)),
    ];
    for (pointer, value) in &faults {
        case = with(case, pointer, value.clone());
    }
    let mut told = pointers(Document::Case, &case);
    told.sort();
    let mut expected = faults.map(|(pointer, _)| pointer);
    expected.sort_unstable();
    assert_eq!(told, expected);
    assert!(check::<Case>(Document::Case, &case).is_err());
}

#[test]
fn pointers_of_a_checked_case_begin_at_the_case() {
    let case = with(good(), "/catalog/products/1/sku", json!("S1"));
    let answer = json!({"slots": [], "notes": [], "suppressed": null});
    let checked = json!({"case": case, "answer": answer});
    assert_eq!(
        pointers(Document::CheckedCase, &checked),
        ["/case/catalog/products/1/sku"]
    );
}

#[test]
fn a_pointer_escapes_slashes_and_tildes() {
    let case = with(
        good(),
        "/catalog/products/0/attributes/a~1b~0c",
        json!(null),
    );
    assert_eq!(
        pointers(Document::Case, &case),
        ["/catalog/products/0/attributes/a~1b~0c"]
    );
    let case = with(good(), "/signals/relevance/~01", json!(2));
    assert_eq!(pointers(Document::Case, &case), ["/signals/relevance/~01"]);
}

#[test]
fn what_is_no_json_is_refused_with_its_place() {
    // (text, pointer, a word of the sentence)
    let table: [(&[u8], &str, &str); 9] = [
        (b"", "", "not JSON"),
        (b"{} {}", "", "not JSON"),
        (b"{\"a\": [1, 1e999]}", "/a/1", "out of range"),
        (b"{\"a\": {\"b/c\": -1e999}}", "/a/b~1c", "out of range"),
        (b"{\"a\": {\"b\": NaN}}", "/a/b", "finite number"),
        (b"{\"a\": Infinity}", "/a", "finite number"),
        (b"{\"a\": [1, 2", "/a", "line 1 column 11"),
        (b"{\"a\": \"\xff\"}", "", "not UTF-8 at byte 7"),
        (b"\xff\xfe{\0}\0", "", "not UTF-8 at byte 0"),
    ];
    for (text, pointer, word) in table {
        let shown = String::from_utf8_lossy(text);
        let problems = read_json(text).expect_err(&shown).problems;
        assert_eq!(problems.len(), 1, "{shown}");
        assert_eq!(problems[0].path, pointer, "{shown}: {problems:?}");
        assert!(problems[0].problem.contains(word), "{shown}: {problems:?}");
    }
    let deep = "[".repeat(100_000);
    assert!(read_json(deep.as_bytes()).is_err());
}

/// The nearest double of each text, by Rust's own correctly rounded parser.
#[test]
fn a_number_is_read_to_the_last_bit() {
    for text in [
        "1.412",
        "0.1713379812836347",
        "51.24817837540523",
        "122.416294033786585",
        "5e-324",
    ] {
        let read = read_json(text.as_bytes()).unwrap().as_f64().unwrap();
        let nearest: f64 = text.parse().unwrap();
        assert_eq!(read.to_bits(), nearest.to_bits(), "{text}");
    }
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    assert_eq!(read_json(b"\xef\xbb\xbf{}").unwrap(), json!({}));
}

#[test]
fn a_refusal_is_an_object_of_problems() {
    let refusal = check::<Request>(Document::Request, &json!(3)).unwrap_err();
    assert_eq!(
        serde_json::to_value(&refusal).unwrap(),
        json!({"problems": [{"path": "", "problem": "must be an object, not 3"}]})
    );
    assert!(check::<RuleSet>(Document::RuleSet, &json!([])).is_err());
}

/// Every pointer of a value, the root's `""` left out.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut visit = |segment: &str, child: &Value| {
        let at = endcap_vocab::pointer_join(at, segment);
        places(child, &at, found);
        found.push(at);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, child)| visit(name, child)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, child)| visit(&index.to_string(), child)),
        _ => {}
    }
}

#[test]
fn what_a_check_accepts_has_its_type() {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(300),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e300),
        json!(""),
        json!("pin"),
        json!("2026-11-20"),
        json!([]),
        json!([null]),
        json!({}),
        json!({"kind": "hide"}),
    ];
    let mut found = Vec::new();
    places(&good(), "", &mut found);
    for pointer in found {
        for value in &values {
            let case = with(good(), &pointer, value.clone());
            let accepted = check_value(Document::Case, &case).is_empty();
            let typed = serde_json::from_value::<Case>(case);
            assert!(
                !accepted || typed.is_ok(),
                "{pointer} = {value} is accepted, but {typed:?}"
            );
        }
    }
}
