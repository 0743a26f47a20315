//! Papers people hand in as evidence: PDF files and pictures of documents.
//!
//! The quick look here runs before the upload; the whole check is the server's.

mod straighten;

pub use straighten::{Corners, straighten};

use crate::photo::{self, PhotoFormat};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A format evidence may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperFormat {
    /// PDF
    Pdf,
    /// JPG, JPEG
    #[serde(alias = "jpg")]
    Jpeg,
    /// PNG
    Png,
    /// WebP: kept and merged as JPEG, because not every reader of PDF and pictures knows it.
    Webp,
}

impl PaperFormat {
    /// The media type to serve it under.
    pub fn media_type(self) -> &'static str {
        match self {
            PaperFormat::Pdf => "application/pdf",
            PaperFormat::Jpeg => "image/jpeg",
            PaperFormat::Png => "image/png",
            PaperFormat::Webp => "image/webp",
        }
    }

    /// Extensions people use for it, lower case, with the dot.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            PaperFormat::Pdf => &[".pdf"],
            PaperFormat::Jpeg => &[".jpg", ".jpeg"],
            PaperFormat::Png => &[".png"],
            PaperFormat::Webp => &[".webp"],
        }
    }
}

/// What a plan asks of one piece of evidence. Weights are bytes, 1024-based.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PaperSpec {
    /// Formats accepted, judged by the content, never by the name.
    pub formats: Vec<PaperFormat>,
    /// 小于: the file must be strictly lighter.
    pub bytes_less_than: Option<u64>,
    /// 以内: heaviest file, itself allowed.
    pub max_bytes: Option<u64>,
    /// Most pages, itself allowed.
    pub max_pages: Option<u32>,
    /// A remark of whoever wrote the profile.
    pub note: Option<String>,
}

impl Default for PaperSpec {
    fn default() -> Self {
        PaperSpec {
            formats: vec![PaperFormat::Pdf, PaperFormat::Jpeg, PaperFormat::Png, PaperFormat::Webp],
            bytes_less_than: None,
            max_bytes: None,
            max_pages: None,
            note: None,
        }
    }
}

impl PaperSpec {
    /// Most bytes allowed, itself included; `None` without a limit.
    pub fn most_bytes(&self) -> Option<u64> {
        match (self.bytes_less_than.map(|limit| limit.saturating_sub(1)), self.max_bytes) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }
}

/// Something in a PDF that acts by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActiveContent {
    /// A script.
    JavaScript,
    /// An action on opening that is no jump to a page.
    OpenAction,
    /// Starts a program.
    Launch,
    /// A file inside the file.
    EmbeddedFile,
    /// Actions bound to events.
    AdditionalActions,
    /// Film, sound, 3D.
    RichMedia,
    /// A form that sends data or is programmed (XFA).
    ActiveForm,
}

/// Why a paper is refused, with the measured and the allowed value.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperFault {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// Not one of the formats accepted.
    #[error("the format is not accepted")]
    Format {
        /// Format by content, when it is a known one.
        measured: Option<PaperFormat>,
        /// Formats accepted.
        allowed: Vec<PaperFormat>,
    },
    /// Too heavy.
    #[error("{measured} bytes, at most {allowed} allowed")]
    BytesMax {
        /// Bytes of the file.
        measured: u64,
        /// Heaviest file allowed; one less than a printed 小于.
        allowed: u64,
    },
    /// Locked with a password or restricted.
    #[error("the file is encrypted")]
    Encrypted,
    /// Something in it acts by itself.
    #[error("the file contains active content")]
    ActiveContent {
        /// What was found, without repetition.
        measured: Vec<ActiveContent>,
    },
    /// Cannot be read to its end.
    #[error("the file is damaged")]
    Damaged,
    /// A PDF without a page.
    #[error("the file has no pages")]
    NoPages,
    /// Too many pages.
    #[error("{measured} pages, at most {allowed} allowed")]
    PagesMax {
        /// Pages of the file.
        measured: u32,
        /// Most pages allowed.
        allowed: u32,
    },
    /// More pixels than anyone needs, or content that unfolds beyond all measure.
    #[error("the file unfolds to {measured}, at most {allowed} is read")]
    Bomb {
        /// Pixels or bytes announced.
        measured: u64,
        /// Most pixels or bytes that are read.
        allowed: u64,
    },
}

impl PaperFault {
    /// A stable word for tests and history.
    pub fn code(&self) -> &'static str {
        match self {
            PaperFault::Empty => "empty",
            PaperFault::Format { .. } => "format",
            PaperFault::BytesMax { .. } => "bytes_max",
            PaperFault::Encrypted => "encrypted",
            PaperFault::ActiveContent { .. } => "active_content",
            PaperFault::Damaged => "damaged",
            PaperFault::NoPages => "no_pages",
            PaperFault::PagesMax { .. } => "pages_max",
            PaperFault::Bomb { .. } => "bomb",
        }
    }
}

/// A fact worth telling; never a reason to refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperWarning {
    /// The name says another format than the content.
    ExtensionMismatch,
    /// Data after the end of the document; the copy that is kept must be written anew.
    TrailingData,
}

impl PaperWarning {
    /// A stable word for tests and history.
    pub fn code(self) -> &'static str {
        match self {
            PaperWarning::ExtensionMismatch => "extension_mismatch",
            PaperWarning::TrailingData => "trailing_data",
        }
    }
}

/// What a quick look at a file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperGlance {
    /// Format by content, when it is a known one.
    pub format: Option<PaperFormat>,
    /// Broken rules that show without opening the file.
    pub faults: Vec<PaperFault>,
    /// Facts worth telling.
    pub warnings: Vec<PaperWarning>,
}

/// Bytes from the beginning of a file that are enough for [`inspect_head`].
pub const HEAD_BYTES: usize = 1024;
/// Bytes from the end of a file that are enough for [`inspect_head`].
pub const TAIL_BYTES: usize = 4096;

/// The format of a file by its content. A PDF may have some bytes before its header, but
/// nothing that looks like another kind of file.
pub fn recognise(bytes: &[u8]) -> Option<PaperFormat> {
    match photo::recognise(bytes) {
        Ok(PhotoFormat::Jpeg) => return Some(PaperFormat::Jpeg),
        Ok(PhotoFormat::Png) => return Some(PaperFormat::Png),
        Ok(PhotoFormat::Webp) => return Some(PaperFormat::Webp),
        Ok(_) => return None,
        Err(_) => {}
    }
    let start = &bytes[..bytes.len().min(HEAD_BYTES)];
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    start.trim_ascii_start().starts_with(b"%PDF-").then_some(PaperFormat::Pdf)
}

/// A quick look from the first and the last bytes of a file, before it is uploaded. Pass the
/// whole file as `head` and `tail` when it is at hand. `total` is the weight of the whole file.
pub fn inspect_head(head: &[u8], tail: &[u8], total: u64, file_name: Option<&str>, spec: &PaperSpec) -> PaperGlance {
    if total == 0 {
        return PaperGlance { format: None, faults: vec![PaperFault::Empty], warnings: Vec::new() };
    }
    let format = recognise(head);
    let mut faults = Vec::new();
    if format.is_none_or(|format| !spec.formats.contains(&format)) {
        faults.push(PaperFault::Format { measured: format, allowed: spec.formats.clone() });
    } else if format == Some(PaperFormat::Pdf) && [head, tail].iter().any(|part| names_encryption(part)) {
        faults.push(PaperFault::Encrypted);
    }
    if let Some(allowed) = spec.most_bytes()
        && total > allowed
    {
        faults.push(PaperFault::BytesMax { measured: total, allowed });
    }
    let misnamed = match (format, file_name) {
        (Some(format), Some(name)) => {
            let name = name.trim_end().to_ascii_lowercase();
            !format.extensions().iter().any(|extension| name.ends_with(extension))
        }
        _ => false,
    };
    let warnings = if misnamed { vec![PaperWarning::ExtensionMismatch] } else { Vec::new() };
    PaperGlance { format, faults, warnings }
}

/// Whether `/Encrypt` stands here as a whole name (`/EncryptMetadata` is another one).
fn names_encryption(part: &[u8]) -> bool {
    const NAME: &[u8] = b"/Encrypt";
    part.windows(NAME.len() + 1)
        .any(|window| window.starts_with(NAME) && window.last().is_some_and(|byte| !byte.is_ascii_alphanumeric()))
}
