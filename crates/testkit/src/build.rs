//! Builders of small documents: a function gives a valid whole, methods change its parts.
//!
//! ```
//! use endcap_testkit::build::{ProductParts, RuleParts, case, product, rule};
//! use endcap_vocab::Effect;
//!
//! let case = case(
//!     [product("S1").price(4.0).brand("Alder"), product("S2").in_category("tea")],
//!     [rule("R1", Effect::Hide {}).when("product.price > 3.0").on_page("tea")],
//! );
//! assert_eq!(case.catalog.products.len(), 2);
//! ```

use endcap_vocab::{
    AttributeValue, Case, Catalog, Consent, Customer, Effect, Eligibility, InventoryRow, Location,
    Objective, Owner, Pin, Product, Request, Rule, RuleSet, Scope, Signal, Signals, Weights,
};

use crate::instant;

/// A product of category `goods` at a price of 10 and a cost of 5.
#[must_use]
pub fn product(sku: &str) -> Product {
    Product {
        sku: sku.to_owned(),
        title: format!("Product {sku}"),
        category: "goods".to_owned(),
        price: 10.0,
        unit_cost: 5.0,
        ..Product::default()
    }
}

/// The parts of a product that tests change most.
#[must_use]
pub trait ProductParts {
    /// With a regular price.
    fn price(self, price: f64) -> Self;
    /// With a cost a unit.
    fn unit_cost(self, unit_cost: f64) -> Self;
    /// In a category.
    fn in_category(self, path: &str) -> Self;
    /// With a brand.
    fn brand(self, brand: &str) -> Self;
    /// As a variant of a style.
    fn group(self, group: &str) -> Self;
    /// With one more tag.
    fn tag(self, tag: &str) -> Self;
    /// With one more attribute.
    fn attribute(self, name: &str, value: AttributeValue) -> Self;
}

impl ProductParts for Product {
    fn price(mut self, price: f64) -> Self {
        self.price = price;
        self
    }

    fn unit_cost(mut self, unit_cost: f64) -> Self {
        self.unit_cost = unit_cost;
        self
    }

    fn in_category(mut self, path: &str) -> Self {
        path.clone_into(&mut self.category);
        self
    }

    fn brand(mut self, brand: &str) -> Self {
        self.brand = Some(brand.to_owned());
        self
    }

    fn group(mut self, group: &str) -> Self {
        self.group = Some(group.to_owned());
        self
    }

    fn tag(mut self, tag: &str) -> Self {
        self.tags.push(tag.to_owned());
        self
    }

    fn attribute(mut self, name: &str, value: AttributeValue) -> Self {
        self.attributes.insert(name.to_owned(), value);
        self
    }
}

/// A catalogue whose one location `s1` (region `NW`, UTC) holds 100 units of each product.
#[must_use]
pub fn catalog(products: impl IntoIterator<Item = Product>) -> Catalog {
    let products: Vec<Product> = products.into_iter().collect();
    let stock = |product: &Product| InventoryRow {
        location: "s1".to_owned(),
        sku: product.sku.clone(),
        on_hand: 100,
        reserved: 0,
        safety_stock: 0,
    };
    Catalog {
        currency: "USD".to_owned(),
        inventory: products.iter().map(stock).collect(),
        products,
        locations: vec![Location {
            id: "s1".to_owned(),
            region: "NW".to_owned(),
            tz: "UTC".to_owned(),
        }],
        ..Catalog::default()
    }
}

/// An enabled rule of merchandising, in force everywhere and for every product.
#[must_use]
pub fn rule(id: &str, effect: Effect) -> Rule {
    Rule {
        id: id.to_owned(),
        name: format!("Rule {id}"),
        owner: Owner::Merchandising,
        enabled: true,
        priority: 0,
        scope: Scope::default(),
        when: None,
        effect,
        campaign: None,
        note: None,
    }
}

/// A pin for [`Effect::Pin`].
#[must_use]
pub fn pin(sku: &str, slot: u32) -> Pin {
    Pin {
        sku: sku.to_owned(),
        slot,
    }
}

/// The parts of a rule that tests change most.
#[must_use]
pub trait RuleParts {
    /// With a condition.
    fn when(self, condition: &str) -> Self;
    /// With a priority.
    fn priority(self, priority: i64) -> Self;
    /// On one more page.
    fn on_page(self, path: &str) -> Self;
    /// With a scope.
    fn scope(self, scope: Scope) -> Self;
}

impl RuleParts for Rule {
    fn when(mut self, condition: &str) -> Self {
        self.when = Some(condition.to_owned());
        self
    }

    fn priority(mut self, priority: i64) -> Self {
        self.priority = priority;
        self
    }

    fn on_page(mut self, path: &str) -> Self {
        self.scope.pages.push(path.to_owned());
        self
    }

    fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }
}

/// A rule set that ranks by popularity alone.
#[must_use]
pub fn rule_set(rules: impl IntoIterator<Item = Rule>) -> RuleSet {
    RuleSet {
        name: "Rules".to_owned(),
        objective: Objective {
            default: Weights([(Signal::Popularity, 1.0)].into()),
            ..Objective::default()
        },
        eligibility: Eligibility::default(),
        rules: rules.into_iter().collect(),
        ..RuleSet::default()
    }
}

/// A request of somebody unknown for eight slots of the whole catalogue, on the web without
/// a store, at [`instant`].
#[must_use]
pub fn request() -> Request {
    Request {
        slots: 8,
        ..Request::anonymous("web", instant())
    }
}

/// A shopper who agreed to personalization and to nothing else.
#[must_use]
pub fn customer(id: &str) -> Customer {
    Customer {
        id: id.to_owned(),
        consent: Consent {
            personalization: true,
            ..Consent::default()
        },
        ..Customer::default()
    }
}

/// The parts of a request that tests change most.
#[must_use]
pub trait RequestParts {
    /// For a page.
    fn page(self, path: &str) -> Self;
    /// With a number of slots.
    fn slots(self, slots: u32) -> Self;
    /// In a store.
    fn store(self, id: &str) -> Self;
    /// From a shopper.
    fn customer(self, customer: Customer) -> Self;
}

impl RequestParts for Request {
    fn page(mut self, path: &str) -> Self {
        self.page = Some(path.to_owned());
        self
    }

    fn slots(mut self, slots: u32) -> Self {
        self.slots = slots;
        self
    }

    fn store(mut self, id: &str) -> Self {
        self.store = Some(id.to_owned());
        self
    }

    fn customer(mut self, customer: Customer) -> Self {
        self.customer = Some(customer);
        self
    }
}

/// A case of [`catalog`], [`rule_set`] and [`request`], in which the products are popular in
/// the order given: the first most, each next half as much.
#[must_use]
pub fn case(
    products: impl IntoIterator<Item = Product>,
    rules: impl IntoIterator<Item = Rule>,
) -> Case {
    let catalog = catalog(products);
    let mut popularity = 1.0;
    let mut next = || {
        popularity /= 2.0;
        popularity
    };
    let signals = Signals {
        popularity: catalog
            .products
            .iter()
            .map(|product| (product.sku.clone(), next()))
            .collect(),
        ..Signals::default()
    };
    Case {
        catalog,
        rule_set: rule_set(rules),
        request: request(),
        signals,
    }
}
