//! Lower-cased lines of text, searched for words all at once.

use std::ops::Range;

use memchr::memmem::Finder;
use rayon::prelude::*;

/// Lines in one piece of work.
const PIECE: usize = 16 * 1024;

/// Lines of text, one a row, kept lower-cased so that a search lower-cases its words alone.
pub(crate) struct WordIndex {
    pieces: Vec<Piece>,
}

/// Some lines, end to end: a search runs over them as one text.
struct Piece {
    first_row: usize,
    text: String,
    /// Where each line ends.
    ends: Vec<usize>,
}

impl WordIndex {
    /// Takes `rows` lines; `write` appends one to what it is given, lower-cased.
    pub(crate) fn build(rows: usize, write: impl Fn(usize, &mut String) + Sync) -> Self {
        let pieces: Vec<Range<usize>> = (0..rows)
            .step_by(PIECE)
            .map(|start| start..rows.min(start + PIECE))
            .collect();
        let piece = |rows: Range<usize>| {
            let mut text = String::new();
            let mut ends = Vec::with_capacity(rows.len());
            for row in rows.clone() {
                write(row, &mut text);
                ends.push(text.len());
            }
            Piece {
                first_row: rows.start,
                text,
                ends,
            }
        };
        Self {
            pieces: pieces.into_par_iter().map(piece).collect(),
        }
    }

    /// The line of a row.
    pub(crate) fn line(&self, row: usize) -> &str {
        let piece = &self.pieces[row / PIECE];
        piece.line(row - piece.first_row)
    }

    /// The rows, ascending, whose lines have every one of `words`; no words find all.
    pub(crate) fn rows_with(&self, words: &[String]) -> Vec<usize> {
        // The longest is in the fewest lines, or near it.
        let Some(rarest) = (0..words.len()).max_by_key(|place| words[*place].len()) else {
            return self.pieces.iter().flat_map(Piece::rows).collect();
        };
        let mut others: Vec<Finder<'_>> = words.iter().map(Finder::new).collect();
        let rarest = others.swap_remove(rarest);
        let of_piece = |piece: &Piece| {
            let found = piece.lines_with(&rarest);
            let all = found.filter(|line| {
                let line = piece.line(*line).as_bytes();
                others.iter().all(|finder| finder.find(line).is_some())
            });
            all.map(|line| piece.first_row + line).collect::<Vec<_>>()
        };
        self.pieces
            .par_iter()
            .map(of_piece)
            .collect::<Vec<_>>()
            .concat()
    }
}

impl Piece {
    fn rows(&self) -> Range<usize> {
        self.first_row..self.first_row + self.ends.len()
    }

    fn start(&self, line: usize) -> usize {
        line.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    fn line(&self, line: usize) -> &str {
        &self.text[self.start(line)..self.ends[line]]
    }

    /// The lines, ascending, that have a word inside; one that only two lines together have
    /// is passed over.
    fn lines_with<'p>(&'p self, word: &'p Finder<'_>) -> impl Iterator<Item = usize> + 'p {
        let text = self.text.as_bytes();
        let (mut line, mut from) = (0, 0);
        std::iter::from_fn(move || {
            loop {
                let at = from + word.find(&text[from..])?;
                while self.ends[line] <= at && line + 1 < self.ends.len() {
                    line += 1;
                }
                let (found, end) = (line, self.ends[line]);
                if at + word.needle().len() <= end {
                    from = end;
                    return Some(found);
                }
                from = at + 1;
            }
        })
    }
}

/// The words of what a person typed, as a [`WordIndex`] has them.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(lines: &[String]) -> WordIndex {
        WordIndex::build(lines.len(), |row, text| text.push_str(&lines[row]))
    }

    #[test]
    fn a_search_finds_what_reading_every_line_finds() {
        // Every number is a line, so that words lie across ends of lines and of pieces.
        let lines: Vec<String> = (0..2 * PIECE + 5).map(|row| row.to_string()).collect();
        let index = index(&lines);
        for words in [&["7"][..], &["12", "3"], &["001"], &["9", "9"], &["x"], &[]] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            let read: Vec<usize> = (0..lines.len())
                .filter(|row| words.iter().all(|word| lines[*row].contains(word)))
                .collect();
            assert_eq!(index.rows_with(&words), read, "{words:?}");
        }
        assert_eq!(index.line(PIECE), PIECE.to_string());
    }

    #[test]
    fn empty_lines_and_no_lines_hold_nothing() {
        let lines = [String::new(), "ab".to_owned(), String::new(), String::new()];
        assert_eq!(index(&lines).rows_with(&["b".to_owned()]), [1]);
        assert_eq!(index(&lines).rows_with(&[]), [0, 1, 2, 3]);
        assert!(index(&[]).rows_with(&["b".to_owned()]).is_empty());
        assert!(index(&[]).rows_with(&[]).is_empty());
    }
}
