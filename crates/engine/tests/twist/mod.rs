//! Changes to a case that lead into the rare branches of the semantics: crowded slots,
//! tight quotas, caps that contradict them, short slates, clocks at their edges.

use chrono::{DateTime, Days, NaiveDate, Timelike};
use chrono_tz::Tz;
use endcap_testkit::build::{RuleParts, pin, rule};
use endcap_vocab::{
    CapField, Case, Effect, Fallback, IfUnavailable, Promotion, Rule, Schedule, Scope, Sort,
    Weekday,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// One change.
#[derive(Debug, Clone)]
pub enum Twist {
    /// Nearly everything is eligible, every rule in force everywhere.
    Relax,
    /// A rule that pins products to one slot.
    Crowd(Vec<Index>, u32, IfUnavailable),
    /// A reserve of slots, some of them twice.
    Reserve(Vec<u32>, &'static str),
    /// A quota, its need close to the slots it has.
    Quota(u32, u32, &'static str, i64),
    /// A cap, the last slot it looks at and the most of one value.
    Cap(&'static str, u32, u32, &'static str, i64),
    /// Products hidden, then each stands in for the one before.
    Chain(Vec<Index>),
    /// So many groups, product by product in turn.
    Groups(usize),
    /// Rules scoped to pages of different depth, all at one priority.
    Pages(Vec<usize>),
    /// The request at an instant, every rule in a window that begins and ends so many hours
    /// after the instant's own hour, and perhaps ends at the very instant.
    Clock(&'static str, [u32; 2], Vec<Weekday>, Option<Tz>, bool),
    /// Promotions that begin or end at the very instant.
    Boundary(Vec<Index>, f64),
    /// Only a few candidates, a fallback for the rest.
    Short(Vec<Index>, Fallback),
    /// Every product was launched or ends on a day about the request's.
    Dates(u32),
    /// The shopper sorts.
    Sort(Sort),
    /// More or fewer slots.
    Slots(u32),
}

/// Conditions that overlap, are disjoint, or match nothing.
const CONDITIONS: &[&str] = &[
    "true",
    "false",
    "product.private_label",
    "!product.private_label",
    "product.brand == \"Alder\"",
    "product.brand in [\"Alder\", \"Birch\", \"Coast\"]",
    "product.vendor == \"V1\"",
    "product.category.under(\"grocery\")",
    "product.price < 10.003",
    "\"organic\" in product.tags",
    "product.attributes.roast == \"dark\"",
];

const FIELDS: &[&str] = &["brand", "vendor", "category", "roast", "decaf", "strength"];

const PAGES: &[&str] = &[
    "",
    "grocery",
    "grocery/beverages",
    "grocery/beverages/coffee",
];

/// About midnight, the change of the clocks, and the hours rules like to name.
const INSTANTS: &[&str] = &[
    "2026-11-20T21:59:59-08:00",
    "2026-11-20T22:00:00-08:00",
    "2026-11-21T00:00:00-08:00",
    "2026-11-21T05:59:59.999-08:00",
    "2026-11-21T06:00:00-08:00",
    "2026-11-21T00:00:00Z",
    // New York's clocks fall back at 06:00Z and spring forward at 07:00Z.
    "2026-11-01T05:30:00Z",
    "2026-11-01T06:30:00Z",
    "2026-03-08T06:59:59Z",
    "2026-03-08T07:00:00Z",
    "2026-12-31T23:59:59-08:00",
    "2028-02-29T12:00:00+05:30",
];

pub fn twists() -> impl Strategy<Value = Vec<Twist>> {
    vec(twist(), 0..7)
}

fn twist() -> impl Strategy<Value = Twist> {
    let condition = || select(CONDITIONS);
    let skus = || vec(any::<Index>(), 1..6);
    let slot = || 1..=14_u32;
    let priority = || -1..=1_i64;
    let days = [Weekday::Fri, Weekday::Sat, Weekday::Sun];
    let tz = prop::option::of(select(&[Tz::America__New_York, Tz::Pacific__Auckland][..]));
    // Below 24: hours before; at 0 the window begins, or has just ended.
    let windows = [
        [0, 1],
        [0, 23],
        [23, 0],
        [22, 0],
        [23, 1],
        [1, 0],
        [1, 23],
        [16, 2],
    ];
    prop_oneof![
        6 => Just(Twist::Relax),
        4 => (skus(), slot(), select(&[IfUnavailable::Skip, IfUnavailable::Substitute][..]))
            .prop_map(|(skus, slot, or)| Twist::Crowd(skus, slot, or)),
        2 => (vec(slot(), 1..5), condition())
            .prop_map(|(slots, when)| Twist::Reserve(slots, when)),
        6 => (1..=8_u32, 0..=2_u32, condition(), priority())
            .prop_map(|(first, less, when, priority)| {
                Twist::Quota(first.saturating_sub(less), first, when, priority)
            }),
        4 => (select(FIELDS), 0..=2_u32, slot(), condition(), priority())
            .prop_map(|(field, max, first, when, priority)| {
                Twist::Cap(field, max, first, when, priority)
            }),
        2 => skus().prop_map(Twist::Chain),
        2 => (1..12_usize).prop_map(Twist::Groups),
        2 => vec(0..PAGES.len(), 1..5).prop_map(Twist::Pages),
        2 => (
            select(INSTANTS),
            select(windows.to_vec()),
            prop::sample::subsequence(days.to_vec(), 0..3),
            tz,
            prop::bool::weighted(0.2),
        )
            .prop_map(|(at, hours, days, tz, ends)| Twist::Clock(at, hours, days, tz, ends)),
        2 => (skus(), select(&[5.0, 50.0, 100.0][..]))
            .prop_map(|(skus, percent)| Twist::Boundary(skus, percent)),
        3 => (skus(), select(&[Fallback::None, Fallback::Parent, Fallback::Popular][..]))
            .prop_map(|(skus, fallback)| Twist::Short(skus, fallback)),
        1 => (0..4_u32).prop_map(Twist::Dates),
        1 => select(&Sort::ALL[..]).prop_map(Twist::Sort),
        2 => slot().prop_map(Twist::Slots),
    ]
}

/// The case with every change, in order.
pub fn twisted(mut case: Case, twists: &[Twist]) -> Case {
    for (number, twist) in twists.iter().enumerate() {
        apply(&mut case, twist, number);
    }
    case
}

fn apply(case: &mut Case, twist: &Twist, number: usize) {
    let skus: Vec<String> = case
        .catalog
        .products
        .iter()
        .map(|p| p.sku.clone())
        .collect();
    let pick = |indices: &[Index]| -> Vec<String> {
        let known = indices.iter().filter(|_| !skus.is_empty());
        known.map(|index| index.get(&skus).clone()).collect()
    };
    let id = format!("T{number}");
    match twist {
        Twist::Relax => relax(case),
        Twist::Crowd(indices, slot, if_unavailable) => {
            let pins: Vec<_> = pick(indices).iter().map(|sku| pin(sku, *slot)).collect();
            if !pins.is_empty() {
                let if_unavailable = *if_unavailable;
                add(
                    case,
                    rule(
                        &id,
                        Effect::Pin {
                            pins,
                            if_unavailable,
                        },
                    ),
                );
            }
        }
        Twist::Reserve(slots, when) => {
            let slots = slots.clone();
            add(case, rule(&id, Effect::Reserve { slots }).when(when));
        }
        Twist::Quota(min, first, when, priority) => {
            let (min, first) = (*min, *first);
            add(
                case,
                rule(&id, Effect::Quota { min, first })
                    .when(when)
                    .priority(*priority),
            );
        }
        Twist::Cap(field, max, first, when, priority) => {
            let field = CapField::from((*field).to_owned());
            let (max, first) = (*max, *first);
            let effect = Effect::Cap { field, max, first };
            add(case, rule(&id, effect).when(when).priority(*priority));
        }
        Twist::Chain(indices) => chain(case, &id, &pick(indices)),
        Twist::Groups(count) => {
            for (index, product) in case.catalog.products.iter_mut().enumerate() {
                product.group = Some(format!("G{}", index % count));
            }
        }
        Twist::Pages(depths) => {
            case.request.page = PAGES.last().map(|page| (*page).to_owned());
            for (rule, depth) in case.rule_set.rules.iter_mut().zip(depths.iter().cycle()) {
                rule.priority = 0;
                let pages = [PAGES[*depth], PAGES[0], "elsewhere/deep/down"];
                rule.scope.pages = pages.map(str::to_owned).to_vec();
            }
        }
        Twist::Clock(at, hours, weekdays, tz, ends) => {
            case.request.at = DateTime::parse_from_rfc3339(at).unwrap();
            let tz = tz.unwrap_or(Tz::UTC);
            let local = case.request.at.with_timezone(&tz).naive_local();
            let hours = hours.map(|later| ((local.hour() + later) % 24) as u8);
            for rule in &mut case.rule_set.rules {
                rule.scope.schedule = Some(Schedule {
                    until: ends.then_some(local),
                    hours: Some(hours),
                    weekdays: weekdays.clone(),
                    tz: Some(tz.name().to_owned()),
                    ..Schedule::default()
                });
            }
        }
        Twist::Boundary(indices, percent) => boundary(case, &id, &pick(indices), *percent),
        Twist::Short(indices, fallback) => {
            case.request.candidates = Some(pick(indices));
            case.rule_set.fallback = *fallback;
        }
        Twist::Dates(offset) => {
            let start = NaiveDate::from_ymd_opt(2026, 11, 18).unwrap();
            for (product, later) in case.catalog.products.iter_mut().zip((0..5).cycle()) {
                let day = start + Days::new(u64::from(later + offset));
                product.launched_on = Some(day);
                product.discontinued_on = Some(day + Days::new(2));
            }
        }
        Twist::Sort(sort) => case.request.sort = *sort,
        Twist::Slots(slots) => case.request.slots = *slots,
    }
}

fn add(case: &mut Case, rule: Rule) {
    case.rule_set.rules.push(rule);
}

fn relax(case: &mut Case) {
    case.rule_set.eligibility = endcap_vocab::Eligibility {
        in_stock: false,
        ..Default::default()
    };
    for product in &mut case.catalog.products {
        product.restrictions.clear();
        product.channels.clear();
        product.not_sold_in.clear();
        product.launched_on = None;
        product.discontinued_on = None;
        product.sensitive = false;
    }
    for rule in &mut case.rule_set.rules {
        rule.scope = Scope::default();
        rule.enabled = true;
    }
    case.rule_set
        .rules
        .retain(|rule| !matches!(rule.effect, Effect::Hide {} | Effect::Only {}));
    let request = &mut case.request;
    request.sort = Sort::Recommended;
    request.filter = None;
    request.candidates = None;
    request.page = None;
    request.channel = "web".to_owned();
    request.placement = endcap_vocab::Placement::Category;
}

/// Hides each product, lets the next stand in for it, and pins them all.
fn chain(case: &mut Case, id: &str, skus: &[String]) {
    for pair in skus.windows(2) {
        let list = case.catalog.substitutes.entry(pair[0].clone()).or_default();
        list.push(pair[1].clone());
    }
    let Some((last, hidden)) = skus.split_last() else {
        return;
    };
    let gone = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
    for product in &mut case.catalog.products {
        if hidden.contains(&product.sku) && product.sku != *last {
            product.discontinued_on = Some(gone);
        }
    }
    let pins = (1..).zip(skus).map(|(slot, sku)| pin(sku, slot)).collect();
    let if_unavailable = IfUnavailable::Substitute;
    add(
        case,
        rule(
            id,
            Effect::Pin {
                pins,
                if_unavailable,
            },
        ),
    );
}

fn boundary(case: &mut Case, id: &str, skus: &[String], percent: f64) {
    let at = case.request.at;
    let promotion = |name: &str| Promotion {
        id: format!("{id}-{name}"),
        skus: Some(skus.to_vec()),
        ..Promotion::default()
    };
    case.catalog.promotions.extend([
        Promotion {
            percent_off: Some(percent),
            from: Some(at),
            ..promotion("begins")
        },
        Promotion {
            amount_off: Some(percent),
            until: Some(at),
            ..promotion("ended")
        },
        Promotion {
            price: Some(3.125),
            skus: None,
            when: Some("product.discount == 0.0 && product.price == product.list_price".to_owned()),
            from: Some(at - chrono::TimeDelta::nanoseconds(1)),
            until: Some(at + chrono::TimeDelta::nanoseconds(1)),
            ..promotion("regular")
        },
    ]);
}
