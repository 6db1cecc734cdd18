//! Small pictures on disk, the longest unused of which go when there are too many.
//!
//! An entry is a PNG file named by its key, whole or not there; when it was last used is its
//! time of change. Several processes may share a folder: nothing is remembered of it but its
//! size, and that is counted again before anything goes.

use std::fs::{self, File, FileTimes};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::Picture;

const ENTRY: &str = "png";
const PARTIAL: &str = "partial";

/// A file that is still being written is not older.
const ABANDONED: Duration = Duration::from_secs(3600);

/// Tells the files that this process writes at once from each other.
static WRITES: AtomicU64 = AtomicU64::new(0);

/// A folder of small pictures.
pub(super) struct Cache {
    dir: PathBuf,
    max_bytes: u64,
    /// What the entries take, as far as this process knows. Held while one is written.
    bytes: Mutex<u64>,
}

impl Cache {
    /// Opens a folder, which is made where it is missing.
    pub(super) fn open(dir: &Path, max_bytes: u64) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        let bytes = entries(dir)?.iter().map(|entry| entry.bytes).sum();
        Ok(Self {
            dir: dir.to_owned(),
            max_bytes,
            bytes: Mutex::new(bytes),
        })
    }

    /// The picture of a key. One that is damaged goes, and is as if it had never been there.
    pub(super) fn read(&self, key: &str, max_edge: u32, now: SystemTime) -> Option<Picture> {
        let path = self.path(key, ENTRY);
        let bytes = fs::read(&path).ok()?;
        match Picture::decode(&bytes, max_edge) {
            Ok(picture) => {
                // Where the time cannot be set, the picture counts as used when it was written.
                let _ = used(&path, now);
                Some(picture)
            }
            Err(_) => {
                let _ = fs::remove_file(&path);
                None
            }
        }
    }

    /// Keeps a picture. A disk that refuses costs the next reader time, and nothing else.
    pub(super) fn write(&self, key: &str, picture: &Picture, now: SystemTime) {
        let Some(png) = picture.to_png() else {
            return;
        };
        let wanted = png.len() as u64;
        if wanted > self.max_bytes {
            return;
        }
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        // Before it is written, so that the folder never holds more than it may.
        if bytes.saturating_add(wanted) > self.max_bytes
            && let Ok(left) = self.make_room(wanted, now)
        {
            *bytes = left;
        }
        let write = WRITES.fetch_add(1, Ordering::Relaxed);
        let partial = self.path(&format!("{key}-{}-{write}", std::process::id()), PARTIAL);
        let written = write_whole(&partial, &png, now)
            .and_then(|()| fs::rename(&partial, self.path(key, ENTRY)));
        match written {
            // One that was there already is counted twice, until room is made.
            Ok(()) => *bytes = bytes.saturating_add(wanted),
            Err(_) => {
                let _ = fs::remove_file(&partial);
            }
        }
    }

    /// Lets the longest unused entries go, so many that a tenth of the room is free beside
    /// `wanted` bytes, and what a process that was killed left half written. Gives what is left.
    fn make_room(&self, wanted: u64, now: SystemTime) -> io::Result<u64> {
        let mut entries = entries(&self.dir)?;
        entries.sort_by(|a, b| (a.used, &a.path).cmp(&(b.used, &b.path)));
        let mut bytes: u64 = entries.iter().map(|entry| entry.bytes).sum();
        let goal = (self.max_bytes - self.max_bytes / 10).saturating_sub(wanted);
        for entry in entries {
            let goes = if entry.is_partial {
                let age = now.duration_since(entry.used);
                age.is_ok_and(|age| age > ABANDONED)
            } else {
                bytes > goal
            };
            if goes && fs::remove_file(&entry.path).is_ok() {
                bytes = bytes.saturating_sub(entry.bytes);
            }
        }
        Ok(bytes)
    }

    fn path(&self, key: &str, extension: &str) -> PathBuf {
        self.dir.join(format!("{key}.{extension}"))
    }
}

struct Entry {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
    is_partial: bool,
}

/// What lies in the folder, in no order; files of others are overlooked.
fn entries(dir: &Path) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let path = entry.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        let is_partial = extension == Some(PARTIAL);
        // An entry may go while the folder is read.
        if let (true, Ok(about)) = (is_partial || extension == Some(ENTRY), entry.metadata()) {
            entries.push(Entry {
                bytes: about.len(),
                used: about.modified()?,
                path,
                is_partial,
            });
        }
    }
    Ok(entries)
}

fn write_whole(path: &Path, bytes: &[u8], now: SystemTime) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.set_modified(now)
}

fn used(path: &Path, now: SystemTime) -> io::Result<()> {
    let file = File::options().write(true).open(path)?;
    file.set_times(FileTimes::new().set_modified(now))
}
