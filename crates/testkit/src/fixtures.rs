//! Where tests find their files, and what time it is in them.

use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};

/// The instant of a test that does not care which: a Friday, 2026-11-20T09:00:00-08:00.
///
/// # Panics
/// Never: the text is a valid instant.
#[must_use]
pub fn instant() -> DateTime<FixedOffset> {
    at("2026-11-20T09:00:00-08:00")
}

/// An instant that a test writes down.
///
/// # Panics
/// If `text` is not an instant as RFC 3339 writes one.
pub(crate) fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).expect("an RFC 3339 instant")
}

/// The folder `fixtures` of the repository.
#[must_use]
pub fn fixtures_dir() -> PathBuf {
    repository().join("fixtures")
}

/// A file or folder of `shared`, which lies beside the repository on some machines only;
/// `None` where it does not, after a sentence for the log.
///
/// # Panics
/// Instead of `None`, where the environment has `ENDCAP_REQUIRE=all`.
#[must_use]
pub fn shared(what: &str) -> Option<PathBuf> {
    part(find(&repository().join("../shared"), what))
}

/// A part that a test needs and some machines lack; `None` where it is missing, after the
/// sentence for the log that says so.
///
/// # Panics
/// Instead of `None`, where the environment has `ENDCAP_REQUIRE=all`.
#[must_use]
#[allow(
    clippy::print_stderr,
    clippy::panic,
    reason = "a test that skips says so, and fails where nothing may be skipped"
)]
pub fn part<T>(found: Result<T, String>) -> Option<T> {
    let requires_all = std::env::var_os("ENDCAP_REQUIRE").is_some_and(|parts| parts == "all");
    match found {
        Ok(part) => Some(part),
        Err(missing) if requires_all => panic!("{missing}, and ENDCAP_REQUIRE=all skips no test"),
        Err(missing) => {
            eprintln!("skipped: {missing}");
            None
        }
    }
}

fn find(folder: &Path, what: &str) -> Result<PathBuf, String> {
    let path = folder.join(what);
    if path.exists() {
        Ok(path)
    } else {
        Err(format!("../shared/{what} is missing"))
    }
}

/// The repository that the test runs in. It is asked for when the test runs: what is
/// compiled may serve another clone, where target folders are shared.
///
/// # Panics
/// Outside of `cargo test` and its like, which say where the package lies.
#[must_use]
pub fn repository() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests");
    Path::new(&package)
        .ancestors()
        .find(|folder| folder.join("Cargo.lock").is_file() && folder.join("fixtures").is_dir())
        .expect("a package lies in the repository")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_part_is_named() {
        let cases = find(&fixtures_dir(), "cases").unwrap();
        assert!(cases.is_dir());
        let missing = find(&fixtures_dir(), "novel").unwrap_err();
        assert_eq!(missing, "../shared/novel is missing");
    }
}
