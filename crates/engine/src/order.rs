//! The order of products, sorted only as far as somebody looks.

use std::cmp::Ordering;

use endcap_rules::ABSENT_DAY;
use endcap_vocab::Sort;

use crate::assess::Assessed;
use crate::context::Context;
use crate::desk::Variant;
use crate::retailer::Retailer;

/// How many products the first look sorts.
const FIRST_LOOK: usize = 256;

/// What a product is ordered by: highest first, the last resort lowest first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Key {
    first: f64,
    score: f64,
    popularity: f64,
    /// The place of its sku among all skus; no two products share one.
    sku_place: u32,
}

impl Key {
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        other
            .first
            .total_cmp(&self.first)
            .then_with(|| other.score.total_cmp(&self.score))
            .then_with(|| other.popularity.total_cmp(&self.popularity))
            .then_with(|| self.sku_place.cmp(&other.sku_place))
    }

    /// The key of a product in the request's order, by the score that counts in a variant.
    pub(crate) fn of(
        context: &Context<'_>,
        variant: Variant,
        products: &Assessed,
        index: usize,
    ) -> Self {
        let retailer = context.retailer;
        let score = variant.score(products, index);
        let row = products.rows[index] as usize;
        let known = |value: f64| {
            if value.is_nan() {
                f64::NEG_INFINITY
            } else {
                value
            }
        };
        let first = match context.request.sort {
            Sort::Recommended => score,
            Sort::PriceAsc => -products.price[index],
            Sort::PriceDesc => products.price[index],
            Sort::Newest => match retailer.columns.launched_on[row] {
                ABSENT_DAY => f64::NEG_INFINITY,
                day => f64::from(day),
            },
            Sort::Rating => known(retailer.columns.rating[row]),
        };
        // Adding 0 makes one zero of the two, which `total_cmp` tells apart.
        Self {
            first: first + 0.0,
            score,
            popularity: products.popularity[index] + 0.0,
            sku_place: retailer.sku_place[row],
        }
    }

    /// The key of a product by popularity alone.
    pub(crate) fn popular(retailer: &Retailer, products: &Assessed, index: usize) -> Self {
        let first = products.popularity[index] + 0.0;
        let sku_place = retailer.sku_place[products.rows[index] as usize];
        Self {
            first,
            score: 0.0,
            popularity: 0.0,
            sku_place,
        }
    }
}

/// Products in order: the front is sorted, the rest only known to come after it.
#[derive(Debug)]
pub(crate) struct Order {
    entries: Vec<(Key, u32)>,
    sorted: usize,
}

impl Order {
    /// An order of products, each with its index.
    pub(crate) fn new(entries: Vec<(Key, u32)>) -> Self {
        Self { entries, sorted: 0 }
    }

    /// The index of the product at a place, the best being at 0.
    pub(crate) fn get(&mut self, place: usize) -> Option<usize> {
        while place >= self.sorted {
            let rest = &mut self.entries[self.sorted..];
            if rest.is_empty() {
                return None;
            }
            // Doubling keeps the work within a constant of one full sort.
            let look = self.sorted.max(FIRST_LOOK).min(rest.len());
            if look < rest.len() {
                rest.select_nth_unstable_by(look - 1, |a, b| a.0.compare(&b.0));
            }
            rest[..look].sort_unstable_by(|a, b| a.0.compare(&b.0));
            self.sorted += look;
        }
        Some(self.entries[place].1 as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_as_far_as_needed_gives_the_full_order() {
        // A linear congruential sequence: every residue once, in no order.
        let entries: Vec<(Key, u32)> = (0..5000_u32)
            .map(|index| {
                let value = f64::from(index.wrapping_mul(2_654_435_761) % 1009);
                (
                    Key {
                        first: value,
                        score: 0.0,
                        popularity: 0.0,
                        sku_place: index,
                    },
                    index,
                )
            })
            .collect();
        let mut expected = entries.clone();
        expected.sort_by(|a, b| a.0.compare(&b.0));
        let mut order = Order::new(entries);
        let got: Vec<u32> = (0..)
            .map_while(|place| Some(order.get(place)? as u32))
            .collect();
        assert_eq!(
            got,
            expected.iter().map(|(_, index)| *index).collect::<Vec<_>>()
        );
    }
}
