//! The engine against a second reading of the specification.
//!
//! 1. The reference gives the answer of every conformance case.
//! 2. Engine and reference agree on every generated case.
//! 3. They agree on conformance cases and generated cases twisted into the rare branches.
//! 4. They agree on a catalogue so large that the engine works in parallel.
//! 5. What 3 compares has every note, every source and every reason.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test is made of may fail the test"
)]

mod agreement;
mod ranked;
mod reference;
mod twist;

use std::collections::BTreeMap;

use agreement::difference;
use endcap_testkit::generate::case;
use endcap_vocab::{Case, CheckedCase, Document, NoteKind, Reason, Source, check, read_json};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use ranked::{large_case, ranked};
use twist::{twisted, twists};

fn conformance_cases() -> Vec<(String, CheckedCase)> {
    let folder = endcap_testkit::fixtures_dir().join("cases");
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let value = read_json(&std::fs::read(&path).unwrap()).unwrap();
        cases.push((name, check(Document::CheckedCase, &value).unwrap()));
    }
    cases.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(
        cases.len() >= 60,
        "{} cases in {}",
        cases.len(),
        folder.display()
    );
    cases
}

fn disagreement(case: &Case) -> Option<String> {
    let reference = reference::answer(case);
    let engine = ranked(case);
    let at = difference(&reference, &engine)?;
    let case = serde_json::to_string(case).unwrap();
    Some(format!(
        "{at}\nreference {reference:#?}\nengine {engine:#?}\n{case}"
    ))
}

/// A conformance case or a generated one, twisted.
fn twisted_case() -> impl Strategy<Value = Case> {
    let cases: Vec<Case> = conformance_cases()
        .into_iter()
        .map(|(_, checked)| checked.case)
        .collect();
    let base = prop_oneof![prop::sample::select(cases), case()];
    (base, twists()).prop_map(|(case, twists)| twisted(case, &twists))
}

#[test]
fn the_reference_gives_the_answer_of_every_conformance_case() {
    let mut differences = Vec::new();
    for (name, checked) in conformance_cases() {
        let answer = reference::answer(&checked.case);
        if let Some(at) = difference(&checked.answer, &answer) {
            differences.push(format!("{name}: {at}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

proptest! {
    #[test]
    fn engine_and_reference_agree_on_generated_cases(case in case()) {
        let disagreement = disagreement(&case);
        prop_assert!(disagreement.is_none(), "{}", disagreement.unwrap_or_default());
    }

    #[test]
    fn engine_and_reference_agree_on_twisted_cases(case in twisted_case()) {
        let disagreement = disagreement(&case);
        prop_assert!(disagreement.is_none(), "{}", disagreement.unwrap_or_default());
    }
}

#[test]
fn engine_and_reference_agree_on_a_large_catalogue() {
    let case = large_case(40_000);
    let at = difference(&reference::answer(&case), &ranked(&case));
    assert_eq!(at, None);
}

const NOTES: [NoteKind; 14] = [
    NoteKind::PersonalSignalsOff,
    NoteKind::SortedByShopper,
    NoteKind::UnknownCandidate,
    NoteKind::PinBeyond,
    NoteKind::PinDuplicate,
    NoteKind::PinIneligible,
    NoteKind::PinMoved,
    NoteKind::PinDropped,
    NoteKind::PinCompacted,
    NoteKind::ReserveUnfilled,
    NoteKind::ReserveBeyond,
    NoteKind::ReserveTaken,
    NoteKind::QuotaUnmet,
    NoteKind::CapExceeded,
];

const SOURCES: [Source; 6] = [
    Source::Ranked,
    Source::Pin,
    Source::Substitute,
    Source::Reserve,
    Source::Quota,
    Source::Fallback,
];

#[test]
fn twisted_cases_visit_every_note_source_and_reason() {
    let mut runner = TestRunner::deterministic();
    let strategy = twisted_case();
    let mut visits: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..400 {
        let case = strategy.new_tree(&mut runner).unwrap().current();
        let answer = reference::answer(&case);
        let notes = answer.notes.iter().map(|note| note.note.name());
        let sources = answer.slots.iter().map(|slot| slot.source.name());
        let reasons = answer
            .ineligible
            .iter()
            .flatten()
            .map(|(_, reason)| reason.name());
        for name in notes.chain(sources).chain(reasons) {
            *visits.entry(name).or_default() += 1;
        }
    }
    let names = NOTES.map(NoteKind::name).into_iter();
    let names = names
        .chain(SOURCES.map(Source::name))
        .chain(Reason::ALL.map(Reason::name));
    let missing: Vec<&str> = names.filter(|name| !visits.contains_key(name)).collect();
    assert!(missing.is_empty(), "never {missing:?}, but {visits:?}");
}
