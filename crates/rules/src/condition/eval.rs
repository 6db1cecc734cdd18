//! Evaluates a plan over columns, a block of rows at a time, so that what a step leaves is
//! still in cache for the next one.

use std::ops::Range;

use fearless_simd::{Level, dispatch};

use super::ask::ask;
use super::lanes::{self, Block, ROWS, WORDS};
use super::node::Field;
use super::numbers::{BlockRows, Buffer};
use super::plan::{Gate, NameTests, NumberTests, Plan, RowTest, Term};
use super::row::month_bit;
use super::shape::Number;
use super::tables::Table;
use crate::{Columns, Facts};

/// A plan with what of its answers depends on the columns alone.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    plan: &'a Plan,
    columns: &'a Columns,
    level: Level,
    tables: Vec<Table<'a>>,
}

impl<'a> Prepared<'a> {
    /// Ready for any part of `rows`.
    pub(super) fn new(
        plan: &'a Plan,
        columns: &'a Columns,
        rows: &Range<usize>,
        level: Level,
    ) -> Self {
        let tables = plan.columns.iter();
        Self {
            plan,
            columns,
            level,
            tables: tables
                .map(|tests| Table::new(tests, columns, rows.clone()))
                .collect(),
        }
    }

    /// Room for the answers to a block.
    pub(super) fn work(&self) -> Work {
        Work {
            blocks: vec![[0; WORDS]; self.plan.slots],
            left: Box::new([0.0; ROWS]),
            right: Box::new([0.0; ROWS]),
            spare: Vec::new(),
        }
    }

    /// Answers each condition for `rows`, whose facts begin at entry `first_fact`: one bit a
    /// row into the words of `out`, the bits past the last row being 0.
    pub(super) fn eval(
        &self,
        facts: &Facts<'_>,
        (rows, first_fact): (Range<usize>, usize),
        work: &mut Work,
        out: &mut [&mut [u64]],
    ) {
        for start in rows.clone().step_by(ROWS) {
            let end = rows.end.min(start + ROWS);
            let offset = start - rows.start;
            let entry = first_fact + offset;
            let block = BlockRows {
                level: self.level,
                columns: self.columns,
                facts,
                rows: start..end,
                entries: entry..entry + (end - start),
            };
            self.answer(&block, work);
            dispatch!(self.level, _simd => {
                for (root, out) in self.plan.roots.iter().zip(out.iter_mut()) {
                    let out = &mut out[offset / 64..(offset + end - start).div_ceil(64)];
                    write(*root, &work.blocks, end - start, out);
                }
            });
        }
    }

    fn answer(&self, block: &BlockRows<'_>, work: &mut Work) {
        let Plan {
            numbers,
            stock,
            truths,
            names,
            gates,
            ..
        } = self.plan;
        for tests in numbers {
            work.compare(block, tests);
        }
        for (comparison, units, slot) in stock {
            let sides = (block.stock(), *units);
            lanes::compare_ints(self.level, *comparison, sides, &mut work.blocks[*slot]);
        }
        for (field, slot) in truths {
            let out = &mut work.blocks[*slot];
            if *field == Field::Season {
                let months = &self.columns.season_months[block.rows.clone()];
                lanes::months(self.level, months, month_bit(block.facts.month), out);
            } else {
                let bits = self.columns.private_label.words_of(block.rows.clone());
                out.iter_mut().zip(bits).for_each(|(out, word)| *out = word);
            }
        }
        for table in &self.tables {
            table.answer(self.level, block.rows.clone(), &mut work.blocks);
        }
        for tests in names {
            find_names(tests, block, &mut work.blocks);
        }
        dispatch!(self.level, _simd => {
            for gate in gates {
                close(gate, &mut work.blocks, &|test, out| ask(test, block, out));
            }
        });
    }
}

/// What one block leaves to be written over by the next.
#[derive(Debug)]
pub(super) struct Work {
    blocks: Vec<Block>,
    left: Box<Buffer>,
    right: Box<Buffer>,
    spare: Vec<Box<Buffer>>,
}

impl Work {
    fn compare(&mut self, block: &BlockRows<'_>, NumberTests { left, tests }: &NumberTests) {
        let stored = block.stored(left);
        let has_pairs = tests
            .iter()
            .any(|(_, right, _)| !matches!(right, Number::Constant(_)));
        if stored.is_none() || has_pairs {
            block.fill(left, &mut self.left, &mut self.spare);
        }
        for (comparison, right, slot) in tests {
            let out = &mut self.blocks[*slot];
            if let Number::Constant(bits) = right {
                let values = stored.unwrap_or(&self.left[..block.rows.len()]);
                let sides = (values, f64::from_bits(*bits));
                lanes::compare_doubles(block.level, *comparison, sides, out);
            } else {
                block.fill(right, &mut self.right, &mut self.spare);
                let sides = (&*self.left, &*self.right);
                lanes::compare_pairs(block.level, *comparison, sides, out);
            }
        }
    }
}

/// Few rows have a text that is asked for, so each that has sets its own bits.
fn find_names(tests: &NameTests, block: &BlockRows<'_>, blocks: &mut [Block]) {
    for slot in &tests.slots {
        blocks[*slot] = [0; WORDS];
    }
    let texts = if tests.field == Field::Sku {
        &block.columns.sku
    } else {
        &block.columns.title
    };
    for (index, row) in block.rows.clone().enumerate() {
        for slot in tests.named.tests(texts.get(row)) {
            blocks[*slot][index / 64] |= 1 << (index % 64);
        }
    }
}

/// Works out a gate from blocks before its own.
#[inline(always)]
fn close(gate: &Gate, blocks: &mut [Block], ask: &dyn Fn(&RowTest, &mut Block)) {
    let (before, own) = blocks.split_at_mut(gate.slot);
    let out = &mut own[0];
    *out = [u64::MAX; WORDS];
    for term in &gate.terms {
        if let Term::Block { slot, flipped } = term {
            let flip = u64::from(*flipped).wrapping_neg();
            for (out, word) in out.iter_mut().zip(&before[*slot]) {
                *out &= word ^ flip;
            }
        }
    }
    for test in &gate.tests {
        ask(test, out);
    }
}

/// Copies the answers of `rows` rows, and clears the bits past them.
#[inline(always)]
fn write(root: Term, blocks: &[Block], rows: usize, out: &mut [u64]) {
    match root {
        Term::Fixed(truth) => out.fill(u64::from(truth).wrapping_neg()),
        Term::Block { slot, flipped } => {
            let flip = u64::from(flipped).wrapping_neg();
            for (out, word) in out.iter_mut().zip(&blocks[slot]) {
                *out = word ^ flip;
            }
        }
    }
    if let Some(last) = out.last_mut()
        && !rows.is_multiple_of(64)
    {
        *last &= (1 << (rows % 64)) - 1;
    }
}

#[cfg(test)]
mod tests {
    use endcap_vocab::AttributeValue;

    use super::*;
    use crate::{ABSENT, ABSENT_DAY, Bits, Coded, Condition, Texts};
    use endcap_testkit::levels;

    const ROWS: usize = 5_000;

    fn coded<T>(values: Vec<T>) -> Coded<T> {
        let count = values.len() as u32;
        // Runs of one value, then all of them and none.
        let code = |row: u32| match row / 700 % 2 {
            0 => row / 700 % count,
            _ if row % 13 == 5 => ABSENT,
            _ => row % count,
        };
        Coded {
            codes: (0..ROWS as u32).map(code).collect(),
            values,
        }
    }

    fn boxed(texts: &[&str]) -> Vec<Box<str>> {
        texts.iter().map(|text| (*text).into()).collect()
    }

    fn numbers(most: f64) -> Vec<f64> {
        let number = |row: usize| (row * 7_919 % 1_009) as f64 / 1_009.0 * most;
        (0..ROWS).map(number).collect()
    }

    fn lacking(most: f64) -> Vec<f64> {
        let mut numbers = numbers(most);
        numbers
            .iter_mut()
            .step_by(7)
            .for_each(|number| *number = f64::NAN);
        numbers
    }

    fn texts(text: impl Fn(usize) -> String) -> Texts {
        let mut texts = Texts::default();
        (0..ROWS).for_each(|row| texts.push(&text(row)));
        texts
    }

    fn columns() -> Columns {
        let paths = [
            "grocery/beverages/coffee",
            "home/kitchen/tools",
            "grocery/wine/red",
        ];
        let words = ["dark", "medium", "extra soft", "oak"];
        let mut values: Vec<AttributeValue> = words
            .map(|word| AttributeValue::Text(word.to_owned()))
            .into();
        values.extend([AttributeValue::Number(4.0), AttributeValue::Bool(true)]);
        let names = ["roast", "strength", "organic", "material", "size"];
        Columns {
            sku: texts(|row| format!("COF-{row:05}-1")),
            group: coded(
                (0..3_000)
                    .map(|code| format!("COF-{code:05}").into())
                    .collect(),
            ),
            title: texts(|row| format!("{} loaf {row}", ["Winter", "detergent", "x"][row % 3])),
            brand: coded(boxed(&[
                "Green Byre",
                "Kitchen Row",
                "Isla Fern",
                "Alder Street",
            ])),
            vendor: coded(boxed(&["Upland Creamery", "Terrazza Foods"])),
            category: coded(boxed(&paths)),
            private_label: Bits::from_fn(ROWS, |row| row % 3 == 0),
            list_price: numbers(60.0),
            unit_cost: numbers(40.0),
            vendor_funding: numbers(3.0),
            return_rate: numbers(0.1),
            rating: lacking(5.0),
            stock_age_days: lacking(200.0),
            stock_cover_days: lacking(100.0),
            launched_on: (0..ROWS as i32)
                .map(|row| {
                    if row % 11 == 0 {
                        ABSENT_DAY
                    } else {
                        20_000 + row % 900
                    }
                })
                .collect(),
            season_months: (0..ROWS).map(|row| (row * 37 % 4_096) as u16).collect(),
            tags: coded(vec![boxed(&["new", "gift"]).into(), boxed(&[]).into()]),
            attributes: names
                .iter()
                .enumerate()
                .map(|(place, name)| {
                    // From some row to another, blocks outside and across included.
                    let mut column = coded(values.clone());
                    let rows = place * 331 % ROWS..ROWS - place * 173 % ROWS;
                    let code = |row| {
                        if rows.contains(&row) {
                            column.code(row)
                        } else {
                            ABSENT
                        }
                    };
                    column.codes = (0..ROWS).map(code).collect();
                    ((*name).into(), column.into())
                })
                .collect(),
        }
    }

    #[test]
    fn every_kind_of_vectors_gives_the_bits_of_a_product_at_a_time() {
        const CONDITIONS: &str = include_str!("../../../../fixtures/bench/conditions.json");
        let sources: Vec<String> = serde_json::from_str(CONDITIONS).unwrap();
        let conditions: Vec<Condition> = sources
            .iter()
            .map(|source| Condition::parse(source).unwrap())
            .collect();
        let columns = columns();
        let rows = 37..ROWS - 5;
        let stock: Vec<i64> = (0..rows.len() as i64).map(|row| row * 31 % 120).collect();
        let price = numbers(60.0);
        let facts = Facts {
            price: &price,
            stock: &stock,
            today: 20_777,
            month: 11,
        };
        let plan = Plan::new(conditions.iter().map(Condition::root));
        let expected: Vec<Bits> = conditions
            .iter()
            .map(|condition| condition.eval_plain(&columns, &facts, rows.clone()))
            .collect();
        let held = expected.iter().filter(|bits| bits.count() > 0);
        assert!(held.count() > 100, "most conditions hold for nothing");
        for level in levels() {
            let prepared = Prepared::new(&plan, &columns, &rows, level);
            let mut all = vec![Bits::zeros(rows.len()); conditions.len()];
            let mut words: Vec<&mut [u64]> = all.iter_mut().map(Bits::words_mut).collect();
            let mut work = prepared.work();
            prepared.eval(&facts, (rows.clone(), 0), &mut work, &mut words);
            for ((bits, expected), source) in all.iter().zip(&expected).zip(&sources) {
                assert_eq!(bits, expected, "{level:?}: {source}");
            }
        }
    }
}
