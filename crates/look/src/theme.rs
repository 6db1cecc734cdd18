//! Puts the tokens and fonts into egui: the one place that writes an egui style.

use std::sync::Arc;

use egui::style::{HandleShape, ScrollStyle, Selection, WidgetVisuals, Widgets};
use egui::{
    Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, Margin, Shadow, Stroke,
    Style, TextStyle, Theme, ThemePreference, Visuals, vec2,
};

use crate::text::{Face, ICONS, MEDIUM, SEMIBOLD};
use crate::tokens::{
    CONTROL_HEIGHT, FOCUS_RING, HAIRLINE, RADIUS_CARD, RADIUS_CONTROL, ROW_HEIGHT, SPACE_1,
    SPACE_2, SPACE_3, Tokens,
};

/// Which theme the desk wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ThemeChoice {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Loads the fonts and both styles. Call it once, before the first frame.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts());
    for theme in [Theme::Light, Theme::Dark] {
        ctx.set_style_of(theme, style(theme));
    }
}

/// Shows the chosen theme from the next frame on.
pub fn set_theme(ctx: &Context, choice: ThemeChoice) {
    ctx.set_theme(match choice {
        ThemeChoice::System => ThemePreference::System,
        ThemeChoice::Light => ThemePreference::Light,
        ThemeChoice::Dark => ThemePreference::Dark,
    });
}

/// The fonts of assets/fonts, and which of them serves which family.
pub(crate) fn fonts() -> FontDefinitions {
    macro_rules! font {
        ($file:literal) => {
            FontData::from_static(include_bytes!(concat!("../../../assets/fonts/", $file)))
        };
    }
    let regular = "Inter Regular";
    let medium = "Inter Medium";
    let semibold = "Inter SemiBold";
    let mono = "JetBrains Mono";
    let icons = "Lucide";

    let mut definitions = FontDefinitions::empty();
    for (name, data) in [
        (regular, font!("Inter-Tabular-Regular.ttf")),
        (medium, font!("Inter-Tabular-Medium.ttf")),
        (semibold, font!("Inter-Tabular-SemiBold.ttf")),
        (mono, font!("JetBrainsMono-Regular.ttf")),
        (icons, font!("Lucide-Endcap.ttf")),
    ] {
        definitions
            .font_data
            .insert(name.to_owned(), Arc::new(data));
    }
    // Each family falls back to the regular weight's wider neighbours and to the icons, so that
    // an icon may stand in a line of text.
    for (family, fonts) in [
        (FontFamily::Proportional, vec![regular, icons]),
        (FontFamily::Monospace, vec![mono, regular, icons]),
        (FontFamily::Name(MEDIUM.into()), vec![medium, icons]),
        (FontFamily::Name(SEMIBOLD.into()), vec![semibold, icons]),
        (FontFamily::Name(ICONS.into()), vec![icons, regular]),
    ] {
        let fonts = fonts.into_iter().map(str::to_owned).collect();
        definitions.families.insert(family, fonts);
    }
    definitions
}

fn style(theme: Theme) -> Style {
    let tokens = Tokens::of_theme(theme);
    let mut style = theme.default_style();
    style.text_styles = [
        (TextStyle::Small, Face::Small.font()),
        (TextStyle::Body, Face::Body.font()),
        (TextStyle::Button, Face::BodyMedium.font()),
        (TextStyle::Heading, Face::Title.font()),
        (TextStyle::Monospace, Face::Mono.font()),
    ]
    .into();
    style.drag_value_text_style = TextStyle::Body;
    style.visuals = visuals(theme, tokens);
    style.animation_time = 0.12;

    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(SPACE_2, SPACE_1);
    spacing.window_margin = Margin::same(SPACE_3 as i8);
    spacing.menu_margin = Margin::same(SPACE_1 as i8);
    spacing.button_padding = vec2(SPACE_3, SPACE_1);
    spacing.interact_size = vec2(ROW_HEIGHT, CONTROL_HEIGHT);
    spacing.indent = SPACE_3;
    spacing.icon_width = 16.0;
    spacing.icon_width_inner = 10.0;
    spacing.icon_spacing = SPACE_2;
    spacing.tooltip_width = 320.0;
    spacing.scroll = ScrollStyle {
        floating_width: 6.0,
        floating_allocated_width: 0.0,
        bar_width: 6.0,
        bar_inner_margin: 2.0,
        bar_outer_margin: 2.0,
        handle_min_length: 24.0,
        // The thumb shows only while it can be of use.
        dormant_background_opacity: 0.0,
        active_background_opacity: 0.0,
        interact_background_opacity: 0.0,
        dormant_handle_opacity: 0.0,
        active_handle_opacity: 0.8,
        interact_handle_opacity: 1.0,
        foreground_color: false,
        ..ScrollStyle::floating()
    };
    // The fade at the edge of a scroll area is a gradient.
    spacing.scroll.fade.strength = 0.0;

    style.interaction.tooltip_delay = 0.4;
    style.interaction.selectable_labels = false;
    style
}

fn visuals(theme: Theme, tokens: &Tokens) -> Visuals {
    let hairline = Stroke::new(HAIRLINE, tokens.line);
    let border = Stroke::new(HAIRLINE, tokens.line_strong);
    let control = WidgetVisuals {
        bg_fill: tokens.panel,
        weak_bg_fill: tokens.panel,
        bg_stroke: border,
        corner_radius: CornerRadius::same(RADIUS_CONTROL),
        fg_stroke: Stroke::new(HAIRLINE, tokens.ink),
        expansion: 0.0,
    };
    Visuals {
        widgets: Widgets {
            noninteractive: WidgetVisuals {
                bg_stroke: hairline,
                ..control
            },
            inactive: WidgetVisuals {
                // The thumb of a scroll bar is painted in this fill.
                bg_fill: tokens.line_strong,
                ..control
            },
            hovered: WidgetVisuals {
                bg_fill: tokens.ink3,
                weak_bg_fill: tokens.hover(),
                ..control
            },
            active: WidgetVisuals {
                bg_fill: tokens.ink3,
                weak_bg_fill: tokens.line,
                bg_stroke: Stroke::new(FOCUS_RING, tokens.accent),
                ..control
            },
            open: WidgetVisuals {
                weak_bg_fill: tokens.hover(),
                ..control
            },
        },
        selection: Selection {
            bg_fill: tokens.accent_wash,
            stroke: Stroke::new(HAIRLINE, tokens.accent),
        },
        override_text_color: None,
        weak_text_color: Some(tokens.ink3),
        hyperlink_color: tokens.accent,
        faint_bg_color: tokens.ground,
        extreme_bg_color: tokens.panel,
        text_edit_bg_color: Some(tokens.panel),
        code_bg_color: tokens.ground,
        warn_fg_color: tokens.warn,
        error_fg_color: tokens.bad,
        window_corner_radius: CornerRadius::same(RADIUS_CARD),
        window_shadow: Shadow::NONE,
        window_fill: tokens.panel,
        window_stroke: border,
        menu_corner_radius: CornerRadius::same(RADIUS_CARD),
        panel_fill: tokens.panel,
        popup_shadow: Shadow::NONE,
        striped: false,
        slider_trailing_fill: true,
        handle_shape: HandleShape::Circle,
        disabled_alpha: 0.5,
        ..match theme {
            Theme::Light => Visuals::light(),
            Theme::Dark => Visuals::dark(),
        }
    }
}

/// A colour that lets what lies behind show.
pub(crate) const CLEAR: Color32 = Color32::TRANSPARENT;
