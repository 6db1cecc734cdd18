//! Checks and chores of the workspace: `cargo xtask layers`, `schemas`, `screenshots`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

mod layers;
mod schemas;
mod screenshots;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask <chore>

  layers   fails where a crate uses one of its own or a higher layer, and where a library
           does not deny missing docs
  schemas  writes the JSON Schemas of the documents to assets/schema
  screenshots
           draws every view of the window without a display, and writes those that have
           changed to assets/screenshots; the tests check them";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["layers"] => layers::run(&root()),
        ["schemas"] => schemas::run(&root()),
        ["screenshots"] => screenshots::run(&root()),
        ["help" | "--help" | "-h"] => Ok(USAGE.to_owned()),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(problems) => {
            eprintln!("{problems}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace: cargo says where this package lies, else it is this folder.
fn root() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(
        || PathBuf::from("."),
        |package| Path::new(&package).join("../.."),
    )
}
