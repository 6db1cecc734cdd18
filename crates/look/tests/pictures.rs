//! Facts proved here:
//! 1. every page of the gallery draws in both themes, without a missing glyph or a clash of ids;
//! 2. so do a focused button, a button under the pointer, an open picker, menu and modal;
//! 3. with ENDCAP_PICTURES set to a folder, all of these land there as PNG files to look at.

#[path = "../examples/gallery/pages/mod.rs"]
mod pages;

use std::path::Path;

use egui::accesskit::Role;
use egui::{Theme, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use endcap_look::ThemeChoice;
use pages::{Gallery, Page};

/// Draws one page in both themes after `act`, and keeps the pictures if they are wanted.
fn draw(page: Page, name: &str, act: impl Fn(&mut Harness)) {
    let folder = std::env::var_os("ENDCAP_PICTURES");
    for (choice, theme, theme_name) in [
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
        act(&mut harness);
        harness.run_steps(6);
        if let Some(folder) = &folder {
            let image = harness
                .render()
                .expect("wgpu draws, on lavapipe where there is no GPU");
            let file = format!("{name}-{theme_name}.png");
            image
                .save(Path::new(folder).join(file))
                .expect("the folder can be written");
        }
    }
}

#[test]
fn every_page_of_the_gallery_draws_in_both_themes() {
    for page in Page::ALL {
        draw(page, &format!("{page:?}").to_lowercase(), |_| {});
    }
}

#[test]
fn what_is_pointed_at_focused_or_open_draws_in_both_themes() {
    draw(Page::Controls, "focused", |harness| {
        harness
            .get_by_role_and_label(Role::Slider, "Margin")
            .focus();
        harness
            .get_by_role_and_label(Role::Button, "Compare with live v37")
            .hover();
    });
    draw(Page::Controls, "picker", |harness| {
        harness
            .get_by_role_and_label(Role::Button, "Page Coffee")
            .click();
        harness.run_steps(3);
        harness.get_by_role_and_label(Role::ListBoxOption, "Tea");
    });
    draw(Page::Controls, "menu", |harness| {
        harness.get_by_role_and_label(Role::Button, "More").click();
        harness.run_steps(3);
        harness
            .get_by_role_and_label(Role::MenuItem, "Pin here")
            .hover();
    });
    draw(Page::Feedback, "modal", |harness| {
        harness.get_by_role_and_label(Role::Button, "Ask").click();
        harness.run_steps(3);
        harness
            .get_by_role_and_label(Role::Button, "Keep it")
            .focus();
    });
}
