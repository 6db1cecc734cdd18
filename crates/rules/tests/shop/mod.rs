//! A small shop as columns, for the tests of conditions.
#![allow(dead_code)]

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use endcap_rules::{ABSENT, ABSENT_DAY, Bits, Coded, Columns, Condition, Facts, Texts};
use endcap_vocab::{AttributeValue, Product};

/// Days since 1970-01-01.
pub fn day(date: NaiveDate) -> i32 {
    date.num_days_from_ce()
        - NaiveDate::from_ymd_opt(1970, 1, 1)
            .expect("a day of the calendar")
            .num_days_from_ce()
}

fn coded<T: std::fmt::Debug + Clone>(rows: &[Option<T>]) -> Coded<T> {
    let mut values = Vec::new();
    let mut known = BTreeMap::new();
    let codes = rows.iter().map(|row| {
        row.as_ref().map_or(ABSENT, |value| {
            *known.entry(format!("{value:?}")).or_insert_with(|| {
                values.push(value.clone());
                values.len() as u32 - 1
            })
        })
    });
    Coded {
        codes: codes.collect(),
        values,
    }
}

fn boxed(text: &str) -> Box<str> {
    text.into()
}

/// The columns of products.
pub fn columns(products: &[Product]) -> Columns {
    fn each<T>(products: &[Product], value: impl Fn(&Product) -> T) -> Vec<T> {
        products.iter().map(value).collect()
    }
    let texts = |text: fn(&Product) -> &str| {
        let mut texts = Texts::default();
        products
            .iter()
            .for_each(|product| texts.push(text(product)));
        texts
    };
    let known = |value: Option<f64>| value.unwrap_or(f64::NAN);
    let names: BTreeSet<&String> = products.iter().flat_map(|p| p.attributes.keys()).collect();
    let attribute = |name: &String| {
        let rows: Vec<Option<AttributeValue>> =
            each(products, |product| product.attributes.get(name).cloned());
        (boxed(name), coded(&rows).into())
    };
    Columns {
        sku: texts(|product| &product.sku),
        group: coded(&each(products, |p| p.group.as_deref().map(boxed))),
        title: texts(|product| &product.title),
        brand: coded(&each(products, |p| p.brand.as_deref().map(boxed))),
        vendor: coded(&each(products, |p| p.vendor.as_deref().map(boxed))),
        category: coded(&each(products, |p| Some(boxed(&p.category)))),
        private_label: Bits::from_fn(products.len(), |row| products[row].private_label),
        list_price: each(products, |p| p.price),
        unit_cost: each(products, |p| p.unit_cost),
        vendor_funding: each(products, |p| p.vendor_funding),
        return_rate: each(products, |p| p.return_rate),
        rating: each(products, |p| known(p.rating)),
        stock_age_days: each(products, |p| known(p.stock_age_days)),
        stock_cover_days: each(products, |p| known(p.stock_cover_days)),
        launched_on: each(products, |p| p.launched_on.map_or(ABSENT_DAY, day)),
        season_months: each(products, |p| {
            p.season_months
                .iter()
                .fold(0, |bits, month| bits | 1 << (month - 1))
        }),
        tags: coded(&each(products, |p| {
            let tags: Vec<Box<str>> = p.tags.iter().map(|tag| boxed(tag)).collect();
            Some(tags.into_boxed_slice())
        })),
        attributes: names.into_iter().map(attribute).collect(),
    }
}

/// What a request adds to the shop: 20 November 2026, and for each product its price and stock.
pub struct Moment {
    pub price: Vec<f64>,
    pub stock: Vec<i64>,
    pub today: NaiveDate,
}

impl Moment {
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            price: &self.price,
            stock: &self.stock,
            today: day(self.today),
            month: self.today.month(),
        }
    }
}

/// The skus a condition holds for.
pub fn matching(source: &str, products: &[Product], moment: &Moment) -> Vec<String> {
    let condition = Condition::parse(source).expect(source);
    let bits = condition.eval(&columns(products), &moment.facts(), 0..products.len());
    assert_eq!(bits.len(), products.len());
    bits.iter_ones()
        .map(|row| products[row].sku.clone())
        .collect()
}
