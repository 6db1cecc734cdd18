//! Conditions: CEL text, checked once, evaluated over columns.
//!
//! `token` and `syntax` hold the text against the grammar, CEL's own parser makes the tree,
//! `check` gives it types (`node`), `row` reads it for one product, `plan` says what to work
//! out for many, and `eval` does so block by block.

mod ask;
mod cell;
mod check;
mod conditions;
mod eval;
mod lanes;
mod named;
mod names;
mod node;
mod numbers;
mod plan;
mod prove;
mod row;
mod set;
mod shape;
mod syntax;
mod tables;
mod token;

use std::ops::Range;
use std::sync::Arc;

use cel::parser::{ParseErrors, Parser};
use fearless_simd::Level;

use crate::{Bits, Columns, Facts};
use eval::Prepared;
use plan::Plan;
use row::{At, Reader};

pub(crate) use cell::{Arithmetic, Comparison, Constant};
pub use conditions::Conditions;
pub(crate) use node::{Field, Node, Source, TextTest};

/// Characters a condition may have.
const MAX_LENGTH: usize = 10_000;

/// A test of products, in the subset of CEL that ranking.md section 2 describes.
///
/// ```
/// use endcap_rules::Condition;
///
/// let condition = Condition::parse("product.margin >= 0.3 && !product.season").unwrap();
/// assert!(condition.reads().price);
///
/// let errors = Condition::parse("product.margn >= 0.3").unwrap_err();
/// assert_eq!(errors[0].to_string(), "column 9: no field `margn`; did you mean `margin`?");
/// ```
#[derive(Debug, Clone)]
pub struct Condition {
    source: Arc<str>,
    root: Node,
    plan: Arc<Plan>,
}

/// What is wrong with a condition, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {message}")]
pub struct ConditionError {
    /// Character of the text, from 1, lines counted through.
    pub column: usize,
    /// A sentence with the cure.
    pub message: String,
}

impl ConditionError {
    fn new(column: usize, message: impl Into<String>) -> Self {
        Self {
            column,
            message: message.into(),
        }
    }
}

/// Which facts of a request a condition reads; with none, its answer never changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reads {
    /// The effective price, also through `margin`, `discount` and `funding`.
    pub price: bool,
    /// The units available.
    pub stock: bool,
    /// The date, through `age_days`.
    pub date: bool,
    /// The month, through `season`.
    pub month: bool,
}

impl Condition {
    /// Reads and checks a condition.
    ///
    /// # Errors
    /// The first fault of the grammar, or every fault of the types.
    pub fn parse(source: &str) -> Result<Self, Vec<ConditionError>> {
        if source.chars().nth(MAX_LENGTH).is_some() {
            return Err(vec![ConditionError::new(
                MAX_LENGTH + 1,
                format!("the condition is longer than {MAX_LENGTH} characters; split the rule"),
            )]);
        }
        let tokens = token::tokens(source).map_err(|error| vec![error])?;
        syntax::check(&tokens).map_err(|error| vec![error])?;
        let (expression, places) = Parser::new()
            .enable_ident_escape_syntax(true)
            .error_recovery_limit(0)
            .parse_with_source_info(source)
            .map_err(|errors| parser_errors(source, &errors))?;
        let root = check::check(&expression, &places, &tokens)?;
        let root = node::per_value(root);
        Ok(Self {
            source: source.into(),
            plan: Arc::new(Plan::new([&root])),
            root,
        })
    }

    /// The text it was read from.
    #[must_use]
    pub fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// Which facts of a request it reads.
    #[must_use]
    pub fn reads(&self) -> Reads {
        let mut reads = Reads::default();
        node::walk(&self.root, &mut |node| {
            if let Node::Read(Source::Field(field)) = node {
                match field {
                    Field::Price | Field::Margin | Field::Discount | Field::Funding => {
                        reads.price = true;
                    }
                    Field::Stock => reads.stock = true,
                    Field::AgeDays => reads.date = true,
                    Field::Season => reads.month = true,
                    _ => {}
                }
            }
        });
        reads
    }

    /// The condition in English; see [`crate::say`].
    #[must_use]
    pub fn say(&self) -> String {
        crate::say::condition(self)
    }

    /// Whether some product could match; where not, the condition contradicts itself whatever
    /// the catalogue is. What cannot be told counts as possible.
    #[must_use]
    pub fn can_hold(&self) -> bool {
        prove::can_hold([&self.root])
    }

    /// Whether some product could match this and another condition at once.
    #[must_use]
    pub fn can_hold_with(&self, other: &Self) -> bool {
        prove::can_hold([&self.root, &other.root])
    }

    pub(crate) fn root(&self) -> &Node {
        &self.root
    }

    /// Which of `rows` it holds for: bit i is row `rows.start + i`, as is entry i of `facts`.
    ///
    /// # Panics
    /// If `rows` ends beyond the columns, or `facts` has fewer entries.
    #[must_use]
    pub fn eval(&self, columns: &Columns, facts: &Facts<'_>, rows: Range<usize>) -> Bits {
        // A few rows are read faster than prepared for.
        if rows.len() < 64 {
            return self.eval_plain(columns, facts, rows);
        }
        let mut bits = Bits::zeros(rows.len());
        let prepared = Prepared::new(&self.plan, columns, &rows, Level::new());
        let mut work = prepared.work();
        prepared.eval(facts, (rows, 0), &mut work, &mut [bits.words_mut()]);
        bits
    }

    /// What [`Condition::eval`] gives, worked out product by product as CEL's specification
    /// reads: slow, and the measure of everything faster.
    ///
    /// # Panics
    /// Those of [`Condition::eval`].
    #[must_use]
    pub fn eval_plain(&self, columns: &Columns, facts: &Facts<'_>, rows: Range<usize>) -> Bits {
        Bits::from_fn(rows.len(), |fact| {
            let row = rows.start + fact;
            let at = At::Product { row, fact };
            let reader = Reader { columns, facts, at };
            reader.truth(&self.root) == Some(true)
        })
    }
}

/// What CEL's parser still refuses after [`syntax`]: literals out of range.
fn parser_errors(source: &str, errors: &ParseErrors) -> Vec<ConditionError> {
    errors
        .errors
        .iter()
        .map(|error| {
            // The parser counts lines, and columns within a line, from 1.
            let lines = usize::try_from(error.pos.0).unwrap_or(1).saturating_sub(1);
            let before: usize = source
                .split_inclusive('\n')
                .take(lines)
                .map(|line| line.chars().count())
                .sum();
            let column = before + usize::try_from(error.pos.1).unwrap_or(1).max(1);
            let message = if error.msg.contains("invalid int") {
                "this whole number is too large; it must fit 64 bits".to_owned()
            } else if error.msg.contains("invalid double") {
                "this number is too large for a double".to_owned()
            } else if error.msg.contains("invalid string") {
                "this text has an escape that is no character".to_owned()
            } else {
                format!("this is no CEL: {}", error.msg)
            };
            ConditionError::new(column, message)
        })
        .collect()
}
