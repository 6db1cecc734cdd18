//! A few numbers, told from all others at a glance.

/// Bits of the marks.
const MARKS: u32 = 1024;

/// Numbers, of which there are few: most others are known not to be among them by one bit.
#[derive(Debug, Clone)]
pub(crate) struct Few {
    /// Ascending.
    numbers: Vec<u32>,
    /// Which remainders by [`MARKS`] any of them has.
    marks: [u64; MARKS as usize / 64],
}

impl Few {
    pub(crate) fn with_capacity(numbers: usize) -> Self {
        Self {
            numbers: Vec::with_capacity(numbers),
            marks: [0; _],
        }
    }

    pub(crate) fn insert(&mut self, number: u32) {
        let place = self.numbers.partition_point(|other| *other < number);
        if self.numbers.get(place) != Some(&number) {
            self.numbers.insert(place, number);
            let (word, bit) = mark(number);
            self.marks[word] |= bit;
        }
    }

    /// All of them, ascending.
    pub(crate) fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    #[inline]
    pub(crate) fn has(&self, number: u32) -> bool {
        let (word, bit) = mark(number);
        self.marks[word] & bit != 0 && self.numbers.binary_search(&number).is_ok()
    }
}

/// Of numbers that ascend.
impl From<Vec<u32>> for Few {
    fn from(numbers: Vec<u32>) -> Self {
        let mut few = Self::with_capacity(0);
        for (word, bit) in numbers.iter().map(|number| mark(*number)) {
            few.marks[word] |= bit;
        }
        Self { numbers, ..few }
    }
}

fn mark(number: u32) -> (usize, u64) {
    let mark = number % MARKS;
    (mark as usize / 64, 1 << (mark % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_what_was_inserted_and_no_more() {
        let numbers = [0, 1, 1023, 1024, 70_001, u32::MAX];
        let mut few = Few::with_capacity(2);
        assert!(!few.has(0));
        for number in numbers.iter().rev().chain(&numbers) {
            few.insert(*number);
        }
        for few in [few, Few::from(numbers.to_vec())] {
            assert_eq!(few.numbers(), numbers);
            let others = (0..3000).chain(69_900..72_100).chain([u32::MAX - 1]);
            for number in others.chain(numbers) {
                assert_eq!(few.has(number), numbers.contains(&number), "{number}");
            }
        }
    }
}
