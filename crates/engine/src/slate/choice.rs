//! Which candidate a slot gets (ranking semantics, section 7, step 3): the best that keeps the most
//! limits. The best few are looked at one by one; where none of them will do, bits say which of all
//! candidates the limits leave.

use std::collections::BTreeSet;

use endcap_rules::Bits;
use endcap_vocab::Source;

use super::{Cap, Filling};
use crate::assess::Part;
use crate::desk::{Item, Placed};
use crate::order::{Best, Floor, Key, Order};

/// How many more candidates are looked for where those known do not do.
const LOOK: usize = 64;

/// Something that keeps products out of a slot.
#[derive(Debug, Clone, Copy)]
pub(super) enum Limit {
    /// One of the quotas with an index like this is to be met.
    Quota(usize),
    /// An index into the caps.
    Cap(usize),
    /// The rule of a reserve, an index into [`Context::placing`].
    Match(usize),
}

/// The best candidates in order, but for those that no slot to come can take.
pub(super) struct Live {
    entries: Vec<(Key, u32)>,
    /// The last that is known.
    last: Option<Key>,
    is_all: bool,
}

/// What those known tell of the best candidate that fits.
enum Fit {
    Best(Item),
    /// There is none among them, but there may be others.
    None,
    /// One that is not among them may be better.
    Unsure,
}

impl Live {
    pub(super) fn new(best: &Best) -> Self {
        let mut live = Self {
            entries: Vec::new(),
            last: None,
            is_all: false,
        };
        live.extend(best);
        live
    }

    fn extend(&mut self, next: &Best) {
        self.last = next.entries().last().map(|(key, _)| *key).or(self.last);
        self.is_all = next.is_all();
        self.entries.extend(next.entries());
    }
}

impl Filling<'_, '_> {
    /// Step 3.
    pub(super) fn best(&mut self, order: &mut Order) {
        for slot in self.free_slots() {
            let limits = self.limits(slot);
            let Some((item, kept)) = self.chosen(order, slot, &limits) else {
                return;
            };
            let kept = &limits[..kept];
            let by_quota = kept.iter().find_map(|limit| match limit {
                Limit::Quota(quota) if self.meets(*quota, item) => Some(*quota),
                _ => None,
            });
            let by_quota = by_quota.filter(|_| {
                let is_cap = |limit: &&Limit| matches!(limit, Limit::Cap(_));
                let caps: Vec<Limit> = kept.iter().filter(is_cap).copied().collect();
                let without = match &self.live {
                    Some(_) => self.best_in(&caps),
                    None => self
                        .unspent(order)
                        .find(|item| !caps.iter().any(|cap| self.is_broken(*cap, slot, *item))),
                };
                without != Some(item)
            });
            let (source, rule) = match by_quota {
                Some(quota) => (Source::Quota, Some(self.id(self.quotas[quota].rule))),
                None => (Source::Ranked, None),
            };
            self.place(slot, Placed { item, source, rule });
        }
    }

    /// The candidate that keeps the most limits, the best of several, and how many are kept.
    fn chosen(
        &mut self,
        order: &mut Order,
        slot: usize,
        limits: &[Limit],
    ) -> Option<(Item, usize)> {
        let Some(mut live) = self.live.take() else {
            return self.choose(order, slot, limits);
        };
        let mut fit = self.first_fit(&mut live, slot, limits);
        // What meets a quota may stand far behind, so that only a look for it alone pays.
        let any_quota = limits.iter().any(|limit| matches!(limit, Limit::Quota(_)));
        if matches!(fit, Fit::None) && !any_quota && !live.is_all {
            let masks = self.masks(&self.lasting_caps());
            live.extend(&self.best_of(&masks, live.last, LOOK));
            fit = self.first_fit(&mut live, slot, limits);
        }
        self.live = Some(live);
        match fit {
            Fit::Best(item) => Some((item, limits.len())),
            Fit::None | Fit::Unsure => (0..=limits.len())
                .rev()
                .find_map(|kept| Some((self.best_in(&limits[..kept])?, kept))),
        }
    }

    /// The best candidate left that keeps some limits.
    pub(super) fn best_in(&self, limits: &[Limit]) -> Option<Item> {
        if let Some(known) = self.known_best_in(limits) {
            return known;
        }
        let best = self.best_of(&self.masks(limits), None, 1);
        let row = best.rows().next()?;
        self.desk.candidate(row)
    }

    /// The same, where the best candidates that somebody has looked for tell.
    fn known_best_in(&self, limits: &[Limit]) -> Option<Option<Item>> {
        let products = self.desk.candidates();
        let rule = |limit: &Limit| match limit {
            Limit::Match(rule) => Some(*rule),
            Limit::Quota(quota) => Some(self.quotas[*quota].rule),
            Limit::Cap(_) => None,
        };
        let of_rules: Vec<&Best> = match limits.iter().filter_map(rule).collect::<Vec<usize>>() {
            rules if rules.is_empty() => vec![products.best(self.variant)?],
            rules => {
                let bests = rules.iter().map(|rule| products.best_matching(*rule));
                bests.collect::<Option<Vec<&Best>>>()?
            }
        };
        let fits = |(_, row): &&(Key, u32)| {
            let index = products.index(*row as usize);
            index.is_some_and(|index| products.shows(self.variant, index))
                && !self.is_spent(*row)
                && !limits.iter().any(|limit| self.is_full(*limit, *row))
        };
        let mut first: Option<(Key, u32)> = None;
        for best in of_rules {
            match best.entries().iter().find(fits) {
                Some((key, _)) if self.any_missing(best, key, limits) => return None,
                Some((key, row)) => {
                    if first.is_none_or(|(first, _)| key.compare(&first).is_lt()) {
                        first = Some((*key, *row));
                    }
                }
                None if best.is_all() => {}
                None => return None,
            }
        }
        Some(first.and_then(|(_, row)| self.desk.candidate(row)))
    }

    /// Whether the best that are known may lack a candidate before a key that keeps some limits.
    fn any_missing(&self, best: &Best, key: &Key, limits: &[Limit]) -> bool {
        let is_full = |floor: &Floor, cap: usize| {
            let cap = &self.caps[cap];
            cap.rule == floor.rule && cap.placed[floor.kind] >= cap.max
        };
        best.missing(key).any(|floor| {
            let fills = |limit: &Limit| matches!(limit, Limit::Cap(cap) if is_full(floor, *cap));
            !limits.iter().any(fills)
        })
    }

    /// Whether a cap has no room for a candidate.
    fn is_full(&self, limit: Limit, row: u32) -> bool {
        let (Limit::Cap(cap), Some(item)) = (limit, self.desk.candidate(row)) else {
            return false;
        };
        self.breaks(&self.caps[cap], self.caps[cap].first, item)
    }

    /// The best of the candidates known to be live that keeps every limit, lasting caps among them.
    fn first_fit(&self, live: &mut Live, slot: usize, limits: &[Limit]) -> Fit {
        let any_quota = limits.iter().any(|limit| matches!(limit, Limit::Quota(_)));
        let meets =
            |limit: &Limit, item| matches!(limit, Limit::Quota(quota) if self.meets(*quota, item));
        let (mut kept, mut at) = (0, 0);
        let mut found = None;
        while at < live.entries.len() && found.is_none() {
            let entry = live.entries[at];
            at += 1;
            let item = self.desk.candidate(entry.1);
            let item = item.filter(|item| {
                self.desk.candidates().shows(self.variant, item.index) && !self.is_gone(*item)
            });
            let Some(item) = item else {
                continue;
            };
            live.entries[kept] = entry;
            kept += 1;
            let breaks = limits
                .iter()
                .any(|limit| self.is_broken(*limit, slot, item));
            if !breaks && (!any_quota || limits.iter().any(|limit| meets(limit, item))) {
                found = Some((entry.0, item));
            }
        }
        live.entries.drain(kept..at);
        let Some((key, item)) = found else {
            return Fit::None;
        };
        let best = self.desk.candidates().best(self.variant);
        if best.is_some_and(|best| self.any_missing(best, &key, limits)) {
            Fit::Unsure
        } else {
            Fit::Best(item)
        }
    }

    /// The caps that look at every slot: they never have room again.
    fn lasting_caps(&self) -> Vec<Limit> {
        let last = self.slots.len();
        let caps = (0..self.caps.len()).filter(|cap| self.caps[*cap].first == last);
        caps.map(Limit::Cap).collect()
    }

    /// Whether no slot to come can take a candidate: it or its group is on the slate, or it
    /// breaks a lasting cap.
    fn is_gone(&self, item: Item) -> bool {
        let last = self.slots.len();
        let is_broken = |cap: &Cap<'_>| cap.first == last && self.breaks(cap, last, item);
        self.is_spent(self.desk.row(item) as u32) || self.caps.iter().any(is_broken)
    }

    /// The candidates that may be shown and keep some limits, as bits by part.
    fn masks(&self, limits: &[Limit]) -> Vec<Bits> {
        let parts = self.desk.candidates().parts().iter().enumerate();
        let mask = |(place, part): (usize, &Part)| {
            let mut mask = part.shows(self.variant).clone();
            let mut met: Option<Bits> = None;
            for limit in limits {
                match limit {
                    Limit::Cap(cap) => {
                        if let Some(full) = self.caps[*cap].full.get(place) {
                            mask = mask.zip(full, |a, b| a & !b);
                        }
                    }
                    Limit::Match(rule) => {
                        mask = mask.zip(&part.matching(*rule), |a, b| a & b);
                    }
                    Limit::Quota(quota) => {
                        let matching = part.matching(self.quotas[*quota].rule);
                        met = Some(match met {
                            None => matching,
                            Some(met) => met.zip(&matching, |a, b| a | b),
                        });
                    }
                }
            }
            match met {
                None => mask,
                Some(met) => mask.zip(&met, |a, b| a & b),
            }
        };
        parts.map(mask).collect()
    }

    /// The best of the candidates in some masks that are not on the slate, after a key.
    fn best_of(&self, masks: &[Bits], after: Option<Key>, most: usize) -> Best {
        let products = self.desk.candidates();
        products.best_after((self.variant, after, most), Some(masks), |row| {
            !self.is_spent(row as u32)
        })
    }

    /// What limits the choice for a slot, in precedence order: the quotas that are tight,
    /// and the caps that look at the slot.
    fn limits(&self, slot: usize) -> Vec<Limit> {
        let quotas = self.tight_quotas(slot).into_iter().map(Limit::Quota);
        let caps = self.caps_at(slot).map(Limit::Cap);
        let mut limits: Vec<Limit> = quotas.chain(caps).collect();
        limits.sort_by_key(|limit| match limit {
            Limit::Quota(quota) => self.quotas[*quota].rule,
            Limit::Cap(cap) => self.caps[*cap].rule,
            Limit::Match(rule) => *rule,
        });
        limits
    }

    /// The caps that look at a slot.
    pub(super) fn caps_at(&self, slot: usize) -> impl Iterator<Item = usize> {
        (0..self.caps.len()).filter(move |cap| slot <= self.caps[*cap].first)
    }

    fn meets(&self, quota: usize, item: Item) -> bool {
        self.matches(self.quotas[quota].rule, item)
    }

    fn is_broken(&self, limit: Limit, slot: usize, item: Item) -> bool {
        matches!(limit, Limit::Cap(cap) if self.breaks(&self.caps[cap], slot, item))
    }

    /// The candidate that keeps the most limits, the best of several, and how many are kept:
    /// limits are left out from the last, one at a time, until a candidate fits. In one pass,
    /// since each candidate tells with how many it fits.
    fn choose(&self, order: &mut Order, slot: usize, limits: &[Limit]) -> Option<(Item, usize)> {
        let is_quota = |limit: &Limit| matches!(limit, Limit::Quota(_));
        // Below the first quota none is left, and any candidate will do.
        let first_quota = limits.iter().position(is_quota);
        let mut best: Option<(Item, usize)> = None;
        for item in self.unspent(order) {
            let broken = limits
                .iter()
                .position(|limit| self.is_broken(*limit, slot, item));
            let mut kept = broken.unwrap_or(limits.len());
            if let Some(first_quota) = first_quota.filter(|first| *first < kept) {
                let met = limits[..kept]
                    .iter()
                    .any(|limit| matches!(limit, Limit::Quota(quota) if self.meets(*quota, item)));
                if !met {
                    kept = first_quota;
                }
            }
            if best.is_none_or(|(_, most)| kept > most) {
                best = Some((item, kept));
            }
            if kept == limits.len() {
                break;
            }
        }
        best
    }

    /// The quotas, in precedence order, one of which the product of this slot must match;
    /// none where nothing is tight.
    fn tight_quotas(&self, slot: usize) -> Vec<usize> {
        let free_to = |first: usize| (slot..=first).filter(|slot| self.is_free(*slot)).count();
        let firsts: BTreeSet<usize> = self.quotas.iter().map(|quota| quota.first).collect();
        // Needs admitted so far, by the slot they run to.
        let mut admitted = vec![0_usize; self.quotas.len()];
        let admitted_to = |admitted: &[usize], first: usize| -> usize {
            let inside = self
                .quotas
                .iter()
                .zip(admitted)
                .filter(|(quota, _)| quota.first <= first);
            inside.map(|(_, need)| need).sum()
        };
        for (index, quota) in self.quotas.iter().enumerate() {
            let need = quota.min.saturating_sub(quota.placed);
            let fits = firsts
                .range(quota.first..)
                .map(|first| free_to(*first).saturating_sub(admitted_to(&admitted, *first)));
            admitted[index] = need.min(fits.min().unwrap_or(0));
        }
        let tight = firsts.iter().find(|first| {
            let needs = admitted_to(&admitted, **first);
            needs > 0 && needs == free_to(**first)
        });
        let Some(tight) = tight else {
            return Vec::new();
        };
        (0..self.quotas.len())
            .filter(|quota| admitted[*quota] > 0 && self.quotas[*quota].first <= *tight)
            .collect()
    }
}
