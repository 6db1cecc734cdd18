//! What is likely not meant in a rule set, each with a proof that the engine bears out.
//!
//! `alone`, `schedule` and `pins` look at one rule, `pairs` at two, `weights` at the objective.
//! What they work out is kept by rule (`known`), so that a changed rule costs what it touches.

mod alone;
mod confirm;
mod finding;
mod known;
mod pairs;
mod pins;
mod rows;
mod scene;
mod schedule;
mod shelves;
mod weights;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
pub use endcap_rules::overlap::Profile;
use endcap_rules::overlap::are_apart;
use endcap_vocab::{Effect, Eligibility, Fallback, IfUnavailable, Objective, RuleSet, Schedule};
use rayon::prelude::*;

pub use confirm::confirm;
pub use finding::{Code, Finding, Fix, FixEdit, Severity, Witness};

use crate::compile::{CompiledRule, CompiledRules};
use crate::model::Model;
use crate::retailer::Retailer;
use known::{Kept, Known};
use pairs::{Kind, Met};
use scene::Scene;
use shelves::{Shelves, are_near};

/// Rules that look for others before these are put up by page.
const WORTH_SHELVES: usize = 16;

/// New rules that are put in their places one by one.
const FEW: usize = 16;

/// What findings depend on beside the retailer and the rules.
#[derive(Debug, Clone)]
pub struct LintTerms {
    /// The instant that counts as now.
    pub now: DateTime<FixedOffset>,
    /// What the rules are approved by, where that is known.
    pub approval: Option<Approval>,
    /// Segments and tiers that shoppers have at once; without any, no shopper is taken to be in
    /// two segments.
    pub profiles: Vec<Profile>,
}

impl LintTerms {
    /// Nothing but an instant.
    #[must_use]
    pub fn at(now: DateTime<FixedOffset>) -> Self {
        Self {
            now,
            approval: None,
            profiles: Vec::new(),
        }
    }
}

/// An approval of a rule set that takes the place of another.
#[derive(Debug, Clone)]
pub struct Approval {
    /// When it is given, at the earliest.
    pub at: DateTime<FixedOffset>,
    /// The schedule of each rule that is live until then, by its id.
    live: BTreeMap<String, Option<Schedule>>,
}

impl Approval {
    /// The approval, at an instant, of rules that take the place of `live`.
    #[must_use]
    pub fn new(at: DateTime<FixedOffset>, live: &RuleSet) -> Self {
        let enabled = live.rules.iter().filter(|rule| rule.enabled);
        let schedules = enabled.map(|rule| (rule.id.clone(), rule.scope.schedule.clone()));
        Self {
            at,
            live: schedules.collect(),
        }
    }
}

/// Looks at a rule set once; see [`Linter`] for one that is edited.
#[must_use]
pub fn lint(
    retailer: &Retailer,
    model: &dyn Model,
    (rule_set, rules): (&RuleSet, &CompiledRules),
    terms: &LintTerms,
) -> Vec<Arc<Finding>> {
    Linter::new(terms.clone()).lint(retailer, model, (rule_set, rules))
}

/// Looks at a rule set again and again, and works out only what has changed. One linter serves
/// one retailer and one model.
pub struct Linter {
    terms: LintTerms,
    base: Option<(Objective, Eligibility, Fallback)>,
    of_weights: Vec<Arc<Finding>>,
    /// How many products of each quota in question pins could bring.
    pinned: BTreeMap<String, usize>,
    /// The rules that were looked at last, by id, those that are switched off, too.
    seen: Vec<Arc<CompiledRule>>,
    /// The rules that are switched on, by id.
    #[allow(clippy::vec_box, reason = "they move where a rule comes or goes")]
    known: Vec<Box<Known>>,
}

/// What changed since the last look.
#[derive(Default)]
struct Changes {
    /// Those that are new, or other than they were, by id.
    fresh: Vec<Arc<CompiledRule>>,
    /// Those that are gone, or as they were before they changed, by id.
    gone: Vec<Arc<CompiledRule>>,
}

impl Changes {
    /// What has changed between two lists of rules, both by id. A rule that is the same in
    /// memory is not looked into.
    fn between(before: &[Arc<CompiledRule>], now: &[Arc<CompiledRule>]) -> Self {
        let mut changes = Self::default();
        let (mut before, mut now) = (before.iter().peekable(), now.iter().peekable());
        loop {
            let order = match (before.peek(), now.peek()) {
                (None, None) => return changes,
                (Some(old), Some(new)) if Arc::ptr_eq(old, new) => Ordering::Equal,
                (Some(old), Some(new)) => old.rule.id.cmp(&new.rule.id),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
            };
            let old = before.next_if(|_| order.is_le());
            let new = now.next_if(|_| order.is_ge());
            let is_same = old
                .zip(new)
                .is_some_and(|(old, new)| Arc::ptr_eq(old, new) || old.rule == new.rule);
            if !is_same {
                let is_on = |rule: &&Arc<CompiledRule>| rule.rule.enabled;
                changes.gone.extend(old.filter(is_on).cloned());
                changes.fresh.extend(new.filter(is_on).cloned());
            }
        }
    }

    /// Whether a rule is not as it was.
    fn has_lost(&self, rule: &str) -> bool {
        has(&self.gone, rule)
    }
}

/// Whether a rule is among some, which stand by id.
fn has(rules: &[Arc<CompiledRule>], id: &str) -> bool {
    let found = rules.binary_search_by(|rule| rule.rule.id.as_str().cmp(id));
    found.is_ok()
}

impl Linter {
    /// A linter that knows nothing yet.
    #[must_use]
    pub fn new(terms: LintTerms) -> Self {
        Self {
            terms,
            base: None,
            of_weights: Vec::new(),
            pinned: BTreeMap::new(),
            seen: Vec::new(),
            known: Vec::new(),
        }
    }

    /// Every finding, the worst first, then in the order of the codes and of the rules. `rules`
    /// is what `rule_set` compiles to. Rules that are switched off are not looked at.
    #[must_use]
    pub fn lint(
        &mut self,
        retailer: &Retailer,
        model: &dyn Model,
        (rule_set, rules): (&RuleSet, &CompiledRules),
    ) -> Vec<Arc<Finding>> {
        let scene = Scene::new(
            retailer,
            model,
            rules,
            (self.terms.now, &self.terms.profiles),
        );
        let base = (
            rule_set.objective.clone(),
            rule_set.eligibility.clone(),
            rule_set.fallback,
        );
        if self.base.as_ref() != Some(&base) {
            self.known.clear();
            self.seen.clear();
            self.pinned.clear();
            let idle = weights::idle(&scene, rule_set);
            self.of_weights = idle.into_iter().map(Arc::new).collect();
            self.base = Some(base);
        }
        let changes = Changes::between(&self.seen, rules.shared());
        self.seen = rules.shared().to_vec();
        self.learn(&scene, &changes);
        self.meet(&scene, &changes);
        self.findings(&scene, rule_set)
    }

    fn known(&self, id: &str) -> Option<&Known> {
        let place = self.known.binary_search_by(|known| known.id().cmp(id));
        place.ok().map(|place| &*self.known[place])
    }

    /// Forgets what is gone, and works out what each new or changed rule is by itself.
    fn learn(&mut self, scene: &Scene<'_>, changes: &Changes) {
        if !changes.gone.is_empty() {
            self.known.retain(|known| !changes.has_lost(known.id()));
        }
        let both = || changes.fresh.iter().chain(&changes.gone);
        if both().any(|rule| matches!(rule.rule.effect, Effect::Pin { .. })) {
            self.pinned.clear();
        }
        for rule in both() {
            self.pinned.remove(&rule.rule.id);
        }
        let mut learnt: Vec<Box<Known>> = changes
            .fresh
            .par_iter()
            .map(|rule| {
                let mut known = Box::new(Known::new(rule));
                let pins = known.pins().iter();
                known.pinned = pins.map(|pin| scene.retailer.row(&pin.sku)).collect();
                known.runs = scene.runs(&rule.rule.scope);
                let home = scene.home(&rule.rule.scope);
                alone::settle(scene, &mut known, home);
                known
            })
            .collect();
        let asked: Vec<usize> = (0..learnt.len())
            .filter(|place| learnt[*place].home.is_some() && learnt[*place].pins().is_empty())
            .collect();
        let questions: Vec<_> = asked
            .iter()
            .filter_map(|place| {
                let known = &*learnt[*place];
                Some((known, &known.home.as_ref()?.request))
            })
            .collect();
        let rows = scene.reached(&questions);
        for (place, rows) in asked.into_iter().zip(rows) {
            learnt[place].rows = rows;
        }
        learnt.par_iter_mut().for_each(|known| {
            let mut found = schedule::look(scene, known, self.terms.approval.as_ref());
            match alone::never_matches(known) {
                Some(finding) => found.push(finding),
                None => found.extend(
                    alone::changes_nothing(known).or_else(|| alone::reaches_nothing(scene, known)),
                ),
            }
            known.short = alone::short(scene, known);
            known.alone.extend(found.into_iter().map(Kept::new));
        });
        let of_pins = pins::look(
            scene,
            &learnt.iter().map(|known| &**known).collect::<Vec<_>>(),
        );
        for (place, finding) in of_pins {
            learnt[place].alone.push(Kept::new(finding));
        }
        if learnt.len() > FEW {
            self.known.extend(learnt);
            self.known.sort_by(|a, b| a.id().cmp(b.id()));
            return;
        }
        for known in learnt {
            let place = self.known.partition_point(|other| other.id() < known.id());
            self.known.insert(place, known);
        }
    }

    /// Holds rules against each other: a changed rule against all it could meet, another only
    /// against the changed ones, unless what it met has changed.
    fn meet(&mut self, scene: &Scene<'_>, changes: &Changes) {
        if changes.fresh.is_empty() && changes.gone.is_empty() {
            return;
        }
        let rules: Vec<&Known> = self.known.iter().map(|known| &**known).collect();
        let fresh: Vec<&Known> = changes
            .fresh
            .iter()
            .filter_map(|rule| self.known(&rule.rule.id))
            .collect();
        let is_fresh = |rule: &Known| fresh.binary_search_by(|f| f.id().cmp(rule.id())).is_ok();
        let has_lost = |rule: &Known, kind: Kind| {
            let met = rule.met[kind as usize].as_ref();
            met.is_some_and(|met| changes.has_lost(&met.other.rule.id))
        };
        let searching = rules.iter().filter(|rule| {
            is_fresh(rule) || Kind::ALL.into_iter().any(|kind| has_lost(rule, kind))
        });
        let shelves = (searching.count() > WORTH_SHELVES).then(|| Shelves::new(&rules));
        let first_of_all = |rule: &Known, kind: Kind| match &shelves {
            Some(shelves) => {
                let mut near = shelves.near(kind, rule.rule()).into_iter();
                near.find_map(|other| kind.meet(scene, rule, rules[other]))
            }
            None => {
                let mut near = rules.iter().filter(|other| kind.concerns(rule, other));
                near.find_map(|other| kind.meet(scene, rule, other))
            }
        };
        let first_of_fresh = |rule: &Known, kind: Kind| {
            let met = rule.met[kind as usize].as_ref();
            let comes_first =
                |other: &&&Known| met.is_none_or(|met| *other.id() < *met.other.rule.id);
            let mut near = fresh
                .iter()
                .filter(|other| kind.concerns(rule, other))
                .filter(comes_first);
            near.find_map(|other| kind.meet(scene, rule, other))
        };
        let met: Vec<(usize, Kind, Option<Met>)> = rules
            .par_iter()
            .enumerate()
            .filter(|(_, rule)| rule.home.is_some())
            .flat_map_iter(|(place, rule)| {
                let is_fresh = is_fresh(rule);
                let mut of_kinds = Vec::new();
                for kind in Kind::ALL {
                    if is_fresh || has_lost(rule, kind) {
                        of_kinds.push((place, kind, first_of_all(rule, kind)));
                    } else if let Some(met) = first_of_fresh(rule, kind) {
                        of_kinds.push((place, kind, Some(met)));
                    }
                }
                of_kinds
            })
            .collect();
        for (place, kind, met) in met {
            self.known[place].met[kind as usize] = met;
        }
    }

    /// Every finding, each with the place of its rule in the document.
    fn findings(&mut self, scene: &Scene<'_>, rule_set: &RuleSet) -> Vec<Arc<Finding>> {
        find_places(&mut self.known, rule_set);
        // Pins can bring a quota what its page and its caps cannot.
        let fights = |known: &Known| {
            let met = known.met[Kind::CapFightsQuota as usize].as_ref();
            met.map(|met| met.other.rule.id.clone())
        };
        let short = self.known.iter().filter(|known| known.short.is_some());
        let quotas: BTreeSet<String> = short
            .map(|known| known.id().to_owned())
            .chain(self.known.iter().filter_map(|known| fights(known)))
            .collect();
        let pinned: BTreeMap<String, usize> = quotas
            .into_par_iter()
            .filter_map(|id| {
                let before = self.pinned.get(&id).copied();
                let count = before.or_else(|| Some(self.pinned_for(scene, self.known(&id)?)))?;
                Some((id, count))
            })
            .collect();
        self.pinned = pinned;
        let pinned = |id: &str| self.pinned.get(id).copied().unwrap_or(0);
        let mut findings: Vec<(Order, Arc<Finding>)> = Vec::new();
        let of_weights = self.of_weights.iter().map(Arc::clone);
        findings.extend(of_weights.map(|finding| (Order::of(&finding, 0), finding)));
        for known in &mut self.known {
            let place = known.place;
            let unmet = known
                .short
                .and_then(|_| alone::unmet(known, pinned(known.id())));
            let of_pairs = Kind::ALL.into_iter().zip(&mut known.met);
            let of_pairs = of_pairs.filter_map(|(kind, met)| {
                let met = met.as_mut()?;
                let is_so = kind != Kind::CapFightsQuota || pinned(&met.other.rule.id) == 0;
                is_so.then_some(&mut met.finding)
            });
            let mut unmet = unmet.map(Kept::new);
            let kept = known.alone.iter_mut().chain(of_pairs).chain(&mut unmet);
            findings.extend(kept.map(|kept| {
                let finding = kept.about(place);
                (Order::of(&finding, place), finding)
            }));
        }
        findings.sort_by_key(|(order, _)| *order);
        findings.into_iter().map(|(_, finding)| finding).collect()
    }

    /// How many products that a quota matches pins could bring to it.
    fn pinned_for(&self, scene: &Scene<'_>, quota: &Known) -> usize {
        let Some(home) = &quota.home else { return 0 };
        let Some(context) = scene.context(&home.request) else {
            return 0;
        };
        let scope = &quota.rule().scope;
        let near = self.known.iter().filter(|known| {
            let other = &known.rule().scope;
            !known.pins().is_empty()
                && known.home.is_some()
                && are_near(&other.pages, &scope.pages)
                && !are_apart(other, scope)
        });
        let mut rows = BTreeSet::new();
        for known in near {
            rows.extend(known.pinned.iter().flatten().copied());
            if let Effect::Pin {
                pins,
                if_unavailable: IfUnavailable::Substitute,
            } = &known.rule().effect
            {
                let stand_ins = pins.iter();
                let stand_ins = stand_ins.flat_map(|pin| scene.retailer.substitutes(&pin.sku));
                rows.extend(stand_ins.map(|row| *row as usize));
            }
        }
        let matches = |row: &usize| {
            if quota.is_at(*row) {
                quota.rows.contains(*row)
            } else {
                scene.names(&context, &quota.compiled, *row)
            }
        };
        rows.iter().filter(|row| matches(row)).count()
    }
}

/// Where a finding comes among others: severity, code, and the place of its rule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Order(Severity, Code, usize);

impl Order {
    fn of(finding: &Finding, place: usize) -> Self {
        Self(finding.severity, finding.code, place)
    }
}

/// Finds where each rule stands in the document; most stand where they stood.
fn find_places(known: &mut [Box<Known>], rule_set: &RuleSet) {
    let is_there = |known: &Known| {
        let there = rule_set.rules.get(known.place);
        there.is_some_and(|rule| rule.id == known.id())
    };
    if known.par_iter().all(|known| is_there(known)) {
        return;
    }
    let rules = rule_set.rules.iter().enumerate();
    let places: HashMap<&str, usize> = rules
        .map(|(place, rule)| (rule.id.as_str(), place))
        .collect();
    for known in known {
        known.place = places.get(known.id()).copied().unwrap_or(0);
    }
}
