//! A search for the best products of a view: down its descent, only as far as it must.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::descent::{Step, View};
use super::{Assessed, Descending};
use crate::order::Key;

/// Products that a model is asked about together.
const FEW: usize = 8;

/// A product that a search has met, and what it is compared by; the best is the greatest.
#[derive(Debug, Clone, Copy)]
struct Met {
    key: Key,
    row: u32,
}

impl Ord for Met {
    fn cmp(&self, other: &Self) -> Ordering {
        other.key.compare(&self.key)
    }
}

impl PartialOrd for Met {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Met {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Met {}

/// How far somebody has looked for the best products of a view.
#[derive(Debug)]
pub(crate) struct Search {
    view: View,
    /// One a group of the products of the view; none before the first look.
    ways: Vec<Way>,
    /// For each place of the top, whether the product is of no kind that is closed.
    open: Vec<u64>,
    /// Columns of [`Shelf::counted`], each with a code.
    ///
    /// [`Shelf::counted`]: super::Shelf
    closed: Vec<(usize, u32)>,
    met: BinaryHeap<Met>,
}

/// How far somebody has come down a descent, looking for products of one group.
#[derive(Debug)]
struct Way {
    group: usize,
    at: usize,
}

impl Way {
    /// Goes on to the next place of the group that is open.
    fn skip(&mut self, descent: &Descending<'_>, open: &[u64]) {
        let top = descent.top();
        let mut first = u64::MAX << (self.at % 64);
        while self.at < top {
            let place = self.at / 64;
            let word = open[place] & descent.places_of(self.group, place) & first;
            if word != 0 {
                self.at = top.min(64 * place + word.trailing_zeros() as usize);
                return;
            }
            self.at = top.min(64 * (place + 1));
            first = u64::MAX;
        }
    }

    /// The most that what is left may score.
    fn most(&self, descent: &Descending<'_>) -> Option<f64> {
        let most = descent.most(self.at);
        most.map(|most| most * descent.ratio(self.group))
    }

    /// The next few products that may score so much, of those that are wanted.
    fn few(
        &mut self,
        descent: &Descending<'_>,
        (open, enough): (&[u64], f64),
        is_wanted: impl Fn(u32) -> bool,
    ) -> ([u32; FEW], usize) {
        let mut rows = [0; FEW];
        let mut len = 0;
        while len < FEW
            && self.most(descent).is_some_and(|most| most >= enough)
            && let Some(Step { row, .. }) = descent.get(self.at)
        {
            self.at += 1;
            self.skip(descent, open);
            if is_wanted(row) {
                rows[len] = row;
                len += 1;
            }
        }
        (rows, len)
    }
}

impl Search {
    /// A search that nobody has asked yet.
    pub(crate) fn new(view: View) -> Self {
        Self {
            view,
            ways: Vec::new(),
            open: Vec::new(),
            closed: Vec::new(),
            met: BinaryHeap::new(),
        }
    }

    /// Leaves out the products with a code in a column of [`Shelf::counted`] for good.
    ///
    /// [`Shelf::counted`]: super::Shelf
    pub(crate) fn close(&mut self, products: &Assessed<'_>, column: usize, code: u32) {
        if self.ways.is_empty() {
            self.closed.push((column, code));
        } else {
            let descent = products.descent(self.view);
            close(&mut self.open, &descent, (column, code));
        }
    }

    fn begin(&mut self, descent: &Descending<'_>) {
        let groups = 0..descent.groups();
        self.ways = groups.map(|group| Way { group, at: 0 }).collect();
        self.open = vec![u64::MAX; descent.top().div_ceil(64)];
        for kind in self.closed.drain(..) {
            close(&mut self.open, descent, kind);
        }
    }

    /// The best product of those that are not gone, and its row. What is gone once is so for good.
    pub(crate) fn best(
        &mut self,
        products: &Assessed<'_>,
        is_gone: impl Fn(u32) -> bool,
    ) -> Option<(Key, u32)> {
        let descent = products.descent(self.view);
        if self.ways.is_empty() {
            self.begin(&descent);
            self.meet_own(products, &is_gone);
        }
        let are_grouped = self.ways.len() > 1;
        loop {
            while self.met.peek().is_some_and(|met| is_gone(met.row)) {
                self.met.pop();
            }
            let best = self.met.peek().map(|met| (met.key, met.row));
            let mut next: Option<(f64, &mut Way)> = None;
            for way in &mut self.ways {
                way.skip(&descent, &self.open);
                if let Some(most) = way.most(&descent)
                    && next.as_ref().is_none_or(|(other, _)| most > *other)
                {
                    next = Some((most, way));
                }
            }
            let Some((most, way)) = next else {
                return best;
            };
            let enough = best.map_or(f64::NEG_INFINITY, |(key, _)| key.first());
            if best.is_some() && enough > most {
                return best;
            }
            let (group, is_mixed) = (way.group, are_grouped && way.at >= descent.top());
            let (rows, len) = way.few(&descent, (&self.open, enough), |row| {
                // What is below the top may be of other groups, and is met by their ways.
                let is_here = !is_mixed || products.is_of(group, row);
                is_here && !is_gone(row) && !products.is_own(row)
            });
            self.meet(products, &rows[..len]);
        }
    }

    /// Looks at the products of which the model may say more than the descent knows.
    fn meet_own(&mut self, products: &Assessed<'_>, is_gone: impl Fn(u32) -> bool) {
        let own = products.own().iter().copied();
        let rows: Vec<u32> = own
            .filter(|row| products.has(self.view, *row) && !is_gone(*row))
            .collect();
        for rows in rows.chunks(FEW) {
            self.meet(products, rows);
        }
    }

    fn meet(&mut self, products: &Assessed<'_>, rows: &[u32]) {
        let (mut relevance, mut purchase) = ([0.0; FEW], [0.0; FEW]);
        let (relevance, purchase) = (&mut relevance[..rows.len()], &mut purchase[..rows.len()]);
        products.predict(rows, relevance, purchase);
        for (row, (relevance, purchase)) in rows.iter().zip(relevance.iter().zip(purchase)) {
            let key = products.key_by(self.view, *row as usize, (*relevance, *purchase));
            self.met.push(Met { key, row: *row });
        }
    }
}

/// Takes the places of one kind from those that are open.
fn close(open: &mut [u64], descent: &Descending<'_>, (column, code): (usize, u32)) {
    for place in descent.of_kind(column, code) {
        open[*place as usize / 64] &= !(1 << (place % 64));
    }
}
