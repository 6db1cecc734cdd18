//! Weights of the objective that no product's score can show.

use std::ops::Range;

use endcap_rules::ABSENT_DAY;
use endcap_rules::overlap::anywhere;
use endcap_vocab::{Request, RuleSet, Signal, pointer_join};

use super::finding::{Code, Finding, Fix, FixEdit, Witness};
use super::scene::Scene;
use crate::ground::LOWEST_PRICE;

/// The weights of signals that are 0 for every product they are for.
pub(super) fn idle(scene: &Scene<'_>, rule_set: &RuleSet) -> Vec<Finding> {
    let objective = &rule_set.objective;
    let entries = objective.categories.iter();
    let entries = entries.map(|(category, weights)| (Some(category), weights));
    let mut found = Vec::new();
    for (category, weights) in std::iter::once((None, &objective.default)).chain(entries) {
        let run = scene.retailer.page(category.map_or("", String::as_str));
        for signal in weights
            .0
            .iter()
            .filter(|(_, weight)| **weight > 0.0)
            .map(|(s, _)| *s)
        {
            if !scene.retailer.is_empty() && !matters(scene, signal, &run) {
                found.push(finding(scene, category, signal, &run));
            }
        }
    }
    found
}

fn finding(
    scene: &Scene<'_>,
    category: Option<&String>,
    signal: Signal,
    run: &Range<usize>,
) -> Finding {
    let name = signal.name();
    let entry = match category {
        None => "/objective/default".to_owned(),
        Some(category) => pointer_join("/objective/categories", category),
    };
    let of = category.map_or_else(String::new, |category| format!(" for {category}"));
    let why = if run.is_empty() {
        "no product is there"
    } else {
        "it is 0 for every product"
    };
    Finding {
        code: Code::WeightIdle,
        severity: Code::WeightIdle.severity(),
        rules: Vec::new(),
        place: pointer_join(&entry, name),
        sentence: format!(
            "The weight of {}{of} cannot matter: {why}.",
            name.replace('_', " ")
        ),
        witness: Witness {
            request: Request {
                page: category.cloned(),
                ..anywhere(&scene.world, scene.now)
            },
            sku: run.clone().next().map(|row| scene.sku(row).to_owned()),
        },
        fix: Some(Fix {
            say: "Remove the weight".to_owned(),
            edit: FixEdit::DropWeight {
                category: category.cloned(),
                signal,
            },
        }),
    }
}

/// Whether a signal may be other than 0 for one of some products, at whatever price and instant.
fn matters(scene: &Scene<'_>, signal: Signal, run: &Range<usize>) -> bool {
    let retailer = scene.retailer;
    let columns = &retailer.columns;
    let is_positive = |values: &[f64]| values[run.clone()].iter().any(|value| *value > 0.0);
    match signal {
        // Each shopper's own.
        Signal::Relevance => true,
        Signal::Popularity => is_positive(scene.model.popularity()),
        Signal::Margin => run
            .clone()
            .any(|row| columns.list_price[row].max(LOWEST_PRICE) > columns.unit_cost[row]),
        Signal::PrivateLabel => run.clone().any(|row| columns.private_label.get(row)),
        Signal::Newness => columns.launched_on[run.clone()]
            .iter()
            .any(|day| *day != ABSENT_DAY),
        Signal::Ageing => is_positive(&columns.stock_age_days),
        Signal::Funding => is_positive(&columns.vendor_funding),
        Signal::Season => columns.season_months[run.clone()]
            .iter()
            .any(|months| *months != 0),
        Signal::Rating => is_positive(&columns.rating),
        Signal::ReturnRisk => is_positive(&columns.return_rate),
        Signal::Fulfilment => is_positive(&retailer.fulfilment_cost),
    }
}
