//! Everything a request says of a product by itself: price, stock, tests, score, and
//! which rules match. What stands around it comes later, in the slate.

use std::ops::Range;

use endcap_rules::{ABSENT_DAY, Bits, Facts};
use endcap_vocab::{Effect, Promotion, Reason};
use rayon::prelude::*;

use crate::context::Context;
use crate::model::Model;
use crate::retailer::OfferProducts;
use crate::signals::{Given, base, margin};

/// The lowest effective price.
pub(crate) const LOWEST_PRICE: f64 = 0.01;

/// Rows in one piece of work; a multiple of 64, so that the bits of pieces join by word.
const PIECE: usize = 16 * 1024;

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

/// Products, each with what the request says of it; every column has the same length.
#[derive(Debug, Clone, Default)]
pub(crate) struct Assessed {
    pub(crate) rows: Vec<u32>,
    pub(crate) price: Vec<f64>,
    pub(crate) stock: Vec<i64>,
    /// The tests it fails.
    pub(crate) fails: Vec<Tests>,
    /// Whether the shopper's own filter lets it through.
    pub(crate) passes_filter: Bits,
    pub(crate) relevance: Vec<f64>,
    /// Probability of purchase; empty where the request wants no explanation.
    pub(crate) purchase: Vec<f64>,
    pub(crate) popularity: Vec<f64>,
    pub(crate) base: Vec<f64>,
    pub(crate) score: Vec<f64>,
    /// For each rule of [`Context::placing`]: which of the products match it.
    pub(crate) matches: Vec<Bits>,
    /// For each rule of [`Context::factors`]: which of the products match it.
    pub(crate) factors: Vec<Bits>,
}

impl Assessed {
    fn empty(context: &Context<'_>) -> Self {
        Self {
            matches: vec![Bits::default(); context.placing.len()],
            factors: vec![Bits::default(); context.factors.len()],
            ..Self::default()
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// What of a product's signals depends on the request.
    pub(crate) fn given(&self, context: &Context<'_>, index: usize) -> Given {
        Given {
            row: self.rows[index] as usize,
            price: self.price[index],
            relevance: self.relevance[index],
            popularity: self.popularity[index],
            today: context.today,
            month: context.month,
        }
    }

    /// Appends all of `part`; there must be a multiple of 64 products so far.
    fn append(&mut self, part: &Self) {
        self.rows.extend_from_slice(&part.rows);
        self.price.extend_from_slice(&part.price);
        self.stock.extend_from_slice(&part.stock);
        self.fails.extend_from_slice(&part.fails);
        self.passes_filter.append(&part.passes_filter);
        self.relevance.extend_from_slice(&part.relevance);
        self.purchase.extend_from_slice(&part.purchase);
        self.popularity.extend_from_slice(&part.popularity);
        self.base.extend_from_slice(&part.base);
        self.score.extend_from_slice(&part.score);
        for (bits, part) in self.matches.iter_mut().zip(&part.matches) {
            bits.append(part);
        }
        for (bits, part) in self.factors.iter_mut().zip(&part.factors) {
            bits.append(part);
        }
    }

    /// Appends one product of `part`.
    fn push(&mut self, part: &Self, index: usize) {
        self.rows.push(part.rows[index]);
        self.price.push(part.price[index]);
        self.stock.push(part.stock[index]);
        self.fails.push(part.fails[index]);
        self.passes_filter.push(part.passes_filter.get(index));
        self.relevance.push(part.relevance[index]);
        self.purchase.extend(part.purchase.get(index));
        self.popularity.push(part.popularity[index]);
        self.base.push(part.base[index]);
        self.score.push(part.score[index]);
        for (bits, part) in self.matches.iter_mut().zip(&part.matches) {
            bits.push(part.get(index));
        }
        for (bits, part) in self.factors.iter_mut().zip(&part.factors) {
            bits.push(part.get(index));
        }
    }
}

/// Looks at every product of a run of rows.
pub(crate) fn assess_range(
    context: &Context<'_>,
    model: &dyn Model,
    rows: Range<usize>,
) -> Assessed {
    if rows.len() <= PIECE {
        return assess_piece(context, model, rows);
    }
    let pieces: Vec<Range<usize>> = rows
        .clone()
        .step_by(PIECE)
        .map(|start| start..rows.end.min(start + PIECE))
        .collect();
    let parts: Vec<Assessed> = pieces
        .into_par_iter()
        .map(|piece| assess_piece(context, model, piece))
        .collect();
    let mut whole = Assessed::empty(context);
    for part in &parts {
        whole.append(part);
    }
    whole
}

/// Looks at the products of some rows, given ascending.
pub(crate) fn assess_rows(context: &Context<'_>, model: &dyn Model, rows: &[u32]) -> Assessed {
    let mut whole = Assessed::empty(context);
    let mut rest = rows;
    while let [first, ..] = rest {
        let together = rest
            .windows(2)
            .take_while(|pair| (pair[1] - pair[0]) as usize <= RUN_GAP);
        let (run, after) = rest.split_at(1 + together.count());
        let last = run.last().unwrap_or(first);
        let part = assess_range(context, model, *first as usize..*last as usize + 1);
        run.iter()
            .for_each(|row| whole.push(&part, (row - first) as usize));
        rest = after;
    }
    whole
}

fn assess_piece(context: &Context<'_>, model: &dyn Model, rows: Range<usize>) -> Assessed {
    let retailer = context.retailer;
    let len = rows.len();
    let (price, stock) = price_and_stock(context, rows.clone());
    let facts = Facts {
        price: &price,
        stock: &stock,
        today: context.today,
        month: context.month,
    };
    let matching = |when: Option<&endcap_rules::Condition>| match when {
        Some(condition) => condition.eval(&retailer.columns, &facts, rows.clone()),
        None => Bits::ones(len),
    };
    let mut hidden = Bits::zeros(len);
    for rule in &context.visibility {
        let bits = matching(rule.when());
        let hides = if matches!(rule.effect(), Effect::Only {}) {
            !bits
        } else {
            bits
        };
        hidden = hidden.zip(&hides, |a, b| a | b);
    }
    let mut assessed = Assessed {
        rows: rows.clone().map(|row| row as u32).collect(),
        fails: tests(context, &price, &stock, &hidden, rows.clone()),
        passes_filter: matching(context.filter.as_ref()),
        relevance: vec![0.0; len],
        purchase: vec![0.0; if context.request.explain { len } else { 0 }],
        popularity: vec![0.0; len],
        base: Vec::with_capacity(len),
        score: Vec::new(),
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
        price,
        stock,
    };
    model.relevance(context.shopper, rows.clone(), &mut assessed.relevance);
    model.popularity(rows.clone(), &mut assessed.popularity);
    if context.request.explain {
        model.purchase(context.shopper, rows.clone(), &mut assessed.purchase);
    }
    for (code, run) in retailer.category_runs(rows.clone()) {
        let weights = context
            .rules
            .weights_of(&retailer.columns.category.values[code as usize]);
        for row in run {
            let index = row - rows.start;
            let given = assessed.given(context, index);
            assessed.base.push(base(retailer, &weights, given));
        }
    }
    assessed.score.clone_from(&assessed.base);
    for ((_, factor), bits) in context.factors.iter().zip(&assessed.factors) {
        bits.iter_ones().for_each(|index| {
            let score = &mut assessed.score[index];
            *score = (*score * factor).min(f64::MAX);
        });
    }
    assessed
}

/// The effective price and the units available of a run of rows.
pub(crate) fn price_and_stock(context: &Context<'_>, rows: Range<usize>) -> (Vec<f64>, Vec<i64>) {
    let units = |row| {
        let (serves, until) = (&context.serves, context.promised_until);
        context.retailer.stock.units(row, serves, until)
    };
    let stock: Vec<i64> = rows.clone().map(units).collect();
    (prices(context, &stock, rows), stock)
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
    for offer in &context.offers {
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

/// The tests of section 3, in its order.
fn tests(
    context: &Context<'_>,
    price: &[f64],
    stock: &[i64],
    hidden: &Bits,
    rows: Range<usize>,
) -> Vec<Tests> {
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
            let channel = context.channel_open[retailer.channels.codes[row] as usize]
                && context.region_open[retailer.not_sold_in.codes[row] as usize];
            let margin = margin(price[index], retailer.columns.unit_cost[row]);
            fails.push(
                Tests::default()
                    .with(Reason::Inactive, inactive)
                    .with(Reason::Channel, !channel)
                    .with(
                        Reason::Restricted,
                        !context.permitted[retailer.restrictions.codes[row] as usize],
                    )
                    .with(
                        Reason::Sensitive,
                        !context.sensitive_open && retailer.sensitive.get(row),
                    )
                    .with(
                        Reason::InCart,
                        context.in_cart.binary_search(&(row as u32)).is_ok(),
                    )
                    .with(
                        Reason::OutOfStock,
                        eligibility.in_stock && stock[index] < eligibility.min_available,
                    )
                    .with(
                        Reason::MarginFloor,
                        margin < floor && !retailer.clearance.get(row),
                    )
                    .with(
                        Reason::ReturnRate,
                        retailer.columns.return_rate[row] > max_return_rate,
                    )
                    .with(Reason::Hidden, hidden.get(index)),
            );
        }
    }
    fails
}
