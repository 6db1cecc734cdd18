//! Nonsense in every field, and keys and pointers anywhere: nothing panics, and the draft still
//! ranks.
//!
//! 1. Whatever is typed into the fields that an action shows, each field keeps or refuses it and
//!    the page is ranked; every edit that was taken is undone.
//! 2. So do keys and clicks in an order that nobody would think of.
//! 3. A number that is none is said beside its field.

mod common;

use common::{SMALL, Tested, act, click, desk, focus, press, settle, typed, window};
use egui::accesskit::Role;
use egui::{Key, MissingGlyphPolicy, Modifiers, Theme, pos2};
use egui_kittest::kittest::{NodeT, Queryable};
use endcap_app::console::{Layout, View};
use endcap_ui::Action;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// What is typed: no number, no name, no path, no condition, no letter of this world.
const NONSENSE: [&str; 8] = [
    "abc",
    "-1e999",
    "NaN",
    "\u{202e}☃ ‘’ \u{0}",
    "product.margin >= && (((",
    "/no/such/../folder/\"*?",
    "999999999999999999999999",
    "2026-02-30T25:61",
];

const FIELDS: [Role; 3] = [Role::TextInput, Role::SearchInput, Role::MultilineTextInput];

/// Boxes for what no font has, as in the program: a test would stop there.
fn any_text(window: Tested) -> Tested {
    window
        .ctx
        .set_missing_glyph_policy(MissingGlyphPolicy::Tofu);
    window
}

/// How many fields of a role there are; a field that goes while others are filled is skipped.
fn fields(window: &Tested, role: Role) -> usize {
    window.query_all_by_role(role).count()
}

/// Types nonsense into every field in sight.
fn fill(window: &mut Tested) {
    for role in FIELDS {
        for place in 0..fields(window, role) {
            for (nonsense, end) in NONSENSE.iter().zip([Key::Tab, Key::Enter].iter().cycle()) {
                let Some(field) = window.query_all_by_role(role).nth(place) else {
                    continue;
                };
                if field.accesskit_node().is_disabled() {
                    continue;
                }
                field.focus();
                settle(window);
                press(window, Modifiers::COMMAND, Key::A);
                typed(window, nonsense);
                press(window, Modifiers::NONE, *end);
            }
        }
    }
}

/// The page answers, and the draft is what it was once everything is undone.
fn still_stands(window: &mut Tested, live: &endcap_app::RuleSet) {
    for _ in 0..400 {
        let draft = desk(window).console.draft().expect("a draft");
        if draft.undo_label().is_none() {
            break;
        }
        desk(window).act(Action::Undo);
        window.run_ok();
    }
    settle(window);
    let console = &desk(window).console;
    assert_eq!(console.draft().expect("a draft").rules().as_ref(), live);
    assert!(console.answers().page().error().is_none());
}

fn live(window: &mut Tested) -> endcap_app::RuleSet {
    let draft = desk(window).console.draft().expect("a draft");
    draft.rules().as_ref().clone()
}

#[test]
fn nonsense_in_every_field_is_kept_out_of_the_draft() {
    for action in [
        Action::Show(View::Rank),
        Action::NewRule,
        Action::PinAny,
        Action::Ineligible,
        Action::Arrange(Layout::List),
        Action::Show(View::Shoppers),
        Action::Show(View::Data),
        Action::Show(View::Settings),
        Action::Palette,
        Action::Keys,
        Action::Open,
        Action::Import,
        Action::LoadRules,
    ] {
        let mut window = any_text(window(SMALL, Theme::Light));
        let live = live(&mut window);
        act(&mut window, action);
        assert!(
            FIELDS.iter().any(|role| fields(&window, *role) > 0)
                || action == Action::Show(View::Data)
                || action == Action::Show(View::Settings)
        );
        fill(&mut window);
        press(&mut window, Modifiers::NONE, Key::Escape);
        press(&mut window, Modifiers::NONE, Key::Escape);
        still_stands(&mut window, &live);
    }
}

#[derive(Debug, Clone)]
enum Step {
    Click(f32, f32),
    Drag((f32, f32), (f32, f32)),
    Key(Key, bool),
    Text(usize),
}

const KEYS: [Key; 18] = [
    Key::Tab,
    Key::Enter,
    Key::Escape,
    Key::Space,
    Key::ArrowUp,
    Key::ArrowDown,
    Key::ArrowLeft,
    Key::ArrowRight,
    Key::Home,
    Key::End,
    Key::Delete,
    Key::Backspace,
    Key::A,
    Key::B,
    Key::D,
    Key::H,
    Key::N,
    Key::Z,
];

fn step() -> impl Strategy<Value = Step> {
    let at = || (0.0..SMALL.x, 0.0..SMALL.y);
    prop_oneof![
        3 => at().prop_map(|(x, y)| Step::Click(x, y)),
        1 => (at(), at()).prop_map(|(from, to)| Step::Drag(from, to)),
        3 => (0..KEYS.len(), any::<bool>()).prop_map(|(key, with)| Step::Key(KEYS[key], with)),
        1 => (0..NONSENSE.len()).prop_map(Step::Text),
    ]
}

fn take(window: &mut Tested, step: &Step) {
    match step {
        Step::Click(x, y) => {
            window.hover_at(pos2(*x, *y));
            window.drag_at(pos2(*x, *y));
            window.drop_at(pos2(*x, *y));
        }
        Step::Drag((x, y), (to_x, to_y)) => {
            window.drag_at(pos2(*x, *y));
            window.run_ok();
            window.hover_at(pos2(to_x.midpoint(*x), to_y.midpoint(*y)));
            window.run_ok();
            window.drop_at(pos2(*to_x, *to_y));
        }
        Step::Key(key, true) => window.key_press_modifiers(Modifiers::COMMAND, *key),
        Step::Key(key, false) => window.key_press(*key),
        Step::Text(place) => {
            window.event(egui::Event::Text(NONSENSE[*place].to_owned()));
        }
    }
    window.run_ok();
}

#[test]
fn keys_and_clicks_in_any_order_leave_a_window_that_ranks() {
    let mut runner = TestRunner::new(Config {
        cases: 12,
        failure_persistence: None,
        ..Config::default()
    });
    let steps = proptest::collection::vec(step(), 1..60);
    let checked = runner.run(&steps, |steps| {
        let mut window = any_text(window(SMALL, Theme::Dark));
        let live = live(&mut window);
        for step in &steps {
            take(&mut window, step);
        }
        settle(&mut window);
        still_stands(&mut window, &live);
        Ok(())
    });
    checked.unwrap();
}

#[test]
fn a_number_that_is_none_is_said_beside_its_field() {
    let mut window = window(SMALL, Theme::Light);
    click(&mut window, Role::Button, "New rule");
    focus(&mut window, Role::TextInput, "By");
    press(&mut window, Modifiers::COMMAND, Key::A);
    typed(&mut window, "lots");
    let field = window.get_by_role_and_label(Role::TextInput, "By");
    let node = field.accesskit_node();
    assert_eq!(node.value().as_deref(), Some("lots"));
    assert!(node.description().is_some_and(|said| !said.is_empty()));
    let save = window.get_by_role_and_label(Role::Button, "Save");
    assert!(save.accesskit_node().is_disabled());
}
