//! How far a training is, and whether it is still wanted.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::LearnError;

/// How far a training is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done, in words.
    pub doing: &'static str,
    /// How much of it is done.
    pub done: usize,
    /// How much there is to do.
    pub of: usize,
}

/// Told of progress, from any thread; a `Break` cancels the training.
#[derive(Clone, Copy)]
pub struct Watch<'w>(&'w (dyn Fn(Progress) -> ControlFlow<()> + Sync));

impl<'w> Watch<'w> {
    /// A watch that tells `report`.
    #[must_use]
    pub fn new(report: &'w (dyn Fn(Progress) -> ControlFlow<()> + Sync)) -> Self {
        Self(report)
    }

    /// A watch that nobody looks at.
    #[must_use]
    pub fn nobody() -> Self {
        Self(&|_| ControlFlow::Continue(()))
    }

    /// A task of `of` steps.
    pub(crate) fn task(self, doing: &'static str, of: usize) -> Task<'w> {
        Task {
            watch: self,
            doing,
            of,
            done: AtomicUsize::new(0),
        }
    }
}

/// A task under watch.
pub(crate) struct Task<'w> {
    watch: Watch<'w>,
    doing: &'static str,
    of: usize,
    done: AtomicUsize,
}

impl Task<'_> {
    /// Some steps more are done.
    pub(crate) fn step(&self, steps: usize) -> Result<(), LearnError> {
        let done = self.done.fetch_add(steps, Ordering::Relaxed) + steps;
        let progress = Progress {
            doing: self.doing,
            done: done.min(self.of),
            of: self.of,
        };
        match (self.watch.0)(progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(LearnError::Cancelled),
        }
    }
}
