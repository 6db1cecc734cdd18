//! Where a picture is, and how that is said without giving a password away.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use reqwest::Url;

use super::PictureError;

/// Where a picture is, found to be allowed.
pub(super) enum Place {
    /// An address on the web or in the house.
    Url(Url),
    /// A file under the data's folder.
    File(PathBuf),
}

impl Place {
    /// What the data says of a product, read against the data's folder.
    pub(super) fn find(source: &str, base: Option<&Path>) -> Result<Self, PictureError> {
        let refuse = |reason| PictureError::Place {
            place: shown(source),
            reason,
        };
        let url = Url::parse(source).ok();
        // A drive of Windows, `C:\`, reads like a scheme of one letter.
        if let Some(url) = url.filter(|url| url.scheme().len() > 1) {
            return match url.scheme() {
                "https" | "http" => Ok(Self::Url(url)),
                _ => Err(refuse(
                    "it wants an https or http address, or the path of a file",
                )),
            };
        }
        if source.contains("://") {
            return Err(refuse("the address is not well formed"));
        }
        let base = base.ok_or_else(|| refuse("the data lies in no folder that holds files"))?;
        file_under(base, Path::new(source)).map_err(|fault| match fault {
            FileFault::Outside => refuse("files are read from the data's folder only"),
            FileFault::Unreadable(reason) => PictureError::Unavailable {
                place: shown(source),
                reason,
            },
        })
    }
}

enum FileFault {
    Outside,
    Unreadable(String),
}

fn file_under(base: &Path, path: &Path) -> Result<Place, FileFault> {
    let found = |path: &Path| {
        path.canonicalize()
            .map_err(|error| FileFault::Unreadable(io_reason(&error)))
    };
    // The parent of a bare file name is empty, and means the folder one is in.
    let is_here = base.as_os_str().is_empty();
    let real_base = found(if is_here { Path::new(".") } else { base })?;
    let base = if is_here { &real_base } else { base };
    // Before the disk is asked, so that no name reaches another computer or a device.
    let climbs = path
        .components()
        .any(|part| matches!(part, Component::ParentDir));
    let full = base.join(path);
    if climbs || !(full.starts_with(base) || full.starts_with(&real_base)) {
        return Err(FileFault::Outside);
    }
    // Links inside the folder may lead out of it.
    let full = found(&full)?;
    if !full.starts_with(&real_base) {
        return Err(FileFault::Outside);
    }
    let about = fs::metadata(&full).map_err(|error| FileFault::Unreadable(io_reason(&error)))?;
    if !about.is_file() {
        return Err(FileFault::Unreadable("it is no file".to_owned()));
    }
    Ok(Place::File(full))
}

/// The bytes of a file, or one more than `most` where it has more.
pub(super) fn read_file(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(|error| io_reason(&error))?;
    Ok(bytes)
}

fn io_reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "it may not be read".to_owned(),
        _ => error.to_string(),
    }
}

/// A source as errors show it: without what may be a password, and not too long.
pub(super) fn shown(source: &str) -> String {
    let text = match Url::parse(source) {
        Ok(url) if url.has_host() => shown_url(&url),
        // What follows `data:` is no place, and may be long.
        Ok(url) if url.scheme().len() > 1 => format!("{}:...", url.scheme()),
        _ => match source.rsplit_once('@') {
            // Not well formed, so what is before the last `@` may be a password.
            Some((before, after)) if before.contains(':') => format!("***@{after}"),
            _ => source.to_owned(),
        },
    };
    match text.char_indices().nth(200) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

fn shown_url(url: &Url) -> String {
    let mut url = url.clone();
    let has_login = !url.username().is_empty() || url.password().is_some();
    // Queries sign addresses: a key like a password.
    let has_query = url.query().is_some();
    url.set_query(None);
    url.set_fragment(None);
    // Refused only where there is no host, and so no login.
    let _ = url.set_password(None);
    let _ = url.set_username("");
    let mut text = url.to_string();
    if has_login {
        text = text.replacen("://", "://***@", 1);
    }
    if has_query {
        text.push_str("?...");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        for (source, wanted) in [
            (
                "https://ann:s3cret@cdn.example/a.png",
                "https://***@cdn.example/a.png",
            ),
            (
                "HTTP://s3cret@cdn.example/a.png",
                "http://***@cdn.example/a.png",
            ),
            (
                "https:\\\\ann:s3cret@cdn.example\\a.png",
                "https://***@cdn.example/a.png",
            ),
            (
                "https://ann:s3/cret@cdn.example/a.png",
                "***@cdn.example/a.png",
            ),
            (
                "ftp://ann:s3cret@cdn.example/a.png",
                "ftp://***@cdn.example/a.png",
            ),
            ("//ann:s3cret@cdn.example/a.png", "***@cdn.example/a.png"),
            (
                "https://cdn.example/a.png?key=s3cret#s3cret",
                "https://cdn.example/a.png?...",
            ),
            ("data:image/png;base64,s3cret", "data:..."),
            (
                "https://cdn.example/a@2x.png",
                "https://cdn.example/a@2x.png",
            ),
            ("pictures/a@2x.png", "pictures/a@2x.png"),
        ] {
            assert_eq!(shown(source), wanted, "{source}");
            assert!(!shown(source).contains("s3"), "{source}");
        }
        assert!(shown(&"é".repeat(10_000)).len() < 500);
    }

    #[test]
    fn only_addresses_and_files_of_the_folder_are_places() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().join("data");
        fs::create_dir_all(base.join("pictures")).unwrap();
        fs::write(base.join("pictures/a.png"), b"x").unwrap();
        fs::write(folder.path().join("secret.png"), b"x").unwrap();
        let absolute = base.join("pictures/a.png");
        let is_file = |source: &str| match Place::find(source, Some(&base)) {
            Ok(Place::File(path)) => path == absolute.canonicalize().unwrap(),
            _ => false,
        };
        assert!(is_file("pictures/a.png"));
        assert!(is_file("./pictures/a.png"));
        assert!(is_file(absolute.to_str().unwrap()));

        let secret = folder.path().join("secret.png");
        for source in [
            "../secret.png",
            "pictures/../../secret.png",
            "pictures/../pictures/a.png",
            secret.to_str().unwrap(),
            "/etc/hostname",
            "file:///etc/hostname",
            "ftp://cdn.example/a.png",
            "data:image/png;base64,AAAA",
            "http://",
            "https://ann:s3/cret@cdn.example",
        ] {
            let found = Place::find(source, Some(&base)).err().unwrap();
            assert!(
                matches!(found, PictureError::Place { .. }),
                "{source}: {found}"
            );
        }
        for source in ["missing.png", "pictures", "", "pictures/a.png/b"] {
            let found = Place::find(source, Some(&base)).err().unwrap();
            assert!(
                matches!(found, PictureError::Unavailable { .. }),
                "{source}: {found}"
            );
        }
        assert!(matches!(
            Place::find("pictures/a.png", None),
            Err(PictureError::Place { .. })
        ));
        assert!(matches!(
            Place::find("https://cdn.example/a.png", None),
            Ok(Place::Url(_))
        ));
    }

    #[test]
    fn an_empty_folder_name_is_the_folder_one_is_in() {
        // Tests run in the folder of their package.
        let here = Some(Path::new(""));
        assert!(matches!(
            Place::find("Cargo.toml", here),
            Ok(Place::File(_))
        ));
        for source in ["../vocab/Cargo.toml", "/etc/hostname"] {
            let found = Place::find(source, here);
            assert!(matches!(found, Err(PictureError::Place { .. })), "{source}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_folder_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().join("data");
        fs::create_dir(&base).unwrap();
        fs::write(folder.path().join("secret.png"), b"x").unwrap();
        std::os::unix::fs::symlink("../secret.png", base.join("a.png")).unwrap();
        std::os::unix::fs::symlink("..", base.join("up")).unwrap();
        for source in ["a.png", "up/secret.png"] {
            assert!(matches!(
                Place::find(source, Some(&base)),
                Err(PictureError::Place { .. })
            ));
        }
    }
}
