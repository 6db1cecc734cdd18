//! Loops that make a word of 64 rows, for whatever vectors the processor has.
//!
//! All of them compare exactly or move bits, so every processor gives the same answers.

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, f64x8, i64x8, u16x32, u64x8};

use super::cell::Comparison;

/// Words of a block.
pub(super) const WORDS: usize = 32;

/// Rows of a block: few enough that all answers to it stay in cache.
pub(super) const ROWS: usize = 64 * WORDS;

/// One bit a row; what stands past the last row has no meaning.
pub(super) type Block = [u64; WORDS];

/// Calls `$compare` with the method of vectors that a comparison is.
macro_rules! by_comparison {
    ($comparison:expr, $compare:ident) => {
        match $comparison {
            Comparison::Equal => $compare!(simd_eq),
            Comparison::NotEqual => $compare!(simd_ne),
            Comparison::Less => $compare!(simd_lt),
            Comparison::LessOrEqual => $compare!(simd_le),
            Comparison::Greater => $compare!(simd_gt),
            Comparison::GreaterOrEqual => $compare!(simd_ge),
        }
    };
}

/// Compares doubles with a constant: NaN differs from everything and is in no order.
pub(super) fn compare_doubles(
    level: Level,
    comparison: Comparison,
    (values, constant): (&[f64], f64),
    out: &mut Block,
) {
    dispatch!(level, simd => {
        let constant = f64x8::splat(simd, constant);
        macro_rules! compare {
            ($method:ident) => {
                each_word(values, 0.0, out, #[inline(always)] |values| {
                    in_eights(#[inline(always)] |eight| {
                        f64x8::simd_from(simd, nth(values, eight)).$method(constant).to_bitmask()
                    })
                })
            };
        }
        by_comparison!(comparison, compare);
    });
}

/// Compares whole numbers with a constant.
pub(super) fn compare_ints(
    level: Level,
    comparison: Comparison,
    (values, constant): (&[i64], i64),
    out: &mut Block,
) {
    dispatch!(level, simd => {
        let constant = i64x8::splat(simd, constant);
        macro_rules! compare {
            ($method:ident) => {
                each_word(values, 0, out, #[inline(always)] |values| {
                    in_eights(#[inline(always)] |eight| {
                        i64x8::simd_from(simd, nth(values, eight)).$method(constant).to_bitmask()
                    })
                })
            };
        }
        by_comparison!(comparison, compare);
    });
}

/// Compares doubles row by row.
pub(super) fn compare_pairs(
    level: Level,
    comparison: Comparison,
    (left, right): (&[f64; ROWS], &[f64; ROWS]),
    out: &mut Block,
) {
    dispatch!(level, simd => {
        let pairs = left.as_chunks::<64>().0.iter().zip(right.as_chunks::<64>().0);
        macro_rules! compare {
            ($method:ident) => {
                for ((left, right), out) in pairs.zip(out) {
                    *out = in_eights(#[inline(always)] |eight| {
                        let right = f64x8::simd_from(simd, nth(right, eight));
                        f64x8::simd_from(simd, nth(left, eight)).$method(right).to_bitmask()
                    });
                }
            };
        }
        by_comparison!(comparison, compare);
    });
}

/// Which lists of months have a month, given as its bit.
pub(super) fn months(level: Level, months: &[u16], bit: u16, out: &mut Block) {
    dispatch!(level, simd => {
        let (bit, zero) = (u16x32::splat(simd, bit), u16x32::splat(simd, 0));
        each_word(months, 0, out, #[inline(always)] |months| {
            let mut word = 0;
            for (half, months) in months.as_chunks::<32>().0.iter().enumerate() {
                let has = (u16x32::simd_from(simd, *months) & bit).simd_ne(zero);
                word |= has.to_bitmask() << (32 * half);
            }
            word
        });
    });
}

/// Calls `word` with each 64 values, the last filled up with `pad`.
#[inline(always)]
fn each_word<T: Copy>(values: &[T], pad: T, out: &mut Block, word: impl Fn(&[T; 64]) -> u64) {
    let (chunks, rest) = values.as_chunks::<64>();
    for (chunk, out) in chunks.iter().zip(out.iter_mut()) {
        *out = word(chunk);
    }
    if !rest.is_empty() {
        let mut last = [pad; 64];
        last[..rest.len()].copy_from_slice(rest);
        out[chunks.len()] = word(&last);
    }
}

/// A word of eight times eight bits.
#[inline(always)]
fn in_eights(bits: impl Fn(usize) -> u64) -> u64 {
    let mut bytes = [0; 8];
    for (eight, byte) in bytes.iter_mut().enumerate() {
        *byte = bits(eight) as u8;
    }
    u64::from_le_bytes(bytes)
}

#[inline(always)]
fn nth<T: Copy>(values: &[T; 64], eight: usize) -> [T; 8] {
    values.as_chunks::<8>().0[eight]
}

/// Tests of one dictionary column, up to 64 of them: how row by row becomes test by test.
pub(super) struct Lane<'a> {
    /// One word an entry, bit t being the answer of test t; the last is for rows without a
    /// value.
    pub(super) answers: &'a [u64],
    /// Where the answers go: for each test the block of the slots that it owns.
    pub(super) slots: &'a [usize],
}

/// Fewer tests than this are picked out one by one.
const PICKED: usize = 6;

/// Answers the tests of a lane for rows with these codes; a code past the entries is no value.
pub(super) fn look_up(level: Level, lane: &Lane<'_>, codes: &[u32], blocks: &mut [Block]) {
    dispatch!(level, simd => {
        let last = lane.answers.len() - 1;
        for (word, codes) in codes.chunks(64).enumerate() {
            let first = codes[0];
            if codes.iter().fold(0, |other, code| other | (code ^ first)) == 0 {
                let answers = lane.answers[(first as usize).min(last)];
                for (test, slot) in lane.slots.iter().enumerate() {
                    blocks[*slot][word] = (answers >> test & 1).wrapping_neg();
                }
                continue;
            }
            let mut rows = [0; 64];
            for (row, code) in rows.iter_mut().zip(codes) {
                *row = lane.answers[(*code as usize).min(last)];
            }
            if lane.slots.len() < PICKED {
                for (test, slot) in lane.slots.iter().enumerate() {
                    blocks[*slot][word] = pick(simd, &rows, 1 << test);
                }
            } else {
                transpose(&mut rows);
                for (slot, answers) in lane.slots.iter().zip(&rows) {
                    blocks[*slot][word] = *answers;
                }
            }
        }
    });
}

/// One bit of each of 64 words.
#[inline(always)]
fn pick<S: Simd>(simd: S, words: &[u64; 64], bit: u64) -> u64 {
    let (bit, zero) = (u64x8::splat(simd, bit), u64x8::splat(simd, 0));
    in_eights(
        #[inline(always)]
        |eight| {
            let words = u64x8::simd_from(simd, nth(words, eight));
            (words & bit).simd_ne(zero).to_bitmask()
        },
    )
}

/// Turns 64 rows of 64 bits into columns (Warren, Hacker's Delight, section 7-3).
#[inline(always)]
fn transpose(rows: &mut [u64; 64]) {
    #[inline(always)]
    fn swap<const STEP: usize>(rows: &mut [u64; 64], low: u64) {
        for first in (0..64).step_by(2 * STEP) {
            for row in first..first + STEP {
                let swapped = (rows[row] >> STEP ^ rows[row + STEP]) & low;
                rows[row] ^= swapped << STEP;
                rows[row + STEP] ^= swapped;
            }
        }
    }
    swap::<32>(rows, 0x0000_0000_ffff_ffff);
    swap::<16>(rows, 0x0000_ffff_0000_ffff);
    swap::<8>(rows, 0x00ff_00ff_00ff_00ff);
    swap::<4>(rows, 0x0f0f_0f0f_0f0f_0f0f);
    swap::<2>(rows, 0x3333_3333_3333_3333);
    swap::<1>(rows, 0x5555_5555_5555_5555);
}

#[cfg(test)]
mod tests {
    use endcap_testkit::levels;

    use super::*;

    const COMPARISONS: [Comparison; 6] = [
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ];

    fn holds<T: PartialOrd + Copy>(comparison: Comparison, left: T, right: T) -> bool {
        match comparison {
            Comparison::Equal => left == right,
            Comparison::NotEqual => left != right,
            Comparison::Less => left < right,
            Comparison::LessOrEqual => left <= right,
            Comparison::Greater => left > right,
            Comparison::GreaterOrEqual => left >= right,
        }
    }

    fn bit(block: &Block, row: usize) -> bool {
        block[row / 64] >> (row % 64) & 1 == 1
    }

    /// Numbers that are easily taken for others, some thousand in no order.
    fn doubles(rows: usize) -> Vec<f64> {
        let few = [
            0.0,
            -0.0,
            f64::NAN,
            -f64::NAN,
            1.0,
            -1.0,
            f64::INFINITY,
            0.1,
            1e300,
        ];
        (0..rows)
            .map(|row| few[row * row % 97 % few.len()])
            .collect()
    }

    #[test]
    fn comparisons_are_those_of_single_numbers_on_every_kind_of_vectors() {
        let right: Vec<f64> = doubles(ROWS + 7).split_off(7);
        for level in levels() {
            for comparison in COMPARISONS {
                for rows in [0, 1, 63, 64, 65, 1_000, ROWS] {
                    let values = doubles(rows);
                    for constant in [0.0, 1.0, f64::NAN, f64::INFINITY] {
                        let mut out = [0; WORDS];
                        compare_doubles(level, comparison, (&values, constant), &mut out);
                        for (row, value) in values.iter().enumerate() {
                            let expected = holds(comparison, *value, constant);
                            let said = format!("{level:?}: {value} {comparison:?} {constant}");
                            assert_eq!(bit(&out, row), expected, "{said}");
                        }
                    }
                    let ints = [i64::MIN, -1, 0, 1, i64::MAX];
                    let values: Vec<i64> = (0..rows).map(|row| ints[row * 7 % 5]).collect();
                    for constant in ints {
                        let mut out = [0; WORDS];
                        compare_ints(level, comparison, (&values, constant), &mut out);
                        for (row, value) in values.iter().enumerate() {
                            let expected = holds(comparison, *value, constant);
                            let said = format!("{level:?}: {value} {comparison:?} {constant}");
                            assert_eq!(bit(&out, row), expected, "{said}");
                        }
                    }
                }
                let left: Box<[f64; ROWS]> = doubles(ROWS).try_into().unwrap();
                let right: Box<[f64; ROWS]> = right.clone().try_into().unwrap();
                let mut out = [0; WORDS];
                compare_pairs(level, comparison, (&left, &right), &mut out);
                for row in 0..ROWS {
                    let expected = holds(comparison, left[row], right[row]);
                    assert_eq!(
                        bit(&out, row),
                        expected,
                        "{level:?} {comparison:?} row {row}"
                    );
                }
            }
        }
    }

    #[test]
    fn months_and_looked_up_answers_are_the_same_on_every_kind_of_vectors() {
        let lists: Vec<u16> = (0..1_000).map(|row: u16| row.wrapping_mul(2_654)).collect();
        let answers: Vec<u64> = (0..41_u64)
            .map(|entry| entry.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .collect();
        // Some words of one code, and codes that are no entry.
        let code = |row: u32| match row / 64 % 3 {
            0 => 7,
            _ => row * row % 43,
        };
        let codes: Vec<u32> = (0..1_000).map(code).collect();
        for level in levels() {
            for shift in 0..12 {
                let mut out = [0; WORDS];
                months(level, &lists, 1 << shift, &mut out);
                for (row, list) in lists.iter().enumerate() {
                    assert_eq!(
                        bit(&out, row),
                        list >> shift & 1 == 1,
                        "{level:?} row {row}"
                    );
                }
            }
            for tests in [1, PICKED - 1, PICKED, 64] {
                let mut blocks = vec![[0; WORDS]; tests + 3];
                let slots: Vec<usize> = (0..tests).map(|test| tests + 2 - test).collect();
                let lane = Lane {
                    answers: &answers,
                    slots: &slots,
                };
                look_up(level, &lane, &codes, &mut blocks);
                for (test, slot) in slots.iter().enumerate() {
                    for (row, code) in codes.iter().enumerate() {
                        let answer = answers[(*code as usize).min(40)] >> test & 1 == 1;
                        assert_eq!(bit(&blocks[*slot], row), answer, "{level:?} {test} {row}");
                    }
                }
            }
        }
    }
}
