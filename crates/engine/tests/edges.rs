//! The edges of the semantics, each with the answer that the specification gives:
//!
//! 1. An empty catalogue gives an empty slate; one product fills one slot of 200.
//! 2. A page that is null or the root is the whole catalogue, one that is unknown is empty.
//! 3. An effective price is never below 0.01; a base and a score can be 0.
//! 4. Counts beyond every catalogue are no trouble.
//! 5. Candidates may be none, twice the same, or unknown.
//! 6. Without a store, `@store` and the channel `store` have no stock.
//! 7. Email needs consent, by placement and by channel alike.
//! 8. Without `explain`, an answer holds slots and notes alone.
//! 9. Where the semantics can be read in two ways, the reading taken here is pinned down.
//! 10. A score stays a finite number, however many boosts meet.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test is made of may fail the test"
)]

mod ranked;

use endcap_testkit::build::{
    ProductParts, RequestParts, RuleParts, case, customer, pin, product, rule,
};
use endcap_vocab::{
    Answer, AttributeValue, CapField, Case, Consent, Customer, Effect, Fallback, IfUnavailable,
    InboundRow, NoteKind, Placement, Promotion, Reason, Signal, Source, Suppressed,
};
use ranked::ranked;

fn skus(answer: &Answer) -> Vec<&str> {
    answer.slots.iter().map(|slot| slot.sku.as_str()).collect()
}

fn notes(answer: &Answer) -> Vec<NoteKind> {
    let about_rules = |kind: &NoteKind| *kind != NoteKind::PersonalSignalsOff;
    answer
        .notes
        .iter()
        .map(|note| note.note)
        .filter(about_rules)
        .collect()
}

fn reason(answer: &Answer, sku: &str) -> Option<Reason> {
    answer.ineligible.as_ref().unwrap().get(sku).copied()
}

fn pins<const N: usize>(pins: [(&str, u32); N]) -> Effect {
    Effect::Pin {
        pins: pins.iter().map(|(sku, slot)| pin(sku, *slot)).collect(),
        if_unavailable: IfUnavailable::Skip,
    }
}

fn with_request(mut case: Case, change: impl FnOnce(&mut endcap_vocab::Request)) -> Case {
    change(&mut case.request);
    case
}

// 1.

#[test]
fn an_empty_catalogue_gives_an_empty_slate_and_the_notes_of_its_rules() {
    let answer = ranked(&case(
        [],
        [
            rule(
                "cap",
                Effect::Cap {
                    field: CapField::Brand,
                    max: 0,
                    first: 1,
                },
            ),
            rule("pin", pins([("P1", 1)])),
            rule("quota", Effect::Quota { min: 1, first: 1 }),
            rule("reserve", Effect::Reserve { slots: vec![1] }),
        ],
    ));
    assert!(answer.slots.is_empty());
    assert_eq!(answer.metrics, Some(None));
    assert_eq!(
        notes(&answer),
        [
            NoteKind::PinIneligible,
            NoteKind::ReserveUnfilled,
            NoteKind::QuotaUnmet
        ]
    );
}

#[test]
fn one_product_fills_one_slot_of_200_and_its_pin_closes_up() {
    let rules = [rule("pin", pins([("P1", 200)]))];
    let answer = ranked(&with_request(case([product("P1")], rules), |request| {
        request.slots = 200;
    }));
    assert_eq!(skus(&answer), ["P1"]);
    assert_eq!(
        (answer.slots[0].slot, answer.slots[0].source),
        (1, Source::Pin)
    );
    let compacted = answer.notes.last().unwrap();
    assert_eq!(
        (compacted.note, compacted.slot),
        (NoteKind::PinCompacted, Some(200))
    );
}

// 2.

#[test]
fn a_page_of_null_and_of_the_root_are_the_whole_catalogue() {
    let shop = || {
        case(
            [
                product("P1").in_category("a"),
                product("P2").in_category("b/c"),
            ],
            [],
        )
    };
    for page in [None, Some(String::new())] {
        let answer = ranked(&with_request(shop(), |request| request.page = page));
        assert_eq!(skus(&answer), ["P1", "P2"]);
    }
    let answer = ranked(&with_request(shop(), |request| {
        request.page = Some("b/cd".to_owned());
    }));
    assert!(answer.slots.is_empty());
    assert_eq!(answer.metrics, Some(None));
}

#[test]
fn a_fallback_above_an_unknown_page_is_its_parent_then_the_catalogue() {
    let products = [
        product("P1").in_category("a"),
        product("P2").in_category("b/c"),
    ];
    let mut case = case(products, []);
    case.rule_set.fallback = Fallback::Parent;
    case.request = case.request.page("b/unknown");
    let answer = ranked(&case);
    assert_eq!(skus(&answer), ["P2", "P1"]);
    assert!(
        answer
            .slots
            .iter()
            .all(|slot| slot.source == Source::Fallback)
    );
    assert!(
        answer
            .slots
            .iter()
            .all(|slot| slot.organic_rank == Some(None))
    );
    // The organic slate has the same fallback, so nothing was overridden.
    assert!(
        answer
            .slots
            .iter()
            .all(|slot| slot.overridden == Some(false))
    );
}

// 3.

#[test]
fn a_price_is_never_below_a_cent() {
    let mut case = case([product("P1").price(5.0).unit_cost(0.0)], []);
    case.catalog.promotions = vec![Promotion {
        id: "gift".to_owned(),
        skus: Some(vec!["P1".to_owned()]),
        amount_off: Some(7.0),
        ..Promotion::default()
    }];
    case.signals.purchase_anonymous = Some([("P1".to_owned(), 1.0)].into());
    let metrics = ranked(&case).metrics.unwrap().unwrap();
    assert_eq!(metrics.revenue_per_1k, 10.0);
}

#[test]
fn a_cost_above_every_benefit_leaves_a_base_of_0_and_the_popular_first() {
    let mut expensive = product("P1");
    expensive.return_rate = 1.0;
    let mut case = case([expensive.clone(), product("P2")], []);
    case.catalog.products[1].return_rate = 1.0;
    case.rule_set.objective.default.0 = [(Signal::ReturnRisk, 10.0)].into();
    let answer = ranked(&case);
    assert_eq!(skus(&answer), ["P1", "P2"]);
    assert!(
        answer
            .slots
            .iter()
            .all(|slot| slot.base == 0.0 && slot.score == 0.0)
    );
    assert_eq!(
        answer.slots[0].contributions.as_ref().unwrap()[0].points,
        -10.0
    );
}

#[test]
fn a_negative_zero_ties_with_zero() {
    let mut case = case([product("P1"), product("P2")], []);
    case.signals.popularity = [("P1".to_owned(), -0.0), ("P2".to_owned(), 0.0)].into();
    assert_eq!(skus(&ranked(&case)), ["P1", "P2"]);
}

// 4.

#[test]
fn counts_beyond_every_catalogue_are_no_trouble() {
    let rules = [
        rule(
            "cap",
            Effect::Cap {
                field: CapField::Category,
                max: u32::MAX,
                first: u32::MAX,
            },
        ),
        rule("pin", pins([("P1", u32::MAX)])),
        rule(
            "quota",
            Effect::Quota {
                min: u32::MAX,
                first: u32::MAX,
            },
        )
        .priority(i64::MAX),
        rule(
            "quota-low",
            Effect::Quota {
                min: u32::MAX,
                first: u32::MAX,
            },
        )
        .priority(i64::MIN),
        rule(
            "reserve",
            Effect::Reserve {
                slots: vec![u32::MAX],
            },
        ),
    ];
    let mut case = case([product("P1"), product("P2")], rules);
    case.catalog.inventory[0].on_hand = 1_000_000_000_000;
    case.catalog.inbound = vec![
        InboundRow {
            location: "s1".to_owned(),
            sku: "P1".to_owned(),
            quantity: 1_000_000_000_000,
            due: "2026-11-20".parse().unwrap(),
        };
        50
    ];
    case.rule_set.eligibility.min_available = 1_000_000_000_000;
    case.rule_set.eligibility.promise_days = [("web".to_owned(), 3650)].into();
    let answer = ranked(&case);
    assert_eq!(skus(&answer), ["P1"]);
    assert_eq!(
        notes(&answer),
        [
            NoteKind::PinBeyond,
            NoteKind::ReserveBeyond,
            NoteKind::QuotaUnmet,
            NoteKind::QuotaUnmet
        ]
    );
}

// 5.

#[test]
fn no_candidates_leave_pins_and_the_fallback_only() {
    let rules = [rule("pin", pins([("P3", 2)]))];
    let shop = case([product("P1"), product("P2"), product("P3")], rules);
    let mut case = with_request(shop, |request| request.candidates = Some(Vec::new()));
    assert_eq!(skus(&ranked(&case)), ["P3"]);
    case.rule_set.fallback = Fallback::Popular;
    let answer = ranked(&case);
    assert_eq!(skus(&answer), ["P1", "P3", "P2"]);
    // Nothing was a candidate, so nothing could be bought, and all of it was kept.
    assert_eq!(answer.metrics.unwrap().unwrap().relevance_kept, 1.0);
}

#[test]
fn a_candidate_counts_once_and_an_unknown_one_is_noted_once() {
    let candidates = ["GONE", "P2", "P2", "LOST", "GONE", "P1"].map(str::to_owned);
    let answer = ranked(&with_request(
        case([product("P1"), product("P2")], []),
        |request| {
            request.candidates = Some(candidates.to_vec());
        },
    ));
    assert_eq!(skus(&answer), ["P1", "P2"]);
    let unknown: Vec<_> = answer
        .notes
        .iter()
        .filter_map(|note| note.sku.as_deref())
        .collect();
    assert_eq!(unknown, ["GONE", "LOST"]);
    assert_eq!(notes(&answer), [NoteKind::UnknownCandidate; 2]);
}

// 6.

#[test]
fn without_a_store_the_store_alias_adds_nothing() {
    let shop = |sourcing: &[&str]| {
        let mut case = case([product("P1")], []);
        let sourcing = sourcing.iter().map(|id| (*id).to_owned()).collect();
        case.catalog.sourcing = [("web".to_owned(), sourcing)].into();
        case
    };
    let alone = shop(&["@store"]);
    assert_eq!(reason(&ranked(&alone), "P1"), Some(Reason::OutOfStock));
    let in_store = with_request(alone, |request| request.store = Some("s1".to_owned()));
    assert_eq!(skus(&ranked(&in_store)), ["P1"]);
    assert_eq!(skus(&ranked(&shop(&["@store", "s1"]))), ["P1"]);
}

#[test]
fn a_location_named_twice_serves_once() {
    let mut case = case([product("P1")], []);
    let sourcing = ["s1", "@store", "s1"].map(str::to_owned).to_vec();
    case.catalog.sourcing = [("web".to_owned(), sourcing)].into();
    case.request = case.request.store("s1");
    case.rule_set.eligibility.min_available = 101;
    assert_eq!(reason(&ranked(&case), "P1"), Some(Reason::OutOfStock));
}

#[test]
fn the_channel_store_is_served_by_the_store_alone() {
    let shop = || {
        with_request(case([product("P1")], []), |request| {
            request.channel = "store".to_owned();
        })
    };
    assert_eq!(reason(&ranked(&shop()), "P1"), Some(Reason::OutOfStock));
    let in_store = with_request(shop(), |request| request.store = Some("s1".to_owned()));
    assert_eq!(skus(&ranked(&in_store)), ["P1"]);
}

// 7.

#[test]
fn email_needs_consent_by_placement_and_by_channel() {
    let consents = |email: bool| Customer {
        consent: Consent {
            email,
            ..Consent::default()
        },
        ..customer("c1")
    };
    for (placement, channel) in [(Placement::Email, "web"), (Placement::Category, "email")] {
        for (shopper, is_sent) in [
            (None, false),
            (Some(consents(false)), false),
            (Some(consents(true)), true),
        ] {
            let answer = ranked(&with_request(case([product("P1")], []), |request| {
                request.placement = placement;
                request.channel = channel.to_owned();
                request.customer = shopper;
            }));
            assert_eq!(answer.slots.len(), usize::from(is_sent));
            let suppressed = (!is_sent).then_some(Suppressed::NoEmailConsent);
            assert_eq!(answer.suppressed, suppressed);
            if !is_sent {
                assert!(answer.notes.is_empty());
                assert_eq!(answer.ineligible, Some([].into()));
                assert_eq!(answer.metrics, Some(None));
            }
        }
    }
}

// 8.

#[test]
fn without_explain_an_answer_holds_slots_and_notes_alone() {
    let rules = [
        rule("boost", Effect::Boost { percent: 10.0 }),
        rule("pin", pins([("P9", 1)])),
    ];
    let explained = case([product("P1"), product("P2")], rules);
    let brief = with_request(explained.clone(), |request| request.explain = false);
    let (explained, brief) = (ranked(&explained), ranked(&brief));
    assert_eq!(skus(&explained), skus(&brief));
    assert_eq!(explained.notes, brief.notes);
    let value = serde_json::to_value(&brief).unwrap();
    let fields: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["notes", "slots", "suppressed"]);
    let fields: Vec<&String> = value["slots"][0].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["base", "rule", "score", "sku", "slot", "source"]);
}

// 9.

#[test]
fn a_pin_that_fails_a_test_and_the_filter_is_noted_with_the_test() {
    let mut case = case([product("P1")], [rule("pin", pins([("P1", 1)]))]);
    case.catalog.inventory.clear();
    case.request.filter = Some("product.price < 0.0".to_owned());
    let answer = ranked(&case);
    assert_eq!(
        answer.notes.last().unwrap().detail.as_deref(),
        Some("out_of_stock")
    );
}

#[test]
fn a_request_without_a_page_is_on_no_page_of_a_scope_not_even_the_root() {
    let boosted = rule("boost", Effect::Boost { percent: 10.0 }).on_page("");
    let without = case([product("P1")], [boosted]);
    let on_root = with_request(without.clone(), |request| {
        request.page = Some(String::new());
    });
    let factors = |case: &Case| ranked(case).slots[0].factors.clone().unwrap().len();
    assert_eq!((factors(&without), factors(&on_root)), (0, 1));
}

#[test]
fn a_slot_that_a_reserve_names_twice_is_taken_the_second_time() {
    let rules = [rule(
        "reserve",
        Effect::Reserve {
            slots: vec![2, 1, 2],
        },
    )];
    let answer = ranked(&case([product("P1"), product("P2"), product("P3")], rules));
    assert_eq!(skus(&answer), ["P1", "P2", "P3"]);
    assert_eq!(notes(&answer), [NoteKind::ReserveTaken]);
}

#[test]
fn a_substitute_is_placed_and_noted_by_its_pins_own_sku_and_slot() {
    let pinned = Effect::Pin {
        pins: vec![pin("P1", 1), pin("GONE", 1)],
        if_unavailable: IfUnavailable::Substitute,
    };
    let mut case = case(
        [product("P1"), product("P2"), product("P3")],
        [rule("pin", pinned)],
    );
    case.catalog.substitutes =
        [("GONE".to_owned(), ["P1", "P3"].map(str::to_owned).to_vec())].into();
    let answer = ranked(&case);
    assert_eq!(skus(&answer), ["P1", "P3", "P2"]);
    assert_eq!(answer.slots[1].source, Source::Substitute);
    assert_eq!(
        notes(&answer),
        [NoteKind::PinIneligible, NoteKind::PinMoved]
    );
    for note in &answer.notes[1..] {
        assert_eq!((note.sku.as_deref(), note.slot), (Some("GONE"), Some(1)));
    }
}

#[test]
fn an_unmet_quota_above_a_cap_leaves_the_cap_out_first() {
    // Literally section 7, step 3: the cap is the lowest in precedence, so it goes before
    // the quota that nothing can meet.
    let rules = [
        rule(
            "cap",
            Effect::Cap {
                field: CapField::Brand,
                max: 1,
                first: 2,
            },
        ),
        rule("quota", Effect::Quota { min: 2, first: 2 })
            .when("product.price < 0.0")
            .priority(1),
    ];
    let products = [
        product("P1").brand("A"),
        product("P2").brand("A"),
        product("P3").brand("B"),
    ];
    let answer = ranked(&with_request(case(products, rules), |request| {
        request.slots = 2;
    }));
    assert_eq!(skus(&answer), ["P1", "P2"]);
    assert_eq!(
        notes(&answer),
        [NoteKind::QuotaUnmet, NoteKind::CapExceeded]
    );
}

#[test]
fn a_cap_on_an_attribute_keeps_types_apart() {
    let rules = [rule(
        "cap",
        Effect::Cap {
            field: CapField::Attribute("size".to_owned()),
            max: 1,
            first: 8,
        },
    )];
    let sized = |sku: &str, size: AttributeValue| product(sku).attribute("size", size);
    let products = [
        sized("P1", AttributeValue::Number(1.0)),
        sized("P2", AttributeValue::Text("1".to_owned())),
        sized("P3", AttributeValue::Bool(true)),
        product("P4"),
    ];
    let answer = ranked(&case(products, rules));
    assert_eq!(skus(&answer), ["P1", "P2", "P3", "P4"]);
    assert_eq!(notes(&answer), []);
}

// 10.

#[test]
fn boosts_without_end_stay_a_number() {
    let boost = |index| rule(&format!("b{index}"), Effect::Boost { percent: 900.0 });
    let bury = rule("z", Effect::Bury { percent: 100.0 }).when("product.sku == \"B\"");
    let answer = ranked(&case(
        [product("A"), product("B")],
        (0..400).map(boost).chain([bury]),
    ));
    let scores: Vec<f64> = answer.slots.iter().map(|slot| slot.score).collect();
    assert!(scores[0].is_finite() && scores[0] > 1e300, "{scores:?}");
    assert_eq!(scores[1], 0.0);
}

#[test]
fn a_cap_of_none_leaves_the_caps_after_it_what_they_count() {
    let of = |sku: &str, vendor: &str, relevance: f64| {
        let mut product = product(sku);
        product.vendor = Some(vendor.to_owned());
        (product, relevance)
    };
    let products = [
        of("P1", "V1", 0.9),
        of("P2", "V1", 0.8),
        of("P3", "V2", 0.7),
    ];
    let cap = |field, max| Effect::Cap {
        field,
        max,
        first: 10,
    };
    let rules = [
        rule("a", cap(CapField::Brand, 0)),
        rule("b", cap(CapField::Vendor, 1)),
    ];
    let mut case = case(products.iter().map(|(product, _)| product.clone()), rules);
    for (product, relevance) in &products {
        let signals = &mut case.signals;
        signals.relevance.insert(product.sku.clone(), *relevance);
        signals
            .relevance_anonymous
            .insert(product.sku.clone(), *relevance);
    }
    case.rule_set
        .objective
        .default
        .0
        .insert(Signal::Relevance, 1.0);
    let answer = ranked(&with_request(case, |request| request.slots = 3));
    assert_eq!(skus(&answer), ["P1", "P3", "P2"]);
}
