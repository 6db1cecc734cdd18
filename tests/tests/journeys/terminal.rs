//! 1. Nothing is coloured where nobody sees it, and no text of the data steers a terminal.
//! 2. Who stops reading is no failure.
//! 3. Every verb helps, and every shell is completed.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use endcap_journeys::{endcap, run, run_on};
use endcap_testkit::build::{case, product, rule};
use endcap_vocab::Effect;
use serde_json::{Value, json};

use crate::{fixture_path, write};

const VERBS: [&str; 12] = [
    "rank",
    "case",
    "diff",
    "say",
    "check",
    "lint",
    "evaluate",
    "import",
    "export",
    "demo",
    "bench",
    "completions",
];

#[test]
fn piped_output_has_no_colours() {
    let refused = ["rank", "--page", "none"];
    let plain = [
        run(["rank"]).with(0),
        run(refused).with(2),
        run(["--help"]).with(0),
    ];
    let mut uncoloured = endcap(["rank"]);
    uncoloured.env("NO_COLOR", "1");
    let uncoloured = uncoloured.output().unwrap();
    for ended in plain.into_iter().chain([uncoloured.into()]) {
        assert!(
            !ended.out.contains('\u{1b}') && !ended.err.contains('\u{1b}'),
            "{ended:?}"
        );
    }
}

#[test]
fn colours_can_be_forced() {
    let mut coloured = endcap(["tour"]);
    let ended = coloured.env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(
        String::from_utf8(ended.stdout)
            .unwrap()
            .contains("\u{1b}[1m")
    );
}

/// A text with everything that steers a terminal, and what it means without.
const STEERING: &str =
    "red\u{1b}[31m del\u{7f} bell\u{7} csi\u{9b}2J osc\u{1b}]0;x\u{7} turn\u{202e}";

#[test]
fn texts_of_the_data_do_not_steer_the_terminal() {
    let steers =
        |character: char| character.is_control() && character != '\n' || character == '\u{202e}';
    let folder = tempfile::tempdir().unwrap();
    let header = "sku,title,category,price,unit_cost\n";
    let csv = folder.path().join("csv");
    std::fs::create_dir(&csv).unwrap();
    write(
        &csv,
        "goods.csv",
        format!("{header}a{STEERING},{STEERING},goods,2,1\n"),
    );
    let mapping = "INSERT INTO meta (key, value) VALUES ('currency', 'EUR'), \
        ('taken_at', '2026-11-20T09:00:00Z'); \
        INSERT INTO products (sku, title, category, price, unit_cost) \
        SELECT sku, title, category, price, unit_cost FROM source.goods;";
    let mapping = write(folder.path(), "goods.sql", mapping);
    let shop = folder.path().join("shop.endcap");
    let (csv, shop) = (csv.to_str().unwrap(), shop.to_str().unwrap());
    let _ = run(["import", csv, "--mapping", &mapping, "--into", shop]).with(0);
    let rules = write(
        folder.path(),
        "rules.json",
        json!({
            "name": STEERING,
            "eligibility": {"in_stock": false},
            "objective": {"default": {"margin": 1}},
            "rules": [{"id": STEERING, "name": STEERING, "owner": "legal", "effect": {
                "kind": "boost", "percent": 10}}],
        })
        .to_string(),
    );
    let sku = format!("a{STEERING}");
    for args in [
        &["rank", "--data", shop, "--rules", &rules][..],
        &["rank", "--data", shop, "--rules", &rules, "--why", &sku],
        &["rank", "--data", shop, "--shopper", STEERING],
        &["say", &rules],
    ] {
        // With colours on, nothing but the program itself keeps escapes from the terminal.
        let mut command = endcap(args);
        let output = command.env("CLICOLOR_FORCE", "1").output().unwrap();
        for bytes in [output.stdout, output.stderr] {
            let text = String::from_utf8(bytes).unwrap();
            let own = [
                "\u{1b}[0m",
                "\u{1b}[1m",
                "\u{1b}[2m",
                "\u{1b}[31m",
                "\u{1b}[36m",
            ];
            let rest = own
                .iter()
                .fold(text.clone(), |text, style| text.replace(style, ""));
            assert!(!rest.contains(steers), "{args:?}: {text:?}");
            assert!(!text.contains("red\u{1b}"), "{args:?}: {text:?}");
        }
    }
}

#[test]
fn an_answer_keeps_every_character_of_its_skus() {
    let boost = rule(STEERING, Effect::Boost { percent: 10.0 });
    let mut case = case([product(STEERING)], [boost]);
    case.rule_set.eligibility.in_stock = false;
    let case = serde_json::to_string(&case).unwrap();
    let answer = run_on(&case, ["case", "-"]).with(0);
    assert_eq!(answer.json()["slots"][0]["sku"], STEERING);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.json", &case);
    let line = run(["case", folder.path().to_str().unwrap()]).with(0).out;
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["answer"]["slots"][0]["sku"], STEERING);
}

#[test]
fn who_stops_reading_is_no_failure() {
    let cases = fixture_path("cases");
    for args in [
        &["rank", "--json", "--slots", "200"][..],
        &["rank", "--slots", "200"],
        &["case", &cases, "--json"],
        &["say"],
        &["completions", "zsh"],
        &["tour"],
    ] {
        let mut child = endcap(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        // Dropping the reader closes its end, as `head -1` does.
        let read = BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut first);
        assert!(read.unwrap() > 0, "{args:?}");
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(
            !err.contains("error") && !err.contains("panicked"),
            "{args:?}: {err}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_ends_with_3() {
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = endcap(["say"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.starts_with("error: cannot write the answer: "), "{err}");
}

#[test]
fn every_verb_helps_and_every_shell_is_completed() {
    let help = run(["--help"]).with(0).out;
    for verb in VERBS {
        assert!(help.contains(&format!("\n  {verb} ")), "{verb}");
        let own = run([verb, "--help"]).with(0).out;
        assert!(own.contains(&format!("Usage: endcap {verb}")), "{own}");
        assert_eq!(run(["help", verb]).with(0).out, own);
    }
    for status in 0..=3 {
        assert!(help.contains(&format!("\n  {status}  ")), "{help}");
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(["completions", shell]).with(0).out;
        for verb in VERBS {
            assert!(script.contains(verb), "{shell}: {verb}");
        }
    }
}

#[test]
fn a_bench_gives_the_digest_of_the_plainest_way() {
    let small = ["--products", "3000", "--shoppers", "40", "--json"];
    for work in ["w1-warm", "w1-edit", "w1-page", "w2", "w2-edit", "w4"] {
        let digest = |more: &[&str]| {
            let args = [&["bench", work], &small[..], more].concat();
            let answer: Value = serde_json::from_str(&run(args).with(0).out).unwrap();
            assert!(!answer["cpu_ms"].as_array().unwrap().is_empty(), "{work}");
            answer["digest"].as_str().unwrap().to_owned()
        };
        let fast = digest(&[]);
        assert_eq!(fast, digest(&["--threads", "2"]), "{work} on two threads");
        assert_eq!(fast, digest(&["--plain"]), "{work} plainly");
    }
}
