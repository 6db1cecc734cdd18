//! Slates side by side: one request under several rule sets, or several requests.

use std::collections::BTreeMap;

use endcap_engine::CompiledRules;
use endcap_vocab::{Metrics, Slot, Source};
use rayon::prelude::*;

use crate::agreement::{RBO_PERSISTENCE, jaccard, rank_biased_overlap, shared};
use crate::{ProductFacts, RankCommand, UserError, Workspace};

/// One slate that is asked for.
#[derive(Debug, Clone)]
pub struct Column<'r> {
    /// Its heading, such as `Draft`.
    pub title: String,
    /// What stands beside the heading, such as `3 changes to live`.
    pub subtitle: String,
    /// What is asked.
    pub command: RankCommand,
    /// Under which rules.
    pub rules: &'r CompiledRules,
}

/// Slates side by side.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    /// As they were asked for.
    pub columns: Vec<SlateColumn>,
    /// The column that movement is counted against.
    pub baseline: usize,
    /// How much each other column agrees with the baseline; none for a column with an error.
    pub pairs: Vec<Agreement>,
}

/// One slate of several.
#[derive(Debug, Clone, PartialEq)]
pub struct SlateColumn {
    /// Its heading.
    pub title: String,
    /// What stands beside the heading.
    pub subtitle: String,
    /// One a slot.
    pub rows: Vec<SlateRow>,
    /// The figures of the slate; none where it is empty.
    pub metrics: Option<Metrics>,
    /// What is odd about the request or its slate, in sentences.
    pub notes: Vec<String>,
    /// The request's instant on the store's wall clock, with its zone.
    pub local_time: String,
    /// Why there is no slate.
    pub error: Option<UserError>,
}

/// One product of a slate.
#[derive(Debug, Clone, PartialEq)]
pub struct SlateRow {
    /// From 1.
    pub slot: u32,
    /// What stands there.
    pub sku: String,
    /// What a shopper reads.
    pub title: String,
    /// The name on it.
    pub brand: Option<String>,
    /// Category path.
    pub category: String,
    /// The retailer's own brand.
    pub private_label: bool,
    /// Effective price.
    pub price: f64,
    /// Regular price.
    pub list_price: f64,
    /// (price − unit cost) / price.
    pub margin: f64,
    /// Units available.
    pub stock: i64,
    /// `base` times every factor.
    pub score: f64,
    /// How it got there.
    pub source: Source,
    /// The id of the rule that placed it.
    pub rule: Option<String>,
    /// Against the baseline's slate.
    pub movement: Movement,
}

/// Where a product stands against another slate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Movement {
    /// There is no other slate, or this is it.
    None,
    /// In the same slot.
    Same,
    /// So many slots further up.
    Up(u32),
    /// So many slots further down.
    Down(u32),
    /// On this slate alone.
    New,
    /// On the other slate alone.
    Gone,
}

impl Movement {
    /// From a slot of the other slate to a slot of this one.
    #[must_use]
    pub fn between(other: Option<u32>, this: Option<u32>) -> Self {
        match (other, this) {
            (None, None) => Self::None,
            (None, Some(_)) => Self::New,
            (Some(_), None) => Self::Gone,
            (Some(other), Some(this)) if this < other => Self::Up(other - this),
            (Some(other), Some(this)) if this > other => Self::Down(this - other),
            (Some(_), Some(_)) => Self::Same,
        }
    }
}

/// How much a slate agrees with the baseline's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Which column.
    pub column: usize,
    /// Products on both slates.
    pub shared: usize,
    /// Shared products as a share of all products on either, 0..1.
    pub jaccard: f64,
    /// Rank-biased overlap, extrapolated, 0..1; upper slots count more.
    pub rbo: f64,
}

/// Where one product stands on two slates; none where it is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which product.
    pub sku: String,
    /// Its slot on the left slate.
    pub left: Option<u32>,
    /// Its slot on the right slate.
    pub right: Option<u32>,
}

impl Comparison {
    /// Every product of two columns, by its slot on the left, then those of the right alone by
    /// theirs: what lines of movement are drawn from.
    #[must_use]
    pub fn lines(&self, left: usize, right: usize) -> Vec<Line> {
        let rows = |column: usize| self.columns.get(column).map_or(&[][..], |c| &c.rows);
        let (on_left, on_right) = (slots_of(rows(left)), slots_of(rows(right)));
        let from_left = rows(left).iter().map(|row| Line {
            sku: row.sku.clone(),
            left: Some(row.slot),
            right: on_right.get(row.sku.as_str()).copied(),
        });
        let right_alone = rows(right)
            .iter()
            .filter(|row| !on_left.contains_key(row.sku.as_str()))
            .map(|row| Line {
                sku: row.sku.clone(),
                left: None,
                right: Some(row.slot),
            });
        from_left.chain(right_alone).collect()
    }
}

impl Workspace {
    /// Slates side by side, movement counted against column `baseline`; a column that cannot
    /// be ranked holds its error, and the others stand.
    #[must_use]
    pub fn compare(&self, columns: &[Column<'_>], baseline: usize) -> Comparison {
        let mut columns: Vec<SlateColumn> = columns
            .par_iter()
            .map(|column| self.slate_column(column))
            .collect();
        let against = columns
            .get(baseline)
            .filter(|column| column.error.is_none())
            .map(|column| column.rows.clone());
        let Some(against) = against else {
            return Comparison {
                columns,
                baseline,
                pairs: Vec::new(),
            };
        };
        let slots = slots_of(&against);
        let mut pairs = Vec::new();
        for (place, column) in columns.iter_mut().enumerate() {
            if place == baseline || column.error.is_some() {
                continue;
            }
            for row in &mut column.rows {
                row.movement =
                    Movement::between(slots.get(row.sku.as_str()).copied(), Some(row.slot));
            }
            pairs.push(agreement(place, &column.rows, &against));
        }
        Comparison {
            columns,
            baseline,
            pairs,
        }
    }

    fn slate_column(&self, column: &Column<'_>) -> SlateColumn {
        let empty = SlateColumn {
            title: column.title.clone(),
            subtitle: column.subtitle.clone(),
            rows: Vec::new(),
            metrics: None,
            notes: Vec::new(),
            local_time: String::new(),
            error: None,
        };
        let view = match self.rank(column.rules, &column.command) {
            Ok(view) => view,
            Err(error) => {
                return SlateColumn {
                    error: Some(error),
                    ..empty
                };
            }
        };
        let mut notes = view.warnings;
        if view.answer.suppressed.is_some() {
            notes.push("Nothing is shown: nobody is known here who agreed to email.".to_owned());
        } else if view.answer.slots.is_empty() {
            notes.push("No product may be shown here.".to_owned());
        }
        notes.extend(
            view.answer
                .notes
                .iter()
                .map(|note| self.note_in_words(note, column.rules)),
        );
        let rows = view.answer.slots.iter().zip(view.products);
        SlateColumn {
            rows: rows
                .map(|(slot, facts)| self.slate_row(slot, facts))
                .collect(),
            metrics: view.answer.metrics.flatten(),
            notes,
            local_time: view.local_time,
            ..empty
        }
    }

    fn slate_row(&self, slot: &Slot, facts: ProductFacts) -> SlateRow {
        let quote = facts.quote;
        SlateRow {
            slot: slot.slot,
            sku: slot.sku.clone(),
            title: facts.title,
            brand: facts.brand,
            category: self.category_of(&slot.sku).to_owned(),
            private_label: quote.private_label,
            price: quote.price,
            list_price: quote.list_price,
            margin: quote.margin,
            stock: quote.stock,
            score: slot.score,
            source: slot.source,
            rule: slot.rule.clone(),
            movement: Movement::None,
        }
    }

    /// The category path of a sku; empty where the catalogue lacks it.
    pub(crate) fn category_of(&self, sku: &str) -> &str {
        let row = self.retailer.row(sku);
        row.and_then(|row| self.retailer.columns().category.get(row))
            .map_or("", |category| category)
    }
}

fn slots_of(rows: &[SlateRow]) -> BTreeMap<&str, u32> {
    rows.iter()
        .map(|row| (row.sku.as_str(), row.slot))
        .collect()
}

fn agreement(column: usize, rows: &[SlateRow], against: &[SlateRow]) -> Agreement {
    let skus = |rows| -> Vec<&str> { <[SlateRow]>::iter(rows).map(|row| &*row.sku).collect() };
    let (these, those) = (skus(rows), skus(against));
    Agreement {
        column,
        shared: shared(&these, &those),
        jaccard: jaccard(&these, &those),
        rbo: rank_biased_overlap(&these, &those, RBO_PERSISTENCE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "grocery/beverages/coffee";

    fn column<'r>(title: &str, rules: &'r CompiledRules, page: &str) -> Column<'r> {
        Column {
            title: title.to_owned(),
            subtitle: "a test".to_owned(),
            command: RankCommand {
                page: Some(page.to_owned()),
                slots: 12,
                ..RankCommand::default()
            },
            rules,
        }
    }

    #[test]
    fn movement_is_counted_against_the_baseline_and_lines_join_the_same_product() {
        let workspace = Workspace::demo().unwrap();
        let rules = Workspace::compile(&Workspace::demo_rules()).unwrap();
        let organic = rules.organic();
        let asked = [column("Draft", &rules, PAGE), column("Off", &organic, PAGE)];
        let compared = workspace.compare(&asked, 1);
        let [draft, off] = &compared.columns[..] else {
            panic!("{compared:?}");
        };
        assert!(off.rows.iter().all(|row| row.movement == Movement::None));
        let place =
            |column: &SlateColumn, sku: &str| column.rows.iter().position(|row| row.sku == sku);
        for (at, row) in draft.rows.iter().enumerate() {
            let expected = match place(off, &row.sku) {
                None => Movement::New,
                Some(before) if before > at => Movement::Up((before - at) as u32),
                Some(before) if before < at => Movement::Down((at - before) as u32),
                Some(_) => Movement::Same,
            };
            assert_eq!(row.movement, expected, "{}", row.sku);
        }
        // The demo's pins and boosts change this page.
        assert!(draft.rows.iter().any(|row| row.movement != Movement::Same));
        let lines = compared.lines(0, 1);
        let both = lines
            .iter()
            .filter(|line| line.left.is_some() && line.right.is_some());
        let shared = both.count();
        assert_eq!(lines.len(), draft.rows.len() + off.rows.len() - shared);
        assert_eq!(compared.pairs.len(), 1);
        assert_eq!(compared.pairs[0].shared, shared);
        assert_eq!(
            compared.pairs[0].jaccard,
            shared as f64 / lines.len() as f64
        );
        for line in &lines {
            let slot = |column| place(column, &line.sku).map(|at| at as u32 + 1);
            assert_eq!((line.left, line.right), (slot(draft), slot(off)));
        }
    }

    #[test]
    fn a_slate_agrees_wholly_with_itself() {
        let workspace = Workspace::demo().unwrap();
        let rules = Workspace::compile(&Workspace::demo_rules()).unwrap();
        let asked = [column("A", &rules, PAGE), column("B", &rules, PAGE)];
        let pair = workspace.compare(&asked, 0).pairs[0];
        assert_eq!((pair.column, pair.jaccard), (1, 1.0));
        assert!((pair.rbo - 1.0).abs() < 1e-12, "{pair:?}");
    }

    #[test]
    fn a_column_that_cannot_be_ranked_holds_its_error_and_the_others_stand() {
        let workspace = Workspace::demo().unwrap();
        let rules = Workspace::compile(&Workspace::demo_rules()).unwrap();
        let asked = [
            column("A", &rules, PAGE),
            column("B", &rules, "grocery/bevrages"),
            column("C", &rules, "grocery/dairy"),
        ];
        let compared = workspace.compare(&asked, 0);
        assert!(compared.columns[1].error.is_some());
        assert!(!compared.columns[2].rows.is_empty());
        let with: Vec<usize> = compared.pairs.iter().map(|pair| pair.column).collect();
        assert_eq!(with, [2]);
        assert_eq!(compared.pairs[0].jaccard, 0.0);
        // Against a baseline that has no slate there is no movement to tell.
        let none = workspace.compare(&asked, 1);
        assert!(none.pairs.is_empty());
        assert!(
            none.columns[0]
                .rows
                .iter()
                .all(|row| row.movement == Movement::None)
        );
        assert!(workspace.compare(&[], 0).columns.is_empty());
    }
}
