//! 1. An export, imported by the canonical mapping, is the same snapshot.
//! 2. That holds for any text: commas, quotes, new lines, backslashes, empty or absent.
//! 3. An export leaves whole files and nothing else.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use chrono::{DateTime, FixedOffset};
use endcap_connect::{CANONICAL_MAPPING, ImportOptions, export, import};
use endcap_store::{Provenance, Snapshot, SnapshotWriter};
use endcap_vocab::{
    AttributeValue, Consent, InboundRow, InventoryRow, Location, OrderLine, Product, Promotion,
    ReturnLine, Shopper,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

fn nasty_text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("\\".to_owned()),
        Just("\u{feff}mark".to_owned()),
        "[a,\"\n\r\\\\ '\t;äß東\u{0}\u{1f600}]{0,6}",
        any::<String>(),
    ]
}

/// A text that is there: keys may not be empty.
fn key_text() -> impl Strategy<Value = String> {
    nasty_text().prop_map(|text| format!("k{text}"))
}

fn attribute() -> impl Strategy<Value = AttributeValue> {
    prop_oneof![
        any::<bool>().prop_map(AttributeValue::Bool),
        (-1e12..1e12_f64).prop_map(AttributeValue::Number),
        nasty_text().prop_map(AttributeValue::Text),
    ]
}

fn money() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(0.1 + 0.2),
        1e-9..1e9_f64,
        Just(f64::MIN_POSITIVE),
        Just(1e12)
    ]
}

fn instant() -> impl Strategy<Value = DateTime<FixedOffset>> {
    (0..4_000_000_000_000_000_i64, -56..=56).prop_map(|(micros, quarters)| {
        let offset = FixedOffset::east_opt(quarters * 900).unwrap();
        DateTime::from_timestamp_micros(micros)
            .unwrap()
            .with_timezone(&offset)
    })
}

fn product() -> impl Strategy<Value = Product> {
    let texts = (
        key_text(),
        option::of(key_text()),
        nasty_text(),
        option::of(nasty_text()),
        option::of(nasty_text()),
        option::of(key_text()),
    );
    let lists = (
        vec(1..=12_u8, 0..3),
        vec(nasty_text(), 0..3),
        btree_map(nasty_text(), attribute(), 0..3),
    );
    let numbers = (money(), money(), option::of(0.0..=5.0), option::of(money()));
    (texts, lists, numbers, any::<bool>()).prop_map(|(texts, lists, numbers, flag)| Product {
        sku: texts.0,
        group: texts.1,
        title: texts.2,
        brand: texts.3,
        vendor: texts.4,
        category: "a/b".to_owned(),
        private_label: flag,
        season_months: lists.0,
        tags: lists.1.clone(),
        attributes: lists.2,
        channels: lists.1,
        price: numbers.0,
        unit_cost: numbers.1,
        rating: numbers.2,
        stock_age_days: numbers.3,
        launched_on: flag.then(|| "2024-02-29".parse().unwrap()),
        sensitive: !flag,
        image: texts.5,
        ..Product::default()
    })
}

fn order_line() -> impl Strategy<Value = OrderLine> {
    let ids = (key_text(), key_text());
    let texts = (
        option::of(nasty_text()),
        option::of(nasty_text()),
        option::of(nasty_text()),
    );
    (ids, texts, instant(), money(), money()).prop_map(|(ids, texts, at, quantity, unit_price)| {
        OrderLine {
            order_id: ids.0,
            sku: ids.1,
            shopper: texts.0,
            store: texts.1,
            channel: texts.2,
            at,
            quantity,
            unit_price,
        }
    })
}

fn shopper() -> impl Strategy<Value = Shopper> {
    let texts = (
        key_text(),
        option::of(nasty_text()),
        option::of(nasty_text()),
    );
    (texts, vec(nasty_text(), 0..3), any::<[bool; 3]>()).prop_map(|(texts, list, consent)| {
        Shopper {
            id: texts.0,
            segments: list.clone(),
            tier: texts.1,
            permits: list,
            consent: Consent {
                personalization: consent[0],
                email: consent[1],
                sensitive: consent[2],
            },
            home_store: texts.2,
        }
    })
}

#[derive(Debug, Clone)]
struct Contents {
    currency: String,
    taken_at: DateTime<FixedOffset>,
    products: BTreeMap<String, Product>,
    shoppers: BTreeMap<String, Shopper>,
    lines: Vec<OrderLine>,
    location: String,
    texts: Vec<String>,
    text: Option<String>,
}

fn contents() -> impl Strategy<Value = Contents> {
    (
        (key_text(), instant()),
        vec(product(), 0..4),
        vec(shopper(), 0..4),
        vec(order_line(), 0..5),
        (
            key_text(),
            vec(nasty_text(), 0..3),
            option::of(nasty_text()),
        ),
    )
        .prop_map(|(meta, products, shoppers, lines, rest)| Contents {
            currency: meta.0,
            taken_at: meta.1,
            products: products.into_iter().map(|p| (p.sku.clone(), p)).collect(),
            shoppers: shoppers.into_iter().map(|s| (s.id.clone(), s)).collect(),
            lines,
            location: rest.0,
            texts: rest.1,
            text: rest.2,
        })
}

fn write(contents: &Contents, path: &Path) {
    let mut writer = SnapshotWriter::create(path).unwrap();
    writer.set_currency(&contents.currency).unwrap();
    writer.set_taken_at(contents.taken_at).unwrap();
    for product in contents.products.values() {
        writer.add_product(product).unwrap();
        writer
            .set_substitutes(&product.sku, &contents.texts)
            .unwrap();
        writer
            .add_inventory(&InventoryRow {
                location: contents.location.clone(),
                sku: product.sku.clone(),
                on_hand: -7,
                reserved: 1,
                safety_stock: 1_000_000_000_000,
            })
            .unwrap();
    }
    for shopper in contents.shoppers.values() {
        writer.add_shopper(shopper).unwrap();
    }
    for line in &contents.lines {
        writer.add_order_line(line).unwrap();
        writer
            .add_return(&ReturnLine {
                order_id: contents.text.clone(),
                shopper: line.shopper.clone(),
                sku: line.sku.clone(),
                on: "2026-01-31".parse().unwrap(),
                quantity: line.quantity,
            })
            .unwrap();
        writer
            .add_inbound(&InboundRow {
                location: contents.location.clone(),
                sku: line.sku.clone(),
                quantity: 3,
                due: "2026-02-01".parse().unwrap(),
            })
            .unwrap();
    }
    writer
        .add_location(&Location {
            id: contents.location.clone(),
            region: contents.text.clone().unwrap_or_default(),
            tz: "Asia/Kathmandu".to_owned(),
        })
        .unwrap();
    writer
        .add_promotion(&Promotion {
            id: "listed".to_owned(),
            skus: Some(contents.texts.clone()),
            amount_off: Some(0.1),
            from: Some(contents.taken_at),
            ..Promotion::default()
        })
        .unwrap();
    writer
        .add_promotion(&Promotion {
            id: "described".to_owned(),
            when: Some("product.title != 'a, \"b\"\\n'".to_owned()),
            percent_off: Some(10.0),
            segments: contents.texts.clone(),
            ..Promotion::default()
        })
        .unwrap();
    let served = ["@store".to_owned(), contents.location.clone()];
    writer.set_sourcing(&contents.currency, &served).unwrap();
    writer.set_sourcing("nothing serves it", &[]).unwrap();
    let note = contents.text.clone().unwrap_or_default();
    writer
        .set_provenance("products", &contents.currency, Provenance::Derived, &note)
        .unwrap();
    writer.finish("").unwrap();
}

fn import_canonical(dir: &Path, into: &Path) -> Snapshot {
    let options = ImportOptions {
        mapping: CANONICAL_MAPPING,
        mapping_name: "canonical",
        strict: true,
        progress: &mut |_| ControlFlow::Continue(()),
    };
    import(dir, into, options).unwrap_or_else(|error| panic!("{error}"));
    Snapshot::open(into).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_export_imported_is_the_same_snapshot(contents in contents()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.snapshot");
        write(&contents, &path);
        let before = Snapshot::open(&path).unwrap();
        let csv = folder.path().join("csv");
        export(&before, &csv).unwrap();
        let after = import_canonical(&csv, &folder.path().join("b.snapshot"));
        prop_assert_eq!(before.catalog().unwrap(), after.catalog().unwrap());
        prop_assert_eq!(before.content_hash().unwrap(), after.content_hash().unwrap());
        prop_assert_eq!(&before.meta().counts, &after.meta().counts);
    }
}

#[test]
fn an_export_leaves_one_whole_file_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.snapshot");
    let mut writer = SnapshotWriter::create(&path).unwrap();
    writer.set_currency("EUR").unwrap();
    let at = DateTime::parse_from_rfc3339("2026-11-20T09:00:00+01:00").unwrap();
    writer.set_taken_at(at).unwrap();
    writer
        .add_product(&Product {
            sku: "a".to_owned(),
            title: "Tea, \"green\"".to_owned(),
            brand: Some(String::new()),
            category: "drinks".to_owned(),
            price: 2.5,
            unit_cost: 1.0,
            tags: vec!["new".to_owned()],
            image: Some("tea.png".to_owned()),
            ..Product::default()
        })
        .unwrap();
    writer.finish("").unwrap();
    let csv = folder.path().join("csv");
    let report = export(&Snapshot::open(&path).unwrap(), &csv).unwrap();
    let mut names: Vec<String> = fs::read_dir(&csv)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut told: Vec<String> = report.files.iter().map(|f| f.file.clone()).collect();
    told.sort();
    assert_eq!(names, told);
    assert_eq!(names.len(), 12);
    let products = fs::read_to_string(csv.join("products.csv")).unwrap();
    assert_eq!(
        products.lines().nth(1).unwrap(),
        r#"a,,"Tea, ""green""",\,,drinks,false,2.5,1,0,0,,,,,0,,,"[""new""]",,,,,false,tea.png"#
    );
}
