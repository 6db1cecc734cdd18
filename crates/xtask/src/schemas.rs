//! Writes the JSON Schemas of the documents, for editors and for other programs.

use std::fs;
use std::path::Path;

use endcap_vocab::{Document, schema_text};

/// Writes one file a kind of document below `root`; the answer names them.
pub fn run(root: &Path) -> Result<String, String> {
    let folder = root.join("assets/schema");
    fs::create_dir_all(&folder)
        .map_err(|error| format!("The folder {} cannot be made: {error}.", folder.display()))?;
    let mut written = Vec::new();
    for document in Document::ALL {
        let name = format!("{}.schema.json", document.name());
        fs::write(folder.join(&name), schema_text(document))
            .map_err(|error| format!("assets/schema/{name} cannot be written: {error}."))?;
        written.push(format!("assets/schema/{name}"));
    }
    Ok(format!("Wrote {}.", written.join(", ")))
}
