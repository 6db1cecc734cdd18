//! What goes with a product, what is like it, and what could stand in for it: for placements
//! beside a product and in the cart.

use endcap_engine::Retailer;

use crate::kin::Likeness;
use crate::orders::Orders;
use crate::parts::similar_to;
use crate::sparse::{Scores, Sparse};

/// Orders of more products than this are somebody's stock, and say nothing of what goes together.
const MOST_TOGETHER: usize = 200;

/// So many orders at least have both of two complements.
const LEAST_ORDERS: f32 = 3.0;

/// The log-likelihood ratio above which two products are together by chance once in a thousand
/// times: χ² of one degree of freedom (Dunning, 1993).
const SIGNIFICANT: f64 = 10.83;

/// How far prices of substitutes are apart at most, by the other's.
const NEAR_PRICE: f64 = 1.5;

/// How many of each kind a product has.
const KEEP: usize = 20;

/// A product beside another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Associated {
    /// Its row.
    pub row: u32,
    /// The higher, the more so: see where it is from.
    pub score: f64,
}

/// What stands beside a product; each list the best first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Company {
    /// What is bought in the same orders more often than chance would have it; the score is the
    /// lift: how many times more often.
    pub complements: Vec<Associated>,
    /// What is like it: bought by the same shoppers, of its category, brand and price, with
    /// common words in the title.
    pub similar: Vec<Associated>,
    /// What could stand in for it: like it, of the same category and a near price, bought by the
    /// same shoppers, yet not in the same orders more often than chance would have it.
    pub substitutes: Vec<Associated>,
}

/// What orders say of products beside others, found for a product when it is asked about: all of a
/// large catalogue at once take minutes.
#[derive(Debug, Clone)]
pub struct Associations {
    baskets: Baskets,
    /// What each shopper bought, and who bought each product.
    bought: Sparse,
    buyers: Sparse,
    /// By row of the retailer.
    product_of: Vec<Option<u32>>,
    row_of: Vec<Option<u32>>,
}

impl Associations {
    /// Of the orders of all, nobody's among them, for the products of a retailer.
    #[must_use]
    pub fn of(orders: &Orders, retailer: &Retailer) -> Self {
        let bought = Sparse::bought(orders);
        let mut product_of = vec![None; retailer.len()];
        let mut row_of = vec![None; orders.products().len()];
        for (product, sku) in orders.products().iter().enumerate() {
            row_of[product] = retailer.row(sku).map(|row| row as u32);
            if let Some(row) = row_of[product] {
                product_of[row as usize] = Some(product as u32);
            }
        }
        Self {
            baskets: Baskets::of(orders),
            buyers: bought.transposed(orders.products().len()),
            bought,
            product_of,
            row_of,
        }
    }

    /// What stands beside a row of the retailer that this was made for.
    #[must_use]
    pub fn beside(&self, retailer: &Retailer, row: usize) -> Company {
        let Some(product) = self.product_of[row] else {
            return self.alike(retailer, row, (&[], Vec::new()));
        };
        let mut together = Scores::new(self.row_of.len());
        for (basket, _) in self.baskets.containing.row(product as usize) {
            for (other, _) in self.baskets.products.row(*basket as usize) {
                together.add(*other, 1.0);
            }
        }
        let mut complements = Vec::new();
        for other in together.best_unsorted(usize::MAX) {
            let lift = self.baskets.lift(product, other, together.get(other));
            let beside = self.row_of[other as usize].zip(lift);
            if let Some((other, score)) = beside.filter(|(other, _)| *other as usize != row) {
                complements.push(Associated { row: other, score });
            }
        }
        together.clear();
        let by_shoppers = (&self.bought, &self.buyers);
        let similar = similar_to(product as usize, by_shoppers, &mut together);
        self.alike(retailer, row, (&similar, complements))
    }

    /// Complements, products like one, and those of them that could stand in for it.
    fn alike(
        &self,
        retailer: &Retailer,
        row: usize,
        (bought, complements): (&[(u32, f32)], Vec<Associated>),
    ) -> Company {
        let columns = retailer.columns();
        let category = columns.category.code(row);
        let path = columns.category.get(row).map_or("", |path| path);
        let near = |other: u32| columns.category.code(other as usize) == category;
        let most = bought
            .iter()
            .fold(f32::MIN_POSITIVE, |most, (_, s)| most.max(*s));
        let mut by_shoppers: Vec<(u32, f64)> = bought
            .iter()
            .filter_map(|(other, s)| Some((self.row_of[*other as usize]?, f64::from(s / most))))
            .collect();
        by_shoppers.sort_unstable_by_key(|(row, _)| *row);
        let shared = |other: u32| {
            let place = by_shoppers.binary_search_by_key(&other, |(row, _)| *row);
            place.map_or(0.0, |place| by_shoppers[place].1)
        };
        let of_category = retailer.page(path).map(|row| row as u32);
        let mut others: Vec<u32> = of_category.filter(|other| near(*other)).collect();
        others.extend(by_shoppers.iter().map(|(row, _)| *row));
        others.sort_unstable();
        others.dedup();
        let this = Likeness::of(retailer, row);
        let mut similar = Vec::new();
        let mut substitutes = Vec::new();
        for other in others.into_iter().filter(|other| *other as usize != row) {
            let same = if near(other) { 1.0 } else { 0.0 };
            let like = this.to(&Likeness::of(retailer, other as usize));
            // Five things in 0..1: category, brand, price, words, shoppers.
            let score = (same + like + shared(other)) / 5.0;
            similar.push(Associated { row: other, score });
            let (price, theirs) = (columns.list_price[row], columns.list_price[other as usize]);
            let is_near = price.max(theirs) <= NEAR_PRICE * price.min(theirs);
            let goes_with = complements.iter().any(|beside| beside.row == other);
            if near(other) && is_near && shared(other) > 0.0 && !goes_with {
                substitutes.push(Associated { row: other, score });
            }
        }
        Company {
            complements: best(complements),
            similar: best(similar),
            substitutes: best(substitutes),
        }
    }
}

/// The orders that say what goes together.
#[derive(Debug, Clone)]
struct Baskets {
    products: Sparse,
    /// The baskets of each product.
    containing: Sparse,
    count: f64,
}

impl Baskets {
    fn of(orders: &Orders) -> Self {
        let baskets = (0..orders.len()).map(|order| orders.basket(order));
        let small = baskets.filter(|basket| basket.len() <= MOST_TOGETHER);
        let rows = small.map(|basket| basket.iter().map(|product| (*product, 1.0)).collect());
        let products = Sparse::new(rows);
        Self {
            containing: products.transposed(orders.products().len()),
            count: products.len() as f64,
            products,
        }
    }

    fn orders_of(&self, product: u32) -> f64 {
        self.containing.row(product as usize).len() as f64
    }

    /// How many times more often than by chance two products are together, where that is
    /// significant and more.
    fn lift(&self, a: u32, b: u32, both: f32) -> Option<f64> {
        let (of_a, of_b) = (self.orders_of(a), self.orders_of(b));
        let lift = f64::from(both) * self.count / (of_a * of_b);
        let is_sure = || log_likelihood_ratio(f64::from(both), of_a, of_b, self.count);
        (both >= LEAST_ORDERS && lift > 1.0 && is_sure() > SIGNIFICANT).then_some(lift)
    }
}

/// Dunning's G² of two things among `all`, one found `a` times, one `b` times, both `both` times.
fn log_likelihood_ratio(both: f64, a: f64, b: f64, all: f64) -> f64 {
    let cell = |count: f64, row: f64, column: f64| {
        if count > 0.0 {
            count * libm::log(count * all / (row * column))
        } else {
            0.0
        }
    };
    let cells = cell(both, a, b)
        + cell(a - both, a, all - b)
        + cell(b - both, all - a, b)
        + cell(all - a - b + both, all - a, all - b);
    2.0 * cells
}

/// The best first; the lower row of equals.
fn best(mut found: Vec<Associated>) -> Vec<Associated> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
    found.truncate(KEEP);
    found.shrink_to_fit();
    found
}

#[cfg(test)]
mod tests {
    //! 1. The log-likelihood ratio is that of a table worked by hand.
    //! 2. What is bought together is a complement; what the same shoppers buy apart a substitute.

    use endcap_vocab::{Catalog, Product};

    use super::*;
    use crate::orders::tests::{Bought, orders};

    #[test]
    fn the_log_likelihood_ratio_is_that_of_a_table() {
        // Found together in all of 10 among 20: 2 · (10 ln 2 + 10 ln 2).
        let got = log_likelihood_ratio(10.0, 10.0, 10.0, 20.0);
        assert!((got - 40.0 * std::f64::consts::LN_2).abs() < 1e-9, "{got}");
        // As often together as by chance.
        assert!(log_likelihood_ratio(5.0, 10.0, 10.0, 20.0).abs() < 1e-9);
    }

    fn retailer() -> Retailer {
        let product = |(sku, category, price): (&str, &str, f64)| Product {
            sku: sku.to_owned(),
            title: sku.to_owned(),
            category: category.to_owned(),
            price,
            unit_cost: 1.0,
            ..Product::default()
        };
        let products = [
            ("pasta-a", "pasta", 2.0),
            ("pasta-b", "pasta", 2.2),
            ("pasta-gift", "pasta", 9.0),
            ("sauce", "sauces", 3.0),
        ];
        let catalog = Catalog {
            currency: "EUR".to_owned(),
            products: products.map(product).to_vec(),
            ..Catalog::default()
        };
        Retailer::build(&catalog).unwrap()
    }

    #[test]
    fn what_is_bought_together_goes_together_and_what_is_bought_apart_stands_in() {
        // Twenty shoppers buy one pasta with the sauce, the other the week after, without it;
        // twenty others buy soap, so that the sauce is not in every order.
        let names: Vec<String> = (0..60).map(|order| format!("{order}")).collect();
        let shoppers: Vec<String> = (0..40).map(|shopper| format!("s{shopper}")).collect();
        let mut lines: Vec<Bought<'_>> = Vec::new();
        for shopper in 0..20 {
            let who = Some(shoppers[shopper].as_str());
            lines.push((&names[shopper], who, "pasta-a", 1, 1.0));
            lines.push((&names[shopper], who, "sauce", 1, 1.0));
            lines.push((&names[20 + shopper], who, "pasta-b", 8, 1.0));
            lines.push((
                &names[40 + shopper],
                Some(&shoppers[20 + shopper]),
                "soap",
                3,
                1.0,
            ));
        }
        let orders = orders(&lines);
        let retailer = retailer();
        let all = Associations::of(&orders, &retailer);
        let row = |sku: &str| retailer.row(sku).unwrap() as u32;
        let rows = |found: &[Associated]| found.iter().map(|f| f.row).collect::<Vec<_>>();
        let pasta = row("pasta-a") as usize;
        // In 20 of 60 orders each, always together: 20 · 60 / (20 · 20).
        let sauce = Associated {
            row: row("sauce"),
            score: 3.0,
        };
        let beside = all.beside(&retailer, pasta);
        assert_eq!(beside.complements, [sauce]);
        assert_eq!(rows(&beside.substitutes), [row("pasta-b")]);
        assert_eq!(rows(&beside.similar)[0], row("pasta-b"));
        let gift = all.beside(&retailer, row("pasta-gift") as usize);
        assert!(gift.complements.is_empty() && gift.substitutes.is_empty());
        assert!(!gift.similar.is_empty(), "of the same category");
    }
}
