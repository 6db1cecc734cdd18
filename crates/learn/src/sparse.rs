//! Rows of few numbers, and a row that is being summed up.

use rayon::prelude::*;

use crate::orders::Orders;

/// After so many lines, older orders of a shopper say nothing of what is bought together:
/// whoever bought everything costs the square of it.
const MOST_LINES: usize = 5000;

/// Rows of few numbers that are not zero, each with its column; ascending by column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sparse {
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
}

impl Sparse {
    pub(crate) fn new(rows: impl IntoIterator<Item = Vec<(u32, f32)>>) -> Self {
        let mut sparse = Self {
            starts: vec![0],
            entries: Vec::new(),
        };
        for row in rows {
            sparse.entries.extend(row);
            sparse.starts.push(sparse.entries.len());
        }
        sparse
    }

    /// What each shopper bought, with the number of orders; nobody's orders are left out.
    pub(crate) fn bought(orders: &Orders) -> Self {
        let rows: Vec<Vec<(u32, f32)>> = (0..orders.shoppers().len())
            .into_par_iter()
            .map(|shopper| {
                let mut products: Vec<u32> = Vec::new();
                // The latest first.
                for order in orders.of(shopper).rev() {
                    products.extend_from_slice(orders.basket(order));
                    if products.len() > MOST_LINES {
                        break;
                    }
                }
                products.sort_unstable();
                let same = products.chunk_by(|a, b| a == b);
                same.map(|same| (same[0], same.len() as f32)).collect()
            })
            .collect();
        Self::new(rows)
    }

    /// The same with other numbers in their places.
    pub(crate) fn map(&self, number: impl Fn(f32) -> f32 + Sync) -> Self {
        let entries = self.entries.par_iter();
        Self {
            starts: self.starts.clone(),
            entries: entries
                .map(|(column, value)| (*column, number(*value)))
                .collect(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub(crate) fn row(&self, row: usize) -> &[(u32, f32)] {
        &self.entries[self.starts[row]..self.starts[row + 1]]
    }

    /// Columns as rows.
    pub(crate) fn transposed(&self, columns: usize) -> Self {
        let mut starts = vec![0_usize; columns + 1];
        for (column, _) in &self.entries {
            starts[*column as usize + 1] += 1;
        }
        for column in 0..columns {
            starts[column + 1] += starts[column];
        }
        let mut next = starts.clone();
        let mut entries = vec![(0, 0.0); self.entries.len()];
        for row in 0..self.len() {
            for (column, value) in self.row(row) {
                let place = &mut next[*column as usize];
                entries[*place] = (row as u32, *value);
                *place += 1;
            }
        }
        Self { starts, entries }
    }
}

/// The largest `keep` by size, ascending by column; the lower column of equals.
pub(crate) fn largest(mut row: Vec<(u32, f32)>, keep: usize) -> Vec<(u32, f32)> {
    if row.len() > keep {
        let by_size =
            |a: &(u32, f32), b: &(u32, f32)| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0));
        row.select_nth_unstable_by(keep, by_size);
        row.truncate(keep);
    }
    row.sort_unstable_by_key(|(column, _)| *column);
    row
}

/// A row of numbers in which few are not zero, summed up one by one.
#[derive(Debug, Clone, Default)]
pub struct Scores {
    values: Vec<f32>,
    is_touched: Vec<bool>,
    /// Each once.
    touched: Vec<u32>,
}

impl Scores {
    /// Zeros.
    #[must_use]
    pub fn new(products: usize) -> Self {
        Self {
            values: vec![0.0; products],
            is_touched: vec![false; products],
            touched: Vec::new(),
        }
    }

    /// Adds to the score of a product.
    pub fn add(&mut self, product: u32, score: f32) {
        if !self.is_touched[product as usize] {
            self.is_touched[product as usize] = true;
            self.touched.push(product);
        }
        self.values[product as usize] += score;
    }

    /// The score of a product.
    #[must_use]
    pub fn get(&self, product: u32) -> f32 {
        self.values[product as usize]
    }

    /// The largest score; 0 without one above 0.
    #[must_use]
    pub fn largest(&self) -> f32 {
        let scores = self.touched.iter().map(|product| self.get(*product));
        scores.fold(0.0, f32::max)
    }

    /// The products of the `most` highest scores above 0; the lower number of equals.
    #[must_use]
    pub fn best_unsorted(&self, most: usize) -> Vec<u32> {
        let above = self
            .touched
            .iter()
            .filter(|product| self.get(**product) > 0.0);
        let mut best: Vec<u32> = above.copied().collect();
        if best.len() > most {
            let descending =
                |a: &u32, b: &u32| self.get(*b).total_cmp(&self.get(*a)).then(a.cmp(b));
            best.select_nth_unstable_by(most, descending);
            best.truncate(most);
        }
        best
    }

    /// Back to zeros.
    pub fn clear(&mut self) {
        for product in self.touched.drain(..) {
            self.values[product as usize] = 0.0;
            self.is_touched[product as usize] = false;
        }
    }
}
