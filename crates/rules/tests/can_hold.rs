//! What is told of conditions without any product:
//!
//! 1. A condition that contradicts itself cannot hold, whatever makes it do so.
//! 2. A condition that some product could make true can hold.
//! 3. Two conditions that exclude each other cannot hold together.
//!
//! That a condition which holds for a product can hold is a property in `differential.rs`.

#![allow(
    clippy::expect_used,
    reason = "what a test is made of may fail the test"
)]

use endcap_rules::Condition;

fn can_hold(source: &str) -> bool {
    Condition::parse(source).expect(source).can_hold()
}

#[test]
fn what_contradicts_itself_cannot_hold() {
    for source in [
        "false",
        "!true",
        "1 > 2",
        "product.price > 10.0 && product.price < 5.0",
        "product.price > 5 && product.price <= 5",
        "product.price >= 5 && product.price <= 5 && product.price != 5",
        "5 > product.price && 6 < product.price",
        "!(product.price < 10) && !(product.price > 9)",
        "product.stock > 3 && product.stock < 4",
        "size(product.tags) < 0",
        "product.margin >= 30",
        "product.rating > 5.0",
        "product.return_rate < 0.0",
        "product.price <= 0.0",
        "product.discount > 1.5",
        "product.brand == \"Alder\" && product.brand == \"Dune\"",
        "product.brand == \"Alder\" && product.brand != \"Alder\"",
        "product.brand in [\"Alder\", \"Dune\"] && product.brand == \"Coast\"",
        "product.brand in [\"Alder\", \"Dune\"] && !product.brand.startsWith(\"A\") && product.brand != \"Dune\"",
        "product.brand in []",
        "product.brand == \"Alder\" && product.brand.matches(\"^B\")",
        "product.brand == \"Alder\" && product.brand > \"Bramble\"",
        "product.category.under(\"a/b\") && product.category.under(\"a/c\")",
        "product.category.under(\"a/b\") && product.category.under(\"a/bc\")",
        "product.category.under(\"a/b\") && !product.category.under(\"a\")",
        "product.category.under(\"a/b\") && product.category.startsWith(\"a/bc\")",
        "product.category == \"a\" && product.category.under(\"a/b\")",
        "product.title.startsWith(\"Dark\") && !product.title.contains(\"ar\")",
        "product.title.endsWith(\"x\") && product.title.endsWith(\"y\")",
        "product.private_label && !product.private_label",
        "product.private_label == false && product.private_label",
        "has(product.brand) && !has(product.brand)",
        "product.brand == \"Alder\" && !has(product.brand)",
        "!(product.rating > 3.0) && !has(product.rating)",
        "!has(product.price)",
        "product.attributes.roast == \"dark\" && product.attributes.roast > 3.0",
        "product.attributes.decaf && product.attributes.decaf == \"yes\"",
        "product.attributes.decaf && product.attributes.decaf != true",
        "product.attributes.size > 3.0 && product.attributes.size.startsWith(\"a\")",
        "\"organic\" in product.tags && !(\"organic\" in product.tags)",
        "product.price > product.list_price && product.list_price >= product.price",
        "product.price == product.list_price && product.price != product.list_price",
        "product.price - product.unit_cost > 3.0 && product.price - product.unit_cost < 2.0",
        "(product.price > 5.0 || product.season) && product.price < 5.0 && !product.season",
        "product.price > 9.0 && !(product.price > 5.0 || product.season)",
        "(product.price < 5.0) == true && product.price > 6.0",
    ] {
        assert!(!can_hold(source), "{source}");
    }
}

#[test]
fn what_a_product_could_be_can_hold() {
    for source in [
        "true",
        "product.price > 5.0 && product.price < 10.0",
        "product.price > 10.0 || product.price < 5.0",
        "product.price >= 5.0 && product.price <= 5.0",
        "product.stock > 3 && product.stock < 5",
        "product.margin < -3.0",
        "product.margin >= 1",
        "product.age_days < 0.0",
        "product.attributes.strength > 30.0",
        "product.brand != \"Alder\" && product.brand != \"Dune\"",
        "product.brand > \"M\" && product.brand < \"N\"",
        "product.category.under(\"a\") && product.category.under(\"a/b\")",
        "product.category.under(\"a\") && !product.category.under(\"a/b\")",
        "product.category.under(\"a/b\") && product.category.startsWith(\"a\")",
        "product.category.startsWith(\"a/b\") && !product.category.under(\"a/b\")",
        "product.title.startsWith(\"a\") && product.title.endsWith(\"b\") && product.title.contains(\"c\")",
        // The value is lacking, or of another type than the one compared with.
        "!has(product.brand) || product.brand == \"Alder\"",
        "product.attributes.roast != \"dark\" && product.attributes.roast != true",
        "\"a\" in product.tags && \"b\" in product.tags",
        "!(product.attributes.x == true) && product.attributes.x == \"true\"",
        "product.price > product.list_price",
        "product.brand.matches(\"^A\") && product.brand.matches(\"^B\")",
        "(product.price > 5.0 || product.season) && product.price < 5.0",
    ] {
        assert!(can_hold(source), "{source}");
    }
}

#[test]
fn two_conditions_that_exclude_each_other_cannot_hold_together() {
    let parse = |source| Condition::parse(source).expect(source);
    let dear = parse("product.price > 10.0");
    let cheap = parse("product.price < 5.0 || product.price == 7.0");
    assert!(!dear.can_hold_with(&cheap));
    assert!(dear.can_hold_with(&parse("product.price < 50.0")));
}

/// A search that would take for ever gives up, and takes the condition for possible.
#[test]
fn a_condition_of_too_many_ways_counts_as_possible() {
    let way = |of: usize| {
        format!("(product.title.contains(\"a{of}\") || product.title.contains(\"b{of}\"))")
    };
    let mut parts: Vec<String> = (0..40).map(way).collect();
    parts.push("product.title == \"a\"".to_owned());
    assert!(can_hold(&parts[..40].join(" && ")));
    can_hold(&parts.join(" && "));
}
