//! The Shoppers view and the product sheet, by role and label.
//!
//! 1. A search lists the shoppers that fit as it is typed, and a click makes one the view's.
//! 2. A persona that is picked is whose slates are shown.
//! 3. A slate with rules off stands beside the others, and goes again.
//! 4. The waterfall of a selected product ends at the score that its slate has for it.
//! 5. A product that is not on the slate says why.
//! 6. Two products of a slate say why one stands above the other.
//! 7. The arrow keys move the selection up and down and across.
//! 8. The sheet opens from a row, keeps the keyboard, and Escape gives it back.
//! 9. A slate whose rules cannot be read says so in its column; the others stand.
//! 10. Up to four slates stand side by side, one of them of a rule-set file.
//! 11. Each rule that touches a product is switched off in turn.
//! 12. A context of its own that does not hold up is said in its form, and nothing typed is lost.

mod common;

use std::sync::Arc;

use common::{LARGE, SMALL, Tested, click, desk, press, settle, window};
use egui::accesskit::{Role, Toggled};
use egui::{Key, Modifiers, Theme};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use endcap_app::console::{ColumnChoice, Command, RulesChoice, View};
use endcap_app::{Comparison, Who};

fn shoppers(size: egui::Vec2, theme: Theme) -> Tested {
    let mut window = window(size, theme);
    desk(&mut window)
        .console
        .remember(|session| session.view = View::Shoppers);
    window.run_ok();
    settle(&mut window);
    window
}

fn comparison(window: &mut Tested) -> Arc<Comparison> {
    let value = desk(window).console.answers().comparison().value().cloned();
    value.expect("a comparison")
}

fn who(window: &mut Tested) -> Who {
    desk(window).console.context().who.clone()
}

/// The whole name of the row of a slot, as a screen reader says it.
fn row_name(window: &Tested, begin: &str) -> String {
    let found = window.get_all_by_role(Role::ListItem).find_map(|node| {
        let name = node.accesskit_node().label()?;
        name.starts_with(begin).then_some(name)
    });
    found.expect("a row")
}

fn click_row(window: &mut Tested, begin: &str) {
    let name = row_name(window, begin);
    click(window, Role::ListItem, &name);
}

#[test]
fn a_search_lists_who_fits_and_a_click_makes_one_the_views() {
    let mut window = shoppers(LARGE, Theme::Light);
    let id = {
        let data = desk(&mut window).console.data().cloned().expect("data");
        data.workspace
            .shoppers
            .keys()
            .nth(700)
            .expect("a shopper")
            .clone()
    };
    let field = window.get_by_role_and_label(Role::SearchInput, "Find a shopper or a persona");
    field.focus();
    field.type_text(&id);
    window.run_ok();
    settle(&mut window);
    click(&mut window, Role::ListItem, &id);
    assert_eq!(who(&mut window), Who::Shopper(id.clone()));
    let card = window.get_by_role_and_label(Role::ListItem, &id);
    assert_eq!(card.accesskit_node().toggled(), Some(Toggled::True));
}

#[test]
fn a_persona_that_is_picked_is_whose_slates_are_shown() {
    let mut window = shoppers(LARGE, Theme::Light);
    click(&mut window, Role::ListItem, "No consent");
    let Who::Persona(persona) = who(&mut window) else {
        panic!("a persona")
    };
    assert_eq!(persona.name, "No consent");
    assert!(!persona.consent.personalization);
    // Without consent nobody is known: the slate is that of anybody.
    let slate = |window: &mut Tested| -> Vec<String> {
        let slates = comparison(window);
        slates.columns[0]
            .rows
            .iter()
            .map(|row| row.sku.clone())
            .collect()
    };
    let no_consent = slate(&mut window);
    click(&mut window, Role::ListItem, "Anonymous");
    assert_eq!(who(&mut window), Who::Anonymous);
    assert_eq!(slate(&mut window), no_consent);
}

#[test]
fn a_slate_with_rules_off_stands_beside_the_others_and_goes_again() {
    let mut window = shoppers(LARGE, Theme::Light);
    assert_eq!(comparison(&mut window).columns.len(), 2);
    click(&mut window, Role::Button, "Add a slate");
    click(&mut window, Role::MenuItem, "Rules off");
    let slates = comparison(&mut window);
    assert_eq!(slates.columns.len(), 3);
    assert_eq!(slates.columns[2].title, "Rules off");
    // With no rules, nothing but the score gives a slot.
    let falling = slates.columns[2]
        .rows
        .windows(2)
        .all(|pair| pair[0].score >= pair[1].score);
    assert!(falling);
    window.get_by_role_and_label(Role::Button, "Rules of the Rules off slate");
    click(&mut window, Role::Button, "Remove the Rules off slate");
    assert_eq!(comparison(&mut window).columns.len(), 2);
}

#[test]
fn the_waterfall_ends_at_the_score_of_the_slot() {
    let mut window = shoppers(LARGE, Theme::Light);
    click_row(&mut window, "Slot 2 of Draft");
    let score = comparison(&mut window).columns[0].rows[1].score;
    window.get_by_label("Why is this product in slot 2");
    let text = format!("Score {score:.3}");
    window.get_by_role_and_label(Role::Heading, &text);
    // The bar of the score says the same figure.
    window.get_by_role_and_label(Role::Label, &text);
    let explanation = desk(&mut window)
        .console
        .answers()
        .explanation()
        .value()
        .cloned();
    let steps = &explanation
        .as_ref()
        .expect("an explanation")
        .explained
        .waterfall;
    let last = steps.last().expect("steps");
    assert_eq!(last.label, "Score");
    assert!((last.value - score).abs() < 1e-12);
    // The bars add up to it.
    let sums: f64 = steps
        .iter()
        .filter(|step| step.label != "Base" && step.label != "Score")
        .map(|step| step.to - step.from)
        .sum();
    assert!(
        (sums.abs() - score).abs() < 1e-9 || (sums - score).abs() < 1e-9,
        "{sums} {score}"
    );
}

#[test]
fn a_product_that_is_not_on_the_slate_says_why() {
    let mut window = shoppers(LARGE, Theme::Light);
    let (sku, title) = {
        let slates = comparison(&mut window);
        let on: Vec<&str> = slates.columns[0]
            .rows
            .iter()
            .map(|row| row.sku.as_str())
            .collect();
        let workspace = desk(&mut window).console.data().cloned().expect("data");
        let hits = workspace.workspace.find_products("coffee", 500);
        let hit = hits.iter().find(|hit| !on.contains(&hit.sku.as_str()));
        let hit = hit.expect("a product that is not there");
        (hit.sku.clone(), hit.title.clone())
    };
    let field = window.get_by_role_and_label(Role::SearchInput, "Why not this product?");
    field.focus();
    field.type_text(&sku);
    window.run_ok();
    settle(&mut window);
    click(
        &mut window,
        Role::ListBoxOption,
        &format!("Why not {title}"),
    );
    window.get_by_label("Why is this product not on the slate");
    let answers = desk(&mut window).console.answers();
    let explained = answers
        .explanation()
        .value()
        .cloned()
        .expect("an explanation");
    assert_eq!(explained.explained.head.sku, sku);
    let cure = explained
        .explained
        .cures
        .first()
        .expect("a cure")
        .sentence
        .clone();
    window.get_by_label(&cure);
}

#[test]
fn two_products_say_why_one_stands_above_the_other() {
    let mut window = shoppers(LARGE, Theme::Light);
    click_row(&mut window, "Slot 2 of Draft");
    let name = row_name(&window, "Slot 5 of Draft");
    window
        .get_by_role_and_label(Role::ListItem, &name)
        .click_modifiers(Modifiers::SHIFT);
    window.run_ok();
    settle(&mut window);
    let slates = comparison(&mut window);
    let (first, second) = (&slates.columns[0].rows[1], &slates.columns[0].rows[4]);
    window.get_by_label(&format!("{} stands above {}", first.title, second.title));
    click(&mut window, Role::Button, "Stop comparing");
    assert!(window.query_by_label("Stop comparing").is_none());
    // The button does the same.
    click(
        &mut window,
        Role::Button,
        "Why is it above or below another product",
    );
    click(&mut window, Role::ListBoxOption, &second.title);
    window.get_by_label(&format!("{} stands above {}", first.title, second.title));
}

#[test]
fn the_arrow_keys_move_the_selection_up_and_down_and_across() {
    let mut window = shoppers(LARGE, Theme::Light);
    click_row(&mut window, "Slot 2 of Draft");
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    let slates = comparison(&mut window);
    let third = slates.columns[0].rows[2].sku.clone();
    let explained = |window: &mut Tested| {
        let explained = desk(window).console.answers().explained().cloned();
        explained.map(|(column, sku, _)| (column, sku))
    };
    assert_eq!(explained(&mut window), Some((0, third.clone())));
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    let there = slates.columns[1].rows.iter().find(|row| row.sku == third);
    let expected = there.unwrap_or(&slates.columns[1].rows[2]).sku.clone();
    assert_eq!(explained(&mut window), Some((1, expected)));
    press(&mut window, Modifiers::NONE, Key::Home);
    let first = slates.columns[1].rows[0].sku.clone();
    assert_eq!(explained(&mut window), Some((1, first)));
}

#[test]
fn the_sheet_opens_from_a_row_keeps_the_keyboard_and_escape_gives_it_back() {
    let mut window = shoppers(LARGE, Theme::Light);
    click_row(&mut window, "Slot 2 of Draft");
    press(&mut window, Modifiers::NONE, Key::Enter);
    window.get_by_role_and_label(Role::Dialog, "Product sheet");
    for section in [
        "Fields",
        "Stock by location",
        "Price path",
        "Where it stands",
    ] {
        window.get_by_role_and_label(Role::Heading, section);
    }
    for _ in 0..6 {
        press(&mut window, Modifiers::NONE, Key::Tab);
        let row = row_name(&window, "Slot 2 of Draft");
        assert!(
            !window
                .get_by_role_and_label(Role::ListItem, &row)
                .is_focused()
        );
    }
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(
        window
            .query_by_role_and_label(Role::Dialog, "Product sheet")
            .is_none()
    );
    assert_eq!(desk(&mut window).console.answers().sheet_of(), None);
    let row = row_name(&window, "Slot 2 of Draft");
    assert!(
        window
            .get_by_role_and_label(Role::ListItem, &row)
            .is_focused()
    );
}

#[test]
fn a_slate_whose_rules_cannot_be_read_says_so_in_its_column() {
    let mut window = shoppers(LARGE, Theme::Light);
    let choice = |rules| ColumnChoice {
        rules,
        context: None,
    };
    let missing = std::path::PathBuf::from("no-such-rules.json");
    desk(&mut window).send(Command::Compare(vec![
        choice(RulesChoice::Draft),
        choice(RulesChoice::File(missing)),
        choice(RulesChoice::Live),
    ]));
    settle(&mut window);
    let slates = comparison(&mut window);
    assert!(slates.columns[1].error.is_some());
    row_name(&window, "Slot 1 of Draft");
    row_name(&window, "Slot 1 of Live");
    assert!(
        window
            .query_all_by_label_contains("no-such-rules.json")
            .count()
            > 0
    );
}

#[test]
fn four_slates_stand_side_by_side_one_of_a_file() {
    let mut window = shoppers(LARGE, Theme::Light);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("kept.json");
    desk(&mut window).send(Command::SaveRules(file.clone()));
    settle(&mut window);
    let choice = |rules| ColumnChoice {
        rules,
        context: None,
    };
    desk(&mut window).send(Command::Compare(vec![
        choice(RulesChoice::Draft),
        choice(RulesChoice::Live),
        choice(RulesChoice::File(file)),
    ]));
    settle(&mut window);
    click(&mut window, Role::Button, "Add a slate");
    click(&mut window, Role::MenuItem, "Rules off");
    let slates = comparison(&mut window);
    let skus = |column: usize| -> Vec<String> {
        let rows = slates.columns[column].rows.iter();
        rows.map(|row| row.sku.clone()).collect()
    };
    assert_eq!(slates.columns.len(), 4);
    // The file holds the draft's own rules.
    assert_eq!(skus(2), skus(0));
    assert_ne!(skus(3), skus(0));
    for title in ["Draft", "Live", "Rules off"] {
        row_name(&window, &format!("Slot 1 of {title}"));
    }
    assert!(
        window
            .query_by_role_and_label(Role::Button, "Add a slate")
            .is_none_or(|button| button.accesskit_node().is_disabled())
    );
}

#[test]
fn each_rule_is_switched_off_in_turn() {
    let mut window = shoppers(LARGE, Theme::Light);
    click_row(&mut window, "Slot 2 of Draft");
    let explanation = desk(&mut window)
        .console
        .answers()
        .explanation()
        .value()
        .cloned();
    let without = &explanation.expect("an explanation").explained.without;
    assert!(!without.is_empty());
    for rule in without {
        let begin = format!("{} off: ", rule.name);
        let rows = window.query_all_by_role(Role::Row);
        let said = rows.into_iter().find_map(|row| {
            let label = row.accesskit_node().label()?;
            label.starts_with(&begin).then_some(label)
        });
        let said = said.unwrap_or_else(|| panic!("{begin}"));
        if let Some(slot) = rule.slot {
            assert!(said.contains(&format!("slot {slot}")), "{said}");
        }
    }
}

#[test]
fn a_context_that_does_not_hold_up_is_said_in_its_form() {
    let mut window = shoppers(LARGE, Theme::Light);
    click(
        &mut window,
        Role::Button,
        "Another context for the Live slate",
    );
    let field = window.get_by_role_and_label(Role::TextInput, "Store");
    field.focus();
    field.type_text("nowhere");
    window.run_ok();
    click(&mut window, Role::Button, "Show");
    assert!(window.query_all_by_label_contains("nowhere").count() > 0);
    let field = window.get_by_role_and_label(Role::TextInput, "Store");
    assert_eq!(field.value().as_deref(), Some("nowhere"));
    assert_eq!(desk(&mut window).console.columns()[1].context, None);
}

/// Pictures of the view, to look at: written where ENDCAP_SHOTS says.
#[test]
fn pictures_of_the_view_and_the_sheet() {
    if std::env::var_os("ENDCAP_SHOTS").is_none() {
        return;
    }
    for (theme, theme_name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        for size in [LARGE, SMALL] {
            let mut window = shoppers(size, theme);
            let name = |what: &str| format!("{what}-{theme_name}-{}", size.x);
            common::shot(&mut window, &name("shoppers-start"));
            click_row(&mut window, "Slot 2 of Draft");
            common::shot(&mut window, &name("shoppers"));
            press(&mut window, Modifiers::NONE, Key::Enter);
            common::shot(&mut window, &name("sheet"));
            for part in ["sheet-middle", "sheet-end"] {
                press(&mut window, Modifiers::NONE, Key::PageDown);
                common::shot(&mut window, &name(part));
            }
            press(&mut window, Modifiers::NONE, Key::Escape);
            for rules in ["Rules off", "Draft"] {
                click(&mut window, Role::Button, "Add a slate");
                click(&mut window, Role::MenuItem, rules);
            }
            common::shot(&mut window, &name("shoppers-four"));
        }
    }
}
