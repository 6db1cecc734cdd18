//! The order of products, sorted only as far as somebody looks.

use std::cmp::Ordering;

use endcap_rules::ABSENT_DAY;
use endcap_vocab::Sort;

use crate::assess::Assessed;
use crate::context::Context;
use crate::desk::Variant;
use crate::retailer::Retailer;

/// How many products the first look sorts, and how many of the best are kept.
const FIRST_LOOK: usize = 128;

/// How many times as many products as are known another look finds.
const MORE: usize = 8;

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

    /// What the product is ordered by first.
    pub(crate) fn first(&self) -> f64 {
        self.first
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
        // Adding 0 makes one zero of the two, which `total_cmp` tells apart.
        Self {
            first: first + 0.0,
            score,
            popularity: products.popularity(index) + 0.0,
            sku_place: retailer.sku_place[row],
        }
    }

    /// The key of a product where shoppers leave the order to the score.
    pub(crate) fn by_score(
        retailer: &Retailer,
        popularity: &[f64],
        score: f64,
        row: usize,
    ) -> Self {
        Self {
            first: score + 0.0,
            score,
            popularity: popularity[row] + 0.0,
            sku_place: retailer.sku_place[row],
        }
    }

    /// The key of a product by popularity alone.
    pub(crate) fn popular(retailer: &Retailer, products: &Assessed<'_>, index: usize) -> Self {
        Self {
            first: products.popularity(index) + 0.0,
            score: 0.0,
            popularity: 0.0,
            sku_place: retailer.sku_place[products.row(index)],
        }
    }
}

/// The best of many products, while they come.
#[derive(Debug, Clone)]
pub(crate) struct Best {
    entries: Vec<(Key, u32)>,
    most: usize,
    /// What a product must reach to be among them.
    least: f64,
    /// Only those that come after this one in the order are wanted.
    after: Option<Key>,
    /// Whether no product was left out that comes after it.
    is_all: bool,
    /// Products left out of those that come before the last one, because there are too many of
    /// their kind.
    floors: Vec<Floor>,
}

/// Products of one kind that are not among the best: none of them has a key that begins with more
/// than `most`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Floor {
    /// The cap that counts the kind: an index into [`Context::placing`].
    pub(crate) rule: usize,
    /// The code of its value.
    pub(crate) kind: usize,
    pub(crate) most: f64,
}

impl Best {
    /// Products known to be the best, in any order, but for those of some kinds.
    pub(crate) fn of(mut entries: Vec<(Key, u32)>, is_all: bool, floors: Vec<Floor>) -> Self {
        entries.sort_unstable_by(|a, b| a.0.compare(&b.0));
        Self {
            most: entries.len(),
            entries,
            least: f64::NEG_INFINITY,
            after: None,
            is_all,
            floors,
        }
    }

    /// At most `most` of those that come after a key.
    pub(crate) fn after(after: Option<Key>, most: usize) -> Self {
        Self {
            entries: Vec::new(),
            most,
            least: f64::NEG_INFINITY,
            after,
            is_all: true,
            floors: Vec::new(),
        }
    }

    /// A product whose key begins with less is not among the best.
    pub(crate) fn least(&self) -> f64 {
        self.least
    }

    /// Takes a product at a row.
    pub(crate) fn push(&mut self, key: Key, row: u32) {
        if self.after.is_some_and(|after| key.compare(&after).is_le()) {
            return;
        }
        self.entries.push((key, row));
        if self.entries.len() == 2 * self.most {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.most < self.entries.len() {
            self.entries
                .select_nth_unstable_by(self.most - 1, |a, b| a.0.compare(&b.0));
            self.entries.truncate(self.most);
            self.least = self.entries[self.most - 1].0.first;
            self.is_all = false;
        }
    }

    /// The rows of those known, best first.
    pub(crate) fn rows(&self) -> impl Iterator<Item = u32> {
        self.entries.iter().map(|(_, row)| *row)
    }

    /// The kinds of products of which some that come before a key may be missing.
    pub(crate) fn missing(&self, key: &Key) -> impl Iterator<Item = &Floor> {
        let first = key.first;
        self.floors.iter().filter(move |floor| floor.most >= first)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether these are all.
    pub(crate) fn is_all(&self) -> bool {
        self.is_all
    }

    /// Whether all that come before a key are known.
    pub(crate) fn reaches(&self, key: &Key) -> bool {
        let last = self.entries.last();
        self.is_all || last.is_some_and(|(last, _)| key.compare(last).is_le())
    }

    /// How many of those known come before a key.
    pub(crate) fn ahead_of(&self, key: &Key) -> u32 {
        let ahead = |(other, _): &(Key, u32)| other.compare(key).is_lt();
        self.entries.partition_point(ahead) as u32
    }

    /// Those known, each with its row, best first.
    pub(crate) fn entries(&self) -> &[(Key, u32)] {
        &self.entries
    }

    /// Sorts them: no more come.
    pub(crate) fn finish(mut self) -> Self {
        self.cut();
        self.entries.sort_unstable_by(|a, b| a.0.compare(&b.0));
        self
    }
}

/// Products in order, worked out only as far as somebody looks.
#[derive(Debug)]
pub(crate) struct Order {
    /// Each with its row, the first `sorted` of them in order and ahead of all others.
    entries: Vec<(Key, u32)>,
    sorted: usize,
    /// Whether every product is among the entries.
    is_all: bool,
}

impl Order {
    /// An order of products, each with its row.
    pub(crate) fn new(entries: Vec<(Key, u32)>) -> Self {
        Self {
            entries,
            sorted: 0,
            is_all: true,
        }
    }

    /// An order of which nothing is known yet.
    pub(crate) fn unknown() -> Self {
        Self {
            entries: Vec::new(),
            sorted: 0,
            is_all: false,
        }
    }

    /// The row of the product at a place, the best being at 0; `more` gives the next ones where
    /// only the best are known: at most so many after a key.
    pub(crate) fn get(
        &mut self,
        place: usize,
        more: impl Fn(Option<Key>, usize) -> Best,
    ) -> Option<usize> {
        while place >= self.sorted {
            // Looking at ever more keeps the work within a constant of one full sort.
            if !self.is_all {
                let last = self.entries.last().map(|(key, _)| *key);
                let next = more(last, FIRST_LOOK.max(MORE * self.sorted));
                self.entries.extend(next.entries);
                self.sorted = self.entries.len();
                self.is_all = next.is_all;
                continue;
            }
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
                    score: 0.0,
                    popularity: 0.0,
                    sku_place: row,
                };
                (key, row)
            })
            .collect();
        let mut expected = entries.clone();
        expected.sort_by(|a, b| a.0.compare(&b.0));
        let expected: Vec<usize> = expected.iter().map(|(_, row)| *row as usize).collect();
        let all = |order: &mut Order| -> Vec<usize> {
            let more = |after, most| {
                let mut best = Best::after(after, most);
                entries.iter().for_each(|(key, row)| best.push(*key, *row));
                best.finish()
            };
            (0..).map_while(|place| order.get(place, more)).collect()
        };
        assert_eq!(all(&mut Order::new(entries.clone())), expected);
        assert_eq!(all(&mut Order::unknown()), expected);
    }
}
