//! What differs between two rule sets, change by change, in English.

use std::collections::{BTreeMap, BTreeSet};

use endcap_vocab::{
    Effect, Eligibility, Objective, Rule, RuleSet, Schedule, Scope, Weights, pointer_join,
};
use serde::Serialize;
use serde_json::Value;

use crate::say::{self, words};

/// One thing that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Where: a JSON Pointer without its first slash, rules by id, as in
    /// `rules/r3/effect/percent`.
    pub path: String,
    /// What, in English.
    pub sentence: String,
    /// What stood there; `None` where nothing did.
    pub before: Option<Value>,
    /// What stands there now; `None` where nothing does.
    pub after: Option<Value>,
}

/// Every difference: name, objective, eligibility, rules by id, fallback. The order of rules,
/// and of lists of which any one counts, means nothing and is no difference.
#[must_use]
pub fn rule_sets(before: &RuleSet, after: &RuleSet) -> Vec<Change> {
    let mut diff = Diff::default();
    let name = |set: &RuleSet| Some(Part::new(words::name(&set.name), &set.name));
    diff.part("name", "Name: ", name(before), name(after));
    diff.objective(&before.objective, &after.objective);
    diff.eligibility(&before.eligibility, &after.eligibility);
    diff.rules(&before.rules, &after.rules);
    let fallback = |set: &RuleSet| Some(Part::new(say::fallback(set.fallback), set.fallback));
    diff.part("fallback", "Fallback: ", fallback(before), fallback(after));
    diff.changes
}

/// A value in words and as JSON.
struct Part {
    said: String,
    value: Value,
}

impl Part {
    fn new(said: impl Into<String>, value: impl Serialize) -> Self {
        Self {
            said: said.into(),
            // Only a map with other keys than texts cannot be JSON; documents have none.
            value: serde_json::to_value(value).unwrap_or_default(),
        }
    }
}

#[derive(Default)]
struct Diff {
    changes: Vec<Change>,
}

impl Diff {
    /// Notes a difference of one part; `subject` comes before the value, with its space.
    fn part(&mut self, path: &str, subject: &str, before: Option<Part>, after: Option<Part>) {
        let sentence = match (&before, &after) {
            (None, None) => return,
            (Some(before), Some(after)) if before.value == after.value => return,
            (Some(before), Some(after)) => {
                format!("{subject}{} instead of {}", after.said, before.said)
            }
            (None, Some(after)) => format!("{subject}{} added", after.said),
            (Some(before), None) => format!("{subject}{} removed", before.said),
        };
        self.change(path, sentence, before, after);
    }

    fn change(&mut self, path: &str, sentence: String, before: Option<Part>, after: Option<Part>) {
        self.changes.push(Change {
            path: path.to_owned(),
            sentence,
            before: before.map(|part| part.value),
            after: after.map(|part| part.value),
        });
    }

    /// Notes a difference of lists of which any one counts.
    fn set<T: Serialize + Ord>(
        &mut self,
        path: &str,
        subject: &str,
        lists: [&[T]; 2],
        say: impl Fn(&T) -> String,
    ) {
        let [before, after] = lists;
        if before.iter().collect::<BTreeSet<_>>() == after.iter().collect() {
            return;
        }
        let part = |list: &[T]| {
            let said = words::either(&list.iter().map(&say).collect::<Vec<_>>());
            (!list.is_empty()).then(|| Part::new(said, list))
        };
        self.part(path, subject, part(before), part(after));
    }

    fn objective(&mut self, before: &Objective, after: &Objective) {
        self.weights("objective/default", "", &before.default, &after.default);
        let none = Weights::default();
        for category in keys(&before.categories, &after.categories) {
            let path = pointer_join("objective/categories", category);
            let place = format!(" on {}", words::category(category));
            let sides = [&before.categories, &after.categories].map(|side| side.get(category));
            let [was, is] = sides.map(|weights| weights.unwrap_or(&none));
            self.weights(&path, &place, was, is);
            // An entry without weights changes nothing else, and is still in the document.
            if was.0.is_empty() && is.0.is_empty() {
                let [was, is] = sides.map(|side| side.map(|w| Part::new("an empty entry", w)));
                self.part(&path, &format!("Weights{place}: "), was, is);
            }
        }
    }

    fn weights(&mut self, path: &str, place: &str, before: &Weights, after: &Weights) {
        for signal in keys(&before.0, &after.0) {
            let name = signal.name().replace('_', " ");
            let [was, is] = [before, after].map(|weights| {
                let weight = weights.0.get(signal)?;
                Some(Part::new(weight.to_string(), weight))
            });
            let path = pointer_join(path, signal.name());
            self.part(&path, &format!("Weight of {name}{place}: "), was, is);
        }
    }

    fn eligibility(&mut self, before: &Eligibility, after: &Eligibility) {
        let [was, is] = [before, after].map(|eligibility| {
            let said = if eligibility.in_stock {
                "in stock only"
            } else {
                "in stock or not"
            };
            Some(Part::new(said, eligibility.in_stock))
        });
        self.part("eligibility/in_stock", "Eligible products: ", was, is);
        let [was, is] = [before, after].map(|eligibility| {
            let units = eligibility.min_available;
            Some(Part::new(words::counted(units, "unit"), units))
        });
        self.part(
            "eligibility/min_available",
            "In stock means at least ",
            was,
            is,
        );
        for channel in keys(&before.promise_days, &after.promise_days) {
            let [was, is] = [before, after].map(|eligibility| {
                let days = eligibility.promise_days.get(channel)?;
                Some(Part::new(words::counted(days, "day"), days))
            });
            let path = pointer_join("eligibility/promise_days", channel);
            let subject = format!("Deliveries counted through {}: ", words::name(channel));
            self.part(&path, &subject, was, is);
        }
        let [was, is] = [before, after].map(|eligibility| {
            let floors = eligibility.margin_floors.iter();
            let floors = floors.map(|floor| (floor.category.as_str(), floor.floor));
            floors.collect::<BTreeMap<_, _>>()
        });
        for category in keys(&was, &is) {
            let path = pointer_join("eligibility/margin_floors", category);
            let subject = format!("Margin floor on {}: ", words::category(category));
            let [was, is] = [&was, &is].map(|floors| {
                let floor = floors.get(category)?;
                Some(Part::new(words::percent(*floor), floor))
            });
            self.part(&path, &subject, was, is);
        }
        let [was, is] = [before, after].map(|eligibility| {
            let rate = eligibility.max_return_rate?;
            Some(Part::new(words::percent(rate), rate))
        });
        self.part(
            "eligibility/max_return_rate",
            "Highest return rate: ",
            was,
            is,
        );
    }

    fn rules(&mut self, before: &[Rule], after: &[Rule]) {
        let [before, after] = [before, after].map(|rules| {
            let rules = rules.iter().map(|rule| (rule.id.as_str(), rule));
            rules.collect::<BTreeMap<_, _>>()
        });
        for id in keys(&before, &after) {
            let path = pointer_join("rules", id);
            let whole = |rule: &Rule| Part::new(say::rule(rule), rule);
            match (before.get(id), after.get(id)) {
                (Some(before), Some(after)) => self.rule(&path, before, after),
                (None, Some(after)) => {
                    let part = whole(after);
                    let sentence = format!("Added: rule `{id}`, {}", part.said);
                    self.change(&path, sentence, None, Some(part));
                }
                (Some(before), None) => {
                    let part = whole(before);
                    let sentence = format!("Removed: rule `{id}`, {}", part.said);
                    self.change(&path, sentence, Some(part), None);
                }
                (None, None) => {}
            }
        }
    }

    fn rule(&mut self, path: &str, before: &Rule, after: &Rule) {
        let subject = |what: &str| format!("Rule `{}`: {what}", after.id);
        let at = |field: &str| format!("{path}/{field}");
        let sides = [before, after];
        let mut part = |field: &str, what: &str, say: &dyn Fn(&Rule) -> Option<Part>| {
            let [before, after] = sides.map(say);
            self.part(&at(field), &subject(what), before, after);
        };
        part("name", "name ", &|rule| {
            Some(Part::new(words::name(&rule.name), &rule.name))
        });
        part("owner", "owner ", &|rule| {
            Some(Part::new(rule.owner.name(), rule.owner))
        });
        part("enabled", "", &|rule| {
            let said = if rule.enabled { "enabled" } else { "disabled" };
            Some(Part::new(said, rule.enabled))
        });
        part("priority", "priority ", &|rule| {
            Some(Part::new(rule.priority.to_string(), rule.priority))
        });
        part("campaign", "campaign ", &|rule| {
            let campaign = rule.campaign.as_ref()?;
            Some(Part::new(words::name(campaign), campaign))
        });
        part("note", "note ", &|rule| {
            let note = rule.note.as_ref()?;
            Some(Part::new(words::quoted(note), note))
        });
        self.scope(&at("scope"), &subject(""), &before.scope, &after.scope);
        self.condition(&at("when"), &subject(""), before, after);
        self.effect(&at("effect"), &subject(""), &before.effect, &after.effect);
    }

    fn condition(&mut self, path: &str, subject: &str, before: &Rule, after: &Rule) {
        let [was, is] = [before, after].map(|rule| rule.when.as_deref());
        if was == is {
            return;
        }
        let said = |when: Option<&str>| {
            when.map_or_else(|| "all products".to_owned(), say::condition_text)
        };
        let (mut was_said, mut is_said) = (said(was), said(is));
        if was_said == is_said {
            // Two spellings of one sentence: only CEL can tell them apart.
            let spelled = |when: Option<&str>| format!("`{}`", when.unwrap_or("true"));
            (was_said, is_said) = (spelled(was), spelled(is));
        }
        let sentence = format!("{subject}for {is_said} instead of {was_said}");
        let [was, is] = [was, is].map(|when| when.map(|when| Part::new("", when)));
        self.change(path, sentence, was, is);
    }

    fn scope(&mut self, path: &str, subject: &str, before: &Scope, after: &Scope) {
        for (field, what, was, is) in [
            ("pages", "on ", &before.pages, &after.pages),
            ("channels", "through ", &before.channels, &after.channels),
            ("stores", "in store ", &before.stores, &after.stores),
            ("regions", "in region ", &before.regions, &after.regions),
            (
                "segments",
                "for segment ",
                &before.segments,
                &after.segments,
            ),
            ("tiers", "for tier ", &before.tiers, &after.tiers),
            ("queries", "for the query ", &before.queries, &after.queries),
        ] {
            let say = |item: &String| match field {
                "pages" => words::category(item),
                "queries" => words::quoted(item),
                _ => words::name(item),
            };
            let subject = format!("{subject}{what}");
            self.set(&format!("{path}/{field}"), &subject, [was, is], say);
        }
        let lists = [before, after].map(|scope| scope.placements.as_slice());
        self.set(&format!("{path}/placements"), subject, lists, |p| {
            say::placement(*p).to_owned()
        });
        let none = Schedule::default();
        let [was, is] = [before, after].map(|scope| scope.schedule.as_ref().unwrap_or(&none));
        self.schedule(&format!("{path}/schedule"), subject, was, is);
    }

    fn schedule(&mut self, path: &str, subject: &str, before: &Schedule, after: &Schedule) {
        for field in ["from", "until", "hours", "tz"] {
            let [was, is] = [before, after].map(|schedule| {
                // A part in words is the schedule that has only that part.
                let mut only = Schedule::default();
                match field {
                    "from" => only.from = schedule.from,
                    "until" => only.until = schedule.until,
                    "hours" => only.hours = schedule.hours,
                    _ => only.tz.clone_from(&schedule.tz),
                }
                let value = serde_json::to_value(&only).unwrap_or_default();
                Some(Part::new(say::schedule(&only), value.get(field)?))
            });
            self.part(&format!("{path}/{field}"), subject, was, is);
        }
        let lists = [before, after].map(|schedule| schedule.weekdays.as_slice());
        if lists[0].iter().collect::<BTreeSet<_>>() != lists[1].iter().collect() {
            let [was, is] = lists.map(|weekdays| {
                let schedule = Schedule {
                    weekdays: weekdays.to_vec(),
                    ..Schedule::default()
                };
                (!weekdays.is_empty()).then(|| Part::new(say::schedule(&schedule), weekdays))
            });
            self.part(&format!("{path}/weekdays"), subject, was, is);
        }
    }

    fn effect(&mut self, path: &str, subject: &str, before: &Effect, after: &Effect) {
        let at = |field: &str| format!("{path}/{field}");
        match (before, after) {
            (Effect::Boost { percent: was }, Effect::Boost { percent: is })
            | (Effect::Bury { percent: was }, Effect::Bury { percent: is }) => {
                let [was, is] = [was, is].map(|p| Some(Part::new(format!("{p}%"), p)));
                let subject = format!("{subject}{} ", after.kind());
                self.part(&at("percent"), &subject, was, is);
            }
            (
                Effect::Pin {
                    pins: was,
                    if_unavailable: was_otherwise,
                },
                Effect::Pin {
                    pins: is,
                    if_unavailable: is_otherwise,
                },
            ) => {
                let [was, is] = [was, is].map(|pins| Some(Part::new(say::pins(pins), pins)));
                self.part(&at("pins"), &format!("{subject}pin "), was, is);
                let [was, is] = [was_otherwise, is_otherwise]
                    .map(|otherwise| Some(Part::new(say::otherwise(*otherwise), otherwise)));
                self.part(&at("if_unavailable"), subject, was, is);
            }
            (Effect::Reserve { slots: was_slots }, Effect::Reserve { slots: is_slots }) => {
                if was_slots.iter().collect::<BTreeSet<_>>() != is_slots.iter().collect() {
                    let [was, is] = [before, after].map(say::effect);
                    let [was, is] = [(was, was_slots), (is, is_slots)]
                        .map(|(said, slots)| Some(Part::new(said, slots)));
                    self.part(&at("slots"), subject, was, is);
                }
            }
            (
                Effect::Quota {
                    min: was,
                    first: was_first,
                },
                Effect::Quota {
                    min: is,
                    first: is_first,
                },
            ) => {
                self.count(&at("min"), &format!("{subject}at least "), *was, *is);
                self.count(
                    &at("first"),
                    &format!("{subject}in the first "),
                    *was_first,
                    *is_first,
                );
            }
            (
                Effect::Cap {
                    field: was_field,
                    max: was,
                    first: was_first,
                },
                Effect::Cap {
                    field: is_field,
                    max: is,
                    first: is_first,
                },
            ) => {
                let [field, new_field] = [was_field, is_field]
                    .map(|field| Some(Part::new(words::name(field.name()), field)));
                self.part(&at("field"), &format!("{subject}cap by "), field, new_field);
                self.count(&at("max"), &format!("{subject}at most "), *was, *is);
                self.count(
                    &at("first"),
                    &format!("{subject}in the first "),
                    *was_first,
                    *is_first,
                );
            }
            (before, after) => {
                let [was, is] =
                    [before, after].map(|effect| Some(Part::new(say::effect(effect), effect)));
                self.part(path, subject, was, is);
            }
        }
    }

    fn count(&mut self, path: &str, subject: &str, before: u32, after: u32) {
        let [was, is] = [before, after].map(|count| Some(Part::new(count.to_string(), count)));
        self.part(path, subject, was, is);
    }
}

/// The keys of both maps, ascending.
fn keys<'m, K: Ord, V>(left: &'m BTreeMap<K, V>, right: &'m BTreeMap<K, V>) -> BTreeSet<&'m K> {
    left.keys().chain(right.keys()).collect()
}
