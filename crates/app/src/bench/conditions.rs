//! Work w4: 500 conditions over the whole catalogue, one bitmap each.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};
use endcap_engine::{CompiledRules, Retailer, SignalTable, matches};
use endcap_rules::{Bits, Condition, Conditions, Facts};
use endcap_vocab::{Placement, Request, Signals};
use sha2::Digest;

use super::data::STORE;
use super::{Measured, Record};
use crate::{UserError, Workspace};

/// Repetitions that are timed, and those before them that are not.
const REPETITIONS: usize = 21;
const WARM_UP: usize = 5;

/// The catalogue as one request finds it, and what is asked of it.
pub struct Given<'a> {
    /// What is sold.
    pub retailer: &'a Retailer,
    /// Effective price of each row.
    pub price: Vec<f64>,
    /// Units available of each row.
    pub stock: Vec<i64>,
    /// The request's date.
    pub date: NaiveDate,
    /// Those of `fixtures/bench/conditions.json`.
    pub conditions: Vec<Condition>,
}

impl<'a> Given<'a> {
    /// What an anonymous request finds in one store at an instant.
    ///
    /// # Errors
    /// A retailer that lacks the store.
    pub fn new(retailer: &'a Retailer, at: DateTime<FixedOffset>) -> Result<Self, UserError> {
        let request = Request {
            placement: Placement::Home,
            store: Some(STORE.to_owned()),
            explain: false,
            ..Request::anonymous("web", at)
        };
        let rules = CompiledRules::compile(&Workspace::relevance_alone())
            .map_err(|problems| UserError::refused("relevance alone", problems))?;
        let model = SignalTable::new(retailer, &Signals::default());
        let found = matches(retailer, &rules, &model, &request, ("true", retailer.len()))
            .map_err(|problems| UserError::refused("the request", problems))?;
        let mut price = vec![0.0; retailer.len()];
        let mut stock = vec![0; retailer.len()];
        for product in found.best {
            price[product.row as usize] = product.quote.price;
            stock[product.row as usize] = product.quote.stock;
        }
        Ok(Self {
            retailer,
            price,
            stock,
            date: at.date_naive(),
            conditions: conditions(),
        })
    }

    fn facts(&self) -> Facts<'_> {
        Facts {
            price: &self.price,
            stock: &self.stock,
            today: self.date.to_epoch_days(),
            month: self.date.month(),
        }
    }
}

/// The committed conditions.
fn conditions() -> Vec<Condition> {
    const CONDITIONS: &str = include_str!("../../../../fixtures/bench/conditions.json");
    let sources: Vec<String> = serde_json::from_str(CONDITIONS).expect("committed texts in JSON");
    let parse = |source: &String| Condition::parse(source).expect("a committed condition");
    sources.iter().map(parse).collect()
}

/// Evaluates all conditions again and again, on the threads of the current rayon pool; with
/// `plain` once, condition by condition and product by product. What the conditions share is found
/// beforehand; all that depends on the products is part of the work.
#[must_use]
pub fn conditions_over_products(given: &Given<'_>, plain: bool) -> Measured {
    let (columns, facts) = (given.retailer.columns(), given.facts());
    let rows = 0..given.retailer.len();
    let together: Conditions = given.conditions.iter().collect();
    let work = || -> Vec<Bits> {
        if plain {
            let each = given.conditions.iter();
            each.map(|condition| condition.eval_plain(columns, &facts, rows.clone()))
                .collect()
        } else {
            together.eval(columns, &facts, rows.clone())
        }
    };
    let mut record = Record::default();
    for _ in 0..if plain { 0 } else { WARM_UP } {
        work();
    }
    let mut answers = Vec::new();
    for _ in 0..if plain { 1 } else { REPETITIONS } {
        answers = record.time(work);
    }
    for word in answers.iter().flat_map(Bits::words) {
        record.digest.update(word.to_le_bytes());
    }
    record.finish()
}
