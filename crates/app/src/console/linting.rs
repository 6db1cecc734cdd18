//! The linter of the draft, kept from one edit to the next.

use std::sync::{Arc, Mutex, PoisonError};

use endcap_engine::CompiledRules;
use endcap_engine::lint::{Approval, Finding, Linter};
use endcap_vocab::RuleSet;

use crate::{At, UserError, Workspace};

/// What a linter's knowledge is of: which data, counted as they are opened with what is live, and
/// which instant.
type Known = (u64, Option<At>);

/// A linter that works out only what an edit has changed.
#[derive(Clone, Default)]
pub(super) struct Linting {
    kept: Arc<Mutex<Option<(Known, Linter)>>>,
}

impl Linting {
    /// What lint finds in a rule set, the worst first. What it adds to `live` is approved when the
    /// data were taken, whatever instant is looked at.
    pub(super) fn lint(
        &self,
        workspace: &Workspace,
        (rules, compiled): (&RuleSet, &CompiledRules),
        live: Option<&RuleSet>,
        of: Known,
    ) -> Result<Vec<Arc<Finding>>, UserError> {
        let lock = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // Taken out: what a fault leaves half done is not used again.
        let known = lock().take().filter(|(known, _)| *known == of);
        let mut linter = match known {
            Some((_, linter)) => linter,
            None => {
                let mut terms = workspace.lint_terms(of.1)?;
                terms.approval = live.map(|live| Approval::new(workspace.taken_at, live));
                Linter::new(terms)
            }
        };
        let findings = workspace.lint_again(&mut linter, rules, compiled);
        *lock() = Some((of, linter));
        Ok(findings)
    }
}

#[cfg(test)]
mod tests {
    use endcap_engine::lint::Code;
    use endcap_vocab::Schedule;

    use super::*;

    /// 1. A linter that is kept finds after each edit what one finds that knows nothing, and
    ///    another instant or other data is looked at afresh.
    #[test]
    fn a_kept_linter_finds_what_a_fresh_one_does() {
        let workspace = Workspace::demo().unwrap();
        let linting = Linting::default();
        let mut rules = Workspace::demo_rules();
        let mut places = (0..rules.rules.len()).step_by(3);
        let later = Some("2027-03-01T12:00".parse().unwrap());
        for of in [(1, None), (1, None), (1, None), (1, later), (2, None)] {
            let compiled = Workspace::compile(&rules).unwrap();
            let kept = linting.lint(&workspace, (&rules, &compiled), None, of);
            let fresh = workspace.lint(&rules, of.1, None);
            assert_eq!(kept.unwrap(), fresh.unwrap());
            let place = places.next().unwrap();
            rules.rules[place].when = Some("product.margin >= 30".to_owned());
        }
    }

    /// 2. What is new and starts before the data were taken is found, whatever day is looked at, and
    ///    nothing where it is not known what is live.
    #[test]
    fn what_is_new_is_approved_when_the_data_were_taken() {
        let workspace = Workspace::demo().unwrap();
        let live = Workspace::demo_rules();
        let mut rules = live.clone();
        for (id, from) in [
            ("early", "2026-11-01T00:00:00"),
            ("late", "2026-11-25T00:00:00"),
        ] {
            let mut rule = live.rules[0].clone();
            rule.id = id.to_owned();
            rule.scope.schedule = Some(Schedule {
                from: Some(from.parse().unwrap()),
                ..Schedule::default()
            });
            rules.rules.push(rule);
        }
        let compiled = Workspace::compile(&rules).unwrap();
        let found = |live: Option<&RuleSet>, at: Option<At>| {
            let linting = Linting::default();
            let findings = linting.lint(&workspace, (&rules, &compiled), live, (1, at));
            let mut findings = findings.unwrap();
            findings.retain(|finding| finding.code == Code::StartsBeforeApproval);
            let rules = findings.iter().map(|finding| finding.rules[0].clone());
            rules.collect::<Vec<String>>()
        };
        let later = Some("2026-11-27T12:00".parse().unwrap());
        for at in [None, later] {
            assert_eq!(found(Some(&live), at), ["early"]);
            assert!(found(Some(&rules), at).is_empty());
            assert!(found(None, at).is_empty());
        }
    }
}
