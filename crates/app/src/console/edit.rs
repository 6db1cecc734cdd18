//! Edits of a rule set: what a person does to a draft, and what takes it back.

use endcap_vocab::{Eligibility, Fallback, Problems, Rule, RuleSet, Signal, Weights};

use crate::{UserError, rule_problems};

/// One change of a rule set; [`Edit::apply`] gives the change that takes it back.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Puts a rule in the place of the one with its id, or at `at`, or at the end.
    PutRule {
        /// The rule.
        rule: Box<Rule>,
        /// Where a new rule goes; rules keep their place when they change.
        at: Option<usize>,
    },
    /// Takes a rule out.
    RemoveRule {
        /// Which one.
        id: String,
    },
    /// Sets one weight of the objective; `None` takes it from a shallower entry, or is 0.
    SetWeight {
        /// Whose products; `None` is all.
        category: Option<String>,
        /// Which signal.
        signal: Signal,
        /// 0..10.
        weight: Option<f64>,
    },
    /// Replaces all weights of one category; `None` drops them.
    SetWeights {
        /// Category path.
        category: String,
        /// Its weights.
        weights: Option<Weights>,
    },
    /// Replaces what may be shown at all.
    SetEligibility(Eligibility),
    /// Replaces what fills a short slate.
    SetFallback(Fallback),
    /// Replaces everything.
    Replace(Box<RuleSet>),
}

impl Edit {
    /// Puts a rule in place of the one with its id, or at the end.
    #[must_use]
    pub fn put(rule: Rule) -> Self {
        Self::PutRule {
            rule: Box::new(rule),
            at: None,
        }
    }

    /// Holds what it puts in against the vocabulary.
    ///
    /// # Errors
    /// A weight out of range, or a rule with problems.
    pub fn check(&self) -> Result<(), UserError> {
        match self {
            Self::SetWeight {
                signal,
                weight: Some(weight),
                ..
            } if !(0.0..=10.0).contains(weight) => {
                let signal = signal.name();
                Err(UserError::bad_input(format!(
                    "the weight of {signal} is {weight}; it goes from 0 to 10"
                )))
            }
            Self::PutRule { rule, .. } => {
                let problems = rule_problems(rule);
                if problems.is_empty() {
                    Ok(())
                } else {
                    Err(UserError::refused(&rule.name, Problems { problems }))
                }
            }
            _ => Ok(()),
        }
    }

    /// Changes a rule set; what comes back changes it back.
    pub fn apply(self, rules: &mut RuleSet) -> Self {
        match self {
            Self::PutRule { rule, at } => put(rules, *rule, at),
            Self::RemoveRule { id } => match position(rules, &id) {
                Some(at) => Self::PutRule {
                    rule: Box::new(rules.rules.remove(at)),
                    at: Some(at),
                },
                None => Self::RemoveRule { id },
            },
            Self::SetWeight {
                category,
                signal,
                weight,
            } => set_weight(rules, category, signal, weight),
            Self::SetWeights { category, weights } => {
                let categories = &mut rules.objective.categories;
                let weights = match weights {
                    Some(weights) => categories.insert(category.clone(), weights),
                    None => categories.remove(&category),
                };
                Self::SetWeights { category, weights }
            }
            Self::SetEligibility(eligibility) => {
                Self::SetEligibility(std::mem::replace(&mut rules.eligibility, eligibility))
            }
            Self::SetFallback(fallback) => {
                Self::SetFallback(std::mem::replace(&mut rules.fallback, fallback))
            }
            Self::Replace(all) => Self::Replace(Box::new(std::mem::replace(rules, *all))),
        }
    }
}

fn position(rules: &RuleSet, id: &str) -> Option<usize> {
    rules.rules.iter().position(|rule| rule.id == id)
}

fn put(rules: &mut RuleSet, rule: Rule, at: Option<usize>) -> Edit {
    match position(rules, &rule.id) {
        Some(at) => Edit::put(std::mem::replace(&mut rules.rules[at], rule)),
        None => {
            let id = rule.id.clone();
            let at = at.unwrap_or(rules.rules.len()).min(rules.rules.len());
            rules.rules.insert(at, rule);
            Edit::RemoveRule { id }
        }
    }
}

fn set_weight(
    rules: &mut RuleSet,
    category: Option<String>,
    signal: Signal,
    weight: Option<f64>,
) -> Edit {
    let objective = &mut rules.objective;
    let weights = match &category {
        None => &mut objective.default,
        Some(path) => objective.categories.entry(path.clone()).or_default(),
    };
    let before = match weight {
        Some(weight) => weights.0.insert(signal, weight),
        None => weights.0.remove(&signal),
    };
    // An entry that says nothing would still read as "overrides".
    if let Some(path) = &category
        && objective
            .categories
            .get(path)
            .is_some_and(|weights| weights.0.is_empty())
    {
        objective.categories.remove(path);
    }
    Edit::SetWeight {
        category,
        signal,
        weight: before,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1. Whatever an edit does, what it gives back undoes, and undoing that does it again.
    #[test]
    fn every_edit_is_taken_back_by_what_it_returns() {
        let start = endcap_demo::rule_set();
        let changed = Rule {
            name: "changed".to_owned(),
            ..start.rules[3].clone()
        };
        let added = Rule {
            id: "brand-new".to_owned(),
            ..start.rules[0].clone()
        };
        let weight = |category: Option<&str>, weight| Edit::SetWeight {
            category: category.map(str::to_owned),
            signal: Signal::Margin,
            weight,
        };
        let edits = [
            Edit::put(changed),
            Edit::put(added),
            Edit::RemoveRule {
                id: start.rules[5].id.clone(),
            },
            Edit::RemoveRule {
                id: "nobody".to_owned(),
            },
            weight(None, Some(9.0)),
            weight(None, None),
            weight(Some("grocery/beverages/coffee"), Some(2.5)),
            weight(Some("no/such/page"), Some(2.5)),
            weight(Some("no/such/page"), None),
            Edit::SetWeights {
                category: "grocery".to_owned(),
                weights: Some(Weights::default()),
            },
            Edit::SetEligibility(Eligibility {
                in_stock: false,
                ..Eligibility::default()
            }),
            Edit::SetFallback(Fallback::Popular),
            Edit::Replace(Box::default()),
        ];
        for edit in edits {
            let mut rules = start.clone();
            let back = edit.clone().apply(&mut rules);
            let after = rules.clone();
            let forth = back.apply(&mut rules);
            assert_eq!(rules, start, "undo of {edit:?}");
            forth.apply(&mut rules);
            assert_eq!(rules, after, "redo of {edit:?}");
        }
    }
}
