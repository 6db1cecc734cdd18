//! A retailer as columns: built once, never changed.
//!
//! Products are laid out by category, segment by segment, then by sku, so that every page
//! of the tree is one run of rows. Nothing depends on the order in which they came.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use chrono::NaiveDate;
use chrono_tz::Tz;
use endcap_rules::{ABSENT_DAY, Bits, Coded, Columns, Condition, Texts};
use endcap_vocab::{
    Catalog, InventoryRow, Problem, Problems, Product, Promotion, category_is_under,
};
use rayon::prelude::*;

use crate::dictionary::{AttributeDictionary, ListDictionary, TextDictionary};
use crate::ground::Memo;
use crate::stock::{Stock, StockBuilder, day};
use crate::substitutes::Substitutes;

/// The tag that exempts a product from margin floors.
const CLEARANCE: &str = "clearance";

/// A store or warehouse.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) id: String,
    pub(crate) region: String,
    pub(crate) tz: Tz,
}

/// A promotion whose products are found.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) promotion: Promotion,
    pub(crate) products: OfferProducts,
}

/// The products of a promotion.
#[derive(Debug, Clone)]
pub(crate) enum OfferProducts {
    /// Rows, ascending.
    Rows(Vec<u32>),
    /// Those that match at their regular price.
    When(Condition),
}

/// What a retailer sells, where it lies and what is promoted, at one instant.
#[derive(Debug, Clone)]
pub struct Retailer {
    pub(crate) currency: String,
    pub(crate) columns: Columns,
    pub(crate) fulfilment_cost: Vec<f64>,
    /// Days since 1970-01-01; [`ABSENT_DAY`] where there is none.
    pub(crate) discontinued_on: Vec<i32>,
    pub(crate) channels: Coded<Box<[Box<str>]>>,
    pub(crate) not_sold_in: Coded<Box<[Box<str>]>>,
    pub(crate) restrictions: Coded<Box<[Box<str>]>>,
    pub(crate) sensitive: Bits,
    pub(crate) clearance: Bits,
    /// The place of each row's sku among all skus, by bytes.
    pub(crate) sku_place: Vec<u32>,
    /// Every row, by the bytes of its sku.
    rows_by_sku: Vec<u32>,
    /// The code of each run of rows that share a category, and where the run begins, in
    /// the tree's order.
    category_runs: Vec<(u32, u32)>,
    pub(crate) sites: Vec<Site>,
    pub(crate) stock: Stock,
    pub(crate) offers: Vec<Offer>,
    pub(crate) substitutes: Substitutes,
    /// By channel: the sites that serve it, and whether the request's store does.
    pub(crate) sourcing: BTreeMap<String, (Vec<u32>, bool)>,
    /// What requests worked out and the next may use.
    pub(crate) memo: Memo,
}

impl Retailer {
    /// Builds a retailer from a catalogue.
    ///
    /// # Errors
    /// What keeps it from being one: a condition that does not hold up, an unknown zone.
    pub fn build(catalog: &Catalog) -> Result<Self, Problems> {
        let mut builder = RetailerBuilder::default();
        for product in &catalog.products {
            builder.push(product);
        }
        builder.finish(catalog)
    }

    /// How many products there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// ISO 4217 code of every price and cost.
    #[must_use]
    pub fn currency(&self) -> &str {
        &self.currency
    }

    /// What its products are, as columns.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Every row, by the bytes of its sku.
    pub(crate) fn rows_by_sku(&self) -> &Vec<u32> {
        &self.rows_by_sku
    }

    /// The row of a sku.
    #[must_use]
    pub fn row(&self, sku: &str) -> Option<usize> {
        let place = self.place_among(0..self.len(), sku)?;
        Some(self.rows_by_sku[place] as usize)
    }

    /// The place of a sku among all, found the sooner the less it is after `near`.
    fn place_of(&self, sku: &str, near: usize) -> Option<usize> {
        let is_at_most = |place: usize| {
            let row = self.rows_by_sku.get(place);
            row.is_some_and(|row| self.columns.sku.get(*row as usize) <= sku)
        };
        if !is_at_most(near) {
            return self.place_among(0..near.min(self.len()), sku);
        }
        let (mut from, mut step) = (near, 1);
        while is_at_most(from + step) {
            from += step;
            step *= 2;
        }
        self.place_among(from..self.len().min(from + step), sku)
    }

    fn place_among(&self, places: Range<usize>, sku: &str) -> Option<usize> {
        let first = places.start;
        let found = self.rows_by_sku[places]
            .binary_search_by(|row| self.columns.sku.get(*row as usize).cmp(sku));
        found.ok().map(|place| first + place)
    }

    /// The rows at or under a page; `""` is all of them.
    #[must_use]
    pub fn page(&self, page: &str) -> Range<usize> {
        let path = |run: &(u32, u32)| &*self.columns.category.values[run.0 as usize];
        let first = self
            .category_runs
            .partition_point(|run| compare_paths(path(run), page).is_lt());
        let inside =
            self.category_runs[first..].partition_point(|run| category_is_under(path(run), page));
        let start = |run: usize| {
            self.category_runs
                .get(run)
                .map_or(self.len(), |(_, start)| *start as usize)
        };
        start(first)..start(first + inside)
    }

    /// The pages of the tree that have products, in its order, each with its own count.
    pub fn categories(&self) -> impl Iterator<Item = (&str, usize)> {
        let runs = self.category_runs(0..self.len());
        runs.map(|(code, rows)| (&*self.columns.category.values[code as usize], rows.len()))
    }

    /// The runs of equal category within `rows`, each with the category's code.
    pub(crate) fn category_runs(
        &self,
        rows: Range<usize>,
    ) -> impl Iterator<Item = (u32, Range<usize>)> {
        let first = self
            .category_runs
            .partition_point(|(_, start)| *start as usize <= rows.start)
            .saturating_sub(1);
        (first..self.category_runs.len()).map_while(move |run| {
            let (code, start) = self.category_runs[run];
            let end = self
                .category_runs
                .get(run + 1)
                .map_or(self.len(), |(_, end)| *end as usize);
            let inside = rows.start.max(start as usize)..rows.end.min(end);
            (!inside.is_empty()).then_some((code, inside))
        })
    }

    /// The index of a location.
    pub(crate) fn site(&self, id: &str) -> Option<usize> {
        self.sites
            .binary_search_by(|site| site.id.as_str().cmp(id))
            .ok()
    }

    /// The time zone of a location.
    #[must_use]
    pub fn time_zone(&self, location: &str) -> Option<Tz> {
        self.site(location).map(|site| self.sites[site].tz)
    }

    /// The region of a location.
    #[must_use]
    pub fn region(&self, location: &str) -> Option<&str> {
        self.site(location)
            .map(|site| self.sites[site].region.as_str())
    }

    /// The rows of the products that the catalogue names to stand in for a sku, in its order.
    #[must_use]
    pub fn substitutes(&self, sku: &str) -> &[u32] {
        self.substitutes.of(sku, self.row(sku))
    }

    /// Whether a channel is named by the sourcing, or by any product or promotion.
    #[must_use]
    pub fn knows_channel(&self, channel: &str) -> bool {
        let lists = self.channels.values.iter();
        self.sourcing.contains_key(channel)
            || lists
                .flat_map(|list| list.iter())
                .any(|name| **name == *channel)
            || self
                .offers
                .iter()
                .any(|offer| offer.promotion.channels.iter().any(|name| name == channel))
    }

    /// The channels that the sourcing, a product or a promotion names, ascending.
    #[must_use]
    pub fn channels(&self) -> BTreeSet<&str> {
        let lists = self.channels.values.iter().flat_map(|list| list.iter());
        let offers = self.offers.iter();
        let promoted = offers.flat_map(|offer| offer.promotion.channels.iter().map(String::as_str));
        let sourced = self.sourcing.keys().map(String::as_str);
        lists
            .map(|name| &**name)
            .chain(promoted)
            .chain(sourced)
            .collect()
    }

    /// The ids of its locations, ascending.
    pub fn locations(&self) -> impl Iterator<Item = &str> {
        self.sites.iter().map(|site| site.id.as_str())
    }
}

/// A column whose row `i` is what was row `order[i]`; what it was is let go of.
#[expect(
    clippy::needless_pass_by_value,
    reason = "two of a column are too many"
)]
fn laid_out<T: Copy>(column: Vec<T>, order: &[u32]) -> Vec<T> {
    order.iter().map(|row| column[*row as usize]).collect()
}

/// Orders paths so that everything under a page stands together, behind the page itself.
fn compare_paths(a: &str, b: &str) -> Ordering {
    a.split('/').cmp(b.split('/'))
}

/// Takes products one at a time, so that a big catalogue is never held twice.
#[derive(Default)]
pub struct RetailerBuilder {
    sku: Texts,
    title: Texts,
    group: TextDictionary,
    brand: TextDictionary,
    vendor: TextDictionary,
    category: TextDictionary,
    tags: ListDictionary,
    channels: ListDictionary,
    not_sold_in: ListDictionary,
    restrictions: ListDictionary,
    attributes: BTreeMap<Box<str>, AttributeDictionary>,
    price: Vec<f64>,
    unit_cost: Vec<f64>,
    vendor_funding: Vec<f64>,
    fulfilment_cost: Vec<f64>,
    return_rate: Vec<f64>,
    rating: Vec<f64>,
    stock_age_days: Vec<f64>,
    stock_cover_days: Vec<f64>,
    launched_on: Vec<i32>,
    discontinued_on: Vec<i32>,
    season_months: Vec<u16>,
    private_label: Vec<bool>,
    sensitive: Vec<bool>,
    clearance: Vec<bool>,
}

impl RetailerBuilder {
    /// Adds a product; its sku must be new.
    pub fn push(&mut self, product: &Product) {
        let row = self.sku.len() as u32;
        self.sku.push(&product.sku);
        self.title.push(&product.title);
        self.group.push_text(product.group.as_deref());
        self.brand.push_text(product.brand.as_deref());
        self.vendor.push_text(product.vendor.as_deref());
        self.category.push_text(Some(&product.category));
        self.tags.push_list(&product.tags);
        self.channels.push_list(&product.channels);
        self.not_sold_in.push_list(&product.not_sold_in);
        self.restrictions.push_list(&product.restrictions);
        for (name, value) in &product.attributes {
            if !self.attributes.contains_key(name.as_str()) {
                self.attributes
                    .insert(name.as_str().into(), AttributeDictionary::default());
            }
            if let Some(column) = self.attributes.get_mut(name.as_str()) {
                column.push(row, value);
            }
        }
        let or_nan = |value: Option<f64>| value.unwrap_or(f64::NAN);
        self.price.push(product.price);
        self.unit_cost.push(product.unit_cost);
        self.vendor_funding.push(product.vendor_funding);
        self.fulfilment_cost.push(product.fulfilment_cost);
        self.return_rate.push(product.return_rate);
        self.rating.push(or_nan(product.rating));
        self.stock_age_days.push(or_nan(product.stock_age_days));
        self.stock_cover_days.push(or_nan(product.stock_cover_days));
        let day_of = |date: Option<NaiveDate>| date.map_or(ABSENT_DAY, day);
        self.launched_on.push(day_of(product.launched_on));
        self.discontinued_on.push(day_of(product.discontinued_on));
        let months = product.season_months.iter();
        let months = months.filter(|month| (1..=12).contains(*month));
        self.season_months
            .push(months.fold(0, |months, month| months | 1 << (month - 1)));
        self.private_label.push(product.private_label);
        self.sensitive.push(product.sensitive);
        let is_clearance = product.tags.iter().any(|tag| tag == CLEARANCE);
        self.clearance.push(is_clearance);
    }

    /// Lays the products out and adds the rest of the catalogue; its `products` are not read.
    ///
    /// # Errors
    /// Conditions that do not hold up, zones that are not known, a sku that came twice.
    pub fn finish(self, catalog: &Catalog) -> Result<Retailer, Problems> {
        self.finish_with(catalog, |add| catalog.inventory.iter().for_each(add))
    }

    /// Does what [`RetailerBuilder::finish`] does with entries of inventory that come one at a time,
    /// so that they are never held twice, either; those of the catalogue are not read.
    ///
    /// # Errors
    /// Those of [`RetailerBuilder::finish`].
    pub fn finish_with(
        self,
        catalog: &Catalog,
        inventory: impl FnOnce(&mut dyn FnMut(&InventoryRow)),
    ) -> Result<Retailer, Problems> {
        let mut problems = Vec::new();
        let count = self.sku.len();
        // By sku first, as products mostly come: the rest compares places, not texts.
        let mut by_sku: Vec<u32> = (0..count as u32).collect();
        let sku = |row: u32| self.sku.get(row as usize);
        by_sku.par_sort_unstable_by(|a, b| sku(*a).cmp(sku(*b)));
        let places = |order: &[u32]| {
            let mut places = vec![0; order.len()];
            for (place, at) in order.iter().enumerate() {
                places[*at as usize] = place as u32;
            }
            places
        };
        let place_of = places(&by_sku);
        let categories = &self.category;
        let mut in_tree: Vec<u32> = (0..categories.values().len() as u32).collect();
        let path = |code: u32| &*categories.values()[code as usize];
        in_tree.sort_unstable_by(|a, b| compare_paths(path(*a), path(*b)));
        let place_in_tree = places(&in_tree);
        let mut order: Vec<u32> = (0..count as u32).collect();
        order.par_sort_unstable_by_key(|row| {
            let category = categories.code(*row);
            (place_in_tree[category as usize], place_of[*row as usize])
        });
        // What is laid out anew is let go of at once.
        let texts = |column: Texts| {
            let mut laid_out = Texts::default();
            order
                .iter()
                .for_each(|row| laid_out.push(column.get(*row as usize)));
            laid_out.shrink_to_fit();
            laid_out
        };
        let (sku, title) = (texts(self.sku), texts(self.title));
        drop(by_sku);
        let sku_place: Vec<u32> = order.iter().map(|row| place_of[*row as usize]).collect();
        let rows_by_sku = places(&sku_place);
        for pair in rows_by_sku.windows(2) {
            let twice = sku.get(pair[1] as usize);
            if sku.get(pair[0] as usize) == twice {
                let said = format!("a second product `{twice}`");
                problems.push(Problem::new("/products", said));
            }
        }
        let category = self.category.finish(&order);
        let mut category_runs: Vec<(u32, u32)> = Vec::new();
        for (row, code) in category.codes.iter().enumerate() {
            if category_runs.last().is_none_or(|(last, _)| *last != code) {
                category_runs.push((code, row as u32));
            }
        }
        let group = self.group.finish(&order);
        let brand = self.brand.finish(&order);
        let vendor = self.vendor.finish(&order);
        let tags = self.tags.finish(&order);
        let channels = self.channels.finish(&order);
        let not_sold_in = self.not_sold_in.finish(&order);
        let restrictions = self.restrictions.finish(&order);
        let row_places = places(&order);
        let attributes = self.attributes.into_iter();
        let attributes = attributes.map(|(name, column)| (name, column.finish(&row_places).into()));
        let attributes = attributes.collect();
        let bits = |column: Vec<bool>| Bits::from_fn(count, |row| column[order[row] as usize]);
        let columns = Columns {
            sku,
            group,
            title,
            brand,
            vendor,
            category,
            private_label: bits(self.private_label),
            list_price: laid_out(self.price, &order),
            unit_cost: laid_out(self.unit_cost, &order),
            vendor_funding: laid_out(self.vendor_funding, &order),
            return_rate: laid_out(self.return_rate, &order),
            rating: laid_out(self.rating, &order),
            stock_age_days: laid_out(self.stock_age_days, &order),
            stock_cover_days: laid_out(self.stock_cover_days, &order),
            launched_on: laid_out(self.launched_on, &order),
            season_months: laid_out(self.season_months, &order),
            tags,
            attributes,
        };
        let mut retailer = Retailer {
            currency: catalog.currency.clone(),
            fulfilment_cost: laid_out(self.fulfilment_cost, &order),
            discontinued_on: laid_out(self.discontinued_on, &order),
            channels,
            not_sold_in,
            restrictions,
            sensitive: bits(self.sensitive),
            clearance: bits(self.clearance),
            columns,
            sku_place,
            rows_by_sku,
            category_runs,
            sites: sites(catalog, &mut problems),
            stock: Stock::default(),
            offers: Vec::new(),
            substitutes: Substitutes::default(),
            sourcing: BTreeMap::new(),
            memo: Memo::default(),
        };
        retailer.stock = retailer.stock_of(catalog, inventory);
        let row = |sku: &str| retailer.row(sku);
        retailer.substitutes = Substitutes::build(count, &catalog.substitutes, row);
        retailer.offers = offers(catalog, &retailer, &mut problems);
        retailer.sourcing = sourcing(catalog, &retailer);
        if problems.is_empty() {
            Ok(retailer)
        } else {
            Err(Problems { problems })
        }
    }
}

impl Retailer {
    /// The stock of its products; what is of unknown skus or places is passed over.
    fn stock_of(
        &self,
        catalog: &Catalog,
        inventory: impl FnOnce(&mut dyn FnMut(&InventoryRow)),
    ) -> Stock {
        let mut stock = StockBuilder::default();
        // Entries mostly come by sku: the next is not far.
        let mut near = 0;
        let mut find = |sku: &str, location: &str| {
            let place = self.place_of(sku, near)?;
            near = place;
            Some((self.rows_by_sku[place], self.site(location)? as u32))
        };
        inventory(&mut |entry| {
            if let Some((row, location)) = find(&entry.sku, &entry.location) {
                stock.add(row, location, entry);
            }
        });
        for entry in &catalog.inbound {
            if let Some((row, location)) = find(&entry.sku, &entry.location) {
                stock.add_inbound(row, location, entry);
            }
        }
        stock.finish(self.len())
    }
}

fn sites(catalog: &Catalog, problems: &mut Vec<Problem>) -> Vec<Site> {
    let mut sites = Vec::with_capacity(catalog.locations.len());
    for (index, location) in catalog.locations.iter().enumerate() {
        match location.tz.parse() {
            Ok(tz) => sites.push(Site {
                id: location.id.clone(),
                region: location.region.clone(),
                tz,
            }),
            Err(_) => problems.push(Problem::new(
                format!("/locations/{index}/tz"),
                format!(
                    "must be an IANA time zone such as Europe/Berlin, not `{}`",
                    location.tz
                ),
            )),
        }
    }
    sites.sort_by(|a, b| a.id.cmp(&b.id));
    sites
}

fn offers(catalog: &Catalog, retailer: &Retailer, problems: &mut Vec<Problem>) -> Vec<Offer> {
    let mut offers = Vec::with_capacity(catalog.promotions.len());
    for (index, promotion) in catalog.promotions.iter().enumerate() {
        let products = match (&promotion.when, &promotion.skus) {
            (Some(when), _) => match Condition::parse(when) {
                Ok(condition) => OfferProducts::When(condition),
                Err(errors) => {
                    let path = format!("/promotions/{index}/when");
                    problems.extend(errors.iter().map(|e| Problem::new(&path, e.to_string())));
                    continue;
                }
            },
            (None, skus) => {
                let known = skus.iter().flatten().filter_map(|sku| retailer.row(sku));
                let mut rows: Vec<u32> = known.map(|row| row as u32).collect();
                rows.sort_unstable();
                rows.dedup();
                OfferProducts::Rows(rows)
            }
        };
        offers.push(Offer {
            promotion: promotion.clone(),
            products,
        });
    }
    offers
}

fn sourcing(catalog: &Catalog, retailer: &Retailer) -> BTreeMap<String, (Vec<u32>, bool)> {
    catalog
        .sourcing
        .iter()
        .map(|(channel, served)| {
            let sites = served
                .iter()
                .filter_map(|id| retailer.site(id))
                .map(|s| s as u32);
            let own_store = served.iter().any(|id| id == endcap_vocab::STORE_ALIAS);
            (channel.clone(), (sites.collect(), own_store))
        })
        .collect()
}

/// The text of a row, where it has one.
pub(crate) fn text(column: &Coded<Box<str>>, row: usize) -> Option<&str> {
    column.get(row).map(|text| &**text)
}
