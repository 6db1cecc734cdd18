//! 1. An import makes a snapshot by a mapping, and a strict one that refuses a row leaves the
//!    target as it was.
//! 2. What is exported and imported again has the same content.
//! 3. One seed gives one file, byte for byte; another seed gives another.
//! 4. A program that is killed while it writes leaves the snapshot before it, and no half file
//!    is opened.
//! 5. Programs read one snapshot while another replaces it, each all of one of the two.
//! 6. A damaged snapshot is refused.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use endcap_journeys::{Ended, endcap, run};
use endcap_store::Snapshot;

use crate::{text_of, write};

const MAPPING: &str = "
INSERT INTO meta (key, value)
VALUES ('currency', 'EUR'), ('taken_at', '2026-11-20T09:00:00+01:00');
INSERT INTO products (sku, title, category, price, unit_cost, _file, _line)
SELECT code, name, 'goods/' || slug(kind), price, price * 0.5, _file, _line FROM source.goods;
INSERT INTO locations (id, region, tz) VALUES ('here', 'north', 'Europe/Berlin');
INSERT INTO inventory (location, sku, on_hand) SELECT 'here', sku, 5 FROM products;
";

/// Makes a small demo retailer.
fn demo(into: &str, seed: &str) -> Ended {
    run([
        "demo",
        "--into",
        into,
        "--products",
        "80",
        "--shoppers",
        "30",
        "--seed",
        seed,
    ])
}

fn slate(snapshot: &str) -> Ended {
    run(["rank", "--json", "--data", snapshot, "--slots", "50"])
}

fn content_hash(snapshot: &str) -> String {
    Snapshot::open(Path::new(snapshot))
        .unwrap()
        .content_hash()
        .unwrap()
}

#[test]
fn csv_files_become_a_snapshot_by_a_mapping() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("csv");
    fs::create_dir(&csv).unwrap();
    let goods = "code,name,kind,price\na,Anvil,Iron goods,20\nb,Bell,Brass,3\nc,Cup,Tin,-1\n";
    write(&csv, "goods.csv", goods);
    let mapping = write(folder.path(), "goods.sql", MAPPING);
    let (csv, shop) = (text_of(&csv), text_of(&folder.path().join("shop.endcap")));
    let import = ["import", &csv, "--mapping", &mapping, "--into", &shop];

    let strict = run(import.into_iter().chain(["--strict"])).with(2);
    assert!(strict.err.contains("goods.csv, line 4"), "{}", strict.err);
    assert!(!Path::new(&shop).exists());

    let report = run(import.into_iter().chain(["--json"])).with(0).json();
    assert_eq!(report["refused"], 1);
    assert_eq!(report["refusals"][0]["line"], 4);
    let slate = slate(&shop).with(0).json();
    let slots = slate["answer"]["slots"].as_array().unwrap();
    let skus: Vec<_> = slots
        .iter()
        .map(|slot| slot["sku"].as_str().unwrap())
        .collect();
    assert_eq!(skus, ["a", "b"]);
    let page = run(["rank", "--json", "--data", &shop, "--page", "goods/brass"])
        .with(0)
        .json();
    assert_eq!(page["answer"]["slots"][0]["sku"], "b");

    // A strict import over it that refuses leaves every byte as it was.
    let before = fs::read(&shop).unwrap();
    let _ = run(import.into_iter().chain(["--strict"])).with(2);
    assert_eq!(fs::read(&shop).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[test]
fn a_mapping_that_fails_says_where_and_leaves_the_target_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("csv");
    fs::create_dir(&csv).unwrap();
    write(&csv, "goods.csv", "code\na\n");
    let (csv, shop) = (text_of(&csv), text_of(&folder.path().join("shop.endcap")));
    let _ = demo(&shop, "1").with(0);
    let before = fs::read(&shop).unwrap();
    let elsewhere = text_of(&folder.path().join("elsewhere"));
    for statement in [
        format!("ATTACH '{elsewhere}' AS x;"),
        format!("VACUUM INTO '{elsewhere}';"),
        "SELECT load_extension('x');".to_owned(),
        "PRAGMA journal_mode = WAL;".to_owned(),
        "INSERT INTO products (sku) SELECT code FROM source.bads;".to_owned(),
        "SELECT".to_owned(),
        String::new(),
    ] {
        let mapping = write(folder.path(), "bad.sql", format!("-- one\n{statement}"));
        let refused = run(["import", &csv, "--mapping", &mapping, "--into", &shop]).with(2);
        assert!(
            refused.err.contains("bad.sql"),
            "{statement}: {}",
            refused.err
        );
        if !statement.is_empty() {
            assert!(
                refused.err.contains("line 2"),
                "{statement}: {}",
                refused.err
            );
        }
    }
    assert_eq!(fs::read(&shop).unwrap(), before);
    assert!(!Path::new(&elsewhere).exists());
    let latin = write(folder.path(), "latin.sql", b"-- caf\xe9");
    let refused = run(["import", &csv, "--mapping", &latin, "--into", &shop]).with(2);
    assert!(
        refused.err.contains("not UTF-8 at byte 6"),
        "{}",
        refused.err
    );
}

#[test]
fn what_is_exported_and_imported_again_has_the_same_content() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| text_of(&folder.path().join(name));
    let (one, two) = (at("one.endcap"), at("two.endcap"));
    let _ = demo(&one, "1").with(0);
    let _ = run(["export", &one, &at("csv")]).with(0);
    let _ = run(["import", &at("csv"), "--into", &two, "--strict"]).with(0);
    assert_eq!(content_hash(&one), content_hash(&two));
    assert_eq!(slate(&one).with(0).out, slate(&two).with(0).out);
    let _ = run(["export", &two, &at("csv again")]).with(0);
    for file in fs::read_dir(at("csv")).unwrap() {
        let name = file.unwrap().file_name();
        let read = |dir: &str| fs::read(folder.path().join(dir).join(&name)).unwrap();
        assert!(read("csv") == read("csv again"), "{name:?}");
    }
}

#[test]
fn one_seed_gives_one_file_and_another_seed_another() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| text_of(&folder.path().join(name));
    for (name, seed) in [("one", "7"), ("same", "7"), ("other", "8")] {
        let _ = demo(&at(name), seed).with(0);
    }
    assert!(fs::read(at("one")).unwrap() == fs::read(at("same")).unwrap());
    assert_ne!(content_hash(&at("one")), content_hash(&at("other")));
}

/// Starts the program and kills it when it has begun to write `partial`.
fn kill_while_writing(args: &[&str], partial: &Path) {
    let spawned = endcap(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut child: Child = spawned.unwrap();
    let given_up = Instant::now() + Duration::from_secs(60);
    // The layout alone is a few pages: wait until rows are written.
    while partial.metadata().map_or(0, |file| file.len()) < 200_000 {
        assert_eq!(
            child.try_wait().unwrap(),
            None,
            "it ended before it could be killed"
        );
        assert!(Instant::now() < given_up, "nothing is written");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    assert_eq!(
        child.wait().unwrap().code(),
        None,
        "it ended before it was killed"
    );
}

#[test]
fn a_killed_program_leaves_the_snapshot_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| text_of(&folder.path().join(name));
    let shop = at("shop.endcap");
    let partial = at("shop.endcap.partial");
    let larger = at("larger.endcap");
    let size = [
        "--products",
        "3000",
        "--shoppers",
        "20000",
        "--order-lines",
        "200000",
    ];
    let _ = run(["demo", "--into", &larger].into_iter().chain(size)).with(0);
    let _ = run(["export", &larger, &at("csv")]).with(0);
    let _ = demo(&shop, "1").with(0);
    let (before, shown) = (fs::read(&shop).unwrap(), slate(&shop).with(0).out);

    let demo_again: Vec<&str> = ["demo", "--into", &shop].into_iter().chain(size).collect();
    let csv = at("csv");
    for args in [&demo_again[..], &["import", &csv, "--into", &shop]] {
        kill_while_writing(args, Path::new(&partial));
        assert!(fs::read(&shop).unwrap() == before, "{args:?}");
        assert_eq!(slate(&shop).with(0).out, shown);
        let half = run(["rank", "--data", &partial]).with(3);
        assert!(!half.err.contains("panicked"), "{}", half.err);
    }
    // What was left behind is in nobody's way.
    let _ = demo(&shop, "2").with(0);
    assert!(!Path::new(&partial).exists());
    assert_ne!(slate(&shop).with(0).out, shown);
}

#[test]
fn programs_read_a_snapshot_while_another_replaces_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| text_of(&folder.path().join(name));
    let shop = at("shop.endcap");
    let slates: Vec<String> = ["2", "1"]
        .map(|seed| {
            let _ = demo(&shop, seed).with(0);
            slate(&shop).with(0).out
        })
        .into();
    let replaced = AtomicBool::new(false);
    let seen: BTreeSet<String> = std::thread::scope(|scope| {
        let read = || {
            let mut seen = BTreeSet::new();
            while !replaced.load(Ordering::Acquire) {
                seen.insert(slate(&shop).with(0).out);
            }
            seen
        };
        let readers = [scope.spawn(read), scope.spawn(read)];
        for seed in ["2", "1", "2", "1", "2"] {
            let _ = demo(&shop, seed).with(0);
        }
        replaced.store(true, Ordering::Release);
        readers
            .into_iter()
            .flat_map(|reader| reader.join().unwrap())
            .collect()
    });
    assert!(
        seen.iter().all(|slate| slates.contains(slate)),
        "a slate of neither retailer"
    );
    assert_eq!(slate(&shop).with(0).out, slates[0]);
}

#[test]
fn a_damaged_snapshot_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let shop = text_of(&folder.path().join("shop.endcap"));
    let _ = demo(&shop, "1").with(0);
    let whole = fs::read(&shop).unwrap();
    for (name, bytes) in [
        ("empty", &whole[..0]),
        ("head", &whole[..100]),
        ("half", &whole[..whole.len() / 2]),
        ("text", b"sku,title\n"),
    ] {
        let path = write(folder.path(), name, bytes);
        for args in [&["rank", "--data", &path][..], &["export", &path, "never"]] {
            let refused = run(args).with(3);
            assert!(
                refused.err.starts_with("error: "),
                "{name}: {}",
                refused.err
            );
        }
    }
    // Whatever a page says, it is refused or read, and nothing falls over.
    for page in (0..whole.len()).step_by(4096) {
        let mut bytes = whole.clone();
        bytes[page..page + 64].fill(0xa5);
        let path = write(folder.path(), "page", &bytes);
        let ended = run(["rank", "--data", &path]);
        assert!(
            matches!(ended.status, Some(0 | 3)),
            "page at {page}: {ended:?}"
        );
    }
}
