//! The order of products, sorted only as far as somebody looks.

use std::cmp::Ordering;

use endcap_rules::ABSENT_DAY;
use endcap_vocab::Sort;

use crate::assess::Assessed;
use crate::context::Context;
use crate::desk::Variant;
use crate::retailer::Retailer;

/// How many products the first look sorts.
const FIRST_LOOK: usize = 128;

/// What a product is ordered by where shoppers leave the order to the score: highest first, the last
/// resort lowest first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ByScore {
    pub(crate) score: f64,
    popularity: f64,
    /// The place of its sku among all skus; no two products share one.
    sku_place: u32,
}

impl ByScore {
    /// For a product at a row, of which so much is known.
    pub(crate) fn new(retailer: &Retailer, score: f64, popularity: f64, row: usize) -> Self {
        // Adding 0 makes one zero of the two, which `total_cmp` tells apart.
        Self {
            score: score + 0.0,
            popularity: popularity + 0.0,
            sku_place: retailer.sku_place[row],
        }
    }

    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        other
            .score
            .total_cmp(&self.score)
            .then_with(|| other.popularity.total_cmp(&self.popularity))
            .then_with(|| self.sku_place.cmp(&other.sku_place))
    }
}

/// What a product is ordered by: highest first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Key {
    /// What shoppers chose to order by.
    first: f64,
    by_score: ByScore,
}

impl Key {
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        let by_first = other.first.total_cmp(&self.first);
        by_first.then_with(|| self.by_score.compare(&other.by_score))
    }

    /// What counts where shoppers leave the order to the score.
    pub(crate) fn by_score(&self) -> ByScore {
        self.by_score
    }

    /// The key of a product in the request's order, by the score that counts in a variant.
    pub(crate) fn of(
        context: &Context<'_>,
        variant: Variant,
        products: &Assessed<'_>,
        index: usize,
    ) -> Self {
        let retailer = context.retailer;
        let score = if variant.has_rules() {
            products.score(index)
        } else {
            products.base(index)
        };
        let row = products.row(index);
        let known = |value: f64| {
            if value.is_nan() {
                f64::NEG_INFINITY
            } else {
                value
            }
        };
        let first = match context.request.sort {
            Sort::Recommended => score,
            Sort::PriceAsc => -products.price(index),
            Sort::PriceDesc => products.price(index),
            Sort::Newest => match retailer.columns.launched_on[row] {
                ABSENT_DAY => f64::NEG_INFINITY,
                day => f64::from(day),
            },
            Sort::Rating => known(retailer.columns.rating[row]),
        };
        Self {
            first: first + 0.0,
            by_score: ByScore::new(retailer, score, products.popularity(index), row),
        }
    }

    /// The key of a product by popularity alone.
    pub(crate) fn popular(retailer: &Retailer, products: &Assessed<'_>, index: usize) -> Self {
        let (popularity, row) = (products.popularity(index), products.row(index));
        Self {
            first: 0.0,
            by_score: ByScore::new(retailer, popularity, popularity, row),
        }
    }
}

/// Products in order, sorted only as far as somebody looks.
#[derive(Debug)]
pub(crate) struct Order {
    /// Each with its row, the first `sorted` of them in order and ahead of all others.
    entries: Vec<(Key, u32)>,
    sorted: usize,
    /// How many [`Order::next`] has gone by.
    passed: usize,
}

impl Order {
    /// An order of products, each with its row.
    pub(crate) fn new(entries: Vec<(Key, u32)>) -> Self {
        Self {
            entries,
            sorted: 0,
            passed: 0,
        }
    }

    /// The row of the product at a place, the best being at 0.
    pub(crate) fn get(&mut self, place: usize) -> Option<usize> {
        while place >= self.sorted {
            // Looking at ever more keeps the work within a constant of one full sort.
            let rest = &mut self.entries[self.sorted..];
            if rest.is_empty() {
                return None;
            }
            let look = self.sorted.max(FIRST_LOOK).min(rest.len());
            if look < rest.len() {
                rest.select_nth_unstable_by(look - 1, |a, b| a.0.compare(&b.0));
            }
            rest[..look].sort_unstable_by(|a, b| a.0.compare(&b.0));
            self.sorted += look;
        }
        Some(self.entries[place].1 as usize)
    }

    /// The row of the next product that is not gone.
    pub(crate) fn next(&mut self, is_gone: impl Fn(u32) -> bool) -> Option<u32> {
        loop {
            let row = self.get(self.passed)? as u32;
            self.passed += 1;
            if !is_gone(row) {
                return Some(row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_as_far_as_needed_gives_the_full_order() {
        // A linear congruential sequence: every residue once, in no order.
        let entries: Vec<(Key, u32)> = (0..5000_u32)
            .map(|row| {
                let value = f64::from(row.wrapping_mul(2_654_435_761) % 1009);
                let key = Key {
                    first: value,
                    by_score: ByScore {
                        score: 0.0,
                        popularity: 0.0,
                        sku_place: row,
                    },
                };
                (key, row)
            })
            .collect();
        let mut expected = entries.clone();
        expected.sort_by(|a, b| a.0.compare(&b.0));
        let expected: Vec<usize> = expected.iter().map(|(_, row)| *row as usize).collect();
        let mut order = Order::new(entries);
        let all: Vec<usize> = (0..).map_while(|place| order.get(place)).collect();
        assert_eq!(all, expected);
        let next = std::iter::from_fn(|| order.next(|row| row % 2 == 0));
        let odd = expected.into_iter().filter(|row| row % 2 == 1);
        assert_eq!(
            next.collect::<Vec<u32>>(),
            odd.map(|row| row as u32).collect::<Vec<u32>>()
        );
    }
}
