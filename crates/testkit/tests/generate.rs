//! 1. Every generated case is a valid document, its conditions too, and reads back as what
//!    was written.
//! 2. Generated cases reach every kind of effect, every placement, sort and fallback, unknown
//!    pins, slots beyond the slate, and catalogues from nothing to full.
//! 3. A built case is a valid document.

use std::collections::BTreeSet;

use endcap_rules::documents::read_case;
use endcap_testkit::build::{self, ProductParts, RequestParts, RuleParts};
use endcap_testkit::generate;
use endcap_vocab::{AttributeValue, Document, Effect, check_value};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

proptest! {
    #[test]
    fn every_generated_case_is_valid(case in generate::case()) {
        let text = serde_json::to_vec(&case).unwrap();
        let read = read_case(&text).map_err(|problems| TestCaseError::fail(problems.to_string()))?;
        prop_assert!(read == case, "reads back as something else");
    }
}

#[test]
fn generated_cases_reach_every_corner() {
    let mut runner = TestRunner::deterministic();
    let strategy = generate::case();
    let mut seen = BTreeSet::new();
    for _ in 0..400 {
        let case = strategy.new_tree(&mut runner).unwrap().current();
        let products = &case.catalog.products;
        let known: BTreeSet<&str> = products.iter().map(|product| &*product.sku).collect();
        seen.insert(case.request.placement.name().to_owned());
        seen.insert(case.request.sort.name().to_owned());
        seen.insert(format!("fallback {:?}", case.rule_set.fallback));
        for rule in &case.rule_set.rules {
            seen.insert(rule.effect.kind().to_owned());
            if let Effect::Pin { pins, .. } = &rule.effect {
                for pin in pins {
                    seen.insert(format!("known pin {}", known.contains(&*pin.sku)));
                    seen.insert(format!("pin beyond {}", pin.slot > case.request.slots));
                }
            }
        }
        let size = match products.len() {
            0 => "no product",
            1..=5 => "few products",
            55.. => "many products",
            _ => "some products",
        };
        seen.insert(size.to_owned());
        seen.insert(format!("customer {}", case.request.customer.is_some()));
        seen.insert(format!("store {}", case.request.store.is_some()));
    }
    let expected = [
        "category",
        "search",
        "home",
        "product",
        "cart",
        "email",
        "recommended",
        "price_asc",
        "price_desc",
        "newest",
        "rating",
        "fallback None",
        "fallback Parent",
        "fallback Popular",
        "boost",
        "bury",
        "hide",
        "only",
        "pin",
        "reserve",
        "quota",
        "cap",
        "known pin true",
        "known pin false",
        "pin beyond true",
        "pin beyond false",
        "no product",
        "few products",
        "some products",
        "many products",
        "customer true",
        "customer false",
        "store true",
        "store false",
    ];
    assert_eq!(seen, expected.map(str::to_owned).into());
}

#[test]
fn a_built_case_is_valid() {
    let roast = AttributeValue::Text("dark".to_owned());
    let products = [
        build::product("S1")
            .price(4.0)
            .unit_cost(1.0)
            .brand("Alder")
            .group("G1"),
        build::product("S2")
            .in_category("goods/tea")
            .tag("new")
            .attribute("roast", roast),
    ];
    let pins = Effect::Pin {
        pins: vec![build::pin("S2", 1)],
        if_unavailable: endcap_vocab::IfUnavailable::Skip,
    };
    let rules = [
        build::rule("R1", pins).on_page("goods").priority(2),
        build::rule("R2", Effect::Hide {}).when("product.price > 3.0"),
    ];
    let mut case = build::case(products, rules);
    case.request = build::request()
        .page("goods")
        .slots(2)
        .store("s1")
        .customer(build::customer("c1"));
    let value = serde_json::to_value(&case).unwrap();
    assert_eq!(check_value(Document::Case, &value), []);
}
