//! The weights that hold on a page, and where each comes from.

use endcap_vocab::{RuleSet, Signal, category_depth, category_is_under};

use super::Slate;
use crate::tree::page_name;

/// The objective as it holds on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectiveView {
    /// Which entry holds: `Coffee, overrides Grocery`, `Grocery`, `all products`.
    pub holds: String,
    /// The deepest entry at or above the page; `None` is that of all products.
    pub entry: Option<String>,
    /// One a signal, in the order of [`Signal::ALL`].
    pub rows: Vec<ObjectiveRow>,
}

/// The weight of one signal on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectiveRow {
    /// Which signal.
    pub signal: Signal,
    /// As a merchandiser says it.
    pub label: &'static str,
    /// 0..10, on the draft's page.
    pub weight: f64,
    /// On the live page.
    pub live: f64,
    /// Whose weight it is where the page does not set its own: `Grocery`, `all products`.
    pub inherited_from: Option<String>,
    /// What the signal says of a product.
    pub help: &'static str,
}

/// A signal as a merchandiser says it.
#[must_use]
pub fn signal_label(signal: Signal) -> &'static str {
    match signal {
        Signal::Relevance => "Relevance",
        Signal::Popularity => "Popularity",
        Signal::Margin => "Margin",
        Signal::PrivateLabel => "Private label",
        Signal::Newness => "Newness",
        Signal::Ageing => "Ageing stock",
        Signal::Funding => "Vendor funding",
        Signal::Season => "In season",
        Signal::Rating => "Rating",
        Signal::ReturnRisk => "Less return risk",
        Signal::Fulfilment => "Less delivery cost",
    }
}

/// What a signal says of a product, with its formula; every value is in 0..1.
#[must_use]
pub fn signal_help(signal: Signal) -> &'static str {
    match signal {
        Signal::Relevance => {
            "How much this shopper prefers the product, as the model says from orders: 0.5 is \
             what anybody would, near 1 a clear favourite."
        }
        Signal::Popularity => "How often everybody buys the product, as the model says.",
        Signal::Margin => "The share of the price that is left: (price − unit cost) / price.",
        Signal::PrivateLabel => "1 for the retailer's own brands, 0 for others.",
        Signal::Newness => "1 on the day of launch, halving every 30 days: 2^(−age in days / 30).",
        Signal::Ageing => "Grows with the age of the stock to 1 at 90 days: stock age / 90.",
        Signal::Funding => "What the vendor pays a unit, as a share of the price.",
        Signal::Season => "1 in the months in which the product is in season, else 0.",
        Signal::Rating => "The mean of shoppers' ratings, divided by 5.",
        Signal::ReturnRisk => {
            "Takes from the score: the share of units that come back. A larger weight shows \
             risky products later."
        }
        Signal::Fulfilment => {
            "Takes from the score: picking and delivery a unit, as a share of the price. A \
             larger weight shows costly products later."
        }
    }
}

/// What an entry is called; `None` is that of all products.
fn entry_name(entry: Option<&str>) -> String {
    match entry {
        None | Some("") => "all products".to_owned(),
        Some(path) => page_name(path),
    }
}

/// The objective of a draft as it holds on the page of its slate.
pub(super) fn objective(rules: &RuleSet, slate: &Slate, live: &Slate) -> ObjectiveView {
    let objective = &rules.objective;
    let page = slate
        .request
        .page
        .as_deref()
        .filter(|page| !page.is_empty());
    // Deepest first; the page of the whole catalogue has the default alone.
    let mut entries: Vec<&str> = objective
        .categories
        .keys()
        .map(String::as_str)
        .filter(|entry| page.is_some_and(|page| category_is_under(page, entry)))
        .collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(category_depth(entry)));
    let entry = entries.first().copied();
    let holds = if entry.is_some() && entry == page {
        let above = entry_name(entries.get(1).copied());
        format!("{}, overrides {above}", entry_name(entry))
    } else {
        entry_name(entry)
    };
    let source = |signal: Signal| {
        let sets = |entry: &&str| objective.categories[*entry].0.contains_key(&signal);
        entries.iter().copied().find(sets)
    };
    let row = |(index, signal): (usize, Signal)| {
        let source = source(signal);
        ObjectiveRow {
            signal,
            label: signal_label(signal),
            weight: slate.weights[index],
            live: live.weights[index],
            inherited_from: (source != page).then(|| entry_name(source)),
            help: signal_help(signal),
        }
    };
    ObjectiveView {
        holds,
        entry: entry.map(str::to_owned),
        rows: Signal::ALL.into_iter().enumerate().map(row).collect(),
    }
}
