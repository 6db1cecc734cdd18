//! Household and beauty.

use super::Brand::{ClearTide, GreenByre, HearthLoom, IslaFern, KitchenRow, LindenHouse};
use super::{Axis, GOODS, Kind, Size};

pub(super) const CLEANING: &[Kind] = &[
    Kind {
        code: "SUR",
        path: "household/cleaning/surface cleaners",
        title: "{purpose} cleaner, {scent}",
        axes: &[
            Axis(
                "purpose",
                &["all-purpose", "bathroom", "kitchen", "glass", "floor"],
            ),
            Axis(
                "scent",
                &["lemon", "pine", "unscented", "lavender", "orange"],
            ),
        ],
        sizes: &[Size("500 ml", 1.0), Size("1 l", 1.7), Size("5 l", 6.5)],
        brands: &[ClearTide, KitchenRow, GreenByre],
        price: (1.6, 3.2),
        share: 3,
        repeat_days: 45.0,
        ..GOODS
    },
    Kind {
        code: "DIS",
        path: "household/cleaning/dishwashing",
        title: "{scent} dishwasher {form}",
        axes: &[
            Axis("scent", &["lemon", "unscented", "green apple"]),
            Axis("form", &["tablets", "powder", "gel", "rinse aid"]),
        ],
        sizes: &[
            Size("20 washes", 1.0),
            Size("40 washes", 1.8),
            Size("80 washes", 3.3),
        ],
        brands: &[ClearTide, KitchenRow, GreenByre],
        price: (2.9, 4.9),
        share: 2,
        demand: 1.2,
        repeat_days: 30.0,
        ..GOODS
    },
    Kind {
        code: "PAP",
        path: "household/cleaning/paper",
        title: "{feel} {paper}",
        axes: &[
            Axis("feel", &["soft", "extra strong", "recycled", "three-ply"]),
            Axis(
                "paper",
                &["kitchen roll", "toilet paper", "tissues", "napkins"],
            ),
        ],
        sizes: &[
            Size("4 rolls", 1.0),
            Size("8 rolls", 1.9),
            Size("16 rolls", 3.5),
        ],
        brands: &[KitchenRow, ClearTide, LindenHouse],
        price: (2.2, 3.8),
        margin: 0.24,
        share: 2,
        demand: 1.4,
        repeat_days: 22.0,
        fulfilment: 1.1,
        ..GOODS
    },
];

pub(super) const LAUNDRY: &[Kind] = &[
    Kind {
        code: "DET",
        path: "household/laundry/detergent",
        title: "{care} detergent, {form}, {scent}",
        axes: &[
            Axis("care", &["colour", "white", "delicates", "sports"]),
            Axis("form", &["liquid", "powder", "capsules"]),
            Axis("scent", &["fresh linen", "unscented", "sea breeze"]),
        ],
        sizes: &[
            Size("20 washes", 1.0),
            Size("50 washes", 2.2),
            Size("100 washes", 4.0),
        ],
        brands: &[ClearTide, KitchenRow, GreenByre],
        price: (4.1, 6.9),
        margin: 0.33,
        share: 3,
        demand: 1.1,
        repeat_days: 38.0,
        ..GOODS
    },
    Kind {
        code: "SOF",
        path: "household/laundry/softener",
        title: "{strength} softener, {scent}",
        axes: &[
            Axis("strength", &["gentle", "concentrated", "extra soft"]),
            Axis(
                "scent",
                &["lavender", "almond milk", "cotton flower", "unscented"],
            ),
        ],
        sizes: &[Size("750 ml", 1.0), Size("1.5 l", 1.8)],
        brands: &[ClearTide, KitchenRow, LindenHouse],
        price: (1.9, 3.3),
        repeat_days: 42.0,
        ..GOODS
    },
    Kind {
        code: "STA",
        path: "household/laundry/stain care",
        title: "{form} stain remover for {stain}",
        axes: &[
            Axis("form", &["spray", "stick", "powder"]),
            Axis(
                "stain",
                &["grass", "wine and coffee", "grease", "everything"],
            ),
        ],
        sizes: &[Size("75 ml", 1.0), Size("250 ml", 2.4)],
        brands: &[ClearTide, KitchenRow],
        price: (2.4, 4.4),
        demand: 0.5,
        ..GOODS
    },
];

pub(super) const SKIN_CARE: &[Kind] = &[
    Kind {
        code: "FAC",
        path: "beauty/skin care/face cream",
        title: "{time} cream with {active}",
        axes: &[
            Axis("time", &["day", "night", "rich day", "tinted day"]),
            Axis(
                "active",
                &["oat", "squalane", "rose", "sea buckthorn", "niacinamide"],
            ),
        ],
        sizes: &[Size("30 ml", 1.0), Size("50 ml", 1.5)],
        brands: &[IslaFern, LindenHouse, GreenByre],
        price: (8.9, 24.0),
        margin: 0.52,
        share: 3,
        demand: 0.6,
        repeat_days: 62.0,
        return_rate: 0.045,
        ..GOODS
    },
    Kind {
        code: "CLE",
        path: "beauty/skin care/cleansers",
        title: "{texture} cleanser with {active}",
        axes: &[
            Axis("texture", &["foaming", "milk", "oil", "gel"]),
            Axis("active", &["green tea", "oat", "cornflower", "clay"]),
        ],
        sizes: &[Size("100 ml", 1.0), Size("200 ml", 1.7)],
        brands: &[IslaFern, LindenHouse, ClearTide],
        price: (4.9, 11.0),
        margin: 0.48,
        share: 2,
        demand: 0.7,
        repeat_days: 50.0,
        return_rate: 0.03,
        ..GOODS
    },
    Kind {
        code: "SUN",
        path: "beauty/skin care/sun care",
        title: "{texture} sun lotion, {protection}",
        axes: &[
            Axis("texture", &["light", "spray", "milk", "children's"]),
            Axis("protection", &["SPF 20", "SPF 30", "SPF 50"]),
        ],
        sizes: &[Size("100 ml", 1.0), Size("200 ml", 1.7)],
        brands: &[IslaFern, LindenHouse],
        price: (6.4, 13.0),
        margin: 0.45,
        share: 2,
        demand: 0.7,
        season: &[5, 6, 7, 8],
        ..GOODS
    },
];

pub(super) const BODY: &[Kind] = &[
    Kind {
        code: "SHA",
        path: "beauty/body and hair/shampoo",
        title: "{purpose} shampoo with {active}",
        axes: &[
            Axis("purpose", &["gentle", "volume", "repair", "anti-dandruff"]),
            Axis("active", &["nettle", "oat", "rosemary", "argan", "birch"]),
        ],
        sizes: &[Size("250 ml", 1.0), Size("400 ml", 1.4)],
        brands: &[IslaFern, LindenHouse, ClearTide],
        price: (2.6, 6.4),
        margin: 0.42,
        share: 3,
        repeat_days: 44.0,
        ..GOODS
    },
    Kind {
        code: "SHO",
        path: "beauty/body and hair/soap and shower",
        title: "{scent} {form}",
        axes: &[
            Axis(
                "scent",
                &["cedar", "lavender", "fig leaf", "sea salt", "winter orange"],
            ),
            Axis(
                "form",
                &["shower gel", "bar soap", "hand wash", "bath foam"],
            ),
        ],
        sizes: &[
            Size("100 ml", 1.0),
            Size("250 ml", 1.7),
            Size("500 ml", 2.8),
        ],
        brands: &[LindenHouse, IslaFern, GreenByre, ClearTide],
        price: (1.8, 4.2),
        margin: 0.44,
        share: 3,
        season_words: &[("winter orange", &[11, 12, 1])],
        repeat_days: 33.0,
        ..GOODS
    },
    Kind {
        code: "INT",
        path: "beauty/body and hair/intimate care",
        title: "{feel} {product}",
        axes: &[
            Axis("feel", &["gentle", "discreet", "ultra thin", "unscented"]),
            Axis(
                "product",
                &["pads", "wash lotion", "pregnancy test", "condoms"],
            ),
        ],
        sizes: &[Size("small pack", 1.0), Size("large pack", 1.8)],
        brands: &[LindenHouse, ClearTide, IslaFern],
        price: (2.9, 6.9),
        demand: 0.5,
        repeat_days: 30.0,
        sensitive: true,
        ..GOODS
    },
    Kind {
        code: "BRU",
        path: "beauty/body and hair/brushes",
        title: "{material} {brush}",
        axes: &[
            Axis("material", &["beech", "bamboo", "olive wood", "cork"]),
            Axis("brush", &["hairbrush", "body brush", "nail brush", "comb"]),
        ],
        sizes: &[Size("small", 1.0), Size("large", 1.4)],
        brands: &[LindenHouse, HearthLoom, IslaFern],
        price: (3.9, 14.0),
        demand: 0.3,
        return_rate: 0.05,
        ..GOODS
    },
];
