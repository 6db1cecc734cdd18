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
mod weights;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
pub use endcap_rules::overlap::Profile;
use endcap_vocab::{Effect, Eligibility, Fallback, IfUnavailable, Objective, RuleSet};
use rayon::prelude::*;

pub use confirm::confirm;
pub use finding::{Code, Finding, Fix, FixEdit, Severity, Witness};

use crate::compile::{CompiledRule, CompiledRules};
use crate::model::Model;
use crate::retailer::Retailer;
use known::Known;
use pairs::{Kind, Met, Shelves, are_near};
use scene::Scene;

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
) -> Vec<Finding> {
    Linter::new(terms.clone()).lint(retailer, model, (rule_set, rules))
}

/// Looks at a rule set again and again, and works out only what has changed. One linter serves
/// one retailer and one model.
pub struct Linter {
    terms: LintTerms,
    base: Option<(Objective, Eligibility, Fallback)>,
    of_weights: Vec<Finding>,
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
    ) -> Vec<Finding> {
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
            self.of_weights = weights::idle(&scene, rule_set);
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
        self.known.retain(|id, _| {
            let is_there = ids.contains(id.as_str());
            if !is_there {
                changed.insert(id.clone());
            }
            is_there
        });
        let mut learnt: Vec<Known> = new
            .par_iter()
            .map(|rule| {
                let mut known = Known::new(rule, None);
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
            known.alone.extend(found);
        });
        let of_pins = pins::look(scene, &learnt.iter().collect::<Vec<_>>());
        for (place, finding) in of_pins {
            learnt[place].alone.push(finding);
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
        let shelves = Shelves::new(&rules);
        let fresh: Vec<&Known> = changed.iter().filter_map(|id| self.known.get(id)).collect();
        let first_met = |rule: &Known, kind: Kind| -> Option<Option<Met>> {
            let met = rule.met[kind as usize].as_ref();
            rule.home.as_ref()?;
            if changed.contains(rule.id()) || met.is_some_and(|met| changed.contains(&met.other)) {
                let near = shelves.near(kind, rule.rule()).into_iter();
                let mut met = near.filter_map(|other| kind.meet(scene, rule, rules[other]));
                return Some(met.next());
            }
            let comes_first =
                |other: &&&Known| met.is_none_or(|met| other.id() < met.other.as_str());
            let mut near = fresh
                .iter()
                .filter(comes_first)
                .filter(|other| kind.concerns(rule.rule(), other.rule()));
            near.find_map(|other| kind.meet(scene, rule, other))
                .map(Some)
        };
        let met: Vec<(String, Kind, Option<Met>)> = rules
            .par_iter()
            .flat_map_iter(|rule| {
                let of_kind =
                    |kind: Kind| Some((rule.id().to_owned(), kind, first_met(rule, kind)?));
                Kind::ALL
                    .into_iter()
                    .filter_map(of_kind)
                    .collect::<Vec<_>>()
            })
            .collect();
        for (id, kind, met) in met {
            if let Some(known) = self.known.get_mut(&id) {
                known.met[kind as usize] = met;
            }
        }
    }

    /// Every finding with its place in the document, and the place of its rule.
    fn findings(&self, scene: &Scene<'_>, rule_set: &RuleSet) -> Vec<(usize, Finding)> {
        let places: HashMap<&str, usize> = rule_set
            .rules
            .iter()
            .enumerate()
            .map(|(place, rule)| (rule.id.as_str(), place))
            .collect();
        let mut findings: Vec<(usize, Finding)> = self
            .of_weights
            .iter()
            .map(|finding| (0, finding.clone()))
            .collect();
        for known in self.known.values() {
            let Some(place) = places.get(known.id()).copied() else {
                continue;
            };
            let of_pairs = known.met.iter().flatten().filter(|met| {
                let quota = self.known.get(&met.other);
                let is_cap = met.finding.code == Code::CapFightsQuota;
                !is_cap || quota.is_some_and(|quota| self.pinned(scene, quota) == 0)
            });
            let unmet = known
                .short
                .and_then(|_| alone::unmet(known, self.pinned(scene, known)));
            let found = known.alone.iter().cloned();
            let found = found
                .chain(of_pairs.map(|met| met.finding.clone()))
                .chain(unmet);
            findings.extend(found.map(|mut finding| {
                finding.place.insert_str(0, &format!("/rules/{place}"));
                (place, finding)
            }));
        }
        findings
    }

    /// How many products that a quota matches pins could bring to it.
    fn pinned(&self, scene: &Scene<'_>, quota: &Known) -> usize {
        let Some(context) = quota
            .home
            .as_ref()
            .and_then(|home| scene.context(&home.request))
        else {
            return 0;
        };
        let pages = &quota.rule().scope.pages;
        let near = self.known.values().filter(|known| {
            let is_pin = !known.pins().is_empty() && known.home.is_some();
            is_pin && are_near(&known.rule().scope.pages, pages)
        });
        let mut rows = BTreeSet::new();
        for known in near {
            for pin in known.pins() {
                rows.extend(scene.retailer.row(&pin.sku));
                if let Effect::Pin {
                    if_unavailable: IfUnavailable::Substitute,
                    ..
                } = known.rule().effect
                {
                    let stand_ins = scene.retailer.substitutes.get(&pin.sku);
                    let stand_ins = stand_ins.into_iter().flatten();
                    rows.extend(stand_ins.filter_map(|sku| scene.retailer.row(sku)));
                }
            }
        }
        let matching = rows
            .into_iter()
            .filter(|row| scene.names(&context, &quota.compiled, *row));
        matching.count()
    }
}
