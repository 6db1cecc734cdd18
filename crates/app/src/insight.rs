//! What each rule does on a page: how many products it reaches, how many slots it moves.

use endcap_engine::{CompiledRules, QuotaMet, Reach, reach};

use crate::ranking::of_request;
use crate::{RankCommand, UserError, Workspace};

/// What one rule does on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleInsight {
    /// Which rule.
    pub rule: String,
    /// The products of the page that its condition matches or its pins name.
    pub reaches: u32,
    /// The slots whose product is another without it.
    pub moves: u32,
    /// Of how many slots.
    pub of: u32,
    /// Of a quota in force, how it is met.
    pub met: Option<QuotaMet>,
}

impl RuleInsight {
    /// `Reaches 14 products · moves 6 of 24 slots`; of a quota `Met: 4 of 12`, or what is missing.
    #[must_use]
    pub fn say(&self) -> String {
        match self.met {
            Some(met) if met.placed >= met.need => format!("Met: {} of {}", met.placed, met.first),
            Some(met) => format!(
                "Not met: {} of {}, {} wanted",
                met.placed, met.first, met.need
            ),
            None => {
                let s = if self.reaches == 1 { "" } else { "s" };
                format!(
                    "Reaches {} product{s} · moves {} of {} slots",
                    self.reaches, self.moves, self.of
                )
            }
        }
    }
}

impl From<Reach> for RuleInsight {
    fn from(reach: Reach) -> Self {
        let Reach {
            rule,
            reaches,
            moves,
            of,
            met,
        } = reach;
        Self {
            rule,
            reaches,
            moves,
            of,
            met,
        }
    }
}

impl Workspace {
    /// What each of some rules does on a page: one more ranking for each that is in force.
    /// Once `cancelled` holds, the rules that are not worked out yet are left out.
    ///
    /// # Errors
    /// Those of [`Workspace::request`].
    pub fn insight(
        &self,
        compiled: &CompiledRules,
        command: &RankCommand,
        rules: &[&str],
        cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<RuleInsight>, UserError> {
        let request = self.request(command)?;
        let asked = (rules, cancelled);
        let reached = reach(&self.retailer, compiled, &self.model, &request, asked);
        let reached = reached.map_err(of_request)?;
        Ok(reached.into_iter().map(RuleInsight::from).collect())
    }
}
