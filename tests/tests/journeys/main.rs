//! Journeys through the real program, a file each for slates, documents, data,
//! training, the terminal and the window.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod data;
mod documents;
mod evaluate;
mod slates;
mod terminal;
mod train;
mod window;

use std::fs;
use std::path::Path;

use serde_json::Value;

/// Writes a file of a test's folder and gives its path.
fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    text_of(&path)
}

fn text_of(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// A file of the folder `fixtures` as JSON.
fn fixture(name: &str) -> Value {
    let text = fs::read(endcap_testkit::fixtures_dir().join(name)).unwrap();
    serde_json::from_slice(&text).unwrap()
}

fn fixture_path(name: &str) -> String {
    text_of(&endcap_testkit::fixtures_dir().join(name))
}
