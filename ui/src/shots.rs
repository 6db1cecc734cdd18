//! Pictures of products: its own where the data names one, else a pictogram by category in
//! the brand's colour.

use std::collections::BTreeMap;
use std::time::SystemTime;

use egui::{Color32, ColorImage, Context, Rect, TextureHandle, TextureOptions, Ui, pos2, vec2};
use endcap_app::{PackShots, Picture};
use endcap_look::{Pictogram, brand_colour, paint_pictogram};

/// Pictures that are ready to be drawn; a window shows fewer at a time.
const MOST: usize = 512;

/// Draws pack shots, and asks for those that come into view.
#[derive(Default)]
pub struct Shots {
    by_sku: BTreeMap<String, Known>,
    /// Skus that were drawn and whose picture is not known yet.
    wanted: Vec<String>,
    /// Counts frames, so that what was not drawn for long goes first.
    frame: u64,
    /// Whether the data names pictures at all.
    asks: bool,
}

/// What is known of a product's picture.
struct Known {
    picture: Fetched,
    /// When it was drawn last.
    drawn: u64,
}

/// How far a picture is.
enum Fetched {
    /// On its way.
    NotYet,
    /// There is none to show.
    Nothing,
    Ready(TextureHandle),
}

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
    /// Takes what was fetched and asks for what the last frame showed without its picture.
    pub fn poll(&mut self, ctx: &Context, pack_shots: Option<&PackShots>, now: SystemTime) {
        self.frame += 1;
        self.asks = pack_shots.is_some();
        let wanted = std::mem::take(&mut self.wanted);
        let Some(pack_shots) = pack_shots else {
            return;
        };
        for sku in wanted {
            pack_shots.request(&sku, now);
        }
        for (sku, picture) in pack_shots.poll() {
            let picture = match picture {
                Some(Ok(picture)) => {
                    let image = image_of(&picture);
                    Fetched::Ready(ctx.load_texture(&sku, image, TextureOptions::LINEAR))
                }
                Some(Err(_)) | None => Fetched::Nothing,
            };
            let drawn = self.frame;
            self.by_sku.insert(sku, Known { picture, drawn });
        }
        if self.by_sku.len() > MOST {
            let mut ages: Vec<u64> = self.by_sku.values().map(|known| known.drawn).collect();
            ages.sort_unstable();
            let oldest = ages[ages.len() - MOST / 2];
            self.by_sku.retain(|_, known| known.drawn >= oldest);
        }
    }

    /// Forgets everything: other data is open now, or the cache was cleared.
    pub fn clear(&mut self) {
        self.by_sku.clear();
        self.wanted.clear();
    }

    /// Draws a product's pack shot into a rectangle.
    pub fn paint(&mut self, ui: &Ui, rect: Rect, shot: Shot<'_>) {
        if self.asks && self.has_painted(ui, rect, shot.sku) {
            return;
        }
        let colour = brand_colour(shot.brand.unwrap_or(shot.sku));
        paint_pictogram(ui.painter(), rect, shape_of(shot), colour);
    }
}

impl Shots {
    /// Draws the product's own picture where it is there, and asks for it where it is not.
    fn has_painted(&mut self, ui: &Ui, rect: Rect, sku: &str) -> bool {
        let drawn = self.frame;
        let Some(known) = self.by_sku.get_mut(sku) else {
            let picture = Fetched::NotYet;
            self.by_sku.insert(sku.to_owned(), Known { picture, drawn });
            self.wanted.push(sku.to_owned());
            // It is asked for at the next frame, which may be far off.
            ui.ctx().request_repaint();
            return false;
        };
        known.drawn = drawn;
        match &known.picture {
            Fetched::Nothing => false,
            // Asked again, it goes before what has scrolled out of view.
            Fetched::NotYet => {
                self.wanted.push(sku.to_owned());
                false
            }
            Fetched::Ready(texture) => {
                let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
                let rect = fitted(rect, texture.size());
                ui.painter()
                    .image(texture.id(), rect, whole, Color32::WHITE);
                true
            }
        }
    }
}

fn image_of(picture: &Picture) -> ColorImage {
    let size = [picture.width as usize, picture.height as usize];
    ColorImage::from_rgba_unmultiplied(size, &picture.rgba)
}

/// The largest rectangle of a picture's shape in the middle of `room`.
fn fitted(room: Rect, [width, height]: [usize; 2]) -> Rect {
    let size = vec2(width as f32, height as f32);
    let scale = (room.width() / size.x).min(room.height() / size.y);
    Rect::from_center_size(room.center(), size * scale)
}

/// The shape that a product's words suggest; the first word of the list that occurs counts.
fn shape_of(shot: Shot<'_>) -> Pictogram {
    let words = format!("{} {}", shot.title, shot.category).to_lowercase();
    let named = WORDS.iter().find(|(word, _)| words.contains(word));
    named.map_or(Pictogram::Generic, |(_, shape)| *shape)
}

/// Words of titles and categories, the telling ones first: a form of package, then a product,
/// then a category.
const WORDS: &[(&str, Pictogram)] = &[
    ("pods", Pictogram::Box),
    ("coffee maker", Pictogram::Jug),
    ("cold brew", Pictogram::Bottle),
    ("tablets", Pictogram::Box),
    ("capsules", Pictogram::Pouch),
    ("powder", Pictogram::Box),
    ("shampoo", Pictogram::Bottle),
    ("shower", Pictogram::Bottle),
    ("soap bar", Pictogram::Bar),
    ("soap", Pictogram::Bottle),
    ("brush", Pictogram::Tool),
    ("softener", Pictogram::Jug),
    ("detergent", Pictogram::Jug),
    ("cleaner", Pictogram::Spray),
    ("spray", Pictogram::Spray),
    ("stain", Pictogram::Spray),
    ("dishwash", Pictogram::Bottle),
    ("toothpaste", Pictogram::Tube),
    ("sun lotion", Pictogram::Tube),
    ("lotion", Pictogram::Bottle),
    ("cleanser", Pictogram::Tube),
    ("cream with", Pictogram::Jar),
    ("face cream", Pictogram::Jar),
    ("paper", Pictogram::Roll),
    ("roll", Pictogram::Roll),
    ("tissue", Pictogram::Box),
    ("candle", Pictogram::Cup),
    ("lamp", Pictogram::Lamp),
    ("lantern", Pictogram::Lamp),
    ("light", Pictogram::Lamp),
    ("textile", Pictogram::Garment),
    ("garment", Pictogram::Garment),
    ("shirt", Pictogram::Garment),
    ("clothing", Pictogram::Garment),
    ("decoration", Pictogram::Generic),
    ("garden", Pictogram::Tool),
    ("cookware", Pictogram::Tool),
    ("kitchen/tools", Pictogram::Tool),
    ("tableware", Pictogram::Cup),
    ("wine", Pictogram::Bottle),
    ("spirits", Pictogram::Bottle),
    ("beer", Pictogram::Bottle),
    ("soda", Pictogram::Can),
    ("soft drink", Pictogram::Can),
    ("water", Pictogram::Bottle),
    ("juice", Pictogram::Carton),
    ("milk", Pictogram::Carton),
    ("butter", Pictogram::Box),
    ("yoghurt", Pictogram::Cup),
    ("yogurt", Pictogram::Cup),
    ("cheese", Pictogram::Tray),
    ("meat", Pictogram::Tray),
    ("fish", Pictogram::Tray),
    ("bread", Pictogram::Pouch),
    ("pastr", Pictogram::Tray),
    ("cake", Pictogram::Box),
    ("pasta", Pictogram::Pouch),
    ("rice", Pictogram::Bag),
    ("grain", Pictogram::Bag),
    ("flour", Pictogram::Bag),
    ("oil", Pictogram::Bottle),
    ("vinegar", Pictogram::Bottle),
    ("spice", Pictogram::Jar),
    ("preserve", Pictogram::Jar),
    ("jam", Pictogram::Jar),
    ("honey", Pictogram::Jar),
    ("sauce", Pictogram::Jar),
    ("tinned", Pictogram::Tin),
    ("canned", Pictogram::Tin),
    ("chocolate", Pictogram::Bar),
    ("biscuit", Pictogram::Box),
    ("cereal", Pictogram::Box),
    ("nuts", Pictogram::Pouch),
    ("crisps", Pictogram::Pouch),
    ("snack", Pictogram::Pouch),
    ("coffee", Pictogram::Bag),
    ("tea", Pictogram::Box),
    ("fruit", Pictogram::Fruit),
    ("vegetable", Pictogram::Fruit),
    ("produce", Pictogram::Fruit),
    ("tools", Pictogram::Tool),
    ("tool", Pictogram::Tool),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(title: &str, category: &str) -> Pictogram {
        shape_of(Shot {
            sku: "A-1",
            title,
            brand: None,
            category,
        })
    }

    /// 1. What a title says of the package comes before what its category is.
    #[test]
    fn the_package_comes_before_the_category() {
        let coffee = "grocery/beverages/coffee";
        assert_eq!(shape("Dark roast pods", coffee), Pictogram::Box);
        assert_eq!(shape("Dark roast beans", coffee), Pictogram::Bag);
        assert_eq!(
            shape("Steel press", "home/kitchen/coffee makers"),
            Pictogram::Jug
        );
        assert_eq!(shape("A thing", "elsewhere"), Pictogram::Generic);
    }

    /// 2. A picture keeps its shape.
    #[test]
    fn a_picture_keeps_its_shape() {
        let room = Rect::from_min_size(pos2(10.0, 10.0), vec2(100.0, 50.0));
        let drawn = fitted(room, [200, 200]);
        assert_eq!(
            drawn,
            Rect::from_center_size(room.center(), vec2(50.0, 50.0))
        );
    }
}
