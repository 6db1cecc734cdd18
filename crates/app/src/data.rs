//! Snapshots: made from files, from the generator, and written back to files.

use std::ops::ControlFlow;
use std::path::Path;

use endcap_connect::{ImportOptions, Progress, QualityReport};
use endcap_demo::{DemoSize, Progress as DemoProgress};
use endcap_store::Snapshot;

use crate::UserError;
use crate::error::read;

/// Makes a snapshot of the CSV files of a folder by a mapping; `None` is the mapping of
/// what [`export`] writes.
///
/// # Errors
/// A folder, file or mapping that cannot be read, a mapping that fails; with `strict`, any
/// row that is refused. Nothing is written then.
pub fn import(
    dir: &Path,
    mapping: Option<&Path>,
    into: &Path,
    strict: bool,
    progress: &mut dyn FnMut(Progress<'_>) -> ControlFlow<()>,
) -> Result<QualityReport, UserError> {
    let (text, name) = match mapping {
        Some(path) => {
            let text = String::from_utf8(read(path)?).map_err(|error| {
                let at = error.utf8_error().valid_up_to();
                UserError::bad_input(format!("{}: not UTF-8 at byte {at}", path.display()))
            })?;
            (text, path.display().to_string())
        }
        None => (
            endcap_connect::CANONICAL_MAPPING.to_owned(),
            "the canonical mapping".to_owned(),
        ),
    };
    let options = ImportOptions {
        mapping: &text,
        mapping_name: &name,
        strict,
        progress,
    };
    Ok(endcap_connect::import(dir, into, options)?)
}

/// Writes the canonical CSV set of a snapshot; gives the files and their rows.
///
/// # Errors
/// A snapshot that cannot be read, or a folder that cannot be written.
pub fn export(snapshot: &Path, dir: &Path) -> Result<endcap_connect::ExportReport, UserError> {
    Ok(endcap_connect::export(&Snapshot::open(snapshot)?, dir)?)
}

/// Makes a demo retailer.
///
/// # Errors
/// A size that makes no retailer, or a file that cannot be written.
pub fn make_demo(
    size: DemoSize,
    seed: u64,
    into: &Path,
    progress: impl FnMut(DemoProgress),
) -> Result<(), UserError> {
    Ok(endcap_demo::write(size, seed, into, progress)?)
}
