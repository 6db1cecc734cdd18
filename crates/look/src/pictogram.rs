//! Pack shots: small drawings of packages, in the colour of their brand.
//!
//! Each drawing (assets/pictograms) has two layers. Both are rasterised once a size into an atlas;
//! a pack shot is then two quads of one texture, the lower one tinted, so sixty of them are one
//! draw call.

use std::sync::Arc;

use egui::{
    Color32, ColorImage, Context, Id, Mesh, Painter, Rect, TextureHandle, TextureOptions, Vec2,
    pos2, vec2,
};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;

/// Writes the list once: variant, file, and what it shows.
macro_rules! pictograms {
    ($($(#[$attribute:meta])* $variant:ident = $file:literal;)+) => {
        /// What a pack shot shows.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Pictogram {
            $($(#[$attribute])* $variant,)+
        }

        impl Pictogram {
            /// Every pictogram, in the order of the list.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            fn svg(self) -> &'static str {
                match self {
                    $(Self::$variant => {
                        include_str!(concat!("../../../assets/pictograms/", $file, ".svg"))
                    })+
                }
            }
        }
    };
}

pictograms! {
    /// A folded paper bag, as of coffee.
    Bag = "bag";
    /// A round tin with a lid.
    Tin = "tin";
    /// A bottle with a neck.
    Bottle = "bottle";
    /// A wide box.
    Box = "box";
    /// A carton with a gable, as of milk.
    Carton = "carton";
    /// A jar with a screw lid.
    Jar = "jar";
    /// A tube standing on its cap.
    Tube = "tube";
    /// A can of drink.
    Can = "can";
    /// A pouch that stands.
    Pouch = "pouch";
    /// A roll, as of paper.
    Roll = "roll";
    /// A spray bottle.
    Spray = "spray";
    /// A jug with a handle.
    Jug = "jug";
    /// A covered tray, as of meat.
    Tray = "tray";
    /// A fruit, for what has no package.
    Fruit = "fruit";
    /// A shirt.
    Garment = "garment";
    /// A hand tool.
    Tool = "tool";
    /// A lamp.
    Lamp = "lamp";
    /// A cup, as of yoghurt.
    Cup = "cup";
    /// A bar with folded ends.
    Bar = "bar";
    /// A plain parcel.
    #[default]
    Generic = "generic";
}

/// The side of a drawing in its own units.
const SIDE: f32 = 64.0;
/// The sides, in pixels, at which drawings are kept. One of them is never made smaller than by
/// half, which linear sampling still does without ragged edges.
const SIZES: [usize; 3] = [48, 96, 192];
/// Drawings side by side in an atlas.
const COLUMNS: usize = 8;
/// Clear pixels round each drawing, so that none samples its neighbour.
const MARGIN: usize = 1;
/// The groups of a drawing, from below.
const LAYERS: [&str; 2] = ["brand", "over"];

/// Paints a pack shot into the middle of `rect`, as large as fits, in the colour of its brand.
pub fn paint_pictogram(painter: &Painter, rect: Rect, pictogram: Pictogram, brand: Color32) {
    let side = rect.size().min_elem();
    if side <= 0.0 || !painter.clip_rect().intersects(rect) {
        return;
    }
    let ctx = painter.ctx();
    let pixels = side * ctx.pixels_per_point();
    let size = SIZES
        .into_iter()
        .find(|size| *size as f32 >= pixels)
        .unwrap_or(SIZES[2]);
    let texture = atlas(ctx, size);
    let square = Rect::from_center_size(rect.center(), Vec2::splat(side));
    let mut mesh = Mesh::with_texture(texture.id());
    for (layer, tint) in [brand, Color32::WHITE].into_iter().enumerate() {
        mesh.add_rect_with_uv(square, uv(pictogram, layer, size), tint);
    }
    painter.add(mesh);
}

/// The atlas of one size, made when it is first asked for.
fn atlas(ctx: &Context, size: usize) -> Arc<TextureHandle> {
    let id = Id::unique(("pictograms", size));
    if let Some(texture) = ctx.data(|data| data.get_temp(id)) {
        return texture;
    }
    let name = format!("pictograms at {size}");
    let texture = Arc::new(ctx.load_texture(name, atlas_image(size), TextureOptions::LINEAR));
    ctx.data_mut(|data| data.insert_temp(id, Arc::clone(&texture)));
    texture
}

/// Columns and rows of the atlas.
fn grid() -> (usize, usize) {
    (
        COLUMNS,
        (LAYERS.len() * Pictogram::ALL.len()).div_ceil(COLUMNS),
    )
}

/// The top left corner of a drawing's layer in the atlas, in pixels.
fn corner(pictogram: Pictogram, layer: usize, size: usize) -> (usize, usize) {
    let place = LAYERS.len() * pictogram as usize + layer;
    let step = size + 2 * MARGIN;
    (
        place % COLUMNS * step + MARGIN,
        place / COLUMNS * step + MARGIN,
    )
}

fn uv(pictogram: Pictogram, layer: usize, size: usize) -> Rect {
    let (columns, rows) = grid();
    let step = (size + 2 * MARGIN) as f32;
    let whole = vec2(columns as f32 * step, rows as f32 * step);
    let (x, y) = corner(pictogram, layer, size);
    let from = pos2(x as f32, y as f32);
    let rect = Rect::from_min_size(from, Vec2::splat(size as f32));
    Rect::from_min_max(
        (rect.min.to_vec2() / whole).to_pos2(),
        (rect.max.to_vec2() / whole).to_pos2(),
    )
}

fn atlas_image(size: usize) -> ColorImage {
    let (columns, rows) = grid();
    let step = size + 2 * MARGIN;
    let (width, height) = (columns * step, rows * step);
    let mut pixmap = Pixmap::new(width as u32, height as u32)
        .expect("the atlas has a size that is neither zero nor huge");
    for pictogram in Pictogram::ALL.iter().copied() {
        let tree = usvg::Tree::from_str(pictogram.svg(), &usvg::Options::default())
            .expect("a drawing of this repository is an SVG, as a test proves");
        for (layer, name) in LAYERS.into_iter().enumerate() {
            let (x, y) = corner(pictogram, layer, size);
            draw_layer(
                &tree,
                name,
                (x as f32, y as f32),
                size as f32 / SIDE,
                &mut pixmap,
            );
        }
    }
    ColorImage::from_rgba_premultiplied([width, height], pixmap.data())
}

fn draw_layer(tree: &usvg::Tree, name: &str, (x, y): (f32, f32), scale: f32, to: &mut Pixmap) {
    let Some(node) = tree.node_by_id(name) else {
        return;
    };
    let Some(bounds) = node.abs_layer_bounding_box() else {
        return;
    };
    // `render_node` moves a node to the origin; this puts it back where it was drawn.
    let transform = Transform::from_translate(x, y)
        .pre_scale(scale, scale)
        .pre_translate(bounds.x(), bounds.y());
    resvg::render_node(node, transform, &mut to.as_mut());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_drawing_has_both_layers() {
        for pictogram in Pictogram::ALL {
            let tree = usvg::Tree::from_str(pictogram.svg(), &usvg::Options::default()).unwrap();
            for layer in LAYERS {
                assert!(
                    tree.node_by_id(layer).is_some(),
                    "{pictogram:?} has no group {layer}"
                );
            }
            assert_eq!((tree.size().width(), tree.size().height()), (SIDE, SIDE));
        }
    }

    #[test]
    fn every_drawing_fills_its_cell_and_nothing_beyond() {
        let size = SIZES[0];
        let image = atlas_image(size);
        let step = size + 2 * MARGIN;
        let alpha = |x: usize, y: usize| image.pixels[y * image.size[0] + x].a();
        for pictogram in Pictogram::ALL.iter().copied() {
            let (x, y) = corner(pictogram, 0, size);
            let opaque = (0..size * size)
                .filter(|i| alpha(x + i % size, y + i / size) == 255)
                .count();
            assert!(opaque * 10 > size * size, "{pictogram:?} is a speck");
        }
        for y in 0..image.size[1] {
            for x in 0..image.size[0] {
                let is_margin = [x, y].iter().any(|at| {
                    let within = at % step;
                    within < MARGIN || within >= size + MARGIN
                });
                assert!(
                    !is_margin || alpha(x, y) == 0,
                    "a drawing spills at {x}, {y}"
                );
            }
        }
    }
}
