//! A search for the best products of a view: down its descent, only as far as it must.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::descent::{Stage, Step, View};
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

/// A way down a descent that leaves out kinds of products.
#[derive(Debug, Clone, Default)]
pub(super) struct Walk {
    stage: usize,
    /// The place in the stage that is next.
    at: usize,
    /// A word of places, and which of them are of no kind that is closed.
    open: Option<(usize, u64)>,
    /// Columns of [`Shelf::counted`], each with a code.
    ///
    /// [`Shelf::counted`]: super::Shelf
    closed: Vec<(usize, u32)>,
}

impl Walk {
    fn close(&mut self, column: usize, code: u32) {
        self.closed.push((column, code));
        self.open = None;
    }

    fn is_closed(&self, products: &Assessed<'_>, row: u32) -> bool {
        let mut closed = self.closed.iter();
        closed.any(|(column, code)| products.counted(*column, row) == *code)
    }

    /// Goes on to the next place of the stage that is open, or to its end.
    #[inline]
    fn skip(&mut self, stage: &Stage) {
        while self.at < stage.steps.len() {
            let word = self.at / 64;
            let open = match self.open {
                Some((known, open)) if known == word => open & (u64::MAX << (self.at % 64)),
                _ => {
                    self.open = stage.open(word, &self.closed);
                    let Some((found, open)) = self.open else {
                        self.at = stage.steps.len();
                        return;
                    };
                    self.at = self.at.max(64 * found);
                    open & (u64::MAX << (self.at % 64))
                }
            };
            if open != 0 {
                self.at = self.at / 64 * 64 + open.trailing_zeros() as usize;
                return;
            }
            self.at = 64 * (self.at / 64 + 1);
        }
    }

    /// The most that what is left may score.
    #[inline]
    pub(super) fn most(&mut self, descent: &Descending<'_>) -> Option<f64> {
        let stage = descent.stage(self.stage)?;
        self.skip(stage);
        let step = stage.steps.get(self.at);
        step.map_or(stage.least(), |step| Some(step.most))
            .map(f64::from)
    }

    /// The next product.
    #[inline]
    pub(super) fn next(&mut self, descent: &Descending<'_>) -> Option<Step> {
        loop {
            let stage = descent.stage(self.stage)?;
            self.skip(stage);
            if let Some(step) = stage.steps.get(self.at) {
                self.at += 1;
                return Some(*step);
            }
            self.stage += 1;
            self.at = 0;
            self.open = None;
        }
    }
}

/// How far somebody has looked for the best products of a view.
#[derive(Debug)]
pub(crate) struct Search {
    view: View,
    walk: Walk,
    met: BinaryHeap<Met>,
    has_begun: bool,
}

impl Search {
    /// A search that nobody has asked yet.
    pub(crate) fn new(view: View) -> Self {
        Self {
            view,
            walk: Walk::default(),
            met: BinaryHeap::with_capacity(4 * FEW),
            has_begun: false,
        }
    }

    /// Leaves out the products with a code in a column of [`Shelf::counted`] for good.
    ///
    /// [`Shelf::counted`]: super::Shelf
    pub(crate) fn close(&mut self, column: usize, code: u32) {
        self.walk.close(column, code);
    }

    /// The best product of those that are neither left out nor gone, and its row. What is gone once is
    /// so for good.
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
            let is_out = |row| is_gone(row) || self.walk.is_closed(products, row);
            while self.met.peek().is_some_and(|met| is_out(met.row)) {
                self.met.pop();
            }
            let best = self.met.peek().map(|met| (met.key, met.row));
            let enough = match (best, self.walk.most(&descent)) {
                (_, None) => return best,
                (Some((key, _)), Some(most)) if key.first() > most => return best,
                (Some((key, _)), _) => key.first(),
                (None, _) => f64::NEG_INFINITY,
            };
            let mut rows = [0; FEW];
            let mut len = 0;
            while len < FEW
                && self.walk.most(&descent).is_some_and(|most| most >= enough)
                && let Some(Step { row, .. }) = self.walk.next(&descent)
            {
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
