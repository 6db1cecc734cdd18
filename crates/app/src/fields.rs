//! The fields of a product in words, each with where it comes from.

use chrono::NaiveDate;
use endcap_store::Provenance;
use endcap_store::tables::PRODUCTS;
use endcap_vocab::{AttributeValue, Product};

use crate::sheet::Record;
use crate::words::{both, date, heading, percent, rounded};

/// One field of a product.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetField {
    /// Its name in documents, such as `unit_cost`; an attribute's is `attributes.roast`.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// Its value in words; `Not known` where the data has none.
    pub value: String,
    /// Whether the data has a value.
    pub is_known: bool,
    /// Where it comes from, where that is known.
    pub from: Option<FieldSource>,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSource {
    /// How much of it the source states.
    pub provenance: Provenance,
    /// How it was made, for people.
    pub note: String,
}

/// Every field, in the order of the products table; attributes last.
pub(crate) fn fields(record: &Record, currency: &str) -> Vec<SheetField> {
    let product = &record.product;
    let field =
        |name: String, label: String, value: Result<String, &str>, column: &str| SheetField {
            is_known: value.is_ok(),
            // What the data lacks comes from nowhere.
            from: record
                .source(PRODUCTS.name, column)
                .filter(|_| value.is_ok()),
            value: value.unwrap_or_else(str::to_owned),
            name,
            label,
        };
    let columns = PRODUCTS
        .columns
        .iter()
        .filter(|column| **column != "attributes");
    let of_columns = columns.map(|column| {
        let value = value(product, column, currency);
        field((*column).to_owned(), label(column), value, column)
    });
    let of_attributes = product.attributes.iter().map(|(name, value)| {
        let said = match value {
            AttributeValue::Bool(value) => yes(*value),
            AttributeValue::Number(value) => value.to_string(),
            AttributeValue::Text(value) => value.clone(),
        };
        let path = format!("attributes.{name}");
        field(path, heading(name), Ok(said), "attributes")
    });
    of_columns.chain(of_attributes).collect()
}

fn label(column: &str) -> String {
    match column {
        "group" => "Style".to_owned(),
        "private_label" => "Own brand".to_owned(),
        "price" => "Regular price".to_owned(),
        "stock_age_days" => "Age of stock".to_owned(),
        "stock_cover_days" => "Stock cover".to_owned(),
        "season_months" => "In season".to_owned(),
        "channels" => "Sold on".to_owned(),
        "restrictions" => "Shoppers need".to_owned(),
        _ => heading(column),
    }
}

/// A value in words, or what stands there where the data has none.
fn value(product: &Product, column: &str, currency: &str) -> Result<String, &'static str> {
    const UNKNOWN: &str = "Not known";
    let money = |amount: f64| Ok(format!("{amount:.2} {currency}"));
    let text = |text: &Option<String>, none| text.clone().ok_or(none);
    let day = |day: Option<NaiveDate>, none| day.map(date).ok_or(none);
    let days = |days: Option<f64>| {
        let days = days.ok_or(UNKNOWN)?;
        let s = if days == 1.0 { "" } else { "s" };
        Ok(format!("{} day{s}", rounded(days)))
    };
    let list = |list: &[String], none| {
        if list.is_empty() {
            return Err(none);
        }
        Ok(list.join(", "))
    };
    match column {
        "sku" => Ok(product.sku.clone()),
        "group" => text(&product.group, "Its own"),
        "title" => Ok(product.title.clone()),
        "brand" => text(&product.brand, UNKNOWN),
        "vendor" => text(&product.vendor, UNKNOWN),
        "category" => Ok(product.category.replace('/', " › ")),
        "private_label" => Ok(yes(product.private_label)),
        "price" => money(product.price),
        "unit_cost" => money(product.unit_cost),
        "vendor_funding" => money(product.vendor_funding),
        "fulfilment_cost" => money(product.fulfilment_cost),
        "launched_on" => day(product.launched_on, UNKNOWN),
        "discontinued_on" => day(product.discontinued_on, "Not planned"),
        "stock_age_days" => days(product.stock_age_days),
        "stock_cover_days" => days(product.stock_cover_days),
        "return_rate" => Ok(percent(product.return_rate)),
        "rating" => product
            .rating
            .map(|rating| format!("{} of 5", rounded(rating)))
            .ok_or(UNKNOWN),
        "season_months" => months(&product.season_months).ok_or("No season"),
        "tags" => list(&product.tags, "None"),
        "channels" => list(&product.channels, "Every channel"),
        "not_sold_in" => list(&product.not_sold_in, "Sold in every region"),
        "restrictions" => list(&product.restrictions, "No permit"),
        "sensitive" => Ok(yes(product.sensitive)),
        _ => Err(UNKNOWN),
    }
}

fn yes(value: bool) -> String {
    if value { "Yes" } else { "No" }.to_owned()
}

fn months(months: &[u8]) -> Option<String> {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let names: Vec<&str> = months
        .iter()
        .filter_map(|month| NAMES.get(usize::from(*month).checked_sub(1)?).copied())
        .collect();
    (!names.is_empty()).then(|| both(&names))
}

#[cfg(test)]
mod tests {
    use super::*;
    use endcap_testkit::build::product;

    #[test]
    fn every_column_has_a_value_or_says_what_its_absence_means() {
        let mut product = product("A");
        product.rating = Some(4.25);
        product.return_rate = 0.021;
        product.season_months = vec![11, 12];
        product.launched_on = NaiveDate::from_ymd_opt(2026, 3, 9);
        product.price = 7.5;
        product.channels = vec!["app".to_owned(), "web".to_owned()];
        product
            .attributes
            .insert("roast_level".to_owned(), AttributeValue::Number(3.0));
        let record = Record::of(product);
        let fields = fields(&record, "EUR");
        let said = |name: &str| {
            let field = fields.iter().find(|field| field.name == name).unwrap();
            (field.value.as_str(), field.is_known)
        };
        assert_eq!(said("rating"), ("4.25 of 5", true));
        assert_eq!(said("return_rate"), ("2.1%", true));
        assert_eq!(said("season_months"), ("November and December", true));
        assert_eq!(said("launched_on"), ("9 March 2026", true));
        assert_eq!(said("discontinued_on"), ("Not planned", false));
        assert_eq!(said("price"), ("7.50 EUR", true));
        assert_eq!(said("channels"), ("app, web", true));
        assert_eq!(said("attributes.roast_level"), ("3", true));
        // Every column but `attributes`, and the one attribute.
        assert_eq!(fields.len(), PRODUCTS.columns.len());
        let unknown = fields.iter().filter(|field| field.value == "Not known");
        assert!(unknown.clone().all(|field| !field.is_known));
    }
}
