//! The draft: the rule set that is being worked on, beside the one that is live.

use std::sync::Arc;

use endcap_vocab::RuleSet;

use super::Edit;
use crate::documents::changes;
use endcap_rules::diff::Change;

/// One thing a person did, and what takes it back.
#[derive(Debug, Clone)]
struct Step {
    label: String,
    /// In the order they are to be applied.
    back: Vec<Edit>,
    /// The gesture it belongs to, while that goes on.
    gesture: Option<u64>,
}

/// The rule set that is being worked on.
#[derive(Debug, Clone)]
pub struct Draft {
    live: Arc<RuleSet>,
    rules: Arc<RuleSet>,
    revision: u64,
    undo: Vec<Step>,
    redo: Vec<Step>,
}

impl Draft {
    /// A draft that starts at `rules`.
    #[must_use]
    pub fn new(live: Arc<RuleSet>, rules: Arc<RuleSet>) -> Self {
        Self {
            live,
            rules,
            revision: 0,
            undo: Vec::new(),
            redo: Vec::new(),
        }
    }

    /// What production holds.
    #[must_use]
    pub fn live(&self) -> &Arc<RuleSet> {
        &self.live
    }

    /// Holds the draft against other rules from now on.
    pub(super) fn set_live(&mut self, live: Arc<RuleSet>) {
        self.live = live;
        self.revision += 1;
    }

    /// What is being worked on.
    #[must_use]
    pub fn rules(&self) -> &Arc<RuleSet> {
        &self.rules
    }

    /// Grows with every change, undo and redo.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// What differs from live, in sentences.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        changes(&self.live, &self.rules)
    }

    /// Does `edits` as one step; a step of the same gesture as the last one joins it. Says
    /// whether anything changed.
    pub(super) fn edit(&mut self, label: String, edits: Vec<Edit>, gesture: Option<u64>) -> bool {
        let before = (Arc::clone(&self.rules), self.revision);
        let mut back = self.apply(edits);
        if *before.0 == *self.rules {
            (self.rules, self.revision) = before;
            return false;
        }
        self.redo.clear();
        match self.undo.last_mut() {
            Some(last) if gesture.is_some() && last.gesture == gesture => {
                back.append(&mut last.back);
                last.back = compacted(back);
                last.label = label;
            }
            _ => self.undo.push(Step {
                label,
                back,
                gesture,
            }),
        }
        true
    }

    /// Takes back the step of a gesture that was given up, and forgets it. Says whether there
    /// was one.
    pub(super) fn give_up(&mut self, gesture: u64) -> bool {
        let Some(step) = self.undo.pop_if(|step| step.gesture == Some(gesture)) else {
            return false;
        };
        self.apply(step.back);
        true
    }

    /// What undo would take back.
    #[must_use]
    pub fn undo_label(&self) -> Option<&str> {
        self.undo.last().map(|step| step.label.as_str())
    }

    /// What redo would do again.
    #[must_use]
    pub fn redo_label(&self) -> Option<&str> {
        self.redo.last().map(|step| step.label.as_str())
    }

    /// Takes back the last step; gives what it was.
    pub(super) fn undo(&mut self) -> Option<String> {
        let step = self.undo.pop()?;
        let back = self.apply(step.back);
        self.redo.push(Step {
            label: step.label.clone(),
            back,
            gesture: None,
        });
        Some(step.label)
    }

    /// Does again what was taken back last; gives what it was.
    pub(super) fn redo(&mut self) -> Option<String> {
        let step = self.redo.pop()?;
        let back = self.apply(step.back);
        self.undo.push(Step {
            label: step.label.clone(),
            back,
            gesture: None,
        });
        Some(step.label)
    }

    /// Applies edits in order; what comes back takes them back in order.
    fn apply(&mut self, edits: Vec<Edit>) -> Vec<Edit> {
        let rules = Arc::make_mut(&mut self.rules);
        let mut back: Vec<Edit> = edits.into_iter().map(|edit| edit.apply(rules)).collect();
        back.reverse();
        self.revision += 1;
        back
    }
}

/// A gesture sets the same weight a hundred times: only the value before the first is wanted.
fn compacted(back: Vec<Edit>) -> Vec<Edit> {
    let same = |a: &Edit, b: &Edit| match (a, b) {
        (
            Edit::SetWeight {
                category, signal, ..
            },
            Edit::SetWeight {
                category: other_category,
                signal: other_signal,
                ..
            },
        ) => category == other_category && signal == other_signal,
        _ => false,
    };
    let mut kept: Vec<Edit> = Vec::with_capacity(back.len());
    for edit in back {
        match kept.last_mut() {
            Some(last) if same(last, &edit) => *last = edit,
            _ => kept.push(edit),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use endcap_vocab::Signal;

    fn draft() -> Draft {
        let rules = Arc::new(endcap_demo::rule_set());
        Draft::new(Arc::clone(&rules), rules)
    }

    fn weigh(draft: &mut Draft, weight: f64, gesture: Option<u64>) {
        let edit = Edit::SetWeight {
            category: None,
            signal: Signal::Margin,
            weight: Some(weight),
        };
        draft.edit("Margin".to_owned(), vec![edit], gesture);
    }

    fn margin(draft: &Draft) -> f64 {
        draft.rules().objective.default.0[&Signal::Margin]
    }

    /// 1. A whole drag is one step back; the next drag is another.
    #[test]
    fn a_gesture_is_one_step_of_undo() {
        let mut draft = draft();
        let start = margin(&draft);
        for step in 1..=100_u32 {
            weigh(&mut draft, f64::from(step) / 50.0, Some(1));
        }
        weigh(&mut draft, 3.0, Some(2));
        assert_eq!(draft.undo().as_deref(), Some("Margin"));
        assert!((margin(&draft) - 2.0).abs() < 1e-12);
        draft.undo();
        assert!((margin(&draft) - start).abs() < 1e-12);
        assert_eq!(draft.undo(), None);
        draft.redo();
        draft.redo();
        assert!((margin(&draft) - 3.0).abs() < 1e-12);
        assert_eq!(draft.redo(), None);
    }

    /// 2. Ten thousand steps come back, one by one; a new edit forgets what could be redone.
    #[test]
    fn undo_has_no_limit_and_a_new_edit_ends_redo() {
        let mut draft = draft();
        let start = Arc::clone(draft.rules());
        for step in 0..10_000_u32 {
            weigh(&mut draft, 1.0 + f64::from(step) / 10_000.0, None);
        }
        while draft.undo().is_some() {}
        assert_eq!(draft.rules(), &start);
        draft.redo();
        weigh(&mut draft, 9.0, None);
        assert_eq!(draft.redo_label(), None);
    }

    /// 4. A gesture that is given up leaves nothing: no step, and nothing to do again.
    #[test]
    fn a_gesture_given_up_leaves_no_trace() {
        let mut draft = draft();
        weigh(&mut draft, 2.5, None);
        for step in 1..=5_u32 {
            weigh(&mut draft, f64::from(step), Some(7));
        }
        assert!(!draft.give_up(8));
        assert!(draft.give_up(7));
        assert!((margin(&draft) - 2.5).abs() < 1e-12);
        assert_eq!(draft.undo_label(), Some("Margin"));
        assert_eq!(draft.redo_label(), None);
        assert!(!draft.give_up(7));
    }

    /// 3. What changes nothing is no step.
    #[test]
    fn an_edit_without_effect_leaves_no_step() {
        let mut draft = draft();
        let same = margin(&draft);
        weigh(&mut draft, same, None);
        assert_eq!(draft.undo_label(), None);
    }
}
