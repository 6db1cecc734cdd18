//! New rules, copies of rules, and the order in which rules of one kind come to bear.

use endcap_vocab::{Effect, Request, Rule, RuleSet};

use super::gestures::{free_id, new_rule};

/// What a new boost begins with, in percent.
const BOOST: f64 = 40.0;

/// A rule for the page of a request that is still to be written: a boost of every product,
/// which moves nothing.
#[must_use]
pub fn blank_rule(request: &Request, rules: &RuleSet) -> Rule {
    new_rule(
        request,
        rules,
        ("rule", "New rule"),
        Effect::Boost { percent: BOOST },
    )
}

/// A copy of a rule under an id and a name of its own.
#[must_use]
pub fn duplicate(rule: &Rule, rules: &RuleSet) -> Rule {
    Rule {
        id: free_id(&rule.id, rules),
        name: format!("{} (copy)", rule.name),
        ..rule.clone()
    }
}

/// The rules whose priority must change, and only those, so that these ids come in this order,
/// the first the highest.
#[must_use]
pub fn reordered(rules: &RuleSet, order: &[String]) -> Vec<Rule> {
    let known = |id: &String| rules.rules.iter().find(|rule| rule.id == *id);
    let mut below: Option<(i64, &str)> = None;
    let mut changed = Vec::new();
    // From the lowest up: each is raised just over the one below it, where it is not already.
    for rule in order.iter().rev().filter_map(known) {
        let mut priority = rule.priority;
        if let Some((under, id)) = below {
            // Among equals the smaller id goes first.
            let is_over = priority > under || (priority == under && rule.id.as_str() < id);
            if !is_over {
                priority = under.saturating_add(1);
            }
        }
        below = Some((priority, &rule.id));
        if priority != rule.priority {
            changed.push(Rule {
                priority,
                ..rule.clone()
            });
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(priorities: &[(&str, i64)]) -> RuleSet {
        let some = endcap_demo::rule_set().rules[0].clone();
        let rule = |(id, priority): &(&str, i64)| Rule {
            id: (*id).to_owned(),
            priority: *priority,
            ..some.clone()
        };
        RuleSet {
            rules: priorities.iter().map(rule).collect(),
            ..RuleSet::default()
        }
    }

    fn after(priorities: &[(&str, i64)], order: &[&str]) -> Vec<(String, i64)> {
        let order: Vec<String> = order.iter().map(|id| (*id).to_owned()).collect();
        let changed = reordered(&with(priorities), &order);
        let changed = changed.into_iter();
        changed.map(|rule| (rule.id, rule.priority)).collect()
    }

    /// 1. The order asked for is the order of priority, then id; nothing else changes.
    #[test]
    fn only_what_must_rise_is_changed() {
        let apart = [("a", 10), ("b", 5), ("c", 1)];
        assert_eq!(after(&apart, &["a", "b", "c"]), []);
        assert_eq!(after(&apart, &["a", "c", "b"]), [("c".to_owned(), 6)]);
        let same = [("a", 0), ("b", 0), ("c", 0)];
        assert_eq!(after(&same, &["a", "b", "c"]), []);
        let up = [("c".to_owned(), 1), ("a".to_owned(), 2)];
        assert_eq!(after(&same, &["a", "c", "b"]), up);
    }

    /// 2. A copy has an id that the rule set does not have yet.
    #[test]
    fn a_copy_is_another_rule() {
        let mut rules = with(&[("a", 0)]);
        let copy = duplicate(&rules.rules[0], &rules);
        assert_eq!(copy.id, "a-2");
        rules.rules.push(copy);
        assert_eq!(duplicate(&rules.rules[0], &rules).id, "a-3");
    }
}
