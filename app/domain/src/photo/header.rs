//! What a file is, by its first bytes, and the facts its header gives.

use super::{MAX_PIXELS, PhotoFault, PhotoFormat, PhotoSpec, PhotoWarning, exif, jpeg, other, png};
use serde::{Deserialize, Serialize};

/// A file that is no picture this system reads, by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OtherFile {
    /// The usual format of an iPhone; its settings can switch to JPEG (兼容性最佳).
    Heic,
    /// AVIF
    Avif,
    /// SVG: a drawing that may carry scripts.
    Svg,
    /// BMP
    Bmp,
    /// TIFF
    Tiff,
    /// PDF
    Pdf,
    /// A web page.
    Html,
}

/// What the header of a picture says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoFacts {
    /// Format by content.
    pub format: PhotoFormat,
    /// Width in pixels, after EXIF orientation.
    pub width: u32,
    /// Height in pixels, after EXIF orientation.
    pub height: u32,
    /// Bytes of the file.
    pub bytes: u64,
    /// EXIF orientation, 1 to 8; 1 is upright.
    pub orientation: u8,
    /// Stored in several passes.
    pub progressive: bool,
    /// Four printing colours.
    pub cmyk: bool,
    /// No colours.
    pub grayscale: bool,
    /// Transparent parts are possible.
    pub alpha: bool,
    /// More than one frame.
    pub animated: bool,
    /// The file tells where it was taken.
    pub gps: bool,
    /// An editor for pictures left its name in the file.
    pub edited: bool,
    /// Bytes after the end of the picture.
    pub trailing_bytes: u64,
}

impl PhotoFacts {
    /// Facts of an upright, ordinary picture as stored; readers add what they find.
    pub(super) fn plain(format: PhotoFormat, width: u32, height: u32, bytes: usize) -> Self {
        PhotoFacts {
            format,
            width,
            height,
            bytes: bytes as u64,
            orientation: 1,
            progressive: false,
            cmyk: false,
            grayscale: false,
            alpha: false,
            animated: false,
            gps: false,
            edited: false,
            trailing_bytes: 0,
        }
    }

    /// Takes over what the EXIF block says, turning width and height upright.
    pub(super) fn take_exif(&mut self, exif: exif::Exif) {
        self.gps |= exif.gps;
        self.edited |= exif.edited;
        if (2..=8).contains(&exif.orientation) && self.orientation == 1 {
            self.orientation = exif.orientation;
            if exif.orientation >= 5 {
                std::mem::swap(&mut self.width, &mut self.height);
            }
        }
    }

    /// Width times height.
    pub fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Facts worth telling under `spec`.
    pub fn warnings(&self, spec: &PhotoSpec) -> Vec<PhotoWarning> {
        [
            (self.orientation != 1, PhotoWarning::ExifOrientation),
            (self.gps, PhotoWarning::Gps),
            (self.cmyk, PhotoWarning::Cmyk),
            (self.grayscale, PhotoWarning::Grayscale),
            (self.trailing_bytes > 0, PhotoWarning::TrailingData),
            (self.progressive, PhotoWarning::Progressive),
            (self.alpha, PhotoWarning::Alpha),
            (self.animated, PhotoWarning::Animated),
            (self.edited && spec.processed_forbidden, PhotoWarning::Edited),
        ]
        .into_iter()
        .filter_map(|(holds, warning)| holds.then_some(warning))
        .collect()
    }
}

/// How far the reader of one format came.
pub(super) enum Reading {
    /// A whole picture.
    Whole(PhotoFacts),
    /// The data ends early; the size may still be known.
    CutOff(Option<PhotoFacts>),
    /// Nothing a decoder could use.
    Nonsense,
}

/// What [`read`] found.
pub(super) struct Header {
    pub facts: Option<PhotoFacts>,
    pub fault: Option<PhotoFault>,
    seen: Option<OtherFile>,
}

impl Header {
    /// Whether the file name ends the way this content usually does; case never matters.
    pub fn suits_extension(&self, name: &str) -> bool {
        let extensions: &[&str] = match (&self.facts, self.seen) {
            (Some(facts), _) => facts.format.extensions(),
            (None, Some(OtherFile::Heic)) => &[".heic", ".heif"],
            (None, Some(OtherFile::Avif)) => &[".avif"],
            (None, Some(OtherFile::Svg)) => &[".svg"],
            (None, Some(OtherFile::Bmp)) => &[".bmp"],
            (None, Some(OtherFile::Tiff)) => &[".tif", ".tiff"],
            (None, Some(OtherFile::Pdf)) => &[".pdf"],
            (None, Some(OtherFile::Html)) => &[".htm", ".html"],
            (None, None) => return true,
        };
        extensions.iter().any(|extension| ends_with_ignoring_case(name, extension))
    }
}

fn ends_with_ignoring_case(name: &str, ending: &str) -> bool {
    let (name, ending) = (name.trim_end().as_bytes(), ending.as_bytes());
    name.len() >= ending.len() && name[name.len() - ending.len()..].eq_ignore_ascii_case(ending)
}

/// Reads the header of a file, whatever it is.
pub(super) fn read(bytes: &[u8]) -> Header {
    if bytes.is_empty() {
        return Header { facts: None, fault: Some(PhotoFault::Empty), seen: None };
    }
    let format = match recognise(bytes) {
        Ok(format) => format,
        Err(seen) => {
            return Header { facts: None, fault: Some(PhotoFault::Unreadable { seen }), seen };
        }
    };
    let reading = match format {
        PhotoFormat::Jpeg => jpeg::read(bytes),
        PhotoFormat::Png => png::read(bytes),
        PhotoFormat::Webp => other::read_webp(bytes),
        PhotoFormat::Gif => other::read_gif(bytes),
    };
    let cut_off = PhotoFault::Truncated { measured: bytes.len() as u64 };
    let (facts, fault) = match reading {
        Reading::Nonsense => (None, Some(PhotoFault::Unreadable { seen: None })),
        Reading::CutOff(facts) => (facts, Some(cut_off)),
        Reading::Whole(facts) if facts.pixels() == 0 => (None, Some(PhotoFault::Unreadable { seen: None })),
        Reading::Whole(facts) if facts.pixels() > MAX_PIXELS => {
            let fault = PhotoFault::PixelBomb { measured: facts.pixels(), at_most: MAX_PIXELS };
            (Some(facts), Some(fault))
        }
        Reading::Whole(facts) => (Some(facts), None),
    };
    Header { facts, fault, seen: None }
}

/// The format of a file by its content, or what else it looks like.
pub fn recognise(bytes: &[u8]) -> Result<PhotoFormat, Option<OtherFile>> {
    if bytes.starts_with(b"\xff\xd8\xff") {
        return Ok(PhotoFormat::Jpeg);
    }
    if bytes.starts_with(png::SIGNATURE) {
        return Ok(PhotoFormat::Png);
    }
    if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        return Ok(PhotoFormat::Gif);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Ok(PhotoFormat::Webp);
    }
    Err(other::recognise(bytes))
}
