//! How numbers, money and dates are written here.

use chrono::{DateTime, FixedOffset, NaiveDate};
use endcap_app::console::{Dates, Numbers, Settings};
use endcap_look::NumberFormat;

/// The user's way to write numbers, money and dates, with the data's currency.
#[derive(Debug, Clone, PartialEq)]
pub struct Format {
    numbers: NumberFormat,
    dates: Dates,
    currency: String,
}

impl Format {
    /// As the settings have it.
    #[must_use]
    pub fn new(settings: &Settings, currency: Option<&str>) -> Self {
        Self {
            // The look names the decimal sign first, the settings the sign between thousands.
            numbers: match settings.numbers {
                Numbers::CommaPoint => NumberFormat::PointComma,
                Numbers::PointComma => NumberFormat::CommaPoint,
                Numbers::SpaceComma => NumberFormat::SpaceComma,
            },
            dates: settings.dates,
            currency: currency.unwrap_or_default().to_owned(),
        }
    }

    /// How numbers are written, for widgets that write them.
    #[must_use]
    pub fn numbers(&self) -> NumberFormat {
        self.numbers
    }

    /// A whole number.
    #[must_use]
    pub fn count(&self, value: i64) -> String {
        self.numbers.integer(value)
    }

    /// Money in the data's currency.
    #[must_use]
    pub fn money(&self, value: f64) -> String {
        self.numbers.money(value, &self.currency)
    }

    /// Money without its minor unit, for large amounts.
    #[must_use]
    pub fn money_whole(&self, value: f64) -> String {
        self.numbers.money_whole(value, &self.currency)
    }

    /// A difference of two shares in percentage points, with one decimal.
    #[must_use]
    pub fn points(&self, difference: f64) -> String {
        self.numbers.points(difference, 1)
    }

    /// A number that a person typed.
    #[must_use]
    pub fn parse(&self, text: &str) -> Option<f64> {
        self.numbers.parse(text)
    }

    /// A share as percent, without decimals where it has none to tell.
    #[must_use]
    pub fn percent(&self, share: f64, decimals: usize) -> String {
        self.numbers.percent(share, decimals)
    }

    /// A number with decimals.
    #[must_use]
    pub fn decimal(&self, value: f64, decimals: usize) -> String {
        self.numbers.decimal(value, decimals)
    }

    /// A change with its sign either way.
    #[must_use]
    pub fn signed(&self, value: f64, decimals: usize) -> String {
        self.numbers.signed(value, decimals)
    }

    /// A day.
    #[must_use]
    pub fn day(&self, day: NaiveDate) -> String {
        day.format(match self.dates {
            Dates::DayMonth => "%a %-d %b %Y",
            Dates::MonthDay => "%a %b %-d, %Y",
            Dates::Iso => "%Y-%m-%d",
        })
        .to_string()
    }

    /// A day and time of day.
    #[must_use]
    pub fn instant(&self, at: DateTime<FixedOffset>) -> String {
        at.format(match self.dates {
            Dates::DayMonth => "%a %-d %b %Y %H:%M",
            Dates::MonthDay => "%a %b %-d, %Y %H:%M",
            Dates::Iso => "%Y-%m-%d %H:%M",
        })
        .to_string()
    }

    /// A day and time of day with the zone they are in: "Fri 20 Nov 2026 09:00 UTC+01:00".
    #[must_use]
    pub fn instant_with_zone(&self, at: DateTime<FixedOffset>) -> String {
        let zone = match at.offset().local_minus_utc() {
            0 => "UTC".to_owned(),
            _ => format!("UTC{}", at.format("%:z")),
        };
        format!("{} {zone}", self.instant(at))
    }

    /// A day and time of day in few characters, without the year: "20 Nov 09:00".
    #[must_use]
    pub fn short_instant(&self, at: DateTime<FixedOffset>) -> String {
        at.format(match self.dates {
            Dates::DayMonth => "%-d %b %H:%M",
            Dates::MonthDay => "%b %-d, %H:%M",
            Dates::Iso => "%m-%d %H:%M",
        })
        .to_string()
    }

    /// How long ago something was: "12 s ago", "3 h ago", "2 days ago".
    #[must_use]
    pub fn age(&self, since: DateTime<FixedOffset>, now: DateTime<FixedOffset>) -> String {
        let seconds = (now - since).num_seconds();
        if seconds < 0 {
            return "ahead of this clock".to_owned();
        }
        match seconds {
            0..60 => format!("{seconds} s ago"),
            60..3_600 => format!("{} min ago", seconds / 60),
            3_600..172_800 => format!("{} h ago", seconds / 3_600),
            _ => format!("{} days ago", self.count(seconds / 86_400)),
        }
    }
}
