//! Photos: what a plan asks of one, and what a file is, read from its header alone.
//!
//! The same check runs in the browser before the upload and on the server after it, so a person
//! and the office always see the same numbers. Nothing here decodes a picture: `header` reads
//! markers and chunks, `pixels` measures pixels somebody else decoded, `fit` decides how a
//! picture can be cut and re-encoded to meet a plan.

mod contour;
mod exif;
mod export;
mod fault;
mod fit;
mod header;
mod jpeg;
mod other;
mod pixels;
mod png;
mod spec;

pub use contour::Head;
pub use export::{export_name, extension};
pub use fault::{Measurement, PhotoFault, PhotoWarning, PointKind, ReviewPoint};
pub use fit::{Attempt, Crop, FIRST_QUALITY, Fit, LOWEST_QUALITY, MOST_ATTEMPTS, Next, fit, fixable, next_quality};
pub use header::{OtherFile, PhotoFacts, recognise};
pub use pixels::{Looks, look_at, measurements, review_points};
pub use spec::{Background, PhotoFormat, PhotoSpec, Ratio};

use serde::{Deserialize, Serialize};

/// Pixels above which a picture is refused from its header, before any decoding: 40 million.
/// A phone takes 12 to 24 million; decoded, 40 million pixels take 160 MB.
pub const MAX_PIXELS: u64 = 40_000_000;

/// What becomes of a photo under a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every measurable rule holds.
    Pass,
    /// Hard rules hold; a person has to look at a soft point.
    Review,
    /// At least one hard rule is broken.
    Fail,
}

/// The answer about one file under one plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    /// What the header says; absent when the file is no picture that can be read.
    pub facts: Option<PhotoFacts>,
    /// Broken hard rules, each with the measured and the required value.
    pub faults: Vec<PhotoFault>,
    /// Facts worth telling; never a reason to refuse.
    pub warnings: Vec<PhotoWarning>,
    /// `Pass` or `Fail` by the header alone; see [`judge`] for the pixels.
    pub verdict: Verdict,
}

/// Reads the header of `bytes` and compares it with `spec`. Never decodes, never panics.
pub fn inspect(bytes: &[u8], file_name: Option<&str>, spec: &PhotoSpec) -> Inspection {
    let header = header::read(bytes);
    let mut warnings = Vec::new();
    if let Some(name) = file_name
        && !bytes.is_empty()
        && !header.suits_extension(name)
    {
        warnings.push(PhotoWarning::ExtensionMismatch);
    }
    // A file that cannot be used at all has one fault; limits would only confuse.
    let faults = match (&header.fault, &header.facts) {
        (Some(fault), _) => vec![fault.clone()],
        (None, Some(facts)) => {
            warnings.extend(facts.warnings(spec));
            compare(facts, spec)
        }
        (None, None) => vec![PhotoFault::Unreadable { seen: None }],
    };
    let verdict = if faults.is_empty() { Verdict::Pass } else { Verdict::Fail };
    Inspection { facts: header.facts, faults, warnings, verdict }
}

/// Joins the header's verdict with what the pixels show, when they are at hand.
pub fn judge(inspection: &Inspection, looks: Option<&Looks>, spec: &PhotoSpec) -> Verdict {
    let points = looks.map(|looks| review_points(looks, spec)).unwrap_or_default();
    match inspection.verdict {
        Verdict::Pass if points.iter().any(|point| spec.refuses(point)) => Verdict::Fail,
        Verdict::Pass if !points.is_empty() => Verdict::Review,
        verdict => verdict,
    }
}

fn compare(facts: &PhotoFacts, spec: &PhotoSpec) -> Vec<PhotoFault> {
    let (width, height, bytes) = (facts.width, facts.height, facts.bytes);
    let mut faults = Vec::new();
    if !spec.formats.contains(&facts.format) {
        faults.push(PhotoFault::Format { measured: facts.format, allowed: spec.formats.clone() });
    }
    if let Some(required) = spec.exact
        && required != (width, height)
    {
        faults.push(PhotoFault::PixelsExact { measured: (width, height), required });
    }
    if let Some(more_than) = spec.width_more_than
        && width <= more_than
    {
        faults.push(PhotoFault::WidthMin { measured: width, more_than });
    }
    if let Some(more_than) = spec.height_more_than
        && height <= more_than
    {
        faults.push(PhotoFault::HeightMin { measured: height, more_than });
    }
    if let Some(at_most) = spec.max_width
        && width > at_most
    {
        faults.push(PhotoFault::WidthMax { measured: width, at_most });
    }
    if let Some(at_most) = spec.max_height
        && height > at_most
    {
        faults.push(PhotoFault::HeightMax { measured: height, at_most });
    }
    if let Some(at_least) = spec.ratio_min
        && at_least.is_above(width, height)
    {
        faults.push(PhotoFault::RatioMin { measured: Ratio::of(width, height), at_least });
    }
    if let Some(at_most) = spec.ratio_max
        && at_most.is_below(width, height)
    {
        faults.push(PhotoFault::RatioMax { measured: Ratio::of(width, height), at_most });
    }
    if let Some(at_least) = spec.fewest_bytes()
        && bytes < at_least
    {
        faults.push(PhotoFault::BytesMin { measured: bytes, more_than: at_least - 1 });
    }
    if let Some(at_most) = spec.most_bytes()
        && bytes > at_most
    {
        faults.push(PhotoFault::BytesMax { measured: bytes, at_most });
    }
    faults
}
