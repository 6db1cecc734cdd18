//! The layout of a snapshot file and how an older one is brought up to date.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::StoreError;

/// In the file's header, tells a snapshot from any other SQLite file: `EnCp` in ASCII.
pub(crate) const APPLICATION_ID: i64 = 0x456e_4370;

/// The first layout there was.
const FIRST_VERSION: i64 = 1;

/// SQL by version: entry n brings a file of version n + 1 to version n + 2. The layout of a
/// new file already has what they add.
const MIGRATIONS: &[&str] = &[];

/// The layout of a new file.
const LAYOUT: &str = include_str!("layout.sql");

/// The newest version this program knows.
pub(crate) const VERSION: i64 = FIRST_VERSION + MIGRATIONS.len() as i64;

/// Makes an empty file a snapshot's.
pub(crate) fn create(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(LAYOUT)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", VERSION)
}

/// Opens a snapshot to read, once it is of the version this program knows.
pub(crate) fn open(path: &Path) -> Result<Connection, StoreError> {
    open_with(path, MIGRATIONS)
}

fn open_with(path: &Path, migrations: &[&str]) -> Result<Connection, StoreError> {
    let known = FIRST_VERSION + migrations.len() as i64;
    let mut connection = open_raw(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let version = version(path, &connection)?;
    if version > known {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            version,
            known,
        });
    }
    if version < known {
        drop(connection);
        migrate(path, version, migrations)?;
        connection = open_raw(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    }
    stand_in_for_images(&connection).map_err(StoreError::sqlite(path, "read"))?;
    Ok(connection)
}

/// Gives a reader of a file from before there were images an empty table of them; the file
/// stays as it is.
fn stand_in_for_images(connection: &Connection) -> rusqlite::Result<()> {
    if connection.table_exists(None, "images")? {
        return Ok(());
    }
    connection
        .execute_batch("CREATE TEMP VIEW images AS SELECT NULL AS sku, NULL AS image WHERE false")
}

fn open_raw(path: &Path, access: OpenFlags) -> Result<Connection, StoreError> {
    if !path.exists() {
        return Err(StoreError::Missing {
            path: path.to_owned(),
        });
    }
    if path.is_dir() {
        return Err(StoreError::NotASnapshot {
            path: path.to_owned(),
            reason: "it is a folder".to_owned(),
        });
    }
    Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(StoreError::sqlite(path, "open"))
}

/// The version of a file that says it is a snapshot.
fn version(path: &Path, connection: &Connection) -> Result<i64, StoreError> {
    let number = |pragma| {
        connection
            .pragma_query_value(None, pragma, |row| row.get::<_, i64>(0))
            .map_err(StoreError::sqlite(path, "read"))
    };
    if number("application_id")? != APPLICATION_ID {
        return Err(StoreError::NotASnapshot {
            path: path.to_owned(),
            reason: "it is a SQLite file of another program".to_owned(),
        });
    }
    let version = number("user_version")?;
    if version < FIRST_VERSION {
        return Err(StoreError::Damaged {
            path: path.to_owned(),
            reason: format!("its version is {version}, which never was"),
        });
    }
    Ok(version)
}

/// Brings a file up to date where it lies: all steps in one transaction under SQLite's write
/// lock, so that another process sees the old file or the new one and never migrates twice.
fn migrate(path: &Path, found: i64, migrations: &[&str]) -> Result<(), StoreError> {
    let refuse_read_only = |error: StoreError| match error {
        StoreError::Sqlite { ref source, .. }
            if matches!(
                source.sqlite_error_code(),
                Some(rusqlite::ErrorCode::ReadOnly | rusqlite::ErrorCode::CannotOpen)
            ) =>
        {
            StoreError::OlderReadOnly {
                path: path.to_owned(),
                version: found,
            }
        }
        error => error,
    };
    let failed = |source| refuse_read_only(StoreError::sqlite(path, "bring up to date")(source));
    let mut connection =
        open_raw(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(refuse_read_only)?;
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    // Read again under the lock: another process may have been first.
    let version = version(path, &transaction)?;
    let done = usize::try_from(version - FIRST_VERSION).unwrap_or(usize::MAX);
    let steps = migrations.get(done..).unwrap_or_default();
    for step in steps {
        transaction.execute_batch(step).map_err(failed)?;
    }
    transaction
        .pragma_update(None, "user_version", version + steps.len() as i64)
        .map_err(failed)?;
    transaction.commit().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: &[&str] = &[
        "ALTER TABLE locations ADD COLUMN name TEXT",
        "UPDATE locations SET name = 'of ' || region",
    ];

    fn old_file(folder: &Path) -> std::path::PathBuf {
        let path = folder.join("old.snapshot");
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch(LAYOUT).unwrap();
        connection
            .execute_batch("INSERT INTO locations VALUES ('s1', 'north', 'UTC')")
            .unwrap();
        connection
            .pragma_update(None, "application_id", APPLICATION_ID)
            .unwrap();
        connection
            .pragma_update(None, "user_version", FIRST_VERSION)
            .unwrap();
        path
    }

    fn user_version(path: &Path) -> i64 {
        let connection = Connection::open(path).unwrap();
        connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn an_older_file_takes_every_step_it_lacks_and_keeps_its_rows() {
        let folder = tempfile::tempdir().unwrap();
        let path = old_file(folder.path());
        let one = open_with(&path, &STEPS[..1]).unwrap();
        drop(one);
        assert_eq!(user_version(&path), 2);
        let connection = open_with(&path, STEPS).unwrap();
        let name: String = connection
            .query_row("SELECT name FROM locations WHERE id = 's1'", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(name, "of north");
        assert_eq!(user_version(&path), 3);
    }

    #[test]
    fn a_step_that_fails_leaves_the_older_file_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = old_file(folder.path());
        let before = std::fs::read(&path).unwrap();
        let steps = [STEPS[0], "UPDATE nowhere SET name = 'x'"];
        let error = open_with(&path, &steps).unwrap_err();
        assert!(error.to_string().contains("nowhere"), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn an_older_file_that_another_process_writes_is_busy() {
        let folder = tempfile::tempdir().unwrap();
        let path = old_file(folder.path());
        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        // rusqlite waits five seconds by default before it gives up.
        let error = open_with(&path, STEPS).unwrap_err();
        assert!(matches!(error, StoreError::Busy { .. }), "{error}");
    }
}
