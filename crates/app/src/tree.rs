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

/// Facts proved here:
/// 1. Every category stands right under the one above it, with all products at or under it.
/// 2. A search keeps what it finds and what stands above that, and nothing else.
/// 3. A mark says where a draft has something of its own, and where it differs from live.
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    reason = "what a test is made of may fail the test"
)]
mod tests {
    use endcap_vocab::{Signal, Weights};

    use super::*;

    #[test]
    fn every_category_stands_under_the_one_above_it_with_all_its_products() {
        let workspace = Workspace::demo().unwrap();
        let tree = workspace.tree();
        let mut above: Vec<&str> = Vec::new();
        for (index, row) in tree.rows.iter().enumerate() {
            above.truncate(row.depth);
            assert_eq!(category_parent(&row.path), above.last().copied());
            assert_eq!(row.products, workspace.retailer.page(&row.path).len());
            let next = tree.rows.get(index + 1);
            assert_eq!(
                row.children,
                next.is_some_and(|next| next.depth > row.depth)
            );
            above.push(&row.path);
        }
        let tops = tree.rows.iter().filter(|row| row.depth == 0);
        let products: usize = tops.map(|row| row.products).sum();
        assert_eq!(products, workspace.retailer.len());
        assert_eq!(page_name("grocery/soft-drinks"), "Soft drinks");
        assert_eq!(page_name(""), "All products");
    }

    #[test]
    fn a_search_keeps_what_it_finds_and_what_stands_above() {
        let tree = Workspace::demo().unwrap().tree();
        let found = |text: &str| {
            let rows = tree.find(text).into_iter();
            rows.map(|row| tree.rows[row].path.as_str())
                .collect::<Vec<_>>()
        };
        let coffee = found("COFFEE");
        let expected: BTreeSet<&str> = tree
            .rows
            .iter()
            .filter(|row| row.path.rsplit('/').next().unwrap().contains("coffee"))
            .flat_map(|row| {
                std::iter::successors(Some(row.path.as_str()), |path| category_parent(path))
            })
            .collect();
        assert_eq!(coffee.iter().copied().collect::<BTreeSet<_>>(), expected);
        assert_eq!(
            coffee[..3],
            ["grocery", "grocery/beverages", "grocery/beverages/coffee"]
        );
        assert_eq!(found("").len(), tree.rows.len());
        assert!(found("no such thing").is_empty());
    }

    #[test]
    fn a_mark_says_where_a_draft_has_something_of_its_own() {
        let live = Workspace::demo_rules();
        let same = rule_marks(&live, &live);
        assert!(same.values().all(|mark| *mark == Mark::Own));
        assert!(same.contains_key("grocery/beverages/coffee") && same.contains_key("home"));
        assert!(!same.contains_key("grocery/pantry"));

        let mut draft = live.clone();
        draft.rules.retain(|rule| rule.id != "dairy-organic");
        let weights = Weights([(Signal::Margin, 1.0)].into());
        let categories = &mut draft.objective.categories;
        categories.insert("grocery/pantry".to_owned(), weights);
        let marks = rule_marks(&draft, &live);
        let changed = marks.iter().filter(|(_, mark)| **mark == Mark::Changed);
        let changed: Vec<&str> = changed.map(|(path, _)| path.as_str()).collect();
        assert_eq!(changed, ["grocery/dairy", "grocery/pantry"]);
    }
}
