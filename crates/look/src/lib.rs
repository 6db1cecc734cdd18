//! How Endcap looks: tokens, fonts, icons, pictograms, numbers and widgets.
//!
//! Knows egui, not merchandising: no product, rule or slate has a name here. It holds no state
//! of the application and reads no file at run time. Read [`Tokens`] first, then [`Button`],
//! which shows how every widget here is built: make it, say what differs, `.ui(ui)`.
//!
//! Call [`install`] once before the first frame.
#![deny(missing_docs)]

mod icon;
mod number;
mod paint;
mod pictogram;
mod text;
mod theme;
mod tokens;
mod widgets;

pub use icon::{ICON_SIZE, ICON_SIZE_SMALL, Icon};
pub use number::NumberFormat;
pub use paint::{focus_ring, hairline_ui, vertical_hairline_ui};
pub use pictogram::{Pictogram, paint_pictogram};
pub use text::{
    Face, body, body_medium, body_semibold, figure, icon_font, line, line_within, mono, paragraph,
    section, small, title,
};
pub use theme::{ThemeChoice, install, set_theme};
pub use tokens::{
    BRAND_COLOURS, CONTROL_HEIGHT, CONTROL_HEIGHT_SMALL, DARK, FOCUS_RING, HAIRLINE, LIGHT,
    RADIUS_CARD, RADIUS_CONTROL, RADIUS_TAG, RAIL_WIDTH, ROW_HEIGHT, SPACE, SPACE_1, SPACE_2,
    SPACE_3, SPACE_4, SPACE_6, TABLE_ROW_HEIGHT, Tokens, Tone, VIEW_BAR_HEIGHT, brand_colour,
};
pub use widgets::*;
