//! EASE: weights from product to product in closed form (Steck, Embarrassingly Shallow
//! Autoencoders for Sparse Data, WWW 2019).

use faer::linalg::solvers::DenseSolveCore;
use faer::{Mat, Side};
use rayon::prelude::*;

use crate::LearnError;
use crate::history::History;
use crate::parts::Part;
use crate::progress::Watch;
use crate::sparse::{Scores, Sparse, largest};

/// The penalty on weights.
const LAMBDA: f64 = 200.0;

/// Best sellers that have weights: memory grows with the square of them, time with the cube.
const MOST_PRODUCTS: usize = 5000;

/// Weights kept of each product.
const KEEP: usize = 200;

/// The days after which a purchase counts half: a place in the half-lives of a history.
const LASTING: usize = 4;

/// For each of the best sellers, what buying it says of the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Ease {
    rows: Sparse,
}

impl Ease {
    pub(crate) fn train(
        bought: &Sparse,
        buyers: &Sparse,
        watch: Watch<'_>,
    ) -> Result<Self, LearnError> {
        Self::with(LAMBDA, KEEP, (bought, buyers), watch)
    }

    fn with(
        lambda: f64,
        keep: usize,
        (bought, buyers): (&Sparse, &Sparse),
        watch: Watch<'_>,
    ) -> Result<Self, LearnError> {
        let task = watch.task("solving for weights between best sellers", 3);
        let chosen = best_sellers(buyers);
        task.step(0)?;
        let mut gram = co_purchases(&chosen, bought, buyers);
        for product in 0..chosen.len() {
            gram[(product, product)] += lambda;
        }
        task.step(1)?;
        // Positive definite: a Gram matrix, and lambda > 0 on its diagonal.
        let Ok(solved) = gram.llt(Side::Lower) else {
            return Ok(Self {
                rows: Sparse::new(vec![Vec::new(); buyers.len()]),
            });
        };
        drop(gram);
        task.step(1)?;
        let inverse = solved.inverse();
        task.step(1)?;
        // Weights are B[i][j] = −P[i][j] / P[j][j], and none from a product to itself.
        let weights = |place: usize| {
            let to = (0..chosen.len()).filter(|other| *other != place);
            let row = to.map(|other| {
                let weight = -inverse[(place, other)] / inverse[(other, other)];
                (chosen[other], weight as f32)
            });
            largest(row.collect(), keep)
        };
        let solved: Vec<_> = (0..chosen.len()).into_par_iter().map(weights).collect();
        let mut rows = vec![Vec::new(); buyers.len()];
        for (product, row) in chosen.iter().zip(solved) {
            rows[*product as usize] = row;
        }
        Ok(Self {
            rows: Sparse::new(rows),
        })
    }
}

/// The products with most buyers, ascending by number; none without a buyer.
fn best_sellers(buyers: &Sparse) -> Vec<u32> {
    let count = |product: &u32| buyers.row(*product as usize).len();
    let mut products: Vec<u32> = (0..buyers.len() as u32)
        .filter(|product| count(product) > 0)
        .collect();
    products.sort_by(|a, b| count(b).cmp(&count(a)).then(a.cmp(b)));
    products.truncate(MOST_PRODUCTS);
    products.sort_unstable();
    products
}

/// How many shoppers bought both of two products.
fn co_purchases(chosen: &[u32], bought: &Sparse, buyers: &Sparse) -> Mat<f64> {
    let mut place = vec![None; buyers.len()];
    for (index, product) in chosen.iter().enumerate() {
        place[*product as usize] = Some(index);
    }
    let columns: Vec<Vec<f64>> = chosen
        .par_iter()
        .map(|product| {
            let mut column = vec![0.0; chosen.len()];
            for (shopper, _) in buyers.row(*product as usize) {
                for (other, _) in bought.row(*shopper as usize) {
                    if let Some(other) = place[*other as usize] {
                        column[other] += 1.0;
                    }
                }
            }
            column
        })
        .collect();
    Mat::from_fn(chosen.len(), chosen.len(), |row, column| {
        columns[column][row]
    })
}

impl Part for Ease {
    fn name(&self) -> &'static str {
        "EASE"
    }

    fn score(&self, history: &History, scores: &mut Scores) {
        for past in &history.past {
            for (product, weight) in self.rows.row(past.product as usize) {
                scores.add(*product, weight * past.faded[LASTING].sqrt());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    //! 1. Weights are those of a plain inverse.
    //! 2. Few buyers of many products are no trouble.

    use super::*;

    const BOUGHT: [&[u32]; 5] = [&[0, 1], &[0, 1, 2], &[2], &[1, 3], &[0, 3]];

    fn sparse(rows: &[&[u32]]) -> Sparse {
        let entries = |row: &&[u32]| row.iter().map(|column| (*column, 1.0)).collect();
        Sparse::new(rows.iter().map(entries))
    }

    /// The inverse by Gauss and Jordan.
    fn inverse(mut matrix: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
        let size = matrix.len();
        for (row, values) in matrix.iter_mut().enumerate() {
            values.extend((0..size).map(|column| f64::from(u8::from(column == row))));
        }
        for pivot in 0..size {
            let by = matrix[pivot][pivot];
            matrix[pivot].iter_mut().for_each(|value| *value /= by);
            let from = matrix[pivot].clone();
            for (row, values) in matrix.iter_mut().enumerate() {
                let times = values[pivot];
                if row != pivot {
                    values
                        .iter_mut()
                        .zip(&from)
                        .for_each(|(value, from)| *value -= times * from);
                }
            }
        }
        matrix.into_iter().map(|row| row[size..].to_vec()).collect()
    }

    #[test]
    fn weights_are_those_of_a_plain_inverse() {
        let lambda = 2.0;
        let bought = sparse(&BOUGHT);
        let ease = Ease::with(
            lambda,
            10,
            (&bought, &bought.transposed(4)),
            Watch::nobody(),
        );
        let ease = ease.unwrap();
        let together = |a: u32, b: u32| {
            let both = BOUGHT
                .iter()
                .filter(|row| row.contains(&a) && row.contains(&b));
            both.count() as f64 + if a == b { lambda } else { 0.0 }
        };
        let gram = (0..4).map(|a| (0..4).map(|b| together(a, b)).collect());
        let inverse = inverse(gram.collect());
        for (from, inverted) in inverse.iter().enumerate() {
            let row = ease.rows.row(from);
            let to: Vec<u32> = row.iter().map(|(to, _)| *to).collect();
            let others = (0..4).filter(|to| *to as usize != from);
            assert_eq!(to, others.collect::<Vec<u32>>());
            for (to, weight) in row {
                let to = *to as usize;
                let want = -inverted[to] / inverse[to][to];
                assert!((f64::from(*weight) - want).abs() < 1e-6, "{from} {to}");
            }
        }
    }

    #[test]
    fn products_without_buyers_have_no_weights() {
        let bought = sparse(&[&[1]]);
        let ease = Ease::train(&bought, &bought.transposed(3), Watch::nobody()).unwrap();
        assert!((0..3).all(|product| ease.rows.row(product).is_empty()));
        let nothing = sparse(&[]);
        assert!(Ease::train(&nothing, &nothing.transposed(0), Watch::nobody()).is_ok());
    }
}
