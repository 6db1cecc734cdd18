//! Protocols read the public data as its notes say: the counts of shoppers and products are
//! those that are written there.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::Path;

use endcap_learn::HeldOut;
use endcap_learn::evaluate::{Evaluation, Loaded, Protocol};
use endcap_testkit::shared;

fn load(protocol: Protocol) -> Option<Loaded> {
    let data = shared("data")?;
    Some(protocol.load(&data).unwrap())
}

#[test]
fn p2_has_2977_products_and_1718_customers_to_be_told() {
    let Some(loaded) = load(Protocol::P2) else {
        return;
    };
    let held = HeldOut::new(&loaded.orders, loaded.split);
    assert_eq!(held.known.products().len(), 2977);
    assert_eq!(Evaluation::new(&held, 1).unwrap().cases(), 1718);
}

#[test]
fn p4_has_the_lines_and_households_of_its_notes_nearly() {
    // Which lines were left out there is not said to the last: 82,847 and 15,222 of 1,890.
    let Some(loaded) = load(Protocol::P4) else {
        return;
    };
    let held = HeldOut::new(&loaded.orders, loaded.split);
    let cases = Evaluation::new(&held, 1).unwrap().cases();
    assert!(cases.abs_diff(1890) <= 2, "{cases}");
}

#[test]
fn a_protocol_is_found_by_name_and_a_missing_file_is_named() {
    assert_eq!(Protocol::named("P2"), Some(Protocol::P2));
    assert_eq!(Protocol::named("p3"), None);
    let error = Protocol::P4.load(Path::new("nowhere")).unwrap_err();
    assert!(error.to_string().contains("products.csv.gz"), "{error}");
}
