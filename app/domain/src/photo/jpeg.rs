//! The marker segments of a JPEG file, up to its end marker.

use super::header::{PhotoFacts, Reading};
use super::{PhotoFormat, exif};

/// Walks the markers. The scan data is skipped, not decoded.
pub(super) fn read(bytes: &[u8]) -> Reading {
    let mut facts: Option<PhotoFacts> = None;
    let mut exif_block: Option<exif::Exif> = None;
    let mut scans = 0;
    let mut at = 2;
    loop {
        let Some((marker, after)) = next_marker(bytes, at) else {
            return Reading::CutOff(upright(facts, exif_block));
        };
        at = after;
        match marker {
            END => break,
            // Stand-alone markers carry no length.
            START | 0x01 | RESTART_FIRST..=RESTART_LAST => continue,
            _ => {}
        }
        let Some(segment) = segment(bytes, at) else {
            return Reading::CutOff(upright(facts, exif_block));
        };
        match marker {
            SCAN => {
                scans += 1;
                at = end_of_scan(bytes, at + 2 + segment.len());
                continue;
            }
            BASELINE | EXTENDED | PROGRESSIVE if facts.is_none() => match frame(segment, marker, bytes.len()) {
                Some(read) => facts = Some(read),
                None => return Reading::Nonsense,
            },
            // Lossless, hierarchical and arithmetic JPEG: no browser shows them.
            0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => return Reading::Nonsense,
            APP1 if exif_block.is_none() => {
                exif_block = segment.strip_prefix(b"Exif\0\0").map(exif::read);
            }
            _ => {}
        }
        at += 2 + segment.len();
    }
    let trailing = bytes.len() - at;
    match upright(facts, exif_block) {
        Some(mut facts) if scans > 0 => {
            facts.trailing_bytes = trailing as u64;
            Reading::Whole(facts)
        }
        _ => Reading::Nonsense,
    }
}

const START: u8 = 0xD8;
const END: u8 = 0xD9;
const SCAN: u8 = 0xDA;
const APP1: u8 = 0xE1;
const BASELINE: u8 = 0xC0;
const EXTENDED: u8 = 0xC1;
const PROGRESSIVE: u8 = 0xC2;
const RESTART_FIRST: u8 = 0xD0;
const RESTART_LAST: u8 = 0xD7;

fn upright(facts: Option<PhotoFacts>, exif_block: Option<exif::Exif>) -> Option<PhotoFacts> {
    let mut facts = facts?;
    if let Some(exif) = exif_block {
        facts.take_exif(exif);
    }
    Some(facts)
}

/// The next marker at or after `at`, and the place behind it. Decoders skip stray bytes too.
fn next_marker(bytes: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        let offset = bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        at += offset;
        while *bytes.get(at)? == 0xFF {
            at += 1;
        }
        let marker = bytes[at];
        at += 1;
        if marker != 0 {
            return Some((marker, at));
        }
    }
}

/// The content of the segment whose length field is at `at`.
fn segment(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let length = usize::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    bytes.get(at + 2..at + length.max(2))
}

/// The first place after the scan data that holds a marker, or the end of the bytes.
fn end_of_scan(bytes: &[u8], mut at: usize) -> usize {
    while let Some(offset) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0xFF)) {
        at += offset;
        match bytes.get(at + 1) {
            Some(0 | RESTART_FIRST..=RESTART_LAST) => at += 2,
            Some(0xFF) => at += 1,
            Some(_) => return at,
            None => break,
        }
    }
    bytes.len()
}

fn frame(segment: &[u8], marker: u8, length: usize) -> Option<PhotoFacts> {
    let &[precision, h1, h0, w1, w0, components, ..] = segment else {
        return None;
    };
    let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
    if precision != 8 || width == 0 || height == 0 || !matches!(components, 1 | 3 | 4) {
        return None;
    }
    let mut facts = PhotoFacts::plain(PhotoFormat::Jpeg, width.into(), height.into(), length);
    facts.progressive = marker == PROGRESSIVE;
    facts.grayscale = components == 1;
    facts.cmyk = components == 4;
    Some(facts)
}
