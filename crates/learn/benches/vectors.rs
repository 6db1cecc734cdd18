//! How long a model of vectors takes to predict 100,000 products for one shopper, and to find the
//! best 24 of them for 128: `cargo bench -p endcap-learn`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use endcap_engine::Model;
use endcap_learn::{
    DIMENSIONS, ItemVector, ItemVectors, Logistic, Quantised, ShopperVector, VectorModel,
};

const PRODUCTS: usize = 100_000;

/// A vector of numbers in no order, the same everywhere.
fn vector(of: usize) -> Quantised {
    let number = |at: usize| ((of * DIMENSIONS + at) * 7_919 % 10_007) as f32 / 10_007.0 - 0.5;
    Quantised::new(&std::array::from_fn(number))
}

fn predict(criterion: &mut Criterion) {
    let items = (0..PRODUCTS).map(|row| ItemVector {
        vector: vector(row),
        bias: 0.1,
        popularity: (row % 100) as f64 / 100.0,
    });
    let shopper = ShopperVector {
        id: "S1".into(),
        vector: vector(PRODUCTS),
        bias: 0.0,
        ceiling: ShopperVector::NO_CEILING,
        own: (0..20).map(|row| (row * 97, 0.4)).collect(),
    };
    let logistic = Logistic {
        slope: 1.5,
        offset: -3.0,
    };
    let model = VectorModel::new(items, [shopper], logistic, 0.01);
    let shopper = model.shopper("S1");
    let (mut relevance, mut purchase) = (vec![0.0; PRODUCTS], vec![0.0; PRODUCTS]);
    criterion.bench_function("predict", |bench| {
        bench.iter(|| {
            model.predict(
                black_box(shopper),
                0..PRODUCTS,
                &mut relevance,
                &mut purchase,
            );
        });
    });
    let (mut relevance, mut purchase) = (vec![0.0_f32; PRODUCTS], vec![0.0_f32; PRODUCTS]);
    criterion.bench_function("estimate", |bench| {
        bench.iter(|| {
            model.estimate(
                black_box(shopper),
                0..PRODUCTS,
                &mut relevance,
                &mut purchase,
            );
        });
    });
}

fn top(criterion: &mut Criterion) {
    let items = ItemVectors::new((0..PRODUCTS).map(|row| (vector(row), 0.0)));
    let shoppers: Vec<Quantised> = (0..128).map(|shopper| vector(PRODUCTS + shopper)).collect();
    criterion.bench_function("top", |bench| {
        bench.iter(|| items.top(black_box(&shoppers), 24));
    });
}

criterion_group!(benches, predict, top);
criterion_main!(benches);
