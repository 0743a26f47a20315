//! WebP and GIF, which plans do not accept but people send, and files that are no pictures.

use super::header::{OtherFile, PhotoFacts, Reading};
use super::{PhotoFormat, exif};

/// What a file that is none of the readable formats looks like.
pub(super) fn recognise(bytes: &[u8]) -> Option<OtherFile> {
    if bytes.starts_with(b"BM") {
        return Some(OtherFile::Bmp);
    }
    if bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*") {
        return Some(OtherFile::Tiff);
    }
    if bytes.starts_with(b"%PDF-") {
        return Some(OtherFile::Pdf);
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return match bytes.get(8..12) {
            Some(b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" | b"mif1" | b"msf1") => Some(OtherFile::Heic),
            Some(b"avif" | b"avis") => Some(OtherFile::Avif),
            _ => None,
        };
    }
    let start = &bytes[..bytes.len().min(1024)];
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    if text.first() != Some(&b'<') {
        return None;
    }
    let is_drawing = text.windows(4).any(|part| part.eq_ignore_ascii_case(b"<svg"));
    Some(if is_drawing { OtherFile::Svg } else { OtherFile::Html })
}

/// The chunks of a WebP file.
pub(super) fn read_webp(bytes: &[u8]) -> Reading {
    let announced = little_u32(bytes, 4).map_or(0, |length| (length as usize).saturating_add(8));
    let mut facts: Option<PhotoFacts> = None;
    let mut at = 12;
    while let Some(length) = little_u32(bytes, at + 4).filter(|_| at < announced) {
        let (Some(kind), Some(content)) = (bytes.get(at..at + 4), bytes.get(at + 8..)) else {
            break;
        };
        let content = &content[..content.len().min(length as usize)];
        match (&mut facts, kind) {
            (None, b"VP8X") => facts = extended(content, bytes.len()),
            (None, b"VP8 ") => facts = lossy(content, bytes.len()),
            (None, b"VP8L") => facts = lossless(content, bytes.len()),
            (Some(facts), b"EXIF") => {
                facts.take_exif(exif::read(content.strip_prefix(b"Exif\0\0").unwrap_or(content)));
            }
            _ => {}
        }
        // Chunks are padded to an even length.
        let Some(next) = (at + 8).checked_add(length as usize + (length as usize & 1)) else {
            break;
        };
        at = next;
    }
    match facts {
        Some(_) if announced > bytes.len() => Reading::CutOff(facts),
        Some(mut facts) => {
            facts.trailing_bytes = (bytes.len() - announced) as u64;
            Reading::Whole(facts)
        }
        None if announced > bytes.len() => Reading::CutOff(None),
        None => Reading::Nonsense,
    }
}

fn extended(content: &[u8], length: usize) -> Option<PhotoFacts> {
    let &[flags, _, _, _, w0, w1, w2, h0, h1, h2, ..] = content else {
        return None;
    };
    let width = u32::from_le_bytes([w0, w1, w2, 0]) + 1;
    let height = u32::from_le_bytes([h0, h1, h2, 0]) + 1;
    let mut facts = PhotoFacts::plain(PhotoFormat::Webp, width, height, length);
    facts.alpha = flags & 0x10 != 0;
    facts.animated = flags & 0x02 != 0;
    Some(facts)
}

fn lossy(content: &[u8], length: usize) -> Option<PhotoFacts> {
    let &[_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ..] = content else {
        return None;
    };
    let width = u16::from_le_bytes([w0, w1]) & 0x3fff;
    let height = u16::from_le_bytes([h0, h1]) & 0x3fff;
    Some(PhotoFacts::plain(PhotoFormat::Webp, width.into(), height.into(), length))
}

fn lossless(content: &[u8], length: usize) -> Option<PhotoFacts> {
    let &[0x2f, a, b, c, d, ..] = content else {
        return None;
    };
    let bits = u32::from_le_bytes([a, b, c, d]);
    let (width, height) = ((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1);
    let mut facts = PhotoFacts::plain(PhotoFormat::Webp, width, height, length);
    facts.alpha = bits & (1 << 28) != 0;
    Some(facts)
}

/// The logical screen of a GIF file.
pub(super) fn read_gif(bytes: &[u8]) -> Reading {
    let Some(&[w0, w1, h0, h1]) = bytes.get(6..10) else {
        return Reading::CutOff(None);
    };
    let (width, height) = (u16::from_le_bytes([w0, w1]), u16::from_le_bytes([h0, h1]));
    Reading::Whole(PhotoFacts::plain(PhotoFormat::Gif, width.into(), height.into(), bytes.len()))
}

fn little_u32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}
