//! 1. The engine is answered with the blend's probabilities, and relevance follows from them.
//! 2. A product that never sold has half of what its kin have.
//! 3. A shopper nobody knows is answered like nobody, with the share of orders.

use endcap_engine::Model;
use endcap_vocab::{Catalog, Product};

use super::*;
use crate::orders::DAY_MICROS;
use crate::orders::tests::{Bought, orders};
use crate::{Training, Watch};

fn retailer() -> Retailer {
    let product = |(sku, category, brand): (&str, &str, &str)| Product {
        sku: sku.to_owned(),
        title: sku.to_owned(),
        category: category.to_owned(),
        brand: Some(brand.to_owned()),
        price: 2.0,
        unit_cost: 1.0,
        ..Product::default()
    };
    let products = [
        ("tea", "drinks/tea", "leaf"),
        ("tea-new", "drinks/tea", "leaf"),
        ("milk", "drinks/milk", "cow"),
        ("salt", "pantry", "sea"),
    ];
    let catalog = Catalog {
        currency: "EUR".to_owned(),
        products: products.map(product).to_vec(),
        ..Catalog::default()
    };
    Retailer::build(&catalog).unwrap()
}

/// Below it probabilities are kept as if they were no smaller.
const LEAST: f64 = 1.2e-7;

const NOW: i64 = 60 * DAY_MICROS;

fn model() -> (VectorModel, Blend, Orders) {
    let names: Vec<String> = (0..60).map(|order| format!("{order}")).collect();
    let lines: Vec<Bought<'_>> = names
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let (shopper, sku) = [("ann", "tea"), ("bob", "milk"), ("eve", "gone")][i % 3];
            (name.as_str(), Some(shopper), sku, i as i64, 1.0)
        })
        .collect();
    let orders = orders(&lines);
    let blend = Blend::train(&orders, NOW, Training::default(), Watch::nobody()).unwrap();
    let layout = Layout::of_retailer(&blend, &orders, &retailer());
    let shopper = |number: usize| {
        let history = History::of(&orders, number, NOW);
        layout.shopper(&orders.shoppers()[number], &history)
    };
    let model = layout.model((0..3).map(shopper));
    (model, blend, orders)
}

fn predict(model: &VectorModel, shopper: Option<&str>) -> (Vec<f64>, Vec<f64>) {
    let (mut relevance, mut purchase) = (vec![9.0; 4], vec![9.0; 4]);
    let shopper = shopper.and_then(|id| model.shopper(id));
    model.predict(shopper, 0..4, &mut relevance, &mut purchase);
    (relevance, purchase)
}

#[test]
fn the_engine_is_answered_with_the_blends_probabilities() {
    let (model, blend, orders) = model();
    let (relevance, purchase) = predict(&model, Some("ann"));
    let row = |sku: &str| retailer().row(sku).unwrap();
    for prediction in blend.predict(&History::of(&orders, 0, NOW)) {
        let sku = &orders.products()[prediction.product as usize];
        if **sku != *"gone" {
            let got = purchase[row(sku)];
            let off_by = prediction.probability / 4000.0 + LEAST;
            assert!(
                (got - prediction.probability).abs() <= off_by,
                "{sku}: {got}"
            );
        }
    }
    assert!(purchase[row("tea")] > purchase[row("milk")]);
    for (relevance, purchase) in relevance.iter().zip(&purchase) {
        let want = purchase / (purchase + model.base_rate());
        assert!((relevance - want).abs() < 1e-12);
    }
}

#[test]
fn a_product_that_never_sold_has_half_of_what_its_kin_have() {
    let (model, ..) = model();
    let row = |sku: &str| retailer().row(sku).unwrap();
    for shopper in [None, Some("ann"), Some("bob")] {
        let (_, purchase) = predict(&model, shopper);
        let half = purchase[row("tea")] / 2.0;
        let got = purchase[row("tea-new")];
        assert!((got - half).abs() < half / 2000.0 + LEAST, "{purchase:?}");
        assert!(
            purchase[row("salt")] > 0.0,
            "like anything in the catalogue"
        );
    }
    assert_eq!(model.popularity()[row("tea-new")], 0.0);
}

#[test]
fn a_shopper_nobody_knows_is_answered_like_nobody_with_the_share_of_orders() {
    let (model, blend, orders) = model();
    assert_eq!(predict(&model, Some("a stranger")), predict(&model, None));
    let (_, purchase) = predict(&model, None);
    for (product, share) in blend.parts().popularity.of_orders().iter().enumerate() {
        if let Some(row) = retailer().row(&orders.products()[product]) {
            assert!((purchase[row] - share).abs() < 1e-6 * share);
        }
    }
    // Nor does the model tell apart who has no history.
    let nobody = Layout::of_orders(&blend, &orders).shopper("nobody", &History::default());
    assert!(nobody.own.is_empty() && nobody.vector.scale == 0.0 && nobody.bias == 0.0);
}
