//! What a context or a scope can be chosen from: the channels, stores, regions, segments and
//! tiers of a retailer.

use std::collections::{BTreeMap, BTreeSet};

use crate::Workspace;
use crate::page::capitalised;

/// The names that a retailer's data knows, each list ascending by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// Channels; `web`, `store` and `email` are always among them.
    pub channels: Vec<String>,
    /// Locations.
    pub stores: Vec<StoreChoice>,
    /// Regions of the locations.
    pub regions: Vec<String>,
    /// Segments, each with how many shoppers belong to it.
    pub segments: Vec<(String, usize)>,
    /// Loyalty tiers, each with how many shoppers have it.
    pub tiers: Vec<(String, usize)>,
}

/// A location to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreChoice {
    /// Location id.
    pub id: String,
    /// As a person reads it: `Tacoma 104`.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its time zone: `Europe/Berlin`.
    pub zone: String,
}

/// A name of the data as a heading: `Deal seekers`.
#[must_use]
pub fn heading(name: &str) -> String {
    capitalised(&name.replace(['-', '_'], " "))
}

impl Workspace {
    /// What contexts and scopes can be chosen from. It never changes: build it once.
    #[must_use]
    pub fn choices(&self) -> Choices {
        let always = ["web", "store", "email"];
        let channels: BTreeSet<&str> = self.retailer.channels().into_iter().chain(always).collect();
        let store = |id: &str| StoreChoice {
            id: id.to_owned(),
            name: heading(id),
            region: self.retailer.region(id).unwrap_or_default().to_owned(),
            zone: self
                .retailer
                .time_zone(id)
                .map_or_else(String::new, |zone| zone.to_string()),
        };
        let stores: Vec<StoreChoice> = self.retailer.locations().map(store).collect();
        let regions: BTreeSet<String> = stores.iter().map(|store| store.region.clone()).collect();
        let mut segments: BTreeMap<&str, usize> = BTreeMap::new();
        let mut tiers: BTreeMap<&str, usize> = BTreeMap::new();
        for shopper in self.shoppers.values() {
            for segment in &shopper.segments {
                *segments.entry(segment).or_default() += 1;
            }
            if let Some(tier) = &shopper.tier {
                *tiers.entry(tier).or_default() += 1;
            }
        }
        let counted = |counts: BTreeMap<&str, usize>| {
            let counts = counts.into_iter();
            counts
                .map(|(name, count)| (name.to_owned(), count))
                .collect()
        };
        Choices {
            channels: channels.into_iter().map(str::to_owned).collect(),
            stores,
            regions: regions.into_iter().collect(),
            segments: counted(segments),
            tiers: counted(tiers),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1. Every name that a rule of the demo is for can be chosen, and lists are ascending.
    #[test]
    fn what_rules_are_for_can_be_chosen() {
        let workspace = Workspace::demo().expect("the demo");
        let choices = workspace.choices();
        let stores: Vec<String> = choices
            .stores
            .iter()
            .map(|store| store.id.clone())
            .collect();
        let names = |counted: &[(String, usize)]| -> Vec<String> {
            counted.iter().map(|(name, _)| name.clone()).collect()
        };
        let (segments, tiers) = (names(&choices.segments), names(&choices.tiers));
        for rule in endcap_demo::rule_set().rules {
            let scope = rule.scope;
            let pairs = [
                (&scope.channels, &choices.channels),
                (&scope.stores, &stores),
                (&scope.regions, &choices.regions),
                (&scope.segments, &segments),
                (&scope.tiers, &tiers),
            ];
            for (used, known) in pairs {
                assert!(used.iter().all(|name| known.contains(name)), "{}", rule.id);
                assert!(known.is_sorted());
            }
        }
    }
}
