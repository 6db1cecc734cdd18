//! The context chips, by role and label: who looks at which place, where and when.
//!
//! 1. Channel, store and placement are picked from searchable lists.
//! 2. A query makes the page a search; "No query" makes it a category again.
//! 3. The cart takes a product that is searched for, and gives it back.
//! 4. An order of the shopper's own stands before every signal.
//! 5. Product pages are looked at: of the first product in sight, or of one searched for.
//! 6. The tree finds a page by its name and says so where there is none.
//! 7. What the draft changes is listed, and each change is taken back by itself.

mod common;

use common::{LARGE, Tested, click, desk, focus, press, settle, typed, window};
use egui::accesskit::Role;
use egui::{Key, Modifiers, Theme};
use egui_kittest::kittest::{NodeT, Queryable};
use endcap_app::console::Edit;
use endcap_app::{Placement, RankCommand, Signal, Sort};

fn large() -> Tested {
    window(LARGE, Theme::Light)
}

fn context(window: &mut Tested) -> RankCommand {
    desk(window).console.context().clone()
}

fn prices(window: &mut Tested) -> Vec<f64> {
    let page = desk(window).console.answers().page().value().cloned();
    let cards = page.expect("a page").slate.cards.clone();
    cards.iter().map(|card| card.price).collect()
}

#[test]
fn channel_store_and_placement_are_picked_by_their_names() {
    let mut window = large();
    click(&mut window, Role::Button, "Channel Web");
    typed(&mut window, "app");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(context(&mut window).channel.as_deref(), Some("app"));
    window.get_by_role_and_label(Role::Button, "Channel App");

    click(&mut window, Role::Button, "Store None");
    let data = desk(&mut window).console.data().cloned();
    let store = data.expect("data").choices.stores[0].clone();
    typed(&mut window, &store.name);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(context(&mut window).store.as_ref(), Some(&store.id));

    click(&mut window, Role::Button, "Placement Category");
    typed(&mut window, "home");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(context(&mut window).placement, Some(Placement::Home));
    window.get_by_role_and_label(Role::Button, "Placement Home page");
}

#[test]
fn a_query_makes_the_page_a_search_and_no_query_a_category_again() {
    let mut window = large();
    click(&mut window, Role::Button, "More");
    focus(&mut window, Role::TextInput, "What the shopper typed");
    typed(&mut window, "  espresso ");
    click(&mut window, Role::Button, "Search");
    assert_eq!(context(&mut window).query.as_deref(), Some("espresso"));
    window.get_by_role_and_label(Role::Button, "Placement Search");
    let chip = window.query_all_by_role(Role::Button).find(|chip| {
        let label = chip.accesskit_node().label().unwrap_or_default();
        label.starts_with("More · 1 set") || label.starts_with("Query")
    });
    chip.expect("a chip that says that there is a query")
        .click();
    settle(&mut window);
    click(&mut window, Role::Button, "No query");
    assert_eq!(context(&mut window).query, None);
    window.get_by_role_and_label(Role::Button, "Placement Category");
}

#[test]
fn a_product_is_put_into_the_cart_and_taken_out() {
    let mut window = large();
    click(&mut window, Role::Button, "More");
    focus(&mut window, Role::SearchInput, "Search products to add");
    typed(&mut window, "espresso");
    let lane = desk(&mut window).console.answers().products();
    let hit = lane.value().expect("hits")[0].clone();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(context(&mut window).cart, std::slice::from_ref(&hit.sku));
    let out = format!("Take {} out of the cart", hit.sku);
    click(&mut window, Role::Button, &out);
    assert!(context(&mut window).cart.is_empty());
}

#[test]
fn an_order_of_the_shopper_stands_before_the_signals() {
    let mut window = large();
    click(&mut window, Role::Button, "More");
    click(&mut window, Role::MenuItemCheckBox, "Price, low to high");
    assert_eq!(context(&mut window).sort, Sort::PriceAsc);
    let prices = prices(&mut window);
    assert!(prices.len() > 5 && prices.is_sorted(), "{prices:?}");
}

#[test]
fn the_page_of_a_product_is_looked_at_and_left() {
    let mut window = large();
    click(&mut window, Role::Button, "Placement Category");
    typed(&mut window, "product");
    press(&mut window, Modifiers::NONE, Key::Enter);
    // A page of some product, the first in sight, until another is searched for.
    assert!(context(&mut window).anchor.is_some());
    click(&mut window, Role::Button, "More · 1 set");
    focus(
        &mut window,
        Role::SearchInput,
        "Search the product of a page",
    );
    typed(&mut window, "espresso");
    let lane = desk(&mut window).console.answers().products();
    let hit = lane.value().expect("hits")[0].clone();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(context(&mut window).anchor, Some(hit.sku));
    assert_eq!(context(&mut window).placement, Some(Placement::Product));
    window.get_by_role_and_label(Role::Button, "Placement Product page");
    click(&mut window, Role::Button, "More · 1 set");
    click(&mut window, Role::Button, "Leave the product page");
    assert_eq!(context(&mut window).anchor, None);
    window.get_by_role_and_label(Role::Button, "Placement Category");
}

#[test]
fn the_tree_finds_a_page_by_its_name() {
    let mut window = large();
    let rows = |window: &Tested| -> Vec<String> {
        let rows = window.query_all_by_role(Role::TreeItem);
        rows.map(|row| row.accesskit_node().label().unwrap_or_default())
            .collect()
    };
    focus(&mut window, Role::SearchInput, "Search categories");
    typed(&mut window, "chee");
    let found = rows(&window);
    assert!(found.iter().any(|row| row.starts_with("Cheese")));
    assert!(!found.iter().any(|row| row.starts_with("Coffee")));
    typed(&mut window, "xyz");
    assert!(rows(&window).is_empty());
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(rows(&window).iter().any(|row| row.starts_with("Coffee")));
}

#[test]
fn a_change_to_live_is_taken_back_by_itself() {
    let mut window = large();
    let weight = |signal, weight| Edit::SetWeight {
        category: None,
        signal,
        weight: Some(weight),
    };
    desk(&mut window).edit("One", vec![weight(Signal::Margin, 0.9)]);
    desk(&mut window).edit("Two", vec![weight(Signal::Rating, 0.4)]);
    settle(&mut window);
    click(&mut window, Role::Button, "Draft · 2 changes to live");
    let first = window.query_all_by_role(Role::Button).find(|button| {
        let label = button.accesskit_node().label().unwrap_or_default();
        label.starts_with("Take back: ") && label.to_lowercase().contains("margin")
    });
    first.expect("a button for the change").click();
    settle(&mut window);
    window.get_by_role_and_label(Role::Button, "Draft · 1 change to live");
    let rules = desk(&mut window)
        .console
        .draft()
        .expect("a draft")
        .rules()
        .clone();
    assert!((rules.objective.default.0[&Signal::Rating] - 0.4).abs() < 1e-12);
    assert!((rules.objective.default.0[&Signal::Margin] - 0.9).abs() > 1e-3);
}
