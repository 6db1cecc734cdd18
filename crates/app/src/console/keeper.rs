//! What keeps the draft and the session on the disk, off the interface thread.

use std::path::PathBuf;
use std::sync::Arc;

use endcap_vocab::RuleSet;

use super::home::write_json;
use super::{Lane, Session, Wake};
use crate::UserError;

/// Writes whatever is newest, as soon as it is there.
pub(super) struct Keeper {
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
            drafts: Lane::new(Arc::clone(&wake)),
            sessions: Lane::new(wake),
        }
    }

    pub(super) fn draft(&mut self, path: PathBuf, rules: Arc<RuleSet>) {
        self.drafts.ask(0, move |_| write_json(&path, &*rules));
    }

    pub(super) fn session(&mut self, path: PathBuf, session: Session) {
        self.sessions.ask(0, move |_| write_json(&path, &session));
    }

    pub(super) fn keeping(&self) -> Keeping<'_> {
        match self.drafts.error() {
            _ if self.drafts.is_busy() => Keeping::Underway,
            Some(error) => Keeping::NotKept(error),
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
        news.collect()
    }

    /// Waits for what is being written.
    pub(super) fn flush(&mut self) {
        while self.drafts.is_busy() || self.sessions.is_busy() {
            std::thread::sleep(std::time::Duration::from_millis(1));
            self.drafts.poll();
            self.sessions.poll();
        }
    }
}
