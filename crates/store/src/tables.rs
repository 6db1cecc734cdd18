//! The tables of a snapshot by the names that mappings, exports and provenance use.

/// A table with its columns; every one is named as in the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [&'static str],
}

const fn table(name: &'static str, columns: &'static [&'static str]) -> Table {
    Table { name, columns }
}

/// What is true of the whole snapshot.
pub const META: Table = table("meta", &["key", "value"]);
/// Where the values of columns come from.
pub const PROVENANCE: Table = table(
    "provenance",
    &["table_name", "column_name", "provenance", "note"],
);
/// Stores and warehouses.
pub const LOCATIONS: Table = table("locations", &["id", "region", "tz"]);
/// Products.
pub const PRODUCTS: Table = table(
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
        "image",
    ],
);
/// Stock by location.
pub const INVENTORY: Table = table(
    "inventory",
    &["location", "sku", "on_hand", "reserved", "safety_stock"],
);
/// Deliveries on their way.
pub const INBOUND: Table = table("inbound", &["location", "sku", "quantity", "due"]);
/// Price promotions.
pub const PROMOTIONS: Table = table(
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
/// What may stand in for a product, best first.
pub const SUBSTITUTES: Table = table("substitutes", &["sku", "position", "substitute"]);
/// Which locations serve a channel.
pub const SOURCING: Table = table("sourcing", &["channel", "position", "location"]);
/// Shoppers.
pub const SHOPPERS: Table = table(
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
/// Order lines.
pub const ORDER_LINES: Table = table(
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
/// Returned units.
pub const RETURNS: Table = table("returns", &["order_id", "shopper", "sku", "on", "quantity"]);

/// Every table, in the order rows are taken over: what others refer to comes first.
pub const TABLES: [Table; 12] = [
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
