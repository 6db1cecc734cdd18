//! The rows of the drawer: products that are not eligible, found by reason and words.

use std::ops::Range;
use std::sync::Arc;

use endcap_engine::CompiledRules;
use endcap_vocab::Reason;

use crate::{Ineligible, PageView, UserError, Workspace};

/// Some of the products that a page may not show, with what was asked for.
#[derive(Debug, Clone)]
pub struct UnshownRows {
    /// The page they belong to.
    pub page: Arc<PageView>,
    /// Words that each has in its title, brand or sku.
    pub text: String,
    /// The reason they share.
    pub reason: Option<Reason>,
    /// How many there are.
    pub total: usize,
    /// The place of the first row here among them.
    pub start: usize,
    /// Those that were asked for.
    pub rows: Vec<Ineligible>,
}

impl Workspace {
    /// Finds products that a page may not show, and says of those at some places why.
    ///
    /// # Errors
    /// Those of [`Workspace::ineligible`].
    pub fn unshown_rows(
        &self,
        rules: &CompiledRules,
        page: Arc<PageView>,
        (text, reason): (String, Option<Reason>),
        places: Range<usize>,
    ) -> Result<UnshownRows, UserError> {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let unshown = &page.slate.unshown;
        let (total, start, rows) = match reason {
            None if words.is_empty() => {
                let rows = self.ineligible(rules, &page.slate, places.clone())?;
                (unshown.len(), places.start, rows)
            }
            _ => {
                let found: Vec<usize> = (0..unshown.len())
                    .filter(|place| reason.is_none_or(|reason| unshown[*place].reason == reason))
                    .filter(|place| self.has_words(unshown[*place].row as usize, &words))
                    .collect();
                let end = places.end.min(found.len());
                let start = places.start.min(end);
                let mut rows = Vec::with_capacity(end - start);
                for place in &found[start..end] {
                    rows.extend(self.ineligible(rules, &page.slate, *place..*place + 1)?);
                }
                (found.len(), start, rows)
            }
        };
        Ok(UnshownRows {
            text,
            reason,
            total,
            start,
            rows,
            page,
        })
    }

    fn has_words(&self, row: usize, words: &[String]) -> bool {
        if words.is_empty() {
            return true;
        }
        let columns = self.retailer.columns();
        let brand = columns.brand.get(row).map_or("", |brand| brand);
        let (title, sku) = (columns.title.get(row), columns.sku.get(row));
        let text = format!("{title} {brand} {sku}").to_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    }
}
