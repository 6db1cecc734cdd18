//! Facts proved here:
//! 1. Clauses survive CEL: what is written is read back as it was, and is a condition.
//! 2. What is read as clauses means what its text means, for every product of the demo.
//! 3. Conditions that are richer than clauses are not read as clauses.
//! 4. A percentage is typed as people say it and stands in CEL as a share, either way exactly.
//! 5. Every operator of every field makes a condition; every attribute has a field.
//! 6. Completion counts the products that have a value, the commonest first.
//! 7. A tried condition counts the products it holds for, and shows the best.
//! 8. A rule's problems stand at its fields; a taken id is one.
//! 9. A pin goes into the rule made by hand, takes the slot, and leaves other rules alone.
//! 10. Products are hidden by one rule, boosted by a new one, and what a gesture makes is valid.

use std::sync::LazyLock;

use endcap_rules::{Bits, Condition, Facts};
use endcap_vocab::{Effect, Pin, Rule, RuleSet, Source, Weights};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::{RankCommand, Workspace};

const COFFEE: &str = "grocery/beverages/coffee";

static DEMO: LazyLock<Workspace> = LazyLock::new(|| Workspace::demo().unwrap());

/// The products that a condition holds for, at regular prices and with a stock of their row.
fn held(condition: &str) -> Bits {
    let columns = DEMO.retailer.columns();
    let stock: Vec<i64> = (0..columns.len() as i64).map(|row| row % 9).collect();
    let facts = Facts {
        price: &columns.list_price,
        stock: &stock,
        today: 20_777,
        month: 11,
    };
    let condition = Condition::parse(condition).unwrap();
    condition.eval(columns, &facts, 0..columns.len())
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}".prop_map(|text| text),
        any::<String>().prop_filter("CEL's texts have no NUL", |text| !text.contains('\0')),
    ]
}

fn numbers() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-1000_i32..1000).prop_map(f64::from),
        (0_u32..100_000).prop_map(|number| f64::from(number) / 1000.0),
        any::<f64>().prop_filter("a literal is finite", |number| number.is_finite()),
    ]
}

fn clause() -> impl Strategy<Value = Clause> {
    use Operator::*;
    let of = |field: &str, operator, value| Clause {
        field: field.to_owned(),
        operator,
        value,
    };
    prop_oneof![
        (
            select(vec![
                "brand",
                "title",
                "attributes.roast",
                "attributes.in",
                "attributes.a b"
            ]),
            select(vec![Is, IsNot, Contains, StartsWith, EndsWith]),
            texts()
        )
            .prop_map(move |(field, operator, text)| of(
                field,
                operator,
                FieldValue::Text(text)
            )),
        (
            select(vec![
                "margin",
                "price",
                "stock",
                "age_days",
                "attributes.size"
            ]),
            select(vec![Is, IsNot, AtLeast, AtMost, Above, Below]),
            numbers()
        )
            // −0 is written 0.
            .prop_map(move |(field, operator, number)| of(
                field,
                operator,
                FieldValue::Number(number + 0.0)
            )),
        (
            select(vec!["vendor", "sku"]),
            select(vec![OneOf, NoneOf]),
            vec(texts(), 0..4)
        )
            .prop_map(move |(field, operator, texts)| of(
                field,
                operator,
                FieldValue::Texts(texts)
            )),
        (select(vec![OneOf, NoneOf]), vec(numbers(), 1..4)).prop_map(move |(operator, numbers)| {
            let numbers = numbers.into_iter().map(|number| number + 0.0).collect();
            of("rating", operator, FieldValue::Numbers(numbers))
        }),
        (select(vec![Under, NotUnder]), texts()).prop_map(move |(operator, text)| of(
            "category",
            operator,
            FieldValue::Text(text)
        )),
        (select(vec![Tagged, NotTagged]), texts()).prop_map(move |(operator, text)| of(
            "tags",
            operator,
            FieldValue::Text(text)
        )),
        (
            select(vec!["private_label", "season", "attributes.organic"]),
            select(vec![Yes, No])
        )
            .prop_map(move |(field, operator)| of(field, operator, FieldValue::Nothing)),
        (
            select(vec!["brand", "rating", "attributes.organic"]),
            select(vec![Present, Absent])
        )
            .prop_map(move |(field, operator)| of(field, operator, FieldValue::Nothing)),
    ]
}

proptest! {
    #[test]
    fn clauses_survive_cel(clauses in vec(clause(), 0..6), any_of in any::<bool>()) {
        let join = if any_of && clauses.len() > 1 { Join::AnyOf } else { Join::AllOf };
        let clauses = Clauses { join, clauses };
        let cel = to_cel(&clauses);
        prop_assert!(check_condition(&cel).is_ok(), "{cel}: {:?}", check_condition(&cel));
        prop_assert_eq!(from_cel(&cel), Some(clauses), "{}", cel);
    }

    #[test]
    /// Up to the last digit: a share and its percentage are two doubles.
    fn a_percentage_is_shown_as_it_is_typed(number in numbers()) {
        let fields = DEMO.fields();
        let margin = fields.iter().find(|field| field.name == "margin").unwrap();
        // A hundred times the largest doubles is none, and the smallest have few digits.
        prop_assume!(number == 0.0 || (1e-290..1e300).contains(&number.abs()));
        let value = FieldValue::Number(number + 0.0);
        let shown = margin.show(&value);
        let typed = margin.parse(Operator::AtLeast, &shown).unwrap();
        let FieldValue::Number(typed) = typed else { panic!("{typed:?}") };
        prop_assert!((typed - number).abs() <= number.abs() * 2.0 * f64::EPSILON, "{}", shown);
    }
}

#[test]
fn what_is_read_as_clauses_means_what_its_text_means() {
    for text in [
        "product.private_label",
        "!product.private_label",
        "product.private_label == true",
        "(product.private_label) && ((product.margin >= 0.3))",
        "product.margin >= .3 && product.margin < 30 && product.stock > 3",
        "!(product.margin >= 0.3)",
        "!(product.rating > 4.2)",
        "!(product.brand == \"Kitchen Row\") || product.rating == 4",
        "product.attributes.organic",
        "!product.attributes.organic || product.attributes.organic == false",
        "!(product.brand in ['Kitchen Row', r\"Alder Street\"])",
        "!product.category.under(\"grocery\") && !(\"gift\" in product.tags)",
        "\"gift\" in product.tags || \"new\" in product.tags || product.season",
        "has(product.rating) && !has(product.attributes.roast)",
        "product.price >= -1 && product.price <= 1e2",
        "product.stock in [1, 2, 3]",
        "true",
    ] {
        let clauses = from_cel(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(held(text), held(&to_cel(&clauses)), "{text}");
    }
}

#[test]
fn what_is_richer_than_clauses_is_not_read_as_clauses() {
    for text in [
        "product.private_label && (product.season || product.margin > 0.3)",
        "product.price < product.list_price",
        "product.price - product.unit_cost > 2.0",
        "product.title.matches(\"^a\")",
        "size(product.tags) > 2",
        "0.3 <= product.margin",
        "product.title < \"m\"",
        "\"roast\" in product.attributes",
        "product.vendor.under(\"a\")",
        "!(product.attributes.organic == true)",
        "product.stock > 9007199254740993",
        "false",
        "product.margin >=",
        "",
    ] {
        assert_eq!(from_cel(text), None, "{text}");
    }
}

#[test]
fn a_percentage_is_typed_as_people_say_it() {
    let fields = DEMO.fields();
    let field = |name: &str| fields.iter().find(|field| field.name == name).unwrap();
    for typed in ["30%", "30", " 30 % "] {
        let value = field("margin").parse(Operator::AtLeast, typed).unwrap();
        assert_eq!(value, FieldValue::Number(0.3));
        assert_eq!(field("margin").show(&value), "30%");
    }
    // 29 / 100 is not 0.29 in every arithmetic.
    let value = field("return_rate").parse(Operator::Above, "29%").unwrap();
    assert_eq!(value, FieldValue::Number(0.29));
    assert_eq!(
        field("age_days")
            .parse(Operator::AtMost, "30 days")
            .unwrap(),
        FieldValue::Number(30.0)
    );
    let problem = field("margin")
        .parse(Operator::AtLeast, "a third")
        .unwrap_err();
    assert!(problem.contains("30%"), "{problem}");
    for bad in ["", "inf", "1e999", "%", "--3"] {
        assert!(
            field("price").parse(Operator::AtLeast, bad).is_err(),
            "{bad}"
        );
    }
}

#[test]
fn every_operator_of_every_field_makes_a_condition() {
    let fields = DEMO.fields();
    for field in &fields {
        for operator in &field.operators {
            let is_text = matches!(
                field.kind,
                FieldKind::Text | FieldKind::Category | FieldKind::Tags
            );
            let values = DEMO.values(&field.name, "", 1);
            let value = values.first().filter(|_| is_text);
            let typed = value.map_or("12", |(value, _)| value.as_str());
            let clauses = Clauses {
                join: Join::AllOf,
                clauses: vec![Clause {
                    field: field.name.clone(),
                    operator: *operator,
                    value: field.parse(*operator, typed).unwrap(),
                }],
            };
            let cel = to_cel(&clauses);
            assert_eq!(check_condition(&cel), Ok(()), "{cel}");
            assert_eq!(from_cel(&cel), Some(clauses), "{cel}");
        }
    }
    for name in DEMO.retailer.columns().attributes.keys() {
        assert!(
            fields
                .iter()
                .any(|field| field.name == format!("attributes.{name}"))
        );
    }
}

#[test]
fn completion_counts_the_products_that_have_a_value() {
    let count = |condition: &str| held(condition).count();
    let brands = DEMO.values("brand", "", 100);
    for (brand, products) in &brands {
        assert_eq!(
            *products,
            count(&format!("product.brand == \"{brand}\"")),
            "{brand}"
        );
    }
    assert!(brands.is_sorted_by(|(_, a), (_, b)| a >= b));
    assert_eq!(DEMO.values("brand", "", 2), brands[..2]);
    let kitchen = DEMO.values("brand", "kit", 9);
    assert!(kitchen.iter().any(|(brand, _)| brand == "Kitchen Row"));
    let pine = DEMO.values("brand", "pine", 9);
    assert!(pine.iter().any(|(brand, _)| brand == "Harbor & Pine"));
    for (tag, products) in DEMO.values("tags", "", 9) {
        assert_eq!(products, count(&format!("\"{tag}\" in product.tags")));
    }
    for (roast, products) in DEMO.values("attributes.roast", "", 9) {
        assert_eq!(
            products,
            count(&format!("product.attributes.roast == \"{roast}\""))
        );
    }
    for (path, products) in DEMO.values("category", "coffee", 9) {
        assert_eq!(
            products,
            count(&format!("product.category.under(\"{path}\")"))
        );
    }
    assert_eq!(DEMO.values("margin", "", 9), []);
    assert_eq!(DEMO.values("attributes.nothing", "", 9), []);
}

#[test]
fn a_tried_condition_counts_what_it_holds_for_and_shows_the_best() {
    let rules = Workspace::compile(&Workspace::demo_rules()).unwrap();
    let command = RankCommand {
        page: Some(COFFEE.to_owned()),
        slots: 200,
        ..RankCommand::default()
    };
    // What reads neither price nor stock is the same whoever asks.
    let when = "product.private_label";
    let matches = DEMO.try_condition(&rules, &command, when).unwrap();
    let page = DEMO.retailer.page(COFFEE);
    let on_page = held(when)
        .iter_ones()
        .filter(|row| page.contains(row))
        .count();
    assert_eq!(
        (matches.on_page as usize, matches.in_all as usize),
        (on_page, held(when).count())
    );
    assert_eq!(matches.strip.len(), on_page.min(12));
    assert!(matches.strip.is_sorted_by(|a, b| a.score >= b.score));
    assert!(matches.strip.iter().all(|card| card.private_label));

    // At the price and stock of the request, in the order of the page.
    let slate = DEMO.slate(&rules, &command).unwrap();
    let matches = DEMO
        .try_condition(
            &rules,
            &command,
            "product.margin >= 0.25 && product.stock > 5",
        )
        .unwrap();
    let expected: Vec<(&str, f64)> = {
        let mut cards: Vec<_> = slate
            .cards
            .iter()
            .filter(|card| card.margin >= 0.25 && card.stock > 5)
            .collect();
        cards.retain(|card| card.category == COFFEE && card.source != Source::Fallback);
        cards.sort_by(|a, b| b.score.total_cmp(&a.score));
        cards
            .iter()
            .map(|card| (card.sku.as_str(), card.score))
            .collect()
    };
    let shown = matches.strip.iter().filter(|card| card.reason.is_none());
    let shown: Vec<(&str, f64)> = shown.map(|card| (card.sku.as_str(), card.score)).collect();
    assert!(!shown.is_empty());
    // The slate shows one product of a style, so it may lack some of the strip.
    assert!(
        expected.iter().take(3).all(|card| shown.contains(card)),
        "{expected:?} {shown:?}"
    );

    let error = DEMO
        .try_condition(&rules, &command, "product.margn > 1")
        .unwrap_err();
    assert!(error.problems[0].problem.contains("column 9"), "{error:?}");
}

#[test]
fn a_rules_problems_stand_at_its_fields() {
    let rules = Workspace::demo_rules();
    let good = &rules.rules[0];
    assert_eq!(rule_problems(good), []);
    assert_eq!(rule_problems_in(&rules, good, Some(&good.id)), []);
    let paths = |problems: Vec<endcap_vocab::Problem>| {
        let paths = problems.into_iter().map(|problem| problem.path);
        paths.collect::<Vec<_>>()
    };
    assert_eq!(paths(rule_problems_in(&rules, good, None)), ["/id"]);
    let other = Some(rules.rules[1].id.as_str());
    assert_eq!(paths(rule_problems_in(&rules, good, other)), ["/id"]);
    let with = |effect: Effect, when: Option<&str>| Rule {
        effect,
        when: when.map(str::to_owned),
        ..good.clone()
    };
    let pins = |pins: Vec<Pin>| Effect::Pin {
        pins,
        if_unavailable: endcap_vocab::IfUnavailable::Skip,
    };
    for (rule, path) in [
        (
            with(Effect::Boost { percent: 901.0 }, None),
            "/effect/percent",
        ),
        (
            with(Effect::Boost { percent: f64::NAN }, None),
            "/effect/percent",
        ),
        (with(Effect::Hide {}, Some("product.margn > 0.3")), "/when"),
        (
            with(Effect::Reserve { slots: Vec::new() }, None),
            "/effect/slots",
        ),
        (with(pins(Vec::new()), None), "/effect/pins"),
        (
            with(
                pins(vec![Pin {
                    sku: "a".to_owned(),
                    slot: 0,
                }]),
                None,
            ),
            "/effect/pins/0/slot",
        ),
    ] {
        let paths = paths(rule_problems(&rule));
        assert!(
            paths.iter().all(|found| found.starts_with(path)),
            "{path}: {paths:?}"
        );
        assert!(!paths.is_empty(), "{path}");
    }
}

fn put(rules: &mut RuleSet, rule: Rule) {
    assert_eq!(rule_problems(&rule), []);
    rules.rules.retain(|known| known.id != rule.id);
    rules.rules.push(rule);
}

fn pinned(rule: &Rule) -> Vec<(&str, u32)> {
    match &rule.effect {
        Effect::Pin { pins, .. } => pins
            .iter()
            .map(|pin| (pin.sku.as_str(), pin.slot))
            .collect(),
        _ => Vec::new(),
    }
}

#[test]
fn a_pin_goes_into_the_rule_made_by_hand_and_takes_its_slot() {
    let command = RankCommand {
        page: Some(COFFEE.to_owned()),
        ..RankCommand::default()
    };
    let request = DEMO.request(&command).unwrap();
    let mut rules = Workspace::demo_rules();
    let slate = |rules: &RuleSet| {
        let compiled = Workspace::compile(rules).unwrap();
        DEMO.slate(&compiled, &command).unwrap()
    };
    let before = slate(&rules);
    let (last, other) = (before.cards[23].sku.clone(), before.cards[20].sku.clone());
    // The demo's own pins on this page are scheduled, so they are not the ones made by hand.
    assert_eq!(hand_made_pins(&request, &rules), None);
    let rule = pin_rule(&request, &rules, &last, 2);
    assert_eq!(
        (rule.id.as_str(), rule.name.as_str()),
        ("pins-coffee", "Pins on Coffee")
    );
    put(&mut rules, rule);
    let card = slate(&rules).cards[1].clone();
    assert_eq!(
        (card.sku.as_str(), card.source),
        (last.as_str(), Source::Pin)
    );
    assert_eq!(card.rule.as_deref(), Some("pins-coffee"));

    // Another product takes the slot; the first moves on.
    let moved = pin_rule(&request, &rules, &last, 5);
    assert_eq!(pinned(&moved), [(last.as_str(), 5)]);
    put(&mut rules, moved);
    let rule = pin_rule(&request, &rules, &other, 5);
    put(&mut rules, rule);
    assert_eq!(
        pinned(hand_made_pins(&request, &rules).unwrap()),
        [(other.as_str(), 5)]
    );
    let rule = pin_rule(&request, &rules, &last, 1);
    put(&mut rules, rule);
    let both = hand_made_pins(&request, &rules).unwrap();
    assert_eq!(pinned(both), [(last.as_str(), 1), (other.as_str(), 5)]);
    let theirs = |rules: &RuleSet| {
        rules
            .rules
            .iter()
            .find(|rule| rule.id == "coffee-pins")
            .cloned()
    };
    assert_eq!(theirs(&rules), theirs(&Workspace::demo_rules()));

    let Some(RuleEdit::Put(rule)) = unpin(&rules, "pins-coffee", &last) else {
        panic!()
    };
    assert_eq!(pinned(&rule), [(other.as_str(), 5)]);
    put(&mut rules, *rule);
    let gone = unpin(&rules, "pins-coffee", &other);
    assert_eq!(gone, Some(RuleEdit::Remove("pins-coffee".to_owned())));
    assert_eq!(unpin(&rules, "pins-coffee", "nobody"), None);
    assert_eq!(unpin(&rules, "coffee-own-brand", &other), None);
    assert_eq!(unpin(&rules, "no-such-rule", &other), None);
}

#[test]
fn a_gesture_without_a_page_is_for_its_placement_alone() {
    let rules = Workspace::demo_rules();
    let home = DEMO.request(&RankCommand::default()).unwrap();
    let rule = pin_rule(&home, &rules, "A", 1);
    assert_eq!(
        (rule.id.as_str(), rule.name.as_str()),
        ("pins-home", "Pins on Home")
    );
    assert_eq!(rule.scope.placements, [endcap_vocab::Placement::Home]);
    let search = RankCommand {
        query: Some("Dark roast".to_owned()),
        ..RankCommand::default()
    };
    let rule = pin_rule(&DEMO.request(&search).unwrap(), &rules, "A", 1);
    assert_eq!(
        (rule.id.as_str(), rule.scope.queries.as_slice()),
        ("pins-dark-roast", ["Dark roast".to_owned()].as_slice())
    );
    assert_eq!(rule_problems(&rule), []);
}

#[test]
fn products_are_hidden_by_one_rule_and_boosted_by_a_new_one() {
    let command = RankCommand {
        page: Some(COFFEE.to_owned()),
        ..RankCommand::default()
    };
    let request = DEMO.request(&command).unwrap();
    let mut rules = Workspace::demo_rules();
    rules.objective.default = Weights([(endcap_vocab::Signal::Popularity, 1.0)].into());
    let rule = hide_rule(&request, &rules, &["A", "B"]);
    put(&mut rules, rule);
    let rule = hide_rule(&request, &rules, &["B", "C \"x\""]);
    put(&mut rules, rule);
    let hides = hand_made_hides(&request, &rules).unwrap();
    assert_eq!(hides.id, "hides-coffee");
    assert_eq!(
        hides.when.as_deref(),
        Some(r#"product.sku in ["A", "B", "C \"x\""]"#)
    );
    let Some(RuleEdit::Put(fewer)) = unhide(&rules, "hides-coffee", "B") else {
        panic!()
    };
    assert_eq!(
        fewer.when.as_deref(),
        Some(r#"product.sku in ["A", "C \"x\""]"#)
    );
    put(&mut rules, *fewer);
    assert_eq!(unhide(&rules, "hides-coffee", "B"), None);
    assert_eq!(unhide(&rules, "alcohol-unasked", "A"), None);

    for id in ["boost-coffee", "boost-coffee-2", "boost-coffee-3"] {
        let rule = boost_rule(&request, &rules, &["A"], 25.0);
        assert_eq!(
            (rule.id.as_str(), &rule.effect),
            (id, &Effect::Boost { percent: 25.0 })
        );
        put(&mut rules, rule);
    }
}
