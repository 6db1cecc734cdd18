//! The codes of a column, in as few bytes as they need.

use crate::ABSENT;

/// One code a row; [`ABSENT`] where the row has no value.
#[derive(Debug, Clone, PartialEq)]
pub struct Codes(Width);

/// By how many bytes a code takes; in each, the greatest number stands for [`ABSENT`].
#[derive(Debug, Clone, PartialEq)]
enum Width {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

impl Default for Codes {
    fn default() -> Self {
        Self(Width::One(Vec::new()))
    }
}

impl From<&[u32]> for Codes {
    fn from(codes: &[u32]) -> Self {
        let present = codes.iter().filter(|code| **code != ABSENT);
        let most = present.max().copied().unwrap_or(0);
        // What does not fit is what is absent.
        let one = |code: &u32| u8::try_from(*code).unwrap_or(u8::MAX);
        let two = |code: &u32| u16::try_from(*code).unwrap_or(u16::MAX);
        Self(if most < u32::from(u8::MAX) {
            Width::One(codes.iter().map(one).collect())
        } else if most < u32::from(u16::MAX) {
            Width::Two(codes.iter().map(two).collect())
        } else {
            Width::Four(codes.to_vec())
        })
    }
}

impl FromIterator<u32> for Codes {
    fn from_iter<I: IntoIterator<Item = u32>>(codes: I) -> Self {
        let codes: Vec<u32> = codes.into_iter().collect();
        Self::from(&codes[..])
    }
}

impl Codes {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Width::One(codes) => codes.len(),
            Width::Two(codes) => codes.len(),
            Width::Four(codes) => codes.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The code of a row.
    #[inline]
    #[must_use]
    pub fn get(&self, row: usize) -> u32 {
        match &self.0 {
            Width::One(codes) => wide(codes[row], u8::MAX),
            Width::Two(codes) => wide(codes[row], u16::MAX),
            Width::Four(codes) => codes[row],
        }
    }

    /// The codes of all rows, in their order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator {
        (0..self.len()).map(|row| self.get(row))
    }

    /// Writes down the codes of as many rows as there is room for.
    pub fn read(&self, first: usize, into: &mut [u32]) {
        fn widen<N: Copy + Eq + Into<u32>>(codes: &[N], absent: N, into: &mut [u32]) {
            for (into, code) in into.iter_mut().zip(codes) {
                *into = wide(*code, absent);
            }
        }
        let rows = first..first + into.len();
        match &self.0 {
            Width::One(codes) => widen(&codes[rows], u8::MAX, into),
            Width::Two(codes) => widen(&codes[rows], u16::MAX, into),
            Width::Four(codes) => into.copy_from_slice(&codes[rows]),
        }
    }

    /// Bytes on the heap.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        match &self.0 {
            Width::One(codes) => codes.capacity(),
            Width::Two(codes) => codes.capacity() * size_of::<u16>(),
            Width::Four(codes) => codes.capacity() * size_of::<u32>(),
        }
    }
}

fn wide<N: Copy + Eq + Into<u32>>(code: N, absent: N) -> u32 {
    if code == absent { ABSENT } else { code.into() }
}

#[cfg(test)]
mod tests {
    //! Codes are what they were made of, whatever they take.

    use super::*;

    #[test]
    fn codes_are_what_they_were_made_of() {
        for (most, bytes) in [(0, 1), (254, 1), (255, 2), (65_534, 2), (65_535, 4)] {
            let made: Vec<u32> = vec![0, ABSENT, most, most / 2, ABSENT];
            let codes = Codes::from(&made[..]);
            assert_eq!(codes.len(), made.len());
            assert_eq!(codes.heap_bytes(), bytes * made.len(), "{most}");
            assert!(codes.iter().eq(made.iter().copied()), "{most}");
            let mut read = [7; 3];
            codes.read(1, &mut read);
            assert_eq!(read, made[1..4], "{most}");
        }
        assert!(Codes::default().is_empty());
        assert_eq!(Codes::from(&[ABSENT; 2][..]).get(1), ABSENT);
    }
}
