//! The category tree beside a page: its rows, what is searched in it, and where a draft has
//! something of its own.

use std::collections::{BTreeMap, BTreeSet};

use endcap_vocab::{Rule, RuleSet, category_depth, category_parent};

use crate::Workspace;
use crate::page::capitalised;

/// Every category of a retailer, those above first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CategoryTree {
    /// In tree order: each category right before those below it.
    pub rows: Vec<CategoryRow>,
}

/// One category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryRow {
    /// Path, such as `grocery/beverages/coffee`.
    pub path: String,
    /// As a person reads it: `Coffee`.
    pub name: String,
    /// 0 at the top.
    pub depth: usize,
    /// Products at or under it.
    pub products: usize,
    /// Whether there are categories below it.
    pub children: bool,
}

impl CategoryTree {
    /// The rows, by index, whose name or path has every word of a text, with those above them;
    /// all rows for an empty text.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<usize> {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let mut kept = vec![false; self.rows.len()];
        // The rows above the one that is looked at, the top one first.
        let mut above: Vec<usize> = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            above.truncate(row.depth);
            above.push(index);
            let last = row.path.rsplit('/').next().unwrap_or_default();
            let said = format!("{} {last}", row.name).to_lowercase();
            let whole = row.path.to_lowercase();
            let found = |word: &String| {
                said.contains(word.as_str()) || word.contains('/') && whole.contains(word.as_str())
            };
            if words.iter().all(found) {
                above.iter().for_each(|index| kept[*index] = true);
            }
        }
        (0..kept.len()).filter(|index| kept[*index]).collect()
    }

    /// The row of a path.
    #[must_use]
    pub fn row(&self, path: &str) -> Option<&CategoryRow> {
        self.rows.iter().find(|row| row.path == path)
    }
}

/// The last segment of a category path as a heading: `Soft drinks`; `All products` for the
/// whole catalogue.
#[must_use]
pub fn page_name(path: &str) -> String {
    let last = path.rsplit('/').next().unwrap_or(path);
    if last.is_empty() {
        return "All products".to_owned();
    }
    capitalised(&last.replace(['-', '_'], " "))
}

/// What a draft has of its own on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Rules or weights, the same as live.
    Own,
    /// Rules or weights that differ from live, or that live alone has.
    Changed,
}

/// The pages on which a draft has rules or weights of its own, or which differ from live.
#[must_use]
pub fn rule_marks(rules: &RuleSet, live: &RuleSet) -> BTreeMap<String, Mark> {
    let (draft, live) = (owned(rules), owned(live));
    let paths: BTreeSet<&str> = draft.keys().chain(live.keys()).copied().collect();
    let mark = |path: &str| {
        if draft.get(path) == live.get(path) {
            Mark::Own
        } else {
            Mark::Changed
        }
    };
    paths
        .into_iter()
        .map(|path| (path.to_owned(), mark(path)))
        .collect()
}

/// What a rule set has on one page of its own.
#[derive(Default, PartialEq)]
struct Owned<'r> {
    /// By id.
    rules: BTreeMap<&'r str, &'r Rule>,
    weights: Option<&'r endcap_vocab::Weights>,
}

fn owned(rules: &RuleSet) -> BTreeMap<&str, Owned<'_>> {
    let mut owned: BTreeMap<&str, Owned<'_>> = BTreeMap::new();
    for rule in &rules.rules {
        for page in &rule.scope.pages {
            let of_page = owned.entry(page).or_default();
            of_page.rules.insert(&rule.id, rule);
        }
    }
    for (path, weights) in &rules.objective.categories {
        owned.entry(path).or_default().weights = Some(weights);
    }
    owned
}

impl Workspace {
    /// The category tree. It never changes: build it once for a workspace and share it.
    #[must_use]
    pub fn tree(&self) -> CategoryTree {
        let mut rows: Vec<CategoryRow> = Vec::new();
        // By path: the index of its row. Categories come with their children right behind them.
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (category, products) in self.retailer.categories() {
            let mut path: Vec<&str> =
                std::iter::successors(Some(category), |path| category_parent(path)).collect();
            path.reverse();
            for part in &path {
                let place = *places.entry(part).or_insert_with(|| {
                    rows.push(CategoryRow {
                        path: (*part).to_owned(),
                        name: page_name(part),
                        depth: category_depth(part) - 1,
                        products: 0,
                        children: false,
                    });
                    rows.len() - 1
                });
                rows[place].products += products;
                rows[place].children |= part.len() < category.len();
            }
        }
        CategoryTree { rows }
    }
}
