//! Facts proved here, each by role and name as assistive technology sees it:
//! 1. a slider moves by keys, by drag and by a typed value, and stays within its range;
//! 2. a toggle, a checkbox, a segment and a field change what they stand for;
//! 3. a picker narrows as one types, picks with Enter, and draws only the rows in sight;
//! 4. a table asks to be sorted, moves by keys, and draws only the rows in sight;
//! 5. a popover and a modal close on Escape, and the popover gives the keyboard back;
//! 6. a toast offers its action and goes in time;
//! 7. what is disabled cannot be clicked.

use std::cell::{Cell, RefCell};

use egui::accesskit::Role;
use egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use endcap_look::{
    Button, Column, Modal, NumberFormat, PickItem, Picker, Row, SearchField, Slider, Sort, Table,
    TextField, Toast, Toasts, Tone, checkbox_ui, popover_ui, segmented_ui, toggle_ui,
};

fn harness<'a>(ui: impl FnMut(&mut egui::Ui) + 'a) -> Harness<'a> {
    Harness::builder()
        .with_size(vec2(480.0, 400.0))
        .with_context_setup(endcap_look::install)
        .build_ui(ui)
}

/// A harness whose frames follow one another fast enough for a double click.
fn quick_harness<'a>(ui: impl FnMut(&mut egui::Ui) + 'a) -> Harness<'a> {
    Harness::builder()
        .with_size(vec2(480.0, 400.0))
        .with_step_dt(0.02)
        .with_context_setup(endcap_look::install)
        .build_ui(ui)
}

#[test]
fn slider_moves_by_keys_and_stays_within_its_range() {
    let value = Cell::new(0.35);
    let mut harness = harness(|ui| {
        let mut now = value.get();
        Slider::new("Margin", &mut now, 1.0).live(Some(0.3)).ui(ui);
        value.set(now);
    });
    harness
        .get_by_role_and_label(Role::Slider, "Margin")
        .focus();
    harness.run();
    harness.key_press(Key::ArrowRight);
    harness.run();
    assert_eq!(value.get(), 0.36);
    harness.key_press(Key::PageDown);
    harness.run();
    assert_eq!(value.get(), 0.26);
    harness.key_press(Key::End);
    harness.run();
    assert_eq!(value.get(), 1.0);
    harness.key_press(Key::ArrowRight);
    harness.run();
    assert_eq!(value.get(), 1.0);
    harness.key_press(Key::Home);
    harness.run();
    assert_eq!(value.get(), 0.0);
}

#[test]
fn slider_says_when_a_drag_starts_and_stops() {
    let value = Cell::new(0.0);
    let starts = Cell::new(0);
    let stops = Cell::new(0);
    let mut harness = harness(|ui| {
        let mut now = value.get();
        let answer = Slider::new("Margin", &mut now, 1.0).ui(ui);
        starts.set(starts.get() + i32::from(answer.drag_started));
        stops.set(stops.get() + i32::from(answer.drag_stopped));
        value.set(now);
    });
    let track = harness.get_by_role_and_label(Role::Slider, "Margin").rect();
    harness.drag_at(track.left_center() + vec2(8.0, 0.0));
    harness.run();
    harness.hover_at(track.center());
    harness.run();
    assert_eq!((value.get(), starts.get(), stops.get()), (0.5, 1, 0));
    harness.drop_at(track.center());
    harness.run();
    assert_eq!((value.get(), starts.get(), stops.get()), (0.5, 1, 1));
}

#[test]
fn slider_takes_a_typed_value_in_the_format_of_the_desk() {
    let value = Cell::new(0.35);
    let mut harness = quick_harness(|ui| {
        let mut now = value.get();
        Slider::new("Margin", &mut now, 1.0)
            .format(NumberFormat::CommaPoint)
            .ui(ui);
        value.set(now);
    });
    let track = harness.get_by_role_and_label(Role::Slider, "Margin").rect();
    let at = track.right_center() + vec2(30.0, 0.0);
    for _ in 0..2 {
        harness.hover_at(at);
        harness.drag_at(at);
        harness.drop_at(at);
    }
    harness.run();
    let field = harness.get_by_role_and_label(Role::TextInput, "Margin, value");
    assert_eq!(field.value().as_deref(), Some("0,35"));
    assert!(field.is_focused());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run();
    harness
        .get_by_role_and_label(Role::TextInput, "Margin, value")
        .type_text("0,8");
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(value.get(), 0.8);
}

#[test]
fn assistive_technology_can_set_a_slider() {
    let value = Cell::new(0.35);
    let mut harness = harness(|ui| {
        let mut now = value.get();
        Slider::new("Margin", &mut now, 1.0).ui(ui);
        value.set(now);
    });
    harness
        .get_by_role_and_label(Role::Slider, "Margin")
        .set_value_accesskit(7.0);
    harness.run();
    assert_eq!(value.get(), 1.0);
    harness
        .get_by_role_and_label(Role::Slider, "Margin")
        .decrement_accesskit();
    harness.run();
    assert_eq!(value.get(), 0.99);
}

#[test]
fn toggle_and_checkbox_switch_on_click_and_on_space() {
    let on = RefCell::new([false, false]);
    let mut harness = harness(|ui| {
        let mut on = on.borrow_mut();
        toggle_ui(ui, &mut on[0], "Own-brand coffee");
        checkbox_ui(ui, &mut on[1], "Only in stock");
    });
    harness
        .get_by_role_and_label(Role::Switch, "Own-brand coffee")
        .click();
    harness
        .get_by_role_and_label(Role::CheckBox, "Only in stock")
        .focus();
    harness.run();
    harness.key_press(Key::Space);
    harness.run();
    assert_eq!(*on.borrow(), [true, true]);
}

#[test]
fn segments_are_radio_buttons_that_arrows_move() {
    let layout = Cell::new("grid");
    let mut harness = harness(|ui| {
        let mut now = layout.get();
        let choices = [("grid", "Grid"), ("list", "List"), ("compare", "Compare")];
        segmented_ui(ui, "Layout", &mut now, &choices);
        layout.set(now);
    });
    harness
        .get_by_role_and_label(Role::RadioButton, "Compare")
        .click();
    harness.run();
    assert_eq!(layout.get(), "compare");
    harness
        .get_by_role_and_label(Role::RadioButton, "Compare")
        .focus();
    harness.run();
    harness.key_press(Key::ArrowLeft);
    harness.run();
    assert_eq!(layout.get(), "list");
}

#[test]
fn escape_empties_a_search_and_a_wrong_field_says_why() {
    let text = RefCell::new("tea".to_owned());
    let mut harness = harness(|ui| {
        SearchField::new("Search categories", &mut text.borrow_mut()).ui(ui);
        let error = Some("A boost is at most 100%.");
        TextField::new("Strength", &mut "140".to_owned())
            .error(error)
            .ui(ui);
    });
    let said = harness.get_by_role_and_label(Role::TextInput, "Strength");
    assert_eq!(
        said.accesskit_node().description().as_deref(),
        Some("A boost is at most 100%.")
    );
    harness.get_by_label("A boost is at most 100%.");
    harness
        .get_by_role_and_label(Role::SearchInput, "Search categories")
        .focus();
    harness.run();
    harness.key_press(Key::Escape);
    harness.run();
    assert_eq!(*text.borrow(), "");
}

#[test]
fn a_branch_opens_by_its_key() {
    let toggled = Cell::new(false);
    let mut harness = harness(|ui| {
        let answer = Row::new("Grocery").open(Some(false)).ui(ui);
        toggled.set(toggled.get() | answer.toggled);
    });
    harness
        .get_by_role_and_label(Role::TreeItem, "Grocery")
        .focus();
    harness.run();
    harness.key_press(Key::ArrowRight);
    harness.run();
    assert!(toggled.get());
}

fn many() -> Vec<PickItem> {
    (0..100_000)
        .map(|n| PickItem::new(n.to_string(), format!("#{n:06}"), "Tacoma"))
        .collect()
}

#[test]
fn picker_narrows_as_one_types_and_picks_with_enter() {
    let items = many();
    let picked = Cell::new(None);
    let mut harness = harness(|ui| {
        if let Some(index) = Picker::new("Shopper", &items)
            .hint("Find a shopper")
            .focused()
            .ui(ui)
        {
            picked.set(Some(index));
        }
    });
    harness.run();
    let rows = harness.query_all_by_role(Role::ListBoxOption).count();
    assert!((5..20).contains(&rows), "{rows} rows are drawn of 100,000");
    harness
        .get_by_role_and_label(Role::SearchInput, "Find a shopper")
        .type_text("99 8");
    harness.run();
    harness.get_by_label("Nothing has this in its name.");
    harness.key_press(Key::Escape);
    harness.run();
    harness
        .get_by_role_and_label(Role::SearchInput, "Find a shopper")
        .type_text("0998");
    harness.run();
    harness.key_press(Key::ArrowDown);
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    // "0998" is in #000998 and next in #009980.
    assert_eq!(picked.get(), Some(9980));
}

#[test]
fn picker_in_a_popover_closes_when_it_picked() {
    let items = [
        PickItem::new("c", "Coffee", ""),
        PickItem::new("t", "Tea", ""),
    ];
    let picked = Cell::new(None);
    let mut harness = harness(|ui| {
        let anchor = Button::secondary("Page").ui(ui);
        if let Some(index) = Picker::new("Pages", &items).popover_ui(&anchor) {
            picked.set(Some(index));
        }
    });
    harness.get_by_role_and_label(Role::Button, "Page").click();
    harness.run();
    harness
        .get_by_role_and_label(Role::ListBoxOption, "Tea")
        .click();
    harness.run();
    assert_eq!(picked.get(), Some(1));
    assert!(harness.query_by_role(Role::ListBoxOption).is_none());
    assert!(
        harness
            .get_by_role_and_label(Role::Button, "Page")
            .is_focused()
    );
}

#[test]
fn table_asks_to_be_sorted_and_draws_only_rows_in_sight() {
    let columns = [
        Column::new("Segment", 200.0).sortable(),
        Column::new("Shoppers", 100.0).right().sortable(),
    ];
    let asked = Cell::new(None);
    let moved = Cell::new(None);
    let mut harness = harness(|ui| {
        let sort = Some(Sort {
            column: 0,
            descending: false,
        });
        let table = Table::new("By segment", &columns).rows(100_000).sort(sort);
        let answer = table.ui(ui, |ui, row, column| {
            ui.label(format!("{row}/{column}"));
        });
        asked.set(answer.sort.or(asked.get()));
        moved.set(answer.moved_to.or(moved.get()));
    });
    harness.run();
    let rows = harness.query_all_by_role(Role::Row).count();
    assert!((5..20).contains(&rows), "{rows} rows are drawn of 100,000");
    harness
        .get_by_role_and_label(Role::ColumnHeader, "Segment")
        .click();
    harness.run();
    assert_eq!(
        asked.get(),
        Some(Sort {
            column: 0,
            descending: true
        })
    );
    harness
        .get_by_role_and_label(Role::ColumnHeader, "Shoppers")
        .click();
    harness.run();
    assert_eq!(
        asked.get(),
        Some(Sort {
            column: 1,
            descending: true
        })
    );
    harness.get_by_role_and_label(Role::Row, "Row 3").focus();
    harness.run();
    harness.key_press(Key::ArrowDown);
    harness.run();
    assert_eq!(moved.get(), Some(3));
    assert!(
        harness
            .get_by_role_and_label(Role::Row, "Row 4")
            .is_focused()
    );
    harness.key_press(Key::End);
    harness.run();
    harness.get_by_label("99999/0");
}

#[test]
fn escape_closes_a_popover_and_gives_the_keyboard_back() {
    let mut harness = harness(|ui| {
        let anchor = Button::secondary("Objective").ui(ui);
        popover_ui(&anchor, "Objective", 200.0, |ui| {
            Button::secondary("Reset").ui(ui)
        });
    });
    harness
        .get_by_role_and_label(Role::Button, "Objective")
        .click();
    harness.run();
    harness.get_by_role_and_label(Role::Button, "Reset");
    harness.key_press(Key::Escape);
    harness.run();
    assert!(harness.query_by_label("Reset").is_none());
    assert!(
        harness
            .get_by_role_and_label(Role::Button, "Objective")
            .is_focused()
    );
}

#[test]
fn escape_dismisses_a_modal_and_tab_stays_inside() {
    let open = Cell::new(true);
    let mut harness = harness(|ui| {
        Button::secondary("Behind").ui(ui);
        if open.get() {
            let modal = Modal::new("Discard this draft?").ui(ui, |ui| {
                Button::danger("Discard draft").ui(ui);
            });
            open.set(!modal.dismissed);
        }
    });
    harness.run();
    harness.get_by_role_and_label(Role::Dialog, "Discard this draft?");
    for _ in 0..3 {
        harness.key_press(Key::Tab);
        harness.run();
        assert!(
            !harness
                .get_by_role_and_label(Role::Button, "Behind")
                .is_focused()
        );
    }
    harness.key_press(Key::Escape);
    harness.run();
    assert!(!open.get());
}

#[test]
fn toast_offers_its_action_and_goes_in_time() {
    let toasts = RefCell::new(Toasts::default());
    let asked = Cell::new(None);
    toasts
        .borrow_mut()
        .push(Toast::new(Tone::Good, "Rule is on").action("Undo", 7));
    let mut harness = harness(|ui| asked.set(toasts.borrow_mut().ui(ui).or(asked.get())));
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Button, "Undo").click();
    harness.run_steps(3);
    assert_eq!(asked.get(), Some(7));
    assert_eq!(toasts.borrow().texts().count(), 0);

    toasts
        .borrow_mut()
        .push(Toast::new(Tone::Info, "Read").timeout_secs(0.5));
    harness.remove_cursor();
    harness.run_steps(2);
    assert_eq!(toasts.borrow().texts().collect::<Vec<_>>(), ["Read"]);
    harness.run_steps(20);
    assert_eq!(toasts.borrow().texts().count(), 0);
}

#[test]
fn what_is_disabled_cannot_be_clicked() {
    let clicked = Cell::new(false);
    let mut harness = harness(|ui| {
        clicked.set(clicked.get() | Button::primary("Submit").enabled(false).ui(ui).clicked());
    });
    harness
        .get_by_role_and_label(Role::Button, "Submit")
        .click();
    harness.run();
    assert!(!clicked.get());
}
