//! No bytes make a reader of documents panic; a case that is accepted can be ranked, and
//! its answer is an answer.
#![no_main]

use endcap_engine::{CompiledRules, Retailer, SignalTable, rank};
use endcap_rules::documents::{read_case, read_request, read_rule_set};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // The first byte chooses the kind, so that one corpus serves all three.
    let Some((kind, text)) = bytes.split_first() else {
        return;
    };
    match kind {
        b'c' => {
            let Ok(case) = read_case(text) else {
                return;
            };
            let retailer = Retailer::build(&case.catalog).expect("an accepted catalogue is built");
            let rules = CompiledRules::compile(&case.rule_set).expect("accepted rules compile");
            let model = SignalTable::new(&retailer, &case.signals);
            let answer = rank(&retailer, &rules, &model, &case.request);
            let answer = answer.expect("an accepted request is answered");
            assert!(answer.slots.len() <= case.request.slots as usize);
            let text = serde_json::to_vec(&answer).expect("an answer is JSON");
            let value = endcap_vocab::read_json(&text).expect("an answer is JSON");
            let problems = endcap_vocab::check_value(endcap_vocab::Document::Answer, &value);
            assert!(problems.is_empty(), "{problems:?}");
        }
        b'r' => {
            let _ = read_rule_set(text);
        }
        _ => {
            let _ = read_request(text);
        }
    }
});
