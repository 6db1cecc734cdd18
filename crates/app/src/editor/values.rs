//! Completion: the values of a field in the catalogue, the commonest first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use endcap_rules::{ABSENT, Coded, Codes};
use endcap_vocab::AttributeValue;

use super::clauses::{ATTRIBUTES, number_in_cel};
use crate::Workspace;

impl Workspace {
    /// The values of a field of which a word begins with `prefix`, in capitals or not, each
    /// with how many products have it: the commonest first, then by text. Fields whose values
    /// nobody picks from a list, such as titles and prices, have none.
    #[must_use]
    pub fn values(&self, field: &str, prefix: &str, limit: usize) -> Vec<(String, usize)> {
        let columns = self.retailer.columns();
        let counts: BTreeMap<String, usize> = match field {
            "brand" => counted(&columns.brand, ToString::to_string),
            "vendor" => counted(&columns.vendor, ToString::to_string),
            "group" => counted(&columns.group, ToString::to_string),
            "category" => self
                .tree()
                .rows
                .into_iter()
                .map(|row| (row.path, row.products))
                .collect(),
            "sku" => (0..columns.len())
                .map(|row| (columns.sku.get(row).to_owned(), 1))
                .collect(),
            "tags" => {
                let mut counts = BTreeMap::new();
                for (tags, products) in uses(&columns.tags.codes, &columns.tags.values) {
                    for tag in tags {
                        *counts.entry(tag.to_string()).or_default() += products;
                    }
                }
                counts
            }
            _ => {
                let name = field.strip_prefix(ATTRIBUTES);
                let column = name.and_then(|name| columns.attributes.get(name));
                column.map_or_else(BTreeMap::new, |column| {
                    said(uses(column.span().1, &column.values), |value| match value {
                        AttributeValue::Bool(truth) => truth.to_string(),
                        AttributeValue::Number(number) => number_in_cel(*number),
                        AttributeValue::Text(text) => text.clone(),
                    })
                })
            }
        };
        let prefix = prefix.trim().to_lowercase();
        let begins = |value: &str| {
            let lower = value.to_lowercase();
            let mut words = lower.split(|c: char| !c.is_alphanumeric());
            lower.starts_with(&prefix) || words.any(|word| word.starts_with(&prefix))
        };
        let mut values: Vec<(String, usize)> = counts
            .into_iter()
            .filter(|(value, _)| begins(value))
            .collect();
        values.sort_by(|(a, a_count), (b, b_count)| {
            (Reverse(a_count), a).cmp(&(Reverse(b_count), b))
        });
        values.truncate(limit);
        values
    }
}

/// The distinct values of a column, each with how many rows have it.
pub(super) fn uses<'a, T>(codes: &Codes, values: &'a [T]) -> impl Iterator<Item = (&'a T, usize)> {
    let mut counts = vec![0; values.len()];
    for code in codes.iter().filter(|code| *code != ABSENT) {
        counts[code as usize] += 1;
    }
    values.iter().zip(counts)
}

fn counted<T>(column: &Coded<T>, say: impl Fn(&T) -> String) -> BTreeMap<String, usize> {
    said(uses(&column.codes, &column.values), say)
}

/// The values that some product has, in words.
fn said<'a, T: 'a>(
    uses: impl Iterator<Item = (&'a T, usize)>,
    say: impl Fn(&T) -> String,
) -> BTreeMap<String, usize> {
    uses.filter(|(_, products)| *products > 0)
        .map(|(value, products)| (say(value), products))
        .collect()
}
