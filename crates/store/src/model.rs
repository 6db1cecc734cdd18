//! The model of a snapshot: a file beside it, put in its place whole or not at all.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::StoreError;
use crate::partial::PartialFile;

/// Bytes that tell what a file is.
const MAGIC: usize = 8;

/// Where the model of a snapshot stands: `shop.endcap.model` beside `shop.endcap`.
#[must_use]
pub fn model_path(snapshot: &Path) -> PathBuf {
    let mut name = snapshot.as_os_str().to_owned();
    name.push(".model");
    PathBuf::from(name)
}

/// Writes a model. A file that begins otherwise than the model does is somebody else's and stays.
///
/// # Errors
/// Such a file, and what the disk refuses; what stood there is then as it was.
pub fn write_model(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut head = Vec::new();
    if let Ok(file) = File::open(path) {
        // What cannot be read, such as a folder, is refused when it is to be replaced.
        let _ = file.take(MAGIC as u64).read_to_end(&mut head);
    }
    if !head.is_empty() && !bytes.starts_with(&head) {
        return Err(StoreError::NotAModel {
            path: path.to_owned(),
        });
    }
    let partial = PartialFile::of_this_process(path);
    File::create(partial.path())
        .and_then(|mut file| file.write_all(bytes))
        .map_err(StoreError::io(path, "write"))?;
    partial.replace_target()
}

/// The bytes of a model; none where there is no such file.
///
/// # Errors
/// A file that cannot be read.
pub fn read_model(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::io(path, "read")(error)),
    }
}

#[cfg(test)]
mod tests {
    //! 1. A model stands beside its snapshot and replaces an older one.
    //! 2. A file of somebody else stays as it was.
    //! 3. Nothing is left where writing fails.

    use super::*;

    #[test]
    fn a_model_stands_beside_its_snapshot_and_replaces_an_older_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = model_path(&folder.path().join("shop.endcap"));
        assert_eq!(path, folder.path().join("shop.endcap.model"));
        assert_eq!(read_model(&path).unwrap(), None);
        for bytes in [b"EnCpMod\0one".as_slice(), b"EnCpMod\0two"] {
            write_model(&path, bytes).unwrap();
            assert_eq!(read_model(&path).unwrap().as_deref(), Some(bytes));
        }
        let files = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 1, "no partial file is left");
    }

    #[test]
    fn a_file_of_somebody_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        std::fs::write(&path, "my notes").unwrap();
        let error = write_model(&path, b"EnCpMod\0one").unwrap_err();
        assert!(
            error.to_string().contains("notes.txt is no model"),
            "{error}"
        );
        assert_eq!(std::fs::read(&path).unwrap(), b"my notes");
        assert!(write_model(folder.path(), b"EnCpMod\0one").is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        let nowhere = folder.path().join("no/such/folder.model");
        assert!(write_model(&nowhere, b"EnCpMod\0one").is_err());
    }
}
