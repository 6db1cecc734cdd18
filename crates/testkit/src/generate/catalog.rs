//! Generated catalogues.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use endcap_vocab::{
    AttributeValue, Catalog, InboundRow, InventoryRow, Location, Product, Promotion, STORE_ALIAS,
};
use proptest::collection::{btree_map, vec};
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::{
    BRANDS, CATEGORIES, CHANNELS, INSTANTS, LOCATIONS, MAX_PRODUCTS, REGIONS, RESTRICTIONS,
    SEGMENTS, TAGS, VENDORS, condition, one_of, sixty_fourths, sku, sku_of, some_of,
};
use crate::fixtures::at;

/// A retailer of 0..60 products in no order, with stock, deliveries and promotions.
pub fn catalog() -> impl Strategy<Value = Catalog> {
    let substitutes = btree_map(sku(), vec(sku(), 0..4), 0..12);
    (
        products(),
        locations(),
        inventory(),
        vec(inbound_row(), 0..20),
        promotions(),
        substitutes,
        sourcing(),
    )
        .prop_map(
            |(products, locations, inventory, inbound, promotions, substitutes, sourcing)| {
                let mut catalog = Catalog {
                    currency: "USD".to_owned(),
                    products,
                    locations,
                    inventory,
                    inbound,
                    promotions,
                    substitutes,
                    sourcing,
                };
                drop_unknown_locations(&mut catalog);
                catalog
            },
        )
}

fn drop_unknown_locations(catalog: &mut Catalog) {
    let known: BTreeSet<&str> = catalog.locations.iter().map(|row| &*row.id).collect();
    catalog
        .inventory
        .retain(|row| known.contains(&*row.location));
    catalog.inbound.retain(|row| known.contains(&*row.location));
    for served in catalog.sourcing.values_mut() {
        served.retain(|id| id == STORE_ALIAS || known.contains(&**id));
    }
}

fn products() -> impl Strategy<Value = Vec<Product>> {
    vec(product(), 0..=MAX_PRODUCTS)
        .prop_map(|mut products| {
            for (index, product) in products.iter_mut().enumerate() {
                product.sku = sku_of(index);
            }
            products
        })
        .prop_shuffle()
}

/// A product; [`catalog`] gives each its own sku.
pub fn product() -> impl Strategy<Value = Product> {
    let names = (
        one_of(&["Dark roast", "Light roast", "Medium blend", "Café crème"]),
        of((0..8).prop_map(|number| format!("G{number}"))),
        of(one_of(BRANDS)),
        of(one_of(VENDORS)),
        one_of(CATEGORIES),
        any::<bool>(),
    );
    let money = (
        sixty_fourths(1, 1600),
        // Of the price: most earn something, a few sell at a loss.
        sixty_fourths(0, 72),
        weighted(0.3, sixty_fourths(0, 64)),
        weighted(0.3, sixty_fourths(0, 128)),
    );
    let facts = (
        of(date()),
        weighted(0.1, date()),
        of(select(&[0.0, 9.0, 45.0, 46.0, 90.0, 180.0][..])),
        of(sixty_fourths(0, 6400)),
        sixty_fourths(0, 16),
        of((0..=10_u8).prop_map(|halves| f64::from(halves) / 2.0)),
        subsequence((1..=12_u8).collect::<Vec<_>>(), 0..4),
    );
    let lists = (
        some_of(TAGS),
        attributes(),
        weighted(0.2, some_of(CHANNELS)),
        weighted(0.2, some_of(REGIONS)),
        weighted(0.2, some_of(RESTRICTIONS)),
        weighted(0.2, Just(())).prop_map(|sensitive| sensitive.is_some()),
    );
    (names, money, facts, lists).prop_map(|(names, money, facts, lists)| {
        let (title, group, brand, vendor, category, private_label) = names;
        let (price, cost_share, vendor_funding, fulfilment_cost) = money;
        let (launched_on, discontinued_on, age, cover, return_rate, rating, season_months) = facts;
        let (tags, attributes, channels, not_sold_in, restrictions, sensitive) = lists;
        Product {
            sku: sku_of(0),
            group,
            title,
            brand,
            vendor,
            category,
            private_label,
            price,
            unit_cost: price * cost_share,
            vendor_funding: vendor_funding.unwrap_or_default(),
            fulfilment_cost: fulfilment_cost.unwrap_or_default(),
            launched_on,
            discontinued_on,
            stock_age_days: age,
            stock_cover_days: cover,
            return_rate,
            rating,
            season_months,
            tags,
            attributes,
            channels: channels.unwrap_or_default(),
            not_sold_in: not_sold_in.unwrap_or_default(),
            restrictions: restrictions.unwrap_or_default(),
            sensitive,
            image: None,
        }
    })
}

/// Attributes some of which have a value of another type than usual, or none.
fn attributes() -> impl Strategy<Value = BTreeMap<String, AttributeValue>> {
    let text = |text: String| AttributeValue::Text(text);
    let number = |number: u8| AttributeValue::Number(f64::from(number));
    let roast = prop_oneof![
        5 => one_of(&["dark", "light"]).prop_map(text),
        1 => Just(AttributeValue::Bool(true)),
    ];
    let strength = prop_oneof![
        5 => (1..=5_u8).prop_map(number),
        1 => Just(AttributeValue::Text("strong".to_owned())),
    ];
    let decaf = prop_oneof![
        5 => any::<bool>().prop_map(AttributeValue::Bool),
        1 => (0..2_u8).prop_map(number),
    ];
    (of(roast), of(strength), of(decaf)).prop_map(|(roast, strength, decaf)| {
        let named = [("roast", roast), ("strength", strength), ("decaf", decaf)];
        named
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect()
    })
}

/// A day close to the instants of generated requests, or a season away.
fn date() -> impl Strategy<Value = NaiveDate> {
    let friday = at(INSTANTS[0]).date_naive();
    let near = (0..8_u64).prop_map(move |days| friday + Days::new(days) - Days::new(4));
    let far = (0..400_u64).prop_map(move |days| friday - Days::new(days));
    prop_oneof![near, far]
}

/// Mostly all the locations, sometimes few or none.
fn locations() -> impl Strategy<Value = Vec<Location>> {
    let count = prop_oneof![4 => Just(LOCATIONS.len()), 1 => 0..LOCATIONS.len()];
    count.prop_map(|count| {
        let location = |(id, region, tz): &(&str, &str, &str)| Location {
            id: (*id).to_owned(),
            region: (*region).to_owned(),
            tz: (*tz).to_owned(),
        };
        LOCATIONS[..count].iter().map(location).collect()
    })
}

fn location_id() -> impl Strategy<Value = String> {
    select(LOCATIONS).prop_map(|(id, _, _)| id.to_owned())
}

fn inventory() -> impl Strategy<Value = Vec<InventoryRow>> {
    let place = (location_id(), (0..MAX_PRODUCTS).prop_map(sku_of));
    let units = (-2..40_i64, 0..4_i64, 0..4_i64);
    btree_map(place, units, 0..160).prop_map(|rows| {
        let row = |((location, sku), (on_hand, reserved, safety_stock))| InventoryRow {
            location,
            sku,
            on_hand,
            reserved,
            safety_stock,
        };
        rows.into_iter().map(row).collect()
    })
}

fn inbound_row() -> impl Strategy<Value = InboundRow> {
    (location_id(), sku(), 0..12_i64, date()).prop_map(|(location, sku, quantity, due)| {
        InboundRow {
            location,
            sku,
            quantity,
            due,
        }
    })
}

fn promotions() -> impl Strategy<Value = Vec<Promotion>> {
    vec(promotion(), 0..6).prop_map(|mut promotions| {
        for (index, promotion) in promotions.iter_mut().enumerate() {
            promotion.id = format!("P{index}");
        }
        promotions
    })
}

/// A promotion; [`catalog`] gives each its own id.
pub fn promotion() -> impl Strategy<Value = Promotion> {
    let products = prop_oneof![
        vec(sku(), 0..6).prop_map(|skus| (Some(skus), None)),
        condition().prop_map(|when| (None, Some(when))),
    ];
    let gives = prop_oneof![
        (0..=100_u8).prop_map(|percent| (Some(f64::from(percent)), None, None)),
        sixty_fourths(0, 640).prop_map(|amount| (None, Some(amount), None)),
        sixty_fourths(1, 960).prop_map(|price| (None, None, Some(price))),
    ];
    let instant = || of(select(INSTANTS).prop_map(at));
    (
        products,
        gives,
        instant(),
        instant(),
        some_of(CHANNELS),
        some_of(SEGMENTS),
    )
        .prop_map(
            |((skus, when), (percent_off, amount_off, price), from, until, channels, segments)| {
                Promotion {
                    id: "P0".to_owned(),
                    skus,
                    when,
                    percent_off,
                    amount_off,
                    price,
                    from,
                    until,
                    channels,
                    segments,
                }
            },
        )
}

fn sourcing() -> impl Strategy<Value = BTreeMap<String, Vec<String>>> {
    let served = prop_oneof![
        2 => location_id(),
        1 => Just(STORE_ALIAS.to_owned()),
    ];
    btree_map(one_of(CHANNELS), vec(served, 0..4), 0..3)
}
