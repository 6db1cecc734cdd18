//! From the bytes of an image file to a small picture.
//!
//! The bytes come from anywhere, so what they may cost is bounded before they are decoded.

use std::io::Cursor;
use std::panic;

use image::imageops::{self, FilterType};
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageError, ImageFormat,
    ImageReader, Limits, RgbaImage, codecs::png::PngEncoder,
};

/// Photographs for print have fewer; a file of a few bytes can claim any number.
const MOST_PIXELS: u64 = 50_000_000;

/// Bytes that a picture may take decoded, and again to get there.
const MOST_BYTES: u64 = 256 << 20;

const TOO_MUCH_MEMORY: &str = "it takes too much memory to open";

/// A picture, ready to be drawn.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// In pixels, at least 1.
    pub width: u32,
    /// In pixels, at least 1.
    pub height: u32,
    /// Red, green, blue and alpha of each pixel, row by row from the top; sRGB, not
    /// multiplied by alpha.
    pub rgba: Vec<u8>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Picture({} x {})", self.width, self.height)
    }
}

impl Picture {
    /// Decodes a PNG, JPEG or WebP file, the right way up, and scales it down to at most
    /// `max_edge` pixels a side. A small one stays as it is.
    ///
    /// # Errors
    /// Why the bytes cannot be shown, in words.
    pub fn decode(bytes: &[u8], max_edge: u32) -> Result<Self, String> {
        // A decoder that panics has met a broken file, which is no reason to lose the thread.
        panic::catch_unwind(|| decode(bytes, max_edge.max(1)))
            .unwrap_or_else(|_| Err("it is damaged".to_owned()))
    }

    /// The picture as a PNG file.
    pub(crate) fn to_png(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        PngEncoder::new(&mut bytes)
            .write_image(
                &self.rgba,
                self.width,
                self.height,
                ExtendedColorType::Rgba8,
            )
            .ok()?;
        Some(bytes)
    }
}

fn decode(bytes: &[u8], max_edge: u32) -> Result<Picture, String> {
    let format = image::guess_format(bytes).ok();
    let Some(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) = format else {
        return Err("it is no PNG, JPEG or WebP file".to_owned());
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| damaged(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(format!(
            "its {width} x {height} pixels are more than {} million",
            MOST_PIXELS / 1_000_000
        ));
    }
    if decoder.total_bytes() > MOST_BYTES {
        return Err(TOO_MUCH_MEMORY.to_owned());
    }
    // A file that does not say how it lies is upright.
    let orientation = decoder.orientation().ok();
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| damaged(&error))?;
    if let Some(orientation) = orientation {
        image.apply_orientation(orientation);
    }
    let rgba = scaled_down(image.into_rgba8(), max_edge);
    if rgba.is_empty() {
        return Err("it has no pixels".to_owned());
    }
    Ok(Picture {
        width: rgba.width(),
        height: rgba.height(),
        rgba: rgba.into_raw(),
    })
}

fn damaged(error: &ImageError) -> String {
    match error {
        ImageError::Limits(_) => TOO_MUCH_MEMORY.to_owned(),
        ImageError::Unsupported(_) => "it is of a kind that is not supported".to_owned(),
        _ => "it is damaged".to_owned(),
    }
}

/// As large as fits into a square of `max_edge`, in its own proportions.
fn scaled_down(mut image: RgbaImage, max_edge: u32) -> RgbaImage {
    let (width, height) = image.dimensions();
    let edge = width.max(height);
    if edge <= max_edge {
        return image;
    }
    let scaled = |side: u32| {
        let side = (u64::from(side) * u64::from(max_edge) + u64::from(edge) / 2) / u64::from(edge);
        u32::try_from(side).unwrap_or(max_edge).max(1)
    };
    // The colour of a pixel that cannot be seen must not shine into its neighbours.
    multiply_by_alpha(&mut image);
    let mut small = imageops::resize(
        &image,
        scaled(width),
        scaled(height),
        FilterType::CatmullRom,
    );
    divide_by_alpha(&mut small);
    small
}

fn multiply_by_alpha(image: &mut RgbaImage) {
    for pixel in image.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0;
        if alpha < 255 {
            let times = |part: u8| ((u16::from(part) * u16::from(alpha) + 127) / 255) as u8;
            pixel.0 = [times(red), times(green), times(blue), alpha];
        }
    }
}

fn divide_by_alpha(image: &mut RgbaImage) {
    for pixel in image.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0;
        if alpha < 255 {
            let alpha_at_least_1 = u16::from(alpha.max(1));
            let by = |part: u8| {
                ((u16::from(part) * 255 + alpha_at_least_1 / 2) / alpha_at_least_1).min(255) as u8
            };
            pixel.0 = [by(red), by(green), by(blue), alpha];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;
    use proptest::prelude::*;

    fn file(image: &RgbaImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let image = DynamicImage::ImageRgba8(image.clone());
        match format {
            ImageFormat::Jpeg => image.into_rgb8().write_to(&mut bytes, format).unwrap(),
            _ => image.write_to(&mut bytes, format).unwrap(),
        }
        bytes.into_inner()
    }

    fn plain(width: u32, height: u32, colour: [u8; 4]) -> RgbaImage {
        RgbaImage::from_pixel(width, height, Rgba(colour))
    }

    #[test]
    fn a_small_picture_stays_as_it_is() {
        let image = RgbaImage::from_fn(3, 2, |x, y| Rgba([x as u8, y as u8, 7, 100 + x as u8]));
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            let picture = Picture::decode(&file(&image, format), 3).unwrap();
            assert_eq!((picture.width, picture.height), (3, 2));
            assert_eq!(picture.rgba, image.as_raw().as_slice());
        }
    }

    #[test]
    fn a_large_picture_keeps_its_proportions_and_colour() {
        let image = plain(1000, 500, [200, 40, 90, 255]);
        for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Jpeg] {
            let picture = Picture::decode(&file(&image, format), 320).unwrap();
            assert_eq!((picture.width, picture.height), (320, 160));
            for (got, wanted) in picture.rgba.iter().zip([200, 40, 90, 255].iter().cycle()) {
                // JPEG is lossy by a level or two.
                assert!(got.abs_diff(*wanted) <= 3, "{got} for {wanted}");
            }
        }
        let sliver = Picture::decode(&file(&plain(1000, 1, [0; 4]), ImageFormat::Png), 10).unwrap();
        assert_eq!((sliver.width, sliver.height), (10, 1));
    }

    #[test]
    fn what_is_not_seen_does_not_shine_through() {
        // Opaque white beside transparent black: the seam stays white and only thins out.
        let image = RgbaImage::from_fn(64, 64, |x, _| Rgba(if x < 33 { [255; 4] } else { [0; 4] }));
        let picture = Picture::decode(&file(&image, ImageFormat::Png), 16).unwrap();
        for pixel in picture.rgba.chunks(4).filter(|pixel| pixel[3] > 16) {
            assert!(pixel[..3].iter().all(|part| *part >= 250), "{pixel:?}");
        }
    }

    #[test]
    fn a_file_that_claims_more_pixels_than_it_holds_is_refused_unread() {
        // The head of a PNG file: its size stands in bytes 16 to 24, its check sum after 29.
        let mut bomb = file(&plain(1, 1, [0; 4]), ImageFormat::Png);
        bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
        let mut crc = flate2::Crc::new();
        crc.update(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&crc.sum().to_be_bytes());
        let fault = Picture::decode(&bomb, 320).unwrap_err();
        assert!(
            fault.contains("60000 x 60000") || fault.contains("memory"),
            "{fault}"
        );
    }

    #[test]
    fn other_kinds_of_file_are_named_as_such() {
        for bytes in [&b""[..], b"<svg/>", b"GIF89a\x01\x00\x01\x00", b"BM"] {
            let fault = Picture::decode(bytes, 320).unwrap_err();
            assert!(fault.contains("no PNG, JPEG or WebP"), "{fault}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_picture_or_a_reason(
            head in prop_oneof![
                Just(&b""[..]),
                Just(&b"\x89PNG\r\n\x1a\n"[..]),
                Just(&b"\xff\xd8\xff"[..]),
                Just(&b"RIFF\x00\x01\x00\x00WEBPVP8 "[..]),
                Just(&b"RIFF\x00\x01\x00\x00WEBPVP8L"[..]),
            ],
            tail in any::<Vec<u8>>(),
        ) {
            let bytes = [head, tail.as_slice()].concat();
            let _ = Picture::decode(&bytes, 320);
        }

        #[test]
        fn a_file_with_any_byte_changed_or_cut_is_a_picture_or_a_reason(
            format in prop_oneof![
                Just(ImageFormat::Png), Just(ImageFormat::Jpeg), Just(ImageFormat::WebP)
            ],
            changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..4),
            keep in 0.0..1.2_f64,
        ) {
            let mut bytes = file(&plain(40, 30, [9, 8, 7, 255]), format);
            for (place, byte) in changes {
                let place = place % bytes.len();
                bytes[place] = byte;
            }
            bytes.truncate((bytes.len() as f64 * keep) as usize);
            if let Ok(picture) = Picture::decode(&bytes, 16) {
                prop_assert!(picture.width <= 16 && picture.height <= 16);
                let pixels = picture.width as usize * picture.height as usize;
                prop_assert_eq!(picture.rgba.len(), pixels * 4);
            }
        }
    }
}
