//! What lint finds of pins.

use endcap_engine::lint::{Code, LintTerms, Profile};
use endcap_testkit::build::{RuleParts, pin, rule};
use endcap_vocab::{Effect, IfUnavailable};
use serde_json::{Value, json};

use super::{HIDE, ONLY, finds, found, found_at, pins, schedule, scope, shop};

#[test]
fn two_pins_for_a_slot_are_found_where_both_are_in_force() {
    let shares = Some((Code::PinsShareSlot, "s r"));
    let both = |a: Value, b: Value| {
        [
            rule("r", pins([pin("A1", 1)])).scope(scope(a)),
            rule("s", pins([pin("A2", 1)])).scope(scope(b)),
        ]
    };
    finds(both(json!({}), json!({})), shares);
    finds(
        both(json!({"pages": ["shop/a"]}), json!({"pages": ["shop/b"]})),
        None,
    );
    // The deeper page comes first.
    finds(
        both(json!({"pages": ["shop/a"]}), json!({"pages": ["shop"]})),
        shares,
    );
    finds(
        both(json!({"pages": ["shop"]}), json!({"pages": ["shop/a"]})),
        Some((Code::PinsShareSlot, "r s")),
    );
    finds(
        both(json!({"segments": ["new"]}), json!({"segments": ["loyal"]})),
        None,
    );
    finds(
        both(
            json!({"segments": ["new", "loyal"]}),
            json!({"segments": ["loyal"]}),
        ),
        shares,
    );
    let until = json!({"schedule": {"until": "2027-01-01T00:00:00"}});
    let from = json!({"schedule": {"from": "2027-01-01T00:00:00"}});
    finds(both(until, from), None);
    finds(
        [
            rule("r", pins([pin("A1", 1)])),
            rule("s", pins([pin("A2", 2)])),
        ],
        {
            // The second of the page, and of both pages the third.
            None
        },
    );
    finds(
        [rule("r", pins([pin("A1", 1), pin("A2", 1)]))],
        Some((Code::PinsShareSlot, "r")),
    );
}

#[test]
fn segments_that_a_shopper_has_at_once_meet() {
    let of = |segment: &str| scope(json!({"segments": [segment]}));
    let case = shop([
        rule("r", pins([pin("A1", 1)])).scope(of("new")),
        rule("s", pins([pin("A2", 1)])).scope(of("loyal")),
    ]);
    let mut terms = LintTerms::at(case.request.at);
    assert_eq!(found_at(&case, &terms), []);
    terms.profiles.push(Profile {
        segments: vec!["loyal".to_owned(), "new".to_owned()],
        tier: None,
    });
    let shares = (Code::PinsShareSlot, "s r".to_owned());
    assert_eq!(found_at(&case, &terms), [shares]);
}

#[test]
fn a_product_that_is_pinned_twice_is_found() {
    let shares = Some((Code::PinsShareSku, "s r"));
    let both = |a: &str, b: &str| {
        [
            rule("r", pins([pin("A1", 1)])).on_page(a),
            rule("s", pins([pin("A1", 1)])).on_page(b),
        ]
    };
    finds(both("shop/a", "shop/a"), shares);
    finds(both("shop/a", "shop/b"), None);
    finds(
        [rule("r", pins([pin("A1", 1), pin("A1", 1)]))],
        Some((Code::PinsShareSku, "r")),
    );
}

#[test]
fn a_pin_that_a_rule_hides_is_found() {
    let hidden = Some((Code::PinHidden, "r h"));
    let pinned = || rule("r", pins([pin("A1", 1)]));
    let alder = "product.brand == \"Alder\"";
    finds([pinned(), rule("h", HIDE).when(alder)], hidden);
    finds(
        [pinned(), rule("h", ONLY).when("product.price > 3.0")],
        hidden,
    );
    finds([pinned(), rule("h", ONLY).when(alder)], None);
    finds(
        [pinned(), rule("h", HIDE).when("product.price > 3.0")],
        None,
    );
    finds(
        [
            pinned().on_page("shop/b"),
            rule("h", HIDE).when(alder).on_page("shop/a"),
        ],
        None,
    );
    let night = schedule(json!({"hours": [0, 5]}));
    let day = schedule(json!({"hours": [6, 20]}));
    finds(
        [
            pinned().scope(day),
            rule("h", HIDE).when(alder).scope(night),
        ],
        None,
    );
}

#[test]
fn a_pin_that_cannot_be_shown_is_found() {
    let pinned = |effect: Effect| [rule("r", effect).on_page("shop/a")];
    let ineligible = [(Code::PinIneligible, "r".to_owned())];
    let mut case = shop(pinned(pins([pin("A1", 1)])));
    case.catalog.inventory[0].on_hand = 0;
    assert_eq!(found(&case), ineligible);
    // A substitute stands in, which is what it is for.
    case.catalog
        .substitutes
        .insert("A1".to_owned(), vec!["A2".to_owned()]);
    assert_eq!(found(&case), ineligible);
    if let Effect::Pin { if_unavailable, .. } = &mut case.rule_set.rules[0].effect {
        *if_unavailable = IfUnavailable::Substitute;
    }
    assert_eq!(found(&case), []);
    // Sold through one of the channels that the rule is for.
    let mut case = shop(pinned(pins([pin("A1", 1)])));
    case.catalog.products[0].channels = vec!["app".to_owned()];
    assert_eq!(found(&case), []);
    case.rule_set.rules[0].scope.channels = vec!["web".to_owned()];
    assert_eq!(found(&case), ineligible);
    // Whom it is shown to is for the shopper to say.
    let mut case = shop(pinned(pins([pin("A1", 1)])));
    case.catalog.products[0].restrictions = vec!["age21".to_owned()];
    assert_eq!(found(&case), []);
}

#[test]
fn a_pin_below_the_place_of_its_score_demotes() {
    let demotes = Some((Code::PinDemotes, "r"));
    finds([rule("r", pins([pin("A2", 6)])).on_page("shop/a")], demotes);
    finds([rule("r", pins([pin("A2", 2)])).on_page("shop/a")], None);
    finds([rule("r", pins([pin("A6", 5)])).on_page("shop/a")], None);
    // A slot beyond the page is its last one.
    finds([rule("r", pins([pin("A6", 9)])).on_page("shop/a")], None);
    // On a page without it, it has no place of its own.
    finds([rule("r", pins([pin("A1", 4)])).on_page("shop/b")], None);
}

#[test]
fn skus_that_are_unknown_future_or_discontinued_are_found() {
    finds(
        [rule("r", pins([pin("nope", 1)]))],
        Some((Code::UnknownSku, "r")),
    );
    let mut case = shop([rule("r", pins([pin("A1", 1)])).on_page("shop/a")]);
    let today = case.request.at.date_naive();
    let later = today.checked_add_days(chrono::Days::new(10));
    case.catalog.products[0].launched_on = later;
    assert_eq!(found(&case), [(Code::FutureSku, "r".to_owned())]);
    // The rule waits for the launch.
    let from = json!({"from": "2026-12-24T00:00:00"});
    case.rule_set.rules[0].scope.schedule = schedule(from).schedule;
    assert_eq!(found(&case), []);
    case.catalog.products[0].launched_on = None;
    case.catalog.products[0].discontinued_on = Some(today);
    assert_eq!(found(&case), [(Code::DiscontinuedSku, "r".to_owned())]);
    case.catalog.products[0].discontinued_on = today.checked_add_days(chrono::Days::new(90));
    assert_eq!(found(&case), []);
}
