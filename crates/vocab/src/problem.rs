//! What is wrong with a document, and where.

use serde::{Deserialize, Serialize};

/// One thing wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Problem {
    /// Where: a JSON Pointer (RFC 6901), `""` for the document itself.
    pub path: String,
    /// What, and the cure: a sentence.
    pub problem: String,
}

impl Problem {
    /// A problem at a pointer.
    pub fn new(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            problem: problem.into(),
        }
    }
}

/// Every problem of a document. As JSON, what a refusal prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problems {
    /// At least one where this is an error.
    pub problems: Vec<Problem>,
}

impl std::fmt::Display for Problems {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, Problem { path, problem }) in self.problems.iter().enumerate() {
            let newline = if index == 0 { "" } else { "\n" };
            let place = if path.is_empty() { "document" } else { path };
            write!(out, "{newline}{place}: {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// Extends a JSON Pointer by one segment, escaping `~` and `/` as RFC 6901 asks.
#[must_use]
pub fn pointer_join(path: &str, segment: impl std::fmt::Display) -> String {
    let segment = segment.to_string();
    if segment.contains(['~', '/']) {
        format!("{path}/{}", segment.replace('~', "~0").replace('/', "~1"))
    } else {
        format!("{path}/{segment}")
    }
}
