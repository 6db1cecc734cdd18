//! Whether scopes can be in force at once, shown by a request for which they are.

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;
use endcap_vocab::{Consent, Customer, Placement, Request, Schedule, Scope, category_is_under};

use crate::calendar::first_in_force;

/// Further than any two wall clocks are apart.
const MOST_APART: TimeDelta = TimeDelta::hours(26);

/// What requests can name: the stores, a channel, and who shops.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// By id.
    pub stores: Vec<Store>,
    /// The channel of a request for which any will do.
    pub channel: String,
    /// Segments and tiers that shoppers have at once. A shopper of two segments is only taken for
    /// possible where one stands here.
    pub profiles: Vec<Profile>,
}

/// A store or warehouse.
#[derive(Debug, Clone)]
pub struct Store {
    /// Id.
    pub id: String,
    /// Region.
    pub region: String,
    /// The zone of its clock.
    pub tz: Tz,
}

/// What is known of a shopper.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Profile {
    /// Ascending.
    pub segments: Vec<String>,
    /// Loyalty tier.
    pub tier: Option<String>,
}

/// A request for which scopes are in force at once.
#[derive(Debug, Clone)]
pub struct Common {
    /// Its page is the first of `pages`.
    pub request: Request,
    /// The highest pages at which they are; `None` where any page or none will do.
    pub pages: Option<Vec<String>>,
}

/// The first request from `from` on for which all scopes are in force; none where they never are.
#[must_use]
pub fn common(scopes: &[&Scope], world: &World, from: DateTime<FixedOffset>) -> Option<Common> {
    let pages = match pages(scopes) {
        Some(pages) if pages.is_empty() => return None,
        pages => pages,
    };
    let query = match shared(scopes, |scope| {
        scope.queries.iter().map(|q| normal_query(q)).collect()
    }) {
        Shared::Any => None,
        Shared::These(queries) => Some(queries.into_iter().next()?),
    };
    // What is typed on a page searches within it.
    let placement = placement(scopes, query.is_some() && pages.is_none())?;
    let channel = match shared(scopes, |scope| scope.channels.clone()) {
        Shared::Any => world.channel.clone(),
        Shared::These(channels) => channels.into_iter().next()?,
    };
    let customer = customer(scopes, world)?;
    let gets_email = placement == Placement::Email || channel == "email";
    let (store, at) = store_and_instant(scopes, world, from)?;
    let request = Request {
        placement,
        page: pages.as_ref().and_then(|pages| pages.first().cloned()),
        channel,
        store: store.map(|store| store.id.clone()),
        query,
        customer: customer.or_else(|| gets_email.then(|| shopper(Profile::default()))),
        ..anywhere(world, at)
    };
    Some(Common { request, pages })
}

/// A request of nobody for all of the catalogue.
#[must_use]
pub fn anywhere(world: &World, at: DateTime<FixedOffset>) -> Request {
    Request::anonymous(&world.channel, at)
}

/// Whether two scopes are never in force at once, as far as a glance tells.
#[must_use]
pub fn are_apart(a: &Scope, b: &Scope) -> bool {
    fn apart<T: PartialEq>(a: &[T], b: &[T]) -> bool {
        !a.is_empty() && !b.is_empty() && !a.iter().any(|entry| b.contains(entry))
    }
    let is_over = |a: &Scope, b: &Scope| {
        let until = a.schedule.as_ref().and_then(|schedule| schedule.until);
        let from = b.schedule.as_ref().and_then(|schedule| schedule.from);
        until
            .zip(from)
            .is_some_and(|(until, from)| later(until, slack(a, b)) <= from)
    };
    apart(&a.channels, &b.channels)
        || apart(&a.placements, &b.placements)
        || apart(&a.stores, &b.stores)
        || apart(&a.regions, &b.regions)
        || apart(&a.tiers, &b.tiers)
        || is_over(a, b)
        || is_over(b, a)
}

/// Whether `outer` is in force whenever `inner` is; where that cannot be told, it is not.
#[must_use]
pub fn covers(outer: &Scope, inner: &Scope) -> bool {
    fn within<T: PartialEq>(outer: &[T], inner: &[T]) -> bool {
        outer.is_empty() || !inner.is_empty() && inner.iter().all(|entry| outer.contains(entry))
    }
    let normal = |scope: &Scope| -> Vec<String> {
        let queries = scope.queries.iter();
        queries.map(|query| normal_query(query)).collect()
    };
    let is_inside = |page: &String| {
        outer
            .pages
            .iter()
            .any(|entry| category_is_under(page, entry))
    };
    let pages =
        outer.pages.is_empty() || !inner.pages.is_empty() && inner.pages.iter().all(is_inside);
    pages
        && within(&outer.placements, &inner.placements)
        && within(&outer.channels, &inner.channels)
        && within(&outer.stores, &inner.stores)
        && within(&outer.regions, &inner.regions)
        && within(&outer.segments, &inner.segments)
        && within(&outer.tiers, &inner.tiers)
        && within(&normal(outer), &normal(inner))
        && lasts(outer, inner)
}

/// Whether the schedule of `outer` holds whenever that of `inner` does.
fn lasts(outer: &Scope, inner: &Scope) -> bool {
    let Some(wide) = &outer.schedule else {
        return true;
    };
    let narrow = inner.schedule.clone().unwrap_or_default();
    if *wide == narrow {
        return true;
    }
    let slack = slack(outer, inner);
    let is_daily = wide.weekdays.is_empty() && wide.hours.is_none();
    let is_same_round =
        wide.tz == narrow.tz && wide.weekdays == narrow.weekdays && wide.hours == narrow.hours;
    let starts = wide.from.is_none_or(|wide| {
        narrow
            .from
            .is_some_and(|narrow| narrow >= later(wide, slack))
    });
    let ends = wide.until.is_none_or(|wide| {
        narrow
            .until
            .is_some_and(|narrow| later(narrow, slack) <= wide)
    });
    (is_daily || is_same_round) && starts && ends
}

fn later(time: NaiveDateTime, by: TimeDelta) -> NaiveDateTime {
    time.checked_add_signed(by).unwrap_or(NaiveDateTime::MAX)
}

/// How far apart the clocks of two scopes may be.
fn slack(a: &Scope, b: &Scope) -> TimeDelta {
    fn tz(scope: &Scope) -> Option<&str> {
        scope.schedule.as_ref()?.tz.as_deref()
    }
    if tz(a) == tz(b) && (tz(a).is_some() || a.stores == b.stores && a.regions == b.regions) {
        TimeDelta::zero()
    } else {
        MOST_APART
    }
}

/// A query as it is compared: lower-cased, trimmed, with single spaces.
#[must_use]
pub fn normal_query(query: &str) -> String {
    query
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// What lists have in common, an empty one being any.
enum Shared<T> {
    Any,
    These(Vec<T>),
}

fn shared<T: PartialEq>(scopes: &[&Scope], list: impl Fn(&Scope) -> Vec<T>) -> Shared<T> {
    let mut shared = Shared::Any;
    for these in scopes.iter().map(|scope| list(scope)) {
        shared = match shared {
            _ if these.is_empty() => shared,
            Shared::Any => Shared::These(these),
            Shared::These(mut both) => {
                both.retain(|entry| these.contains(entry));
                Shared::These(both)
            }
        };
    }
    shared
}

/// The highest pages that are at or under one of each scope's; `None` where none names any.
fn pages(scopes: &[&Scope]) -> Option<Vec<String>> {
    let mut lists = scopes
        .iter()
        .map(|scope| &scope.pages)
        .filter(|pages| !pages.is_empty());
    let mut shared: Vec<&String> = lists.next()?.iter().collect();
    for pages in lists {
        let mut both: Vec<&String> = Vec::new();
        for a in shared {
            for b in pages {
                let deeper = if category_is_under(a, b) {
                    Some(a)
                } else {
                    category_is_under(b, a).then_some(b)
                };
                if let Some(page) = deeper.filter(|page| !both.contains(page)) {
                    both.push(page);
                }
            }
        }
        shared = both;
    }
    Some(shared.into_iter().cloned().collect())
}

fn placement(scopes: &[&Scope], is_search: bool) -> Option<Placement> {
    let mut allowed = match shared(scopes, |scope| scope.placements.clone()) {
        Shared::Any => Placement::ALL.to_vec(),
        Shared::These(placements) => placements,
    };
    let first = if is_search {
        Placement::Search
    } else {
        Placement::Category
    };
    allowed.sort_by_key(|placement| (*placement != first, *placement));
    allowed.into_iter().next()
}

/// A shopper for whom all are in force, nobody where anybody will do; `None` where there is none.
fn customer(scopes: &[&Scope], world: &World) -> Option<Option<Customer>> {
    let segments = || scopes.iter().filter(|scope| !scope.segments.is_empty());
    let tier = match shared(scopes, |scope| scope.tiers.clone()) {
        Shared::Any => None,
        Shared::These(tiers) => Some(tiers),
    };
    if segments().next().is_none() && tier.is_none() {
        return Some(None);
    }
    let known = world.profiles.iter().find(|profile| {
        let shares = |scope: &&&Scope| {
            scope
                .segments
                .iter()
                .any(|segment| profile.segments.contains(segment))
        };
        let tier_fits =
            |tiers: &Vec<String>| profile.tier.as_ref().is_some_and(|t| tiers.contains(t));
        segments().all(|scope| shares(&scope)) && tier.as_ref().is_none_or(tier_fits)
    });
    if let Some(profile) = known {
        return Some(Some(shopper(profile.clone())));
    }
    let segment = match shared(scopes, |scope| scope.segments.clone()) {
        Shared::Any => None,
        Shared::These(segments) => Some(segments.into_iter().next()?),
    };
    let tier = match tier {
        None => None,
        Some(tiers) => Some(tiers.into_iter().next()?),
    };
    Some(Some(shopper(Profile {
        segments: segment.into_iter().collect(),
        tier,
    })))
}

/// A made-up shopper who agreed to everything.
#[must_use]
pub fn shopper(profile: Profile) -> Customer {
    Customer {
        id: "made-up".to_owned(),
        segments: profile.segments,
        tier: profile.tier,
        permits: Vec::new(),
        consent: Consent {
            personalization: true,
            email: true,
            sensitive: true,
        },
    }
}

/// A store, or none where any will do, and the first instant at which all schedules hold there.
fn store_and_instant<'w>(
    scopes: &[&Scope],
    world: &'w World,
    from: DateTime<FixedOffset>,
) -> Option<(Option<&'w Store>, DateTime<FixedOffset>)> {
    let schedules: Vec<&Schedule> = scopes.iter().filter_map(|s| s.schedule.as_ref()).collect();
    let fits = |store: &&Store| {
        scopes.iter().all(|scope| {
            (scope.stores.is_empty() || scope.stores.contains(&store.id))
                && (scope.regions.is_empty() || scope.regions.contains(&store.region))
        })
    };
    let is_anywhere = scopes
        .iter()
        .all(|scope| scope.stores.is_empty() && scope.regions.is_empty());
    // Without a zone of its own a schedule is on the store's clock.
    let asks_store = schedules.iter().any(|schedule| schedule.tz.is_none());
    let mut clocks: Vec<Tz> = Vec::new();
    let mut places: Vec<Option<&Store>> = Vec::new();
    if is_anywhere {
        clocks.push(Tz::UTC);
        places.push(None);
    }
    for store in world.stores.iter().filter(fits) {
        if (asks_store || !is_anywhere) && !clocks.contains(&store.tz) {
            clocks.push(store.tz);
            places.push(Some(store));
        }
    }
    places.into_iter().zip(clocks).find_map(|(store, clock)| {
        let zoned = schedules.iter().map(|schedule| {
            let own = schedule.tz.as_deref().and_then(|tz| tz.parse().ok());
            (*schedule, own.unwrap_or(clock))
        });
        let zoned: Vec<(&Schedule, Tz)> = zoned.collect();
        let at = first_in_force(&zoned, from)?;
        Some((store, at.with_timezone(&clock).fixed_offset()))
    })
}
