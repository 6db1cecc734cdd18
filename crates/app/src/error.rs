//! What goes wrong, in the user's words.

use std::path::Path;

use endcap_connect::{ConnectError, Refusal};
use endcap_demo::DemoError;
use endcap_store::StoreError;
use endcap_vocab::{Problem, Problems};

/// What a user can do about an error; interfaces switch on this, never on text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorCode {
    /// Something that was given does not hold up: mend it.
    BadInput,
    /// A file, a disk or a snapshot is in the way: look at it.
    Unreadable,
    /// The user ended it: nothing to do.
    Cancelled,
}

/// An error as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserError {
    /// What to do about it.
    pub code: ErrorCode,
    /// What happened, to what: one sentence.
    pub summary: String,
    /// Every problem of a document, where that is what is wrong.
    pub problems: Vec<Problem>,
    /// What to do next.
    pub hint: Option<String>,
}

impl UserError {
    /// Something given that does not hold up.
    pub fn bad_input(summary: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::BadInput,
            summary: summary.into(),
            problems: Vec::new(),
            hint: None,
        }
    }

    /// A file, a disk or a snapshot that is in the way.
    pub fn unreadable(summary: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::Unreadable,
            ..Self::bad_input(summary)
        }
    }

    /// What the user ended before it was done.
    pub fn cancelled(summary: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::Cancelled,
            ..Self::bad_input(summary)
        }
    }

    /// A document that is refused, by the name of what it came from.
    #[must_use]
    pub fn refused(document: &str, problems: Problems) -> Self {
        let count = problems.problems.len();
        let s = if count == 1 { "" } else { "s" };
        Self {
            problems: problems.problems,
            ..Self::bad_input(format!("{document} has {count} problem{s}"))
        }
    }

    /// With what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl std::fmt::Display for UserError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.summary)
    }
}

impl std::error::Error for UserError {}

impl From<StoreError> for UserError {
    fn from(error: StoreError) -> Self {
        Self::unreadable(error.to_string())
    }
}

impl From<ConnectError> for UserError {
    fn from(error: ConnectError) -> Self {
        let summary = error.to_string();
        match error {
            ConnectError::NoFiles { .. }
            | ConnectError::Mapping { .. }
            | ConnectError::Unmapped { .. } => Self::bad_input(summary),
            ConnectError::Refused(report) => Self {
                problems: report.refusals.iter().map(problem_of).collect(),
                ..Self::bad_input(summary)
            },
            ConnectError::Cancelled => Self::cancelled(summary),
            ConnectError::Store(_) | ConnectError::Io { .. } | ConnectError::Staging(_) => {
                Self::unreadable(summary)
            }
        }
    }
}

fn problem_of(refusal: &Refusal) -> Problem {
    let line = refusal
        .line
        .map_or(String::new(), |line| format!(", line {line}"));
    Problem::new(format!("{}{line}", refusal.file), refusal.reason.as_str())
}

impl From<DemoError> for UserError {
    fn from(error: DemoError) -> Self {
        Self::unreadable(error.to_string())
    }
}

/// The bytes of a file.
///
/// # Errors
/// Where it cannot be read.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, UserError> {
    std::fs::read(path)
        .map_err(|error| UserError::unreadable(format!("cannot read {}: {error}", path.display())))
}

/// The name that is closest to what was written, where one is close.
pub(crate) fn closest<'n>(written: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    names
        .map(|name| (strsim::damerau_levenshtein(written, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 3)
        .min()
        .map(|(_, name)| name)
}
