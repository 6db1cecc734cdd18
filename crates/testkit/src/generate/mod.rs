//! Strategies that generate whole valid documents, for properties that hold of all of them.
//!
//! The parts of a case are generated apart and speak of one small world of skus, categories
//! and shoppers, so that rules meet products, and some meet nothing. Amounts and signals are
//! multiples of 1/64: sums are exact and ties happen.

mod catalog;
mod request;
mod rules;

use std::collections::BTreeMap;

use endcap_vocab::{Case, Signals};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

pub use catalog::{catalog, product, promotion};
pub use request::{customer, request};
pub use rules::{condition, effect, eligibility, objective, rule, rule_set, scope};

/// Most products a generated catalogue has.
pub const MAX_PRODUCTS: usize = 60;

const CATEGORIES: &[&str] = &[
    "grocery",
    "grocery/beverages",
    "grocery/beverages/coffee",
    "grocery/beverages/tea",
    "grocery/bev",
    "home",
    "home/kitchen",
    "beauty/skin care",
];
const BRANDS: &[&str] = &["Alder", "Bramble", "Coast", "Dune"];
const VENDORS: &[&str] = &["V1", "V2", "V3"];
const TAGS: &[&str] = &["clearance", "organic", "vegan", "new"];
const CHANNELS: &[&str] = &["web", "app", "store", "email"];
const REGIONS: &[&str] = &["NW", "NE", "SW"];
const SEGMENTS: &[&str] = &["loyal", "new", "deal"];
const TIERS: &[&str] = &["base", "gold"];
const RESTRICTIONS: &[&str] = &["age21", "rx"];
/// Id, region and time zone.
const LOCATIONS: &[(&str, &str, &str)] = &[
    ("s1", "NW", "America/Los_Angeles"),
    ("s2", "NE", "America/New_York"),
    ("s3", "SW", "Asia/Kolkata"),
    ("dc", "NW", "UTC"),
];
/// Instants about one morning, on both sides of what promotions and schedules name.
const INSTANTS: &[&str] = &[
    "2026-11-20T08:59:59-08:00",
    "2026-11-20T09:00:00-08:00",
    "2026-11-20T17:00:00Z",
    "2026-11-21T05:30:00+05:30",
    "2026-11-22T23:15:00-05:00",
];

/// A whole case that every check accepts.
pub fn case() -> impl Strategy<Value = Case> {
    (catalog(), rule_set(), request(), signals()).prop_map(
        |(catalog, rule_set, mut request, signals)| {
            // A request cannot name a store that the catalogue lacks.
            request.store = request
                .store
                .filter(|store| catalog.locations.iter().any(|known| known.id == *store));
            Case {
                catalog,
                rule_set,
                request,
                signals,
            }
        },
    )
}

/// What stands in for a model; some skus are not named, some signals are left out.
pub fn signals() -> impl Strategy<Value = Signals> {
    let one = || {
        vec(0_u8..=64, MAX_PRODUCTS).prop_map(|values| {
            let named = values
                .into_iter()
                .enumerate()
                .filter(|(_, value)| *value > 0);
            named
                .map(|(index, value)| (sku_of(index), f64::from(value) / 64.0))
                .collect::<BTreeMap<_, _>>()
        })
    };
    (
        one(),
        one(),
        prop::option::of(one()),
        prop::option::of(one()),
        one(),
    )
        .prop_map(
            |(relevance, relevance_anonymous, purchase, purchase_anonymous, popularity)| Signals {
                relevance,
                relevance_anonymous,
                purchase,
                purchase_anonymous,
                popularity,
            },
        )
}

/// The sku of a number. Some are written so that byte order is not the order of numbers.
fn sku_of(number: usize) -> String {
    match number % 10 {
        7 => format!("s{number:03}"),
        9 => format!("Ä{number:03}"),
        _ => format!("S{number:03}"),
    }
}

/// A sku that a catalogue may have; small numbers, which most have, come more often.
fn sku() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (0_usize..12).prop_map(sku_of),
        3 => (0..MAX_PRODUCTS).prop_map(sku_of),
        1 => Just("NOPE".to_owned()),
    ]
}

fn one_of(values: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(values).prop_map(str::to_owned)
}

/// Some of the values, often none, which most fields read as all.
fn some_of(values: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    let some = subsequence(values, 1..=values.len());
    prop_oneof![
        4 => Just(Vec::new()),
        1 => some.prop_map(|values| values.into_iter().map(str::to_owned).collect()),
    ]
}

/// Multiples of 1/64 from `low`/64 to `high`/64.
fn sixty_fourths(low: u32, high: u32) -> impl Strategy<Value = f64> {
    (low..=high).prop_map(|number| f64::from(number) / 64.0)
}
