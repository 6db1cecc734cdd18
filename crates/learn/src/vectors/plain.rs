//! A model of vectors, read in the plainest way.

use std::ops::Range;

use endcap_engine::Model;

use crate::vectors::VectorModel;

/// A [`VectorModel`] read in the plainest way; other ways are held against it.
#[derive(Debug, Clone, Copy)]
pub struct PlainVectors<'m> {
    pub(super) model: &'m VectorModel,
}

impl Model for PlainVectors<'_> {
    fn popularity(&self) -> &[f64] {
        self.model.popularity()
    }

    fn shopper(&self, id: &str) -> Option<u32> {
        self.model.shopper(id)
    }

    fn predict(
        &self,
        shopper: Option<u32>,
        rows: Range<usize>,
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        for (row, (relevance, purchase)) in rows.zip(relevance.iter_mut().zip(purchase)) {
            (*relevance, *purchase) = self.model.plain(shopper, row);
        }
    }
}
