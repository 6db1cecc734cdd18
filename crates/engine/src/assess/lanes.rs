//! Sixty-four values compared with one, on whatever vectors the machine has.

use fearless_simd::prelude::*;
use fearless_simd::{Simd, f32x16};

/// Which of 64 values are at least so much.
#[inline(always)]
pub(super) fn at_least<S: Simd>(simd: S, values: &[f32; 64], least: f32) -> u64 {
    let least = f32x16::splat(simd, least);
    bits(simd, values, |values| values.simd_ge(least).to_bitmask())
}

/// Which of 64 values are more.
#[inline(always)]
pub(super) fn above<S: Simd>(simd: S, values: &[f32; 64], most: f32) -> u64 {
    let most = f32x16::splat(simd, most);
    bits(simd, values, |values| values.simd_gt(most).to_bitmask())
}

#[inline(always)]
fn bits<S: Simd>(simd: S, values: &[f32; 64], which: impl Fn(f32x16<S>) -> u64) -> u64 {
    let mut bits = 0;
    for (lane, values) in values.as_chunks::<16>().0.iter().enumerate() {
        bits |= which(f32x16::simd_from(simd, *values)) << (16 * lane);
    }
    bits
}

/// The highest of some values, in lanes that a compiler turns into vectors.
#[inline(always)]
pub(super) fn highest(values: &[f32; 64]) -> f32 {
    let higher = |a: f32, b: f32| if b > a { b } else { a };
    let mut lanes = [f32::NEG_INFINITY; 16];
    for chunk in values.as_chunks::<16>().0 {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = higher(*lane, *value);
        }
    }
    lanes.into_iter().fold(f32::NEG_INFINITY, higher)
}

#[cfg(test)]
mod tests {
    //! Every kind of vectors tells alike.

    use endcap_testkit::levels;
    use fearless_simd::dispatch;

    use super::*;

    #[test]
    fn which_values_reach_so_much_is_told_alike_on_every_kind_of_vectors() {
        let values: [f32; 64] = std::array::from_fn(|at| ((at * 7919) % 23) as f32 / 8.0);
        for level in levels() {
            for limit in [f32::NEG_INFINITY, 0.0, 0.125, 1.3, 2.75, f32::INFINITY] {
                let got = dispatch!(level, simd => [
                    at_least(simd, &values, limit),
                    above(simd, &values, limit),
                ]);
                for (at, value) in values.iter().enumerate() {
                    let got = got.map(|bits| bits >> at & 1 == 1);
                    assert_eq!(got, [*value >= limit, *value > limit], "{level:?}, {limit}");
                }
            }
        }
    }

    #[test]
    fn the_highest_is_the_same_on_every_kind_of_vector() {
        for level in levels() {
            for shift in 0..64 {
                let values: [f32; 64] =
                    std::array::from_fn(|at| ((at + shift) * 7919 % 101) as f32);
                let got = dispatch!(level, _simd => highest(&values));
                let expected = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                assert_eq!(got, expected, "{level:?}");
            }
        }
    }
}
