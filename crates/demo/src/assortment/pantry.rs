//! Food.

use super::Brand::{
    AlderStreet, GreenByre, HarborPine, KitchenRow, MorrowMill, PipHollow, VelaMattina,
};
use super::{Axis, FOOD, Kind, Size};

/// What is baked today and gone tomorrow.
const FRESH: Kind = Kind {
    cover_days: 4.0,
    demand: 1.6,
    ..FOOD
};

pub(super) const BAKERY: &[Kind] = &[
    Kind {
        code: "BRD",
        path: "grocery/bakery/bread",
        title: "{leaven} {grain} {shape}",
        axes: &[
            Axis("leaven", &["sourdough", "slow risen", "stone baked"]),
            Axis(
                "grain",
                &[
                    "rye",
                    "wheat",
                    "spelt",
                    "oat",
                    "five grain",
                    "sunflower seed",
                ],
            ),
            Axis("shape", &["loaf", "baguette", "rolls", "toast"]),
        ],
        sizes: &[Size("350 g", 1.0), Size("500 g", 1.35), Size("1 kg", 2.5)],
        brands: &[MorrowMill, KitchenRow, GreenByre, AlderStreet],
        price: (1.6, 3.2),
        margin: 0.42,
        share: 3,
        repeat_days: 6.0,
        ..FRESH
    },
    Kind {
        code: "PAS",
        path: "grocery/bakery/pastries",
        title: "{dough} with {filling}",
        axes: &[
            Axis(
                "dough",
                &["butter croissant", "brioche", "Danish pastry", "puff twist"],
            ),
            Axis(
                "filling",
                &[
                    "almond",
                    "dark chocolate",
                    "apricot",
                    "vanilla",
                    "poppy seed",
                ],
            ),
        ],
        sizes: &[
            Size("1 piece", 1.0),
            Size("2 pieces", 1.9),
            Size("4 pieces", 3.6),
        ],
        brands: &[MorrowMill, VelaMattina, KitchenRow],
        price: (1.2, 2.1),
        margin: 0.46,
        share: 2,
        repeat_days: 9.0,
        ..FRESH
    },
    Kind {
        code: "CAK",
        path: "grocery/bakery/cakes",
        title: "{finish} {cake}",
        axes: &[
            Axis("finish", &["glazed", "dusted", "butter"]),
            Axis(
                "cake",
                &[
                    "lemon cake",
                    "almond cake",
                    "marble cake",
                    "fruit stollen",
                    "gingerbread",
                    "carrot cake",
                    "plum cake",
                ],
            ),
        ],
        sizes: &[Size("250 g", 1.0), Size("500 g", 1.8), Size("750 g", 2.5)],
        brands: &[MorrowMill, KitchenRow, PipHollow],
        price: (2.9, 4.9),
        margin: 0.40,
        share: 2,
        season_words: &[
            ("fruit stollen", &[11, 12]),
            ("gingerbread", &[11, 12]),
            ("plum cake", &[8, 9]),
            ("carrot cake", &[3, 4]),
        ],
        cover_days: 12.0,
        ..FOOD
    },
];

pub(super) const DAIRY: &[Kind] = &[
    Kind {
        code: "CHE",
        path: "grocery/dairy/cheese",
        title: "{age} {cheese}",
        axes: &[
            Axis("age", &["young", "mild", "aged", "cave ripened"]),
            Axis(
                "cheese",
                &[
                    "mountain cheese",
                    "goat cheese",
                    "blue cheese",
                    "soft white cheese",
                    "sheep's cheese",
                    "farmhouse cheddar",
                    "raclette cheese",
                ],
            ),
        ],
        sizes: &[Size("150 g", 1.0), Size("250 g", 1.6), Size("400 g", 2.4)],
        brands: &[GreenByre, KitchenRow, HarborPine, VelaMattina],
        price: (2.2, 4.6),
        margin: 0.31,
        share: 3,
        season_words: &[("raclette cheese", &[11, 12, 1, 2])],
        repeat_days: 10.0,
        cover_days: 12.0,
        ..FRESH
    },
    Kind {
        code: "YOG",
        path: "grocery/dairy/yoghurt",
        title: "{style} yoghurt with {flavour}",
        axes: &[
            Axis("style", &["creamy", "strained", "low fat", "oat based"]),
            Axis(
                "flavour",
                &[
                    "strawberry",
                    "blueberry",
                    "vanilla",
                    "honey",
                    "cherry",
                    "lemon",
                ],
            ),
        ],
        sizes: &[
            Size("150 g", 1.0),
            Size("500 g", 2.7),
            Size("4 x 150 g", 3.6),
        ],
        brands: &[GreenByre, KitchenRow, PipHollow],
        price: (0.6, 1.1),
        margin: 0.28,
        share: 2,
        repeat_days: 7.0,
        cover_days: 8.0,
        ..FRESH
    },
    Kind {
        code: "MIL",
        path: "grocery/dairy/milk and butter",
        title: "{origin} {dairy}",
        axes: &[
            Axis("origin", &["upland", "hay fed", "farm", "organic"]),
            Axis(
                "dairy",
                &[
                    "whole milk",
                    "low fat milk",
                    "butter",
                    "salted butter",
                    "cream",
                ],
            ),
        ],
        sizes: &[Size("250 g", 1.0), Size("500 g", 1.8), Size("1 kg", 3.3)],
        brands: &[GreenByre, KitchenRow, MorrowMill],
        price: (0.9, 2.2),
        margin: 0.22,
        share: 2,
        repeat_days: 6.0,
        cover_days: 7.0,
        ..FRESH
    },
];

pub(super) const PANTRY: &[Kind] = &[
    Kind {
        code: "PST",
        path: "grocery/pantry/pasta",
        title: "{grain} {shape}",
        axes: &[
            Axis("grain", &["durum wheat", "wholegrain", "egg", "red lentil"]),
            Axis(
                "shape",
                &[
                    "spaghetti",
                    "penne",
                    "fusilli",
                    "tagliatelle",
                    "rigatoni",
                    "orzo",
                ],
            ),
        ],
        sizes: &[Size("250 g", 1.0), Size("500 g", 1.8), Size("1 kg", 3.4)],
        brands: &[VelaMattina, KitchenRow, MorrowMill, HarborPine],
        price: (0.8, 1.9),
        share: 2,
        demand: 1.3,
        repeat_days: 15.0,
        ..FOOD
    },
    Kind {
        code: "GRN",
        path: "grocery/pantry/rice and grains",
        title: "{treatment} {grain}",
        axes: &[
            Axis("treatment", &["whole", "quick cooking", "hand picked"]),
            Axis(
                "grain",
                &[
                    "basmati rice",
                    "risotto rice",
                    "quinoa",
                    "bulgur",
                    "red lentils",
                ],
            ),
        ],
        sizes: &[Size("400 g", 1.0), Size("800 g", 1.9), Size("2 kg", 4.4)],
        brands: &[MorrowMill, KitchenRow, HarborPine],
        price: (1.5, 2.9),
        repeat_days: 35.0,
        ..FOOD
    },
    Kind {
        code: "OIL",
        path: "grocery/pantry/oil and vinegar",
        title: "{press} {oil}",
        axes: &[
            Axis("press", &["cold pressed", "mild", "unfiltered", "estate"]),
            Axis(
                "oil",
                &["olive oil", "rapeseed oil", "walnut oil", "apple vinegar"],
            ),
        ],
        sizes: &[Size("250 ml", 1.0), Size("500 ml", 1.8), Size("1 l", 3.3)],
        brands: &[VelaMattina, KitchenRow, HarborPine, GreenByre],
        price: (3.4, 6.8),
        repeat_days: 48.0,
        fulfilment: 0.6,
        ..FOOD
    },
    Kind {
        code: "SPC",
        path: "grocery/pantry/spices",
        title: "{cut} {spice}",
        axes: &[
            Axis("cut", &["ground", "whole", "smoked"]),
            Axis(
                "spice",
                &[
                    "paprika",
                    "cumin",
                    "black pepper",
                    "cinnamon",
                    "cardamom",
                    "sea salt",
                ],
            ),
        ],
        sizes: &[Size("40 g", 1.0), Size("80 g", 1.7)],
        brands: &[HarborPine, KitchenRow, VelaMattina],
        price: (1.8, 3.4),
        margin: 0.48,
        season_words: &[("cinnamon", &[11, 12])],
        ..FOOD
    },
    Kind {
        code: "PRE",
        path: "grocery/pantry/preserves",
        title: "{style} {fruit} {spread}",
        axes: &[
            Axis("style", &["low sugar", "classic", "coarse cut"]),
            Axis(
                "fruit",
                &[
                    "apricot",
                    "raspberry",
                    "bitter orange",
                    "plum",
                    "quince",
                    "fig",
                ],
            ),
            Axis("spread", &["jam", "jelly"]),
        ],
        sizes: &[Size("220 g", 1.0), Size("340 g", 1.4)],
        brands: &[PipHollow, KitchenRow, GreenByre],
        price: (2.1, 3.6),
        margin: 0.37,
        repeat_days: 40.0,
        ..FOOD
    },
];

pub(super) const SNACKS: &[Kind] = &[
    Kind {
        code: "CHO",
        path: "grocery/snacks/chocolate",
        title: "{cocoa} chocolate with {filling}",
        axes: &[
            Axis(
                "cocoa",
                &["milk", "dark 55%", "dark 70%", "dark 85%", "white"],
            ),
            Axis(
                "filling",
                &[
                    "hazelnut",
                    "sea salt",
                    "orange",
                    "cocoa nibs",
                    "mint",
                    "speculoos",
                    "cherry",
                ],
            ),
        ],
        sizes: &[
            Size("100 g", 1.0),
            Size("200 g", 1.9),
            Size("5 x 100 g", 4.5),
        ],
        brands: &[PipHollow, KitchenRow, VelaMattina, HarborPine],
        price: (1.2, 2.9),
        margin: 0.36,
        share: 3,
        demand: 1.3,
        season_words: &[("speculoos", &[10, 11, 12]), ("mint", &[6, 7, 8])],
        repeat_days: 13.0,
        ..FOOD
    },
    Kind {
        code: "BIS",
        path: "grocery/snacks/biscuits",
        title: "{style} {flavour} biscuits",
        axes: &[
            Axis("style", &["thin", "crumbly", "soft baked"]),
            Axis(
                "flavour",
                &[
                    "butter",
                    "oat",
                    "ginger",
                    "lemon",
                    "cinnamon star",
                    "almond",
                ],
            ),
        ],
        sizes: &[Size("125 g", 1.0), Size("250 g", 1.8)],
        brands: &[MorrowMill, KitchenRow, PipHollow],
        price: (1.3, 2.6),
        share: 2,
        season_words: &[("cinnamon star", &[11, 12])],
        repeat_days: 16.0,
        ..FOOD
    },
    Kind {
        code: "NUT",
        path: "grocery/snacks/nuts and fruit",
        title: "{treatment} {nut}",
        axes: &[
            Axis("treatment", &["roasted", "salted", "natural", "honeyed"]),
            Axis(
                "nut",
                &["almonds", "cashews", "walnuts", "pistachios", "trail mix"],
            ),
        ],
        sizes: &[Size("150 g", 1.0), Size("400 g", 2.4), Size("1 kg", 5.6)],
        brands: &[KitchenRow, HarborPine, PipHollow],
        price: (2.4, 4.4),
        share: 2,
        repeat_days: 21.0,
        ..FOOD
    },
    Kind {
        code: "CRI",
        path: "grocery/snacks/crisps",
        title: "{cut} {flavour} crisps",
        axes: &[
            Axis("cut", &["kettle", "thin cut", "oven baked"]),
            Axis(
                "flavour",
                &["sea salt", "rosemary", "paprika", "vinegar", "truffle"],
            ),
        ],
        sizes: &[Size("100 g", 1.0), Size("175 g", 1.5)],
        brands: &[AlderStreet, KitchenRow, PipHollow],
        price: (1.3, 2.4),
        repeat_days: 14.0,
        ..FOOD
    },
];
