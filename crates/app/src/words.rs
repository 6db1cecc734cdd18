//! What the engine notes, in the user's words, and how words and numbers are written.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use endcap_vocab::{Note, NoteKind, Reason};

/// Why a product may not be shown, as the end of "not shown: ...".
#[must_use]
pub fn reason_phrase(reason: Reason) -> &'static str {
    match reason {
        Reason::Inactive => "not on sale on this day",
        Reason::Channel => "not sold here",
        Reason::Restricted => "needs a permit",
        Reason::Sensitive => "sensitive",
        Reason::InCart => "in the cart",
        Reason::OutOfStock => "out of stock",
        Reason::MarginFloor => "below the margin floor",
        Reason::ReturnRate => "returned too often",
        Reason::Hidden => "hidden by a rule",
    }
}

/// A note as a sentence, with the rule's id and the product's sku.
#[must_use]
pub fn note_sentence(note: &Note) -> String {
    let rule = note.rule.as_deref().unwrap_or("?");
    let sku = note.sku.as_deref().unwrap_or("?");
    note_sentence_of(note, rule, sku)
}

/// A note as a sentence, with the rule and the product as the reader knows them.
pub(crate) fn note_sentence_of(note: &Note, rule: &str, sku: &str) -> String {
    let slot = note.slot.unwrap_or_default();
    match note.note {
        NoteKind::PersonalSignalsOff => {
            "Personal signals are off: the shopper is not known or did not agree.".to_owned()
        }
        NoteKind::SortedByShopper => {
            "The shopper chose the order, so only hiding rules count.".to_owned()
        }
        NoteKind::UnknownCandidate => {
            format!("Retrieval named {sku}, which is not in the catalogue.")
        }
        NoteKind::PinBeyond => {
            format!("{rule} pins {sku} to slot {slot}, which is beyond the slate.")
        }
        NoteKind::PinDuplicate => {
            format!("{rule} pins {sku} to slot {slot}, but it is on the slate already.")
        }
        NoteKind::PinIneligible => {
            let detail = note.detail.as_deref().unwrap_or_default();
            let why = match detail {
                "unknown_sku" => "it is not in the catalogue",
                "filtered" => "the shopper's filter leaves it out",
                _ => Reason::ALL
                    .into_iter()
                    .find(|reason| reason.name() == detail)
                    .map_or("it may not be shown", reason_phrase),
            };
            format!("{rule} pins {sku} to slot {slot}, but it may not be shown: {why}.")
        }
        NoteKind::PinMoved => {
            format!("{rule} pins {sku} to slot {slot}, which was taken: it took the next free one.")
        }
        NoteKind::PinDropped => {
            format!("{rule} pins {sku} to slot {slot}, but that and all after it were taken.")
        }
        NoteKind::PinCompacted => {
            format!("{sku}, placed by {rule} in slot {slot}, moved up: the slate is short.")
        }
        NoteKind::ReserveUnfilled => format!("{rule} found no product for slot {slot}."),
        NoteKind::ReserveBeyond => {
            format!("{rule} reserves slot {slot}, which is beyond the slate.")
        }
        NoteKind::ReserveTaken => format!("{rule} reserves slot {slot}, which was taken."),
        NoteKind::QuotaUnmet => {
            format!("{rule}: fewer of its products stand in its first slots than it asks for.")
        }
        NoteKind::CapExceeded => {
            format!("{rule}: more products of one value stand in its first slots than it allows.")
        }
    }
}

/// A name of the data as a heading: `deal-seekers` is `Deal seekers`, `tacoma-104` is
/// `Tacoma 104`.
pub(crate) fn heading(name: &str) -> String {
    let spaced = |c: char| if matches!(c, '-' | '_') { ' ' } else { c };
    let mut letters = name.chars().map(spaced);
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The last segment of a category path as a heading.
pub(crate) fn category_heading(path: &str) -> String {
    match path.rsplit('/').next() {
        None | Some("") => "the whole catalogue".to_owned(),
        Some(last) => heading(last),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn both(items: &[&str]) -> String {
    match items {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// `1 shopper`, `18,204 shoppers`.
pub(crate) fn counted(count: usize, one: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} {one}{s}", grouped(count))
}

/// A whole number with its thousands apart: `18,204`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1st`, `2nd`, `3rd`, `11th`.
pub(crate) fn ordinal(number: u32) -> String {
    let end = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{end}")
}

/// `29 November 2026`.
pub(crate) fn date(date: NaiveDate) -> String {
    format!("{} {} {}", date.day(), date.format("%B"), date.year())
}

/// The first moment of something: `29 November 2026`, with the time unless it is midnight.
pub(crate) fn moment(moment: NaiveDateTime) -> String {
    if moment.time() == NaiveTime::MIN {
        date(moment.date())
    } else {
        format!("{} at {}", date(moment.date()), moment.format("%H:%M"))
    }
}

/// The first moment after something: midnight is the end of the day before.
pub(crate) fn last_moment(after: NaiveDateTime) -> String {
    match after.date().pred_opt() {
        Some(last_day) if after.time() == NaiveTime::MIN => date(last_day),
        _ => moment(after),
    }
}

/// A figure of a score with its sign: `+0.710`, `−0.036`, `0.000`.
pub(crate) fn signed(figure: f64) -> String {
    let digits = format!("{:.3}", figure.abs());
    match digits.as_str() {
        "0.000" => digits,
        _ if figure < 0.0 => format!("−{digits}"),
        _ => format!("+{digits}"),
    }
}

/// A number to a hundredth, without zeros behind it.
pub(crate) fn rounded(number: f64) -> String {
    ((number * 100.0).round() / 100.0).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_said_as_people_say_them() {
        let at = |text: &str| text.parse::<NaiveDateTime>().unwrap();
        assert_eq!(moment(at("2026-12-01T00:00:00")), "1 December 2026");
        assert_eq!(
            moment(at("2026-12-01T09:30:00")),
            "1 December 2026 at 09:30"
        );
        assert_eq!(last_moment(at("2026-12-01T00:00:00")), "30 November 2026");
        assert_eq!(
            last_moment(at("2026-12-01T09:30:00")),
            "1 December 2026 at 09:30"
        );
        assert_eq!(
            (rounded(4.256), rounded(12.0)),
            ("4.26".to_owned(), "12".to_owned())
        );
    }

    #[test]
    fn names_and_numbers_are_written_as_people_write_them() {
        assert_eq!(heading("deal-seekers"), "Deal seekers");
        assert_eq!(heading(""), "");
        assert_eq!(category_heading("grocery/hot_drinks"), "Hot drinks");
        assert_eq!(category_heading(""), "the whole catalogue");
        assert_eq!(counted(1, "shopper"), "1 shopper");
        assert_eq!(counted(18_204, "shopper"), "18,204 shoppers");
        assert_eq!(counted(1_000_000, "line"), "1,000,000 lines");
        assert_eq!(counted(999, "line"), "999 lines");
        let said: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 112].map(ordinal).into();
        let expected = [
            "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th",
        ];
        assert_eq!(said, expected);
    }
}
