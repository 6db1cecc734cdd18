//! What can go wrong in training and evaluation.

/// Why there is no model or no evaluation.
#[derive(Debug, thiserror::Error)]
pub enum LearnError {
    /// Somebody did not want it any more.
    #[error("it was cancelled before it was done; nothing was written")]
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
    /// Bytes of something else.
    #[error("it is no model of this program")]
    NotAModel,
    /// Written by a newer program.
    #[error(
        "it is a model of version {version}, and this program reads up to version {known}; \
         install a newer program or train again"
    )]
    NewerModel {
        /// Its version.
        version: u32,
        /// The newest version this program knows.
        known: u32,
    },
    /// Written by an older program.
    #[error("an older program trained it; train again")]
    OlderModel,
    /// Bytes that are not as they were written.
    #[error("it is damaged: {0}; train again")]
    DamagedModel(&'static str),
}
