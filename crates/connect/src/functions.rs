//! What a mapping can say beyond SQLite's own SQL. Every function gives the same answer on
//! every machine.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Result};
use sha2::{Digest, Sha256};

/// Gives a connection the functions of mappings.
pub(crate) fn add(connection: &Connection) -> Result<()> {
    let pure = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("uniform", 2, pure, |context| {
        Ok(uniform(context.get_raw(0), context.get_raw(1)))
    })?;
    connection.create_scalar_function("slug", 1, pure, |context| {
        Ok(context
            .get::<Option<String>>(0)?
            .and_then(|text| slug(&text)))
    })?;
    connection.create_scalar_function("optional", 1, pure, |context| {
        Ok(context
            .get::<Option<String>>(0)?
            .and_then(|text| optional(&text).map(str::to_owned)))
    })?;
    connection.create_scalar_function("instant", 2, pure, |context| {
        let (local, zone): (Option<String>, Option<String>) = (context.get(0)?, context.get(1)?);
        let (Some(local), Some(zone)) = (local, zone) else {
            return Ok(None);
        };
        instant(&local, &zone)
            .map(|at| Some(at.to_rfc3339()))
            .map_err(|reason| Error::UserFunctionError(reason.into()))
    })?;
    connection.create_aggregate_function("median", 1, pure, Median)
}

/// The first 53 bits of SHA-256 over seed and key.
fn uniform(seed: ValueRef<'_>, key: ValueRef<'_>) -> f64 {
    let mut hash = Sha256::new();
    for value in [seed, key] {
        match value {
            ValueRef::Null => {}
            ValueRef::Integer(number) => hash.update(number.to_string()),
            ValueRef::Real(number) => hash.update(number.to_string()),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => hash.update(bytes),
        }
        // No text holds this byte, so ("a", "bc") and ("ab", "c") differ.
        hash.update([0xff]);
    }
    let digest = hash.finalize();
    let bits = digest[..8]
        .iter()
        .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// Lower case, every run of other characters than letters and digits one hyphen.
fn slug(text: &str) -> Option<String> {
    let mut slug = String::with_capacity(text.len());
    for character in text.chars().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    (!slug.is_empty()).then_some(slug)
}

/// In a CSV file an absent text is an empty field; a text that is there and empty, or begins
/// with a backslash, has a backslash before it.
fn optional(field: &str) -> Option<&str> {
    if field.is_empty() {
        None
    } else {
        Some(field.strip_prefix('\\').unwrap_or(field))
    }
}

/// The field of an optional text: what [`optional`] undoes.
pub(crate) fn optional_field(text: Option<&str>) -> String {
    match text {
        None => String::new(),
        Some(text) if text.is_empty() || text.starts_with('\\') => format!("\\{text}"),
        Some(text) => text.to_owned(),
    }
}

/// A wall-clock time as an instant: the first of the two where clocks are set back, and the
/// first there is where they are set forward.
fn instant(local: &str, zone: &str) -> std::result::Result<DateTime<Tz>, String> {
    let tz: Tz = zone
        .parse()
        .map_err(|_| format!("instant: `{zone}` is no IANA time zone"))?;
    let text = local.trim();
    let time = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .or_else(|| text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0))
        .ok_or_else(|| {
            format!("instant: `{local}` is no local time such as 2026-11-20 09:00:00")
        })?;
    // No zone skips more than a day.
    (0..=24 * 4)
        .find_map(|quarters| {
            let time = time.checked_add_signed(TimeDelta::minutes(15 * quarters))?;
            tz.from_local_datetime(&time).earliest()
        })
        .ok_or_else(|| format!("instant: `{local}` is not within the calendar of {zone}"))
}

/// The middle number, or the mean of the two in the middle; null over no numbers.
struct Median;

impl Aggregate<Vec<f64>, Option<f64>> for Median {
    fn init(&self, _: &mut Context<'_>) -> Result<Vec<f64>> {
        Ok(Vec::new())
    }

    fn step(&self, context: &mut Context<'_>, numbers: &mut Vec<f64>) -> Result<()> {
        if let Some(number) = context.get::<Option<f64>>(0)? {
            numbers.push(number);
        }
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, numbers: Option<Vec<f64>>) -> Result<Option<f64>> {
        let mut numbers = numbers.unwrap_or_default();
        numbers.sort_unstable_by(f64::total_cmp);
        let upper = numbers.len() / 2;
        Ok(match numbers.len() {
            0 => None,
            odd if odd % 2 == 1 => Some(numbers[upper]),
            _ => Some(f64::midpoint(numbers[upper - 1], numbers[upper])),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eval(sql: &str) -> rusqlite::types::Value {
        let connection = Connection::open_in_memory().unwrap();
        add(&connection).unwrap();
        connection
            .query_row(&format!("SELECT {sql}"), [], |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn slugs_are_category_segments() {
        assert_eq!(slug("FRZN ICE").as_deref(), Some("frzn-ice"));
        assert_eq!(
            slug(" Crackers & Biscuits/Crème ").as_deref(),
            Some("crackers-biscuits-crème")
        );
        assert_eq!(slug(" -/ "), None);
    }

    #[test]
    fn the_median_of_an_even_count_is_the_mean_of_the_middle() {
        let median = |values: &str| eval(&format!("median(column1) FROM (VALUES {values})"));
        assert_eq!(median("(3), (1), (NULL), (2)"), 2.0.into());
        assert_eq!(median("(4), (1), (2), (10)"), 3.0.into());
        assert_eq!(median("(NULL)"), rusqlite::types::Value::Null);
    }

    #[test]
    fn uniform_is_even_and_depends_on_seed_and_key() {
        let draw = |seed: &str, key: &str| {
            uniform(
                ValueRef::Text(seed.as_bytes()),
                ValueRef::Text(key.as_bytes()),
            )
        };
        assert!(draw("a", "bc") != draw("ab", "c"));
        let mean = (0..4000).map(|n| draw("s", &n.to_string())).sum::<f64>() / 4000.0;
        // The standard error is 1 / sqrt(12 * 4000) = 0.0046.
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
        assert!((0..4000).all(|n| (0.0..1.0).contains(&draw("t", &n.to_string()))));
    }

    #[test]
    fn instants_know_summer_time() {
        let text = |local, zone| instant(local, zone).map(|at| at.to_rfc3339());
        assert_eq!(
            text("2017-07-01 12:00:00", "America/New_York").as_deref(),
            Ok("2017-07-01T12:00:00-04:00")
        );
        // Skipped: 02:30 does not exist, clocks go from 02:00 to 03:00.
        assert_eq!(
            text("2017-03-12T02:30:00", "America/New_York").as_deref(),
            Ok("2017-03-12T03:00:00-04:00")
        );
        assert_eq!(
            text("1997-01-02", "Etc/UTC").as_deref(),
            Ok("1997-01-02T00:00:00+00:00")
        );
        assert!(text("soon", "Etc/UTC").is_err() && text("1997-01-02", "Mars").is_err());
    }

    #[test]
    fn an_optional_text_survives_its_field() {
        for text in [
            None,
            Some(""),
            Some("\\"),
            Some("\\\\x"),
            Some("x\\"),
            Some("x"),
        ] {
            assert_eq!(optional(&optional_field(text)), text);
        }
    }
}
