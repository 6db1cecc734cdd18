//! What requests have in common: price, stock and tests of every product, the products that a
//! condition holds for, and the part of a score that no shopper changes.
//!
//! It is worked out a piece of the catalogue at a time, when it is first asked for, and the
//! retailer keeps it for the next request. So a changed rule costs its own condition, and a
//! changed weight its own column.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use endcap_rules::{ABSENT_DAY, Bits, Condition, Facts};
use endcap_vocab::{Eligibility, Promotion, Reason, Signal};
use rustc_hash::FxHashMap;

use crate::assess::Tests;
use crate::compile::Weights;
use crate::context::Context;
use crate::factors::{FactorKey, Factors, HeldFactor, changed};
use crate::retailer::OfferProducts;
use crate::signals::{Given, margin, rest};

/// The lowest effective price.
pub(crate) const LOWEST_PRICE: f64 = 0.01;

/// Rows of a piece; a multiple of 64, so that the bits of pieces join by word.
pub(crate) const PIECE: usize = 16 * 1024;

/// Products whose grounds are kept, all of them together.
const MOST_KEPT: usize = 800_000;

/// How many grounds are kept, however large or small.
const GROUNDS: std::ops::RangeInclusive<usize> = 2..=64;

/// The most conditions of a piece that are kept.
const MOST_CONDITIONS: usize = 1024;

/// The most columns of tests that a piece keeps.
const MOST_TESTED: usize = 16;

/// The most columns of scores that a piece keeps, and of factors.
const MOST_WEIGHED: usize = 16;
const MOST_FACTORS: usize = 16;

/// What of a request decides price and stock.
#[derive(Debug, Clone, PartialEq)]
struct Terms {
    serves: Vec<bool>,
    promised_until: i32,
    offers: Vec<u32>,
    today: i32,
    month: u32,
}

/// What of a request decides the tests, beside price and stock.
#[derive(Debug, Clone, PartialEq)]
struct Access {
    channel_open: Vec<bool>,
    region_open: Vec<bool>,
    permitted: Vec<bool>,
    sensitive_open: bool,
    eligibility: Eligibility,
}

/// The pieces of a catalogue under one set of terms.
pub(crate) struct Ground {
    pieces: Box<[OnceLock<Arc<Piece>>]>,
    stock: Arc<Available>,
}

/// The units available of each piece: the same under all terms whose sites and days are.
type Available = [OnceLock<Arc<Vec<i64>>>];

impl Ground {
    /// The piece of a place, worked out now if nobody asked before.
    pub(crate) fn piece(&self, context: &Context<'_>, place: usize) -> Arc<Piece> {
        let make = || {
            let start = place * PIECE;
            let rows = start..context.retailer.len().min(start + PIECE);
            let stock = self.stock[place].get_or_init(|| Arc::new(stock(context, rows.clone())));
            Arc::new(Piece::with(context, rows, Arc::clone(stock)))
        };
        Arc::clone(self.pieces[place].get_or_init(make))
    }

    /// The piece of a place, if somebody asked before.
    pub(crate) fn kept(&self, place: usize) -> Option<Arc<Piece>> {
        self.pieces[place].get().cloned()
    }
}

/// The grounds that a retailer keeps, the one asked for last at the end.
#[derive(Default)]
pub(crate) struct Memo {
    grounds: Mutex<Vec<(Terms, Arc<Ground>)>>,
}

impl std::fmt::Debug for Memo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memo").finish_non_exhaustive()
    }
}

/// A copy of a retailer begins with nothing kept.
impl Clone for Memo {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Memo {
    /// The ground of a request.
    pub(crate) fn ground(&self, context: &Context<'_>) -> Arc<Ground> {
        let terms = Terms {
            serves: context.serves.clone(),
            promised_until: context.promised_until,
            offers: context.offers.clone(),
            today: context.today,
            month: context.month,
        };
        let products = context.retailer.len();
        let most = (MOST_KEPT / products.max(1)).clamp(*GROUNDS.start(), *GROUNDS.end());
        let likewise = |(other, _): &&(Terms, Arc<Ground>)| {
            (&other.serves, other.promised_until) == (&context.serves, context.promised_until)
        };
        let kept = lock(&self.grounds)
            .iter()
            .find(likewise)
            .map(|(_, ground)| Arc::clone(&ground.stock));
        kept_or(&self.grounds, most, terms, || {
            let places = products.div_ceil(PIECE);
            Arc::new(Ground {
                pieces: (0..places).map(|_| OnceLock::new()).collect(),
                stock: kept.unwrap_or_else(|| (0..places).map(|_| OnceLock::new()).collect()),
            })
        })
    }
}

/// What is kept under a key, or is made now; of `most`, the one asked for longest ago goes.
pub(crate) fn kept_or<K: PartialEq, V: Clone>(
    kept: &Mutex<Vec<(K, V)>>,
    most: usize,
    key: K,
    make: impl FnOnce() -> V,
) -> V {
    {
        let mut kept = lock(kept);
        if let Some(place) = kept.iter().rposition(|(other, _)| *other == key) {
            let entry = kept.remove(place);
            let value = entry.1.clone();
            kept.push(entry);
            return value;
        }
    }
    // Two threads may make the same; the second one's takes the place of the first's.
    let value = make();
    let mut kept = lock(kept);
    kept.retain(|(other, _)| *other != key);
    if kept.len() >= most {
        kept.remove(0);
    }
    kept.push((key, value.clone()));
    value
}

/// What is kept is whole at every instant, so a thread that panicked leaves nothing behind.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A run of rows with everything that the terms of a request say of them. Entry i of each
/// column is row `rows.start + i`.
pub(crate) struct Piece {
    pub(crate) rows: Range<usize>,
    /// Effective price.
    pub(crate) price: Vec<f64>,
    /// Units available.
    pub(crate) stock: Arc<Vec<i64>>,
    tested: Mutex<Vec<(Access, Arc<Tested>)>>,
    conditions: Mutex<FxHashMap<Arc<str>, Arc<Bits>>>,
    weighed: Mutex<Vec<(Arc<Weights>, Arc<Weighed>)>>,
    factors: Mutex<Vec<(FactorKey, Arc<Factors>)>>,
}

/// The tests of a piece, but for those that rules and the cart bring.
pub(crate) struct Tested {
    /// Those that a product fails.
    pub(crate) fails: Vec<Tests>,
    /// Whether it fails none of them.
    pub(crate) passes: Bits,
    /// Whether it fails none of them, or its stock alone.
    pub(crate) passes_but_stock: Bits,
}

/// The score before any rule, as far as it is the same for every shopper.
pub(crate) struct Weighed {
    /// What is added to the weighted relevance and popularity.
    pub(crate) rest: Vec<f64>,
    /// The weights of relevance and popularity by run of rows.
    pub(crate) runs: Vec<WeighedRun>,
}

/// Rows that share their weights.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WeighedRun {
    /// Where the run ends, from the start of the piece.
    pub(crate) end: usize,
    pub(crate) relevance: f64,
    pub(crate) popularity: f64,
}

impl Piece {
    pub(crate) fn new(context: &Context<'_>, rows: Range<usize>) -> Self {
        let stock = stock(context, rows.clone());
        Self::with(context, rows, Arc::new(stock))
    }

    fn with(context: &Context<'_>, rows: Range<usize>, stock: Arc<Vec<i64>>) -> Self {
        Self {
            price: prices(context, &stock, rows.clone()),
            rows,
            stock,
            tested: Mutex::default(),
            conditions: Mutex::default(),
            weighed: Mutex::default(),
            factors: Mutex::default(),
        }
    }

    /// The tests of the products.
    pub(crate) fn tested(&self, context: &Context<'_>) -> Arc<Tested> {
        let access = Access {
            channel_open: context.channel_open.clone(),
            region_open: context.region_open.clone(),
            permitted: context.permitted.clone(),
            sensitive_open: context.sensitive_open,
            eligibility: context.rules.eligibility.clone(),
        };
        kept_or(&self.tested, MOST_TESTED, access, || {
            let fails = tests(context, &self.price, &self.stock, self.rows.clone());
            let only_stock = Tests::default().with(Reason::OutOfStock, true);
            let none = |index: usize| fails[index].is_empty();
            Arc::new(Tested {
                passes: Bits::from_fn(fails.len(), none),
                passes_but_stock: Bits::from_fn(fails.len(), |index| {
                    none(index) || fails[index] == only_stock
                }),
                fails,
            })
        })
    }

    /// The products that a condition holds for.
    pub(crate) fn holds(&self, context: &Context<'_>, condition: &Condition) -> Arc<Bits> {
        if let Some(bits) = lock(&self.conditions).get(condition.source()) {
            return Arc::clone(bits);
        }
        let facts = Facts {
            price: &self.price,
            stock: &self.stock,
            today: context.today,
            month: context.month,
        };
        let columns = &context.retailer.columns;
        let bits = Arc::new(condition.eval(columns, &facts, self.rows.clone()));
        let mut conditions = lock(&self.conditions);
        if conditions.len() >= MOST_CONDITIONS {
            conditions.clear();
        }
        conditions.insert(Arc::clone(condition.source()), Arc::clone(&bits));
        bits
    }

    /// The scores before any rule, as far as no shopper changes them.
    pub(crate) fn weighed(&self, context: &Context<'_>) -> Arc<Weighed> {
        let weights = &context.rules.weights;
        kept_or(&self.weighed, MOST_WEIGHED, Arc::clone(weights), || {
            Arc::new(self.weigh(context, weights))
        })
    }

    fn weigh(&self, context: &Context<'_>, weights: &Weights) -> Weighed {
        let retailer = context.retailer;
        let mut weighed = Weighed {
            rest: Vec::with_capacity(self.rows.len()),
            runs: Vec::new(),
        };
        for (code, run) in retailer.category_runs(self.rows.clone()) {
            let weights = weights.of(&retailer.columns.category.values[code as usize]);
            weighed.runs.push(WeighedRun {
                end: run.end - self.rows.start,
                relevance: weights[Signal::Relevance as usize],
                popularity: weights[Signal::Popularity as usize],
            });
            for row in run {
                let given = Given {
                    row,
                    price: self.price[row - self.rows.start],
                    today: context.today,
                    month: context.month,
                };
                weighed.rest.push(rest(retailer, &weights, given));
            }
        }
        weighed
    }

    /// What the boosts and buries in force multiply each score by; `None` where there are none.
    pub(crate) fn factors(&self, context: &Context<'_>) -> Option<Arc<Factors>> {
        if context.factors.is_empty() {
            return None;
        }
        let key = &context.factor_key;
        Some(kept_or(
            &self.factors,
            MOST_FACTORS,
            Arc::clone(key),
            || {
                let rules = context.factors.iter();
                let held = rules.map(|(rule, factor)| {
                    let when = rule.when();
                    (when.map(|when| self.holds(context, when)), *factor)
                });
                let held: Vec<HeldFactor> = held.collect();
                Arc::new(match self.nearest_factors(key) {
                    Some((near, changed, 0)) => near.changed(changed, &held),
                    Some((near, changed, first)) => near.followed_by(changed, &held[first..]),
                    None => Factors::new(self.rows.len(), &held),
                })
            },
        ))
    }

    /// Factors that are kept of nearly the same rules, the products that the other rules are about, and
    /// of how many rules they are where these come first among all.
    fn nearest_factors(&self, key: &FactorKey) -> Option<(Arc<Factors>, Bits, usize)> {
        let (other, near) = {
            let kept = lock(&self.factors);
            let count = |(other, _): &&(FactorKey, _)| changed(other, key).count();
            kept.iter().min_by_key(count)?.clone()
        };
        let conditions = lock(&self.conditions);
        let mut touched = Bits::zeros(self.rows.len());
        for (when, _) in changed(&other, key) {
            touched.or_with(conditions.get(when.as_ref()?)?);
        }
        let first = if key.starts_with(&other) {
            other.len()
        } else {
            0
        };
        let is_near = first > 0 || 2 * touched.count() < self.rows.len();
        is_near.then_some((near, touched, first))
    }
}

/// The effective price and the units available of a run of rows.
pub(crate) fn price_and_stock(context: &Context<'_>, rows: Range<usize>) -> (Vec<f64>, Vec<i64>) {
    let stock = stock(context, rows.clone());
    (prices(context, &stock, rows), stock)
}

/// The units available of a run of rows.
fn stock(context: &Context<'_>, rows: Range<usize>) -> Vec<i64> {
    let units = |row| {
        let (serves, until) = (&context.serves, context.promised_until);
        context.retailer.stock.units(row, serves, until)
    };
    rows.map(units).collect()
}

/// What a promotion makes of a regular price.
pub(crate) fn promoted(promotion: &Promotion, regular: f64) -> f64 {
    match (promotion.percent_off, promotion.amount_off) {
        (Some(percent), _) => regular * (1.0 - percent / 100.0),
        (None, Some(amount)) => regular - amount,
        (None, None) => promotion.price.unwrap_or(regular),
    }
}

/// Effective prices (ranking semantics, section 4).
fn prices(context: &Context<'_>, stock: &[i64], rows: Range<usize>) -> Vec<f64> {
    let regular = &context.retailer.columns.list_price[rows.clone()];
    let mut price = regular.to_vec();
    for offer in context.offers() {
        let mut lower = |index: usize| {
            price[index] = price[index].min(promoted(&offer.promotion, regular[index]));
        };
        match &offer.products {
            OfferProducts::Rows(named) => {
                let first = named.partition_point(|row| (*row as usize) < rows.start);
                let named = named[first..]
                    .iter()
                    .take_while(|row| (**row as usize) < rows.end);
                named.for_each(|row| lower(*row as usize - rows.start));
            }
            OfferProducts::When(condition) => {
                let facts = Facts {
                    price: regular,
                    stock,
                    today: context.today,
                    month: context.month,
                };
                let matching = condition.eval(&context.retailer.columns, &facts, rows.clone());
                matching.iter_ones().for_each(&mut lower);
            }
        }
    }
    price
        .iter_mut()
        .for_each(|price| *price = price.max(LOWEST_PRICE));
    price
}

/// The tests of section 3, in its order, but for the cart and what is hidden.
fn tests(context: &Context<'_>, price: &[f64], stock: &[i64], rows: Range<usize>) -> Vec<Tests> {
    let retailer = context.retailer;
    let eligibility = &context.rules.eligibility;
    let max_return_rate = eligibility.max_return_rate.unwrap_or(f64::INFINITY);
    let mut fails = Vec::with_capacity(rows.len());
    for (code, run) in retailer.category_runs(rows.clone()) {
        let category = &retailer.columns.category.values[code as usize];
        let floor = context
            .rules
            .floor_of(category)
            .unwrap_or(f64::NEG_INFINITY);
        for row in run {
            let index = row - rows.start;
            let launched = retailer.columns.launched_on[row];
            let gone = retailer.discontinued_on[row];
            let inactive = context.today < launched || gone != ABSENT_DAY && context.today >= gone;
            let channel = context.channel_open[retailer.channels.code(row) as usize]
                && context.region_open[retailer.not_sold_in.code(row) as usize];
            let restricted = !context.permitted[retailer.restrictions.code(row) as usize];
            let sensitive = !context.sensitive_open && retailer.sensitive.get(row);
            let out_of_stock = eligibility.in_stock && stock[index] < eligibility.min_available;
            let margin = margin(price[index], retailer.columns.unit_cost[row]);
            let below_floor = margin < floor && !retailer.clearance.get(row);
            let comes_back = retailer.columns.return_rate[row] > max_return_rate;
            fails.push(
                Tests::default()
                    .with(Reason::Inactive, inactive)
                    .with(Reason::Channel, !channel)
                    .with(Reason::Restricted, restricted)
                    .with(Reason::Sensitive, sensitive)
                    .with(Reason::OutOfStock, out_of_stock)
                    .with(Reason::MarginFloor, below_floor)
                    .with(Reason::ReturnRate, comes_back),
            );
        }
    }
    fails
}
