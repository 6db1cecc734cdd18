//! A page as the Rank view shows it: the slate of a draft, held against the live one.

mod figures;
mod objective;
mod rules;
mod view;

use std::collections::BTreeMap;

use endcap_engine::{CompiledRules, OutOfForce, Quote, Unshown, obstacles, page};
use endcap_vocab::{Answer, Note, NoteKind, Reason, Request, Signal, Slot, Source};

pub use figures::{Better, Delta, Figure, FigureValue, Tone};
pub use objective::{ObjectiveRow, ObjectiveView, signal_help, signal_label};
pub use rules::RuleCard;
pub use view::PageView;

use crate::ranking::of_request;
use crate::words::note_sentence_of;
use crate::{RankCommand, UserError, Workspace};

/// A slate with everything a person reads beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Slate {
    /// What was asked, with everything filled in.
    pub request: Request,
    /// The answer; its `ineligible` is left out, as the list stands in [`Slate::unshown`].
    pub answer: Answer,
    /// One a slot.
    pub cards: Vec<Card>,
    /// The request's instant on the store's wall clock, with its zone.
    pub local_time: String,
    /// What is odd about the request, in sentences.
    pub warnings: Vec<String>,
    /// What a merchandiser should know of how the slate came about, in sentences.
    pub notes: Vec<String>,
    /// How many products the page has, and why some are not shown.
    pub counts: Counts,
    /// The candidates that may not be shown, by reason in the order of the tests, then title.
    pub unshown: Vec<Unshown>,
    /// Of every price: ISO 4217.
    pub currency: String,
    /// Pairs of a boost and a bury, by id, that multiply the score of one candidate.
    overlaps: Vec<(String, String)>,
    /// By id: the rules that are not in force, and why.
    out_of_force: BTreeMap<String, OutOfForce>,
    /// Of a product right at the page, in the order of [`Signal::ALL`].
    weights: [f64; Signal::ALL.len()],
}

/// One product of a slate.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// From 1.
    pub slot: u32,
    /// Which product.
    pub sku: String,
    /// What a shopper reads.
    pub title: String,
    /// The name on it.
    pub brand: Option<String>,
    /// Path.
    pub category: String,
    /// The retailer's own brand.
    pub private_label: bool,
    /// Regular price.
    pub list_price: f64,
    /// Effective price.
    pub price: f64,
    /// (price − unit cost) / price.
    pub margin: f64,
    /// Units available to the request.
    pub stock: i64,
    /// What it is ordered by.
    pub score: f64,
    /// How it got its slot.
    pub source: Source,
    /// The id of the rule that placed it.
    pub rule: Option<String>,
    /// Whether a rule had a hand in it.
    pub overridden: bool,
    /// Its place among the eligible candidates without rules.
    pub organic_rank: Option<u32>,
}

/// How many products a page has, and why some of them are not shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// What the page or the retrieval brought, and the shopper's filter let through.
    pub candidates: u32,
    /// Those that pass every test.
    pub eligible: u32,
    /// The others by the first test that each fails, in the order of the tests.
    pub by_reason: Vec<(Reason, u32)>,
}

impl Counts {
    fn of(candidates: u32, unshown: &[Unshown]) -> Self {
        let count = |reason: Reason| {
            let failed = unshown.iter().filter(|unshown| unshown.reason == reason);
            (reason, failed.count() as u32)
        };
        Self {
            candidates,
            eligible: candidates - unshown.len() as u32,
            by_reason: Reason::ALL
                .into_iter()
                .map(count)
                .filter(|(_, count)| *count > 0)
                .collect(),
        }
    }

    /// `138 products, 131 eligible, 7 hidden by stock`.
    #[must_use]
    pub fn say(&self) -> String {
        let s = if self.candidates == 1 { "" } else { "s" };
        let mut said = format!("{} product{s}, {} eligible", self.candidates, self.eligible);
        for (index, (reason, count)) in self.by_reason.iter().enumerate() {
            let hidden = if index == 0 { " hidden" } else { "" };
            said += &format!(", {count}{hidden} by {}", hidden_by(*reason));
        }
        said
    }
}

/// What hides a product that fails a test, as the end of "7 hidden by ...".
fn hidden_by(reason: Reason) -> &'static str {
    match reason {
        Reason::Inactive => "date",
        Reason::Channel => "channel",
        Reason::Restricted => "permit",
        Reason::Sensitive => "consent",
        Reason::InCart => "cart",
        Reason::OutOfStock => "stock",
        Reason::MarginFloor => "margin",
        Reason::ReturnRate => "returns",
        Reason::Hidden => "rules",
    }
}

/// A product that may not be shown, as a row of the drawer.
#[derive(Debug, Clone, PartialEq)]
pub struct Ineligible {
    /// Which product.
    pub sku: String,
    /// What a shopper reads.
    pub title: String,
    /// The name on it.
    pub brand: Option<String>,
    /// The first test that it fails.
    pub reason: Reason,
    /// The same in words, with the figures that matter.
    pub sentence: String,
}

impl Workspace {
    /// The title of the product that a note is about, or its sku where the catalogue has none.
    pub(crate) fn title_of<'w>(&'w self, note: &'w Note) -> &'w str {
        let sku = note.sku.as_deref().unwrap_or("?");
        let row = self.retailer.row(sku);
        row.map_or(sku, |row| self.retailer.columns().title.get(row))
    }

    /// A note as a sentence, with the rule's name and the product's title.
    pub(crate) fn note_in_words(&self, note: &Note, rules: &CompiledRules) -> String {
        let id = note.rule.as_deref().unwrap_or("?");
        let name = rules.rule(id).map_or(id, |rule| rule.rule().name.as_str());
        note_sentence_of(note, name, self.title_of(note))
    }

    /// Ranks a page under some rules.
    ///
    /// # Errors
    /// Those of [`Workspace::request`].
    pub fn slate(&self, rules: &CompiledRules, command: &RankCommand) -> Result<Slate, UserError> {
        let request = self.request(command)?;
        let page = page(
            &self.retailer,
            rules,
            &self.model_of(&command.who),
            &request,
        )
        .map_err(of_request)?;
        let cards = page
            .answer
            .slots
            .iter()
            .zip(&page.quotes)
            .map(|(slot, quote)| self.card(slot, quote))
            .collect();
        let mut unshown = page.unshown;
        let title = |unshown: &Unshown| self.retailer.columns().title.get(unshown.row as usize);
        unshown.sort_by(|a, b| (a.reason, title(a), a.row).cmp(&(b.reason, title(b), b.row)));
        // That a shopper is anonymous or sorts is said by the context already.
        let about_rules = |kind: NoteKind| kind != NoteKind::PersonalSignalsOff;
        let notes = page.answer.notes.iter();
        Ok(Slate {
            notes: notes
                .filter(|note| about_rules(note.note))
                .map(|note| self.note_in_words(note, rules))
                .collect(),
            warnings: self.warnings(&request),
            local_time: self.local_time(&request),
            counts: Counts::of(page.candidates, &unshown),
            currency: self.retailer.currency().to_owned(),
            out_of_force: page.out_of_force.into_iter().collect(),
            overlaps: page.overlaps,
            weights: page.weights,
            answer: page.answer,
            request,
            cards,
            unshown,
        })
    }

    /// Some of the products that a slate may not show, by their places in
    /// [`Slate::unshown`]: a drawer asks for those in sight.
    ///
    /// # Errors
    /// Those of [`Workspace::slate`]: none for the rules that made the slate.
    pub fn ineligible(
        &self,
        rules: &CompiledRules,
        slate: &Slate,
        places: std::ops::Range<usize>,
    ) -> Result<Vec<Ineligible>, UserError> {
        let end = places.end.min(slate.unshown.len());
        let unshown = &slate.unshown[places.start.min(end)..end];
        let sentences =
            obstacles(&self.retailer, rules, &slate.request, unshown).map_err(of_request)?;
        let columns = self.retailer.columns();
        let row = |(unshown, sentence): (&Unshown, String)| {
            let row = unshown.row as usize;
            Ineligible {
                sku: columns.sku.get(row).to_owned(),
                title: columns.title.get(row).to_owned(),
                brand: columns.brand.get(row).map(ToString::to_string),
                reason: unshown.reason,
                sentence: capitalised(&sentence),
            }
        };
        Ok(unshown.iter().zip(sentences).map(row).collect())
    }

    fn card(&self, slot: &Slot, quote: &Quote) -> Card {
        let columns = self.retailer.columns();
        let row = self.retailer.row(&slot.sku);
        let text = |text: Option<&Box<str>>| text.map(ToString::to_string);
        Card {
            slot: slot.slot,
            sku: slot.sku.clone(),
            title: row.map_or_else(String::new, |row| columns.title.get(row).to_owned()),
            brand: text(row.and_then(|row| columns.brand.get(row))),
            category: text(row.and_then(|row| columns.category.get(row))).unwrap_or_default(),
            private_label: quote.private_label,
            list_price: quote.list_price,
            price: quote.price,
            margin: quote.margin,
            stock: quote.stock,
            score: slot.score,
            source: slot.source,
            rule: slot.rule.clone(),
            overridden: slot.overridden.unwrap_or_default(),
            organic_rank: slot.organic_rank.flatten(),
        }
    }
}

/// A sentence with its first letter large.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    reason = "what a test is made of may fail the test"
)]
mod tests;
