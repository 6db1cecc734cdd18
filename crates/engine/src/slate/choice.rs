//! Which candidate a slot gets (ranking semantics, section 7, step 3): the best that keeps the most
//! limits.

use endcap_vocab::Source;

use super::Filling;
use crate::assess::{Search, View};
use crate::desk::{Item, Placed};
use crate::order::{ByScore, Order};

/// Something that keeps products out of a slot.
#[derive(Debug, Clone, Copy)]
pub(super) enum Limit {
    /// One of the quotas with an index like this is to be met.
    Quota(usize),
    /// An index into the caps.
    Cap(usize),
    /// The rule of a reserve, an index into [`Context::placing`].
    ///
    /// [`Context::placing`]: crate::context::Context::placing
    Match(usize),
}

/// A search for products that some caps have room for. What it has left behind has no room any
/// more: slots are filled, and never emptied.
pub(super) struct Searched {
    view: View,
    caps: Vec<usize>,
    search: Search,
    /// How many of [`Filling::full`] it has left out.
    known_full: usize,
}

impl Filling<'_, '_> {
    /// Step 3.
    pub(super) fn best(&mut self) {
        let mut limits = Vec::new();
        for slot in 1..=self.slots.len() {
            if !self.is_free(slot) {
                continue;
            }
            self.limits(slot, &mut limits);
            let Some((item, kept)) = self.chosen(slot, &limits) else {
                return;
            };
            let kept = &limits[..kept];
            let by_quota = kept.iter().find_map(|limit| match limit {
                Limit::Quota(quota) if self.meets(*quota, item) => Some(*quota),
                _ => None,
            });
            let by_quota = by_quota.filter(|_| {
                let without = self.without_quotas(slot, kept);
                if let Some(without) = without {
                    self.meet(without);
                }
                without != Some(item)
            });
            let (source, rule) = match by_quota {
                Some(quota) => (Source::Quota, Some(self.id(self.quotas[quota].rule))),
                None => (Source::Ranked, None),
            };
            self.place(slot, Placed { item, source, rule });
        }
    }

    /// What a slot would get if quotas did not limit it.
    fn without_quotas(&mut self, slot: usize, limits: &[Limit]) -> Option<Item> {
        let Some(mut order) = self.order.take() else {
            let (_, row) = self.found(View::of(self.variant), limits)?;
            return self.desk.candidate(row);
        };
        let fits = |item: &Item| !limits.iter().any(|cap| self.is_broken(*cap, slot, *item));
        let best = self.unspent(&mut order).find(fits);
        self.order = Some(order);
        best
    }

    /// The candidate that keeps the most limits, the best of several, and how many are kept.
    fn chosen(&mut self, slot: usize, limits: &[Limit]) -> Option<(Item, usize)> {
        let Some(mut order) = self.order.take() else {
            let mut kept = (0..=limits.len()).rev();
            return kept.find_map(|kept| Some((self.best_of(&limits[..kept])?, kept)));
        };
        let chosen = self.choose(&mut order, slot, limits);
        self.order = Some(order);
        chosen
    }

    /// The best candidate left, by score, that keeps some limits.
    pub(super) fn best_of(&mut self, limits: &[Limit]) -> Option<Item> {
        let mut best: Option<(ByScore, u32)> = None;
        let mut has_rule = false;
        for limit in limits {
            let rule = match limit {
                Limit::Cap(_) => continue,
                Limit::Match(rule) => *rule,
                Limit::Quota(quota) => self.quotas[*quota].rule,
            };
            has_rule = true;
            let found = self.found(View::Matching(rule), limits);
            best = best
                .into_iter()
                .chain(found)
                .min_by(|a, b| a.0.compare(&b.0));
        }
        if !has_rule {
            best = self.found(View::of(self.variant), limits);
        }
        self.desk.candidate(best?.1)
    }

    /// The best candidate left of a view that the caps among some limits have room for.
    fn found(&mut self, view: View, limits: &[Limit]) -> Option<(ByScore, u32)> {
        let caps = limits.iter().filter_map(|limit| match limit {
            Limit::Cap(cap) => Some(*cap),
            _ => None,
        });
        let is_same = |searched: &Searched| {
            searched.view == view && searched.caps.iter().copied().eq(caps.clone())
        };
        let place = self.searches.iter().position(is_same).unwrap_or_else(|| {
            self.searches.push(Searched {
                view,
                caps: caps.clone().collect(),
                search: Search::new(view),
                known_full: 0,
            });
            self.searches.len() - 1
        });
        let mut searches = std::mem::take(&mut self.searches);
        let searched = &mut searches[place];
        for (cap, value) in &self.full[searched.known_full..] {
            if let Some(column) = self.caps[*cap].counted
                && searched.caps.contains(cap)
            {
                searched.search.close(column, *value);
            }
        }
        searched.known_full = self.full.len();
        let products = self.desk.candidates();
        // What a search leaves out need not be asked for here, nor what has room for everything.
        let has_full =
            |cap: &usize| self.caps[*cap].max == 0 || self.full.iter().any(|(full, _)| full == cap);
        let uncounted = caps.filter(|cap| self.caps[*cap].counted.is_none());
        let uncounted = uncounted.filter(has_full);
        let has_uncounted = uncounted.clone().next().is_some();
        let best = searched.search.best(products, |row| {
            !products.shows_at(self.variant, row as usize)
                || self.is_spent(row)
                || has_uncounted && uncounted.clone().any(|cap| self.is_full(cap, row as usize))
        });
        self.searches = searches;
        best
    }

    /// Whether a cap has no room for the candidate at a row.
    fn is_full(&self, cap: usize, row: usize) -> bool {
        let cap = &self.caps[cap];
        cap.is_full(row) && self.desk.candidates().matches_at(cap.rule, row)
    }

    /// What limits the choice for a slot, in precedence order: the quotas that are tight,
    /// and the caps that look at the slot.
    fn limits(&mut self, slot: usize, limits: &mut Vec<Limit>) {
        limits.clear();
        self.tight_quotas(limits);
        limits.extend(self.caps_at(slot).map(Limit::Cap));
        limits.sort_by_key(|limit| match limit {
            Limit::Quota(quota) => self.quotas[*quota].rule,
            Limit::Cap(cap) => self.caps[*cap].rule,
            Limit::Match(rule) => *rule,
        });
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

    /// The quotas, in precedence order, one of which the product of the first free slot must match;
    /// none where nothing is tight.
    fn tight_quotas(&mut self, limits: &mut Vec<Limit>) {
        let needing = self.quotas.iter().filter(|quota| quota.placed < quota.min);
        let needs: usize = needing.clone().map(|quota| quota.min - quota.placed).sum();
        let free = needing.map(|quota| quota.free).min();
        // Nothing is tight where the slots of each would do for all of them together.
        if free.is_none_or(|free| needs < free) {
            return;
        }
        for quota in &mut self.quotas {
            quota.admitted = 0;
        }
        for index in 0..self.quotas.len() {
            let quota = &self.quotas[index];
            let need = quota.min.saturating_sub(quota.placed);
            let from = self.quotas.iter();
            let from = from.filter(|other| other.first >= quota.first);
            let fits = from.map(|other| other.free.saturating_sub(self.admitted_to(other.first)));
            self.quotas[index].admitted = need.min(fits.min().unwrap_or(0));
        }
        let tight = self.quotas.iter().filter(|quota| {
            let needs = self.admitted_to(quota.first);
            needs > 0 && needs == quota.free
        });
        let Some(tight) = tight.map(|quota| quota.first).min() else {
            return;
        };
        let quotas = self.quotas.iter().enumerate();
        let quotas = quotas.filter(|(_, quota)| quota.admitted > 0 && quota.first <= tight);
        limits.extend(quotas.map(|(index, _)| Limit::Quota(index)));
    }

    /// What is admitted of quotas that run to a slot or end before.
    fn admitted_to(&self, first: usize) -> usize {
        let inside = self.quotas.iter().filter(|quota| quota.first <= first);
        inside.map(|quota| quota.admitted).sum()
    }
}
