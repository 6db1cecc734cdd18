//! An instant as a person says it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::UserError;

/// An instant, with its offset or on the wall clock of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum At {
    /// With its offset.
    Instant(DateTime<FixedOffset>),
    /// On the wall clock of the request's store, of UTC without one.
    WallClock(NaiveDateTime),
}

impl FromStr for At {
    type Err = String;

    /// Reads RFC 3339, a local date-time, or a date, which is its midnight.
    fn from_str(text: &str) -> Result<Self, String> {
        let midnight = |date: NaiveDate| date.and_time(NaiveTime::MIN);
        DateTime::parse_from_rfc3339(text)
            .map(At::Instant)
            .or_else(|_| text.parse().map(At::WallClock))
            .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").map(At::WallClock))
            .or_else(|_| text.parse().map(midnight).map(At::WallClock))
            .ok()
            .filter(Self::has_usual_year)
            .ok_or_else(|| {
                "an instant such as 2026-11-20T09:00:00+01:00, or 2026-11-20T09:00 or 2026-11-20 \
                 on the store's clock"
                    .to_owned()
            })
    }
}

impl TryFrom<String> for At {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<At> for String {
    fn from(at: At) -> Self {
        at.to_string()
    }
}

impl fmt::Display for At {
    /// Writes what [`At::from_str`] reads back.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instant(instant) => out.write_str(&instant.to_rfc3339()),
            Self::WallClock(local) => write!(out, "{}", local.format("%Y-%m-%dT%H:%M:%S%.f")),
        }
    }
}

impl At {
    /// Whether its year has four digits, as RFC 3339 has it: no zone leads out of the calendar.
    fn has_usual_year(&self) -> bool {
        let year = match self {
            Self::Instant(instant) => instant.year(),
            Self::WallClock(local) => local.year(),
        };
        (0..=9999).contains(&year)
    }

    /// The instant; where a wall clock shows a time twice, the first.
    ///
    /// # Errors
    /// A time that the wall clock leaves out.
    pub(crate) fn instant(self, tz: Tz) -> Result<DateTime<FixedOffset>, UserError> {
        match self {
            Self::Instant(instant) => Ok(instant),
            Self::WallClock(local) => tz
                .from_local_datetime(&local)
                .earliest()
                .map(|instant| instant.fixed_offset())
                .ok_or_else(|| {
                    UserError::bad_input(format!(
                        "{local} is no time in {tz}: the clocks go forward over it"
                    ))
                }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_berlin(text: &str) -> Result<String, UserError> {
        let at: At = text.parse().unwrap();
        Ok(at.instant(chrono_tz::Europe::Berlin)?.to_rfc3339())
    }

    #[test]
    fn a_time_without_an_offset_is_on_the_stores_clock() {
        assert_eq!(
            in_berlin("2026-11-20").unwrap(),
            "2026-11-20T00:00:00+01:00"
        );
        assert_eq!(
            in_berlin("2026-07-01T09:30").unwrap(),
            "2026-07-01T09:30:00+02:00"
        );
        assert_eq!(
            in_berlin("2026-07-01T09:30:00Z").unwrap(),
            "2026-07-01T09:30:00+00:00"
        );
        assert!("tomorrow".parse::<At>().is_err());
        assert!("+262142-12-31T23:59:59".parse::<At>().is_err());
    }

    #[test]
    fn an_instant_is_stored_as_text_and_read_back() {
        for text in [
            "2026-11-20T09:00:00.250+01:00",
            "2026-11-20T09:30",
            "2026-11-20",
        ] {
            let at: At = text.parse().unwrap();
            let stored = serde_json::to_string(&at).unwrap();
            assert!(stored.starts_with("\"2026-11-20T"), "{stored}");
            assert_eq!(serde_json::from_str::<At>(&stored).unwrap(), at);
        }
        assert!(serde_json::from_str::<At>("\"soon\"").is_err());
    }

    #[test]
    fn a_time_that_the_clocks_skip_is_refused_and_one_shown_twice_is_the_first() {
        // Europe/Berlin: 29 March 2026, 2:00 is 3:00; 25 October 2026, 3:00 is 2:00.
        assert!(in_berlin("2026-03-29T02:30").is_err());
        assert_eq!(
            in_berlin("2026-10-25T02:30").unwrap(),
            "2026-10-25T02:30:00+02:00"
        );
    }
}
