//! What a retailer keeps from one request for the next never shows in an answer: requests and
//! edits one after the other on one retailer are answered as on a fresh one, and as by the
//! plainest way.

#![allow(
    clippy::unwrap_used,
    reason = "what a test is made of may fail the test"
)]

mod ranked;
mod regulars;

use endcap_engine::{CompiledRule, CompiledRules, Retailer, SignalTable, plainly, rank, slate};
use endcap_testkit::build::{RuleParts, customer, pin, rule};
use endcap_vocab::{
    CapField, Consent, Effect, Fallback, IfUnavailable, Promotion, Request, Signal, Sort,
};
use ranked::{bytes, large_case};
use regulars::Regulars;

/// Products of more than one piece, and a page of a fraction of one.
const PRODUCTS: u32 = 40_000;

fn requests(base: &Request) -> Vec<Request> {
    let known = |segments: &[&str], permits: &[&str]| {
        let mut customer = customer("S1");
        customer.segments = segments.iter().map(|s| (*s).to_owned()).collect();
        customer.permits = permits.iter().map(|s| (*s).to_owned()).collect();
        customer.consent = Consent {
            personalization: true,
            ..Consent::default()
        };
        Some(customer)
    };
    let changed = |change: &dyn Fn(&mut Request)| {
        let mut request = base.clone();
        change(&mut request);
        request
    };
    vec![
        base.clone(),
        changed(&|request| request.customer = known(&["new"], &[])),
        changed(&|request| request.customer = known(&["old"], &["age18"])),
        changed(&|request| request.page = Some("shop/b".to_owned())),
        changed(&|request| request.page = Some("shop/e/f/g".to_owned())),
        changed(&|request| request.filter = Some("product.price > 4.0".to_owned())),
        changed(&|request| request.cart = vec!["P000002".to_owned(), "P020001".to_owned()]),
        changed(&|request| request.sort = Sort::PriceAsc),
        changed(&|request| {
            request.candidates = Some((0..900).map(|i| format!("P{:06}", i * 41)).collect());
        }),
        changed(&|request| request.slots = 200),
    ]
}

#[test]
fn a_retailer_that_keeps_things_answers_like_one_that_does_not() {
    let mut case = large_case(PRODUCTS);
    case.catalog.promotions.push(Promotion {
        id: "new".to_owned(),
        when: Some("product.brand == \"B3\"".to_owned()),
        percent_off: Some(30.0),
        segments: vec!["new".to_owned()],
        ..Promotion::default()
    });
    for product in case.catalog.products.iter_mut().step_by(7) {
        product.restrictions = vec!["age18".to_owned()];
    }
    let pins = vec![pin("P000300", 5), pin("P030000", 2), pin("P000007", 9)];
    let pins = Effect::Pin {
        pins,
        if_unavailable: IfUnavailable::Skip,
    };
    let cap = Effect::Cap {
        field: CapField::Category,
        max: 5,
        first: 12,
    };
    case.rule_set.rules.push(rule("pins", pins));
    case.rule_set
        .rules
        .push(rule("shelf", cap).when("product.price > 2.0"));
    case.rule_set.fallback = Fallback::Parent;
    let retailer = Retailer::build(&case.catalog).unwrap();
    let model = Regulars::new(SignalTable::new(&retailer, &case.signals));
    let rules = CompiledRules::compile(&case.rule_set).unwrap();
    let boost = rule("boost", Effect::Boost { percent: 55.0 }).when("product.price < 3.0");
    let other_boost = rule("boost", Effect::Boost { percent: 12.5 }).when("product.price < 4.5");
    let bury = rule("bury-all", Effect::Bury { percent: 10.0 });
    let hide = rule("hide-too", Effect::Hide {}).when("product.return_rate > 0.2");
    let quota = Effect::Quota { min: 9, first: 10 };
    let quota = rule("many", quota).when("product.attributes.size == 3.0");
    let edited = |rule| rules.with(CompiledRule::new(rule).unwrap());
    let mut weighed = case.rule_set.clone();
    weighed.objective.default.0.insert(Signal::Margin, 2.5);
    let edits = [
        rules.clone(),
        edited(&boost),
        edited(&other_boost),
        edited(&boost).with(CompiledRule::new(&bury).unwrap()),
        edited(&hide),
        edited(&quota),
        rules.without("cap"),
        CompiledRules::compile(&weighed).unwrap(),
        rules.clone(),
    ];
    for (edit, rules) in edits.iter().enumerate() {
        for (number, request) in requests(&case.request).iter().enumerate() {
            let named = format!("edit {edit}, request {number}");
            let kept = rank(&retailer, rules, &model, request).unwrap();
            let fresh = rank(&retailer.clone(), rules, &model, request).unwrap();
            assert_eq!(bytes(&kept), bytes(&fresh), "{named}");
            let kept = slate(&retailer, rules, &model, request).unwrap();
            let plain = plainly(&retailer, rules, &model, request).unwrap();
            assert_eq!(bytes(&kept), bytes(&plain), "{named}, plainly");
        }
    }
}
