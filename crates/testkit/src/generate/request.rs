//! Generated requests.

use endcap_vocab::{Consent, Customer, Placement, Request, Sort};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::select;

use super::{
    CATEGORIES, CHANNELS, INSTANTS, LOCATIONS, RESTRICTIONS, SEGMENTS, TIERS, condition, one_of,
    sku, some_of,
};
use crate::fixtures::at;

/// A request for 1..24 slots.
pub fn request() -> impl Strategy<Value = Request> {
    let page = prop_oneof![
        8 => one_of(CATEGORIES),
        1 => Just("garden".to_owned()),
    ];
    let place = (
        select(&Placement::ALL[..]),
        of(page),
        one_of(CHANNELS),
        of(select(LOCATIONS).prop_map(|(id, _, _)| id.to_owned())),
        select(INSTANTS).prop_map(at),
        1..=24_u32,
    );
    let products = (
        weighted(0.3, sku()),
        vec(sku(), 0..4),
        weighted(0.3, vec(sku(), 0..40)),
        weighted(0.2, condition()),
    );
    let sort = prop_oneof![4 => Just(Sort::Recommended), 1 => select(&Sort::ALL[..])];
    let shopper = (
        of(one_of(&["Dark roast", "TEA ", "café"])),
        sort,
        weighted(0.8, Just(())),
        of(customer()),
    );
    (place, products, shopper).prop_map(|(place, products, shopper)| {
        let (placement, page, channel, store, at, slots) = place;
        let (anchor, cart, candidates, filter) = products;
        let (query, sort, explain, customer) = shopper;
        Request {
            placement,
            page,
            channel,
            store,
            at,
            slots,
            query,
            anchor,
            cart,
            candidates,
            filter,
            sort,
            explain: explain.is_some(),
            customer,
        }
    })
}

/// A shopper with some of the consents.
pub fn customer() -> impl Strategy<Value = Customer> {
    let consent = (weighted(0.7, Just(())), any::<bool>(), any::<bool>()).prop_map(
        |(personalization, email, sensitive)| Consent {
            personalization: personalization.is_some(),
            email,
            sensitive,
        },
    );
    (
        some_of(SEGMENTS),
        of(one_of(TIERS)),
        some_of(RESTRICTIONS),
        consent,
    )
        .prop_map(|(segments, tier, permits, consent)| Customer {
            id: "c1".to_owned(),
            segments,
            tier,
            permits,
            consent,
        })
}
