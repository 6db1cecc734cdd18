//! How long the parts of a request take over 100,000 made-up products:
//! `cargo bench -p endcap-engine`.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use endcap_engine::lint::{LintTerms, Linter};
use endcap_engine::{CompiledRule, CompiledRules, Retailer, SignalTable, slate};
use endcap_testkit::{instant, large};
use endcap_vocab::{Catalog, Request, RuleSet};

const PRODUCTS: u32 = 100_000;

/// Rules of a request.
const RULES: u32 = 50;

/// Rules that are linted.
const LINTED: u32 = 10_000;

/// A retailer with a model, and what it was made of.
struct Shop {
    catalog: Catalog,
    retailer: Retailer,
    model: SignalTable,
}

fn shop() -> Shop {
    let catalog = large::catalog(PRODUCTS, 1);
    let retailer = Retailer::build(&catalog).expect("a catalogue");
    let model = SignalTable::new(&retailer, &large::signals(&catalog, 1));
    Shop {
        catalog,
        retailer,
        model,
    }
}

fn rules(shop: &Shop, count: u32) -> (RuleSet, CompiledRules) {
    let rule_set = large::rule_set(count, &shop.catalog, 1);
    let compiled = CompiledRules::compile(&rule_set).expect("rules");
    (rule_set, compiled)
}

/// The same rules with one of them boosting by another figure.
fn edited(rules: &CompiledRules, figure: u32) -> CompiledRules {
    let mut rule = rules.rules().next().expect("a rule").rule().clone();
    rule.effect = endcap_vocab::Effect::Boost {
        percent: 1.0 + f64::from(figure % 90),
    };
    rules.with(CompiledRule::new(&rule).expect("a rule"))
}

fn build(criterion: &mut Criterion) {
    let catalog = large::catalog(PRODUCTS, 1);
    let mut group = criterion.benchmark_group("retailer");
    group.sample_size(10).bench_function("build", |bench| {
        bench.iter(|| Retailer::build(black_box(&catalog)));
    });
}

fn request(criterion: &mut Criterion) {
    let shop = shop();
    let (_, rules) = rules(&shop, RULES);
    let organic = rules.organic();
    let explained = Request::anonymous("web", instant());
    let request = Request {
        explain: false,
        ..explained.clone()
    };
    let answer = |rules: &CompiledRules, request: &Request| {
        slate(&shop.retailer, rules, &shop.model, request).expect("an answer")
    };
    let mut group = criterion.benchmark_group("request");
    group.bench_function("score", |bench| {
        bench.iter(|| answer(&organic, &request));
    });
    group.bench_function("fill by rules", |bench| {
        bench.iter(|| answer(&rules, &request));
    });
    group.bench_function("explain with organic ranks", |bench| {
        bench.iter(|| answer(&rules, &explained));
    });
    let mut edits = 0..;
    group.bench_function("after a rule changed", |bench| {
        bench.iter_batched(
            || edited(&rules, edits.next().unwrap_or(0)),
            |rules| answer(&rules, &request),
            BatchSize::SmallInput,
        );
    });
}

fn lint(criterion: &mut Criterion) {
    let shop = shop();
    let (rule_set, rules) = rules(&shop, LINTED);
    let mut linter = Linter::new(LintTerms::at(instant()));
    let mut found = |rules: &CompiledRules| {
        let findings = linter.lint(&shop.retailer, &shop.model, (&rule_set, rules));
        black_box(findings.len())
    };
    found(&rules);
    let mut edits = 0..;
    criterion.bench_function("lint/one rule changed", |bench| {
        bench.iter_batched(
            || edited(&rules, edits.next().unwrap_or(0)),
            |rules| found(&rules),
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, build, request, lint);
criterion_main!(benches);
