//! How much two rankings agree.

use std::collections::BTreeSet;

/// How likely a shopper is to look on from one slot to the next: the first ten slots have
/// about 86% of the weight (Webber, Moffat and Zobel 2010, equation 21).
pub(crate) const RBO_PERSISTENCE: f64 = 0.9;

/// How many are in both.
pub(crate) fn shared(a: &[&str], b: &[&str]) -> usize {
    let a: BTreeSet<&str> = a.iter().copied().collect();
    let b: BTreeSet<&str> = b.iter().copied().collect();
    a.intersection(&b).count()
}

/// Those in both as a share of those in either; 1 where both are empty.
pub(crate) fn jaccard(a: &[&str], b: &[&str]) -> f64 {
    let both = shared(a, b);
    let either = a.len() + b.len() - both;
    if either == 0 {
        1.0
    } else {
        both as f64 / either as f64
    }
}

/// Rank-biased overlap of two rankings, each of distinct items, extrapolated from what is seen
/// of them; 1 where both are empty, 0 where one is.
///
/// W. Webber, A. Moffat, J. Zobel: "A similarity measure for indefinite rankings", ACM
/// Transactions on Information Systems 28(4), 2010, RBO_ext of equation 32, which is that of
/// equal lengths where the second sum is empty:
///
/// ```text
/// (1-p)/p [ Σ(d=1..l) X_d/d p^d + Σ(d=s+1..l) X_s (d-s)/(s d) p^d ]
///     + [ (X_l - X_s)/l + X_s/s ] p^l
/// ```
///
/// where s and l are the shorter and the longer length and X_d is how many items the first d
/// of both have in common.
pub(crate) fn rank_biased_overlap(a: &[&str], b: &[&str], p: f64) -> f64 {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.is_empty() {
        return if long.is_empty() { 1.0 } else { 0.0 };
    }
    let (s, l) = (short.len(), long.len());
    let mut seen_short = BTreeSet::new();
    let mut seen_long = BTreeSet::new();
    let mut overlap = 0.0;
    let mut overlap_at_s = 0.0;
    let mut sum = 0.0;
    let mut power = 1.0;
    for d in 1..=l {
        let depth = d as f64;
        power *= p;
        seen_long.insert(long[d - 1]);
        overlap += match short.get(d - 1) {
            // One that both show at this depth is common once.
            Some(item) => {
                seen_short.insert(*item);
                let of_short = seen_long.contains(item);
                let of_long = *item != long[d - 1] && seen_short.contains(long[d - 1]);
                f64::from(u8::from(of_short) + u8::from(of_long))
            }
            None => f64::from(u8::from(seen_short.contains(long[d - 1]))),
        };
        if d == s {
            overlap_at_s = overlap;
        }
        let beyond = d.saturating_sub(s) as f64;
        sum += (overlap / depth + overlap_at_s * beyond / (s as f64 * depth)) * power;
    }
    let agreement = (overlap - overlap_at_s) / l as f64 + overlap_at_s / s as f64;
    (1.0 - p) / p * sum + agreement * power
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The formula as it is written, every overlap counted anew.
    fn naive(a: &[&str], b: &[&str], p: f64) -> f64 {
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        let (s, l) = (short.len(), long.len());
        let overlap = |d: usize| {
            let first = &short[..d.min(s)];
            long[..d].iter().filter(|item| first.contains(item)).count() as f64
        };
        let weight = |d: usize| p.powi(d as i32);
        let seen: f64 = (1..=l).map(|d| overlap(d) / d as f64 * weight(d)).sum();
        let unseen: f64 = (s + 1..=l)
            .map(|d| overlap(s) * (d - s) as f64 / (s * d) as f64 * weight(d))
            .sum();
        let tail = (overlap(l) - overlap(s)) / l as f64 + overlap(s) / s as f64;
        (1.0 - p) / p * (seen + unseen) + tail * weight(l)
    }

    #[test]
    fn overlaps_worked_out_by_hand() {
        let close = |a: &[&str], b: &[&str], p: f64, expected: f64| {
            let got = rank_biased_overlap(a, b, p);
            assert!((got - expected).abs() < 1e-12, "{a:?} {b:?}: {got}");
            assert!((rank_biased_overlap(b, a, p) - expected).abs() < 1e-12);
        };
        // X = 0, 2: (0.5/0.5)(0/1·1/2 + 2/2·1/4) + 2/2·1/4.
        close(&["a", "b"], &["b", "a"], 0.5, 0.5);
        // X = 1, 1: (1/1·1/2 + 1/2·1/4) + 1/2·1/4.
        close(&["a", "b"], &["a", "c"], 0.5, 0.75);
        // s = 1, l = 2, X = 1, 1: (1/2 + 1/2·1/4) + 1·1/(1·2)·1/4 + (0 + 1)·1/4.
        close(&["a"], &["a", "b"], 0.5, 1.0);
        // s = 1, l = 2, X = 0, 1: (0 + 1/2·1/4) + 0 + (1/2 + 0)·1/4.
        close(&["b"], &["a", "b"], 0.5, 0.25);
        // X = 1, 1, 3 with p = 0.9: (0.1/0.9)(0.9 + 0.405 + 0.729) + 0.729.
        close(&["a", "b", "c"], &["a", "c", "b"], 0.9, 0.955);
        close(&["a"], &["b"], 0.9, 0.0);
        close(&[], &[], 0.9, 1.0);
        close(&[], &["a"], 0.9, 0.0);
    }

    #[test]
    fn the_running_overlap_is_the_one_counted_anew() {
        let items: Vec<String> = (0..12).map(|item| item.to_string()).collect();
        // Steps that share no factor with 13 visit every residue: orders without a pattern.
        for (step, other) in [(1, 2), (2, 5), (3, 11), (7, 7), (4, 9)] {
            let order = |step: usize, len: usize| -> Vec<&str> {
                let places = (1..13).map(|place| place * step % 13 - 1);
                places
                    .map(|place| items[place].as_str())
                    .take(len)
                    .collect()
            };
            for (s, l) in [(1, 1), (3, 3), (5, 12), (12, 4), (12, 12), (1, 9)] {
                let (a, b) = (order(step, s), order(other, l));
                let got = rank_biased_overlap(&a, &b, 0.9);
                assert!((got - naive(&a, &b, 0.9)).abs() < 1e-12, "{a:?} {b:?}");
                assert!((0.0..=1.0 + 1e-12).contains(&got), "{got}");
            }
        }
    }

    #[test]
    fn the_upper_slots_count_more() {
        let base = ["a", "b", "c", "d"];
        let top = rank_biased_overlap(&base, &["b", "a", "c", "d"], 0.9);
        let bottom = rank_biased_overlap(&base, &["a", "b", "d", "c"], 0.9);
        assert!(top < bottom, "{top} {bottom}");
    }

    #[test]
    fn jaccard_is_shared_over_either() {
        assert_eq!(jaccard(&["a", "b", "c"], &["c", "d"]), 0.25);
        assert_eq!(jaccard(&["a"], &[]), 0.0);
        assert_eq!(jaccard(&[], &[]), 1.0);
        assert_eq!(shared(&["a", "b"], &["b", "a"]), 2);
    }
}
