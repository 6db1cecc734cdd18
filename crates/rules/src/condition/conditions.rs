//! Many conditions at once.

use std::ops::Range;

use fearless_simd::Level;
use rayon::prelude::*;

use super::Condition;
use super::eval::{Prepared, Work};
use super::lanes::ROWS;
use super::plan::Plan;
use crate::{Bits, Columns, Facts};

/// Rows that a thread takes at a time.
const PIECE: usize = 2 * ROWS;

/// Conditions that are evaluated together, so that a test which several of them make is made
/// once, and a column that several of them read is read once.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    plan: Plan,
}

impl<'c> FromIterator<&'c Condition> for Conditions {
    fn from_iter<I: IntoIterator<Item = &'c Condition>>(conditions: I) -> Self {
        Self {
            plan: Plan::new(conditions.into_iter().map(Condition::root)),
        }
    }
}

impl Conditions {
    /// How many conditions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.plan.roots.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.plan.roots.is_empty()
    }

    /// For each condition what [`Condition::eval`] gives, worked out by all threads of the
    /// current rayon pool.
    ///
    /// # Panics
    /// If `rows` ends beyond the columns, or `facts` has fewer entries.
    #[must_use]
    pub fn eval(&self, columns: &Columns, facts: &Facts<'_>, rows: Range<usize>) -> Vec<Bits> {
        let prepared = Prepared::new(&self.plan, columns, &rows, Level::new());
        let mut all: Vec<Bits> = (0..self.len()).map(|_| Bits::zeros(rows.len())).collect();
        let mut pieces: Vec<(usize, Vec<&mut [u64]>)> = (0..rows.len())
            .step_by(PIECE)
            .map(|first| (first, Vec::with_capacity(self.len())))
            .collect();
        for bits in &mut all {
            let words = bits.words_mut().chunks_mut(PIECE / 64);
            for ((_, piece), words) in pieces.iter_mut().zip(words) {
                piece.push(words);
            }
        }
        let piece = |work: &mut Work, (first, mut out): (usize, Vec<&mut [u64]>)| {
            let start = rows.start + first;
            let end = rows.end.min(start + PIECE);
            prepared.eval(facts, (start..end, first), work, &mut out);
        };
        if pieces.len() > 1 && rayon::current_num_threads() > 1 {
            pieces
                .into_par_iter()
                .for_each_init(|| prepared.work(), piece);
        } else {
            let mut work = prepared.work();
            pieces.into_iter().for_each(|rows| piece(&mut work, rows));
        }
        all
    }
}
