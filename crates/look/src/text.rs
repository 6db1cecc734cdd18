//! The text styles: which face, size and line height each kind of text has.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Color32, Context, FontFamily, FontId, Galley, RichText};

/// The family of the medium weight.
pub(crate) const MEDIUM: &str = "medium";
/// The family of the semibold weight.
pub(crate) const SEMIBOLD: &str = "semibold";
/// The family of the icons.
pub(crate) const ICONS: &str = "icons";

/// A kind of text: its face, size and line height belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Face {
    /// 13/18 regular: everything that has no other kind.
    Body,
    /// 13/18 medium: names of products, values in chips.
    BodyMedium,
    /// 13/18 semibold: names of rules, prices, totals.
    BodySemibold,
    /// 11.5/16 regular: captions.
    Small,
    /// 11.5/16 medium.
    SmallMedium,
    /// 11.5/16 semibold: tags and changes.
    SmallSemibold,
    /// 11/16 semibold: the capitals over a section.
    Section,
    /// 15/20 semibold: the title of a view.
    Title,
    /// 19/24 semibold: the figures of a strip.
    Figure,
    /// 12.5/18 monospaced: conditions in CEL, hashes.
    Mono,
}

impl Face {
    /// The font of this kind of text.
    pub fn font(self) -> FontId {
        let family = match self {
            Self::Body | Self::Small => FontFamily::Proportional,
            Self::BodyMedium | Self::SmallMedium => FontFamily::Name(MEDIUM.into()),
            Self::Mono => FontFamily::Monospace,
            _ => FontFamily::Name(SEMIBOLD.into()),
        };
        FontId::new(self.size(), family)
    }

    /// The size of this kind of text, in points.
    pub const fn size(self) -> f32 {
        match self {
            Self::Body | Self::BodyMedium | Self::BodySemibold => 13.0,
            Self::Small | Self::SmallMedium | Self::SmallSemibold => 11.5,
            Self::Section => 11.0,
            Self::Title => 15.0,
            Self::Figure => 19.0,
            Self::Mono => 12.5,
        }
    }

    /// The distance between the lines of this kind of text, in points.
    pub const fn line_height(self) -> f32 {
        match self {
            Self::Body | Self::BodyMedium | Self::BodySemibold | Self::Mono => 18.0,
            Self::Small | Self::SmallMedium | Self::SmallSemibold | Self::Section => 16.0,
            Self::Title => 20.0,
            Self::Figure => 24.0,
        }
    }

    /// The given text in this face; its colour is the surrounding one until one is set.
    pub fn text(self, text: impl Into<String>) -> RichText {
        let text = text.into();
        let rich = match self {
            Self::Section => RichText::new(text.to_uppercase()).extra_letter_spacing(0.4),
            _ => RichText::new(text),
        };
        rich.font(self.font()).line_height(Some(self.line_height()))
    }

    /// The format of this face in a layout job.
    pub fn format(self, color: Color32) -> TextFormat {
        TextFormat {
            font_id: self.font(),
            line_height: Some(self.line_height()),
            color,
            ..TextFormat::default()
        }
    }
}

/// Body text, 13/18 regular.
pub fn body(text: impl Into<String>) -> RichText {
    Face::Body.text(text)
}

/// Body text, medium.
pub fn body_medium(text: impl Into<String>) -> RichText {
    Face::BodyMedium.text(text)
}

/// Body text, semibold.
pub fn body_semibold(text: impl Into<String>) -> RichText {
    Face::BodySemibold.text(text)
}

/// A caption, 11.5/16.
pub fn small(text: impl Into<String>) -> RichText {
    Face::Small.text(text)
}

/// The head of a section, in capitals.
pub fn section(text: impl Into<String>) -> RichText {
    Face::Section.text(text)
}

/// The title of a view.
pub fn title(text: impl Into<String>) -> RichText {
    Face::Title.text(text)
}

/// A figure of a strip.
pub fn figure(text: impl Into<String>) -> RichText {
    Face::Figure.text(text)
}

/// A condition or a hash, monospaced.
pub fn mono(text: impl Into<String>) -> RichText {
    Face::Mono.text(text)
}

/// The font of icons of the given size.
pub fn icon_font(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(ICONS.into()))
}

/// Lays out one line, for painters.
pub fn line(ctx: &Context, text: &str, face: Face, color: Color32) -> Arc<Galley> {
    paragraph(ctx, text, face, color, (f32::INFINITY, 1))
}

/// Lays out one line that ends in "…" where it would pass `max_width`.
pub fn line_within(
    ctx: &Context,
    text: &str,
    face: Face,
    color: Color32,
    max_width: f32,
) -> Arc<Galley> {
    paragraph(ctx, text, face, color, (max_width, 1))
}

/// Lays out text in at most `max_rows` lines of `max_width` points; the last ends in "…" where
/// text is left over.
pub fn paragraph(
    ctx: &Context,
    text: &str,
    face: Face,
    color: Color32,
    (max_width, max_rows): (f32, usize),
) -> Arc<Galley> {
    let mut job = LayoutJob::single_section(text.to_owned(), face.format(color));
    job.wrap = TextWrapping {
        max_width,
        max_rows,
        break_anywhere: max_rows == 1,
        overflow_character: Some('…'),
    };
    ctx.fonts_mut(|fonts| fonts.layout_job(job))
}
