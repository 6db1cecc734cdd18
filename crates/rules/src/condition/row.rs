//! One product at a time, as CEL reads it: the plain evaluation, which every faster way must equal.

use std::borrow::Cow;

use endcap_vocab::{AttributeValue, category_is_under};

use super::cell::Cell;
use super::node::{Field, Node, Source, TextTest};
use crate::{ABSENT, ABSENT_DAY, Coded, Columns, Facts};

/// What a node is asked of.
#[derive(Debug, Clone, Copy)]
pub(super) enum At {
    /// A row of the columns, and its entry among the facts.
    Product { row: usize, fact: usize },
    /// A code of the one dictionary column that the node reads; [`ABSENT`] is no value.
    Value(u32),
}

/// Reads nodes at one place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) columns: &'a Columns,
    pub(super) facts: &'a Facts<'a>,
    pub(super) at: At,
}

impl<'a> Reader<'a> {
    /// As an operand of `!`, `&&`, `||` or as the whole condition; `None` is an error, as is
    /// what is no truth.
    pub(super) fn truth(&self, node: &'a Node) -> Option<bool> {
        match node {
            Node::PerValue(per_value) => self.truth(&per_value.test),
            Node::Not(node) => self.truth(node).map(|truth| !truth),
            Node::All(nodes) => self.decided(nodes, false),
            Node::Any(nodes) => self.decided(nodes, true),
            Node::Has(source) => Some(!self.read(source).is_fault()),
            Node::HasNamed(name) => match self.cell(name) {
                Cell::Fault => None,
                Cell::Text(name) => Some(self.attribute_code(&name) != ABSENT),
                _ => Some(false),
            },
            Node::Compare(comparison, nodes) => {
                let [left, right] = self.cells(nodes);
                left.compare(*comparison, &right)
            }
            Node::TextTest(test, nodes) => {
                let [text, argument] = self.cells(nodes);
                Some(text_test(*test, text.text()?, argument.text()?))
            }
            Node::Matches(node, pattern) => Some(pattern.is_match(self.cell(node).text()?)),
            Node::In(nodes) => {
                let [element, list] = self.cells(nodes);
                element.is_in(&list)
            }
            Node::InSet(node, set) => set.holds(&self.cell(node)),
            _ => match self.cell(node) {
                Cell::Bool(truth) => Some(truth),
                _ => None,
            },
        }
    }

    /// `&&` or `||`: the side that `decides` absorbs errors.
    fn decided(&self, nodes: &'a [Node], decides: bool) -> Option<bool> {
        let mut answer = Some(!decides);
        for node in nodes {
            match self.truth(node) {
                Some(truth) if truth == decides => return Some(decides),
                Some(_) => {}
                None => answer = None,
            }
        }
        answer
    }

    fn cells(&self, [left, right]: &'a [Node; 2]) -> [Cell<'a>; 2] {
        [self.cell(left), self.cell(right)]
    }

    fn cell(&self, node: &'a Node) -> Cell<'a> {
        match node {
            Node::Constant(constant) => constant.cell(),
            Node::List(nodes) => {
                let cells: Vec<Cell<'a>> = nodes.iter().map(|node| self.cell(node)).collect();
                if cells.iter().any(Cell::is_fault) {
                    Cell::Fault
                } else {
                    Cell::List(cells)
                }
            }
            Node::Read(source) => self.read(source),
            Node::AttributeCount => Cell::Int(self.attribute_count()),
            Node::Arithmetic(operator, nodes) => {
                let [left, right] = self.cells(nodes);
                left.arithmetic(*operator, &right)
            }
            Node::Negate(node) => self.cell(node).negate(),
            Node::Size(node) => self.cell(node).size().map_or(Cell::Fault, Cell::Int),
            test => self.truth(test).map_or(Cell::Fault, Cell::Bool),
        }
    }

    fn attribute_code(&self, name: &str) -> u32 {
        match (self.at, self.columns.attributes.get(name)) {
            (At::Product { row, .. }, Some(attribute)) => attribute.code(row),
            _ => ABSENT,
        }
    }

    fn attribute_count(&self) -> i64 {
        let At::Product { row, .. } = self.at else {
            return 0;
        };
        let attributes = self.columns.attributes.values();
        attributes.map(|a| i64::from(a.code(row) != ABSENT)).sum()
    }

    /// The value of a dictionary column.
    fn coded<T>(&self, column: &'a Coded<T>) -> Option<&'a T> {
        match self.at {
            At::Product { row, .. } => column.get(row),
            At::Value(code) => column.values.get(code as usize),
        }
    }

    fn text(&self, column: &'a Coded<Box<str>>) -> Cell<'a> {
        self.coded(column)
            .map_or(Cell::Fault, |text| Cell::Text(Cow::Borrowed(text)))
    }

    fn read(&self, source: &Source) -> Cell<'a> {
        let columns = self.columns;
        match source {
            Source::Attribute(name) => {
                let attribute = columns.attributes.get(name);
                let value = attribute.and_then(|attribute| match self.at {
                    At::Product { row, .. } => attribute.get(row),
                    At::Value(code) => attribute.values.get(code as usize),
                });
                match value {
                    Some(AttributeValue::Bool(truth)) => Cell::Bool(*truth),
                    Some(AttributeValue::Number(number)) => Cell::Double(*number),
                    Some(AttributeValue::Text(text)) => Cell::Text(Cow::Borrowed(text)),
                    None => Cell::Fault,
                }
            }
            Source::Field(Field::Group) => self.text(&columns.group),
            Source::Field(Field::Brand) => self.text(&columns.brand),
            Source::Field(Field::Vendor) => self.text(&columns.vendor),
            Source::Field(Field::Category) => self.text(&columns.category),
            Source::Field(Field::Tags) => self
                .coded(&columns.tags)
                .map_or(Cell::Fault, |tags| Cell::Tags(tags)),
            Source::Field(field) => match self.at {
                At::Product { row, fact } => self.read_product(*field, row, fact),
                // Only tests that read a dictionary column, and nothing else, come here.
                At::Value(_) => Cell::Fault,
            },
        }
    }

    fn read_product(&self, field: Field, row: usize, fact: usize) -> Cell<'a> {
        let (columns, facts) = (self.columns, self.facts);
        let known = |number: f64| {
            if number.is_nan() {
                Cell::Fault
            } else {
                Cell::Double(number)
            }
        };
        Cell::Double(match field {
            Field::Price => facts.price[fact],
            Field::ListPrice => columns.list_price[row],
            Field::UnitCost => columns.unit_cost[row],
            Field::ReturnRate => columns.return_rate[row],
            Field::Margin => margin(facts.price[fact], columns.unit_cost[row]),
            Field::Discount => discount(facts.price[fact], columns.list_price[row]),
            Field::Funding => funding(facts.price[fact], columns.vendor_funding[row]),
            Field::Rating => return known(columns.rating[row]),
            Field::StockAgeDays => return known(columns.stock_age_days[row]),
            Field::StockCoverDays => return known(columns.stock_cover_days[row]),
            Field::AgeDays => return known(age_days(facts.today, columns.launched_on[row])),
            Field::Stock => return Cell::Int(facts.stock[fact]),
            Field::PrivateLabel => return Cell::Bool(columns.private_label.get(row)),
            Field::Season => {
                return Cell::Bool(columns.season_months[row] & month_bit(facts.month) != 0);
            }
            Field::Sku => return Cell::Text(Cow::Borrowed(columns.sku.get(row))),
            Field::Title => return Cell::Text(Cow::Borrowed(columns.title.get(row))),
            Field::Group | Field::Brand | Field::Vendor | Field::Category | Field::Tags => {
                return self.read(&Source::Field(field));
            }
        })
    }
}

pub(super) fn margin(price: f64, unit_cost: f64) -> f64 {
    (price - unit_cost) / price
}

pub(super) fn discount(price: f64, list_price: f64) -> f64 {
    1.0 - price / list_price
}

pub(super) fn funding(price: f64, vendor_funding: f64) -> f64 {
    vendor_funding / price
}

/// NaN where the day is not known. Days are whole and few, so doubles hold them exactly.
pub(super) fn age_days(today: i32, launched_on: i32) -> f64 {
    if launched_on == ABSENT_DAY {
        f64::NAN
    } else {
        f64::from(today) - f64::from(launched_on)
    }
}

/// The bit of a month, 1..12, in a list of months.
pub(super) fn month_bit(month: u32) -> u16 {
    1_u16.checked_shl(month.wrapping_sub(1)).unwrap_or(0)
}

pub(super) fn text_test(test: TextTest, text: &str, argument: &str) -> bool {
    match test {
        TextTest::StartsWith => text.starts_with(argument),
        TextTest::EndsWith => text.ends_with(argument),
        TextTest::Contains => text.contains(argument),
        TextTest::Under => category_is_under(text, argument),
    }
}
