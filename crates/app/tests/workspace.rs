//! Facts proved here:
//! 1. A shopper whose home store the data does not describe is ranked without a store.
//! 2. A store that is asked for and is not there is refused with a hint.

#![allow(
    clippy::unwrap_used,
    reason = "what a test is made of may fail the test"
)]

use endcap_app::{RankCommand, Workspace};
use endcap_store::SnapshotWriter;
use endcap_testkit::build::product;
use endcap_vocab::{Location, Shopper};

fn workspace(dir: &tempfile::TempDir) -> Workspace {
    let path = dir.path().join("shop.endcap");
    let mut writer = SnapshotWriter::create(&path).unwrap();
    writer.set_currency("EUR").unwrap();
    writer.set_taken_at(endcap_testkit::instant()).unwrap();
    writer.add_product(&product("A")).unwrap();
    writer
        .add_location(&Location {
            id: "north".to_owned(),
            region: "north".to_owned(),
            tz: "Europe/Berlin".to_owned(),
        })
        .unwrap();
    writer
        .add_shopper(&Shopper {
            id: "s".to_owned(),
            home_store: Some("closed".to_owned()),
            ..Shopper::default()
        })
        .unwrap();
    writer.finish("a test").unwrap();
    Workspace::open(&path).unwrap()
}

#[test]
fn a_home_store_that_is_not_described_is_no_store() {
    let dir = tempfile::tempdir().unwrap();
    let command = RankCommand {
        shopper: Some("s".to_owned()),
        ..RankCommand::default()
    };
    let request = workspace(&dir).request(&command).unwrap();
    assert_eq!(request.store, None);
}

#[test]
fn a_store_that_is_asked_for_and_is_not_there_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let command = RankCommand {
        store: Some("nort".to_owned()),
        ..RankCommand::default()
    };
    let error = workspace(&dir).request(&command).unwrap_err();
    assert_eq!(error.hint.as_deref(), Some("did you mean `north`?"));
}
