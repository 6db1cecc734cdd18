//! Everything a request says of a product by itself: the tests it fails, its score, and
//! which rules match. What stands around it comes later, in the slate.

mod shelf;
mod sieve;
mod spread;
mod survey;

use std::sync::{Arc, OnceLock};

use endcap_rules::{Bits, Condition};
use endcap_vocab::Reason;
use fearless_simd::{Level, dispatch};
use rayon::prelude::*;

use crate::context::Context;
use crate::desk::Variant;
use crate::model::Model;
use crate::order::{Best, Floor, Key};
use crate::retailer::Retailer;
use shelf::{Function, PURCHASES, holds};
pub(crate) use shelf::{Part, Shelf};
use sieve::{Found, Sieve};
use spread::{Room, Spreads};
pub(crate) use survey::look_for_many;
use survey::{Bounds, count_part, look, sift_part};

/// Rows that the model is asked for together where all are wanted.
const BLOCK: usize = 256;

/// How many may be looked at exactly where one is looked for.
const LEAST_LOOK: usize = 16;

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

/// One shopper's look at a shelf; it serves another shelf, too, that was looked at beside it
/// ([`look_for_many`]).
pub(crate) struct Look<'a> {
    shelf: Arc<Shelf<'a>>,
    model: &'a dyn Model,
    shopper: Option<u32>,
    found: Found,
    /// Rows that may come on some slate, ascending, and what the model says of them: relevance and
    /// purchase.
    rows: Vec<u32>,
    said: Vec<(f64, f64)>,
    /// By part, once somebody has asked.
    bounds: OnceLock<Vec<Bounds>>,
}

impl<'a> Look<'a> {
    /// Looks now.
    fn new(shelf: Arc<Shelf<'a>>, (model, shopper): (&'a dyn Model, Option<u32>)) -> Self {
        let mut found = Found::new(&shelf);
        if shelf.views.iter().all(|view| view.most == 0) {
            return Self::of(shelf, (model, shopper), (found, None));
        }
        let bounds = look_at_all(&shelf, (model, shopper), Some(&mut found));
        let found = found.finish(&shelf, &mut Room::default());
        Self::of(shelf, (model, shopper), (found, Some(bounds)))
    }

    /// What has been found already.
    pub(crate) fn of(
        shelf: Arc<Shelf<'a>>,
        (model, shopper): (&'a dyn Model, Option<u32>),
        (found, bounds): (Found, Option<Vec<Bounds>>),
    ) -> Self {
        let sieves = found.sieves[..PURCHASES].iter();
        let mut rows: Vec<u32> = sieves
            .flat_map(|sieve| sieve.entries.iter().map(|(_, row)| *row))
            .collect();
        rows.sort_unstable();
        rows.dedup();
        let said = rows.iter();
        let said = said.map(|row| model.predict_one(shopper, *row as usize));
        Self {
            said: said.collect(),
            rows,
            shelf,
            model,
            shopper,
            found,
            bounds: bounds.map_or_else(OnceLock::new, OnceLock::from),
        }
    }

    pub(crate) fn model(&self) -> &'a dyn Model {
        self.model
    }

    /// What the model says of the product at a row.
    fn said(&self, row: usize) -> (f64, f64) {
        match self.rows.binary_search(&(row as u32)) {
            Ok(place) => self.said[place],
            Err(_) => self.model.predict_one(self.shopper, row),
        }
    }

    fn bounds(&self) -> &[Bounds] {
        let look = || look_at_all(&self.shelf, (self.model, self.shopper), None);
        self.bounds.get_or_init(look)
    }
}

/// The candidates as one shopper finds them. They are numbered from 0 by row.
pub(crate) struct Assessed<'a> {
    shelf: Arc<Shelf<'a>>,
    look: Arc<Look<'a>>,
    retailer: &'a Retailer,
    model: &'a dyn Model,
    in_cart: &'a [u32],
    /// By view of the shelf, once somebody has asked.
    best: Vec<OnceLock<Best>>,
    /// The score before any rule of every place of each part, once somebody has asked.
    exact: OnceLock<Vec<Vec<f64>>>,
}

impl<'a> Assessed<'a> {
    /// Looks at the candidates for the shopper of a request.
    pub(crate) fn new(context: &'a Context<'a>, model: &'a dyn Model, shelf: Shelf<'a>) -> Self {
        let shopper = context.shopper.and_then(|id| model.shopper(id));
        let shelf = Arc::new(shelf);
        let look = Look::new(Arc::clone(&shelf), (model, shopper));
        Self::of(context, shelf, Arc::new(look))
    }

    /// The candidates for a shopper who has looked at them, or at others that differ in boosts and
    /// buries alone.
    pub(crate) fn of(context: &'a Context<'a>, shelf: Arc<Shelf<'a>>, look: Arc<Look<'a>>) -> Self {
        Self {
            best: vec![OnceLock::new(); shelf.views.len()],
            retailer: context.retailer,
            model: look.model,
            in_cart: &context.in_cart,
            exact: OnceLock::new(),
            look,
            shelf,
        }
    }

    /// The best of what a sieve caught that nothing it left out can come before.
    fn certain(&self, (function, spreads): (Function, &Spreads<'_>), sieve: &Sieve) -> Best {
        let least = if sieve.is_all {
            f64::NEG_INFINITY
        } else {
            f64::from(sieve.least)
        };
        let keys = sieve.entries.iter().map(|(_, row)| {
            let score = self.by_function(function, *row as usize);
            (self.key(score, *row as usize), *row)
        });
        let certain = keys.filter(|(key, _)| key.first() > least || sieve.is_all);
        let floors = sieve.floors.iter().enumerate();
        let floors = floors.filter(|(_, floor)| **floor > f32::NEG_INFINITY);
        let floors = floors.map(|(kind, floor)| {
            let (rule, kind) = spreads.cap(kind);
            Floor {
                rule,
                kind,
                most: f64::from(*floor),
            }
        });
        let floors = floors.collect();
        Best::of(certain.collect(), sieve.is_all, floors)
    }

    fn by_function(&self, function: Function, row: usize) -> f64 {
        let part = &self.shelf.parts[self.shelf.part_of(row)];
        let base = self.base_at(part, part.place(row));
        match function {
            Function::Ruled => (base * part.factor(part.place(row))).min(f64::MAX),
            Function::Organic | Function::Purchase => base,
        }
    }

    fn key(&self, score: f64, row: usize) -> Key {
        Key::by_score(self.retailer, self.model.popularity(), score, row)
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

    /// The runs of rows that were looked at; they may hold rows that are not meant.
    pub(crate) fn parts(&self) -> &[Part] {
        &self.shelf.parts
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
        self.look.said(row)
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
            self.model
                .predict(self.look.shopper, rows, relevance, purchase);
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

    /// The products that may be shown.
    pub(crate) fn shown(&self, variant: Variant) -> impl Iterator<Item = usize> {
        (0..self.len()).filter(move |index| self.shows(variant, *index))
    }

    /// The best of those that may be shown in a variant, as far as caps leave room for them, and of
    /// some others; `None` where only a look at all of them tells.
    pub(crate) fn best(&self, variant: Variant) -> Option<&Best> {
        let best = self.best_of_view(variant as usize);
        match variant {
            Variant::Shown => best.or_else(|| self.best_of_view(Variant::AnyStock as usize)),
            _ => best,
        }
    }

    /// The best of those that match a rule of [`Context::placing`] and may be shown in one of the
    /// variants, where somebody looked.
    pub(crate) fn best_matching(&self, rule: usize) -> Option<&Best> {
        self.best_of_view(self.shelf.of_rule[rule]?)
    }

    fn best_of_view(&self, place: usize) -> Option<&Best> {
        let view = &self.shelf.views[place];
        let by = (view.function, self.shelf.spreads_of(view));
        let certain = || self.certain(by, &self.look.found.sieves[place]);
        (view.most > 0).then(|| self.best[place].get_or_init(certain))
    }

    /// The highest purchases of the products that may be shown without rules, descending, at
    /// most so many.
    pub(crate) fn best_purchases(&self, slots: usize) -> Vec<f64> {
        let sieve = &self.look.found.sieves[PURCHASES];
        let rows = sieve.entries.iter();
        let mut purchases: Vec<f64> = rows.map(|(_, row)| self.said(*row as usize).1).collect();
        purchases.sort_unstable_by(|a, b| b.total_cmp(a));
        let least = f64::from(sieve.least);
        let certain = purchases.partition_point(|purchase| *purchase > least);
        if !sieve.is_all && certain < slots {
            let shown = self.shown(Variant::Organic);
            purchases = shown.map(|index| self.said(self.row(index)).1).collect();
            purchases.sort_unstable_by(|a, b| b.total_cmp(a));
        }
        purchases.truncate(slots);
        purchases
    }

    /// At most so many of those that come after a key in the order of scores, of the rows that
    /// `wanted` has and that `mask` has, which gives the words of [`Bits`] over each part.
    pub(crate) fn best_after(
        &self,
        (variant, after, most): (Variant, Option<Key>, usize),
        mask: impl Fn((usize, &Part), usize) -> u64,
        wanted: impl Fn(usize) -> bool,
    ) -> Best {
        let is_wanted = |bound: f32, row: usize| {
            wanted(row)
                && after.is_none_or(|after| {
                    f64::from(bound) < after.first()
                        || self.key_in(variant, row).compare(&after).is_gt()
                })
        };
        let (spreads, mut room) = (Spreads::none(), Room::default());
        let mut sieve = Sieve::new(most + LEAST_LOOK, (&spreads, 0));
        self.sift(variant, &mask, |bound, row| {
            if is_wanted(bound, row) {
                sieve.push(&spreads, (bound, row as u32), &mut room);
            }
            sieve.least
        });
        sieve.cut(&spreads, &mut room);
        let best = self.certain((Function::of(variant), &spreads), &sieve);
        if !best.is_empty() || best.is_all() {
            return best;
        }
        // So many are as good as each other that only their keys tell.
        let mut best = Best::after(after, most);
        self.sift(variant, &mask, |bound, row| {
            if wanted(row) && f64::from(bound) >= best.least() {
                best.push(self.key_in(variant, row), row as u32);
            }
            f32::NEG_INFINITY
        });
        best.finish()
    }

    fn key_in(&self, variant: Variant, row: usize) -> Key {
        self.key(self.by_function(Function::of(variant), row), row)
    }

    /// Offers the products that `mask` has, each with the most it may score and its row, as long as
    /// that reaches the least that `offer` gave last.
    fn sift(
        &self,
        variant: Variant,
        mask: &impl Fn((usize, &Part), usize) -> u64,
        mut offer: impl FnMut(f32, usize) -> f32,
    ) {
        let mut least = f32::NEG_INFINITY;
        for (place, looked) in self.shelf.parts.iter().zip(self.look.bounds()).enumerate() {
            let mask = |word| mask((place, looked.0), word);
            dispatch!(Level::new(), _simd => {
                sift_part(looked, (variant.has_rules(), &mask), (&mut least, &mut offer));
            });
        }
    }

    /// How many candidates that may be shown without rules come before each of some keys by score,
    /// given in order.
    pub(crate) fn ahead_of(&self, keys: &[Key]) -> Vec<u32> {
        let best = self.best(Variant::Organic);
        let known = best.map_or(0, |best| keys.partition_point(|key| best.reaches(key)));
        let mut ahead: Vec<u32> = Vec::with_capacity(keys.len());
        if let Some(best) = best {
            ahead.extend(keys[..known].iter().map(|key| best.ahead_of(key)));
        }
        let far = &keys[known..];
        if far.is_empty() {
            return ahead;
        }
        let mut counts = vec![0; far.len()];
        let of_part = |(part, bounds): (&Part, &Bounds)| {
            let mut counts = vec![0; far.len()];
            let mut unsure = Vec::new();
            dispatch!(Level::new(), _simd => {
                count_part((part, bounds), far, &mut counts, &mut unsure);
            });
            for (place, which) in unsure {
                let key = self.key(self.base_at(part, place), part.row(place));
                counts[which] += u32::from(key.compare(&far[which]).is_lt());
            }
            counts
        };
        let parts: Vec<(&Part, &Bounds)> =
            self.shelf.parts.iter().zip(self.look.bounds()).collect();
        let counted: Vec<Vec<u32>> = parts.into_par_iter().map(of_part).collect();
        for of_part in counted {
            for (count, of_part) in counts.iter_mut().zip(of_part) {
                *count += of_part;
            }
        }
        ahead.extend(counts);
        ahead
    }
}

/// Looks at all parts of a shelf for one shopper.
fn look_at_all(
    shelf: &Shelf<'_>,
    (model, shopper): (&dyn Model, Option<u32>),
    mut found: Option<&mut Found>,
) -> Vec<Bounds> {
    // What one part has found spares the next of a thread most of its own.
    let a_thread = shelf.parts.len().div_ceil(rayon::current_num_threads());
    let starts: Vec<usize> = (0..shelf.parts.len()).step_by(a_thread.max(1)).collect();
    let finds = found.is_some();
    let look_from = |start: &usize| {
        let end = shelf.parts.len().min(start + a_thread);
        let mut found = finds.then(|| Found::new(shelf));
        let bounds = look(shelf, *start..end, (model, shopper), found.as_mut());
        (bounds, found)
    };
    let looks: Vec<(Vec<Bounds>, Option<Found>)> = match &starts[..] {
        [start] => vec![look_from(start)],
        _ => starts.par_iter().map(look_from).collect(),
    };
    let mut all = Vec::with_capacity(shelf.parts.len());
    for (bounds, of_parts) in looks {
        all.extend(bounds);
        if let (Some(found), Some(of_parts)) = (found.as_mut(), of_parts) {
            found.join(shelf, of_parts);
        }
    }
    all
}
