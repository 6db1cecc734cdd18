-- Version 1 of a snapshot. A constraint's name is the sentence that a refused row shows.
-- Lists and attributes are JSON; days are ISO 8601 and instants RFC 3339 text.

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counts (
    table_name TEXT NOT NULL PRIMARY KEY,
    rows INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE products (
    sku TEXT NOT NULL PRIMARY KEY
        CONSTRAINT "`sku` must not be empty" CHECK (sku <> ''),
    "group" TEXT
        CONSTRAINT "`group` must not be empty" CHECK ("group" <> ''),
    title TEXT NOT NULL,
    brand TEXT,
    vendor TEXT,
    category TEXT NOT NULL
        CONSTRAINT "`category` must not be empty" CHECK (category <> '')
        CONSTRAINT "`category` must not begin or end with `/`"
            CHECK (category NOT GLOB '/*' AND category NOT GLOB '*/')
        CONSTRAINT "`category` has an empty segment" CHECK (category NOT GLOB '*//*'),
    private_label INTEGER NOT NULL DEFAULT 0
        CONSTRAINT "`private_label` must be 0 or 1" CHECK (private_label IN (0, 1)),
    price REAL NOT NULL
        CONSTRAINT "`price` must be above 0 and at most 1e12"
            CHECK (price > 0 AND price <= 1e12),
    unit_cost REAL NOT NULL
        CONSTRAINT "`unit_cost` must be 0 or more and at most 1e12"
            CHECK (unit_cost >= 0 AND unit_cost <= 1e12),
    vendor_funding REAL NOT NULL DEFAULT 0
        CONSTRAINT "`vendor_funding` must be 0 or more and at most 1e12"
            CHECK (vendor_funding >= 0 AND vendor_funding <= 1e12),
    fulfilment_cost REAL NOT NULL DEFAULT 0
        CONSTRAINT "`fulfilment_cost` must be 0 or more and at most 1e12"
            CHECK (fulfilment_cost >= 0 AND fulfilment_cost <= 1e12),
    launched_on TEXT
        CONSTRAINT "`launched_on` must be a date such as 2026-11-20"
            CHECK (launched_on IS date(launched_on)),
    discontinued_on TEXT
        CONSTRAINT "`discontinued_on` must be a date such as 2026-11-20"
            CHECK (discontinued_on IS date(discontinued_on)),
    stock_age_days REAL
        CONSTRAINT "`stock_age_days` must be 0 or more and finite"
            CHECK (stock_age_days >= 0 AND stock_age_days < 9e999),
    stock_cover_days REAL
        CONSTRAINT "`stock_cover_days` must be 0 or more and finite"
            CHECK (stock_cover_days >= 0 AND stock_cover_days < 9e999),
    return_rate REAL NOT NULL DEFAULT 0
        CONSTRAINT "`return_rate` must be from 0 to 1" CHECK (return_rate BETWEEN 0 AND 1),
    rating REAL
        CONSTRAINT "`rating` must be from 0 to 5" CHECK (rating BETWEEN 0 AND 5),
    season_months TEXT NOT NULL DEFAULT '[]',
    tags TEXT NOT NULL DEFAULT '[]',
    attributes TEXT NOT NULL DEFAULT '{}',
    channels TEXT NOT NULL DEFAULT '[]',
    not_sold_in TEXT NOT NULL DEFAULT '[]',
    restrictions TEXT NOT NULL DEFAULT '[]',
    sensitive INTEGER NOT NULL DEFAULT 0
        CONSTRAINT "`sensitive` must be 0 or 1" CHECK (sensitive IN (0, 1)),
    CONSTRAINT "a list is not a JSON list" CHECK (
        json_type(season_months) = 'array' AND json_type(tags) = 'array'
        AND json_type(channels) = 'array' AND json_type(not_sold_in) = 'array'
        AND json_type(restrictions) = 'array'),
    CONSTRAINT "`attributes` is not a JSON object" CHECK (json_type(attributes) = 'object')
) STRICT, WITHOUT ROWID;

-- Where pictures are, of the products that have one. Files that are older than this table lack
-- it, and programs that are older overlook it, so it is no new version.
CREATE TABLE images (
    sku TEXT NOT NULL PRIMARY KEY,
    image TEXT NOT NULL
        CONSTRAINT "`image` must not be empty" CHECK (image <> '')
) STRICT, WITHOUT ROWID;

CREATE TABLE locations (
    id TEXT NOT NULL PRIMARY KEY
        CONSTRAINT "`id` must not be empty" CHECK (id <> ''),
    region TEXT NOT NULL,
    tz TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE inventory (
    location TEXT NOT NULL,
    sku TEXT NOT NULL
        CONSTRAINT "`sku` must not be empty" CHECK (sku <> ''),
    on_hand INTEGER NOT NULL
        CONSTRAINT "`on_hand` must be from -1000000000000 to 1000000000000"
            CHECK (on_hand BETWEEN -1000000000000 AND 1000000000000),
    reserved INTEGER NOT NULL DEFAULT 0
        CONSTRAINT "`reserved` must be from 0 to 1000000000000"
            CHECK (reserved BETWEEN 0 AND 1000000000000),
    safety_stock INTEGER NOT NULL DEFAULT 0
        CONSTRAINT "`safety_stock` must be from 0 to 1000000000000"
            CHECK (safety_stock BETWEEN 0 AND 1000000000000),
    PRIMARY KEY (location, sku)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbound (
    location TEXT NOT NULL,
    sku TEXT NOT NULL
        CONSTRAINT "`sku` must not be empty" CHECK (sku <> ''),
    quantity INTEGER NOT NULL
        CONSTRAINT "`quantity` must be from 0 to 1000000000000"
            CHECK (quantity BETWEEN 0 AND 1000000000000),
    due TEXT NOT NULL
        CONSTRAINT "`due` must be a date such as 2026-11-20" CHECK (due IS date(due))
) STRICT;

CREATE TABLE promotions (
    id TEXT NOT NULL PRIMARY KEY
        CONSTRAINT "`id` must not be empty" CHECK (id <> ''),
    skus TEXT
        CONSTRAINT "`skus` is not a JSON list" CHECK (json_type(skus) = 'array'),
    "when" TEXT,
    percent_off REAL
        CONSTRAINT "`percent_off` must be from 0 to 100" CHECK (percent_off BETWEEN 0 AND 100),
    amount_off REAL
        CONSTRAINT "`amount_off` must be 0 or more and at most 1e12"
            CHECK (amount_off >= 0 AND amount_off <= 1e12),
    price REAL
        CONSTRAINT "`price` must be above 0 and at most 1e12"
            CHECK (price > 0 AND price <= 1e12),
    "from" TEXT,
    until TEXT,
    channels TEXT NOT NULL DEFAULT '[]',
    segments TEXT NOT NULL DEFAULT '[]',
    CONSTRAINT "needs one of `skus` and `when`"
        CHECK ((skus IS NULL) + ("when" IS NULL) = 1),
    CONSTRAINT "needs one of `percent_off`, `amount_off` and `price`"
        CHECK ((percent_off IS NULL) + (amount_off IS NULL) + (price IS NULL) = 2),
    CONSTRAINT "a list is not a JSON list"
        CHECK (json_type(channels) = 'array' AND json_type(segments) = 'array')
) STRICT, WITHOUT ROWID;

CREATE TABLE substitutes (
    sku TEXT NOT NULL
        CONSTRAINT "`sku` must not be empty" CHECK (sku <> ''),
    position INTEGER NOT NULL,
    substitute TEXT NOT NULL,
    PRIMARY KEY (sku, position)
) STRICT, WITHOUT ROWID;

-- A channel without a row here has no entry; one that nothing serves has position 0 and no location.
CREATE TABLE sourcing (
    channel TEXT NOT NULL,
    position INTEGER NOT NULL,
    location TEXT,
    PRIMARY KEY (channel, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE shoppers (
    id TEXT NOT NULL PRIMARY KEY
        CONSTRAINT "`id` must not be empty" CHECK (id <> ''),
    segments TEXT NOT NULL DEFAULT '[]',
    tier TEXT,
    permits TEXT NOT NULL DEFAULT '[]',
    consent_personalization INTEGER NOT NULL DEFAULT 0,
    consent_email INTEGER NOT NULL DEFAULT 0,
    consent_sensitive INTEGER NOT NULL DEFAULT 0,
    home_store TEXT,
    CONSTRAINT "a list is not a JSON list"
        CHECK (json_type(segments) = 'array' AND json_type(permits) = 'array'),
    CONSTRAINT "consent must be 0 or 1"
        CHECK (consent_personalization IN (0, 1) AND consent_email IN (0, 1)
            AND consent_sensitive IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Order lines are many, so their texts are numbers here: a text's place among all of them in
-- byte order, from 1. Lines lie in the order of their columns as `at_micros, order_key, ...`.
CREATE TABLE names (
    key INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE order_lines_packed (
    at_micros INTEGER NOT NULL,
    order_key INTEGER NOT NULL,
    sku_key INTEGER NOT NULL,
    shopper_key INTEGER,
    store_key INTEGER,
    channel_key INTEGER,
    quantity REAL NOT NULL CHECK (quantity > 0 AND quantity < 9e999),
    unit_price REAL NOT NULL CHECK (unit_price >= 0 AND unit_price < 9e999),
    offset_secs INTEGER NOT NULL
) STRICT;

-- What a person reads in a SQLite shell; the instant is in UTC.
CREATE VIEW order_lines AS
SELECT orders.name AS order_id, shoppers.name AS shopper, skus.name AS sku,
    stores.name AS store, channels.name AS channel,
    strftime('%Y-%m-%dT%H:%M:%SZ', at_micros / 1000000, 'unixepoch') AS at,
    quantity, unit_price
FROM order_lines_packed
JOIN names AS orders ON orders.key = order_key
JOIN names AS skus ON skus.key = sku_key
LEFT JOIN names AS shoppers ON shoppers.key = shopper_key
LEFT JOIN names AS stores ON stores.key = store_key
LEFT JOIN names AS channels ON channels.key = channel_key;

CREATE TABLE returns (
    order_id TEXT,
    shopper TEXT,
    sku TEXT NOT NULL
        CONSTRAINT "`sku` must not be empty" CHECK (sku <> ''),
    "on" TEXT NOT NULL
        CONSTRAINT "`on` must be a date such as 2026-11-20" CHECK ("on" IS date("on")),
    quantity REAL NOT NULL
        CONSTRAINT "`quantity` must be above 0 and finite"
            CHECK (quantity > 0 AND quantity < 9e999)
) STRICT;

CREATE TABLE provenance (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    provenance TEXT NOT NULL
        CONSTRAINT "`provenance` must be observed, derived or synthetic"
            CHECK (provenance IN ('observed', 'derived', 'synthetic')),
    note TEXT NOT NULL,
    PRIMARY KEY (table_name, column_name)
) STRICT, WITHOUT ROWID;
