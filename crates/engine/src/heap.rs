//! How much memory a retailer takes, part by part.

use endcap_rules::{Bits, Coded, Sparse};
use endcap_vocab::AttributeValue;

use crate::retailer::Retailer;

/// Bytes on the heap, by what they hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeapBytes {
    /// Texts: skus, titles, and the distinct values of every column.
    pub text: usize,
    /// Everything else, by name, the largest first.
    pub columns: Vec<(&'static str, usize)>,
}

impl HeapBytes {
    /// What the columns take together.
    #[must_use]
    pub fn of_columns(&self) -> usize {
        self.columns.iter().map(|(_, bytes)| bytes).sum()
    }
}

impl Retailer {
    /// What its columns take, beside what requests have made it keep.
    #[must_use]
    pub fn heap_bytes(&self) -> HeapBytes {
        let columns = &self.columns;
        let numbers = [
            &columns.list_price,
            &columns.unit_cost,
            &columns.vendor_funding,
            &columns.return_rate,
            &columns.rating,
            &columns.stock_age_days,
            &columns.stock_cover_days,
            &self.fulfilment_cost,
        ];
        let numbers = numbers.map(|numbers| numbers.capacity() * size_of::<f64>());
        let days = [&columns.launched_on, &self.discontinued_on];
        let days = days.map(|days| days.capacity() * size_of::<i32>());
        let named = [
            &columns.group,
            &columns.brand,
            &columns.vendor,
            &columns.category,
        ];
        let lists = [
            &columns.tags,
            &self.channels,
            &self.not_sold_in,
            &self.restrictions,
        ];
        let codes = named.map(codes_of).into_iter().chain(lists.map(codes_of));
        let attributes = columns.attributes.values();
        let bits = [&columns.private_label, &self.sensitive, &self.clearance];
        let places = self.sku_place.capacity() + self.rows_by_sku().capacity();
        let months = columns.season_months.capacity() * size_of::<u16>();
        let mut by_name = vec![
            ("money, rates and ages", numbers.iter().sum()),
            ("dates", days.iter().sum::<usize>() + months),
            ("names and lists", codes.sum()),
            (
                "attributes",
                attributes.clone().map(Sparse::heap_bytes).sum(),
            ),
            ("yes or no", bits.map(Bits::heap_bytes).iter().sum()),
            ("order of skus", places * size_of::<u32>()),
            ("stock", self.stock.heap_bytes()),
            ("substitutes", self.substitutes.heap_bytes()),
        ];
        by_name.sort_by_key(|(name, bytes)| (std::cmp::Reverse(*bytes), *name));
        let texts = [&columns.sku, &columns.title].map(endcap_rules::Texts::heap_bytes);
        let names = named.into_iter().flat_map(|column| &column.values);
        let lists = lists.into_iter().flat_map(|column| &column.values);
        let attributes = attributes.flat_map(|column| &column.values);
        let of_list = |list: &[Box<str>]| {
            let items: usize = list.iter().map(|item| of_text(item)).sum();
            size_of::<Box<[Box<str>]>>() + size_of_val(list) + items
        };
        let of_attribute = |value: &AttributeValue| match value {
            AttributeValue::Text(text) => size_of_val(value) + text.capacity(),
            _ => size_of_val(value),
        };
        HeapBytes {
            text: texts.iter().sum::<usize>()
                + names.map(|name| of_text(name)).sum::<usize>()
                + lists.map(|list| of_list(list)).sum::<usize>()
                + attributes.map(of_attribute).sum::<usize>(),
            columns: by_name,
        }
    }
}

fn codes_of<T>(column: &Coded<T>) -> usize {
    column.codes.heap_bytes()
}

/// A boxed text with its box.
fn of_text(text: &str) -> usize {
    size_of::<Box<str>>() + text.len()
}
