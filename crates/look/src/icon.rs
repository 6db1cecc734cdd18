//! The icons of Endcap: one set (Lucide), kept as glyphs of one small font.

/// Writes the list once: variant, glyph, and the name Lucide gives it.
macro_rules! icons {
    ($($variant:ident = $glyph:literal => $lucide:literal;)+) => {
        /// One icon, drawn by [`Icon::text`], [`Icon::paint`] or a widget that takes one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Icon {
            $(#[doc = concat!("Lucide's `", $lucide, "`.")] $variant,)+
        }

        impl Icon {
            /// Every icon, in the order of the list.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The character that carries the icon in the icon font.
            pub const fn glyph(self) -> char {
                match self {
                    $(Self::$variant => $glyph,)+
                }
            }

            /// The name of the icon in Lucide.
            pub const fn lucide_name(self) -> &'static str {
                match self {
                    $(Self::$variant => $lucide,)+
                }
            }
        }
    };
}

icons! {
    Rank = '\u{e185}' => "text-align-start";
    Shoppers = '\u{e468}' => "user-round";
    Impact = '\u{e2a5}' => "chart-line";
    Review = '\u{e38e}' => "check-check";
    Monitor = '\u{e038}' => "activity";
    Data = '\u{e0ad}' => "database";
    Ledger = '\u{e0cc}' => "file-text";
    Settings = '\u{e154}' => "settings";
    Search = '\u{e151}' => "search";
    ChevronDown = '\u{e06d}' => "chevron-down";
    ChevronRight = '\u{e06f}' => "chevron-right";
    ChevronLeft = '\u{e06e}' => "chevron-left";
    ChevronUp = '\u{e070}' => "chevron-up";
    Close = '\u{e1b2}' => "x";
    Plus = '\u{e13d}' => "plus";
    Minus = '\u{e11c}' => "minus";
    Pin = '\u{e259}' => "pin";
    PinOff = '\u{e2b6}' => "pin-off";
    EyeOff = '\u{e0bb}' => "eye-off";
    Eye = '\u{e0ba}' => "eye";
    ArrowUp = '\u{e04a}' => "arrow-up";
    ArrowDown = '\u{e042}' => "arrow-down";
    ArrowLeft = '\u{e048}' => "arrow-left";
    ArrowRight = '\u{e049}' => "arrow-right";
    Drag = '\u{e0eb}' => "grip-vertical";
    Undo = '\u{e2a1}' => "undo-2";
    Redo = '\u{e2a0}' => "redo-2";
    Warning = '\u{e193}' => "triangle-alert";
    Error = '\u{e077}' => "circle-alert";
    Info = '\u{e0f9}' => "info";
    Check = '\u{e06c}' => "check";
    CheckCircle = '\u{e226}' => "circle-check";
    CrossCircle = '\u{e084}' => "circle-x";
    Clock = '\u{e087}' => "clock";
    Calendar = '\u{e063}' => "calendar";
    History = '\u{e1f5}' => "history";
    Store = '\u{e3e4}' => "store";
    Cart = '\u{e15c}' => "shopping-cart";
    Sort = '\u{e37d}' => "arrow-up-down";
    Filter = '\u{e460}' => "list-filter";
    Sliders = '\u{e29a}' => "sliders-horizontal";
    Code = '\u{e093}' => "code";
    Copy = '\u{e09e}' => "copy";
    Trash = '\u{e18e}' => "trash-2";
    Edit = '\u{e1f9}' => "pencil";
    More = '\u{e0b6}' => "ellipsis";
    Folder = '\u{e0d7}' => "folder";
    FolderOpen = '\u{e247}' => "folder-open";
    Import = '\u{e0b2}' => "download";
    Export = '\u{e19e}' => "upload";
    Save = '\u{e14d}' => "save";
    Keyboard = '\u{e284}' => "keyboard";
    Command = '\u{e09a}' => "command";
    Help = '\u{e082}' => "circle-question-mark";
    Sun = '\u{e178}' => "sun";
    Moon = '\u{e11e}' => "moon";
    System = '\u{e11d}' => "monitor";
    Globe = '\u{e0e8}' => "globe";
    Grid = '\u{e0ff}' => "layout-grid";
    List = '\u{e106}' => "list";
    Columns = '\u{e098}' => "columns-2";
    Compare = '\u{e359}' => "git-compare";
    Package = '\u{e129}' => "package";
    Tag = '\u{e17f}' => "tag";
    Star = '\u{e176}' => "star";
    Refresh = '\u{e145}' => "refresh-cw";
    Reset = '\u{e148}' => "rotate-ccw";
    Play = '\u{e13c}' => "play";
    Pause = '\u{e12e}' => "pause";
    External = '\u{e0b9}' => "external-link";
    User = '\u{e19f}' => "user";
    Users = '\u{e1a4}' => "users";
    Lock = '\u{e10b}' => "lock";
    Unlock = '\u{e10c}' => "lock-open";
    Bolt = '\u{e1b4}' => "zap";
    TrendUp = '\u{e191}' => "trending-up";
    TrendDown = '\u{e190}' => "trending-down";
    Target = '\u{e180}' => "target";
    Ban = '\u{e051}' => "ban";
    Place = '\u{e111}' => "map-pin";
    Layers = '\u{e529}' => "layers";
    Link = '\u{e102}' => "link";
    Coins = '\u{e097}' => "coins";
    Percent = '\u{e132}' => "percent";
    Shield = '\u{e1ff}' => "shield-check";
    Enter = '\u{e0a1}' => "corner-down-left";
}

use egui::{Align2, Color32, Painter, Pos2, Rect, RichText};

use crate::text::icon_font;

/// The side of an icon that stands alone, in points.
pub const ICON_SIZE: f32 = 20.0;
/// The side of an icon beside body text, in points.
pub const ICON_SIZE_SMALL: f32 = 16.0;

impl Icon {
    /// The icon as text of the given size, for labels and layouts.
    pub fn text(self, size: f32) -> RichText {
        RichText::new(self.glyph()).font(icon_font(size))
    }

    /// Paints the icon with its middle at `center` and says which square it took.
    pub fn paint(self, painter: &Painter, center: Pos2, size: f32, color: Color32) -> Rect {
        painter.text(
            center,
            Align2::CENTER_CENTER,
            self.glyph(),
            icon_font(size),
            color,
        )
    }
}
