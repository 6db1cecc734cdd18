//! Answers of the tests that read one dictionary column, worked out once a distinct value.

use std::ops::Range;

use fearless_simd::Level;

use endcap_vocab::AttributeValue;

use super::lanes::{Block, Lane, ROWS, look_up};
use super::node::{Field, Source};
use super::plan::{ColumnTests, Plane};
use super::row::{At, Reader};
use crate::{ABSENT, Coded, Codes, Columns, Facts};

/// Tests whose answers share a word.
const LANE: usize = 64;

/// The codes of a column from one row to another; the other rows have no value.
#[derive(Debug, Clone, Copy)]
struct Span<'a> {
    first: usize,
    codes: &'a Codes,
}

impl Span<'_> {
    /// Writes down the codes of some rows, for which there is room, where they have any.
    fn read(self, rows: Range<usize>, into: &mut [u32]) {
        let end = self.first + self.codes.len();
        let inside = rows.start.max(self.first)..rows.end.min(end);
        if !inside.is_empty() {
            let places = inside.start - rows.start..inside.end - rows.start;
            self.codes
                .read(inside.start - self.first, &mut into[places]);
        }
    }
}

/// The answers to the tests of one column.
#[derive(Debug)]
pub(super) struct Table<'a> {
    tests: &'a ColumnTests,
    /// `None` where no product has such an attribute.
    codes: Option<Span<'a>>,
    /// The row of the first entry where each row has its own, as fewer rows are looked at than
    /// there are values; else an entry is a value.
    first_row: Option<usize>,
    /// By lane, then by entry, the last being that of no value.
    answers: Vec<Vec<u64>>,
}

impl<'a> Table<'a> {
    /// The answers for the rows of a range.
    pub(super) fn new(tests: &'a ColumnTests, columns: &'a Columns, rows: Range<usize>) -> Self {
        let (codes, values) = column(columns, &tests.column);
        let codes = codes.filter(|codes| !codes.codes.is_empty());
        let mut table = Self {
            tests,
            codes,
            first_row: None,
            answers: Vec::new(),
        };
        match codes {
            Some(codes) if rows.len() < values => {
                table.first_row = Some(rows.start);
                let mut own = vec![ABSENT; rows.len()];
                codes.read(rows, &mut own);
                table.fill(columns, own.into_iter());
            }
            _ => table.fill(columns, 0..values as u32),
        }
        table
    }

    fn fill(&mut self, columns: &'a Columns, codes: impl ExactSizeIterator<Item = u32>) {
        let tests = self.tests;
        // Such a test reads no facts.
        let facts = Facts {
            price: &[],
            stock: &[],
            today: 0,
            month: 1,
        };
        let lanes = tests.tests.len().div_ceil(LANE);
        let mut absent = vec![0; lanes];
        let mut asked = Vec::new();
        for (index, test) in tests.tests.iter().enumerate() {
            match &test.node {
                Some(node) => asked.push((index, test.plane, node)),
                None if test.plane == Plane::Possible => {
                    absent[index / LANE] |= 1 << (index % LANE);
                }
                None => {}
            }
        }
        self.answers = vec![vec![0; codes.len() + 1]; lanes];
        for (entry, code) in codes.chain([ABSENT]).enumerate() {
            if code == ABSENT {
                for (answers, absent) in self.answers.iter_mut().zip(&absent) {
                    answers[entry] = *absent;
                }
            } else if !tests.named.is_empty() {
                let text = text(columns, &tests.column, code);
                let named = text.map_or(&[][..], |text| tests.named.tests(text));
                for test in named {
                    self.answers[test / LANE][entry] |= 1 << (test % LANE);
                }
            }
            let reader = Reader {
                columns,
                facts: &facts,
                at: At::Value(code),
            };
            for (index, plane, node) in &asked {
                let holds = plane.holds(reader.truth(node));
                self.answers[index / LANE][entry] |= u64::from(holds) << (index % LANE);
            }
        }
    }

    /// Answers the tests for a block of at most [`ROWS`] rows.
    pub(super) fn answer(&self, level: Level, rows: Range<usize>, blocks: &mut [Block]) {
        let mut codes = [ABSENT; ROWS];
        let codes = &mut codes[..rows.len()];
        match (self.codes, self.first_row) {
            (None, _) => {}
            (Some(_), Some(first)) => {
                for (code, entry) in codes.iter_mut().zip(rows.start - first..) {
                    *code = entry as u32;
                }
            }
            (Some(span), None) => span.read(rows, codes),
        }
        for (answers, slots) in self.answers.iter().zip(self.tests.slots.chunks(LANE)) {
            look_up(level, &Lane { answers, slots }, codes, blocks);
        }
    }
}

/// The codes of a dictionary column, and how many values it has.
fn column<'a>(columns: &'a Columns, source: &Source) -> (Option<Span<'a>>, usize) {
    fn coded<T>(column: &Coded<T>) -> (Option<Span<'_>>, usize) {
        let (first, codes) = (0, &column.codes);
        (Some(Span { first, codes }), column.values.len())
    }
    match source {
        Source::Field(Field::Group) => coded(&columns.group),
        Source::Field(Field::Brand) => coded(&columns.brand),
        Source::Field(Field::Vendor) => coded(&columns.vendor),
        Source::Field(Field::Category) => coded(&columns.category),
        Source::Field(Field::Tags) => coded(&columns.tags),
        Source::Field(_) => (None, 0),
        Source::Attribute(name) => match columns.attributes.get(name) {
            Some(attribute) => {
                let (first, codes) = attribute.span();
                (Some(Span { first, codes }), attribute.values.len())
            }
            None => (None, 0),
        },
    }
}

/// The value of a code, where it is a text.
fn text<'a>(columns: &'a Columns, source: &Source, code: u32) -> Option<&'a str> {
    let column = match source {
        Source::Field(Field::Group) => &columns.group,
        Source::Field(Field::Brand) => &columns.brand,
        Source::Field(Field::Vendor) => &columns.vendor,
        Source::Field(Field::Category) => &columns.category,
        Source::Field(_) => return None,
        Source::Attribute(name) => {
            let attribute = columns.attributes.get(name)?;
            return match attribute.values.get(code as usize)? {
                AttributeValue::Text(text) => Some(text),
                _ => None,
            };
        }
    };
    column.values.get(code as usize).map(|text| &**text)
}
