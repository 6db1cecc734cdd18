//! A rule as it is typed: every field keeps its text, also while it is not right yet.

use chrono::{NaiveDateTime, Timelike};
use endcap_app::{
    CapField, Effect, IfUnavailable, Owner, Pin, Placement, Problem, Rule, RuleSet, Schedule,
    Scope, Weekday, rule_problems_in,
};

use super::condition::ConditionForm;

/// What a rule does, without its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Boost,
    Bury,
    Hide,
    Only,
    Pin,
    Reserve,
    Quota,
    Cap,
}

impl Kind {
    pub(super) const ALL: [Self; 8] = [
        Self::Boost,
        Self::Bury,
        Self::Hide,
        Self::Only,
        Self::Pin,
        Self::Reserve,
        Self::Quota,
        Self::Cap,
    ];

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Boost => "Boost",
            Self::Bury => "Bury",
            Self::Hide => "Hide",
            Self::Only => "Only",
            Self::Pin => "Pin",
            Self::Reserve => "Reserve",
            Self::Quota => "Quota",
            Self::Cap => "Cap",
        }
    }

    pub(super) fn help(self) -> &'static str {
        match self {
            Self::Boost => "Shows matching products earlier: their scores grow by a share.",
            Self::Bury => "Shows matching products later: their scores shrink by a share.",
            Self::Hide => "Does not show matching products at all.",
            Self::Only => "Shows nothing but matching products.",
            Self::Pin => "Puts products into slots, whatever their score.",
            Self::Reserve => "Gives some slots to the best matching products.",
            Self::Quota => "Sees that the first slots hold at least so many matching products.",
            Self::Cap => "Lets the first slots hold at most so many products of one value.",
        }
    }

    fn of(effect: &Effect) -> Self {
        match effect {
            Effect::Boost { .. } => Self::Boost,
            Effect::Bury { .. } => Self::Bury,
            Effect::Hide {} => Self::Hide,
            Effect::Only {} => Self::Only,
            Effect::Pin { .. } => Self::Pin,
            Effect::Reserve { .. } => Self::Reserve,
            Effect::Quota { .. } => Self::Quota,
            Effect::Cap { .. } => Self::Cap,
        }
    }
}

/// A product to be pinned, with its slot as typed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PinRow {
    pub(super) sku: String,
    pub(super) title: String,
    pub(super) slot: String,
}

/// The fields of a rule.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Form {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) enabled: bool,
    pub(super) kind: Kind,
    pub(super) percent: String,
    pub(super) slots: String,
    pub(super) min: String,
    pub(super) max: String,
    pub(super) first: String,
    pub(super) field: String,
    pub(super) pins: Vec<PinRow>,
    pub(super) substitute: bool,
    pub(super) condition: ConditionForm,
    pub(super) pages: Vec<String>,
    pub(super) placements: Vec<String>,
    pub(super) channels: Vec<String>,
    pub(super) stores: Vec<String>,
    pub(super) regions: Vec<String>,
    pub(super) segments: Vec<String>,
    pub(super) tiers: Vec<String>,
    pub(super) queries: String,
    pub(super) from: String,
    pub(super) until: String,
    pub(super) weekdays: [bool; 7],
    pub(super) hour_from: String,
    pub(super) hour_until: String,
    pub(super) zone: String,
    pub(super) owner: Owner,
    pub(super) priority: String,
    pub(super) campaign: String,
    pub(super) note: String,
}

/// The days of a week, as documents have them.
pub(super) const WEEKDAYS: [(Weekday, &str); 7] = [
    (Weekday::Mon, "Mon"),
    (Weekday::Tue, "Tue"),
    (Weekday::Wed, "Wed"),
    (Weekday::Thu, "Thu"),
    (Weekday::Fri, "Fri"),
    (Weekday::Sat, "Sat"),
    (Weekday::Sun, "Sun"),
];

/// Everything that is wrong with a form, by the place in the rule's document.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Faults(Vec<Problem>);

impl Faults {
    /// What is wrong at a place or below it.
    pub(super) fn at(&self, path: &str) -> Option<&str> {
        let below = format!("{path}/");
        let found = self
            .0
            .iter()
            .find(|fault| fault.path == path || fault.path.starts_with(&below));
        found.map(|fault| fault.problem.as_str())
    }

    /// The first fault, as the reason why the rule cannot be saved.
    pub(super) fn first(&self) -> Option<&str> {
        self.0.first().map(|fault| fault.problem.as_str())
    }

    fn add(&mut self, path: &str, problem: impl Into<String>) {
        self.0.push(Problem::new(path, problem));
    }
}

impl Form {
    /// The fields of a rule; `title` names products.
    pub(super) fn of(
        rule: &Rule,
        condition: ConditionForm,
        title: impl Fn(&str) -> String,
    ) -> Self {
        let scope = &rule.scope;
        let schedule = scope.schedule.clone().unwrap_or_default();
        let mut form = Self {
            id: rule.id.clone(),
            name: rule.name.clone(),
            enabled: rule.enabled,
            kind: Kind::of(&rule.effect),
            percent: "40".to_owned(),
            slots: "1".to_owned(),
            min: "3".to_owned(),
            max: "3".to_owned(),
            first: "12".to_owned(),
            field: "brand".to_owned(),
            pins: Vec::new(),
            substitute: false,
            condition,
            pages: scope.pages.clone(),
            placements: scope
                .placements
                .iter()
                .map(|place| place.name().to_owned())
                .collect(),
            channels: scope.channels.clone(),
            stores: scope.stores.clone(),
            regions: scope.regions.clone(),
            segments: scope.segments.clone(),
            tiers: scope.tiers.clone(),
            queries: scope.queries.join(", "),
            from: schedule.from.map_or_else(String::new, typed),
            until: schedule.until.map_or_else(String::new, typed),
            weekdays: WEEKDAYS.map(|(day, _)| schedule.weekdays.contains(&day)),
            hour_from: schedule
                .hours
                .map_or_else(String::new, |[from, _]| from.to_string()),
            hour_until: schedule
                .hours
                .map_or_else(String::new, |[_, until]| until.to_string()),
            zone: schedule.tz.unwrap_or_default(),
            owner: rule.owner,
            priority: rule.priority.to_string(),
            campaign: rule.campaign.clone().unwrap_or_default(),
            note: rule.note.clone().unwrap_or_default(),
        };
        match &rule.effect {
            Effect::Boost { percent } | Effect::Bury { percent } => {
                form.percent = percent.to_string();
            }
            Effect::Hide {} | Effect::Only {} => {}
            Effect::Pin {
                pins,
                if_unavailable,
            } => {
                let row = |pin: &Pin| PinRow {
                    title: title(&pin.sku),
                    sku: pin.sku.clone(),
                    slot: pin.slot.to_string(),
                };
                form.pins = pins.iter().map(row).collect();
                form.substitute = *if_unavailable == IfUnavailable::Substitute;
            }
            Effect::Reserve { slots } => {
                let slots: Vec<String> = slots.iter().map(ToString::to_string).collect();
                form.slots = slots.join(", ");
            }
            Effect::Quota { min, first } => {
                form.min = min.to_string();
                form.first = first.to_string();
            }
            Effect::Cap { field, max, first } => {
                form.field = field.name().to_owned();
                form.max = max.to_string();
                form.first = first.to_string();
            }
        }
        form
    }

    /// The rule that the fields stand for, or everything that is wrong with them. `instead_of`
    /// is the id of the rule of the draft that it will replace.
    pub(super) fn rule(&self, rules: &RuleSet, instead_of: Option<&str>) -> Result<Rule, Faults> {
        let mut faults = Faults::default();
        if self.name.trim().is_empty() {
            faults.add(
                "/name",
                "The rule has no name: say what people will call it.",
            );
        }
        let effect = self.effect(&mut faults);
        let when = match self.kind {
            Kind::Pin => None,
            _ => match self.condition.cel() {
                Ok(cel) => cel,
                Err(fault) => {
                    faults.add("/when", fault);
                    None
                }
            },
        };
        let needs_condition = matches!(
            self.kind,
            Kind::Hide | Kind::Only | Kind::Reserve | Kind::Quota
        );
        if needs_condition && when.is_none() && faults.at("/when").is_none() {
            faults.add(
                "/when",
                "Which products? Add a condition, or every product matches.",
            );
        }
        let scope = self.scope(&mut faults);
        let priority = whole(&self.priority).unwrap_or_else(|fault| {
            faults.add("/priority", fault);
            0
        });
        let filled = |text: &str| {
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let Some(effect) = effect.filter(|_| faults.0.is_empty()) else {
            return Err(faults);
        };
        let rule = Rule {
            id: self.id.clone(),
            name: self.name.trim().to_owned(),
            owner: self.owner,
            enabled: self.enabled,
            priority,
            scope,
            when,
            effect,
            campaign: filled(&self.campaign),
            note: filled(&self.note),
        };
        let found = rule_problems_in(rules, &rule, instead_of);
        if found.is_empty() {
            Ok(rule)
        } else {
            Err(Faults(found))
        }
    }

    fn effect(&self, faults: &mut Faults) -> Option<Effect> {
        let mut number = |path: &str, text: &str| match whole::<u32>(text) {
            Ok(number) => Some(number),
            Err(fault) => {
                faults.add(path, fault);
                None
            }
        };
        Some(match self.kind {
            Kind::Boost | Kind::Bury => {
                let percent = match percent(&self.percent) {
                    Ok(percent) => percent,
                    Err(fault) => {
                        faults.add("/effect/percent", fault);
                        return None;
                    }
                };
                if self.kind == Kind::Boost {
                    Effect::Boost { percent }
                } else {
                    Effect::Bury { percent }
                }
            }
            Kind::Hide => Effect::Hide {},
            Kind::Only => Effect::Only {},
            Kind::Pin => {
                let pins: Vec<Option<Pin>> = self
                    .pins
                    .iter()
                    .enumerate()
                    .map(|(place, row)| {
                        let slot = number(&format!("/effect/pins/{place}"), &row.slot)?;
                        Some(Pin {
                            sku: row.sku.clone(),
                            slot,
                        })
                    })
                    .collect();
                if pins.is_empty() {
                    faults.add("/effect/pins", "No product is pinned: search one below.");
                }
                Effect::Pin {
                    pins: pins.into_iter().collect::<Option<_>>()?,
                    if_unavailable: if self.substitute {
                        IfUnavailable::Substitute
                    } else {
                        IfUnavailable::Skip
                    },
                }
            }
            Kind::Reserve => {
                let parts: Vec<&str> = listed(&self.slots);
                if parts.is_empty() {
                    faults.add("/effect/slots", "Which slots? Write them as in 1, 2, 3.");
                    return None;
                }
                let slots: Vec<Option<u32>> = parts
                    .iter()
                    .map(|part| number("/effect/slots", part))
                    .collect();
                Effect::Reserve {
                    slots: slots.into_iter().collect::<Option<_>>()?,
                }
            }
            Kind::Quota => {
                let (min, first) = (
                    number("/effect/min", &self.min),
                    number("/effect/first", &self.first),
                );
                Effect::Quota {
                    min: min?,
                    first: first?,
                }
            }
            Kind::Cap => {
                let (max, first) = (
                    number("/effect/max", &self.max),
                    number("/effect/first", &self.first),
                );
                Effect::Cap {
                    field: CapField::from(self.field.clone()),
                    max: max?,
                    first: first?,
                }
            }
        })
    }

    fn scope(&self, faults: &mut Faults) -> Scope {
        let placed = |name: &String| {
            let mut all = Placement::ALL.into_iter();
            all.find(|placement| placement.name() == name)
        };
        let schedule = self.schedule(faults);
        Scope {
            pages: self.pages.clone(),
            placements: self.placements.iter().filter_map(placed).collect(),
            channels: self.channels.clone(),
            stores: self.stores.clone(),
            regions: self.regions.clone(),
            segments: self.segments.clone(),
            tiers: self.tiers.clone(),
            queries: listed(&self.queries)
                .into_iter()
                .map(str::to_owned)
                .collect(),
            schedule: (schedule != Schedule::default()).then_some(schedule),
        }
    }

    fn schedule(&self, faults: &mut Faults) -> Schedule {
        let mut moment = |path: &str, text: &str| match moment(text) {
            Ok(moment) => moment,
            Err(fault) => {
                faults.add(path, fault);
                None
            }
        };
        let from = moment("/scope/schedule/from", &self.from);
        let until = moment("/scope/schedule/until", &self.until);
        let hours = match (self.hour_from.trim(), self.hour_until.trim()) {
            ("", "") => None,
            (from, until) => match (whole::<u8>(from), whole::<u8>(until)) {
                (Ok(from), Ok(until)) => Some([from, until]),
                (Err(fault), _) | (_, Err(fault)) => {
                    faults.add("/scope/schedule/hours", fault);
                    None
                }
            },
        };
        let zone = self.zone.trim();
        let days = WEEKDAYS.iter().zip(self.weekdays);
        Schedule {
            from,
            until,
            weekdays: days
                .filter(|(_, on)| *on)
                .map(|((day, _), _)| *day)
                .collect(),
            hours,
            tz: (!zone.is_empty()).then(|| zone.to_owned()),
        }
    }

    /// A few words on where and for whom it is.
    pub(super) fn scope_in_few(&self, page_name: impl Fn(&str) -> String) -> String {
        let mut parts = Vec::new();
        match self.pages.as_slice() {
            [] => parts.push("every page".to_owned()),
            [page] => parts.push(page_name(page)),
            pages => parts.push(format!("{} pages", pages.len())),
        }
        let lists = [
            &self.placements,
            &self.channels,
            &self.stores,
            &self.regions,
            &self.segments,
            &self.tiers,
        ];
        parts.extend(
            lists
                .into_iter()
                .filter(|list| !list.is_empty())
                .map(|list| list.join(" or ")),
        );
        if !self.queries.trim().is_empty() {
            parts.push(format!("searching {}", self.queries.trim()));
        }
        parts.join(" · ")
    }

    /// A few words on when it is in force.
    pub(super) fn schedule_in_few(&self) -> String {
        let mut parts = Vec::new();
        if !self.from.trim().is_empty() {
            parts.push(format!("from {}", self.from.trim()));
        }
        if !self.until.trim().is_empty() {
            parts.push(format!("until {}", self.until.trim()));
        }
        if self.weekdays.contains(&true) {
            let days = WEEKDAYS.iter().zip(self.weekdays);
            let days: Vec<&str> = days
                .filter(|(_, on)| *on)
                .map(|((_, name), _)| *name)
                .collect();
            parts.push(days.join(", "));
        }
        if !self.hour_from.trim().is_empty() {
            parts.push(format!(
                "{} to {} h",
                self.hour_from.trim(),
                self.hour_until.trim()
            ));
        }
        if parts.is_empty() {
            "always".to_owned()
        } else {
            parts.join(" · ")
        }
    }
}

/// The parts of a list that is typed with commas.
fn listed(text: &str) -> Vec<&str> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

fn whole<N: std::str::FromStr>(text: &str) -> Result<N, String> {
    let text = text.trim();
    text.parse().map_err(|_| match text {
        "" => "A number is missing: write one as in 12.".to_owned(),
        _ => format!("“{text}” is no whole number here; write it as in 12."),
    })
}

fn percent(text: &str) -> Result<f64, String> {
    let bare = text.trim().trim_end_matches('%').trim();
    let number = bare.replace(',', ".").parse::<f64>().ok();
    number
        .filter(|number| number.is_finite())
        .ok_or_else(|| match bare {
            "" => "The percentage is missing: write it as in 40.".to_owned(),
            _ => format!("“{}” is no percentage; write it as in 40.", text.trim()),
        })
}

/// A local date-time as people write it; midnight where they leave the time out.
fn moment(text: &str) -> Result<Option<NaiveDateTime>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let forms = [
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M",
    ];
    let read = forms
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let day = || {
        let day: chrono::NaiveDate = text.parse().ok()?;
        Some(day.and_time(chrono::NaiveTime::MIN))
    };
    read.or_else(day).map(Some).ok_or_else(|| {
        format!("“{text}” is no date and time; write it as in 2026-11-29 23:59, or 2026-11-29.")
    })
}

/// A moment as it is read back.
fn typed(moment: NaiveDateTime) -> String {
    let form = match moment.second() {
        0 => "%Y-%m-%d %H:%M",
        _ => "%Y-%m-%d %H:%M:%S",
    };
    moment.format(form).to_string()
}
