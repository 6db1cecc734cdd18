//! Every way of asking a model of vectors gives what its plain reading gives, and no bound is below it.

use endcap_testkit::levels;

use super::*;

/// Numbers from −1 to 1 that follow from a seed.
pub(crate) fn numbers(seed: u32) -> [f32; DIMENSIONS] {
    let mut state = seed;
    std::array::from_fn(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    })
}

fn model() -> VectorModel {
    let items = (0..1000_u32).map(|row| ItemVector {
        vector: Quantised::new(&numbers(row + 1)),
        bias: -(row as f32) / 200.0,
        popularity: f64::from(row) / 1000.0,
    });
    let shoppers = (0..3_u32).map(|shopper| ShopperVector {
        id: format!("s{shopper}").into(),
        vector: Quantised::new(&numbers(9999 + shopper)),
        bias: shopper as f32 / 2.0,
        ceiling: [ShopperVector::NO_CEILING, -0.5][shopper as usize / 2],
        own: vec![(5, 0.5), (255, 0.25), (256, 1.0), (999, 0.125)],
    });
    let logistic = Logistic {
        slope: 1.5,
        offset: -2.0,
    };
    VectorModel::new(items, shoppers, logistic, 0.01)
}

/// The model on every kind of vectors, with either meaning of what is a shopper's own.
fn models() -> impl Iterator<Item = VectorModel> {
    let with = |level, own| model().with_own(own).on(level);
    let both = move |level| [with(level, Own::Beside), with(level, Own::Instead)];
    levels().into_iter().flat_map(both)
}

#[test]
fn every_kind_of_vector_gives_the_bits_of_the_plain_reading() {
    for model in models() {
        for shopper in ["s0", "s2", "a stranger"] {
            let shopper = model.shopper(shopper);
            for rows in [0..1000, 1..2, 3..300, 700..1000, 10..10] {
                let mut relevance = vec![9.0; rows.len()];
                let mut purchase = vec![9.0; rows.len()];
                model.predict(shopper, rows.clone(), &mut relevance, &mut purchase);
                for (at, row) in rows.enumerate() {
                    let got = (relevance[at].to_bits(), purchase[at].to_bits());
                    let (relevance, purchase) = model.plain(shopper, row);
                    let expected = (relevance.to_bits(), purchase.to_bits());
                    assert_eq!(got, expected, "{:?}, {shopper:?}, row {row}", model.level);
                    let (relevance, purchase) = model.predict_one(shopper, row);
                    assert_eq!((relevance.to_bits(), purchase.to_bits()), expected);
                }
            }
        }
    }
}

#[test]
fn rows_in_any_order_are_answered_as_all_are_and_none_is_above_the_most() {
    let rows: Vec<u32> = (0..1000).map(|at| at * 7 % 1000).collect();
    for model in models() {
        let (mut most_relevance, mut most_purchase) = (vec![0.0; 1000], vec![0.0; 1000]);
        model.most(0..1000, &mut most_relevance, &mut most_purchase);
        for shopper in ["s0", "s1", "s2", "a stranger"] {
            let shopper = model.shopper(shopper);
            let own = shopper.map_or_else(Vec::new, |shopper| model.own(shopper));
            let (mut relevance, mut purchase) = (vec![9.0; 1000], vec![9.0; 1000]);
            model.predict_rows(shopper, &rows, &mut relevance, &mut purchase);
            for (at, row) in rows.iter().enumerate() {
                let got = (relevance[at].to_bits(), purchase[at].to_bits());
                let expected = model.plain(shopper, *row as usize);
                assert_eq!(got, (expected.0.to_bits(), expected.1.to_bits()), "{row}");
                let most = [most_relevance[*row as usize], most_purchase[*row as usize]];
                let is_own = own.contains(row);
                let (mut others, mut bought) = ([9.0], [9.0]);
                model.predict_others(shopper, &[*row], &mut others, &mut bought);
                assert!(is_own || (others[0].to_bits(), bought[0].to_bits()) == got);
                assert!(is_own || relevance[at] <= f64::from(most[0]), "{row}");
                assert!(is_own || purchase[at] <= f64::from(most[1]), "{row}");
            }
        }
    }
}

#[test]
fn an_estimate_is_no_farther_off_than_it_says() {
    for model in models() {
        let off_by = f64::from(model.off_by());
        assert!(off_by < 1e-4, "{off_by}");
        for shopper in ["s0", "s2", "a stranger"] {
            let shopper = model.shopper(shopper);
            for rows in [0..1000, 1..2, 3..300, 700..1000, 10..10] {
                let mut relevance = vec![9.0; rows.len()];
                let mut purchase = vec![9.0; rows.len()];
                model.estimate(shopper, rows.clone(), &mut relevance, &mut purchase);
                for (at, row) in rows.enumerate() {
                    let exact = model.plain(shopper, row);
                    let got = (f64::from(relevance[at]), f64::from(purchase[at]));
                    assert!((got.0 - exact.0).abs() <= off_by, "{got:?} {exact:?}");
                    assert!((got.1 - exact.1).abs() <= off_by, "{got:?} {exact:?}");
                }
            }
        }
    }
}

#[test]
fn an_entry_counts_beside_the_vectors_or_instead_of_them() {
    let (beside, instead) = (model(), model().with_own(Own::Instead));
    let shopper = beside.shopper("s1");
    let purchase = |model: &VectorModel, row| model.predict_one(shopper, row).1;
    // Row 5 has the entry 0.5.
    let vectors = 2.0 * purchase(&beside, 5) - 1.0;
    let others = (purchase(&beside, 6), purchase(&instead, 6));
    assert!(vectors > 0.0 && others.0 == others.1);
    assert_eq!(purchase(&instead, 5), 0.5);
    let alone = ShopperVector {
        own: Vec::new(),
        ..beside.shopper_vector(1).unwrap()
    };
    let (mut relevance, mut got) = ([0.0], [0.0]);
    beside.predict_for(&alone, 5..6, &mut relevance, &mut got);
    assert!((got[0] - vectors).abs() < 1e-12);
}

#[test]
fn a_vector_is_kept_to_half_a_step() {
    let vector = numbers(7);
    let quantised = Quantised::new(&vector);
    for (value, whole) in vector.iter().zip(quantised.values) {
        let step = quantised.scale;
        assert!((value - f32::from(whole) * step).abs() <= 0.501 * step);
    }
    for odd in [
        [0.0; DIMENSIONS],
        [f32::NAN; DIMENSIONS],
        [f32::INFINITY; DIMENSIONS],
    ] {
        assert_eq!(Quantised::new(&odd).values, [0; DIMENSIONS]);
    }
}
