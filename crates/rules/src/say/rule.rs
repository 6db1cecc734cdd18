//! Rules and rule sets in English.

use std::collections::BTreeSet;

use endcap_vocab::{
    Effect, Eligibility, Fallback, IfUnavailable, Objective, Pin, Placement, Rule, RuleSet,
    Schedule, Scope, Weekday, Weights, category_depth,
};

use super::{condition, words};
use crate::Condition;

/// One rule as one sentence without its name: what it does, where, to what and when.
#[must_use]
pub fn rule(rule: &Rule) -> String {
    let mut sentence = if rule.enabled {
        String::new()
    } else {
        "Disabled: ".to_owned()
    };
    sentence += &deed(&rule.effect);
    let names_products = matches!(rule.effect, Effect::Hide {} | Effect::Only {});
    if names_products && rule.when.is_none() {
        sentence += " all products";
    }
    let place = place(&rule.scope);
    if !place.is_empty() {
        sentence += &format!(" {place}");
    }
    match (&rule.when, &rule.effect) {
        (_, Effect::Pin { if_unavailable, .. }) => {
            sentence += &format!(", {}", otherwise(*if_unavailable));
        }
        (Some(source), _) => sentence += &format!(" where {}", condition_text(source)),
        (None, _) if names_products => {}
        (None, _) => sentence += ", all products",
    }
    if let Some(when) = &rule.scope.schedule {
        let said = schedule(when);
        if !said.is_empty() {
            sentence += &format!(", {said}");
        }
    }
    sentence
}

/// A condition's text in English; the text itself where it is no condition.
pub(crate) fn condition_text(source: &str) -> String {
    Condition::parse(source).map_or_else(|_| format!("`{source}`"), |parsed| condition(&parsed))
}

/// What a rule does, without to what.
#[must_use]
pub fn effect(effect: &Effect) -> String {
    match effect {
        Effect::Pin { if_unavailable, .. } => {
            format!("{}, {}", deed(effect), otherwise(*if_unavailable))
        }
        _ => deed(effect),
    }
}

/// What happens to a pin whose product may not be shown.
pub(crate) fn otherwise(if_unavailable: IfUnavailable) -> &'static str {
    match if_unavailable {
        IfUnavailable::Skip => "left out if unavailable",
        IfUnavailable::Substitute => "with a substitute if unavailable",
    }
}

/// Pins with their slots.
pub(crate) fn pins(pins: &[Pin]) -> String {
    let pin = |pin: &Pin| format!("{} to slot {}", words::name(&pin.sku), pin.slot);
    words::both(&pins.iter().map(pin).collect::<Vec<_>>())
}

/// An effect but for what happens to pins that are unavailable.
fn deed(effect: &Effect) -> String {
    match effect {
        Effect::Boost { percent } => format!("Boost {percent}%"),
        Effect::Bury { percent } => format!("Bury {percent}%"),
        Effect::Hide {} => "Hide".to_owned(),
        Effect::Only {} => "Show only".to_owned(),
        Effect::Pin { pins: those, .. } => format!("Pin {}", pins(those)),
        Effect::Reserve { slots } => {
            let plural = if slots.len() == 1 { "" } else { "s" };
            let slots: Vec<String> = slots.iter().map(ToString::to_string).collect();
            format!("Reserve slot{plural} {}", words::both(&slots))
        }
        Effect::Quota { min, first } => {
            let products = words::counted(min, "product");
            format!(
                "At least {products} in the first {}",
                words::counted(first, "slot")
            )
        }
        Effect::Cap { field, max, first } => {
            let products = words::counted(max, "product");
            let field = words::name(field.name());
            let first = words::counted(first, "slot");
            format!("At most {products} of one {field} in the first {first}")
        }
    }
}

/// Where, for whom and when a rule is in force.
#[must_use]
pub fn scope(scope: &Scope) -> String {
    let when = scope.schedule.as_ref().map(schedule).unwrap_or_default();
    let parts: Vec<String> = [place(scope), when]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() {
        "everywhere".to_owned()
    } else {
        parts.join(", ")
    }
}

/// A scope but for its schedule; empty where it is everywhere.
fn place(scope: &Scope) -> String {
    let either = |items: &[String], say: fn(&str) -> String| {
        words::either(&items.iter().map(|item| say(item)).collect::<Vec<_>>())
    };
    let placements: Vec<String> = scope
        .placements
        .iter()
        .map(|p| placement(*p).to_owned())
        .collect();
    let parts = [
        ("on ", either(&scope.pages, words::category)),
        ("", words::either(&placements)),
        ("through ", either(&scope.channels, words::name)),
        ("in store ", either(&scope.stores, words::name)),
        ("in region ", either(&scope.regions, words::name)),
        ("for segment ", either(&scope.segments, words::name)),
        ("for tier ", either(&scope.tiers, words::name)),
        ("for the query ", either(&scope.queries, words::quoted)),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(_, part)| !part.is_empty())
        .map(|(before, part)| format!("{before}{part}"))
        .collect();
    parts.join(" ")
}

/// A place where slates are shown.
pub(crate) fn placement(placement: Placement) -> &'static str {
    match placement {
        Placement::Category => "on category pages",
        Placement::Search => "in search",
        Placement::Home => "on the home page",
        Placement::Product => "on product pages",
        Placement::Cart => "in the cart",
        Placement::Email => "in email",
    }
}

/// When: days, hours, first and last moment, time zone; empty where nothing narrows it.
#[must_use]
pub fn schedule(schedule: &Schedule) -> String {
    let mut parts = Vec::new();
    let days: BTreeSet<Weekday> = schedule.weekdays.iter().copied().collect();
    if !days.is_empty() {
        parts.push(weekdays(&days));
    }
    if let Some([start, end]) = schedule.hours {
        parts.push(format!("from {start:02}:00 to {end:02}:00"));
    }
    if let Some(from) = schedule.from {
        let word = if schedule.hours.is_some() {
            "starting"
        } else {
            "from"
        };
        parts.push(format!("{word} {}", words::first_moment(from)));
    }
    if let Some(until) = schedule.until {
        parts.push(format!("until {}", words::first_moment_after(until)));
    }
    if let Some(tz) = &schedule.tz {
        parts.push(format!("({tz} time)"));
    }
    parts.join(" ")
}

fn weekdays(days: &BTreeSet<Weekday>) -> String {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    let is = |these: &[Weekday]| days.iter().eq(these);
    if is(&[Sat, Sun]) {
        return "weekends".to_owned();
    }
    if is(&[Mon, Tue, Wed, Thu, Fri]) {
        return "weekdays".to_owned();
    }
    if days.len() == 7 {
        return "every day".to_owned();
    }
    let names: Vec<String> = days
        .iter()
        .map(|day| match day {
            Mon => "Mondays",
            Tue => "Tuesdays",
            Wed => "Wednesdays",
            Thu => "Thursdays",
            Fri => "Fridays",
            Sat => "Saturdays",
            Sun => "Sundays",
        })
        .map(str::to_owned)
        .collect();
    words::both(&names)
}

/// A whole rule set in lines: name, objective, eligibility, rules in precedence order, fallback.
#[must_use]
pub fn rule_set(rule_set: &RuleSet) -> String {
    let mut lines = vec![
        rule_set.name.clone(),
        format!("Objective: {}", objective(&rule_set.objective)),
        format!("Eligibility: {}", eligibility(&rule_set.eligibility)),
    ];
    if rule_set.rules.is_empty() {
        lines.push("No rules".to_owned());
    } else {
        lines.push("Rules:".to_owned());
        lines.extend(in_precedence(&rule_set.rules).into_iter().map(rule_line));
    }
    lines.push(format!("Fallback: {}", fallback(rule_set.fallback)));
    lines.join("\n")
}

/// Priority descending, then the deepest page, then the id. Which of a scope's pages counts
/// is known only with a request, so the deepest of them all stands in.
fn in_precedence(rules: &[Rule]) -> Vec<&Rule> {
    let mut rules: Vec<&Rule> = rules.iter().collect();
    let depth = |rule: &Rule| {
        rule.scope
            .pages
            .iter()
            .map(|page| category_depth(page))
            .max()
    };
    rules.sort_by(|left, right| {
        (right.priority, depth(right))
            .cmp(&(left.priority, depth(left)))
            .then_with(|| left.id.cmp(&right.id))
    });
    rules
}

fn rule_line(of: &Rule) -> String {
    let mut line = format!("- `{}` {}: {}", of.id, of.name, rule(of));
    let mut extras = vec![of.owner.name().to_owned()];
    if of.priority != 0 {
        extras.push(format!("priority {}", of.priority));
    }
    extras.extend(
        of.campaign
            .iter()
            .map(|campaign| format!("campaign {}", words::name(campaign))),
    );
    extras.extend(
        of.note
            .iter()
            .map(|note| format!("note {}", words::quoted(note))),
    );
    line += &format!(" [{}]", extras.join("; "));
    line
}

fn weights(weights: &Weights) -> String {
    let weights: Vec<String> = weights
        .0
        .iter()
        .map(|(signal, weight)| format!("{} {weight}", signal.name().replace('_', " ")))
        .collect();
    if weights.is_empty() {
        "no weights".to_owned()
    } else {
        weights.join(", ")
    }
}

/// The weights, for all products and by category.
fn objective(objective: &Objective) -> String {
    let categories = objective
        .categories
        .iter()
        .map(|(path, of)| format!("; in {}: {}", words::category(path), weights(of)));
    weights(&objective.default) + &categories.collect::<String>()
}

fn eligibility(eligibility: &Eligibility) -> String {
    let mut parts = Vec::new();
    let units = words::counted(eligibility.min_available, "unit");
    parts.push(if eligibility.in_stock {
        format!("in stock with at least {units}")
    } else {
        format!("in stock or not (in stock is at least {units})")
    });
    for (channel, days) in &eligibility.promise_days {
        let days = words::counted(days, "day");
        parts.push(format!(
            "deliveries due within {days} count through {}",
            words::name(channel)
        ));
    }
    for floor in &eligibility.margin_floors {
        let category = words::category(&floor.category);
        parts.push(format!(
            "margin at least {} in {category}",
            words::percent(floor.floor)
        ));
    }
    if let Some(rate) = eligibility.max_return_rate {
        parts.push(format!("return rate at most {}", words::percent(rate)));
    }
    parts.join("; ")
}

/// What fills a short slate.
pub(crate) fn fallback(fallback: Fallback) -> &'static str {
    match fallback {
        Fallback::None => "none, a short slate stays short",
        Fallback::Parent => "the page's parent categories, then the whole catalogue",
        Fallback::Popular => "the most popular products",
    }
}
