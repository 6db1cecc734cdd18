//! Kitchen and living.

use super::Brand::{AlderStreet, HarborPine, HearthLoom, IslaFern, KitchenRow, LindenHouse};
use super::{Axis, GOODS, Kind, Size};

/// What is bought once and sometimes comes back.
const DURABLE: Kind = Kind {
    margin: 0.44,
    demand: 0.3,
    return_rate: 0.08,
    fulfilment: 2.4,
    cover_days: 60.0,
    ..GOODS
};

pub(super) const KITCHEN: &[Kind] = &[
    Kind {
        code: "PAN",
        path: "home/kitchen/cookware",
        title: "{material} {pan}",
        axes: &[
            Axis(
                "material",
                &["cast iron", "stainless steel", "carbon steel", "enamelled"],
            ),
            Axis(
                "pan",
                &["frying pan", "casserole", "saucepan", "wok", "roasting tin"],
            ),
        ],
        sizes: &[Size("20 cm", 1.0), Size("24 cm", 1.25), Size("28 cm", 1.5)],
        brands: &[HearthLoom, LindenHouse, HarborPine],
        price: (19.0, 69.0),
        share: 3,
        fulfilment: 4.2,
        ..DURABLE
    },
    Kind {
        code: "TAB",
        path: "home/kitchen/tableware",
        title: "{colour} {material} {piece}",
        axes: &[
            Axis("colour", &["sand", "slate", "white", "moss", "indigo"]),
            Axis("material", &["stoneware", "porcelain", "glass"]),
            Axis("piece", &["plate", "bowl", "mug", "serving dish"]),
        ],
        sizes: &[
            Size("single", 1.0),
            Size("set of 2", 1.9),
            Size("set of 4", 3.6),
        ],
        brands: &[LindenHouse, HearthLoom, AlderStreet],
        price: (4.9, 14.0),
        margin: 0.50,
        share: 3,
        demand: 0.45,
        ..DURABLE
    },
    Kind {
        code: "BRW",
        path: "home/kitchen/coffee makers",
        title: "{material} {maker}",
        axes: &[
            Axis("material", &["glass", "steel", "ceramic", "copper"]),
            Axis(
                "maker",
                &[
                    "pour-over dripper",
                    "French press",
                    "moka pot",
                    "hand grinder",
                ],
            ),
        ],
        sizes: &[
            Size("2 cups", 1.0),
            Size("4 cups", 1.3),
            Size("8 cups", 1.7),
        ],
        brands: &[HarborPine, HearthLoom, KitchenRow],
        price: (14.0, 48.0),
        season: &[11, 12],
        ..DURABLE
    },
    Kind {
        code: "KNI",
        path: "home/kitchen/tools",
        title: "{material} handled {tool}",
        axes: &[
            Axis("material", &["walnut", "oak", "olive wood", "beech"]),
            Axis(
                "tool",
                &["chef's knife", "paring knife", "whisk", "peeler", "spatula"],
            ),
        ],
        sizes: &[Size("small", 1.0), Size("large", 1.35)],
        brands: &[HearthLoom, LindenHouse, KitchenRow],
        price: (6.9, 34.0),
        share: 2,
        ..DURABLE
    },
];

pub(super) const LIVING: &[Kind] = &[
    Kind {
        code: "CAN",
        path: "home/living/candles",
        title: "{scent} {wax} candle",
        axes: &[
            Axis(
                "scent",
                &[
                    "cedar",
                    "fig",
                    "cinnamon",
                    "linen",
                    "orange peel",
                    "unscented",
                ],
            ),
            Axis("wax", &["soy wax", "beeswax", "rapeseed wax"]),
        ],
        sizes: &[
            Size("20 hours", 1.0),
            Size("40 hours", 1.6),
            Size("70 hours", 2.4),
        ],
        brands: &[HearthLoom, LindenHouse, IslaFern],
        price: (4.9, 12.0),
        margin: 0.54,
        share: 3,
        demand: 0.7,
        season: &[10, 11, 12, 1],
        return_rate: 0.03,
        fulfilment: 1.1,
        ..DURABLE
    },
    Kind {
        code: "TEX",
        path: "home/living/textiles",
        title: "{colour} {weave} {piece}",
        axes: &[
            Axis("colour", &["sand", "rust", "forest", "ink", "oat"]),
            Axis("weave", &["linen", "washed cotton", "wool", "waffle"]),
            Axis(
                "piece",
                &["throw", "cushion cover", "towel", "bed linen", "tablecloth"],
            ),
        ],
        sizes: &[Size("small", 1.0), Size("medium", 1.4), Size("large", 1.9)],
        brands: &[HearthLoom, LindenHouse, IslaFern],
        price: (9.0, 38.0),
        margin: 0.50,
        share: 3,
        demand: 0.45,
        season_words: &[("wool", &[10, 11, 12, 1])],
        return_rate: 0.19,
        ..DURABLE
    },
    Kind {
        code: "DEC",
        path: "home/living/seasonal decoration",
        title: "{material} {piece}",
        axes: &[
            Axis("material", &["paper", "brass", "glass", "birch"]),
            Axis("piece", &["star", "garland", "lantern", "wreath", "bauble"]),
        ],
        sizes: &[Size("small", 1.0), Size("large", 1.6)],
        brands: &[LindenHouse, HearthLoom],
        price: (3.9, 16.0),
        margin: 0.56,
        share: 2,
        demand: 0.6,
        season: &[11, 12],
        return_rate: 0.06,
        ..DURABLE
    },
    Kind {
        code: "GAR",
        path: "home/living/balcony and garden",
        title: "{material} {piece}",
        axes: &[
            Axis("material", &["terracotta", "zinc", "bamboo", "recycled"]),
            Axis(
                "piece",
                &["planter", "watering can", "herb box", "bird feeder"],
            ),
        ],
        sizes: &[Size("small", 1.0), Size("medium", 1.5), Size("large", 2.1)],
        brands: &[LindenHouse, HearthLoom, AlderStreet],
        price: (5.9, 22.0),
        share: 2,
        demand: 0.5,
        season: &[3, 4, 5, 6],
        ..DURABLE
    },
];
