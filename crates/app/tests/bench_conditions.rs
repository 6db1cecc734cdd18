//! Facts about `fixtures/bench/conditions.json`, what work w4 of the bench evaluates:
//! 1. it is what the generator here makes of the demo retailer's values (and is written anew
//!    where the environment has ENDCAP_WRITE=bench);
//! 2. it is 500 different conditions that all parse, 1,800 comparisons of which 300 are `in`
//!    lists, over every field.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};

use endcap_demo::DemoSize;
use endcap_rules::Condition;
use endcap_vocab::{AttributeValue, Product};

const CONDITIONS: usize = 500;

/// Comparisons of each five conditions, 18 together; those at `LISTED` have an `in` list.
const TERMS: [usize; 5] = [2, 3, 4, 4, 5];
const LISTED: [usize; 3] = [1, 2, 4];

const FIELDS: [&str; 22] = [
    "sku",
    "group",
    "title",
    "brand",
    "vendor",
    "category",
    "private_label",
    "price",
    "list_price",
    "unit_cost",
    "margin",
    "discount",
    "stock",
    "stock_cover_days",
    "stock_age_days",
    "age_days",
    "funding",
    "return_rate",
    "rating",
    "season",
    "tags",
    "attributes",
];

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
struct Draws(u64);

impl Draws {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        ((u128::from(z) * count as u128) >> 64) as usize
    }

    fn of<'t, T: ?Sized>(&mut self, texts: &[&'t T]) -> &'t T {
        texts[self.below(texts.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// The values that conditions name.
struct Values<'p> {
    products: &'p [Product],
    pages: Vec<&'p str>,
    categories: Vec<&'p str>,
    brands: Vec<&'p str>,
    vendors: Vec<&'p str>,
    tags: Vec<&'p str>,
    words: Vec<&'p str>,
    attributes: BTreeMap<&'p str, Vec<&'p str>>,
}

fn sorted<'p>(texts: impl Iterator<Item = &'p str>) -> Vec<&'p str> {
    texts.collect::<BTreeSet<&str>>().into_iter().collect()
}

impl<'p> Values<'p> {
    fn of(products: &'p [Product]) -> Self {
        let categories = sorted(products.iter().map(|p| p.category.as_str()));
        let pages = categories.iter().flat_map(|path| {
            let above = path.match_indices('/').map(|(end, _)| &path[..end]);
            above.chain([*path])
        });
        let mut attributes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (name, value) in products.iter().flat_map(|p| &p.attributes) {
            if let AttributeValue::Text(value) = value {
                attributes.entry(name).or_default().insert(value);
            }
        }
        let few = |(name, values): (&'p str, BTreeSet<&'p str>)| {
            (values.len() > 4).then(|| (name, values.into_iter().collect()))
        };
        let words = products.iter().flat_map(|p| p.title.split([' ', ',']));
        Self {
            products,
            pages: sorted(pages),
            brands: sorted(products.iter().filter_map(|p| p.brand.as_deref())),
            vendors: sorted(products.iter().filter_map(|p| p.vendor.as_deref())),
            tags: sorted(
                products
                    .iter()
                    .flat_map(|p| p.tags.iter().map(String::as_str)),
            ),
            words: sorted(words.filter(|word| word.len() > 5)),
            attributes: attributes.into_iter().filter_map(few).collect(),
            categories,
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// Between `least` and `most` different values in brackets.
fn list(draws: &mut Draws, values: &[&str], (least, most): (usize, usize)) -> String {
    let count = (least + draws.below(most - least + 1)).min(values.len());
    let mut picked = BTreeSet::new();
    while picked.len() < count {
        picked.insert(draws.of(values));
    }
    let picked: Vec<String> = picked.into_iter().map(quoted).collect();
    format!("[{}]", picked.join(", "))
}

/// A field and an `in` list of its values.
fn listed(draws: &mut Draws, values: &Values<'_>) -> (String, String) {
    let attribute = |draws: &mut Draws| {
        let names: Vec<&str> = values.attributes.keys().copied().collect();
        let name = draws.of(&names);
        (format!("attributes.{name}"), &values.attributes[name])
    };
    let (field, list) = match draws.below(100) {
        0..30 => ("brand".to_owned(), list(draws, &values.brands, (2, 5))),
        30..55 => (
            "category".to_owned(),
            list(draws, &values.categories, (2, 8)),
        ),
        55..65 => ("vendor".to_owned(), list(draws, &values.vendors, (2, 4))),
        65..85 => {
            let (field, values) = attribute(draws);
            (field, list(draws, values, (2, 4)))
        }
        85..95 => {
            let skus: Vec<&str> = values.products.iter().map(|p| p.sku.as_str()).collect();
            ("sku".to_owned(), list(draws, &skus, (5, 24)))
        }
        _ => {
            let groups = values.products.iter().filter_map(|p| p.group.as_deref());
            let groups: Vec<&str> = groups.collect();
            ("group".to_owned(), list(draws, &groups, (3, 12)))
        }
    };
    let test = format!("product.{field} in {list}");
    (field, test)
}

/// A field and a comparison of it.
fn compared(draws: &mut Draws, values: &Values<'_>) -> (String, String) {
    let product = &values.products[draws.below(values.products.len())];
    let order = draws.of(&["<", "<=", ">", ">="]);
    let at_least = draws.of(&[">=", ">=", ">=", ">", "<"]);
    let cents = |money: f64| format!("{money:.2}");
    // People write a price of the shelf, or a round one.
    let price = |draws: &mut Draws, shelf: f64| {
        if draws.chance(50) {
            cents(shelf)
        } else {
            format!(
                "{}",
                [1, 2, 3, 5, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75][draws.below(14)]
            )
        }
    };
    let share = |draws: &mut Draws, step: usize, most: usize| {
        format!("0.{:02}", step * (1 + draws.below(most / step)))
    };
    let days =
        |draws: &mut Draws| draws.of(&["7", "14", "21", "28", "30", "45", "60", "90", "180"]);
    let field_and =
        |field: &str, test: String| (field.to_owned(), format!("product.{field}{test}"));
    match draws.below(1_000) {
        0..190 => {
            let page = draws.of(&values.pages);
            field_and("category", format!(".under({})", quoted(page)))
        }
        190..310 => field_and("price", format!(" {order} {}", price(draws, product.price))),
        310..410 => {
            let step = if draws.chance(50) { 5 } else { 1 };
            field_and("margin", format!(" {at_least} {}", share(draws, step, 60)))
        }
        410..490 => {
            let units = draws.of(&[
                "0", "1", "3", "5", "10", "12", "20", "24", "50", "100", "200",
            ]);
            field_and("stock", format!(" {order} {units}"))
        }
        490..540 => field_and("discount", format!(" {at_least} {}", share(draws, 5, 50))),
        540..590 => {
            let rating = draws.of(&["3.0", "3.5", "3.8", "4.0", "4.2", "4.3", "4.5", "4.7"]);
            field_and("rating", format!(" {at_least} {rating}"))
        }
        590..630 => field_and("stock_age_days", format!(" {order} {}", days(draws))),
        630..670 => field_and("stock_cover_days", format!(" {order} {}", days(draws))),
        670..710 => field_and("age_days", format!(" {order} {}", days(draws))),
        710..735 => field_and("return_rate", format!(" {order} 0.0{}", 1 + draws.below(9))),
        735..765 => field_and("funding", format!(" {at_least} 0.0{}", 1 + draws.below(8))),
        765..780 => field_and(
            "list_price",
            format!(" {order} {}", price(draws, product.price)),
        ),
        780..795 => {
            let cost = price(draws, product.unit_cost);
            field_and("unit_cost", format!(" {order} {cost}"))
        }
        795..805 => {
            let least = 1 + draws.below(20);
            let test = format!("product.price - product.unit_cost >= {least}.0");
            ("unit_cost".to_owned(), test)
        }
        805..835 => field_and("private_label", String::new()),
        835..860 => field_and("season", String::new()),
        860..890 => {
            let tag = quoted(draws.of(&values.tags));
            ("tags".to_owned(), format!("{tag} in product.tags"))
        }
        890..920 => {
            let is = draws.of(&["==", "=="]);
            field_and(
                "brand",
                format!(" {is} {}", quoted(draws.of(&values.brands))),
            )
        }
        920..930 => field_and(
            "vendor",
            format!(" == {}", quoted(draws.of(&values.vendors))),
        ),
        930..940 => {
            let group = product.group.as_deref().unwrap_or_default();
            field_and("group", format!(" == {}", quoted(group)))
        }
        940..975 => {
            let names: Vec<&str> = values.attributes.keys().copied().collect();
            let name = draws.of(&names);
            let value = quoted(draws.of(&values.attributes[name]));
            field_and(&format!("attributes.{name}"), format!(" == {value}"))
        }
        975..980 => {
            let test = "product.attributes.organic == true".to_owned();
            ("attributes.organic".to_owned(), test)
        }
        980..983 => {
            let strength = 2 + draws.below(4);
            field_and("attributes.strength", format!(" >= {strength}.0"))
        }
        983..986 => {
            let names: Vec<&str> = values.attributes.keys().copied().collect();
            let name = draws.of(&names);
            let test = format!("has(product.attributes.{name})");
            (format!("attributes.{name}"), test)
        }
        986..996 => {
            let word = quoted(draws.of(&values.words));
            field_and("title", format!(".contains({word})"))
        }
        _ => field_and("sku", format!(".startsWith({})", quoted(&product.sku[..4]))),
    }
}

/// A condition of so many comparisons, no field twice.
fn condition(draws: &mut Draws, values: &Values<'_>, (terms, listed_too): (usize, bool)) -> String {
    let mut fields = BTreeSet::new();
    let mut tests: Vec<String> = Vec::new();
    while tests.len() < terms {
        let (field, test) = if listed_too && tests.is_empty() {
            listed(draws, values)
        } else {
            compared(draws, values)
        };
        if fields.insert(field) {
            tests.push(test);
        }
    }
    // The list stands anywhere.
    let place = draws.below(terms);
    tests.swap(0, place);
    if draws.chance(15) {
        let last = tests.len() - 1;
        tests[last] = format!("!({})", tests[last]);
    }
    match draws.below(100) {
        0..65 => tests.join(" && "),
        65..90 if terms > 2 => {
            let either = format!("({} || {})", tests[0], tests[1]);
            tests.splice(0..2, [either]);
            tests.join(" && ")
        }
        _ => {
            let all = tests.split_off(terms / 2);
            format!("({}) || ({})", tests.join(" && "), all.join(" && "))
        }
    }
}

fn conditions(products: &[Product]) -> Vec<String> {
    let values = Values::of(products);
    let mut draws = Draws(1);
    let mut made = Vec::with_capacity(CONDITIONS);
    while made.len() < CONDITIONS {
        let place = made.len() % TERMS.len();
        let shape = (TERMS[place], LISTED.contains(&place));
        let condition = condition(&mut draws, &values, shape);
        if !made.contains(&condition) {
            made.push(condition);
        }
    }
    made
}

#[test]
fn the_committed_conditions_are_what_the_generator_makes() {
    // A larger demo retailer holds the products of a smaller one.
    let size = DemoSize {
        products: 6_000,
        shoppers: 10,
        order_lines: 100,
    };
    let demo = endcap_demo::generate(size, 1);
    let conditions = conditions(&demo.catalog.products);
    let text = serde_json::to_string_pretty(&conditions).unwrap() + "\n";
    let path = endcap_testkit::fixtures_dir().join("bench/conditions.json");
    if std::env::var_os("ENDCAP_WRITE").is_some_and(|what| what == "bench") {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert_eq!(
        committed, text,
        "run this test with ENDCAP_WRITE=bench to write it anew"
    );

    let different: BTreeSet<&String> = conditions.iter().collect();
    assert_eq!(different.len(), CONDITIONS);
    assert_eq!(
        TERMS.iter().sum::<usize>() * CONDITIONS / TERMS.len(),
        1_800
    );
    let lists = conditions.iter().map(|c| c.matches(" in [").count());
    assert_eq!(lists.sum::<usize>(), 300);
    for field in FIELDS {
        let read = format!("product.{field}");
        assert!(conditions.iter().any(|c| c.contains(&read)), "no `{field}`");
    }
    for condition in &conditions {
        Condition::parse(condition).expect(condition);
    }
}
