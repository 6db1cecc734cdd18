//! No text makes a condition panic while it is parsed, evaluated or said in words; two
//! evaluations agree.
#![no_main]

use std::sync::LazyLock;

use endcap_rules::{ABSENT, ABSENT_DAY, Bits, Coded, Codes, Columns, Condition, Facts, Texts};
use endcap_vocab::AttributeValue;
use libfuzzer_sys::fuzz_target;

const ROWS: usize = 3;

/// Three products: one with every value, one with none that may lack, one in between.
static COLUMNS: LazyLock<Columns> = LazyLock::new(|| Columns {
    sku: texts(["S000", "S001", "Ä013"]),
    group: coded([0, ABSENT, 0], ["G1"]),
    title: texts(["Dark roast", "", "Café (light)"]),
    brand: coded([0, ABSENT, 1], ["Alder", "Coast"]),
    vendor: coded([0, ABSENT, ABSENT], ["V1"]),
    category: coded([0, 1, 1], ["grocery/beverages/coffee", "home"]),
    private_label: Bits::from_fn(ROWS, |row| row == 0),
    list_price: vec![4.5, 0.01, 1e12],
    unit_cost: vec![2.25, 0.0, 2e12],
    vendor_funding: vec![0.5, 0.0, 0.0],
    return_rate: vec![0.125, 0.0, 1.0],
    rating: vec![4.5, f64::NAN, 0.0],
    stock_age_days: vec![45.0, f64::NAN, 0.0],
    stock_cover_days: vec![9.0, f64::NAN, 0.0],
    launched_on: vec![20_000, ABSENT_DAY, 30_000],
    season_months: vec![0b1100_0000_0000, 0, 1],
    tags: Coded {
        codes: Codes::from_iter([0, 1, 1]),
        values: vec![["organic".into(), "new".into()].into(), [].into()],
    },
    attributes: [
        (
            "roast".into(),
            Coded {
                codes: Codes::from_iter([0, ABSENT, 1]),
                values: vec![
                    AttributeValue::Text("dark".to_owned()),
                    AttributeValue::Bool(true),
                ],
            }
            .into(),
        ),
        (
            "strength".into(),
            Coded {
                codes: Codes::from_iter([0, ABSENT, 1]),
                values: vec![
                    AttributeValue::Number(4.0),
                    AttributeValue::Text("strong".to_owned()),
                ],
            }
            .into(),
        ),
    ]
    .into(),
});

fn texts(rows: [&str; ROWS]) -> Texts {
    let mut texts = Texts::default();
    rows.iter().for_each(|row| texts.push(row));
    texts
}

fn coded<const N: usize>(codes: [u32; ROWS], values: [&str; N]) -> Coded<Box<str>> {
    Coded {
        codes: Codes::from_iter(codes),
        values: values.map(Into::into).to_vec(),
    }
}

fuzz_target!(|text: &str| {
    let Ok(condition) = Condition::parse(text) else {
        return;
    };
    let facts = Facts {
        price: &[4.0, 0.01, 1e12],
        stock: &[12, 0, i64::MAX],
        today: 20_777,
        month: 11,
    };
    let matches = condition.eval(&COLUMNS, &facts, 0..ROWS);
    assert_eq!(matches.len(), ROWS);
    assert_eq!(matches, condition.eval(&COLUMNS, &facts, 0..ROWS));
    assert!(!condition.say().is_empty());
});
