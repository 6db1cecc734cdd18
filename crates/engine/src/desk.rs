//! The products looked at for one request, and which of them a slate may show.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use endcap_vocab::{Placement, Reason, Source};

use crate::assess::{Assessed, Pool, Shelf, Tests};
use crate::context::Context;
use crate::ground::{Ground, Piece};
use crate::model::Model;

/// One product that was looked at: where its figures stand in a [`Desk`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Item {
    block: usize,
    pub(crate) index: usize,
}

impl Item {
    pub(crate) fn new(block: usize, index: usize) -> Self {
        Self { block, index }
    }
}

/// Every product looked at for one request, so that none is looked at twice.
pub(crate) struct Desk<'a> {
    pub(crate) context: &'a Context<'a>,
    model: &'a dyn Model,
    ground: Arc<Ground>,
    /// The candidates first, then whatever pins and fallbacks asked for.
    blocks: Vec<Assessed<'a>>,
    singles: BTreeMap<u32, Item>,
    levels: BTreeMap<(usize, usize), usize>,
}

/// The block of the candidates.
pub(crate) const CANDIDATES: usize = 0;

impl<'a> Desk<'a> {
    /// Looks at the candidates; skus that the catalogue lacks come back, each once.
    pub(crate) fn new(context: &'a Context<'a>, model: &'a dyn Model) -> (Self, Vec<&'a str>) {
        let ground = context.retailer.memo.ground(context);
        let pool = match model.kept() {
            Some(kept) if !context.is_plain => kept.pool(context.retailer.len()),
            _ => Arc::default(),
        };
        let (shelf, unknown) = shelf_of(context, (&ground, &pool));
        let candidates = Assessed::new(context, model, shelf);
        (Self::with(context, (model, ground), candidates), unknown)
    }

    /// The desk of candidates that have been looked at.
    pub(crate) fn with(
        context: &'a Context<'a>,
        (model, ground): (&'a dyn Model, Arc<Ground>),
        candidates: Assessed<'a>,
    ) -> Self {
        let mut levels = BTreeMap::new();
        if context.request.candidates.is_none() {
            let rows = page_of(context);
            levels.insert((rows.start, rows.end), CANDIDATES);
        }
        Self {
            context,
            model,
            ground,
            blocks: vec![candidates],
            singles: BTreeMap::new(),
            levels,
        }
    }

    pub(crate) fn candidates(&self) -> &Assessed<'a> {
        &self.blocks[CANDIDATES]
    }

    pub(crate) fn block(&self, block: usize) -> &Assessed<'a> {
        &self.blocks[block]
    }

    pub(crate) fn at(&self, item: Item) -> (&Assessed<'a>, usize) {
        (&self.blocks[item.block], item.index)
    }

    pub(crate) fn row(&self, item: Item) -> usize {
        self.blocks[item.block].row(item.index)
    }

    /// The candidate at a row.
    pub(crate) fn candidate(&self, row: u32) -> Option<Item> {
        let index = self.candidates().index(row as usize)?;
        Some(Item {
            block: CANDIDATES,
            index,
        })
    }

    /// Any product, candidate or not.
    pub(crate) fn product(&mut self, row: u32) -> Item {
        if let Some(item) = self
            .candidate(row)
            .or_else(|| self.singles.get(&row).copied())
        {
            return item;
        }
        let item = Item {
            block: self.blocks.len(),
            index: 0,
        };
        let row_alone = row as usize..row as usize + 1;
        self.look_at(row_alone);
        self.singles.insert(row, item);
        item
    }

    fn look_at(&mut self, rows: Range<usize>) {
        let shelf = Shelf::of_range(self.context, (&self.ground, &Arc::default()), rows);
        let by = (self.model, self.candidates().shopper());
        let assessed = Assessed::of(self.context, Arc::new(shelf), by);
        self.blocks.push(assessed);
    }

    /// A piece of the catalogue under the terms of the request.
    pub(crate) fn piece(&self, place: usize) -> Arc<Piece> {
        self.ground.piece(self.context, place)
    }

    /// What the model says of a product: its relevance and its probability of purchase.
    pub(crate) fn predicted(&self, item: Item) -> (f64, f64) {
        let (products, _) = self.at(item);
        products.said(self.row(item))
    }

    /// The block of all products at or under a page.
    pub(crate) fn level(&mut self, page: &str) -> usize {
        let rows = self.context.retailer.page(page);
        if let Some(block) = self.levels.get(&(rows.start, rows.end)) {
            return *block;
        }
        self.look_at(rows.clone());
        self.levels
            .insert((rows.start, rows.end), self.blocks.len() - 1);
        self.blocks.len() - 1
    }
}

/// The rows of the page that a request asks for.
fn page_of(context: &Context<'_>) -> Range<usize> {
    let page = match context.request.placement {
        Placement::Category => context.request.page.as_deref(),
        _ => None,
    };
    context.retailer.page(page.unwrap_or(""))
}

/// The candidates of a request; skus that the catalogue lacks come back, each once.
pub(crate) fn shelf_of<'a>(
    context: &Context<'a>,
    (ground, pool): (&Ground, &Arc<Pool>),
) -> (Shelf<'a>, Vec<&'a str>) {
    let Some(candidates) = &context.request.candidates else {
        return (
            Shelf::of_range(context, (ground, pool), page_of(context)),
            Vec::new(),
        );
    };
    let mut unknown = Vec::new();
    let mut rows = Vec::with_capacity(candidates.len());
    let mut seen = BTreeSet::new();
    for sku in candidates {
        match context.retailer.row(sku) {
            Some(row) => rows.push(row as u32),
            None if seen.insert(sku) => unknown.push(sku.as_str()),
            None => {}
        }
    }
    rows.sort_unstable();
    rows.dedup();
    (Shelf::of_rows(context, (ground, pool), rows), unknown)
}

/// Which slate is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    /// The one that is shown.
    Shown,
    /// The one without rules.
    Organic,
    /// The one shoppers would see if everything were in stock.
    AnyStock,
}

impl Variant {
    pub(crate) fn has_rules(self) -> bool {
        self != Self::Organic
    }

    /// The tests that count.
    pub(crate) fn tests(self) -> Tests {
        match self {
            Self::Shown => Tests::ALL,
            Self::Organic => Tests::ALL.without(Reason::Hidden),
            Self::AnyStock => Tests::ALL.without(Reason::OutOfStock),
        }
    }
}

/// A filled slot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed<'a> {
    pub(crate) item: Item,
    pub(crate) source: Source,
    /// The rule that placed it.
    pub(crate) rule: Option<&'a str>,
}
