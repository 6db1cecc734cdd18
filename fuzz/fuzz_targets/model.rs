//! No bytes make the reader of models panic; a model that is accepted answers with probabilities,
//! and is written as it was read.
#![no_main]

use endcap_engine::Model;
use endcap_learn::Artifact;
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};

fuzz_target!(|content: &[u8]| {
    // What is not as it was hashed goes no further, so the hash is added here; inputs are shorter
    // than what is hashed at once.
    let hash = Sha256::digest(Sha256::digest(content));
    let bytes = [content, &hash].concat();
    let Ok(artifact) = Artifact::from_bytes(bytes) else {
        return;
    };
    let model = artifact.model();
    let rows = model.len();
    let (mut relevance, mut purchase) = (vec![0.0; rows], vec![0.0; rows]);
    for shopper in (0..model.shoppers() as u32).map(Some).chain([None]) {
        model.predict(shopper, 0..rows, &mut relevance, &mut purchase);
        let answers = relevance.iter().chain(&purchase);
        assert!(
            answers
                .into_iter()
                .all(|answer| (0.0..=1.0).contains(answer))
        );
    }
    assert!(Artifact::from_bytes(artifact.to_bytes()).is_ok());
});
