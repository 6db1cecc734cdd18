//! The sides of the Rank view, by role and label.

mod common;

use egui::Theme;
use egui_kittest::kittest::Queryable as _;

use common::{LARGE, SMALL, shot, window};

/// 0. What it looks like, at both sizes, light and dark.
#[test]
fn pictures_of_the_sides() {
    for (size, at) in [(LARGE, "1440"), (SMALL, "1280")] {
        for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            let mut window = window(size, theme);
            shot(&mut window, &format!("sides-{at}-{name}"));
            if at == "1440" && name == "light" {
                window.get_by_label("New rule").click();
                common::settle(&mut window);
                shot(&mut window, "editor-new");
            }
        }
    }
}
