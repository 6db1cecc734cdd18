//! No bytes make a decoder panic: they are a small picture or a reason.
#![no_main]

use endcap_connect::Picture;
use libfuzzer_sys::fuzz_target;

const MAX_EDGE: u32 = 32;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(picture) = Picture::decode(bytes, MAX_EDGE) {
        assert!((1..=MAX_EDGE).contains(&picture.width));
        assert!((1..=MAX_EDGE).contains(&picture.height));
        let pixels = picture.width as usize * picture.height as usize;
        assert_eq!(picture.rgba.len(), 4 * pixels);
    }
});
