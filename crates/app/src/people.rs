//! The people of a retailer: shoppers of the data, found by words, and personas made from them.

use std::collections::BTreeMap;

use endcap_learn::Likes;
use endcap_vocab::{Consent, Shopper};

use crate::word_index::{WordIndex, words_of};
use crate::words::{both, counted, heading};
use crate::{Persona, Workspace};

/// Whom a search found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct People {
    /// Simulated shoppers: segments and tiers by how many shoppers they have, most first, then
    /// the ones that every retailer has.
    pub personas: Vec<PersonaRow>,
    /// Shoppers: those whose id begins with the first word first, each part by id.
    pub shoppers: Vec<ShopperRow>,
    /// How many shoppers were found, shown or not.
    pub total: usize,
}

/// A simulated shopper to choose.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonaRow {
    /// Who.
    pub persona: Persona,
    /// What stands under its name: `18,204 shoppers like this`.
    pub say: String,
}

/// A shopper to choose.
#[derive(Debug, Clone, PartialEq)]
pub struct ShopperRow {
    /// Who.
    pub id: String,
    /// Loyalty tier.
    pub tier: Option<String>,
    /// Location id of the store used most.
    pub home_store: Option<String>,
    /// The segments the shopper belongs to.
    pub segments: Vec<String>,
    /// Orders up to the instant of the data.
    pub orders: u32,
    /// What the shopper agreed to: `Personal ranking and email`, `No consent`.
    pub consent: String,
}

impl ShopperRow {
    /// One line: `Gold · Tacoma 104 · 61 orders`.
    #[must_use]
    pub fn say(&self) -> String {
        let tier = self.tier.as_deref().map_or("No tier".to_owned(), heading);
        let store = self
            .home_store
            .as_deref()
            .map_or("no home store".to_owned(), heading);
        let orders = match self.orders {
            0 => "no orders".to_owned(),
            orders => counted(orders as usize, "order"),
        };
        format!("{tier} · {store} · {orders}")
    }
}

impl Workspace {
    /// Finds people by words.
    ///
    /// Each word must be part of an id, a segment, a tier or a home store, or be `id:`,
    /// `segment:`, `tier:` or `store:` with the beginning of one, or `consent:yes` or
    /// `consent:no`, which is about personal ranking. At most `limit` shoppers come back; no
    /// words find everybody. Words that [`Workspace::persona`] reads make a persona with a taste,
    /// and the id of a shopper somebody new like it.
    #[must_use]
    pub fn people(&self, text: &str, limit: usize) -> People {
        let index = self
            .people_index
            .get_or_init(|| PeopleIndex::build(&self.shoppers));
        let words = words_of(text);
        let needles: Vec<String> = words.iter().map(|word| needle(word)).collect();
        let found = index.lines.rows_with(&needles);
        let total = found.len();
        let is_near = |row: &usize| {
            words.first().is_none_or(|word| {
                let id = index.lines.line(*row).strip_prefix(Part::Id.mark());
                id.is_some_and(|id| id.starts_with(word.as_str()))
            })
        };
        let (near, far): (Vec<usize>, Vec<usize>) = found.into_iter().partition(is_near);
        let rows = near.into_iter().chain(far).take(limit);
        let shoppers = rows.filter_map(|row| self.shoppers.get(&*index.ids[row]));
        let known = index.personas.iter().filter(|row| fits(row, &words));
        People {
            personas: self
                .made_of(text)
                .into_iter()
                .chain(known.cloned())
                .collect(),
            shoppers: shoppers.map(|shopper| self.shopper_row(shopper)).collect(),
            total,
        }
    }

    /// The persona that words of a taste make, or somebody new like the shopper of an id.
    fn made_of(&self, text: &str) -> Option<PersonaRow> {
        let like = self.shoppers.get(text.trim()).map(Self::like);
        let persona = like.or_else(|| self.persona(text).ok())?;
        let has_taste = persona.like.is_some() || persona.likes != Likes::default();
        has_taste.then(|| PersonaRow {
            persona,
            say: "a taste, no history".to_owned(),
        })
    }

    /// A shopper as a row; none where the data has no such id.
    #[must_use]
    pub fn shopper_row_of(&self, id: &str) -> Option<ShopperRow> {
        self.shoppers
            .get(id)
            .map(|shopper| self.shopper_row(shopper))
    }

    fn shopper_row(&self, shopper: &Shopper) -> ShopperRow {
        ShopperRow {
            id: shopper.id.clone(),
            tier: shopper.tier.clone(),
            home_store: shopper.home_store.clone(),
            segments: shopper.segments.clone(),
            orders: self.in_use.order_count(&shopper.id),
            consent: consent(shopper.consent),
        }
    }
}

/// What somebody agreed to, in words.
fn consent(consent: Consent) -> String {
    let Consent {
        personalization,
        email,
        sensitive,
    } = consent;
    let said = [
        (personalization, "personal ranking"),
        (email, "email"),
        (sensitive, "sensitive products"),
    ];
    let agreed: Vec<&str> = said
        .into_iter()
        .filter_map(|(agreed, to)| agreed.then_some(to))
        .collect();
    if agreed.is_empty() {
        "No consent".to_owned()
    } else {
        heading(&both(&agreed))
    }
}

/// A part of a shopper's line. Its mark stands before it, and no word has one.
#[derive(Clone, Copy)]
enum Part {
    Id,
    Segment,
    Tier,
    Store,
    Consent,
}

impl Part {
    const NAMED: [(&'static str, Self); 5] = [
        ("id:", Self::Id),
        ("segment:", Self::Segment),
        ("tier:", Self::Tier),
        ("store:", Self::Store),
        ("consent:", Self::Consent),
    ];

    fn mark(self) -> char {
        match self {
            Self::Id => '\u{1}',
            Self::Segment => '\u{2}',
            Self::Tier => '\u{3}',
            Self::Store => '\u{4}',
            Self::Consent => '\u{5}',
        }
    }
}

/// Whether a shopper agreed to personal ranking: no word has these, so none finds them.
fn consent_mark(agreed: bool) -> char {
    if agreed { '\u{6}' } else { '\u{7}' }
}

/// What a line must have for a word.
fn needle(word: &str) -> String {
    let named = Part::NAMED
        .iter()
        .find_map(|(name, part)| Some((*part, word.strip_prefix(name)?)));
    match named {
        Some((Part::Consent, value @ ("yes" | "no"))) => {
            format!("{}{}", Part::Consent.mark(), consent_mark(value == "yes"))
        }
        Some((part @ (Part::Id | Part::Segment | Part::Tier | Part::Store), value)) => {
            format!("{}{value}", part.mark())
        }
        // An answer that is not there yet, or is no answer, is in no line.
        Some((Part::Consent, "")) => Part::Consent.mark().to_string(),
        _ => word.to_owned(),
    }
}

/// Whether a persona's name, segments and tier have every word.
fn fits(row: &PersonaRow, words: &[String]) -> bool {
    let Persona {
        name,
        segments,
        tier,
        consent,
        ..
    } = &row.persona;
    let begins = |list: &[String], value: &str| {
        list.iter()
            .any(|entry| entry.to_lowercase().starts_with(value))
    };
    words.iter().all(|word| {
        let word = word.as_str();
        if let Some(value) = word.strip_prefix("segment:") {
            begins(segments, value)
        } else if let Some(value) = word.strip_prefix("tier:") {
            begins(tier.as_slice(), value)
        } else if let Some(value) = word.strip_prefix("consent:") {
            let said = if consent.personalization { "yes" } else { "no" };
            said.starts_with(value)
        } else {
            let texts = segments.iter().chain(tier).chain([name]);
            texts
                .into_iter()
                .any(|text| text.to_lowercase().contains(word))
        }
    })
}

/// What a search of people reads.
pub(crate) struct PeopleIndex {
    /// By row, in the order of ids.
    ids: Vec<Box<str>>,
    lines: WordIndex,
    personas: Vec<PersonaRow>,
}

impl PeopleIndex {
    fn build(shoppers: &BTreeMap<String, Shopper>) -> Self {
        let rows: Vec<&Shopper> = shoppers.values().collect();
        let lines = WordIndex::build(rows.len(), |row, line| {
            let shopper = rows[row];
            let mut part = |part: Part, value: &str| {
                line.push(part.mark());
                line.push_str(&value.to_lowercase());
            };
            part(Part::Id, &shopper.id);
            shopper
                .segments
                .iter()
                .for_each(|segment| part(Part::Segment, segment));
            shopper.tier.iter().for_each(|tier| part(Part::Tier, tier));
            shopper
                .home_store
                .iter()
                .for_each(|store| part(Part::Store, store));
            line.push(Part::Consent.mark());
            line.push(consent_mark(shopper.consent.personalization));
        });
        Self {
            ids: rows
                .iter()
                .map(|shopper| shopper.id.as_str().into())
                .collect(),
            lines,
            personas: personas(&rows),
        }
    }
}

/// The shoppers of one segment or tier, counted.
#[derive(Default)]
struct Like<'s> {
    shoppers: usize,
    email: usize,
    sensitive: usize,
    permits: BTreeMap<&'s str, usize>,
}

impl<'s> Like<'s> {
    fn count(&mut self, shopper: &'s Shopper) {
        self.shoppers += 1;
        self.email += usize::from(shopper.consent.email);
        self.sensitive += usize::from(shopper.consent.sensitive);
        for permit in &shopper.permits {
            *self.permits.entry(permit).or_default() += 1;
        }
    }

    /// Whether more than half are so.
    fn mostly(&self, count: usize) -> bool {
        count * 2 > self.shoppers
    }

    /// What most of them may see and agreed to; personal ranking is what a persona is for.
    fn persona(&self, name: String) -> Persona {
        let permits = self
            .permits
            .iter()
            .filter(|(_, count)| self.mostly(**count));
        Persona {
            name,
            permits: permits.map(|(permit, _)| (*permit).to_owned()).collect(),
            consent: Consent {
                personalization: true,
                email: self.mostly(self.email),
                sensitive: self.mostly(self.sensitive),
            },
            ..Persona::default()
        }
    }
}

/// One persona a segment and tier, then those that every retailer has.
fn personas(shoppers: &[&Shopper]) -> Vec<PersonaRow> {
    let mut segments: BTreeMap<&str, Like<'_>> = BTreeMap::new();
    let mut tiers: BTreeMap<&str, Like<'_>> = BTreeMap::new();
    for shopper in shoppers {
        for segment in &shopper.segments {
            segments.entry(segment).or_default().count(shopper);
        }
        if let Some(tier) = &shopper.tier {
            tiers.entry(tier).or_default().count(shopper);
        }
    }
    let of_segments = segments.into_iter().map(|(segment, like)| {
        let persona = Persona {
            segments: vec![segment.to_owned()],
            ..like.persona(heading(segment))
        };
        (like.shoppers, persona)
    });
    let of_tiers = tiers.into_iter().map(|(tier, like)| {
        let persona = Persona {
            tier: Some(tier.to_owned()),
            ..like.persona(format!("{} tier", heading(tier)))
        };
        (like.shoppers, persona)
    });
    let mut counted_ones: Vec<(usize, Persona)> = of_segments.chain(of_tiers).collect();
    // The sort keeps names in order among equals.
    counted_ones.sort_by_key(|(shoppers, _)| std::cmp::Reverse(*shoppers));
    let like_this = counted_ones
        .into_iter()
        .map(|(shoppers, persona)| PersonaRow {
            persona,
            say: format!("{} like this", counted(shoppers, "shopper")),
        });
    let always = [
        (true, "New, no history", "cold start"),
        (false, "No consent", "personal signals off"),
    ];
    let always = always.map(|(personalization, name, say)| PersonaRow {
        persona: Persona {
            name: name.to_owned(),
            consent: Consent {
                personalization,
                ..Consent::default()
            },
            ..Persona::default()
        },
        say: say.to_owned(),
    });
    like_this.chain(always).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(shopper: &Shopper, words: &[&str]) -> bool {
        let values: Vec<String> = std::iter::once(&shopper.id)
            .chain(&shopper.segments)
            .chain(&shopper.tier)
            .chain(&shopper.home_store)
            .map(|value| value.to_lowercase())
            .collect();
        let begins = |mut list: std::slice::Iter<'_, String>, with: &str| {
            list.any(|value| value.to_lowercase().starts_with(with))
        };
        words.iter().all(|word| match word.split_once(':') {
            Some(("segment", with)) => begins(shopper.segments.iter(), with),
            Some(("tier", with)) => begins(shopper.tier.as_slice().iter(), with),
            Some(("store", with)) => begins(shopper.home_store.as_slice().iter(), with),
            Some(("consent", said)) => shopper.consent.personalization == (said == "yes"),
            _ => values.iter().any(|value| value.contains(word)),
        })
    }

    #[test]
    fn a_search_finds_whom_reading_everybody_finds() {
        let workspace = Workspace::demo().unwrap();
        for text in [
            "",
            "S0000",
            "gold",
            "families gold",
            "tier:gold segment:deal",
            "store:munich consent:no",
            "consent:yes student",
            "no",
            "00 lisbon",
            "nobody",
        ] {
            let words: Vec<String> = words_of(text);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let expected: Vec<&str> = workspace
                .shoppers
                .values()
                .filter(|shopper| matches(shopper, &words))
                .map(|shopper| shopper.id.as_str())
                .collect();
            let people = workspace.people(text, usize::MAX);
            let mut found: Vec<&str> = people.shoppers.iter().map(|row| row.id.as_str()).collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{text:?}");
            assert_eq!(people.total, expected.len(), "{text:?}");
            let few = workspace.people(text, 3);
            assert_eq!(few.total, people.total);
            assert_eq!(few.shoppers, people.shoppers[..people.total.min(3)]);
        }
    }

    #[test]
    fn an_id_that_begins_with_the_first_word_comes_before_one_that_has_it() {
        let mut workspace = Workspace::demo().unwrap();
        workspace.shoppers = ["x7", "7a", "b7", "7b"]
            .map(|id| {
                let shopper = Shopper {
                    id: id.to_owned(),
                    ..Shopper::default()
                };
                (id.to_owned(), shopper)
            })
            .into();
        let people = workspace.people("7", 9);
        let found: Vec<&str> = people.shoppers.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(found, ["7a", "7b", "b7", "x7"]);
    }

    #[test]
    fn personas_are_the_segments_and_tiers_that_occur_and_the_two_that_always_do() {
        let workspace = Workspace::demo().unwrap();
        let people = workspace.people("", 0);
        let families = workspace
            .shoppers
            .values()
            .filter(|shopper| shopper.segments.iter().any(|name| name == "families"))
            .count();
        let row = people
            .personas
            .iter()
            .find(|row| row.persona.name == "Families")
            .unwrap();
        assert_eq!(row.persona.segments, ["families"]);
        assert!(row.persona.consent.personalization);
        let said: String = row.say.chars().filter(char::is_ascii_digit).collect();
        assert_eq!(said, families.to_string());
        assert!(row.say.ends_with("shoppers like this"), "{}", row.say);
        let names: Vec<&str> = people
            .personas
            .iter()
            .map(|row| row.persona.name.as_str())
            .collect();
        assert_eq!(names[names.len() - 2..], ["New, no history", "No consent"]);
        // Five segments and three tiers occur in the demo.
        assert_eq!(names.len(), 5 + 3 + 2);
        let no_consent = workspace.people("consent:no", 0).personas;
        assert_eq!(no_consent.len(), 1);
        assert!(!no_consent[0].persona.consent.personalization);
    }

    #[test]
    fn words_of_a_taste_and_an_id_make_a_persona() {
        let workspace = Workspace::demo().unwrap();
        let id = workspace.shoppers.keys().next().unwrap().clone();
        let made = |text: &str| workspace.people(text, 0).personas;
        let like = &made(&id)[0].persona;
        assert_eq!(like.like.as_ref(), Some(&id));
        assert_eq!(
            made(&format!("like:{id}"))[0].persona.like.as_ref(),
            Some(&id)
        );
        let coffee = made("segment:families, category:grocery/beverages/coffee");
        assert_eq!(
            coffee[0].persona.likes.categories,
            ["grocery/beverages/coffee"]
        );
        assert_eq!(coffee[0].persona.segments, ["families"]);
        let families = made("segment:families");
        assert!(
            families
                .iter()
                .all(|row| row.persona.likes == Likes::default())
        );
    }

    #[test]
    fn a_shopper_is_said_in_one_line() {
        let row = ShopperRow {
            id: "001482".to_owned(),
            tier: Some("gold".to_owned()),
            home_store: Some("tacoma-104".to_owned()),
            segments: Vec::new(),
            orders: 61,
            consent: String::new(),
        };
        assert_eq!(row.say(), "Gold · Tacoma 104 · 61 orders");
        let other = ShopperRow {
            tier: None,
            home_store: None,
            orders: 1,
            ..row
        };
        assert_eq!(other.say(), "No tier · no home store · 1 order");
    }

    #[test]
    fn orders_are_those_of_the_data() {
        let demo = endcap_demo::generate(endcap_demo::DemoSize::default(), 1);
        let workspace = Workspace::demo().unwrap();
        for id in workspace.shoppers.keys().step_by(97) {
            let orders: std::collections::BTreeSet<&str> = demo
                .order_lines
                .iter()
                .filter(|line| line.shopper.as_ref() == Some(id))
                .map(|line| line.order_id.as_str())
                .collect();
            let row = workspace.shopper_row_of(id).unwrap();
            assert_eq!(row.orders as usize, orders.len(), "{id}");
        }
    }

    #[test]
    fn consent_is_said_in_words() {
        let said = |personalization, email, sensitive| {
            consent(Consent {
                personalization,
                email,
                sensitive,
            })
        };
        assert_eq!(said(false, false, false), "No consent");
        assert_eq!(said(true, true, false), "Personal ranking and email");
        assert_eq!(
            said(true, true, true),
            "Personal ranking, email and sensitive products"
        );
    }
}
