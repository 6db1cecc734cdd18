//! A fixed number of bits in 64-bit words.

use std::ops::Range;

/// One bit a row. Bits past `len` in the last word are always 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

/// The bits of a word that are 1, ascending.
#[inline]
pub fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (word != 0).then(|| {
            let bit = word.trailing_zeros() as usize;
            word &= word - 1;
            bit
        })
    })
}

impl Bits {
    /// Bytes on the heap.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        self.words.capacity() * size_of::<u64>()
    }

    /// `len` bits, all 0.
    #[must_use]
    pub fn zeros(len: usize) -> Self {
        Self {
            words: vec![0; len.div_ceil(64)],
            len,
        }
    }

    /// `len` bits, all 1.
    #[must_use]
    pub fn ones(len: usize) -> Self {
        let mut bits = Self {
            words: vec![u64::MAX; len.div_ceil(64)],
            len,
        };
        bits.trim();
        bits
    }

    /// `len` bits, those of a range 1.
    ///
    /// # Panics
    /// If the range ends beyond `len`.
    #[must_use]
    pub fn range(len: usize, range: Range<usize>) -> Self {
        assert!(range.end <= len, "bits {range:?} of {len}");
        let mut bits = Self::zeros(len);
        for (index, word) in bits.words.iter_mut().enumerate() {
            let start = range.start.clamp(64 * index, 64 * index + 64) - 64 * index;
            let end = range.end.clamp(64 * index, 64 * index + 64) - 64 * index;
            if start < end {
                *word = u64::MAX >> (64 - (end - start)) << start;
            }
        }
        bits
    }

    /// One bit for each index in `0..len`.
    #[must_use]
    pub fn from_fn(len: usize, mut bit: impl FnMut(usize) -> bool) -> Self {
        let mut words = Vec::with_capacity(len.div_ceil(64));
        for start in (0..len).step_by(64) {
            let mut word = 0_u64;
            for offset in 0..64.min(len - start) {
                word |= u64::from(bit(start + offset)) << offset;
            }
            words.push(word);
        }
        Self { words, len }
    }

    fn trim(&mut self) {
        let rest = self.len % 64;
        if rest != 0
            && let Some(last) = self.words.last_mut()
        {
            *last &= (1 << rest) - 1;
        }
    }

    /// How many bits there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bits in words of 64, the lowest bit first; past the end they are 0.
    #[must_use]
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// The bit at `index`.
    ///
    /// # Panics
    /// If `index` is not below [`Bits::len`] rounded up to a word.
    #[must_use]
    pub fn get(&self, index: usize) -> bool {
        self.words[index / 64] >> (index % 64) & 1 == 1
    }

    /// Sets the bit at `index`.
    ///
    /// # Panics
    /// If `index` is not below [`Bits::len`].
    pub fn set(&mut self, index: usize, bit: bool) {
        assert!(index < self.len, "bit {index} of {}", self.len);
        let mask = 1 << (index % 64);
        if bit {
            self.words[index / 64] |= mask;
        } else {
            self.words[index / 64] &= !mask;
        }
    }

    /// Appends a bit.
    pub fn push(&mut self, bit: bool) {
        if self.len.is_multiple_of(64) {
            self.words.push(0);
        }
        self.len += 1;
        self.set(self.len - 1, bit);
    }

    /// The words, to be written; bits past the end must stay 0.
    pub(crate) fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// The words of a range that starts anywhere; what the last has past the range has no
    /// meaning.
    pub(crate) fn words_of(&self, range: Range<usize>) -> impl Iterator<Item = u64> {
        let (first, shift) = (range.start / 64, range.start % 64);
        let word = |index: usize| self.words.get(index).copied().unwrap_or(0);
        (first..first + range.len().div_ceil(64)).map(move |index| {
            // A shift by 64 is no shift in Rust, so an aligned start takes no second word.
            let high = word(index + 1).checked_shl(64 - shift as u32);
            word(index) >> shift | high.unwrap_or(0)
        })
    }

    /// The bits of a range, starting anywhere.
    ///
    /// # Panics
    /// If the range ends beyond [`Bits::len`].
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        assert!(range.end <= self.len, "bits {range:?} of {}", self.len);
        let mut bits = Self {
            words: self.words_of(range.clone()).collect(),
            len: range.len(),
        };
        bits.trim();
        bits
    }

    /// Appends all of `other`.
    ///
    /// # Panics
    /// If [`Bits::len`] is no multiple of 64.
    pub fn append(&mut self, other: &Self) {
        assert!(self.len.is_multiple_of(64), "bits end inside a word");
        self.words.extend_from_slice(&other.words);
        self.len += other.len;
    }

    /// Whether any is 1.
    #[must_use]
    pub fn any(&self) -> bool {
        self.words.iter().any(|word| *word != 0)
    }

    /// How many are 1.
    #[must_use]
    pub fn count(&self) -> usize {
        self.words
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }

    /// The indices of the bits that are 1, ascending.
    pub fn iter_ones(&self) -> impl Iterator<Item = usize> + '_ {
        let words = self.words.iter().enumerate();
        words.flat_map(|(index, word)| ones(*word).map(move |bit| index * 64 + bit))
    }

    /// Keeps the bits that are 1 in `other`, too.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn and_with(&mut self, other: &Self) {
        assert_eq!(self.len, other.len, "bits of different lengths");
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    /// Sets the bits that are 1 in `other`.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn or_with(&mut self, other: &Self) {
        assert_eq!(self.len, other.len, "bits of different lengths");
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    /// Combines with as many other bits, word by word.
    ///
    /// # Panics
    /// If the lengths differ.
    #[must_use]
    pub fn zip(mut self, other: &Self, combine: impl Fn(u64, u64) -> u64) -> Self {
        assert_eq!(self.len, other.len, "bits of different lengths");
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word = combine(*word, *other);
        }
        self.trim();
        self
    }
}

impl std::ops::Not for Bits {
    type Output = Self;

    fn not(mut self) -> Self {
        for word in &mut self.words {
            *word = !*word;
        }
        self.trim();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_past_the_end_stay_zero() {
        assert_eq!(Bits::ones(70).count(), 70);
        assert_eq!((!Bits::zeros(70)).count(), 70);
        let odd = Bits::from_fn(130, |index| index % 2 == 1);
        assert_eq!(
            odd.iter_ones().collect::<Vec<_>>(),
            (0..65).map(|i| 2 * i + 1).collect::<Vec<_>>()
        );
        let mut pushed = Bits::default();
        (0..130).for_each(|index| pushed.push(index % 2 == 1));
        assert_eq!(pushed, odd);
    }

    #[test]
    fn a_range_is_its_bits_and_no_others() {
        for range in [0..0, 0..1, 3..64, 63..65, 64..128, 5..200, 199..200, 0..200] {
            let expected = Bits::from_fn(200, |index| range.contains(&index));
            assert_eq!(Bits::range(200, range.clone()), expected, "{range:?}");
        }
    }

    #[test]
    fn a_slice_holds_the_bits_of_its_range_wherever_it_starts() {
        let bits = Bits::from_fn(200, |index| index % 3 == 0);
        for start in [0, 1, 63, 64, 65, 130] {
            let slice = bits.slice(start..195);
            let expected = Bits::from_fn(195 - start, |index| (start + index) % 3 == 0);
            assert_eq!(slice, expected, "from {start}");
        }
        let mut joined = bits.slice(0..128);
        joined.append(&bits.slice(128..200));
        assert_eq!(joined, bits);
    }
}
