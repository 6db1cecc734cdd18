//! Rewrites `fixtures/demo/snapshot.endcap`, the demo retailer of seed 1.

use std::path::Path;

use endcap_demo::{DemoError, DemoSize};

fn main() -> Result<(), DemoError> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo/snapshot.endcap");
    endcap_demo::write(DemoSize::default(), 1, &path, |_| {})
}
