//! A search for the best products of a view: down its descent, only as far as it must.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::descent::{Step, View};
use super::{Assessed, Descending};
use crate::order::Key;

/// Products that a model is asked about together.
const FEW: usize = 8;

/// Words of a run of places that are opened together.
const RUN: usize = 8;

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
    /// How far down the descent.
    at: usize,
    /// For each place of the top that has been opened, whether the product is of no kind that is
    /// closed.
    open: Vec<u64>,
    /// Columns of [`Shelf::counted`], each with a code.
    ///
    /// [`Shelf::counted`]: super::Shelf
    closed: Vec<(usize, u32)>,
    met: BinaryHeap<Met>,
    has_begun: bool,
}

impl Search {
    /// A search that nobody has asked yet.
    pub(crate) fn new(view: View) -> Self {
        Self {
            view,
            at: 0,
            open: Vec::new(),
            closed: Vec::new(),
            met: BinaryHeap::new(),
            has_begun: false,
        }
    }

    /// Leaves out the products with a code in a column of [`Shelf::counted`] for good.
    ///
    /// [`Shelf::counted`]: super::Shelf
    pub(crate) fn close(&mut self, products: &Assessed<'_>, column: usize, code: u32) {
        self.closed.push((column, code));
        let opened = self.at..64 * self.open.len();
        let descent = products.descent(self.view);
        for place in descent.of_kind(column, code, opened) {
            self.open[*place as usize / 64] &= !(1 << (place % 64));
        }
    }

    /// Goes on to the next place that is open.
    fn skip(&mut self, descent: &Descending<'_>) {
        let top = descent.top();
        while self.at < top {
            let place = self.at / 64;
            if place == self.open.len() {
                self.open_more(descent);
            }
            let word = self.open[place] & u64::MAX << (self.at % 64);
            if word != 0 {
                self.at = top.min(64 * place + word.trailing_zeros() as usize);
                return;
            }
            self.at = top.min(64 * (place + 1));
        }
    }

    /// Opens a run of places, but for those of kinds that are closed.
    fn open_more(&mut self, descent: &Descending<'_>) {
        let run = 64 * self.open.len()..64 * (self.open.len() + RUN);
        self.open.resize(self.open.len() + RUN, u64::MAX);
        for (column, code) in &self.closed {
            for place in descent.of_kind(*column, *code, run.clone()) {
                self.open[*place as usize / 64] &= !(1 << (place % 64));
            }
        }
    }

    /// The best product of those that are not gone, and its row. What is gone once is so for good.
    pub(crate) fn best(
        &mut self,
        products: &Assessed<'_>,
        is_gone: impl Fn(u32) -> bool,
    ) -> Option<(Key, u32)> {
        if !self.has_begun {
            self.has_begun = true;
            self.meet_own(products, &is_gone);
        }
        let descent = products.descent(self.view);
        loop {
            self.skip(&descent);
            while self.met.peek().is_some_and(|met| is_gone(met.row)) {
                self.met.pop();
            }
            let best = self.met.peek().map(|met| (met.key, met.row));
            let most = descent.most(self.at);
            match (best, most) {
                (_, None) => return best,
                (Some((key, _)), Some(most)) if key.first() > most => return best,
                _ => {}
            }
            let enough = best.map_or(f64::NEG_INFINITY, |(key, _)| key.first());
            let mut rows = [0; FEW];
            let mut len = 0;
            while len < FEW
                && descent.most(self.at).is_some_and(|most| most >= enough)
                && let Some(Step { row, .. }) = descent.get(self.at)
            {
                self.at += 1;
                self.skip(&descent);
                if !is_gone(row) && !products.is_own(row) {
                    rows[len] = row;
                    len += 1;
                }
            }
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
