//! Draws the pictures of the window anew.

use std::path::Path;
use std::process::Command;

/// Runs the test that holds the pictures, told to write them.
pub fn run(root: &Path) -> Result<String, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["test", "-p", "endcap-ui", "--test", "screenshots"])
        .env("ENDCAP_SCREENSHOTS", "write")
        .env("ENDCAP_REQUIRE", "all")
        .current_dir(root)
        .status()
        .map_err(|error| format!("cargo test cannot be started: {error}."))?;
    if status.success() {
        Ok("assets/screenshots is as the program draws.".to_owned())
    } else {
        Err(
            "The pictures could not be drawn; they need a Vulkan driver such as Mesa's \
             (Debian: mesa-vulkan-drivers)."
                .to_owned(),
        )
    }
}
