//! What keeps the draft and the session on the disk, off the interface thread.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use endcap_vocab::RuleSet;

use super::home::write_json;
use super::{Lane, Session, Wake};
use crate::UserError;

/// How long to wait before a draft that could not be written is written again.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Drafts that are not on the disk yet, by where they go: of each the newest.
type Pending = Arc<Mutex<BTreeMap<PathBuf, Arc<RuleSet>>>>;

/// Writes whatever is newest, as soon as it is there. What cannot be written is tried again
/// until it can.
pub(super) struct Keeper {
    pending: Pending,
    drafts: Lane<()>,
    sessions: Lane<()>,
}

/// Whether the draft is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping<'k> {
    /// As it is in the window.
    Kept,
    /// On its way.
    Underway,
    /// Not, and why; the window still has it.
    NotKept(&'k UserError),
}

impl Keeper {
    pub(super) fn new(wake: Wake) -> Self {
        Self {
            pending: Pending::default(),
            drafts: Lane::new(Arc::clone(&wake)),
            sessions: Lane::new(wake),
        }
    }

    pub(super) fn draft(&mut self, path: PathBuf, rules: Arc<RuleSet>) {
        lock(&self.pending).insert(path, rules);
        self.write_after(Duration::ZERO);
    }

    /// The draft that goes to `path` and is not there yet.
    pub(super) fn pending(&self, path: &Path) -> Option<Arc<RuleSet>> {
        lock(&self.pending).get(path).cloned()
    }

    fn write_after(&mut self, pause: Duration) {
        let pending = Arc::clone(&self.pending);
        self.drafts
            .ask_after(pause, 0, move |_| write_drafts(&pending));
    }

    pub(super) fn session(&mut self, path: PathBuf, session: Session) {
        self.sessions.ask(0, move |_| write_json(&path, &session));
    }

    pub(super) fn keeping(&self) -> Keeping<'_> {
        match self.drafts.error() {
            Some(error) => Keeping::NotKept(error),
            None if self.drafts.is_busy() => Keeping::Underway,
            None => Keeping::Kept,
        }
    }

    /// What could not be written since the last time.
    pub(super) fn poll(&mut self) -> Vec<UserError> {
        let lanes = [&mut self.drafts, &mut self.sessions];
        let news = lanes.into_iter().filter_map(|lane| {
            let news = lane.poll();
            lane.error().filter(|_| news).cloned()
        });
        let news = news.collect();
        if self.drafts.error().is_some() && !self.drafts.is_busy() {
            self.write_after(RETRY_AFTER);
        }
        news
    }

    /// Writes what is not written yet, and waits for it.
    pub(super) fn flush(&mut self) {
        if !lock(&self.pending).is_empty() {
            self.write_after(Duration::ZERO);
        }
        while self.drafts.is_busy() || self.sessions.is_busy() {
            std::thread::sleep(Duration::from_millis(1));
            self.drafts.poll();
            self.sessions.poll();
        }
    }
}

/// Writes every draft that waits; the first that cannot be written ends it, and stays.
fn write_drafts(pending: &Pending) -> Result<(), UserError> {
    loop {
        let first = |(path, rules): (&PathBuf, &Arc<RuleSet>)| (path.clone(), Arc::clone(rules));
        let Some((path, rules)) = lock(pending).first_key_value().map(first) else {
            return Ok(());
        };
        write_json(&path, &*rules)?;
        let mut pending = lock(pending);
        // One that came meanwhile is still to be written.
        if pending
            .get(&path)
            .is_some_and(|newest| Arc::ptr_eq(newest, &rules))
        {
            pending.remove(&path);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What cannot be written stays and is written once it can; drafts of other data do not
    /// take each other's place.
    #[test]
    fn what_cannot_be_written_is_written_later() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut keeper = Keeper::new(Arc::new(|| ()));
        // A file stands where the folder of drafts should be.
        let drafts = folder.path().join("drafts");
        std::fs::write(&drafts, "in the way").expect("a file");
        let rules = Arc::new(RuleSet::default());
        let (one, other) = (drafts.join("one.json"), drafts.join("other.json"));
        keeper.draft(one.clone(), Arc::clone(&rules));
        keeper.draft(other.clone(), Arc::clone(&rules));
        keeper.flush();
        assert!(matches!(keeper.keeping(), Keeping::NotKept(_)));
        assert!(keeper.pending(&one).is_some());
        std::fs::remove_file(&drafts).expect("no file");
        keeper.flush();
        assert_eq!(keeper.keeping(), Keeping::Kept);
        assert!(one.is_file() && other.is_file());
        assert!(keeper.pending(&one).is_none());
    }
}
