//! The design tokens: every colour, size and radius of Endcap, light and dark.

use egui::{Color32, Context, Theme};

/// Writes `0xRRGGBB` as a colour.
const fn rgb(hex: u32) -> Color32 {
    let [_, red, green, blue] = hex.to_be_bytes();
    Color32::from_rgb(red, green, blue)
}

/// The colours of one theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Behind panels, image wells.
    pub ground: Color32,
    /// Panels, cards, inputs.
    pub panel: Color32,
    /// Hairlines.
    pub line: Color32,
    /// Borders of controls.
    pub line_strong: Color32,
    /// Text.
    pub ink: Color32,
    /// Secondary text.
    pub ink2: Color32,
    /// Captions and units.
    pub ink3: Color32,
    /// Selection, primary action.
    pub accent: Color32,
    /// Behind what is selected.
    pub accent_wash: Color32,
    /// Text on `accent`.
    pub on_accent: Color32,
    /// Better than live.
    pub good: Color32,
    /// Behind `good` text.
    pub good_wash: Color32,
    /// Worse than live, destructive.
    pub bad: Color32,
    /// Behind `bad` text.
    pub bad_wash: Color32,
    /// Needs a look.
    pub warn: Color32,
    /// Behind `warn` text.
    pub warn_wash: Color32,
    /// Pins, neutral facts.
    pub info: Color32,
    /// Behind `info` text.
    pub info_wash: Color32,
}

impl Tokens {
    /// The colours of the theme in use. A `&Ui` serves as well as a `&Context`.
    pub fn of(ctx: &Context) -> &'static Self {
        Self::of_theme(ctx.theme())
    }

    /// The colours of the given theme.
    pub fn of_theme(theme: Theme) -> &'static Self {
        match theme {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }

    /// The colour of text in the given tone, and the wash it stands on.
    pub fn tone(&self, tone: Tone) -> (Color32, Color32) {
        match tone {
            Tone::Neutral => (self.ink2, self.ground),
            Tone::Accent => (self.accent, self.accent_wash),
            Tone::Good => (self.good, self.good_wash),
            Tone::Bad => (self.bad, self.bad_wash),
            Tone::Warn => (self.warn, self.warn_wash),
            Tone::Info => (self.info, self.info_wash),
        }
    }

    /// The fill of a control or row under the pointer.
    pub fn hover(&self) -> Color32 {
        self.ground
    }

    /// What lies over the window while a modal is open.
    pub fn scrim(&self) -> Color32 {
        Color32::from_black_alpha(110)
    }
}

/// What a colour says; always beside a word or an arrow, never alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Says nothing.
    #[default]
    Neutral,
    /// Selected, ours.
    Accent,
    /// Better than live.
    Good,
    /// Worse than live, destructive.
    Bad,
    /// Needs a look.
    Warn,
    /// A neutral fact, a pin.
    Info,
}

/// The light theme.
pub static LIGHT: Tokens = Tokens {
    ground: rgb(0xF6F7F9),
    panel: rgb(0xFFFFFF),
    line: rgb(0xE4E7EC),
    line_strong: rgb(0xD0D5DD),
    ink: rgb(0x101828),
    ink2: rgb(0x475467),
    ink3: rgb(0x667085),
    accent: rgb(0x0F766E),
    accent_wash: rgb(0xE6F4F1),
    on_accent: rgb(0xFFFFFF),
    good: rgb(0x067647),
    good_wash: rgb(0xECFDF3),
    bad: rgb(0xB42318),
    bad_wash: rgb(0xFEF3F2),
    warn: rgb(0xB54708),
    warn_wash: rgb(0xFFFAEB),
    info: rgb(0x175CD3),
    info_wash: rgb(0xEFF8FF),
};

/// The dark theme.
pub static DARK: Tokens = Tokens {
    ground: rgb(0x0E1116),
    panel: rgb(0x161B22),
    line: rgb(0x252C36),
    line_strong: rgb(0x323B47),
    ink: rgb(0xE6EAF0),
    ink2: rgb(0xB0B9C5),
    ink3: rgb(0x8D97A5),
    accent: rgb(0x2DD4BF),
    accent_wash: rgb(0x10302D),
    on_accent: rgb(0x062B27),
    good: rgb(0x4ADE80),
    good_wash: rgb(0x0F2A1B),
    bad: rgb(0xF87171),
    bad_wash: rgb(0x331717),
    warn: rgb(0xFBBF24),
    warn_wash: rgb(0x33260B),
    info: rgb(0x7CB3FF),
    info_wash: rgb(0x11233B),
};

/// Spacing goes in steps of this many points.
pub const SPACE: f32 = 4.0;
/// Half the usual gap.
pub const SPACE_1: f32 = SPACE;
/// The usual gap between things that belong together.
pub const SPACE_2: f32 = 2.0 * SPACE;
/// The padding of a card; the gap between cards.
pub const SPACE_3: f32 = 3.0 * SPACE;
/// The padding of a panel.
pub const SPACE_4: f32 = 4.0 * SPACE;
/// The gap between sections.
pub const SPACE_6: f32 = 6.0 * SPACE;

/// Rounds controls.
pub const RADIUS_CONTROL: u8 = 6;
/// Rounds cards.
pub const RADIUS_CARD: u8 = 8;
/// Rounds tags and key caps.
pub const RADIUS_TAG: u8 = 4;

/// The height of every row of a list, menu or picker.
pub const ROW_HEIGHT: f32 = 28.0;
/// The height of a row of a table, which has air for two lines of small text.
pub const TABLE_ROW_HEIGHT: f32 = 34.0;
/// The height of buttons, chips and fields.
pub const CONTROL_HEIGHT: f32 = 28.0;
/// The height of small buttons and icon buttons.
pub const CONTROL_HEIGHT_SMALL: f32 = 22.0;
/// The width of the navigation rail.
pub const RAIL_WIDTH: f32 = 56.0;
/// The height of the view bar.
pub const VIEW_BAR_HEIGHT: f32 = 48.0;
/// The width of a hairline.
pub const HAIRLINE: f32 = 1.0;
/// The width of the ring round what has the keyboard.
pub const FOCUS_RING: f32 = 2.0;

/// Colours of pack shots, told apart from one another on either ground.
pub const BRAND_COLOURS: [Color32; 12] = [
    rgb(0x3A2E2E), // roast
    rgb(0x0F766E), // pine
    rgb(0x9F1239), // cherry
    rgb(0x1E3A5F), // navy
    rgb(0x6D28D9), // violet
    rgb(0xB45309), // amber
    rgb(0x0369A1), // lake
    rgb(0x4D7C0F), // moss
    rgb(0xBE185D), // rose
    rgb(0x854D0E), // ochre
    rgb(0x334155), // slate
    rgb(0xC2410C), // brick
];

/// The pack-shot colour of a brand: the same for the same name, everywhere and always.
pub fn brand_colour(name: &str) -> Color32 {
    // FNV-1a, 32 bits: short, stable across versions of Rust, well spread on short names.
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    BRAND_COLOURS[hash as usize % BRAND_COLOURS.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance and contrast, after WCAG 2.2, "contrast ratio".
    fn contrast(one: Color32, other: Color32) -> f64 {
        let luminance = |color: Color32| {
            let [red, green, blue] = [color.r(), color.g(), color.b()].map(|channel| {
                let share = f64::from(channel) / 255.0;
                if share <= 0.04045 {
                    share / 12.92
                } else {
                    ((share + 0.055) / 1.055).powf(2.4)
                }
            });
            0.2126 * red + 0.7152 * green + 0.0722 * blue
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn black_on_white_has_the_highest_contrast() {
        assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 1e-9);
    }

    #[test]
    fn every_text_can_be_read_on_what_it_stands_on() {
        for (theme, tokens) in [("light", &LIGHT), ("dark", &DARK)] {
            let Tokens {
                panel,
                ground,
                accent_wash,
                ..
            } = *tokens;
            let mut pairs = Vec::new();
            // Captions stand on panels and on the ground, which is the hover fill too. On washes
            // stands secondary ink: captions reach only 4.4:1 on the light accent wash.
            pairs.extend([panel, ground].map(|on| ("ink3", tokens.ink3, on)));
            for on in [panel, ground, accent_wash] {
                pairs.push(("ink", tokens.ink, on));
                pairs.push(("ink2", tokens.ink2, on));
                pairs.push(("accent", tokens.accent, on));
            }
            for tone in [
                Tone::Neutral,
                Tone::Accent,
                Tone::Good,
                Tone::Bad,
                Tone::Warn,
                Tone::Info,
            ] {
                let (ink, wash) = tokens.tone(tone);
                // Tags on their wash; changes as plain text in strips and chosen rows; banners.
                for on in [wash, panel, ground, accent_wash] {
                    pairs.push(("tone", ink, on));
                }
                pairs.push(("ink on a wash", tokens.ink, wash));
                pairs.push(("ink2 on a wash", tokens.ink2, wash));
            }
            pairs.push(("primary button", tokens.on_accent, tokens.accent));
            for t in [0.1, 0.2] {
                let fill = tokens.accent.lerp_to_gamma(tokens.ink, t);
                pairs.push(("primary button under the pointer", tokens.on_accent, fill));
            }
            pairs.push(("count on a badge", panel, tokens.bad));
            pairs.push(("slot on a pack shot", panel, tokens.ink));
            pairs.push(("pressed button", tokens.ink, tokens.line));
            pairs.push(("pressed danger button", tokens.bad, tokens.line));
            for (name, ink, on) in pairs {
                let ratio = contrast(ink, on);
                assert!(
                    ratio >= 4.5,
                    "{theme}: {name} {ink:?} on {on:?} has {ratio:.2}:1"
                );
            }
        }
    }

    #[test]
    fn icons_marks_and_focus_rings_stand_out() {
        for (theme, tokens) in [("light", &LIGHT), ("dark", &DARK)] {
            let Tokens {
                panel,
                ground,
                accent_wash,
                ..
            } = *tokens;
            for on in [panel, ground, accent_wash] {
                for ink in [tokens.accent, tokens.ink2, tokens.ink3] {
                    let ratio = contrast(ink, on);
                    assert!(ratio >= 3.0, "{theme}: {ink:?} on {on:?} has {ratio:.2}:1");
                }
            }
            assert!(
                contrast(tokens.ink2, tokens.line) >= 3.0,
                "{theme}: live mark on the track"
            );
            assert!(
                contrast(tokens.accent, tokens.line) >= 3.0,
                "{theme}: slider on its track"
            );
        }
    }

    #[test]
    fn a_brand_keeps_its_colour() {
        // FNV-1a of "a" is 0xe40c292c, of the reference vectors by Fowler, Noll and Vo.
        assert_eq!(
            brand_colour("a"),
            BRAND_COLOURS[0xe40c_292c_usize % BRAND_COLOURS.len()]
        );
        assert_eq!(brand_colour("Vela"), brand_colour("Vela"));
    }

    #[test]
    fn brand_colours_stand_out_from_the_light_ground_and_the_label() {
        for colour in BRAND_COLOURS {
            assert!(contrast(colour, LIGHT.ground) >= 3.0, "{colour:?}");
        }
    }
}
