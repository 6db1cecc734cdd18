//! Where the values of a column come from.

use serde::{Deserialize, Serialize};

/// Where the values of a column come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provenance {
    /// The source states them.
    Observed,
    /// Computed from what the source states.
    Derived,
    /// Made up from a fixed seed, because the source lacks them.
    Synthetic,
}

impl Provenance {
    /// Its name in snapshots and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Derived => "derived",
            Self::Synthetic => "synthetic",
        }
    }

    /// The provenance of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Observed, Self::Derived, Self::Synthetic]
            .into_iter()
            .find(|provenance| provenance.name() == name)
    }
}

/// The provenance of one column of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnProvenance {
    /// Table of the snapshot, such as `products`.
    pub table: String,
    /// Its column, such as `unit_cost`.
    pub column: String,
    /// Where its values come from.
    pub provenance: Provenance,
    /// How they were made, for people.
    pub note: String,
}
