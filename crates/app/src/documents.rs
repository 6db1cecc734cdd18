//! Documents: checked, said in English, compared.

use std::collections::BTreeSet;
use std::path::Path;

use endcap_rules::diff::{Change, rule_sets};
use endcap_rules::{documents, say};
use endcap_store::Snapshot;
use endcap_vocab::{Document, Effect, Problems, RuleSet, read_json};

use crate::UserError;
use crate::error::read;

/// Reads a rule set from a file.
///
/// # Errors
/// A file that cannot be read, or everything that is wrong with the rule set.
pub fn read_rules(path: &Path) -> Result<RuleSet, UserError> {
    parse_rules(&read(path)?, &path.display().to_string())
}

/// Reads a rule set from the text of a file called `name`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_rules(text: &[u8], name: &str) -> Result<RuleSet, UserError> {
    documents::read_rule_set(text).map_err(|problems| UserError::refused(name, problems))
}

/// Checks a document against its schema and its meaning; says which kind it is.
///
/// # Errors
/// Every problem, or one where its kind cannot be told and is not given.
pub fn check_document(text: &[u8], kind: Option<Document>) -> Result<Document, Problems> {
    let value = read_json(text)?;
    let kind = kind.or_else(|| Document::guess(&value)).ok_or_else(|| {
        let problem = "its fields are of no known document; say which kind it is";
        Problems {
            problems: vec![endcap_vocab::Problem::new("", problem)],
        }
    })?;
    let problems = documents::problems_of(kind, &value);
    if problems.is_empty() {
        Ok(kind)
    } else {
        Err(Problems { problems })
    }
}

/// A rule set in English.
#[must_use]
pub fn say_rules(rules: &RuleSet) -> String {
    say::rule_set(rules)
}

/// What changed from one rule set to another, in sentences.
#[must_use]
pub fn changes(before: &RuleSet, after: &RuleSet) -> Vec<Change> {
    rule_sets(before, after)
}

/// The skus that a rule set's pins name and a snapshot lacks, ascending.
///
/// # Errors
/// A snapshot that cannot be read.
pub fn skus_not_in(snapshot: &Path, rules: &RuleSet) -> Result<Vec<String>, UserError> {
    let pins = rules.rules.iter().flat_map(|rule| match &rule.effect {
        Effect::Pin { pins, .. } => pins.as_slice(),
        _ => &[],
    });
    let mut unknown: BTreeSet<&str> = pins.map(|pin| pin.sku.as_str()).collect();
    Snapshot::open(snapshot)?.products(|product| {
        unknown.remove(product.sku.as_str());
    })?;
    Ok(unknown.into_iter().map(str::to_owned).collect())
}
