//! Where one kind of product crowds out the others, so that what caps, quotas and reserves leave
//! stands far behind the best: the engine's answers are those of the plainest way, and a simulation
//! shows each shopper what a ranking shows.

#![allow(
    clippy::unwrap_used,
    reason = "what a test is made of may fail the test"
)]

mod ranked;
mod regulars;

use endcap_engine::{
    CompiledRule, CompiledRules, Retailer, SignalTable, Simulation, plainly, slate,
};
use endcap_testkit::build::{self, ProductParts, RuleParts, customer, pin, rule};
use endcap_vocab::{
    CapField, Case, Consent, Customer, Effect, Fallback, IfUnavailable, Placement, Product,
    Request, Scope, Signal,
};
use proptest::prelude::*;
use ranked::bytes;
use regulars::Regulars;

/// Enough products for some to stand below the first of their descents.
const PRODUCTS: u32 = 10_000;

/// What a shelf is made of; each figure says how many kinds there are.
#[derive(Debug, Clone)]
struct Shelf {
    seed: u32,
    brands: u32,
    vendors: u32,
    categories: u32,
    variants: u32,
    /// How many different preferences there are: few make many products as good as each other.
    preferences: u32,
    /// One of so many products is out of stock.
    sold_out: u32,
    slots: u32,
    caps: (u32, u32, u32),
    quota: (u32, u32),
}

fn shelves() -> impl Strategy<Value = Shelf> {
    let kinds = (1..6_u32, 1..4_u32, 1..6_u32, 1..5_u32);
    let caps = (1..5_u32, 1..6_u32, 1..9_u32);
    let rest = (
        any::<u32>(),
        prop_oneof![Just(1_u32), Just(7), Just(100_000)],
        2..12_u32,
        1..60_u32,
        (0..20_u32, 1..40_u32),
    );
    (kinds, caps, rest).prop_map(
        |(kinds, caps, (seed, preferences, sold_out, slots, quota))| {
            let (brands, vendors, categories, variants) = kinds;
            Shelf {
                seed,
                brands,
                vendors,
                categories,
                variants,
                preferences,
                sold_out,
                slots,
                caps,
                quota,
            }
        },
    )
}

/// A figure below `of` that follows from a seed, a product and what it is for (SplitMix64).
fn figure(seed: u32, index: u32, purpose: u32, of: u32) -> u32 {
    let mut state = u64::from(seed) << 32 | u64::from(index) << 4 | u64::from(purpose);
    state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    state = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ state >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((state ^ state >> 31) % u64::from(of.max(1))) as u32
}

fn case(shelf: &Shelf) -> Case {
    let pick = |index, purpose, of| figure(shelf.seed, index, purpose, of);
    let products = (0..PRODUCTS).map(|index| {
        let brand = pick(index, 1, shelf.brands);
        let mut product: Product = build::product(&format!("P{index:05}"))
            .in_category(&format!("shop/c{}", index * shelf.categories / PRODUCTS))
            .brand(&format!("B{brand}"))
            .group(&format!("G{}", index / shelf.variants))
            .price(1.0 + f64::from(pick(index, 2, 50)) / 4.0)
            .unit_cost(0.5);
        product.vendor = Some(format!("V{}", brand % shelf.vendors));
        product.private_label = pick(index, 3, 9) == 0;
        product
    });
    let cap = |field, max| Effect::Cap {
        field,
        max,
        first: 60,
    };
    let (of_brand, of_category, of_vendor) = shelf.caps;
    let (min, first) = shelf.quota;
    let pins = vec![pin("P00700", 2), pin("P01200", 5), pin("P00003", 6)];
    let pins = Effect::Pin {
        pins,
        if_unavailable: IfUnavailable::Skip,
    };
    let rules = [
        rule("boost", Effect::Boost { percent: 35.0 }).when("product.price < 4.0"),
        rule("bury", Effect::Bury { percent: 100.0 }).when("product.price > 12.5"),
        rule("cap-brand", cap(CapField::Brand, of_brand)),
        rule("cap-category", cap(CapField::Category, of_category)),
        rule("cap-vendor", cap(CapField::Vendor, of_vendor)),
        rule("hide", Effect::Hide {}).when("product.sku.endsWith(\"3\")"),
        rule("own", Effect::Quota { min, first }).when("product.private_label"),
        rule("pins", pins),
        rule("reserve", Effect::Reserve { slots: vec![3, 9] }).when("product.price < 2.0"),
        rule("segment", Effect::Boost { percent: 80.0 })
            .when("product.price > 9.0")
            .scope(Scope {
                segments: vec!["s".to_owned()],
                ..Scope::default()
            }),
    ];
    let mut case = build::case(products, rules);
    for (index, stock) in (0..).zip(&mut case.catalog.inventory) {
        if pick(index, 4, shelf.sold_out) == 0 {
            stock.on_hand = 0;
        }
    }
    for (index, product) in (0..).zip(&case.catalog.products) {
        let preferred = f64::from(pick(index, 5, shelf.preferences)) / 100_000.0;
        let popular = f64::from(pick(index, 6, shelf.preferences)) / 100_000.0;
        let sku = || product.sku.clone();
        case.signals.relevance.insert(sku(), preferred);
        case.signals.relevance_anonymous.insert(sku(), popular);
        case.signals.popularity.insert(sku(), popular);
    }
    case.request = Request {
        slots: shelf.slots,
        placement: Placement::Home,
        customer: Some(shopper("S1", true, &[])),
        ..case.request
    };
    case
}

fn shopper(id: &str, personalization: bool, segments: &[&str]) -> Customer {
    let mut customer = customer(id);
    customer.segments = segments.iter().map(|s| (*s).to_owned()).collect();
    customer.consent = Consent {
        personalization,
        ..Consent::default()
    };
    customer
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn crowded_shelves_are_filled_as_by_the_plainest_way(shelf in shelves()) {
        let case = case(&shelf);
        let retailer = Retailer::build(&case.catalog).unwrap();
        let model = Regulars::new(SignalTable::new(&retailer, &case.signals));
        let rules = CompiledRules::compile(&case.rule_set).unwrap();
        let got = slate(&retailer, &rules, &model, &case.request).unwrap();
        let expected = plainly(&retailer, &rules, &model, &case.request).unwrap();
        prop_assert_eq!(bytes(&got), bytes(&expected));
    }

    #[test]
    fn a_simulation_shows_each_shopper_what_a_ranking_shows(shelf in shelves()) {
        let case = case(&shelf);
        let retailer = Retailer::build(&case.catalog).unwrap();
        let model = Regulars::new(SignalTable::new(&retailer, &case.signals));
        let live = CompiledRules::compile(&case.rule_set).unwrap();
        let shoppers = [
            shopper("a", true, &[]),
            shopper("b", true, &["s"]),
            shopper("c", false, &["s"]),
            shopper("d", true, &[]),
            shopper("x", true, &[]),
        ];
        let simulation =
            Simulation::new(&retailer, &live, &model, &case.request, &shoppers).unwrap();
        let drafts = [
            rule("draft", Effect::Boost { percent: 60.0 }).when("product.price > 3.0"),
            rule("draft", Effect::Hide {}).when("product.price < 3.0"),
            rule("own", Effect::Quota { min: 2, first: 9 }).when("product.price > 9.0"),
        ];
        let compiled = drafts.map(|draft| live.with(CompiledRule::new(&draft).unwrap()));
        let mut weighed = case.rule_set.clone();
        weighed.objective.default.0.insert(Signal::Margin, 0.4);
        let weighed = CompiledRules::compile(&weighed).unwrap();
        let drafted = compiled.iter().chain([&weighed, &live]);
        let drafted = drafted.map(|draft| (draft, simulation.under(draft).unwrap()));
        let sides = [(&live, simulation.seen().to_vec())].into_iter().chain(drafted);
        for (rules, seen) in sides {
            for (shopper, seen) in shoppers.iter().zip(seen) {
                let request = Request {
                    customer: Some(shopper.clone()),
                    ..case.request.clone()
                };
                let plain = plainly(&retailer, rules, &model, &request).unwrap();
                let skus = plain.slots.iter().map(|slot| &*slot.sku);
                let rows: Vec<u32> = skus
                    .map(|sku| retailer.row(sku).unwrap() as u32)
                    .collect();
                prop_assert_eq!(seen.rows, rows);
                prop_assert_eq!(Some(seen.metrics), plain.metrics);
            }
        }
    }
}

#[test]
fn a_simulation_falls_back_for_each_shopper_alone() {
    let products = (0..60).map(|index| {
        let page = if index < 5 {
            "shop/small"
        } else {
            "shop/large"
        };
        build::product(&format!("P{index:02}"))
            .in_category(page)
            .price(4.0)
            .unit_cost(1.0)
    });
    let mut case = build::case(
        products,
        [rule(
            "pins",
            Effect::Pin {
                pins: vec![pin("P40", 2)],
                if_unavailable: IfUnavailable::Skip,
            },
        )],
    );
    case.rule_set.fallback = Fallback::Parent;
    case.rule_set
        .objective
        .default
        .0
        .insert(Signal::Relevance, 1.0);
    for (index, product) in (0..).zip(&case.catalog.products) {
        let preferred = 0.5 + f64::from(figure(1, index, 5, 1000)) / 2000.0;
        case.signals
            .relevance
            .insert(product.sku.clone(), preferred);
    }
    case.request = Request {
        slots: 20,
        placement: Placement::Category,
        page: Some("shop/small".to_owned()),
        ..case.request
    };
    let retailer = Retailer::build(&case.catalog).unwrap();
    let model = Regulars::new(SignalTable::new(&retailer, &case.signals));
    let live = CompiledRules::compile(&case.rule_set).unwrap();
    let shoppers = ["a", "d", "f"].map(|id| shopper(id, true, &[]));
    let simulation = Simulation::new(&retailer, &live, &model, &case.request, &shoppers).unwrap();
    let mut slates = Vec::new();
    for (shopper, seen) in shoppers.iter().zip(simulation.seen()) {
        let request = Request {
            explain: true,
            customer: Some(shopper.clone()),
            ..case.request.clone()
        };
        let plain = plainly(&retailer, &live, &model, &request).unwrap();
        let skus = plain.slots.iter().map(|slot| &*slot.sku);
        let rows: Vec<u32> = skus.map(|sku| retailer.row(sku).unwrap() as u32).collect();
        assert_eq!(seen.rows, rows, "{}", shopper.id);
        assert_eq!(
            Some(&seen.metrics),
            plain.metrics.as_ref(),
            "{}",
            shopper.id
        );
        slates.push(rows);
    }
    assert!(slates.iter().all(|slate| slate.len() == 20));
    assert!(
        slates[0] != slates[1] && slates[1] != slates[2],
        "they prefer different products"
    );
}
