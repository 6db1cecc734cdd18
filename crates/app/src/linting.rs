//! What is likely not meant in a rule set, held against a workspace.

use std::collections::BTreeSet;
use std::sync::Arc;

use endcap_engine::CompiledRules;
use endcap_engine::lint::{Approval, Finding, FixEdit, LintTerms, Linter, Profile};
use endcap_vocab::{Request, RuleSet, category_is_under};

use crate::console::Edit;
use crate::{At, PageView, UserError, Workspace};

impl Workspace {
    /// What lint finds in a rule set at an instant, the worst first; without one at that of the
    /// snapshot. A wall clock is that of UTC. With `live`, what the set adds to it cannot be
    /// approved before that instant.
    ///
    /// # Errors
    /// A rule set that does not hold up, or an instant that there is not.
    pub fn lint(
        &self,
        rules: &RuleSet,
        at: Option<At>,
        live: Option<&RuleSet>,
    ) -> Result<Vec<Arc<Finding>>, UserError> {
        let compiled = Self::compile(rules)?;
        let mut terms = self.lint_terms(at)?;
        terms.approval = live.map(|live| Approval::new(terms.now, live));
        let mut linter = Linter::new(terms);
        Ok(self.lint_again(&mut linter, rules, &compiled))
    }

    /// What a linter finds that has looked at this workspace alone; it works out only what has
    /// changed since it looked last. `compiled` is what `rules` compiles to.
    #[must_use]
    pub fn lint_again(
        &self,
        linter: &mut Linter,
        rules: &RuleSet,
        compiled: &CompiledRules,
    ) -> Vec<Arc<Finding>> {
        linter.lint(&self.retailer, self.model(), (rules, compiled))
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

/// Whether a finding is about a weight that a page has, as its own or from above.
#[must_use]
pub fn is_about_weight_of(finding: &Finding, page: &PageView) -> bool {
    let path = page.slate.request.page.as_deref().unwrap_or("");
    match finding.fix.as_ref().map(|fix| &fix.edit) {
        Some(FixEdit::DropWeight { category, .. }) => category
            .as_ref()
            .is_none_or(|category| category_is_under(path, category)),
        _ => false,
    }
}

/// A request in words, as far as it narrows anything, without its instant: `on grocery/bakery,
/// category through web`.
#[must_use]
pub fn request_words(request: &Request) -> String {
    let mut parts = vec![match &request.page {
        Some(page) => format!("on {page}"),
        None => "on any page".to_owned(),
    }];
    parts.push(format!(
        "{} through {}",
        request.placement.name(),
        request.channel
    ));
    parts.extend(request.store.as_ref().map(|store| format!("in {store}")));
    parts.extend(request.query.as_ref().map(|query| format!("for “{query}”")));
    if let Some(customer) = &request.customer {
        let traits = customer.segments.iter().chain(&customer.tier);
        let traits: Vec<&str> = traits.map(String::as_str).collect();
        if !traits.is_empty() {
            parts.push(format!("a shopper of {}", traits.join(", ")));
        }
    }
    parts.join(", ")
}
