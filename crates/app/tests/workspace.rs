//! Facts proved here:
//! 1. A shopper whose home store the data does not describe is ranked without a store.
//! 2. A store that is asked for and is not there is refused with a hint.
//! 3. A workspace is shared between threads.
//! 4. Opening says how far it is, and ends where it is told to.
//! 5. A persona is a shopper without history or home.
//! 6. A command outlives its program as JSON.

#![allow(
    clippy::unwrap_used,
    reason = "what a test is made of may fail the test"
)]

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use endcap_app::{
    DataSource, ErrorCode, OpenStage, Persona, RankCommand, SoFar, Sort, Who, Workspace,
};
use endcap_store::SnapshotWriter;
use endcap_testkit::build::product;
use endcap_vocab::{Location, Shopper};

fn snapshot(dir: &tempfile::TempDir) -> PathBuf {
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
    path
}

fn workspace(dir: &tempfile::TempDir) -> Workspace {
    Workspace::open(&snapshot(dir)).unwrap()
}

#[test]
fn a_home_store_that_is_not_described_is_no_store() {
    let dir = tempfile::tempdir().unwrap();
    let command = RankCommand {
        who: Who::Shopper("s".to_owned()),
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

#[test]
fn a_workspace_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Arc<Workspace>>();
}

#[test]
fn opening_says_how_far_it_is_and_ends_when_told_to() {
    let dir = tempfile::tempdir().unwrap();
    let path = snapshot(&dir);
    let mut stages = Vec::new();
    let opened = Workspace::open_with(&path, &mut |stage| {
        stages.push(stage);
        ControlFlow::Continue(())
    });
    assert_eq!(opened.unwrap().source, DataSource::Snapshot(path.clone()));
    let (read, of) = (0, 1);
    assert_eq!(
        stages,
        [
            OpenStage::Products(SoFar { read, of }),
            OpenStage::Columns,
            OpenStage::Shoppers(SoFar { read, of }),
            OpenStage::Orders,
            OpenStage::Training,
        ]
    );
    for last in stages {
        let opened = Workspace::open_with(&path, &mut |stage| {
            if stage == last {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        assert_eq!(opened.err().unwrap().code, ErrorCode::Cancelled);
    }
}

#[test]
fn opening_ends_between_rows_of_a_long_table() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("long.endcap");
    let mut writer = SnapshotWriter::create(&path).unwrap();
    writer.set_currency("EUR").unwrap();
    writer.set_taken_at(endcap_testkit::instant()).unwrap();
    for number in 0..10_000 {
        writer.add_product(&product(&format!("P{number}"))).unwrap();
    }
    writer.finish("a test").unwrap();
    let mut last = None;
    let opened = Workspace::open_with(&path, &mut |stage| {
        last = Some(stage);
        match stage {
            OpenStage::Products(so_far) if so_far.read > 0 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    });
    assert_eq!(opened.err().unwrap().code, ErrorCode::Cancelled);
    assert!(
        matches!(last, Some(OpenStage::Products(so_far)) if so_far.read < so_far.of && so_far.of == 10_000),
        "{last:?}"
    );
}

#[test]
fn a_persona_is_a_shopper_without_history_or_home() {
    let dir = tempfile::tempdir().unwrap();
    let persona = Persona {
        name: "Deal seeker".to_owned(),
        segments: vec!["deals".to_owned()],
        tier: Some("gold".to_owned()),
        ..Persona::default()
    };
    let command = RankCommand {
        who: Who::Persona(persona),
        ..RankCommand::default()
    };
    let request = workspace(&dir).request(&command).unwrap();
    let customer = request.customer.unwrap();
    assert_eq!(customer.id, "persona:Deal seeker");
    assert_eq!(customer.segments, ["deals"]);
    assert_eq!(customer.tier.as_deref(), Some("gold"));
    assert_eq!(request.store, None);
}

#[test]
fn a_command_is_stored_as_json_and_read_by_older_and_newer_programs() {
    let command = RankCommand {
        who: Who::Shopper("s".to_owned()),
        at: Some("2026-11-20T09:30".parse().unwrap()),
        sort: Sort::PriceAsc,
        page: Some("grocery".to_owned()),
        ..RankCommand::default()
    };
    let text = serde_json::to_string(&command).unwrap();
    assert_eq!(serde_json::from_str::<RankCommand>(&text).unwrap(), command);
    let newer = r#"{"slots": 12, "moon": "full", "who": {"persona": {"name": "n", "age": 3}}}"#;
    let read: RankCommand = serde_json::from_str(newer).unwrap();
    assert_eq!(read.slots, 12);
    assert_eq!(read.page, None);
    assert!(matches!(read.who, Who::Persona(persona) if persona.name == "n"));
}
