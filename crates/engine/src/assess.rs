//! Everything a request says of a product by itself: the tests it fails, its score, and
//! which rules match. What stands around it comes later, in the slate.

mod score;

use std::ops::Range;
use std::sync::Arc;

use endcap_rules::{Bits, Condition};
use endcap_vocab::{Effect, Reason};
use fearless_simd::{Level, dispatch};
use rayon::prelude::*;

use crate::context::Context;
use crate::desk::Variant;
use crate::ground::{Ground, PIECE, Piece, Tested, Weighed};
use crate::model::Model;
use crate::order::{Best, Key};
use crate::retailer::Retailer;
use score::{Found, multiply, score};

/// Rows of a smaller run are worked out for the request alone, unless their piece is kept.
const WORTH_KEEPING: usize = PIECE / 4;

/// Rows are looked at in runs; two that are nearer than this share one.
const RUN_GAP: usize = 64;

/// The tests that a product fails: one bit a [`Reason`], in the order the tests run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tests(u16);

impl Tests {
    /// Every test.
    pub(crate) const ALL: Self = Self((1 << Reason::ALL.len()) - 1);

    pub(crate) fn with(self, reason: Reason, fails: bool) -> Self {
        Self(self.0 | u16::from(fails) << reason as u16)
    }

    pub(crate) fn without(self, reason: Reason) -> Self {
        Self(self.0 & !(1 << reason as u16))
    }

    /// Of these tests, those among `others`.
    pub(crate) fn and(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The first of them.
    pub(crate) fn first(self) -> Option<Reason> {
        Reason::ALL.get(self.0.trailing_zeros() as usize).copied()
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Reason> {
        Reason::ALL
            .into_iter()
            .filter(move |reason| self.0 >> *reason as u16 & 1 == 1)
    }
}

/// The products of a condition; `None` is all of them.
type Held = Option<Arc<Bits>>;

fn holds(held: &Held, at: usize) -> bool {
    held.as_ref().is_none_or(|bits| bits.get(at))
}

/// A run of rows of one piece, with what the request makes of it. Places are those of the
/// piece: place i is row `piece.rows.start + i`.
pub(crate) struct Part {
    pub(crate) piece: Arc<Piece>,
    /// The places that are scored; they begin at a multiple of 64.
    span: Range<usize>,
    /// The rows that are meant, of those in the span.
    rows: Range<usize>,
    tested: Arc<Tested>,
    hidden: Bits,
    filter: Held,
    /// For each rule of [`Context::placing`]: which products match it.
    matches: Vec<Held>,
    /// For each rule of [`Context::factors`]: which products match it.
    factors: Vec<Held>,
    factor: Option<Arc<Vec<f64>>>,
    weighed: Arc<Weighed>,
    /// By [`Variant`]: which of the products meant may be shown.
    shows: [Bits; 3],
    /// The score before any rule, over the span.
    base: Vec<f64>,
    /// The highest score of each 64 places of the span, with rules and without.
    peaks: [Vec<f64>; 2],
}

impl Part {
    fn place(&self, row: usize) -> usize {
        row - self.piece.rows.start
    }

    pub(crate) fn row(&self, place: usize) -> usize {
        self.piece.rows.start + place
    }

    pub(crate) fn base(&self, place: usize) -> f64 {
        self.base[place - self.span.start]
    }

    pub(crate) fn score(&self, place: usize) -> f64 {
        let factor = self.factor.as_ref().map_or(1.0, |factor| factor[place]);
        (self.base(place) * factor).min(f64::MAX)
    }

    /// The scores of some places that count in a variant.
    #[inline(always)]
    fn scores(&self, variant: Variant, places: Range<usize>, scores: &mut [f64]) {
        let base = &self.base[places.start - self.span.start..][..places.len()];
        match self.factor.as_ref().filter(|_| variant.has_rules()) {
            None => scores.copy_from_slice(base),
            Some(factor) => multiply(base, &factor[places], scores),
        }
    }

    /// Offers the products that `shows` has, each with its score and row, as long as it reaches
    /// the least that `offer` gave last.
    #[inline(always)]
    fn sift(&self, variant: Variant, shows: &Bits, offer: &mut impl FnMut(f64, usize) -> f64) {
        let mut least = f64::NEG_INFINITY;
        let words = &shows.words()[self.span.start / 64..];
        let starts = self.span.clone().step_by(64);
        for (start, (word, peak)) in starts.zip(words.iter().zip(self.peaks(variant))) {
            if *word == 0 || *peak < least {
                continue;
            }
            let places = start..self.span.end.min(start + 64);
            let mut scores = [0.0; 64];
            self.scores(variant, places.clone(), &mut scores[..places.len()]);
            let mut rest = *word;
            while rest != 0 {
                let at = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                if scores[at] >= least {
                    least = offer(scores[at], self.row(start + at));
                }
            }
        }
    }

    /// The highest score of each 64 places of the span, of those shown and of others.
    fn peaks(&self, variant: Variant) -> &[f64] {
        &self.peaks[usize::from(!variant.has_rules())]
    }

    pub(crate) fn passes_filter(&self, place: usize) -> bool {
        holds(&self.filter, place)
    }

    /// Which products match a rule of [`Context::placing`].
    pub(crate) fn matching(&self, rule: usize) -> Bits {
        match &self.matches[rule] {
            Some(bits) => Bits::clone(bits),
            None => Bits::ones(self.piece.rows.len()),
        }
    }

    /// Which products may be shown in a variant.
    pub(crate) fn shows(&self, variant: Variant) -> &Bits {
        &self.shows[variant as usize]
    }

    /// The products that may be shown without a rule and score at least so much without one, each
    /// with its row and that score.
    pub(crate) fn organic(&self, least: f64) -> impl Iterator<Item = (usize, f64)> {
        let words = &self.shows(Variant::Organic).words()[self.span.start / 64..];
        let starts = self.span.clone().step_by(64);
        let peaked = starts.zip(words.iter().zip(self.peaks(Variant::Organic)));
        let reaching = peaked.filter(move |(_, (_, peak))| **peak >= least);
        let places = reaching.flat_map(|(start, (word, _))| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let at = rest.trailing_zeros() as usize;
                (rest != 0).then(|| {
                    rest &= rest - 1;
                    start + at
                })
            })
        });
        places
            .map(|place| (self.row(place), self.base(place)))
            .filter(move |(_, base)| *base >= least)
    }
}

/// Which rows are meant.
enum Rows {
    Range(Range<usize>),
    /// Ascending.
    List(Vec<u32>),
}

/// Products, each with what the request says of it. They are numbered from 0 by row.
pub(crate) struct Assessed<'a> {
    rows: Rows,
    /// By row ascending.
    parts: Vec<Part>,
    /// One a row of the retailer.
    popularity: &'a [f64],
    in_cart: &'a [u32],
    /// By [`Variant`]: the best of those that may be shown; `None` where nobody looked.
    best: [Option<Best>; 3],
    /// The highest purchases of the products that may be shown without rules, descending.
    pub(crate) best_purchases: Vec<f64>,
}

impl<'a> Assessed<'a> {
    pub(crate) fn len(&self) -> usize {
        match &self.rows {
            Rows::Range(range) => range.len(),
            Rows::List(rows) => rows.len(),
        }
    }

    pub(crate) fn row(&self, index: usize) -> usize {
        match &self.rows {
            Rows::Range(range) => range.start + index,
            Rows::List(rows) => rows[index] as usize,
        }
    }

    /// The number of the product at a row.
    pub(crate) fn index(&self, row: usize) -> Option<usize> {
        match &self.rows {
            Rows::Range(range) => range.contains(&row).then(|| row - range.start),
            Rows::List(rows) => rows.binary_search(&(row as u32)).ok(),
        }
    }

    fn at(&self, index: usize) -> (&Part, usize) {
        let (row, part) = match &self.rows {
            // Every piece of a range is a part.
            Rows::Range(range) => {
                let row = range.start + index;
                (row, row / PIECE - range.start / PIECE)
            }
            Rows::List(rows) => {
                let row = rows[index] as usize;
                let ends_before = |part: &Part| part.rows.end <= row;
                (row, self.parts.partition_point(ends_before))
            }
        };
        let part = &self.parts[part];
        (part, part.place(row))
    }

    /// The runs of rows that were looked at; they may hold rows that are not meant.
    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub(crate) fn price(&self, index: usize) -> f64 {
        let (part, place) = self.at(index);
        part.piece.price[place]
    }

    pub(crate) fn stock(&self, index: usize) -> i64 {
        let (part, place) = self.at(index);
        part.piece.stock[place]
    }

    /// The tests that a product fails.
    pub(crate) fn fails(&self, index: usize) -> Tests {
        let (part, place) = self.at(index);
        let row = part.row(place) as u32;
        part.tested.fails[place]
            .with(Reason::InCart, self.in_cart.binary_search(&row).is_ok())
            .with(Reason::Hidden, part.hidden.get(place))
    }

    /// Whether the shopper's own filter lets a product through.
    pub(crate) fn passes_filter(&self, index: usize) -> bool {
        let (part, place) = self.at(index);
        part.passes_filter(place)
    }

    pub(crate) fn popularity(&self, index: usize) -> f64 {
        self.popularity[self.row(index)]
    }

    pub(crate) fn base(&self, index: usize) -> f64 {
        let (part, place) = self.at(index);
        part.base(place)
    }

    pub(crate) fn score(&self, index: usize) -> f64 {
        let (part, place) = self.at(index);
        part.score(place)
    }

    /// Whether a product matches a rule of [`Context::placing`].
    pub(crate) fn matches(&self, rule: usize, index: usize) -> bool {
        let (part, place) = self.at(index);
        holds(&part.matches[rule], place)
    }

    /// Whether a product matches a rule of [`Context::factors`].
    pub(crate) fn has_factor(&self, rule: usize, index: usize) -> bool {
        let (part, place) = self.at(index);
        holds(&part.factors[rule], place)
    }

    /// Which products match a rule of [`Context::factors`].
    pub(crate) fn factor_bits(&self, rule: usize) -> Bits {
        Bits::from_fn(self.len(), |index| self.has_factor(rule, index))
    }

    /// Which products a condition holds for.
    pub(crate) fn holding(&self, context: &Context<'_>, condition: &Condition) -> Bits {
        let of_part = |part: &Part| part.piece.holds(context, condition);
        let held: Vec<Arc<Bits>> = self.parts.par_iter().map(of_part).collect();
        let parts = self.parts.iter().zip(&held);
        let mut bits = Bits::zeros(self.len());
        for (part, held) in parts {
            for row in part.rows.clone().filter(|row| held.get(part.place(*row))) {
                if let Some(index) = self.index(row) {
                    bits.set(index, true);
                }
            }
        }
        bits
    }

    /// Whether a product may be shown.
    pub(crate) fn shows(&self, variant: Variant, index: usize) -> bool {
        let (part, place) = self.at(index);
        part.shows(variant).get(place)
    }

    /// The products that may be shown.
    pub(crate) fn shown(&self, variant: Variant) -> impl Iterator<Item = usize> {
        (0..self.len()).filter(move |index| self.shows(variant, *index))
    }

    /// At most so many of those that come after a key in the order of scores, of the rows that
    /// `wanted` has and that `masks` has by part, or else that may be shown.
    pub(crate) fn best_after(
        &self,
        retailer: &Retailer,
        (variant, after, most): (Variant, Option<Key>, usize),
        masks: Option<&[Bits]>,
        wanted: impl Fn(usize) -> bool,
    ) -> Best {
        let mut best = Best::after(after, most);
        let offer = |score: f64, row: usize| {
            if wanted(row) {
                let key = Key::by_score(retailer, self.popularity, score, row);
                best.push(key, row as u32);
            }
            best.least()
        };
        dispatch!(Level::new(), _simd => self.sift(variant, masks, offer));
        best.finish()
    }

    /// Offers the products that `masks` has by part, or else that may be shown.
    #[inline(always)]
    fn sift(
        &self,
        variant: Variant,
        masks: Option<&[Bits]>,
        mut offer: impl FnMut(f64, usize) -> f64,
    ) {
        for (place, part) in self.parts.iter().enumerate() {
            let shows = masks.map_or(part.shows(variant), |masks| &masks[place]);
            if shows.any() {
                part.sift(variant, shows, &mut offer);
            }
        }
    }

    /// The best of those that may be shown; `None` where only a look at all of them tells.
    pub(crate) fn best(&self, variant: Variant) -> Option<&Best> {
        self.best[variant as usize].as_ref()
    }
}

/// Looks at every product of a run of rows.
pub(crate) fn assess_range<'a>(
    context: &'a Context<'a>,
    ground: &Ground,
    model: &'a dyn Model,
    rows: Range<usize>,
) -> Assessed<'a> {
    let places = rows.start / PIECE..rows.end.div_ceil(PIECE);
    let keep = rows.len() >= WORTH_KEEPING;
    let runs = places.filter_map(|place| {
        let run = rows.start.max(place * PIECE)..rows.end.min((place + 1) * PIECE);
        (!run.is_empty()).then_some(run)
    });
    let runs: Vec<Range<usize>> = runs.collect();
    let given = (context, ground, model);
    let look = |run, found: &mut Found| look(given, (run, None), keep, found);
    join(context, model, Rows::Range(rows), &runs, look)
}

/// Looks at the products of some rows, given ascending.
pub(crate) fn assess_rows<'a>(
    context: &'a Context<'a>,
    ground: &Ground,
    model: &'a dyn Model,
    rows: Vec<u32>,
) -> Assessed<'a> {
    // Two rows that are near share a run, as long as one piece holds them.
    let near = |a: &u32, b: &u32| {
        (b - a) as usize <= RUN_GAP && *a as usize / PIECE == *b as usize / PIECE
    };
    let runs: Vec<Range<usize>> = rows
        .chunk_by(near)
        .map(|run| run[0] as usize..run[run.len() - 1] as usize + 1)
        .collect();
    let listed = |run: &Range<usize>| {
        let first = rows.partition_point(|row| (*row as usize) < run.start);
        let end = rows.partition_point(|row| (*row as usize) < run.end);
        &rows[first..end]
    };
    let given = (context, ground, model);
    let look = |run: Range<usize>, found: &mut Found| {
        let listed = listed(&run);
        look(given, (run, Some(listed)), false, found)
    };
    let mut assessed = join(context, model, Rows::Range(0..0), &runs, look);
    assessed.rows = Rows::List(rows);
    assessed
}

fn join<'a>(
    context: &'a Context<'a>,
    model: &'a dyn Model,
    rows: Rows,
    runs: &[Range<usize>],
    look: impl Fn(Range<usize>, &mut Found) -> Part + Sync,
) -> Assessed<'a> {
    // What one run has found spares the next of a thread most of its own.
    let a_thread = runs.len().div_ceil(rayon::current_num_threads()).max(1);
    let look_at = |runs: &[Range<usize>]| {
        let mut found = Found::new(context);
        let parts = runs.iter().map(|run| look(run.clone(), &mut found));
        (parts.collect::<Vec<Part>>(), found)
    };
    let looked: Vec<(Vec<Part>, Found)> = if runs.len() <= a_thread {
        vec![look_at(runs)]
    } else {
        runs.par_chunks(a_thread).map(look_at).collect()
    };
    let mut found = Found::new(context);
    let mut parts = Vec::with_capacity(runs.len());
    for (of_thread, of_parts) in looked {
        parts.extend(of_thread);
        found.join(of_parts);
    }
    Assessed {
        rows,
        parts,
        popularity: model.popularity(),
        in_cart: &context.in_cart,
        best: found.best.map(|best| best.map(Best::finish)),
        best_purchases: found.purchases.finish(),
    }
}

/// Looks at a run of rows within one piece, of which `listed` are meant, or all.
fn look(
    (context, ground, model): (&Context<'_>, &Ground, &dyn Model),
    (run, listed): (Range<usize>, Option<&[u32]>),
    keep: bool,
    found: &mut Found,
) -> Part {
    let place = run.start / PIECE;
    let piece = match ground.kept(place) {
        _ if context.is_plain => Arc::new(Piece::new(context, run.clone())),
        Some(piece) => piece,
        None if keep => ground.piece(context, place),
        None => Arc::new(Piece::new(context, run.clone())),
    };
    let mut part = part(context, piece, (run, listed));
    dispatch!(Level::new(), _simd => score(context, model, &mut part, found));
    part
}

/// What the rules make of a run of rows.
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
        factors: context
            .factors
            .iter()
            .map(|(rule, _)| matching(rule.when()))
            .collect(),
        factor: piece.factor(context),
        weighed: piece.weighed(context),
        shows: [shown, organic, any_stock],
        base: Vec::new(),
        peaks: [Vec::new(), Vec::new()],
        piece,
    }
}
