//! 1. The bytes follow from orders and seed alone, at any number of threads.
//! 2. What is read says what was written, to the bit.
//! 3. Bytes that are not as they were written are refused with a sentence; so is nonsense that has
//!    the right hash, or it is a model that answers without NaN. Nothing panics.
//! 4. A model of a newer program and a file of something else are told apart.

use endcap_engine::{Model, Retailer};
use endcap_testkit::build::{ProductParts, catalog, product};
use proptest::prelude::*;

use super::*;
use crate::artifact::Source;
use crate::orders::tests::{Bought, orders};
use crate::{DAY_MICROS, Watch};

/// Forty products in four categories, and five of them that never sold.
fn retailer() -> Retailer {
    let products = (0..45).map(|number| {
        let category = ["tea", "milk", "salt", "oil"][number % 4];
        product(&format!("p{number}")).in_category(category)
    });
    Retailer::build(&catalog(products)).unwrap()
}

/// Three hundred orders of eight shoppers, two products each.
fn trained() -> Artifact {
    let names: Vec<[String; 2]> = (0..600)
        .map(|i| [format!("o{}", i / 2), format!("p{}", (i * i + i / 7) % 40)])
        .collect();
    let shoppers = ["ann", "bob", "cem", "dee", "eve", "fay", "gus", "hal"];
    let lines: Vec<Bought<'_>> = names
        .iter()
        .enumerate()
        .map(|(i, [order, sku])| {
            let day = i as i64 / 6;
            (
                order.as_str(),
                Some(shoppers[i / 2 % 8]),
                sku.as_str(),
                day,
                1.0,
            )
        })
        .collect();
    let source = Source {
        retailer: &retailer(),
        orders: &orders(&lines),
        snapshot: "5eed",
        now_micros: 100 * DAY_MICROS,
    };
    Artifact::train(source, 7, Watch::nobody()).unwrap()
}

fn bytes() -> &'static [u8] {
    static BYTES: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    BYTES.get_or_init(|| trained().to_bytes())
}

#[test]
fn the_bytes_are_the_same_at_any_number_of_threads() {
    for threads in [1, 4] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let made = pool.unwrap().install(|| trained().to_bytes());
        assert!(made == bytes(), "with {threads} threads");
    }
}

#[test]
fn what_is_read_says_what_was_written() {
    let (made, read) = (trained(), Artifact::from_bytes(bytes()).unwrap());
    assert_eq!(read.to_bytes(), bytes());
    assert_eq!(read.report(), made.report());
    assert!(read.is_of(&retailer()));
    assert_eq!((read.orders("ann"), read.orders("a stranger")), (38, 0));
    for shopper in ["ann", "hal", "a stranger"] {
        let answers = [&made, &read].map(|artifact| {
            let (mut relevance, mut purchase) = (vec![9.0; 45], vec![9.0; 45]);
            let shopper = artifact.model().shopper(shopper);
            let model = artifact.model();
            model.predict(shopper, 0..45, &mut relevance, &mut purchase);
            (relevance, purchase)
        });
        assert_eq!(answers[0], answers[1]);
        assert!(answers[0].1.iter().all(|p| (0.0..=1.0).contains(p)));
    }
    let report = made.report();
    assert_eq!(
        (report.trained_on.orders, report.trained_on.lines),
        (300, 600)
    );
    assert_eq!(report.trained_on.snapshot, "5eed");
    assert!(
        report
            .trial
            .as_ref()
            .is_some_and(|trial| trial.all.cases > 0)
    );
}

#[test]
fn other_files_newer_models_and_damage_are_told_apart() {
    let refused = |bytes: &[u8]| Artifact::from_bytes(bytes).unwrap_err();
    assert!(matches!(refused(b""), LearnError::NotAModel));
    assert!(matches!(
        refused(b"SQLite format 3\0"),
        LearnError::NotAModel
    ));
    let mut newer = bytes().to_vec();
    newer[8..12].copy_from_slice(&7_u32.to_le_bytes());
    let error = refused(&newer);
    assert_eq!(
        error.to_string(),
        "it is a model of version 7, and this program reads up to version 2; install a newer \
         program or train again"
    );
    let mut older = bytes().to_vec();
    older[8..12].copy_from_slice(&1_u32.to_le_bytes());
    let error = refused(&older).to_string();
    assert_eq!(error, "an older program trained it; train again");
    for end in [
        8,
        11,
        40,
        79,
        80,
        103,
        104,
        bytes().len() / 2,
        bytes().len() - 1,
    ] {
        let error = refused(&bytes()[..end]);
        assert!(
            matches!(error, LearnError::DamagedModel(_)),
            "{end}: {error}"
        );
    }
    let longer = [bytes(), &[0]].concat();
    assert!(refused(&longer).to_string().contains("train again"));
    // Counts that no memory holds.
    let mut huge = bytes().to_vec();
    huge[16..64].fill(0xff);
    assert!(matches!(refused(&huge), LearnError::DamagedModel(_)));
}

proptest! {
    #[test]
    fn changed_bytes_are_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 1..4),
    ) {
        let mut changed = bytes().to_vec();
        for (at, by) in &changes {
            let at = at.index(changed.len());
            changed[at] = changed[at].wrapping_add(*by);
        }
        prop_assume!(changed != bytes());
        prop_assert!(Artifact::from_bytes(changed.clone()).is_err());
    }

    #[test]
    fn nonsense_with_the_right_hash_is_refused_or_answers(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        in_head in any::<bool>(),
    ) {
        let mut changed = bytes().to_vec();
        let content = changed.len() - HASH;
        for (at, value) in &changes {
            let at = at.index(if in_head { Counts::HEAD } else { content });
            changed[at] = *value;
        }
        let hashed = hash(&changed[..content]);
        changed[content..].copy_from_slice(&hashed);
        if let Ok(artifact) = Artifact::from_bytes(changed.clone()) {
            let model = artifact.model();
            let rows = model.len();
            let (mut relevance, mut purchase) = (vec![9.0; rows], vec![9.0; rows]);
            for shopper in (0..model.shoppers() as u32).map(Some).chain([None]) {
                model.predict(shopper, 0..rows, &mut relevance, &mut purchase);
                let answers = relevance.iter().chain(&purchase);
                prop_assert!(answers.into_iter().all(|p| (0.0..=1.0).contains(p)));
            }
        }
    }
}
