//! Simulated shoppers: what somebody would buy who likes what some shoppers like, or what is named.
//!
//! A persona is new: it has a taste and no history, so nothing comes back because it was bought
//! before. It is told from any model by what that says of others. What they would buy of a
//! category, a brand and a third of the prices, beside what everybody would, are three lifts;
//! somebody unknown times these is the persona, as naive Bayes has it (features count as if they
//! were independent), and the products of its next order are as many as anybody's.

use std::ops::Range;
use std::sync::Arc;

use endcap_engine::{Kept, Model, Retailer};
use serde::{Deserialize, Serialize};

use crate::kept::prefer;
use crate::vectors::{ShopperVector, VectorModel};

/// Nothing is liked more often than so many times what others like it, or less by as much.
const MOST_LIFT: f64 = 20.0;

/// How many times as much as others a persona buys of what it is said to like.
const LIKED: f64 = 4.0;

/// The largest probability there is.
const SURE: f64 = 0.99;

/// A third of the products of a category by regular price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceBand {
    /// The cheapest.
    Low,
    /// Those between.
    Middle,
    /// The dearest.
    High,
}

/// What a persona is said to like; an empty part says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Likes {
    /// Names of brands.
    pub brands: Vec<String>,
    /// Paths of categories, with all below them.
    pub categories: Vec<String>,
    /// What it pays.
    pub prices: Option<PriceBand>,
}

/// What a persona would buy, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulated {
    relevance: Vec<f64>,
    purchase: Vec<f64>,
    /// It as a shopper of a model of vectors, whose answers those above are.
    vector: Option<Box<ShopperVector>>,
}

impl Simulated {
    /// A persona with the taste that a model's shoppers of these numbers have in the mean, who
    /// likes what is named beside; with neither, somebody unknown.
    #[must_use]
    pub fn new(retailer: &Retailer, model: &dyn Model, like: &[u32], likes: &Likes) -> Self {
        let rows = retailer.len();
        let [unknown_relevance, unknown] = ask(model, None, rows);
        let base_rate = base_rate(&unknown_relevance, &unknown);
        let mut theirs = vec![0.0; rows];
        for shopper in like {
            let [_, purchase] = ask(model, Some(*shopper), rows);
            for (sum, purchase) in theirs.iter_mut().zip(purchase) {
                *sum += purchase;
            }
        }
        let columns = retailer.columns();
        let bands = price_bands(retailer);
        let mut lifts = vec![1.0; rows];
        if !like.is_empty() {
            let of_each = (&theirs[..], &unknown[..]);
            lift_by(|row| columns.category.code(row), of_each, &mut lifts);
            lift_by(|row| columns.brand.code(row), of_each, &mut lifts);
            lift_by(|row| bands[row], of_each, &mut lifts);
        }
        for (row, lift) in lifts.iter_mut().enumerate() {
            for is_liked in likes.of(retailer, row, bands[row]).into_iter().flatten() {
                *lift *= if is_liked { LIKED } else { 1.0 };
            }
            *lift = lift.clamp(1.0 / MOST_LIFT, MOST_LIFT);
        }
        let lifted = |row: usize| unknown[row] * lifts[row];
        let all: f64 = (0..rows).map(lifted).sum();
        let share = if all > 0.0 {
            unknown.iter().sum::<f64>() / all
        } else {
            1.0
        };
        let purchase: Vec<f64> = (0..rows)
            .map(|row| (lifted(row) * share).min(SURE))
            .collect();
        let mut relevance = vec![0.0; rows];
        prefer(&purchase, base_rate, &mut relevance);
        Self {
            relevance,
            purchase,
            vector: None,
        }
    }

    /// A persona that is a shopper of a model of vectors.
    pub(crate) fn of_vector(vector: ShopperVector, model: &VectorModel) -> Self {
        let [mut relevance, mut purchase] = [vec![0.0; model.len()], vec![0.0; model.len()]];
        model.predict_for(&vector, 0..model.len(), &mut relevance, &mut purchase);
        Self {
            relevance,
            purchase,
            vector: Some(Box::new(vector)),
        }
    }

    /// The vector that it has, where the model it is told from has vectors.
    #[must_use]
    pub fn vector(&self) -> Option<&ShopperVector> {
        self.vector.as_deref()
    }

    /// By row, the probability that its next order contains a product.
    pub(crate) fn purchase(&self) -> &[f64] {
        &self.purchase
    }
}

impl Likes {
    /// Whether nothing is liked.
    pub(crate) fn is_empty(&self) -> bool {
        self.brands.is_empty() && self.categories.is_empty() && self.prices.is_none()
    }

    /// The rows that have all that is liked; all of them where nothing is.
    pub(crate) fn rows(&self, retailer: &Retailer) -> Vec<bool> {
        let bands = price_bands(retailer);
        let has_all = |row: usize| {
            let has = self.of(retailer, row, bands[row]);
            has.into_iter().flatten().all(|is_liked| is_liked)
        };
        (0..retailer.len()).map(has_all).collect()
    }

    /// Whether a row has what is liked, for each part that says something.
    fn of(&self, retailer: &Retailer, row: usize, band: u32) -> [Option<bool>; 3] {
        let columns = retailer.columns();
        let brand = columns.brand.get(row);
        let is_brand = || {
            self.brands
                .iter()
                .any(|name| Some(&**name) == brand.map(|b| &**b))
        };
        let path = columns.category.get(row).map_or("", |path| path);
        let is_under = |above: &String| {
            let rest = path.strip_prefix(above.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        [
            (!self.brands.is_empty()).then(is_brand),
            (!self.categories.is_empty()).then(|| self.categories.iter().any(is_under)),
            self.prices.map(|prices| prices as u32 == band),
        ]
    }
}

/// Relevance and purchase of every row.
fn ask(model: &dyn Model, shopper: Option<u32>, rows: usize) -> [Vec<f64>; 2] {
    let [mut relevance, mut purchase] = [vec![0.0; rows], vec![0.0; rows]];
    model.predict(shopper, 0..rows, &mut relevance, &mut purchase);
    [relevance, purchase]
}

/// The probability whose relevance is 0.5, from relevance r = p / (p + p0) of the likeliest row.
fn base_rate(relevance: &[f64], purchase: &[f64]) -> f64 {
    let pairs = relevance.iter().zip(purchase);
    let told = pairs.filter(|(relevance, _)| **relevance > 0.0 && **relevance < 1.0);
    let likeliest = told.max_by(|a, b| a.1.total_cmp(b.1));
    likeliest.map_or(1.0, |(relevance, purchase)| {
        purchase * (1.0 - relevance) / relevance
    })
}

/// For each row, which third of its category it belongs to by regular price.
fn price_bands(retailer: &Retailer) -> Vec<u32> {
    let columns = retailer.columns();
    let mut rows: Vec<u32> = (0..retailer.len() as u32).collect();
    let category = |row: u32| columns.category.code(row as usize);
    let price = |row: u32| columns.list_price[row as usize];
    rows.sort_unstable_by(|a, b| {
        let by_price = price(*a).total_cmp(&price(*b)).then(a.cmp(b));
        category(*a).cmp(&category(*b)).then(by_price)
    });
    let mut bands = vec![0; rows.len()];
    for same in rows.chunk_by(|a, b| category(*a) == category(*b)) {
        for (place, row) in same.iter().enumerate() {
            bands[*row as usize] = (place * 3 / same.len()) as u32;
        }
    }
    bands
}

/// Multiplies each row by how many times as much as everybody some buy of what shares its code.
fn lift_by(code: impl Fn(usize) -> u32, (theirs, all): (&[f64], &[f64]), lifts: &mut [f64]) {
    let codes = || (0..lifts.len()).map(&code);
    // A row without a value has a code of its own, beyond all others.
    let most = codes().filter(|code| *code != u32::MAX).max();
    let absent = most.map_or(0, |most| most as usize + 1);
    let place = |code: u32| (code as usize).min(absent);
    let mut sums = vec![[0.0; 2]; absent + 1];
    for (row, code) in codes().enumerate() {
        let [of_them, of_all] = &mut sums[place(code)];
        *of_them += theirs[row];
        *of_all += all[row];
    }
    let [them, everybody] = sums.iter().fold([0.0; 2], |[a, b], [x, y]| [a + x, b + y]);
    for (row, lift) in lifts.iter_mut().enumerate() {
        let [of_them, of_all] = sums[place(code(row))];
        if of_all > 0.0 && them > 0.0 {
            *lift *= (of_them / them) / (of_all / everybody);
        }
    }
}

/// A model that knows one shopper more.
#[derive(Clone)]
pub struct WithPersona<'m> {
    model: &'m dyn Model,
    /// Its id, and what it would buy.
    persona: Option<(String, Arc<Simulated>)>,
}

impl<'m> WithPersona<'m> {
    /// A model, and a persona of this id if there is one.
    #[must_use]
    pub fn new(model: &'m dyn Model, persona: Option<(String, Arc<Simulated>)>) -> Self {
        Self { model, persona }
    }

    fn is(&self, shopper: Option<u32>) -> Option<&Simulated> {
        let (_, simulated) = self.persona.as_ref()?;
        (shopper == Some(PERSONA)).then_some(simulated)
    }
}

/// The number of the persona, which no model gives a shopper.
const PERSONA: u32 = u32::MAX;

impl Model for WithPersona<'_> {
    fn popularity(&self) -> &[f64] {
        self.model.popularity()
    }

    fn shopper(&self, id: &str) -> Option<u32> {
        match &self.persona {
            Some((persona, _)) if persona == id => Some(PERSONA),
            _ => self.model.shopper(id),
        }
    }

    fn predict(
        &self,
        shopper: Option<u32>,
        rows: Range<usize>,
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        match self.is(shopper) {
            Some(simulated) => {
                relevance.copy_from_slice(&simulated.relevance[rows.clone()]);
                purchase.copy_from_slice(&simulated.purchase[rows]);
            }
            None => self.model.predict(shopper, rows, relevance, purchase),
        }
    }

    fn predict_rows(
        &self,
        shopper: Option<u32>,
        rows: &[u32],
        relevance: &mut [f64],
        purchase: &mut [f64],
    ) {
        match self.is(shopper) {
            Some(simulated) => {
                for (at, row) in rows.iter().enumerate() {
                    relevance[at] = simulated.relevance[*row as usize];
                    purchase[at] = simulated.purchase[*row as usize];
                }
            }
            None => self.model.predict_rows(shopper, rows, relevance, purchase),
        }
    }

    fn most(&self, rows: Range<usize>, relevance: &mut [f32], purchase: &mut [f32]) {
        self.model.most(rows.clone(), relevance, purchase);
        if let Some((_, simulated)) = &self.persona {
            let raise = |most: &mut [f32], values: &[f64]| {
                for (most, value) in most.iter_mut().zip(values) {
                    *most = most.max((*value as f32).next_up());
                }
            };
            raise(relevance, &simulated.relevance[rows.clone()]);
            raise(purchase, &simulated.purchase[rows]);
        }
    }

    fn own(&self, shopper: u32) -> Vec<u32> {
        match self.is(Some(shopper)) {
            Some(_) => Vec::new(),
            None => self.model.own(shopper),
        }
    }

    fn kept(&self) -> Option<&Kept> {
        // What was worked out without the persona does not hold with it.
        self.persona.is_none().then(|| self.model.kept()).flatten()
    }

    fn estimate(
        &self,
        shopper: Option<u32>,
        rows: Range<usize>,
        relevance: &mut [f32],
        purchase: &mut [f32],
    ) {
        match self.is(shopper) {
            Some(simulated) => {
                let near = |values: &[f64], near: &mut [f32]| {
                    for (near, value) in near.iter_mut().zip(values) {
                        *near = *value as f32;
                    }
                };
                near(&simulated.relevance[rows.clone()], relevance);
                near(&simulated.purchase[rows], purchase);
            }
            None => self.model.estimate(shopper, rows, relevance, purchase),
        }
    }

    fn off_by(&self) -> f32 {
        self.model.off_by().max(f32::EPSILON)
    }
}

#[cfg(test)]
mod tests {
    //! 1. A persona that likes a brand buys four times as much of it beside the rest as others do,
    //!    and as many products as they do.
    //! 2. Likes of categories and prices hold for what is below, and for a third of a category.
    //! 3. Like a shopper but new: its taste, and nothing more of what it bought before.
    //! 4. A persona that likes nothing is somebody unknown, to the bit but for rounding.
    //! 5. The model knows all others as before.

    use endcap_vocab::{Catalog, Product};

    use super::*;

    /// Everybody buys everything in one order of ten; one shopper buys `tea-a` always.
    struct Few;

    impl Model for Few {
        fn popularity(&self) -> &[f64] {
            &[0.0; 6]
        }

        fn shopper(&self, id: &str) -> Option<u32> {
            (id == "ann").then_some(0)
        }

        fn predict(&self, who: Option<u32>, rows: Range<usize>, r: &mut [f64], p: &mut [f64]) {
            for (at, row) in rows.enumerate() {
                // tea-a, the fourth by sku.
                p[at] = if who.is_some() && row == 3 { 0.9 } else { 0.1 };
            }
            prefer(p, 0.05, r);
        }
    }

    fn retailer() -> Retailer {
        let product = |(sku, brand, category, price): (&str, &str, &str, f64)| Product {
            sku: sku.to_owned(),
            title: sku.to_owned(),
            brand: Some(brand.to_owned()),
            category: category.to_owned(),
            price,
            unit_cost: 1.0,
            ..Product::default()
        };
        let products = [
            ("milk-a", "A", "food/dairy", 2.0),
            ("milk-b", "B", "food/dairy", 3.0),
            ("milk-c", "C", "food/dairy", 4.0),
            ("tea-a", "A", "food/tea", 2.0),
            ("tea-b", "A", "food/tea", 2.1),
            ("towel", "D", "home", 9.0),
        ];
        let catalog = Catalog {
            currency: "EUR".to_owned(),
            products: products.map(product).to_vec(),
            ..Catalog::default()
        };
        Retailer::build(&catalog).unwrap()
    }

    fn purchase(like: &[u32], likes: &Likes) -> Vec<f64> {
        Simulated::new(&retailer(), &Few, like, likes).purchase
    }

    fn near(got: &[f64], want: &[f64]) {
        let is_near = got
            .iter()
            .zip(want)
            .all(|(got, want)| (got - want).abs() < 1e-12);
        assert!(is_near, "{got:?}, not {want:?}");
    }

    #[test]
    fn a_liked_brand_is_bought_four_times_as_often() {
        let likes = Likes {
            brands: vec!["A".to_owned()],
            ..Likes::default()
        };
        // Three of six weigh four: 0.6 / 15 each for one that weighs one.
        near(
            &purchase(&[], &likes),
            &[0.16, 0.04, 0.04, 0.16, 0.16, 0.04],
        );
    }

    #[test]
    fn likes_of_categories_and_prices_are_of_what_is_below_and_of_a_third() {
        let likes = Likes {
            categories: vec!["food".to_owned()],
            ..Likes::default()
        };
        let one = 0.6 / 21.0;
        near(
            &purchase(&[], &likes),
            &[4.0 * one, 4.0 * one, 4.0 * one, 4.0 * one, 4.0 * one, one],
        );
        let likes = Likes {
            categories: vec!["food/d".to_owned()],
            ..Likes::default()
        };
        near(&purchase(&[], &likes), &[0.1; 6]);
        let likes = Likes {
            prices: Some(PriceBand::Middle),
            ..Likes::default()
        };
        // The second of three kinds of milk, and of two teas the dearer.
        let one = 0.6 / 12.0;
        near(
            &purchase(&[], &likes),
            &[one, 4.0 * one, one, one, 4.0 * one, one],
        );
    }

    #[test]
    fn like_a_shopper_but_new_has_its_taste_and_no_repeats() {
        let ann = purchase(&[0], &Likes::default());
        // Ann buys 1.4, tea 1.0 of it where others buy 0.2 of 0.6; both teas are of the brand A, of
        // which she buys 1.1 / 1.4 where others buy 0.3 of 0.6.
        let of_a = (1.1 / 1.4) / 0.5;
        let of_tea = (1.0 / 1.4) / (0.2 / 0.6);
        let of_low = (1.1 / 1.4) / (0.3 / 0.6);
        let of_milk = (0.3 / 1.4) / 0.5;
        let others = ann[0] / (of_a * of_milk * of_low);
        assert!(
            (ann[3] / (of_a * of_tea * of_low) - others).abs() < 1e-12,
            "{ann:?}"
        );
        // Tea that she never bought is told by the same three.
        let of_middle = (0.2 / 1.4) / (0.2 / 0.6);
        assert!((ann[4] / (of_a * of_tea * of_middle) - others).abs() < 1e-12);
        assert!(
            ann[3] < 0.9 / 2.0,
            "she herself buys it in nine of ten orders: {ann:?}"
        );
        assert!((ann.iter().sum::<f64>() - 0.6).abs() < 1e-12);
    }

    #[test]
    fn who_likes_nothing_is_somebody_unknown() {
        let simulated = Simulated::new(&retailer(), &Few, &[], &Likes::default());
        near(&simulated.purchase, &[0.1; 6]);
        near(&simulated.relevance, &[0.1 / 0.15; 6]);
    }

    #[test]
    fn all_others_are_known_as_before() {
        let simulated = Simulated::new(&retailer(), &Few, &[0], &Likes::default());
        let persona = Some(("persona:new".to_owned(), Arc::new(simulated.clone())));
        let model = WithPersona::new(&Few, persona);
        let asked = |id: &str| ask(&model, model.shopper(id), 6);
        assert_eq!(asked("ann"), ask(&Few, Some(0), 6));
        assert_eq!(asked("a stranger"), ask(&Few, None, 6));
        let [relevance, purchase] = asked("persona:new");
        assert_eq!(
            (relevance, purchase),
            (simulated.relevance, simulated.purchase)
        );
    }
}
