//! Orders parted in time: some to learn from, later ones to be told.

use std::ops::Range;

use crate::history::History;
use crate::orders::{DAY_MICROS, Orders};

/// How orders are parted; never at random, which would tell the future.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// Orders from an instant on are held out, in microseconds since 1970.
    At(i64),
    /// The last order of each shopper with two or more is.
    LastOrder,
}

/// The longest window that weights are fitted on.
const MOST_DAYS: i64 = 56;

impl Split {
    /// The latest window for fitting weights: a fifth of the orders, of at most 56 days.
    #[must_use]
    pub fn latest(orders: &Orders) -> Self {
        let mut times: Vec<i64> = (0..orders.len()).map(|order| orders.at(order)).collect();
        times.sort_unstable();
        let Some(fifth) = times.get(times.len() * 4 / 5) else {
            return Self::At(0);
        };
        Self::At((*fifth).max(orders.last_at().saturating_sub(MOST_DAYS * DAY_MICROS)))
    }
}

/// A shopper whose later orders are to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its number.
    pub shopper: u32,
    /// When it is asked, in microseconds since 1970.
    pub now_micros: i64,
    /// Its orders held out.
    pub later: Range<usize>,
}

/// Orders to learn from, and cases to be told.
#[derive(Debug, Clone)]
pub struct HeldOut<'o> {
    /// All orders: those of the cases are among them.
    pub all: &'o Orders,
    /// Those to learn from.
    pub known: Orders,
    /// When the known orders end.
    pub now_micros: i64,
    /// By shopper, ascending.
    pub cases: Vec<Case>,
}

impl<'o> HeldOut<'o> {
    /// Parts orders.
    #[must_use]
    pub fn new(all: &'o Orders, split: Split) -> Self {
        let mut is_later = vec![false; all.len()];
        let mut cases = Vec::new();
        for shopper in 0..all.shoppers().len() {
            let of = all.of(shopper);
            let (later, now_micros) = match split {
                Split::At(at) => {
                    let known = of.clone().take_while(|order| all.at(*order) < at).count();
                    (of.start + known..of.end, at)
                }
                Split::LastOrder if of.len() > 1 => (of.end - 1..of.end, all.at(of.end - 1)),
                Split::LastOrder => continue,
            };
            if later.is_empty() {
                continue;
            }
            is_later[later.clone()].fill(true);
            cases.push(Case {
                shopper: shopper as u32,
                now_micros,
                later,
            });
        }
        let known = all.only(|order| match split {
            Split::At(at) => all.at(order) < at,
            Split::LastOrder => !is_later[order],
        });
        let now_micros = match split {
            Split::At(at) => at,
            Split::LastOrder => known.last_at(),
        };
        Self {
            all,
            known,
            now_micros,
            cases,
        }
    }

    /// What was known of a case.
    #[must_use]
    pub fn history(&self, case: &Case) -> History {
        History::of(&self.known, case.shopper as usize, case.now_micros)
    }

    /// The products bought later, ascending, each with its number of orders.
    #[must_use]
    pub fn truth(&self, case: &Case) -> Vec<(u32, u32)> {
        let mut bought: Vec<u32> = Vec::new();
        for order in case.later.clone() {
            bought.extend_from_slice(self.all.basket(order));
        }
        bought.sort_unstable();
        let same = bought.chunk_by(|a, b| a == b);
        same.map(|same| (same[0], same.len() as u32)).collect()
    }

    /// The products of the next order, ascending.
    #[must_use]
    pub fn next(&self, case: &Case) -> &'o [u32] {
        self.all.basket(case.later.start)
    }
}
