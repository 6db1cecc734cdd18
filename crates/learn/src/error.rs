//! What can go wrong in training and evaluation.

/// Why there is no model or no evaluation.
#[derive(Debug, thiserror::Error)]
pub enum LearnError {
    /// Somebody did not want it any more.
    #[error("the training was cancelled")]
    Cancelled,
    /// Nothing to evaluate on.
    #[error("{0}")]
    TooLittle(String),
    /// A file that cannot be read.
    #[error("cannot read {path}: {problem}")]
    File {
        /// Which.
        path: String,
        /// Why.
        problem: String,
    },
}
