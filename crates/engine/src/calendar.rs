//! Instants on the wall clocks of stores and rules.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, Timelike};
use chrono_tz::Tz;
use endcap_vocab::{Schedule, Weekday};

/// The wall clock of a time zone at an instant.
pub(crate) fn local(at: DateTime<FixedOffset>, tz: Tz) -> NaiveDateTime {
    at.with_timezone(&tz).naive_local()
}

/// Whether a schedule is in force at a wall-clock time (ranking semantics, section 6).
pub(crate) fn in_force(schedule: &Schedule, local: NaiveDateTime) -> bool {
    if schedule.from.is_some_and(|from| local < from)
        || schedule.until.is_some_and(|until| local >= until)
    {
        return false;
    }
    let mut day = local.weekday();
    if let Some([start, end]) = schedule.hours {
        let (start, end) = (u32::from(start), u32::from(end));
        let hour = local.hour();
        let inside = if start < end {
            (start..end).contains(&hour)
        } else {
            hour >= start || hour < end
        };
        if !inside {
            return false;
        }
        if start > end && hour < end {
            // Over midnight: these hours belong to the day on which they began.
            day = day.pred();
        }
    }
    schedule.weekdays.is_empty() || schedule.weekdays.contains(&Weekday::from(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn hours_over_midnight_belong_to_the_weekday_on_which_they_began() {
        let friday_night = Schedule {
            weekdays: vec![Weekday::Fri],
            hours: Some([22, 6]),
            ..Schedule::default()
        };
        assert!(in_force(&friday_night, at("2026-11-20T22:00:00")));
        assert!(in_force(&friday_night, at("2026-11-21T05:59:59")));
        assert!(!in_force(&friday_night, at("2026-11-21T06:00:00")));
        assert!(!in_force(&friday_night, at("2026-11-20T05:00:00")));
        assert!(!in_force(&friday_night, at("2026-11-21T22:00:00")));
    }

    #[test]
    fn until_is_the_first_instant_out_of_force() {
        let day = Schedule {
            from: Some(at("2026-11-20T00:00:00")),
            until: Some(at("2026-11-21T00:00:00")),
            ..Schedule::default()
        };
        assert!(!in_force(&day, at("2026-11-19T23:59:59")));
        assert!(in_force(&day, at("2026-11-20T00:00:00")));
        assert!(in_force(&day, at("2026-11-20T23:59:59")));
        assert!(!in_force(&day, at("2026-11-21T00:00:00")));
    }

    #[test]
    fn hours_to_midnight_end_with_the_day() {
        let evening = Schedule {
            hours: Some([17, 24]),
            ..Schedule::default()
        };
        assert!(in_force(&evening, at("2026-11-20T23:59:59")));
        assert!(!in_force(&evening, at("2026-11-21T00:00:00")));
    }
}
