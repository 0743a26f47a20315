//! Work on pictures: what is kept of a photo, and what counts as a signature. Heavy; run beside the event loop.

use documents::photos::{self, PhotoTrouble, Rgba};
use domain::photo::{self, PhotoFault, PhotoFormat, PhotoSpec, Verdict};
use domain::refusal::SignatureRefusal;
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// Heaviest signature: strokes on white compress well.
pub(crate) const SIGNATURE_MOST_BYTES: usize = 300 * 1024;
/// Widest and highest signature, in pixels.
const SIGNATURE_MOST_SIDE: u32 = 2_000;
/// Dark pixels that make a drawing: a single tap leaves fewer.
const SIGNATURE_LEAST_INK: usize = 150;
/// JPEG qualities tried when a photo must be written anew, the best first.
const QUALITIES: [u8; 8] = [95, 100, 90, 85, 80, 70, 60, 50];

/// A photo that meets its plan's limits, ready to be kept and shown.
pub(crate) struct JudgedPhoto {
    /// Without a trace of where or with what it was taken.
    pub bytes: Vec<u8>,
    pub format: PhotoFormat,
    pub width: u32,
    pub height: u32,
    /// Codes of the points that a person will look at, and of warnings.
    pub points: Vec<String>,
    /// `Pass`, or `Review` where a person has to look.
    pub verdict: Verdict,
}

/// Judges a photo by its header and its pixels, and cleans it.
pub(crate) fn photo(bytes: Vec<u8>, file_name: &str, spec: &PhotoSpec) -> Result<JudgedPhoto, Vec<PhotoFault>> {
    let name = (!file_name.is_empty()).then_some(file_name);
    let inspection = photo::inspect(&bytes, name, spec);
    if !inspection.faults.is_empty() {
        return Err(inspection.faults);
    }
    let facts = inspection.facts.ok_or_else(unreadable)?;
    let upright = photos::decode(&bytes).map_err(|trouble| match trouble {
        PhotoTrouble::Unusable(fault) => vec![fault],
        _ => vec![PhotoFault::Truncated { measured: facts.bytes }],
    })?;
    let mut points: Vec<String> = inspection.warnings.iter().map(|warning| warning.code().to_owned()).collect();
    let looks = photo::look_at(&upright.pixels, upright.width, upright.height);
    let soft = looks.map(|looks| photo::review_points(&looks, spec)).unwrap_or_default();
    let refused: Vec<PhotoFault> =
        soft.iter().filter(|point| spec.refuses(point)).map(|point| PhotoFault::Point(*point)).collect();
    if !refused.is_empty() {
        return Err(refused);
    }
    let verdict = if soft.is_empty() { Verdict::Pass } else { Verdict::Review };
    points.extend(soft.iter().map(|point| point.code().to_owned()));
    let clean = clean(&bytes, &facts, &upright, spec)?;
    let format = photo::recognise(&clean).unwrap_or(facts.format);
    Ok(JudgedPhoto { format, width: facts.width, height: facts.height, points, verdict, bytes: clean })
}

/// A photo for these limits made of a kept one: as it is where it fits, else cropped around its middle, made smaller
/// and encoded until it does. Never enlarged, never retouched.
pub(crate) fn render(bytes: Vec<u8>, spec: &PhotoSpec) -> Result<JudgedPhoto, Vec<PhotoFault>> {
    let faults = photo::inspect(&bytes, None, spec).faults;
    if faults.is_empty() {
        return photo(bytes, "", spec);
    }
    match photos::rendition(&bytes, None, spec) {
        Ok(rendition) => photo(rendition.bytes, "", spec),
        Err(_) => Err(faults),
    }
}

/// A copy without EXIF, comments and trailing bytes. The pixels stay as they are, unless the camera
/// stored them turned or in printing colours: then they are written anew.
fn clean(
    bytes: &[u8],
    facts: &photo::PhotoFacts,
    upright: &Rgba,
    spec: &PhotoSpec,
) -> Result<Vec<u8>, Vec<PhotoFault>> {
    let as_stored = facts.orientation == 1 && !facts.cmyk;
    let stripped = match facts.format {
        PhotoFormat::Jpeg if as_stored => strip_jpeg(bytes),
        PhotoFormat::Png if as_stored => strip_png(bytes),
        _ => None,
    };
    if let Some(stripped) = stripped
        && photo::inspect(&stripped, None, spec).faults.is_empty()
    {
        return Ok(stripped);
    }
    if facts.format == PhotoFormat::Png {
        return fitting(photos::clean(bytes).map_err(|_| unreadable())?.bytes, spec);
    }
    let rgb: Vec<u8> = upright.pixels.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    let mut first = None;
    for quality in QUALITIES {
        match fitting(encode(&rgb, upright, quality).ok_or_else(unreadable)?, spec) {
            Ok(fits) => return Ok(fits),
            Err(faults) => first = first.or(Some(faults)),
        }
    }
    Err(first.unwrap_or_else(unreadable))
}

fn fitting(bytes: Vec<u8>, spec: &PhotoSpec) -> Result<Vec<u8>, Vec<PhotoFault>> {
    let faults = photo::inspect(&bytes, None, spec).faults;
    if faults.is_empty() { Ok(bytes) } else { Err(faults) }
}

fn encode(rgb: &[u8], size: &Rgba, quality: u8) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut out, quality);
    encoder.encode(rgb, size.width, size.height, ExtendedColorType::Rgb8).ok()?;
    Some(out)
}

/// A picture of a paper without a trace of the camera and the place, its pixels untouched. None when it
/// must be written anew: stored turned, or built in an unusual way.
pub(crate) fn untraced(bytes: &[u8]) -> Option<Vec<u8>> {
    let facts = photo::inspect(bytes, None, &PhotoSpec::default()).facts?;
    match facts.format {
        PhotoFormat::Jpeg if facts.orientation == 1 => strip_jpeg(bytes),
        PhotoFormat::Png if facts.orientation == 1 => strip_png(bytes),
        _ => None,
    }
}

/// Leaves out what tells of the camera and the place (APP1, APP3 to APP13, APP15, comments) and everything
/// after the picture. JFIF, colour profile and Adobe's colour transform stay: they belong to the pixels.
fn strip_jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.get(..2).filter(|start| *start == [0xff, 0xd8])?.to_vec();
    let mut at = 2;
    loop {
        // Fill bytes may stand before a marker.
        while bytes.get(at) == Some(&0xff) && bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let marker = bytes.get(at..at + 2).filter(|pair| pair[0] == 0xff).map(|pair| pair[1])?;
        if marker == 0xd9 {
            out.extend_from_slice(&[0xff, 0xd9]);
            return Some(out);
        }
        let length = bytes.get(at + 2..at + 4).map(|pair| usize::from(pair[0]) << 8 | usize::from(pair[1]))?;
        let segment = bytes.get(at..at + 2 + length.max(2))?;
        if !matches!(marker, 0xe1 | 0xe3..=0xed | 0xef | 0xfe) {
            out.extend_from_slice(segment);
        }
        at += segment.len();
        if marker == 0xda {
            let scan = scan_length(&bytes[at..])?;
            out.extend_from_slice(&bytes[at..at + scan]);
            at += scan;
        }
    }
}

/// Bytes of entropy-coded data until the next marker that is none of its own.
fn scan_length(data: &[u8]) -> Option<usize> {
    data.windows(2).position(|pair| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff))
}

/// Keeps the chunks that belong to the pixels, and nothing after the end.
fn strip_png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.get(..8)?.to_vec();
    let mut at = 8;
    loop {
        let length = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        let chunk = bytes.get(at..at.checked_add(length)?.checked_add(12)?)?;
        let kind = &chunk[4..8];
        if matches!(
            kind,
            b"IHDR" | b"PLTE" | b"tRNS" | b"IDAT" | b"IEND" | b"cHRM" | b"gAMA" | b"sRGB" | b"iCCP" | b"pHYs"
        ) {
            out.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            return Some(out);
        }
        at += chunk.len();
    }
}

/// A drawn signature as a clean PNG, dark strokes on white.
pub(crate) fn signature(bytes: &[u8]) -> Result<(Vec<u8>, u32, u32), SignatureRefusal> {
    if bytes.is_empty() {
        return Err(SignatureRefusal::Empty);
    }
    let Ok(PhotoFormat::Png) = photo::recognise(bytes) else { return Err(SignatureRefusal::NotAPicture) };
    if bytes.len() > SIGNATURE_MOST_BYTES {
        return Err(SignatureRefusal::NotAPicture);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Png);
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIGNATURE_MOST_SIDE);
    limits.max_image_height = Some(SIGNATURE_MOST_SIDE);
    limits.max_alloc = Some(64 * 1024 * 1024);
    reader.limits(limits);
    let drawn = reader.decode().map_err(|_| SignatureRefusal::NotAPicture)?.to_rgba8();
    let mut ink = 0;
    let mut on_white = image::GrayImage::new(drawn.width(), drawn.height());
    for (to, from) in on_white.pixels_mut().zip(drawn.pixels()) {
        let [red, green, blue, alpha] = from.0.map(u32::from);
        let lightness = (red * 299 + green * 587 + blue * 114) / 1000;
        let shown = (lightness * alpha + 255 * (255 - alpha)) / 255;
        to.0 = [u8::try_from(shown).unwrap_or(255)];
        ink += usize::from(shown < 128);
    }
    // A picture that is dark all over was not drawn by hand either.
    let pixels = drawn.width() as usize * drawn.height() as usize;
    if ink < SIGNATURE_LEAST_INK || ink * 2 > pixels {
        return Err(SignatureRefusal::Empty);
    }
    let mut out = Cursor::new(Vec::new());
    on_white.write_to(&mut out, ImageFormat::Png).map_err(|_| SignatureRefusal::NotAPicture)?;
    Ok((out.into_inner(), drawn.width(), drawn.height()))
}

fn unreadable() -> Vec<PhotoFault> {
    vec![PhotoFault::Unreadable { seen: None }]
}
