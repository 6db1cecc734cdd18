//! What stands around the views, by role and label, over a real console on the demo.
//!
//! 1. The palette finds a page and Enter goes there; it finds a product and opens its sheet.
//! 2. The theme and the scale are set and remembered.
//! 3. A wrong path is said in the dialog, and the text stays.
//! 4. A folder of files is imported and ends with its report; a refused import says file and line.
//! 5. The guide has five steps; skipped once, it never comes by itself again.
//! 6. Undo and redo by their keys; starting again from live offers the way back.
//! 7. The keyboard map lists every action.
//! 8. A rule set that was saved is loaded again.
//! 9. What was open before is opened again by its button.
//! 10. A modal keeps the keys of what lies behind it from acting.

mod common;

use common::{LARGE, Tested, act, click, desk, press, settle, started, typed, window};
use egui::accesskit::Role;
use egui::{Key, Modifiers, Theme};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use endcap_app::console::{Command, Edit, Theme as ThemeSetting, View};
use endcap_ui::{Action, Window};
use std::path::Path;

/// Lowers the margin weight by a step of undo.
fn edit(harness: &mut Harness<'static, Window>) {
    let edit = Edit::SetWeight {
        category: None,
        signal: endcap_app::Signal::Margin,
        weight: Some(0.25),
    };
    desk(harness).edit("Margin to 0.25", vec![edit]);
    settle(harness);
}

fn margin(window: &mut Tested) -> f64 {
    let console = &desk(window).console;
    let draft = console.draft().expect("a draft");
    draft.rules().objective.default.0[&endcap_app::Signal::Margin]
}

/// A folder of CSV files as `endcap export` writes them from a small demo.
fn exported(folder: &Path) -> std::path::PathBuf {
    let snapshot = folder.join("demo.endcap");
    let size = endcap_app::DemoSize::default();
    endcap_app::make_demo(size, 1, &snapshot, |_| ()).expect("a demo");
    let files = folder.join("files");
    endcap_app::export(&snapshot, &files).expect("files");
    files
}

#[test]
fn the_palette_finds_a_page_and_goes_there() {
    let mut window = window(LARGE, Theme::Light);
    desk(&mut window).show(View::Settings);
    press(&mut window, Modifiers::COMMAND, Key::K);
    typed(&mut window, "snacks");
    window.get_by_role_and_label(Role::ListBoxOption, "Snacks");
    press(&mut window, Modifiers::NONE, Key::Enter);
    let console = &desk(&mut window).console;
    assert_eq!(console.session().view, View::Rank);
    let page = console.context().page.as_deref().unwrap_or_default();
    assert!(page.ends_with("/snacks"), "{page}");
    assert!(
        window
            .query_by_role_and_label(Role::Dialog, "Find anything")
            .is_none()
    );
}

#[test]
fn the_palette_opens_the_sheet_of_a_product() {
    let mut window = window(LARGE, Theme::Light);
    let answers = desk(&mut window).console.answers();
    let title = answers.page().value().expect("a page").slate.cards[0]
        .title
        .clone();
    let sku = answers.page().value().expect("a page").slate.cards[0]
        .sku
        .clone();
    press(&mut window, Modifiers::COMMAND, Key::K);
    typed(&mut window, &sku);
    click(&mut window, Role::ListBoxOption, &title);
    assert_eq!(
        desk(&mut window).console.answers().sheet_of(),
        Some(sku.as_str())
    );
}

#[test]
fn the_palette_opens_a_rule_for_editing() {
    let mut window = window(LARGE, Theme::Light);
    press(&mut window, Modifiers::COMMAND, Key::K);
    typed(&mut window, "Own-brand coffee");
    click(&mut window, Role::ListBoxOption, "Own-brand coffee");
    let name = window.get_by_role_and_label(Role::TextInput, "Name");
    assert_eq!(
        name.accesskit_node().value().as_deref(),
        Some("Own-brand coffee")
    );
}

#[test]
fn keys_do_nothing_behind_the_product_sheet() {
    let mut window = window(LARGE, Theme::Light);
    let page = desk(&mut window).console.answers().page().value().cloned();
    let sku = page.unwrap().slate.cards[0].sku.clone();
    desk(&mut window).selected.insert(sku.clone());
    desk(&mut window).send(Command::Sheet(Some(sku)));
    settle(&mut window);
    press(&mut window, Modifiers::COMMAND, Key::H);
    press(&mut window, Modifiers::COMMAND, Key::P);
    let draft = desk(&mut window).console.draft().unwrap();
    assert_eq!(draft.undo_label(), None);
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, Modifiers::COMMAND, Key::H);
    let draft = desk(&mut window).console.draft().unwrap();
    assert!(draft.undo_label().is_some());
}

#[test]
fn escape_closes_the_palette_without_a_change() {
    let mut window = window(LARGE, Theme::Light);
    let before = desk(&mut window).console.context().clone();
    press(&mut window, Modifiers::COMMAND, Key::K);
    typed(&mut window, "tea");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(
        window
            .query_by_role_and_label(Role::Dialog, "Find anything")
            .is_none()
    );
    assert_eq!(desk(&mut window).console.context(), &before);
}

#[test]
fn theme_and_scale_are_set_and_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = started(folder.path());
    click(&mut window, Role::Button, "Skip the guide");
    click(&mut window, Role::Tab, "Settings");
    click(&mut window, Role::RadioButton, "Dark");
    assert_eq!(window.ctx.theme(), Theme::Dark);
    click(&mut window, Role::RadioButton, "125%");
    assert!((window.ctx.zoom_factor() - 1.25).abs() < 1e-6);
    press(&mut window, Modifiers::COMMAND, Key::Minus);
    assert!((window.ctx.zoom_factor() - 1.1).abs() < 1e-6);
    desk(&mut window).console.close();
    drop(window);
    let mut again = started(folder.path());
    let settings = desk(&mut again).console.session().settings.clone();
    assert_eq!(settings.theme, ThemeSetting::Dark);
    assert!((settings.scale - 1.1).abs() < 1e-6);
}

#[test]
fn a_wrong_path_is_said_in_the_dialog_and_stays_there() {
    let mut window = window(LARGE, Theme::Light);
    press(&mut window, Modifiers::COMMAND, Key::O);
    click(&mut window, Role::Button, "Open");
    window.get_by_label_contains("Type a path");
    window
        .get_by_role_and_label(Role::TextInput, "Snapshot")
        .focus();
    typed(&mut window, "/no/such/shop.endcap");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(window.query_all_by_role(Role::Alert).any(|alert| {
        let label = alert.accesskit_node().label();
        label.is_some_and(|label| label.contains("/no/such/shop.endcap"))
    }));
    let field = window.get_by_role_and_label(Role::TextInput, "Snapshot");
    assert_eq!(field.value().as_deref(), Some("/no/such/shop.endcap"));
    assert!(desk(&mut window).console.data().is_some());
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(
        window
            .query_by_role_and_label(Role::Dialog, "Open a snapshot")
            .is_none()
    );
}

#[test]
fn an_import_ends_with_its_report_and_the_snapshot_open() {
    let folder = tempfile::tempdir().unwrap();
    let files = exported(folder.path());
    let mut window = window(LARGE, Theme::Light);
    act(&mut window, Action::Import);
    typed(&mut window, &files.display().to_string());
    let into = window
        .get_by_role_and_label(Role::TextInput, "Snapshot to write")
        .value();
    assert_eq!(into, Some(format!("{}.endcap", files.display())));
    click(&mut window, Role::Button, "Import");
    assert_eq!(desk(&mut window).console.session().view, View::Data);
    assert!(window.query_all_by_label_contains("Rows refused").count() > 0);
    click(&mut window, Role::RadioButton, "Files");
    window.get_by_label("products.csv");
    let source = desk(&mut window).console.session().source.clone();
    let source = source.expect("the snapshot is open");
    assert_eq!(source.snapshot, files.with_extension("endcap"));
    click(&mut window, Role::RadioButton, "What is open");
    click(&mut window, Role::Button, "Remove files from the list");
    assert!(desk(&mut window).console.session().recent.is_empty());
}

#[test]
fn a_refused_import_says_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let files = exported(folder.path());
    let products = files.join("products.csv");
    let text = std::fs::read_to_string(&products).unwrap();
    let head = text.lines().next().unwrap();
    let commas = ",".repeat(head.matches(',').count());
    std::fs::write(&products, format!("{head}\n{commas}\n")).unwrap();
    let mut window = window(LARGE, Theme::Light);
    act(&mut window, Action::Import);
    typed(&mut window, &files.display().to_string());
    click(
        &mut window,
        Role::CheckBox,
        "Refuse everything if one row is refused",
    );
    click(&mut window, Role::Button, "Import");
    window.get_by_role_and_label(Role::Dialog, "Import files");
    assert!(window.query_all_by_label_contains("products.csv").count() > 0);
    let console = &desk(&mut window).console;
    assert!(console.data().is_some_and(|data| data.source.is_none()));
}

#[test]
fn the_guide_has_five_steps_and_is_dismissed_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = started(folder.path());
    for step in 1..5 {
        window.get_by_label(&format!("Step {step} of 5"));
        click(&mut window, Role::Button, "Next");
    }
    window.get_by_label("Step 5 of 5");
    click(&mut window, Role::Button, "Back");
    window.get_by_label("Step 4 of 5");
    click(&mut window, Role::Button, "Skip the guide");
    assert!(window.query_by_label("Step 4 of 5").is_none());
    desk(&mut window).console.close();
    drop(window);
    let mut again = started(folder.path());
    assert!(again.query_by_label("Step 1 of 5").is_none());
    act(&mut again, Action::Guide);
    again.get_by_label("Step 1 of 5");
}

#[test]
fn keys_undo_and_redo() {
    let mut window = window(LARGE, Theme::Light);
    let before = margin(&mut window);
    edit(&mut window);
    window.get_by_role_and_label(Role::Button, "Undo: Margin to 0.25");
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert!((margin(&mut window) - before).abs() < 1e-12);
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert!((margin(&mut window) - 0.25).abs() < 1e-12);
    act(&mut window, Action::Discard);
    assert!((margin(&mut window) - before).abs() < 1e-12);
    click(&mut window, Role::Button, "Undo");
    assert!((margin(&mut window) - 0.25).abs() < 1e-12);
    desk(&mut window).console.close();
    settle(&mut window);
    window.get_by_label("Draft saved");
}

#[test]
fn the_keyboard_map_lists_every_action() {
    let mut window = window(LARGE, Theme::Light);
    press(&mut window, Modifiers::NONE, Key::F1);
    for action in Action::ALL {
        let name = action.label();
        let found = window
            .query_all_by_role_and_label(Role::Label, name)
            .count();
        assert!(found > 0, "{name}");
    }
    typed(&mut window, "undo");
    let name = Action::Palette.label();
    let found = window
        .query_all_by_role_and_label(Role::Label, name)
        .count();
    assert_eq!(found, 0);
}

#[test]
fn undo_works_while_a_control_other_than_a_text_has_the_keyboard() {
    let mut window = window(LARGE, Theme::Light);
    let before = margin(&mut window);
    edit(&mut window);
    window.get_by_role_and_label(Role::Tab, "Data").focus();
    settle(&mut window);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert!((margin(&mut window) - before).abs() < 1e-12);
}

#[test]
fn a_saved_rule_set_is_loaded_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.json");
    let mut window = window(LARGE, Theme::Light);
    edit(&mut window);
    desk(&mut window).send(Command::SaveRules(path.clone()));
    settle(&mut window);
    act(&mut window, Action::Discard);
    desk(&mut window).send(Command::LoadRules(path));
    settle(&mut window);
    assert!((margin(&mut window) - 0.25).abs() < 1e-12);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert!((margin(&mut window) - 0.25).abs() > 1e-12);
}

#[test]
fn a_snapshot_that_was_open_before_is_opened_again_by_its_button() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = folder.path().join("autumn.endcap");
    let size = endcap_app::DemoSize::default();
    endcap_app::make_demo(size, 2, &snapshot, |_| ()).unwrap();
    let mut window = window(LARGE, Theme::Light);
    let source = endcap_app::console::Source {
        snapshot,
        rules: None,
    };
    desk(&mut window).send(Command::Open(Some(source.clone())));
    settle(&mut window);
    desk(&mut window).show(View::Data);
    settle(&mut window);
    window.get_by_role_and_label(Role::Heading, "autumn");
    click(&mut window, Role::Button, "Open the demo");
    let of_demo = |window: &mut Tested| {
        let data = desk(window).console.data().cloned();
        data.is_some_and(|data| data.source.is_none())
    };
    assert!(of_demo(&mut window));
    click(&mut window, Role::Button, "Open autumn");
    let data = desk(&mut window).console.data().cloned();
    assert_eq!(data.unwrap().source, Some(source));
}

#[test]
fn a_dialog_keeps_keys_from_what_lies_behind_it() {
    let mut window = window(LARGE, Theme::Light);
    edit(&mut window);
    act(&mut window, Action::Keys);
    press(&mut window, Modifiers::COMMAND, Key::O);
    assert!(
        window
            .query_by_role_and_label(Role::Dialog, "Open a snapshot")
            .is_none()
    );
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, Modifiers::COMMAND, Key::O);
    window.get_by_role_and_label(Role::Dialog, "Open a snapshot");
}
