//! The fields of a product in words, each with where it comes from.

use chrono::NaiveDate;
use endcap_store::Provenance;
use endcap_store::tables::PRODUCTS;
use endcap_vocab::{AttributeValue, Product};

use crate::sheet::Record;
use crate::words::{both, heading, rounded};

/// One field of a product.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetField {
    /// Its name in documents, such as `unit_cost`; an attribute's is `attributes.roast`.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// Its value; `Not known` and the like where the data has none.
    pub value: SheetValue,
    /// Whether the data has a value.
    pub is_known: bool,
    /// Where it comes from, where that is known.
    pub from: Option<FieldSource>,
}

/// The value of a field; the reader's settings say how amounts and days are written.
#[derive(Debug, Clone, PartialEq)]
pub enum SheetValue {
    /// In words.
    Text(String),
    /// An amount in the retailer's currency.
    Money(f64),
    /// A day.
    Day(NaiveDate),
    /// A share, 1 being all of it.
    Share(f64),
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
pub(crate) fn fields(record: &Record) -> Vec<SheetField> {
    let product = &record.product;
    let field =
        |name: String, label: String, value: Result<SheetValue, &str>, column: &str| SheetField {
            is_known: value.is_ok(),
            // What the data lacks comes from nowhere.
            from: record
                .source(PRODUCTS.name, column)
                .filter(|_| value.is_ok()),
            value: value.unwrap_or_else(|none| SheetValue::Text(none.to_owned())),
            name,
            label,
        };
    let columns = PRODUCTS
        .columns
        .iter()
        .filter(|column| **column != "attributes");
    let of_columns = columns.map(|column| {
        let value = value(product, column);
        field((*column).to_owned(), label(column), value, column)
    });
    let of_attributes = product.attributes.iter().map(|(name, value)| {
        let said = match value {
            AttributeValue::Bool(value) => yes(*value),
            AttributeValue::Number(value) => value.to_string(),
            AttributeValue::Text(value) => value.clone(),
        };
        let path = format!("attributes.{name}");
        field(
            path,
            heading(name),
            Ok(SheetValue::Text(said)),
            "attributes",
        )
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

/// A value, or what stands there where the data has none.
fn value(product: &Product, column: &str) -> Result<SheetValue, &'static str> {
    const UNKNOWN: &str = "Not known";
    let money = |amount| Ok(SheetValue::Money(amount));
    let text = |text: &Option<String>, none| text.clone().map(SheetValue::Text).ok_or(none);
    let said = |text| Ok(SheetValue::Text(text));
    let day = |day: Option<NaiveDate>, none| day.map(SheetValue::Day).ok_or(none);
    let days = |days: Option<f64>| {
        let days = days.ok_or(UNKNOWN)?;
        let s = if days == 1.0 { "" } else { "s" };
        said(format!("{} day{s}", rounded(days)))
    };
    let list = |list: &[String], none| {
        if list.is_empty() {
            return Err(none);
        }
        said(list.join(", "))
    };
    match column {
        "sku" => said(product.sku.clone()),
        "group" => text(&product.group, "Its own"),
        "title" => said(product.title.clone()),
        "brand" => text(&product.brand, UNKNOWN),
        "vendor" => text(&product.vendor, UNKNOWN),
        "category" => said(product.category.replace('/', " › ")),
        "private_label" => said(yes(product.private_label)),
        "price" => money(product.price),
        "unit_cost" => money(product.unit_cost),
        "vendor_funding" => money(product.vendor_funding),
        "fulfilment_cost" => money(product.fulfilment_cost),
        "launched_on" => day(product.launched_on, UNKNOWN),
        "discontinued_on" => day(product.discontinued_on, "Not planned"),
        "stock_age_days" => days(product.stock_age_days),
        "stock_cover_days" => days(product.stock_cover_days),
        "return_rate" => Ok(SheetValue::Share(product.return_rate)),
        "rating" => {
            let rating = product.rating.ok_or(UNKNOWN)?;
            said(format!("{} of 5", rounded(rating)))
        }
        "season_months" => said(months(&product.season_months).ok_or("No season")?),
        "tags" => list(&product.tags, "None"),
        "channels" => list(&product.channels, "Every channel"),
        "not_sold_in" => list(&product.not_sold_in, "Sold in every region"),
        "restrictions" => list(&product.restrictions, "No permit"),
        "sensitive" => said(yes(product.sensitive)),
        "image" => text(&product.image, "A pictogram stands in"),
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
        let fields = fields(&record);
        let said = |name: &str| {
            let field = fields.iter().find(|field| field.name == name).unwrap();
            (field.value.clone(), field.is_known)
        };
        let text = |text: &str| SheetValue::Text(text.to_owned());
        assert_eq!(said("rating"), (text("4.25 of 5"), true));
        assert_eq!(said("return_rate"), (SheetValue::Share(0.021), true));
        assert_eq!(said("season_months"), (text("November and December"), true));
        let launched = NaiveDate::from_ymd_opt(2026, 3, 9).unwrap();
        assert_eq!(said("launched_on"), (SheetValue::Day(launched), true));
        assert_eq!(said("discontinued_on"), (text("Not planned"), false));
        assert_eq!(said("price"), (SheetValue::Money(7.5), true));
        assert_eq!(said("channels"), (text("app, web"), true));
        assert_eq!(said("attributes.roast_level"), (text("3"), true));
        // Every column but `attributes`, and the one attribute.
        assert_eq!(fields.len(), PRODUCTS.columns.len());
        let unknown = fields
            .iter()
            .filter(|field| field.value == text("Not known"));
        assert!(unknown.clone().all(|field| !field.is_known));
    }
}
