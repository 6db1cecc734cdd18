-- The mapping of Endcap's own CSV files: what an export writes, and what a retailer who fills
-- these files by hand writes. One file a table, a table without rows may be left out; meta.csv
-- holds `currency` and `taken_at`. Lists and attributes are JSON. An absent value is an empty
-- field; where a text may be absent, one that is there and empty is written `\`, and one that
-- begins with `\` has another before it.

INSERT INTO meta (
    key, value, _file, _line
)
SELECT
    key, value, _file, _line
FROM source.meta;

INSERT INTO provenance (
    table_name, column_name, provenance, note, _file, _line
)
SELECT
    table_name, column_name, provenance, note, _file, _line
FROM source.provenance;

INSERT INTO locations (
    id, region, tz, _file, _line
)
SELECT
    id, region, tz, _file, _line
FROM source.locations;

INSERT INTO products (
    sku, "group", title, brand, vendor, category, private_label, price, unit_cost,
    vendor_funding, fulfilment_cost, launched_on, discontinued_on, stock_age_days,
    stock_cover_days, return_rate, rating, season_months, tags, attributes, channels,
    not_sold_in, restrictions, sensitive, image, _file, _line
)
SELECT
    sku, optional("group"), title, optional(brand), optional(vendor), category, private_label,
    price, unit_cost, vendor_funding, fulfilment_cost, launched_on, discontinued_on,
    stock_age_days, stock_cover_days, return_rate, rating, season_months, tags, attributes,
    channels, not_sold_in, restrictions, sensitive, optional(image), _file, _line
FROM source.products;

INSERT INTO inventory (
    location, sku, on_hand, reserved, safety_stock, _file, _line
)
SELECT
    location, sku, on_hand, reserved, safety_stock, _file, _line
FROM source.inventory;

INSERT INTO inbound (
    location, sku, quantity, due, _file, _line
)
SELECT
    location, sku, quantity, due, _file, _line
FROM source.inbound;

INSERT INTO promotions (
    id, skus, "when", percent_off, amount_off, price, "from", until, channels, segments, _file,
    _line
)
SELECT
    id, skus, optional("when"), percent_off, amount_off, price, "from", until, channels,
    segments, _file, _line
FROM source.promotions;

INSERT INTO substitutes (
    sku, position, substitute, _file, _line
)
SELECT
    sku, position, substitute, _file, _line
FROM source.substitutes;

INSERT INTO sourcing (
    channel, position, location, _file, _line
)
SELECT
    channel, position, optional(location), _file, _line
FROM source.sourcing;

INSERT INTO shoppers (
    id, segments, tier, permits, consent_personalization, consent_email, consent_sensitive,
    home_store, _file, _line
)
SELECT
    id, segments, optional(tier), permits, consent_personalization, consent_email,
    consent_sensitive, optional(home_store), _file, _line
FROM source.shoppers;

INSERT INTO order_lines (
    order_id, shopper, sku, store, channel, at, quantity, unit_price, _file, _line
)
SELECT
    order_id, optional(shopper), sku, optional(store), optional(channel), at, quantity,
    unit_price, _file, _line
FROM source.order_lines;

INSERT INTO returns (
    order_id, shopper, sku, "on", quantity, _file, _line
)
SELECT
    optional(order_id), optional(shopper), sku, "on", quantity, _file, _line
FROM source.returns;
