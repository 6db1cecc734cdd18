//! The candidates of a request with everything that holds for them whoever the shopper is: tests,
//! rules, weights.

use std::ops::Range;
use std::sync::Arc;

use endcap_rules::{Bits, Condition};
use endcap_vocab::Effect;
use rayon::prelude::*;

use super::descent::{Ceilings, Counted, Descent, Descents, Function, Pool, View};
use crate::context::Context;
use crate::desk::Variant;
use crate::factors::Factors;
use crate::ground::{Ground, PIECE, Piece, Tested, Weighed};
use crate::model::Model;
use crate::signals::weighted;
use crate::slate::capped_values;

/// Rows of a smaller run are worked out for the request alone, unless their piece is kept.
const WORTH_KEEPING: usize = PIECE / 64;

/// Rows are looked at in runs; two that are nearer than this share one.
const RUN_GAP: usize = 64;

/// The products of a condition; `None` is all of them.
type Held = Option<Arc<Bits>>;

pub(super) fn holds(held: &Held, at: usize) -> bool {
    held.as_ref().is_none_or(|bits| bits.get(at))
}

/// A run of rows of one piece, with what the rules make of it. Places are those of the piece:
/// place i is row `piece.rows.start + i`.
pub(crate) struct Part {
    pub(crate) piece: Arc<Piece>,
    /// The places that are scored; they begin at a multiple of 64.
    pub(super) span: Range<usize>,
    /// The rows that are meant, of those in the span.
    pub(super) rows: Range<usize>,
    pub(super) tested: Arc<Tested>,
    pub(super) hidden: Bits,
    filter: Held,
    /// For each rule of [`Context::placing`]: which products match it.
    pub(super) matches: Vec<Held>,
    /// For each rule of [`Context::factors`]: which products match it.
    pub(super) boosted: Vec<Held>,
    pub(super) factors: Option<Arc<Factors>>,
    pub(super) weighed: Arc<Weighed>,
    /// By [`Variant`]: which of the products meant may be shown.
    shows: [Bits; 3],
}

impl Part {
    pub(super) fn place(&self, row: usize) -> usize {
        row - self.piece.rows.start
    }

    pub(crate) fn row(&self, place: usize) -> usize {
        self.piece.rows.start + place
    }

    pub(super) fn rows_of(&self, places: &Range<usize>) -> Range<usize> {
        self.row(places.start)..self.row(places.end)
    }

    pub(super) fn passes_filter(&self, place: usize) -> bool {
        holds(&self.filter, place)
    }

    /// Which products may be shown in a variant.
    pub(crate) fn shows(&self, variant: Variant) -> &Bits {
        &self.shows[variant as usize]
    }

    /// The score before any rule of a product that a shopper prefers so much.
    pub(super) fn base(&self, place: usize, relevance: f64, popularity: f64) -> f64 {
        let runs = &self.weighed.runs;
        let run = &runs[runs.partition_point(|run| run.end <= place)];
        weighted(run, relevance, popularity, self.weighed.rest[place])
    }

    /// What boosts and buries multiply a score by.
    pub(super) fn factor(&self, place: usize) -> f64 {
        self.factors
            .as_ref()
            .map_or(1.0, |factors| factors.at(place))
    }
}

/// Which rows are meant.
pub(super) enum Rows {
    Range(Range<usize>),
    /// Ascending.
    List(Vec<u32>),
}

/// The candidates of a request, whoever the shopper is.
pub(crate) struct Shelf<'a> {
    pub(super) rows: Rows,
    /// By row ascending.
    pub(super) parts: Vec<Part>,
    /// What the caps count that count all products and have room for any, with its codes by row. In
    /// the order of [`Context::placing`].
    pub(super) counted: Vec<Counted<'a>>,
    /// The widest variant with rules that somebody will ask for.
    pub(super) widest: Variant,
    /// For shoppers whom the model does not know, and for those it knows.
    descents: [Descents; 2],
}

impl<'a> Shelf<'a> {
    /// All products of a run of rows.
    pub(crate) fn of_range(
        context: &Context<'a>,
        (ground, pool): (&Ground, &Arc<Pool>),
        rows: Range<usize>,
    ) -> Self {
        let places = rows.start / PIECE..rows.end.div_ceil(PIECE);
        let keep = rows.len() >= WORTH_KEEPING;
        let runs = places.filter_map(|place| {
            let run = rows.start.max(place * PIECE)..rows.end.min((place + 1) * PIECE);
            (!run.is_empty()).then_some(run)
        });
        let runs: Vec<Range<usize>> = runs.collect();
        let make =
            |run: Range<usize>| part(context, piece(context, ground, &run, keep), (run, None));
        let parts = runs.into_par_iter().map(make).collect();
        Self::new(context, pool, (Rows::Range(rows), parts))
    }

    /// Some products, by rows ascending.
    pub(crate) fn of_rows(
        context: &Context<'a>,
        (ground, pool): (&Ground, &Arc<Pool>),
        rows: Vec<u32>,
    ) -> Self {
        // Two rows that are near share a run, as long as one piece holds them.
        let near = |a: &u32, b: &u32| {
            (b - a) as usize <= RUN_GAP && *a as usize / PIECE == *b as usize / PIECE
        };
        let runs: Vec<&[u32]> = rows.chunk_by(near).collect();
        let make = |listed: &[u32]| {
            let run = listed[0] as usize..listed[listed.len() - 1] as usize + 1;
            part(
                context,
                piece(context, ground, &run, false),
                (run, Some(listed)),
            )
        };
        let parts = runs.into_par_iter().map(make).collect();
        Self::new(context, pool, (Rows::List(rows), parts))
    }

    fn new(context: &Context<'a>, pool: &Arc<Pool>, (rows, parts): (Rows, Vec<Part>)) -> Self {
        let descents = || Descents::new(Arc::clone(pool), context.placing.len());
        let counted = context.placing.iter().filter(|rule| rule.when().is_none());
        let counted = counted.filter_map(|rule| match rule.effect() {
            Effect::Cap { field, max, .. } if *max > 0 => {
                Some((field, capped_values(context.retailer, field)?))
            }
            _ => None,
        });
        Self {
            rows,
            parts,
            counted: counted.collect(),
            // What is shown is among what would be shown if everything were in stock.
            widest: if context.request.explain {
                Variant::AnyStock
            } else {
                Variant::Shown
            },
            descents: [descents(), descents()],
        }
    }

    /// The products of a view by the most they may score, for a shopper whom the model knows or
    /// does not.
    pub(super) fn descent(&self, view: View, (model, is_known): (&dyn Model, bool)) -> &Descent {
        self.descents[usize::from(is_known)].get(view, (self, model, is_known))
    }

    /// The most that each product may be compared by, likewise.
    pub(super) fn ceilings(
        &self,
        function: Function,
        (model, is_known): (&dyn Model, bool),
    ) -> Arc<Ceilings> {
        self.descents[usize::from(is_known)].ceilings(function, (self, model, is_known))
    }

    pub(super) fn len(&self) -> usize {
        match &self.rows {
            Rows::Range(range) => range.len(),
            Rows::List(rows) => rows.len(),
        }
    }

    pub(super) fn row(&self, index: usize) -> usize {
        match &self.rows {
            Rows::Range(range) => range.start + index,
            Rows::List(rows) => rows[index] as usize,
        }
    }

    /// The number of the product at a row.
    pub(super) fn index(&self, row: usize) -> Option<usize> {
        match &self.rows {
            Rows::Range(range) => range.contains(&row).then(|| row - range.start),
            Rows::List(rows) => rows.binary_search(&(row as u32)).ok(),
        }
    }

    /// The part of a row that is meant.
    pub(super) fn part_of(&self, row: usize) -> usize {
        match &self.rows {
            // Every piece of a range has a part.
            Rows::Range(range) => row / PIECE - range.start / PIECE,
            Rows::List(_) => self.parts.partition_point(|part| part.rows.end <= row),
        }
    }
}

/// The piece that holds a run of rows, kept or not.
fn piece(context: &Context<'_>, ground: &Ground, run: &Range<usize>, keep: bool) -> Arc<Piece> {
    let place = run.start / PIECE;
    match ground.kept(place) {
        _ if context.is_plain => Arc::new(Piece::new(context, run.clone())),
        Some(piece) => piece,
        None if keep => ground.piece(context, place),
        None => Arc::new(Piece::new(context, run.clone())),
    }
}

/// What the rules make of a run of rows within one piece, of which `listed` are meant, or all.
fn part(
    context: &Context<'_>,
    piece: Arc<Piece>,
    (rows, listed): (Range<usize>, Option<&[u32]>),
) -> Part {
    let len = piece.rows.len();
    let matching = |when: Option<&Condition>| when.map(|when| piece.holds(context, when));
    let mut hidden = Bits::zeros(len);
    for rule in &context.visibility {
        let only = matches!(rule.effect(), Effect::Only {});
        match matching(rule.when()) {
            None if only => {}
            None => hidden = Bits::ones(len),
            Some(bits) => {
                let hide = |a: u64, b: u64| if only { a | !b } else { a | b };
                hidden = hidden.zip(&bits, hide);
            }
        }
    }
    let first = piece.rows.start;
    let mut meant = match listed {
        None => Bits::range(len, rows.start - first..rows.end - first),
        Some(listed) => {
            let mut meant = Bits::zeros(len);
            listed
                .iter()
                .for_each(|row| meant.set(*row as usize - first, true));
            meant
        }
    };
    for row in &context.in_cart {
        let row = *row as usize;
        if rows.contains(&row) {
            meant.set(row - first, false);
        }
    }
    let filter = matching(context.filter.as_ref());
    if let Some(filter) = &filter {
        meant = meant.zip(filter, |a, b| a & b);
    }
    let tested = piece.tested(context);
    let organic = meant.clone().zip(&tested.passes, |a, b| a & b);
    let any_stock = meant
        .zip(&tested.passes_but_stock, |a, b| a & b)
        .zip(&hidden, |a, b| a & !b);
    let shown = organic.clone().zip(&hidden, |a, b| a & !b);
    let place = |row: usize| row - first;
    Part {
        span: place(rows.start) / 64 * 64..place(rows.end).next_multiple_of(64).min(len),
        rows,
        tested,
        hidden,
        filter,
        // A pin has no condition and needs no products: its bits are not read.
        matches: context
            .placing
            .iter()
            .map(|rule| matching(rule.when()))
            .collect(),
        boosted: context
            .factors
            .iter()
            .map(|(rule, _)| matching(rule.when()))
            .collect(),
        factors: piece.factors(context),
        weighed: piece.weighed(context),
        shows: [shown, organic, any_stock],
        piece,
    }
}
