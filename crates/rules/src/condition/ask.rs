//! Tests that are asked of single rows, where other tests have left any.

use endcap_vocab::category_is_under;
use memchr::memmem::Finder;

use super::cell::Constant;
use super::lanes::{Block, ROWS, WORDS};
use super::node::{Field, Node, Source, TextTest};
use super::numbers::BlockRows;
use super::plan::RowTest;
use super::row::{At, Reader};
use crate::Texts;

/// A text is searched in all rows at once where it is asked of one row in so many.
const DENSE: usize = 8;

/// Leaves those rows that pass a test.
pub(super) fn ask(test: &RowTest, block: &BlockRows<'_>, left: &mut Block) {
    let rows = &block.rows;
    let Some((texts, text_test, argument)) = text_test(&test.node, block) else {
        retain(left, rows.len(), |index| {
            let reader = Reader {
                columns: block.columns,
                facts: block.facts,
                at: At::Product {
                    row: rows.start + index,
                    fact: block.entries.start + index,
                },
            };
            test.plane.holds(reader.truth(&test.node)) == test.wanted
        });
        return;
    };
    // These columns have a text in every row, so no answer is an error.
    let text = |index: usize| texts.get(rows.start + index);
    let wanted = test.wanted;
    match text_test {
        TextTest::StartsWith => {
            retain(left, rows.len(), |index| {
                text(index).starts_with(argument) == wanted
            });
        }
        TextTest::EndsWith => {
            retain(left, rows.len(), |index| {
                text(index).ends_with(argument) == wanted
            });
        }
        TextTest::Under => retain(left, rows.len(), |index| {
            category_is_under(text(index), argument) == wanted
        }),
        TextTest::Contains => {
            let finder = Finder::new(argument);
            let asked: u32 = left.iter().map(|word| word.count_ones()).sum();
            if argument.is_empty() || (asked as usize) < ROWS / DENSE {
                retain(left, rows.len(), |index| {
                    finder.find(text(index).as_bytes()).is_some() == wanted
                });
            } else {
                let found = search(&finder, texts, block);
                let flip = u64::from(!wanted).wrapping_neg();
                for (left, found) in left.iter_mut().zip(found) {
                    *left &= found ^ flip;
                }
            }
        }
    }
}

/// A test of a column of texts against a constant.
fn text_test<'a>(node: &'a Node, block: &BlockRows<'a>) -> Option<(&'a Texts, TextTest, &'a str)> {
    let Node::TextTest(test, nodes) = node else {
        return None;
    };
    match &**nodes {
        [
            Node::Read(Source::Field(field)),
            Node::Constant(Constant::Text(argument)),
        ] => {
            let texts = match field {
                Field::Sku => &block.columns.sku,
                Field::Title => &block.columns.title,
                _ => return None,
            };
            Some((texts, *test, argument))
        }
        _ => None,
    }
}

/// Clears the bits of the first `rows` rows that do not pass.
fn retain(left: &mut Block, rows: usize, passes: impl Fn(usize) -> bool) {
    for (index, word) in left.iter_mut().enumerate() {
        let mut rest = *word;
        while rest != 0 {
            let row = 64 * index + rest.trailing_zeros() as usize;
            if row >= rows {
                return;
            }
            if !passes(row) {
                *word &= !(rest & rest.wrapping_neg());
            }
            rest &= rest - 1;
        }
    }
}

/// Which texts of a block hold another one that is not empty.
fn search(finder: &Finder<'_>, texts: &Texts, block: &BlockRows<'_>) -> Block {
    let mut found = [0; WORDS];
    let rows = &block.rows;
    let (mut row, end) = (rows.start, texts.span(rows.end - 1).end);
    let mut from = texts.span(row).start;
    while let Some(at) = finder.find(&texts.bytes()[from..end]) {
        let start = from + at;
        while texts.span(row).end <= start {
            row += 1;
        }
        // What runs over the end of a text is in none.
        if start + finder.needle().len() <= texts.span(row).end {
            let index = row - rows.start;
            found[index / 64] |= 1 << (index % 64);
            from = texts.span(row).end;
        } else {
            from = start + 1;
        }
    }
    found
}
