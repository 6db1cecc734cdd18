//! Holds a JSON value against a schema and says every difference in words.
//!
//! It knows the keywords that the schemas of this crate use and no others; a test walks
//! the schemas and fails on a keyword that would be passed over here.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde_json::{Map, Value};

use crate::{Problem, pointer_join};

/// The keywords that [`Shape`] reads, or that say nothing about a value.
#[cfg(test)]
const KNOWN_KEYWORDS: &[&str] = &[
    "$defs",
    "$ref",
    "$schema",
    "additionalProperties",
    "anyOf",
    "const",
    "default",
    "description",
    "enum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "oneOf",
    "properties",
    "required",
    "title",
    "type",
];

/// A walk over one document.
pub(crate) struct Shape<'a> {
    root: &'a Value,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Shape<'a> {
    /// Adds to `problems` whatever keeps `value` from being what `schema` describes.
    pub(crate) fn check(schema: &'a Value, value: &Value, problems: &'a mut Vec<Problem>) {
        Self {
            root: schema,
            problems,
        }
        .visit(schema, value, "");
    }

    fn say(&mut self, path: &str, problem: impl Into<String>) {
        self.problems.push(Problem::new(path, problem));
    }

    fn resolve(&self, schema: &'a Value) -> &'a Value {
        match schema.get("$ref").and_then(Value::as_str) {
            Some(reference) => {
                let target = reference.trim_start_matches('#');
                self.root
                    .pointer(target)
                    .map_or(schema, |found| self.resolve(found))
            }
            None => schema,
        }
    }

    fn visit(&mut self, schema: &'a Value, value: &Value, path: &str) {
        let schema = self.resolve(schema);
        if let Some(branches) = schema.get("oneOf").or_else(|| schema.get("anyOf")) {
            let branches: Vec<&Value> = branches
                .as_array()
                .into_iter()
                .flatten()
                .map(|b| self.resolve(b))
                .collect();
            self.visit_branches(&branches, value, path);
            return;
        }
        if let Some(allowed) = schema.get("enum").and_then(Value::as_array) {
            let allowed: Vec<&str> = allowed.iter().filter_map(Value::as_str).collect();
            self.one_of(&allowed, value, path);
            return;
        }
        let types = types_of(schema);
        if !types.is_empty() && !types.iter().any(|kind| is_type(kind, value)) {
            self.say(
                path,
                format!("must be {}, not {}", names_of(&types), describe(value)),
            );
            return;
        }
        match value {
            Value::Number(_) => self.visit_number(schema, value, path),
            Value::String(text) => self.visit_text(schema, text, path),
            Value::Array(items) => self.visit_array(schema, items, path),
            Value::Object(fields) => self.visit_object(schema, fields, path),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn visit_branches(&mut self, branches: &[&'a Value], value: &Value, path: &str) {
        let nullable = branches.iter().any(|b| types_of(b) == ["null"]);
        if nullable && value.is_null() {
            return;
        }
        let branches: Vec<&Value> = branches
            .iter()
            .copied()
            .filter(|b| types_of(b) != ["null"])
            .collect();
        let constants: Vec<&str> = branches
            .iter()
            .filter_map(|b| b.get("const").and_then(Value::as_str))
            .collect();
        if constants.len() == branches.len() {
            self.one_of(&constants, value, path);
            return;
        }
        let kinds: Vec<&str> = branches
            .iter()
            .filter_map(|b| b.pointer("/properties/kind/const")?.as_str())
            .collect();
        if kinds.len() == branches.len() {
            match value.get("kind") {
                None if value.is_object() => {
                    self.say(path, format!("lacks `kind`; it is one of {}", list(&kinds)));
                }
                None => {
                    self.say(path, format!("must be an object, not {}", describe(value)));
                }
                Some(kind) => match kinds.iter().position(|name| Some(*name) == kind.as_str()) {
                    Some(branch) => self.visit(branches[branch], value, path),
                    None => self.one_of(&kinds, kind, &pointer_join(path, "kind")),
                },
            }
            return;
        }
        let fits = |branch: &&&Value| types_of(branch).iter().any(|kind| is_type(kind, value));
        match branches.iter().find(fits) {
            Some(branch) => self.visit(branch, value, path),
            None if branches.len() == 1 => self.visit(branches[0], value, path),
            None => {
                let types: Vec<&str> = branches.iter().flat_map(|b| types_of(b)).collect();
                self.say(
                    path,
                    format!("must be {}, not {}", names_of(&types), describe(value)),
                );
            }
        }
    }

    fn one_of(&mut self, allowed: &[&str], value: &Value, path: &str) {
        match value.as_str() {
            Some(text) if allowed.contains(&text) => {}
            Some(text) => {
                let hint = did_you_mean(text, allowed);
                self.say(
                    path,
                    format!("`{text}` is not one of {}{hint}", list(allowed)),
                );
            }
            None => {
                self.say(
                    path,
                    format!("must be one of {}, not {}", list(allowed), describe(value)),
                );
            }
        }
    }

    fn visit_number(&mut self, schema: &Value, value: &Value, path: &str) {
        let Some(number) = value.as_f64().filter(|number| number.is_finite()) else {
            self.say(path, "must be a finite number");
            return;
        };
        let format = schema.get("format").and_then(Value::as_str);
        // JSON holds a whole number beyond i64 as u64.
        if format == Some("int64") && value.as_i64().is_none() {
            self.say(path, format!("must be {} or less, not {value}", i64::MAX));
            return;
        }
        let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
        let stated = (bound("minimum"), bound("maximum"));
        let largest = match format {
            Some("uint8") => Some(f64::from(u8::MAX)),
            Some("uint32") => Some(f64::from(u32::MAX)),
            _ => None,
        };
        // What the type can hold is said only to whom it concerns.
        let held = (stated.0.or(largest.and(Some(0.0))), stated.1.or(largest));
        if let Some(range) = range_missed(stated, number).or_else(|| range_missed(held, number)) {
            self.say(path, format!("must be {range}, not {value}"));
        }
        if let Some(low) = bound("exclusiveMinimum").filter(|low| number <= *low) {
            self.say(path, format!("must be above {low}, not {value}"));
        }
    }

    fn visit_text(&mut self, schema: &Value, text: &str, path: &str) {
        let min = schema.get("minLength").and_then(Value::as_u64).unwrap_or(0);
        if (text.chars().count() as u64) < min {
            self.say(path, "must not be empty");
            return;
        }
        let (valid, example) = match schema.get("format").and_then(Value::as_str) {
            Some("date") => (
                text.parse::<NaiveDate>().is_ok(),
                "a date such as 2026-11-20",
            ),
            Some("date-time") => (
                DateTime::parse_from_rfc3339(text).is_ok(),
                "an instant with its offset such as 2026-11-20T09:00:00+01:00",
            ),
            Some("partial-date-time") => (
                text.parse::<NaiveDateTime>().is_ok(),
                "a local date-time such as 2026-11-20T09:00:00",
            ),
            Some("iana-time-zone") => (
                text.parse::<chrono_tz::Tz>().is_ok(),
                "an IANA time zone such as Europe/Berlin",
            ),
            _ => (true, ""),
        };
        if !valid {
            self.say(path, format!("must be {example}, not `{text}`"));
        }
    }

    fn visit_array(&mut self, schema: &'a Value, items: &[Value], path: &str) {
        let size = |key: &str| schema.get(key).and_then(Value::as_u64).map(|n| n as usize);
        let (min, max) = (size("minItems"), size("maxItems"));
        if min.is_some() && min == max && Some(items.len()) != min {
            let want = min.unwrap_or_default();
            self.say(
                path,
                format!("must hold {want} values, not {}", items.len()),
            );
        } else if min.is_some_and(|min| items.len() < min) {
            self.say(path, "must not be empty");
        }
        if let Some(schema) = schema.get("items") {
            for (index, item) in items.iter().enumerate() {
                self.visit(schema, item, &pointer_join(path, index));
            }
        }
    }

    fn visit_object(&mut self, schema: &'a Value, fields: &Map<String, Value>, path: &str) {
        let no_properties = Map::new();
        let known = schema.get("properties").and_then(Value::as_object);
        for name in schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            if let Some(name) = name.as_str().filter(|name| !fields.contains_key(*name)) {
                self.say(path, format!("lacks `{name}`"));
            }
        }
        for (name, value) in fields {
            let path = pointer_join(path, name);
            if let Some(schema) = known.and_then(|known| known.get(name)) {
                self.visit(schema, value, &path);
                continue;
            }
            match schema.get("additionalProperties") {
                Some(Value::Bool(false)) => {
                    let names: Vec<&str> = known
                        .unwrap_or(&no_properties)
                        .keys()
                        .map(String::as_str)
                        .collect();
                    let hint = did_you_mean(name, &names);
                    let hint = if hint.is_empty() && !names.is_empty() {
                        format!("; the fields here are {}", list(&names))
                    } else {
                        hint
                    };
                    self.say(&path, format!("unknown field `{name}`{hint}"));
                }
                Some(schema) => self.visit(schema, value, &path),
                None => {}
            }
        }
    }
}

/// The range in words, where the number is not in it.
fn range_missed((low, high): (Option<f64>, Option<f64>), number: f64) -> Option<String> {
    if low.is_none_or(|low| low <= number) && high.is_none_or(|high| number <= high) {
        return None;
    }
    Some(match (low, high) {
        (Some(low), Some(high)) => format!("from {low} to {high}"),
        (Some(low), None) => format!("{low} or more"),
        (None, high) => format!("{} or less", high.unwrap_or(f64::MAX)),
    })
}

fn types_of(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is_type(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

fn names_of(types: &[&str]) -> String {
    let name = |kind: &&str| match *kind {
        "null" => "null",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "a text",
        "array" => "a list",
        _ => "an object",
    };
    types.iter().map(name).collect::<Vec<_>>().join(" or ")
}

fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("`{text}`"),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

fn list(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// `; did you mean ...?` where a name is close to what was written.
fn did_you_mean(written: &str, names: &[&str]) -> String {
    names
        .iter()
        .map(|name| (strsim::damerau_levenshtein(written, name), *name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
        .min()
        .map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, schema_for};

    fn assert_known(schema: &Value, at: &str) {
        let Value::Object(fields) = schema else {
            return;
        };
        let refers = fields.contains_key("$ref");
        for (key, value) in fields {
            let at = format!("{at}/{key}");
            assert!(
                !refers || ["$ref", "default", "description"].contains(&key.as_str()),
                "{at} stands beside a $ref and would be passed over"
            );
            assert!(
                KNOWN_KEYWORDS.contains(&key.as_str()),
                "{at} would be passed over"
            );
            match (key.as_str(), value) {
                ("properties" | "$defs", Value::Object(map)) => {
                    map.iter()
                        .for_each(|(name, schema)| assert_known(schema, &format!("{at}/{name}")));
                }
                ("oneOf" | "anyOf", Value::Array(branches)) => {
                    branches.iter().for_each(|schema| assert_known(schema, &at));
                }
                ("items" | "additionalProperties", schema) => assert_known(schema, &at),
                _ => {}
            }
        }
    }

    #[test]
    fn every_keyword_of_the_schemas_is_read() {
        for document in Document::ALL {
            assert_known(schema_for(document), document.name());
        }
    }

    #[test]
    fn a_hint_needs_a_close_name() {
        assert_eq!(
            did_you_mean("margn", &["brand", "margin"]),
            "; did you mean `margin`?"
        );
        assert_eq!(did_you_mean("colour", &["brand", "margin"]), "");
    }
}
