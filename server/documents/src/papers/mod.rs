//! Papers: the whole check of one piece of evidence, and merging several into one PDF.

mod active;
mod copying;
mod marks;
mod merging;
mod opening;
mod shrinking;
mod straightening;

pub use merging::{MergeFault, Part, clean, merge};
pub use opening::{MOST_PAGES, UNFOLDED_BYTES};
pub use straightening::straighten;

use crate::photos;
use domain::paper::{self, PaperFault, PaperFormat, PaperSpec, PaperWarning};
use domain::photo::PhotoFault;
use serde::{Deserialize, Serialize};

/// What a whole check found about a paper that may be accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperFacts {
    /// Format by content.
    pub format: PaperFormat,
    /// Pages; 1 for a picture.
    pub pages: u32,
    /// Bytes of the file.
    pub bytes: u64,
    /// Facts worth telling. With trailing data, keep [`clean`]'s copy instead of the file.
    pub warnings: Vec<PaperWarning>,
}

/// Checks a paper from outside to inside and stops at the first layer that is broken. Takes
/// bounded memory and time whatever the file says about itself.
pub fn inspect(bytes: &[u8], spec: &PaperSpec) -> Result<PaperFacts, Vec<PaperFault>> {
    let mut glance = paper::inspect_head(bytes, &[], bytes.len() as u64, None, spec);
    // The first look searches for a word; whether a file is really encrypted is decided below.
    glance.faults.retain(|fault| *fault != PaperFault::Encrypted);
    let format = match glance.format {
        Some(format) if glance.faults.is_empty() => format,
        _ => return Err(glance.faults),
    };
    let (pages, warnings) = match format {
        PaperFormat::Pdf => inspect_pdf(bytes)?,
        PaperFormat::Jpeg | PaperFormat::Png | PaperFormat::Webp => (1, inspect_picture(bytes)?),
    };
    if let Some(allowed) = spec.max_pages
        && pages > allowed
    {
        return Err(vec![PaperFault::PagesMax { measured: pages, allowed }]);
    }
    Ok(PaperFacts { format, pages, bytes: bytes.len() as u64, warnings })
}

fn inspect_pdf(bytes: &[u8]) -> Result<(u32, Vec<PaperWarning>), Vec<PaperFault>> {
    let document = opening::open(bytes).map_err(|fault| vec![fault])?;
    let found = active::find(&document);
    if !found.is_empty() {
        return Err(vec![PaperFault::ActiveContent { measured: found }]);
    }
    let pages = opening::pages(&document).map_err(|fault| vec![fault])?;
    let warnings = if opening::has_trailing_data(bytes) { vec![PaperWarning::TrailingData] } else { Vec::new() };
    Ok((u32::try_from(pages.len()).unwrap_or(u32::MAX), warnings))
}

fn inspect_picture(bytes: &[u8]) -> Result<Vec<PaperWarning>, Vec<PaperFault>> {
    photos::decode_rgb(bytes).map_err(|trouble| vec![picture_fault(&trouble)])?;
    let facts = domain::photo::inspect(bytes, None, &domain::photo::PhotoSpec::default()).facts;
    let trailing = facts.is_some_and(|facts| facts.trailing_bytes > 0);
    Ok(if trailing { vec![PaperWarning::TrailingData] } else { Vec::new() })
}

fn picture_fault(trouble: &photos::PhotoTrouble) -> PaperFault {
    match trouble {
        photos::PhotoTrouble::Unusable(PhotoFault::PixelBomb { measured, at_most }) => {
            PaperFault::Bomb { measured: *measured, allowed: *at_most }
        }
        _ => PaperFault::Damaged,
    }
}
