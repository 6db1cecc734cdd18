//! Facts proved here:
//! 1. every icon, and every sign the interface writes, has a glyph of its own;
//! 2. all digits of a face have the same width, so that figures stand under one another;
//! 3. letters of the languages of our shoppers have glyphs.

use egui::{Context, FontId, RawInput};
use endcap_look::{Face, Icon, icon_font};

const FACES: [Face; 10] = [
    Face::Body,
    Face::BodyMedium,
    Face::BodySemibold,
    Face::Small,
    Face::SmallMedium,
    Face::SmallSemibold,
    Face::Section,
    Face::Title,
    Face::Figure,
    Face::Mono,
];

/// A context with our fonts, in which one frame has begun.
fn context() -> Context {
    let ctx = Context::default();
    endcap_look::install(&ctx);
    ctx.run_ui(RawInput::default(), |_| {})
        .textures_delta
        .clear();
    ctx
}

fn assert_glyphs(ctx: &Context, font: &FontId, text: &str) {
    ctx.fonts_mut(|fonts| {
        for sign in text.chars() {
            assert!(
                fonts.has_glyph(font, sign),
                "no glyph for {sign:?} in {font:?}"
            );
        }
    });
}

#[test]
fn every_icon_has_a_glyph() {
    let ctx = context();
    for icon in Icon::ALL {
        assert_glyphs(&ctx, &icon_font(20.0), &icon.glyph().to_string());
    }
}

#[test]
fn every_sign_the_interface_writes_has_a_glyph() {
    let ctx = context();
    for face in FACES {
        assert_glyphs(
            &ctx,
            &face.font(),
            "▲▼→←↑↓−×≥≤≈≠±·•…“”‘’–—%€£¥₹₩$\u{a0}\u{202f}⌘⇧⌥⏎",
        );
    }
}

#[test]
fn letters_beyond_english_have_glyphs() {
    let ctx = context();
    for face in FACES {
        assert_glyphs(
            &ctx,
            &face.font(),
            "äöüßéèêñçøåæœşğİıłżśćčřžőű αβγδωΣ Привет Київ",
        );
    }
}

#[test]
fn digits_have_one_width() {
    let ctx = context();
    for face in FACES {
        let widths = ctx.fonts_mut(|fonts| {
            ('0'..='9')
                .map(|digit| fonts.glyph_width(&face.font(), digit))
                .collect::<Vec<_>>()
        });
        let equal = widths.iter().all(|width| (width - widths[0]).abs() < 1e-3);
        assert!(equal && widths[0] > 0.0, "{face:?}: {widths:?}");
    }
}
