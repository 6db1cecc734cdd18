//! What failed lately, so that it is not tried again with every frame.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::PictureError;

/// Failures that are remembered; a broken catalogue of any size takes no more.
const MOST: usize = 10_000;

/// Failures by what failed: a picture's key or a host.
#[derive(Default)]
pub(super) struct Failures {
    until: Mutex<BTreeMap<String, (SystemTime, PictureError)>>,
}

impl Failures {
    /// How `what` failed, while it is not yet time to try again.
    pub(super) fn of(&self, what: &str, now: SystemTime) -> Option<PictureError> {
        let until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, error) = until.get(what)?;
        (now < *until).then(|| error.clone())
    }

    /// Remembers how `what` failed.
    pub(super) fn remember(
        &self,
        what: &str,
        error: &PictureError,
        now: SystemTime,
        retry_after: Duration,
    ) {
        let mut all = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.retain(|_, (until, _)| now < *until);
        }
        // Still full: the thing is tried again at once, which is slow and never wrong.
        if all.len() < MOST
            && let Some(until) = now.checked_add(retry_after)
        {
            all.insert(what.to_owned(), (until, error.clone()));
        }
    }
}
