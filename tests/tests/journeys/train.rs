//! 1. Ctrl+C ends a training, an evaluation, a drift and an import with a sentence; nothing is
//!    written.

// Only there a process can be asked whether it listens.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use endcap_journeys::{Ended, endcap, run};

use crate::text_of;

/// The bit of SIGINT in the mask of signals that a process handles.
const SIGINT: u64 = 1 << 1;

/// Whether a process listens for Ctrl+C.
fn listens(child: &Child) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let handled = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let handled = u64::from_str_radix(handled.unwrap_or("0").trim(), 16);
    handled.unwrap() & SIGINT != 0
}

/// Starts the program, and presses Ctrl+C as soon as it listens.
fn interrupted(args: &[&str]) -> Ended {
    let spawned = endcap(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let child = spawned.unwrap();
    let given_up = Instant::now() + Duration::from_secs(60);
    while !listens(&child) {
        assert!(Instant::now() < given_up, "{args:?} does not listen");
        std::thread::sleep(Duration::from_millis(1));
    }
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status();
    assert!(sent.unwrap().success());
    child.wait_with_output().unwrap().into()
}

#[test]
fn ctrl_c_ends_with_a_sentence_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| text_of(&folder.path().join(name));
    let (shop, model) = (at("shop.endcap"), at("shop.endcap.model"));
    let demo = ["demo", "--into", &shop, "--products", "2000"];
    let many = ["--shoppers", "5000", "--order-lines", "100000"];
    let _ = run(demo.into_iter().chain(many)).with(0);
    let _ = run(["export", &shop, &at("csv")]).with(0);

    let train = interrupted(&["train", &shop]).with(130);
    let said = "error: it was cancelled before it was done; nothing was written\n";
    assert_eq!((train.out.as_str(), train.err.as_str()), ("", said));
    assert!(!Path::new(&model).exists());

    fs::write(&model, "what stood there").unwrap();
    assert_eq!(interrupted(&["train", &shop]).with(130).err, said);
    assert_eq!(fs::read(&model).unwrap(), b"what stood there");

    let evaluate = interrupted(&["evaluate", &shop]).with(130);
    assert_eq!((evaluate.out.as_str(), evaluate.err.as_str()), ("", said));

    // Of a small shop, so that it is soon trained; the orders it is held against are many.
    let small = at("small.endcap");
    let few = [
        "--products",
        "100",
        "--shoppers",
        "200",
        "--order-lines",
        "4000",
    ];
    let _ = run(["demo", "--into", &small].into_iter().chain(few)).with(0);
    let _ = run(["train", &small]).with(0);
    let drift = interrupted(&["drift", &at("small.endcap.model"), "--data", &shop]).with(130);
    assert_eq!((drift.out.as_str(), drift.err.as_str()), ("", said));

    let import = interrupted(&["import", &at("csv"), "--into", &at("new.endcap")]).with(130);
    assert!(import.err.contains("nothing was imported"), "{import:?}");
    assert!(!Path::new(&at("new.endcap")).exists());
    assert!(!Path::new(&at("new.endcap.partial")).exists());
}
