//! Whether two answers say the same.

use endcap_vocab::Answer;
use serde_json::Value;

/// How far apart two figures may be, as a share of the larger, or of 1.
const TOLERANCE: f64 = 1e-9;

/// The first place where two answers differ, and how; `None` where they agree.
pub fn difference(expected: &Answer, actual: &Answer) -> Option<String> {
    let value = |answer| serde_json::to_value(answer).expect("an answer is JSON");
    between("", &value(expected), &value(actual))
}

fn between(path: &str, expected: &Value, actual: &Value) -> Option<String> {
    let differ = || Some(format!("{path}: expected {expected}, got {actual}"));
    match (expected, actual) {
        (Value::Number(a), Value::Number(b)) if a.is_f64() && b.is_f64() => {
            let (a, b) = (a.as_f64()?, b.as_f64()?);
            let most = TOLERANCE * a.abs().max(b.abs()).max(1.0);
            if (a - b).abs() <= most {
                None
            } else {
                differ()
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let mut pairs = a.iter().zip(b).enumerate();
            pairs.find_map(|(index, (a, b))| between(&format!("{path}/{index}"), a, b))
        }
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
            let mut fields = a.iter();
            fields.find_map(|(name, a)| between(&format!("{path}/{name}"), a, &b[name]))
        }
        (a, b) if a == b => None,
        _ => differ(),
    }
}
