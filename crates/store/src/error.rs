//! What can go wrong with a snapshot, by what to do about it.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use rusqlite::ffi;

/// Why a snapshot could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such file.
    #[error("there is no snapshot at {}; import data or check the path", path.display())]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// A file of another kind.
    #[error("{} is not a snapshot: {reason}", path.display())]
    NotASnapshot {
        /// Which file.
        path: PathBuf,
        /// What it is instead.
        reason: String,
    },
    /// A file of another kind where a model is to be written.
    #[error(
        "{} is no model and is not overwritten; give the model another name",
        path.display()
    )]
    NotAModel {
        /// Which file.
        path: PathBuf,
    },
    /// Written by a newer program.
    #[error(
        "{} is a snapshot of version {version}, and this program reads up to version {known}; \
         install a newer program or make the snapshot again",
        path.display()
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its version.
        version: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// Older, and it may not be brought up to date where it lies.
    #[error(
        "{} is a snapshot of the older version {version} and cannot be brought up to date \
         because the file or its folder is read-only; copy it to where it may be written",
        path.display()
    )]
    OlderReadOnly {
        /// Which file.
        path: PathBuf,
        /// Its version.
        version: i64,
    },
    /// The file is broken.
    #[error("{} is damaged: {reason}; make the snapshot again", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// How it shows.
        reason: String,
    },
    /// Another process holds it.
    #[error("another process is writing {}; try again when it is done", path.display())]
    Busy {
        /// Which file.
        path: PathBuf,
    },
    /// A row that breaks a rule of the catalogue; the writer can go on without it.
    #[error("{table}, {key}: {reason}")]
    Row {
        /// Table of the snapshot.
        table: &'static str,
        /// The row's key, in words.
        key: String,
        /// Which rule, a sentence without its full stop.
        reason: String,
    },
    /// A row whose key is there already; the writer can go on without it.
    #[error("{table}, {key}: a second row with this key; each stands once")]
    Duplicate {
        /// Table of the snapshot.
        table: &'static str,
        /// The row's key, in words.
        key: String,
    },
    /// The snapshot as a whole breaks a rule.
    #[error("the snapshot cannot be finished: {reason}")]
    Unfinished {
        /// Which rule, and the cure.
        reason: String,
    },
    /// The disk or its rights.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Anything else SQLite reports.
    #[error("cannot {doing} {}: {source}", path.display())]
    Sqlite {
        /// What was attempted.
        doing: &'static str,
        /// On which file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
}

impl StoreError {
    /// Sorts what SQLite says about the file at `path`.
    pub(crate) fn sqlite(
        path: &Path,
        doing: &'static str,
    ) -> impl FnOnce(rusqlite::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| match source.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotASnapshot {
                path,
                reason: "it is not a SQLite file".to_owned(),
            },
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged {
                path,
                reason: source.to_string(),
            },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            _ => Self::Sqlite {
                doing,
                path,
                source,
            },
        }
    }

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

    pub(crate) fn row(
        table: &'static str,
        key: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        Self::Row {
            table,
            key: key.into(),
            reason: reason.into(),
        }
    }
}

/// What to tell the writer of a row that breaks a constraint of the layout; `Err` gives an
/// error of another kind back.
///
/// A check constraint of the layout is named by its sentence; SQLite gives no code that
/// tells which constraint failed, so the name is read from its message.
pub(crate) fn broken_constraint(
    error: rusqlite::Error,
    table: &'static str,
    key: impl FnOnce() -> String,
) -> Result<StoreError, rusqlite::Error> {
    let rusqlite::Error::SqliteFailure(code, Some(message)) = &error else {
        return Err(error);
    };
    let named = message
        .split_once(": ")
        .map_or(message.as_str(), |(_, name)| name);
    match code.extended_code {
        ffi::SQLITE_CONSTRAINT_CHECK => Ok(StoreError::row(table, key(), named)),
        ffi::SQLITE_CONSTRAINT_NOTNULL => {
            let column = named.rsplit('.').next().unwrap_or(named);
            let reason = format!("`{column}` is missing or not a finite number");
            Ok(StoreError::row(table, key(), reason))
        }
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_UNIQUE => {
            Ok(StoreError::Duplicate { table, key: key() })
        }
        _ => Err(error),
    }
}
