//! The fact that no text makes a condition panic: it is refused at a column of the text, or
//! it can be said and evaluated.

mod shop;

use chrono::NaiveDate;
use endcap_rules::Condition;
use endcap_vocab::Product;
use proptest::prelude::*;
use shop::{Moment, columns};

/// How many cases to try: the usual, or what PROPTEST_CASES asks for.
fn cases(usual: u32) -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(usual)
}

/// Pieces of conditions, so that random texts get far into the parser.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "product",
            ".",
            "price",
            "stock",
            "tags",
            "attributes",
            "`a-b`",
            "has",
            "size",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            "==",
            "!=",
            "<",
            ">=",
            "&&",
            "||",
            "!",
            "-",
            "+",
            "*",
            "/",
            "%",
            "in",
            "?",
            ":",
            "true",
            "null",
            "1",
            "2.5",
            ".5",
            "1e3",
            "0x1F",
            "3u",
            "'a'",
            "\"\"",
            "'''x'''",
            "r'\\d'",
            "b'x'",
            "'\\u00e4'",
            "matches",
            "under",
            " ",
            "\n",
            "// c\n",
            "ö",
            "\\",
            "`",
            "'",
            "product.price",
            "product.brand == 'a'",
            "exists",
            "all",
            "map",
            "x",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Operands and operators in turn, which the grammar mostly takes and the types mostly do not.
fn sentences() -> impl Strategy<Value = String> {
    let operand = prop::sample::select(vec![
        "product.price",
        "product.stock",
        "product.brand",
        "product.tags",
        "product.attributes.`a b`",
        "product.attributes",
        "product",
        "has(product.rating)",
        "has(product.attributes.in)",
        "size(product.tags)",
        "'ö'.size()",
        "(-product.stock)",
        "!product.season",
        "--1",
        "-0.0",
        "[1, 2.5, 'a', true]",
        "[[], ['a']]",
        "product.title.matches('[')",
        "product.category.under('')",
        "-9223372036854775808",
        "9223372036854775808",
        "1e999",
        "'\\ud800'",
        "product.a.b.c",
        "/* */",
        "// c\n",
    ]);
    let operator = prop::sample::select(vec![
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "&&",
        "||",
        "in",
        "+",
        "-",
        "*",
        "/",
        ".size() ==",
        ",",
        ") (",
    ]);
    prop::collection::vec((operand, operator), 1..6).prop_map(|pairs| {
        let mut source = String::new();
        for (operand, operator) in &pairs {
            source += &format!("{operand} {operator} ");
        }
        source + "product.season"
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(4096)))]

    #[test]
    fn no_text_makes_the_parser_panic(source in prop_oneof![pieces(), sentences(), any::<String>()]) {
        match Condition::parse(&source) {
            Ok(condition) => {
                let rows = [Product { sku: "s".to_owned(), price: 1.0, ..Product::default() }];
                let moment = Moment { price: vec![1.0], stock: vec![1], today: NaiveDate::default() };
                prop_assert_eq!(condition.eval(&columns(&rows), &moment.facts(), 0..1).len(), 1);
                prop_assert!(!condition.say().is_empty());
            }
            Err(errors) => {
                prop_assert!(!errors.is_empty());
                let length = source.chars().count();
                for error in errors {
                    prop_assert!((1..=length + 1).contains(&error.column), "{}", error);
                    prop_assert!(!error.message.contains("no CEL"), "{}: {}", source, error);
                }
            }
        }
    }
}
