//! Why a picture cannot be shown.

use thiserror::Error;

/// Why a picture cannot be shown; `place` is where it should be, without passwords.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PictureError {
    /// The place is none that pictures are taken from: the data wants mending.
    #[error("no picture is taken from `{place}`: {reason}")]
    Place {
        /// Where it should be.
        place: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Nothing comes from there now: it may later.
    #[error("the picture at `{place}` cannot be read now: {reason}")]
    Unavailable {
        /// Where it should be.
        place: String,
        /// What stands in the way.
        reason: String,
    },
    /// What is there cannot be shown: it wants replacing.
    #[error("what is at `{place}` cannot be shown: {reason}")]
    Unusable {
        /// Where it is.
        place: String,
        /// What is wrong with it.
        reason: String,
    },
}
