//! The pictures in `assets/screenshots`: every view, both themes, two sizes, from the demo at
//! a fixed clock.
//!
//! 1. The pictures in the repository show what the program draws now. With
//!    `ENDCAP_SCREENSHOTS=write` (`cargo xtask screenshots`) they are written instead.

mod common;

use std::io::BufWriter;
use std::path::{Path, PathBuf};

use common::{LARGE, SMALL, Tested, desk, settle};
use egui::Theme;
use endcap_app::Signal;
use endcap_app::console::{ByHand, Command, Edit, Layout, View};
use endcap_ui::Action;
use image::buffer::ConvertBuffer;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ImageReader, RgbImage, RgbaImage};

/// A picture may differ in so many of its pixels: other versions of the software renderer
/// round the edges of letters otherwise.
const PIXELS_THAT_MAY_DIFFER: f64 = 0.005;
/// By how much one channel of a pixel may differ before the pixel counts.
const CHANNEL_TOLERANCE: u8 = 24;

/// A view in a state that shows what it is for.
struct Scene {
    name: &'static str,
    set: fn(&mut Tested),
}

const SCENES: &[Scene] = &[
    Scene {
        name: "rank",
        set: |window| edited(window),
    },
    Scene {
        name: "rank-list",
        set: |window| {
            edited(window);
            act(window, Action::Arrange(Layout::List));
        },
    },
    Scene {
        name: "rank-compare",
        set: |window| {
            edited(window);
            act(window, Action::Arrange(Layout::Compare));
        },
    },
    Scene {
        name: "rule-editor",
        set: |window| {
            edited(window);
            act(window, Action::NewRule);
        },
    },
    Scene {
        name: "findings",
        set: |window| {
            edited(window);
            act(window, Action::Findings);
        },
    },
    Scene {
        name: "shoppers",
        set: |window| {
            edited(window);
            show(window, View::Shoppers);
            let sku = sku_in_slot(window, 1);
            send(
                window,
                Command::Explain {
                    column: 0,
                    sku,
                    against: None,
                },
            );
        },
    },
    Scene {
        name: "product-sheet",
        set: |window| {
            edited(window);
            let sku = sku_in_slot(window, 0);
            send(window, Command::Sheet(Some(sku)));
        },
    },
    Scene {
        name: "data",
        set: |window| show(window, View::Data),
    },
    Scene {
        name: "settings",
        set: |window| show(window, View::Settings),
    },
    Scene {
        name: "palette",
        set: |window| act(window, Action::Palette),
    },
    Scene {
        name: "keys",
        set: |window| act(window, Action::Keys),
    },
];

fn act(window: &mut Tested, action: Action) {
    desk(window).act(action);
    window.run_ok();
    settle(window);
}

fn send(window: &mut Tested, command: Command) {
    assert!(desk(window).send(command));
    settle(window);
}

fn show(window: &mut Tested, view: View) {
    act(window, Action::Show(view));
}

fn sku_in_slot(window: &mut Tested, place: usize) -> String {
    let page = desk(window).console.answers().page().value().cloned();
    page.expect("a page").slate.cards[place].sku.clone()
}

/// Some edits, so that the draft differs from live: popularity and margin count more, and a
/// product is pinned.
fn edited(window: &mut Tested) {
    let weight = |signal, weight| Edit::SetWeight {
        category: Some("grocery/beverages/coffee".to_owned()),
        signal,
        weight: Some(weight),
    };
    for (label, signal, to) in [
        ("Popularity to 0.60", Signal::Popularity, 0.6),
        ("Margin to 0.90", Signal::Margin, 0.9),
    ] {
        assert!(desk(window).edit(label, vec![weight(signal, to)]));
        settle(window);
    }
    let sku = sku_in_slot(window, 8);
    let desk = desk(window);
    let page = desk.console.answers().page().value().cloned();
    let request = page.expect("a page").slate.request.clone();
    let rules = desk.console.draft().expect("a draft").rules().clone();
    let mut by_hand = ByHand::new(&request, &rules);
    by_hand.pin(&sku, 4, None);
    assert!(desk.edit("Pin to slot 4", by_hand.edits()));
    settle(window);
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../assets/screenshots")
}

/// The console's own folder, empty; Settings shows its name, so it is always the same one.
fn home() -> PathBuf {
    let home = std::env::temp_dir().join("endcap-screenshots");
    let _ = std::fs::remove_dir_all(&home);
    home
}

/// Writes a picture as small as PNG makes it: it stays in the repository.
fn write_png(path: &Path, picture: &RgbaImage) {
    let file = std::fs::File::create(path).expect("a file to write");
    let (best, filter) = (CompressionType::Best, FilterType::Adaptive);
    let encoder = PngEncoder::new_with_quality(BufWriter::new(file), best, filter);
    // Every pixel is opaque.
    let rgb: RgbImage = picture.convert();
    rgb.write_with_encoder(encoder).expect("a written picture");
}

/// The share of pixels that differ; all of them where the sizes do.
fn difference(one: &RgbaImage, other: &RgbaImage) -> f64 {
    if one.dimensions() != other.dimensions() {
        return 1.0;
    }
    let differ = |(a, b): (&image::Rgba<u8>, &image::Rgba<u8>)| {
        a.0.iter()
            .zip(b.0)
            .any(|(a, b)| a.abs_diff(b) > CHANNEL_TOLERANCE)
    };
    let count = one
        .pixels()
        .zip(other.pixels())
        .filter(|pair| differ(*pair))
        .count();
    count as f64 / one.pixels().len().max(1) as f64
}

#[test]
fn the_pictures_in_the_repository_show_the_program_as_it_is() {
    if !common::can_render() {
        return;
    }
    let write = std::env::var("ENDCAP_SCREENSHOTS").is_ok_and(|value| value == "write");
    let mut stale = Vec::new();
    std::fs::create_dir_all(folder()).unwrap();
    for scene in SCENES {
        for (theme, theme_name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            for size in [LARGE, SMALL] {
                let mut window = common::window_in(&home(), size, theme);
                (scene.set)(&mut window);
                let shown = window.render().expect("a picture");
                let (width, height) = shown.dimensions();
                let name = format!("{}-{theme_name}-{width}x{height}.png", scene.name);
                let path = folder().join(&name);
                let kept = ImageReader::open(&path)
                    .ok()
                    .and_then(|file| file.decode().ok());
                let differs = kept.map_or(1.0, |kept| difference(&kept.to_rgba8(), &shown));
                if write && differs > 0.0 {
                    write_png(&path, &shown);
                }
                if differs > PIXELS_THAT_MAY_DIFFER {
                    let share = differs * 100.0;
                    stale.push(format!("{name}: {share:.2}% of its pixels differ"));
                }
            }
        }
    }
    if !write {
        assert!(
            stale.is_empty(),
            "make the pictures anew with `cargo xtask screenshots`, and look at them:\n{}",
            stale.join("\n")
        );
    }
}
