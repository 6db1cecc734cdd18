//! A demo retailer is plausible, and what is committed is what the generator makes.
//!
//! 1. The same size and seed give the same retailer; another seed gives another.
//! 2. Sizes asked are sizes given, also very small ones, and a larger retailer holds a
//!    smaller one's products and shoppers.
//! 3. The catalogue and the starting rules are valid documents, their conditions valid CEL,
//!    and the rules find what they speak of.
//! 4. Every order line and return names what exists, within the year, sold at that time.
//! 5. Season, repeat purchase, taste and the margin of private labels show in the data.
//! 6. Best sellers are out of stock somewhere, and stock cover is ranking.md's.
//! 7. The committed snapshot is seed 1.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, FixedOffset, TimeDelta};
use endcap_demo::{Demo, DemoSize, generate, rule_set};
use endcap_rules::Condition;
use endcap_store::Snapshot;
use endcap_vocab::{Document, Effect, Product, check_value};
use serde_json::json;

static SEED_1: LazyLock<Demo> = LazyLock::new(|| generate(DemoSize::default(), 1));

const SMALL: DemoSize = DemoSize {
    products: 240,
    shoppers: 100,
    order_lines: 3_000,
};

fn products() -> BTreeMap<&'static str, &'static Product> {
    let products = SEED_1.catalog.products.iter();
    products
        .map(|product| (product.sku.as_str(), product))
        .collect()
}

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests"))
        .join("../../fixtures/demo")
        .join(name)
}

#[test]
fn the_same_seed_gives_the_same_retailer_and_another_seed_another() {
    assert_eq!(generate(SMALL, 7), generate(SMALL, 7));
    let (one, other) = (generate(SMALL, 7), generate(SMALL, 8));
    assert_ne!(one.catalog.products, other.catalog.products);
    assert_ne!(one.shoppers, other.shoppers);
    assert_ne!(one.order_lines, other.order_lines);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str| {
        let path = folder.path().join(name);
        let mut last = None;
        endcap_demo::write(SMALL, 7, &path, |progress| last = Some(progress)).unwrap();
        let last = last.unwrap();
        assert_eq!(last.done, last.total);
        std::fs::read(path).unwrap()
    };
    assert!(write("one.endcap") == write("two.endcap"));
}

#[test]
fn sizes_asked_are_sizes_given() {
    for (products, shoppers, order_lines) in [(1, 1, 5), (13, 2, 100), (2_000, 30, 10), (5, 0, 0)] {
        let size = DemoSize {
            products,
            shoppers,
            order_lines,
        };
        let demo = generate(size, 3);
        assert_eq!(demo.catalog.products.len(), products);
        assert_eq!(demo.shoppers.len(), shoppers);
        assert_eq!(demo.order_lines.len(), order_lines);
    }
    let nobody = DemoSize {
        products: 0,
        shoppers: 0,
        order_lines: 9,
    };
    assert!(generate(nobody, 3).order_lines.is_empty());
    let default = DemoSize::default();
    assert_eq!(SEED_1.catalog.products.len(), default.products);
    assert_eq!(SEED_1.shoppers.len(), default.shoppers);
    assert_eq!(SEED_1.order_lines.len(), default.order_lines);
}

#[test]
fn a_larger_retailer_holds_the_smaller_ones_products_and_shoppers() {
    let small = generate(SMALL, 1);
    let large = products();
    for product in &small.catalog.products {
        let mut same = large[product.sku.as_str()].clone();
        // The one figure that follows from everybody's orders.
        same.stock_cover_days = product.stock_cover_days;
        assert_eq!(&same, product);
    }
    assert_eq!(small.shoppers, SEED_1.shoppers[..small.shoppers.len()]);
}

#[test]
fn catalogue_and_rules_are_valid_documents() {
    let case = json!({
        "catalog": SEED_1.catalog,
        "rule_set": rule_set(),
        "request": {"placement": "category", "page": "grocery/beverages/coffee",
            "channel": "web", "store": "hamburg", "at": SEED_1.taken_at, "slots": 24},
    });
    assert_eq!(check_value(Document::Case, &case), []);
}

#[test]
fn the_rules_are_of_every_kind_and_name_what_the_retailer_has() {
    let rules = rule_set().rules;
    let kinds: BTreeSet<&str> = rules.iter().map(|rule| rule.effect.kind()).collect();
    let every = [
        "boost", "bury", "cap", "hide", "only", "pin", "quota", "reserve",
    ];
    assert_eq!(kinds, BTreeSet::from(every));
    assert!(rules.is_sorted_by(|a, b| a.id < b.id));
    let products = products();
    let stores: BTreeSet<&str> = locations().map(|(id, _)| id).collect();
    let regions: BTreeSet<&str> = locations().map(|(_, region)| region).collect();
    let segments: BTreeSet<&str> = SEED_1
        .shoppers
        .iter()
        .flat_map(|shopper| shopper.segments.iter().map(String::as_str))
        .collect();
    for rule in &rules {
        let scope = &rule.scope;
        for page in &scope.pages {
            let holds =
                |product: &&Product| endcap_vocab::category_is_under(&product.category, page);
            assert!(products.values().copied().any(|p| holds(&p)), "{page}");
        }
        assert!(
            scope
                .stores
                .iter()
                .all(|store| stores.contains(store.as_str()))
        );
        assert!(
            scope
                .regions
                .iter()
                .all(|region| regions.contains(region.as_str()))
        );
        assert!(
            scope
                .segments
                .iter()
                .all(|segment| segments.contains(segment.as_str()))
        );
        if let Effect::Pin { pins, .. } = &rule.effect {
            assert!(
                pins.iter()
                    .all(|pin| products.contains_key(pin.sku.as_str()))
            );
        }
    }
}

/// Whether no location has it.
fn product_is_gone(sku: &str) -> bool {
    let mut rows = SEED_1.catalog.inventory.iter();
    !rows.any(|row| row.sku == sku && available_units(row) > 0)
}

#[test]
fn a_pinned_product_is_gone_and_its_substitute_is_not() {
    let pinned = rule_set()
        .rules
        .into_iter()
        .find_map(|rule| match rule.effect {
            Effect::Pin { pins, .. } => pins.into_iter().find(|pin| product_is_gone(&pin.sku)),
            _ => None,
        });
    let substitutes = &SEED_1.catalog.substitutes[&pinned.unwrap().sku];
    assert!(substitutes.iter().any(|sku| !product_is_gone(sku)));
}

#[test]
fn every_condition_of_rules_and_promotions_is_one() {
    let rules = rule_set().rules.into_iter().filter_map(|rule| rule.when);
    let promotions = SEED_1
        .catalog
        .promotions
        .iter()
        .filter_map(|promotion| promotion.when.clone());
    for source in rules.chain(promotions) {
        if let Err(errors) = Condition::parse(&source) {
            panic!("{source}: {errors:?}");
        }
    }
}

fn locations() -> impl Iterator<Item = (&'static str, &'static str)> {
    let locations = SEED_1.catalog.locations.iter();
    locations.map(|location| (location.id.as_str(), location.region.as_str()))
}

#[test]
fn the_tree_has_three_levels_and_twelve_departments() {
    let categories: BTreeSet<&str> = products()
        .values()
        .map(|product| product.category.as_str())
        .collect();
    assert!(categories.iter().all(|path| path.split('/').count() == 3));
    let departments: BTreeSet<&str> = categories
        .iter()
        .filter_map(|path| endcap_vocab::category_parent(path))
        .collect();
    assert_eq!(departments.len(), 12);
}

#[test]
fn there_are_twelve_brands_of_which_two_are_private() {
    let brands: BTreeSet<(&str, bool)> = products()
        .values()
        .filter_map(|product| Some((product.brand.as_deref()?, product.private_label)))
        .collect();
    assert_eq!(brands.len(), 12);
    assert_eq!(brands.iter().filter(|(_, private)| *private).count(), 2);
}

#[test]
fn no_two_products_have_the_same_brand_and_title() {
    let large = DemoSize {
        products: 30_000,
        shoppers: 0,
        order_lines: 0,
    };
    let demo = generate(large, 1);
    let names: BTreeSet<(&str, Option<&str>)> = demo
        .catalog
        .products
        .iter()
        .map(|product| (product.title.as_str(), product.brand.as_deref()))
        .collect();
    assert_eq!(names.len(), demo.catalog.products.len());
}

#[test]
fn order_lines_name_what_exists_within_the_year() {
    let products = products();
    let shoppers: BTreeMap<&str, &[String]> = SEED_1
        .shoppers
        .iter()
        .map(|shopper| (shopper.id.as_str(), shopper.permits.as_slice()))
        .collect();
    let stores: BTreeSet<&str> = locations().map(|(id, _)| id).collect();
    let start = SEED_1.taken_at - TimeDelta::days(365);
    let mut orders: BTreeMap<&str, (&str, DateTime<FixedOffset>)> = BTreeMap::new();
    for line in &SEED_1.order_lines {
        let product = products[line.sku.as_str()];
        let shopper = line.shopper.as_deref().unwrap();
        assert!(
            product
                .restrictions
                .iter()
                .all(|needed| shoppers[shopper].contains(needed))
        );
        assert!(
            line.store
                .as_deref()
                .is_none_or(|store| stores.contains(store))
        );
        let channel = line.channel.as_ref().unwrap();
        assert!(product.channels.is_empty() || product.channels.contains(channel));
        assert!(line.at >= start && line.at < SEED_1.taken_at, "{}", line.at);
        let day = line.at.date_naive();
        assert!(product.launched_on.is_none_or(|launched| day >= launched));
        assert!(product.discontinued_on.is_none_or(|left| day < left));
        assert!(line.quantity >= 1.0 && line.unit_price > 0.0);
        assert!(line.unit_price <= product.price);
        let order = orders.entry(&line.order_id).or_insert((shopper, line.at));
        assert_eq!(
            *order,
            (shopper, line.at),
            "one order, one shopper and instant"
        );
    }
    assert!(SEED_1.order_lines.is_sorted_by_key(|line| line.at));
    let lines_an_order = SEED_1.order_lines.len() as f64 / orders.len() as f64;
    assert!((2.0..10.0).contains(&lines_an_order), "{lines_an_order}");
}

#[test]
fn returns_follow_the_orders_they_come_from() {
    let mut bought: BTreeMap<(&str, &str), (f64, chrono::NaiveDate)> = BTreeMap::new();
    for line in &SEED_1.order_lines {
        let key = (line.order_id.as_str(), line.sku.as_str());
        bought.entry(key).or_insert((0.0, line.at.date_naive())).0 += line.quantity;
    }
    let last = SEED_1.taken_at.date_naive();
    for line in &SEED_1.returns {
        let (units, day) = bought[&(line.order_id.as_deref().unwrap(), line.sku.as_str())];
        assert!(line.quantity <= units);
        assert!(line.on > day && line.on <= last);
    }
    let products = products();
    let rate = |under: &str| {
        let is = |sku: &str| products[sku].category.starts_with(under);
        let sold = SEED_1
            .order_lines
            .iter()
            .filter(|line| is(&line.sku))
            .count();
        let back = SEED_1.returns.iter().filter(|line| is(&line.sku)).count();
        back as f64 / sold as f64
    };
    assert!(rate("home/living/textiles") > 5.0 * rate("grocery"));
}

/// Of the lines of products that have a season, how many fall into it, beside how many would
/// if months did not matter.
#[test]
fn seasonal_products_sell_in_their_season() {
    let mut by_month = [0.0; 12];
    for line in &SEED_1.order_lines {
        by_month[line.at.month0() as usize] += 1.0 / SEED_1.order_lines.len() as f64;
    }
    let products = products();
    let (mut in_season, mut expected, mut all) = (0.0, 0.0, 0.0);
    for line in &SEED_1.order_lines {
        let months = &products[line.sku.as_str()].season_months;
        if months.is_empty() {
            continue;
        }
        all += 1.0;
        expected += months
            .iter()
            .map(|month| by_month[*month as usize - 1])
            .sum::<f64>();
        in_season += f64::from(u8::from(months.contains(&(line.at.month() as u8))));
    }
    assert!(all > 3_000.0, "{all}");
    assert!(
        in_season / expected > 1.5,
        "{in_season} of {all}, {expected} without season"
    );
}

#[test]
fn shoppers_buy_the_same_product_again_at_an_interval() {
    let mut days: BTreeMap<(&str, &str), Vec<i64>> = BTreeMap::new();
    for line in &SEED_1.order_lines {
        let key = (line.shopper.as_deref().unwrap(), line.sku.as_str());
        days.entry(key)
            .or_default()
            .push(line.at.timestamp() / 86_400);
    }
    // By popularity alone: each line's product goes to the shopper of a line far away.
    let lines = &SEED_1.order_lines;
    let strangers = lines.iter().zip(lines.iter().cycle().skip(7_919));
    let by_chance: BTreeSet<(&str, &str)> = strangers
        .map(|(line, other)| (other.shopper.as_deref().unwrap(), line.sku.as_str()))
        .collect();
    let (again, by_chance) = (lines.len() - days.len(), lines.len() - by_chance.len());
    assert!(
        again > 2 * by_chance,
        "{again} lines, {by_chance} by chance"
    );
    // A staple comes at intervals more regular than chance: for independent purchases the
    // deviation of the gaps is their mean.
    let regular = days.values().filter(|days| days.len() >= 8).filter(|days| {
        let gaps: Vec<f64> = days
            .windows(2)
            .map(|pair| (pair[1] - pair[0]) as f64)
            .collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        variance.sqrt() < 0.7 * mean
    });
    let often = days.values().filter(|days| days.len() >= 8).count();
    assert!(often > 200, "{often}");
    assert!(regular.count() * 2 > often);
}

#[test]
fn private_labels_have_the_better_margin_and_lower_price() {
    let mean = |private: bool, of: fn(&Product) -> f64| {
        let values: Vec<f64> = products()
            .values()
            .filter(|product| product.private_label == private)
            .map(|product| of(product))
            .collect();
        values.iter().sum::<f64>() / values.len() as f64
    };
    let margin = |product: &Product| 1.0 - product.unit_cost / product.price;
    assert!(mean(true, margin) > mean(false, margin) + 0.05);
    assert!(
        products()
            .values()
            .all(|product| product.unit_cost < product.price)
    );
}

#[test]
fn deal_seekers_buy_more_private_label_than_gourmets() {
    let products = products();
    let share = |segment: &str| {
        let members: BTreeSet<&str> = SEED_1
            .shoppers
            .iter()
            .filter(|shopper| shopper.segments.iter().any(|held| held == segment))
            .map(|shopper| shopper.id.as_str())
            .collect();
        let lines = SEED_1.order_lines.iter();
        let theirs: Vec<_> = lines
            .filter(|line| members.contains(line.shopper.as_deref().unwrap()))
            .collect();
        let own = theirs
            .iter()
            .filter(|line| products[line.sku.as_str()].private_label)
            .count();
        own as f64 / theirs.len() as f64
    };
    assert!(share("deal-seekers") > 1.2 * share("gourmets"));
}

/// Units sold by sku in the 28 days before the instant.
fn units_of_last_28_days() -> BTreeMap<&'static str, f64> {
    let since = SEED_1.taken_at - TimeDelta::days(28);
    let mut units = BTreeMap::new();
    for line in SEED_1.order_lines.iter().filter(|line| line.at >= since) {
        *units.entry(line.sku.as_str()).or_insert(0.0) += line.quantity;
    }
    units
}

fn available_units(row: &endcap_vocab::InventoryRow) -> i64 {
    (row.on_hand - row.reserved - row.safety_stock).max(0)
}

#[test]
fn stock_cover_is_units_available_by_mean_daily_units_of_28_days() {
    let mut available: BTreeMap<&str, i64> = BTreeMap::new();
    for row in &SEED_1.catalog.inventory {
        *available.entry(&row.sku).or_insert(0) += available_units(row);
    }
    let units = units_of_last_28_days();
    for product in &SEED_1.catalog.products {
        let sku = product.sku.as_str();
        let stock = available.get(sku).copied().unwrap_or(0) as f64;
        match (units.get(sku), product.stock_cover_days) {
            (None, cover) => assert_eq!(cover, None, "{sku}"),
            (Some(units), Some(cover)) => {
                let expected = stock * 28.0 / units;
                assert!((cover - expected).abs() <= 1e-9 * expected, "{sku}");
            }
            (Some(_), None) => panic!("{sku} sold and has no cover"),
        }
    }
}

#[test]
fn some_best_sellers_are_out_of_stock_in_some_stores() {
    let units = units_of_last_28_days();
    let mut sorted: Vec<f64> = units.values().copied().collect();
    sorted.sort_by(f64::total_cmp);
    let best = sorted[sorted.len() * 9 / 10];
    let is_best = |sku: &str| units.get(sku).is_some_and(|units| *units >= best);
    let rows = SEED_1
        .catalog
        .inventory
        .iter()
        .filter(|row| is_best(&row.sku));
    let (out, stocked): (Vec<_>, Vec<_>) = rows.partition(|row| available_units(row) == 0);
    assert!(
        out.len() > 20 && out.len() * 3 < stocked.len(),
        "{} of {}",
        out.len(),
        stocked.len()
    );
}

#[test]
fn there_is_something_of_everything_that_rules_speak_of() {
    let today = SEED_1.taken_at.date_naive();
    let count = |is: fn(&Product) -> bool| products().values().filter(|p| is(p)).count();
    let tagged = |product: &Product, tag: &str| product.tags.iter().any(|held| held == tag);
    let not_yet = products()
        .values()
        .filter(|p| p.launched_on.is_some_and(|day| day > today))
        .count();
    let gone = products()
        .values()
        .filter(|p| p.discontinued_on.is_some_and(|day| day <= today))
        .count();
    let clearance = products()
        .values()
        .filter(|p| tagged(p, "clearance"))
        .count();
    let counts = [
        not_yet,
        gone,
        clearance,
        count(|p| p.sensitive),
        count(|p| !p.restrictions.is_empty()),
        count(|p| !p.channels.is_empty()),
        count(|p| !p.not_sold_in.is_empty()),
        count(|p| p.vendor_funding > 0.0),
        count(|p| p.rating.is_none()),
        count(|p| p.stock_age_days.is_none()),
        SEED_1.catalog.inbound.len(),
    ];
    assert!(counts.iter().all(|count| *count >= 8), "{counts:?}");
    let in_force = |promotion: &&endcap_vocab::Promotion| {
        promotion.from.is_none_or(|from| from <= SEED_1.taken_at)
            && promotion.until.is_none_or(|until| SEED_1.taken_at < until)
    };
    let promotions = &SEED_1.catalog.promotions;
    let now = promotions.iter().filter(in_force).count();
    assert!(now >= 5 && now < promotions.len());
}

#[test]
fn the_committed_snapshot_is_what_the_generator_makes_for_seed_1() {
    let committed = Snapshot::open(&fixture("snapshot.endcap")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made.endcap");
    endcap_demo::write(DemoSize::default(), 1, &path, |_| {}).unwrap();
    let made = Snapshot::open(&path).unwrap();
    assert_eq!(
        committed.content_hash().unwrap(),
        made.content_hash().unwrap(),
        "run `cargo run -p endcap-demo --example make_fixture` and commit the file"
    );
    assert_eq!(made.catalog().unwrap(), SEED_1.catalog);
    let size = std::fs::metadata(fixture("snapshot.endcap")).unwrap().len();
    assert!(size < 4_000_000, "{size} bytes");
}
