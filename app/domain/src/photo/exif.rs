//! The few EXIF facts that matter: orientation, place, and the editor's name.

/// What an EXIF block says.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exif {
    /// 1 to 8; 0 when absent.
    pub orientation: u8,
    /// A directory with places is present and not empty.
    pub gps: bool,
    /// The software tag names an editor.
    pub edited: bool,
}

const ORIENTATION: u16 = 0x0112;
const SOFTWARE: u16 = 0x0131;
const GPS_DIRECTORY: u16 = 0x8825;
/// A directory larger than this is nonsense; real ones have a few dozen entries.
const MOST_ENTRIES: usize = 512;

/// Names that editors (not cameras) write into the software tag.
const EDITORS: [&[u8]; 9] = [
    b"photoshop",
    b"gimp",
    b"meitu",
    b"snapseed",
    b"lightroom",
    b"picsart",
    b"paint.net",
    b"photoscape",
    "美图".as_bytes(),
];

/// Reads a TIFF block: the content of an EXIF segment or chunk.
pub(super) fn read(tiff: &[u8]) -> Exif {
    read_checked(tiff).unwrap_or_default()
}

fn read_checked(tiff: &[u8]) -> Option<Exif> {
    let order = match tiff.get(..4)? {
        b"II*\0" => Order::Little,
        b"MM\0*" => Order::Big,
        _ => return None,
    };
    let mut exif = Exif::default();
    let directory = order.u32(tiff, 4)? as usize;
    let entries = usize::from(order.u16(tiff, directory)?).min(MOST_ENTRIES);
    for index in 0..entries {
        let at = directory.checked_add(2 + index * 12)?;
        let Some(tag) = order.u16(tiff, at) else {
            break;
        };
        match tag {
            ORIENTATION => {
                exif.orientation = order.u16(tiff, at + 8).and_then(|v| u8::try_from(v).ok()).unwrap_or(0);
            }
            GPS_DIRECTORY => {
                let places = order.u32(tiff, at + 8).and_then(|offset| order.u16(tiff, offset as usize));
                exif.gps = places.is_some_and(|count| count > 0);
            }
            SOFTWARE => exif.edited = names_an_editor(text_of(tiff, order, at).unwrap_or_default()),
            _ => {}
        }
    }
    Some(exif)
}

fn text_of(tiff: &[u8], order: Order, at: usize) -> Option<&[u8]> {
    let length = (order.u32(tiff, at + 4)? as usize).min(256);
    let start = if length <= 4 { at + 8 } else { order.u32(tiff, at + 8)? as usize };
    tiff.get(start..start.checked_add(length)?)
}

fn names_an_editor(software: &[u8]) -> bool {
    EDITORS.iter().any(|name| software.windows(name.len()).any(|part| part.eq_ignore_ascii_case(name)))
}

#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn u16(self, data: &[u8], at: usize) -> Option<u16> {
        let bytes = data.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(match self {
            Order::Little => u16::from_le_bytes(bytes),
            Order::Big => u16::from_be_bytes(bytes),
        })
    }

    fn u32(self, data: &[u8], at: usize) -> Option<u32> {
        let bytes = data.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(match self {
            Order::Little => u32::from_le_bytes(bytes),
            Order::Big => u32::from_be_bytes(bytes),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_editor_in_the_software_tag_is_noticed() {
        let mut tiff = b"II*\0\x08\0\0\0\x01\0\x31\x01\x02\0\x10\0\0\0\x1a\0\0\0\0\0\0\0".to_vec();
        tiff.extend_from_slice(b"Adobe Photoshop ");
        assert!(read(&tiff).edited);
        let camera = tiff.len() - 16;
        tiff[camera..].copy_from_slice(b"HUAWEI LYA-AL00 ");
        assert!(!read(&tiff).edited);
    }

    #[test]
    fn offsets_that_lead_nowhere_are_harmless() {
        assert_eq!(read(b"MM\0*\xff\xff\xff\xff"), Exif::default());
        assert_eq!(read(b"II*\0\x08\0\0\0\xff\xff"), Exif::default());
    }
}
