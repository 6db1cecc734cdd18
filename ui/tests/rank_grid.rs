//! The page of the Rank view by role and label, over the demo.
//!
//! 1. A click selects a card, Ctrl and a click adds one, Space takes it out again.
//! 2. Several products are hidden as one step, and one undo brings them back.
//! 3. A boost is asked for in a popover, and raises what it is about.
//! 4. P pins where the card stands; Alt with an arrow moves it by a slot and keeps it focused.
//! 5. A card dragged to a slot is pinned there as one step; undo takes it back.
//!    A substitute that is dragged takes the pin it stands in for along.
//! 6. A drag that is given up leaves the draft as it was, without a step.
//! 7. The list sorts by a column for the eye alone.
//! 8. Beside live, what moved says by how much.
//! 9. The drawer finds products that are not eligible and says why.
//! 10. Any product can be pinned by its words.

mod common;

use std::sync::Arc;

use common::{LARGE, Tested, act, click, desk, press, settle, shot, window};
use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2, Theme};
use egui_kittest::kittest::Queryable as _;
use endcap_app::console::Layout;
use endcap_app::{Card, PageView, Source};
use endcap_ui::Action;

fn page(tested: &mut Tested) -> Arc<PageView> {
    let answers = desk(tested).console.answers();
    Arc::clone(answers.page().value().expect("a ranked page"))
}

fn card(tested: &mut Tested, slot: u32) -> Card {
    page(tested).slate.cards[slot as usize - 1].clone()
}

fn name(card: &Card) -> String {
    format!("Slot {}, {}", card.slot, card.title)
}

fn undo_label(tested: &mut Tested) -> Option<String> {
    let draft = desk(tested).console.draft().expect("a draft");
    draft.undo_label().map(str::to_owned)
}

fn selected(tested: &mut Tested) -> Vec<String> {
    desk(tested).selected.iter().cloned().collect()
}

fn middle_of(tested: &Tested, label: &str) -> Pos2 {
    let card = tested.get_by_role_and_label(Role::ListBoxOption, label);
    card.rect().center()
}

#[test]
fn a_click_selects_and_the_keys_change_what_is_selected() {
    let mut tested = window(LARGE, Theme::Light);
    let (first, third) = (card(&mut tested, 1), card(&mut tested, 3));
    click(&mut tested, Role::ListBoxOption, &name(&first));
    assert_eq!(selected(&mut tested), std::slice::from_ref(&first.sku));
    tested
        .get_by_role_and_label(Role::ListBoxOption, &name(&third))
        .click_modifiers(Modifiers::COMMAND);
    settle(&mut tested);
    assert_eq!(selected(&mut tested).len(), 2);
    tested.get_by_label("2 selected");
    press(&mut tested, Modifiers::NONE, Key::Space);
    assert_eq!(selected(&mut tested), [first.sku]);
    press(&mut tested, Modifiers::NONE, Key::ArrowRight);
    let fourth = card(&mut tested, 4);
    assert_eq!(
        desk(&mut tested).focus.as_deref(),
        Some(fourth.sku.as_str())
    );
    press(&mut tested, Modifiers::SHIFT, Key::ArrowRight);
    assert_eq!(selected(&mut tested).len(), 3);
    act(&mut tested, Action::SelectAll);
    assert_eq!(
        selected(&mut tested).len(),
        page(&mut tested).slate.cards.len()
    );
    click(&mut tested, Role::Button, "Clear the selection");
    assert!(selected(&mut tested).is_empty());
}

#[test]
fn several_products_are_hidden_in_one_step_and_come_back_with_one_undo() {
    let mut tested = window(LARGE, Theme::Light);
    let before = page(&mut tested);
    let two: Vec<Card> = before.slate.cards[1..3].to_vec();
    for (index, card) in two.iter().enumerate() {
        let name = name(card);
        let node = tested.get_by_role_and_label(Role::ListBoxOption, &name);
        if index == 0 {
            node.click();
        } else {
            node.click_modifiers(Modifiers::COMMAND);
        }
        settle(&mut tested);
    }
    click(&mut tested, Role::Button, "Hide 2 selected products");
    assert_eq!(undo_label(&mut tested).as_deref(), Some("Hide 2 products"));
    let after = page(&mut tested);
    let shown = |sku: &str| after.slate.cards.iter().any(|card| card.sku == sku);
    assert!(two.iter().all(|card| !shown(&card.sku)));
    shot(&mut tested, "hidden-two");
    press(&mut tested, Modifiers::COMMAND, Key::Z);
    assert_eq!(page(&mut tested).slate.cards, before.slate.cards);
    assert_eq!(undo_label(&mut tested), None);
}

#[test]
fn a_boost_is_asked_for_in_a_popover_and_raises_the_product() {
    let mut tested = window(LARGE, Theme::Light);
    let last = page(&mut tested)
        .slate
        .cards
        .last()
        .cloned()
        .expect("cards");
    let tenth = card(&mut tested, 10);
    click(&mut tested, Role::ListBoxOption, &name(&tenth));
    let tenth = selected(&mut tested)[0].clone();
    press(&mut tested, Modifiers::NONE, Key::B);
    shot(&mut tested, "boost");
    let field = tested.get_by_role_and_label(Role::TextInput, "Boost by");
    assert!(field.is_focused());
    click(&mut tested, Role::Button, "Boost now");
    let label = undo_label(&mut tested).expect("a step");
    assert!(
        label.starts_with("Boost ") && label.ends_with(" by 20%"),
        "{label}"
    );
    let slots = page(&mut tested);
    let now = slots.slate.cards.iter().find(|card| card.sku == tenth);
    assert!(now.expect("still shown").slot <= 10);
    assert!(last.slot > 10);
}

#[test]
fn keys_pin_a_card_and_move_it() {
    let mut tested = window(LARGE, Theme::Light);
    let fourth = card(&mut tested, 4);
    click(&mut tested, Role::ListBoxOption, &name(&fourth));
    press(&mut tested, Modifiers::NONE, Key::P);
    let pinned = card(&mut tested, 4);
    assert_eq!(
        (pinned.sku.as_str(), pinned.source),
        (fourth.sku.as_str(), Source::Pin)
    );
    let said = format!("Pin {} to slot 4", fourth.title);
    assert_eq!(undo_label(&mut tested), Some(said));
    press(&mut tested, Modifiers::ALT, Key::ArrowRight);
    assert_eq!(card(&mut tested, 5).sku, fourth.sku);
    press(&mut tested, Modifiers::ALT, Key::ArrowDown);
    assert_eq!(card(&mut tested, 10).sku, fourth.sku);
    let moved = Card {
        slot: 10,
        ..fourth.clone()
    };
    let name = name(&moved);
    let node = tested.get_by_role_and_label(Role::ListBoxOption, &name);
    assert!(node.is_focused());
    press(&mut tested, Modifiers::NONE, Key::Delete);
    assert_ne!(card(&mut tested, 10).source, Source::Pin);
    press(&mut tested, Modifiers::COMMAND, Key::Z);
    assert_eq!(card(&mut tested, 10).sku, fourth.sku);
}

#[test]
fn a_card_dragged_to_a_slot_is_pinned_in_one_step() {
    let mut tested = window(LARGE, Theme::Light);
    let before = page(&mut tested);
    let sixth = card(&mut tested, 6);
    assert_eq!(sixth.source, Source::Substitute);
    let from = middle_of(&tested, &name(&sixth));
    let over = middle_of(&tested, &name(&before.slate.cards[3]));
    let to = middle_of(&tested, &name(&before.slate.cards[1]));
    tested.hover_at(from);
    tested.drag_at(from);
    settle(&mut tested);
    tested.hover_at(over);
    settle(&mut tested);
    assert_eq!(
        card(&mut tested, 4).sku,
        sixth.sku,
        "ranked anew while it hovers"
    );
    tested.hover_at(to);
    settle(&mut tested);
    shot(&mut tested, "dragging");
    tested.drop_at(to);
    settle(&mut tested);
    let pinned = card(&mut tested, 2);
    assert_eq!(
        (pinned.sku.as_str(), pinned.source),
        (sixth.sku.as_str(), Source::Substitute)
    );
    let said = format!("Pin {} to slot 2", sixth.title);
    assert_eq!(undo_label(&mut tested), Some(said));
    shot(&mut tested, "dropped");
    press(&mut tested, Modifiers::COMMAND, Key::Z);
    assert_eq!(page(&mut tested).slate.cards, before.slate.cards);
    assert_eq!(undo_label(&mut tested), None);
}

#[test]
fn a_drag_that_is_given_up_leaves_nothing() {
    let mut tested = window(LARGE, Theme::Light);
    let before = page(&mut tested);
    let from = middle_of(&tested, &name(&before.slate.cards[6]));
    let over = middle_of(&tested, &name(&before.slate.cards[1]));
    tested.hover_at(from);
    tested.drag_at(from);
    settle(&mut tested);
    tested.hover_at(over);
    settle(&mut tested);
    assert_eq!(card(&mut tested, 2).sku, before.slate.cards[6].sku);
    press(&mut tested, Modifiers::NONE, Key::Escape);
    assert_eq!(page(&mut tested).slate.cards, before.slate.cards);
    assert_eq!(undo_label(&mut tested), None);
    tested.drop_at(over);
    settle(&mut tested);
    assert_eq!(undo_label(&mut tested), None);
}

#[test]
fn the_list_sorts_for_the_eye_alone() {
    let mut tested = window(LARGE, Theme::Light);
    act(&mut tested, Action::Arrange(Layout::List));
    let before = page(&mut tested);
    click(&mut tested, Role::ColumnHeader, "Price");
    let mut cards = before.slate.cards.clone();
    cards.sort_by(|a, b| b.price.total_cmp(&a.price).then(a.slot.cmp(&b.slot)));
    let row = |tested: &Tested, card: &Card| {
        let rows = tested.get_all_by_role_and_label(Role::Row, &card.title);
        rows.map(|row| row.rect().top()).fold(f32::MAX, f32::min)
    };
    assert!(row(&tested, &cards[0]) < row(&tested, &cards[1]));
    assert!(row(&tested, &cards[1]) < row(&tested, &cards[2]));
    assert_eq!(undo_label(&mut tested), None);
    shot(&mut tested, "list-sorted");
}

#[test]
fn beside_live_each_product_says_how_it_moved() {
    let mut tested = window(LARGE, Theme::Light);
    let fifth = card(&mut tested, 5);
    click(&mut tested, Role::ListBoxOption, &name(&fifth));
    press(&mut tested, Modifiers::ALT, Key::ArrowUp);
    press(&mut tested, Modifiers::ALT, Key::ArrowLeft);
    let moved = page(&mut tested);
    let card = moved.slate.cards.iter().find(|card| card.sku == fifth.sku);
    let slot = card.expect("still shown").slot;
    act(&mut tested, Action::Arrange(Layout::Compare));
    shot(&mut tested, "compare-moved");
    if slot < 5 {
        let by = 5 - slot;
        let said = format!("Draft slot {slot}, {}, up {by} against live", fifth.title);
        tested.get_by_label(&said);
    }
    tested.get_by_label(&format!("Live slot 5, {}", fifth.title));
}

#[test]
fn the_drawer_says_why_a_product_is_not_eligible() {
    let mut tested = window(LARGE, Theme::Light);
    let unshown = page(&mut tested).slate.unshown.len();
    assert!(unshown > 0, "the demo has products that may not be shown");
    act(&mut tested, Action::Ineligible);
    settle(&mut tested);
    shot(&mut tested, "drawer");
    let rows = desk(&mut tested)
        .console
        .answers()
        .unshown()
        .value()
        .cloned();
    let rows = rows.expect("an answer");
    assert_eq!(rows.total, unshown);
    let first = rows.rows[0].clone();
    tested
        .get_by_role_and_label(Role::SearchInput, "Search products that are not eligible")
        .focus();
    settle(&mut tested);
    tested.event(egui::Event::Text(first.title.clone()));
    settle(&mut tested);
    settle(&mut tested);
    let rows = desk(&mut tested)
        .console
        .answers()
        .unshown()
        .value()
        .cloned();
    let rows = rows.expect("an answer");
    assert!(rows.total < unshown || unshown == 1);
    let label = format!("Why {} is not shown", first.title);
    let why = tested
        .get_all_by_role_and_label(Role::Button, &label)
        .next();
    why.expect("a button").click();
    settle(&mut tested);
    let sheet = desk(&mut tested)
        .console
        .answers()
        .sheet_of()
        .map(str::to_owned);
    assert!(sheet.is_some());
}

#[test]
fn any_product_is_found_and_pinned() {
    let mut tested = window(LARGE, Theme::Light);
    act(&mut tested, Action::PinAny);
    tested.event(egui::Event::Text("tea".to_owned()));
    settle(&mut tested);
    settle(&mut tested);
    shot(&mut tested, "pin-any");
    let found = desk(&mut tested)
        .console
        .answers()
        .products()
        .value()
        .cloned();
    let first = found.expect("an answer").first().cloned().expect("teas");
    click(&mut tested, Role::Button, "Pin this product");
    let label = undo_label(&mut tested).expect("a step");
    assert!(
        label.starts_with(&format!("Pin {} to slot ", first.title)),
        "{label}"
    );
}
