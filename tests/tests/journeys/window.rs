//! The console in a real window, with a real pointer and as an assistive technology sees it.
//!
//! 1. A card that is dragged to a slot is pinned there; a slider moves a weight; undo takes
//!    the last step back; what is left is there again after a restart.
//! 2. After a kill in the middle of editing the draft is as at the last edit.
//! 3. Buttons are found and pressed through the accessibility tree.
//! 4. Without a display the program says what is missing and what works.

use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use endcap_journeys::endcap;
use endcap_journeys::window::{Node, Screen, Window};
use serde_json::Value;

/// The draft in a home, as soon as a test accepts it.
fn draft(home: &Path, what: &str, accepts: impl Fn(&Value) -> bool) -> Value {
    let start = Instant::now();
    loop {
        let files = fs::read_dir(home.join("drafts"))
            .into_iter()
            .flatten()
            .flatten();
        for file in files.filter(|file| file.path().extension().is_some_and(|end| end == "json")) {
            let text = fs::read(file.path()).unwrap_or_default();
            if let Ok(rules) = serde_json::from_slice::<Value>(&text)
                && accepts(&rules)
            {
                return rules;
            }
        }
        assert!(start.elapsed() < Duration::from_secs(20), "no draft {what}");
        sleep(Duration::from_millis(50));
    }
}

/// The pins of a rule set, as (sku, slot).
fn pins(rules: &Value) -> Vec<(String, u64)> {
    let rules = rules["rules"].as_array().into_iter().flatten();
    let pins = rules.flat_map(|rule| rule["effect"]["pins"].as_array().into_iter().flatten());
    pins.map(|pin| {
        let sku = pin["sku"].as_str().unwrap_or_default().to_owned();
        (sku, pin["slot"].as_u64().unwrap_or_default())
    })
    .collect()
}

/// The card in a slot: its name begins with the slot.
fn card(window: &Window<'_>, slot: u32) -> Node {
    let begins = format!("Slot {slot}: ");
    window.wait_for(&begins, |node| node.name.starts_with(&begins))
}

/// The first start shows the guide, which is not what these journeys are about.
fn home_without_guide() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let session = r#"{"settings": {"guide_done": true}}"#;
    fs::write(home.path().join("session.json"), session).unwrap();
    home
}

#[test]
fn a_dragged_card_a_moved_slider_and_an_undo_are_there_after_a_restart() {
    let Some(screen) = Screen::start() else {
        return;
    };
    let home = home_without_guide();
    let window = screen.open(home.path(), [] as [&str; 0]);
    let (from, to) = (card(&window, 5), card(&window, 2));
    window.drag(from.middle, to.middle);
    let dragged = draft(home.path(), "with a pin at slot 2", |rules| {
        pins(rules).iter().any(|(_, slot)| *slot == 2)
    });
    let slider = window.named("Margin weight");
    let before = slider.value.unwrap_or_default();
    let (x, y) = slider.middle;
    window.drag((x, y), (x + 30, y));
    let moved = window.wait_for("another margin weight", |node| {
        node.name == "Margin weight" && node.value.is_some_and(|value| value != before)
    });
    draft(home.path(), "with another weight", |rules| {
        *rules != dragged
    });
    window.key("ctrl+z");
    draft(home.path(), "with the weight taken back", |rules| {
        *rules == dragged
    });
    window.key("ctrl+shift+z");
    draft(home.path(), "with the weight again", |rules| {
        *rules != dragged
    });
    window.quit();

    let window = screen.open(home.path(), [] as [&str; 0]);
    let slider = window.named("Margin weight");
    assert_eq!(slider.value, moved.value);
    let pinned = card(&window, 2);
    assert!(pinned.name.contains("pinned"), "{pinned:?}");
    window.quit();
}

#[test]
fn a_killed_window_comes_back_with_the_last_edit() {
    let Some(screen) = Screen::start() else {
        return;
    };
    let home = home_without_guide();
    let window = screen.open(home.path(), [] as [&str; 0]);
    let (from, to) = (card(&window, 6), card(&window, 3));
    window.drag(from.middle, to.middle);
    let last = draft(home.path(), "with a pin at slot 3", |rules| {
        pins(rules).iter().any(|(_, slot)| *slot == 3)
    });
    window.kill();
    let window = screen.open(home.path(), [] as [&str; 0]);
    let pinned = card(&window, 3);
    assert!(pinned.name.contains("pinned"), "{pinned:?}");
    draft(home.path(), "as before the kill", |rules| *rules == last);
}

#[test]
fn an_assistive_technology_finds_buttons_and_presses_them() {
    let Some(screen) = Screen::start() else {
        return;
    };
    let home = home_without_guide();
    let window = screen.open(home.path(), [] as [&str; 0]);
    let _ = card(&window, 1);
    window.press("Settings");
    let _ = window.named("Theme");
    window.press("Rank");
    let _ = card(&window, 1);
}

#[test]
fn without_a_display_it_says_what_is_missing_and_what_works() {
    let home = tempfile::tempdir().unwrap();
    let output = endcap([] as [&str; 0])
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env("ENDCAP_HOME", home.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("DISPLAY"), "{said}");
    for verb in ["tour", "rank", "case", "import"] {
        assert!(said.contains(verb), "{verb}: {said}");
    }
}
