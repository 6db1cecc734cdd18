//! Whether scopes are in force at once:
//!
//! 1. Two scopes meet where every part does: pages nest, lists share an entry, a store is in the
//!    region, schedules meet on their clocks.
//! 2. The request that shows it is the first from the instant on, and names no more than it must.
//! 3. A scope covers another only where it is in force whenever the other is.

#![allow(
    clippy::unwrap_used,
    reason = "what a test is made of may fail the test"
)]

use chrono::{DateTime, FixedOffset};
use endcap_rules::overlap::{Profile, Store, World, are_apart, common, covers};
use endcap_vocab::{Placement, Request, Scope};
use serde_json::{Value, json};

fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-20T12:00:00Z").unwrap()
}

fn world() -> World {
    let store = |id: &str, region: &str, tz: &str| Store {
        id: id.to_owned(),
        region: region.to_owned(),
        tz: tz.parse().unwrap(),
    };
    World {
        stores: vec![
            store("s1", "NW", "UTC"),
            store("s2", "NE", "America/New_York"),
        ],
        channel: "web".to_owned(),
        profiles: vec![Profile {
            segments: vec!["deal".to_owned(), "loyal".to_owned()],
            tier: Some("gold".to_owned()),
        }],
    }
}

fn scope(value: Value) -> Scope {
    serde_json::from_value(value).unwrap()
}

fn met(a: Value, b: Value) -> Option<Request> {
    let (a, b) = (scope(a), scope(b));
    let met = common(&[&a, &b], &world(), now());
    assert_eq!(met.is_some(), common(&[&b, &a], &world(), now()).is_some());
    assert!(met.is_none() || !are_apart(&a, &b));
    met.map(|met| met.request)
}

#[test]
fn scopes_that_share_every_part_meet() {
    for (a, b) in [
        (json!({}), json!({})),
        (json!({"pages": ["a"]}), json!({"pages": ["c", "a/b"]})),
        (
            json!({"channels": ["web", "app"]}),
            json!({"channels": ["app"]}),
        ),
        (json!({"stores": ["s2"]}), json!({"regions": ["NE"]})),
        (
            json!({"segments": ["deal"]}),
            json!({"segments": ["loyal"]}),
        ),
        (json!({"segments": ["deal"]}), json!({"tiers": ["gold"]})),
        (
            json!({"segments": ["new"]}),
            json!({"segments": ["new", "deal"]}),
        ),
        (
            json!({"queries": ["Dark  roast"]}),
            json!({"queries": ["dark roast "]}),
        ),
        (
            json!({"schedule": {"hours": [22, 6], "weekdays": ["fri"]}}),
            json!({"schedule": {"hours": [5, 7], "weekdays": ["sat"]}}),
        ),
        (
            json!({"schedule": {"hours": [9, 10], "tz": "America/New_York"}}),
            json!({"schedule": {"hours": [14, 15]}}),
        ),
        (
            json!({"schedule": {"from": "2026-12-01T00:00:00"}}),
            json!({"schedule": {"until": "2026-12-01T00:00:01"}}),
        ),
    ] {
        assert!(met(a.clone(), b.clone()).is_some(), "{a} {b}");
    }
}

#[test]
fn scopes_that_differ_in_a_part_never_meet() {
    for (a, b) in [
        (json!({"pages": ["a"]}), json!({"pages": ["ab", "b/a"]})),
        (json!({"channels": ["web"]}), json!({"channels": ["app"]})),
        (
            json!({"placements": ["home"]}),
            json!({"placements": ["cart"]}),
        ),
        (json!({"stores": ["s1"]}), json!({"regions": ["NE"]})),
        (json!({"stores": ["nowhere"]}), json!({})),
        (json!({"segments": ["new"]}), json!({"segments": ["loyal"]})),
        (json!({"tiers": ["base"]}), json!({"tiers": ["gold"]})),
        (json!({"queries": ["tea"]}), json!({"queries": ["coffee"]})),
        (
            json!({"schedule": {"hours": [9, 10]}}),
            json!({"schedule": {"hours": [10, 11]}}),
        ),
        (
            json!({"schedule": {"hours": [22, 6], "weekdays": ["fri"]}}),
            json!({"schedule": {"hours": [5, 7], "weekdays": ["fri"]}}),
        ),
        (
            json!({"schedule": {"from": "2026-12-01T00:00:00"}}),
            json!({"schedule": {"until": "2026-12-01T00:00:00"}}),
        ),
        (
            json!({"schedule": {"until": "2026-11-20T07:00:00"}}),
            json!({}),
        ),
        (
            // In one store it is never nine in New York and nine in London at once.
            json!({"stores": ["s1"], "schedule": {"hours": [9, 10]}}),
            json!({"schedule": {"hours": [9, 10], "tz": "America/New_York"}}),
        ),
    ] {
        assert!(met(a.clone(), b.clone()).is_none(), "{a} {b}");
    }
}

#[test]
fn the_request_names_no_more_than_it_must() {
    let request = met(json!({}), json!({})).unwrap();
    assert_eq!(request.placement, Placement::Category);
    assert_eq!(
        (request.page, request.store, request.customer),
        (None, None, None)
    );
    assert_eq!((request.channel.as_str(), request.at), ("web", now()));

    let request = met(json!({"pages": ["a"]}), json!({"pages": ["a/b"]})).unwrap();
    assert_eq!(request.page.as_deref(), Some("a/b"));

    // Over in UTC, and not yet on the clock of New York.
    let request = met(
        json!({"schedule": {"until": "2026-11-20T12:00:00"}}),
        json!({}),
    );
    assert_eq!(request.unwrap().store.as_deref(), Some("s2"));

    // A schedule on the store's clock meets one in New York in a store of New York.
    let request = met(
        json!({"schedule": {"hours": [9, 10], "tz": "America/New_York"}}),
        json!({"schedule": {"hours": [9, 10]}}),
    );
    let request = request.unwrap();
    assert_eq!(request.store.as_deref(), Some("s2"));
    assert_eq!(request.at.to_rfc3339(), "2026-11-20T09:00:00-05:00");

    let request = met(json!({"channels": ["email"]}), json!({})).unwrap();
    assert!(request.customer.unwrap().consent.email);
}

#[test]
fn a_scope_covers_what_it_is_always_in_force_with() {
    let covers = |outer: Value, inner: Value| covers(&scope(outer), &scope(inner));
    assert!(covers(
        json!({}),
        json!({"pages": ["a"], "channels": ["web"]})
    ));
    assert!(covers(
        json!({"pages": ["a"]}),
        json!({"pages": ["a/b", "a"]})
    ));
    assert!(!covers(
        json!({"pages": ["a"]}),
        json!({"pages": ["a/b", "b"]})
    ));
    assert!(!covers(json!({"pages": ["a"]}), json!({})));
    assert!(covers(
        json!({"segments": ["a", "b"]}),
        json!({"segments": ["b"]})
    ));
    assert!(!covers(
        json!({"segments": ["b"]}),
        json!({"segments": ["a", "b"]})
    ));
    let schedule = |value: Value| json!({ "schedule": value });
    let week = schedule(json!({"from": "2026-12-01T00:00:00", "until": "2026-12-08T00:00:00"}));
    let day = schedule(json!({
        "from": "2026-12-02T00:00:00", "until": "2026-12-03T00:00:00", "hours": [9, 10]
    }));
    assert!(covers(week.clone(), day.clone()));
    assert!(!covers(day.clone(), week.clone()));
    assert!(covers(day.clone(), day.clone()));
    // On another clock the day may begin and end outside of the week.
    let elsewhere = schedule(json!({
        "from": "2026-12-01T00:00:00", "until": "2026-12-02T00:00:00", "tz": "Asia/Kolkata"
    }));
    assert!(!covers(week, elsewhere));
    assert!(!covers(schedule(json!({"hours": [9, 10]})), json!({})));
}
