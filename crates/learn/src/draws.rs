//! Numbers as good as random, the same for a seed everywhere.

/// The number at a place of the sequence that a seed begins (splitmix64).
pub(crate) fn draw(seed: u64, place: u64) -> u64 {
    let step = place.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut bits = seed.wrapping_add(step);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn draws_are_those_of_splitmix64() {
        // The first numbers of its published reference code for the seed 1234567.
        let want = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973];
        assert_eq!([0, 1].map(|place| draw(1_234_567, place)), want);
    }
}
