//! A rule set made ready to rank with.

use std::sync::Arc;

use chrono_tz::Tz;
use endcap_rules::Condition;
pub(crate) use endcap_rules::overlap::normal_query;
use endcap_vocab::{
    Effect, Eligibility, Fallback, Objective, Problem, Problems, Rule, RuleSet, Signal,
    category_depth, category_is_under,
};

/// One weight a signal, in the order of [`Signal::ALL`].
pub(crate) type WeightRow = [f64; Signal::ALL.len()];

/// The weights of an objective.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weights {
    default: WeightRow,
    /// Shallowest first, then by path.
    overlays: Vec<Overlay>,
}

impl Weights {
    /// Those of the products of a category (ranking semantics, section 5).
    pub(crate) fn of(&self, category: &str) -> WeightRow {
        let mut weights = self.default;
        for overlay in &self.overlays {
            if category_is_under(category, &overlay.category) {
                for (signal, weight) in &overlay.weights {
                    weights[*signal] = *weight;
                }
            }
        }
        weights
    }
}

/// What a category sets on top of the shallower ones.
#[derive(Debug, Clone, PartialEq)]
struct Overlay {
    category: String,
    /// Index into a [`WeightRow`], and the weight.
    weights: Vec<(usize, f64)>,
}

/// A rule set whose conditions are parsed; it knows no retailer, so that one compilation
/// serves many.
#[derive(Debug, Clone)]
pub struct CompiledRules {
    /// By id ascending.
    rules: Vec<Arc<CompiledRule>>,
    pub(crate) weights: Arc<Weights>,
    pub(crate) eligibility: Eligibility,
    pub(crate) fallback: Fallback,
}

/// A rule whose condition is parsed.
#[derive(Debug, Clone)]
pub struct CompiledRule {
    pub(crate) rule: Rule,
    pub(crate) when: Option<Condition>,
    pub(crate) tz: Option<Tz>,
    pub(crate) queries: Vec<String>,
}

impl CompiledRule {
    /// The rule itself.
    #[must_use]
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// Parses a rule's condition and zone.
    ///
    /// # Errors
    /// Every problem, with pointers from the rule itself.
    pub fn new(rule: &Rule) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let when = rule
            .when
            .as_deref()
            .and_then(|when| match Condition::parse(when) {
                Ok(condition) => Some(condition),
                Err(errors) => {
                    problems.extend(errors.iter().map(|e| Problem::new("/when", e.to_string())));
                    None
                }
            });
        let tz = rule
            .scope
            .schedule
            .as_ref()
            .and_then(|schedule| schedule.tz.as_deref());
        let tz = tz.and_then(|tz| match tz.parse::<Tz>() {
            Ok(tz) => Some(tz),
            Err(_) => {
                problems.push(Problem::new(
                    "/scope/schedule/tz",
                    format!("must be an IANA time zone such as Europe/Berlin, not `{tz}`"),
                ));
                None
            }
        });
        let slots: Vec<u32> = match &rule.effect {
            Effect::Pin { pins, .. } => pins.iter().map(|pin| pin.slot).collect(),
            Effect::Reserve { slots } => slots.clone(),
            _ => Vec::new(),
        };
        if slots.contains(&0) {
            problems.push(Problem::new("/effect", "has a slot 0; slots begin at 1"));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let queries = rule
            .scope
            .queries
            .iter()
            .map(|query| normal_query(query))
            .collect();
        Ok(Self {
            rule: rule.clone(),
            when,
            tz,
            queries,
        })
    }
}

impl CompiledRules {
    /// Parses every condition of a rule set.
    ///
    /// # Errors
    /// Every problem, with pointers from the rule set.
    pub fn compile(rule_set: &RuleSet) -> Result<Self, Problems> {
        Self::compile_beside(rule_set, &[])
    }

    /// Compiles a rule set much of which is compiled here: a rule that is the same is taken as it
    /// is, and only the others are parsed.
    ///
    /// # Errors
    /// Those of [`CompiledRules::compile`].
    pub fn recompile(&self, rule_set: &RuleSet) -> Result<Self, Problems> {
        Self::compile_beside(rule_set, &self.rules)
    }

    fn compile_beside(rule_set: &RuleSet, known: &[Arc<CompiledRule>]) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut rules = Vec::with_capacity(rule_set.rules.len());
        let same = |rule: &Rule| {
            let place = known.binary_search_by(|known| known.rule.id.cmp(&rule.id));
            place
                .ok()
                .map(|place| &known[place])
                .filter(|known| known.rule == *rule)
        };
        for (index, rule) in rule_set.rules.iter().enumerate() {
            if let Some(rule) = same(rule) {
                rules.push(Arc::clone(rule));
                continue;
            }
            match CompiledRule::new(rule) {
                Ok(rule) => rules.push(Arc::new(rule)),
                Err(found) => problems.extend(found.into_iter().map(|problem| {
                    Problem::new(format!("/rules/{index}{}", problem.path), problem.problem)
                })),
            }
        }
        if !problems.is_empty() {
            return Err(Problems { problems });
        }
        rules.sort_by(|a, b| a.rule.id.cmp(&b.rule.id));
        Ok(Self {
            rules,
            weights: Arc::new(weights(&rule_set.objective)),
            eligibility: rule_set.eligibility.clone(),
            fallback: rule_set.fallback,
        })
    }

    /// The rules, by id ascending.
    pub fn rules(&self) -> impl Iterator<Item = &CompiledRule> {
        self.rules.iter().map(Arc::as_ref)
    }

    /// The rules, by id ascending, to be kept.
    pub(crate) fn shared(&self) -> &[Arc<CompiledRule>] {
        &self.rules
    }

    /// The rule of an id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&CompiledRule> {
        let place = self
            .rules
            .binary_search_by(|rule| rule.rule.id.as_str().cmp(id))
            .ok()?;
        Some(&self.rules[place])
    }

    /// Which products may be shown at all.
    #[must_use]
    pub fn eligibility(&self) -> &Eligibility {
        &self.eligibility
    }

    /// The same without one rule, or as it is where it has no such rule.
    #[must_use]
    pub fn without(&self, rule: &str) -> Self {
        let rules = self
            .rules
            .iter()
            .filter(|kept| kept.rule.id != rule)
            .cloned()
            .collect();
        Self {
            rules,
            ..self.clone()
        }
    }

    /// The same weights and tests without any rule: what the organic slate is made with.
    #[must_use]
    pub fn organic(&self) -> Self {
        Self {
            rules: Vec::new(),
            ..self.clone()
        }
    }

    /// The same with one rule added, or in place of the one with its id.
    #[must_use]
    pub fn with(&self, rule: CompiledRule) -> Self {
        let mut changed = self.without(&rule.rule.id);
        let place = changed
            .rules
            .partition_point(|kept| kept.rule.id < rule.rule.id);
        changed.rules.insert(place, Arc::new(rule));
        changed
    }

    /// The margin floor of the products of a category: that of the deepest entry.
    #[must_use]
    pub fn floor_of(&self, category: &str) -> Option<f64> {
        self.eligibility
            .margin_floors
            .iter()
            .filter(|entry| category_is_under(category, &entry.category))
            .max_by_key(|entry| category_depth(&entry.category))
            .map(|entry| entry.floor)
    }
}

fn weights(objective: &Objective) -> Weights {
    let mut default = [0.0; Signal::ALL.len()];
    for (signal, weight) in &objective.default.0 {
        default[*signal as usize] = *weight;
    }
    let mut overlays: Vec<Overlay> = objective
        .categories
        .iter()
        .map(|(category, weights)| Overlay {
            category: category.clone(),
            weights: weights
                .0
                .iter()
                .map(|(signal, weight)| (*signal as usize, *weight))
                .collect(),
        })
        .collect();
    overlays.sort_by_key(|overlay| category_depth(&overlay.category));
    Weights { default, overlays }
}

#[cfg(test)]
mod tests {
    use super::*;
    use endcap_testkit::build::rule;

    /// 1. What is compiled again is what is compiled afresh; rules that did not change are the
    ///    same in memory, and a fault is said all the same.
    #[test]
    fn what_is_compiled_again_is_what_is_compiled_afresh() {
        let boost = |id: &str, percent| rule(id, Effect::Boost { percent });
        let mut rule_set = RuleSet {
            rules: vec![boost("b", 10.0), boost("a", 20.0), boost("c", 30.0)],
            ..RuleSet::default()
        };
        let before = CompiledRules::compile(&rule_set).unwrap();
        rule_set.rules[0].when = Some("product.private_label".to_owned());
        rule_set.rules.remove(1);
        rule_set.rules.push(boost("d", 5.0));
        let again = before.recompile(&rule_set).unwrap();
        let afresh = CompiledRules::compile(&rule_set).unwrap();
        let rules = |compiled: &CompiledRules| -> Vec<Rule> {
            compiled.rules().map(|rule| rule.rule.clone()).collect()
        };
        assert_eq!(rules(&again), rules(&afresh));
        let is_kept = |id: &str| {
            let of = |rules: &CompiledRules| rules.rule(id).map(std::ptr::from_ref);
            of(&before) == of(&again)
        };
        assert!(is_kept("c") && !is_kept("b"));
        rule_set.rules[0].when = Some("product.".to_owned());
        assert!(before.recompile(&rule_set).is_err());
    }
}
