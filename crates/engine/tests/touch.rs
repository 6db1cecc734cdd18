//! Facts proved here, on generated cases:
//! 1. The rules that nothing keeps out of force are those that `why` calls in force.
//! 2. The promotions in force are those that `why` names, and the best of them is the price.
//! 3. `trace` says what `why` says, but for what is tried out.

#![allow(
    clippy::unwrap_used,
    reason = "what a test is made of may fail the test"
)]

use endcap_engine::{CompiledRules, Retailer, SignalTable, Why, touching, trace, why};
use endcap_testkit::generate::case;
use proptest::prelude::*;

proptest! {
    #[test]
    fn what_touches_a_product_is_what_why_says(case in case()) {
        let retailer = Retailer::build(&case.catalog).unwrap();
        let rules = CompiledRules::compile(&case.rule_set).unwrap();
        let model = SignalTable::new(&retailer, &case.signals);
        let request = &case.request;
        for product in case.catalog.products.iter().take(6) {
            let sku = &product.sku;
            let why = why(&retailer, &rules, &model, request, sku).unwrap();
            let touched = touching(&retailer, &rules, &model, request, sku).unwrap();

            let in_force: Vec<&str> = touched
                .rules
                .iter()
                .filter(|rule| rule.matches && rule.outside.is_empty())
                .map(|rule| rule.rule.as_str())
                .collect();
            let expected: Vec<&str> = why
                .rules
                .iter()
                .filter(|rule| rule.touches)
                .map(|rule| rule.rule.as_str())
                .collect();
            prop_assert_eq!(in_force, expected);

            let all = endcap_engine::in_force(&retailer, &rules, request).unwrap();
            let all: Vec<&str> = all.iter().map(|rule| rule.rule().id.as_str()).collect();
            let expected: Vec<&str> = why.rules.iter().map(|rule| rule.rule.as_str()).collect();
            prop_assert_eq!(all, expected);

            let offers = touched.promotions.iter().filter(|offer| offer.in_force);
            let ids: Vec<&str> = offers.clone().map(|offer| offer.promotion.id.as_str()).collect();
            prop_assert_eq!(ids, why.promotions.iter().map(String::as_str).collect::<Vec<_>>());
            let best = offers.map(|offer| offer.price).fold(product.price.max(0.01), f64::min);
            prop_assert_eq!(best, why.price);

            let traced = trace(&retailer, &rules, &model, request, sku).unwrap();
            let untried = Why { rules: Vec::new(), cures: traced.cures.clone(), ..why };
            prop_assert_eq!(traced, untried);
        }
    }
}
