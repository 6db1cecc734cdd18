//! Where the console keeps what is not data: the session, the drafts, the picture cache.

use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use endcap_vocab::RuleSet;
use etcetera::{BaseStrategy, choose_base_strategy};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::{UserError, parse_rules};

/// The folder of the console's own files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    folder: PathBuf,
}

/// Held while a window is open: two windows would write over each other's drafts.
#[derive(Debug)]
pub struct HomeLock {
    /// Closing it gives the lock back, also when the program is killed.
    _file: File,
}

impl Home {
    /// In a folder of the caller's choice.
    #[must_use]
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// The folder that `ENDCAP_HOME` names, or the platform's folder for program data.
    ///
    /// # Errors
    /// A user without a home folder.
    pub fn of_user() -> Result<Self, UserError> {
        if let Some(folder) = std::env::var_os("ENDCAP_HOME").filter(|folder| !folder.is_empty()) {
            return Ok(Self::at(folder));
        }
        let folders = choose_base_strategy().map_err(|_| {
            UserError::unreadable("there is no home folder to keep drafts in")
                .hint("name a folder in ENDCAP_HOME")
        })?;
        Ok(Self::at(folders.data_dir().join("endcap")))
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where pictures are cached.
    #[must_use]
    pub fn pictures(&self) -> PathBuf {
        self.folder.join("pictures")
    }

    /// Where drafts are kept.
    #[must_use]
    pub fn drafts(&self) -> PathBuf {
        self.folder.join("drafts")
    }

    /// Where the draft of some data and rules is kept.
    #[must_use]
    pub fn draft(&self, data: &str, rules: Option<&Path>) -> PathBuf {
        let mut hash = Sha256::new();
        hash.update(data);
        hash.update([0]);
        hash.update(rules.map_or(String::new(), |path| path.display().to_string()));
        let key: String = hash.finalize()[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        self.drafts().join(format!("{key}.json"))
    }

    /// Where the session is kept.
    #[must_use]
    pub fn session(&self) -> PathBuf {
        self.folder.join("session.json")
    }

    /// Keeps other windows out until the lock is dropped.
    ///
    /// # Errors
    /// A window that is open already, or a folder that cannot be written.
    pub fn lock(&self) -> Result<HomeLock, UserError> {
        let path = self.folder.join("lock");
        let unwritable = |error: std::io::Error| {
            let folder = self.folder.display();
            UserError::unreadable(format!("drafts cannot be kept in {folder}: {error}"))
                .hint("name another folder in ENDCAP_HOME")
        };
        fs::create_dir_all(&self.folder).map_err(unwritable)?;
        let file = File::create(path).map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => Ok(HomeLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(UserError::bad_input(
                "a window is open already, and two would write over each other's draft",
            )
            .hint("use that window, or name another folder in ENDCAP_HOME")),
            Err(TryLockError::Error(error)) => Err(unwritable(error)),
        }
    }
}

/// Writes a document whole or not at all.
pub(super) fn write_json(path: &Path, document: &impl Serialize) -> Result<(), UserError> {
    let mut text = serde_json::to_string_pretty(document)
        .map_err(|error| unwritable(path, &std::io::Error::from(error)))?;
    text.push('\n');
    write_text(path, &text)
}

/// Writes a text whole or not at all: beside it first, then in its place.
pub(super) fn write_text(path: &Path, text: &str) -> Result<(), UserError> {
    let write = || -> std::io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        let partial = folder.join(name);
        let mut file = File::create(&partial)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&partial, path)
    };
    write().map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> UserError {
    UserError::unreadable(format!("cannot write {}: {error}", path.display()))
        .hint("nothing is lost while the window is open; make room or choose another folder")
}

/// Reads a document that the console wrote; none where there is none, or it cannot be read.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Reads a draft, where there is one.
///
/// # Errors
/// A draft that cannot be read; it is moved aside, so that nothing writes over it.
pub(super) fn read_draft(path: &Path) -> Result<Option<RuleSet>, UserError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let said = format!("the draft {} cannot be read: {error}", path.display());
            return Err(move_aside(path, UserError::unreadable(said)));
        }
    };
    parse_rules(&text, &path.display().to_string())
        .map(Some)
        .map_err(|error| move_aside(path, error))
}

/// Moves a draft to the first free name beside it, so that the next edit writes over nothing.
fn move_aside(path: &Path, error: UserError) -> UserError {
    let name = |number: u32| match number {
        1 => path.with_extension("damaged.json"),
        _ => path.with_extension(format!("damaged-{number}.json")),
    };
    let aside = (1..).map(name).find(|aside| !aside.exists());
    match aside.filter(|aside| fs::rename(path, aside).is_ok()) {
        Some(aside) => error.hint(format!(
            "it is kept as {}; the draft starts from live",
            aside.display()
        )),
        None => error.hint("the draft starts from live"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1. What is written comes back, and nothing else is left in the folder.
    #[test]
    fn a_draft_is_written_whole_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path().join("not").join("yet"));
        let path = home.draft("demo", None);
        assert_eq!(read_draft(&path), Ok(None));
        let rules = endcap_demo::rule_set();
        write_json(&path, &rules).unwrap();
        write_json(&path, &rules).unwrap();
        assert_eq!(read_draft(&path), Ok(Some(rules)));
        let files = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(files, 1);
    }

    /// 2. A damaged draft is said and kept beside, never written over.
    #[test]
    fn a_damaged_draft_is_moved_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("draft.json");
        fs::write(&path, "{\"name\": \"half").unwrap();
        let error = read_draft(&path).unwrap_err();
        assert!(error.hint.unwrap().contains("draft.damaged.json"));
        assert!(folder.path().join("draft.damaged.json").exists());
        assert_eq!(read_draft(&path), Ok(None));
    }

    /// 3. Drafts of other data or other rules are other files.
    #[test]
    fn each_pair_of_data_and_rules_has_its_own_draft() {
        let home = Home::at("h");
        let rules = Path::new("r.json");
        let drafts = [
            home.draft("demo", None),
            home.draft("demo", Some(rules)),
            home.draft("other", None),
        ];
        assert_ne!(drafts[0], drafts[1]);
        assert_ne!(drafts[0], drafts[2]);
    }

    /// 4. A second window is kept out until the first is gone.
    #[test]
    fn one_window_has_the_home_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        let first = home.lock().unwrap();
        assert!(home.lock().unwrap_err().summary.contains("open already"));
        drop(first);
        home.lock().unwrap();
    }
}
