//! Work on papers: what is kept of one, and how several become one PDF. Heavy; run beside the event loop.

use super::pictures;
use crate::Error;
use documents::papers::{self, MergeFault, Part};
use domain::paper::{PaperFault, PaperFormat, PaperSpec, PaperWarning};
use domain::refusal::UploadRefusal;

/// A paper that meets its limits.
pub(crate) struct CheckedPaper {
    /// Pictures without a trace of camera and place, PDF files without anything behind their end.
    pub bytes: Vec<u8>,
    /// `pdf`, `jpeg` or `png`.
    pub format: &'static str,
    pub pages: u32,
}

/// A kept paper on its way into one PDF.
pub(crate) struct Sheet {
    pub format: String,
    pub bytes: Vec<u8>,
    /// Its line in the table of contents.
    pub title: String,
}

/// Checks a paper by its content.
pub(crate) fn check(bytes: Vec<u8>, spec: &PaperSpec) -> Result<CheckedPaper, Vec<PaperFault>> {
    let facts = papers::inspect(&bytes, spec)?;
    let (format, clean) = match facts.format {
        PaperFormat::Pdf if !facts.warnings.contains(&PaperWarning::TrailingData) => ("pdf", Some(bytes.clone())),
        PaperFormat::Pdf => ("pdf", None),
        PaperFormat::Jpeg => ("jpeg", pictures::untraced(&bytes)),
        PaperFormat::Png => ("png", pictures::untraced(&bytes)),
        // Written anew as JPEG: every viewer of the office shows that.
        PaperFormat::Webp => ("jpeg", None),
    };
    let clean = match clean {
        Some(clean) => clean,
        None => papers::clean(&bytes).map_err(|fault| vec![fault])?,
    };
    Ok(CheckedPaper { bytes: clean, format, pages: facts.pages })
}

/// One PDF of all sheets, in order; pictures are made smaller as far as the limit asks for it.
pub(crate) fn merge(sheets: &[Sheet], less_than: u64) -> Result<Vec<u8>, Error> {
    let parts: Vec<Part<'_>> = sheets
        .iter()
        .map(|sheet| Part { kind: kind_of(&sheet.format), bytes: &sheet.bytes, title: &sheet.title })
        .collect();
    papers::merge(&parts, less_than.saturating_sub(1)).map_err(|fault| match fault {
        MergeFault::TooHeavy { measured, .. } => {
            UploadRefusal::MergedTooLarge { bytes: measured, limit: less_than }.into()
        }
        other => Error::Paper(other.to_string()),
    })
}

fn kind_of(format: &str) -> PaperFormat {
    match format {
        "jpeg" => PaperFormat::Jpeg,
        "png" => PaperFormat::Png,
        _ => PaperFormat::Pdf,
    }
}
