//! Work on papers: what is kept of one, and how several become one PDF. Heavy; run beside the event loop.

use crate::Error;
use domain::paper::{self, PaperFault, PaperSpec};

/// A paper that meets its limits.
pub(crate) struct CheckedPaper {
    pub bytes: Vec<u8>,
    /// `pdf`, `jpeg` or `png`.
    pub format: &'static str,
    pub pages: u32,
}

/// Checks a paper by its content.
pub(crate) fn check(bytes: Vec<u8>, file_name: &str, spec: &PaperSpec) -> Result<CheckedPaper, Vec<PaperFault>> {
    let name = (!file_name.is_empty()).then_some(file_name);
    let glance = paper::inspect_head(&bytes, &bytes, bytes.len() as u64, name, spec);
    if !glance.faults.is_empty() {
        return Err(glance.faults);
    }
    Ok(CheckedPaper { bytes, format: "pdf", pages: 1 })
}

/// One PDF of all parts, in order.
pub(crate) fn merge(_parts: Vec<Vec<u8>>) -> Result<Vec<u8>, Error> {
    Err(Error::Paper("documents".into()))
}
