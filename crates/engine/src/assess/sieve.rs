//! The best of many products by what they may score at most, caught while they go by.

use super::shelf::Shelf;
use super::spread::{Room, Spreads};

/// The best of many products by what they may score at most, not too many of one kind.
#[derive(Debug, Clone)]
pub(super) struct Sieve {
    /// What each may score at most, and its row.
    pub(super) entries: Vec<(f32, u32)>,
    most: usize,
    fits: usize,
    /// None that was left out scores more, but for those of a kind of which there were too many.
    pub(super) least: f32,
    /// By kind of [`Spreads`]: none of it that was left out scores more.
    pub(super) floors: Vec<f32>,
    /// Whether none was left out.
    pub(super) is_all: bool,
    was_cut: bool,
}

impl Sieve {
    /// At most so many, and of those that are spread not more than it takes for so many to fit
    /// together.
    pub(super) fn new(most: usize, (spreads, fits): (&Spreads<'_>, usize)) -> Self {
        Self {
            entries: Vec::new(),
            most,
            fits,
            least: if most == 0 {
                f32::INFINITY
            } else {
                f32::NEG_INFINITY
            },
            floors: vec![f32::NEG_INFINITY; spreads.kinds()],
            is_all: most > 0,
            was_cut: false,
        }
    }

    /// Takes a product.
    #[inline]
    pub(super) fn push(
        &mut self,
        spreads: &Spreads<'_>,
        (bound, row): (f32, u32),
        room: &mut Room,
    ) {
        let is_below = |kind: usize| bound <= self.floors[kind];
        if !spreads.kinds_of(row).any(is_below) {
            self.entries.push((bound, row));
            if self.entries.len() >= 2 * self.most {
                self.cut(spreads, room);
            }
        }
    }

    /// Leaves out those of a kind of which there are too many, then those that score least.
    pub(super) fn cut(&mut self, spreads: &Spreads<'_>, room: &mut Room) {
        if self.entries.len() <= self.most {
            return;
        }
        if spreads.is_empty() {
            self.is_all = false;
            if self.most > 0 {
                self.entries
                    .select_nth_unstable_by(self.most - 1, |a, b| b.0.total_cmp(&a.0));
                self.least = self.entries[self.most - 1].0;
            }
            self.entries.truncate(self.most);
            return;
        }
        self.entries.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        room.clear(spreads);
        let mut kept = 0;
        for at in 0..self.entries.len() {
            let (bound, row) = self.entries[at];
            if room.fits() == self.fits || kept == self.most {
                self.least = self.least.max(bound);
                break;
            }
            match room.take(spreads, row) {
                Ok(()) => {
                    self.entries[kept] = self.entries[at];
                    kept += 1;
                }
                Err(kind) => self.floors[kind] = self.floors[kind].max(bound),
            }
        }
        self.is_all &= kept == self.entries.len();
        self.entries.truncate(kept);
        // Where kinds are few, too few ever fit: what has been seen by the second time must do.
        let too_few = self.was_cut && !self.is_all && room.fits() < self.fits;
        if let Some((bound, _)) = self.entries.last().filter(|_| too_few) {
            self.least = self.least.max(*bound);
        }
        self.was_cut = true;
    }

    fn join(&mut self, spreads: &Spreads<'_>, other: Self, room: &mut Room) {
        self.is_all &= other.is_all;
        self.least = self.least.max(other.least);
        for (floor, other) in self.floors.iter_mut().zip(&other.floors) {
            *floor = floor.max(*other);
        }
        for (bound, row) in other.entries {
            self.push(spreads, (bound, row), room);
        }
    }
}

/// What one shopper's look at a shelf has found: a sieve for each [`super::shelf::View`].
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(super) sieves: Vec<Sieve>,
}

impl Found {
    pub(super) fn new(shelf: &Shelf<'_>) -> Self {
        let views = shelf.views.iter();
        let sieves = views.map(|view| Sieve::new(view.most, (shelf.spreads_of(view), view.fits)));
        Self {
            sieves: sieves.collect(),
        }
    }

    pub(super) fn join(&mut self, shelf: &Shelf<'_>, other: Self) {
        let mut room = Room::default();
        let views = shelf.views.iter().zip(&mut self.sieves);
        for ((view, sieve), other) in views.zip(other.sieves) {
            sieve.join(shelf.spreads_of(view), other, &mut room);
        }
    }

    /// No more products come.
    pub(crate) fn finish(mut self, shelf: &Shelf<'_>, room: &mut Room) -> Self {
        for (view, sieve) in shelf.views.iter().zip(&mut self.sieves) {
            sieve.cut(shelf.spreads_of(view), room);
        }
        self
    }
}
