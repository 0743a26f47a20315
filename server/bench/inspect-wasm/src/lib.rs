//! One megabyte of photo and the verdict on it: the same bytes and the same call natively and in WebAssembly.

use domain::photo::{Inspection, PhotoFormat, PhotoSpec, Verdict, inspect};
use std::hint::black_box;

/// Verdicts in one run of the module.
pub const VERDICTS: u32 = 200;
/// Weight of the photo, in bytes: just under the limit of the first procedure.
const WEIGHT: usize = 1_048_000;

/// A JPEG of 2,000 by 2,667 pixels as a camera writes it: an EXIF block, tables, one scan with stuffed
/// bytes and restart markers. The scan holds noise: a verdict never decodes.
pub fn photo() -> Vec<u8> {
    let mut out = vec![0xFF, 0xD8];
    segment(&mut out, 0xE0, b"JFIF\0\x01\x02\x01\x01\x2c\x01\x2c\0\0");
    segment(&mut out, 0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x01\0\0\0\0\0\0");
    for table in 0..2 {
        let mut quantities = [3_u8; 65];
        quantities[0] = table;
        segment(&mut out, 0xDB, &quantities);
    }
    segment(&mut out, 0xC0, &[8, 0x0A, 0x6B, 0x07, 0xD0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
    segment(&mut out, 0xDA, &[3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]);
    let (mut noise, mut restart) = (7_u32, 0_u8);
    while out.len() < WEIGHT - 2 {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let byte = noise.to_be_bytes()[0];
        out.push(byte);
        if byte == 0xFF {
            out.push(0);
        }
        if out.len() % 65_536 < 2 {
            out.extend([0xFF, 0xD0 + restart]);
            restart = (restart + 1) % 8;
        }
    }
    out.extend([0xFF, 0xD9]);
    out
}

/// The limits of the first procedure.
pub fn spec() -> PhotoSpec {
    PhotoSpec {
        formats: vec![PhotoFormat::Jpeg],
        width_more_than: Some(215),
        height_more_than: Some(300),
        bytes_more_than: Some(30_720),
        bytes_less_than: Some(1_048_576),
        ..PhotoSpec::default()
    }
}

/// Looks at the photo so many times; whether every verdict was that it fits.
pub fn verdicts(photo: &[u8], spec: &PhotoSpec, times: u32) -> bool {
    let look = |_| -> Inspection { inspect(black_box(photo), Some("photo.jpg"), black_box(spec)) };
    (0..times).map(look).all(|found| black_box(found).verdict == Verdict::Pass)
}

fn segment(out: &mut Vec<u8>, marker: u8, body: &[u8]) {
    let length = u16::try_from(body.len() + 2).unwrap_or(u16::MAX);
    out.extend([0xFF, marker]);
    out.extend(length.to_be_bytes());
    out.extend_from_slice(body);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_photo_fits_and_a_cut_one_does_not() {
        let photo = photo();
        assert!(verdicts(&photo, &spec(), 2));
        assert!(!verdicts(&photo[..photo.len() / 2], &spec(), 1));
    }
}
