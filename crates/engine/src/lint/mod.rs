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

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
pub use endcap_rules::overlap::Profile;
use endcap_rules::overlap::are_apart;
use endcap_vocab::{Effect, Eligibility, Fallback, IfUnavailable, Objective, RuleSet};
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

/// What findings depend on beside the retailer and the rules.
#[derive(Debug, Clone)]
pub struct LintTerms {
    /// The instant that counts as now.
    pub now: DateTime<FixedOffset>,
    /// When the rules were approved, where they were.
    pub approved_at: Option<DateTime<FixedOffset>>,
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
            approved_at: None,
            profiles: Vec::new(),
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
    /// The rules that are switched on, by id.
    known: BTreeMap<String, Known>,
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
            known: BTreeMap::new(),
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
            self.pinned.clear();
            let idle = weights::idle(&scene, rule_set);
            self.of_weights = idle.into_iter().map(Arc::new).collect();
            self.base = Some(base);
        }
        let changed = self.learn(&scene, rules);
        self.meet(&scene, &changed);
        let mut findings = self.findings(&scene, rule_set);
        findings.sort_by_cached_key(|(place, finding)| (finding.severity, finding.code, *place));
        findings.into_iter().map(|(_, finding)| finding).collect()
    }

    /// Works out what each new or changed rule is by itself; gives the ids of these and of the
    /// rules that are gone.
    fn learn(&mut self, scene: &Scene<'_>, rules: &CompiledRules) -> BTreeSet<String> {
        let enabled = || rules.shared().iter().filter(|rule| rule.rule.enabled);
        let is_known = |rule: &&Arc<CompiledRule>| {
            let known = self.known.get(&rule.rule.id);
            known.is_some_and(|known| {
                Arc::ptr_eq(&known.compiled, rule) || known.compiled.rule == rule.rule
            })
        };
        let new: Vec<&Arc<CompiledRule>> = enabled().filter(|rule| !is_known(rule)).collect();
        let ids: BTreeSet<&str> = enabled().map(|rule| rule.rule.id.as_str()).collect();
        let mut changed: BTreeSet<String> = new.iter().map(|rule| rule.rule.id.clone()).collect();
        let mut pins_change = new
            .iter()
            .any(|rule| matches!(rule.rule.effect, Effect::Pin { .. }));
        self.known.retain(|id, known| {
            let is_there = ids.contains(id.as_str());
            if !is_there {
                changed.insert(id.clone());
            }
            pins_change |= changed.contains(id) && !known.pins().is_empty();
            is_there
        });
        if pins_change {
            self.pinned.clear();
        }
        self.pinned.retain(|id, _| !changed.contains(id));
        let mut learnt: Vec<Known> = new
            .par_iter()
            .map(|rule| {
                let mut known = Known::new(rule);
                let pins = known.pins().iter();
                known.pinned = pins.map(|pin| scene.retailer.row(&pin.sku)).collect();
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
                let known = &learnt[*place];
                Some((&*known.compiled, &known.home.as_ref()?.request))
            })
            .collect();
        let rows = scene.reached(&questions);
        for (place, rows) in asked.into_iter().zip(rows) {
            learnt[place].rows = rows;
        }
        learnt.par_iter_mut().for_each(|known| {
            let mut found = schedule::look(scene, known, self.terms.approved_at);
            match alone::never_matches(known) {
                Some(finding) => found.push(finding),
                None => found.extend(
                    alone::changes_nothing(known).or_else(|| alone::reaches_nothing(scene, known)),
                ),
            }
            known.short = alone::short(scene, known);
            known.alone.extend(found.into_iter().map(Kept::new));
        });
        let of_pins = pins::look(scene, &learnt.iter().collect::<Vec<_>>());
        for (place, finding) in of_pins {
            learnt[place].alone.push(Kept::new(finding));
        }
        let learnt = learnt
            .into_iter()
            .map(|known| (known.id().to_owned(), known));
        self.known.extend(learnt);
        changed
    }

    /// Holds rules against each other: a changed rule against all it could meet, another only
    /// against the changed ones, unless what it met has changed.
    fn meet(&mut self, scene: &Scene<'_>, changed: &BTreeSet<String>) {
        let rules: Vec<&Known> = self.known.values().collect();
        let fresh: Vec<&Known> = changed.iter().filter_map(|id| self.known.get(id)).collect();
        let searches = |rule: &Known, kind: Kind| {
            let met = rule.met[kind as usize].as_ref();
            changed.contains(rule.id()) || met.is_some_and(|met| changed.contains(&met.other))
        };
        let searching = rules
            .iter()
            .filter(|rule| Kind::ALL.into_iter().any(|kind| searches(rule, kind)));
        let shelves = (searching.count() > WORTH_SHELVES).then(|| Shelves::new(&rules));
        let first_of_all = |rule: &Known, kind: Kind| match &shelves {
            Some(shelves) => {
                let mut near = shelves.near(kind, rule.rule()).into_iter();
                near.find_map(|other| kind.meet(scene, rule, rules[other]))
            }
            None => {
                let mut near = rules
                    .iter()
                    .filter(|other| kind.concerns(rule.rule(), other.rule()));
                near.find_map(|other| kind.meet(scene, rule, other))
            }
        };
        let first_of_fresh = |rule: &Known, kind: Kind, fresh: &[&Known]| {
            let met = rule.met[kind as usize].as_ref();
            let comes_first =
                |other: &&&Known| met.is_none_or(|met| other.id() < met.other.as_str());
            let mut near = fresh
                .iter()
                .filter(comes_first)
                .filter(|other| kind.concerns(rule.rule(), other.rule()));
            near.find_map(|other| kind.meet(scene, rule, other))
        };
        let met: Vec<(String, Kind, Option<Met>)> = rules
            .par_iter()
            .filter(|rule| rule.home.is_some())
            .flat_map_iter(|rule| {
                let pages = &rule.rule().scope.pages;
                let is_near = |other: &&&Known| are_near(pages, &other.rule().scope.pages);
                let fresh: Vec<&Known> = if changed.contains(rule.id()) {
                    Vec::new()
                } else {
                    fresh.iter().filter(is_near).copied().collect()
                };
                let mut of_kinds = Vec::new();
                for kind in Kind::ALL {
                    if searches(rule, kind) {
                        of_kinds.push((rule.id().to_owned(), kind, first_of_all(rule, kind)));
                    } else if let Some(met) = first_of_fresh(rule, kind, &fresh) {
                        of_kinds.push((rule.id().to_owned(), kind, Some(met)));
                    }
                }
                of_kinds
            })
            .collect();
        for (id, kind, met) in met {
            if let Some(known) = self.known.get_mut(&id) {
                known.met[kind as usize] = met;
            }
        }
    }

    /// Every finding with the place of its rule in the document.
    fn findings(&mut self, scene: &Scene<'_>, rule_set: &RuleSet) -> Vec<(usize, Arc<Finding>)> {
        let rules = rule_set.rules.iter().enumerate();
        let places: HashMap<&str, usize> = rules
            .map(|(place, rule)| (rule.id.as_str(), place))
            .collect();
        // Pins can bring a quota what its page and its caps cannot.
        let is_cap = |met: &&Met| met.finding.code() == Code::CapFightsQuota;
        let capped = self
            .known
            .values()
            .flat_map(|known| known.met.iter().flatten());
        let capped = capped.filter(is_cap).map(|met| &met.other);
        let short = self.known.iter().filter(|(_, known)| known.short.is_some());
        let quotas: BTreeSet<&String> = capped.chain(short.map(|(id, _)| id)).collect();
        let pinned: BTreeMap<String, usize> = quotas
            .into_par_iter()
            .filter_map(|id| {
                let before = self.pinned.get(id).copied();
                let now = || Some(self.pinned_for(scene, self.known.get(id)?));
                Some((id.clone(), before.or_else(now)?))
            })
            .collect();
        self.pinned = pinned;
        let pinned = |id: &str| self.pinned.get(id).copied().unwrap_or(0);
        let mut findings: Vec<(usize, Arc<Finding>)> = self
            .of_weights
            .iter()
            .map(|finding| (0, Arc::clone(finding)))
            .collect();
        for (id, known) in &mut self.known {
            let Some(place) = places.get(id.as_str()).copied() else {
                continue;
            };
            let unmet = known.short.and_then(|_| alone::unmet(known, pinned(id)));
            let of_pairs = known.met.iter_mut().flatten().filter(|met| {
                met.finding.code() != Code::CapFightsQuota || pinned(&met.other) == 0
            });
            let of_pairs = of_pairs.map(|met| &mut met.finding);
            let kept = known.alone.iter_mut().chain(of_pairs);
            findings.extend(kept.map(|kept| (place, kept.about(place))));
            let mut unmet = unmet.map(Kept::new);
            findings.extend(unmet.as_mut().map(|kept| (place, kept.about(place))));
        }
        findings
    }

    /// How many products that a quota matches pins could bring to it.
    fn pinned_for(&self, scene: &Scene<'_>, quota: &Known) -> usize {
        let Some(home) = &quota.home else { return 0 };
        let Some(context) = scene.context(&home.request) else {
            return 0;
        };
        let scope = &quota.rule().scope;
        let near = self.known.values().filter(|known| {
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
                let stand_ins = pins
                    .iter()
                    .filter_map(|pin| scene.retailer.substitutes.get(&pin.sku));
                rows.extend(
                    stand_ins
                        .flatten()
                        .filter_map(|sku| scene.retailer.row(sku)),
                );
            }
        }
        let runs = scene.runs(scope);
        let matches = |row: &usize| {
            if runs.iter().any(|run| run.contains(row)) {
                quota.rows.contains(*row)
            } else {
                scene.names(&context, &quota.compiled, *row)
            }
        };
        rows.iter().filter(|row| matches(row)).count()
    }
}
