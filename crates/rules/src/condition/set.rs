//! A list of constants that is searched, not walked.

use std::collections::HashSet;

use super::cell::{Cell, Constant};

/// The constants of a list literal, by type; equality across types is numeric or none.
#[derive(Clone)]
pub(crate) struct ConstantSet {
    /// As written, for saying them.
    constants: Vec<Constant>,
    texts: HashSet<Box<str>>,
    /// Ascending.
    ints: Vec<i64>,
    /// Ascending, without −0.
    doubles: Vec<f64>,
    holds_true: bool,
    holds_false: bool,
}

/// Prints the constants alone: what else it holds is made of them, in no order.
impl std::fmt::Debug for ConstantSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.constants.fmt(f)
    }
}

impl ConstantSet {
    pub(super) fn new(constants: Vec<Constant>) -> Self {
        let mut set = Self {
            constants: Vec::new(),
            texts: HashSet::new(),
            ints: Vec::new(),
            doubles: Vec::new(),
            holds_true: false,
            holds_false: false,
        };
        for constant in &constants {
            match constant {
                Constant::Text(text) => {
                    set.texts.insert(text.clone());
                }
                Constant::Int(int) => set.ints.push(*int),
                Constant::Double(double) => set.doubles.push(*double + 0.0),
                Constant::Bool(true) => set.holds_true = true,
                Constant::Bool(false) => set.holds_false = true,
            }
        }
        set.ints.sort_unstable();
        set.doubles.sort_unstable_by(f64::total_cmp);
        set.constants = constants;
        set
    }

    pub(crate) fn constants(&self) -> &[Constant] {
        &self.constants
    }

    pub(super) fn holds_int(&self, int: i64) -> bool {
        self.ints.binary_search(&int).is_ok() || self.search(int as f64)
    }

    pub(super) fn holds_double(&self, double: f64) -> bool {
        // The cast saturates, so a double beyond the range of i64 comes back as another one.
        let int = double as i64;
        self.search(double) || int as f64 == double && self.ints.binary_search(&int).is_ok()
    }

    fn search(&self, double: f64) -> bool {
        // Adding 0 makes 0 of −0, as the set's own values were.
        self.doubles
            .binary_search_by(|held| held.total_cmp(&(double + 0.0)))
            .is_ok()
    }

    /// Whether it holds a value; `None` where there is none.
    pub(super) fn holds(&self, cell: &Cell<'_>) -> Option<bool> {
        match cell {
            Cell::Fault => None,
            Cell::Bool(true) => Some(self.holds_true),
            Cell::Bool(false) => Some(self.holds_false),
            Cell::Int(int) => Some(self.holds_int(*int)),
            Cell::Double(double) => Some(self.holds_double(*double)),
            Cell::Text(text) => Some(self.texts.contains(text.as_ref())),
            Cell::Tags(_) | Cell::List(_) => Some(false),
        }
    }
}
