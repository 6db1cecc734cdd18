//! Products found by words.

use rayon::prelude::*;

use crate::Workspace;
use crate::word_index::{WordIndex, words_of};

/// A product that a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductHit {
    /// Which product.
    pub sku: String,
    /// What a shopper reads.
    pub title: String,
    /// The name on it.
    pub brand: Option<String>,
    /// Category path.
    pub category: String,
    /// The retailer's own brand.
    pub private_label: bool,
    /// Regular price.
    pub price: f64,
}

/// In a line of the index, between a product's texts.
const BETWEEN: char = '\u{1}';

/// In a line of the index, before the sku, which a shopper's search does not read.
const BEFORE_SKU: char = '\u{2}';

impl Workspace {
    /// Finds products by words, each of which must be part of a sku, title, brand or category.
    ///
    /// The product of that very sku comes first, then those whose sku or title begins with the
    /// first word, then the others, each part in the order of the tree; no words find all. The
    /// first search lower-cases every text, so it belongs off the interface's thread.
    #[must_use]
    pub fn find_products(&self, text: &str, limit: usize) -> Vec<ProductHit> {
        let words = words_of(text);
        let index = self.product_index();
        let rows = index.rows_with(&words);
        let part_of = |row: &usize| match words.first() {
            Some(first) => nearness(index.line(*row), first),
            None => 2,
        };
        let part_of_rows: Vec<usize> = rows.par_iter().map(part_of).collect();
        let mut parts: [Vec<usize>; 3] = Default::default();
        for (row, part) in rows.into_iter().zip(part_of_rows) {
            if parts[part].len() < limit {
                parts[part].push(row);
            }
        }
        let rows = parts.into_iter().flatten().take(limit);
        rows.map(|row| self.hit(row)).collect()
    }

    /// The skus of the products whose title, brand or category has every word of a query, in
    /// the order of the tree.
    pub(crate) fn find(&self, query: &str) -> Vec<String> {
        let words = words_of(query);
        let index = self.product_index();
        let has_all = |row: &usize| {
            let line = index.line(*row);
            let read = line.split(BEFORE_SKU).next().unwrap_or(line);
            words.iter().all(|word| read.contains(word.as_str()))
        };
        let rows = index.rows_with(&words).into_iter().filter(has_all);
        rows.map(|row| self.retailer.columns().sku.get(row).to_owned())
            .collect()
    }

    fn product_index(&self) -> &WordIndex {
        self.product_index.get_or_init(|| {
            let columns = self.retailer.columns();
            let lower = |values: &[Box<str>]| -> Vec<String> {
                values.iter().map(|value| value.to_lowercase()).collect()
            };
            let brands = lower(&columns.brand.values);
            let categories = lower(&columns.category.values);
            WordIndex::build(columns.len(), |row, line| {
                let of = |texts: &[String], code: u32| texts.get(code as usize).cloned();
                line.push_str(&columns.title.get(row).to_lowercase());
                line.push(BETWEEN);
                line.push_str(&of(&brands, columns.brand.code(row)).unwrap_or_default());
                line.push(BETWEEN);
                line.push_str(&of(&categories, columns.category.code(row)).unwrap_or_default());
                line.push(BEFORE_SKU);
                line.push_str(&columns.sku.get(row).to_lowercase());
            })
        })
    }

    fn hit(&self, row: usize) -> ProductHit {
        let columns = self.retailer.columns();
        ProductHit {
            sku: columns.sku.get(row).to_owned(),
            title: columns.title.get(row).to_owned(),
            brand: columns.brand.get(row).map(ToString::to_string),
            category: columns
                .category
                .get(row)
                .map_or_else(String::new, ToString::to_string),
            private_label: columns.private_label.get(row),
            price: columns.list_price[row],
        }
    }
}

/// 0 for the product of that very sku, 1 where the sku or the title begins with the word.
fn nearness(line: &str, word: &str) -> usize {
    let sku = line.rsplit(BEFORE_SKU).next().unwrap_or_default();
    if sku == word {
        0
    } else if sku.starts_with(word) || line.starts_with(word) {
        1
    } else {
        2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by reading every product.
    fn by_reading(workspace: &Workspace, query: &str, with_sku: bool) -> Vec<String> {
        let columns = workspace.retailer.columns();
        let text = |row: usize| {
            let brand = columns.brand.get(row).map_or("", |brand| brand);
            let category = columns.category.get(row).map_or("", |category| category);
            let sku = if with_sku { columns.sku.get(row) } else { "" };
            format!("{}\n{brand}\n{category}\n{sku}", columns.title.get(row)).to_lowercase()
        };
        (0..columns.len())
            .filter(|row| {
                let text = text(*row);
                query
                    .split_whitespace()
                    .all(|word| text.contains(&word.to_lowercase()))
            })
            .map(|row| columns.sku.get(row).to_owned())
            .collect()
    }

    #[test]
    fn a_search_finds_what_reading_every_product_finds() {
        let workspace = Workspace::demo().unwrap();
        for text in ["coffee", "Dark  ROAST", "COF-0000", "grocery a", "zzz", ""] {
            let mut found: Vec<String> = workspace
                .find_products(text, usize::MAX)
                .into_iter()
                .map(|hit| hit.sku)
                .collect();
            let mut expected = by_reading(&workspace, text, true);
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{text:?}");
            assert_eq!(
                workspace.find(text),
                by_reading(&workspace, text, false),
                "{text:?}"
            );
        }
        assert!(!workspace.find_products("coffee", 10).is_empty());
    }

    #[test]
    fn the_sku_that_was_typed_comes_first() {
        let workspace = Workspace::demo().unwrap();
        let columns = workspace.retailer.columns();
        for row in [0, columns.len() / 2, columns.len() - 1] {
            let sku = columns.sku.get(row);
            let hits = workspace.find_products(&sku.to_lowercase(), 3);
            assert_eq!(hits[0].sku, sku);
            assert_eq!(hits[0].title, columns.title.get(row));
            assert!(hits.len() <= 3);
        }
    }
}
