//! Evaluates a condition over columns, a block of rows at a time, node by node.

use std::borrow::Cow;
use std::ops::Range;

use endcap_vocab::{AttributeValue, category_is_under};

use super::cell::Cell;
use super::node::{Field, Node, PerValue, Source, TextTest};
use super::vector::{Numbers, Truth, Values, Vector};
use crate::{ABSENT, ABSENT_DAY, Bits, Coded, Columns, Facts};

/// Rows a block: few enough that what a node leaves is still in cache for the next one.
const BLOCK: usize = 4096;

/// Which rows of `rows` the condition holds for.
pub(super) fn eval(
    root: &Node,
    slots: usize,
    columns: &Columns,
    facts: &Facts<'_>,
    rows: Range<usize>,
) -> Bits {
    let mut tables = vec![None; slots];
    fill_tables(root, columns, facts, rows.len(), &mut tables);
    let mut bits = Bits::zeros(0);
    for start in rows.clone().step_by(BLOCK) {
        let end = rows.end.min(start + BLOCK);
        let block = Block {
            columns,
            facts,
            rows: Rows::Products {
                rows: start..end,
                first_fact: start - rows.start,
            },
            tables: &tables,
        };
        bits.append(&block.truth(root).certain);
    }
    bits
}

/// The answers of a test by code, the last for rows without a value.
#[derive(Debug, Clone)]
struct Table(Vec<u8>);

const CERTAIN: u8 = 1;
const POSSIBLE: u8 = 2;

/// Answers each [`PerValue`] test once a distinct value, where those are fewer than the rows.
fn fill_tables(
    node: &Node,
    columns: &Columns,
    facts: &Facts<'_>,
    rows: usize,
    tables: &mut [Option<Table>],
) {
    match node {
        Node::All(nodes) | Node::Any(nodes) => {
            for node in nodes {
                fill_tables(node, columns, facts, rows, tables);
            }
        }
        Node::Not(node) => fill_tables(node, columns, facts, rows, tables),
        Node::PerValue(per_value) => {
            let PerValue { column, test, slot } = per_value.as_ref();
            let values = distinct_values(columns, column);
            if values < rows {
                tables[*slot] = Some(table(test, values, columns, facts));
            }
        }
        _ => {}
    }
}

fn table(test: &Node, values: usize, columns: &Columns, facts: &Facts<'_>) -> Table {
    let mut answers = Vec::with_capacity(values + 1);
    for start in (0..=values).step_by(BLOCK) {
        let block = Block {
            columns,
            facts,
            rows: Rows::Values(start..(values + 1).min(start + BLOCK)),
            tables: &[],
        };
        let truth = block.truth(test);
        answers.extend((0..block.len()).map(|row| {
            u8::from(truth.certain.get(row)) * CERTAIN
                + u8::from(truth.possible.get(row)) * POSSIBLE
        }));
    }
    Table(answers)
}

fn distinct_values(columns: &Columns, column: &Source) -> usize {
    match column {
        Source::Field(Field::Group) => columns.group.values.len(),
        Source::Field(Field::Brand) => columns.brand.values.len(),
        Source::Field(Field::Vendor) => columns.vendor.values.len(),
        Source::Field(Field::Category) => columns.category.values.len(),
        Source::Field(Field::Tags) => columns.tags.values.len(),
        Source::Field(_) => 0,
        Source::Attribute(name) => columns.attributes.get(name).map_or(0, |a| a.values.len()),
    }
}

/// What the rows of a block are.
enum Rows {
    /// Products, and where their facts begin.
    Products {
        rows: Range<usize>,
        first_fact: usize,
    },
    /// Codes of the one column that is read; the code past the last value is that of no value.
    Values(Range<usize>),
}

struct Block<'a> {
    columns: &'a Columns,
    facts: &'a Facts<'a>,
    rows: Rows,
    tables: &'a [Option<Table>],
}

impl<'a> Block<'a> {
    fn len(&self) -> usize {
        match &self.rows {
            Rows::Products { rows, .. } => rows.len(),
            Rows::Values(codes) => codes.len(),
        }
    }

    fn truth(&self, node: &'a Node) -> Truth {
        self.vector(node).truth(self.len())
    }

    fn vector(&self, node: &'a Node) -> Vector<'a> {
        let len = self.len();
        let pair = |nodes: &'a [Node; 2]| (self.vector(&nodes[0]), self.vector(&nodes[1]));
        match node {
            Node::Constant(constant) => match constant.cell() {
                Cell::Bool(truth) => Vector::Truth(Truth::constant(len, truth)),
                Cell::Int(int) => Vector::Ints(Numbers::one(int)),
                Cell::Double(double) => Vector::Doubles(Numbers::one(double)),
                cell => Vector::Cells(Values::One(cell)),
            },
            Node::List(nodes) => self.list(nodes),
            Node::Read(source) => self.read(source),
            Node::Has(source) => Vector::Truth(self.has(source)),
            Node::HasNamed(name) => Vector::Truth(self.has_named(&self.vector(name))),
            Node::AttributeCount => self.attribute_count(),
            Node::Not(node) => Vector::Truth(self.truth(node).not()),
            // A block in which every row is decided needs no further terms.
            Node::All(nodes) => {
                let mut all = Truth::constant(len, true);
                for node in nodes {
                    if all.possible.count() == 0 {
                        break;
                    }
                    all = all.and(&self.truth(node));
                }
                Vector::Truth(all)
            }
            Node::Any(nodes) => {
                let mut any = Truth::constant(len, false);
                for node in nodes {
                    if any.certain.count() == len {
                        break;
                    }
                    any = any.or(&self.truth(node));
                }
                Vector::Truth(any)
            }
            Node::Compare(comparison, nodes) => {
                let (left, right) = pair(nodes);
                Vector::Truth(left.compare(*comparison, right, len))
            }
            Node::Arithmetic(operator, nodes) => {
                let (left, right) = pair(nodes);
                left.arithmetic(*operator, right, len)
            }
            Node::Negate(node) => self.vector(node).negate(len),
            Node::TextTest(test, nodes) => {
                let (text, argument) = pair(nodes);
                Vector::Truth(Truth::from_fn(len, |row| {
                    let (text, argument) = (text.cell(row), argument.cell(row));
                    Some(text_test(*test, text.text()?, argument.text()?))
                }))
            }
            Node::Matches(node, pattern) => {
                let texts = self.vector(node);
                Vector::Truth(Truth::from_fn(len, |row| {
                    Some(pattern.is_match(texts.cell(row).text()?))
                }))
            }
            Node::In(nodes) => {
                let (elements, lists) = pair(nodes);
                let is_in = |row| elements.cell(row).is_in(&lists.cell(row));
                Vector::Truth(Truth::from_fn(len, is_in))
            }
            Node::InSet(node, set) => Vector::Truth(match self.vector(node) {
                Vector::Ints(ints) => ints.test(len, |int| set.holds_int(int)),
                Vector::Doubles(doubles) => doubles.test(len, |double| set.holds_double(double)),
                other => Truth::from_fn(len, |row| set.holds(&other.cell(row))),
            }),
            Node::Size(node) => self.vector(node).size(len),
            Node::PerValue(per_value) => Vector::Truth(self.per_value(per_value)),
        }
    }

    fn per_value(&self, per_value: &'a PerValue) -> Truth {
        let PerValue { column, test, slot } = per_value;
        let Some(Some(Table(answers))) = self.tables.get(*slot) else {
            return self.truth(test);
        };
        let codes = self.codes(column);
        let absent = answers.len() - 1;
        let answer = |row: usize| {
            let code = codes.map_or(absent, |codes| codes[row] as usize);
            answers[code.min(absent)]
        };
        Truth {
            certain: Bits::from_fn(self.len(), |row| answer(row) & CERTAIN != 0),
            possible: Bits::from_fn(self.len(), |row| answer(row) & POSSIBLE != 0),
        }
    }

    /// The codes of the block's products; `None` where no product has such an attribute.
    fn codes(&self, column: &Source) -> Option<&'a [u32]> {
        let columns = self.columns;
        let codes = match column {
            Source::Field(Field::Group) => &columns.group.codes,
            Source::Field(Field::Brand) => &columns.brand.codes,
            Source::Field(Field::Vendor) => &columns.vendor.codes,
            Source::Field(Field::Category) => &columns.category.codes,
            Source::Field(Field::Tags) => &columns.tags.codes,
            Source::Field(_) => return None,
            Source::Attribute(name) => &columns.attributes.get(name)?.codes,
        };
        match &self.rows {
            Rows::Products { rows, .. } => Some(&codes[rows.clone()]),
            Rows::Values(_) => None,
        }
    }

    fn list(&self, nodes: &'a [Node]) -> Vector<'a> {
        let vectors: Vec<Vector<'a>> = nodes.iter().map(|node| self.vector(node)).collect();
        Vector::cells(self.len(), |row| {
            let cells: Vec<Cell<'a>> = vectors
                .iter()
                .map(|vector| vector.cell(row).into_owned())
                .collect();
            if cells.iter().any(Cell::is_fault) {
                Cell::Fault
            } else {
                Cell::List(cells)
            }
        })
    }

    fn has(&self, source: &Source) -> Truth {
        let len = self.len();
        let coded = match source {
            Source::Attribute(name) => match self.columns.attributes.get(name) {
                None => return Truth::constant(len, false),
                Some(_) => true,
            },
            Source::Field(field) => matches!(field, Field::Group | Field::Brand | Field::Vendor),
        };
        if coded {
            return Truth::known(match (&self.rows, self.codes(source)) {
                (Rows::Products { .. }, Some(codes)) => {
                    Bits::from_fn(len, |row| codes[row] != ABSENT)
                }
                (Rows::Values(codes), _) => {
                    let values = distinct_values(self.columns, source);
                    Bits::from_fn(len, |row| codes.start + row < values)
                }
                _ => Bits::zeros(len),
            });
        }
        match self.read(source) {
            Vector::Doubles(Numbers {
                faults: Some(faults),
                ..
            }) => Truth::known(!faults),
            _ => Truth::constant(len, true),
        }
    }

    fn has_named(&self, names: &Vector<'_>) -> Truth {
        let Rows::Products { rows, .. } = &self.rows else {
            return Truth::constant(self.len(), false);
        };
        Truth::from_fn(self.len(), |row| match names.cell(row).as_ref() {
            Cell::Fault => None,
            Cell::Text(name) => {
                let attribute = self.columns.attributes.get(name.as_ref());
                Some(attribute.is_some_and(|a| a.codes[rows.start + row] != ABSENT))
            }
            _ => Some(false),
        })
    }

    fn attribute_count(&self) -> Vector<'a> {
        let mut counts = vec![0; self.len()];
        if let Rows::Products { rows, .. } = &self.rows {
            for attribute in self.columns.attributes.values() {
                for (count, code) in counts.iter_mut().zip(&attribute.codes[rows.clone()]) {
                    *count += i64::from(*code != ABSENT);
                }
            }
        }
        Vector::Ints(Numbers::owned(counts))
    }

    /// The cells of a dictionary column; a row without a value is an error.
    fn coded<T>(&self, column: &'a Coded<T>, cell: impl Fn(&'a T) -> Cell<'a>) -> Vector<'a> {
        let by_code = |code: usize| column.values.get(code).map_or(Cell::Fault, &cell);
        match &self.rows {
            Rows::Products { rows, .. } => {
                let codes = &column.codes[rows.clone()];
                Vector::cells(codes.len(), |row| by_code(codes[row] as usize))
            }
            Rows::Values(codes) => Vector::cells(codes.len(), |row| by_code(codes.start + row)),
        }
    }

    fn texts(&self, column: &'a Coded<Box<str>>) -> Vector<'a> {
        self.coded(column, |text| Cell::Text(Cow::Borrowed(text)))
    }

    fn read(&self, source: &Source) -> Vector<'a> {
        let columns = self.columns;
        let field = match source {
            Source::Field(field) => *field,
            Source::Attribute(name) => {
                return match columns.attributes.get(name) {
                    Some(attribute) => self.coded(attribute, |value| match value {
                        AttributeValue::Bool(truth) => Cell::Bool(*truth),
                        AttributeValue::Number(number) => Cell::Double(*number),
                        AttributeValue::Text(text) => Cell::Text(Cow::Borrowed(text)),
                    }),
                    None => Vector::Cells(Values::One(Cell::Fault)),
                };
            }
        };
        match field {
            Field::Group => return self.texts(&columns.group),
            Field::Brand => return self.texts(&columns.brand),
            Field::Vendor => return self.texts(&columns.vendor),
            Field::Category => return self.texts(&columns.category),
            Field::Tags => return self.coded(&columns.tags, |tags| Cell::Tags(tags)),
            _ => {}
        }
        match &self.rows {
            Rows::Products { rows, first_fact } => {
                self.read_products(field, rows.clone(), *first_fact)
            }
            // Only tests that read a dictionary column, and nothing else, come here.
            Rows::Values(_) => Vector::Cells(Values::One(Cell::Fault)),
        }
    }

    fn read_products(&self, field: Field, rows: Range<usize>, first_fact: usize) -> Vector<'a> {
        let (columns, facts) = (self.columns, self.facts);
        let len = rows.len();
        let price = || &facts.price[first_fact..first_fact + len];
        let plain = |values: &'a [f64]| Numbers::borrowed(&values[rows.clone()]);
        let known = |values: &'a [f64]| {
            let values = &values[rows.clone()];
            Numbers::borrowed(values).with_faults(Bits::from_fn(len, |row| values[row].is_nan()))
        };
        let computed = |value: fn(f64, f64) -> f64, left: &[f64], right: &[f64]| {
            let values = left
                .iter()
                .zip(right)
                .map(|(left, right)| value(*left, *right));
            Numbers::owned(values.collect())
        };
        let texts = |texts: &'a crate::Texts| {
            Vector::cells(len, |row| {
                Cell::Text(Cow::Borrowed(texts.get(rows.start + row)))
            })
        };
        Vector::Doubles(match field {
            Field::Price => Numbers::borrowed(price()),
            Field::ListPrice => plain(&columns.list_price),
            Field::UnitCost => plain(&columns.unit_cost),
            Field::ReturnRate => plain(&columns.return_rate),
            Field::Rating => known(&columns.rating),
            Field::StockAgeDays => known(&columns.stock_age_days),
            Field::StockCoverDays => known(&columns.stock_cover_days),
            Field::Margin => {
                let unit_cost = &columns.unit_cost[rows];
                computed(|price, cost| (price - cost) / price, price(), unit_cost)
            }
            Field::Discount => {
                let list_price = &columns.list_price[rows];
                computed(
                    |price, list_price| 1.0 - price / list_price,
                    price(),
                    list_price,
                )
            }
            Field::Funding => {
                let funding = &columns.vendor_funding[rows];
                computed(|price, funding| funding / price, price(), funding)
            }
            Field::AgeDays => {
                let days = &columns.launched_on[rows];
                let age = |day: &i32| (i64::from(facts.today) - i64::from(*day)) as f64;
                Numbers::owned(days.iter().map(age).collect())
                    .with_faults(Bits::from_fn(len, |row| days[row] == ABSENT_DAY))
            }
            Field::Stock => {
                let stock = &facts.stock[first_fact..first_fact + len];
                return Vector::Ints(Numbers::borrowed(stock));
            }
            Field::PrivateLabel => {
                return Vector::Truth(Truth::known(columns.private_label.slice(rows)));
            }
            Field::Season => {
                let months = &columns.season_months[rows];
                let month = facts.month.wrapping_sub(1);
                let mask = 1_u16.checked_shl(month).unwrap_or(0);
                return Vector::Truth(Truth::known(Bits::from_fn(len, |row| {
                    months[row] & mask != 0
                })));
            }
            Field::Sku => return texts(&columns.sku),
            Field::Title => return texts(&columns.title),
            Field::Group | Field::Brand | Field::Vendor | Field::Category | Field::Tags => {
                return self.read(&Source::Field(field));
            }
        })
    }
}

pub(super) fn text_test(test: TextTest, text: &str, argument: &str) -> bool {
    match test {
        TextTest::StartsWith => text.starts_with(argument),
        TextTest::EndsWith => text.ends_with(argument),
        TextTest::Contains => text.contains(argument),
        TextTest::Under => category_is_under(text, argument),
    }
}
