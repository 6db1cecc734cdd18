//! What is selected: one, several, a range.

use endcap_app::PageView;

use crate::Desk;

/// Selects one product alone, from which a range may go on.
pub(super) fn only(desk: &mut Desk, sku: &str) {
    desk.selected.clear();
    desk.selected.insert(sku.to_owned());
    desk.focus = Some(sku.to_owned());
}

/// Adds a product to what is selected, or takes it out.
pub(super) fn toggle(desk: &mut Desk, sku: &str) {
    if !desk.selected.remove(sku) {
        desk.selected.insert(sku.to_owned());
    }
    desk.focus = Some(sku.to_owned());
}

/// Selects the products from one to another, both included, in the order they are shown.
pub(super) fn range(desk: &mut Desk, shown: &[&str], from: &str, to: &str) {
    let place = |sku: &str| shown.iter().position(|shown| *shown == sku);
    let (Some(start), Some(end)) = (place(from), place(to)) else {
        only(desk, to);
        return;
    };
    let skus = &shown[start.min(end)..=start.max(end)];
    desk.selected = skus.iter().map(|sku| (*sku).to_owned()).collect();
}

/// Selects every product of the slate.
pub(super) fn all(desk: &mut Desk, page: &PageView) {
    let cards = page.slate.cards.iter();
    desk.selected = cards.map(|card| card.sku.clone()).collect();
}

/// What a gesture on one product is meant for: all that is selected if it is among that, else
/// it alone; in the order of the slate.
pub(super) fn meant(desk: &Desk, page: &PageView, sku: &str) -> Vec<String> {
    if desk.selected.contains(sku) {
        chosen(desk, page)
    } else {
        vec![sku.to_owned()]
    }
}

/// What is selected, in the order of the slate; what the slate does not show comes last.
pub(super) fn chosen(desk: &Desk, page: &PageView) -> Vec<String> {
    let cards = page.slate.cards.iter().map(|card| &card.sku);
    let mut skus: Vec<String> = cards
        .filter(|sku| desk.selected.contains(*sku))
        .cloned()
        .collect();
    if skus.len() < desk.selected.len() {
        let others = desk.selected.iter();
        let others: Vec<String> = others
            .filter(|sku| place(page, sku).is_none())
            .cloned()
            .collect();
        skus.extend(others);
    }
    skus
}

/// The place of a product on the slate, from 0.
pub(super) fn place(page: &PageView, sku: &str) -> Option<usize> {
    page.slate.cards.iter().position(|card| card.sku == sku)
}
