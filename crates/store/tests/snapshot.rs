//! 1. What is written is read back, sorted, whatever the order it was written in.
//! 2. A file is there whole or not at all, and a failed writer leaves the target alone.
//! 3. A row that breaks a rule of the catalogue is refused in words, and the rest goes on.
//! 4. A file that is no readable snapshot is refused in words.
//! 5. The content hash tells content apart, and nothing else.
//! 6. Many readers read at once.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};
use endcap_store::{Provenance, Snapshot, SnapshotWriter, StoreError};
use endcap_vocab::{
    AttributeValue, Consent, InboundRow, InventoryRow, Location, OrderLine, Product, Promotion,
    ReturnLine, Shopper,
};
use tempfile::TempDir;

fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap()
}

fn product(sku: &str) -> Product {
    Product {
        sku: sku.to_owned(),
        title: format!("Title of {sku}"),
        category: "a/b".to_owned(),
        price: 2.5,
        unit_cost: 1.0,
        ..Product::default()
    }
}

fn rich_product() -> Product {
    Product {
        sku: "äpfel, \"rot\"\n1".to_owned(),
        group: Some("äpfel".to_owned()),
        title: String::new(),
        brand: Some(String::new()),
        vendor: Some("v".to_owned()),
        category: "grocery/fruit".to_owned(),
        private_label: true,
        price: 0.1 + 0.2,
        unit_cost: 1.0 / 3.0,
        vendor_funding: 0.05,
        fulfilment_cost: 0.7,
        launched_on: Some("2024-02-29".parse().unwrap()),
        discontinued_on: Some("2027-01-01".parse().unwrap()),
        stock_age_days: Some(3.0),
        stock_cover_days: Some(0.0),
        return_rate: 1.0,
        rating: Some(4.9),
        season_months: vec![12, 1],
        tags: vec!["clearance".to_owned(), String::new()],
        attributes: BTreeMap::from([
            ("organic".to_owned(), AttributeValue::Bool(true)),
            ("weight".to_owned(), AttributeValue::Number(0.1 + 0.7)),
            ("kind".to_owned(), AttributeValue::Text("5".to_owned())),
        ]),
        channels: vec!["web".to_owned()],
        not_sold_in: vec!["north".to_owned()],
        restrictions: vec!["age21".to_owned()],
        sensitive: true,
        image: Some("https://pictures.example/apple.png".to_owned()),
    }
}

fn location(id: &str) -> Location {
    Location {
        id: id.to_owned(),
        region: "north".to_owned(),
        tz: "Europe/Berlin".to_owned(),
    }
}

fn stock(location: &str, sku: &str) -> InventoryRow {
    InventoryRow {
        location: location.to_owned(),
        sku: sku.to_owned(),
        on_hand: -3,
        reserved: 1,
        safety_stock: 2,
    }
}

fn line(order: &str, shopper: Option<&str>, sku: &str, when: &str) -> OrderLine {
    OrderLine {
        order_id: order.to_owned(),
        shopper: shopper.map(str::to_owned),
        sku: sku.to_owned(),
        store: None,
        channel: Some("web".to_owned()),
        at: at(when),
        quantity: 1.5,
        unit_price: 0.0,
    }
}

fn begin(path: &Path) -> SnapshotWriter {
    let mut writer = SnapshotWriter::create(path).unwrap();
    writer.set_currency("EUR").unwrap();
    writer
        .set_taken_at(at("2026-11-20T09:00:00.25+01:00"))
        .unwrap();
    writer
}

fn orders() -> Vec<OrderLine> {
    vec![
        line("o1", Some("s2"), "b", "2026-01-01T10:00:00+01:00"),
        line("o1", Some("s2"), "b", "2026-01-01T10:00:00+01:00"),
        line("o2", None, "a", "2026-01-01T09:30:00.000001+00:00"),
        line("o0", Some("s1"), "gone", "2026-01-02T00:00:00-08:00"),
    ]
}

fn promotion() -> Promotion {
    Promotion {
        id: "p".to_owned(),
        skus: Some(vec![]),
        price: Some(1.0),
        from: Some(at("2026-01-01T00:00:00Z")),
        until: Some(at("2026-02-01T00:00:00+02:00")),
        channels: vec!["web".to_owned()],
        segments: vec!["new".to_owned()],
        ..Promotion::default()
    }
}

fn shopper(id: &str) -> Shopper {
    Shopper {
        id: id.to_owned(),
        segments: vec!["new".to_owned()],
        tier: Some("gold".to_owned()),
        permits: vec!["age21".to_owned()],
        consent: Consent {
            personalization: true,
            email: false,
            sensitive: true,
        },
        home_store: Some("s1".to_owned()),
    }
}

/// Writes everything, forwards or backwards.
fn write_full(path: &Path, backwards: bool) {
    let mut writer = begin(path);
    let mut products = [rich_product(), product("b"), product("B")];
    let mut lines = orders();
    let mut shoppers = [shopper("s1"), shopper("s2")];
    if backwards {
        products.reverse();
        lines.reverse();
        shoppers.reverse();
    }
    writer.add_inventory(&stock("s1", "b")).unwrap();
    products.iter().for_each(|p| writer.add_product(p).unwrap());
    lines.iter().for_each(|l| writer.add_order_line(l).unwrap());
    shoppers.iter().for_each(|s| writer.add_shopper(s).unwrap());
    writer.add_location(&location("s1")).unwrap();
    writer
        .add_inbound(&InboundRow {
            location: "s1".to_owned(),
            sku: "b".to_owned(),
            quantity: 5,
            due: "2026-11-21".parse().unwrap(),
        })
        .unwrap();
    writer.add_promotion(&promotion()).unwrap();
    writer
        .set_substitutes("b", &["c".to_owned(), "a".to_owned()])
        .unwrap();
    writer
        .set_sourcing("web", &["s1".to_owned(), "@store".to_owned()])
        .unwrap();
    writer.set_sourcing("phone", &[]).unwrap();
    writer
        .add_return(&ReturnLine {
            order_id: None,
            shopper: Some("s1".to_owned()),
            sku: "b".to_owned(),
            on: "2026-03-01".parse().unwrap(),
            quantity: 1.0,
        })
        .unwrap();
    writer
        .set_provenance("products", "unit_cost", Provenance::Synthetic, "half")
        .unwrap();
    writer
        .finish(if backwards { "other" } else { "source" })
        .unwrap();
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.snapshot");
    (folder, path)
}

fn names_in(folder: &TempDir) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn refusal(result: Result<(), StoreError>) -> String {
    match result.unwrap_err() {
        StoreError::Row { reason, .. } => reason,
        error => panic!("{error}"),
    }
}

#[test]
fn what_is_written_is_read_back_sorted() {
    let (_folder, path) = folder();
    write_full(&path, false);
    let snapshot = Snapshot::open(&path).unwrap();
    let catalog = snapshot.catalog().unwrap();
    // Bytes: `B` 0x42, `b` 0x62, `ä` 0xc3.
    assert_eq!(
        catalog.products,
        [product("B"), product("b"), rich_product()]
    );
    assert_eq!(catalog.currency, "EUR");
    assert_eq!(catalog.locations, [location("s1")]);
    assert_eq!(catalog.inventory, [stock("s1", "b")]);
    assert_eq!(catalog.inbound[0].due.to_string(), "2026-11-21");
    assert_eq!(catalog.promotions, [promotion()]);
    assert_eq!(catalog.substitutes["b"], ["c", "a"]);
    assert_eq!(catalog.sourcing["web"], ["s1", "@store"]);
    assert!(catalog.sourcing["phone"].is_empty());
    assert_eq!(snapshot.shopper("s2").unwrap(), Some(shopper("s2")));
    assert_eq!(snapshot.shopper("s3").unwrap(), None);
    let mut shoppers = Vec::new();
    snapshot.shoppers(|s| shoppers.push(s.id)).unwrap();
    assert_eq!(shoppers, ["s1", "s2"]);
    // 10:00 in Berlin is 09:00 UTC, before 09:30 UTC.
    let mut lines = Vec::new();
    snapshot.order_lines(|l| lines.push(l)).unwrap();
    assert_eq!(lines, orders());
    let offsets: Vec<i32> = lines
        .iter()
        .map(|l| l.at.offset().local_minus_utc())
        .collect();
    assert_eq!(offsets, [3600, 3600, 0, -8 * 3600]);
    let mut returns = Vec::new();
    snapshot.returns(|r| returns.push(r)).unwrap();
    assert_eq!((returns.len(), returns[0].order_id.as_deref()), (1, None));
    let provenance = snapshot.provenance().unwrap();
    assert_eq!(provenance[0].provenance, Provenance::Synthetic);

    let meta = snapshot.meta();
    assert_eq!(meta.taken_at, at("2026-11-20T09:00:00.25+01:00"));
    assert_eq!(
        (meta.made_from.as_str(), meta.schema_version),
        ("source", 1)
    );
    assert_eq!(
        (meta.counts["products"], meta.counts["order_lines"]),
        (3, 4)
    );
}

#[test]
fn the_hash_is_of_the_content_alone() {
    let (folder, path) = folder();
    write_full(&path, false);
    let other = folder.path().join("backwards.snapshot");
    write_full(&other, true);
    let hash = |path: &Path| Snapshot::open(path).unwrap().content_hash().unwrap();
    assert_eq!(hash(&path), hash(&other));
    assert_eq!(hash(&path).len(), 64);

    let changed = folder.path().join("changed.snapshot");
    let mut writer = begin(&changed);
    writer.add_product(&product("a")).unwrap();
    writer.finish("").unwrap();
    let before = hash(&changed);
    let costly = Product {
        unit_cost: 1.0 + f64::EPSILON,
        ..product("a")
    };
    let pictured = Product {
        image: Some("a.png".to_owned()),
        ..product("a")
    };
    for change in [costly, pictured] {
        let mut writer = begin(&changed);
        writer.add_product(&change).unwrap();
        writer.finish("").unwrap();
        assert_ne!(hash(&changed), before);
    }
}

#[test]
fn a_picture_is_read_on_demand() {
    let (_folder, path) = folder();
    write_full(&path, false);
    let snapshot = Snapshot::open(&path).unwrap();
    let pictured = rich_product();
    assert_eq!(snapshot.image(&pictured.sku).unwrap(), pictured.image);
    assert_eq!(snapshot.image("b").unwrap(), None);
    assert_eq!(snapshot.image("not there").unwrap(), None);
}

/// As it lies in fixtures/demo, written before there were images.
#[test]
fn a_file_from_before_there_were_images_is_read_and_left_as_it_is() {
    let (folder, path) = folder();
    let mut writer = begin(&path);
    writer.add_product(&product("a")).unwrap();
    writer.finish("").unwrap();
    let hash = |path: &Path| Snapshot::open(path).unwrap().content_hash().unwrap();
    let with_table = hash(&path);
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch("DROP TABLE images")
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    let snapshot = Snapshot::open(&path).unwrap();
    assert_eq!(snapshot.catalog().unwrap().products, [product("a")]);
    assert_eq!(snapshot.image("a").unwrap(), None);
    assert_eq!(hash(&path), with_table);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(names_in(&folder), ["shop.snapshot"]);
}

#[test]
fn a_writer_that_does_not_finish_leaves_nothing_and_the_target_alone() {
    let (folder, path) = folder();
    write_full(&path, false);
    let before = std::fs::read(&path).unwrap();
    let mut writer = begin(&path);
    writer.add_product(&product("z")).unwrap();
    assert_eq!(
        names_in(&folder),
        ["shop.snapshot", "shop.snapshot.partial"]
    );
    drop(writer);
    assert_eq!(names_in(&folder), ["shop.snapshot"]);

    let mut unsound = begin(&path);
    unsound.add_inventory(&stock("nowhere", "b")).unwrap();
    let error = unsound.finish("").unwrap_err().to_string();
    assert!(error.contains("`nowhere`"), "{error}");
    let timeless = SnapshotWriter::create(&path).unwrap();
    assert!(matches!(
        timeless.finish(""),
        Err(StoreError::Unfinished { .. })
    ));
    assert_eq!(names_in(&folder), ["shop.snapshot"]);
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn what_a_crash_left_is_cleared_and_a_living_writer_is_not() {
    let (folder, path) = folder();
    std::fs::write(folder.path().join("shop.snapshot.partial"), b"half").unwrap();
    let writer = begin(&path);
    assert!(matches!(
        SnapshotWriter::create(&path),
        Err(StoreError::Busy { .. })
    ));
    writer.finish("").unwrap();
    assert_eq!(names_in(&folder), ["shop.snapshot"]);
    Snapshot::open(&path).unwrap();
}

#[test]
fn a_killed_writer_leaves_no_snapshot() {
    let (folder, path) = folder();
    let mut writer = begin(&path);
    for n in 0..20_000 {
        writer.add_product(&product(&n.to_string())).unwrap();
    }
    // As after a crash: the file as it is on disk at this moment, and nobody to finish it.
    let half = folder.path().join("half.snapshot");
    std::fs::copy(folder.path().join("shop.snapshot.partial"), &half).unwrap();
    assert!(!path.exists());
    let error = Snapshot::open(&half).err().unwrap();
    assert!(
        matches!(
            error,
            StoreError::NotASnapshot { .. } | StoreError::Damaged { .. }
        ),
        "{error}"
    );
}

#[test]
fn a_row_that_breaks_a_rule_is_refused_in_words_and_the_rest_goes_on() {
    let (_folder, path) = folder();
    let mut writer = begin(&path);
    let mut refused = |change: &dyn Fn(&mut Product)| {
        let mut bad = product("bad");
        change(&mut bad);
        refusal(writer.add_product(&bad))
    };
    assert_eq!(refused(&|p| p.sku.clear()), "`sku` must not be empty");
    assert_eq!(
        refused(&|p| p.price = 0.0),
        "`price` must be above 0 and at most 1e12"
    );
    assert_eq!(
        refused(&|p| p.price = f64::INFINITY),
        "`price` must be above 0 and at most 1e12"
    );
    assert_eq!(
        refused(&|p| p.price = f64::NAN),
        "`price` is missing or not a finite number"
    );
    assert_eq!(
        refused(&|p| p.rating = Some(f64::NAN)),
        "`rating` must be a finite number"
    );
    assert_eq!(
        refused(&|p| p.rating = Some(5.1)),
        "`rating` must be from 0 to 5"
    );
    assert_eq!(
        refused(&|p| p.return_rate = -0.1),
        "`return_rate` must be from 0 to 1"
    );
    assert_eq!(
        refused(&|p| p.category = "a//b".to_owned()),
        "`category` has an empty segment"
    );
    assert_eq!(
        refused(&|p| p.category = "a/".to_owned()),
        "`category` must not begin or end with `/`"
    );
    assert_eq!(
        refused(&|p| p.image = Some(String::new())),
        "`image` must not be empty"
    );
    assert_eq!(
        refused(&|p| p.season_months = vec![13]),
        "`season_months` must be from 1 to 12, not 13"
    );
    writer.add_product(&product("a")).unwrap();
    assert!(matches!(
        writer.add_product(&product("a")),
        Err(StoreError::Duplicate { .. })
    ));
    let mars = Location {
        tz: "Mars/Base".to_owned(),
        ..location("m")
    };
    assert!(refusal(writer.add_location(&mars)).contains("`Mars/Base`"));
    let both = Promotion {
        when: Some("true".to_owned()),
        ..promotion()
    };
    assert_eq!(
        refusal(writer.add_promotion(&both)),
        "needs one of `skus` and `when`"
    );
    let none = Promotion {
        price: None,
        ..promotion()
    };
    assert_eq!(
        refusal(writer.add_promotion(&none)),
        "needs one of `percent_off`, `amount_off` and `price`"
    );
    let free = OrderLine {
        quantity: 0.0,
        ..orders()[0].clone()
    };
    assert_eq!(
        refusal(writer.add_order_line(&free)),
        "`quantity` must be above 0 and finite"
    );
    writer.finish("").unwrap();
    let mut skus = Vec::new();
    let snapshot = Snapshot::open(&path).unwrap();
    snapshot.products(|p| skus.push(p.sku)).unwrap();
    assert_eq!(skus, ["a"]);
}

#[test]
fn a_file_that_is_no_readable_snapshot_is_refused_in_words() {
    let (folder, path) = folder();
    let open = |path: &Path| Snapshot::open(path).err().unwrap();
    assert!(matches!(open(&path), StoreError::Missing { .. }));
    assert!(matches!(
        open(folder.path()),
        StoreError::NotASnapshot { .. }
    ));
    std::fs::write(&path, "sku,title\n".repeat(1000)).unwrap();
    assert!(matches!(open(&path), StoreError::NotASnapshot { .. }));
    std::fs::write(&path, "").unwrap();
    assert!(matches!(open(&path), StoreError::NotASnapshot { .. }));

    std::fs::remove_file(&path).unwrap();
    write_full(&path, false);
    let pragma = |sql: &str| {
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.execute_batch(sql).unwrap();
    };
    pragma("PRAGMA user_version = 99");
    let newer = open(&path);
    assert!(matches!(newer, StoreError::Newer { version: 99, .. }));
    assert!(newer.to_string().contains("version 99"), "{newer}");
    pragma("PRAGMA user_version = 1; PRAGMA application_id = 7");
    assert!(open(&path).to_string().contains("another program"));
}

#[test]
fn a_damaged_file_is_an_error_and_never_a_wrong_answer() {
    let (_folder, path) = folder();
    let mut writer = begin(&path);
    for n in 0..2_000 {
        writer.add_product(&product(&n.to_string())).unwrap();
    }
    writer.finish("").unwrap();
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let read = Snapshot::open(&path).and_then(|snapshot| snapshot.catalog());
    assert!(
        matches!(read, Err(StoreError::Damaged { .. })),
        "{:?}",
        read.err()
    );
}

#[test]
fn many_readers_read_at_once_while_the_file_is_replaced() {
    let (_folder, path) = folder();
    write_full(&path, false);
    let readers: Vec<_> = (0..8)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || {
                for _ in 0..20 {
                    let snapshot = Snapshot::open(&path).unwrap();
                    assert_eq!(snapshot.catalog().unwrap().products.len(), 3);
                }
            })
        })
        .collect();
    (0..5).for_each(|_| write_full(&path, false));
    for reader in readers {
        reader.join().unwrap();
    }
}
