//! What is worked out for conditions, block by block: each test once, however many share it.
//!
//! A product's answer is true, false or an error, and a condition wants to know where it is true
//! for certain; under a `!` that is where the operand cannot be true, an error counting as
//! what may be. So each node is worked out in one plane, [`Plane`], as one bit a row, and
//! `&&` and `||` absorb errors by themselves.

use std::collections::HashMap;
use std::ops::Not;

use super::cell::{Comparison, Constant};
use super::named::Named;
use super::node::{Field, Node, Source};
use super::shape::{Number, OneOf, Operands, Shape, can_lack, columns, is_cheap};

/// Which rows are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Plane {
    /// Those for which a node is true.
    Certain,
    /// Those for which it is true or an error.
    Possible,
}

impl Plane {
    /// Of an operand of `!`.
    fn other(self) -> Self {
        match self {
            Self::Certain => Self::Possible,
            Self::Possible => Self::Certain,
        }
    }

    /// Whether an answer, `None` being an error, belongs to it.
    pub(super) fn holds(self, answer: Option<bool>) -> bool {
        answer.unwrap_or(self == Self::Possible)
    }
}

/// A bit a row: the same for all, or those of a block, as they are or flipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Term {
    Fixed(bool),
    Block { slot: usize, flipped: bool },
}

impl Not for Term {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Fixed(truth) => Self::Fixed(!truth),
            Self::Block { slot, flipped } => Self::Block {
                slot,
                flipped: !flipped,
            },
        }
    }
}

fn flipped_if(term: Term, flip: bool) -> Term {
    if flip { !term } else { term }
}

/// Comparisons of one number.
#[derive(Debug, Clone)]
pub(super) struct NumberTests {
    pub(super) left: Number,
    /// Each with its slot.
    pub(super) tests: Vec<(Comparison, Number, usize)>,
}

/// Tests of one dictionary column.
#[derive(Debug, Clone)]
pub(super) struct ColumnTests {
    pub(super) column: Source,
    pub(super) tests: Vec<ValueTest>,
    /// The slot of each test.
    pub(super) slots: Vec<usize>,
    /// For each text that tests compare values with: which tests.
    pub(super) named: Named,
}

/// A test that reads one dictionary column.
#[derive(Debug, Clone)]
pub(super) struct ValueTest {
    pub(super) plane: Plane,
    /// `None` where [`ColumnTests::named`] answers it.
    pub(super) node: Option<Node>,
}

/// Tests whether a text is one of some.
#[derive(Debug, Clone)]
pub(super) struct NameTests {
    pub(super) field: Field,
    /// For each text the slots of the tests that it passes.
    pub(super) named: Named,
    pub(super) slots: Vec<usize>,
}

/// Where all of some terms and tests hold.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    pub(super) slot: usize,
    pub(super) terms: Vec<Term>,
    /// Asked of the rows that are left only.
    pub(super) tests: Vec<RowTest>,
}

/// A test that is worked out row by row.
#[derive(Debug, Clone)]
pub(super) struct RowTest {
    pub(super) node: Node,
    pub(super) plane: Plane,
    /// Whether it must hold; else it must not.
    pub(super) wanted: bool,
}

/// See the module. A slot is a block of answers; those of gates follow all that they read.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    pub(super) slots: usize,
    pub(super) numbers: Vec<NumberTests>,
    pub(super) stock: Vec<(Comparison, i64, usize)>,
    /// Fields that are true or false.
    pub(super) truths: Vec<(Field, usize)>,
    pub(super) columns: Vec<ColumnTests>,
    pub(super) names: Vec<NameTests>,
    pub(super) gates: Vec<Gate>,
    /// The answer to each condition.
    pub(super) roots: Vec<Term>,
}

impl Plan {
    pub(super) fn new<'n>(roots: impl IntoIterator<Item = &'n Node>) -> Self {
        let mut planner = Planner::default();
        for root in roots {
            let term = planner.term(root, Plane::Certain, None);
            planner.plan.roots.push(term);
        }
        planner.finish()
    }
}

/// What two tests share if they are the same. Nodes are the same if they print the same.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Key {
    Compare(Comparison, Number, Number),
    Stock(Comparison, i64),
    Truth(Field),
    Named(Source, Vec<Box<str>>, Plane),
    Value(String, Plane),
    Gate(Vec<Term>, Vec<(String, Plane, bool)>),
}

#[derive(Default)]
struct Planner {
    plan: Plan,
    slots: HashMap<Key, usize>,
}

impl Planner {
    /// The slot of a test; `add` is called with it where it is new.
    fn shared(&mut self, key: Key, add: impl FnOnce(&mut Plan, usize)) -> Term {
        let next = self.plan.slots;
        let slot = *self.slots.entry(key).or_insert(next);
        if slot == next {
            self.plan.slots += 1;
            add(&mut self.plan, slot);
        }
        Term::Block {
            slot,
            flipped: false,
        }
    }

    /// Gates read slots of any number, so theirs are moved behind those of the other tests.
    fn finish(self) -> Plan {
        let mut plan = self.plan;
        let mut moved = vec![usize::MAX; plan.slots];
        let mut next = 0;
        let mut renumber = |slot: &mut usize| {
            moved[*slot] = next;
            *slot = next;
            next += 1;
        };
        let numbers = plan.numbers.iter_mut().flat_map(|number| &mut number.tests);
        numbers.for_each(|(_, _, slot)| renumber(slot));
        plan.stock
            .iter_mut()
            .for_each(|(_, _, slot)| renumber(slot));
        plan.truths.iter_mut().for_each(|(_, slot)| renumber(slot));
        let columns = plan.columns.iter_mut().flat_map(|column| &mut column.slots);
        columns.for_each(&mut renumber);
        let names = plan.names.iter_mut().flat_map(|names| &mut names.slots);
        names.for_each(&mut renumber);
        plan.gates
            .iter_mut()
            .for_each(|gate| renumber(&mut gate.slot));
        let of_terms = |terms: &mut Vec<Term>| {
            for term in terms {
                if let Term::Block { slot, .. } = term {
                    *slot = moved[*slot];
                }
            }
        };
        plan.gates
            .iter_mut()
            .for_each(|gate| of_terms(&mut gate.terms));
        of_terms(&mut plan.roots);
        for names in &mut plan.names {
            let slots = names.named.tests_unsorted();
            slots.for_each(|slot| *slot = moved[*slot]);
        }
        plan
    }

    /// A node that is a test. Where it costs much, its answer is right for the rows of `within`
    /// alone.
    fn term(&mut self, node: &Node, plane: Plane, within: Option<Term>) -> Term {
        match node {
            Node::Not(node) => !self.term(node, plane.other(), within),
            Node::All(nodes) => self.all(nodes, plane, within, false),
            Node::Any(nodes) => !self.all(nodes, plane, within, true),
            node => match Shape::of(node) {
                Some(shape) => self.shape(&shape, plane),
                None => {
                    let test = RowTest {
                        node: node.clone(),
                        plane,
                        wanted: true,
                    };
                    self.gate(within.into_iter().collect(), vec![test])
                }
            },
        }
    }

    fn shape(&mut self, shape: &Shape<'_>, plane: Plane) -> Term {
        match shape {
            Shape::Fixed(truth) => Term::Fixed(*truth),
            Shape::Truth(field) => self.shared(Key::Truth(*field), |plan, slot| {
                plan.truths.push((*field, slot));
            }),
            Shape::Has(field) if can_lack(*field) => !self.is_absent(*field),
            Shape::Has(_) => Term::Fixed(true),
            Shape::OneOf(one_of) => self.one_of(one_of, plane),
            Shape::Compare(comparison, operands) => self.compare(*comparison, operands, plane),
            Shape::EqualsOne(number, constants) => {
                let equals = |operands| self.compare(Comparison::Equal, operands, Plane::Certain);
                let mut terms: Vec<Term> = constants.iter().map(equals).collect();
                if plane == Plane::Possible {
                    terms.push(self.any_absent(&[number]));
                }
                self.any(terms)
            }
            Shape::PerValue(per_value) => self.per_value(&per_value.column, &per_value.test, plane),
        }
    }

    /// Where all of the nodes hold, or where none does. What costs much is asked last, and of
    /// the rows that are left only.
    fn all(&mut self, nodes: &[Node], plane: Plane, within: Option<Term>, none: bool) -> Term {
        let (cheap, costly): (Vec<&Node>, Vec<&Node>) = nodes.iter().partition(|n| is_cheap(n));
        let mut terms: Vec<Term> = Vec::with_capacity(nodes.len());
        for node in cheap {
            terms.push(flipped_if(self.term(node, plane, None), none));
        }
        if costly.is_empty() {
            return self.gate(terms, Vec::new());
        }
        terms.extend(within);
        let mut tests = Vec::new();
        let mut nested = Vec::new();
        for node in costly {
            match node {
                Node::Not(_) | Node::All(_) | Node::Any(_) => nested.push(node),
                node => tests.push(RowTest {
                    node: node.clone(),
                    plane,
                    wanted: !none,
                }),
            }
        }
        let mut left = self.gate(terms, tests);
        for node in nested {
            let term = flipped_if(self.term(node, plane, Some(left)), none);
            left = self.gate(vec![left, term], Vec::new());
        }
        left
    }

    fn gate(&mut self, mut terms: Vec<Term>, tests: Vec<RowTest>) -> Term {
        if terms.contains(&Term::Fixed(false)) {
            return Term::Fixed(false);
        }
        terms.retain(|term| *term != Term::Fixed(true));
        terms.sort_unstable();
        terms.dedup();
        match (terms.as_slice(), tests.as_slice()) {
            ([], []) => return Term::Fixed(true),
            ([term], []) => return *term,
            _ => {}
        }
        let printed = tests
            .iter()
            .map(|test| (format!("{:?}", test.node), test.plane, test.wanted))
            .collect();
        self.shared(Key::Gate(terms.clone(), printed), |plan, slot| {
            plan.gates.push(Gate { slot, terms, tests });
        })
    }

    fn any(&mut self, terms: impl IntoIterator<Item = Term>) -> Term {
        let none = terms.into_iter().map(Not::not).collect();
        !self.gate(none, Vec::new())
    }

    fn numbers(&mut self, comparison: Comparison, left: &Number, right: &Number) -> Term {
        let key = Key::Compare(comparison, left.clone(), right.clone());
        self.shared(key, |plan, slot| {
            let test = (comparison, right.clone(), slot);
            match plan.numbers.iter_mut().find(|tests| tests.left == *left) {
                Some(tests) => tests.tests.push(test),
                None => plan.numbers.push(NumberTests {
                    left: left.clone(),
                    tests: vec![test],
                }),
            }
        })
    }

    /// What is NaN differs from itself.
    fn is_absent(&mut self, field: Field) -> Term {
        let column = Number::Column(field);
        self.numbers(Comparison::NotEqual, &column, &column)
    }

    fn stock(&mut self, comparison: Comparison, units: i64) -> Term {
        self.shared(Key::Stock(comparison, units), |plan, slot| {
            plan.stock.push((comparison, units, slot));
        })
    }

    fn compare(&mut self, comparison: Comparison, operands: &Operands, plane: Plane) -> Term {
        match operands {
            Operands::Stock(units) => self.stock(comparison, *units),
            Operands::UnitsAndStock(units) => self.stock(comparison.mirrored(), *units),
            // Constants to the right, where the fast loop wants them.
            Operands::Numbers(left @ Number::Constant(_), right) => {
                self.compare_numbers(comparison.mirrored(), right, left, plane)
            }
            Operands::Numbers(left, right) => self.compare_numbers(comparison, left, right, plane),
        }
    }

    /// An order of NaN, which is all that an absent value or a quotient of zeros can be, is an
    /// error, so it may be true unless the contrary is for certain. Equality has an answer for
    /// a NaN, but none for a value that is not there.
    fn compare_numbers(
        &mut self,
        comparison: Comparison,
        left: &Number,
        right: &Number,
        plane: Plane,
    ) -> Term {
        let contrary = match comparison {
            Comparison::Less => Comparison::GreaterOrEqual,
            Comparison::LessOrEqual => Comparison::Greater,
            Comparison::Greater => Comparison::LessOrEqual,
            Comparison::GreaterOrEqual => Comparison::Less,
            Comparison::Equal | Comparison::NotEqual => {
                let equals = self.numbers(comparison, left, right);
                let absent = self.any_absent(&[left, right]);
                return match (comparison, plane) {
                    (Comparison::Equal, Plane::Possible) => self.any([equals, absent]),
                    (Comparison::NotEqual, Plane::Certain) => {
                        self.gate(vec![equals, !absent], Vec::new())
                    }
                    _ => equals,
                };
            }
        };
        match plane {
            Plane::Certain => self.numbers(comparison, left, right),
            Plane::Possible => !self.numbers(contrary, left, right),
        }
    }

    /// Where a value is not there that one of the numbers is made of.
    fn any_absent(&mut self, numbers: &[&Number]) -> Term {
        let mut fields = Vec::new();
        for number in numbers {
            columns(number, &mut fields);
        }
        fields.retain(|field| can_lack(*field));
        let absent: Vec<Term> = fields
            .into_iter()
            .map(|field| self.is_absent(field))
            .collect();
        self.any(absent)
    }

    /// A test of one dictionary column, taken apart as far as others may share a part.
    fn per_value(&mut self, column: &Source, test: &Node, plane: Plane) -> Term {
        match test {
            Node::Constant(Constant::Bool(truth)) => return Term::Fixed(*truth),
            Node::Not(test) => return !self.per_value(column, test, plane.other()),
            Node::All(tests) | Node::Any(tests) => {
                let none = matches!(test, Node::Any(_));
                let mut term = |test| flipped_if(self.per_value(column, test, plane), none);
                let terms = tests.iter().map(&mut term).collect();
                return flipped_if(self.gate(terms, Vec::new()), none);
            }
            _ => {}
        }
        if let Some(one_of) = OneOf::of(test) {
            return self.one_of(&one_of, plane);
        }
        self.shared(Key::Value(format!("{test:?}"), plane), |plan, slot| {
            let tests = column_tests(plan, column);
            tests.slots.push(slot);
            tests.tests.push(ValueTest {
                plane,
                node: Some(test.clone()),
            });
        })
    }

    fn one_of(&mut self, one_of: &OneOf<'_>, plane: Plane) -> Term {
        let OneOf {
            column,
            texts,
            is_one,
        } = one_of;
        let plane = match column {
            // These are never absent, so their planes are one.
            Source::Field(Field::Sku | Field::Title) => Plane::Certain,
            _ if *is_one => plane,
            _ => plane.other(),
        };
        let key = Key::Named((*column).clone(), texts.clone(), plane);
        let term = self.shared(key, |plan, slot| {
            let (named, place) = if let Source::Field(field @ (Field::Sku | Field::Title)) = column
            {
                let tests = name_tests(plan, *field);
                tests.slots.push(slot);
                (&mut tests.named, slot)
            } else {
                let tests = column_tests(plan, column);
                tests.slots.push(slot);
                tests.tests.push(ValueTest { plane, node: None });
                (&mut tests.named, tests.slots.len() - 1)
            };
            for text in texts {
                named.add(text.clone(), place);
            }
        });
        flipped_if(term, !*is_one)
    }
}

fn column_tests<'p>(plan: &'p mut Plan, column: &Source) -> &'p mut ColumnTests {
    let known = plan
        .columns
        .iter()
        .position(|tests| tests.column == *column);
    let index = known.unwrap_or_else(|| {
        plan.columns.push(ColumnTests {
            column: column.clone(),
            tests: Vec::new(),
            slots: Vec::new(),
            named: Named::default(),
        });
        plan.columns.len() - 1
    });
    &mut plan.columns[index]
}

fn name_tests(plan: &mut Plan, field: Field) -> &mut NameTests {
    let known = plan.names.iter().position(|tests| tests.field == field);
    let index = known.unwrap_or_else(|| {
        plan.names.push(NameTests {
            field,
            named: Named::default(),
            slots: Vec::new(),
        });
        plan.names.len() - 1
    });
    &mut plan.names[index]
}
