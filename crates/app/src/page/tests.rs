//! Facts proved here:
//! 1. A slate is the engine's answer, with the prices and stock that its quotes give.
//! 2. Counts add up to the products of the page, and are said as a merchandiser says them.
//! 3. The drawer holds every candidate that may not be shown, by reason and title, each with
//!    the sentence that following that product alone gives.
//! 4. Movements and what is gone follow from the slots of the two slates.
//! 5. A figure is good or bad only where it has a better side and differs by what is shown.
//! 6. The objective says which entry holds, and each weight is that of the nearest entry.
//! 7. A page has the cards of its rules and of those above it, its own first; those in force
//!    are those that the engine follows.
//! 8. A rule that is not in force says why in few words.
//! 9. A boost and a bury are in conflict where they meet on a product, and not elsewhere.
//! 10. A slate that is suppressed has no cards, no figures, and breaks nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use endcap_testkit::build::{RuleParts, rule};
use endcap_vocab::{Effect, Placement, Reason, Rule, RuleSet, Schedule, Scope, Signal, Weights};

use super::*;
use crate::{Movement, Who};

const COFFEE: &str = "grocery/beverages/coffee";

static DEMO: LazyLock<Workspace> = LazyLock::new(|| Workspace::demo().unwrap());

fn on(page: &str) -> RankCommand {
    RankCommand {
        page: Some(page.to_owned()),
        ..RankCommand::default()
    }
}

fn slate(rules: &RuleSet, command: &RankCommand) -> Slate {
    let compiled = Workspace::compile(rules).unwrap();
    DEMO.slate(&compiled, command).unwrap()
}

fn view(rules: &RuleSet, command: &RankCommand) -> PageView {
    let draft = slate(rules, command);
    let live = slate(&Workspace::demo_rules(), command);
    DEMO.page(rules, draft, &live)
}

/// The demo's rules with some more.
fn with(rules: impl IntoIterator<Item = Rule>) -> RuleSet {
    let mut all = Workspace::demo_rules();
    all.rules.extend(rules);
    all
}

fn boost(id: &str, percent: f64) -> Rule {
    rule(id, Effect::Boost { percent })
}

fn commands() -> Vec<RankCommand> {
    let loyal = DEMO.most_loyal_shopper();
    let mut commands = vec![
        RankCommand::default(),
        RankCommand {
            query: Some("coffee".to_owned()),
            slots: 200,
            ..RankCommand::default()
        },
        RankCommand {
            sort: endcap_vocab::Sort::PriceAsc,
            ..on("home")
        },
        RankCommand {
            filter: Some("product.price < 10.0".to_owned()),
            ..on("grocery")
        },
    ];
    for page in [COFFEE, "grocery/beverages", "household", "home/living"] {
        commands.push(on(page));
        commands.push(RankCommand {
            who: Who::of(loyal),
            store: Some("helsinki".to_owned()),
            ..on(page)
        });
    }
    commands
}

#[test]
fn a_slate_is_the_engines_answer_with_the_prices_that_its_quotes_give() {
    let rules = Workspace::demo_rules();
    let compiled = Workspace::compile(&rules).unwrap();
    for command in commands() {
        let slate = DEMO.slate(&compiled, &command).unwrap();
        let ranked = DEMO.rank(&compiled, &command).unwrap();
        let mut expected = ranked.answer.clone();
        let ineligible = expected.ineligible.take().unwrap();
        assert_eq!(slate.answer, expected);
        assert_eq!(slate.local_time, ranked.local_time);
        assert_eq!(slate.cards.len(), ranked.products.len());
        for (card, product) in slate.cards.iter().zip(&ranked.products) {
            let quote = &product.quote;
            assert_eq!(
                (card.price, card.list_price, card.margin, card.stock),
                (quote.price, quote.list_price, quote.margin, quote.stock)
            );
            assert_eq!((&card.title, &card.brand), (&product.title, &product.brand));
        }
        let columns = DEMO.retailer.columns();
        let unshown: BTreeMap<String, Reason> = slate
            .unshown
            .iter()
            .map(|of| (columns.sku.get(of.row as usize).to_owned(), of.reason))
            .collect();
        assert_eq!(unshown, ineligible);
    }
}

#[test]
fn counts_add_up_to_the_products_of_the_page() {
    for page in [COFFEE, "home", "grocery/wine and spirits"] {
        let slate = slate(&Workspace::demo_rules(), &on(page));
        let counts = &slate.counts;
        let hidden: u32 = counts.by_reason.iter().map(|(_, count)| count).sum();
        assert_eq!(counts.candidates as usize, DEMO.retailer.page(page).len());
        assert_eq!(counts.eligible + hidden, counts.candidates);
    }
    let counts = Counts {
        candidates: 138,
        eligible: 131,
        by_reason: vec![(Reason::OutOfStock, 7)],
    };
    assert_eq!(
        counts.say(),
        "138 products, 131 eligible, 7 hidden by stock"
    );
    let counts = Counts {
        candidates: 1,
        eligible: 1,
        by_reason: Vec::new(),
    };
    assert_eq!(counts.say(), "1 product, 1 eligible");
}

#[test]
fn the_drawer_says_of_each_product_what_following_it_alone_says() {
    let rules =
        with([rule("hide-decaf", Effect::Hide {}).when("product.attributes.decaf == true")]);
    let compiled = Workspace::compile(&rules).unwrap();
    let command = on("grocery/beverages");
    let slate = DEMO.slate(&compiled, &command).unwrap();
    let rows = DEMO.ineligible(&compiled, &slate, 0..usize::MAX).unwrap();
    assert_eq!(rows.len(), slate.unshown.len());
    let reasons: BTreeSet<Reason> = rows.iter().map(|row| row.reason).collect();
    assert!(reasons.len() >= 4, "{reasons:?}");
    let places: Vec<_> = rows.iter().map(|row| (row.reason, &row.title)).collect();
    assert!(places.is_sorted());
    for row in rows.iter().step_by(7) {
        let why = DEMO.why(&compiled, &command, &row.sku).unwrap();
        let cure = why.cures.iter().find(|cure| cure.code == row.reason.name());
        assert_eq!(
            row.sentence.to_lowercase(),
            cure.unwrap().sentence.to_lowercase()
        );
    }
    let some = DEMO.ineligible(&compiled, &slate, 3..5).unwrap();
    assert_eq!(some, rows[3..5]);
    assert!(
        DEMO.ineligible(&compiled, &slate, 900..901)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn movements_and_what_is_gone_follow_from_the_slots_of_both_slates() {
    let draft = with([boost("more", 150.0)
        .when("product.title.contains(\"pods\")")
        .on_page(COFFEE)]);
    let view = view(&draft, &on(COFFEE));
    let live = slate(&Workspace::demo_rules(), &on(COFFEE));
    let slot = |cards: &[Card], sku: &str| {
        let card = cards.iter().find(|card| card.sku == sku);
        card.map(|card| i64::from(card.slot))
    };
    let mut moved = 0;
    for (card, movement) in view.cards() {
        let expected = match slot(&live.cards, &card.sku).map(|was| was - i64::from(card.slot)) {
            None => Movement::New,
            Some(0) => Movement::Same,
            Some(up @ 1..) => Movement::Up(up as u32),
            Some(down) => Movement::Down(down.unsigned_abs() as u32),
        };
        moved += u32::from(movement != Movement::Same);
        assert_eq!(movement, expected, "{}", card.sku);
    }
    assert!(moved > 0);
    let gone = live.cards.iter();
    let gone: Vec<&Card> = gone
        .filter(|card| slot(&view.slate.cards, &card.sku).is_none())
        .collect();
    assert_eq!(view.gone.iter().collect::<Vec<_>>(), gone);
}

#[test]
fn a_figure_is_good_or_bad_only_where_it_has_a_better_side_and_differs() {
    let figure = |delta: Delta, better: Better| {
        let figure = Figure {
            id: "x",
            label: String::new(),
            value: None,
            live: None,
            delta: Some(delta),
            better,
            help: "",
        };
        figure.tone()
    };
    assert_eq!(figure(Delta::Share(0.061), Better::Up), Tone::Good);
    assert_eq!(figure(Delta::Points(-0.022), Better::Up), Tone::Bad);
    assert_eq!(figure(Delta::Points(0.09), Better::Down), Tone::Bad);
    assert_eq!(figure(Delta::Count(-1), Better::Down), Tone::Good);
    assert_eq!(figure(Delta::Points(0.04), Better::Neither), Tone::Neutral);
    // 0.04 points are shown as 0.0.
    assert_eq!(figure(Delta::Points(0.0004), Better::Up), Tone::Neutral);

    // Beyond the first slots, where a quota and a cap leave it some room.
    let draft = with([boost("more", 300.0).when("!product.private_label")]);
    let command = on("household");
    let view = view(&draft, &command);
    let live = slate(&Workspace::demo_rules(), &command);
    let metrics = |slate: &Slate| slate.answer.metrics.clone().flatten().unwrap();
    let (now, was) = (metrics(&view.slate), metrics(&live));
    let share = view.figures.iter().find(|f| f.id == "private_label_share");
    let points = now.private_label_share - was.private_label_share;
    assert_eq!(share.unwrap().delta, Some(Delta::Points(points)));
    assert_eq!(share.unwrap().tone(), Tone::Bad);
    let margin = &view.figures[0];
    let relative = (now.margin_per_1k - was.margin_per_1k) / was.margin_per_1k;
    assert_eq!(margin.delta, Some(Delta::Share(relative)));
    assert_eq!(view.figures[5].label, "Brands in top 24");
}

#[test]
fn the_objective_says_which_entry_holds_and_where_each_weight_is_from() {
    let mut draft = Workspace::demo_rules();
    let weights = |entries: &[(Signal, f64)]| Weights(entries.iter().copied().collect());
    let categories = &mut draft.objective.categories;
    categories.insert(
        "grocery".to_owned(),
        weights(&[(Signal::Rating, 3.0), (Signal::Margin, 9.0)]),
    );
    let on_coffee = view(&draft, &on(COFFEE)).objective;
    assert_eq!(on_coffee.holds, "Coffee, overrides Grocery");
    assert_eq!(on_coffee.entry.as_deref(), Some(COFFEE));
    let on_tea = view(&draft, &on("grocery/beverages")).objective;
    assert_eq!(on_tea.holds, "Grocery");
    let on_home = view(&draft, &RankCommand::default()).objective;
    assert_eq!(
        (on_home.holds.as_str(), on_home.entry),
        ("all products", None)
    );

    let row = |signal: Signal| {
        on_coffee
            .rows
            .iter()
            .find(|row| row.signal == signal)
            .unwrap()
    };
    // The demo's own weights: margin 0.55 on Coffee, rating 0.15 for all products.
    assert_eq!(row(Signal::Margin).inherited_from, None);
    assert_eq!(
        (row(Signal::Margin).weight, row(Signal::Margin).live),
        (0.55, 0.55)
    );
    assert_eq!(
        row(Signal::Rating).inherited_from.as_deref(),
        Some("Grocery")
    );
    assert_eq!(
        (row(Signal::Rating).weight, row(Signal::Rating).live),
        (3.0, 0.15)
    );
    assert_eq!(
        row(Signal::Season).inherited_from.as_deref(),
        Some("all products")
    );
    assert_eq!(on_coffee.rows.len(), Signal::ALL.len());
}

#[test]
fn the_cards_in_force_are_the_rules_that_the_engine_follows() {
    let rules = with([
        boost("zz-own", 5.0).on_page(COFFEE),
        boost("tea", 5.0).on_page("grocery/beverages/tea"),
    ]);
    let compiled = Workspace::compile(&rules).unwrap();
    for command in commands() {
        let view = view(&rules, &command);
        let Some(card) = view.slate.cards.first() else {
            continue;
        };
        let why = DEMO.why(&compiled, &command, &card.sku).unwrap();
        let followed: BTreeSet<&str> = why.rules.iter().map(|rule| rule.rule.as_str()).collect();
        let in_force = view.rules.iter().filter(|rule| rule.is_in_force());
        assert_eq!(
            in_force
                .map(|rule| rule.id.as_str())
                .collect::<BTreeSet<_>>(),
            followed
        );
    }
    let cards = view(&rules, &on(COFFEE)).rules;
    let ids: Vec<&str> = cards.iter().map(|card| card.id.as_str()).collect();
    assert_eq!(ids[..3], ["coffee-own-brand", "zz-own", "coffee-pins"]);
    assert!(!ids.contains(&"tea"));
    let from = |id: &str| {
        cards
            .iter()
            .find(|card| card.id == id)
            .unwrap()
            .inherited_from
            .clone()
    };
    assert_eq!(from("zz-own"), None);
    assert_eq!(from("coffee-slow-pods").as_deref(), Some("Beverages"));
    assert_eq!(from("brand-variety").as_deref(), Some("all pages"));
}

#[test]
fn a_card_says_what_its_rule_does_without_repeating_its_tag() {
    let cards = view(&Workspace::demo_rules(), &on(COFFEE)).rules;
    let card = |id: &str| cards.iter().find(|card| card.id == id).unwrap();
    let own = card("coffee-own-brand");
    assert_eq!(own.kind, "Boost 40%");
    assert_eq!(own.sentence, "Private label and margin at least 30%");
    assert_eq!((own.place.as_str(), own.schedule.as_str()), ("", ""));
    let pins = card("coffee-pins");
    assert_eq!(pins.kind, "Pin 3, 6");
    assert_eq!(pins.place, "On category pages through app or web");
    // One of its two products is out of stock in the demo.
    assert_eq!(pins.notes.len(), 1);
}

#[test]
fn a_rule_that_is_not_in_force_says_why_in_few_words() {
    let schedule = |schedule: Schedule| Scope {
        schedule: Some(schedule),
        ..Scope::default()
    };
    let at = |text: &str| Some(text.parse().unwrap());
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    // The demo's instant is Friday 20 November 2026, 9:00 in Berlin, 8:00 in UTC.
    let scopes = [
        (
            "from Fri 27 Nov",
            schedule(Schedule {
                from: at("2026-11-27T00:00:00"),
                ..Schedule::default()
            }),
        ),
        (
            "from Fri 1 Jan 2027 08:30",
            schedule(Schedule {
                from: at("2027-01-01T08:30:00"),
                ..Schedule::default()
            }),
        ),
        (
            "ended Thu 19 Nov",
            schedule(Schedule {
                until: at("2026-11-20T00:00:00"),
                ..Schedule::default()
            }),
        ),
        (
            "from 21:00 to 06:00",
            schedule(Schedule {
                hours: Some([21, 6]),
                ..Schedule::default()
            }),
        ),
        (
            "app only",
            Scope {
                channels: texts(&["app"]),
                ..Scope::default()
            },
        ),
        (
            "app and store only",
            Scope {
                channels: texts(&["app", "store"]),
                ..Scope::default()
            },
        ),
        (
            "munich and 2 others only",
            Scope {
                stores: texts(&["munich", "vienna", "lisbon"]),
                ..Scope::default()
            },
        ),
        (
            "search only",
            Scope {
                placements: vec![Placement::Search],
                ..Scope::default()
            },
        ),
        (
            "query “tea” only",
            Scope {
                queries: texts(&["tea"]),
                ..Scope::default()
            },
        ),
        (
            "families only",
            Scope {
                segments: texts(&["families"]),
                ..Scope::default()
            },
        ),
    ];
    let rules = scopes
        .iter()
        .enumerate()
        .map(|(index, (_, scope))| boost(&format!("r{index}"), 1.0).scope(scope.clone()));
    let cards = view(&with(rules), &on(COFFEE)).rules;
    for (index, (why, _)) in scopes.iter().enumerate() {
        let card = cards
            .iter()
            .find(|card| card.id == format!("r{index}"))
            .unwrap();
        assert_eq!(card.out_of_force.as_deref(), Some(*why));
    }
    let sorted = RankCommand {
        sort: endcap_vocab::Sort::Newest,
        ..on(COFFEE)
    };
    let cards = view(&with([]), &sorted).rules;
    let own = cards
        .iter()
        .find(|card| card.id == "coffee-own-brand")
        .unwrap();
    assert_eq!(
        own.out_of_force.as_deref(),
        Some("the shopper chose the order")
    );
}

#[test]
fn a_boost_and_a_bury_are_in_conflict_only_where_they_meet() {
    let bury = |id: &str, when: &str| {
        rule(id, Effect::Bury { percent: 10.0 })
            .when(when)
            .on_page(COFFEE)
    };
    let rules = with([
        boost("up", 5.0)
            .when("product.private_label")
            .on_page(COFFEE),
        bury("down", "product.margin >= 0.0"),
        bury("others", "!product.private_label"),
    ]);
    let cards = view(&rules, &on(COFFEE)).rules;
    let conflicts = |id: &str| {
        cards
            .iter()
            .find(|card| card.id == id)
            .unwrap()
            .conflicts
            .clone()
    };
    assert_eq!(conflicts("up"), ["overlaps “Rule down”"]);
    assert_eq!(conflicts("others"), Vec::<String>::new());
    assert!(conflicts("down").contains(&"overlaps “Rule up”".to_owned()));
}

#[test]
fn a_suppressed_slate_has_no_cards_and_no_figures() {
    let command = RankCommand {
        placement: Some(Placement::Email),
        ..on(COFFEE)
    };
    let view = view(&Workspace::demo_rules(), &command);
    assert!(view.slate.cards.is_empty() && view.slate.unshown.is_empty());
    assert!(
        view.figures
            .iter()
            .all(|figure| figure.value.is_none() && figure.tone() == Tone::Neutral)
    );
    assert_eq!(view.slate.counts.say(), "0 products, 0 eligible");
}
