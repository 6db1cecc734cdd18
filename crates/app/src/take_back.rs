//! Takes one change of a draft back, and leaves the others.

use endcap_rules::diff::Change;
use endcap_vocab::RuleSet;
use serde_json::{Map, Value};

/// A rule set without one of its changes to live; `None` where the change cannot be taken back
/// alone.
#[must_use]
pub fn take_back(change: &Change, rules: &RuleSet) -> Option<RuleSet> {
    let mut document = serde_json::to_value(rules).ok()?;
    let path: Vec<String> = change.path.split('/').map(unescaped).collect();
    let (last, above) = path.split_last()?;
    let before = change.before.clone();
    match above {
        [rules] if rules == "rules" => set_rule(document.get_mut("rules")?, last, before)?,
        [rules, id, within @ ..] if rules == "rules" => {
            let list = document.get_mut("rules")?.as_array_mut()?;
            let rule = list.iter_mut().find(|rule| rule["id"] == id.as_str())?;
            set(rule, within, last, before)?;
        }
        _ => set(&mut document, above, last, before)?,
    }
    // A category without weights would still count as one of its own.
    let categories = document.pointer_mut("/objective/categories");
    if let Some(Value::Object(categories)) = categories {
        categories.retain(|_, weights| weights.as_object().is_none_or(|all| !all.is_empty()));
    }
    serde_json::from_value(document).ok()
}

fn unescaped(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

fn set_rule(rules: &mut Value, id: &str, before: Option<Value>) -> Option<()> {
    let rules = rules.as_array_mut()?;
    rules.retain(|rule| rule["id"] != id);
    rules.extend(before);
    Some(())
}

fn set(document: &mut Value, above: &[String], last: &str, before: Option<Value>) -> Option<()> {
    let mut parent = document;
    for part in above {
        let parts = parent.as_object_mut()?;
        parent = parts
            .entry(part.clone())
            .or_insert_with(|| Value::Object(Map::new()));
    }
    let parent = parent.as_object_mut()?;
    match before {
        Some(before) => parent.insert(last.to_owned(), before),
        None => parent.remove(last),
    };
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes;
    use endcap_vocab::{Effect, Signal, Weights};

    /// 1. Whatever was changed, each change can be taken back alone, and then they are all gone.
    #[test]
    fn changes_are_taken_back_one_by_one() {
        let live = endcap_demo::rule_set();
        let mut draft = live.clone();
        draft.rules[1].enabled = false;
        draft.rules[6].effect = Effect::Boost { percent: 80.0 };
        draft.rules[6].name = "Another name".to_owned();
        draft.rules[6].scope.channels = vec!["app".to_owned()];
        draft.rules.remove(3);
        let added = endcap_vocab::Rule {
            id: "added".to_owned(),
            ..draft.rules[0].clone()
        };
        draft.rules.push(added);
        draft.objective.default.0.insert(Signal::Margin, 0.9);
        let weights = Weights([(Signal::Rating, 2.0)].into());
        draft
            .objective
            .categories
            .insert("home/kitchen".to_owned(), weights);
        let mut left = changes(&live, &draft).len();
        assert!(left >= 8, "{left}");
        while left > 0 {
            let change = changes(&live, &draft).swap_remove(0);
            draft = take_back(&change, &draft).expect("a change that can be taken back");
            let now = changes(&live, &draft).len();
            assert_eq!(now, left - 1, "after {}", change.sentence);
            left = now;
        }
    }
}
