//! Pictures of products: fetched or read, made small, and kept on disk.
//!
//! What an address gives is not trusted: it is bounded in time, bytes and pixels, and only
//! files of the data's own folder are read. Nothing reaches the network unless the data names
//! an address. Everything may be called from several threads at once.

mod cache;
mod decode;
mod error;
mod failures;
mod fetch;
mod place;

use std::path::Path;
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use crate::ConnectError;
use cache::Cache;
pub use decode::Picture;
pub use error::PictureError;
use failures::Failures;
use fetch::{FetchFault, Fetcher};
use place::Place;

/// How pictures are fetched and kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureOptions {
    /// Bytes that all pictures together may take on disk.
    pub max_bytes: u64,
    /// Pixels that a picture may have a side; a larger one is made smaller.
    pub max_edge: u32,
    /// How long a server may take for a picture, at most twice.
    pub timeout: Duration,
    /// Bytes that a picture may have before it is made small.
    pub max_source_bytes: u64,
    /// When to try again what could not be reached.
    pub retry_after: Duration,
}

impl Default for PictureOptions {
    fn default() -> Self {
        Self {
            max_bytes: 256 << 20,
            max_edge: 320,
            timeout: Duration::from_secs(10),
            max_source_bytes: 24 << 20,
            retry_after: Duration::from_secs(60),
        }
    }
}

/// What is there and cannot be shown does not mend as soon as a server comes back.
const RETRY_UNUSABLE: u32 = 30;

/// Pictures of products, from where the data says they are.
pub struct Pictures {
    options: PictureOptions,
    cache: Cache,
    fetcher: Fetcher,
    failures: Failures,
}

impl Pictures {
    /// Opens the folder in which small pictures are kept; it is made where it is missing.
    ///
    /// # Errors
    /// A folder that cannot be made or read.
    pub fn open(cache_dir: &Path, options: PictureOptions) -> Result<Self, ConnectError> {
        let cache = Cache::open(cache_dir, options.max_bytes)
            .map_err(ConnectError::io(cache_dir, "open"))?;
        Ok(Self {
            cache,
            fetcher: Fetcher::new(options.timeout, options.max_source_bytes),
            failures: Failures::default(),
            options,
        })
    }

    /// The picture at `source`: an https or http address, or the path of a file under `base`,
    /// the folder of the data. `now` dates what is kept and what failed. This waits for disk
    /// and network.
    ///
    /// # Errors
    /// Why there is no picture to show. What failed is not tried again before its time.
    pub fn get(
        &self,
        source: &str,
        base: Option<&Path>,
        now: SystemTime,
    ) -> Result<Picture, PictureError> {
        let place = Place::find(source, base)?;
        let key = self.key(&place);
        if let Some(error) = self.failures.of(&key, now) {
            return Err(error);
        }
        if let Some(picture) = self.cache.read(&key, self.options.max_edge, now) {
            return Ok(picture);
        }
        let made = self.bytes(source, &place, now).and_then(|bytes| {
            Picture::decode(&bytes, self.options.max_edge).map_err(|reason| {
                PictureError::Unusable {
                    place: place::shown(source),
                    reason,
                }
            })
        });
        match &made {
            Ok(picture) => self.cache.write(&key, picture, now),
            Err(error) => {
                let retry_after = match error {
                    PictureError::Unusable { .. } => {
                        self.options.retry_after.saturating_mul(RETRY_UNUSABLE)
                    }
                    _ => self.options.retry_after,
                };
                self.failures.remember(&key, error, now, retry_after);
            }
        }
        made
    }

    fn bytes(&self, source: &str, place: &Place, now: SystemTime) -> Result<Vec<u8>, PictureError> {
        let shown = || place::shown(source);
        let unavailable = |reason| PictureError::Unavailable {
            place: shown(),
            reason,
        };
        let unusable = |reason| PictureError::Unusable {
            place: shown(),
            reason,
        };
        match place {
            Place::File(path) => {
                let most = self.options.max_source_bytes;
                let bytes = place::read_file(path, most).map_err(unavailable)?;
                if bytes.len() as u64 > most {
                    return Err(unusable(fetch::too_large(most)));
                }
                Ok(bytes)
            }
            Place::Url(url) => {
                let host = url.origin().ascii_serialization();
                if let Some(PictureError::Unavailable { reason, .. }) = self.failures.of(&host, now)
                {
                    return Err(unavailable(reason));
                }
                self.fetcher.fetch(url).map_err(|fault| match fault {
                    FetchFault::NoHost(reason) => {
                        let error = unavailable(reason);
                        let retry_after = self.options.retry_after;
                        self.failures.remember(&host, &error, now, retry_after);
                        error
                    }
                    FetchFault::Unavailable(reason) => unavailable(reason),
                    FetchFault::Unusable(reason) => unusable(reason),
                })
            }
        }
    }

    /// What a picture is kept under: where it is, and for a file in which state; a file that
    /// was changed is another picture.
    fn key(&self, place: &Place) -> String {
        let mut hash = Sha256::new();
        hash.update(self.options.max_edge.to_le_bytes());
        match place {
            Place::Url(url) => {
                hash.update(b"url ");
                hash.update(url.as_str());
            }
            Place::File(path) => {
                hash.update(b"file ");
                hash.update(path.as_os_str().as_encoded_bytes());
                if let Ok(about) = path.metadata() {
                    hash.update(about.len().to_le_bytes());
                    let changed = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                    let age = changed.duration_since(SystemTime::UNIX_EPOCH);
                    hash.update(age.unwrap_or_default().as_nanos().to_le_bytes());
                }
            }
        }
        hash.finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}
