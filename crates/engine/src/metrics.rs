//! Figures of one slate (ranking semantics, section 8).

use std::sync::OnceLock;

use endcap_rules::ABSENT;
use endcap_vocab::Metrics;

use crate::context::MOST_SLOTS;
use crate::desk::{Desk, Placed};

/// The attention a slot gets: 1 / log2(slot + 1).
pub(crate) fn attention(slot: usize) -> f64 {
    static FIRST: OnceLock<Vec<f64>> = OnceLock::new();
    let of_slot = |slot: usize| 1.0 / libm::log2(slot as f64 + 1.0);
    let first = FIRST.get_or_init(|| (0..=MOST_SLOTS as usize).map(of_slot).collect());
    first.get(slot).copied().unwrap_or_else(|| of_slot(slot))
}

/// The slates of one request: the one shown, and the two it is compared with.
pub(crate) struct Slates<'s, 'a> {
    pub(crate) shown: &'s [Placed<'a>],
    /// Rows.
    pub(crate) organic: &'s [u32],
    pub(crate) any_stock: &'s [Placed<'a>],
    /// The highest purchases of candidates that may be shown without rules, descending.
    pub(crate) purchases: &'s [f64],
    /// For each slot shown, whether a rule had a hand in it.
    pub(crate) overridden: &'s [bool],
}

/// The figures of a slate; `None` where it has no slots.
pub(crate) fn measure(desk: &Desk<'_>, slates: &Slates<'_, '_>) -> Option<Metrics> {
    let Slates {
        shown,
        organic,
        any_stock,
        purchases,
        overridden,
    } = *slates;
    if shown.is_empty() {
        return None;
    }
    let columns = &desk.context.retailer.columns;
    let (mut attention_sum, mut bought, mut revenue, mut margin, mut own) =
        (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut brands = Vec::with_capacity(shown.len());
    let mut moved = 0_usize;
    let rows: Vec<u32> = shown
        .iter()
        .map(|placed| desk.row(placed.item) as u32)
        .collect();
    let predicted = desk.candidates().said_of(&rows);
    for (index, (placed, (_, purchase))) in shown.iter().zip(predicted).enumerate() {
        let (products, at) = desk.at(placed.item);
        let row = desk.row(placed.item);
        let attention = attention(index + 1);
        let expected = attention * purchase;
        attention_sum += attention;
        bought += expected;
        revenue += expected * products.price(at);
        margin += expected * (products.price(at) - columns.unit_cost[row]);
        if columns.private_label.get(row) {
            own += attention;
        }
        brands.push(columns.brand.code(row));
        moved += usize::from(organic.get(index) != Some(&(row as u32)));
    }
    brands.retain(|brand| *brand != ABSENT);
    brands.sort_unstable();
    brands.dedup();
    let slots = shown.len() as f64;
    let min_available = desk.context.rules.eligibility.min_available;
    let wanted_in_vain = any_stock.iter().filter(|placed| {
        let (products, at) = desk.at(placed.item);
        products.stock(at) < min_available
    });
    // Expected purchases of the best slate by purchase alone.
    let best = purchases.iter().take(shown.len()).enumerate();
    let best: f64 = best
        .map(|(index, purchase)| attention(index + 1) * purchase)
        .sum();
    Some(Metrics {
        margin_per_1k: 1000.0 * margin / attention_sum,
        revenue_per_1k: 1000.0 * revenue / attention_sum,
        relevance_kept: if best == 0.0 { 1.0 } else { bought / best },
        private_label_share: own / attention_sum,
        override_rate: overridden.iter().filter(|overridden| **overridden).count() as f64 / slots,
        moved_rate: moved as f64 / slots,
        out_of_stock_demand: if any_stock.is_empty() {
            0.0
        } else {
            wanted_in_vain.count() as f64 / any_stock.len() as f64
        },
        brands: brands.len() as u32,
    })
}
