//! Price promotions: weekly offers on single products, and a few over whole shelves.

use chrono::{DateTime, Datelike, FixedOffset, TimeDelta};
use endcap_vocab::Promotion;

use crate::draws::{Draws, Stream};
use crate::products::Made;

/// What a weekly offer takes off, in percent, and how many products it covers.
const WEEKLY: [(f64, f64); 3] = [(10.0, 0.018), (15.0, 0.012), (25.0, 0.006)];

/// Percent off in a week of the year of orders, numbered as by [`week`].
pub(crate) fn weekly_percent(seed: u64, product: u64, week: i64) -> Option<f64> {
    let index = product.wrapping_mul(64).wrapping_add(week as u64);
    let mut rest = Draws::new(seed, Stream::Offer, index).unit();
    for (percent, share) in WEEKLY {
        if rest < share {
            return Some(percent);
        }
        rest -= share;
    }
    None
}

/// The week of an instant: 0 holds the first order, and each begins on a Monday.
pub(crate) fn week(at: DateTime<FixedOffset>) -> i64 {
    (at.date_naive() - monday_of(crate::instant(0)).date_naive()).num_days() / 7
}

fn monday_of(at: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    let midnight = at.time().signed_duration_since(chrono::NaiveTime::MIN);
    at - midnight - TimeDelta::days(i64::from(at.weekday().num_days_from_monday()))
}

/// This week's offers and next week's, and what runs beside them.
pub(crate) fn promotions(made: &[Made], seed: u64) -> Vec<Promotion> {
    let taken_at = crate::taken_at();
    let monday = monday_of(taken_at);
    let mut promotions = Vec::new();
    for (name, ahead) in [("this-week", 0), ("next-week", 1)] {
        let from = monday + TimeDelta::weeks(ahead);
        let number = week(taken_at) + ahead;
        for (percent, _) in WEEKLY {
            let covered = |made: &&Made| weekly_percent(seed, made.index, number) == Some(percent);
            let skus = made.iter().filter(covered);
            promotions.push(Promotion {
                id: format!("{name}-{percent}"),
                skus: Some(skus.map(|made| made.product.sku.clone()).collect()),
                percent_off: Some(percent),
                from: Some(from),
                until: Some(from + TimeDelta::weeks(1)),
                ..Promotion::default()
            });
        }
    }
    promotions.extend(shelves(monday));
    promotions.sort_by(|a, b| a.id.cmp(&b.id));
    promotions
}

/// Promotions by condition.
fn shelves(monday: DateTime<FixedOffset>) -> [Promotion; 6] {
    let days = |days| Some(monday + TimeDelta::days(days));
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    [
        Promotion {
            id: "advent-candles".to_owned(),
            when: Some("product.category.under(\"home/living/candles\")".to_owned()),
            percent_off: Some(15.0),
            from: days(-7),
            until: days(34),
            ..Promotion::default()
        },
        Promotion {
            id: "app-coffee-pods".to_owned(),
            when: Some(
                "product.category.under(\"grocery/beverages/coffee\") \
                 && product.title.contains(\"pods\")"
                    .to_owned(),
            ),
            amount_off: Some(0.5),
            from: days(0),
            until: days(14),
            channels: texts(&["app"]),
            ..Promotion::default()
        },
        Promotion {
            id: "black-friday-home".to_owned(),
            when: Some("product.category.under(\"home\") && product.price >= 20".to_owned()),
            percent_off: Some(20.0),
            from: days(11),
            until: days(15),
            channels: texts(&["app", "web"]),
            ..Promotion::default()
        },
        Promotion {
            id: "clearance".to_owned(),
            when: Some("\"clearance\" in product.tags".to_owned()),
            percent_off: Some(20.0),
            ..Promotion::default()
        },
        Promotion {
            id: "student-pasta".to_owned(),
            when: Some(
                "product.category.under(\"grocery/pantry/pasta\") && product.private_label"
                    .to_owned(),
            ),
            price: Some(0.79),
            from: days(-28),
            until: days(28),
            segments: texts(&["students"]),
            ..Promotion::default()
        },
        Promotion {
            id: "welcome".to_owned(),
            when: Some(
                "product.private_label && !product.category.under(\"grocery/wine and spirits\")"
                    .to_owned(),
            ),
            percent_off: Some(5.0),
            channels: texts(&["app", "email", "web"]),
            segments: texts(&["new"]),
            ..Promotion::default()
        },
    ]
}
