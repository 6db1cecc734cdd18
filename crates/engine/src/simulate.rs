//! The same request for many shoppers under two rule sets: what each of them would see.
//!
//! Shoppers whom the rules treat alike share all that is known of products before the model is asked,
//! so that each is asked about a few products only.

use std::collections::HashMap;
use std::sync::Arc;

use endcap_vocab::{Customer, Metrics, Problems, Request};
use rayon::prelude::*;

use crate::assess::{Assessed, Pool, Shelf};
use crate::compile::CompiledRules;
use crate::context::{Context, Treatment};
use crate::desk::{Desk, shelf_of};
use crate::ground::{FactorKey, Ground};
use crate::model::Model;
use crate::rank::{Organic, Ranking, is_suppressed};
use crate::retailer::Retailer;

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
    let pool = Arc::default();
    let of_class = |class: &Class| {
        let ids: Vec<&str> = class.places.iter().map(|at| &*customers[*at].id).collect();
        of_class((retailer, &pool), rules, model, (&class.request, &ids))
    };
    let seen: Result<Vec<Vec<[Seen; 2]>>, Problems> = classes.par_iter().map(of_class).collect();
    let mut by_place: Vec<Option<[Seen; 2]>> = vec![None; customers.len()];
    for (class, seen) in classes.iter().zip(seen?) {
        for (place, seen) in class.places.iter().zip(seen) {
            by_place[*place] = Some(seen);
        }
    }
    Ok(by_place.into_iter().flatten().collect())
}

/// Shoppers whom the rules treat alike.
struct Class {
    /// That of the first of them.
    request: Request,
    /// The promotions that they have, and the boosts under each rule set.
    offers: Vec<u32>,
    factors: [FactorKey; 2],
    /// Which they are.
    places: Vec<usize>,
}

/// All shoppers by class, those with the same promotions and boosts side by side: they share prices and
/// what multiplies scores.
fn classes(
    retailer: &Retailer,
    rules: [&CompiledRules; 2],
    request: &Request,
    customers: &[Customer],
) -> Result<Vec<Class>, Problems> {
    let mut by_traits: HashMap<_, usize> = HashMap::new();
    let mut by_treatment: HashMap<[Treatment; 2], usize> = HashMap::new();
    let mut classes: Vec<Class> = Vec::new();
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
                let [live, draft] = rules.map(|rules| Context::new(retailer, rules, &request));
                let [live, draft] = [live?, draft?];
                let next = classes.len();
                let treatments = [live.treatment(), draft.treatment()];
                let class = *by_treatment.entry(treatments).or_insert(next);
                if class == next {
                    let (offers, factors) = (live.offers, [live.factor_key, draft.factor_key]);
                    classes.push(Class {
                        request,
                        offers,
                        factors,
                        places: Vec::new(),
                    });
                }
                by_traits.insert(traits, class);
                class
            }
        };
        classes[class].places.push(place);
    }
    classes.sort_by(|a, b| (&a.offers, &a.factors).cmp(&(&b.offers, &b.factors)));
    Ok(classes)
}

/// What the shoppers of one class see.
fn of_class(
    (retailer, pool): (&Retailer, &Arc<Pool>),
    rules: [&CompiledRules; 2],
    model: &dyn Model,
    (request, ids): (&Request, &[&str]),
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
        let (shelf, _) = shelf_of(context, (&ground, pool));
        Side {
            context,
            ground,
            shelf: Arc::new(shelf),
        }
    });
    let is_personal = contexts[0].shopper.is_some();
    let are_alike = are_organically_alike(&contexts);
    let [live, draft] = &sides;
    let seen = ids.par_iter().map(|id| {
        let shopper = model.shopper(id).filter(|_| is_personal);
        let (seen, organic) = live.seen((model, shopper), None);
        let organic = are_alike.then_some(organic);
        [seen, draft.seen((model, shopper), organic).0]
    });
    Ok(seen.collect())
}

/// Whether what two rule sets show without rules is the same for a request.
fn are_organically_alike([live, draft]: &[Context<'_>; 2]) -> bool {
    live.rules.weights == draft.rules.weights
        && live.rules.eligibility == draft.rules.eligibility
        && live.rules.fallback == draft.rules.fallback
}

/// What the shoppers of one class share under one rule set.
struct Side<'a> {
    context: &'a Context<'a>,
    ground: Arc<Ground>,
    shelf: Arc<Shelf<'a>>,
}

impl<'a> Side<'a> {
    /// What a shopper sees, and what it would see without rules where nobody knows yet.
    fn seen(
        &self,
        (model, shopper): (&'a dyn Model, Option<u32>),
        organic: Option<Organic<'a>>,
    ) -> (Seen, Organic<'a>) {
        let candidates = Assessed::of(self.context, Arc::clone(&self.shelf), (model, shopper));
        let ground = Arc::clone(&self.ground);
        let mut desk = Desk::with(self.context, (model, ground), candidates);
        let organic = organic.unwrap_or_else(|| Organic::of(&mut desk));
        let ranking = Ranking::of_desk(desk, Vec::new(), organic);
        let rows = ranking.shown.iter();
        let seen = Seen {
            rows: rows
                .map(|placed| ranking.desk.row(placed.item) as u32)
                .collect(),
            metrics: ranking.metrics(),
        };
        (seen, ranking.organic)
    }
}
