//! What boosts and buries multiply scores by, worked out from that of nearly the same rules.

use std::ops::Range;
use std::sync::Arc;

use endcap_rules::{Bits, ones};

/// What multiplies scores: conditions, `None` for all products, each with the bits of its factor.
pub(crate) type FactorKey = Arc<[(Option<Arc<str>>, u64)]>;

/// A factor, and which products it is for; `None` is all of them.
pub(crate) type HeldFactor = (Option<Arc<Bits>>, f64);

/// Where so many products or more have another factor, all are written down: one in so many.
const MANY: usize = 8;

/// A factor for each product of a piece: shared with others, but for a few products.
pub(crate) struct Factors {
    all: Arc<Vec<f64>>,
    others: Option<Others>,
}

/// Products of a piece whose factor is another.
struct Others {
    which: Ranked,
    /// Of each of them.
    factors: Vec<f64>,
}

/// Bits that tell how many of them come before one.
struct Ranked {
    bits: Bits,
    /// How many are 1 before each word.
    before: Vec<u16>,
}

impl Ranked {
    fn new(bits: Bits) -> Self {
        let mut ones = 0;
        let before = bits.words().iter().map(|word| {
            let before = ones;
            ones += word.count_ones() as u16;
            before
        });
        Self {
            before: before.collect(),
            bits,
        }
    }

    /// The rank of a bit that is 1.
    fn rank(&self, at: usize) -> Option<usize> {
        let word = self.bits.words()[at / 64];
        let bit = 1 << (at % 64);
        let before = usize::from(self.before[at / 64]);
        (word & bit != 0).then(|| before + (word & (bit - 1)).count_ones() as usize)
    }
}

impl Others {
    /// What the factors of some products become.
    fn new(which: Bits, mut factors: Vec<f64>, held: &[HeldFactor]) -> Self {
        let which = Ranked::new(which);
        for (bits, factor) in held {
            let Some(bits) = bits else {
                factors
                    .iter_mut()
                    .for_each(|old| *old = times(*old, *factor));
                continue;
            };
            for (word, among, both) in common(&which.bits, bits) {
                for bit in ones(both) {
                    let below = (1 << bit) - 1;
                    let rank = usize::from(which.before[word]);
                    let rank = rank + (among & below).count_ones() as usize;
                    factors[rank] = times(factors[rank], *factor);
                }
            }
        }
        Self { which, factors }
    }

    /// These, and what changed of them or beside them.
    fn and(&self, changed: &Self) -> Self {
        let mut factors = Vec::with_capacity(self.factors.len() + changed.factors.len());
        let (mut old, mut new) = (self.factors.iter(), changed.factors.iter());
        let words = self.which.bits.words().iter();
        for (olds, news) in words.zip(changed.which.bits.words()) {
            for bit in ones(olds | news).map(|bit| 1 << bit) {
                let before = if olds & bit != 0 { old.next() } else { None };
                let after = if news & bit != 0 { new.next() } else { None };
                factors.extend(after.or(before));
            }
        }
        let mut which = self.which.bits.clone();
        which.or_with(&changed.which.bits);
        Self {
            which: Ranked::new(which),
            factors,
        }
    }
}

impl Factors {
    /// Those of a piece of so many products.
    pub(crate) fn new(len: usize, held: &[HeldFactor]) -> Self {
        let mut all = vec![1.0; len];
        for (bits, factor) in held {
            let mut multiply = |at: usize| all[at] = times(all[at], *factor);
            match bits {
                None => (0..len).for_each(multiply),
                Some(bits) => {
                    for (word, bits) in bits.words().iter().enumerate() {
                        ones(*bits).for_each(|bit| multiply(64 * word + bit));
                    }
                }
            }
        }
        Self {
            all: Arc::new(all),
            others: None,
        }
    }

    /// The same as these, but for some products that other rules are about.
    pub(crate) fn changed(&self, changed: Bits, held: &[HeldFactor]) -> Self {
        let factors = vec![1.0; changed.count()];
        self.with(Others::new(changed, factors, held))
    }

    /// These, and after them those of rules that some products match.
    pub(crate) fn followed_by(&self, changed: Bits, held: &[HeldFactor]) -> Self {
        let factors = changed.iter_ones().map(|at| self.at(at));
        let factors = factors.collect();
        self.with(Others::new(changed, factors, held))
    }

    fn with(&self, changed: Others) -> Self {
        let others = match &self.others {
            Some(before) => before.and(&changed),
            None => changed,
        };
        if others.factors.len() * MANY < self.all.len() {
            return Self {
                all: Arc::clone(&self.all),
                others: Some(others),
            };
        }
        let mut all = self.all.to_vec();
        let ones = others.which.bits.iter_ones();
        ones.zip(&others.factors)
            .for_each(|(at, factor)| all[at] = *factor);
        Self {
            all: Arc::new(all),
            others: None,
        }
    }

    /// The factor of a product.
    #[inline]
    pub(crate) fn at(&self, at: usize) -> f64 {
        let others = self.others.as_ref();
        let other = others.and_then(|others| Some(others.factors[others.which.rank(at)?]));
        other.unwrap_or_else(|| self.all[at])
    }

    /// The factors of some products that stand side by side, but for [`Factors::others`].
    pub(crate) fn of_most(&self, places: Range<usize>) -> &[f64] {
        &self.all[places]
    }

    /// Which of some products have another factor, each with it. They begin at a multiple of 64.
    pub(crate) fn others(&self, places: Range<usize>) -> impl Iterator<Item = (usize, f64)> {
        self.others.iter().flat_map(move |others| {
            let words = places.start / 64..places.end.div_ceil(64);
            let first = others
                .which
                .before
                .get(words.start)
                .map_or(0, |first| *first as usize);
            let bits = others.which.bits.words()[words.clone()].iter().zip(words);
            let which = bits.flat_map(|(word, at)| ones(*word).map(move |bit| 64 * at + bit));
            which.zip(others.factors[first..].iter().copied())
        })
    }
}

/// The words of some bits that have any in common with others: their places, they themselves, and what
/// is common.
fn common<'b>(some: &'b Bits, others: &'b Bits) -> impl Iterator<Item = (usize, u64, u64)> {
    /// Words looked at together.
    const MANY: usize = 8;
    let chunks = some.words().chunks(MANY).zip(others.words().chunks(MANY));
    let any = |(some, others): &(&[u64], &[u64])| {
        let both = some.iter().zip(*others).map(|(a, b)| a & b);
        both.fold(0, |any, both| any | both) != 0
    };
    let chunks = chunks.enumerate().filter(move |(_, chunk)| any(chunk));
    chunks.flat_map(|(chunk, (some, others))| {
        let words = some.iter().zip(others).enumerate();
        let words = words.map(move |(at, (a, b))| (MANY * chunk + at, *a, a & b));
        words.filter(|(_, _, both)| *both != 0)
    })
}

/// A factor after another; no score leaves what a double holds.
fn times(factor: f64, by: f64) -> f64 {
    (factor * by).min(f64::MAX)
}

/// What one key has and another lacks, between what both begin and end with.
pub(crate) fn changed<'k>(
    one: &'k FactorKey,
    other: &'k FactorKey,
) -> impl Iterator<Item = &'k (Option<Arc<str>>, u64)> {
    let pairs = one.iter().zip(&**other);
    let first = pairs.take_while(|(one, other)| one == other).count();
    let (one, other) = (&one[first..], &other[first..]);
    let pairs = one.iter().rev().zip(other.iter().rev());
    let last = pairs.take_while(|(one, other)| one == other).count();
    let changed = one[..one.len() - last].iter();
    changed.chain(&other[..other.len() - last])
}

#[cfg(test)]
mod tests {
    //! Worked out from others, few or many of which are the same, factors are what they are alone.

    use super::*;

    const LEN: usize = 1000;

    fn every(nth: usize, from: usize) -> Option<Arc<Bits>> {
        Some(Arc::new(Bits::from_fn(LEN, |at| {
            at >= from && at % nth == 0
        })))
    }

    fn bits(held: &HeldFactor) -> Bits {
        held.0
            .as_deref()
            .cloned()
            .unwrap_or_else(|| Bits::ones(LEN))
    }

    #[test]
    fn worked_out_from_others_they_are_what_they_are_alone() {
        let rules = [
            (every(3, 0), 1.2),
            (None, 0.9),
            (every(50, 900), 1.7),
            (every(7, 100), f64::MAX),
            (every(70, 0), 3.1),
            (every(2, 0), 0.3),
        ];
        // One after the other joins in front of the others, so that each factor is made in another order.
        let mut held = vec![(every(5, 0), 1.1)];
        let mut factors = Factors::new(LEN, &held);
        for rule in rules {
            let changed = bits(&rule);
            let followed = factors.followed_by(changed.clone(), std::slice::from_ref(&rule));
            for at in 0..LEN {
                let by = if changed.get(at) { rule.1 } else { 1.0 };
                assert_eq!(followed.at(at), times(factors.at(at), by), "{at}");
            }
            held.insert(0, rule);
            factors = factors.changed(changed, &held);
            let alone = Factors::new(LEN, &held);
            let expected = |at: usize| {
                let of_product = held.iter().filter(|held| bits(held).get(at));
                of_product.fold(1.0, |product, (_, factor)| (product * factor).min(f64::MAX))
            };
            for at in 0..LEN {
                assert_eq!(factors.at(at), expected(at), "{at}");
                assert_eq!(alone.at(at), expected(at), "{at}");
            }
            for places in [0..LEN, 64..128, 320..LEN, 960..LEN] {
                let mut all = factors.of_most(places.clone()).to_vec();
                for (at, factor) in factors.others(places.clone()) {
                    if places.contains(&at) {
                        all[at - places.start] = factor;
                    }
                }
                assert!(places.map(expected).eq(all));
            }
        }
    }
}
