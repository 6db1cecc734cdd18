//! 1. Whatever the orders, a blend has probabilities between 0 and 1, never NaN.
//! 2. A blend is the same at any number of threads, and whatever the order of the lines.
//! 3. A shopper with 10,000 orders is a shopper like any other.
//! 4. A cancelled training ends.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::ops::ControlFlow;

use endcap_learn::evaluate::Evaluation;
use endcap_learn::{
    Blend, DAY_MICROS, HeldOut, History, LearnError, Orders, Split, Training, Watch,
};
use endcap_vocab::OrderColumns;
use proptest::prelude::*;

/// A line: order, shopper (9 is nobody), product, day, units.
type Line = (u8, u8, u8, i64, f64);

fn columns(lines: &[Line]) -> OrderColumns {
    let names = ["o", "s", "p"];
    let names = names
        .iter()
        .flat_map(|kind| (0..=255).map(move |n| format!("{kind}{n}").into()));
    let mut columns = OrderColumns {
        names: names.collect(),
        ..OrderColumns::default()
    };
    for (order, shopper, product, day, quantity) in lines {
        columns.order.push(u32::from(*order));
        let nobody = *shopper == 9;
        columns.shopper.push(if nobody {
            OrderColumns::NOBODY
        } else {
            256 + u32::from(*shopper)
        });
        columns.sku.push(512 + u32::from(*product));
        columns.at_micros.push(day.saturating_mul(DAY_MICROS));
        columns.quantity.push(*quantity);
    }
    columns
}

fn train(orders: &Orders, window: Option<Split>) -> Blend {
    let training = Training {
        window,
        ..Training::default()
    };
    Blend::train(orders, 100 * DAY_MICROS, training, Watch::nobody()).unwrap()
}

fn check(orders: &Orders, window: Option<Split>) {
    let blend = train(orders, window);
    let nobody = std::iter::once(History::default());
    let shoppers =
        (0..orders.shoppers().len()).map(|shopper| History::of(orders, shopper, 100 * DAY_MICROS));
    for history in nobody.chain(shoppers) {
        for prediction in blend.predict(&history) {
            let p = prediction.probability;
            assert!((0.0..=1.0).contains(&p), "{prediction:?}");
        }
        for part in blend.parts().all() {
            let mut scores = endcap_learn::Scores::new(orders.products().len());
            part.score(&history, &mut scores);
            let finite = (0..orders.products().len() as u32).all(|p| scores.get(p).is_finite());
            assert!(finite, "{}", part.name());
        }
    }
}

fn line() -> impl Strategy<Value = Line> {
    let day = prop_oneof![8 => 0..100_i64, 1 => 100..200_i64, 1 => any::<i64>()];
    let units = prop_oneof![
        8 => Just(1.0),
        1 => Just(-1.0),
        1 => prop_oneof![Just(0.0), Just(f64::NAN), Just(f64::INFINITY)],
    ];
    (0..30_u8, 0..10_u8, 0..12_u8, day, units)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_orders_give_probabilities(lines in prop::collection::vec(line(), 0..60)) {
        let orders = Orders::new(&columns(&lines), 100 * DAY_MICROS);
        for window in [None, Some(Split::LastOrder), Some(Split::At(50 * DAY_MICROS))] {
            check(&orders, window);
        }
    }
}

/// Lines of many shoppers with a habit each.
fn habits() -> Vec<Line> {
    let line = |i: u32| {
        let shopper = (i / 30 % 8) as u8;
        let product = if i.is_multiple_of(3) {
            shopper
        } else {
            (i * 7 % 40) as u8
        };
        ((i % 200) as u8, shopper, product, i64::from(i % 97), 1.0)
    };
    (0..1500).map(line).collect()
}

#[test]
fn a_blend_is_the_same_at_any_number_of_threads_and_for_any_order_of_lines() {
    let mut lines = habits();
    let predict = |lines: &[Line], threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let orders = Orders::new(&columns(lines), 100 * DAY_MICROS);
            let blend = train(&orders, None);
            let shoppers = 0..orders.shoppers().len();
            let histories = shoppers.map(|s| History::of(&orders, s, 100 * DAY_MICROS));
            histories
                .map(|history| blend.predict(&history))
                .collect::<Vec<_>>()
        })
    };
    let alone = predict(&lines, 1);
    assert_eq!(alone.len(), 8);
    assert_eq!(alone, predict(&lines, 3));
    lines.reverse();
    assert_eq!(alone, predict(&lines, 2));
}

#[test]
fn one_order_one_product_and_one_shopper_give_a_result_or_a_sentence() {
    let one = Orders::new(&columns(&[(1, 1, 1, 10, 1.0)]), 100 * DAY_MICROS);
    check(&one, None);
    check(&Orders::default(), None);
    let returns = Orders::new(&columns(&[(1, 1, 1, 10, -1.0)]), 100 * DAY_MICROS);
    assert!(returns.is_empty());
    let held = HeldOut::new(&one, Split::LastOrder);
    let Err(error) = Evaluation::new(&held, 1) else {
        panic!("nothing can be evaluated");
    };
    assert!(
        error
            .to_string()
            .contains("no shopper has orders both before and after")
    );
}

#[test]
fn a_shopper_with_ten_thousand_orders_is_one_like_any_other() {
    let mut columns = columns(&habits());
    for order in 0..10_000_i64 {
        columns.names.push(format!("many{order}").into());
        columns.order.push(columns.names.len() as u32 - 1);
        columns.shopper.push(256 + 200);
        columns.sku.push(512 + (order % 50) as u32);
        columns.at_micros.push(order % 100 * DAY_MICROS);
        columns.quantity.push(1.0);
    }
    check(&Orders::new(&columns, 100 * DAY_MICROS), None);
}

#[test]
fn a_cancelled_training_ends() {
    let orders = Orders::new(&columns(&habits()), 100 * DAY_MICROS);
    let cancel = |_| ControlFlow::Break(());
    let trained = Blend::train(&orders, 0, Training::default(), Watch::new(&cancel));
    assert!(matches!(trained, Err(LearnError::Cancelled)));
}

#[test]
fn whoever_buys_one_thing_again_and_again_is_told_so_first() {
    let orders = Orders::new(&columns(&habits()), 100 * DAY_MICROS);
    let held = HeldOut::new(&orders, Split::At(80 * DAY_MICROS));
    let training = Training::default();
    let blend = Blend::train(&held.known, held.now_micros, training, Watch::nobody()).unwrap();
    let evaluation = Evaluation::new(&held, 1).unwrap();
    let figures = evaluation.of(&blend, true, Watch::nobody()).unwrap();
    assert_eq!(figures.all.cases, 8);
    assert_eq!(figures.all.reciprocal_rank.mean, 1.0, "{figures:?}");
}
