//! What lint asks of the engine: requests that a scope allows, and what products are to them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, FixedOffset, TimeDelta};
use endcap_rules::calendar::usual;
use endcap_rules::overlap::{Common, Profile, Store, World, common, shopper};
use endcap_rules::{Bits, Condition, Facts};
use endcap_vocab::{Effect, IfUnavailable, Placement, Reason, Request, Scope, category_is_under};
use rayon::prelude::*;

use super::known::Known;
use super::rows::RowSet;
use crate::assess::{Assessed, Shelf};
use crate::compile::{CompiledRule, CompiledRules};
use crate::context::Context;
use crate::ground::{PIECE, price_and_stock};
use crate::model::Model;
use crate::retailer::Retailer;
use crate::touch::touches;

/// Requests that are tried before a rule that does nothing for one is said to do nothing.
const MOST_VARIANTS: usize = 256;

/// Conditions that share no prices and stock, and are asked together.
const APART: usize = 16;

/// How far back a rule that is over is looked for: it was in force within a year of its end.
const LONG_AGO: TimeDelta = TimeDelta::days(400);

/// One retailer at one instant, and the tests and weights of a rule set without its rules.
pub(super) struct Scene<'a> {
    pub(super) retailer: &'a Retailer,
    pub(super) model: &'a dyn Model,
    pub(super) organic: CompiledRules,
    pub(super) now: DateTime<FixedOffset>,
    pub(super) world: World,
    /// For conditions that read no stock.
    no_stock: Vec<i64>,
    /// What [`Scene::variants_of_facts`] has worked out, by what it depends on.
    variants: Mutex<HashMap<String, Arc<Variants>>>,
}

/// Requests that differ in channel, store or shopper; the page and the rest are of one of the
/// rules that ask for them.
type Variants = Vec<Request>;

/// When a scope is in force.
pub(super) enum Home {
    /// From now on, or from a later instant on.
    At(Box<Common>),
    /// It was, and never will be again.
    Over(Box<Common>),
    Never,
}

/// What prices and stock depend on.
type FactsKey = (Vec<bool>, i32, Vec<u32>);

/// Prices and stock of the whole catalogue for some request.
#[derive(Default)]
struct FactColumns {
    price: Vec<f64>,
    stock: Vec<i64>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        retailer: &'a Retailer,
        model: &'a dyn Model,
        rules: &CompiledRules,
        (now, profiles): (DateTime<FixedOffset>, &[Profile]),
    ) -> Self {
        let stores = retailer.sites.iter().map(|site| Store {
            id: site.id.clone(),
            region: site.region.clone(),
            tz: site.tz,
        });
        let channels = retailer.channels();
        let channel = match channels.first() {
            Some(first) if !channels.contains("web") => first,
            _ => "web",
        };
        Self {
            retailer,
            model,
            organic: rules.organic(),
            now,
            world: World {
                stores: stores.collect(),
                channel: channel.to_owned(),
                profiles: profiles.to_vec(),
            },
            no_stock: vec![0; retailer.len()],
            variants: Mutex::default(),
        }
    }

    /// When a rule is in force first, from now on.
    pub(super) fn home(&self, scope: &Scope) -> Home {
        if let Some(common) = common(&[scope], &self.world, self.now) {
            return Home::At(Box::new(common));
        }
        let schedule = scope.schedule.as_ref();
        let ends = schedule.and_then(|schedule| schedule.until);
        let Some(end) = ends.filter(|end| usual(*end) == *end) else {
            return Home::Never;
        };
        let before = (end.and_utc().fixed_offset() - LONG_AGO).min(self.now);
        common(&[scope], &self.world, before)
            .map_or(Home::Never, |common| Home::Over(Box::new(common)))
    }

    /// The runs of products that a scope's requests have as candidates.
    pub(super) fn runs(&self, scope: &Scope) -> Vec<Range<usize>> {
        if scope.pages.is_empty() || !on_category_pages(scope) {
            return self.whole();
        }
        let is_top = |page: &&String| {
            let above = |other: &String| other != *page && category_is_under(page, other);
            !scope.pages.iter().any(above)
        };
        let tops: BTreeSet<&String> = scope.pages.iter().filter(is_top).collect();
        let runs = tops.into_iter().map(|page| self.retailer.page(page));
        runs.filter(|run| !run.is_empty()).collect()
    }

    /// The whole catalogue as one run.
    fn whole(&self) -> Vec<Range<usize>> {
        std::iter::once(0..self.retailer.len()).collect()
    }

    /// The request among organic rules; none where it names a store that there is not.
    pub(super) fn context<'c>(&'c self, request: &'c Request) -> Option<Context<'c>> {
        Context::new(self.retailer, &self.organic, request).ok()
    }

    /// The first test that a product fails, whatever the rules hide.
    pub(super) fn fails(&self, context: &Context<'_>, row: usize) -> Option<Reason> {
        self.assess(context, row..row + 1).fails(0).first()
    }

    pub(super) fn assess<'c>(
        &'c self,
        context: &'c Context<'c>,
        rows: Range<usize>,
    ) -> Assessed<'c> {
        let ground = self.retailer.memo.ground(context);
        let shelf = Shelf::of_range(context, (&ground, &Arc::default()), rows);
        Assessed::new(context, self.model, shelf)
    }

    /// Whether a product may stand in for one that a rule pins: what becomes of its own pin is
    /// then for the slate to say.
    pub(super) fn stands_in(&self, rule: &Known, sku: &str) -> bool {
        let Effect::Pin {
            pins,
            if_unavailable: IfUnavailable::Substitute,
        } = &rule.rule().effect
        else {
            return false;
        };
        let mut pins = pins.iter();
        self.retailer.row(sku).is_some_and(|row| {
            pins.any(|pin| self.retailer.substitutes(&pin.sku).contains(&(row as u32)))
        })
    }

    /// Whether a rule's condition or pins name a product.
    pub(super) fn names(&self, context: &Context<'_>, rule: &CompiledRule, row: usize) -> bool {
        let (price, stock) = price_and_stock(context, row..row + 1);
        touches(context, rule, row, price[0], stock[0])
    }

    pub(super) fn sku(&self, row: usize) -> &str {
        self.retailer.columns.sku.get(row)
    }

    pub(super) fn category(&self, row: usize) -> &str {
        let category = &self.retailer.columns.category;
        &category.values[category.code(row) as usize]
    }

    /// What an empty slot of a style, or the product alone, is counted as.
    pub(super) fn group(&self, row: usize) -> (u32, usize) {
        match self.retailer.columns.group.code(row) {
            endcap_rules::ABSENT => (endcap_rules::ABSENT, row),
            group => (group, 0),
        }
    }

    /// A request of `met` that has the product among its candidates, where one is.
    pub(super) fn request_with(&self, met: &Common, row: usize) -> Request {
        let category = self.category(row);
        let mut request = met.request.clone();
        request.page = match &met.pages {
            None if request.placement == Placement::Category => Some(category.to_owned()),
            None => None,
            Some(pages) => pages
                .iter()
                .find(|page| category_is_under(category, page))
                .or(pages.first())
                .cloned(),
        };
        request
    }

    /// Requests of every channel, store and price that a scope allows at one instant; `None`
    /// where they are too many.
    pub(super) fn variants(&self, scope: &Scope, home: &Common) -> Option<Vec<Request>> {
        let mut channels: BTreeSet<&str> = scope.channels.iter().map(String::as_str).collect();
        if channels.is_empty() {
            channels = self.retailer.channels();
            channels.extend(["store", "email", &self.world.channel]);
        }
        let is_anywhere = scope.stores.is_empty() && scope.regions.is_empty();
        let fits = |store: &&Store| {
            (scope.stores.is_empty() || scope.stores.contains(&store.id))
                && (scope.regions.is_empty() || scope.regions.contains(&store.region))
        };
        let stores = self.world.stores.iter().filter(fits).map(|s| Some(&s.id));
        let stores: Vec<Option<&String>> = is_anywhere
            .then_some(None)
            .into_iter()
            .chain(stores)
            .collect();
        let segments: BTreeSet<&String> = self
            .retailer
            .offers
            .iter()
            .flat_map(|offer| &offer.promotion.segments)
            .collect();
        let known = home.request.customer.clone();
        let everybody = shopper(Profile {
            segments: segments.iter().map(|segment| (*segment).clone()).collect(),
            tier: known.as_ref().and_then(|customer| customer.tier.clone()),
        });
        let mut shoppers = vec![known];
        if !segments.is_empty() {
            shoppers.push(Some(everybody));
        }
        if channels.len() * stores.len() * shoppers.len() > MOST_VARIANTS {
            return None;
        }
        let mut variants = Vec::new();
        for channel in &channels {
            for store in &stores {
                variants.extend(shoppers.iter().map(|shopper| Request {
                    channel: (*channel).to_owned(),
                    store: store.cloned(),
                    customer: shopper.clone(),
                    ..home.request.clone()
                }));
            }
        }
        Some(variants)
    }

    /// Those of [`Scene::variants`] whose prices or stock differ, each such once.
    pub(super) fn variants_of_facts(&self, scope: &Scope, home: &Common) -> Option<Arc<Variants>> {
        let request = &home.request;
        let key = (&scope.channels, &scope.stores, &scope.regions);
        let key = format!("{key:?}{:?}", (request.at, &request.customer));
        if let Some(known) = self.variants.lock().ok()?.get(&key) {
            return Some(Arc::clone(known));
        }
        let mut seen = BTreeSet::new();
        let mut variants = self.variants(scope, home)?;
        variants.retain(|request| {
            let context = self.context(request);
            let moment = |c: &Context<'_>| (facts_key(c), c.today, c.month);
            context.is_some_and(|context| seen.insert(moment(&context)))
        });
        let variants = Arc::new(variants);
        let mut known = self.variants.lock().ok()?;
        Some(Arc::clone(known.entry(key).or_insert(variants)))
    }

    /// The products that rules reach at home, one set a rule. Conditions that say the same of
    /// the same products are asked once.
    pub(super) fn reached(&self, rules: &[(&Known, &Request)]) -> Vec<Arc<RowSet>> {
        struct Question<'q> {
            context: Option<(Context<'q>, FactsKey)>,
            runs: &'q [Range<usize>],
        }
        let questions: Vec<Question<'_>> = rules
            .par_iter()
            .map(|(rule, request)| {
                let reads = rule.compiled.when.as_ref().map(Condition::reads);
                let reads = reads.unwrap_or_default();
                let asks = reads != endcap_rules::Reads::default();
                let context = if asks { self.context(request) } else { None };
                Question {
                    context: context.map(|context| {
                        let wants_facts = reads.price || reads.stock;
                        let key = if wants_facts {
                            facts_key(&context)
                        } else {
                            FactsKey::default()
                        };
                        (context, key)
                    }),
                    runs: &rule.runs,
                }
            })
            .collect();
        let mut asked = BTreeMap::new();
        let mut distinct = Vec::new();
        let places: Vec<usize> = rules
            .iter()
            .zip(&questions)
            .enumerate()
            .map(|(place, ((rule, _), question))| {
                let when = rule.compiled.when.as_ref().map(Condition::source);
                let moment = question
                    .context
                    .as_ref()
                    .map(|(context, key)| (context.today, context.month, key));
                let runs: Vec<(usize, usize)> = question
                    .runs
                    .iter()
                    .map(|run| (run.start, run.end))
                    .collect();
                *asked.entry((when, moment, runs)).or_insert_with(|| {
                    distinct.push(place);
                    distinct.len() - 1
                })
            })
            .collect();
        // Those that read the same prices and stock, one after the other on one thread.
        let mut groups: BTreeMap<Option<&FactsKey>, Vec<usize>> = BTreeMap::new();
        for (at, place) in distinct.iter().enumerate() {
            let key = questions[*place].context.as_ref().map(|(_, key)| key);
            let key = key.filter(|key| **key != FactsKey::default());
            groups.entry(key).or_default().push(at);
        }
        let mut tasks: Vec<(Option<&Context<'_>>, &[usize])> = Vec::new();
        for (key, group) in &groups {
            let rows = group
                .iter()
                .flat_map(|at| questions[distinct[*at]].runs)
                .map(ExactSizeIterator::len);
            if key.is_some() && rows.sum::<usize>() >= self.retailer.len() {
                let first = &questions[distinct[group[0]]];
                let context = first.context.as_ref().map(|(context, _)| context);
                tasks.push((context, group));
            } else {
                tasks.extend(group.chunks(APART).map(|group| (None, group)));
            }
        }
        let answers: Vec<(usize, Arc<RowSet>)> = tasks
            .par_iter()
            .with_max_len(1)
            .map_init(FactColumns::default, |columns, (of_all, group)| {
                if let Some(context) = of_all {
                    columns.fill(context);
                }
                let kept = of_all.map(|_| &*columns);
                let answer = |at: &usize| {
                    let Question { context, runs } = &questions[distinct[*at]];
                    let when = rules[distinct[*at]].0.compiled.when.as_ref();
                    let context = context.as_ref().map(|(context, _)| context);
                    (*at, Arc::new(self.rows_of(when, context, runs, kept)))
                };
                group.iter().map(answer).collect::<Vec<_>>()
            })
            .flatten_iter()
            .collect();
        let mut by_question = vec![Arc::default(); distinct.len()];
        for (at, rows) in answers {
            by_question[at] = rows;
        }
        places
            .into_iter()
            .map(|at| Arc::clone(&by_question[at]))
            .collect()
    }

    /// The rows of some runs that a condition holds for, all without one.
    fn rows_of(
        &self,
        when: Option<&Condition>,
        context: Option<&Context<'_>>,
        runs: &[Range<usize>],
        kept: Option<&FactColumns>,
    ) -> RowSet {
        let mut rows = RowSet::default();
        for run in runs {
            let Some(when) = when else {
                rows.add_all(run);
                continue;
            };
            rows.add(run, &self.eval(when, context, run, kept));
        }
        rows
    }

    fn eval(
        &self,
        when: &Condition,
        context: Option<&Context<'_>>,
        run: &Range<usize>,
        kept: Option<&FactColumns>,
    ) -> Bits {
        let columns = &self.retailer.columns;
        let reads = when.reads();
        let mut facts = Facts {
            price: &columns.list_price[run.clone()],
            stock: &self.no_stock[run.clone()],
            today: context.map_or(0, |context| context.today),
            month: context.map_or(1, |context| context.month),
        };
        match (context, kept) {
            (_, Some(kept)) => {
                facts.price = &kept.price[run.clone()];
                facts.stock = &kept.stock[run.clone()];
                when.eval(columns, &facts, run.clone())
            }
            (Some(context), None) if reads.price || reads.stock => {
                let (price, stock) = price_and_stock(context, run.clone());
                (facts.price, facts.stock) = (&price, &stock);
                when.eval(columns, &facts, run.clone())
            }
            _ => when.eval(columns, &facts, run.clone()),
        }
    }

    /// The rows of a rule's runs, or of the whole catalogue, that it holds for in a request.
    pub(super) fn rows(&self, rule: &CompiledRule, request: &Request, of_all: bool) -> RowSet {
        let runs = if of_all {
            self.whole()
        } else {
            self.runs(&rule.rule.scope)
        };
        self.rows_of(
            rule.when.as_ref(),
            self.context(request).as_ref(),
            &runs,
            None,
        )
    }
}

/// Whether a scope's requests have the products of its pages as candidates.
pub(super) fn on_category_pages(scope: &Scope) -> bool {
    scope.placements.is_empty() || scope.placements.contains(&Placement::Category)
}

fn facts_key(context: &Context<'_>) -> FactsKey {
    (
        context.serves.clone(),
        context.promised_until,
        context.offers.clone(),
    )
}

impl FactColumns {
    /// Those of another request, in the room of the last.
    fn fill(&mut self, context: &Context<'_>) {
        self.price.clear();
        self.stock.clear();
        let len = context.retailer.len();
        for start in (0..len).step_by(PIECE) {
            let (price, stock) = price_and_stock(context, start..len.min(start + PIECE));
            self.price.extend_from_slice(&price);
            self.stock.extend_from_slice(&stock);
        }
    }
}
