//! Lint finds what is planted into a large retailer with rules of every kind:
//!
//! 1. Each code is found for the rule that was planted, whatever the other rules are.
//! 2. The engine bears out what is found of it.

#![allow(
    clippy::unwrap_used,
    reason = "what a test is made of may fail the test"
)]

use chrono::Days;
use endcap_engine::lint::{Approval, Code, LintTerms, confirm, lint};
use endcap_engine::{CompiledRules, Retailer, SignalTable, rank};
use endcap_testkit::build::{RuleParts, pin, request, rule};
use endcap_testkit::{instant, large};
use endcap_vocab::{
    CapField, Catalog, Effect, IfUnavailable, Pin, Product, Request, Rule, RuleSet, Scope, Signal,
};
use serde_json::{Value, json};

/// A retailer, its rules, and what is planted into them.
struct Bed {
    catalog: Catalog,
    rule_set: RuleSet,
    seed: u64,
}

impl Bed {
    fn new(seed: u64) -> Self {
        let catalog = large::catalog(1_500, seed);
        Self {
            rule_set: large::rule_set(60, &catalog, seed),
            catalog,
            seed,
        }
    }

    /// A product that may be shown, another one for each place.
    fn product(&self, place: usize) -> &Product {
        let in_stock = self
            .catalog
            .inventory
            .chunks(4)
            .map(|rows| rows[0].on_hand > 0);
        let products = self.catalog.products.iter().zip(in_stock);
        let shown = products.filter(|(product, in_stock)| {
            *in_stock
                && product
                    .launched_on
                    .is_some_and(|day| day < instant().date_naive())
        });
        let shown: Vec<&Product> = shown.map(|(product, _)| product).collect();
        shown[(self.seed as usize * 31 + place * 7) % shown.len()]
    }

    fn model(&self, retailer: &Retailer) -> SignalTable {
        SignalTable::new(retailer, &large::signals(&self.catalog, self.seed))
    }

    /// The product that its own score puts first on a page.
    fn best_of(&self, page: &str) -> String {
        let retailer = Retailer::build(&self.catalog).unwrap();
        let rules = CompiledRules::compile(&self.rule_set).unwrap().organic();
        let request = Request {
            page: Some(page.to_owned()),
            ..request()
        };
        let answer = rank(&retailer, &rules, &self.model(&retailer), &request).unwrap();
        answer.slots[0].sku.clone()
    }

    fn plant(&mut self, rules: impl IntoIterator<Item = Rule>) {
        self.rule_set.rules.extend(rules);
    }
}

fn pins(pins: impl IntoIterator<Item = Pin>) -> Effect {
    Effect::Pin {
        pins: pins.into_iter().collect(),
        if_unavailable: IfUnavailable::Skip,
    }
}

fn schedule(schedule: Value) -> Scope {
    serde_json::from_value(Value::from_iter([("schedule", schedule)])).unwrap()
}

const BOOST: Effect = Effect::Boost { percent: 12.0 };

/// Makes a retailer in which `planted` rules have what a code stands for.
fn plant(code: Code, bed: &mut Bed) {
    let [one, two] = [0, 1].map(|place| bed.product(place).clone());
    let (first, second) = (one.sku.as_str(), two.sku.as_str());
    let is_first = format!("product.sku == \"{first}\"");
    let leaf = one.category.as_str();
    let department = leaf.split('/').next().unwrap();
    let planted = |effect: Effect| rule("planted", effect);
    let other = |effect: Effect| rule("other", effect).priority(9);
    let number = bed.seed % 30;
    let cap = |max: u32, first: u32| Effect::Cap {
        field: CapField::Category,
        max,
        first,
    };
    match code {
        Code::NeverMatches => {
            let when = format!("product.price < {number}.0 && product.price >= {number}.5");
            bed.plant([planted(BOOST).when(&when)]);
        }
        Code::NeverInForce => {
            let stores = vec!["nowhere".to_owned()];
            bed.plant([planted(BOOST).scope(Scope {
                stores,
                ..Scope::default()
            })]);
        }
        Code::ReachesNothing => {
            let when = format!("product.brand == \"Nobody {number}\"");
            bed.plant([planted(BOOST).when(&when).on_page(leaf)]);
        }
        Code::ChangesNothing => bed.plant([planted(Effect::Boost { percent: 0.0 })]),
        Code::MootHidden => bed.plant([
            planted(BOOST).when(&is_first).on_page(leaf),
            other(Effect::Hide {}).when(&is_first).on_page(department),
        ]),
        Code::MootInside => bed.plant([
            planted(cap(3, 9)).on_page(leaf),
            other(cap(2, 12)).on_page(department),
        ]),
        Code::BoostMeetsBury => bed.plant([
            planted(BOOST).when(&is_first).on_page(department),
            other(Effect::Bury { percent: 9.0 })
                .when(&is_first)
                .on_page(leaf),
        ]),
        Code::PinsShareSlot => bed.plant([
            planted(pins([pin(first, 190)])).on_page(leaf),
            other(pins([pin(second, 190)])).on_page(department),
        ]),
        Code::PinsShareSku => bed.plant([
            planted(pins([pin(first, 1)])).on_page(leaf),
            other(pins([pin(first, 2)])).on_page(department),
        ]),
        Code::PinHidden => bed.plant([
            planted(pins([pin(first, 1)])).on_page(leaf),
            other(Effect::Hide {}).when(&is_first),
        ]),
        Code::PinIneligible => {
            let mut rows = bed.catalog.inventory.iter_mut();
            rows.by_ref()
                .filter(|row| row.sku == first)
                .for_each(|row| row.on_hand = 0);
            bed.plant([planted(pins([pin(first, 1)]))]);
        }
        Code::PinDemotes => {
            let best = bed.best_of(department);
            let deep = planted(pins([pin(&best, 5)])).on_page(department);
            bed.plant([deep]);
        }
        Code::UnknownSku => bed.plant([planted(pins([pin("nobody", 1)]))]),
        Code::FutureSku | Code::DiscontinuedSku => {
            let today = instant().date_naive();
            let mut products = bed.catalog.products.iter_mut();
            let product = products.find(|product| product.sku == first).unwrap();
            if code == Code::FutureSku {
                product.launched_on = today.checked_add_days(Days::new(3 + number));
            } else {
                product.discontinued_on = today.checked_sub_days(Days::new(number));
            }
            bed.plant([planted(pins([pin(first, 1)]))]);
        }
        Code::QuotaUnmet => {
            let quota = Effect::Quota { min: 60, first: 80 };
            bed.plant([planted(quota).when(&is_first)]);
        }
        Code::CapFightsQuota => {
            // A pin could bring the quota what the cap keeps from it.
            let is_pin = |rule: &Rule| matches!(rule.effect, Effect::Pin { .. });
            bed.rule_set.rules.retain(|rule| !is_pin(rule));
            let mut products = bed.catalog.products.iter_mut();
            let second = products.find(|product| product.sku == second).unwrap();
            second.category = leaf.to_owned();
            let quota = Effect::Quota { min: 2, first: 4 };
            bed.plant([
                planted(cap(1, 10)).on_page(leaf),
                other(quota).on_page(leaf),
            ]);
        }
        Code::Expired => {
            let over = schedule(json!({"until": "2026-11-01T00:00:00"}));
            bed.plant([planted(BOOST).scope(over)]);
        }
        Code::ExpiresSoon => {
            let soon = schedule(json!({"until": "2026-11-28T00:00:00"}));
            bed.plant([planted(BOOST).scope(soon)]);
        }
        Code::StartsBeforeApproval => {
            let before = schedule(json!({"from": "2026-11-02T00:00:00"}));
            bed.plant([planted(BOOST).scope(before)]);
        }
        Code::ClockGap => {
            let skipped = schedule(json!({"from": "2027-03-14T02:30:00", "tz": "America/Denver"}));
            bed.plant([planted(BOOST).scope(skipped)]);
        }
        Code::WeightIdle => {
            bed.rule_set.objective.default.0.insert(Signal::Season, 1.0);
        }
    }
}

#[test]
fn what_is_planted_is_found() {
    let approved_at = "2026-11-05T00:00:00Z".parse().unwrap();
    for seed in 0..8 {
        for code in Code::ALL {
            let mut bed = Bed::new(seed);
            plant(code, &mut bed);
            let retailer = Retailer::build(&bed.catalog).unwrap();
            let rules = CompiledRules::compile(&bed.rule_set).unwrap();
            let model = bed.model(&retailer);
            let terms = LintTerms {
                approval: Some(Approval::new(approved_at, &RuleSet::default())),
                ..LintTerms::at(instant())
            };
            let findings = lint(&retailer, &model, (&bed.rule_set, &rules), &terms);
            let is_planted = |rules: &[String]| {
                let is_ours = |id: &String| id == "planted" || id == "other";
                rules.first().is_none_or(is_ours)
            };
            let mut of_code = findings.iter().filter(|finding| finding.code == code);
            let found = of_code.find(|finding| is_planted(&finding.rules));
            let finding = found.unwrap_or_else(|| panic!("{} of seed {seed}", code.name()));
            let is_so = confirm(&retailer, &rules, &model, finding).unwrap();
            assert!(is_so, "seed {seed}: {finding:#?}");
        }
    }
}
