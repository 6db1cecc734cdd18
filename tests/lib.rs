//! The steps of journeys through the real program: start `endcap` as a user's shell does, and
//! look at what it prints and how it ends.
//!
//! It never calls the product's crates: a journey sees what a user sees. Read [`endcap`] first,
//! which makes a command, then [`Ended`], what became of it.
//!
//! # Where the program comes from
//!
//! A journey wants the program that its sources make now. Cargo names the program only to tests
//! of its own package, so it is looked for beside the running test, in the same target folder.
//! `cargo test` and `cargo nextest run` over the workspace build it there first, because the
//! package `endcap` has an integration test of its own. Where it is missing or older than a
//! source, as under `cargo test -p endcap-journeys` alone, it is built from here.

#![deny(missing_docs)]
#![allow(
    clippy::panic,
    reason = "these are the steps of tests: a step that cannot be taken fails the test"
)]

pub mod window;

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::SystemTime;

use serde_json::Value;

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its exit status; `None` where a signal ended it.
    pub status: Option<i32>,
    /// What it wrote to standard output.
    pub out: String,
    /// What it wrote to standard error.
    pub err: String,
}

impl Ended {
    /// The same, if it ended with this status.
    ///
    /// # Panics
    /// Otherwise, with all that it said.
    #[must_use]
    pub fn with(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{self:#?}");
        self
    }

    /// Standard output as JSON.
    ///
    /// # Panics
    /// Where it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| {
            String::from_utf8(bytes).unwrap_or_else(|error| panic!("not UTF-8: {error}"))
        };
        Self {
            status: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

/// A command that starts the program, with nothing of this process's environment that changes
/// how it draws.
#[must_use]
pub fn endcap<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new(program());
    command.args(args).stdin(Stdio::null());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    command
}

/// Runs the program to its end.
///
/// # Panics
/// Where it does not start.
#[must_use]
pub fn run<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Ended {
    let output = endcap(args).output();
    output
        .unwrap_or_else(|error| panic!("endcap does not start: {error}"))
        .into()
}

/// Runs the program to its end with a text on standard input.
///
/// # Panics
/// Where it does not start, or does not read.
#[must_use]
pub fn run_on<A: AsRef<OsStr>>(input: &str, args: impl IntoIterator<Item = A>) -> Ended {
    let mut command = endcap(args);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut talk = || -> std::io::Result<Output> {
        let mut child = command.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes())?;
        }
        child.wait_with_output()
    };
    talk()
        .unwrap_or_else(|error| panic!("endcap does not read: {error}"))
        .into()
}

/// The program.
///
/// # Panics
/// Where it can be neither found nor built.
#[must_use]
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let test = std::env::current_exe()
            .unwrap_or_else(|error| panic!("this test has no place: {error}"));
        // A test lies in <target>/<profile>/deps, the program in <target>/<profile>.
        let folder = test.ancestors().nth(2).unwrap_or(Path::new("."));
        let program = folder.join(format!("endcap{}", std::env::consts::EXE_SUFFIX));
        if !is_fresh(&program) {
            build(folder);
        }
        assert!(
            program.is_file(),
            "{} is missing; run `cargo build -p endcap`",
            program.display()
        );
        program
    })
}

/// Whether the program is there and no source is newer.
fn is_fresh(program: &Path) -> bool {
    let repository = endcap_testkit::repository();
    let crates = entries(&repository.join("crates")).collect::<Vec<_>>();
    let packages = crates.into_iter().chain([repository.join("ui")]);
    let sources = packages.map(|package| package.join("src"));
    let changed = sources.filter_map(|folder| last_change(&folder)).max();
    changed_at(program).is_some_and(|made| changed <= Some(made))
}

/// When the newest file in a folder or below it was changed; `None` where there is no file.
fn last_change(folder: &Path) -> Option<SystemTime> {
    let changes = entries(folder).filter_map(|path| {
        if path.is_dir() {
            last_change(&path)
        } else {
            changed_at(&path)
        }
    });
    changes.max()
}

fn changed_at(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|file| file.modified()).ok()
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path())
}

fn build(folder: &Path) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let profile = match folder.file_name().and_then(OsStr::to_str) {
        None | Some("debug") => "dev",
        Some(name) => name,
    };
    let target = folder.parent().unwrap_or(folder);
    let status = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--package",
            "endcap",
            "--profile",
            profile,
        ])
        .arg("--target-dir")
        .arg(target)
        .current_dir(endcap_testkit::repository())
        .status();
    assert!(
        matches!(&status, Ok(status) if status.success()),
        "`cargo build -p endcap` fails: {status:?}"
    );
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_newest_file_below_a_folder_tells_its_last_change() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(last_change(folder.path()), None);
        std::fs::create_dir(folder.path().join("deep")).unwrap();
        let [older, newer] =
            [1_000, 2_000].map(|secs| SystemTime::UNIX_EPOCH + Duration::from_secs(secs));
        for (name, at) in [
            ("one.rs", older),
            ("deep/two.rs", newer),
            ("three.rs", older),
        ] {
            let file = File::create(folder.path().join(name)).unwrap();
            file.set_modified(at).unwrap();
        }
        assert_eq!(last_change(folder.path()), Some(newer));
    }
}
