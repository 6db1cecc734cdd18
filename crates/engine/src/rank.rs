//! One request in, one slate out.

use std::collections::BTreeMap;

use endcap_vocab::{
    Answer, Contribution, Factor, Metrics, Note, NoteKind, Placement, Problems, Request, Signal,
    Slot, Sort, Source, Suppressed,
};

use crate::compile::CompiledRules;
use crate::context::Context;
use crate::desk::{Desk, Item, Placed, Variant};
use crate::metrics::{Slates, measure};
use crate::model::Model;
use crate::order::{ByScore, Key};
use crate::retailer::Retailer;
use crate::signals::{Given, margin, value};
use crate::slate::fill;

/// Answers a request.
///
/// # Errors
/// What makes the request one that this retailer cannot answer, with pointers from it: a
/// filter that does not hold up, a store that it does not have.
pub fn rank(
    retailer: &Retailer,
    rules: &CompiledRules,
    model: &dyn Model,
    request: &Request,
) -> Result<Answer, Problems> {
    let context = Context::new(retailer, rules, request)?;
    if is_suppressed(request) {
        return Ok(suppressed(request.explain));
    }
    Ok(Ranking::new(&context, model).answer())
}

/// Answers a request as [`rank`] does, but for the list of candidates that may not be shown,
/// which can be as long as the catalogue.
///
/// # Errors
/// Those of [`rank`].
pub fn slate(
    retailer: &Retailer,
    rules: &CompiledRules,
    model: &dyn Model,
    request: &Request,
) -> Result<Answer, Problems> {
    let context = Context::new(retailer, rules, request)?;
    Ok(slate_of(&context, model))
}

/// Answers a request as [`slate`] does, by the plainest way: nothing is kept from one request to
/// the next, and all candidates are sorted. Other ways are held against it.
///
/// # Errors
/// Those of [`rank`].
pub fn plainly(
    retailer: &Retailer,
    rules: &CompiledRules,
    model: &dyn Model,
    request: &Request,
) -> Result<Answer, Problems> {
    let mut context = Context::new(retailer, rules, request)?;
    context.is_plain = true;
    Ok(slate_of(&context, model))
}

fn slate_of(context: &Context<'_>, model: &dyn Model) -> Answer {
    if is_suppressed(context.request) {
        return Answer {
            ineligible: None,
            ..suppressed(context.request.explain)
        };
    }
    Ranking::new(context, model).answer_but_ineligible()
}

/// The answer to a request that [`is_suppressed`].
pub(crate) fn suppressed(explain: bool) -> Answer {
    Answer {
        ineligible: explain.then(BTreeMap::new),
        suppressed: Some(Suppressed::NoEmailConsent),
        metrics: explain.then_some(None),
        ..Answer::default()
    }
}

/// Whether a request asks for email that the shopper did not agree to.
pub(crate) fn is_suppressed(request: &Request) -> bool {
    let email = request.placement == Placement::Email || request.channel == "email";
    email
        && !request
            .customer
            .as_ref()
            .is_some_and(|customer| customer.consent.email)
}

/// A request worked out: its slate, and the slates it is compared with.
pub(crate) struct Ranking<'a> {
    pub(crate) desk: Desk<'a>,
    pub(crate) shown: Vec<Placed<'a>>,
    pub(crate) organic: Organic,
    any_stock: Vec<Placed<'a>>,
    notes: Vec<Note>,
}

/// What a slate is compared with, which no rule changes.
#[derive(Clone, Default)]
pub(crate) struct Organic {
    /// The slate without rules: rows.
    slate: Vec<u32>,
    /// The highest probabilities of purchase, as many as slots are asked for.
    purchases: Vec<f64>,
}

impl Organic {
    pub(crate) fn of(desk: &mut Desk<'_>) -> Self {
        let slots = desk.context.request.slots as usize;
        let slate = fill(desk, Variant::Organic).slate;
        let rows = slate.iter().map(|placed| desk.row(placed.item) as u32);
        Self {
            slate: rows.collect(),
            purchases: desk.candidates().best_purchases(slots),
        }
    }
}

impl<'a> Ranking<'a> {
    pub(crate) fn new(context: &'a Context<'a>, model: &'a dyn Model) -> Self {
        let (mut desk, unknown) = Desk::new(context, model);
        let organic = if context.request.explain {
            Organic::of(&mut desk)
        } else {
            Organic::default()
        };
        Self::of_desk(desk, unknown, organic)
    }

    /// The ranking of some candidates, beside skus that are none.
    pub(crate) fn of_desk(mut desk: Desk<'a>, unknown: Vec<&'a str>, organic: Organic) -> Self {
        let context = desk.context;
        let mut notes = Vec::new();
        if context.shopper.is_none() {
            notes.push(Note::new(NoteKind::PersonalSignalsOff));
        }
        if context.request.sort != Sort::Recommended {
            notes.push(Note::new(NoteKind::SortedByShopper));
        }
        notes.extend(
            unknown
                .into_iter()
                .map(|sku| Note::new(NoteKind::UnknownCandidate).sku(sku)),
        );
        let explain = context.request.explain;
        let mut any_stock = None;
        if explain && context.rules.eligibility.in_stock {
            any_stock = Some(fill(&mut desk, Variant::AnyStock));
        }
        // Where nothing that is out of stock was ever in question, stock made no difference.
        let shown = match any_stock {
            Some(filled) if !filled.met_no_stock && !context.is_plain => {
                any_stock = None;
                filled
            }
            _ => fill(&mut desk, Variant::Shown),
        };
        notes.extend(shown.notes);
        let any_stock = any_stock.map(|filled| filled.slate);
        Self {
            any_stock: any_stock.unwrap_or_else(|| shown.slate.clone()),
            shown: shown.slate,
            organic,
            notes,
            desk,
        }
    }

    pub(crate) fn answer(&self) -> Answer {
        Answer {
            ineligible: self.desk.context.request.explain.then(|| self.ineligible()),
            ..self.answer_but_ineligible()
        }
    }

    /// The answer without the list of candidates that may not be shown, which can be as long
    /// as the catalogue.
    pub(crate) fn answer_but_ineligible(&self) -> Answer {
        let explain = self.desk.context.request.explain;
        let mut slots: Vec<Slot> = self
            .shown
            .iter()
            .enumerate()
            .map(|(index, placed)| self.slot(index, placed))
            .collect();
        if !explain {
            return Answer {
                slots,
                notes: self.notes.clone(),
                ..Answer::default()
            };
        }
        let rows: Vec<usize> = self
            .shown
            .iter()
            .map(|placed| self.desk.row(placed.item))
            .collect();
        let ranks = self.organic_ranks(&rows);
        let overridden = self.overridden();
        let marks = ranks.into_iter().zip(&overridden);
        for ((placed, slot), (rank, overridden)) in self.shown.iter().zip(&mut slots).zip(marks) {
            slot.organic_rank = Some(rank);
            slot.overridden = Some(*overridden);
            slot.contributions = Some(self.contributions(placed.item));
            slot.factors = Some(self.factors(placed.item));
        }
        Answer {
            metrics: Some(self.measured(&overridden)),
            slots,
            notes: self.notes.clone(),
            ..Answer::default()
        }
    }

    /// The figures of the slate, of a request that is explained; none where it has no slots.
    pub(crate) fn metrics(&self) -> Option<Metrics> {
        self.measured(&self.overridden())
    }

    fn measured(&self, overridden: &[bool]) -> Option<Metrics> {
        let slates = Slates {
            shown: &self.shown,
            organic: &self.organic.slate,
            any_stock: &self.any_stock,
            purchases: &self.organic.purchases,
            overridden,
        };
        measure(&self.desk, &slates)
    }

    /// For each slot, whether a rule had a hand in it.
    fn overridden(&self) -> Vec<bool> {
        let organic = &self.organic.slate;
        let by_rule = |placed: &Placed<'_>| {
            !matches!(placed.source, Source::Ranked | Source::Fallback)
                || !organic.contains(&(self.desk.row(placed.item) as u32))
                || self.is_multiplied(placed.item)
        };
        self.shown.iter().map(by_rule).collect()
    }

    /// Whether a factor other than 1 applies to a product.
    fn is_multiplied(&self, item: Item) -> bool {
        let (products, at) = self.desk.at(item);
        // What is multiplied by one thing and another may come out as it was.
        if products.factor(at) != 1.0 {
            return true;
        }
        let mut factors = self.desk.context.factors.iter().enumerate();
        factors.any(|(place, (_, factor))| *factor != 1.0 && products.has_factor(place, at))
    }

    fn slot(&self, index: usize, placed: &Placed<'_>) -> Slot {
        let (products, at) = self.desk.at(placed.item);
        Slot {
            slot: index as u32 + 1,
            sku: self
                .desk
                .context
                .retailer
                .columns
                .sku
                .get(self.desk.row(placed.item))
                .to_owned(),
            score: products.score(at),
            source: placed.source,
            rule: placed.rule.map(str::to_owned),
            organic_rank: None,
            overridden: None,
            base: products.base(at),
            contributions: None,
            factors: None,
        }
    }

    fn ineligible(&self) -> BTreeMap<String, endcap_vocab::Reason> {
        let candidates = self.desk.candidates();
        let columns = &self.desk.context.retailer.columns;
        (0..candidates.len())
            .filter(|index| candidates.passes_filter(*index))
            .filter_map(|index| {
                let reason = candidates.fails(index).first()?;
                let sku = columns.sku.get(candidates.row(index));
                Some((sku.to_owned(), reason))
            })
            .collect()
    }

    /// The place of each row among the candidates that may be shown without rules.
    pub(crate) fn organic_ranks(&self, rows: &[usize]) -> Vec<Option<u32>> {
        let candidates = self.desk.candidates();
        let context = self.desk.context;
        let by_score = context.request.sort == Sort::Recommended && !context.is_plain;
        if !by_score {
            candidates.score_all();
        }
        let key = |index: usize| Key::of(context, Variant::Organic, candidates, index);
        let mut wanted: Vec<(Key, usize)> = Vec::with_capacity(rows.len());
        for (place, row) in rows.iter().enumerate() {
            let index = candidates.index(*row);
            let index = index.filter(|index| candidates.shows(Variant::Organic, *index));
            wanted.extend(index.map(|index| (key(index), place)));
        }
        wanted.sort_by(|a, b| a.0.compare(&b.0));
        let ahead = if by_score {
            let keys: Vec<ByScore> = wanted.iter().map(|(key, _)| key.by_score()).collect();
            candidates.ahead_of(&keys)
        } else {
            let mut ahead = vec![0_u32; wanted.len()];
            // A candidate counts for each wanted product that comes after it.
            for key in candidates.shown(Variant::Organic).map(key) {
                let after = wanted.partition_point(|(other, _)| other.compare(&key).is_le());
                ahead[after..].iter_mut().for_each(|ahead| *ahead += 1);
            }
            ahead
        };
        let mut ranks = vec![None; rows.len()];
        for ((_, place), ahead) in wanted.iter().zip(ahead) {
            ranks[*place] = Some(ahead + 1);
        }
        ranks
    }

    pub(crate) fn contributions(&self, item: Item) -> Vec<Contribution> {
        let (products, at) = self.desk.at(item);
        let context = self.desk.context;
        let row = self.desk.row(item);
        let retailer = context.retailer;
        let category =
            &retailer.columns.category.values[retailer.columns.category.code(row) as usize];
        let weights = context.rules.weights.of(category);
        let given = Given {
            row,
            price: products.price(at),
            today: context.today,
            month: context.month,
        };
        let (relevance, _) = self.desk.predicted(item);
        let weighted = Signal::ALL
            .iter()
            .zip(weights)
            .filter(|(_, weight)| *weight != 0.0);
        weighted
            .map(|(signal, weight)| {
                let value = match signal {
                    Signal::Relevance => relevance,
                    Signal::Popularity => products.popularity(at),
                    _ => value(retailer, *signal, given),
                };
                let points = if signal.is_cost() {
                    -(weight * value)
                } else {
                    weight * value
                };
                Contribution {
                    signal: *signal,
                    value,
                    weight,
                    points,
                }
            })
            .collect()
    }

    pub(crate) fn factors(&self, item: Item) -> Vec<Factor> {
        let (products, at) = self.desk.at(item);
        let rules = self.desk.context.factors.iter().enumerate();
        rules
            .filter(|(place, _)| products.has_factor(*place, at))
            .map(|(_, (rule, factor))| Factor {
                rule: rule.id().to_owned(),
                factor: *factor,
            })
            .collect()
    }
}

/// What a product costs and how much of it there is, for one request.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Quote {
    /// Regular price.
    pub list_price: f64,
    /// Effective price.
    pub price: f64,
    /// Cost of a unit.
    pub unit_cost: f64,
    /// (price − unit cost) / price.
    pub margin: f64,
    /// Units available.
    pub stock: i64,
    /// The retailer's own brand.
    pub private_label: bool,
}

impl Quote {
    pub(crate) fn of(desk: &Desk<'_>, item: Item) -> Self {
        let (products, at) = desk.at(item);
        let columns = &desk.context.retailer.columns;
        let row = desk.row(item);
        let unit_cost = columns.unit_cost[row];
        Self {
            list_price: columns.list_price[row],
            price: products.price(at),
            unit_cost,
            margin: margin(products.price(at), unit_cost),
            stock: products.stock(at),
            private_label: columns.private_label.get(row),
        }
    }
}

/// Prices and stock of some products for a request; skus that the catalogue lacks are left
/// out.
///
/// # Errors
/// Those of [`rank`].
pub fn quotes(
    retailer: &Retailer,
    rules: &CompiledRules,
    model: &dyn Model,
    request: &Request,
    skus: &[&str],
) -> Result<Vec<Quote>, Problems> {
    // Only these products are looked at, whatever the request's own candidates are.
    let candidates = Some(skus.iter().map(|sku| (*sku).to_owned()).collect());
    let request = Request {
        candidates,
        explain: false,
        ..request.clone()
    };
    let context = Context::new(retailer, rules, &request)?;
    let (mut desk, _) = Desk::new(&context, model);
    let rows = skus.iter().filter_map(|sku| retailer.row(sku));
    let quote = |row: usize| {
        let item = desk.product(row as u32);
        Quote::of(&desk, item)
    };
    Ok(rows.map(quote).collect())
}
