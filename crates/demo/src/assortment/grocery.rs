//! Drinks.

use super::Brand::{
    AlderStreet, CopperHeron, GreenByre, HarborPine, KitchenRow, MorrowMill, PipHollow, VelaMattina,
};
use super::{Axis, FOOD, Kind, Size};

pub(super) const BEVERAGES: &[Kind] = &[
    Kind {
        code: "COF",
        path: "grocery/beverages/coffee",
        title: "{roast} roast {origin} {form} coffee",
        axes: &[
            Axis("roast", &["light", "medium", "dark", "espresso"]),
            Axis(
                "origin",
                &[
                    "Colombian",
                    "Ethiopian",
                    "house blend",
                    "Brazilian",
                    "Guatemalan",
                    "Kenyan",
                ],
            ),
            Axis("form", &["whole bean", "ground", "decaf ground"]),
        ],
        sizes: &[
            Size("250 g", 1.0),
            Size("500 g", 2.0),
            Size("1 kg", 4.0),
            Size("2 kg", 8.0),
        ],
        brands: &[HarborPine, KitchenRow, VelaMattina, AlderStreet, MorrowMill],
        price: (3.9, 7.4),
        margin: 0.33,
        share: 6,
        demand: 1.7,
        repeat_days: 24.0,
        ..FOOD
    },
    Kind {
        code: "POD",
        path: "grocery/beverages/coffee",
        title: "{origin} coffee pods, {roast} roast",
        axes: &[
            Axis(
                "origin",
                &[
                    "Colombian",
                    "Brazilian",
                    "house blend",
                    "Ethiopian",
                    "Peruvian",
                ],
            ),
            Axis("roast", &["dark", "medium", "espresso", "light"]),
        ],
        sizes: &[
            Size("10 pods", 1.0),
            Size("36 pods", 3.6),
            Size("60 pods", 6.0),
        ],
        brands: &[KitchenRow, HarborPine, VelaMattina, AlderStreet],
        price: (2.9, 4.6),
        margin: 0.36,
        share: 3,
        demand: 1.3,
        repeat_days: 18.0,
        ..FOOD
    },
    Kind {
        code: "TEA",
        path: "grocery/beverages/tea",
        title: "{blend} {variety} tea",
        axes: &[
            Axis("blend", &["classic", "mild", "strong"]),
            Axis(
                "variety",
                &[
                    "breakfast",
                    "Earl Grey",
                    "Darjeeling",
                    "sencha",
                    "jasmine",
                    "rooibos",
                    "peppermint",
                    "chamomile",
                    "winter spice",
                    "ginger and lemon",
                ],
            ),
        ],
        sizes: &[
            Size("20 bags", 1.0),
            Size("50 bags", 2.5),
            Size("100 bags", 5.0),
        ],
        brands: &[AlderStreet, KitchenRow, GreenByre, PipHollow],
        price: (1.9, 3.9),
        margin: 0.40,
        share: 3,
        season_words: &[
            ("winter spice", &[11, 12, 1]),
            ("ginger and lemon", &[10, 11, 12, 1, 2]),
        ],
        repeat_days: 32.0,
        ..FOOD
    },
    Kind {
        code: "JUI",
        path: "grocery/beverages/juice",
        title: "{process} {fruit} juice",
        axes: &[
            Axis("process", &["cold pressed", "cloudy", "mild"]),
            Axis(
                "fruit",
                &[
                    "apple",
                    "orange",
                    "pear",
                    "blood orange",
                    "red grape",
                    "carrot",
                    "cherry",
                    "blackcurrant",
                    "apple and mango",
                ],
            ),
        ],
        sizes: &[Size("330 ml", 1.0), Size("1 l", 2.6), Size("6 x 1 l", 14.5)],
        brands: &[PipHollow, KitchenRow, AlderStreet, GreenByre],
        price: (1.1, 1.9),
        share: 2,
        season_words: &[("blood orange", &[1, 2, 3])],
        repeat_days: 11.0,
        ..FOOD
    },
    Kind {
        code: "SOD",
        path: "grocery/beverages/soft drinks",
        title: "{sweetness} {flavour} soda",
        axes: &[
            Axis("sweetness", &["classic", "low sugar", "sugar free"]),
            Axis(
                "flavour",
                &[
                    "lemon",
                    "ginger",
                    "elderflower",
                    "orange",
                    "rhubarb",
                    "grapefruit",
                    "iced peach",
                ],
            ),
        ],
        sizes: &[
            Size("330 ml", 1.0),
            Size("1 l", 2.2),
            Size("6 x 330 ml", 5.4),
        ],
        brands: &[PipHollow, AlderStreet, KitchenRow],
        price: (0.9, 1.6),
        share: 2,
        season: &[5, 6, 7, 8],
        repeat_days: 14.0,
        ..FOOD
    },
    Kind {
        code: "WAT",
        path: "grocery/beverages/water",
        title: "{sparkle} mineral water {note}",
        axes: &[
            Axis("sparkle", &["still", "gently sparkling", "sparkling"]),
            Axis(
                "note",
                &[
                    "from the uplands",
                    "with lemon",
                    "with mint",
                    "with cucumber",
                ],
            ),
        ],
        sizes: &[
            Size("750 ml", 1.0),
            Size("1.5 l", 1.7),
            Size("6 x 1.5 l", 9.0),
        ],
        brands: &[KitchenRow, GreenByre, AlderStreet],
        price: (0.5, 0.9),
        margin: 0.26,
        repeat_days: 9.0,
        fulfilment: 0.45,
        ..FOOD
    },
];

const WINES: Kind = Kind {
    sizes: &[Size("375 ml", 1.0), Size("750 ml", 1.8), Size("1.5 l", 3.7)],
    brands: &[CopperHeron, VelaMattina, HarborPine, KitchenRow],
    price: (3.6, 9.8),
    margin: 0.34,
    share: 3,
    fulfilment: 0.9,
    cover_days: 45.0,
    alcohol: true,
    ..FOOD
};

pub(super) const WINE: &[Kind] = &[
    Kind {
        code: "RED",
        path: "grocery/wine and spirits/red wine",
        title: "{grape} {rank}, {origin}",
        axes: &[
            Axis(
                "grape",
                &[
                    "Tempranillo",
                    "Merlot",
                    "Pinot noir",
                    "Syrah",
                    "Sangiovese",
                    "Touriga Nacional",
                ],
            ),
            Axis("rank", &["red wine", "reserve red wine"]),
            Axis(
                "origin",
                &[
                    "Alentejo",
                    "Douro",
                    "Rioja",
                    "Burgenland",
                    "Tuscany",
                    "Languedoc",
                ],
            ),
        ],
        season: &[10, 11, 12, 1],
        demand: 0.9,
        repeat_days: 28.0,
        ..WINES
    },
    Kind {
        code: "WHI",
        path: "grocery/wine and spirits/white wine",
        title: "{grape} {rank}, {origin}",
        axes: &[
            Axis(
                "grape",
                &[
                    "Riesling",
                    "Sauvignon blanc",
                    "Chardonnay",
                    "Pinot gris",
                    "Alvarinho",
                ],
            ),
            Axis(
                "rank",
                &["white wine", "dry white wine", "late harvest white wine"],
            ),
            Axis(
                "origin",
                &["Moselle", "Wachau", "Loire", "Minho", "Alto Adige"],
            ),
        ],
        season: &[5, 6, 7, 8],
        demand: 0.8,
        repeat_days: 28.0,
        ..WINES
    },
    Kind {
        code: "SPK",
        path: "grocery/wine and spirits/sparkling wine",
        title: "{sweetness} sparkling wine, {method}",
        axes: &[
            Axis("sweetness", &["extra brut", "brut", "dry", "rosé brut"]),
            Axis(
                "method",
                &["bottle fermented", "tank fermented", "aged 24 months"],
            ),
        ],
        share: 2,
        season: &[12],
        demand: 0.7,
        ..WINES
    },
    Kind {
        code: "BEE",
        path: "grocery/wine and spirits/beer",
        title: "{body} {style} beer",
        axes: &[
            Axis("body", &["classic", "unfiltered", "organic malt"]),
            Axis(
                "style",
                &[
                    "pilsner",
                    "wheat",
                    "pale ale",
                    "amber",
                    "stout",
                    "winter bock",
                ],
            ),
        ],
        sizes: &[
            Size("330 ml", 1.0),
            Size("500 ml", 1.4),
            Size("6 x 330 ml", 5.6),
        ],
        brands: &[CopperHeron, MorrowMill, AlderStreet, KitchenRow],
        price: (0.9, 1.7),
        margin: 0.27,
        demand: 1.1,
        season_words: &[("wheat", &[5, 6, 7, 8]), ("winter bock", &[11, 12, 1])],
        repeat_days: 12.0,
        ..WINES
    },
    Kind {
        code: "SPI",
        path: "grocery/wine and spirits/spirits",
        title: "{finish} {spirit}",
        axes: &[
            Axis(
                "finish",
                &["small batch", "cask aged", "botanical", "double distilled"],
            ),
            Axis(
                "spirit",
                &[
                    "gin",
                    "single malt whisky",
                    "plum brandy",
                    "dark rum",
                    "grappa",
                ],
            ),
        ],
        sizes: &[Size("350 ml", 1.0), Size("700 ml", 1.9)],
        price: (11.0, 26.0),
        margin: 0.36,
        share: 2,
        demand: 0.35,
        season: &[11, 12],
        ..WINES
    },
];
