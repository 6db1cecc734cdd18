//! How long conditions take over 100,000 products: `cargo bench -p endcap-rules`.
//!
//! The products are made up of the values that the committed conditions name.

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use endcap_rules::{Bits, Coded, Columns, Condition, Conditions, Facts, Texts};
use endcap_vocab::AttributeValue;
use regex::Regex;

const CONDITIONS: &str = include_str!("../../../fixtures/bench/conditions.json");

const PRODUCTS: usize = 100_000;

/// A column of values in runs of equal ones, or in no order.
fn coded<T>(values: Vec<T>, run: usize) -> Coded<T> {
    let code = |row: usize| (row / run).wrapping_mul(2_654_435_761) % values.len();
    Coded {
        codes: (0..PRODUCTS).map(|row| code(row) as u32).collect(),
        values,
    }
}

fn texts(text: impl Fn(usize) -> String) -> Texts {
    let mut texts = Texts::default();
    (0..PRODUCTS).for_each(|row| texts.push(&text(row)));
    texts
}

/// Numbers up to `most`, none in each `lacking`th row.
fn numbers(most: f64, lacking: usize) -> Vec<f64> {
    let number = |row: usize| (row * 7_919 % 10_007) as f64 / 10_007.0 * most;
    let lacks = |row: usize| row % lacking == lacking - 1;
    (0..PRODUCTS)
        .map(|row| if lacks(row) { f64::NAN } else { number(row) })
        .collect()
}

fn columns(conditions: &[String]) -> Columns {
    // By field, what it is compared with.
    let mut named: BTreeMap<String, Vec<Box<str>>> = BTreeMap::new();
    let test = Regex::new(r#"product\.([a-z_.]+)(?: in \[|\.under\(| == )((?:"[^"]*"(?:, )?)+)"#);
    let text = Regex::new(r#""([^"]*)""#);
    let (test, text) = (test.expect("a pattern"), text.expect("a pattern"));
    for condition in conditions {
        for found in test.captures_iter(condition) {
            let values = named.entry(found[1].replace(".under", "")).or_default();
            values.extend(text.captures_iter(&found[2]).map(|text| text[1].into()));
        }
    }
    let mut values_of = |field: &str| {
        let mut values = named.remove(field).unwrap_or_default();
        values.sort_unstable();
        values.dedup();
        values
    };
    let bits = |of: fn(usize) -> bool| Bits::from_fn(PRODUCTS, of);
    let tags = ["clearance", "gift", "new", "organic"].map(Box::<str>::from);
    let tags: Vec<Box<[Box<str>]>> = (0..=4).map(|count| tags[..count].into()).collect();
    let group = |row: usize| format!("GRP-{:05}", row / 2).into_boxed_str();
    Columns {
        sku: texts(|row| format!("SKU-{:05}-{}", row / 3, row % 3)),
        group: Coded {
            codes: (0..PRODUCTS).map(|row| row as u32 / 2).collect(),
            values: (0..PRODUCTS / 2).map(|code| group(2 * code)).collect(),
        },
        title: texts(|row| format!("Slow risen winter loaf, edition no. {row}, 500 g")),
        brand: coded(values_of("brand"), 1),
        vendor: coded(values_of("vendor"), 1),
        category: coded(values_of("category"), 2_000),
        private_label: bits(|row| row % 5 == 0),
        list_price: numbers(80.0, usize::MAX),
        unit_cost: numbers(60.0, usize::MAX),
        vendor_funding: numbers(2.0, usize::MAX),
        return_rate: numbers(0.2, usize::MAX),
        rating: numbers(5.0, 20),
        stock_age_days: numbers(200.0, 25),
        stock_cover_days: numbers(120.0, 10),
        launched_on: (0..PRODUCTS)
            .map(|row| 20_000 + (row % 800) as i32)
            .collect(),
        season_months: (0..PRODUCTS).map(|row| (row % 4_096) as u16).collect(),
        tags: coded(tags, 1),
        attributes: {
            let names: Vec<String> = named.into_keys().collect();
            let fields = names
                .iter()
                .filter_map(|name| name.strip_prefix("attributes."));
            let value = |field: &str, code| AttributeValue::Text(format!("{field} {code}"));
            let values = |field: &str| (0..20).map(|code| value(field, code)).collect();
            fields
                .map(|field| (field.into(), coded(values(field), 1).into()))
                .collect()
        },
    }
}

fn bench(criterion: &mut Criterion) {
    let sources: Vec<String> = serde_json::from_str(CONDITIONS).expect("texts in JSON");
    let columns = columns(&sources);
    let price = numbers(80.0, usize::MAX);
    let stock: Vec<i64> = (0..PRODUCTS).map(|row| (row * 31 % 250) as i64).collect();
    let facts = Facts {
        price: &price,
        stock: &stock,
        today: 20_777,
        month: 11,
    };
    for (name, source) in [
        ("one comparison", "product.price < 20.0"),
        (
            "in",
            r#"product.brand in ["Green Byre", "Harbor & Pine", "Kitchen Row"]"#,
        ),
        ("under", r#"product.category.under("grocery/beverages")"#),
        (
            "five terms",
            r#"product.category.under("grocery") && product.margin >= 0.2 && product.stock > 10
               && product.brand in ["Green Byre", "Kitchen Row"] && !(product.rating < 4.0)"#,
        ),
    ] {
        let condition = Condition::parse(source).expect(source);
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| condition.eval(black_box(&columns), &facts, 0..PRODUCTS));
        });
    }
    let conditions: Vec<Condition> = sources
        .iter()
        .map(|source| Condition::parse(source).expect(source))
        .collect();
    criterion.bench_function("500 conditions, planned", |bencher| {
        bencher.iter(|| conditions.iter().collect::<Conditions>());
    });
    let together: Conditions = conditions.iter().collect();
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a thread");
    criterion.bench_function("500 conditions", |bencher| {
        bencher.iter(|| one.install(|| together.eval(black_box(&columns), &facts, 0..PRODUCTS)));
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
