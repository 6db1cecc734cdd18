//! What can go wrong on the way in or out, by what to do about it.

use std::path::{Path, PathBuf};

use endcap_store::StoreError;

use crate::QualityReport;
use crate::report::rows;

/// Why an import or export did not happen; the snapshot is then as it was.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The folder has nothing to import.
    #[error("{} holds no .csv or .csv.gz file; check the path", path.display())]
    NoFiles {
        /// Which folder.
        path: PathBuf,
    },
    /// A statement of the mapping fails.
    #[error("mapping {mapping}, line {line}, `{statement}`: {reason}")]
    Mapping {
        /// The mapping's name.
        mapping: String,
        /// Line of the mapping on which the statement begins, from 1.
        line: usize,
        /// How the statement begins.
        statement: String,
        /// What is wrong, and the cure where one is known.
        reason: String,
    },
    /// The mapping runs, and what it makes is no snapshot.
    #[error("mapping {mapping}: {reason}")]
    Unmapped {
        /// The mapping's name.
        mapping: String,
        /// What it lacks, and the cure.
        reason: String,
    },
    /// A strict import that refused rows.
    #[error("refused {}, so nothing was imported; the first: {}", rows(.0.refused), first(.0))]
    Refused(Box<QualityReport>),
    /// The caller asked to stop.
    #[error("the import was cancelled; nothing was imported")]
    Cancelled,
    /// The snapshot could not be written or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The disk or its rights.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The database in which rows are prepared fails, as on a full disk.
    #[error("cannot prepare the rows: {0}")]
    Staging(#[from] rusqlite::Error),
}

impl ConnectError {
    pub(crate) fn io(
        path: &Path,
        doing: &'static str,
    ) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Io {
            doing,
            path,
            source,
        }
    }
}

fn first(report: &QualityReport) -> String {
    report
        .refusals
        .first()
        .map_or_else(String::new, ToString::to_string)
}
