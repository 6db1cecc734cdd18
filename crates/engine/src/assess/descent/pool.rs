//! Descents that are kept, and what tells them apart.

use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, Weak};

use endcap_rules::Bits;
use endcap_vocab::CapField;

use super::{Descent, Function, View};
use crate::assess::shelf::{Part, Shelf};
use crate::ground::{Piece, Weighed, kept_or};
use crate::model::Model;

/// Products whose descents a model keeps, all of them together, and how many of these there are
/// however large or small.
const MOST_KEPT: usize = 25_600_000;
const DESCENTS: std::ops::RangeInclusive<usize> = 32..=256;

/// Descents that shelves share. A descent is of all products of a shelf, whether they may be shown
/// or not, and so the same for shelves that weigh and boost products alike.
pub(crate) struct Pool {
    descents: Mutex<Vec<(Origin, Arc<Descent>)>>,
    most: usize,
}

impl Default for Pool {
    /// One that keeps them all.
    fn default() -> Self {
        Self::of(usize::MAX)
    }
}

impl Pool {
    /// One that keeps so many, those that were asked for last.
    pub(crate) fn of(most: usize) -> Self {
        Self {
            descents: Mutex::default(),
            most,
        }
    }

    pub(super) fn get(&self, view: View, from: (&Shelf<'_>, &dyn Model, bool)) -> Arc<Descent> {
        let (shelf, _, is_known) = from;
        let counted = shelf.counted.iter().map(|(field, _)| (*field).clone());
        let parts = shelf.parts.iter().map(|part| Columns::of(view, part));
        let origin = Origin {
            is_known,
            function: view.function(),
            is_matching: matches!(view, View::Matching(_)),
            counted: counted.collect(),
            parts: parts.collect(),
        };
        kept_or(&self.descents, self.most, origin, || {
            Arc::new(Descent::new(view, from))
        })
    }
}

/// A place for what the engine works out of a model, so that the next request need not; each model
/// that is asked often has one ([`Model::kept`]).
#[derive(Default)]
pub struct Kept(OnceLock<Arc<Pool>>);

impl Kept {
    /// For a retailer of so many products.
    pub(crate) fn pool(&self, products: usize) -> Arc<Pool> {
        let most = (MOST_KEPT / products.max(1)).clamp(*DESCENTS.start(), *DESCENTS.end());
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

/// What a descent is made of.
#[derive(PartialEq)]
struct Origin {
    is_known: bool,
    function: Function,
    is_matching: bool,
    parts: Vec<Columns>,
    counted: Vec<CapField>,
}

/// What of a part a descent is made of; the same where it is the same in memory.
struct Columns {
    rows: Range<usize>,
    piece: Weak<Piece>,
    weighed: Weak<Weighed>,
    factor: Weak<Vec<f64>>,
    matching: Weak<Bits>,
}

impl Columns {
    fn of(view: View, part: &Part) -> Self {
        fn weak<T>(column: Option<&Arc<T>>) -> Weak<T> {
            column.map_or_else(Weak::new, Arc::downgrade)
        }
        let function = view.function();
        let weighed = Some(&part.weighed).filter(|_| function != Function::Purchase);
        let factor = part.factor.as_ref();
        Self {
            rows: part.rows.clone(),
            piece: Arc::downgrade(&part.piece),
            weighed: weak(weighed),
            factor: weak(factor.filter(|_| function == Function::Score)),
            matching: match view {
                View::Matching(rule) => weak(part.matches[rule].as_ref()),
                _ => Weak::new(),
            },
        }
    }
}

/// A column that is gone leaves its place to no other as long as somebody remembers it.
impl PartialEq for Columns {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
            && Weak::ptr_eq(&self.piece, &other.piece)
            && Weak::ptr_eq(&self.weighed, &other.weighed)
            && Weak::ptr_eq(&self.factor, &other.factor)
            && Weak::ptr_eq(&self.matching, &other.matching)
    }
}
