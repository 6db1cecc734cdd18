//! Section 6: which rules are in force, and which goes first.

use chrono::{DateTime, Datelike, Days, NaiveDateTime, Timelike};
use chrono_tz::Tz;
use endcap_vocab::{
    Case, Customer, Effect, Location, Request, Rule, Schedule, Scope, Sort, Weekday,
    category_depth, category_is_under,
};

/// The store of the request, where it has one.
pub fn store(case: &Case) -> Option<&Location> {
    let id = case.request.store.as_ref()?;
    let mut locations = case.catalog.locations.iter();
    locations.find(|location| location.id == *id)
}

/// The instant of the request on the wall clock of the store, or of UTC.
pub fn local_time(case: &Case) -> NaiveDateTime {
    let tz = store(case).map_or("UTC", |store| &store.tz);
    on_wall_clock(&case.request, tz)
}

fn on_wall_clock(request: &Request, tz: &str) -> NaiveDateTime {
    let tz: Tz = tz.parse().expect("a known time zone");
    let local: DateTime<Tz> = request.at.with_timezone(&tz);
    local.naive_local()
}

/// The customer, if signals, segments and tiers may look at one.
pub fn personal(request: &Request) -> Option<&Customer> {
    let customer = request.customer.as_ref()?;
    customer.consent.personalization.then_some(customer)
}

/// The rules in force, in precedence order.
pub fn rules_in_force<'a>(case: &'a Case, rules: &'a [Rule]) -> Vec<&'a Rule> {
    let steps_back = case.request.sort != Sort::Recommended;
    let mut in_force: Vec<&Rule> = Vec::new();
    for rule in rules {
        let stays = matches!(rule.effect, Effect::Hide {} | Effect::Only {});
        if rule.enabled && (stays || !steps_back) && scope_matches(case, &rule.scope) {
            in_force.push(rule);
        }
    }
    in_force.sort_by(|a, b| {
        let priority = b.priority.cmp(&a.priority);
        let depth = page_depth(&b.scope, &case.request).cmp(&page_depth(&a.scope, &case.request));
        priority.then(depth).then(a.id.cmp(&b.id))
    });
    in_force
}

/// How deep the deepest matching page of a scope lies.
fn page_depth(scope: &Scope, request: &Request) -> usize {
    let Some(page) = &request.page else {
        return 0;
    };
    let matching = scope.pages.iter().filter(|at| category_is_under(page, at));
    matching.map(|at| category_depth(at)).max().unwrap_or(0)
}

fn scope_matches(case: &Case, scope: &Scope) -> bool {
    let request = &case.request;
    let store = store(case);
    let customer = personal(request);
    let holds = |list: &[String], value: Option<&String>| {
        list.is_empty() || value.is_some_and(|value| list.contains(value))
    };
    let page = || {
        let page = request.page.as_ref();
        page.is_some_and(|page| scope.pages.iter().any(|at| category_is_under(page, at)))
    };
    let segment = || {
        customer.is_some_and(|customer| {
            let mut segments = customer.segments.iter();
            segments.any(|segment| scope.segments.contains(segment))
        })
    };
    let query = || {
        let query = request.query.as_ref();
        query.is_some_and(|query| {
            let mut queries = scope.queries.iter();
            queries.any(|other| normal(other) == normal(query))
        })
    };
    (scope.pages.is_empty() || page())
        && (scope.placements.is_empty() || scope.placements.contains(&request.placement))
        && holds(&scope.channels, Some(&request.channel))
        && holds(&scope.stores, request.store.as_ref())
        && holds(&scope.regions, store.map(|store| &store.region))
        && (scope.segments.is_empty() || segment())
        && holds(
            &scope.tiers,
            customer.and_then(|customer| customer.tier.as_ref()),
        )
        && (scope.queries.is_empty() || query())
        && scope
            .schedule
            .as_ref()
            .is_none_or(|schedule| schedule_matches(case, schedule))
}

/// Lower-cased, trimmed, white space collapsed.
fn normal(query: &str) -> String {
    let lower = query.to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn schedule_matches(case: &Case, schedule: &Schedule) -> bool {
    let now = match &schedule.tz {
        Some(tz) => on_wall_clock(&case.request, tz),
        None => local_time(case),
    };
    if schedule.from.is_some_and(|from| now < from) {
        return false;
    }
    if schedule.until.is_some_and(|until| now >= until) {
        return false;
    }
    let hour = now.hour();
    let mut day = now.date();
    if let Some([start, end]) = schedule.hours {
        let (start, end) = (u32::from(start), u32::from(end));
        if start < end {
            if hour < start || hour >= end {
                return false;
            }
        } else if hour < end {
            // After midnight: the window began the day before.
            day = day.checked_sub_days(Days::new(1)).expect("a day before");
        } else if hour < start {
            return false;
        }
    }
    schedule.weekdays.is_empty() || schedule.weekdays.contains(&Weekday::from(day.weekday()))
}
