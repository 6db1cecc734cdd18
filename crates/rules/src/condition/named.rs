//! Texts that tests ask for, found fast where few of many are asked for.

use rustc_hash::FxHashMap;

/// For each text which tests ask for it.
#[derive(Debug, Clone)]
pub(super) struct Named {
    tests: FxHashMap<Box<str>, Vec<usize>>,
    /// A bit for each [`mark`] that a text has, so that most others are told by it alone.
    marks: [u64; MARKS / 64],
}

const MARKS: usize = 4096;

/// A number below [`MARKS`] made of the length and the last eight bytes, in which codes
/// differ most.
fn mark(text: &str) -> usize {
    let bytes = text.as_bytes();
    let last = match bytes.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last),
        None => bytes
            .iter()
            .fold(0, |last, byte| last << 8 | u64::from(*byte)),
    };
    let mixed = (last ^ bytes.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> (64 - MARKS.ilog2())) as usize
}

impl Default for Named {
    fn default() -> Self {
        Self {
            tests: FxHashMap::default(),
            marks: [0; MARKS / 64],
        }
    }
}

impl Named {
    pub(super) fn add(&mut self, text: Box<str>, test: usize) {
        let mark = mark(&text);
        self.marks[mark / 64] |= 1 << (mark % 64);
        self.tests.entry(text).or_default().push(test);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tests.is_empty()
    }

    /// The tests that ask for a text.
    pub(super) fn tests(&self, text: &str) -> &[usize] {
        let mark = mark(text);
        if self.marks[mark / 64] >> (mark % 64) & 1 == 0 {
            return &[];
        }
        self.tests.get(text).map_or(&[], Vec::as_slice)
    }

    /// Every test, as often as it asks for a text; in no order.
    pub(super) fn tests_unsorted(&mut self) -> impl Iterator<Item = &mut usize> {
        self.tests.values_mut().flatten()
    }
}
