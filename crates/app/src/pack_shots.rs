//! Pack shots for the window: asked for as cards come into view, fetched beside it.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::SystemTime;

use endcap_connect::{Picture, PictureError, PictureOptions, Pictures};
use endcap_store::Snapshot;

use crate::UserError;

/// One waits for a server while the other decodes.
const THREADS: usize = 2;

/// Pictures that wait to be fetched, or to be taken; a window shows fewer cards.
const MOST_WAITING: usize = 256;

/// A product's sku with its picture, or why there is none; `None` where the data names none.
pub type PackShot = (String, Option<Result<Picture, PictureError>>);

/// Where the picture of a product is: an address or a path; asked beside the window.
pub type FindPicture = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Fetches pack shots on threads of its own, what was asked for last first: that is what is
/// in view now. Dropping it waits for nothing; an answer still on its way is let go.
pub struct PackShots {
    shared: Arc<Shared>,
}

struct Shared {
    pictures: Pictures,
    base: Option<PathBuf>,
    find: FindPicture,
    wake: Arc<dyn Fn() + Send + Sync>,
    state: Mutex<State>,
    /// Told when there may be work, and at the end.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The last is the next.
    waiting: VecDeque<Wanted>,
    /// Skus whose pictures are being fetched.
    running: BTreeSet<String>,
    done: Vec<PackShot>,
    closed: bool,
}

struct Wanted {
    sku: String,
    now: SystemTime,
}

impl PackShots {
    /// Starts with the pictures that a snapshot names; files lie under its folder. `None` where
    /// it names no picture.
    ///
    /// # Errors
    /// A snapshot that cannot be read any more, and those of [`PackShots::start`].
    pub fn of_snapshot(
        path: &Path,
        cache_dir: &Path,
        options: PictureOptions,
        wake: Arc<dyn Fn() + Send + Sync>,
    ) -> Result<Option<Self>, UserError> {
        let snapshot = Snapshot::open(path)?;
        if !snapshot.has_images()? {
            return Ok(None);
        }
        let snapshot = Mutex::new(snapshot);
        let find = Arc::new(move |sku: &str| {
            let snapshot = snapshot.lock().unwrap_or_else(PoisonError::into_inner);
            snapshot.image(sku).ok().flatten()
        });
        Self::start(cache_dir, path.parent(), find, options, wake).map(Some)
    }

    /// Starts with the folder for small pictures, which is made where it is missing, and the
    /// folder of the data, under which files may lie. `find` says where a picture is. `wake` is called from another thread
    /// when there is something to [`PackShots::poll`].
    ///
    /// # Errors
    /// A folder that cannot be made or read.
    pub fn start(
        cache_dir: &Path,
        base: Option<&Path>,
        find: FindPicture,
        options: PictureOptions,
        wake: Arc<dyn Fn() + Send + Sync>,
    ) -> Result<Self, UserError> {
        let shared = Arc::new(Shared {
            pictures: Pictures::open(cache_dir, options)?,
            base: base.map(Path::to_owned),
            find,
            wake,
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        // Dropped where a thread cannot be started, which ends the one before.
        let pack_shots = Self { shared };
        for number in 1..=THREADS {
            let shared = Arc::clone(&pack_shots.shared);
            // Nobody waits for it: at the end it may be in the middle of a slow answer.
            thread::Builder::new()
                .name(format!("pack shots {number}"))
                .spawn(move || shared.work())
                .map_err(|error| {
                    UserError::unreadable(format!("cannot fetch pictures: {error}"))
                })?;
        }
        Ok(pack_shots)
    }

    /// Asks for the picture of a product. Asking again, as each frame may for what
    /// it shows, moves the product to the front; what was asked for too long ago is dropped.
    pub fn request(&self, sku: &str, now: SystemTime) {
        let mut state = self.shared.state();
        if state.running.contains(sku) || state.done.iter().any(|(done, _)| done == sku) {
            return;
        }
        if let Some(place) = state.waiting.iter().position(|wanted| wanted.sku == sku) {
            state.waiting.remove(place);
        }
        if state.waiting.len() >= MOST_WAITING {
            state.waiting.pop_front();
        }
        state.waiting.push_back(Wanted {
            sku: sku.to_owned(),
            now,
        });
        drop(state);
        self.shared.changed.notify_one();
    }

    /// What has come since the last call, by sku. It never waits for a fetch.
    #[must_use]
    pub fn poll(&self) -> Vec<PackShot> {
        let mut done = std::mem::take(&mut self.shared.state().done);
        if !done.is_empty() {
            self.shared.changed.notify_all();
        }
        done.sort_by(|(a, _), (b, _)| a.cmp(b));
        done
    }
}

impl Drop for PackShots {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.closed = true;
        state.waiting.clear();
        drop(state);
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        while let Some(wanted) = self.next() {
            let base = self.base.as_deref();
            let source = (self.find)(&wanted.sku);
            let picture = source.map(|source| self.pictures.get(&source, base, wanted.now));
            let mut state = self.state();
            state.running.remove(&wanted.sku);
            if state.closed {
                return;
            }
            // One call for all that is not polled yet.
            let first = state.done.is_empty();
            state.done.push((wanted.sku, picture));
            drop(state);
            if first {
                (self.wake)();
            }
        }
    }

    /// Waits for work; there is none once the window is closed.
    fn next(&self) -> Option<Wanted> {
        let mut state = self.state();
        loop {
            if state.closed {
                return None;
            }
            // A window that takes no pictures, as one that is hidden, gets no more.
            if state.done.len() < MOST_WAITING
                && let Some(wanted) = state.waiting.pop_back()
            {
                state.running.insert(wanted.sku.clone());
                return Some(wanted);
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}
