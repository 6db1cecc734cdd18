//! Instants on the wall clocks of stores and rules.

use chrono::{
    DateTime, Datelike, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime,
    TimeDelta, TimeZone, Timelike, Utc,
};
use chrono_tz::Tz;
use endcap_vocab::{Schedule, Weekday};

/// Further than any two wall clocks are apart.
const MOST_APART: TimeDelta = TimeDelta::hours(26);

/// Days in which every weekday and hour comes round, even where a clock skips one.
const ROUND: TimeDelta = TimeDelta::days(15);

/// Days in which two clocks that change at different dates have been every way apart.
const YEAR: TimeDelta = TimeDelta::days(370);

/// The wall clock of a time zone at an instant.
#[must_use]
pub fn local(at: DateTime<FixedOffset>, tz: Tz) -> NaiveDateTime {
    at.with_timezone(&tz).naive_local()
}

/// A time that any clock can show: documents may name years in which calendars end.
#[must_use]
pub fn usual(time: NaiveDateTime) -> NaiveDateTime {
    let bound = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    let (first, last) = (bound(1, 1, 1), bound(9999, 12, 31));
    time.clamp(
        first.and_time(NaiveTime::MIN),
        last.and_time(NaiveTime::MIN),
    )
}

/// Whether a wall clock never shows a time, because it is set forward over it.
#[must_use]
pub fn is_skipped(time: NaiveDateTime, tz: Tz) -> bool {
    matches!(tz.from_local_datetime(&usual(time)), MappedLocalTime::None)
}

/// The first instant at which a wall clock shows a time or, where it skips it, a later one.
#[must_use]
pub fn first_instant(time: NaiveDateTime, tz: Tz) -> DateTime<Utc> {
    let time = usual(time);
    if let Some(at) = tz.from_local_datetime(&time).earliest() {
        return at.to_utc();
    }
    let naive = Utc.from_utc_datetime(&time);
    let (mut before, mut after) = (naive - MOST_APART, naive + MOST_APART);
    while after - before > TimeDelta::seconds(1) {
        let middle = before + (after - before) / 2;
        if middle.with_timezone(&tz).naive_local() < time {
            before = middle;
        } else {
            after = middle;
        }
    }
    // The clock changes on a full second, which the halving may have missed by less than one.
    DateTime::from_timestamp(after.timestamp(), 0).unwrap_or(after)
}

/// The first instant from `from` on at which all schedules are in force, each on its own clock.
#[must_use]
pub fn first_in_force(
    schedules: &[(&Schedule, Tz)],
    from: DateTime<FixedOffset>,
) -> Option<DateTime<Utc>> {
    let starts = schedules
        .iter()
        .filter_map(|(schedule, tz)| Some(first_instant(schedule.from?, *tz)));
    let start = starts.fold(from.to_utc(), Ord::max);
    let is_one_clock = schedules.windows(2).all(|pair| pair[0].1 == pair[1].1);
    let end = start + if is_one_clock { ROUND } else { YEAR };
    let mut at = start;
    while at < end {
        let next = schedules
            .iter()
            .map(|(schedule, tz)| next_in_force(schedule, *tz, at));
        let next = next.collect::<Option<Vec<_>>>()?.into_iter().max();
        match next {
            Some(next) if next > at => at = next,
            _ => return Some(at),
        }
    }
    None
}

/// The first instant from `at` on, which is not before its first moment, at which a schedule is
/// in force.
fn next_in_force(schedule: &Schedule, tz: Tz, mut at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let end = at + ROUND;
    while at < end {
        let clock = at.with_timezone(&tz).naive_local();
        if schedule.until.is_some_and(|until| clock >= until) {
            return None;
        }
        if in_force(schedule, clock) {
            return Some(at);
        }
        // Hours and days of the week begin on the hour.
        let past = clock.minute() * 60 + clock.second();
        let past =
            TimeDelta::seconds(past.into()) + TimeDelta::nanoseconds(clock.nanosecond().into());
        at += TimeDelta::hours(1) - past;
    }
    None
}

/// Whether a schedule is in force at a wall-clock time (ranking semantics, section 6).
#[must_use]
pub fn in_force(schedule: &Schedule, local: NaiveDateTime) -> bool {
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
    fn a_skipped_time_begins_when_the_clock_is_set_forward() {
        let berlin = chrono_tz::Europe::Berlin;
        let skipped = at("2027-03-28T02:20:00");
        assert!(is_skipped(skipped, berlin));
        assert_eq!(
            first_instant(skipped, berlin).to_rfc3339(),
            "2027-03-28T01:00:00+00:00"
        );
        assert!(!is_skipped(at("2027-03-28T03:00:00"), berlin));
        // A time that comes twice begins when it comes first.
        let twice = first_instant(at("2026-10-25T02:30:00"), berlin);
        assert_eq!(twice.to_rfc3339(), "2026-10-25T00:30:00+00:00");
    }

    #[test]
    fn schedules_meet_on_their_own_clocks() {
        let hours = |start, end| Schedule {
            hours: Some([start, end]),
            ..Schedule::default()
        };
        let now = DateTime::parse_from_rfc3339("2026-11-20T12:34:56Z").unwrap();
        let (morning, noon) = (hours(9, 10), hours(12, 13));
        let (berlin, utc) = (chrono_tz::Europe::Berlin, Tz::UTC);
        assert_eq!(first_in_force(&[(&morning, utc), (&noon, utc)], now), None);
        assert_eq!(
            first_in_force(&[(&noon, utc)], now).map(|at| at.to_rfc3339()),
            Some("2026-11-20T12:34:56+00:00".to_owned())
        );
        // Nine o'clock in London is ten o'clock in Berlin, summer and winter.
        let ten = hours(10, 11);
        let london = chrono_tz::Europe::London;
        let met = first_in_force(&[(&ten, berlin), (&morning, london)], now);
        assert_eq!(
            met.map(|at| at.to_rfc3339()),
            Some("2026-11-21T09:00:00+00:00".to_owned())
        );
        // In summer Berlin is two hours before UTC, so that its eleven is nine there.
        let met = first_in_force(&[(&hours(11, 12), berlin), (&morning, utc)], now);
        assert_eq!(
            met.map(|at| at.to_rfc3339()),
            Some("2027-03-28T09:00:00+00:00".to_owned())
        );
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
