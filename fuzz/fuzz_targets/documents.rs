//! No bytes make a reader of documents panic.
#![no_main]

use endcap_rules::documents::{read_case, read_request, read_rule_set};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // The first byte chooses the kind, so that one corpus serves all three.
    let Some((kind, text)) = bytes.split_first() else {
        return;
    };
    match kind {
        b'c' => {
            let _ = read_case(text);
        }
        b'r' => {
            let _ = read_rule_set(text);
        }
        _ => {
            let _ = read_request(text);
        }
    }
});
