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
    /// The latest window for fitting weights: a fifth of the orders, of at most 56 days; but a
    /// twentieth at least, where orders have a gap.
    #[must_use]
    pub fn latest(orders: &Orders) -> Self {
        let mut times: Vec<i64> = (0..orders.len()).map(|order| orders.at(order)).collect();
        times.sort_unstable();
        let after = |twentieths: usize| times.get(times.len() * twentieths / 20).copied();
        let (Some(fifth), Some(least)) = (after(16), after(19)) else {
            return Self::At(0);
        };
        let longest = orders.last_at().saturating_sub(MOST_DAYS * DAY_MICROS);
        Self::At(fifth.max(longest).min(least))
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

#[cfg(test)]
mod tests {
    //! 1. What is held out is later than all that is known, for everybody or shopper by shopper.
    //! 2. The latest window is a fifth of the orders, or 56 days, but a twentieth at least.

    use super::*;
    use crate::orders::tests::orders;

    #[test]
    fn a_split_in_time_knows_nothing_of_later_orders() {
        let all = orders(&[
            ("1", Some("ann"), "tea", 1, 1.0),
            ("2", Some("ann"), "milk", 5, 1.0),
            ("3", Some("ann"), "milk", 6, 1.0),
            ("4", Some("bob"), "tea", 2, 1.0),
            ("5", Some("eve"), "salt", 9, 1.0),
        ]);
        let held = HeldOut::new(&all, Split::At(5 * DAY_MICROS));
        assert_eq!(held.known.len(), 2);
        let shoppers: Vec<u32> = held.cases.iter().map(|case| case.shopper).collect();
        assert_eq!(shoppers, [0, 2], "bob bought nothing later");
        let [ann, eve] = [&held.cases[0], &held.cases[1]];
        assert_eq!(held.truth(ann), [(0, 2)]);
        assert_eq!(held.next(ann), [0]);
        assert_eq!(held.history(ann).past[0].last_days, 4.0);
        assert!(held.history(eve).is_empty());
    }

    #[test]
    fn the_last_order_of_whoever_has_two_is_held_out() {
        let all = orders(&[
            ("1", Some("ann"), "tea", 1, 1.0),
            ("2", Some("ann"), "milk", 5, 1.0),
            ("4", Some("bob"), "tea", 7, 1.0),
        ]);
        let held = HeldOut::new(&all, Split::LastOrder);
        assert_eq!(held.known.len(), 2);
        assert_eq!(held.cases.len(), 1);
        assert_eq!(held.cases[0].now_micros, 5 * DAY_MICROS);
        assert_eq!(held.truth(&held.cases[0]), [(0, 1)]);
        assert_eq!(held.now_micros, 7 * DAY_MICROS);
    }

    #[test]
    fn the_latest_window_is_a_fifth_of_the_orders_but_no_longer_than_56_days() {
        let names: Vec<String> = (0..10).map(|i| format!("{i}")).collect();
        let every = |days: i64| {
            let lines: Vec<_> = names
                .iter()
                .enumerate()
                .map(|(i, name)| (name.as_str(), Some("ann"), "tea", i as i64 * days, 1.0))
                .collect();
            Split::latest(&orders(&lines))
        };
        assert_eq!(every(1), Split::At(8 * DAY_MICROS));
        assert_eq!(every(100), Split::At((900 - 56) * DAY_MICROS));
        assert_eq!(Split::latest(&Orders::default()), Split::At(0));
    }

    #[test]
    fn a_gap_before_the_last_order_does_not_leave_it_alone_in_the_window() {
        let names: Vec<String> = (0..40).map(|i| format!("{i}")).collect();
        let days = |i: i64| if i == 39 { 500 } else { i };
        let lines = names.iter().enumerate();
        let lines: Vec<_> = lines
            .map(|(i, name)| (name.as_str(), Some("ann"), "tea", days(i as i64), 1.0))
            .collect();
        assert_eq!(Split::latest(&orders(&lines)), Split::At(38 * DAY_MICROS));
    }
}
