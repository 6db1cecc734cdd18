//! What a desk asks of a request beside its answer: the slate with its prices, what each rule
//! reaches and moves, and which products a condition would match.

use std::cmp::Ordering;

use endcap_rules::{Bits, Condition};
use endcap_vocab::{Answer, Effect, Problem, Problems, Reason, Request, Signal};
use rayon::prelude::*;

use crate::compile::{CompiledRule, CompiledRules};
use crate::context::Context;
use crate::desk::{CANDIDATES, Desk, Item, Variant};
use crate::ground::PIECE;
use crate::model::Model;
use crate::order::Key;
use crate::rank::{Quote, Ranking, is_suppressed, suppressed};
use crate::retailer::Retailer;
use crate::why::obstacle;

/// Why a rule is not in force for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OutOfForce {
    /// It is switched off.
    Disabled,
    /// The page is at none of its pages, nor under one.
    Page,
    /// It is for other placements.
    Placement,
    /// It is for other channels.
    Channel,
    /// It is for other stores.
    Store,
    /// It is for other regions.
    Region,
    /// The shopper is in none of its segments, or personal signals are off.
    Segment,
    /// The shopper is of another tier, or personal signals are off.
    Tier,
    /// The shopper typed something else.
    Query,
    /// The shopper chose the order, so that only hiding rules count.
    SortedByShopper,
    /// Its first moment is to come.
    NotYet,
    /// Its last moment is past.
    Over,
    /// It is for other hours or days of the week.
    Hours,
}

impl OutOfForce {
    /// Every cause, the cheapest to look at first.
    pub(crate) const ALL: [Self; 13] = [
        Self::Disabled,
        Self::Page,
        Self::Placement,
        Self::Channel,
        Self::Store,
        Self::Region,
        Self::Segment,
        Self::Tier,
        Self::Query,
        Self::SortedByShopper,
        Self::NotYet,
        Self::Over,
        Self::Hours,
    ];
}

/// A slate with what a desk shows beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The slate. Its `ineligible` is left out: that list stands in [`Page::unshown`].
    pub answer: Answer,
    /// Price, cost and stock, one a slot.
    pub quotes: Vec<Quote>,
    /// How many products the page or the retrieval brought, and the shopper's filter let through.
    pub candidates: u32,
    /// The candidates that may not be shown, by row ascending.
    pub unshown: Vec<Unshown>,
    /// Pairs of a boost and a bury, by id, that multiply the score of one candidate.
    pub overlaps: Vec<(String, String)>,
    /// The weights of a product right at the request's page, in the order of [`Signal::ALL`].
    pub weights: [f64; Signal::ALL.len()],
    /// The rules that are not in force for the request, by id, and why.
    pub out_of_force: Vec<(String, OutOfForce)>,
}

/// A candidate that may not be shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unshown {
    /// Row of the retailer.
    pub row: u32,
    /// The first test that it fails.
    pub reason: Reason,
    /// Its effective price.
    pub price: f64,
    /// The units available to the request.
    pub stock: i64,
}

/// Answers a request as [`crate::rank`] does, with what a desk shows beside the slate.
///
/// # Errors
/// Those of [`crate::rank`].
pub fn page(
    retailer: &Retailer,
    rules: &CompiledRules,
    model: &dyn Model,
    request: &Request,
) -> Result<Page, Problems> {
    let context = Context::new(retailer, rules, request)?;
    let weights = rules.weights.of(request.page.as_deref().unwrap_or(""));
    let out_of_force = rules
        .rules()
        .filter_map(|rule| Some((rule.rule.id.clone(), context.out_of_force(rule)?)))
        .collect();
    if is_suppressed(request) {
        return Ok(Page {
            answer: Answer {
                ineligible: None,
                ..suppressed(request.explain)
            },
            quotes: Vec::new(),
            candidates: 0,
            unshown: Vec::new(),
            overlaps: Vec::new(),
            weights,
            out_of_force,
        });
    }
    let ranking = Ranking::new(&context, model);
    let desk = &ranking.desk;
    let products = desk.candidates();
    let quote = |placed: &crate::desk::Placed<'_>| Quote::of(desk, placed.item);
    let unshown = (0..products.len())
        .filter(|index| products.passes_filter(*index))
        .filter_map(|index| {
            Some(Unshown {
                row: products.row(index) as u32,
                reason: products.fails(index).first()?,
                price: products.price(index),
                stock: products.stock(index),
            })
        })
        .collect();
    Ok(Page {
        answer: ranking.answer_but_ineligible(),
        quotes: ranking.shown.iter().map(quote).collect(),
        candidates: passing(desk).count() as u32,
        unshown,
        overlaps: overlaps(desk),
        weights,
        out_of_force,
    })
}

/// The boosts and the buries that meet on a candidate.
fn overlaps(desk: &Desk<'_>) -> Vec<(String, String)> {
    let bits = |rule| desk.candidates().factor_bits(rule);
    let factors: Vec<Bits> = (0..desk.context.factors.len()).map(bits).collect();
    let factors = || desk.context.factors.iter().zip(&factors);
    let lowers = |rule: &CompiledRule| matches!(rule.rule.effect, Effect::Bury { .. });
    let buries: Vec<_> = factors()
        .filter(|((rule, _), bits)| lowers(rule.compiled) && bits.count() > 0)
        .collect();
    let mut overlaps = Vec::new();
    for ((boost, _), reached) in factors().filter(|((rule, _), _)| !lowers(rule.compiled)) {
        let meets = |bits: &Bits| reached.clone().zip(bits, |a, b| a & b).count() > 0;
        let met = buries.iter().filter(|(_, bits)| meets(bits));
        overlaps.extend(met.map(|((bury, _), _)| (boost.id().to_owned(), bury.id().to_owned())));
    }
    overlaps
}

/// What keeps products off a slate, in words with the figures that matter: one sentence each,
/// in lower case and without a full stop.
///
/// # Errors
/// Those of [`crate::rank`].
pub fn obstacles(
    retailer: &Retailer,
    rules: &CompiledRules,
    request: &Request,
    unshown: &[Unshown],
) -> Result<Vec<String>, Problems> {
    let context = Context::new(retailer, rules, request)?;
    let say = |of: &Unshown| {
        let given = (of.price, of.stock);
        obstacle(&context, of.reason, of.row as usize, given)
    };
    Ok(unshown.iter().map(say).collect())
}

/// What one rule does on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Which rule.
    pub rule: String,
    /// The candidates that its condition matches or its pins name, whether or not it is in
    /// force.
    pub reaches: u32,
    /// The slots whose product is another without it; 0 where it is not in force.
    pub moves: u32,
    /// The slots filled, of the slate with it or without it, whichever is longer.
    pub of: u32,
    /// Of a quota in force, how it is met.
    pub met: Option<QuotaMet>,
}

/// How a quota is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaMet {
    /// The products in its slots that it matches.
    pub placed: u32,
    /// How many slots it looks at, cut to those of the slate.
    pub first: u32,
    /// How many products it asks for.
    pub need: u32,
}

/// What each of some rules does on the page of a request; ids that the rule set lacks are
/// left out. Once `cancelled` holds, what is not worked out yet is left out, too.
///
/// # Errors
/// Those of [`crate::rank`].
pub fn reach(
    retailer: &Retailer,
    rules: &CompiledRules,
    model: &dyn Model,
    request: &Request,
    (ids, cancelled): (&[&str], &(dyn Fn() -> bool + Sync)),
) -> Result<Vec<Reach>, Problems> {
    let plain = Request {
        explain: false,
        ..request.clone()
    };
    let context = Context::new(retailer, rules, &plain)?;
    let ranking = Ranking::new(&context, model);
    let shown = skus(&ranking, &context);
    let wanted: Vec<&CompiledRule> = ids.iter().filter_map(|id| rules.rule(id)).collect();
    let of_rule = |rule: &CompiledRule| -> Result<Reach, Problems> {
        let in_force = context.out_of_force(rule).is_none() && !is_suppressed(&plain);
        let reached = reached(&context, &ranking.desk, rule);
        let without = if in_force {
            let answer = crate::rank(retailer, &rules.without(&rule.rule.id), model, &plain)?;
            answer.slots.into_iter().map(|slot| slot.sku).collect()
        } else {
            shown.clone()
        };
        let of = shown.len().max(without.len());
        let moves = (0..of).filter(|slot| shown.get(*slot) != without.get(*slot));
        Ok(Reach {
            rule: rule.rule.id.clone(),
            reaches: reached.count() as u32,
            moves: moves.count() as u32,
            of: of as u32,
            met: in_force.then(|| met(&context, &ranking, rule)).flatten(),
        })
    };
    let reaches = wanted.par_iter().map(|rule| {
        if cancelled() {
            Ok(None)
        } else {
            of_rule(rule).map(Some)
        }
    });
    let reaches: Result<Vec<Option<Reach>>, Problems> = reaches.collect();
    Ok(reaches?.into_iter().flatten().collect())
}

fn skus(ranking: &Ranking<'_>, context: &Context<'_>) -> Vec<String> {
    if is_suppressed(context.request) {
        return Vec::new();
    }
    let columns = &context.retailer.columns;
    let placed = ranking.shown.iter();
    placed
        .map(|placed| columns.sku.get(ranking.desk.row(placed.item)).to_owned())
        .collect()
}

/// How many products of the first slots a quota matches.
fn met(context: &Context<'_>, ranking: &Ranking<'_>, rule: &CompiledRule) -> Option<QuotaMet> {
    let Effect::Quota { min, first } = rule.rule.effect else {
        return None;
    };
    let place = context
        .placing
        .iter()
        .position(|placing| placing.id() == rule.rule.id)?;
    let first = first.min(context.request.slots);
    let placed = ranking.shown.iter().take(first as usize).filter(|placed| {
        let (products, at) = ranking.desk.at(placed.item);
        products.matches(place, at)
    });
    Some(QuotaMet {
        placed: placed.count() as u32,
        first,
        need: min,
    })
}

/// The candidates that pass the shopper's filter and that a rule reaches.
fn reached(context: &Context<'_>, desk: &Desk<'_>, rule: &CompiledRule) -> Bits {
    let products = desk.candidates();
    let mut bits = match (&rule.rule.effect, &rule.when) {
        (Effect::Pin { pins, .. }, _) => {
            let mut bits = Bits::zeros(products.len());
            let rows = pins.iter().filter_map(|pin| context.retailer.row(&pin.sku));
            for item in rows.filter_map(|row| desk.candidate(row as u32)) {
                bits.set(item.index, true);
            }
            bits
        }
        (_, Some(when)) => products.holding(context, when),
        (_, None) => Bits::ones(products.len()),
    };
    bits = bits.zip(&passing(desk), |a, b| a & b);
    bits
}

/// The candidates that the shopper's own filter lets through.
fn passing(desk: &Desk<'_>) -> Bits {
    let products = desk.candidates();
    match &desk.context.filter {
        Some(filter) => products.holding(desk.context, filter),
        None => Bits::ones(products.len()),
    }
}

/// The products that a condition matches.
#[derive(Debug, Clone, PartialEq)]
pub struct Matches {
    /// Among the candidates of the request.
    pub on_page: u32,
    /// In the whole catalogue, at the prices and stock of the request.
    pub in_all: u32,
    /// The best of those on the page by score, whether or not they may be shown.
    pub best: Vec<Matched>,
}

/// A product that a condition matches.
#[derive(Debug, Clone, PartialEq)]
pub struct Matched {
    /// Row of the retailer.
    pub row: u32,
    /// Under the rules of the request.
    pub score: f64,
    /// Price, cost and stock.
    pub quote: Quote,
    /// The first test that it fails, where it may not be shown.
    pub reason: Option<Reason>,
}

/// Which products a condition matches for a request, with the `most` best of them.
///
/// # Errors
/// Those of [`crate::rank`], and every fault of the condition at `/when`.
pub fn matches(
    retailer: &Retailer,
    rules: &CompiledRules,
    model: &dyn Model,
    request: &Request,
    (when, most): (&str, usize),
) -> Result<Matches, Problems> {
    let condition = Condition::parse(when).map_err(|errors| Problems {
        problems: errors
            .iter()
            .map(|error| Problem::new("/when", error.to_string()))
            .collect(),
    })?;
    let plain = Request {
        explain: false,
        ..request.clone()
    };
    let context = Context::new(retailer, rules, &plain)?;
    let (desk, _) = Desk::new(&context, model);
    let products = desk.candidates();
    let on_page = products.holding(&context, &condition);
    let on_page = on_page.zip(&passing(&desk), |a, b| a & b);
    products.score_all();
    let mut best: Vec<(Key, usize)> = on_page
        .iter_ones()
        .map(|index| (Key::of(&context, Variant::Shown, products, index), index))
        .collect();
    let order = |a: &(Key, usize), b: &(Key, usize)| -> Ordering { a.0.compare(&b.0) };
    if most < best.len() {
        best.select_nth_unstable_by(most, order);
        best.truncate(most);
    }
    best.sort_unstable_by(order);
    let matched = |index: usize| Matched {
        row: products.row(index) as u32,
        score: products.score(index),
        quote: Quote::of(&desk, Item::new(CANDIDATES, index)),
        reason: products.fails(index).first(),
    };
    Ok(Matches {
        on_page: on_page.count() as u32,
        in_all: count_all(&desk, &condition),
        best: best.into_iter().map(|(_, index)| matched(index)).collect(),
    })
}

/// How many products of the whole catalogue a condition holds for.
fn count_all(desk: &Desk<'_>, condition: &Condition) -> u32 {
    let places = desk.context.retailer.len().div_ceil(PIECE);
    let count = |place| desk.piece(place).holds(desk.context, condition).count() as u32;
    (0..places).into_par_iter().map(count).sum()
}
