//! The catalogue: products, where they are, and what is promoted.
//!
//! Money and units stop at 10^12, so that sums of them stay finite.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDate};
use schemars::JsonSchema;
use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, Serialize};

/// In `sourcing`, the name that stands for the request's own store.
pub const STORE_ALIAS: &str = "@store";

/// What a retailer sells, where it lies, and what is promoted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// ISO 4217 code of every price and cost.
    #[schemars(length(min = 1))]
    pub currency: String,
    /// Every product, each `sku` once.
    pub products: Vec<Product>,
    /// Stores and warehouses.
    #[serde(default)]
    pub locations: Vec<Location>,
    /// Stock by location.
    #[serde(default)]
    pub inventory: Vec<InventoryRow>,
    /// Deliveries on their way to a location.
    #[serde(default)]
    pub inbound: Vec<InboundRow>,
    /// Price promotions; those in force at a time do not stack, the lowest price counts.
    #[serde(default)]
    pub promotions: Vec<Promotion>,
    /// For a sku, what may stand in for it, best first.
    #[serde(default)]
    pub substitutes: BTreeMap<String, Vec<String>>,
    /// For a channel, the locations that serve it; `@store` is the request's store.
    #[serde(default)]
    pub sourcing: BTreeMap<String, Vec<String>>,
}

/// A sellable sku.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Unique within the catalogue.
    #[schemars(length(min = 1))]
    pub sku: String,
    /// The style this is a variant of; a slate shows one product a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub group: Option<String>,
    /// What a shopper reads.
    pub title: String,
    /// The name on the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// Who sells it to the retailer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// Path such as `grocery/beverages/coffee`.
    #[schemars(length(min = 1))]
    pub category: String,
    /// The retailer's own brand.
    #[serde(default)]
    pub private_label: bool,
    /// Regular price in the catalogue's currency.
    #[schemars(range(max = 1e12), extend("exclusiveMinimum" = 0))]
    pub price: f64,
    /// What a unit costs the retailer, in the catalogue's currency.
    #[schemars(range(min = 0.0, max = 1e12))]
    pub unit_cost: f64,
    /// What the vendor pays the retailer a unit sold.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e12))]
    pub vendor_funding: f64,
    /// What picking and delivery of a unit costs.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e12))]
    pub fulfilment_cost: f64,
    /// First day of sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launched_on: Option<NaiveDate>,
    /// First day it is not sold any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discontinued_on: Option<NaiveDate>,
    /// Days since the stock at hand came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0))]
    pub stock_age_days: Option<f64>,
    /// Units available divided by mean daily units of the last 28 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0))]
    pub stock_cover_days: Option<f64>,
    /// Share of units sold that come back, 0..1.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub return_rate: f64,
    /// Mean of shoppers' ratings, 0..5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 5.0))]
    pub rating: Option<f64>,
    /// Months in which it is in season, 1..12.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(range(min = 1, max = 12)))]
    pub season_months: Vec<u8>,
    /// Free labels; `clearance` exempts from margin floors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What the category knows of it: roast, size, voltage.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, AttributeValue>,
    /// Channels that sell it; empty is all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// Regions whose stores may not sell it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_sold_in: Vec<String>,
    /// What a shopper must be permitted to see, such as `age21`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restrictions: Vec<String>,
    /// Shown unasked only with the shopper's consent.
    #[serde(default)]
    pub sensitive: bool,
    /// Where its picture is: an https or http URL, or a file path relative to the data's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub image: Option<String>,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum AttributeValue {
    /// `true` or `false`.
    Bool(bool),
    /// A number; integers are read as doubles.
    Number(f64),
    /// A text.
    Text(String),
}

/// Read at one go: what is derived tries one kind after the other and makes an error of each
/// that does not fit, which takes a tenth of the time of opening a snapshot.
impl<'de> Deserialize<'de> for AttributeValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value;

        impl Visitor<'_> for Value {
            type Value = AttributeValue;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a text, a number, true or false")
            }

            fn visit_bool<E>(self, value: bool) -> Result<AttributeValue, E> {
                Ok(AttributeValue::Bool(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<AttributeValue, E> {
                Ok(AttributeValue::Number(value as f64))
            }

            fn visit_u64<E>(self, value: u64) -> Result<AttributeValue, E> {
                Ok(AttributeValue::Number(value as f64))
            }

            fn visit_f64<E>(self, value: f64) -> Result<AttributeValue, E> {
                Ok(AttributeValue::Number(value))
            }

            fn visit_str<E>(self, value: &str) -> Result<AttributeValue, E> {
                Ok(AttributeValue::Text(value.to_owned()))
            }

            fn visit_string<E>(self, value: String) -> Result<AttributeValue, E> {
                Ok(AttributeValue::Text(value))
            }
        }

        deserializer.deserialize_any(Value)
    }
}

/// A store or warehouse.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// Unique within the catalogue.
    #[schemars(length(min = 1))]
    pub id: String,
    /// The region whose rules and bans hold there.
    pub region: String,
    /// IANA time zone, such as `Europe/Berlin`.
    #[schemars(extend("format" = "iana-time-zone"))]
    pub tz: String,
}

/// The stock of one sku at one location, in units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InventoryRow {
    /// Where.
    pub location: String,
    /// What.
    pub sku: String,
    /// Units on the shelf; below zero where the books are behind.
    #[schemars(range(min = -1_000_000_000_000_i64, max = 1_000_000_000_000_i64))]
    pub on_hand: i64,
    /// Units promised to orders.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1_000_000_000_000_i64))]
    pub reserved: i64,
    /// Units kept back.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1_000_000_000_000_i64))]
    pub safety_stock: i64,
}

/// A delivery on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InboundRow {
    /// Where to.
    pub location: String,
    /// What.
    pub sku: String,
    /// Units.
    #[schemars(range(min = 0, max = 1_000_000_000_000_i64))]
    pub quantity: i64,
    /// The day it is due.
    pub due: NaiveDate,
}

/// A price promotion: which products (`skus` or `when`), and one of `percent_off`,
/// `amount_off` and `price`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Promotion {
    /// Unique within the catalogue.
    #[schemars(length(min = 1))]
    pub id: String,
    /// The products it names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skus: Option<Vec<String>>,
    /// A condition over products at their regular price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Percent taken off the regular price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 100.0))]
    pub percent_off: Option<f64>,
    /// Money taken off the regular price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e12))]
    pub amount_off: Option<f64>,
    /// The promotional price itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e12), extend("exclusiveMinimum" = 0))]
    pub price: Option<f64>,
    /// First instant in force; absent is always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<FixedOffset>>,
    /// First instant not in force any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<FixedOffset>>,
    /// Channels; empty is all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// Segments, any of; empty is all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1. An attribute is what its JSON is, and nothing but a text, a number or a truth value.
    #[test]
    fn an_attribute_is_read_as_what_it_is() {
        let read = serde_json::from_str::<AttributeValue>;
        assert_eq!(read("true").ok(), Some(AttributeValue::Bool(true)));
        assert_eq!(read("500").ok(), Some(AttributeValue::Number(500.0)));
        assert_eq!(read("-2").ok(), Some(AttributeValue::Number(-2.0)));
        assert_eq!(read("0.5").ok(), Some(AttributeValue::Number(0.5)));
        let text = AttributeValue::Text("da\"rk".to_owned());
        assert_eq!(read(r#""da\"rk""#).ok(), Some(text));
        for other in ["null", "[1]", "{}"] {
            let error = read(other).expect_err("none of the three");
            assert!(
                error
                    .to_string()
                    .contains("a text, a number, true or false")
            );
        }
    }
}
