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
//! package `endcap` has a test of its own. Where it is missing or older than one of its sources,
//! which Cargo lists beside it in `endcap.d`, as after `cargo test -p endcap-journeys` alone, it
//! is built here.

#![deny(missing_docs)]
#![allow(
    clippy::panic,
    reason = "these are the steps of tests: a step that cannot be taken fails the test"
)]

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
    let talk = || -> std::io::Result<Output> {
        let mut child = command.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes())?;
        }
        child.wait_with_output()
    };
    let mut talk = talk;
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
            is_fresh(&program),
            "{} is missing or older than its sources; run `cargo build -p endcap`",
            program.display()
        );
        program
    })
}

/// Whether the program is there and no source that it was made from is newer.
fn is_fresh(program: &Path) -> bool {
    let changed = |path: &Path| path.metadata().and_then(|file| file.modified());
    let made = changed(program);
    let sources = std::fs::read_to_string(program.with_extension("d"));
    let (Ok(made), Ok(sources)) = (made, sources) else {
        return false;
    };
    let is_older = |source: &PathBuf| changed(source).is_ok_and(|at: SystemTime| at <= made);
    sources_of(&sources).iter().all(is_older)
}

/// The files that a dependency file of Cargo names, `program: source source ...`.
fn sources_of(listing: &str) -> Vec<PathBuf> {
    let Some((_, sources)) = listing.split_once(": ") else {
        return Vec::new();
    };
    // A space within a name has a backslash before it.
    let sources = sources.trim_end().replace("\\ ", "\0");
    let names = sources.split(' ').filter(|name| !name.is_empty());
    names
        .map(|name| PathBuf::from(name.replace('\0', " ")))
        .collect()
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
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(
        status.as_ref().is_ok_and(|status| status.success()),
        "`cargo build -p endcap` fails: {status:?}"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_file_of_cargo_names_every_source() {
        let listing = "/t/debug/endcap: /a/one.rs /my\\ files/two.rs\n";
        let expected = ["/a/one.rs", "/my files/two.rs"].map(PathBuf::from);
        assert_eq!(sources_of(listing), expected);
    }
}
