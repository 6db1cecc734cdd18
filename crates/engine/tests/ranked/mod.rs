//! A case through the engine, and a case large enough for its parallel paths.

use endcap_engine::{CompiledRules, Retailer, SignalTable, rank};
use endcap_testkit::build::{self, ProductParts, RequestParts, RuleParts, rule};
use endcap_vocab::{Answer, AttributeValue, CapField, Case, Effect, Signal};

/// The engine's answer.
#[allow(dead_code, reason = "not every test file needs it")]
pub fn ranked(case: &Case) -> Answer {
    let retailer = Retailer::build(&case.catalog).unwrap();
    let rules = CompiledRules::compile(&case.rule_set).unwrap();
    let model = SignalTable::new(&retailer, &case.signals);
    rank(&retailer, &rules, &model, &case.request).unwrap()
}

/// An answer as a caller sees it.
#[allow(dead_code, reason = "not every test file compares bytes")]
pub fn bytes(answer: &Answer) -> String {
    serde_json::to_string(answer).unwrap()
}

/// Products on one page, of many brands and categories, with rules of most kinds.
#[allow(dead_code, reason = "not every test file needs it")]
pub fn large_case(count: u32) -> Case {
    const LEAVES: [&str; 5] = ["shop/a", "shop/b", "shop/b/c", "shop/d", "shop/e/f/g"];
    // Knuth's multiplicative hash: figures in no order, the same everywhere.
    let figure = |index: u32, of: u32| index.wrapping_mul(2_654_435_761) % of;
    let products = (0..count).map(|index| {
        let mut product = build::product(&format!("P{index:06}"))
            .in_category(LEAVES[figure(index, 5) as usize])
            .brand(&format!("B{}", figure(index, 37)))
            .attribute("size", AttributeValue::Number(f64::from(figure(index, 11))))
            .price(1.0 + f64::from(figure(index, 997)) / 64.0)
            .unit_cost(0.5);
        product.private_label = figure(index, 13) == 0;
        product.rating = (figure(index, 3) > 0).then(|| f64::from(figure(index, 11)) / 2.0);
        product.return_rate = f64::from(figure(index, 17)) / 64.0;
        product
    });
    let quota = Effect::Quota { min: 4, first: 12 };
    let cap = |field: CapField, max: u32, first: u32| Effect::Cap { field, max, first };
    let rules = [
        rule("boost", Effect::Boost { percent: 30.0 }).when("product.attributes.size > 7"),
        rule("bury", Effect::Bury { percent: 40.0 }).when("product.price > 9.003"),
        rule("cap", cap(CapField::Brand, 2, 20)),
        rule("hide", Effect::Hide {}).when("product.sku.endsWith(\"7\")"),
        rule("quota", quota).when("product.private_label"),
        rule("reserve", Effect::Reserve { slots: vec![3, 9] }).when("product.rating < 1.1"),
    ];
    let mut case = build::case(products, rules);
    case.catalog.inventory.clear();
    case.rule_set.eligibility.in_stock = false;
    for (index, product) in (0..).zip(&case.catalog.products) {
        let popularity = f64::from(figure(index, 1009)) / 1024.0;
        case.signals
            .popularity
            .insert(product.sku.clone(), popularity);
        case.signals
            .relevance_anonymous
            .insert(product.sku.clone(), 1.0 - popularity);
    }
    let weights = &mut case.rule_set.objective.default.0;
    weights.extend([
        (Signal::Margin, 0.7),
        (Signal::Rating, 0.3),
        (Signal::ReturnRisk, 1.1),
    ]);
    case.request = case.request.page("shop").slots(48);
    case
}
