//! Numbers, dates, names and lists as people write them.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

/// `a`, `a or b`, `a, b or c`.
pub(crate) fn either(items: &[String]) -> String {
    joined(items, "or")
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn both(items: &[String]) -> String {
    joined(items, "and")
}

fn joined(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} {word} {last}", rest.join(", ")),
    }
}

/// A share as percent, shifted in its decimal text so that 0.29 is 29% and not a little less.
pub(crate) fn percent(share: f64) -> String {
    if !share.is_finite() {
        return share.to_string();
    }
    let text = share.to_string();
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => ("-", text),
        None => ("", text.as_str()),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let padded = format!("{fraction:0<2}");
    let (shifted, rest) = padded.split_at(2);
    let digits = format!("{whole}{shifted}");
    let digits = digits.trim_start_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    if rest.is_empty() {
        format!("{sign}{digits}%")
    } else {
        format!("{sign}{digits}.{rest}%")
    }
}

/// `1 slot`, `2 slots`.
pub(crate) fn counted(count: impl std::fmt::Display, one: &str) -> String {
    let count = count.to_string();
    let plural = if count == "1" { "" } else { "s" };
    format!("{count} {one}{plural}")
}

/// The last segment of a category path as a heading: `Hot drinks`.
pub(crate) fn category(path: &str) -> String {
    let last = path.rsplit('/').next().unwrap_or(path);
    let mut letters = last
        .chars()
        .map(|c| if matches!(c, '-' | '_') { ' ' } else { c });
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "all categories".to_owned(),
    }
}

/// A text that a rule names: plain where it cannot be misread, else in quotation marks.
pub(crate) fn name(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let plain = |c: char| c.is_alphanumeric() || "-_./&'".contains(c);
    let is_plain = words
        .iter()
        .all(|word| !word.is_empty() && word.chars().all(plain))
        && !words
            .iter()
            .any(|word| CONNECTIVES.contains(&word.to_lowercase().as_str()))
        && text.parse::<f64>().is_err();
    if is_plain {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// A text in quotation marks; what would break the line, or not be seen, is spelled out.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("“");
    for c in text.chars() {
        match c {
            // As in Rust and JSON: an apostrophe needs no escape.
            '\'' | '"' => quoted.push(c),
            _ => quoted.extend(c.escape_debug()),
        }
    }
    quoted + "”"
}

/// Words that hold a sentence together.
const CONNECTIVES: [&str; 10] = [
    "and", "or", "not", "is", "in", "on", "where", "until", "true", "false",
];

/// `29 November 2026`.
pub(crate) fn date(date: NaiveDate) -> String {
    format!("{} {} {}", date.day(), date.format("%B"), date.year())
}

/// `22:00`, with seconds where there are any.
fn time(time: NaiveTime) -> String {
    if time.second() == 0 && time.nanosecond() == 0 {
        time.format("%H:%M").to_string()
    } else {
        time.format("%H:%M:%S%.f").to_string()
    }
}

/// The first moment of something: `29 November 2026`, with the time unless it is midnight.
pub(crate) fn first_moment(moment: NaiveDateTime) -> String {
    if moment.time() == NaiveTime::MIN {
        date(moment.date())
    } else {
        format!("{} at {}", date(moment.date()), time(moment.time()))
    }
}

/// The first moment after something: midnight is the end of the day before.
pub(crate) fn first_moment_after(moment: NaiveDateTime) -> String {
    match moment.date().pred_opt() {
        Some(last_day) if moment.time() == NaiveTime::MIN => {
            format!("the end of {}", date(last_day))
        }
        _ => first_moment(moment),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_said_in_percent_without_noise() {
        for (share, said) in [
            (0.3, "30%"),
            (0.29, "29%"),
            (0.125, "12.5%"),
            (0.005, "0.5%"),
            (1.0, "100%"),
            (0.0, "0%"),
            (-0.07, "-7%"),
            (2.5, "250%"),
        ] {
            assert_eq!(percent(share), said);
        }
    }

    #[test]
    fn a_name_that_could_be_misread_is_quoted() {
        assert_eq!(name("Alder & Sons"), "Alder & Sons");
        assert_eq!(name("salt and pepper"), "“salt and pepper”");
        assert_eq!(name("500"), "“500”");
        assert_eq!(name("a, b"), "“a, b”");
        assert_eq!(name(""), "“”");
    }

    #[test]
    fn a_category_is_said_by_its_last_segment() {
        assert_eq!(category("grocery/beverages/coffee"), "Coffee");
        assert_eq!(category("hot-drinks"), "Hot drinks");
        assert_eq!(category(""), "all categories");
    }
}
