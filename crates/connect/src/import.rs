//! From a folder of CSV files to a snapshot.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;

use endcap_store::SnapshotWriter;
use endcap_store::tables::{PRODUCTS, TABLES, Table};
use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::fence::Fence;
use crate::source::{self, Loader};
use crate::sql::quoted;
use crate::transfer::Transfer;
use crate::{CANONICAL_MAPPING, ConnectError, QualityReport, functions, mapping};

/// What the canonical set got after its first release; a file without it is as sound as before.
const LATER_COLUMNS: [(Table, &str); 1] = [(PRODUCTS, "image")];

/// How to import.
pub struct ImportOptions<'a> {
    /// The mapping: SQL.
    pub mapping: &'a str,
    /// What errors and the report call it, such as its file name.
    pub mapping_name: &'a str,
    /// Whether one refused row refuses the whole import.
    pub strict: bool,
    /// Told how far the import is; `Break` cancels it, and nothing is imported. A statement
    /// of the mapping is not interrupted.
    pub progress: &'a mut dyn FnMut(Progress<'_>) -> ControlFlow<()>,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// What is being done.
    pub stage: Stage,
    /// To which file, statement or table.
    pub name: &'a str,
    /// Rows so far; for the mapping, statements.
    pub rows: u64,
}

/// The stages of an import, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Files are read.
    Reading,
    /// The mapping runs.
    Mapping,
    /// Rows are tested and written.
    Writing,
}

/// Imports the CSV files of `dir` by a mapping and puts the snapshot at `into`.
///
/// Rows that cannot be read, and rows of the mapping that break a rule of the catalogue, are
/// refused one by one in the report, and the rest goes on. Importing the same files by the
/// same mapping gives the same snapshot.
///
/// # Errors
/// A folder without CSV files, a mapping that fails, a cancelled import, a disk that refuses;
/// with `strict`, a refused row. What was at `into` is then still there.
pub fn import(
    dir: &Path,
    into: &Path,
    options: ImportOptions<'_>,
) -> Result<QualityReport, ConnectError> {
    let ImportOptions {
        mapping,
        mapping_name,
        strict,
        progress,
    } = options;
    let mut tick = |stage, name: &str, rows| match progress(Progress { stage, name, rows }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(ConnectError::Cancelled),
    };
    let files = source::files(dir)?;
    let mut report = QualityReport::new(mapping_name, source::hash(&files, mapping)?);
    let mut connection = staging()?;

    let mut loader = Loader {
        connection: &connection,
        report: &mut report,
        tick: &mut |name, rows| tick(Stage::Reading, name, rows),
        tables: BTreeSet::new(),
    };
    for file in &files {
        (loader.tick)(&file.name, 0)?;
        loader.load(file)?;
    }
    if mapping == CANONICAL_MAPPING {
        add_missing_tables(&connection, &loader.tables)?;
        add_later_columns(&connection)?;
    }

    let fence = Fence::put_up(&mut connection)?;
    for (done, statement) in (0..).zip(mapping::statements(mapping)) {
        tick(Stage::Mapping, &statement.beginning(), done)?;
        statement
            .run(&connection, &fence, mapping_name)
            .map_err(|error| with_refused_files(error, &report))?;
    }
    fence.lift(&mut connection)?;

    let mut writer = SnapshotWriter::create(into)?;
    Transfer {
        connection: &connection,
        writer: &mut writer,
        report: &mut report,
        tick: &mut |name, rows| tick(Stage::Writing, name, rows),
    }
    .run()?;
    if strict && report.refused > 0 {
        return Err(ConnectError::Refused(Box::new(report)));
    }
    writer.finish(&report.made_from)?;
    Ok(report)
}

/// A database of its own, gone when closed: `main` has the tables that the mapping fills,
/// without any constraint, and `source` those of the files. The snapshot being written is out
/// of a mapping's reach.
fn staging() -> Result<Connection, ConnectError> {
    let connection = Connection::open("")?;
    // A misspelt column in double quotes is an error, not a text.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; ATTACH '' AS source; \
         PRAGMA source.journal_mode = OFF; PRAGMA source.synchronous = OFF; BEGIN;",
    )?;
    functions::add(&connection)?;
    for table in &TABLES {
        let columns: String = table
            .columns
            .iter()
            .map(|column| format!("{}, ", quoted(column)))
            .collect();
        connection.execute_batch(&format!(
            "CREATE TABLE main.{} ({columns} _file, _line)",
            quoted(table.name)
        ))?;
    }
    Ok(connection)
}

/// In the canonical set a table without rows may be left out.
fn add_missing_tables(
    connection: &Connection,
    there: &BTreeSet<String>,
) -> Result<(), ConnectError> {
    for table in TABLES.iter().filter(|table| !there.contains(table.name)) {
        let columns: Vec<String> = table.columns.iter().map(|name| quoted(name)).collect();
        connection.execute_batch(&format!(
            "CREATE TABLE source.{} ({}, _file, _line)",
            quoted(table.name),
            columns.join(", ")
        ))?;
    }
    Ok(())
}

/// Adds, without a value, the columns that exports of older programs do not have.
fn add_later_columns(connection: &Connection) -> Result<(), ConnectError> {
    for (table, column) in LATER_COLUMNS {
        if !connection.column_exists(Some("source"), table.name, column)? {
            connection.execute_batch(&format!(
                "ALTER TABLE source.{} ADD COLUMN {}",
                quoted(table.name),
                quoted(column)
            ))?;
        }
    }
    Ok(())
}

/// A statement often fails because a file it reads was refused; then that is the reason.
fn with_refused_files(error: ConnectError, report: &QualityReport) -> ConnectError {
    let ConnectError::Mapping {
        mapping,
        line,
        statement,
        mut reason,
    } = error
    else {
        return error;
    };
    for file in report
        .files
        .iter()
        .filter(|file| file.read == 0 && file.refused > 0)
    {
        let refusal = report
            .refusals
            .iter()
            .find(|refusal| refusal.file == file.file);
        if let Some(refusal) = refusal {
            reason.push_str(&format!("; {refusal}"));
        }
    }
    ConnectError::Mapping {
        mapping,
        line,
        statement,
        reason,
    }
}
