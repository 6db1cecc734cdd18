//! Products like one that nobody bought yet: by category, brand, price and title.

use std::collections::BTreeMap;

use endcap_engine::Retailer;

/// How many are kin.
const KIN: usize = 5;

/// Best sellers of a category that are looked at.
const MOST: usize = 300;

/// For each row that never sold, the rows that did and are most like it; none for a row without
/// anything sold at or above its category. `sold` is how much each row sells, 0 for nothing.
pub(crate) fn kin(retailer: &Retailer, sold: &[f64]) -> Vec<(u32, Vec<u32>)> {
    let category = |row: usize| retailer.columns().category.get(row).map_or("", |path| path);
    let mut sellers: Vec<u32> = (0..sold.len() as u32)
        .filter(|row| sold[*row as usize] > 0.0)
        .collect();
    let rate = |row: &u32| sold[*row as usize];
    sellers.sort_by(|a, b| rate(b).total_cmp(&rate(a)).then(a.cmp(b)));
    let mut under: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for row in sellers {
        for path in at_and_above(category(row as usize)) {
            let rows = under.entry(path).or_default();
            if rows.len() < MOST {
                rows.push(row);
            }
        }
    }
    let unsold = (0..sold.len()).filter(|row| sold[*row] <= 0.0);
    let kin_of = |row: usize| {
        let near = at_and_above(category(row)).find_map(|path| under.get(path))?;
        let this = Likeness::of(retailer, row);
        let mut near: Vec<(f64, u32)> = near
            .iter()
            .map(|other| (this.to(&Likeness::of(retailer, *other as usize)), *other))
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        near.truncate(KIN);
        Some((row as u32, near.into_iter().map(|(_, row)| row).collect()))
    };
    unsold.filter_map(kin_of).collect()
}

/// A path, and each one above it up to the whole catalogue.
fn at_and_above(path: &str) -> impl Iterator<Item = &str> {
    fn above<'p>(path: &&'p str) -> Option<&'p str> {
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        (!path.is_empty()).then_some(parent)
    }
    std::iter::successors(Some(path), above)
}

/// What a product is told by.
pub(crate) struct Likeness<'r> {
    brand: Option<&'r str>,
    log_price: f64,
    words: Vec<&'r str>,
}

impl<'r> Likeness<'r> {
    pub(crate) fn of(retailer: &'r Retailer, row: usize) -> Self {
        let columns = retailer.columns();
        let mut words: Vec<&str> = columns.title.get(row).split_whitespace().collect();
        words.sort_unstable();
        words.dedup();
        Self {
            brand: columns.brand.get(row).map(|brand| &**brand),
            log_price: libm::log(columns.list_price[row]),
            words,
        }
    }

    /// From 0 for nothing in common to 3.
    pub(crate) fn to(&self, other: &Self) -> f64 {
        let brand = f64::from(u8::from(self.brand.is_some() && self.brand == other.brand));
        let price = libm::exp(-(self.log_price - other.log_price).abs());
        let word = |word: &&&str| other.words.binary_search(word).is_ok();
        let common = self.words.iter().filter(word).count() as f64;
        let all = (self.words.len() + other.words.len()) as f64 - common;
        brand + price + common / all.max(1.0)
    }
}
