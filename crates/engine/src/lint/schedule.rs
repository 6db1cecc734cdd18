//! What is wrong with when a rule is in force.

use chrono::{NaiveDateTime, TimeDelta};
use chrono_tz::Tz;
use endcap_rules::calendar::{first_instant, is_skipped, local, usual};
use endcap_rules::overlap::common;
use endcap_vocab::{Request, Rule, Schedule};

use super::Approval;
use super::finding::{Code, Finding, Witness};
use super::known::Known;
use super::scene::Scene;

/// How long before its end a rule is said to end soon.
pub(super) const SOON: TimeDelta = TimeDelta::days(14);

/// What is wrong with the schedule of a rule that is in force now or later.
pub(super) fn look(scene: &Scene<'_>, known: &Known, approval: Option<&Approval>) -> Vec<Finding> {
    let (Some(home), Some(schedule)) = (&known.home, &known.rule().scope.schedule) else {
        return Vec::new();
    };
    let rule = known.rule();
    let mut found = Vec::new();
    found.extend(expires_soon(scene, rule, &home.request, schedule));
    found.extend(approval.and_then(|approval| starts_before(scene, rule, schedule, approval)));
    for (name, time) in [("from", schedule.from), ("until", schedule.until)] {
        found.extend(time.and_then(|time| gap(scene, rule, &home.request, (name, time))));
    }
    found
}

/// The clock that a schedule is read on for a request.
fn clock(scene: &Scene<'_>, schedule: &Schedule, store: Option<&str>) -> Tz {
    let own = schedule.tz.as_deref().and_then(|tz| tz.parse().ok());
    let of_store = || store.and_then(|store| scene.retailer.time_zone(store));
    own.or_else(of_store).unwrap_or(Tz::UTC)
}

/// Whether the first moment of a schedule is not to come for a request.
fn has_begun(scene: &Scene<'_>, schedule: Option<&Schedule>, request: &Request) -> bool {
    schedule.is_none_or(|schedule| {
        let tz = clock(scene, schedule, request.store.as_deref());
        schedule
            .from
            .is_none_or(|from| first_instant(from, tz) <= request.at)
    })
}

/// Whether the last moment of a rule is past for a request.
pub(super) fn is_over(scene: &Scene<'_>, rule: &Rule, request: &Request) -> bool {
    let schedule = rule.scope.schedule.as_ref();
    schedule.is_some_and(|schedule| {
        let tz = clock(scene, schedule, request.store.as_deref());
        schedule
            .until
            .is_some_and(|until| local(request.at, tz) >= until)
    })
}

fn expires_soon(
    scene: &Scene<'_>,
    rule: &Rule,
    home: &Request,
    schedule: &Schedule,
) -> Option<Finding> {
    let tz = clock(scene, schedule, home.store.as_deref());
    let now = scene.now.to_utc();
    let end = first_instant(schedule.until?, tz);
    let has_begun = schedule
        .from
        .is_none_or(|from| first_instant(from, tz) <= now);
    if !has_begun || end <= now || end > now + SOON {
        return None;
    }
    let witness = Witness {
        request: Request {
            at: scene.now.with_timezone(home.at.offset()),
            ..home.clone()
        },
        sku: None,
    };
    let days = (end - now).num_hours().div_euclid(24);
    let when = match days {
        0 => "within a day".to_owned(),
        1 => "in 1 day".to_owned(),
        days => format!("in {days} days"),
    };
    let finding = Finding::new(Code::ExpiresSoon, rule, "/scope/schedule/until", witness);
    Some(finding.say(format!("“{}” ends {when}.", rule.name)))
}

/// Whether a rule would have been in force before anybody approved it.
fn starts_before(
    scene: &Scene<'_>,
    rule: &Rule,
    schedule: &Schedule,
    approval: &Approval,
) -> Option<Finding> {
    let from = schedule.from?;
    let met = common(
        &[&rule.scope],
        &scene.world,
        usual(from).and_utc().fixed_offset() - TimeDelta::days(2),
    )?;
    let live = approval.live.get(&rule.id);
    let is_live = live.is_some_and(|live| has_begun(scene, live.as_ref(), &met.request));
    if met.request.at >= approval.at || is_live {
        return None;
    }
    let tz = clock(scene, schedule, met.request.store.as_deref());
    let mut later = rule.clone();
    if let Some(schedule) = &mut later.scope.schedule {
        schedule.from = Some(approval.at.with_timezone(&tz).naive_local());
    }
    let witness = Witness {
        request: met.request,
        sku: None,
    };
    let finding = Finding::new(
        Code::StartsBeforeApproval,
        rule,
        "/scope/schedule/from",
        witness,
    );
    let sentence = format!(
        "“{}” starts before it is approved; until then it does nothing.",
        rule.name
    );
    Some(finding.say(sentence).put("Start it at its approval", later))
}

/// Whether a rule begins or ends at a time to come that a clock skips.
fn gap(
    scene: &Scene<'_>,
    rule: &Rule,
    home: &Request,
    (name, time): (&str, NaiveDateTime),
) -> Option<Finding> {
    let scope = &rule.scope;
    let schedule = scope.schedule.as_ref()?;
    let fits = |store: &&endcap_rules::overlap::Store| {
        (scope.stores.is_empty() || scope.stores.contains(&store.id))
            && (scope.regions.is_empty() || scope.regions.contains(&store.region))
    };
    let stores = scene
        .world
        .stores
        .iter()
        .filter(fits)
        .map(|store| Some(store.id.as_str()));
    let mut places = std::iter::once(home.store.as_deref()).chain(stores);
    let skips = |store: &Option<&str>| is_skipped(time, clock(scene, schedule, *store));
    let store = places.find(skips)?;
    let tz = clock(scene, schedule, store);
    let at = first_instant(time, tz);
    if at <= scene.now.to_utc() {
        return None;
    }
    let real = at.with_timezone(&tz).naive_local();
    let mut moved = rule.clone();
    if let Some(schedule) = &mut moved.scope.schedule {
        match name {
            "from" => schedule.from = Some(real),
            _ => schedule.until = Some(real),
        }
    }
    let witness = Witness {
        request: Request {
            store: store.map(str::to_owned),
            at: at.with_timezone(&tz).fixed_offset(),
            ..home.clone()
        },
        sku: None,
    };
    let verb = if name == "from" { "starts" } else { "ends" };
    let place = format!("/scope/schedule/{name}");
    let finding = Finding::new(Code::ClockGap, rule, place, witness).say(format!(
        "“{}” {verb} at {}, which the clock of {tz} skips; it {verb} at {}.",
        rule.name,
        time.format("%Y-%m-%d %H:%M"),
        real.format("%H:%M"),
    ));
    Some(finding.put(format!("Set it to {}", real.format("%H:%M")), moved))
}
