//! Facts proved here, on many requests of the demo retailer:
//! 1. The bars of a waterfall follow one another and add up to the engine's score.
//! 2. A slot without a rule is the slot that ranking without it gives.
//! 3. A path ends with the slot, and begins with the candidates of the page.
//! 4. Why one product stands above another: whichever is higher, with a difference of scores
//!    that its parts add up to; or the pin, or the failed test.
//! 5. What a sheet says of stock, prices, rules and pages is what ranking says.
//! 6. The sheet of a snapshot is that of the same demo made on the spot, and a snapshot that
//!    changed since is refused.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test is made of may fail the test"
)]

use endcap_app::{
    CompiledRules, DataSource, ErrorCode, RankCommand, RuleSet, Sort, Source, StepKind, Who,
    Workspace,
};

struct Demo {
    workspace: Workspace,
    rule_set: RuleSet,
    rules: CompiledRules,
}

fn demo() -> Demo {
    let rule_set = Workspace::demo_rules();
    Demo {
        workspace: Workspace::demo().unwrap(),
        rules: Workspace::compile(&rule_set).unwrap(),
        rule_set,
    }
}

impl Demo {
    /// Pages, shoppers, stores, channels and instants where rules of every kind are in force.
    fn commands(&self) -> Vec<RankCommand> {
        let loyal = self.workspace.most_loyal_shopper().unwrap().to_owned();
        let personas = self.workspace.people("", 0).personas;
        let personas = personas.into_iter().map(|row| Who::Persona(row.persona));
        let who: Vec<Who> = [Who::Anonymous, Who::Shopper(loyal)]
            .into_iter()
            .chain(personas)
            .collect();
        let pages = [
            "grocery/beverages/coffee",
            "grocery/dairy",
            "household",
            "home",
            "home/living/candles",
            "grocery/wine and spirits",
        ];
        let command = |(place, who): (usize, Who)| RankCommand {
            who,
            page: Some(pages[place % pages.len()].to_owned()),
            store: Some(["munich", "hamburg", "lisbon"][place % 3].to_owned()),
            channel: Some(["web", "app", "store"][place % 3].to_owned()),
            at: Some(
                ["2026-11-20T17:30", "2026-11-21T08:00"][place % 2]
                    .parse()
                    .unwrap(),
            ),
            slots: 12,
            sort: if place == 7 {
                Sort::PriceAsc
            } else {
                Sort::Recommended
            },
            ..RankCommand::default()
        };
        let mut commands: Vec<RankCommand> = who.into_iter().enumerate().map(command).collect();
        commands.push(RankCommand {
            query: Some("coffee".to_owned()),
            ..RankCommand::default()
        });
        commands
    }

    fn slate(&self, rules: &CompiledRules, command: &RankCommand) -> Vec<(String, u32)> {
        let view = self.workspace.rank(rules, command).unwrap();
        let slots = view.answer.slots.into_iter();
        slots.map(|slot| (slot.sku, slot.slot)).collect()
    }

    /// Skus on the slate, and some that are not.
    fn skus(&self, command: &RankCommand) -> Vec<String> {
        let view = self.workspace.rank(&self.rules, command).unwrap();
        let shown = view
            .answer
            .slots
            .iter()
            .step_by(4)
            .map(|slot| slot.sku.clone());
        let ineligible = view
            .answer
            .ineligible
            .unwrap_or_default()
            .into_keys()
            .take(2);
        let columns = self.workspace.retailer.columns();
        let page = self
            .workspace
            .retailer
            .page(command.page.as_deref().unwrap_or(""));
        let last = columns.sku.get(page.end - 1).to_owned();
        let returned = page
            .clone()
            .max_by(|a, b| columns.return_rate[*a].total_cmp(&columns.return_rate[*b]));
        let returned = returned.map(|row| columns.sku.get(row).to_owned());
        let elsewhere = columns.sku.get(page.end % columns.len()).to_owned();
        shown
            .chain(ineligible)
            .chain([last, elsewhere])
            .chain(returned)
            .collect()
    }
}

fn slot_of(slate: &[(String, u32)], sku: &str) -> Option<u32> {
    slate
        .iter()
        .find(|(at, _)| at == sku)
        .map(|(_, slot)| *slot)
}

#[test]
fn the_bars_of_a_waterfall_add_up_to_the_score() {
    let demo = demo();
    let mut kinds = std::collections::BTreeSet::new();
    for command in demo.commands() {
        for sku in demo.skus(&command) {
            let why = demo.workspace.why(&demo.rules, &command, &sku).unwrap();
            let told = demo.workspace.explain(&demo.rules, &command, &sku).unwrap();
            let mut at = 0.0;
            let mut points = Vec::new();
            for step in &told.waterfall {
                kinds.insert(step.kind);
                if matches!(step.kind, StepKind::Base | StepKind::Score) {
                    assert_eq!((step.from, step.value), (0.0, step.to), "{sku}: {step:?}");
                    assert!((step.to - at).abs() < 1e-12, "{sku}: {step:?} after {at}");
                } else {
                    assert_eq!(step.from, at, "{sku}: {step:?}");
                    assert!((step.from + step.value - step.to).abs() < 1e-12, "{step:?}");
                }
                if matches!(step.kind, StepKind::Benefit | StepKind::Cost) {
                    points.push(step.value);
                }
                at = step.to;
            }
            assert_eq!(at, why.score, "{sku}");
            assert_eq!(told.score, why.score);
            let expected: Vec<f64> = why.contributions.iter().map(|part| part.points).collect();
            assert_eq!(points, expected);
            assert_eq!(told.fails, why.fails);
            assert_eq!(told.cures, why.cures);
        }
    }
    for kind in [
        StepKind::Benefit,
        StepKind::Cost,
        StepKind::Boost,
        StepKind::Bury,
    ] {
        assert!(kinds.contains(&kind), "no request shows {kind:?}");
    }
}

#[test]
fn a_slot_without_a_rule_is_what_ranking_without_it_gives() {
    let demo = demo();
    for command in demo.commands().into_iter().step_by(2) {
        let now = demo.slate(&demo.rules, &command);
        for sku in demo.skus(&command).into_iter().step_by(2) {
            let told = demo.workspace.explain(&demo.rules, &command, &sku).unwrap();
            assert_eq!(told.head.slot, slot_of(&now, &sku));
            for without in &told.without {
                let rules = match &without.rule {
                    Some(rule) => demo.rules.without(rule),
                    None => demo.rules.organic(),
                };
                let expected = slot_of(&demo.slate(&rules, &command), &sku);
                assert_eq!(without.slot, expected, "{sku} without {:?}", without.rule);
            }
            assert_eq!(told.without.last().unwrap().name, "All rules");
        }
    }
}

#[test]
fn a_path_begins_with_the_candidates_and_ends_with_the_slot() {
    let demo = demo();
    let command = RankCommand {
        page: Some("grocery/beverages/coffee".to_owned()),
        slots: 12,
        ..RankCommand::default()
    };
    let count = demo
        .workspace
        .retailer
        .page("grocery/beverages/coffee")
        .len();
    let view = demo.workspace.rank(&demo.rules, &command).unwrap();
    let organic = demo.slate(&demo.rules.organic(), &command);
    let mut pins = 0;
    for slot in &view.answer.slots {
        let told = demo
            .workspace
            .explain(&demo.rules, &command, &slot.sku)
            .unwrap();
        assert_eq!(
            told.path[0],
            format!("Candidate from Coffee ({count} products)")
        );
        assert!(
            told.path[1].starts_with("Eligible: in stock at"),
            "{:?}",
            told.path
        );
        if let Some(before) = slot_of(&organic, &slot.sku) {
            let said = format!("Organic slot {before} by score {:.3}", slot.base);
            assert_eq!(told.path[2], said);
        }
        let last = told.path.last().unwrap();
        assert!(
            last.contains(&format!("slot {}", slot.slot)),
            "{:?}",
            told.path
        );
        if slot.source == Source::Pin {
            pins += 1;
            assert!(last.contains("“Two coffees of the month”"), "{last}");
        }
    }
    assert!(pins > 0, "the demo pins coffees");
    for (sku, reason) in view.answer.ineligible.unwrap().iter().take(5) {
        let told = demo.workspace.explain(&demo.rules, &command, sku).unwrap();
        assert_eq!(told.fails.first(), Some(reason));
        assert!(
            told.path.last().unwrap().starts_with("Not eligible: "),
            "{:?}",
            told.path
        );
        assert!(!told.cures.is_empty());
    }
}

#[test]
fn why_one_stands_above_the_other_adds_up() {
    let demo = demo();
    for command in demo.commands() {
        let view = demo.workspace.rank(&demo.rules, &command).unwrap();
        for pair in view.answer.slots.windows(2) {
            let [upper, lower] = pair else { panic!("two") };
            let skus = [lower.sku.as_str(), upper.sku.as_str()];
            let told = demo
                .workspace
                .why_above(&demo.rules, &command, skus)
                .unwrap();
            assert_eq!((&told.above.sku, &told.below.sku), (&upper.sku, &lower.sku));
            if command.sort == Sort::Recommended {
                let lead: f64 = told.parts.iter().map(endcap_app::ScorePart::lead).sum();
                assert!(
                    (lead - (upper.score - lower.score)).abs() < 1e-9,
                    "{told:?}"
                );
                let leads: Vec<f64> = told.parts.iter().map(|part| part.lead().abs()).collect();
                assert!(leads.is_sorted_by(|a, b| a >= b), "{leads:?}");
            }
            let said = told.sentences.join(" ");
            if upper.source == Source::Pin {
                assert!(said.contains("pins"), "{said}");
            }
            if command.sort == Sort::Recommended && upper.score < lower.score {
                assert!(said.contains("the other way round"), "{said}");
            }
        }
        let ineligible = view.answer.ineligible.unwrap_or_default();
        if let (Some(first), Some((sku, _))) = (view.answer.slots.first(), ineligible.iter().next())
        {
            let told = demo
                .workspace
                .why_above(&demo.rules, &command, [sku, &first.sku])
                .unwrap();
            assert_eq!(told.above.sku, first.sku);
            let cures = demo
                .workspace
                .why(&demo.rules, &command, sku)
                .unwrap()
                .cures;
            assert!(
                told.sentences.join(" ").contains(&cures[0].sentence),
                "{told:?}"
            );
        }
    }
}

#[test]
fn a_sheet_says_what_ranking_says() {
    let demo = demo();
    for command in demo.commands() {
        for sku in demo.skus(&command).into_iter().step_by(2) {
            let why = demo.workspace.why(&demo.rules, &command, &sku).unwrap();
            let sheet = demo
                .workspace
                .sheet(&sku, &demo.rule_set, &demo.rules, &command)
                .unwrap();
            let lying = sheet.stock.iter().filter(|row| row.serves);
            let coming = sheet.inbound.iter().filter(|line| line.counts);
            let units = lying.map(|row| row.available).sum::<i64>()
                + coming.map(|line| line.quantity).sum::<i64>();
            assert_eq!(units, why.stock, "{sku}");

            let in_force = sheet.promotions.iter().filter(|line| line.in_force);
            let ids: Vec<&str> = in_force.map(|line| line.id.as_str()).collect();
            assert_eq!(ids, why.promotions, "{sku}");
            let [first, .., last] = &sheet.prices[..] else {
                panic!("{:?}", sheet.prices);
            };
            assert_eq!((first.price, last.price), (why.list_price, why.price));
            assert_eq!(last.margin, why.margin);
            let giving: Vec<f64> = sheet
                .prices
                .iter()
                .filter(|step| step.counts)
                .map(|step| step.price)
                .collect();
            assert_eq!(giving, [why.price, why.price], "{sku}: {:?}", sheet.prices);

            let touching: Vec<&str> = why
                .rules
                .iter()
                .filter(|rule| rule.touches || rule.kind == "only")
                .map(|rule| rule.rule.as_str())
                .collect();
            let in_force = sheet.rules.iter().filter(|rule| rule.in_force);
            let in_force: Vec<&str> = in_force.map(|rule| rule.rule.as_str()).collect();
            assert_eq!(in_force, touching, "{sku}");
            assert!(
                sheet.rules.iter().all(|rule| !rule.why.is_empty()),
                "{:?}",
                sheet.rules
            );

            assert_eq!(sheet.pages[0].page, sheet.head.category);
            for place in &sheet.pages {
                let on_page = RankCommand {
                    page: Some(place.page.clone()),
                    query: None,
                    ..command.clone()
                };
                let slate = demo.slate(&demo.rules, &on_page);
                assert_eq!(place.slot, slot_of(&slate, &sku), "{sku} on {}", place.page);
            }
            assert!(
                sheet
                    .fields
                    .iter()
                    .all(|field| field.from.is_some() == field.is_known)
            );
        }
    }
}

#[test]
fn what_keeps_a_rule_out_is_said() {
    let demo = demo();
    let command = RankCommand {
        page: Some("grocery/beverages".to_owned()),
        ..RankCommand::default()
    };
    let columns = demo.workspace.retailer.columns();
    let drinks = demo
        .workspace
        .retailer
        .page("grocery/beverages/soft drinks");
    let sku = columns.sku.get(drinks.start);
    let sheet = demo
        .workspace
        .sheet(sku, &demo.rule_set, &demo.rules, &command)
        .unwrap();
    let rule = |id: &str| sheet.rules.iter().find(|rule| rule.rule == id).unwrap();
    assert_eq!(
        rule("iced-summer").why,
        "It is switched off. It ended on 31 August 2026."
    );
    assert!(!rule("iced-summer").in_force);
    assert!(rule("brand-variety").in_force);
}

#[test]
fn the_sheet_of_a_snapshot_is_that_of_the_demo_it_was_made_of() {
    let demo = demo();
    let path = endcap_testkit::repository().join("fixtures/demo/snapshot.endcap");
    let opened = Workspace::open(&path).unwrap();
    assert_eq!(opened.source, DataSource::Snapshot(path));
    let command = RankCommand {
        page: Some("grocery".to_owned()),
        ..RankCommand::default()
    };
    let columns = demo.workspace.retailer.columns();
    for row in (0..columns.len()).step_by(columns.len() / 12) {
        let sku = columns.sku.get(row);
        let sheet = |workspace: &Workspace| {
            workspace
                .sheet(sku, &demo.rule_set, &demo.rules, &command)
                .unwrap()
        };
        assert_eq!(sheet(&opened), sheet(&demo.workspace), "{sku}");
    }
}

#[test]
fn a_snapshot_that_changed_since_it_was_opened_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("shop.endcap");
    let make = |products, seed| {
        let size = endcap_app::DemoSize {
            products,
            shoppers: 5,
            order_lines: 20,
        };
        endcap_app::make_demo(size, seed, &path, |_| {}).unwrap();
    };
    make(60, 1);
    let workspace = Workspace::open(&path).unwrap();
    let rule_set = Workspace::relevance_alone();
    let rules = Workspace::compile(&rule_set).unwrap();
    let sku = workspace.retailer.columns().sku.get(0).to_owned();
    let sheet = || workspace.sheet(&sku, &rule_set, &rules, &RankCommand::default());
    assert!(sheet().is_ok());
    make(61, 2);
    let error = sheet().unwrap_err();
    assert_eq!(error.code, ErrorCode::Unreadable);
    assert!(
        error.summary.ends_with("changed since it was opened"),
        "{error}"
    );
}

#[test]
fn a_sku_that_is_not_there_is_refused_with_a_hint() {
    let demo = demo();
    let command = RankCommand::default();
    let error = demo.workspace.explain(&demo.rules, &command, "COF-00009-X");
    assert!(error.unwrap_err().hint.is_some());
    let pair = demo.workspace.why_above(&demo.rules, &command, ["x", "y"]);
    assert_eq!(pair.unwrap_err().code, ErrorCode::BadInput);
}
