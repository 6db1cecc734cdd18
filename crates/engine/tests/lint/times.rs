//! What lint finds of schedules.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use endcap_engine::lint::{Approval, Code, Finding, FixEdit, LintTerms};
use endcap_testkit::build::{RuleParts, pin, rule};
use endcap_vocab::{Case, Location, Rule, RuleSet};
use serde_json::json;

use super::{BOOST, BURY, finds, found, found_at, lint_of, pins, schedule, shop};

#[test]
fn a_rule_that_is_over_or_soon_will_be_is_found() {
    let at = |from: &str, until: &str| {
        let times = json!({"from": from, "until": until});
        [rule("r", BOOST).scope(schedule(times))]
    };
    let (past, last_week) = ("2026-10-01T00:00:00", "2026-11-13T00:00:00");
    finds(at(past, last_week), Some((Code::Expired, "r")));
    finds(
        at(past, "2026-12-01T00:00:00"),
        Some((Code::ExpiresSoon, "r")),
    );
    finds(at(past, "2026-12-24T00:00:00"), None);
    // A weekend to come is no surprise.
    finds(at("2026-11-28T00:00:00", "2026-11-30T00:00:00"), None);
    // The clock of the store is behind that of UTC.
    let mut case = shop(at(past, "2026-11-20T17:00:00"));
    assert_eq!(found(&case), [(Code::Expired, "r".to_owned())]);
    case.catalog.locations[0].tz = "America/Los_Angeles".to_owned();
    assert_eq!(found(&case), [(Code::ExpiresSoon, "r".to_owned())]);
}

#[test]
fn the_ends_of_the_calendar_are_times_as_well() {
    let (first, last) = ("-262143-01-02T00:00:00", "+262142-12-30T23:59:59");
    for (from, until) in [(first, last), (last, first), (first, first), (last, last)] {
        let times = json!({"from": from, "until": until, "hours": [9, 17]});
        let pinned = |id: &str| rule(id, pins([pin("A1", 1)])).scope(schedule(times.clone()));
        let case = shop([pinned("r"), pinned("s")]);
        let mut terms = LintTerms::at(case.request.at);
        terms.approval = Some(Approval::new(case.request.at, &RuleSet::default()));
        let found = found_at(&case, &terms);
        assert!(!found.is_empty(), "{from} {until}");
    }
}

#[test]
fn a_rule_that_starts_before_its_approval_is_found() {
    let from = |from: &str, tz: &str| schedule(json!({"from": from, "tz": tz}));
    let case = shop([rule("r", BOOST).scope(from("2026-11-01T00:00:00", "UTC"))]);
    let approved = |at: DateTime<FixedOffset>, live: RuleSet| {
        let mut terms = LintTerms::at(case.request.at);
        terms.approval = Some(Approval::new(at, &live));
        found_at(&case, &terms)
    };
    let now = case.request.at;
    let is_found = [(Code::StartsBeforeApproval, "r".to_owned())];
    assert_eq!(found_at(&case, &LintTerms::at(now)), []);
    assert_eq!(approved(now, RuleSet::default()), is_found);
    let before = "2026-10-30T00:00:00Z".parse().unwrap();
    assert_eq!(approved(before, RuleSet::default()), []);
    // One that is live by then is approved already, whatever else an edit changes of it.
    let live = |rule: Rule| RuleSet {
        rules: vec![rule],
        ..RuleSet::default()
    };
    let old = rule("r", BURY);
    let starts = |time: &str, tz: &str| live(old.clone().scope(from(time, tz)));
    assert_eq!(approved(now, live(old.clone())), []);
    assert_eq!(approved(now, starts("2026-11-01T00:00:00", "UTC")), []);
    assert_eq!(
        approved(now, starts("2026-11-01T00:00:00", "Asia/Tokyo")),
        []
    );
    let later = starts("2026-11-01T00:00:00", "America/Denver");
    assert_eq!(approved(now, later), is_found);
    assert_eq!(
        approved(now, starts("2026-11-03T00:00:00", "UTC")),
        is_found
    );
    let off = Rule {
        enabled: false,
        ..old.clone()
    };
    assert_eq!(approved(now, live(off)), is_found);
    // What is over is live no more.
    let over = json!({"until": "2026-10-01T00:00:00", "tz": "UTC"});
    let over = live(old.clone().scope(schedule(over)));
    assert_eq!(approved(now, over), is_found);
}

#[test]
fn a_rule_that_starts_on_some_clock_before_its_approval_is_found() {
    // The store of the shop is on UTC; what names no zone is on that of the store.
    let mut case = shop([rule("r", BOOST).scope(schedule(json!({"from": "2026-11-20T12:00:00"})))]);
    case.catalog.locations.push(Location {
        id: "far".to_owned(),
        region: "NE".to_owned(),
        tz: "Europe/Helsinki".to_owned(),
    });
    let found = |case: &Case, at: &str| {
        let mut terms = LintTerms::at(at.parse().unwrap());
        terms.approval = Some(Approval::new(terms.now, &RuleSet::default()));
        let found = lint_of(case, &terms);
        let of_code = |finding: &&Arc<Finding>| finding.code == Code::StartsBeforeApproval;
        found.iter().find(of_code).cloned()
    };
    // Noon in Helsinki is ten o'clock in UTC.
    assert_eq!(found(&case, "2026-11-20T09:59:00Z"), None);
    let finding = found(&case, "2026-11-20T11:30:00Z").unwrap();
    assert_eq!(finding.witness.request.store.as_deref(), Some("far"));
    // The way out ends it on every clock, and is none where the rule would end before.
    let fix = |finding: &Finding| match &finding.fix.as_ref()?.edit {
        FixEdit::Put(rule) => Some((**rule).clone()),
        _ => None,
    };
    let later = fix(&finding).unwrap();
    let start = later.scope.schedule.as_ref().unwrap().from.unwrap();
    assert_eq!(start.to_string(), "2026-11-20 13:30:00");
    case.rule_set.rules = vec![later];
    assert_eq!(found(&case, "2026-11-20T11:30:00Z"), None);
    let times = json!({"from": "2026-11-20T12:00:00", "until": "2026-11-20T13:00:00"});
    case.rule_set.rules = vec![rule("r", BOOST).scope(schedule(times))];
    assert_eq!(fix(&found(&case, "2026-11-20T11:30:00Z").unwrap()), None);
    // Nor in the hour that a clock goes through twice.
    let times = json!({"from": "2026-10-01T00:00:00", "tz": "Europe/Berlin"});
    case.rule_set.rules = vec![rule("r", BOOST).scope(schedule(times))];
    assert_eq!(fix(&found(&case, "2026-10-25T01:30:00Z").unwrap()), None);
    assert!(fix(&found(&case, "2026-10-25T02:30:00Z").unwrap()).is_some());
}

#[test]
fn a_time_that_the_clock_skips_is_found() {
    let gap = Some((Code::ClockGap, "r"));
    let at = |from: &str, tz: &str| {
        let times = json!({"from": from, "tz": tz});
        [rule("r", BOOST).scope(schedule(times))]
    };
    let skipped = "2027-03-28T02:30:00";
    finds(at(skipped, "Europe/Berlin"), gap);
    finds(at(skipped, "UTC"), None);
    finds(at("2027-03-28T03:00:00", "Europe/Berlin"), None);
    // What is past is past.
    finds(at("2026-03-29T02:30:00", "Europe/Berlin"), None);
    let until = json!({"until": skipped, "tz": "Europe/Berlin"});
    finds([rule("r", BOOST).scope(schedule(until))], gap);
    // On the clock of a store, where it has one.
    let mut case = shop([rule("r", BOOST).scope(schedule(json!({"from": skipped})))]);
    assert_eq!(found(&case), []);
    case.catalog.locations[0].tz = "Europe/Berlin".to_owned();
    assert_eq!(found(&case), [(Code::ClockGap, "r".to_owned())]);
}
