//! The file a snapshot or a model grows in until it is whole.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::StoreError;
use crate::layout::APPLICATION_ID;

/// A file beside the target; goes when dropped, unless it took the target's place.
pub(crate) struct PartialFile {
    path: PathBuf,
    target: PathBuf,
}

/// Whether a file is none of somebody else's: not there, empty, or a snapshot.
fn may_replace(target: &Path) -> bool {
    // The head of a SQLite file: https://www.sqlite.org/fileformat2.html#the_database_header
    const MAGIC: &[u8] = b"SQLite format 3\0";
    let mut head = Vec::new();
    let Ok(file) = File::open(target) else {
        return true;
    };
    // What cannot be read, such as a folder, is refused when it is to be replaced.
    let read = file.take(72).read_to_end(&mut head);
    let id = APPLICATION_ID.to_be_bytes();
    read.is_err() || head.is_empty() || head.starts_with(MAGIC) && head.ends_with(&id[4..])
}

impl PartialFile {
    /// Claims `NAME.partial` beside a snapshot, clearing what a crashed writer left there.
    pub(crate) fn claim(target: &Path) -> Result<Self, StoreError> {
        if !may_replace(target) {
            return Err(StoreError::NotASnapshot {
                path: target.to_owned(),
                reason: "it is not overwritten; give the snapshot another name".to_owned(),
            });
        }
        let mut name = target.as_os_str().to_owned();
        name.push(".partial");
        let path = PathBuf::from(name);
        if path.exists() {
            // A living writer holds SQLite's exclusive lock on its file; a crash let it go.
            if is_locked(&path) {
                return Err(StoreError::Busy {
                    path: target.to_owned(),
                });
            }
            fs::remove_file(&path).map_err(StoreError::io(&path, "remove"))?;
        }
        Ok(Self {
            path,
            target: target.to_owned(),
        })
    }

    /// A place beside `target` that no other process writes to.
    pub(crate) fn of_this_process(target: &Path) -> Self {
        let mut name = target.as_os_str().to_owned();
        name.push(format!(".{}.partial", std::process::id()));
        Self {
            path: PathBuf::from(name),
            target: target.to_owned(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the file, closed and complete, in the target's place.
    pub(crate) fn replace_target(self) -> Result<(), StoreError> {
        let sync = |path: &Path| File::open(path).and_then(|file| file.sync_all());
        File::options()
            .write(true)
            .open(&self.path)
            .and_then(|file| file.sync_all())
            .map_err(StoreError::io(&self.path, "save"))?;
        fs::rename(&self.path, &self.target).map_err(StoreError::io(&self.target, "replace"))?;
        // The rename itself lies in the folder. Windows cannot open a folder, and needs not.
        if cfg!(unix) {
            let folder = match self.target.parent() {
                Some(folder) if !folder.as_os_str().is_empty() => folder,
                _ => Path::new("."),
            };
            sync(folder).map_err(StoreError::io(folder, "save"))?;
        }
        Ok(())
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        // After a rename there is nothing here; a file that cannot go is cleared by the next writer.
        let _ = fs::remove_file(&self.path);
    }
}

fn is_locked(path: &Path) -> bool {
    let lock = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).and_then(
        |connection| {
            connection.busy_timeout(Duration::ZERO)?;
            connection.execute_batch("BEGIN EXCLUSIVE")
        },
    );
    lock.is_err_and(|error| error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy))
}
