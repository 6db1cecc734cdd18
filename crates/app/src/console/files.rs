//! Files and folders that dialogs show: what stands in a folder, what the console itself keeps,
//! and rule sets and reports that are written or read, off the interface thread.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use endcap_vocab::RuleSet;

use super::home::{write_json, write_text};
use super::{Event, Home, Lane, Wake};
use crate::{QualityReport, UserError, read_rules};

/// How many entries of a folder are listed; a path that is typed on narrows them.
const LISTED: usize = 500;

/// What a dialog asks a path of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A snapshot.
    Snapshot,
    /// A rule set.
    Rules,
    /// A mapping.
    Mapping,
    /// A folder of CSV files.
    CsvFolder,
    /// A text.
    Text,
}

impl FileKind {
    /// How the names of such files end.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Snapshot => "endcap",
            Self::Rules => "json",
            Self::Mapping => "sql",
            Self::CsvFolder => "csv",
            Self::Text => "txt",
        }
    }

    /// The kind that the name of a file tells.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        [Self::Snapshot, Self::Rules, Self::Mapping, Self::CsvFolder]
            .into_iter()
            .find(|kind| kind.extension() == extension)
    }
}

/// What a typed path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The text, as it was typed.
    pub text: String,
    /// What was asked for.
    pub kind: FileKind,
    /// The folder that is listed.
    pub folder: PathBuf,
    /// What in it begins as the text goes on: folders first, each part by name.
    pub entries: Vec<Entry>,
    /// Whether the text names a file.
    pub is_file: bool,
    /// Whether the text names a folder.
    pub is_folder: bool,
    /// How many files of the kind the folder has.
    pub files: usize,
}

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// The whole path as a text, with a separator at the end of a folder.
    pub path: String,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// What the console keeps on the disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Storage {
    /// How many drafts.
    pub drafts: usize,
    /// How many pictures.
    pub pictures: usize,
    /// How much they take, in bytes.
    pub picture_bytes: u64,
}

/// A rule set read from a file.
struct Loaded {
    name: String,
    rules: RuleSet,
}

/// What dialogs ask of the disk.
pub struct Files {
    listing: Lane<Listing>,
    storage: Lane<Storage>,
    written: Lane<PathBuf>,
    loaded: Lane<Loaded>,
}

impl Files {
    pub(super) fn new(wake: &Wake) -> Self {
        Self {
            listing: Lane::new(Arc::clone(wake)),
            storage: Lane::new(Arc::clone(wake)),
            written: Lane::new(Arc::clone(wake)),
            loaded: Lane::new(Arc::clone(wake)),
        }
    }

    /// What the path that was typed last leads to.
    #[must_use]
    pub fn listing(&self) -> &Lane<Listing> {
        &self.listing
    }

    /// What the console keeps on the disk.
    #[must_use]
    pub fn storage(&self) -> &Lane<Storage> {
        &self.storage
    }

    pub(super) fn is_busy(&self) -> bool {
        self.listing.is_busy()
            || self.storage.is_busy()
            || self.written.is_busy()
            || self.loaded.is_busy()
    }

    pub(super) fn list(&mut self, text: String, kind: FileKind) {
        self.listing.ask(0, move |_| list(text, kind));
    }

    pub(super) fn measure(&mut self, home: Home) {
        self.storage.ask(0, move |_| Ok(measure(&home)));
    }

    pub(super) fn clear_pictures(&mut self, home: Home) {
        self.storage.ask(0, move |_| {
            let folder = home.pictures();
            for (path, _) in files_of(&folder) {
                fs::remove_file(&path).map_err(|error| {
                    UserError::unreadable(format!("cannot remove {}: {error}", path.display()))
                        .hint("look at who may write there")
                })?;
            }
            Ok(measure(&home))
        });
    }

    pub(super) fn save_rules(&mut self, path: PathBuf, rules: Arc<RuleSet>) {
        self.written.ask(0, move |_| {
            write_json(&path, &*rules)?;
            Ok(path)
        });
    }

    pub(super) fn save_report(&mut self, path: PathBuf, report: QualityReport) {
        self.written.ask(0, move |_| {
            write_text(&path, &report.to_string())?;
            Ok(path)
        });
    }

    pub(super) fn load_rules(&mut self, path: PathBuf) {
        self.loaded.ask(0, move |_| {
            let rules = read_rules(&path)?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            Ok(Loaded {
                name: name.into_owned(),
                rules,
            })
        });
    }

    /// Other data is open: a rule set that is still being read was meant for another draft.
    pub(super) fn forget_loading(&mut self) {
        self.loaded.clear();
    }

    /// Takes in what has come to an end; gives what has happened, and the rule set that was
    /// read, by the name of its file.
    pub(super) fn poll(&mut self) -> (Vec<Event>, Option<(String, RuleSet)>) {
        let mut events = Vec::new();
        self.listing.poll();
        self.storage.poll();
        if self.written.poll() {
            match (self.written.error(), self.written.value()) {
                (Some(error), _) => events.push(Event::SaveFailed(error.clone())),
                (None, Some(path)) => events.push(Event::Saved(PathBuf::clone(path))),
                (None, None) => {}
            }
        }
        let mut loaded = None;
        if self.loaded.poll() {
            match (self.loaded.error(), self.loaded.value()) {
                (Some(error), _) => events.push(Event::LoadFailed(error.clone())),
                (None, Some(value)) => loaded = Some((value.name.clone(), value.rules.clone())),
                (None, None) => {}
            }
        }
        (events, loaded)
    }
}

/// The path that a text names; `~` is the user's home folder.
#[must_use]
pub fn path_of(text: &str) -> PathBuf {
    let text = text.trim();
    let below_home = match text.strip_prefix('~') {
        Some("") => Some(""),
        Some(rest) => rest.strip_prefix(std::path::is_separator),
        None => None,
    };
    match (below_home, etcetera::home_dir()) {
        (Some(rest), Ok(home)) => home.join(rest),
        _ => PathBuf::from(text),
    }
}

/// A path as a text to be typed on: a folder ends with a separator.
#[must_use]
pub fn text_of(path: &Path, is_folder: bool) -> String {
    let mut text = path.display().to_string();
    if is_folder && !text.ends_with(std::path::is_separator) {
        text.push(std::path::MAIN_SEPARATOR);
    }
    text
}

/// Where the snapshot of a folder of files goes, unless the user says otherwise: beside it.
#[must_use]
pub fn snapshot_beside(folder: &str) -> String {
    let folder = folder.trim().trim_end_matches(std::path::is_separator);
    if folder.is_empty() {
        return String::new();
    }
    format!("{folder}.{}", FileKind::Snapshot.extension())
}

fn list(text: String, kind: FileKind) -> Result<Listing, UserError> {
    let path = if text.trim().is_empty() {
        etcetera::home_dir().unwrap_or_else(|_| PathBuf::from("."))
    } else {
        path_of(&text)
    };
    let is_folder = path.is_dir();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let (folder, begins) = if is_folder {
        (path.clone(), String::new())
    } else {
        let parent = path.parent().filter(|parent| *parent != Path::new(""));
        (
            parent.unwrap_or(Path::new(".")).to_owned(),
            name.to_lowercase(),
        )
    };
    let read = fs::read_dir(&folder).map_err(|error| {
        UserError::unreadable(format!("cannot look into {}: {error}", folder.display()))
            .hint("type the path of a folder that is there")
    })?;
    let mut entries = Vec::new();
    let mut files = 0;
    for entry in read.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        // `metadata` of the path, not of the entry: a link to a folder is a folder.
        let is_folder = fs::metadata(entry.path()).is_ok_and(|meta| meta.is_dir());
        let is_of_kind = Path::new(&name)
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case(kind.extension()));
        files += usize::from(!is_folder && is_of_kind);
        let is_hidden = name.starts_with('.') && !begins.starts_with('.');
        if is_hidden || !(is_folder || is_of_kind) || !name.to_lowercase().starts_with(&begins) {
            continue;
        }
        entries.push(Entry {
            path: text_of(&entry.path(), is_folder),
            name,
            is_folder,
        });
    }
    entries.sort_by(|a, b| (!a.is_folder, &a.name).cmp(&(!b.is_folder, &b.name)));
    entries.truncate(LISTED);
    Ok(Listing {
        is_file: path.is_file(),
        is_folder,
        text,
        kind,
        folder,
        entries,
        files,
    })
}

/// The files of a folder and their sizes; none where there is no such folder.
fn files_of(folder: &Path) -> Vec<(PathBuf, u64)> {
    let Ok(read) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let file = |entry: fs::DirEntry| {
        let meta = entry.metadata().ok().filter(fs::Metadata::is_file)?;
        Some((entry.path(), meta.len()))
    };
    let mut files: Vec<_> = read.flatten().filter_map(file).collect();
    files.sort();
    files
}

fn measure(home: &Home) -> Storage {
    let pictures = files_of(&home.pictures());
    let is_draft = |(path, _): &(PathBuf, u64)| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    };
    Storage {
        drafts: files_of(&home.drafts())
            .iter()
            .filter(|file| is_draft(file))
            .count(),
        pictures: pictures.len(),
        picture_bytes: pictures.iter().map(|(_, bytes)| bytes).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1. A folder is listed with its folders first and only the files that are asked for; what
    ///    is typed on narrows it.
    #[test]
    fn a_path_is_completed_from_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("winter")).unwrap();
        for name in ["week.endcap", "Was.endcap", "notes.txt", ".hidden.endcap"] {
            fs::write(root.join(name), "").unwrap();
        }
        let names = |text: &str| {
            let listing = list(text.to_owned(), FileKind::Snapshot).unwrap();
            let names = listing.entries.into_iter().map(|entry| entry.name);
            names.collect::<Vec<_>>()
        };
        let root = text_of(root, true);
        assert_eq!(names(&root), ["winter", "Was.endcap", "week.endcap"]);
        assert_eq!(
            names(&format!("{root}w")),
            ["winter", "Was.endcap", "week.endcap"]
        );
        assert_eq!(names(&format!("{root}we")), ["week.endcap"]);
        assert_eq!(names(&format!("{root}.h")), [".hidden.endcap"]);
        let file = list(format!("{root}week.endcap"), FileKind::Snapshot).unwrap();
        assert!(file.is_file && !file.is_folder);
        assert_eq!(file.files, 3);
    }

    /// 2. A folder that is not there is said, with its name.
    #[test]
    fn a_folder_that_is_not_there_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let text = text_of(&folder.path().join("gone").join("a.endcap"), false);
        let error = list(text, FileKind::Snapshot).unwrap_err();
        assert!(error.summary.contains("gone"), "{}", error.summary);
    }

    /// 3. What is kept is counted, and pictures alone are cleared.
    #[test]
    fn clearing_pictures_leaves_drafts() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        fs::create_dir_all(home.pictures()).unwrap();
        fs::create_dir_all(home.drafts()).unwrap();
        fs::write(home.pictures().join("a"), [0; 7]).unwrap();
        fs::write(home.drafts().join("d.json"), "{}").unwrap();
        let before = Storage {
            drafts: 1,
            pictures: 1,
            picture_bytes: 7,
        };
        assert_eq!(measure(&home), before);
        let wake: Wake = Arc::new(|| {});
        let mut files = Files::new(&wake);
        files.clear_pictures(home);
        while files.is_busy() {
            files.poll();
        }
        let after = files.storage().value().unwrap();
        assert_eq!((after.drafts, after.pictures), (1, 0));
    }

    /// 4. The snapshot of a folder is proposed beside it, however the folder was typed.
    #[test]
    fn a_snapshot_is_proposed_beside_its_folder() {
        assert_eq!(snapshot_beside("/data/shop/"), "/data/shop.endcap");
        assert_eq!(snapshot_beside("/data/shop"), "/data/shop.endcap");
        assert_eq!(snapshot_beside("  "), "");
    }
}
