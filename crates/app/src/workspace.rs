//! An opened retailer: its products, its shoppers, and the model trained on its orders.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, FixedOffset};
use endcap_demo::{Demo, DemoSize};
use endcap_engine::{CompiledRules, Retailer, RetailerBuilder};
use endcap_learn::OrderModel;
use endcap_store::Snapshot;
use endcap_vocab::{RuleSet, Shopper, Signal};

use crate::UserError;

/// The seed of the demo retailer that is in `fixtures/demo`.
const DEMO_SEED: u64 = 1;

/// A retailer at one instant, ready to rank.
pub struct Workspace {
    /// What is sold.
    pub retailer: Retailer,
    /// What orders say.
    pub model: OrderModel,
    /// Who buys, by id.
    pub shoppers: BTreeMap<String, Shopper>,
    /// The instant.
    pub taken_at: DateTime<FixedOffset>,
}

impl Workspace {
    /// Opens a snapshot and trains on its orders.
    ///
    /// # Errors
    /// A file that is missing, damaged or of a newer program.
    pub fn open(path: &Path) -> Result<Self, UserError> {
        let snapshot = Snapshot::open(path)?;
        let taken_at = snapshot.meta().taken_at;
        let mut builder = RetailerBuilder::default();
        snapshot.products(|product| builder.push(&product))?;
        let retailer = builder
            .finish(&snapshot.catalog_without_products()?)
            .map_err(|problems| UserError::refused(&path.display().to_string(), problems))?;
        let mut shoppers = BTreeMap::new();
        snapshot.shoppers(|shopper| {
            shoppers.insert(shopper.id.clone(), shopper);
        })?;
        let model = OrderModel::train(&retailer, taken_at, &snapshot.order_columns()?);
        Ok(Self {
            retailer,
            model,
            shoppers,
            taken_at,
        })
    }

    /// The demo retailer, made on the spot: the same as the one in `fixtures/demo`.
    ///
    /// # Errors
    /// None that a correct build can meet.
    pub fn demo() -> Result<Self, UserError> {
        let demo: Demo = endcap_demo::generate(DemoSize::default(), DEMO_SEED);
        let retailer = Retailer::build(&demo.catalog)
            .map_err(|problems| UserError::refused("the demo retailer", problems))?;
        let model = OrderModel::train(&retailer, demo.taken_at, &demo.order_lines.iter().collect());
        let shoppers = demo
            .shoppers
            .into_iter()
            .map(|shopper| (shopper.id.clone(), shopper))
            .collect();
        Ok(Self {
            retailer,
            model,
            shoppers,
            taken_at: demo.taken_at,
        })
    }

    /// The demo retailer's rules.
    #[must_use]
    pub fn demo_rules() -> RuleSet {
        endcap_demo::rule_set()
    }

    /// A rule set made ready to rank with.
    ///
    /// # Errors
    /// Every condition that does not hold up.
    pub fn compile(rules: &RuleSet) -> Result<CompiledRules, UserError> {
        CompiledRules::compile(rules).map_err(|problems| UserError::refused(&rules.name, problems))
    }

    /// A rule set without rules that ranks by relevance alone.
    #[must_use]
    pub fn relevance_alone() -> RuleSet {
        let mut rules = RuleSet {
            name: "Relevance alone".to_owned(),
            ..RuleSet::default()
        };
        rules.objective.default.0.insert(Signal::Relevance, 1.0);
        rules
    }

    /// The shopper with the most orders among those who agreed to personalization.
    #[must_use]
    pub fn most_loyal_shopper(&self) -> Option<&str> {
        let personal = self
            .shoppers
            .values()
            .filter(|shopper| shopper.consent.personalization);
        // The first of several, by id: `max_by` would give the last.
        let orders = |id: &str| self.model.orders(id);
        personal
            .map(|shopper| shopper.id.as_str())
            .reduce(|best, id| if orders(id) > orders(best) { id } else { best })
    }
}
