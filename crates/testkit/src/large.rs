//! A retailer and a rule set of any size, the same for the same numbers: what speed is measured
//! on. Its rules are of every kind and mostly of one page, as those of a large retailer are.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveDateTime};
use endcap_vocab::{
    AttributeValue, CapField, Catalog, Effect, IfUnavailable, InventoryRow, Location, Objective,
    Pin, Product, Promotion, Rule, RuleSet, Schedule, Scope, Signal, Signals, Weights,
};

use crate::build::{self, rule};
use crate::instant;

const DEPARTMENTS: u64 = 10;
const AISLES: u64 = 10;
const SHELVES: u64 = 5;
const BRANDS: u64 = 400;
const STORES: [(&str, &str, &str); 4] = [
    ("s1", "NW", "America/Los_Angeles"),
    ("s2", "NE", "America/New_York"),
    ("s3", "SW", "America/Denver"),
    ("dc", "NW", "UTC"),
];
const CHANNELS: [&str; 3] = ["web", "app", "store"];
const SEGMENTS: [&str; 4] = ["deal", "loyal", "new", "family"];
const TAGS: [&str; 5] = ["organic", "vegan", "new", "clearance", "local"];

/// Numbers that look drawn, one after the other (Steele, Lea and Flood, splitmix64).
struct Draws(u64);

impl Draws {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) % end
    }

    fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    fn of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len() as u64) as usize]
    }
}

fn sku(number: u64) -> String {
    format!("P{number:06}")
}

fn page(draws: &mut Draws, depth: u64) -> String {
    let mut page = format!("d{}", draws.below(DEPARTMENTS));
    if depth > 1 {
        page += &format!("/a{}", draws.below(AISLES));
    }
    if depth > 2 {
        page += &format!("/s{}", draws.below(SHELVES));
    }
    page
}

fn today() -> NaiveDate {
    instant().date_naive()
}

/// The catalogue.
#[must_use]
pub fn catalog(products: u32, seed: u64) -> Catalog {
    let mut draws = Draws(seed);
    let products: Vec<Product> = (0..u64::from(products))
        .map(|number| {
            let price = 1.0 + draws.below(4_000) as f64 / 100.0;
            Product {
                sku: sku(number),
                title: format!("{} article {number}", draws.of(&["Dark", "Light", "Fresh"])),
                brand: Some(format!("Brand {}", draws.below(BRANDS))),
                vendor: Some(format!("Vendor {}", draws.below(80))),
                category: page(&mut draws, 3),
                private_label: draws.one_in(6),
                price,
                unit_cost: price * (0.4 + draws.below(40) as f64 / 100.0),
                vendor_funding: draws.below(20) as f64 / 100.0,
                rating: (!draws.one_in(5)).then(|| draws.below(51) as f64 / 10.0),
                stock_age_days: Some(draws.below(200) as f64),
                launched_on: today().checked_sub_days(Days::new(draws.below(900))),
                tags: vec![draws.of(&TAGS).to_owned()],
                attributes: BTreeMap::from([(
                    "size".to_owned(),
                    AttributeValue::Number(draws.below(30) as f64),
                )]),
                ..Product::default()
            }
        })
        .collect();
    let inventory = products.iter().flat_map(|product| {
        let on_hand = if draws.one_in(20) {
            0
        } else {
            5 + draws.below(90) as i64
        };
        STORES.map(|(location, _, _)| InventoryRow {
            location: location.to_owned(),
            sku: product.sku.clone(),
            on_hand,
            reserved: 0,
            safety_stock: 0,
        })
    });
    Catalog {
        currency: "USD".to_owned(),
        inventory: inventory.collect(),
        locations: STORES
            .map(|(id, region, tz)| Location {
                id: id.to_owned(),
                region: region.to_owned(),
                tz: tz.to_owned(),
            })
            .into(),
        promotions: (0..50)
            .map(|number| Promotion {
                id: format!("offer {number}"),
                skus: Some(
                    (0..40)
                        .map(|_| sku(draws.below(products.len() as u64)))
                        .collect(),
                ),
                when: None,
                percent_off: Some(15.0),
                amount_off: None,
                price: None,
                from: None,
                until: None,
                channels: Vec::new(),
                segments: Vec::new(),
            })
            .collect(),
        products,
        ..Catalog::default()
    }
}

/// What stands in for a model.
#[must_use]
pub fn signals(catalog: &Catalog, seed: u64) -> Signals {
    let mut draws = Draws(seed ^ 1);
    let mut share = || draws.below(10_000) as f64 / 10_000.0;
    let products = || catalog.products.iter();
    Signals {
        popularity: products().map(|p| (p.sku.clone(), share())).collect(),
        relevance_anonymous: products().map(|p| (p.sku.clone(), share())).collect(),
        ..Signals::default()
    }
}

/// The rules, for a catalogue of [`catalog`].
#[must_use]
pub fn rule_set(rules: u32, catalog: &Catalog, seed: u64) -> RuleSet {
    let mut draws = Draws(seed ^ 2);
    let mut by_page: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for product in &catalog.products {
        by_page
            .entry(&product.category)
            .or_default()
            .push(&product.sku);
    }
    let rules = (0..rules).map(|number| {
        let scope = scope(&mut draws);
        let effect = effect(&mut draws, &scope, &by_page);
        let rule = rule(&format!("R{number:05}"), effect);
        Rule {
            name: format!("Rule {number}"),
            priority: draws.below(5) as i64,
            when: (!matches!(rule.effect, Effect::Pin { .. })).then(|| condition(&mut draws)),
            scope,
            ..rule
        }
    });
    let weights = [
        (Signal::Relevance, 1.0),
        (Signal::Popularity, 0.5),
        (Signal::Margin, 0.4),
        (Signal::Newness, 0.1),
    ];
    RuleSet {
        objective: Objective {
            default: Weights(weights.into()),
            ..Objective::default()
        },
        ..build::rule_set(rules)
    }
}

fn scope(draws: &mut Draws) -> Scope {
    let depth = match draws.below(20) {
        0 => 0,
        1..=2 => 1,
        3..=7 => 2,
        _ => 3,
    };
    let some = |draws: &mut Draws, one_in: u64, of: &[&str]| -> Vec<String> {
        let is_narrow = draws.one_in(one_in);
        is_narrow
            .then(|| draws.of(of).to_owned())
            .into_iter()
            .collect()
    };
    Scope {
        pages: (depth > 0)
            .then(|| page(draws, depth))
            .into_iter()
            .collect(),
        channels: some(draws, 7, &CHANNELS),
        stores: some(draws, 20, &["s1", "s2", "s3"]),
        segments: some(draws, 7, &SEGMENTS),
        schedule: draws.one_in(3).then(|| schedule(draws)),
        ..Scope::default()
    }
}

fn schedule(draws: &mut Draws) -> Schedule {
    let day = |after: u64| -> Option<NaiveDateTime> {
        today()
            .checked_add_days(Days::new(after))?
            .and_hms_opt(0, 0, 0)
    };
    let from = draws.below(300);
    Schedule {
        from: day(from),
        until: day(from + 1 + draws.below(60)),
        hours: draws.one_in(4).then_some([9, 17]),
        ..Schedule::default()
    }
}

fn effect(draws: &mut Draws, scope: &Scope, by_page: &BTreeMap<&str, Vec<&str>>) -> Effect {
    match draws.below(100) {
        0..35 => Effect::Boost {
            percent: 5.0 + draws.below(50) as f64,
        },
        35..50 => Effect::Bury {
            percent: 5.0 + draws.below(50) as f64,
        },
        50..55 => Effect::Hide {},
        55 => Effect::Only {},
        56..81 => {
            let page = scope.pages.first().map_or("", String::as_str);
            let first = by_page
                .range(page..)
                .next()
                .or_else(|| by_page.iter().next());
            let skus = first.map_or(&[][..], |(_, skus)| skus.as_slice());
            let slot = 1 + draws.below(12) as u32;
            let pins = (0..1 + draws.below(3) as u32).map(|after| Pin {
                sku: draws.of(skus).to_owned(),
                slot: slot + after,
            });
            Effect::Pin {
                pins: pins.collect(),
                if_unavailable: IfUnavailable::Skip,
            }
        }
        81..84 => Effect::Reserve {
            slots: vec![1 + draws.below(12) as u32],
        },
        84..90 => Effect::Quota {
            min: 1 + draws.below(3) as u32,
            first: 8 + draws.below(16) as u32,
        },
        _ => Effect::Cap {
            field: CapField::Brand,
            max: 1 + draws.below(3) as u32,
            first: 6 + draws.below(18) as u32,
        },
    }
}

fn condition(draws: &mut Draws) -> String {
    let number = draws.below(30);
    let brand = draws.below(BRANDS);
    match draws.below(14) {
        0 => format!("product.brand == \"Brand {brand}\""),
        1 => format!(
            "product.brand in [\"Brand {brand}\", \"Brand {number}\"] && product.price < {number}.5"
        ),
        2 => format!("product.price < {}.25", 2 + number),
        3 => format!("product.margin > 0.{}", 20 + number),
        4 => format!("\"{}\" in product.tags", draws.of(&TAGS)),
        5 => format!("product.rating >= {}.5", number % 5),
        6 => "product.private_label".to_owned(),
        7 => format!("product.attributes.size > {number}.0 && product.price < 20.0"),
        8 => format!("product.stock > {number}"),
        9 => format!("product.age_days < {}.0", 30 + number * 10),
        10 => format!(
            "product.title.contains(\"{}\") && product.rating > 2.0",
            draws.of(&["Dark", "Light"])
        ),
        11 => format!(
            "product.stock_age_days > {}.0 && !product.private_label",
            number * 5
        ),
        12 => format!(
            "product.category.under(\"d{}\") && product.price > {number}.0",
            number % DEPARTMENTS
        ),
        _ => format!(
            "product.vendor == \"Vendor {}\" || product.price > {}.75",
            number,
            10 + number
        ),
    }
}
