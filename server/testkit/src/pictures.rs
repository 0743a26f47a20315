//! Pictures and papers that show nobody.

use image::codecs::jpeg::JpegEncoder;
use image::{ImageEncoder, Rgb, RgbImage};

/// A photo that fits the first profile: JPEG, 413 by 579, between 30 K and 1 M, white around a grey shape.
pub fn photo() -> Vec<u8> {
    photo_of(413, 579, 95)
}

/// A photo of this size and JPEG quality. Fine grain makes it as heavy as a real one.
pub fn photo_of(width: u32, height: u32, quality: u8) -> Vec<u8> {
    let mut grain = 7_u32;
    let picture = RgbImage::from_fn(width, height, |x, y| {
        grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (grain >> 24) as u8 % 40;
        let (dx, dy) = (f64::from(x) / f64::from(width) - 0.5, f64::from(y) / f64::from(height) - 0.55);
        let inside = dx * dx / 0.08 + dy * dy / 0.14 < 1.0;
        let shade = if inside { 120 + noise } else { 255 - noise / 20 };
        Rgb([shade, shade, shade])
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .write_image(picture.as_raw(), width, height, image::ExtendedColorType::Rgb8)
        .expect("a JPEG");
    bytes
}

/// A signature: a black wave on a transparent PNG of 600 by 240.
pub fn signature() -> Vec<u8> {
    let mut picture = image::RgbaImage::new(600, 240);
    for x in 40..560_u32 {
        let y = 120.0 + 60.0 * (f64::from(x) / 40.0).sin();
        for thick in 0..6_u32 {
            picture.put_pixel(x, y as u32 + thick, image::Rgba([0, 0, 0, 255]));
        }
    }
    let mut bytes = Vec::new();
    image::codecs::png::PngEncoder::new(&mut bytes)
        .write_image(picture.as_raw(), 600, 240, image::ExtendedColorType::Rgba8)
        .expect("a PNG");
    bytes
}

/// A sound PDF of so many pages, each with its number.
pub fn pdf(pages: usize) -> Vec<u8> {
    let kids: String = (0..pages).map(|page| format!("{} 0 R ", 4 + page * 2)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [ {kids}] /Count {pages} >>"),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    for page in 0..pages {
        let text = format!("BT /F1 24 Tf 72 700 Td (Page {}) Tj ET", page + 1);
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>",
            5 + page * 2
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()));
    }
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", at + 1).as_bytes());
    }
    let start = out.len();
    out.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for place in places {
        out.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    let size = objects.len() + 1;
    out.extend_from_slice(format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_photo_fits_the_first_procedure() {
        let profile = records::profiles::parse(crate::ZYNL, "zynl.toml").unwrap();
        let found = domain::photo::inspect(&photo(), Some("照片.jpg"), &profile.photo.spec);
        assert!(found.faults.is_empty() && found.warnings.is_empty(), "{found:?}");
        let small = domain::photo::inspect(&photo_of(90, 120, 90), None, &profile.photo.spec);
        assert!(!small.faults.is_empty());
    }
}
