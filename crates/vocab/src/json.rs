//! Reads JSON text strictly: UTF-8, no field twice, no number that is none.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_path_to_error::Segment;

use crate::{Problem, Problems, pointer_join};

/// Reads JSON text.
///
/// # Errors
/// One problem where the text is not UTF-8 or not JSON, or where an object has a field twice,
/// with the place in the text and the pointer of the value that was being read.
pub fn read_json(text: &[u8]) -> Result<Value, Problems> {
    let refuse = |path: String, problem: String| Problems {
        problems: vec![Problem { path, problem }],
    };
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    if let Err(error) = std::str::from_utf8(text) {
        let at = error.valid_up_to();
        return Err(refuse(String::new(), format!("not UTF-8 at byte {at}")));
    }
    let mut reader = serde_json::Deserializer::from_slice(text);
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut reader, &mut track);
    let value = Once { again: false }
        .deserialize(tracked)
        .map_err(|error| {
            let problem = if is_no_number(text, &error) {
                format!("must be a finite number; JSON has no other: {error}")
            } else if error.is_data() {
                error.to_string()
            } else {
                format!("not JSON: {error}")
            };
            refuse(pointer_of(&track.path()), problem)
        })?;
    reader
        .end()
        .map_err(|error| refuse(String::new(), format!("not JSON: {error}")))?;
    Ok(value)
}

/// Whether an error stands at `NaN` or an infinity, which some programs write.
fn is_no_number(text: &[u8], error: &serde_json::Error) -> bool {
    let line = text
        .split(|byte| *byte == b'\n')
        .nth(error.line().saturating_sub(1));
    let line = line.unwrap_or_default();
    // The column is that of the first character that is wrong, from 1, a sign being right.
    let at = error.column().saturating_sub(1).min(line.len());
    line[at..].starts_with(b"NaN") || line[at..].starts_with(b"Infinity")
}

/// The JSON Pointer of the place where serde stopped.
pub(crate) fn pointer_of(path: &serde_path_to_error::Path) -> String {
    path.iter()
        .fold(String::new(), |pointer, segment| match segment {
            Segment::Seq { index } => pointer_join(&pointer, index),
            Segment::Map { key } => pointer_join(&pointer, key),
            // The variant of an enum is a field's value, not a place in the document.
            Segment::Enum { .. } | Segment::Unknown => pointer,
        })
}

/// A JSON value none of whose objects has a field twice.
struct Once {
    /// Whether the value is that of a field that stood before.
    again: bool,
}

impl<'de> DeserializeSeed<'de> for Once {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        if self.again {
            // Raised here, where the path to the field is known.
            return Err(D::Error::custom("the field stands twice; leave one out"));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once {
    type Value = Value;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("must be a finite number"))?;
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = entries.next_element_seed(Once { again: false })? {
            list.push(entry);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            let again = fields.contains_key(&name);
            let value = entries.next_value_seed(Once { again })?;
            fields.insert(name, value);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> (String, String) {
        let mut problems = read_json(text.as_bytes()).unwrap_err().problems;
        let Problem { path, problem } = problems.remove(0);
        (path, problem)
    }

    #[test]
    fn a_field_that_stands_twice_is_named() {
        let (path, problem) = refusal(r#"{"a": [1, {"b": 1, "c/d": 2, "c/d": 3}]}"#);
        assert_eq!(path, "/a/1/c~1d");
        assert!(problem.starts_with("the field stands twice"), "{problem}");
    }

    #[test]
    fn a_number_that_is_none_is_named() {
        for text in ["NaN", "Infinity", "-Infinity", "1e999"] {
            let (path, problem) = refusal(&format!("{{\"a\": 1,\n \"w\": {{\"m\": {text}}}}}"));
            assert_eq!(path, "/w/m", "{text}");
            let finite = problem.starts_with("must be a finite number");
            assert!(finite || text == "1e999", "{text}: {problem}");
        }
    }

    #[test]
    fn what_is_read_is_what_serde_json_reads() {
        let text = r#"{"a": [null, true, -3, 18446744073709551615, 0.1, "\u00e9", {}], "b": []}"#;
        let expected: Value = serde_json::from_str(text).unwrap();
        assert_eq!(read_json(text.as_bytes()).unwrap(), expected);
    }
}
