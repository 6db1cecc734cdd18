//! What is likely not meant in a rule set, held against a workspace.

use std::collections::BTreeSet;
use std::sync::Arc;

use endcap_engine::lint::{Finding, FixEdit, LintTerms, Profile, lint};
use endcap_vocab::RuleSet;

use crate::console::Edit;
use crate::{At, UserError, Workspace};

impl Workspace {
    /// What lint finds in a rule set at an instant, the worst first; without one at that of the
    /// snapshot. A wall clock is that of UTC.
    ///
    /// # Errors
    /// A rule set that does not hold up, or an instant that there is not.
    pub fn lint(&self, rules: &RuleSet, at: Option<At>) -> Result<Vec<Arc<Finding>>, UserError> {
        let compiled = Self::compile(rules)?;
        let terms = self.lint_terms(at)?;
        Ok(lint(
            &self.retailer,
            &self.model,
            (rules, &compiled),
            &terms,
        ))
    }

    /// What lint is asked with: an instant, and who shops.
    ///
    /// # Errors
    /// An instant that there is not.
    pub fn lint_terms(&self, at: Option<At>) -> Result<LintTerms, UserError> {
        let now = match at {
            Some(at) => at.instant(chrono_tz::UTC)?,
            None => self.taken_at,
        };
        let personal = self
            .shoppers
            .values()
            .filter(|shopper| shopper.consent.personalization);
        let profiles = personal.map(|shopper| {
            let mut segments = shopper.segments.clone();
            segments.sort_unstable();
            let tier = shopper.tier.clone();
            Profile { segments, tier }
        });
        let profiles: BTreeSet<Profile> = profiles.collect();
        Ok(LintTerms {
            profiles: profiles.into_iter().collect(),
            ..LintTerms::at(now)
        })
    }
}

/// The edit that a finding's fix is, where it has one.
#[must_use]
pub fn fix_of(finding: &Finding) -> Option<Edit> {
    Some(match &finding.fix.as_ref()?.edit {
        FixEdit::Put(rule) => Edit::put((**rule).clone()),
        FixEdit::Remove(id) => Edit::RemoveRule { id: id.clone() },
        FixEdit::DropWeight { category, signal } => Edit::SetWeight {
            category: category.clone(),
            signal: *signal,
            weight: None,
        },
    })
}
