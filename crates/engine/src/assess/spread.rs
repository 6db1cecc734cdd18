//! Keeps the best products from being all of one kind, where caps leave room for a few of each.

use endcap_rules::ABSENT;
use endcap_vocab::Effect;

use crate::context::Context;
use crate::slate::capped_values;

/// The most values of a field whose products are spread.
const MOST_KINDS: usize = 1024;

/// What one cap that looks at all slots and products counts.
struct Spread<'a> {
    /// Index into [`Context::placing`].
    rule: usize,
    /// The code of each row's value.
    codes: &'a [u32],
    /// The place of its first value among those of all spreads.
    first: usize,
    values: usize,
    /// How many a slate has room for.
    max: u32,
}

impl Spread<'_> {
    #[inline(always)]
    fn kind(&self, row: u32) -> Option<usize> {
        let code = self.codes[row as usize];
        (code != ABSENT).then_some(self.first + code as usize)
    }

    /// How many are kept of a kind: more than fit, since others may keep those out.
    fn most(&self) -> u32 {
        self.max.saturating_mul(2).saturating_add(2)
    }
}

/// The kinds of products that a slate has room for only a few of: the values that caps count, those
/// of one cap after those of another.
pub(super) struct Spreads<'a> {
    spreads: Vec<Spread<'a>>,
    /// The code of each row's group, of which a slate has room for one product.
    groups: &'a [u32],
}

impl<'a> Spreads<'a> {
    /// No kinds.
    pub(super) fn none() -> Self {
        Self {
            spreads: Vec::new(),
            groups: &[],
        }
    }

    /// Those of the caps that look at all slots and products; none where one has room for nothing.
    pub(super) fn of(context: &Context<'a>) -> Self {
        let mut spreads = Self {
            spreads: Vec::new(),
            groups: &context.retailer.columns.group.codes,
        };
        for (rule, in_force) in context.placing.iter().enumerate() {
            let Effect::Cap { field, max, first } = in_force.effect() else {
                continue;
            };
            if *max == 0 {
                return Self::none();
            }
            let (codes, values) = capped_values(context.retailer, field);
            let counts_all = in_force.when().is_none() && *first >= context.request.slots;
            if let Some(codes) = codes.filter(|_| counts_all && values <= MOST_KINDS) {
                spreads.spreads.push(Spread {
                    rule,
                    codes,
                    first: spreads.kinds(),
                    values,
                    max: *max,
                });
            }
        }
        spreads
    }

    pub(super) fn is_empty(&self) -> bool {
        self.spreads.is_empty()
    }

    /// How many kinds there are.
    pub(super) fn kinds(&self) -> usize {
        let last = self.spreads.last();
        last.map_or(0, |last| last.first + last.values)
    }

    /// The kinds of the product at a row.
    #[inline(always)]
    pub(super) fn kinds_of(&self, row: u32) -> impl Iterator<Item = usize> {
        let spreads = self.spreads.iter();
        spreads.filter_map(move |spread| spread.kind(row))
    }

    /// The cap that counts a kind, an index into [`Context::placing`], and the code of the value.
    pub(super) fn cap(&self, kind: usize) -> (usize, usize) {
        let after = self.spreads.partition_point(|spread| spread.first <= kind);
        let spread = &self.spreads[after - 1];
        (spread.rule, kind - spread.first)
    }
}

/// What is taken of each kind, best first.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// By kind: how many are kept, and how many of them fit on one slate.
    counts: Vec<(u32, u32)>,
    /// The groups of those that fit.
    groups: Vec<u32>,
    fits: usize,
}

impl Room {
    /// Takes nothing yet.
    pub(super) fn clear(&mut self, spreads: &Spreads<'_>) {
        self.counts.clear();
        self.counts.resize(spreads.kinds(), (0, 0));
        self.groups.clear();
        self.fits = 0;
    }

    /// How many of those taken fit together on a slate.
    pub(super) fn fits(&self) -> usize {
        self.fits
    }

    /// Takes the product at a row, or gives a kind of which there are enough.
    pub(super) fn take(&mut self, spreads: &Spreads<'_>, row: u32) -> Result<(), usize> {
        let mut fits = true;
        for spread in &spreads.spreads {
            if let Some(kind) = spread.kind(row) {
                let (kept, fitting) = self.counts[kind];
                if kept >= spread.most() {
                    return Err(kind);
                }
                fits &= fitting < spread.max;
            }
        }
        let group = spreads.groups[row as usize];
        fits &= group == ABSENT || !self.groups.contains(&group);
        for kind in spreads.kinds_of(row) {
            self.counts[kind].0 += 1;
            self.counts[kind].1 += u32::from(fits);
        }
        if fits {
            self.fits += 1;
            self.groups.push(group);
        }
        Ok(())
    }
}
