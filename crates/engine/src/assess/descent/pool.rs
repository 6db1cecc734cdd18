//! Descents that are kept, and what tells them apart.

use std::ops::{Range, RangeInclusive};
use std::sync::{Arc, Mutex, OnceLock, Weak};

use endcap_rules::Bits;
use endcap_vocab::CapField;

use super::{Ceilings, Descent, Function, View};
use crate::assess::shelf::{Part, Shelf};
use crate::factors::Factors;
use crate::ground::{Piece, Weighed, kept_or};
use crate::model::Model;

/// Products whose descents a model keeps, all of them together, and how many of these there are
/// however large or small.
const DESCENTS: usize = 25_600_000;
const MOST_DESCENTS: RangeInclusive<usize> = 32..=256;

/// The same for ceilings.
const CEILINGS: usize = 800_000;
const MOST_CEILINGS: RangeInclusive<usize> = 4..=64;

/// Descents that shelves share. A descent is of all products of a shelf, whether they may be shown
/// or not, and so the same for shelves that weigh and boost products alike.
pub(crate) struct Pool {
    descents: Mutex<Vec<(Origin, Arc<Descent>)>>,
    /// Those that descents were made of lately.
    ceilings: Mutex<Vec<(Origin, Arc<Ceilings>)>>,
    /// How many are kept of either, those that were asked for last.
    most: [usize; 2],
}

impl Default for Pool {
    /// One for a single request.
    fn default() -> Self {
        Self::of([usize::MAX; 2])
    }
}

impl Pool {
    fn of(most: [usize; 2]) -> Self {
        Self {
            descents: Mutex::default(),
            ceilings: Mutex::default(),
            most,
        }
    }

    /// One for many requests, those that have descents in common next to each other: each thread is at
    /// another place among them.
    pub(crate) fn of_classes() -> Self {
        let threads = rayon::current_num_threads();
        Self::of([MOST_DESCENTS.start(), &(2 * MOST_CEILINGS.start())].map(|most| most * threads))
    }

    pub(super) fn get(&self, view: View, from: (&Shelf<'_>, &dyn Model, bool)) -> Arc<Descent> {
        let counted = from.0.counted.iter().map(|(field, _)| (*field).clone());
        let origin = Origin {
            counted: counted.collect(),
            ..Origin::of(view.function(), from)
        };
        let origin = match view {
            View::Matching(rule) => origin.matching(from.0, rule),
            _ => origin,
        };
        kept_or(&self.descents, self.most[0], origin, Arc::default)
    }

    pub(super) fn ceilings(
        &self,
        function: Function,
        from: (&Shelf<'_>, &dyn Model, bool),
    ) -> Arc<Ceilings> {
        let make = || match function {
            Function::Score => {
                let before = self.ceilings(Function::ScoreBeforeRules, from);
                before.multiplied(from.0)
            }
            Function::ScoreBeforeRules => Ceilings::before_rules(from),
            Function::Purchase => Ceilings::of_purchases(from),
        };
        let origin = Origin::of(function, from);
        kept_or(&self.ceilings, self.most[1], origin, || Arc::new(make()))
    }
}

/// A place for what the engine works out of a model, so that the next request need not; each model
/// that is asked often has one ([`Model::kept`]).
#[derive(Default)]
pub struct Kept(OnceLock<Arc<Pool>>);

impl Kept {
    /// For a retailer of so many products.
    pub(crate) fn pool(&self, products: usize) -> Arc<Pool> {
        let most = |kept: usize, most: RangeInclusive<usize>| {
            (kept / products.max(1)).clamp(*most.start(), *most.end())
        };
        let most = [most(DESCENTS, MOST_DESCENTS), most(CEILINGS, MOST_CEILINGS)];
        Arc::clone(self.0.get_or_init(|| Arc::new(Pool::of(most))))
    }
}

/// A copy of a model begins with nothing kept.
impl Clone for Kept {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// What is kept makes no model another.
impl PartialEq for Kept {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

/// What a descent is made of, or ceilings.
#[derive(PartialEq)]
struct Origin {
    is_known: bool,
    function: Function,
    is_matching: bool,
    parts: Vec<Columns>,
    counted: Vec<CapField>,
}

impl Origin {
    fn of(function: Function, (shelf, _, is_known): (&Shelf<'_>, &dyn Model, bool)) -> Self {
        let parts = shelf.parts.iter().map(|part| Columns::of(function, part));
        Self {
            is_known,
            function,
            is_matching: false,
            parts: parts.collect(),
            counted: Vec::new(),
        }
    }

    /// The same, but for the products that do not match a rule of [`Context::placing`].
    ///
    /// [`Context::placing`]: crate::context::Context::placing
    fn matching(mut self, shelf: &Shelf<'_>, rule: usize) -> Self {
        self.is_matching = true;
        for (columns, part) in self.parts.iter_mut().zip(&shelf.parts) {
            columns.matching = weak(part.matches[rule].as_ref());
        }
        self
    }
}

/// What of a part a descent is made of; the same where it is the same in memory.
struct Columns {
    rows: Range<usize>,
    piece: Weak<Piece>,
    weighed: Weak<Weighed>,
    factors: Weak<Factors>,
    matching: Weak<Bits>,
}

impl Columns {
    fn of(function: Function, part: &Part) -> Self {
        let weighed = Some(&part.weighed).filter(|_| function != Function::Purchase);
        let factors = part.factors.as_ref();
        Self {
            rows: part.rows.clone(),
            piece: Arc::downgrade(&part.piece),
            weighed: weak(weighed),
            factors: weak(factors.filter(|_| function == Function::Score)),
            matching: Weak::new(),
        }
    }
}

fn weak<T>(column: Option<&Arc<T>>) -> Weak<T> {
    column.map_or_else(Weak::new, Arc::downgrade)
}

/// A column that is gone leaves its place to no other as long as somebody remembers it.
impl PartialEq for Columns {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
            && Weak::ptr_eq(&self.piece, &other.piece)
            && Weak::ptr_eq(&self.weighed, &other.weighed)
            && Weak::ptr_eq(&self.factors, &other.factors)
            && Weak::ptr_eq(&self.matching, &other.matching)
    }
}
