//! Shoppers: who they are, and the tastes that their orders come from.

use endcap_vocab::{Consent, Shopper};

use crate::assortment::{Brand, Kind};
use crate::draws::{Draws, Stream};
use crate::stock::STORES;

/// A shopper and what only the generator knows of one.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) shopper: Shopper,
    /// Number of the home store in [`STORES`].
    pub(crate) store: Option<usize>,
    /// How many lines a year, beside others.
    pub(crate) activity: f64,
    /// Lines of an order.
    pub(crate) basket: f64,
    /// First day of the year of orders on which the shopper buys.
    pub(crate) since_day: i64,
    /// How likely the shopper buys a kind, by its number.
    pub(crate) kinds: Vec<f64>,
    /// Added to the utility of a brand's products.
    pub(crate) brands: [f64; Brand::COUNT],
    /// How much a dear product is shunned, and an offer liked.
    pub(crate) thrift: f64,
    /// How much large packs are liked.
    pub(crate) bulk: f64,
    /// How likely an order is placed on `web`, `app` and in the `store`.
    pub(crate) channels: [f64; 3],
}

/// What the members of a segment have in common.
struct Segment {
    name: &'static str,
    share: f64,
    /// Factors on kinds at or under a path.
    likes: &'static [(&'static str, f64)],
    thrift: f64,
    bulk: f64,
    /// Added to the taste for private labels.
    own_brand: f64,
    activity: f64,
}

const SEGMENTS: [Segment; 5] = [
    Segment {
        name: "deal-seekers",
        share: 0.24,
        likes: &[("household", 1.4), ("grocery/pantry", 1.3)],
        thrift: 1.1,
        bulk: 0.25,
        own_brand: 0.7,
        activity: 1.1,
    },
    Segment {
        name: "families",
        share: 0.34,
        likes: &[
            ("grocery/dairy", 1.9),
            ("grocery/bakery", 1.6),
            ("household", 1.6),
            ("grocery/snacks", 1.4),
            ("grocery/beverages/juice", 1.8),
        ],
        thrift: 0.3,
        bulk: 0.5,
        own_brand: 0.2,
        activity: 1.7,
    },
    Segment {
        name: "gourmets",
        share: 0.17,
        likes: &[
            ("grocery/wine and spirits", 2.2),
            ("grocery/dairy/cheese", 2.4),
            ("grocery/beverages/coffee", 1.8),
            ("grocery/pantry/oil and vinegar", 2.0),
            ("home/kitchen", 1.9),
        ],
        thrift: -0.6,
        bulk: -0.2,
        own_brand: -0.5,
        activity: 1.2,
    },
    Segment {
        name: "new",
        share: 0.09,
        likes: &[],
        thrift: 0.1,
        bulk: 0.0,
        own_brand: 0.0,
        activity: 0.25,
    },
    Segment {
        name: "students",
        share: 0.15,
        likes: &[
            ("grocery/pantry/pasta", 2.2),
            ("grocery/snacks", 1.7),
            ("grocery/wine and spirits/beer", 1.6),
            ("home", 0.6),
            ("grocery/beverages/coffee", 1.4),
        ],
        thrift: 0.9,
        bulk: -0.35,
        own_brand: 0.5,
        activity: 0.7,
    },
];

/// Makes shoppers, by id ascending.
pub(crate) fn make(count: usize, seed: u64, kinds: &[Kind]) -> Vec<Person> {
    (0..count).map(|index| person(index, seed, kinds)).collect()
}

fn person(index: usize, seed: u64, kinds: &[Kind]) -> Person {
    let mut draws = Draws::new(seed, Stream::Shopper, index as u64);
    let segments: Vec<&Segment> = SEGMENTS
        .iter()
        .filter(|segment| draws.chance(segment.share))
        .collect();
    let is = |name: &str| segments.iter().any(|segment| segment.name == name);
    let sum = |of: fn(&Segment) -> f64| segments.iter().map(|s| of(s)).sum::<f64>();
    let adult = draws.chance(if is("students") { 0.6 } else { 0.9 });
    let kinds = kinds
        .iter()
        .map(|kind| {
            let liked = segments.iter().flat_map(|segment| segment.likes);
            let liked: f64 = liked
                .filter(|(path, _)| endcap_vocab::category_is_under(kind.path, path))
                .map(|(_, factor)| factor)
                .product();
            let weight = draws.about(kind.demand * kind.share as f64 * liked, 0.9);
            if kind.alcohol && !adult { 0.0 } else { weight }
        })
        .collect();
    let own_brand = sum(|segment| segment.own_brand);
    let brands: [f64; Brand::COUNT] = std::array::from_fn(|_| 0.7 * draws.normal());
    let activity: f64 = segments.iter().map(|segment| segment.activity).product();
    let activity = draws.about(activity, 0.8);
    let since_day = if is("new") {
        draws.whole(310, 360)
    } else if draws.chance(0.2) {
        draws.whole(1, 250)
    } else {
        0
    };
    let store = draws.chance(0.93).then(|| draws.weighted(&STORE_SHARES));
    let tier = match draws.within(0.6, 1.4) * activity {
        _ if is("new") => None,
        worth if worth > 2.6 => Some("gold"),
        worth if worth > 1.1 => Some("silver"),
        worth if worth > 0.45 => Some("base"),
        _ => None,
    };
    let in_store = if store.is_some() { 0.5 } else { 0.0 };
    let channels = [0.35, 0.3, in_store].map(|share| share * draws.within(0.2, 1.8));
    Person {
        store,
        activity,
        basket: draws.about(4.6, 0.4).clamp(1.5, 14.0),
        since_day,
        kinds,
        brands: brands_with(brands, own_brand),
        thrift: (0.7 + sum(|segment| segment.thrift) + 0.35 * draws.normal()).max(0.0),
        bulk: sum(|segment| segment.bulk) + 0.3 * draws.normal(),
        channels,
        shopper: Shopper {
            id: format!("S{index:06}"),
            segments: segments.iter().map(|s| s.name.to_owned()).collect(),
            tier: tier.map(str::to_owned),
            permits: if adult {
                vec!["age21".to_owned()]
            } else {
                Vec::new()
            },
            consent: Consent {
                personalization: draws.chance(0.86),
                email: draws.chance(0.55),
                sensitive: draws.chance(0.35),
            },
            home_store: store.map(|store| STORES[store].id.to_owned()),
        },
    }
}

/// Shoppers of each store, in the order of [`STORES`].
const STORE_SHARES: [f64; STORES.len()] = [0.28, 0.12, 0.18, 0.24, 0.18];

fn brands_with(mut tastes: [f64; Brand::COUNT], own_brand: f64) -> [f64; Brand::COUNT] {
    for own in [Brand::KitchenRow, Brand::LindenHouse] {
        tastes[own as usize] += own_brand;
    }
    tastes
}
