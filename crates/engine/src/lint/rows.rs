//! Sets of rows that are mostly runs of pages: words of 64 rows, where there are any.

use std::ops::Range;

use endcap_rules::{Bits, ones};

/// The words of one run of rows.
#[derive(Debug, Clone)]
struct Piece {
    /// Row of the first bit, divided by 64.
    first: usize,
    words: Vec<u64>,
}

impl Piece {
    fn new(rows: &Range<usize>) -> Self {
        let first = rows.start / 64;
        let words = vec![0; rows.end.div_ceil(64).saturating_sub(first)];
        Self { first, words }
    }

    /// The words from a place on, which is not before the first.
    fn from(&self, at: usize) -> &[u64] {
        self.words.get(at - self.first..).unwrap_or_default()
    }

    fn word(&self, at: usize) -> u64 {
        let place = at.checked_sub(self.first);
        place
            .and_then(|place| self.words.get(place))
            .map_or(0, |word| *word)
    }
}

/// Rows of a retailer.
#[derive(Debug, Clone, Default)]
pub(super) struct RowSet {
    pieces: Vec<Piece>,
}

impl RowSet {
    /// Adds those rows of a run whose bits are set; bit 0 is the run's first row.
    pub(super) fn add(&mut self, rows: &Range<usize>, bits: &Bits) {
        let mut piece = Piece::new(rows);
        let shift = (rows.start % 64) as u32;
        for (at, word) in bits.words().iter().enumerate() {
            piece.words[at] |= word << shift;
            // A shift by 64 is none in Rust: an aligned run has no second half.
            let rest = word.checked_shr(64 - shift).unwrap_or(0);
            if rest != 0 {
                piece.words[at + 1] |= rest;
            }
        }
        self.pieces.push(piece);
    }

    /// Adds a whole run.
    pub(super) fn add_all(&mut self, rows: &Range<usize>) {
        self.add(rows, &Bits::ones(rows.len()));
    }

    pub(super) fn is_empty(&self) -> bool {
        let mut words = self.pieces.iter().flat_map(|piece| &piece.words);
        words.all(|word| *word == 0)
    }

    pub(super) fn contains(&self, row: usize) -> bool {
        self.word(row / 64) >> (row % 64) & 1 == 1
    }

    fn word(&self, at: usize) -> u64 {
        self.pieces
            .iter()
            .fold(0, |word, piece| word | piece.word(at))
    }

    /// The words, each with its place.
    fn words(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        self.pieces.iter().flat_map(|piece| {
            let words = piece.words.iter().enumerate();
            words.map(|(place, word)| (piece.first + place, *word))
        })
    }

    /// The rows, by piece and ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words()
            .flat_map(|(at, word)| ones(word).map(move |bit| at * 64 + bit))
    }

    /// The words of what is in both, where both have a run.
    fn shared<'s>(&'s self, other: &'s Self) -> impl Iterator<Item = (usize, u64)> + 's {
        let pairs = self
            .pieces
            .iter()
            .flat_map(|piece| other.pieces.iter().map(move |theirs| (piece, theirs)));
        pairs.flat_map(|(piece, theirs)| {
            let first = piece.first.max(theirs.first);
            let words = piece.from(first).iter().zip(theirs.from(first));
            let words = words.map(|(own, theirs)| own & theirs).enumerate();
            words.map(move |(place, word)| (first + place, word))
        })
    }

    /// The rows that are in both.
    pub(super) fn common<'s>(&'s self, other: &'s Self) -> impl Iterator<Item = usize> + 's {
        self.shared(other)
            .flat_map(|(at, word)| ones(word).map(move |bit| at * 64 + bit))
    }

    /// Whether every row is in `other`.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.words().all(|(at, word)| word & !other.word(at) == 0)
    }

    /// Whether no row is in `other`.
    pub(super) fn is_apart(&self, other: &Self) -> bool {
        self.shared(other).all(|(_, word)| word == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(rows: Range<usize>, of: usize) -> RowSet {
        let mut set = RowSet::default();
        set.add(
            &rows,
            &Bits::from_fn(rows.len(), |bit| (rows.start + bit).is_multiple_of(of)),
        );
        set
    }

    #[test]
    fn sets_of_any_runs_meet_where_both_have_a_row() {
        let (twos, threes) = (set(10..200, 2), set(100..400, 3));
        let common: Vec<usize> = twos.common(&threes).collect();
        assert_eq!(
            common,
            (100..200).filter(|row| row % 6 == 0).collect::<Vec<_>>()
        );
        assert!(set(100..200, 6).is_within(&twos) && !twos.is_within(&threes));
        assert!(set(0..100, 1).is_apart(&threes) && !twos.is_apart(&threes));
        assert!(twos.contains(198) && !twos.contains(200) && !twos.contains(9));
    }
}
