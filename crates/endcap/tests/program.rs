//! 1. The program says its name and version.
//!
//! Cargo builds a program for the tests of its own package only; because this file is here,
//! `cargo test` over the workspace leaves the program where the journeys of `tests/` find it.

use std::process::Command;

#[test]
fn the_program_says_its_name_and_version() {
    let output = Command::new(env!("CARGO_BIN_EXE_endcap"))
        .arg("--version")
        .output()
        .unwrap();
    assert!(output.status.success());
    let expected = format!("endcap {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}
