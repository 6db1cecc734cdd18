//! 1. The vector of a persona points where those of shoppers with its taste point, whether it is
//!    made of a shopper or of what it likes.
//! 2. What has all that is liked, and is not of its history, keeps the probability it has there.
//! 3. Like nobody and liking nothing is somebody unknown, to the bit.
//! 4. A model that was written and read makes the same persona.

use endcap_testkit::build::{ProductParts, catalog, product};

use super::*;
use crate::artifact::Source;
use crate::orders::tests::{Bought, orders};
use crate::{DAY_MICROS, Watch};

const TASTES: [&str; 4] = ["tea", "milk", "salt", "oil"];

/// Ten products of each taste.
fn retailer() -> Retailer {
    let products = (0..40).map(|number| {
        let category = TASTES[number % 4];
        product(&format!("p{number:02}")).in_category(category)
    });
    Retailer::build(&catalog(products)).unwrap()
}

/// Forty shoppers with eight orders of two products, most of them of one taste.
fn trained() -> Artifact {
    let names: Vec<[String; 3]> = (0..640)
        .map(|line| {
            let (order, shopper) = (line / 2, line / 2 % 40);
            let taste = if line % 9 == 0 { line % 4 } else { shopper % 4 };
            let of_taste = (line * 7 + line / 80 + shopper) % 10;
            [
                format!("o{order}"),
                format!("s{shopper:02}"),
                format!("p{:02}", 4 * of_taste + taste),
            ]
        })
        .collect();
    let line = |(number, [order, shopper, sku]): (usize, &'static [String; 3])| -> Bought<'static> {
        let day = number as i64 / 8;
        (order, Some(shopper), sku, day, 1.0)
    };
    let lines: Vec<Bought<'_>> = names.leak().iter().enumerate().map(line).collect();
    let source = Source {
        retailer: &retailer(),
        orders: &orders(&lines),
        snapshot: "5eed",
        now_micros: 81 * DAY_MICROS,
    };
    Artifact::train(source, 7, Watch::nobody()).unwrap()
}

/// How much two vectors point the same way.
fn cosine(a: &Quantised, b: &Quantised) -> f64 {
    let pairs = a.values.iter().zip(b.values);
    let dot: f64 = pairs.map(|(a, b)| f64::from(*a) * f64::from(b)).sum();
    dot * f64::from(a.scale * b.scale).signum() / f64::from(a.length() * b.length())
}

/// The taste whose shoppers a persona is most like, by the mean cosine of their vectors.
fn taste(artifact: &Artifact, persona: &Simulated) -> usize {
    let vector = persona.vector().unwrap().vector;
    let likeness = |taste: usize| -> f64 {
        let shoppers = (0..40).filter(|shopper| shopper % 4 == taste);
        let of = |shopper| artifact.model().shopper_vector(shopper as u32).unwrap();
        let cosines = shoppers.map(|shopper| cosine(&vector, &of(shopper).vector));
        cosines.sum()
    };
    let by_likeness = |a: &usize, b: &usize| likeness(*a).total_cmp(&likeness(*b));
    (0..4).max_by(by_likeness).unwrap()
}

fn likes(category: &str) -> Likes {
    Likes {
        categories: vec![category.to_owned()],
        ..Likes::default()
    }
}

#[test]
fn the_vector_points_where_those_of_its_taste_do() {
    let (artifact, retailer) = (trained(), retailer());
    for (number, category) in TASTES.iter().enumerate() {
        let liking = artifact.simulate(&retailer, &[], &likes(category));
        assert_eq!(taste(&artifact, &liking), number, "likes {category}");
        let like = artifact.simulate(&retailer, &[number as u32], &Likes::default());
        assert_eq!(taste(&artifact, &like), number, "like s{number:02}");
        let one_of_all = [0, 1, 2, 3].map(|other| other + 4 * number as u32);
        let beside = artifact.simulate(&retailer, &one_of_all, &likes(category));
        assert_eq!(taste(&artifact, &beside), number, "and likes {category}");
    }
}

#[test]
fn what_has_all_that_is_liked_keeps_its_probability() {
    let (artifact, retailer) = (trained(), retailer());
    let plain = Simulated::new(&retailer, artifact.model(), &[3], &likes("tea"));
    let persona = artifact.simulate(&retailer, &[3], &likes("tea"));
    let tea = (0..40).filter(|number| number % 4 == 0);
    for row in tea.map(|number| retailer.row(&format!("p{number:02}")).unwrap()) {
        let (got, want) = (persona.purchase()[row], plain.purchase()[row]);
        assert!(
            (got - want).abs() <= want / 4000.0 + 1e-7,
            "{got}, not {want}"
        );
    }
}

#[test]
fn like_nobody_and_liking_nothing_is_somebody_unknown() {
    let (artifact, retailer) = (trained(), retailer());
    let persona = artifact.simulate(&retailer, &[], &Likes::default());
    assert_eq!(persona.purchase(), artifact.unknown());
}

#[test]
fn a_model_that_was_read_makes_the_same_persona() {
    let (made, retailer) = (trained(), retailer());
    let read = Artifact::from_bytes(made.to_bytes()).unwrap();
    let [made, read] = [made, read].map(|model| model.simulate(&retailer, &[5], &likes("oil")));
    assert_eq!(made, read);
    let answers = made.purchase().iter();
    assert!(answers.copied().all(|p| p > 0.0 && p < 1.0));
}
