//! The same request for many shoppers under several rule sets: what each of them would see.

use endcap_vocab::{Customer, Metrics, Problems, Request};
use rayon::prelude::*;

use crate::compile::CompiledRules;
use crate::context::Context;
use crate::model::Model;
use crate::rank::{Ranking, is_suppressed};
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
    let of_shopper = |customer: &Customer| {
        let request = Request {
            explain: true,
            customer: Some(customer.clone()),
            ..request.clone()
        };
        let [live, draft] = rules.map(|rules| seen(retailer, rules, model, &request));
        Ok([live?, draft?])
    };
    customers.par_iter().map(of_shopper).collect()
}

fn seen(
    retailer: &Retailer,
    rules: &CompiledRules,
    model: &dyn Model,
    request: &Request,
) -> Result<Seen, Problems> {
    let context = Context::new(retailer, rules, request)?;
    if is_suppressed(request) {
        return Ok(Seen {
            rows: Vec::new(),
            metrics: None,
        });
    }
    let ranking = Ranking::new(&context, model);
    let rows = ranking.shown.iter();
    Ok(Seen {
        rows: rows
            .map(|placed| ranking.desk.row(placed.item) as u32)
            .collect(),
        metrics: ranking.metrics(),
    })
}
