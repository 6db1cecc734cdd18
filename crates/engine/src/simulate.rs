//! The same request for many shoppers under two rule sets: what each of them would see.
//!
//! Shoppers whom the rules treat alike share everything but what the model says of them, so each
//! product is looked at once for a whole block of them.

use std::collections::HashMap;
use std::sync::Arc;

use endcap_vocab::{Customer, Metrics, Problems, Request};
use rayon::prelude::*;

use crate::assess::{Assessed, Look, Shelf, look_for_many};
use crate::compile::CompiledRules;
use crate::context::{Context, InForce, Treatment};
use crate::desk::{Desk, shelf_of};
use crate::ground::Ground;
use crate::model::Model;
use crate::rank::{Ranking, is_suppressed};
use crate::retailer::Retailer;

/// The most shoppers who are looked at together, and products times shoppers: what is found of them
/// stands in memory until all products have gone by.
const MOST_SHOPPERS: usize = 32;
const MOST_LOOKS: usize = 4_000_000;

/// What one shopper sees under one rule set.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The products, slot by slot: rows of the retailer.
    pub rows: Vec<u32>,
    /// Figures of the slate; none where it has no slots.
    pub metrics: Option<Metrics>,
}

/// What each of `customers` sees under each of two rule sets, as [`crate::rank`] answers
/// `request` with them in it.
///
/// # Errors
/// Those of [`crate::rank`].
pub fn simulate(
    retailer: &Retailer,
    rules: [&CompiledRules; 2],
    model: &dyn Model,
    request: &Request,
    customers: &[Customer],
) -> Result<Vec<[Seen; 2]>, Problems> {
    let classes = classes(retailer, rules, request, customers)?;
    let most = (MOST_LOOKS / retailer.len().max(1)).clamp(1, MOST_SHOPPERS);
    let blocks: Vec<(&Request, &[usize])> = classes
        .iter()
        .flat_map(|(request, shoppers)| shoppers.chunks(most).map(move |block| (request, block)))
        .collect();
    let of_block = |(request, shoppers): &(&Request, &[usize])| {
        let ids: Vec<&str> = shoppers.iter().map(|at| &*customers[*at].id).collect();
        of_class(retailer, rules, model, request, &ids)
    };
    let seen: Result<Vec<Vec<[Seen; 2]>>, Problems> = blocks.par_iter().map(of_block).collect();
    let mut by_place: Vec<Option<[Seen; 2]>> = vec![None; customers.len()];
    for ((_, shoppers), seen) in blocks.iter().zip(seen?) {
        for (place, seen) in shoppers.iter().zip(seen) {
            by_place[*place] = Some(seen);
        }
    }
    Ok(by_place.into_iter().flatten().collect())
}

/// Shoppers whom the rules treat alike, each class with the request of its first one, and the
/// places of all.
fn classes(
    retailer: &Retailer,
    rules: [&CompiledRules; 2],
    request: &Request,
    customers: &[Customer],
) -> Result<Vec<(Request, Vec<usize>)>, Problems> {
    let mut by_traits: HashMap<_, usize> = HashMap::new();
    let mut by_treatment: HashMap<[Treatment; 2], usize> = HashMap::new();
    let mut classes: Vec<(Request, Vec<usize>)> = Vec::new();
    for (place, customer) in customers.iter().enumerate() {
        let consent = customer.consent;
        let traits = (
            &customer.segments,
            &customer.tier,
            &customer.permits,
            [consent.personalization, consent.email, consent.sensitive],
        );
        let class = match by_traits.get(&traits) {
            Some(class) => *class,
            None => {
                let request = Request {
                    explain: true,
                    customer: Some(customer.clone()),
                    ..request.clone()
                };
                let [live, draft] = rules.map(|rules| {
                    Context::new(retailer, rules, &request).map(|context| context.treatment())
                });
                let next = classes.len();
                let class = *by_treatment.entry([live?, draft?]).or_insert(next);
                if class == next {
                    classes.push((request, Vec::new()));
                }
                by_traits.insert(traits, class);
                class
            }
        };
        classes[class].1.push(place);
    }
    Ok(classes)
}

/// What the shoppers of one class see.
fn of_class(
    retailer: &Retailer,
    rules: [&CompiledRules; 2],
    model: &dyn Model,
    request: &Request,
    ids: &[&str],
) -> Result<Vec<[Seen; 2]>, Problems> {
    let [live, draft] = rules.map(|rules| Context::new(retailer, rules, request));
    let contexts = [live?, draft?];
    if is_suppressed(request) {
        let nothing = Seen {
            rows: Vec::new(),
            metrics: None,
        };
        return Ok(vec![[nothing.clone(), nothing]; ids.len()]);
    }
    let sides = contexts.each_ref().map(|context| {
        let ground = retailer.memo.ground(context);
        let (shelf, _) = shelf_of(context, &ground);
        Side {
            context,
            ground,
            shelf: Arc::new(shelf),
        }
    });
    let is_personal = contexts[0].shopper.is_some();
    let number = |id: &&str| model.shopper(id).filter(|_| is_personal);
    let shoppers: Vec<Option<u32>> = ids.iter().map(number).collect();
    let [live, draft] = &sides;
    if are_alike(&contexts) {
        let shelves = (&*live.shelf, Some(&*draft.shelf));
        let found = look_for_many(shelves, (model, &shoppers));
        let seen = shoppers
            .into_iter()
            .zip(found)
            .map(|(shopper, (found, bounds))| {
                let shelf = Arc::clone(&live.shelf);
                let found = (found, Some(bounds));
                let look = Arc::new(Look::of(shelf, (model, shopper), found));
                [live.seen(Arc::clone(&look)), draft.seen(look)]
            });
        return Ok(seen.collect());
    }
    let [live, draft] = [live, draft].map(|side| {
        let found = look_for_many((&side.shelf, None), (model, &shoppers));
        let seen = shoppers
            .iter()
            .zip(found)
            .map(|(shopper, (found, bounds))| {
                let shelf = Arc::clone(&side.shelf);
                let found = (found, Some(bounds));
                side.seen(Arc::new(Look::of(shelf, (model, *shopper), found)))
            });
        seen.collect::<Vec<Seen>>()
    });
    let both = live.into_iter().zip(draft);
    Ok(both.map(|(live, draft)| [live, draft]).collect())
}

/// Whether two rule sets differ in boosts and buries alone, for one request.
fn are_alike([live, draft]: &[Context<'_>; 2]) -> bool {
    let same = |a: &[InForce<'_>], b: &[InForce<'_>]| {
        let mut pairs = a.iter().zip(b);
        a.len() == b.len() && pairs.all(|(a, b)| a.compiled.rule() == b.compiled.rule())
    };
    live.rules.weights == draft.rules.weights
        && live.rules.eligibility == draft.rules.eligibility
        && same(&live.visibility, &draft.visibility)
        && same(&live.placing, &draft.placing)
}

/// What the shoppers of one class share under one rule set.
struct Side<'a> {
    context: &'a Context<'a>,
    ground: Arc<Ground>,
    shelf: Arc<Shelf<'a>>,
}

impl<'a> Side<'a> {
    /// What a shopper sees who looks so at its shelf.
    fn seen(&'a self, look: Arc<Look<'a>>) -> Seen {
        let model = look.model();
        let candidates = Assessed::of(self.context, Arc::clone(&self.shelf), look);
        let desk = Desk::with(self.context, (model, Arc::clone(&self.ground)), candidates);
        let ranking = Ranking::of_desk(desk, Vec::new());
        let rows = ranking.shown.iter();
        Seen {
            rows: rows
                .map(|placed| ranking.desk.row(placed.item) as u32)
                .collect(),
            metrics: ranking.metrics(),
        }
    }
}
