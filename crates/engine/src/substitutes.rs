//! The products that may stand in for others.

use std::collections::BTreeMap;

/// For every product, those of the catalogue that are named to stand in for it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Substitutes {
    /// Where each row's begin among the rows; one more than there are products.
    starts: Vec<u32>,
    rows: Vec<u32>,
    /// Of skus that the catalogue has no product of.
    of_others: BTreeMap<Box<str>, Vec<u32>>,
}

impl Substitutes {
    /// Of `products` products. `row` finds that of a sku; one that is not found stands in for nothing.
    pub(crate) fn build(
        products: usize,
        named: &BTreeMap<String, Vec<String>>,
        row: impl Fn(&str) -> Option<usize>,
    ) -> Self {
        let known = |named: &[String]| -> Vec<u32> {
            let rows = named.iter().filter_map(|sku| row(sku));
            rows.map(|row| row as u32).collect()
        };
        let mut of_others = BTreeMap::new();
        let mut by_row: Vec<(usize, &[String])> = Vec::with_capacity(named.len());
        for (sku, named) in named {
            match row(sku) {
                Some(row) => by_row.push((row, named)),
                None => {
                    of_others.insert(sku.as_str().into(), known(named));
                }
            }
        }
        by_row.sort_unstable_by_key(|(row, _)| *row);
        let mut by_row = by_row.into_iter().peekable();
        let mut starts = Vec::with_capacity(products + 1);
        let mut rows = Vec::new();
        for row in 0..products {
            starts.push(rows.len() as u32);
            if let Some((_, named)) = by_row.next_if(|(next, _)| *next == row) {
                rows.extend(known(named));
            }
        }
        starts.push(rows.len() as u32);
        rows.shrink_to_fit();
        Self {
            starts,
            rows,
            of_others,
        }
    }

    /// Those of a sku, given its row where it has one, in the order they are named.
    pub(crate) fn of(&self, sku: &str, row: Option<usize>) -> &[u32] {
        match row {
            Some(row) => &self.rows[self.starts[row] as usize..self.starts[row + 1] as usize],
            None => self.of_others.get(sku).map_or(&[], Vec::as_slice),
        }
    }

    /// Bytes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        (self.starts.capacity() + self.rows.capacity()) * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    //! Substitutes come in the order they are named; unknown ones stand in for nothing, and an
    //! unknown sku may have some.

    use super::*;

    #[test]
    fn substitutes_come_in_the_order_they_are_named() {
        let rows = ["c", "a", "b"];
        let row = |sku: &str| rows.iter().position(|other| *other == sku);
        let named = [
            ("a", vec!["b", "x", "c"]),
            ("b", vec!["a"]),
            ("x", vec!["c", "a"]),
        ];
        let owned = named.map(|(sku, named)| {
            let named = named.iter().map(|sku| (*sku).to_owned()).collect();
            (sku.to_owned(), named)
        });
        let substitutes = Substitutes::build(3, &owned.into(), row);
        let of = |sku| substitutes.of(sku, row(sku)).to_vec();
        assert_eq!(of("a"), [2, 0]);
        assert_eq!(of("b"), [1]);
        assert_eq!(of("x"), [0, 1]);
        assert!(of("c").is_empty() && of("y").is_empty());
    }
}
