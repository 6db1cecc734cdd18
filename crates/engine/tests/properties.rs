//! What holds for every retailer, rule set and request:
//!
//! 1. No slate shows a product that fails a test.
//! 2. No slate shows a sku twice, nor a group twice unless pins and substitutes do.
//! 3. A cap is kept, or noted.
//! 4. Quotas over disjoint products are met whenever they can be.
//! 5. A pin stands where it was put, or a note says why not.
//! 6. The order of lists in the documents that mean sets changes no byte of the answer.
//! 7. The number of threads changes no byte of the answer.
//! 8. A rule that matches nothing changes nothing but its own notes.
//! 9. Documents and answers survive JSON.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test is made of may fail the test"
)]

mod ranked;
mod twist;

use std::collections::{BTreeMap, BTreeSet};

use endcap_testkit::build::{self, ProductParts, RuleParts, pin, rule};
use endcap_testkit::generate::case;
use endcap_vocab::{
    Answer, CapField, Case, Document, Effect, Eligibility, Fallback, IfUnavailable, Note, NoteKind,
    Placement, Product, Rule, Sort, Source, check,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::subsequence;
use ranked::{bytes, ranked};
use twist::{twisted, twists};

fn any_case() -> impl Strategy<Value = Case> {
    (case(), twists()).prop_map(|(case, twists)| twisted(case, &twists))
}

/// A case whose shopper leaves the order to the rules and may get email, so that rules
/// without a scope are in force.
fn ruled_case() -> impl Strategy<Value = Case> {
    any_case().prop_map(|mut case| {
        case.request.sort = Sort::Recommended;
        if case.request.placement == Placement::Email {
            case.request.placement = Placement::Category;
        }
        if case.request.channel == "email" {
            case.request.channel = "web".to_owned();
        }
        case
    })
}

fn product<'a>(case: &'a Case, sku: &str) -> &'a Product {
    let mut products = case.catalog.products.iter();
    products.find(|product| product.sku == sku).unwrap()
}

fn is_pinned(source: Source) -> bool {
    matches!(source, Source::Pin | Source::Substitute)
}

fn notes_of<'a>(answer: &'a Answer, rule: &str) -> Vec<&'a Note> {
    let notes = answer.notes.iter();
    notes
        .filter(|note| note.rule.as_deref() == Some(rule))
        .collect()
}

/// The answer as bytes, without the notes of one rule.
fn without_notes(mut answer: Answer, rule: &str) -> String {
    answer
        .notes
        .retain(|note| note.rule.as_deref() != Some(rule));
    bytes(&answer)
}

/// A rule that matches no product, or changes nothing about those it matches.
fn inert_rule() -> impl Strategy<Value = Rule> {
    let slot = || 1..=28_u32;
    let nothing = |effect: Effect| rule("inert", effect).when("product.price < 0.0");
    prop_oneof![
        Just(nothing(Effect::Boost { percent: 50.0 })),
        Just(nothing(Effect::Bury { percent: 50.0 })),
        Just(nothing(Effect::Hide {})),
        Just(rule("inert", Effect::Only {}).when("product.price > 0.0")),
        vec(slot(), 1..4).prop_map(move |slots| nothing(Effect::Reserve { slots })),
        (0..3_u32, slot()).prop_map(move |(max, first)| {
            let field = CapField::Category;
            nothing(Effect::Cap { field, max, first })
        }),
        (slot(), prop::bool::ANY).prop_map(|(slot, substitute)| {
            let if_unavailable = if substitute {
                IfUnavailable::Substitute
            } else {
                IfUnavailable::Skip
            };
            let pins = vec![pin("UNHEARD-OF", slot)];
            rule(
                "inert",
                Effect::Pin {
                    pins,
                    if_unavailable,
                },
            )
        }),
    ]
}

/// Products of tags `a`, `b`, `c` or none, quotas over each tag, and pins.
#[derive(Debug)]
struct Shelf {
    case: Case,
    /// By quota: tag, `min`, `first`.
    quotas: Vec<(&'static str, u32, u32)>,
}

fn shelf() -> impl Strategy<Value = Shelf> {
    let tags = ["a", "b", "c"];
    let tag_of = vec(prop::option::of(prop::sample::select(tags.to_vec())), 1..30);
    let quotas = (
        subsequence(tags.to_vec(), 1..=3),
        vec((0..6_u32, 1..14_u32, -1..2_i64), 3),
    );
    let pins = vec((0..30_usize, 1..12_u32), 0..3);
    (tag_of, quotas, pins, 1..=12_u32).prop_map(|(tag_of, (tagged, numbers), pins, slots)| {
        let products = tag_of.iter().enumerate().map(|(index, tag)| {
            let product = build::product(&format!("P{index:02}"));
            tag.iter().fold(product, |product, tag| product.tag(tag))
        });
        let mut rules = Vec::new();
        let mut quotas = Vec::new();
        for (tag, (min, first, priority)) in tagged.into_iter().zip(numbers) {
            let when = format!("\"{tag}\" in product.tags");
            let quota = rule(&format!("Q-{tag}"), Effect::Quota { min, first });
            rules.push(quota.when(&when).priority(priority));
            quotas.push((tag, min, first.min(slots)));
        }
        if !pins.is_empty() {
            let pins = pins
                .iter()
                .map(|(index, slot)| pin(&format!("P{index:02}"), *slot));
            let if_unavailable = IfUnavailable::Skip;
            let pins = pins.collect();
            rules.push(rule(
                "pins",
                Effect::Pin {
                    pins,
                    if_unavailable,
                },
            ));
        }
        let mut case = build::case(products, rules);
        case.request.slots = slots;
        Shelf { case, quotas }
    })
}

impl Shelf {
    /// Whether some slate with the same pins in the same slots meets every quota: what each
    /// still needs exists, and for every F fits the slots up to F that no pin took.
    fn can_be_met(&self, answer: &Answer) -> bool {
        let pinned: Vec<_> = answer
            .slots
            .iter()
            .filter(|slot| is_pinned(slot.source))
            .collect();
        let has_tag = |sku: &str, tag: &str| product(&self.case, sku).tags.iter().any(|t| t == tag);
        let mut needs = Vec::new();
        for (tag, min, first) in &self.quotas {
            let counts = pinned
                .iter()
                .filter(|slot| slot.slot <= *first && has_tag(&slot.sku, tag));
            let need = min.saturating_sub(counts.count() as u32);
            let mut free = self
                .case
                .catalog
                .products
                .iter()
                .map(|product| &product.sku);
            let is_free = |sku: &String| pinned.iter().all(|slot| slot.sku != *sku);
            let left = free
                .by_ref()
                .filter(|sku| is_free(sku) && has_tag(sku, tag))
                .count();
            if need as usize > left {
                return false;
            }
            needs.push((*first, need));
        }
        (1..=self.case.request.slots).all(|last| {
            let within = needs.iter().filter(|(first, _)| *first <= last);
            let wanted: u32 = within.map(|(_, need)| need).sum();
            let taken = pinned.iter().filter(|slot| slot.slot <= last).count() as u32;
            wanted <= last - taken
        })
    }
}

proptest! {
    #[test]
    fn no_product_on_a_slate_fails_a_test(case in any_case()) {
        let answer = ranked(&case);
        let mut again = case.clone();
        again.request.explain = true;
        again.request.candidates = Some(answer.slots.iter().map(|slot| slot.sku.clone()).collect());
        again.request.slots = answer.slots.len().max(1) as u32;
        let ineligible = ranked(&again).ineligible.unwrap();
        prop_assert!(ineligible.is_empty(), "{ineligible:?}");
    }

    #[test]
    fn slots_are_numbered_without_holes_and_no_more_than_asked_for(case in any_case()) {
        let answer = ranked(&case);
        prop_assert!(answer.slots.len() <= case.request.slots as usize);
        for (number, slot) in (1..).zip(&answer.slots) {
            prop_assert_eq!(slot.slot, number);
        }
    }

    #[test]
    fn no_sku_stands_twice_and_no_group_unless_pinned(case in any_case()) {
        let answer = ranked(&case);
        let mut skus = BTreeSet::new();
        let mut groups: BTreeMap<&String, Vec<Source>> = BTreeMap::new();
        for slot in &answer.slots {
            prop_assert!(skus.insert(&slot.sku), "{} stands twice", slot.sku);
            if let Some(group) = &product(&case, &slot.sku).group {
                groups.entry(group).or_default().push(slot.source);
            }
        }
        for (group, sources) in groups {
            let pinned = sources.iter().all(|source| is_pinned(*source));
            prop_assert!(sources.len() == 1 || pinned, "{group}: {sources:?}");
        }
    }

    #[test]
    fn a_cap_is_kept_or_noted(case in ruled_case(), max in 0..4_u32, first in 1..28_u32) {
        let mut case = case;
        let effect = Effect::Cap { field: CapField::Brand, max, first };
        case.rule_set.rules.push(rule("cap", effect));
        let answer = ranked(&case);
        let mut counts: BTreeMap<&String, u32> = BTreeMap::new();
        for slot in answer.slots.iter().filter(|slot| slot.slot <= first) {
            if let Some(brand) = &product(&case, &slot.sku).brand {
                *counts.entry(brand).or_default() += 1;
            }
        }
        let exceeded = counts.values().any(|count| *count > max);
        let notes = notes_of(&answer, "cap");
        let noted: Vec<NoteKind> = notes.iter().map(|note| note.note).collect();
        let expected = if exceeded { vec![NoteKind::CapExceeded] } else { Vec::new() };
        prop_assert_eq!(noted, expected, "{:?}", counts);
    }

    #[test]
    fn quotas_over_disjoint_products_are_met_whenever_they_can_be(shelf in shelf()) {
        let answer = ranked(&shelf.case);
        let moved = answer.notes.iter().any(|note| note.note == NoteKind::PinCompacted);
        let unmet = answer.notes.iter().any(|note| note.note == NoteKind::QuotaUnmet);
        // A pin that moved up has no slot of its own to reckon with.
        prop_assert!(moved || !unmet || !shelf.can_be_met(&answer), "{:#?}", answer.slots);
    }

    #[test]
    fn a_pin_stands_where_it_was_put_or_is_noted(case in ruled_case()) {
        let answer = ranked(&case);
        for rule in &case.rule_set.rules {
            let Effect::Pin { pins, .. } = &rule.effect else { continue };
            if !rule.enabled || !rule.scope.is_everywhere() {
                continue;
            }
            for pin in pins {
                let stands = answer.slots.iter().any(|slot| {
                    slot.slot == pin.slot
                        && slot.sku == pin.sku
                        && slot.source == Source::Pin
                        && slot.rule.as_ref() == Some(&rule.id)
                });
                let noted = notes_of(&answer, &rule.id).iter().any(|note| {
                    note.slot == Some(pin.slot) && note.sku.as_ref() == Some(&pin.sku)
                });
                prop_assert!(stands || noted, "{pin:?} of {}: {:?}", rule.id, answer.notes);
            }
        }
    }

    #[test]
    fn the_order_of_sets_in_the_documents_means_nothing(
        (case, shuffled) in any_case().prop_flat_map(|case| (Just(case.clone()), shuffled(case)))
    ) {
        prop_assert_eq!(bytes(&ranked(&case)), bytes(&ranked(&shuffled)));
    }

    #[test]
    fn a_rule_that_matches_nothing_changes_nothing(
        case in ruled_case(), inert in inert_rule(), priority in -3..4_i64
    ) {
        let before = ranked(&case);
        let mut case = case;
        case.rule_set.rules.push(inert.priority(priority));
        let after = ranked(&case);
        for note in notes_of(&after, "inert") {
            let demanded = [
                NoteKind::PinIneligible,
                NoteKind::PinBeyond,
                NoteKind::ReserveUnfilled,
                NoteKind::ReserveBeyond,
                NoteKind::ReserveTaken,
            ];
            prop_assert!(demanded.contains(&note.note), "{note:?}");
        }
        prop_assert_eq!(bytes(&before), without_notes(after, "inert"));
    }

    // Beside other quotas and caps it takes part in what is tight, so it is not inert there.
    #[test]
    fn a_quota_alone_that_matches_nothing_is_only_noted(
        case in ruled_case(), min in 0..5_u32, first in 1..28_u32
    ) {
        let mut case = case;
        case.rule_set
            .rules
            .retain(|rule| !matches!(rule.effect, Effect::Quota { .. } | Effect::Cap { .. }));
        let before = ranked(&case);
        let quota = rule("inert", Effect::Quota { min, first }).when("product.price < 0.0");
        case.rule_set.rules.push(quota);
        let after = ranked(&case);
        prop_assert_eq!(notes_of(&after, "inert").len(), usize::from(min > 0));
        prop_assert_eq!(bytes(&before), without_notes(after, "inert"));
    }

    #[test]
    fn documents_and_answers_survive_json(case in any_case()) {
        let value = serde_json::to_value(&case).unwrap();
        let read: Case = check(Document::Case, &value).unwrap();
        let answer = ranked(&case);
        prop_assert_eq!(bytes(&answer), bytes(&ranked(&read)));
        let value = serde_json::from_str(&bytes(&answer)).unwrap();
        let read: Answer = check(Document::Answer, &value).unwrap();
        prop_assert_eq!(answer, read);
    }
}

/// The same case, every list that means a set in another order.
fn shuffled(case: Case) -> impl Strategy<Value = Case> {
    let Case {
        catalog, rule_set, ..
    } = case.clone();
    let catalogue = (
        Just(catalog.products).prop_shuffle(),
        Just(catalog.locations).prop_shuffle(),
        Just(catalog.inventory).prop_shuffle(),
        Just(catalog.inbound).prop_shuffle(),
        Just(catalog.promotions).prop_shuffle(),
    );
    let rules = (
        Just(rule_set.rules).prop_shuffle(),
        Just(rule_set.eligibility.margin_floors).prop_shuffle(),
        Just(case.request.cart.clone()).prop_shuffle(),
    );
    (catalogue, rules).prop_map(move |(catalogue, (rules, floors, cart))| {
        let mut case = case.clone();
        let catalog = &mut case.catalog;
        (
            catalog.products,
            catalog.locations,
            catalog.inventory,
            catalog.inbound,
            catalog.promotions,
        ) = catalogue;
        case.rule_set.rules = rules;
        case.rule_set.eligibility.margin_floors = floors;
        case.request.cart = cart;
        case
    })
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let case = ranked::large_case(45_000);
    let with_threads = |count: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(count)
            .build()
            .unwrap();
        pool.install(|| bytes(&ranked(&case)))
    };
    let one = with_threads(1);
    assert!(
        one.contains("\"source\":\"quota\""),
        "the large case is worth comparing"
    );
    for count in [2, 3, 8] {
        assert_eq!(one, with_threads(count), "{count} threads");
    }
}

#[test]
fn a_fallback_fills_every_slot_that_eligible_products_can() {
    let mut case = build::case((0..6).map(|index| build::product(&format!("P{index}"))), []);
    case.request.candidates = Some(vec!["P5".to_owned()]);
    case.rule_set.fallback = Fallback::Popular;
    case.rule_set.eligibility = Eligibility::default();
    let answer = ranked(&case);
    let skus: Vec<&str> = answer.slots.iter().map(|slot| slot.sku.as_str()).collect();
    assert_eq!(skus, ["P5", "P0", "P1", "P2", "P3", "P4"]);
}
