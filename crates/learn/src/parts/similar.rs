//! Products bought by the same shoppers: cosine with shrinkage.

use rayon::prelude::*;

use crate::LearnError;
use crate::history::History;
use crate::parts::Part;
use crate::progress::Watch;
use crate::sparse::{Scores, Sparse, largest};

/// So much is added to the denominator: few buyers in common are no evidence.
const SHRINKAGE: f32 = 20.0;

/// Similar products kept of each product.
const KEEP: usize = 200;

/// The days after which a purchase counts half: a place in the half-lives of a history.
const LATELY: usize = 2;

/// For each product the products most like it.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    rows: Sparse,
}

impl Similar {
    pub(crate) fn train(
        bought: &Sparse,
        buyers: &Sparse,
        watch: Watch<'_>,
    ) -> Result<Self, LearnError> {
        let task = watch.task("finding similar products", buyers.len());
        let rows: Result<Vec<_>, LearnError> = (0..buyers.len())
            .into_par_iter()
            .map_init(
                || Scores::new(buyers.len()),
                |together, product| {
                    task.step(1)?;
                    Ok(similar_to(product, (bought, buyers), together))
                },
            )
            .collect();
        Ok(Self {
            rows: Sparse::new(rows?),
        })
    }

    /// The products most like one, with how much: ascending by product.
    #[must_use]
    pub fn of(&self, product: u32) -> &[(u32, f32)] {
        self.rows.row(product as usize)
    }
}

/// The products most like one, found in scores that are zeros and are left as such.
pub(crate) fn similar_to(
    product: usize,
    (bought, buyers): (&Sparse, &Sparse),
    together: &mut Scores,
) -> Vec<(u32, f32)> {
    for (shopper, _) in buyers.row(product) {
        for (other, _) in bought.row(*shopper as usize) {
            together.add(*other, 1.0);
        }
    }
    let count = |product: usize| buyers.row(product).len() as f32;
    let others = together.best_unsorted(usize::MAX).into_iter();
    let similar = others
        .filter(|other| *other as usize != product)
        .map(|other| {
            let size = (count(product) * count(other as usize)).sqrt();
            (other, together.get(other) / (size + SHRINKAGE))
        })
        .collect();
    together.clear();
    largest(similar, KEEP)
}

impl Part for Similar {
    fn name(&self) -> &'static str {
        "similar products"
    }

    fn score(&self, history: &History, scores: &mut Scores) {
        for past in &history.past {
            for (product, similarity) in self.of(past.product) {
                scores.add(*product, similarity * past.faded[LATELY]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similarity_is_the_shrunk_cosine_of_buyers() {
        // Product 0 has three buyers, 1 two of them and one more, 2 one that is nobody else's.
        let rows: [&[u32]; 5] = [&[0, 1], &[0, 1], &[0], &[1], &[2]];
        let entries = |row: &&[u32]| row.iter().map(|column| (*column, 1.0)).collect();
        let bought = Sparse::new(rows.iter().map(entries));
        let similar = Similar::train(&bought, &bought.transposed(3), Watch::nobody()).unwrap();
        let want = 2.0 / (3.0 + SHRINKAGE);
        assert_eq!(similar.of(0), [(1, want)]);
        assert_eq!(similar.of(1), [(0, want)]);
        assert_eq!(similar.of(2), []);
    }
}
