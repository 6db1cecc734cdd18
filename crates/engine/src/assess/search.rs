//! A search for the best products of a view: down its descent, only as far as it must.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::descent::{Stage, View};
use super::{Assessed, Descending};
use crate::order::ByScore;

/// Products that a model is asked about together.
const FEW: usize = 8;

/// About how many of them a search meets.
const MET: usize = 40;

/// A product that a search has met, and what it is compared by; the best is the greatest.
#[derive(Debug, Clone, Copy)]
struct Met {
    by: ByScore,
    row: u32,
}

impl Ord for Met {
    fn cmp(&self, other: &Self) -> Ordering {
        other.by.compare(&self.by)
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
#[derive(Debug, Default)]
struct Walk {
    stage: usize,
    /// The place in the stage that is next.
    at: usize,
    /// A word of places, and which of them are of no kind that is closed.
    open: Option<(usize, u64)>,
    /// Columns of [`Shelf::counted`], each with a code, by column.
    ///
    /// [`Shelf::counted`]: super::Shelf
    closed: Vec<(usize, u32)>,
}

impl Walk {
    fn close(&mut self, column: usize, code: u32) {
        let place = self.closed.partition_point(|(other, _)| *other <= column);
        self.closed.insert(place, (column, code));
        self.open = None;
    }

    fn is_closed(&self, products: &Assessed<'_>, row: u32) -> bool {
        let mut closed = self.closed.iter();
        closed.any(|(column, code)| products.counted(*column, row) == *code)
    }

    /// Goes on to the next place of the stage that is open, or to its end.
    #[inline]
    fn skip(&mut self, stage: &Stage, descent: &Descending<'_>) {
        let len = stage.steps().len();
        while self.at < len {
            let word = self.at / 64;
            let open = match self.open {
                Some((known, open)) if known == word => open & (u64::MAX << (self.at % 64)),
                _ => {
                    self.open = stage.open(word, &self.closed, &descent.from.0.counted);
                    let Some((found, open)) = self.open else {
                        self.at = len;
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
    fn most(&mut self, descent: &Descending<'_>) -> Option<f64> {
        let stage = descent.stage(self.stage)?;
        self.skip(stage, descent);
        let step = stage.steps().get(self.at);
        step.map_or(stage.least(), |step| Some(step.most))
            .map(f64::from)
    }

    /// The next few products that are wanted, as long as what is left may score so much.
    fn next_few(
        &mut self,
        descent: &Descending<'_>,
        least: f64,
        is_wanted: impl Fn(u32) -> bool,
    ) -> ([u32; FEW], usize) {
        let (mut rows, mut len) = ([0; FEW], 0);
        while let Some(stage) = descent.stage(self.stage) {
            loop {
                self.skip(stage, descent);
                let Some(step) = stage.steps().get(self.at) else {
                    break;
                };
                if len == FEW || f64::from(step.most) < least {
                    return (rows, len);
                }
                self.at += 1;
                if is_wanted(step.row) {
                    rows[len] = step.row;
                    len += 1;
                }
            }
            if stage.least().is_none_or(|below| f64::from(below) < least) || len == FEW {
                break;
            }
            self.stage += 1;
            self.at = 0;
            self.open = None;
        }
        (rows, len)
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
            met: BinaryHeap::with_capacity(if view == View::Ruled { 3 * MET } else { MET }),
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
    ) -> Option<(ByScore, u32)> {
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
            let best = self.met.peek().map(|met| (met.by, met.row));
            let enough = match (best, self.walk.most(&descent)) {
                (_, None) => return best,
                (Some((by, _)), Some(most)) if by.score > most => return best,
                (Some((by, _)), _) => by.score,
                (None, _) => f64::NEG_INFINITY,
            };
            let is_wanted = |row| !is_gone(row) && !products.is_own(row);
            let (rows, len) = self.walk.next_few(&descent, enough, is_wanted);
            self.meet(products, &rows[..len]);
        }
    }

    /// Looks at the products of which the model may say more than the descent knows.
    fn meet_own(&mut self, products: &Assessed<'_>, is_gone: impl Fn(u32) -> bool) {
        for (row, said) in products.own(self.view).filter(|(row, _)| !is_gone(*row)) {
            let by = products.by_score(self.view, row as usize, said.0);
            self.met.push(Met { by, row });
        }
    }

    /// Looks at some products, none of them the shopper's own.
    fn meet(&mut self, products: &Assessed<'_>, rows: &[u32]) {
        let (mut relevance, mut purchase) = ([0.0; FEW], [0.0; FEW]);
        let (relevance, purchase) = (&mut relevance[..rows.len()], &mut purchase[..rows.len()]);
        products.predict_others(rows, relevance, purchase);
        for (row, relevance) in rows.iter().zip(relevance) {
            let by = products.by_score(self.view, *row as usize, *relevance);
            self.met.push(Met { by, row: *row });
        }
    }
}
