//! 1. The three public data sets import without a refused row, by the mappings of fixtures.
//! 2. Importing one twice gives the same content.
//!
//! Counts are those of the data's own README, or counted here from the files.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests"
)]

use std::ops::ControlFlow;
use std::path::Path;

use endcap_connect::{ImportOptions, QualityReport, import};
use endcap_store::{Provenance, Snapshot};
use endcap_testkit::{fixtures_dir, shared};

fn import_data(dir: &Path, name: &str, into: &Path) -> (QualityReport, Snapshot) {
    let path = fixtures_dir().join("mappings").join(format!("{name}.sql"));
    let mapping = std::fs::read_to_string(path).unwrap();
    let options = ImportOptions {
        mapping: &mapping,
        mapping_name: name,
        strict: false,
        progress: &mut |_| ControlFlow::Continue(()),
    };
    let report = import(dir, into, options).unwrap_or_else(|error| panic!("{error}"));
    (report, Snapshot::open(into).unwrap())
}

fn kept(report: &QualityReport, table: &str) -> u64 {
    report
        .tables
        .iter()
        .find(|t| t.table == table)
        .unwrap()
        .kept
}

fn assert_cost_is(snapshot: &Snapshot, provenance: Provenance) {
    let all = snapshot.provenance().unwrap();
    let cost = all.iter().find(|c| c.column == "unit_cost").unwrap();
    assert_eq!(cost.provenance, provenance);
}

#[test]
fn complete_journey_imports_the_same_twice() {
    let Some(dir) = shared("data/complete_journey") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let first = folder.path().join("a.snapshot");
    let (report, snapshot) = import_data(&dir, "complete_journey", &first);
    assert_eq!(report.refused, 0);
    // 92,331 products without those of the seven departments that sell no goods (67), and
    // without gasoline elsewhere.
    let products = kept(&report, "products");
    assert!((92_000..=92_331 - 67).contains(&products), "{products}");
    // 100,000 lines without 577 of quantity 0 and those of fuel.
    let lines = kept(&report, "order_lines");
    assert!((97_000..100_000 - 577).contains(&lines), "{lines}");
    assert_eq!(kept(&report, "promotions"), 27);
    assert_cost_is(&snapshot, Provenance::Synthetic);
    let (mut own, mut national) = ((0.0, 0.0), (0.0, 0.0));
    snapshot
        .products(|product| {
            let sums = if product.private_label {
                &mut own
            } else {
                &mut national
            };
            sums.0 += 1.0 - product.unit_cost / product.price;
            sums.1 += 1.0;
        })
        .unwrap();
    assert!(own.0 / own.1 > national.0 / national.1 + 0.03);

    let second = folder.path().join("b.snapshot");
    let (_, again) = import_data(&dir, "complete_journey", &second);
    assert_eq!(
        snapshot.content_hash().unwrap(),
        again.content_hash().unwrap()
    );
}

#[test]
fn foodmart_imports_with_its_observed_cost() {
    let Some(dir) = shared("data/foodmart") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (report, snapshot) = import_data(&dir, "foodmart", &folder.path().join("a.snapshot"));
    assert_eq!(report.refused, 0);
    assert_eq!(kept(&report, "products"), 1_560);
    assert_eq!(kept(&report, "shoppers"), 10_281);
    assert_eq!(kept(&report, "order_lines"), 105_162);
    // 24 stores without the headquarters, 24 warehouses.
    assert_eq!(kept(&report, "locations"), 48);
    assert_eq!(report.orphans, []);
    assert_cost_is(&snapshot, Provenance::Derived);
}

#[test]
fn uci_online_retail_imports_with_its_returns() {
    let Some(dir) = shared("data/uci_online_retail") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let name = "uci_online_retail";
    let (report, snapshot) = import_data(&dir, name, &folder.path().join("a.snapshot"));
    assert_eq!(report.refused, 0);
    assert_eq!(report.files[0].read, 541_909);
    assert_eq!(snapshot.meta().currency, "GBP");
    assert_eq!(
        snapshot.meta().taken_at.to_rfc3339(),
        "2011-12-09T12:51:00+00:00"
    );
    assert!(kept(&report, "returns") > 8_000);
    assert!(kept(&report, "order_lines") > 520_000);
    assert_cost_is(&snapshot, Provenance::Synthetic);
}
