//! Pictures of the Rank view, written where `ENDCAP_SHOTS` says, to be looked at.

mod common;

use common::{LARGE, SMALL, desk, settle, shot, window};
use endcap_app::console::Layout;

/// 1. Every layout draws in both sizes and themes without a fault.
#[test]
fn every_layout_draws_in_both_sizes_and_themes() {
    for (theme, name) in [(egui::Theme::Light, "light"), (egui::Theme::Dark, "dark")] {
        for (size, wide) in [(LARGE, "1440"), (SMALL, "1280")] {
            let mut tested = window(size, theme);
            for layout in [Layout::Grid, Layout::List, Layout::Compare] {
                desk(&mut tested)
                    .console
                    .remember(|session| session.layout = layout);
                settle(&mut tested);
                let layout = format!("{layout:?}").to_lowercase();
                shot(&mut tested, &format!("{layout}-{name}-{wide}"));
            }
        }
    }
}
