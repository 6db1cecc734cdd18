//! 1. A model that was trained on a snapshot is used when the snapshot is opened, and ranking by
//!    it is not as it was without.
//! 2. One that was trained on other data, is damaged, or is a file of something else is not used,
//!    and the reason is said; nothing of it keeps the snapshot from being opened.
//! 3. The same snapshot gives the same model, byte for byte, whatever its shoppers' number of
//!    orders was known by before.
//! 4. The same orders are steady; other tastes say train again; few orders say so.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use endcap_app::{
    DemoSize, DriftTo, ErrorCode, RankCommand, Verdict, Who, Workspace, drift, make_demo, train,
};
use endcap_store::{Snapshot, SnapshotWriter, model_path};
use endcap_vocab::OrderLine;

fn go_on(_: &str) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn demo(dir: &Path, name: &str, seed: u64) -> PathBuf {
    let path = dir.join(name);
    let size = DemoSize {
        products: 200,
        shoppers: 150,
        order_lines: 6_000,
    };
    make_demo(size, seed, &path, |_| ()).unwrap();
    path
}

/// The same shop with other orders; none where `line` says so.
fn with_orders(from: &Path, to: PathBuf, line: impl Fn(OrderLine) -> Option<OrderLine>) -> PathBuf {
    let snapshot = Snapshot::open(from).unwrap();
    let mut writer = SnapshotWriter::create(&to).unwrap();
    writer.set_currency(&snapshot.meta().currency).unwrap();
    writer.set_taken_at(snapshot.meta().taken_at).unwrap();
    snapshot
        .products(|product| writer.add_product(&product).unwrap())
        .unwrap();
    snapshot
        .order_lines(|order_line| {
            if let Some(changed) = line(order_line) {
                writer.add_order_line(&changed).unwrap();
            }
        })
        .unwrap();
    writer.finish("a test").unwrap();
    to
}

fn slate(workspace: &Workspace) -> Vec<(String, f64)> {
    let rules = Workspace::compile(&Workspace::relevance_alone()).unwrap();
    let command = RankCommand {
        who: Who::of(workspace.most_loyal_shopper()),
        ..RankCommand::default()
    };
    let view = workspace.rank(&rules, &command).unwrap();
    view.answer
        .slots
        .into_iter()
        .map(|slot| (slot.sku, slot.score))
        .collect()
}

#[test]
fn a_snapshot_is_ranked_by_the_model_that_was_trained_on_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = demo(dir.path(), "shop.endcap", 1);
    let without = Workspace::open(&path).unwrap();
    assert!(!without.has_trained_model() && without.model_refused.is_none());

    let trained = train(&path, None, 1, &go_on).unwrap();
    assert_eq!(trained.path, model_path(&path));
    assert!(trained.report.trial.is_some());
    let with = Workspace::open(&path).unwrap();
    assert!(with.has_trained_model());
    assert_ne!(slate(&without), slate(&with));
    let orders = trained.report.trained_on.orders;
    assert_eq!(
        with.relevance_from(),
        format!("trained on {} orders", thousands(orders))
    );
    // How many orders a shopper made is the same whichever model tells.
    for id in with.shoppers.keys() {
        let [a, b] = [&with, &without].map(|of| of.shopper_row_of(id).unwrap().orders);
        assert_eq!(a, b, "{id}");
    }

    let other = dir.path().join("again.model");
    train(&path, Some(&other), 1, &go_on).unwrap();
    assert!(std::fs::read(&other).unwrap() == std::fs::read(&trained.path).unwrap());
}

fn thousands(count: usize) -> String {
    if count < 1000 {
        count.to_string()
    } else {
        format!("{},{:03}", count / 1000, count % 1000)
    }
}

#[test]
fn a_model_that_does_not_belong_is_not_used_and_the_reason_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = demo(dir.path(), "shop.endcap", 1);
    let other = demo(dir.path(), "other.endcap", 2);
    let foreign = train(&other, None, 1, &go_on).unwrap().path;
    let beside = model_path(&path);
    let foreign = std::fs::read(foreign).unwrap();
    for (bytes, said) in [
        (&foreign[..], "it was trained on other data; `endcap train"),
        (&foreign[..foreign.len() / 2], "it is damaged"),
        (b"my notes", "it is no model of this program"),
    ] {
        std::fs::write(&beside, bytes).unwrap();
        let workspace = Workspace::open(&path).unwrap();
        assert!(!workspace.has_trained_model());
        let refused = workspace.model_refused.unwrap();
        assert!(
            refused.contains("shop.endcap.model is not used"),
            "{refused}"
        );
        assert!(refused.contains(said), "{refused}");
    }
    let error = train(&path, None, 1, &go_on).unwrap_err();
    assert!(
        error.summary.contains("is no model and is not overwritten"),
        "{error}"
    );
    let error = drift(&beside, &DriftTo::Snapshot(path), &go_on).unwrap_err();
    assert_eq!(error.code, ErrorCode::Unreadable);
    assert!(
        error.summary.contains("it is no model of this program"),
        "{error}"
    );
}

#[test]
fn a_training_that_is_given_up_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = demo(dir.path(), "shop.endcap", 1);
    let error = train(&path, None, 1, &|_| ControlFlow::Break(())).unwrap_err();
    assert_eq!(error.code, ErrorCode::Cancelled);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    let empty = with_orders(&path, dir.path().join("empty.endcap"), |_| None);
    let error = train(&empty, None, 1, &go_on).unwrap_err();
    assert!(
        error
            .summary
            .contains("no order of a shopper to learn from"),
        "{error}"
    );
}

#[test]
fn drift_tells_the_same_orders_other_tastes_and_few_orders_apart() {
    let dir = tempfile::tempdir().unwrap();
    let path = demo(dir.path(), "shop.endcap", 1);
    let model = train(&path, None, 1, &go_on).unwrap().path;
    let to = |to: DriftTo| drift(&model, &to, &go_on).unwrap();

    let same = to(DriftTo::Snapshot(path.clone()));
    assert_eq!(same.verdict, Verdict::Steady, "{same:?}");
    assert!(
        same.shifts
            .iter()
            .all(|shift| shift.index.is_none_or(|index| index < 0.01))
    );
    assert!(same.latest.is_none(), "no order is later than the model's");
    assert_eq!(to(DriftTo::Model(model.clone())).verdict, Verdict::Steady);

    // Everybody buys what comes 100 products later in the catalogue.
    let mut skus = Vec::new();
    Snapshot::open(&path)
        .unwrap()
        .products(|product| skus.push(product.sku))
        .unwrap();
    let tastes = with_orders(&path, dir.path().join("tastes.endcap"), |line| {
        let place = skus.iter().position(|sku| *sku == line.sku).unwrap();
        let sku = skus[(place + 100) % skus.len()].clone();
        Some(OrderLine { sku, ..line })
    });
    let other = to(DriftTo::Snapshot(tastes.clone()));
    assert_eq!(other.verdict, Verdict::Retrain, "{other:?}");
    assert!(
        other
            .why
            .contains("“which products are bought” has shifted"),
        "{}",
        other.why
    );
    train(&tastes, None, 1, &go_on).unwrap();
    let other = to(DriftTo::Model(model_path(&tastes)));
    assert_eq!(other.verdict, Verdict::Retrain, "{other:?}");

    // An assortment that the model does not know.
    let renamed = with_orders(&path, dir.path().join("renamed.endcap"), |line| {
        let sku = skus[0].clone();
        (line.sku < skus[50]).then_some(OrderLine { sku, ..line })
    });
    assert_eq!(to(DriftTo::Snapshot(renamed)).verdict, Verdict::Retrain);

    let few = with_orders(&path, dir.path().join("few.endcap"), |line| {
        line.order_id.ends_with("77").then_some(line)
    });
    let few = to(DriftTo::Snapshot(few));
    assert_eq!(few.verdict, Verdict::TooFew, "{few:?}");
    assert!(
        few.why.starts_with("There are too few orders to tell"),
        "{}",
        few.why
    );
}
