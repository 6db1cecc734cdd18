//! The linter of the draft, kept from one edit to the next.

use std::sync::{Arc, Mutex, PoisonError};

use endcap_engine::CompiledRules;
use endcap_engine::lint::{Finding, Linter};
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
    /// What lint finds in a rule set, the worst first.
    pub(super) fn lint(
        &self,
        workspace: &Workspace,
        (rules, compiled): (&RuleSet, &CompiledRules),
        live: &Arc<RuleSet>,
        of: Known,
    ) -> Result<Vec<Arc<Finding>>, UserError> {
        let lock = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // Taken out: what a fault leaves half done is not used again.
        let known = lock().take().filter(|(known, _)| *known == of);
        let mut linter = match known {
            Some((_, linter)) => linter,
            None => Linter::new(workspace.lint_terms(of.1, Some(live))?),
        };
        let findings = workspace.lint_again(&mut linter, rules, compiled);
        *lock() = Some((of, linter));
        Ok(findings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1. A linter that is kept finds after each edit what one finds that knows nothing, and
    ///    another instant or other data is looked at afresh.
    #[test]
    fn a_kept_linter_finds_what_a_fresh_one_does() {
        let workspace = Workspace::demo().unwrap();
        let linting = Linting::default();
        let live = Arc::new(Workspace::demo_rules());
        let mut rules = RuleSet::clone(&live);
        let mut places = (0..rules.rules.len()).step_by(3);
        let later = Some("2027-03-01T12:00".parse().unwrap());
        for of in [(1, None), (1, None), (1, None), (1, later), (2, None)] {
            let compiled = Workspace::compile(&rules).unwrap();
            let kept = linting.lint(&workspace, (&rules, &compiled), &live, of);
            let fresh = workspace.lint(&rules, of.1, Some(&live));
            assert_eq!(kept.unwrap(), fresh.unwrap());
            let place = places.next().unwrap();
            rules.rules[place].when = Some("product.margin >= 30".to_owned());
        }
    }
}
