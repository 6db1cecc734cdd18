//! What models that serve have in common: entries of one shopper by row, and preference by
//! probability.

use std::ops::Range;

/// The entries of some rows, of those of one shopper, ascending by row.
pub(crate) fn among<T: Copy>(
    entries: &[(u32, T)],
    rows: &Range<usize>,
) -> impl Iterator<Item = (usize, T)> {
    let first = entries.partition_point(|(row, _)| (*row as usize) < rows.start);
    let end = rows.end;
    let entries = entries[first..].iter();
    entries
        .map(|(row, value)| (*row as usize, *value))
        .take_while(move |(row, _)| *row < end)
}

/// Preferences p / (p + p0) by probability of purchase; a product that nobody buys has none.
pub(crate) fn prefer(purchase: &[f64], base_rate: f64, relevance: &mut [f64]) {
    for (relevance, purchase) in relevance.iter_mut().zip(purchase) {
        *relevance = if *purchase > 0.0 {
            *purchase / (*purchase + base_rate)
        } else {
            0.0
        };
    }
}

/// Single precision that is above preferences and probabilities of purchase which [`prefer`] finds.
pub(crate) fn most(
    probabilities: &[f64],
    base_rate: f64,
    (relevance, purchase): (&mut [f32], &mut [f32]),
) {
    let most = relevance.iter_mut().zip(purchase).zip(probabilities);
    for ((relevance, purchase), probability) in most {
        let mut preferred = [0.0];
        prefer(&[*probability], base_rate, &mut preferred);
        *purchase = (*probability as f32).next_up();
        *relevance = (preferred[0] as f32).next_up();
    }
}
