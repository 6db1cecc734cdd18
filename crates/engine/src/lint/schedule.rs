//! What is wrong with when a rule is in force.

use chrono::{NaiveDateTime, TimeDelta};
use chrono_tz::Tz;
use endcap_rules::calendar::{first_instant, is_skipped, local, usual};
use endcap_rules::overlap::{Store, common};
use endcap_vocab::{Request, Rule, Schedule, Scope};

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
fn has_begun(scene: &Scene<'_>, schedule: &Schedule, request: &Request) -> bool {
    let tz = clock(scene, schedule, request.store.as_deref());
    let from = schedule.from;
    from.is_none_or(|from| first_instant(from, tz) <= request.at)
}

/// Whether the last moment of a schedule is past for a request.
fn has_ended(scene: &Scene<'_>, schedule: &Schedule, request: &Request) -> bool {
    let tz = clock(scene, schedule, request.store.as_deref());
    let until = schedule.until;
    until.is_some_and(|until| local(request.at, tz) >= until)
}

/// Whether the last moment of a rule is past for a request.
pub(super) fn is_over(scene: &Scene<'_>, rule: &Rule, request: &Request) -> bool {
    let schedule = rule.scope.schedule.as_ref();
    schedule.is_some_and(|schedule| has_ended(scene, schedule, request))
}

/// The stores of a scope.
fn stores_of<'s>(scene: &'s Scene<'_>, scope: &'s Scope) -> impl Iterator<Item = &'s Store> {
    scene.world.stores.iter().filter(|store| {
        (scope.stores.is_empty() || scope.stores.contains(&store.id))
            && (scope.regions.is_empty() || scope.regions.contains(&store.region))
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

/// Whether a rule would be in force before anybody approves it.
fn starts_before(
    scene: &Scene<'_>,
    rule: &Rule,
    schedule: &Schedule,
    approval: &Approval,
) -> Option<Finding> {
    let from = schedule.from?;
    let since = usual(from).and_utc().fixed_offset() - TimeDelta::days(2);
    let begins = |scope: &Scope| {
        let met = common(&[scope], &scene.world, since)?;
        (met.request.at < approval.at).then_some(met.request)
    };
    // Which clocks are ahead makes a difference within a day.
    let is_near = (from - approval.at.naive_utc()).abs() < TimeDelta::days(1);
    let begins_at = |store: &Store| {
        begins(&Scope {
            stores: vec![store.id.clone()],
            ..rule.scope.clone()
        })
    };
    let stores = || stores_of(scene, &rule.scope).filter(|_| schedule.tz.is_none());
    let request =
        begins(&rule.scope).or_else(|| stores().filter(|_| is_near).find_map(begins_at))?;
    let is_live = approval.live.get(&rule.id).is_some_and(|live| {
        let live = live.as_ref();
        live.is_none_or(|live| {
            has_begun(scene, live, &request) && !has_ended(scene, live, &request)
        })
    });
    if is_live {
        return None;
    }
    let clocks = stores().map(|store| Some(store.id.as_str()));
    let clocks = clocks.chain([request.store.as_deref()]);
    let clocks: Vec<Tz> = clocks.map(|store| clock(scene, schedule, store)).collect();
    // When it is approved on the clock that is ahead of all others.
    let start = clocks.iter().map(|tz| local(approval.at, *tz)).max()?;
    let may_start = schedule.until.is_none_or(|until| start < until)
        && clocks
            .iter()
            .all(|tz| first_instant(start, *tz) >= approval.at);
    let witness = Witness { request, sku: None };
    let place = "/scope/schedule/from";
    let finding = Finding::new(Code::StartsBeforeApproval, rule, place, witness).say(format!(
        "“{}” starts before it is approved; until then it does nothing.",
        rule.name
    ));
    if !may_start {
        return Some(finding);
    }
    let mut later = rule.clone();
    if let Some(schedule) = &mut later.scope.schedule {
        schedule.from = Some(start);
    }
    Some(finding.put("Start it at its approval", later))
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
    let stores = stores_of(scene, scope).map(|store| Some(store.id.as_str()));
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
