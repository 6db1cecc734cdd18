//! Facts about conditions, from ranking.md section 2 and the CEL specification:
//! 1. every operator, method and field means what CEL and ranking.md say;
//! 2. an error makes a condition false, unless `&&` or `||` absorbs it;
//! 3. blocks, parts of columns and dictionaries longer than the rows change nothing;
//! 4. a condition may be long, and is refused where it is too deep or too long.

mod shop;

use chrono::NaiveDate;
use endcap_rules::{Condition, Reads};
use endcap_vocab::{AttributeValue, Product};
use shop::{Moment, columns, matching};

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

/// `a` has every value, `b` lacks all that can be lacking, `c` differs in the types of its
/// attributes.
fn products() -> Vec<Product> {
    let attribute = |name: &str, value: AttributeValue| (name.to_owned(), value);
    let text = |text: &str| AttributeValue::Text(text.to_owned());
    vec![
        Product {
            sku: "a".to_owned(),
            group: Some("g1".to_owned()),
            title: "Größe Röstung".to_owned(),
            brand: Some("Alder".to_owned()),
            vendor: Some("Brook".to_owned()),
            category: "grocery/coffee".to_owned(),
            private_label: true,
            price: 10.0,
            unit_cost: 4.0,
            vendor_funding: 2.0,
            launched_on: Some(date(2026, 11, 10)),
            stock_age_days: Some(30.0),
            stock_cover_days: Some(14.5),
            return_rate: 0.25,
            rating: Some(4.5),
            season_months: vec![11, 12],
            tags: vec!["new".to_owned(), "Alder".to_owned()],
            attributes: [
                attribute("roast", text("dark")),
                attribute("weight", AttributeValue::Number(500.0)),
                attribute("decaf", AttributeValue::Bool(true)),
                attribute("cup-size", text("L")),
            ]
            .into(),
            ..Product::default()
        },
        Product {
            sku: "b".to_owned(),
            title: "Plain".to_owned(),
            category: "grocery/coffeeware".to_owned(),
            price: 20.0,
            unit_cost: 25.0,
            season_months: vec![1],
            ..Product::default()
        },
        Product {
            sku: "c".to_owned(),
            title: "Tea".to_owned(),
            brand: Some("Cedar".to_owned()),
            category: "grocery/coffee/beans".to_owned(),
            price: 5.0,
            unit_cost: 4.0,
            launched_on: Some(date(2026, 12, 1)),
            tags: vec!["sale".to_owned()],
            attributes: [
                attribute("roast", AttributeValue::Number(3.0)),
                attribute("weight", text("500")),
                attribute("decaf", text("yes")),
            ]
            .into(),
            ..Product::default()
        },
    ]
}

fn moment() -> Moment {
    Moment {
        price: vec![8.0, 20.0, 5.0],
        stock: vec![7, 0, -3],
        today: date(2026, 11, 20),
    }
}

#[track_caller]
fn holds_for(source: &str, skus: &str) {
    assert_eq!(
        matching(source, &products(), &moment()).join(""),
        skus,
        "{source}"
    );
}

#[test]
fn every_field_has_the_value_of_ranking_md() {
    holds_for("product.sku == 'a'", "a");
    holds_for("product.group == 'g1'", "a");
    holds_for("product.title == 'Tea'", "c");
    holds_for("product.brand == \"Cedar\"", "c");
    holds_for("product.vendor == 'Brook'", "a");
    holds_for("product.category == 'grocery/coffee'", "a");
    holds_for("product.private_label", "a");
    holds_for("product.price == 8.0", "a");
    holds_for("product.list_price == 10.0", "a");
    holds_for("product.unit_cost == 4.0", "ac");
    holds_for("product.margin == 0.5", "a");
    holds_for("product.margin == -0.25", "b");
    holds_for("product.discount > 0.19 && product.discount < 0.21", "a");
    holds_for("product.discount == 0.0", "bc");
    holds_for("product.stock == 7", "a");
    holds_for("product.stock_cover_days == 14.5", "a");
    holds_for("product.stock_age_days == 30.0", "a");
    holds_for("product.age_days == 10.0", "a");
    holds_for("product.age_days == -11", "c");
    holds_for("product.funding == 0.25", "a");
    holds_for("product.return_rate == 0.25", "a");
    holds_for("product.rating == 4.5", "a");
    holds_for("product.season", "a");
    holds_for("product.tags == ['sale']", "c");
    holds_for("product.attributes.roast == 'dark'", "a");
}

#[test]
fn comparisons_of_numbers_texts_and_truths() {
    holds_for("product.price != 8.0", "bc");
    holds_for("product.price < 8.0", "c");
    holds_for("product.price <= 8.0", "ac");
    holds_for("product.price > 8.0", "b");
    holds_for("product.price >= 8.0", "ab");
    holds_for("8.0 > product.price", "c");
    holds_for("product.stock < 0", "c");
    holds_for("product.stock <= 0", "bc");
    holds_for("product.stock > 0", "a");
    holds_for("product.stock >= 0", "ab");
    holds_for("product.stock != 0", "ac");
    holds_for("product.title < 'Plain'", "a");
    holds_for("product.title <= 'Plain'", "ab");
    holds_for("product.title > 'Plain'", "c");
    holds_for("product.title >= 'Plain'", "bc");
    holds_for("product.private_label == false", "bc");
    holds_for("product.private_label != product.season", "");
    holds_for("product.private_label > false", "a");
    holds_for("product.price < product.list_price", "a");
    // Texts compare by code point, so a capital goes before a small letter, z before ö.
    holds_for("'Z' < 'a' && 'z' < 'ö'", "abc");
}

#[test]
fn an_integer_literal_beside_a_double_is_that_double() {
    holds_for("product.price == 8", "a");
    holds_for("product.price * 2 == 16", "a");
    holds_for("product.price + -3 == 5", "a");
    holds_for("product.price in [8, 5]", "ac");
    holds_for("product.price in [8, 5.5]", "a");
    holds_for("product.attributes.weight / 2 == 250", "a");
    holds_for("product.attributes.weight in [500]", "a");
}

#[test]
fn an_int_compares_with_a_double_as_a_number() {
    holds_for("product.stock < product.price", "abc");
    holds_for("product.stock == 7.0", "a");
    holds_for("product.stock > 6.5", "a");
    holds_for("product.stock in [7.0, -3]", "ac");
    holds_for("product.stock in [7, 0]", "ab");
}

#[test]
fn arithmetic_follows_cel() {
    holds_for("product.price - product.unit_cost == 4.0", "a");
    holds_for("product.price / product.unit_cost == 2.0", "a");
    holds_for("-product.price == -8.0", "a");
    holds_for(
        "1 + 2 * 3 == 7 && (1 + 2) * 3 == 9 && 7 / 2 == 3 && -7 / 2 == -3",
        "abc",
    );
    holds_for("product.stock * 2 - 1 == 13", "a");
    holds_for("-product.stock == 3", "c");
    holds_for("product.brand + product.vendor == 'AlderBrook'", "a");
    holds_for("product.tags + ['x'] == ['sale', 'x']", "c");
    holds_for("['x'] + product.tags == ['x']", "b");
}

#[test]
fn int_overflow_and_division_by_zero_are_errors() {
    holds_for("10 / product.stock > 0", "a");
    holds_for("10 / product.stock <= 0 || true", "abc");
    holds_for("10 / product.stock > 0 || product.stock == 0", "ab");
    holds_for("9223372036854775807 + product.stock > 0", "bc");
    holds_for("!(9223372036854775807 + product.stock > 0)", "");
    holds_for("-9223372036854775808 / -1 == 0 || product.sku == 'a'", "a");
}

#[test]
fn double_division_by_zero_is_infinite_and_nan_has_no_order() {
    holds_for("product.price / (product.unit_cost - 4) > 1000000", "ac");
    holds_for("(product.price - product.price) / 0.0 == 0.0", "");
    holds_for("(product.price - product.price) / 0.0 != 0.0", "abc");
    holds_for("(product.price - product.price) / 0.0 < 1.0", "");
    holds_for("!((product.price - product.price) / 0.0 < 1.0)", "");
}

#[test]
fn logic_absorbs_an_error_that_the_other_side_decides() {
    // `b` has no brand and no rating.
    holds_for("product.brand == 'Alder'", "a");
    holds_for("product.brand != 'Alder'", "c");
    holds_for("!(product.brand == 'Alder')", "c");
    holds_for("product.brand == 'Alder' || product.sku == 'b'", "ab");
    holds_for("product.sku == 'b' || product.brand == 'Alder'", "ab");
    holds_for("!(product.brand == 'Alder' && product.sku == 'x')", "abc");
    holds_for("!(product.sku == 'x' && product.brand == 'Alder')", "abc");
    holds_for("product.rating < 5.0", "a");
    holds_for("!(product.rating < 5.0)", "");
    holds_for("has(product.rating) && product.rating < 5.0", "a");
    holds_for("!has(product.rating) || product.rating < 4.0", "bc");
    holds_for("!!product.season", "a");
}

#[test]
fn has_tests_for_a_value() {
    holds_for("has(product.group)", "a");
    holds_for("has(product.brand)", "ac");
    holds_for("has(product.vendor)", "a");
    holds_for("has(product.rating)", "a");
    holds_for("has(product.stock_age_days)", "a");
    holds_for("has(product.stock_cover_days)", "a");
    holds_for("has(product.age_days)", "ac");
    holds_for(
        "has(product.price) && has(product.tags) && has(product.attributes)",
        "abc",
    );
    holds_for("has(product.category)", "abc");
    holds_for("has(product.attributes.roast)", "ac");
    holds_for("has(product.attributes.nowhere)", "");
    holds_for("has(product.attributes.`cup-size`)", "a");
    holds_for("!has(product.brand) && product.sku != 'x'", "b");
}

#[test]
fn attributes_have_each_products_own_type() {
    holds_for("product.attributes.roast == 3", "c");
    holds_for("product.attributes.roast != 3", "a");
    holds_for("product.attributes.roast < 4", "c");
    holds_for("!(product.attributes.roast < 4)", "");
    holds_for("product.attributes.weight >= 500", "a");
    holds_for("product.attributes.weight < '6'", "c");
    holds_for("product.attributes.decaf", "a");
    holds_for("!product.attributes.decaf", "");
    holds_for("product.attributes.decaf == true", "a");
    holds_for("product.attributes.decaf != true", "c");
    holds_for("product.attributes.decaf || product.sku == 'b'", "ab");
    holds_for("product.attributes.roast in ['dark', 3, true]", "ac");
    holds_for("product.attributes.roast.startsWith('d')", "a");
    holds_for("product.attributes.weight * 2 > 999", "a");
    holds_for("-product.attributes.weight < 0", "a");
    holds_for("product.attributes.weight + '0' == '5000'", "c");
    holds_for("size(product.attributes.weight) == 3", "c");
    holds_for("product.attributes.`cup-size` == 'L'", "a");
    holds_for("product.attributes.nowhere == 'x'", "");
    holds_for("product.attributes.nowhere == 'x' || product.season", "a");
    holds_for("'roast' in product.attributes", "ac");
    holds_for("!('roast' in product.attributes)", "b");
    holds_for("('ro' + 'ast') in product.attributes", "ac");
    holds_for("size(product.attributes) == 4", "a");
    holds_for("product.attributes.size() == 0", "b");
    holds_for("product.attributes.roast == product.attributes.roast", "ac");
    holds_for("product.attributes.roast == product.attributes.decaf", "");
}

#[test]
fn methods_on_texts() {
    holds_for("product.title.startsWith('Gr')", "a");
    holds_for("product.title.endsWith('a')", "c");
    holds_for("product.title.contains('lai')", "b");
    holds_for("product.brand.contains('e')", "ac");
    holds_for("product.title.matches('^[A-P]')", "ab");
    holds_for(r"product.title.matches(r'\bR\w+$')", "a");
    holds_for("product.brand.matches('d')", "ac");
    holds_for("product.category.under('grocery/coffee')", "ac");
    holds_for("product.category.under('grocery')", "abc");
    holds_for("product.category.under('grocery/coffee/beans')", "c");
    holds_for("!product.category.under('grocery/coffee')", "b");
    holds_for("(product.title + '!').endsWith('n!')", "b");
    holds_for("'Alder Brook'.contains(product.brand)", "a");
}

#[test]
fn size_counts_code_points_and_elements() {
    holds_for("size(product.title) == 13", "a");
    holds_for("product.title.size() == 3", "c");
    holds_for("size(product.tags) == 2", "a");
    holds_for("product.tags.size() + product.stock == 9", "a");
    holds_for(
        "size(['x', 'y']) == 2 && [].size() == 0 && 'äö'.size() == 2",
        "abc",
    );
}

#[test]
fn lists_and_tags() {
    holds_for("'new' in product.tags", "a");
    holds_for("!('new' in product.tags)", "bc");
    holds_for("product.brand in product.tags", "a");
    holds_for("product.brand in ['Alder', 'Elm']", "a");
    holds_for("!(product.brand in ['Alder', 'Elm'])", "c");
    holds_for(
        "product.brand in [product.vendor, product.title, 'Alder']",
        "a",
    );
    holds_for("product.sku in ['c', 'b', 'z',]", "bc");
    holds_for("product.sku in []", "");
    holds_for("product.private_label in [true]", "a");
    holds_for(
        "product.tags == ['new', 'Alder'] || product.tags == []",
        "ab",
    );
    holds_for("product.tags != ['new', 'Alder']", "bc");
    holds_for("['Alder', 'new'] == product.tags", "");
    holds_for("product.tags in [['sale'], []]", "bc");
    holds_for("[1, 2.0] == [1.0, 2]", "abc");
}

#[test]
fn literals_and_spelling_are_cels() {
    holds_for(r"product.title == 'Gr\u00f6\xdfe R\366stung'", "a");
    holds_for(r#"product.title == """Tea""""#, "c");
    holds_for(r"r'\d' == '\\d'", "abc");
    holds_for(
        "product.price == 0x8 && product.price == .8e1 // the effective one",
        "a",
    );
    holds_for("product\n  .stock\t== 7", "a");
    holds_for("product.stock > 6 == true", "a");
}

#[test]
fn reads_says_which_facts_of_a_request_matter() {
    let reads = |source: &str| Condition::parse(source).unwrap().reads();
    assert_eq!(
        reads("product.brand == 'x' && product.list_price > 1"),
        Reads::default()
    );
    for source in [
        "product.price",
        "product.margin",
        "product.discount",
        "product.funding",
    ] {
        assert!(reads(&format!("{source} > 1.0")).price, "{source}");
    }
    let all = reads("product.stock > 1 || (product.age_days < 30 && !product.season)");
    assert_eq!(
        all,
        Reads {
            price: false,
            stock: true,
            date: true,
            month: true
        }
    );
}

#[test]
fn thousands_of_terms_work_and_depth_is_refused() {
    let chain = vec!["product.stock<7"; 550].join("||");
    holds_for(&chain, "bc");
    let short = vec!["true"; 1_600].join("&&");
    holds_for(&short, "abc");
    let skus: Vec<String> = (0..1_200).map(|sku| format!("'s{sku}'")).collect();
    holds_for(&format!("product.sku in [{},'b']", skus.join(",")), "b");
    let errors = Condition::parse(&"x".repeat(10_001)).unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        "column 10001: the condition is longer than 10000 characters; split the rule"
    );
    for deep in [
        "(".repeat(9_000),
        "[".repeat(9_000),
        "size(".repeat(1_900),
        format!("{}true{}", "(".repeat(33), ")".repeat(33)),
        vec!["1"; 4_000].join("+"),
        vec!["true"; 1_500].join("=="),
        format!("product{}", ".a".repeat(4_000)),
        format!("'a'{}", ".size()".repeat(1_300)),
        format!("has(product{})", ".a".repeat(4_000)),
        "true?".repeat(1_900),
    ] {
        assert!(Condition::parse(&deep).is_err(), "{deep}");
    }
    holds_for(&format!("{}product.season", "!".repeat(9_001 - 1)), "a");
    holds_for(
        &format!("{}product.season{}", "(".repeat(32), ")".repeat(32)),
        "a",
    );
    holds_for(&format!("{} > 1", vec!["1"; 100].join("+")), "abc");
}

#[test]
fn blocks_and_parts_of_columns_answer_as_the_whole() {
    let base = products();
    let many: Vec<Product> = (0..10_000)
        .map(|row| Product {
            sku: format!("s{row}"),
            brand: (row % 7 != 0).then(|| format!("brand{}", row % 5_000)),
            ..base[row % 3].clone()
        })
        .collect();
    let here = Moment {
        price: (0..10_000).map(|row| 1.0 + f64::from(row % 97)).collect(),
        stock: (0..10_000).map(|row| row % 13 - 2).collect(),
        today: date(2026, 11, 20),
    };
    let columns = columns(&many);
    let condition = Condition::parse(
        "(product.brand.endsWith('7') || product.private_label) && product.stock > 3 \
         && !(product.price < 20) && product.category.under('grocery/coffee')",
    )
    .unwrap();
    let expected = |row: usize| {
        let product = &many[row];
        let brand = product
            .brand
            .as_deref()
            .is_some_and(|brand| brand.ends_with('7'));
        (brand || product.private_label)
            && here.stock[row] > 3
            && here.price[row] >= 20.0
            && row % 3 != 1
    };
    for rows in [0..10_000, 1..4_097, 4_095..9_999, 77..90, 5..5] {
        let mut facts = here.facts();
        facts.price = &here.price[rows.clone()];
        facts.stock = &here.stock[rows.clone()];
        let bits = condition.eval(&columns, &facts, rows.clone());
        let wanted: Vec<usize> = (0..rows.len())
            .filter(|row| expected(rows.start + row))
            .collect();
        assert_eq!(bits.len(), rows.len());
        assert_eq!(bits.iter_ones().collect::<Vec<_>>(), wanted, "{rows:?}");
    }
}

#[test]
fn the_deepest_condition_fits_a_small_stack() {
    let sums =
        |from: usize| format!("{}1{}", "(".repeat(31), "+1)".repeat(31)) + &"+1".repeat(from);
    let deepest = [
        format!("{} > 1", sums(62)),
        format!("{}product.season{}", "!(".repeat(32), ")".repeat(32)),
        format!("{}product.season{}", "(true == ".repeat(32), ")".repeat(32)),
        format!(
            "{}product.season{}",
            "(true || !(false && ".repeat(16),
            "))".repeat(16)
        ),
        format!("size({}[]{}) == 1", "[".repeat(30), "]".repeat(30)),
        format!("'a' {} == 'a'", "+ 'a'".repeat(120)),
    ];
    // A main thread has 1 MB on Windows, a worker 2 MB; half of the smaller must do.
    let run = std::thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(move || {
            for source in deepest {
                let condition = Condition::parse(&source).expect(&source);
                assert!(!condition.say().is_empty());
                let facts = moment();
                let bits = condition.eval(&columns(&products()), &facts.facts(), 0..3);
                assert_eq!(bits.len(), 3);
                drop(condition.clone());
            }
        });
    run.unwrap().join().unwrap();
}
