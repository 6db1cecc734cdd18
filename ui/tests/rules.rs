//! The sides of the Rank view, by role and label.
//!
//! 1. The page changes by its chip and by the tree.
//! 2. A simulated shopper is chosen by name.
//! 3. An instant that is none is said in place, and what was typed stays.
//! 4. A slider moves by keys, and one step back undoes the last.
//! 5. A rule is switched off and on where it stands.
//! 6. A new boost with a completed clause is previewed, saved as one step, and undone whole.
//! 7. A fault in CEL is said under the text, and saving waits.
//! 8. Rules of one kind change places by keys.
//! 9. A deleted rule comes back by undo.
//! 10. Cancel leaves the draft as it was.
//! 11. What lint finds stands on the rule's card, and its fix is one step.
//! 12. What it finds elsewhere is counted and listed, and the list leads to the rule's card.
//! 13. The fix of a listed finding is one step, from the keyboard too.
//! 14. A weight that cannot matter is said at the objective.

mod common;

use egui::accesskit::Role;
use egui::{Key, Modifiers, Theme};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use endcap_app::console::Edit;
use endcap_app::{Effect, Rule, Signal, Who};

use common::{LARGE, SMALL, Tested, click, desk, focus, press, settle, shot, typed, window};

const COFFEE: &str = "grocery/beverages/coffee";

fn large() -> Tested {
    window(LARGE, Theme::Light)
}

fn page(window: &mut Tested) -> Option<String> {
    desk(window).console.context().page.clone()
}

fn rule(window: &mut Tested, id: &str) -> Option<Rule> {
    let draft = desk(window).console.draft().expect("a draft");
    draft
        .rules()
        .rules
        .iter()
        .find(|rule| rule.id == id)
        .cloned()
}

fn margin(window: &mut Tested) -> f64 {
    let draft = desk(window).console.draft().expect("a draft");
    draft.rules().objective.categories[COFFEE].0[&Signal::Margin]
}

fn undo(window: &mut Tested) {
    desk(window).send(endcap_app::console::Command::Undo);
    settle(window);
}

/// What it looks like, at both sizes, light and dark; only where pictures are asked for.
#[test]
fn pictures_of_the_sides() {
    if std::env::var_os("ENDCAP_SHOTS").is_none() {
        return;
    }
    for (size, at) in [(LARGE, "1440"), (SMALL, "1280")] {
        for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            let mut window = window(size, theme);
            shot(&mut window, &format!("sides-{at}-{name}"));
            click(&mut window, Role::Button, "New rule");
            shot(&mut window, &format!("editor-{at}-{name}"));
        }
    }
}

#[test]
fn the_page_changes_by_its_chip_and_by_the_tree() {
    let mut window = large();
    assert_eq!(page(&mut window).as_deref(), Some(COFFEE));
    click(&mut window, Role::Button, "Page Coffee");
    typed(&mut window, "juice");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(
        page(&mut window).as_deref(),
        Some("grocery/beverages/juice")
    );
    window.get_by_role_and_label(Role::Button, "Page Juice");
    let tea = window.get_all_by_role(Role::TreeItem);
    let tea = tea.into_iter().find(|row| {
        let label = row.accesskit_node().label().unwrap_or_default();
        label == "Tea" || label.starts_with("Tea,")
    });
    tea.expect("a row of the tree").click();
    settle(&mut window);
    assert_eq!(page(&mut window).as_deref(), Some("grocery/beverages/tea"));
}

#[test]
fn a_simulated_shopper_is_chosen_by_name() {
    let mut window = large();
    click(&mut window, Role::Button, "Shopper Anonymous");
    let people = desk(&mut window)
        .console
        .answers()
        .people()
        .value()
        .cloned();
    let persona = people.expect("people").personas[0].persona.clone();
    typed(&mut window, &persona.name);
    click(&mut window, Role::ListItem, &persona.name);
    assert_eq!(
        desk(&mut window).console.context().who,
        Who::Persona(persona.clone())
    );
    let chip = format!("Shopper {}", persona.name);
    window.get_by_role_and_label(Role::Button, &chip);
}

#[test]
fn an_instant_that_is_none_is_said_in_place_and_the_text_stays() {
    let mut window = large();
    let time = window.query_all_by_role(Role::Button).find(|chip| {
        let label = chip.accesskit_node().label().unwrap_or_default();
        label.starts_with("Time ") || label.starts_with("More")
    });
    time.expect("a chip of the time").click();
    settle(&mut window);
    window
        .get_by_role_and_label(Role::TextInput, "Date and time")
        .focus();
    settle(&mut window);
    typed(&mut window, "soon");
    press(&mut window, Modifiers::NONE, Key::Enter);
    window.get_by_label_contains("“soon” is no time here");
    let field = window.get_by_role_and_label(Role::TextInput, "Date and time");
    assert_eq!(field.value().as_deref(), Some("soon"));
    assert_eq!(desk(&mut window).console.context().at, None);
    shot(&mut window, "instant-error");
}

#[test]
fn a_slider_moves_by_keys_and_a_step_back_undoes_the_last() {
    let mut window = large();
    let start = margin(&mut window);
    window
        .get_by_role_and_label(Role::Slider, "Margin weight")
        .focus();
    settle(&mut window);
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    assert!((margin(&mut window) - start - 0.02).abs() < 1e-9);
    undo(&mut window);
    assert!((margin(&mut window) - start - 0.01).abs() < 1e-9);
    undo(&mut window);
    assert!((margin(&mut window) - start).abs() < 1e-9);
}

#[test]
fn a_rule_is_switched_where_it_stands() {
    let mut window = large();
    click(&mut window, Role::Switch, "Own-brand coffee on");
    assert!(
        !rule(&mut window, "coffee-own-brand")
            .expect("the rule")
            .enabled
    );
    window.get_by_label_contains("Draft · 1 change to live");
    click(&mut window, Role::Switch, "Own-brand coffee on");
    assert!(
        rule(&mut window, "coffee-own-brand")
            .expect("the rule")
            .enabled
    );
}

fn with_new_rule() -> Tested {
    let mut window = large();
    click(&mut window, Role::Button, "New rule");
    window
}

fn new_rule(window: &mut Tested) -> Option<Rule> {
    rule(window, "rule-coffee")
}

#[test]
fn a_new_boost_is_previewed_saved_as_one_step_and_undone_whole() {
    let mut window = with_new_rule();
    click(&mut window, Role::Button, "Add a condition");
    typed(&mut window, "brand");
    press(&mut window, Modifiers::NONE, Key::Enter);
    // Private label comes first for its words; the clause is made one of the brand.
    window
        .get_by_role_and_label(Role::TextInput, "Brand is")
        .focus();
    settle(&mut window);
    typed(&mut window, "Alder");
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    press(&mut window, Modifiers::NONE, Key::Enter);
    window.get_by_label_contains("on this page");
    shot(&mut window, "editor-clause");
    let rule = new_rule(&mut window).expect("a preview");
    assert_eq!(
        rule.when.as_deref(),
        Some("product.brand == \"Alder Street\"")
    );
    click(&mut window, Role::Button, "Save");
    assert!(
        window
            .query_by_role_and_label(Role::Button, "Save")
            .is_none()
    );
    assert!(new_rule(&mut window).is_some());
    undo(&mut window);
    assert_eq!(new_rule(&mut window), None);
    let draft = desk(&mut window).console.draft().expect("a draft");
    assert_eq!(draft.undo_label(), None);
}

#[test]
fn a_fault_in_cel_is_said_under_the_text_and_saving_waits() {
    let mut window = with_new_rule();
    click(&mut window, Role::Button, "CEL");
    window
        .get_by_role_and_label(Role::MultilineTextInput, "Condition in CEL")
        .focus();
    settle(&mut window);
    typed(&mut window, "product.margin >= 0.3 && product.colour == 1");
    window.get_by_label_contains("Column 34");
    let save = window.get_by_role_and_label(Role::Button, "Save");
    assert!(save.accesskit_node().is_disabled());
    shot(&mut window, "editor-cel-error");
}

#[test]
fn cancel_leaves_the_draft_as_it_was() {
    let mut window = large();
    let before = desk(&mut window)
        .console
        .draft()
        .expect("a draft")
        .rules()
        .clone();
    click(&mut window, Role::ListItem, "Own-brand coffee, Boost 40%");
    window.get_by_role_and_label(Role::TextInput, "By").focus();
    settle(&mut window);
    press(&mut window, Modifiers::COMMAND, Key::A);
    typed(&mut window, "90");
    let during = rule(&mut window, "coffee-own-brand");
    assert_eq!(
        during.expect("the rule").effect,
        Effect::Boost { percent: 90.0 }
    );
    click(&mut window, Role::Button, "Cancel");
    let draft = desk(&mut window).console.draft().expect("a draft");
    assert_eq!(draft.rules(), &before);
    assert_eq!(draft.undo_label(), None);
}

#[test]
fn rules_of_one_kind_change_places_by_keys() {
    let mut window = large();
    window
        .get_by_role_and_label(Role::ListItem, "Own-brand coffee, Boost 40%")
        .focus();
    settle(&mut window);
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::D);
    let copy = "Own-brand coffee (copy), Boost 40%";
    let y = |window: &Tested, label| {
        window
            .get_by_role_and_label(Role::ListItem, label)
            .rect()
            .top()
    };
    assert!(y(&window, copy) > y(&window, "Own-brand coffee, Boost 40%"));
    window.get_by_role_and_label(Role::ListItem, copy).focus();
    settle(&mut window);
    press(&mut window, Modifiers::ALT, Key::ArrowUp);
    assert!(y(&window, copy) < y(&window, "Own-brand coffee, Boost 40%"));
    assert_eq!(
        rule(&mut window, "coffee-own-brand-2")
            .expect("the copy")
            .priority,
        1
    );
}

#[test]
fn a_deleted_rule_comes_back_by_undo() {
    let mut window = large();
    window
        .get_by_role_and_label(Role::ListItem, "Own-brand coffee, Boost 40%")
        .focus();
    settle(&mut window);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(rule(&mut window, "coffee-own-brand"), None);
    undo(&mut window);
    assert!(rule(&mut window, "coffee-own-brand").is_some());
}

#[test]
fn a_rule_that_is_edited_stays_with_its_data() {
    let folder = tempfile::tempdir().expect("a folder");
    let snapshot = folder.path().join("other.endcap");
    let size = endcap_app::DemoSize::default();
    endcap_app::make_demo(size, 2, &snapshot, |_| ()).expect("a snapshot");
    let mut window = large();
    click(&mut window, Role::ListItem, "Own-brand coffee, Boost 40%");
    window.get_by_role_and_label(Role::TextInput, "By").focus();
    settle(&mut window);
    press(&mut window, Modifiers::COMMAND, Key::A);
    typed(&mut window, "90");
    let source = endcap_app::console::Source {
        snapshot,
        rules: None,
    };
    desk(&mut window).send(endcap_app::console::Command::Open(Some(source)));
    settle(&mut window);
    assert!(
        window
            .query_by_role_and_label(Role::TextInput, "By")
            .is_none()
    );
    assert_eq!(rule(&mut window, "coffee-own-brand"), None);
    // Back on the demo the last edit is there.
    desk(&mut window).send(endcap_app::console::Command::Open(None));
    settle(&mut window);
    let kept = rule(&mut window, "coffee-own-brand").expect("the rule");
    assert_eq!(kept.effect, Effect::Boost { percent: 90.0 });
}

#[test]
fn opening_the_same_data_again_keeps_the_draft_and_its_undo() {
    let mut window = large();
    click(&mut window, Role::Switch, "Own-brand coffee on");
    let label = desk(&mut window)
        .console
        .draft()
        .and_then(|draft| draft.undo_label().map(str::to_owned));
    assert!(label.is_some());
    desk(&mut window).send(endcap_app::console::Command::Open(None));
    settle(&mut window);
    let draft = desk(&mut window).console.draft().expect("a draft");
    assert_eq!(draft.undo_label().map(str::to_owned), label);
    assert!(
        !rule(&mut window, "coffee-own-brand")
            .expect("the rule")
            .enabled
    );
}

#[test]
fn what_lint_finds_stands_on_the_card_and_its_fix_is_one_step() {
    let mut window = large();
    let mut pins = rule(&mut window, "coffee-pins").expect("the demo's pins");
    let Effect::Pin { pins: places, .. } = &mut pins.effect else {
        panic!("not a pin");
    };
    places[0].sku = "COF-99999-9".to_owned();
    let edit = Edit::put(pins.clone());
    desk(&mut window).edit("Pin a sku that there is not".to_owned(), vec![edit]);
    settle(&mut window);
    let sentence = "“Coffee of the month” pins COF-99999-9 to slot 3, but the catalogue has no \
                    COF-99999-9.";
    let name = format!("“{}”", pins.name);
    let sentence = sentence.replace("“Coffee of the month”", &name);
    window.get_by_label(&sentence);
    let fix = format!("Remove the pin of COF-99999-9: {}", pins.name);
    click(&mut window, Role::Button, &fix);
    let left = rule(&mut window, "coffee-pins").expect("the rule stays");
    let Effect::Pin { pins: places, .. } = &left.effect else {
        panic!("not a pin");
    };
    assert_eq!(places.len(), 1);
    assert!(window.query_by_label(&sentence).is_none());
    undo(&mut window);
    assert_eq!(rule(&mut window, "coffee-pins"), Some(pins));
    window.get_by_label(&sentence);
}

/// A rule of another page that no product can match.
fn spoil_another_page(window: &mut Tested) {
    let mut impossible = rule(window, "coffee-own-brand").expect("the rule");
    impossible.id = "rich-bread".to_owned();
    impossible.name = "Rich bread".to_owned();
    impossible.scope.pages = vec!["grocery/bakery".to_owned()];
    impossible.when = Some("product.margin >= 30".to_owned());
    desk(window).edit("Boost what is not".to_owned(), vec![Edit::put(impossible)]);
    settle(window);
}

#[test]
fn what_lint_finds_elsewhere_is_counted_and_listed_and_enter_leads_there() {
    let mut window = large();
    spoil_another_page(&mut window);
    click(&mut window, Role::Button, "3 findings, 1 elsewhere");
    window.get_by_role_and_label(Role::Dialog, "What lint finds");
    window.get_by_label("never-matches · /rules/20/when");
    window.get_by_label("Seen: on grocery/bakery, category through web, Fri 20 Nov 2026 09:00");
    shot(&mut window, "findings");
    click(&mut window, Role::RadioButton, "This page 2");
    assert!(
        window
            .query_by_label("never-matches · /rules/20/when")
            .is_none()
    );
    click(&mut window, Role::RadioButton, "Elsewhere 1");
    focus(
        &mut window,
        Role::SearchInput,
        "Search findings by rule, code or word",
    );
    typed(&mut window, "bread never");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(page(&mut window).as_deref(), Some("grocery/bakery"));
    assert!(
        window
            .query_by_role_and_label(Role::Dialog, "What lint finds")
            .is_none()
    );
    let card = window.get_by_role_and_label(Role::ListItem, "Rich bread, Boost 40%");
    assert!(card.accesskit_node().is_focused());
    shot(&mut window, "finding-shown");
}

#[test]
fn a_finding_is_ended_from_the_list_by_a_key_as_one_step() {
    let mut window = large();
    spoil_another_page(&mut window);
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::F);
    window.get_by_role_and_label(Role::Button, "Remove the rule: Rich bread");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert_eq!(rule(&mut window, "rich-bread"), None);
    window.get_by_role_and_label(Role::RadioButton, "Elsewhere 0");
    shot(&mut window, "finding-ended");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(
        window
            .query_by_role_and_label(Role::Dialog, "What lint finds")
            .is_none()
    );
    undo(&mut window);
    assert!(rule(&mut window, "rich-bread").is_some());
    window.get_by_label("3 findings, 1 elsewhere");
}

#[test]
fn a_weight_that_cannot_matter_is_said_at_the_objective_with_its_fix() {
    let mut window = large();
    let weigh = |page: &str| Edit::SetWeight {
        category: Some(page.to_owned()),
        signal: Signal::Season,
        weight: Some(0.4),
    };
    let edits = vec![weigh(COFFEE), weigh("grocery/nowhere")];
    desk(&mut window).edit("Weigh the season", edits);
    settle(&mut window);
    let said = "The weight of season for grocery/beverages/coffee cannot matter: it is 0 for every \
                product.";
    window.get_by_label(said);
    shot(&mut window, "finding-of-a-weight");
    // That of another page is in the list alone.
    window.get_by_label("4 findings, 1 elsewhere");
    let fix = "Remove the weight: In season weight of Coffee";
    click(&mut window, Role::Button, fix);
    assert!(window.query_by_label(said).is_none());
    let draft = desk(&mut window).console.draft().expect("a draft");
    let weights = &draft.rules().objective.categories[COFFEE].0;
    assert!(!weights.contains_key(&Signal::Season));
}
