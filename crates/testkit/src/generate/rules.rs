//! Generated rule sets.

use chrono::NaiveDateTime;
use endcap_vocab::{
    CapField, Effect, Eligibility, Fallback, IfUnavailable, MarginFloor, Objective, Owner, Pin,
    Placement, Rule, RuleSet, Schedule, Scope, Signal, Weekday, Weights,
};
use proptest::collection::{btree_map, vec};
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::{
    CATEGORIES, CHANNELS, LOCATIONS, REGIONS, SEGMENTS, TIERS, one_of, sixty_fourths, sku, some_of,
};
use crate::fixtures::at;

/// Conditions of every operator and field, with constants that lie between exact sums.
const CONDITIONS: &[&str] = &[
    "true",
    "!product.private_label && product.margin > 0.233",
    "\"organic\" in product.tags",
    "has(product.attributes.roast) && product.attributes.roast != \"dark\"",
    "has(product.brand) && product.vendor == \"V2\"",
    "product.age_days < 61.0",
    "product.attributes.decaf",
    "product.attributes.roast == \"dark\"",
    "product.attributes.strength >= 3.0 && product.price + 1.5 < 11.0",
    "product.brand in [\"Coast\", \"Dune\"]",
    "product.category.under(\"grocery/beverages\")",
    "product.discount > 0.041",
    "product.funding > 0.021",
    "product.group == \"G1\" || product.stock_cover_days / 2.0 > 20.003",
    "product.list_price * 2.0 - product.price > 12.003",
    "product.margin >= 0.31",
    "product.price - product.unit_cost > 3.003",
    "product.price < 7.003",
    "product.private_label",
    "product.return_rate > 0.061 || product.rating < 3.1",
    "product.season",
    "product.sku.endsWith(\"3\") || product.sku.startsWith(\"S00\")",
    "product.stock > 20",
    "product.stock_age_days > 45.0",
    "product.title.contains(\"Dark\")",
    "product.title.matches(\"^(Light|Dark) \")",
    "size(product.tags) >= 2",
];

const QUERIES: &[&str] = &["dark  Roast", "tea", " Café "];

/// Local times about the instants of generated requests.
const LOCAL_TIMES: &[&str] = &[
    "2026-11-01T00:00:00",
    "2026-11-20T00:00:00",
    "2026-11-20T09:00:00",
    "2026-11-21T00:00:00",
];

/// A rule set of 0..10 rules in no order.
pub fn rule_set() -> impl Strategy<Value = RuleSet> {
    let rules = vec(rule(), 0..=10)
        .prop_map(|mut rules| {
            for (index, rule) in rules.iter_mut().enumerate() {
                rule.id = format!("R{index}");
            }
            rules
        })
        .prop_shuffle();
    let fallback = select(&[Fallback::None, Fallback::Parent, Fallback::Popular][..]);
    (objective(), eligibility(), rules, fallback).prop_map(
        |(objective, eligibility, rules, fallback)| RuleSet {
            name: "Generated".to_owned(),
            objective,
            eligibility,
            rules,
            fallback,
        },
    )
}

/// Weights in eighths, with entries for some categories.
pub fn objective() -> impl Strategy<Value = Objective> {
    let weights = || {
        let weight = (0..=80_u8).prop_map(|eighths| f64::from(eighths) / 8.0);
        btree_map(select(&Signal::ALL[..]), weight, 0..6).prop_map(Weights)
    };
    (weights(), btree_map(one_of(CATEGORIES), weights(), 0..4)).prop_map(|(default, categories)| {
        Objective {
            default,
            categories,
        }
    })
}

/// The tests that a rule set tunes.
pub fn eligibility() -> impl Strategy<Value = Eligibility> {
    let category = prop_oneof![1 => Just(String::new()), 4 => one_of(CATEGORIES)];
    let floors = btree_map(category, sixty_fourths(0, 24), 0..3);
    (
        weighted(0.6, Just(())),
        prop_oneof![3 => Just(1), 1 => 0..8_i64],
        btree_map(one_of(CHANNELS), 0..6_u32, 0..3),
        floors,
        weighted(0.2, sixty_fourths(0, 16)),
    )
        .prop_map(
            |(in_stock, min_available, promise_days, floors, max_return_rate)| {
                let floor = |(category, floor)| MarginFloor { category, floor };
                Eligibility {
                    in_stock: in_stock.is_some(),
                    min_available,
                    promise_days,
                    margin_floors: floors.into_iter().map(floor).collect(),
                    max_return_rate,
                }
            },
        )
}

/// A condition that every checker accepts.
pub fn condition() -> impl Strategy<Value = String> {
    let leaf = || one_of(CONDITIONS);
    prop_oneof![
        6 => leaf(),
        1 => leaf().prop_map(|inner| format!("!({inner})")),
        1 => (leaf(), leaf()).prop_map(|(left, right)| format!("({left}) && ({right})")),
        1 => (leaf(), leaf()).prop_map(|(left, right)| format!("({left}) || ({right})")),
    ]
}

/// A rule; [`rule_set`] gives each its own id.
pub fn rule() -> impl Strategy<Value = Rule> {
    let owner = select(
        &[
            Owner::Merchandising,
            Owner::Marketing,
            Owner::Operations,
            Owner::Legal,
        ][..],
    );
    (
        owner,
        weighted(0.9, Just(())),
        -2..=2_i64,
        scope(),
        weighted(0.8, condition()),
        effect(),
        weighted(0.2, Just("Autumn".to_owned())),
    )
        .prop_map(
            |(owner, enabled, priority, scope, when, effect, campaign)| Rule {
                id: "R0".to_owned(),
                name: format!("A {}", effect.kind()),
                owner,
                enabled: enabled.is_some(),
                priority,
                scope,
                // A pin names its products, so it has no condition.
                when: when.filter(|_| !matches!(effect, Effect::Pin { .. })),
                effect,
                campaign,
                note: None,
            },
        )
}

/// Every kind of effect; what empties slates comes less often.
pub fn effect() -> impl Strategy<Value = Effect> {
    let percent = |values: &'static [f64]| select(values);
    // A slate has 24 slots at most, so some slots lie beyond.
    let slot = || 1..=28_u32;
    let pins = vec(
        (sku(), slot()).prop_map(|(sku, slot)| Pin { sku, slot }),
        1..5,
    );
    let if_unavailable = select(&[IfUnavailable::Skip, IfUnavailable::Substitute][..]);
    let field = prop_oneof![
        Just(CapField::Brand),
        Just(CapField::Vendor),
        Just(CapField::Category),
        one_of(&["roast", "strength", "decaf", "unheard_of"]).prop_map(CapField::Attribute),
    ];
    prop_oneof![
        3 => percent(&[0.0, 10.0, 25.0, 40.0, 100.0, 300.0, 900.0])
            .prop_map(|percent| Effect::Boost { percent }),
        2 => percent(&[0.0, 10.0, 25.0, 60.0, 100.0])
            .prop_map(|percent| Effect::Bury { percent }),
        1 => Just(Effect::Hide {}),
        1 => Just(Effect::Only {}),
        3 => (pins, if_unavailable)
            .prop_map(|(pins, if_unavailable)| Effect::Pin { pins, if_unavailable }),
        2 => vec(slot(), 1..4).prop_map(|slots| Effect::Reserve { slots }),
        3 => (0..8_u32, slot()).prop_map(|(min, first)| Effect::Quota { min, first }),
        3 => (field, 0..4_u32, slot())
            .prop_map(|(field, max, first)| Effect::Cap { field, max, first }),
    ]
}

/// Where, for whom and when; each part is empty more often than not.
pub fn scope() -> impl Strategy<Value = Scope> {
    let placements = prop_oneof![
        4 => Just(Vec::new()),
        1 => subsequence(&Placement::ALL[..], 1..4),
    ];
    let stores = prop_oneof![
        6 => Just(Vec::new()),
        1 => select(LOCATIONS).prop_map(|(id, _, _)| vec![id.to_owned()]),
    ];
    (
        some_of(CATEGORIES),
        placements,
        some_of(CHANNELS),
        stores,
        some_of(REGIONS),
        some_of(SEGMENTS),
        some_of(TIERS),
        weighted(0.1, one_of(QUERIES)),
        weighted(0.3, schedule()),
    )
        .prop_map(
            |(pages, placements, channels, stores, regions, segments, tiers, query, schedule)| {
                Scope {
                    pages,
                    placements,
                    channels,
                    stores,
                    regions,
                    segments,
                    tiers,
                    queries: query.into_iter().collect(),
                    schedule,
                }
            },
        )
}

fn schedule() -> impl Strategy<Value = Schedule> {
    let weekdays = [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
        Weekday::Sat,
        Weekday::Sun,
    ];
    let local = || of(select(LOCAL_TIMES).prop_map(local_time));
    let hours = select(&[[22, 6], [6, 12], [9, 10], [0, 24], [17, 18], [12, 0]][..]);
    let tz = one_of(&["UTC", "America/New_York", "Pacific/Auckland"]);
    (
        local(),
        local(),
        weighted(0.3, subsequence(weekdays.to_vec(), 1..7)),
        of(hours),
        weighted(0.3, tz),
    )
        .prop_map(|(from, until, weekdays, hours, tz)| Schedule {
            from,
            until,
            weekdays: weekdays.unwrap_or_default(),
            hours,
            tz,
        })
}

fn local_time(text: &str) -> NaiveDateTime {
    at(&format!("{text}Z")).naive_utc()
}
