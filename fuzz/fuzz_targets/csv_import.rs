//! No CSV makes an import panic: its rows end up in a snapshot or among the refused.
#![no_main]

use std::fs;
use std::ops::ControlFlow;

use endcap_connect::{ImportOptions, import};
use libfuzzer_sys::fuzz_target;

const HEADER: &[u8] = b"sku,title,category,price,unit_cost\n";

const MAPPING: &str = "
INSERT INTO meta VALUES ('currency', 'USD'), ('taken_at', '2026-11-20T17:00:00Z');
INSERT INTO products (sku, title, category, price, unit_cost, _file, _line)
    SELECT sku, title, category, price, unit_cost, _file, _line FROM source.products;
";

fuzz_target!(|bytes: &[u8]| {
    // The first byte says whether the header is fuzzed, too.
    let Some((kind, rest)) = bytes.split_first() else {
        return;
    };
    let csv = match kind {
        b'f' => rest.to_vec(),
        _ => [HEADER, rest].concat(),
    };
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let data = folder.path().join("data");
    fs::create_dir(&data).expect("an empty folder takes a folder");
    fs::write(data.join("products.csv"), csv).expect("a file can be written");
    let options = ImportOptions {
        mapping: MAPPING,
        mapping_name: "fuzz",
        strict: false,
        progress: &mut |_| ControlFlow::Continue(()),
    };
    // A refusal is an answer, too; only a panic is a finding.
    let _ = import(&data, &folder.path().join("snapshot.sqlite"), options);
});
