//! From a score to a probability: exactly, and nearly in a fraction of the time.

/// Probability by score, 1 / (1 + e^−(slope · score + offset)): what Platt fits to scores and
/// outcomes (Platt, 1999).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Logistic {
    /// How steeply probability rises.
    pub slope: f64,
    /// The logit at a score of 0.
    pub offset: f64,
}

/// How far [`roughly`] may be from e^x, as a share of it, beside what x itself is off by.
pub(crate) const ROUGH: f32 = 4e-6;

/// The probability of a logit.
///
/// The exponential is a polynomial of our own, right to 9 digits: made of additions and
/// multiplications alone, it is the same to the bit everywhere and runs on vectors.
#[inline(always)]
pub(crate) fn probability(logit: f64) -> f64 {
    1.0 / (1.0 + exp(-logit))
}

/// ln(2)^n / n!: 2^f is their polynomial.
const TERMS: [f64; 9] = [
    1.0,
    std::f64::consts::LN_2,
    0.240_226_506_959_100_7,
    0.055_504_108_664_821_58,
    0.009_618_129_107_628_477,
    0.001_333_355_814_642_844_3,
    0.000_154_035_303_933_816_1,
    0.000_015_252_733_804_059_84,
    0.000_001_321_548_679_014_431,
];

/// e^x, for x clamped to −600..600; that of NaN is that of −600.
#[inline(always)]
fn exp(x: f64) -> f64 {
    /// Added to a small number, it leaves the nearest whole number in the lowest bits: a
    /// conversion that every kind of vectors has.
    const WHOLE: f64 = 1.5 * (1_u64 << 52) as f64;
    // A comparison with NaN is false.
    let x = if x > -600.0 { x } else { -600.0 };
    let x = if x < 600.0 { x } else { 600.0 };
    let powers = x * std::f64::consts::LOG2_E;
    let whole = powers + WHOLE;
    let rest = powers - (whole - WHOLE);
    let mut sum = TERMS[8];
    for term in TERMS[..8].iter().rev() {
        sum = sum * rest + term;
    }
    // The exponent of a double stands in its highest bits, 1023 more than it is.
    sum * f64::from_bits(whole.to_bits().wrapping_add(1023) << 52)
}

/// e^x, for x clamped to −40..40, so that its square is finite: [`exp`] in single precision, right
/// to 5 digits and more.
#[inline(always)]
pub(crate) fn roughly(x: f32) -> f32 {
    const WHOLE: f32 = 1.5 * (1_u32 << 23) as f32;
    let x = if x > -40.0 { x } else { -40.0 };
    let x = if x < 40.0 { x } else { 40.0 };
    let powers = x * std::f32::consts::LOG2_E;
    let whole = powers + WHOLE;
    let rest = powers - (whole - WHOLE);
    let mut sum = TERMS[5] as f32;
    for term in TERMS[..5].iter().rev() {
        sum = sum * rest + *term as f32;
    }
    sum * f32::from_bits(whole.to_bits().wrapping_add(127) << 23)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_right_to_nine_digits_and_finite() {
        for step in -60_000..=60_000 {
            let x = f64::from(step) / 100.0;
            let (got, expected) = (exp(x), libm::exp(x));
            assert!((got - expected).abs() <= 1e-9 * expected, "e^{x}: {got}");
        }
        for odd in [f64::NAN, f64::NEG_INFINITY, f64::INFINITY] {
            assert!(exp(odd).is_finite(), "{odd}");
        }
    }

    #[test]
    fn roughly_is_as_near_as_it_says() {
        for step in -40_000..=40_000 {
            let x = step as f32 / 1000.0;
            let (got, expected) = (f64::from(roughly(x)), libm::exp(f64::from(x)));
            let off_by = f64::from(ROUGH) + 2.0 * f64::from(x.abs()) * f64::from(f32::EPSILON);
            assert!((got - expected).abs() <= off_by * expected, "e^{x}: {got}");
        }
        for odd in [f32::NAN, f32::NEG_INFINITY, f32::INFINITY] {
            assert!(roughly(odd).is_finite(), "{odd}");
        }
    }
}
