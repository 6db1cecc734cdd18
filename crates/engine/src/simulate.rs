//! The same request for many shoppers under one rule set and another: what each of them would see.
//!
//! Shoppers whom the rules treat alike share all that is known of products before the model is asked,
//! so that each is asked about a few products only.

use std::collections::HashMap;
use std::sync::Arc;

use endcap_vocab::{Customer, Metrics, Problems, Request};
use rayon::prelude::*;

use crate::assess::{Assessed, Pool};
use crate::compile::CompiledRules;
use crate::context::{Context, Treatment};
use crate::desk::{Desk, shelf_of};
use crate::model::Model;
use crate::rank::{Organic, Ranking, is_suppressed};
use crate::retailer::Retailer;

/// What one shopper sees under one rule set.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// The products, slot by slot: rows of the retailer.
    pub rows: Vec<u32>,
    /// Figures of the slate; none where it has no slots.
    pub metrics: Option<Metrics>,
}

/// Many shoppers who ask for the same, and what each of them sees under one rule set. It is kept, so
/// that another rule set costs its own slates only.
pub struct Simulation<'a> {
    retailer: &'a Retailer,
    live: &'a CompiledRules,
    model: &'a dyn Model,
    customers: &'a [Customer],
    alike: Vec<Alike>,
    seen: Vec<Seen>,
    organic: Vec<Organic>,
}

impl<'a> Simulation<'a> {
    /// What each of `customers` sees under `live`, as [`crate::rank`] answers `request` with them in
    /// it.
    ///
    /// # Errors
    /// Those of [`crate::rank`].
    pub fn new(
        retailer: &'a Retailer,
        live: &'a CompiledRules,
        model: &'a dyn Model,
        request: &Request,
        customers: &'a [Customer],
    ) -> Result<Self, Problems> {
        let mut simulation = Self {
            retailer,
            live,
            model,
            customers,
            alike: Alike::all(request, customers),
            seen: Vec::new(),
            organic: Vec::new(),
        };
        let seen = simulation.see(live)?;
        (simulation.seen, simulation.organic) = seen.into_iter().unzip();
        Ok(simulation)
    }

    /// What each of the shoppers sees, in their order.
    #[must_use]
    pub fn seen(&self) -> &[Seen] {
        &self.seen
    }

    /// What each of the shoppers would see under another rule set, in their order.
    ///
    /// # Errors
    /// Those of [`crate::rank`].
    pub fn under(&self, draft: &CompiledRules) -> Result<Vec<Seen>, Problems> {
        let seen = self.see(draft)?;
        Ok(seen.into_iter().map(|(seen, _)| seen).collect())
    }

    fn see(&self, rules: &CompiledRules) -> Result<Vec<(Seen, Organic)>, Problems> {
        let classes = self.classes(rules)?;
        let pool = Arc::new(Pool::of_classes());
        let is_known = self.is_organically_live(rules);
        let of_class = |class: &Class<'_>| self.of_class(class, &pool, is_known);
        let seen: Vec<Vec<(Seen, Organic)>> = classes.par_iter().map(of_class).collect();
        let mut by_place = vec![None; self.customers.len()];
        for (class, seen) in classes.iter().zip(seen) {
            for (place, seen) in class.places.iter().zip(seen) {
                by_place[*place] = Some(seen);
            }
        }
        Ok(by_place.into_iter().flatten().collect())
    }

    /// All shoppers by class, those with the same promotions and boosts side by side: they share
    /// prices and what multiplies scores.
    fn classes<'c>(&'c self, rules: &'c CompiledRules) -> Result<Vec<Class<'c>>, Problems> {
        let mut by_treatment: HashMap<Treatment, usize> = HashMap::new();
        let mut classes: Vec<Class<'c>> = Vec::new();
        for alike in &self.alike {
            let context = Context::new(self.retailer, rules, &alike.request)?;
            let next = classes.len();
            let class = *by_treatment.entry(context.treatment()).or_insert(next);
            if class == next {
                classes.push(Class {
                    context,
                    places: Vec::new(),
                });
            }
            classes[class].places.extend(&alike.places);
        }
        classes.sort_by(|a, b| {
            let [a, b] = [&a.context, &b.context];
            (&a.offers, &a.factor_key).cmp(&(&b.offers, &b.factor_key))
        });
        Ok(classes)
    }

    /// What the shoppers of one class see, and would see without rules, which may be known.
    fn of_class(
        &self,
        class: &Class<'_>,
        pool: &Arc<Pool>,
        is_known: bool,
    ) -> Vec<(Seen, Organic)> {
        let context = &class.context;
        if is_suppressed(context.request) {
            return vec![Default::default(); class.places.len()];
        }
        let ground = self.retailer.memo.ground(context);
        let (shelf, _) = shelf_of(context, (&ground, pool));
        let shelf = Arc::new(shelf);
        let seen = class.places.par_iter().map(|place| {
            let id = &self.customers[*place].id;
            let shopper = self.model.shopper(id);
            let shopper = shopper.filter(|_| context.shopper.is_some());
            let candidates = Assessed::of(context, Arc::clone(&shelf), (self.model, shopper));
            let ground = Arc::clone(&ground);
            let mut desk = Desk::with(context, (self.model, ground), candidates);
            let known = self.organic.get(*place).filter(|_| is_known);
            let organic = known.cloned().unwrap_or_else(|| Organic::of(&mut desk));
            let ranking = Ranking::of_desk(desk, Vec::new(), organic);
            let rows = ranking.shown.iter();
            let rows = rows.map(|placed| ranking.desk.row(placed.item) as u32);
            let seen = Seen {
                rows: rows.collect(),
                metrics: ranking.metrics(),
            };
            (seen, ranking.organic)
        });
        seen.collect()
    }

    /// Whether what a rule set shows without its rules is what the live one does.
    fn is_organically_live(&self, rules: &CompiledRules) -> bool {
        let live = self.live;
        live.weights == rules.weights
            && live.eligibility == rules.eligibility
            && live.fallback == rules.fallback
    }
}

/// Shoppers who differ in nothing that rules look at.
struct Alike {
    /// That of the first of them.
    request: Request,
    /// Which they are.
    places: Vec<usize>,
}

impl Alike {
    /// All shoppers, with the request that each of them makes.
    fn all(request: &Request, customers: &[Customer]) -> Vec<Self> {
        let mut by_traits: HashMap<_, usize> = HashMap::new();
        let mut all: Vec<Self> = Vec::new();
        for (place, customer) in customers.iter().enumerate() {
            let consent = customer.consent;
            let traits = (
                &customer.segments,
                &customer.tier,
                &customer.permits,
                [consent.personalization, consent.email, consent.sensitive],
            );
            let alike = *by_traits.entry(traits).or_insert_with(|| {
                all.push(Self {
                    request: Request {
                        explain: true,
                        customer: Some(customer.clone()),
                        ..request.clone()
                    },
                    places: Vec::new(),
                });
                all.len() - 1
            });
            all[alike].places.push(place);
        }
        all
    }
}

/// Shoppers whom a rule set treats alike.
struct Class<'c> {
    /// That of the first of them.
    context: Context<'c>,
    /// Which they are.
    places: Vec<usize>,
}
