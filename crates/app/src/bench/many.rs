//! Works over many shoppers at once, under two rule sets.

use endcap_engine::{CompiledRule, CompiledRules, Seen, Simulation, plainly};
use endcap_vocab::{Customer, Effect, Metrics, Owner, Problems, Request, Rule, Scope, Shopper};
use serde::Serialize;

use super::data::Data;
use super::{Measured, Record};
use crate::UserError;

/// Repetitions that are timed.
const REPETITIONS: usize = 12;

/// The same is not repeated after so many milliseconds.
const LONG_MS: f64 = 20_000.0;

/// What the draft boosts on top of the live rules.
const DRAFTED: &str = "product.rating >= 4.0 && product.price < 12.0";

/// What is then boosted in its place: 4 in 100 products.
const EDITED: &str = "product.rating >= 4.0 && product.price < 3.0 && !product.private_label";

/// The whole catalogue for every shopper, live against a draft with one more boost.
pub(super) fn whole(data: &Data, plain: bool) -> Result<Measured, UserError> {
    let asked = Asked::new(data);
    let draft = draft(data, DRAFTED, 20.0)?;
    let mut record = Record::default();
    for repetition in 0..REPETITIONS {
        if record.wall_ms.iter().sum::<f64>() > LONG_MS {
            break;
        }
        let seen = record.time(|| {
            if plain {
                return asked.plainly(&draft);
            }
            under_both(&asked.simulation()?, &draft)
        })?;
        // Every repetition gives the same.
        if repetition == 0 {
            add(&mut record, data, seen)?;
        }
    }
    Ok(record.finish())
}

/// The same after the draft's boost changed, with what shoppers see under the live rules known.
pub(super) fn edit(data: &Data, plain: bool) -> Result<Measured, UserError> {
    let asked = Asked::new(data);
    let simulation = asked.simulation()?;
    let drafted = draft(data, DRAFTED, 20.0)?;
    simulation.under(&drafted).map_err(refused)?;
    let mut record = Record::default();
    for repetition in 0..REPETITIONS {
        let draft = draft(data, EDITED, 20.0 + repetition as f64)?;
        let seen = record.time(|| {
            if plain {
                return asked.plainly(&draft);
            }
            under_both(&simulation, &draft)
        })?;
        add(&mut record, data, seen)?;
    }
    Ok(record.finish())
}

/// Adds what shoppers see under both rule sets to a digest.
fn add(
    record: &mut Record,
    data: &Data,
    (live, draft): (Vec<Seen>, Vec<Seen>),
) -> Result<(), UserError> {
    for (live, draft) in live.iter().zip(&draft) {
        record.add(&[digested(data, live), digested(data, draft)])?;
    }
    Ok(())
}

fn draft(data: &Data, when: &str, percent: f64) -> Result<CompiledRules, UserError> {
    let rule = Rule {
        id: "draft".to_owned(),
        name: "Drafted".to_owned(),
        owner: Owner::Merchandising,
        enabled: true,
        priority: 0,
        scope: Scope::default(),
        when: Some(when.to_owned()),
        effect: Effect::Boost { percent },
        campaign: None,
        note: None,
    };
    let rule = CompiledRule::new(&rule)
        .map_err(|problems| UserError::refused("the draft", Problems { problems }))?;
    Ok(data.rules.with(rule))
}

/// What is asked for every shopper.
struct Asked<'d> {
    data: &'d Data,
    customers: Vec<Customer>,
    request: Request,
}

impl<'d> Asked<'d> {
    fn new(data: &'d Data) -> Self {
        Self {
            data,
            customers: data.shoppers.iter().map(Shopper::customer).collect(),
            request: data.request(0, None),
        }
    }

    fn simulation(&self) -> Result<Simulation<'_>, UserError> {
        let Data {
            retailer, rules, ..
        } = self.data;
        let (request, customers) = (&self.request, &self.customers);
        Simulation::new(retailer, rules, &self.data.model, request, customers).map_err(refused)
    }

    /// What each shopper sees under the live rules and under a draft, every product looked at and
    /// sorted.
    fn plainly(&self, draft: &CompiledRules) -> Result<(Vec<Seen>, Vec<Seen>), UserError> {
        let seen = |rules| {
            let seen = self.customers.iter().map(|customer| {
                let request = (&self.request, customer.clone());
                seen_plainly(self.data, rules, request)
            });
            seen.collect::<Result<Vec<Seen>, Problems>>()
                .map_err(refused)
        };
        Ok((seen(&self.data.rules)?, seen(draft)?))
    }
}

/// What each shopper sees under the live rules and under a draft.
fn under_both(
    simulation: &Simulation<'_>,
    draft: &CompiledRules,
) -> Result<(Vec<Seen>, Vec<Seen>), UserError> {
    let drafted = simulation.under(draft).map_err(refused)?;
    Ok((simulation.seen().to_vec(), drafted))
}

fn refused(problems: Problems) -> UserError {
    UserError::refused("the request", problems)
}

/// What one shopper sees under a rule set, every product looked at and sorted.
fn seen_plainly(
    data: &Data,
    rules: &CompiledRules,
    (request, customer): (&Request, Customer),
) -> Result<Seen, Problems> {
    let request = Request {
        explain: true,
        customer: Some(customer),
        ..request.clone()
    };
    let answer = plainly(&data.retailer, rules, &data.model.plainly(), &request)?;
    let rows = answer
        .slots
        .iter()
        .filter_map(|slot| data.retailer.row(&slot.sku));
    Ok(Seen {
        rows: rows.map(|row| row as u32).collect(),
        metrics: answer.metrics.flatten(),
    })
}

/// What a digest is made of: the slate and its figures.
#[derive(Serialize)]
struct Digested<'a> {
    skus: Vec<&'a str>,
    metrics: &'a Option<Metrics>,
}

fn digested<'a>(data: &'a Data, seen: &'a Seen) -> Digested<'a> {
    let columns = data.retailer.columns();
    let sku = |row: &u32| columns.sku.get(*row as usize);
    Digested {
        skus: seen.rows.iter().map(sku).collect(),
        metrics: &seen.metrics,
    }
}
