//! Everything a request says of a product by itself: the tests it fails, its score, and
//! which rules match. What stands around it comes later, in the slate.

mod descent;
mod lanes;
mod search;
mod shelf;
mod survey;

use std::sync::{Arc, OnceLock};

use endcap_rules::{Bits, Condition};
use endcap_vocab::Reason;
use rayon::prelude::*;

use crate::context::Context;
use crate::desk::Variant;
use crate::few::Few;
use crate::model::Model;
use crate::order::ByScore;
use crate::retailer::Retailer;
pub use descent::Kept;
use descent::{Descent, Stage};
pub(crate) use descent::{Pool, View};
pub(crate) use search::Search;
use shelf::holds;
pub(crate) use shelf::{Part, Shelf};
use survey::count;

/// Rows that the model is asked for together where all are wanted.
const BLOCK: usize = 256;

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

/// The candidates as one shopper finds them. They are numbered from 0 by row.
pub(crate) struct Assessed<'a> {
    shelf: Arc<Shelf<'a>>,
    retailer: &'a Retailer,
    model: &'a dyn Model,
    shopper: Option<u32>,
    in_cart: &'a [u32],
    /// The rows of the shopper of which the model may say more than of others', ascending.
    own: Few,
    /// What it says of them, once somebody has asked.
    own_said: OnceLock<Vec<(f64, f64)>>,
    /// The score before any rule of every place of each part, once somebody has asked.
    exact: OnceLock<Vec<Vec<f64>>>,
}

impl<'a> Assessed<'a> {
    /// The candidates as the shopper of a request finds them.
    pub(crate) fn new(context: &'a Context<'a>, model: &'a dyn Model, shelf: Shelf<'a>) -> Self {
        let shopper = context.shopper.and_then(|id| model.shopper(id));
        Self::of(context, Arc::new(shelf), (model, shopper))
    }

    /// The candidates of a request as any shopper finds them whom the rules treat like its own.
    pub(crate) fn of(
        context: &'a Context<'a>,
        shelf: Arc<Shelf<'a>>,
        (model, shopper): (&'a dyn Model, Option<u32>),
    ) -> Self {
        Self {
            shelf,
            retailer: context.retailer,
            model,
            shopper,
            in_cart: &context.in_cart,
            own: Few::from(shopper.map_or_else(Vec::new, |shopper| model.own(shopper))),
            own_said: OnceLock::new(),
            exact: OnceLock::new(),
        }
    }

    /// The model's number of the shopper who finds them.
    pub(crate) fn shopper(&self) -> Option<u32> {
        self.shopper
    }

    /// The products of a view by the most they may score.
    pub(crate) fn descent(&self, view: View) -> Descending<'_> {
        let by = (self.model, self.shopper.is_some());
        Descending {
            descent: self.shelf.descent(view, by),
            view,
            from: (&self.shelf, by.0, by.1),
        }
    }

    /// The rows of the shopper's own that a view has, each with its relevance and its probability of
    /// purchase.
    fn own(&self, view: View) -> impl Iterator<Item = (u32, (f64, f64))> {
        let said = self
            .own_said
            .get_or_init(|| self.said_of(self.own.numbers()));
        let own = self.own.numbers().iter().copied().zip(said.iter().copied());
        own.filter(move |(row, _)| self.has(view, *row))
    }

    fn is_own(&self, row: u32) -> bool {
        self.own.has(row)
    }

    /// The code of the product at a row in a column of [`Shelf::counted`].
    fn counted(&self, column: usize, row: u32) -> u32 {
        self.shelf.counted[column].1.get(row as usize)
    }

    /// Whether a view has the product at a row, be it a candidate at all.
    fn has(&self, view: View, row: u32) -> bool {
        self.index(row as usize).is_some() && view.has(&self.shelf, row as usize)
    }

    /// What the model says of rows that are not the shopper's own; of those that are, it says nothing.
    fn predict_others(&self, rows: &[u32], relevance: &mut [f64], purchase: &mut [f64]) {
        self.model
            .predict_others(self.shopper, rows, relevance, purchase);
    }

    /// What the product at a row is compared by in a view by score, for a shopper who prefers it so much.
    fn by_score(&self, view: View, row: usize, relevance: f64) -> ByScore {
        let part = &self.shelf.parts[self.shelf.part_of(row)];
        let place = part.place(row);
        let popularity = self.model.popularity()[row];
        let base = part.base(place, relevance, popularity);
        let score = match view {
            View::Organic | View::Purchase => base,
            View::Ruled | View::Matching(_) => (base * part.factor(place)).min(f64::MAX),
        };
        ByScore::new(self.retailer, score, popularity, row)
    }

    pub(crate) fn len(&self) -> usize {
        self.shelf.len()
    }

    pub(crate) fn row(&self, index: usize) -> usize {
        self.shelf.row(index)
    }

    /// The number of the product at a row.
    pub(crate) fn index(&self, row: usize) -> Option<usize> {
        self.shelf.index(row)
    }

    fn at(&self, index: usize) -> (&Part, usize) {
        let row = self.row(index);
        let part = &self.shelf.parts[self.shelf.part_of(row)];
        (part, part.place(row))
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

    /// What the model says of the product at a row: its relevance and its probability of purchase.
    pub(crate) fn said(&self, row: usize) -> (f64, f64) {
        self.model.predict_one(self.shopper, row)
    }

    /// The same of some rows.
    pub(crate) fn said_of(&self, rows: &[u32]) -> Vec<(f64, f64)> {
        let (mut relevance, mut purchase) = (vec![0.0; rows.len()], vec![0.0; rows.len()]);
        self.model
            .predict_rows(self.shopper, rows, &mut relevance, &mut purchase);
        relevance.into_iter().zip(purchase).collect()
    }

    pub(crate) fn popularity(&self, index: usize) -> f64 {
        self.model.popularity()[self.row(index)]
    }

    pub(crate) fn base(&self, index: usize) -> f64 {
        let (part, place) = self.at(index);
        self.base_at(part, place)
    }

    fn base_at(&self, part: &Part, place: usize) -> f64 {
        let row = part.row(place);
        match self.exact.get() {
            Some(exact) => exact[self.shelf.part_of(row)][place - part.span.start],
            None => {
                let (relevance, _) = self.said(row);
                part.base(place, relevance, self.model.popularity()[row])
            }
        }
    }

    pub(crate) fn score(&self, index: usize) -> f64 {
        let (part, place) = self.at(index);
        (self.base_at(part, place) * part.factor(place)).min(f64::MAX)
    }

    /// Scores every product; for who asks for many of them.
    pub(crate) fn score_all(&self) {
        self.exact.get_or_init(|| {
            let parts = self.shelf.parts.par_iter();
            parts.map(|part| self.bases(part)).collect()
        });
    }

    /// The score before any rule of each place of a part.
    fn bases(&self, part: &Part) -> Vec<f64> {
        let mut relevance = [0.0; BLOCK];
        let mut purchase = [0.0; BLOCK];
        let mut bases = Vec::with_capacity(part.span.len());
        for start in part.span.clone().step_by(BLOCK) {
            let end = part.span.end.min(start + BLOCK);
            let rows = part.row(start)..part.row(end);
            let popularity = &self.model.popularity()[rows.clone()];
            let relevance = &mut relevance[..rows.len()];
            let purchase = &mut purchase[..rows.len()];
            self.model.predict(self.shopper, rows, relevance, purchase);
            let signals = relevance.iter().zip(popularity);
            let places = (start..end).zip(signals);
            bases.extend(
                places.map(|(place, (relevance, popularity))| {
                    part.base(place, *relevance, *popularity)
                }),
            );
        }
        bases
    }

    /// What boosts and buries multiply the score of a product by.
    pub(crate) fn factor(&self, index: usize) -> f64 {
        let (part, place) = self.at(index);
        part.factor(place)
    }

    /// Whether a product matches a rule of [`Context::placing`].
    pub(crate) fn matches(&self, rule: usize, index: usize) -> bool {
        let (part, place) = self.at(index);
        holds(&part.matches[rule], place)
    }

    /// Whether a product matches a rule of [`Context::factors`].
    pub(crate) fn has_factor(&self, rule: usize, index: usize) -> bool {
        let (part, place) = self.at(index);
        holds(&part.boosted[rule], place)
    }

    /// Which products match a rule of [`Context::factors`].
    pub(crate) fn factor_bits(&self, rule: usize) -> Bits {
        Bits::from_fn(self.len(), |index| self.has_factor(rule, index))
    }

    /// Which products a condition holds for.
    pub(crate) fn holding(&self, context: &Context<'_>, condition: &Condition) -> Bits {
        let of_part = |part: &Part| part.piece.holds(context, condition);
        let held: Vec<Arc<Bits>> = self.shelf.parts.par_iter().map(of_part).collect();
        let mut bits = Bits::zeros(self.len());
        for (part, held) in self.shelf.parts.iter().zip(&held) {
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

    /// Whether the product at a row may be shown.
    pub(crate) fn shows_at(&self, variant: Variant, row: usize) -> bool {
        let part = &self.shelf.parts[self.shelf.part_of(row)];
        part.shows(variant).get(part.place(row))
    }

    /// Whether the product at a row matches a rule of [`Context::placing`].
    pub(crate) fn matches_at(&self, rule: usize, row: usize) -> bool {
        let part = &self.shelf.parts[self.shelf.part_of(row)];
        holds(&part.matches[rule], part.place(row))
    }

    /// The products that may be shown.
    pub(crate) fn shown(&self, variant: Variant) -> impl Iterator<Item = usize> {
        (0..self.len()).filter(move |index| self.shows(variant, *index))
    }

    /// The highest purchases of the products that may be shown without rules, descending, at
    /// most so many.
    pub(crate) fn best_purchases(&self, slots: usize) -> Vec<f64> {
        /// Products that the model is asked about together.
        const MANY: usize = 32;
        let mut best = Highest::new(slots);
        for (_, (_, purchase)) in self.own(View::Purchase) {
            best.take(purchase);
        }
        let descent = self.descent(View::Purchase);
        let (mut relevance, mut purchase) = ([0.0; MANY], [0.0; MANY]);
        for stage in (0..).map_while(|at| descent.stage(at)) {
            for steps in stage.steps().chunks(MANY) {
                if f64::from(steps[0].most) <= best.least {
                    return best.values;
                }
                let mut rows = [0; MANY];
                let rows = &mut rows[..steps.len()];
                rows.iter_mut()
                    .zip(steps)
                    .for_each(|(row, step)| *row = step.row);
                let purchase = &mut purchase[..rows.len()];
                self.predict_others(rows, &mut relevance[..rows.len()], purchase);
                for (row, purchase) in rows.iter().zip(purchase) {
                    // Few get this far, so that whether they may be shown is asked last.
                    if *purchase > best.least
                        && !self.is_own(*row)
                        && self.has(View::Purchase, *row)
                    {
                        best.take(*purchase);
                    }
                }
            }
            if stage
                .least()
                .is_none_or(|below| f64::from(below) <= best.least)
            {
                break;
            }
        }
        best.values
    }

    /// How many candidates that may be shown without rules come before each of some keys by score,
    /// given in order.
    pub(crate) fn ahead_of(&self, keys: &[ByScore]) -> Vec<u32> {
        let of_part = |part: &Part| {
            let mut ahead = count(part, (self.model, self.shopper), keys);
            for (place, which) in ahead.unsure {
                let row = part.row(place);
                let (base, popularity) = (self.base_at(part, place), self.model.popularity()[row]);
                let by = ByScore::new(self.retailer, base, popularity, row);
                ahead.counts[which] += u32::from(by.compare(&keys[which]).is_lt());
            }
            ahead.counts
        };
        let counted: Vec<Vec<u32>> = self.shelf.parts.par_iter().map(of_part).collect();
        let mut counts = vec![0; keys.len()];
        for of_part in counted {
            for (count, of_part) in counts.iter_mut().zip(of_part) {
                *count += of_part;
            }
        }
        counts
    }
}

/// The highest of some values, descending.
struct Highest {
    values: Vec<f64>,
    most: usize,
    /// What is not above it is not among them.
    least: f64,
}

impl Highest {
    /// Of none so far, at most so many.
    fn new(most: usize) -> Self {
        Self {
            values: Vec::with_capacity(most + 1),
            most,
            least: if most == 0 {
                f64::INFINITY
            } else {
                f64::NEG_INFINITY
            },
        }
    }

    fn take(&mut self, value: f64) {
        if value > self.least {
            let place = self.values.partition_point(|other| *other >= value);
            self.values.insert(place, value);
            self.values.truncate(self.most);
            if self.values.len() == self.most {
                self.least = self.values[self.most - 1];
            }
        }
    }
}

/// A descent on its way.
#[derive(Clone, Copy)]
pub(crate) struct Descending<'s> {
    descent: &'s Descent,
    view: View,
    from: (&'s Shelf<'s>, &'s dyn Model, bool),
}

impl<'s> Descending<'s> {
    /// A stage, of which the first is 0; none where nothing is left for it.
    #[inline]
    fn stage(&self, at: usize) -> Option<&'s Stage> {
        self.descent.stage(at, self.view, self.from)
    }
}
