//! The names a condition may use, and hints for those it misspells.

use super::node::Field;

/// What may stand before brackets.
pub(super) const FUNCTIONS: [&str; 2] = ["has", "size"];

/// What may stand after a dot and before brackets.
pub(super) const METHODS: [&str; 6] = [
    "startsWith",
    "endsWith",
    "contains",
    "matches",
    "under",
    "size",
];

/// The name of the map of attributes.
pub(super) const ATTRIBUTES: &str = "attributes";

/// Whether `product` has the field.
pub(super) fn is_field(name: &str) -> bool {
    name == ATTRIBUTES || Field::named(name).is_some()
}

/// Names in a row, each between backticks.
pub(super) fn list(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// `; did you mean ...?` where a name is close to what was written.
pub(super) fn did_you_mean(written: &str, names: &[&str]) -> String {
    names
        .iter()
        .map(|name| {
            let (written, lower) = (written.to_lowercase(), name.to_lowercase());
            (strsim::damerau_levenshtein(&written, &lower), *name)
        })
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
        .min()
        .map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}
