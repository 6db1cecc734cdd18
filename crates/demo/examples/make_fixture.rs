//! Rewrites `fixtures/demo/snapshot.endcap`, the demo retailer of seed 1.

use std::path::PathBuf;

use endcap_demo::{DemoError, DemoSize};

fn main() -> Result<(), DemoError> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(PathBuf::new, PathBuf::from);
    let path = package.join("../../fixtures/demo/snapshot.endcap");
    endcap_demo::write(DemoSize::default(), 1, &path, |_| {})
}
