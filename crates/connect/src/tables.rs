//! The tables and columns that a mapping fills and an export writes.

/// A table with its columns; every one is named as in the documents.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [&'static str],
}

const fn table(name: &'static str, columns: &'static [&'static str]) -> Table {
    Table { name, columns }
}

pub(crate) const META: Table = table("meta", &["key", "value"]);
pub(crate) const PROVENANCE: Table = table(
    "provenance",
    &["table_name", "column_name", "provenance", "note"],
);
pub(crate) const LOCATIONS: Table = table("locations", &["id", "region", "tz"]);
pub(crate) const PRODUCTS: Table = table(
    "products",
    &[
        "sku",
        "group",
        "title",
        "brand",
        "vendor",
        "category",
        "private_label",
        "price",
        "unit_cost",
        "vendor_funding",
        "fulfilment_cost",
        "launched_on",
        "discontinued_on",
        "stock_age_days",
        "stock_cover_days",
        "return_rate",
        "rating",
        "season_months",
        "tags",
        "attributes",
        "channels",
        "not_sold_in",
        "restrictions",
        "sensitive",
    ],
);
pub(crate) const INVENTORY: Table = table(
    "inventory",
    &["location", "sku", "on_hand", "reserved", "safety_stock"],
);
pub(crate) const INBOUND: Table = table("inbound", &["location", "sku", "quantity", "due"]);
pub(crate) const PROMOTIONS: Table = table(
    "promotions",
    &[
        "id",
        "skus",
        "when",
        "percent_off",
        "amount_off",
        "price",
        "from",
        "until",
        "channels",
        "segments",
    ],
);
pub(crate) const SUBSTITUTES: Table = table("substitutes", &["sku", "position", "substitute"]);
pub(crate) const SOURCING: Table = table("sourcing", &["channel", "position", "location"]);
pub(crate) const SHOPPERS: Table = table(
    "shoppers",
    &[
        "id",
        "segments",
        "tier",
        "permits",
        "consent_personalization",
        "consent_email",
        "consent_sensitive",
        "home_store",
    ],
);
pub(crate) const ORDER_LINES: Table = table(
    "order_lines",
    &[
        "order_id",
        "shopper",
        "sku",
        "store",
        "channel",
        "at",
        "quantity",
        "unit_price",
    ],
);
pub(crate) const RETURNS: Table =
    table("returns", &["order_id", "shopper", "sku", "on", "quantity"]);

/// Every table, in the order rows are taken over: what others refer to comes first.
pub(crate) const TABLES: [Table; 12] = [
    META,
    PROVENANCE,
    LOCATIONS,
    PRODUCTS,
    INVENTORY,
    INBOUND,
    PROMOTIONS,
    SUBSTITUTES,
    SOURCING,
    SHOPPERS,
    ORDER_LINES,
    RETURNS,
];

/// A name as SQL writes it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
