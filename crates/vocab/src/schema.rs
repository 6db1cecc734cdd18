//! JSON Schemas (2020-12) of the documents, derived from their types.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::{Answer, Case, CheckedCase, Document, Request, RuleSet};

static SCHEMAS: LazyLock<[Value; 5]> = LazyLock::new(|| {
    let generate = || SchemaSettings::draft2020_12().into_generator();
    [
        generate().into_root_schema_for::<Case>().to_value(),
        generate().into_root_schema_for::<CheckedCase>().to_value(),
        generate().into_root_schema_for::<RuleSet>().to_value(),
        generate().into_root_schema_for::<Request>().to_value(),
        generate().into_root_schema_for::<Answer>().to_value(),
    ]
});

/// The schema of a kind of document.
#[must_use]
pub fn schema_for(document: Document) -> &'static Value {
    &SCHEMAS[document as usize]
}

/// The schema as the text of a file, its keys sorted.
#[must_use]
pub fn schema_text(document: Document) -> String {
    // serde_json keeps the order of writing where any crate of a build asks for that.
    let mut schema = schema_for(document).clone();
    schema.sort_all_objects();
    format!("{schema:#}\n")
}
