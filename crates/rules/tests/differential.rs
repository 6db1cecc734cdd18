//! Facts about conditions as a whole, on generated ones over generated products:
//! 1. evaluation, product by product or not, answers as an evaluator written here;
//! 2. where CEL's own interpreter can be asked (no literal changes its type), it agrees;
//! 3. blocks of rows, and conditions that share their tests, answer as a product at a time,
//!    wherever the rows start and end, for any number of threads;
//! 4. what holds for a product that the vocabulary accepts can hold, alone and together with
//!    whatever else holds for it.

mod shop;

use std::collections::BTreeMap;
use std::sync::Arc;

use cel::{Context, Program, Value};
use chrono::{Datelike, Days, NaiveDate};
use endcap_rules::{Condition, Conditions, Facts};
use endcap_vocab::{AttributeValue, Product, category_is_under};
use proptest::prelude::*;
use shop::{Moment, columns};

/// How many cases to try: the usual, or what PROPTEST_CASES asks for.
fn cases(usual: u32) -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(usual)
}

const TODAY: (i32, u32, u32) = (2026, 11, 20);

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(TODAY.0, TODAY.1, TODAY.2).expect("a day of the calendar")
}

/// A product with what the request adds to it.
#[derive(Debug, Clone)]
struct Row {
    product: Product,
    price: f64,
    stock: i64,
}

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "a", "b", "ab", "a/b", "a/bc", "a/b/c", "Öl"])
        .prop_map(str::to_owned)
}

fn number() -> impl Strategy<Value = f64> {
    prop::sample::select(vec![-2.0, 0.0, 0.5, 1.0, 2.0, 3.0, 10.0])
}

fn positive() -> impl Strategy<Value = f64> {
    prop::sample::select(vec![0.5, 1.0, 2.0, 3.0, 10.0])
}

fn attribute() -> impl Strategy<Value = AttributeValue> {
    prop_oneof![
        any::<bool>().prop_map(AttributeValue::Bool),
        number().prop_map(AttributeValue::Number),
        word().prop_map(AttributeValue::Text),
    ]
}

fn row() -> impl Strategy<Value = Row> {
    let texts = (
        word(),
        word(),
        prop::option::of(word()),
        prop::option::of(word()),
    );
    let numbers = (
        positive(),
        positive(),
        positive(),
        prop::option::of(number()),
    );
    let facts = (
        any::<bool>(),
        prop::sample::select(vec![i64::MAX, -1, 0, 1, 2, 7]),
    );
    let rest = (
        prop::option::of(0_u64..40),
        prop::collection::vec(10_u8..13, 0..2),
        prop::collection::vec(word(), 0..3),
        prop::collection::btree_map(prop::sample::select(vec!["x", "y"]), attribute(), 0..3),
    );
    (texts, numbers, facts, rest).prop_map(
        |(
            (title, category, brand, group),
            (list_price, price, unit_cost, rating),
            (private_label, stock),
            (age, season_months, tags, attributes),
        )| Row {
            product: Product {
                sku: "s".to_owned(),
                title,
                category,
                brand,
                group,
                price: list_price,
                unit_cost,
                rating,
                private_label,
                launched_on: age.map(|age| today() - Days::new(age)),
                season_months,
                tags,
                attributes: attributes
                    .into_iter()
                    .map(|(k, v)| (k.to_owned(), v))
                    .collect(),
                ..Product::default()
            },
            price,
            stock,
        },
    )
}

/// A condition's tree, from which its text is written and its answer worked out.
#[derive(Debug, Clone)]
enum Tree {
    Literal(Scalar),
    Field(&'static str),
    Attribute(&'static str),
    Has(Box<Tree>),
    Not(Box<Tree>),
    Negate(Box<Tree>),
    Binary(&'static str, Box<Tree>, Box<Tree>),
    Method(&'static str, Box<Tree>, Box<Tree>),
    Size(Box<Tree>),
    List(Vec<Tree>),
}

#[derive(Debug, Clone, PartialEq)]
enum Scalar {
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(String),
    List(Vec<Scalar>),
}

fn text_of(tree: &Tree) -> String {
    match tree {
        Tree::Literal(Scalar::Bool(truth)) => truth.to_string(),
        Tree::Literal(Scalar::Int(int)) => int.to_string(),
        Tree::Literal(Scalar::Double(double)) => format!("{double:?}"),
        Tree::Literal(Scalar::Text(text)) => format!("'{text}'"),
        Tree::Literal(Scalar::List(_)) => String::new(),
        Tree::Field(name) => format!("product.{name}"),
        Tree::Attribute(name) => format!("product.attributes.{name}"),
        Tree::Has(tree) => format!("has({})", text_of(tree)),
        Tree::Not(tree) => format!("!({})", text_of(tree)),
        Tree::Negate(tree) => format!("-({})", text_of(tree)),
        Tree::Binary(op, left, right) => format!("({} {op} {})", text_of(left), text_of(right)),
        Tree::Method(name, text, argument) => {
            format!("({}).{name}({})", text_of(text), text_of(argument))
        }
        Tree::Size(tree) => format!("size({})", text_of(tree)),
        Tree::List(trees) => {
            format!(
                "[{}]",
                trees.iter().map(text_of).collect::<Vec<_>>().join(", ")
            )
        }
    }
}

fn field(row: &Row, name: &str) -> Option<Scalar> {
    let Row {
        product,
        price,
        stock,
    } = row;
    let text = |text: &str| Scalar::Text(text.to_owned());
    Some(match name {
        "title" => text(&product.title),
        "category" => text(&product.category),
        "brand" => text(product.brand.as_deref()?),
        "group" => text(product.group.as_deref()?),
        "price" => Scalar::Double(*price),
        "list_price" => Scalar::Double(product.price),
        "margin" => Scalar::Double((price - product.unit_cost) / price),
        "rating" => Scalar::Double(product.rating?),
        "age_days" => Scalar::Double((today() - product.launched_on?).num_days() as f64),
        "stock" => Scalar::Int(*stock),
        "private_label" => Scalar::Bool(product.private_label),
        "season" => Scalar::Bool(product.season_months.contains(&(today().month() as u8))),
        "tags" => Scalar::List(product.tags.iter().map(|tag| text(tag)).collect()),
        _ => unreachable!("{name} is not generated"),
    })
}

fn attribute_of(row: &Row, name: &str) -> Option<Scalar> {
    Some(match row.product.attributes.get(name)? {
        AttributeValue::Bool(truth) => Scalar::Bool(*truth),
        AttributeValue::Number(number) => Scalar::Double(*number),
        AttributeValue::Text(text) => Scalar::Text(text.clone()),
    })
}

fn equal(left: &Scalar, right: &Scalar) -> bool {
    match (left, right) {
        (Scalar::Int(int), Scalar::Double(double)) | (Scalar::Double(double), Scalar::Int(int)) => {
            *int as f64 == *double
        }
        (Scalar::List(left), Scalar::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| equal(l, r))
        }
        _ => left == right,
    }
}

fn order(left: &Scalar, right: &Scalar) -> Option<std::cmp::Ordering> {
    match (left, right) {
        (Scalar::Bool(left), Scalar::Bool(right)) => Some(left.cmp(right)),
        (Scalar::Text(left), Scalar::Text(right)) => Some(left.cmp(right)),
        (Scalar::Int(left), Scalar::Int(right)) => Some(left.cmp(right)),
        (Scalar::Int(left), Scalar::Double(right)) => (*left as f64).partial_cmp(right),
        (Scalar::Double(left), Scalar::Int(right)) => left.partial_cmp(&(*right as f64)),
        (Scalar::Double(left), Scalar::Double(right)) => left.partial_cmp(right),
        _ => None,
    }
}

fn truth(row: &Row, tree: &Tree) -> Option<bool> {
    match value(row, tree)? {
        Scalar::Bool(truth) => Some(truth),
        _ => None,
    }
}

/// The value of a tree for one product; `None` is an error.
fn value(row: &Row, tree: &Tree) -> Option<Scalar> {
    Some(match tree {
        Tree::Literal(scalar) => scalar.clone(),
        Tree::Field(name) => field(row, name)?,
        Tree::Attribute(name) => attribute_of(row, name)?,
        Tree::Has(tree) => Scalar::Bool(value(row, tree).is_some()),
        Tree::Not(tree) => Scalar::Bool(!truth(row, tree)?),
        Tree::Negate(tree) => match value(row, tree)? {
            Scalar::Int(int) => Scalar::Int(int.checked_neg()?),
            Scalar::Double(double) => Scalar::Double(-double),
            _ => return None,
        },
        Tree::Binary(op @ ("&&" | "||"), left, right) => {
            let decides = *op == "||";
            let (left, right) = (truth(row, left), truth(row, right));
            if left == Some(decides) || right == Some(decides) {
                Scalar::Bool(decides)
            } else {
                left?;
                right?;
                Scalar::Bool(!decides)
            }
        }
        Tree::Binary(op, left, right) => {
            let (left, right) = (value(row, left)?, value(row, right)?);
            let ordered = |fits: fn(std::cmp::Ordering) -> bool| {
                Some(Scalar::Bool(fits(order(&left, &right)?)))
            };
            match *op {
                "==" => Scalar::Bool(equal(&left, &right)),
                "!=" => Scalar::Bool(!equal(&left, &right)),
                "<" => return ordered(std::cmp::Ordering::is_lt),
                "<=" => return ordered(std::cmp::Ordering::is_le),
                ">" => return ordered(std::cmp::Ordering::is_gt),
                ">=" => return ordered(std::cmp::Ordering::is_ge),
                "in" => match right {
                    Scalar::List(list) => Scalar::Bool(list.iter().any(|l| equal(&left, l))),
                    _ => return None,
                },
                op => return calculate(op, left, right),
            }
        }
        Tree::Method(name, text, argument) => {
            let (Scalar::Text(text), Scalar::Text(argument)) =
                (value(row, text)?, value(row, argument)?)
            else {
                return None;
            };
            Scalar::Bool(match *name {
                "startsWith" => text.starts_with(&argument),
                "endsWith" => text.ends_with(&argument),
                "contains" => text.contains(&argument),
                _ => category_is_under(&text, &argument),
            })
        }
        Tree::Size(tree) => Scalar::Int(match value(row, tree)? {
            Scalar::Text(text) => text.chars().count() as i64,
            Scalar::List(list) => list.len() as i64,
            _ => return None,
        }),
        Tree::List(trees) => Scalar::List(
            trees
                .iter()
                .map(|tree| value(row, tree))
                .collect::<Option<_>>()?,
        ),
    })
}

fn calculate(op: &str, left: Scalar, right: Scalar) -> Option<Scalar> {
    Some(match (left, right) {
        (Scalar::Int(left), Scalar::Int(right)) => Scalar::Int(match op {
            "+" => left.checked_add(right)?,
            "-" => left.checked_sub(right)?,
            "*" => left.checked_mul(right)?,
            _ => left.checked_div(right)?,
        }),
        (Scalar::Double(left), Scalar::Double(right)) => Scalar::Double(match op {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            _ => left / right,
        }),
        (Scalar::Text(left), Scalar::Text(right)) if op == "+" => Scalar::Text(left + &right),
        (Scalar::List(left), Scalar::List(right)) if op == "+" => {
            Scalar::List([left, right].concat())
        }
        _ => return None,
    })
}

fn boxed(tree: Tree) -> Box<Tree> {
    Box::new(tree)
}

fn pick(names: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(names)
}

fn attributes() -> impl Strategy<Value = Tree> {
    pick(&["x", "y", "z"]).prop_map(Tree::Attribute)
}

fn binary(
    ops: &'static [&'static str],
    left: impl Strategy<Value = Tree>,
    right: impl Strategy<Value = Tree>,
) -> impl Strategy<Value = Tree> {
    (pick(ops), left, right)
        .prop_map(|(op, left, right)| Tree::Binary(op, boxed(left), boxed(right)))
}

fn doubles() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        number().prop_map(|double| Tree::Literal(Scalar::Double(double))),
        pick(&["price", "list_price", "margin", "rating", "age_days"]).prop_map(Tree::Field),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            binary(&["+", "-", "*", "/"], inner.clone(), inner.clone()),
            binary(&["+", "-", "*", "/"], inner.clone(), attributes()),
            inner.prop_map(|tree| Tree::Negate(boxed(tree))),
        ]
    })
}

fn ints() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        (-2_i64..9).prop_map(|int| Tree::Literal(Scalar::Int(int))),
        Just(Tree::Field("stock")),
        texts().prop_map(|tree| Tree::Size(boxed(tree))),
        lists().prop_map(|tree| Tree::Size(boxed(tree))),
        attributes().prop_map(|tree| Tree::Size(boxed(tree))),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            binary(&["+", "-", "*", "/"], inner.clone(), inner.clone()),
            // A negative literal in brackets is a literal, so only a field is negated.
            Just(Tree::Negate(boxed(Tree::Field("stock")))),
        ]
    })
}

fn texts() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        word().prop_map(|text| Tree::Literal(Scalar::Text(text))),
        pick(&["title", "category", "brand", "group"]).prop_map(Tree::Field),
    ];
    leaf.prop_recursive(1, 3, 2, |inner| binary(&["+"], inner.clone(), inner))
}

fn lists() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        Just(Tree::Field("tags")),
        prop::collection::vec(texts(), 1..4).prop_map(Tree::List),
    ];
    leaf.prop_recursive(1, 3, 2, |inner| binary(&["+"], inner.clone(), inner))
}

const ANY: &[&str] = &["==", "!=", "<", "<=", ">", ">="];

fn conditions() -> impl Strategy<Value = Tree> {
    let fields = pick(&["brand", "group", "rating", "age_days", "price"]).prop_map(Tree::Field);
    let literal_list = |literal: BoxedStrategy<Scalar>| {
        prop::collection::vec(literal.prop_map(Tree::Literal), 1..5).prop_map(Tree::List)
    };
    let methods = || pick(&["startsWith", "endsWith", "contains", "under"]);
    let method = |text: BoxedStrategy<Tree>| {
        (methods(), text, texts())
            .prop_map(|(name, text, argument)| Tree::Method(name, boxed(text), boxed(argument)))
    };
    let mixed = prop_oneof![
        any::<bool>().prop_map(Scalar::Bool),
        number().prop_map(Scalar::Double),
        word().prop_map(Scalar::Text),
    ];
    let leaf = prop_oneof![
        any::<bool>().prop_map(|truth| Tree::Literal(Scalar::Bool(truth))),
        pick(&["private_label", "season"]).prop_map(Tree::Field),
        attributes(),
        prop_oneof![fields, attributes()].prop_map(|tree| Tree::Has(boxed(tree))),
        binary(ANY, doubles(), doubles()),
        binary(ANY, ints(), ints()),
        binary(ANY, Just(Tree::Field("stock")), doubles()),
        binary(ANY, texts(), texts()),
        binary(ANY, attributes(), texts()),
        binary(ANY, doubles(), attributes()),
        binary(ANY, attributes(), attributes()),
        binary(&["==", "!="], lists(), lists()),
        binary(&["in"], prop_oneof![texts(), attributes()], lists()),
        binary(
            &["in"],
            texts(),
            literal_list(word().prop_map(Scalar::Text).boxed())
        ),
        binary(
            &["in"],
            doubles(),
            literal_list(number().prop_map(Scalar::Double).boxed())
        ),
        binary(
            &["in"],
            ints(),
            literal_list((0_i64..9).prop_map(Scalar::Int).boxed())
        ),
        binary(&["in"], attributes(), literal_list(mixed.boxed())),
        method(texts().boxed()),
        method(attributes().boxed()),
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            binary(&["&&", "||"], inner.clone(), inner.clone()),
            binary(&["&&", "||"], inner.clone(), inner.clone()),
            inner.prop_map(|tree| Tree::Not(boxed(tree))),
        ]
    })
}

fn cel_value(scalar: Scalar) -> Value {
    match scalar {
        Scalar::Bool(truth) => truth.into(),
        Scalar::Int(int) => int.into(),
        Scalar::Double(double) => double.into(),
        Scalar::Text(text) => text.into(),
        Scalar::List(list) => list
            .into_iter()
            .map(cel_value)
            .collect::<Vec<Value>>()
            .into(),
    }
}

/// The answer of CEL's own interpreter; an error is false.
fn cel_answer(program: &Program, row: &Row) -> bool {
    let mut product: BTreeMap<String, Value> = BTreeMap::new();
    for name in [
        "title",
        "category",
        "brand",
        "group",
        "price",
        "list_price",
        "margin",
        "rating",
        "age_days",
        "stock",
        "private_label",
        "season",
        "tags",
    ] {
        if let Some(value) = field(row, name) {
            product.insert(name.to_owned(), cel_value(value));
        }
    }
    let attributes: std::collections::HashMap<String, Value> = row
        .product
        .attributes
        .keys()
        .filter_map(|name| Some((name.clone(), cel_value(attribute_of(row, name)?))))
        .collect();
    product.insert("attributes".to_owned(), attributes.into());
    let product: std::collections::HashMap<String, Value> = product.into_iter().collect();
    let mut context = Context::default();
    context.add_variable_from_value("product", product);
    let added = context.add_function(
        "under",
        |cel::extractors::This(text): cel::extractors::This<Arc<String>>, path: Arc<String>| {
            category_is_under(&text, &path)
        },
    );
    assert!(added.is_ok());
    matches!(program.execute(&context), Ok(Value::Bool(true)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(512)))]

    #[test]
    fn conditions_answer_as_a_product_at_a_time_and_as_cels_own_interpreter(
        tree in conditions(),
        rows in prop::collection::vec(row(), 1..90),
        skip in 0_usize..3,
    ) {
        let source = text_of(&tree);
        let condition = Condition::parse(&source)
            .map_err(|errors| TestCaseError::fail(format!("{source}: {errors:?}")))?;
        let products: Vec<Product> = rows.iter().map(|row| row.product.clone()).collect();
        let skip = skip.min(rows.len());
        let moment = Moment {
            price: rows[skip..].iter().map(|row| row.price).collect(),
            stock: rows[skip..].iter().map(|row| row.stock).collect(),
            today: today(),
        };
        let bits = condition.eval(&columns(&products), &moment.facts(), skip..rows.len());
        prop_assert_eq!(bits.len(), rows.len() - skip);
        let plain = condition.eval_plain(&columns(&products), &moment.facts(), skip..rows.len());
        prop_assert_eq!(&bits, &plain, "{}", source);
        prop_assert!(!condition.say().is_empty());
        let program = Program::compile(&source).unwrap();
        for (index, row) in rows[skip..].iter().enumerate() {
            let expected = truth(row, &tree) == Some(true);
            prop_assert_eq!(bits.get(index), expected, "{} on {:?}", source, row);
            prop_assert_eq!(cel_answer(&program, row), expected, "CEL: {} on {:?}", source, row);
        }
    }

    #[test]
    fn blocks_of_rows_and_shared_tests_answer_as_a_product_at_a_time(
        trees in prop::collection::vec(conditions(), 1..8),
        rows in prop::collection::vec(row(), 1..90),
        many in 64_usize..6_000,
        range in (0_usize..130, 0_usize..130),
        threads in 1_usize..3,
    ) {
        let rows: Vec<&Row> = rows.iter().cycle().take(many).collect();
        let products: Vec<Product> = rows.iter().map(|row| row.product.clone()).collect();
        let columns = columns(&products);
        let (start, end) = (range.0.min(many), many - range.1.min(many));
        let range = start..end.max(start);
        let moment = Moment {
            price: rows[range.clone()].iter().map(|row| row.price).collect(),
            stock: rows[range.clone()].iter().map(|row| row.stock).collect(),
            today: today(),
        };
        let facts: Facts<'_> = moment.facts();
        let parse = |tree| Condition::parse(&text_of(tree)).expect("the first test parses these");
        let conditions: Vec<Condition> = trees.iter().map(parse).collect();
        let together: Conditions = conditions.iter().collect();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let all = pool.install(|| together.eval(&columns, &facts, range.clone()));
        prop_assert_eq!(all.len(), conditions.len());
        for (condition, bits) in conditions.iter().zip(&all) {
            let plain = condition.eval_plain(&columns, &facts, range.clone());
            prop_assert_eq!(bits, &plain, "{}", condition.source());
            let alone = condition.eval(&columns, &facts, range.clone());
            prop_assert_eq!(&alone, &plain, "{}", condition.source());
        }
    }

    #[test]
    fn what_holds_for_a_product_can_hold(
        trees in prop::collection::vec(conditions(), 2..5),
        rows in prop::collection::vec(row(), 1..40),
    ) {
        let parse = |tree| Condition::parse(&text_of(tree)).unwrap();
        let parsed: Vec<Condition> = trees.iter().map(parse).collect();
        for row in rows.iter().filter(|row| is_accepted(row)) {
            let held: Vec<usize> = (0..trees.len())
                .filter(|tree| truth(row, &trees[*tree]) == Some(true))
                .collect();
            for one in &held {
                prop_assert!(parsed[*one].can_hold(), "{} on {:?}", parsed[*one].source(), row);
                for other in &held {
                    let (one, other) = (&parsed[*one], &parsed[*other]);
                    prop_assert!(one.can_hold_with(other), "{} and {}", one.source(), other.source());
                }
            }
        }
    }
}

/// Whether the vocabulary accepts a product and its stock, which generated ones ignore.
fn is_accepted(row: &Row) -> bool {
    row.stock >= 0
        && row
            .product
            .rating
            .is_none_or(|rating| (0.0..=5.0).contains(&rating))
}
