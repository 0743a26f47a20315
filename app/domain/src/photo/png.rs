//! The chunks of a PNG file, up to its end chunk.

use super::header::{PhotoFacts, Reading};
use super::{PhotoFormat, exif};

/// The eight bytes every PNG begins with.
pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Walks the chunks. Nothing is inflated and no checksum is computed: the decoder does both.
pub(super) fn read(bytes: &[u8]) -> Reading {
    let mut at = SIGNATURE.len();
    let mut facts: Option<PhotoFacts> = None;
    let mut has_pixels = false;
    loop {
        let Some((kind, content, after)) = chunk(bytes, at) else {
            return Reading::CutOff(facts);
        };
        at = after;
        match (&mut facts, kind) {
            (None, b"IHDR") => match image_header(content, bytes.len()) {
                Some(read) => facts = Some(read),
                None => return Reading::Nonsense,
            },
            (None, _) => return Reading::Nonsense,
            (Some(_), b"IDAT") => has_pixels = true,
            (Some(facts), b"tRNS") => facts.alpha = true,
            (Some(facts), b"acTL") => facts.animated = true,
            (Some(facts), b"eXIf") => facts.take_exif(exif::read(content)),
            (Some(_), b"IEND") => break,
            _ => {}
        }
    }
    match facts {
        Some(mut facts) if has_pixels => {
            facts.trailing_bytes = (bytes.len() - at) as u64;
            Reading::Whole(facts)
        }
        _ => Reading::Nonsense,
    }
}

fn chunk(bytes: &[u8], at: usize) -> Option<(&[u8], &[u8], usize)> {
    let head = bytes.get(at..at.checked_add(8)?)?;
    let length = u32::from_be_bytes(head[..4].try_into().ok()?) as usize;
    let end = (at + 8).checked_add(length)?;
    let content = bytes.get(at + 8..end)?;
    // The checksum belongs to the chunk; without it the file is cut off.
    bytes.get(end..end.checked_add(4)?)?;
    Some((&head[4..], content, end + 4))
}

fn image_header(content: &[u8], length: usize) -> Option<PhotoFacts> {
    let &[w3, w2, w1, w0, h3, h2, h1, h0, _depth, colour, _, _, interlace] = content else {
        return None;
    };
    let (width, height) = (u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0]));
    if width == 0 || height == 0 || !matches!(colour, 0 | 2 | 3 | 4 | 6) {
        return None;
    }
    let mut facts = PhotoFacts::plain(PhotoFormat::Png, width, height, length);
    facts.grayscale = matches!(colour, 0 | 4);
    facts.alpha = matches!(colour, 4 | 6);
    facts.progressive = interlace == 1;
    Some(facts)
}
