//! What lint finds of conditions, figures, weights and rules that meet.

use endcap_engine::lint::Code;
use endcap_testkit::build::{RuleParts, pin, rule};
use endcap_vocab::{Effect, Fallback, Location, Promotion, Rule, Signal};
use serde_json::{Value, json};

use super::{BOOST, BURY, HIDE, ONLY, cap, finds, found, pins, quota, schedule, scope, shop, when};

#[test]
fn a_condition_that_contradicts_itself_never_matches() {
    let never = Some((Code::NeverMatches, "r"));
    finds(
        [when(BOOST, "product.price > 4.0 && product.price < 3.0")],
        never,
    );
    finds([when(HIDE, "product.margin > 25")], never);
    finds(
        [when(BOOST, "product.price > 3.0 && product.price < 4.5")],
        None,
    );
    finds(
        [when(BOOST, "product.price > 4.0 || product.price < 3.0")],
        None,
    );
    let off = Rule {
        enabled: false,
        ..when(BOOST, "false")
    };
    finds([off], None);
}

#[test]
fn a_scope_that_no_request_has_is_never_in_force() {
    let never = Some((Code::NeverInForce, "r"));
    let scoped = |value: Value| rule("r", BOOST).scope(scope(value));
    finds([scoped(json!({"stores": ["nowhere"]}))], never);
    finds(
        [scoped(json!({"stores": ["s1"], "regions": ["SE"]}))],
        never,
    );
    finds([scoped(json!({"stores": ["s1"], "regions": ["NW"]}))], None);
    let inverted = json!({"from": "2026-12-02T00:00:00", "until": "2026-12-01T00:00:00"});
    finds([rule("r", BOOST).scope(schedule(inverted))], never);
    // A weekday that does not come between the first moment and the last.
    let monday =
        |until: &str| json!({"from": "2026-12-01T00:00:00", "until": until, "weekdays": ["mon"]});
    finds(
        [rule("r", BOOST).scope(schedule(monday("2026-12-03T00:00:00")))],
        never,
    );
    let soon = schedule(monday("2026-12-08T00:00:00"));
    finds([rule("r", BOOST).scope(soon)], None);
}

#[test]
fn a_rule_whose_condition_fits_no_product_of_today_reaches_nothing() {
    let nothing = Some((Code::ReachesNothing, "r"));
    finds([when(BOOST, "product.brand == \"Dune\"")], nothing);
    finds(
        [when(BOOST, "product.brand == \"Birch\"").on_page("shop/a")],
        nothing,
    );
    finds(
        [when(BOOST, "product.brand == \"Birch\"").on_page("shop/b")],
        None,
    );
    finds([rule("r", BOOST).on_page("garden")], nothing);
    finds([when(ONLY, "product.brand == \"Dune\"")], nothing);
    // No product costs so little, but for the members a promotion is for.
    let cheap = when(BOOST, "product.price < 0.9");
    finds([cheap.clone()], nothing);
    let mut case = shop([cheap]);
    case.catalog.promotions.push(Promotion {
        id: "p".to_owned(),
        skus: Some(vec!["A1".to_owned()]),
        when: None,
        percent_off: Some(50.0),
        amount_off: None,
        price: None,
        from: None,
        until: None,
        channels: Vec::new(),
        segments: vec!["members".to_owned()],
    });
    assert_eq!(found(&case), []);
    // Nothing is in stock but in the store.
    let mut case = shop([when(BOOST, "product.stock > 500").on_page("shop/a")]);
    case.catalog.inventory[0].on_hand = 900;
    let channels = vec!["@store".to_owned()];
    case.catalog.sourcing.insert("web".to_owned(), channels);
    assert_eq!(found(&case), []);
}

#[test]
fn figures_that_do_nothing_change_nothing() {
    let nothing = Some((Code::ChangesNothing, "r"));
    finds([rule("r", Effect::Boost { percent: 0.0 })], nothing);
    finds([rule("r", Effect::Bury { percent: 0.0 })], nothing);
    finds([rule("r", quota(0, 5))], nothing);
    finds([rule("r", cap(5, 5))], nothing);
    finds([rule("r", cap(4, 5))], None);
    finds([rule("r", Effect::Bury { percent: 100.0 })], None);
}

#[test]
fn a_rule_on_what_another_hides_is_moot() {
    let hide = || rule("h", HIDE).when("product.price > 2.0");
    let moot = Some((Code::MootHidden, "r h"));
    // Conditions that read a price are compared where they are the same.
    finds([when(BOOST, "product.price > 2.0"), hide()], moot);
    finds([when(BOOST, "product.price > 3.0"), hide()], None);
    let alder = "product.brand == \"Alder\"";
    let birch = "product.brand == \"Birch\"";
    finds([when(BOOST, alder), rule("h", HIDE).when(alder)], moot);
    finds([when(cap(1, 5), alder), rule("h", ONLY).when(birch)], moot);
    finds([when(BOOST, birch), rule("h", HIDE).when(alder)], None);
    finds([rule("r", BOOST), rule("h", HIDE).when(alder)], None);
    let app = scope(json!({"channels": ["app"]}));
    finds(
        [
            when(BOOST, alder),
            rule("h", HIDE).when(alder).scope(app.clone()),
        ],
        None,
    );
    finds(
        [when(BOOST, alder).scope(app), rule("h", HIDE).when(alder)],
        moot,
    );
    let night = schedule(json!({"hours": [22, 6]}));
    finds(
        [when(BOOST, alder), rule("h", HIDE).when(alder).scope(night)],
        None,
    );
}

#[test]
fn a_rule_inside_another_that_does_as_much_is_moot() {
    let moot = Some((Code::MootInside, "r q"));
    finds(
        [
            rule("r", cap(3, 5)).on_page("shop/a"),
            rule("q", cap(2, 6)).priority(1),
        ],
        moot,
    );
    finds(
        [
            rule("r", cap(1, 5)).on_page("shop/a"),
            rule("q", cap(2, 6)).priority(1),
        ],
        None,
    );
    // Of lower precedence the wider cap is left out first.
    finds(
        [rule("r", cap(3, 5)).on_page("shop/a"), rule("q", cap(2, 6))],
        None,
    );
    finds(
        [
            rule("r", cap(3, 5)),
            rule("q", cap(2, 6)).priority(1).on_page("shop/a"),
        ],
        None,
    );
    let alder = "product.brand == \"Alder\"";
    let first = "product.sku == \"A1\"";
    finds([when(HIDE, first), rule("q", HIDE).when(alder)], moot);
    finds([rule("q", HIDE).when(alder), when(HIDE, alder)], moot);
    finds(
        [
            when(HIDE, "product.sku == \"B1\""),
            rule("q", HIDE).when(alder),
        ],
        None,
    );
    finds([when(ONLY, alder), rule("q", ONLY).when(first)], moot);
    let reserve = |slots: &[u32]| Effect::Reserve {
        slots: slots.to_vec(),
    };
    finds(
        [
            when(reserve(&[2]), alder),
            rule("q", reserve(&[1, 2])).when(alder).priority(1),
        ],
        moot,
    );
    finds(
        [
            when(reserve(&[3]), alder),
            rule("q", reserve(&[1, 2])).when(alder).priority(1),
        ],
        None,
    );
}

#[test]
fn a_boost_and_a_bury_that_meet_on_a_product_are_found() {
    let meets = Some((Code::BoostMeetsBury, "r b"));
    let bury = |condition: &str| rule("b", BURY).when(condition);
    finds(
        [
            when(BOOST, "product.price > 2.0"),
            bury("product.price < 4.0"),
        ],
        meets,
    );
    finds(
        [
            when(BOOST, "product.price > 4.0"),
            bury("product.price < 4.0"),
        ],
        None,
    );
    let both = |of_boost: Value, of_bury: Value| {
        [
            when(BOOST, "product.price > 2.0").scope(scope(of_boost)),
            bury("product.price > 3.0").scope(scope(of_bury)),
        ]
    };
    finds(
        both(json!({"pages": ["shop"]}), json!({"pages": ["shop/a"]})),
        meets,
    );
    finds(
        both(json!({"pages": ["shop/b"]}), json!({"pages": ["shop/a"]})),
        None,
    );
    finds(
        both(json!({"channels": ["web"]}), json!({"channels": ["app"]})),
        None,
    );
    finds(
        both(json!({"tiers": ["gold"]}), json!({"tiers": ["base"]})),
        None,
    );
    finds(
        both(
            json!({"placements": ["home"]}),
            json!({"placements": ["cart"]}),
        ),
        None,
    );
    let hours = |hours: [u8; 2]| json!({"schedule": {"hours": hours}});
    finds(both(hours([9, 12]), hours([12, 15])), None);
    finds(both(hours([9, 13]), hours([12, 15])), meets);
    let days = |days: [&str; 1]| json!({"schedule": {"weekdays": days}});
    finds(both(days(["sat"]), days(["sun"])), None);
    // What is not sold any more is boosted and buried by nobody.
    let mut case = shop([
        when(BOOST, "product.sku == \"A1\""),
        bury("product.price < 2.0"),
    ]);
    let gone = case.request.at.date_naive().pred_opt();
    for product in &mut case.catalog.products {
        product.discontinued_on = gone.filter(|_| product.price < 2.0);
    }
    assert_eq!(found(&case), []);
}

#[test]
fn a_quota_that_no_slate_can_meet_is_found() {
    let unmet = Some((Code::QuotaUnmet, "r"));
    finds([rule("r", quota(7, 8)).on_page("shop/a")], unmet);
    finds([rule("r", quota(6, 8)).on_page("shop/a")], None);
    finds([rule("r", quota(5, 3)).on_page("shop/a")], unmet);
    // One of a style counts.
    let mut case = shop([rule("r", quota(6, 8)).on_page("shop/a")]);
    for product in &mut case.catalog.products[..4] {
        product.group = Some("G".to_owned());
    }
    assert_eq!(found(&case), [(Code::QuotaUnmet, "r".to_owned())]);
    // A pin brings one from another page, and so does a fallback.
    let seventh = rule("p", pins([pin("B1", 1)])).on_page("shop/a");
    finds([rule("r", quota(7, 8)).on_page("shop/a"), seventh], None);
    let mut case = shop([rule("r", quota(7, 8)).on_page("shop/a")]);
    case.rule_set.fallback = Fallback::Parent;
    assert_eq!(found(&case), []);
    // What is out of stock on the web is not in the store.
    let mut case = shop([rule("r", quota(6, 8)).on_page("shop/a")]);
    case.catalog.locations.push(Location {
        id: "s2".to_owned(),
        region: "NE".to_owned(),
        tz: "UTC".to_owned(),
    });
    case.catalog.inventory[0].location = "s2".to_owned();
    let web = vec!["s1".to_owned()];
    case.catalog.sourcing.insert("web".to_owned(), web);
    assert_eq!(found(&case), []);
}

#[test]
fn a_cap_that_leaves_a_quota_no_room_fights_it() {
    let fights = Some((Code::CapFightsQuota, "r q"));
    let alder = "product.brand == \"Alder\"";
    let wants = |min: u32| rule("q", quota(min, 5)).when(alder);
    finds([rule("r", cap(2, 8)), wants(3)], fights);
    finds([rule("r", cap(3, 8)), wants(3)], None);
    // The slots behind the cap are free.
    finds([rule("r", cap(2, 4)), wants(3)], None);
    // Two brands have room for two each.
    finds(
        [rule("r", cap(2, 8)), rule("q", quota(4, 5)).on_page("shop")],
        None,
    );
    finds(
        [when(cap(2, 8), "product.brand == \"Birch\""), wants(3)],
        None,
    );
    finds(
        [
            rule("r", cap(2, 8)).on_page("shop/b"),
            wants(3).on_page("shop/a"),
        ],
        None,
    );
    let pinned = rule("p", pins([pin("A1", 1)])).on_page("shop/a");
    finds([rule("r", cap(2, 8)), wants(3), pinned], None);
}

#[test]
fn a_weight_of_what_no_product_has_is_idle() {
    let weighted = |signal: Signal| {
        let mut case = shop([]);
        case.rule_set.objective.default.0.insert(signal, 1.0);
        case
    };
    let idle = [(Code::WeightIdle, String::new())];
    for signal in [
        Signal::Season,
        Signal::Funding,
        Signal::Rating,
        Signal::Newness,
    ] {
        assert_eq!(found(&weighted(signal)), idle, "{signal:?}");
    }
    let mut case = weighted(Signal::Season);
    case.catalog.products[3].season_months = vec![7];
    assert_eq!(found(&case), []);
    assert_eq!(found(&weighted(Signal::Margin)), []);
    assert_eq!(found(&weighted(Signal::Relevance)), []);
    let mut case = shop([]);
    let weights = [(Signal::Popularity, 2.0)].into();
    let categories = &mut case.rule_set.objective.categories;
    categories.insert("garden".to_owned(), endcap_vocab::Weights(weights));
    assert_eq!(found(&case), idle);
}
