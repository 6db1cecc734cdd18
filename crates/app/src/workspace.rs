//! An opened retailer: its products, its shoppers, and the model trained on its orders.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, OnceLock};

use chrono::{DateTime, FixedOffset};
use endcap_demo::{Demo, DemoSize};
use endcap_engine::{CompiledRules, Model, Retailer, RetailerBuilder};
use endcap_learn::{Artifact, Associations, OrderModel, Simulated};
use endcap_store::{Meta, Snapshot, model_path};
use endcap_vocab::{Catalog, OrderColumns, RuleSet, Shopper, Signal};

use crate::memory::give_back;
use crate::model::{self, InUse};
use crate::people::PeopleIndex;
use crate::word_index::WordIndex;
use crate::{Persona, UserError};

/// The seed of the demo retailer that is in `fixtures/demo`.
pub(crate) const DEMO_SEED: u64 = 1;

/// A retailer at one instant, ready to rank; shared between threads as it is.
pub struct Workspace {
    /// What is sold.
    pub retailer: Retailer,
    /// What ranks by relevance.
    pub(crate) in_use: InUse,
    /// Why the model that stands beside the snapshot is not used, where that is so.
    pub model_refused: Option<String>,
    /// Who buys, by id.
    pub shoppers: BTreeMap<String, Shopper>,
    /// The instant.
    pub taken_at: DateTime<FixedOffset>,
    /// Where it was opened from.
    pub source: DataSource,
    /// What its snapshot says of itself; none for the demo, which is made on the spot.
    pub meta: Option<Meta>,
    /// The demo's catalogue, of which the retailer keeps what ranking needs.
    pub(crate) demo_catalog: Option<Box<Catalog>>,
    pub(crate) product_index: OnceLock<WordIndex>,
    pub(crate) people_index: OnceLock<PeopleIndex>,
    pub(crate) associations: OnceLock<Associations>,
    /// The persona that was ranked for last, and what it would buy.
    pub(crate) last_persona: Mutex<Option<(Persona, Arc<Simulated>)>>,
}

/// Where a workspace was opened from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataSource {
    /// The demo retailer, made on the spot.
    Demo,
    /// A snapshot at this path.
    Snapshot(PathBuf),
}

impl DataSource {
    /// What people call it: the name of the file.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Demo => "Demo retailer".to_owned(),
            Self::Snapshot(path) => path.file_stem().map_or_else(
                || path.display().to_string(),
                |stem| stem.display().to_string(),
            ),
        }
    }
}

/// How many rows of a table are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SoFar {
    /// Read so far.
    pub read: u64,
    /// All there are.
    pub of: u64,
}

/// What opening a snapshot is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OpenStage {
    /// Reading its products.
    Products(SoFar),
    /// Laying the products out as columns, with their stock and promotions.
    Columns,
    /// Reading its shoppers.
    Shoppers(SoFar),
    /// Reading its orders.
    Orders,
    /// Reading the model that was trained on it.
    Model,
    /// Training on its orders.
    Training,
}

impl OpenStage {
    /// What it is at, as a person reads it.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Products(_) => "Reading products",
            Self::Columns => "Laying out products, stock and promotions",
            Self::Shoppers(_) => "Reading shoppers",
            Self::Orders => "Reading orders",
            Self::Model => "Reading the model",
            Self::Training => "Training on orders",
        }
    }
}

/// How many rows are read between two reports of progress.
const ROWS_A_REPORT: u64 = 4_096;

/// Counts the rows of a table, and keeps why their reading ended early.
struct Counted {
    so_far: SoFar,
    end: Result<(), UserError>,
}

impl Counted {
    fn new(of: u64) -> Self {
        Self {
            so_far: SoFar { read: 0, of },
            end: Ok(()),
        }
    }

    fn one_more(&mut self, at: impl FnOnce(SoFar) -> Result<(), UserError>) -> ControlFlow<()> {
        self.so_far.read += 1;
        if self.so_far.read.is_multiple_of(ROWS_A_REPORT) {
            self.end = at(self.so_far);
        }
        if self.end.is_err() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

impl Workspace {
    /// Opens a snapshot with the model beside it that was trained on it; without one, trains on
    /// its orders.
    ///
    /// # Errors
    /// A file that is missing, damaged or of a newer program.
    pub fn open(path: &Path) -> Result<Self, UserError> {
        Self::open_with(path, &mut |_| ControlFlow::Continue(()))
    }

    /// Opens a snapshot as [`Workspace::open`] does, and says how far it is; a `Break` ends it
    /// at the next report.
    ///
    /// # Errors
    /// Those of [`Workspace::open`], and [`ErrorCode::Cancelled`] after a `Break`.
    ///
    /// [`ErrorCode::Cancelled`]: crate::ErrorCode::Cancelled
    pub fn open_with(
        path: &Path,
        progress: &mut dyn FnMut(OpenStage) -> ControlFlow<()>,
    ) -> Result<Self, UserError> {
        let cancelled =
            || UserError::cancelled(format!("opening {} was cancelled", path.display()));
        let mut at = |stage| match progress(stage) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(cancelled()),
        };
        let snapshot = Snapshot::open(path)?;
        let meta = snapshot.meta().clone();
        let has_model = model_path(path).exists();
        let (retailer, shoppers, told) = std::thread::scope(|scope| {
            // Half of the reading, and nothing in it needs the products.
            let (send, rest) = sync_channel(1);
            let meta = &meta;
            let beside = scope.spawn(move || {
                let snapshot = again(path, meta)?;
                // Wanted first. Nobody takes it where the products cannot be read.
                let _ = send.send(snapshot.catalog_without_products().ok()?);
                Told::of(path, &snapshot).ok()
            });
            let (retailer, shoppers) = read_catalog((path, &snapshot), &rest, &mut at)?;
            at(if has_model {
                OpenStage::Model
            } else {
                OpenStage::Orders
            })?;
            let told = match beside.join() {
                Ok(Some(told)) => told,
                // Read here, it is of this snapshot, and an error is said.
                _ => Told::of(path, &snapshot)?,
            };
            Ok::<_, UserError>((retailer, shoppers, told))
        })?;
        let told = told.of_retailer(path, &retailer, &snapshot)?;
        let (in_use, model_refused) = match told {
            Told::Model(artifact) => (InUse::Trained(artifact), None),
            Told::Orders(orders, refused) => {
                at(OpenStage::Training)?;
                let model = OrderModel::train(&retailer, meta.taken_at, &orders);
                (InUse::Orders(Box::new(model)), refused)
            }
        };
        give_back();
        Ok(Self {
            retailer,
            in_use,
            model_refused,
            shoppers,
            taken_at: meta.taken_at,
            source: DataSource::Snapshot(path.to_owned()),
            meta: Some(meta),
            demo_catalog: None,
            product_index: OnceLock::new(),
            people_index: OnceLock::new(),
            associations: OnceLock::new(),
            last_persona: Mutex::new(None),
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
            in_use: InUse::Orders(Box::new(model)),
            model_refused: None,
            shoppers,
            taken_at: demo.taken_at,
            source: DataSource::Demo,
            meta: None,
            demo_catalog: Some(Box::new(demo.catalog)),
            product_index: OnceLock::new(),
            people_index: OnceLock::new(),
            associations: OnceLock::new(),
            last_persona: Mutex::new(None),
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

    /// A rule set made ready where much of it is ready already.
    ///
    /// # Errors
    /// Those of [`Workspace::compile`].
    pub fn recompile(before: &CompiledRules, rules: &RuleSet) -> Result<CompiledRules, UserError> {
        let compiled = before.recompile(rules);
        compiled.map_err(|problems| UserError::refused(&rules.name, problems))
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

    /// What ranks by relevance.
    pub(crate) fn model(&self) -> &dyn Model {
        self.in_use.model()
    }

    /// What relevance comes from: `trained on 6,213 orders`.
    #[must_use]
    pub fn relevance_from(&self) -> String {
        self.in_use.say()
    }

    /// Whether the model that stands beside the snapshot is in use.
    #[must_use]
    pub fn has_trained_model(&self) -> bool {
        matches!(self.in_use, InUse::Trained(_))
    }

    /// The shopper with the most orders among those who agreed to personalization.
    #[must_use]
    pub fn most_loyal_shopper(&self) -> Option<&str> {
        let personal = self
            .shoppers
            .values()
            .filter(|shopper| shopper.consent.personalization);
        // The first of several, by id: `max_by` would give the last.
        let orders = |id: &str| self.in_use.orders(id);
        personal
            .map(|shopper| shopper.id.as_str())
            .reduce(|best, id| if orders(id) > orders(best) { id } else { best })
    }
}

/// What is told of relevance beside the products.
enum Told {
    /// By the model that was trained on the snapshot.
    Model(Box<Artifact>),
    /// By its orders, and why not by the model.
    Orders(OrderColumns, Option<String>),
}

impl Told {
    fn of(path: &Path, snapshot: &Snapshot) -> Result<Self, UserError> {
        match model::beside(path, snapshot) {
            Ok(Some(artifact)) => Ok(Self::Model(artifact)),
            Ok(None) => Ok(Self::Orders(snapshot.order_columns()?, None)),
            Err(refused) => Ok(Self::Orders(snapshot.order_columns()?, Some(refused))),
        }
    }

    /// The same for a retailer: a program may lay products out otherwise than the one that
    /// trained.
    fn of_retailer(
        self,
        path: &Path,
        retailer: &Retailer,
        snapshot: &Snapshot,
    ) -> Result<Self, UserError> {
        match self {
            Self::Model(artifact) if !artifact.is_of(retailer) => {
                let path = path.display();
                let refused = format!(
                    "the model of {path} is not used: another version of this program laid it \
                     out; `endcap train {path}` trains again"
                );
                Ok(Self::Orders(snapshot.order_columns()?, Some(refused)))
            }
            told => Ok(told),
        }
    }
}

/// The same snapshot on another connection; none where the file is not the one that `meta` is of
/// any more, or cannot be read.
fn again(path: &Path, meta: &Meta) -> Option<Snapshot> {
    let snapshot = Snapshot::open(path).ok()?;
    (snapshot.meta() == meta).then_some(snapshot)
}

/// The products as columns, and the shoppers by id. `rest` brings the rest of the catalogue,
/// where it can be read beside the products.
fn read_catalog(
    (path, snapshot): (&Path, &Snapshot),
    rest: &Receiver<Catalog>,
    at: &mut impl FnMut(OpenStage) -> Result<(), UserError>,
) -> Result<(Retailer, BTreeMap<String, Shopper>), UserError> {
    let counts = &snapshot.meta().counts;
    let count = |table: &str| counts.get(table).copied().unwrap_or_default();
    let mut builder = RetailerBuilder::default();
    let mut products = Counted::new(count("products"));
    at(OpenStage::Products(products.so_far))?;
    snapshot.products_while(|product| {
        builder.push(&product);
        products.one_more(|so_far| at(OpenStage::Products(so_far)))
    })?;
    products.end?;
    at(OpenStage::Columns)?;
    let rest = match rest.recv() {
        Ok(rest) => rest,
        // Read here, an error is said.
        Err(_) => snapshot.catalog_without_products()?,
    };
    let retailer = builder
        .finish(&rest)
        .map_err(|problems| UserError::refused(&path.display().to_string(), problems))?;

    let mut shoppers = BTreeMap::new();
    let mut read = Counted::new(count("shoppers"));
    at(OpenStage::Shoppers(read.so_far))?;
    snapshot.shoppers_while(|shopper| {
        shoppers.insert(shopper.id.clone(), shopper);
        read.one_more(|so_far| at(OpenStage::Shoppers(so_far)))
    })?;
    read.end?;
    Ok((retailer, shoppers))
}
