//! What the demo retailer can sell: brands, vendors, departments and the kinds of product
//! in them, as tables of words. Every name is invented.

mod grocery;
mod home;
mod household;
mod pantry;

/// A kind of product: the words and figures its styles are made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    /// Begins each sku; three letters, one kind each.
    pub(crate) code: &'static str,
    /// Category path of three levels; kinds may share one.
    pub(crate) path: &'static str,
    /// With the names of axes in braces.
    pub(crate) title: &'static str,
    pub(crate) axes: &'static [Axis],
    pub(crate) sizes: &'static [Size],
    pub(crate) brands: &'static [Brand],
    /// Of the smallest size, lowest and highest.
    pub(crate) price: (f64, f64),
    /// Usual share of the price that is left after the unit's cost.
    pub(crate) margin: f64,
    /// How many of its department's styles it has, beside the others' shares.
    pub(crate) share: usize,
    /// How often it is bought, 1 for an ordinary kind.
    pub(crate) demand: f64,
    /// Months in which all of it is in season.
    pub(crate) season: &'static [u8],
    /// Months in which the styles with a word are in season.
    pub(crate) season_words: &'static [(&'static str, &'static [u8])],
    /// Days after which a household buys it again; 0 where it does not.
    pub(crate) repeat_days: f64,
    /// Share of units that come back.
    pub(crate) return_rate: f64,
    /// What picking and delivery of the smallest size costs.
    pub(crate) fulfilment: f64,
    /// Days of demand that a location keeps.
    pub(crate) cover_days: f64,
    pub(crate) edible: bool,
    pub(crate) alcohol: bool,
    pub(crate) sensitive: bool,
}

/// An attribute and the values it takes, as they stand in titles.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Axis(pub(crate) &'static str, pub(crate) &'static [&'static str]);

/// A size as it stands in titles, and its content beside the smallest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size(pub(crate) &'static str, pub(crate) f64);

/// What kinds of food differ from.
const FOOD: Kind = Kind {
    code: "",
    path: "",
    title: "",
    axes: &[],
    sizes: &[],
    brands: &[],
    price: (2.0, 5.0),
    margin: 0.30,
    share: 1,
    demand: 1.0,
    season: &[],
    season_words: &[],
    repeat_days: 0.0,
    return_rate: 0.006,
    fulfilment: 0.35,
    cover_days: 24.0,
    edible: true,
    alcohol: false,
    sensitive: false,
};

/// What other kinds differ from.
const GOODS: Kind = Kind {
    margin: 0.38,
    return_rate: 0.02,
    fulfilment: 0.55,
    cover_days: 34.0,
    edible: false,
    ..FOOD
};

/// Twelve departments, each with as many styles as any other.
pub(crate) const DEPARTMENTS: [&[Kind]; 12] = [
    grocery::BEVERAGES,
    grocery::WINE,
    pantry::BAKERY,
    pantry::DAIRY,
    pantry::PANTRY,
    pantry::SNACKS,
    household::CLEANING,
    household::LAUNDRY,
    household::SKIN_CARE,
    household::BODY,
    home::KITCHEN,
    home::LIVING,
];

/// Words for the styles of a kind once its own words are used up.
pub(crate) const EDITIONS: [&str; 32] = [
    "harvest",
    "morning",
    "hillside",
    "harbour",
    "meadow",
    "orchard",
    "lantern",
    "terrace",
    "garden",
    "courtyard",
    "riverside",
    "island",
    "valley",
    "market",
    "festival",
    "heritage",
    "sunday",
    "evening",
    "northern",
    "southern",
    "coastal",
    "woodland",
    "highland",
    "lakeside",
    "autumn",
    "spring",
    "summer",
    "winter",
    "workshop",
    "founders",
    "travel",
    "anniversary",
];

/// The name on a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Brand {
    KitchenRow,
    LindenHouse,
    HarborPine,
    AlderStreet,
    VelaMattina,
    CopperHeron,
    MorrowMill,
    GreenByre,
    PipHollow,
    ClearTide,
    IslaFern,
    HearthLoom,
}

/// What is known of a brand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BrandFacts {
    pub(crate) name: &'static str,
    pub(crate) vendor: &'static str,
    /// Beside the kind's usual price.
    pub(crate) price_level: f64,
    pub(crate) private_label: bool,
}

impl Brand {
    /// How many brands there are.
    pub(crate) const COUNT: usize = 12;

    /// What is known of it.
    pub(crate) fn facts(self) -> BrandFacts {
        let (name, vendor, price_level, private_label) = match self {
            Self::KitchenRow => ("Kitchen Row", "Lower Elbe Packing", 0.80, true),
            Self::LindenHouse => ("Linden House", "Quayside Made Goods", 0.84, true),
            Self::HarborPine => ("Harbor & Pine", "Harborside Provisions", 1.12, false),
            Self::AlderStreet => ("Alder Street", "Harborside Provisions", 1.0, false),
            Self::VelaMattina => ("Vela Mattina", "Terrazza Foods", 1.18, false),
            Self::CopperHeron => ("Copper Heron", "Three Valleys Cellars", 1.22, false),
            Self::MorrowMill => ("Morrow Mill", "Plainsong Mills", 0.98, false),
            Self::GreenByre => ("Green Byre", "Upland Creamery", 1.06, false),
            Self::PipHollow => ("Pip & Hollow", "Plainsong Mills", 1.04, false),
            Self::ClearTide => ("Clear Tide", "Estuary Household", 0.96, false),
            Self::IslaFern => ("Isla Fern", "Estuary Household", 1.25, false),
            Self::HearthLoom => ("Hearth & Loom", "Quayside Made Goods", 1.15, false),
        };
        BrandFacts {
            name,
            vendor,
            price_level,
            private_label,
        }
    }
}

/// A style of a kind, found by its number among all styles.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Number of the kind, as in [`kinds`].
    pub(crate) kind: usize,
    /// Which of the kind's styles, from 0.
    pub(crate) ordinal: usize,
}

/// Every kind, department by department.
pub(crate) fn kinds() -> Vec<Kind> {
    DEPARTMENTS.concat()
}

/// Deals the styles out to departments in turn, and in a department to kinds by share.
pub(crate) fn place(style: usize) -> Place {
    let department = style % DEPARTMENTS.len();
    let first: usize = DEPARTMENTS[..department].iter().map(|k| k.len()).sum();
    let kinds = DEPARTMENTS[department];
    let shares: usize = kinds.iter().map(|kind| kind.share).sum();
    let turn = style / DEPARTMENTS.len();
    let (round, mut rest) = (turn / shares, turn % shares);
    let mut kind = 0;
    while rest >= kinds[kind].share {
        rest -= kinds[kind].share;
        kind += 1;
    }
    Place {
        kind: first + kind,
        ordinal: round * kinds[kind].share + rest,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_kind_has_a_code_of_its_own_and_a_path_of_three_levels() {
        let kinds = kinds();
        let codes: BTreeSet<&str> = kinds.iter().map(|kind| kind.code).collect();
        assert_eq!(codes.len(), kinds.len());
        for (department, kinds) in DEPARTMENTS.iter().enumerate() {
            for kind in *kinds {
                assert_eq!(kind.path.split('/').count(), 3, "{}", kind.path);
                let parent = |kind: &Kind| kind.path.rsplit_once('/').map(|(parent, _)| parent);
                assert_eq!(parent(kind), parent(&kinds[0]), "department {department}");
            }
        }
    }

    #[test]
    fn each_title_names_all_axes_of_its_kind_and_nothing_else() {
        for kind in kinds() {
            let mut title = kind.title.to_owned();
            for Axis(name, words) in kind.axes {
                let hole = format!("{{{name}}}");
                assert_eq!(title.matches(&hole).count(), 1, "{}: {hole}", kind.code);
                assert!(!words.is_empty());
                title = title.replace(&hole, "");
            }
            assert!(!title.contains(['{', '}']), "{}: {title}", kind.code);
            let known = |word: &str| kind.axes.iter().any(|Axis(_, words)| words.contains(&word));
            for (word, months) in kind.season_words {
                assert!(known(word), "{}: {word}", kind.code);
                assert!(months.iter().all(|month| (1..=12).contains(month)));
            }
        }
    }

    #[test]
    fn styles_are_dealt_out_without_gap_or_repeat() {
        let mut seen: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); kinds().len()];
        for style in 0..5_000 {
            let place = place(style);
            assert!(seen[place.kind].insert(place.ordinal), "{place:?} twice");
        }
        for ordinals in seen {
            assert!(ordinals.iter().copied().eq(0..ordinals.len()));
            assert!(!ordinals.is_empty());
        }
    }
}
