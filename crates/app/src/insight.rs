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
        let reached = reach(
            &self.retailer,
            compiled,
            &self.model_of(&command.who),
            &request,
            asked,
        );
        let reached = reached.map_err(of_request)?;
        Ok(reached.into_iter().map(RuleInsight::from).collect())
    }
}

/// Facts proved here:
/// 1. A rule reaches the products of the page that its condition holds for.
/// 2. It moves the slots whose product is another on the slate ranked without it.
/// 3. A quota is met by the products that stand in its first slots.
/// 4. A rule that is not in force reaches products and moves none; cancelled, nothing is said.
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    reason = "what a test is made of may fail the test"
)]
mod tests {
    use super::*;

    const PAGE: &str = "grocery/beverages/coffee";

    #[test]
    fn a_rule_reaches_what_it_matches_and_moves_what_changes_without_it() {
        let workspace = Workspace::demo().unwrap();
        let rules = Workspace::demo_rules();
        let compiled = Workspace::compile(&rules).unwrap();
        let command = RankCommand {
            page: Some(PAGE.to_owned()),
            ..RankCommand::default()
        };
        let ids: Vec<&str> = rules.rules.iter().map(|rule| rule.id.as_str()).collect();
        let insight = workspace
            .insight(&compiled, &command, &ids, &|| false)
            .unwrap();
        assert_eq!(insight.len(), ids.len());
        let of = |id: &str| insight.iter().find(|insight| insight.rule == id).unwrap();

        let slate = workspace.slate(&compiled, &command).unwrap();
        let skus = |slate: &crate::Slate| {
            let cards = slate.cards.iter();
            cards.map(|card| card.sku.clone()).collect::<Vec<_>>()
        };
        let shown = skus(&slate);
        for id in &ids {
            let without = workspace.slate(&compiled.without(id), &command).unwrap();
            let without = skus(&without);
            let differ = shown.iter().zip(&without).filter(|(a, b)| a != b).count();
            assert_eq!((shown.len(), without.len()), (24, 24));
            assert_eq!(of(id).moves as usize, differ, "{id}");
            assert_eq!(of(id).of, 24);
        }
        assert!(insight.iter().any(|insight| insight.moves > 0));

        let columns = workspace.retailer.columns();
        let page = workspace.retailer.page(PAGE);
        let slow = page.clone().filter(|row| {
            columns.title.get(*row).contains("pods") && columns.stock_cover_days[*row] > 70.0
        });
        assert_eq!(of("coffee-slow-pods").reaches as usize, slow.count());
        assert_eq!(of("brand-variety").reaches as usize, page.len());
        assert_eq!(of("coffee-pins").reaches, 2);
        // Switched off in the demo, and for soft drinks.
        assert_eq!((of("iced-summer").reaches, of("iced-summer").moves), (0, 0));

        let met = of("own-brand-quota").met.unwrap();
        let own = slate
            .cards
            .iter()
            .take(12)
            .filter(|card| card.private_label);
        assert_eq!(
            (met.placed as usize, met.first, met.need),
            (own.count(), 12, 3)
        );
        assert_eq!(
            of("own-brand-quota").say(),
            format!("Met: {} of 12", met.placed)
        );

        let cancelled = workspace.insight(&compiled, &command, &ids, &|| true);
        assert_eq!(cancelled.unwrap(), []);
    }
}
