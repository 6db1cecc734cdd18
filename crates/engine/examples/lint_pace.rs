//! How long lint takes: 10,000 rules over 100,000 products, then one changed rule at a time.
//!
//! `cargo run --release -p endcap-engine --example lint_pace [RULES [PRODUCTS]]`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "an example prints what it measures, on documents of its own"
)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use endcap_engine::lint::{LintTerms, Linter, confirm};
use endcap_engine::{CompiledRules, Retailer, SignalTable};
use endcap_testkit::{instant, large};

/// Rules that are changed, one after the other.
const CHANGES: usize = 200;

/// Findings that are held against the engine.
const CONFIRMED: usize = 200;

fn main() {
    let mut sizes = std::env::args()
        .skip(1)
        .filter_map(|size| size.parse().ok());
    let (rules, products) = (
        sizes.next().unwrap_or(10_000),
        sizes.next().unwrap_or(100_000),
    );
    let catalog = large::catalog(products, 1);
    let signals = large::signals(&catalog, 1);
    let mut rule_set = large::rule_set(rules, &catalog, 1);
    let retailer = Retailer::build(&catalog).unwrap();
    let model = SignalTable::new(&retailer, &signals);
    let mut compiled = CompiledRules::compile(&rule_set).unwrap();

    let mut first = Vec::new();
    let mut linter = Linter::new(LintTerms::at(instant()));
    let mut findings = Vec::new();
    for _ in 0..5 {
        linter = Linter::new(LintTerms::at(instant()));
        let start = Instant::now();
        findings = linter.lint(&retailer, &model, (&rule_set, &compiled));
        first.push(start.elapsed());
    }
    println!(
        "{rules} rules, {products} products: {} findings",
        findings.len()
    );
    println!("  at first   {}", told(&mut first));
    let mut by_code: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &findings {
        *by_code.entry(finding.code.name()).or_default() += 1;
    }
    let step = findings.len().div_ceil(CONFIRMED).max(1);
    let confirmed = findings.iter().step_by(step);
    let wrong = confirmed.filter(|f| !confirm(&retailer, &compiled, &model, f).unwrap());
    for finding in wrong {
        println!("  not so: {} {}", finding.code.name(), finding.sentence);
    }

    let mut changes = Vec::new();
    for place in (0..rule_set.rules.len()).step_by((rule_set.rules.len() / CHANGES).max(1)) {
        let other = rule_set.rules[(place * 7 + 3) % rule_set.rules.len()].clone();
        let rule = &mut rule_set.rules[place];
        (rule.scope, rule.when, rule.effect) = (other.scope, other.when, other.effect);
        let changed = CompiledRules::compile(&endcap_vocab::RuleSet {
            rules: vec![rule.clone()],
            ..endcap_vocab::RuleSet::default()
        });
        compiled = compiled.with(changed.unwrap().rules().next().unwrap().clone());
        let start = Instant::now();
        std::hint::black_box(linter.lint(&retailer, &model, (&rule_set, &compiled)));
        changes.push(start.elapsed());
    }
    println!("  one change {}", told(&mut changes));
    for (code, count) in by_code {
        println!("  {count:6} {code}");
    }
}

/// Median and worst.
fn told(times: &mut [Duration]) -> String {
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let median = ms(times[times.len() / 2]);
    format!(
        "median {median:.1} ms, worst {:.1} ms",
        ms(times[times.len() - 1])
    )
}
