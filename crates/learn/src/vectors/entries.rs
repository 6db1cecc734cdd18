//! What is known of one shopper's own products: rows with a probability each, listed or as they
//! stand in a model's file.

use std::ops::Range;
use std::sync::Arc;

use crate::vectors::levels::probabilities;

/// Rows of one shopper, ascending, each with a probability.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Entries<'m> {
    Listed(&'m [(u32, f32)]),
    /// Little-endian rows, and levels of probability.
    Columns(&'m [[u8; 4]], &'m [[u8; 2]]),
}

impl<'m> Entries<'m> {
    pub(crate) const NONE: Entries<'static> = Entries::Listed(&[]);

    pub(crate) fn len(self) -> usize {
        match self {
            Self::Listed(entries) => entries.len(),
            Self::Columns(rows, _) => rows.len(),
        }
    }

    fn row(self, place: usize) -> u32 {
        match self {
            Self::Listed(entries) => entries[place].0,
            Self::Columns(rows, _) => u32::from_le_bytes(rows[place]),
        }
    }

    fn probability(self, place: usize) -> f32 {
        match self {
            Self::Listed(entries) => entries[place].1,
            Self::Columns(_, levels) => {
                probabilities()[usize::from(u16::from_le_bytes(levels[place]))]
            }
        }
    }

    pub(crate) fn rows(self) -> impl Iterator<Item = u32> + 'm {
        (0..self.len()).map(move |place| self.row(place))
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = (u32, f32)> + 'm {
        (0..self.len()).map(move |place| (self.row(place), self.probability(place)))
    }

    /// The probability of a row that has one.
    pub(crate) fn find(self, row: u32) -> Option<f32> {
        let place = self.first(row);
        let is_of = place < self.len() && self.row(place) == row;
        is_of.then(|| self.probability(place))
    }

    /// The entries of some rows.
    pub(crate) fn among(self, rows: &Range<usize>) -> impl Iterator<Item = (usize, f32)> + 'm {
        let end = rows.end;
        (self.first(rows.start as u32)..self.len())
            .map(move |place| (self.row(place) as usize, self.probability(place)))
            .take_while(move |(row, _)| *row < end)
    }

    /// The place of the first entry that is of no earlier row.
    fn first(self, row: u32) -> usize {
        match self {
            Self::Listed(entries) => entries.partition_point(|(of, _)| *of < row),
            Self::Columns(rows, _) => rows.partition_point(|of| u32::from_le_bytes(*of) < row),
        }
    }
}

/// The entries of all shoppers, one shopper's behind another's.
#[derive(Debug, Clone)]
pub(crate) enum AllEntries {
    Listed(Vec<(u32, f32)>),
    /// The bytes of a model, and where in them are rows and levels: nothing is copied.
    InFile {
        bytes: Arc<Vec<u8>>,
        rows: Range<usize>,
        levels: Range<usize>,
    },
}

impl AllEntries {
    pub(crate) fn of(&self, places: Range<usize>) -> Entries<'_> {
        match self {
            Self::Listed(entries) => Entries::Listed(&entries[places]),
            Self::InFile {
                bytes,
                rows,
                levels,
            } => {
                let rows = bytes[rows.clone()].as_chunks().0;
                let levels = bytes[levels.clone()].as_chunks().0;
                Entries::Columns(&rows[places.clone()], &levels[places])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    //! Listed, and as bytes, the same entries give the same answers.

    use super::*;

    #[test]
    fn entries_in_a_file_are_those_that_were_listed() {
        let listed: Vec<(u32, f32)> = [(2, 9), (3, 40_000), (70_000, 65_535)]
            .map(|(row, level)| (row, probabilities()[level]))
            .to_vec();
        let rows = listed.iter().flat_map(|(row, _)| row.to_le_bytes());
        let levels = [9_u16, 40_000, 65_535];
        let levels = levels.iter().flat_map(|level| level.to_le_bytes());
        let bytes: Vec<u8> = [0, 0].into_iter().chain(rows).chain(levels).collect();
        let in_file = AllEntries::InFile {
            bytes: Arc::new(bytes),
            rows: 2..14,
            levels: 14..20,
        };
        let all = [AllEntries::Listed(listed), in_file];
        let [listed, in_file] = [&all[0], &all[1]].map(|all| all.of(0..3));
        assert_eq!(listed.len(), in_file.len());
        assert!(listed.iter().eq(in_file.iter()));
        assert!(listed.rows().eq([2, 3, 70_000]) && in_file.rows().eq([2, 3, 70_000]));
        for row in [0, 2, 3, 4, 70_000, u32::MAX] {
            assert_eq!(listed.find(row), in_file.find(row), "{row}");
        }
        for rows in [0..2, 0..3, 3..70_000, 3..70_001, 70_001..90_000] {
            assert!(listed.among(&rows).eq(in_file.among(&rows)), "{rows:?}");
        }
        assert_eq!(in_file.find(4), None);
        assert_eq!(all[1].of(1..2).rows().next(), Some(3));
    }
}
