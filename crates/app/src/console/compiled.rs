//! Rule sets made ready to rank with, each once.

use std::sync::{Arc, Mutex, PoisonError};

use endcap_engine::CompiledRules;
use endcap_vocab::RuleSet;

use crate::{UserError, Workspace};

/// How many rule sets are kept: live, the draft, none at all, and what a drag leaves behind.
const KEPT: usize = 8;

/// The rule sets compiled last, by the document they came from.
#[derive(Default)]
pub(super) struct Compiled {
    kept: Mutex<Vec<(Arc<RuleSet>, Arc<CompiledRules>)>>,
}

impl Compiled {
    /// A rule set, compiled now or before.
    pub(super) fn get(&self, rules: &Arc<RuleSet>) -> Result<Arc<CompiledRules>, UserError> {
        let known = |kept: &Vec<(Arc<RuleSet>, Arc<CompiledRules>)>| {
            let same = kept.iter().find(|(of, _)| Arc::ptr_eq(of, rules));
            same.map(|(_, compiled)| Arc::clone(compiled))
        };
        let lock = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(compiled) = known(&lock()) {
            return Ok(compiled);
        }
        // Not while the lock is held: other lanes go on. An edit leaves most rules as they were.
        let last = lock().last().map(|(_, compiled)| Arc::clone(compiled));
        let compiled = Arc::new(match last {
            Some(last) => Workspace::recompile(&last, rules)?,
            None => Workspace::compile(rules)?,
        });
        let mut kept = lock();
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push((Arc::clone(rules), Arc::clone(&compiled)));
        Ok(compiled)
    }
}
