//! What a condition matches, and what is wrong with it or with its rule.

use endcap_engine::{CompiledRules, Matched, matches};
use endcap_rules::{Condition, ConditionError, documents};
use endcap_vocab::{Document, Problem, Reason, Rule, RuleSet};

use crate::{RankCommand, UserError, Workspace};

/// How many products of a condition are shown.
const STRIP: usize = 12;

/// What a condition matches.
#[derive(Debug, Clone, PartialEq)]
pub struct Matches {
    /// Products of the page.
    pub on_page: u32,
    /// Products of the whole catalogue, at the prices and stock of the request.
    pub in_all: u32,
    /// The first of the page by score.
    pub strip: Vec<MatchCard>,
}

/// A product that a condition matches.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchCard {
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
    /// What it is ordered by, under the rules of the page.
    pub score: f64,
    /// The first test that it fails, where it may not be shown.
    pub reason: Option<Reason>,
}

/// Checks a condition as it is typed.
///
/// # Errors
/// Every fault with its column.
pub fn check_condition(text: &str) -> Result<(), Vec<ConditionError>> {
    Condition::parse(text).map(|_| ())
}

/// Everything that is wrong with a rule by itself, with pointers from the rule, as in
/// `/effect/percent`.
#[must_use]
pub fn rule_problems(rule: &Rule) -> Vec<Problem> {
    // The checks are those of a document, so a document is made that holds the rule alone.
    let document = RuleSet {
        rules: vec![rule.clone()],
        ..RuleSet::default()
    };
    let value = match serde_json::to_value(&document) {
        Ok(value) => value,
        Err(error) => return vec![Problem::new("", error.to_string())],
    };
    let mut problems = documents::problems_of(Document::RuleSet, &value);
    for problem in &mut problems {
        if let Some(path) = problem.path.strip_prefix("/rules/0") {
            problem.path = path.to_owned();
        }
    }
    problems
}

/// Everything that is wrong with a rule on its way into a rule set, its id being taken
/// included; `instead_of` is the id of the rule that it will replace.
#[must_use]
pub fn rule_problems_in(rules: &RuleSet, rule: &Rule, instead_of: Option<&str>) -> Vec<Problem> {
    let mut problems = rule_problems(rule);
    let is_taken = instead_of != Some(&rule.id) && rules.rules.iter().any(|r| r.id == rule.id);
    if is_taken {
        let taken = format!("a second `{}`; each id stands once", rule.id);
        problems.insert(0, Problem::new("/id", taken));
    }
    problems
}

impl Workspace {
    /// What a condition matches on a page under some rules.
    ///
    /// # Errors
    /// Those of [`Workspace::request`]; every fault of the condition, with its column.
    pub fn try_condition(
        &self,
        rules: &CompiledRules,
        command: &RankCommand,
        condition: &str,
    ) -> Result<Matches, UserError> {
        let request = self.request(command)?;
        let asked = (condition, STRIP);
        let matches = matches(
            &self.retailer,
            rules,
            &self.model_of(&command.who),
            &request,
            asked,
        )
        .map_err(|problems| UserError::refused("the condition", problems))?;
        Ok(Matches {
            on_page: matches.on_page,
            in_all: matches.in_all,
            strip: matches.best.iter().map(|of| self.match_card(of)).collect(),
        })
    }

    fn match_card(&self, matched: &Matched) -> MatchCard {
        let columns = self.retailer.columns();
        let row = matched.row as usize;
        let category = columns.category.get(row);
        MatchCard {
            sku: columns.sku.get(row).to_owned(),
            title: columns.title.get(row).to_owned(),
            brand: columns.brand.get(row).map(ToString::to_string),
            category: category.map_or_else(String::new, ToString::to_string),
            private_label: matched.quote.private_label,
            list_price: matched.quote.list_price,
            price: matched.quote.price,
            margin: matched.quote.margin,
            stock: matched.quote.stock,
            score: matched.score,
            reason: matched.reason,
        }
    }
}
