//! TIFU-KNN: what shoppers with a like taste buy again and again (Hu et al., Modeling
//! Personalized Item Frequency Information for Next-basket Recommendation, SIGIR 2020).
//!
//! Two things differ from the paper: vectors are scaled to length 1 and neighbours are found by
//! cosine, each weighing as much, so that a shopper with few orders is not everybody's
//! neighbour.

use rayon::prelude::*;

use crate::LearnError;
use crate::history::History;
use crate::orders::Orders;
use crate::parts::Part;
use crate::progress::Watch;
use crate::sparse::{Scores, Sparse, largest};

/// How many neighbours there are.
const NEIGHBOURS: usize = 100;

/// The share of the shopper's own vector.
const OWN: f32 = 0.5;

/// The shoppers, each a vector of item frequencies of length 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbours {
    vectors: Sparse,
    /// The same by product.
    buyers: Sparse,
}

impl Neighbours {
    pub(crate) fn train(
        orders: &Orders,
        now_micros: i64,
        watch: Watch<'_>,
    ) -> Result<Self, LearnError> {
        let shoppers = orders.shoppers().len();
        let task = watch.task("reading what shoppers buy again", shoppers);
        let vectors: Result<Vec<_>, LearnError> = (0..shoppers)
            .into_par_iter()
            .map(|shopper| {
                task.step(1)?;
                Ok(vector(&History::of(orders, shopper, now_micros)))
            })
            .collect();
        let vectors = Sparse::new(vectors?);
        let buyers = vectors.transposed(orders.products().len());
        Ok(Self { vectors, buyers })
    }
}

/// The frequencies of a history, scaled to length 1.
fn vector(history: &History) -> Vec<(u32, f32)> {
    let squares = history.past.iter().map(|past| past.frequency.powi(2));
    let length = squares.sum::<f32>().sqrt();
    if length <= 0.0 {
        return Vec::new();
    }
    let scaled = |past: &crate::history::Past| (past.product, past.frequency / length);
    history.past.iter().map(scaled).collect()
}

impl Part for Neighbours {
    fn name(&self) -> &'static str {
        "TIFU-KNN"
    }

    fn score(&self, history: &History, scores: &mut Scores) {
        let own = vector(history);
        let mut alike = vec![0.0_f32; self.vectors.len()];
        for (product, value) in &own {
            for (shopper, theirs) in self.buyers.row(*product as usize) {
                alike[*shopper as usize] += value * theirs;
            }
        }
        let alike = alike
            .iter()
            .enumerate()
            .filter(|(_, cosine)| **cosine > 0.0);
        let mut alike: Vec<(u32, f32)> = alike.map(|(shopper, c)| (shopper as u32, *c)).collect();
        // The shopper itself comes first where it is one of those trained on.
        alike = largest(alike, NEIGHBOURS + 1);
        let itself = alike
            .iter()
            .position(|(shopper, _)| self.vectors.row(*shopper as usize) == own);
        if let Some(itself) = itself {
            alike.remove(itself);
        }
        let weight: f32 = alike.iter().map(|(_, cosine)| cosine).sum();
        for (product, value) in &own {
            scores.add(*product, OWN * value);
        }
        for (shopper, cosine) in &alike {
            let share = (1.0 - OWN) * cosine / weight;
            for (product, value) in self.vectors.row(*shopper as usize) {
                scores.add(*product, share * value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    //! Worked by hand: a shopper of two products, one neighbour, and one with nothing in common.

    use super::*;
    use crate::orders::tests::orders;

    #[test]
    fn a_score_is_half_the_own_vector_and_half_the_neighbours() {
        let orders = orders(&[
            ("1", Some("ann"), "milk", 1, 1.0),
            ("1", Some("ann"), "tea", 1, 1.0),
            ("2", Some("bob"), "salt", 1, 1.0),
            ("2", Some("bob"), "tea", 1, 1.0),
            ("3", Some("eve"), "wine", 1, 1.0),
        ]);
        let neighbours = Neighbours::train(&orders, 0, Watch::nobody()).unwrap();
        let mut scores = Scores::new(4);
        neighbours.score(&History::of(&orders, 0, 0), &mut scores);
        // Each vector has two numbers of √½; ann herself is no neighbour, so bob has all weight.
        let part = 0.5 * 0.5_f32.sqrt();
        // milk, salt, tea, wine
        let want = [part, part, 2.0 * part, 0.0];
        for (product, want) in want.into_iter().enumerate() {
            let got = scores.get(product as u32);
            assert!((got - want).abs() < 1e-6, "{product}: {got}");
        }
    }
}
