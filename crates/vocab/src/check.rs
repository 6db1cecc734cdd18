//! Refuses a bad document whole, with everything that is wrong with it.
//!
//! The schema says what a field may be; this module adds what one field means for
//! another. Both read the raw JSON, so that a fault in one place hides none in another.
//! Conditions are checked a layer up, in `endcap-rules`.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::json::pointer_of;
use crate::shape::Shape;
use crate::{Problem, Problems, STORE_ALIAS, category, pointer_join, schema_for};

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Document {
    /// [`crate::Case`].
    Case,
    /// [`crate::CheckedCase`].
    CheckedCase,
    /// [`crate::RuleSet`].
    RuleSet,
    /// [`crate::Request`].
    Request,
    /// [`crate::Answer`].
    Answer,
}

impl Document {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Case,
        Self::CheckedCase,
        Self::RuleSet,
        Self::Request,
        Self::Answer,
    ];

    /// Its name, as in the file name of its schema.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::CheckedCase => "checked-case",
            Self::RuleSet => "rule-set",
            Self::Request => "request",
            Self::Answer => "answer",
        }
    }

    /// Which kind a value looks like, by the fields that only that kind has.
    #[must_use]
    pub fn guess(value: &Value) -> Option<Self> {
        let has = |key: &str| value.get(key).is_some();
        if has("case") {
            Some(Self::CheckedCase)
        } else if has("catalog") || has("rule_set") {
            Some(Self::Case)
        } else if has("placement") || has("channel") {
            Some(Self::Request)
        } else if has("suppressed") || has("notes") {
            Some(Self::Answer)
        } else if has("rules") || has("objective") || has("eligibility") || has("fallback") {
            Some(Self::RuleSet)
        } else {
            None
        }
    }
}

/// Checks a document and gives it its type.
///
/// # Errors
/// Every problem of [`check_value`].
pub fn check<T: DeserializeOwned>(document: Document, value: &Value) -> Result<T, Problems> {
    let problems = check_value(document, value);
    if !problems.is_empty() {
        return Err(Problems { problems });
    }
    serde_path_to_error::deserialize(value).map_err(|error| Problems {
        problems: vec![Problem::new(
            pointer_of(error.path()),
            error.inner().to_string(),
        )],
    })
}

/// Everything that is wrong with a document but its conditions; empty where nothing is.
#[must_use]
pub fn check_value(document: Document, value: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    Shape::check(schema_for(document), value, &mut problems);
    let mut meaning = Meaning {
        problems: &mut problems,
    };
    match document {
        Document::Case => meaning.case(value, ""),
        Document::CheckedCase => meaning.case(&value["case"], "/case"),
        Document::RuleSet => meaning.rule_set(value, ""),
        Document::Request => meaning.request(value, "", None),
        Document::Answer => {}
    }
    problems
}

struct Meaning<'a> {
    problems: &'a mut Vec<Problem>,
}

impl Meaning<'_> {
    fn say(&mut self, path: impl Into<String>, problem: impl Into<String>) {
        self.problems.push(Problem::new(path, problem));
    }

    fn case(&mut self, case: &Value, path: &str) {
        self.catalog(&case["catalog"], &pointer_join(path, "catalog"));
        self.rule_set(&case["rule_set"], &pointer_join(path, "rule_set"));
        // Without a catalogue, that it is missing says enough.
        let locations = case["catalog"]
            .is_object()
            .then(|| ids(&case["catalog"], "locations"));
        self.request(
            &case["request"],
            &pointer_join(path, "request"),
            locations.as_ref(),
        );
    }

    fn catalog(&mut self, catalog: &Value, path: &str) {
        self.unique(catalog, path, "products", "sku");
        self.unique(catalog, path, "locations", "id");
        self.unique(catalog, path, "promotions", "id");
        for (at, product) in rows(catalog, path, "products") {
            self.category_path(&product["category"], &pointer_join(&at, "category"));
        }
        let locations = ids(catalog, "locations");
        let mut stocked = BTreeSet::new();
        for (at, row) in rows(catalog, path, "inventory") {
            self.known_location(&locations, &row["location"], &pointer_join(&at, "location"));
            if let (Some(location), Some(sku)) = (row["location"].as_str(), row["sku"].as_str())
                && !stocked.insert((location, sku))
            {
                self.say(
                    at,
                    format!("a second row for sku `{sku}` at location `{location}`"),
                );
            }
        }
        for (at, row) in rows(catalog, path, "inbound") {
            self.known_location(&locations, &row["location"], &pointer_join(&at, "location"));
        }
        for (at, promotion) in rows(catalog, path, "promotions") {
            let count = |names: &[&str]| names.iter().filter(|n| !promotion[**n].is_null()).count();
            if count(&["skus", "when"]) != 1 {
                self.say(&at, "needs one of `skus` and `when`");
            }
            if count(&["percent_off", "amount_off", "price"]) != 1 {
                self.say(&at, "needs one of `percent_off`, `amount_off` and `price`");
            }
        }
        for (channel, served) in catalog["sourcing"].as_object().into_iter().flatten() {
            let at = pointer_join(&pointer_join(path, "sourcing"), channel);
            for (index, location) in served.as_array().into_iter().flatten().enumerate() {
                if location.as_str() != Some(STORE_ALIAS) {
                    self.known_location(&locations, location, &pointer_join(&at, index));
                }
            }
        }
    }

    fn rule_set(&mut self, rule_set: &Value, path: &str) {
        self.unique(rule_set, path, "rules", "id");
        let objective = pointer_join(&pointer_join(path, "objective"), "categories");
        for (category, _) in rule_set["objective"]["categories"]
            .as_object()
            .into_iter()
            .flatten()
        {
            self.category_text(category, &pointer_join(&objective, category));
        }
        let eligibility = pointer_join(path, "eligibility");
        let mut floors = BTreeSet::new();
        for (at, floor) in rows(&rule_set["eligibility"], &eligibility, "margin_floors") {
            let at = pointer_join(&at, "category");
            self.category_path(&floor["category"], &at);
            if let Some(category) = floor["category"].as_str()
                && !floors.insert(category)
            {
                self.say(at, format!("a second floor for `{category}`"));
            }
        }
        for (at, rule) in rows(rule_set, path, "rules") {
            self.rule(rule, &at);
        }
    }

    fn rule(&mut self, rule: &Value, path: &str) {
        if rule["effect"]["kind"] == "pin" && !rule["when"].is_null() {
            self.say(
                pointer_join(path, "when"),
                "a pin has no `when`: it names its products, so leave the condition out",
            );
        }
        let scope = pointer_join(path, "scope");
        for (at, page) in rows(&rule["scope"], &scope, "pages") {
            self.category_path(page, &at);
        }
        let hours = &rule["scope"]["schedule"]["hours"];
        let at = format!("{scope}/schedule/hours");
        if let (Some(start), Some(end)) = (hours[0].as_u64(), hours[1].as_u64()) {
            if start == end {
                self.say(
                    at,
                    format!("starts and ends at {start}; leave `hours` out for the whole day"),
                );
            } else if start == 24 {
                self.say(at, "a start of 24 is 0 of the next day");
            }
        }
    }

    fn request(&mut self, request: &Value, path: &str, locations: Option<&BTreeSet<&str>>) {
        self.category_path(&request["page"], &pointer_join(path, "page"));
        if let Some(locations) = locations {
            self.known_location(locations, &request["store"], &pointer_join(path, "store"));
        }
    }

    fn unique(&mut self, parent: &Value, path: &str, list: &str, key: &str) {
        let mut seen = BTreeSet::new();
        for (at, row) in rows(parent, path, list) {
            if let Some(id) = row[key].as_str()
                && !seen.insert(id)
            {
                self.say(
                    pointer_join(&at, key),
                    format!("a second `{id}`; each {key} stands once"),
                );
            }
        }
    }

    fn known_location(&mut self, locations: &BTreeSet<&str>, id: &Value, path: &str) {
        if let Some(id) = id.as_str().filter(|id| !locations.contains(id)) {
            self.say(path, format!("no location `{id}` in the catalogue"));
        }
    }

    fn category_path(&mut self, category: &Value, path: &str) {
        if let Some(category) = category.as_str() {
            self.category_text(category, path);
        }
    }

    fn category_text(&mut self, category: &str, path: &str) {
        if let Some(fault) = category::fault(category) {
            self.say(path, format!("the category path `{category}` {fault}"));
        }
    }
}

/// The entries of a list, each with its pointer.
fn rows<'v>(
    parent: &'v Value,
    path: &str,
    list: &str,
) -> impl Iterator<Item = (String, &'v Value)> {
    let path = pointer_join(path, list);
    let entries = parent[list].as_array().into_iter().flatten().enumerate();
    entries.map(move |(index, row)| (pointer_join(&path, index), row))
}

fn ids<'v>(catalog: &'v Value, list: &str) -> BTreeSet<&'v str> {
    catalog[list]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|row| row["id"].as_str())
        .collect()
}
