//! What stands beside an answer agrees with the answer, for every retailer, rule set and
//! request:
//!
//! 1. A page's answer is that of `rank`, its list of products that may not be shown too, and
//!    its prices are those of `quotes`.
//! 2. A rule is out of force exactly where following a product does not name it.
//! 3. A rule moves the slots that differ on the slate ranked without it.
//! 4. A condition matches as many candidates as hold it one at a time as a filter.

#![allow(
    clippy::unwrap_used,
    reason = "what a test is made of may fail the test"
)]

use std::collections::{BTreeMap, BTreeSet};

use endcap_engine::{
    CompiledRules, Retailer, SignalTable, matches, page, quotes, rank, reach, why,
};
use endcap_testkit::generate::{case, condition};
use endcap_vocab::Request;
use proptest::prelude::*;

proptest! {
    #[test]
    fn what_stands_beside_an_answer_agrees_with_it(case in case()) {
        let retailer = Retailer::build(&case.catalog).unwrap();
        let rules = CompiledRules::compile(&case.rule_set).unwrap();
        let model = SignalTable::new(&retailer, &case.signals);
        let request = Request { explain: true, ..case.request.clone() };
        let page = page(&retailer, &rules, &model, &request).unwrap();
        let mut answer = rank(&retailer, &rules, &model, &request).unwrap();
        let unshown: BTreeMap<String, _> = page
            .unshown
            .iter()
            .map(|of| (retailer.columns().sku.get(of.row as usize).to_owned(), of.reason))
            .collect();
        prop_assert_eq!(answer.ineligible.take().unwrap(), unshown);
        prop_assert_eq!(&page.answer, &answer);
        let skus: Vec<&str> = answer.slots.iter().map(|slot| slot.sku.as_str()).collect();
        prop_assert_eq!(&page.quotes, &quotes(&retailer, &rules, &model, &request, &skus).unwrap());

        if let Some(product) = case.catalog.products.first() {
            let why = why(&retailer, &rules, &model, &request, &product.sku).unwrap();
            let followed: BTreeSet<&str> = why.rules.iter().map(|rule| rule.rule.as_str()).collect();
            let out: BTreeSet<&str> = page.out_of_force.iter().map(|(id, _)| id.as_str()).collect();
            for rule in &case.rule_set.rules {
                prop_assert_eq!(followed.contains(rule.id.as_str()), !out.contains(rule.id.as_str()));
            }
        }

        let ids: Vec<&str> = case.rule_set.rules.iter().map(|rule| rule.id.as_str()).collect();
        let never = || false;
        let reached = reach(&retailer, &rules, &model, &request, (&ids, &never)).unwrap();
        prop_assert_eq!(reached.len(), ids.len());
        for reach in reached {
            let without = rank(&retailer, &rules.without(&reach.rule), &model, &request).unwrap();
            let without: Vec<&str> = without.slots.iter().map(|slot| slot.sku.as_str()).collect();
            let differ = (0..skus.len().max(without.len())).filter(|slot| skus.get(*slot) != without.get(*slot));
            prop_assert_eq!(reach.moves as usize, differ.count());
        }
    }

    #[test]
    fn a_condition_matches_the_candidates_that_it_lets_through_as_a_filter(case in case(), when in condition()) {
        let retailer = Retailer::build(&case.catalog).unwrap();
        let rules = CompiledRules::compile(&case.rule_set).unwrap();
        let model = SignalTable::new(&retailer, &case.signals);
        let request = Request { filter: None, ..case.request.clone() };
        let found = matches(&retailer, &rules, &model, &request, (&when, 5)).unwrap();
        // A shopper's filter is the same condition at the same prices, and counts no email away.
        let filtered = Request {
            filter: Some(when.clone()),
            placement: endcap_vocab::Placement::Category,
            page: if request.placement == endcap_vocab::Placement::Category { request.page.clone() } else { None },
            ..request.clone()
        };
        if request.channel != "email" {
            let page = page(&retailer, &rules, &model, &filtered).unwrap();
            prop_assert_eq!(found.on_page, page.candidates);
        }
        prop_assert!(found.on_page <= found.in_all);
        prop_assert_eq!(found.best.len(), found.on_page.min(5) as usize);
        prop_assert!(found.best.iter().all(|best| !best.score.is_nan()));
    }
}
