//! Facts about lint on every retailer and rule set:
//!
//! 1. The engine bears out every finding.
//! 2. A linter that has seen other rules before finds the same as a new one.
//! 3. A fix is an edit of a rule that the finding names, and ends the finding.

#![allow(
    clippy::unwrap_used,
    reason = "what a test is made of may fail the test"
)]

use std::sync::Arc;

use endcap_engine::lint::{Approval, Finding, FixEdit, LintTerms, Linter, confirm, lint};
use endcap_engine::{CompiledRules, Retailer, SignalTable};
use endcap_testkit::generate::{case, rule_set};
use endcap_vocab::{Case, RuleSet};
use proptest::prelude::*;

/// A retailer with everything that lint asks of it.
struct Shop {
    retailer: Retailer,
    model: SignalTable,
    terms: LintTerms,
}

impl Shop {
    fn new(case: &Case) -> Self {
        let retailer = Retailer::build(&case.catalog).unwrap();
        let mut terms = LintTerms::at(case.request.at);
        let live = RuleSet {
            rules: case
                .rule_set
                .rules
                .iter()
                .skip(1)
                .step_by(2)
                .cloned()
                .collect(),
            ..RuleSet::default()
        };
        terms.approval = Some(Approval::new(case.request.at, &live));
        Self {
            model: SignalTable::new(&retailer, &case.signals),
            retailer,
            terms,
        }
    }

    fn lint(&self, rule_set: &RuleSet) -> Vec<Arc<Finding>> {
        let rules = CompiledRules::compile(rule_set).unwrap();
        lint(&self.retailer, &self.model, (rule_set, &rules), &self.terms)
    }
}

/// Whether two findings say the same of the same rule.
fn is_same(a: &Finding, b: &Finding) -> bool {
    (a.code, a.rules.first(), &a.sentence) == (b.code, b.rules.first(), &b.sentence)
}

/// A finding with the rules it names, for the message of a failure.
fn told(rule_set: &RuleSet, finding: &Finding) -> String {
    let rules = rule_set
        .rules
        .iter()
        .filter(|rule| finding.rules.contains(&rule.id));
    let rules: Vec<String> = rules
        .map(|rule| serde_json::to_string(rule).unwrap())
        .collect();
    let finding = serde_json::to_string(finding).unwrap();
    format!("{finding} of {}", rules.join(" and "))
}

/// A rule set after the edit of a fix.
fn fixed(rule_set: &RuleSet, finding: &Finding) -> Option<RuleSet> {
    let mut fixed = rule_set.clone();
    match &finding.fix.as_ref()?.edit {
        FixEdit::Put(put) => {
            let place = fixed.rules.iter().position(|rule| rule.id == put.id)?;
            fixed.rules[place] = (**put).clone();
        }
        FixEdit::Remove(id) => fixed.rules.retain(|rule| rule.id != *id),
        FixEdit::DropWeight { category, signal } => {
            let weights = match category {
                None => &mut fixed.objective.default,
                Some(category) => fixed.objective.categories.get_mut(category)?,
            };
            weights.0.remove(signal)?;
        }
    }
    Some(fixed)
}

proptest! {
    #[test]
    fn the_engine_bears_out_every_finding(case in case()) {
        let shop = Shop::new(&case);
        let rules = CompiledRules::compile(&case.rule_set).unwrap();
        for finding in shop.lint(&case.rule_set) {
            let is_so = confirm(&shop.retailer, &rules, &shop.model, &finding).unwrap();
            prop_assert!(is_so, "{}", told(&case.rule_set, &finding));
        }
    }

    #[test]
    fn a_linter_finds_the_same_after_other_rules(case in case(), other in rule_set(), keep in any::<u16>()) {
        let shop = Shop::new(&case);
        let mut mixed = case.rule_set.clone();
        for (place, rule) in mixed.rules.iter_mut().enumerate() {
            if let Some(other) = other.rules.iter().find(|other| other.id == rule.id)
                && keep >> place & 1 == 1
            {
                *rule = other.clone();
            }
        }
        let mut linter = Linter::new(shop.terms.clone());
        for rule_set in [&mixed, &case.rule_set, &mixed] {
            let rules = CompiledRules::compile(rule_set).unwrap();
            let found = linter.lint(&shop.retailer, &shop.model, (rule_set, &rules));
            prop_assert_eq!(found, shop.lint(rule_set));
        }
    }

    #[test]
    fn a_fix_ends_its_finding(case in case()) {
        let shop = Shop::new(&case);
        for finding in shop.lint(&case.rule_set) {
            let Some(fixed) = fixed(&case.rule_set, &finding) else {
                prop_assert!(finding.fix.is_none(), "{}", told(&case.rule_set, &finding));
                continue;
            };
            prop_assert!(fixed != case.rule_set, "{}", told(&case.rule_set, &finding));
            let left = shop.lint(&fixed);
            prop_assert!(left.iter().all(|left| !is_same(left, &finding)), "{}", told(&case.rule_set, &finding));
        }
    }
}
