//! Facts proved here:
//! 1. every page of the gallery draws in both themes, without a missing glyph or a clash of ids;
//! 2. with ENDCAP_PICTURES set to a folder, the pages land there as PNG files to look at.

#[path = "../examples/gallery/pages/mod.rs"]
mod pages;

use std::path::Path;

use egui::{Theme, vec2};
use egui_kittest::Harness;
use endcap_look::ThemeChoice;
use pages::{Gallery, Page};

#[test]
fn every_page_of_the_gallery_draws_in_both_themes() {
    let folder = std::env::var_os("ENDCAP_PICTURES");
    for page in Page::ALL {
        for (choice, theme, name) in [
            (ThemeChoice::Light, Theme::Light, "light"),
            (ThemeChoice::Dark, Theme::Dark, "dark"),
        ] {
            let mut gallery = Gallery::at(page, choice);
            gallery.say();
            let builder = Harness::builder()
                .with_size(vec2(1280.0, 900.0))
                .with_theme(theme);
            let builder = builder.with_context_setup(endcap_look::install);
            let builder = if folder.is_some() {
                builder.wgpu()
            } else {
                builder
            };
            let mut harness = builder.build_ui(|ui| gallery.ui(ui));
            harness.run_steps(4);
            if let Some(folder) = &folder {
                let image = harness.render().unwrap();
                let file = format!("{page:?}-{name}.png").to_lowercase();
                image.save(Path::new(folder).join(file)).unwrap();
            }
        }
    }
}
