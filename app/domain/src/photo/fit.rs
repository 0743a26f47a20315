//! How to cut and re-encode a picture so that it meets a plan: pure decisions, carried out by
//! the browser's canvas or by the server. Pictures are never enlarged and never retouched.

use super::{Inspection, Looks, PhotoFormat, PhotoSpec, Ratio, ReviewPoint, review_points};
use serde::{Deserialize, Serialize};

/// A rectangle in upright pixels of the original.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crop {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width, at least 1.
    pub width: u32,
    /// Height, at least 1.
    pub height: u32,
}

/// What to render: this part of the picture, at this size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fit {
    /// The part of the original.
    pub crop: Crop,
    /// Width to render, at most the crop's.
    pub width: u32,
    /// Height to render, at most the crop's.
    pub height: u32,
    /// Format to write.
    pub format: PhotoFormat,
}

/// One rendering that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// JPEG quality in percent; a canvas takes it divided by 100.
    pub quality: u8,
    /// Width rendered.
    pub width: u32,
    /// Height rendered.
    pub height: u32,
    /// Bytes it came to.
    pub bytes: u64,
}

/// What to do next in the search for a file inside the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Render at this size and JPEG quality in percent, and ask again.
    Try {
        /// JPEG quality in percent.
        quality: u8,
        /// Width to render.
        width: u32,
        /// Height to render.
        height: u32,
    },
    /// The attempt with this index is inside the limits.
    Done(usize),
    /// No quality and no allowed size gives a file inside the limits.
    Impossible,
}

/// Quality of the first attempt: no visible loss, and usually inside the limits of 2-inch photos.
pub const FIRST_QUALITY: u8 = 92;
/// Below this quality faces become blocks.
pub const LOWEST_QUALITY: u8 = 30;
/// Attempts before the search gives up.
pub const MOST_ATTEMPTS: usize = 24;

/// Above this quality files grow without looking better; used only when a file is too light.
const FINE_QUALITY: u8 = 98;
const HIGHEST_QUALITY: u8 = 100;
/// Between the first and the lowest.
const MIDDLE_QUALITY: u8 = 61;
/// Portraits are between half as wide as high and square when the plan is silent.
const PORTRAIT: (Ratio, Ratio) = (Ratio(500), Ratio(1000));
/// Largest size rendered when the plan is silent.
const LARGEST: (u32, u32) = (1200, 1600);

/// The crop and size that meet the limits on pixels and ratio, if the picture is large enough.
///
/// The crop is centred from left to right; from top to bottom a third of what is cut off is cut
/// at the top, because heads are in the upper half.
pub fn fit(width: u32, height: u32, spec: &PhotoSpec) -> Option<Fit> {
    if width == 0 || height == 0 {
        return None;
    }
    let format = spec.output_format()?;
    shapes(spec).into_iter().flatten().find_map(|shape| {
        let (crop_width, crop_height) = shape.cut(width, height)?;
        let crop =
            Crop { x: (width - crop_width) / 2, y: (height - crop_height) / 3, width: crop_width, height: crop_height };
        let (width, height) = size_within(&crop, spec)?;
        Some(Fit { crop, width, height, format })
    })
}

/// [`fit`] for an inspected file: `None` too when re-encoding cannot help, because the file is
/// damaged, of a format that is not converted, or a soft point would stay.
pub fn fixable(inspection: &Inspection, looks: Option<&Looks>, spec: &PhotoSpec) -> Option<Fit> {
    let facts = inspection.facts.as_ref()?;
    let lost = inspection.faults.iter().any(|fault| fault.is_of_the_file());
    // A better crop may mend the place of the head; nothing mends the wall, and nobody is put into a picture.
    let stays = |point: &ReviewPoint| matches!(point, ReviewPoint::Background { .. } | ReviewPoint::Blank);
    let soft = looks.is_some_and(|looks| review_points(looks, spec).iter().any(stays));
    // Only the first frame of a GIF could be kept; nobody has a portrait in that format.
    if lost || soft || facts.format == PhotoFormat::Gif {
        return None;
    }
    fit(facts.width, facts.height, spec)
}

/// What to try next, given what was tried: a bisection over the JPEG quality, then over the size.
pub fn next_quality(fit: &Fit, history: &[Attempt], spec: &PhotoSpec) -> Next {
    let fewest = spec.fewest_bytes().unwrap_or(0);
    let most = spec.most_bytes().unwrap_or(u64::MAX);
    if let Some(index) = history.iter().position(|a| (fewest..=most).contains(&a.bytes)) {
        return Next::Done(index);
    }
    let Some(last) = history.last() else {
        return Next::Try { quality: FIRST_QUALITY, width: fit.width, height: fit.height };
    };
    if history.len() >= MOST_ATTEMPTS {
        return Next::Impossible;
    }
    let (width, height) = (last.width, last.height);
    let here = || history.iter().filter(|a| (a.width, a.height) == (width, height));
    let too_light = here().filter(|a| a.bytes < fewest).map(|a| a.quality).max();
    let too_heavy = here().filter(|a| a.bytes > most).map(|a| a.quality).min();
    let has_quality = fit.format == PhotoFormat::Jpeg;
    let quality = match (too_light, too_heavy) {
        _ if !has_quality => None,
        (Some(low), None) if low < FINE_QUALITY => Some(FINE_QUALITY),
        (Some(low), None) if low < HIGHEST_QUALITY => Some(HIGHEST_QUALITY),
        (None, Some(high)) if high > MIDDLE_QUALITY => Some(MIDDLE_QUALITY),
        (None, Some(high)) if high > LOWEST_QUALITY => Some(LOWEST_QUALITY),
        (Some(low), Some(high)) if high.saturating_sub(low) > 1 => Some(low.midpoint(high)),
        _ => None,
    };
    if let Some(quality) = quality {
        return Next::Try { quality, width, height };
    }
    // What was too heavy at the lowest quality will not fit at a high one a step smaller.
    let (factor, quality) = match too_heavy {
        Some(_) => (SHRINK, MIDDLE_QUALITY),
        None => (GROW, FIRST_QUALITY),
    };
    match scaled(fit, spec, (width, height), factor) {
        Some(size) if !history.iter().any(|a| (a.width, a.height) == size) => {
            Next::Try { quality, width: size.0, height: size.1 }
        }
        _ => Next::Impossible,
    }
}

/// Numerator and denominator of one step down in size.
const SHRINK: (u32, u32) = (17, 20);
/// Numerator and denominator of one step up in size.
const GROW: (u32, u32) = (5, 4);

/// Width by height between two fractions, both allowed.
#[derive(Clone, Copy)]
struct Shape {
    low: (u32, u32),
    high: (u32, u32),
}

impl Shape {
    /// The largest centred part of this shape.
    fn cut(self, width: u32, height: u32) -> Option<(u32, u32)> {
        let (w, h) = (u64::from(width), u64::from(height));
        let ((low_w, low_h), (high_w, high_h)) = (widen(self.low), widen(self.high));
        let (cut_w, cut_h) = if w * high_h > h * high_w {
            (h * high_w / high_h.max(1), h)
        } else if w * low_h < h * low_w {
            (w, w * low_h / low_w.max(1))
        } else {
            (w, h)
        };
        (cut_w > 0 && cut_h > 0).then(|| Some((cut_w.try_into().ok()?, cut_h.try_into().ok()?)))?
    }
}

fn widen((a, b): (u32, u32)) -> (u64, u64) {
    (u64::from(a), u64::from(b))
}

/// Shapes worth trying, best first.
fn shapes(spec: &PhotoSpec) -> [Option<Shape>; 2] {
    if let Some(exact) = spec.exact {
        return [Some(Shape { low: exact, high: exact }), None];
    }
    let aim = spec.aim.filter(|(width, height)| spec.allows_size(*width, *height));
    let low = spec.ratio_min.unwrap_or(PORTRAIT.0);
    let high = spec.ratio_max.unwrap_or(PORTRAIT.1.max(low));
    let limits = Shape { low: (low.0, 1000), high: (high.0, 1000) };
    [aim.map(|aim| Shape { low: aim, high: aim }), Some(limits)]
}

/// The size to render a crop at: the size aimed at, else as large as the plan allows.
fn size_within(crop: &Crop, spec: &PhotoSpec) -> Option<(u32, u32)> {
    if let Some((width, height)) = spec.exact.or(spec.aim)
        && crop.width >= width
        && crop.height >= height
        && nearly_same_shape((crop.width, crop.height), (width, height))
        && spec.allows_size(width, height)
    {
        return Some((width, height));
    }
    if spec.exact.is_some() {
        return None;
    }
    let width = spec.max_width.unwrap_or(LARGEST.0).min(crop.width);
    let height = spec.max_height.unwrap_or(LARGEST.1).min(crop.height);
    near(crop, spec, width, height)
}

/// Whether rendering one size at the other bends faces by less than a hundredth.
fn nearly_same_shape(from: (u32, u32), to: (u32, u32)) -> bool {
    let (a, b) = (u64::from(from.0) * u64::from(to.1), u64::from(to.0) * u64::from(from.1));
    // A crop is cut to whole pixels, so one pixel of difference is always allowed.
    a.abs_diff(b) * 100 <= a.max(b) || a.abs_diff(b) <= u64::from(to.0.max(to.1))
}

/// The largest size of the crop's shape inside a box that the plan allows.
fn near(crop: &Crop, spec: &PhotoSpec, box_width: u32, box_height: u32) -> Option<(u32, u32)> {
    let (cw, ch) = (u64::from(crop.width), u64::from(crop.height));
    let (bw, bh) = (u64::from(box_width), u64::from(box_height));
    let (width, height) = if bw * ch <= bh * cw { (bw, bw * ch / cw) } else { (bh * cw / ch, bh) };
    let (width, height) = (u32::try_from(width).ok()?.max(1), u32::try_from(height).ok()?.max(1));
    // Rounding to whole pixels may step just outside a ratio: try the neighbours.
    [(0, 0), (0, 1), (1, 0), (-1, 0), (0, -1)].into_iter().find_map(|(dx, dy)| {
        let (width, height) = (width.checked_add_signed(dx)?, height.checked_add_signed(dy)?);
        let inside = width > 0 && height > 0 && width <= box_width && height <= box_height;
        (inside && spec.allows_size(width, height)).then_some((width, height))
    })
}

/// The next size in one direction, if the plan and the crop allow it.
fn scaled(fit: &Fit, spec: &PhotoSpec, from: (u32, u32), (up, down): (u32, u32)) -> Option<(u32, u32)> {
    if spec.exact.is_some() {
        return None;
    }
    let widest = spec.max_width.unwrap_or(u32::MAX).min(fit.crop.width);
    let highest = spec.max_height.unwrap_or(u32::MAX).min(fit.crop.height);
    let step = |length: u32| u32::try_from(u64::from(length) * u64::from(up) / u64::from(down)).ok();
    near(&fit.crop, spec, step(from.0)?.min(widest), step(from.1)?.min(highest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s3() -> PhotoSpec {
        PhotoSpec {
            formats: vec![PhotoFormat::Jpeg],
            width_more_than: Some(215),
            height_more_than: Some(300),
            ratio_min: Some(Ratio(650)),
            ratio_max: Some(Ratio(800)),
            bytes_more_than: Some(30 * 1024),
            bytes_less_than: Some(1024 * 1024),
            aim: Some((413, 579)),
            ..PhotoSpec::default()
        }
    }

    /// A stand-in for an encoder: heavier with more pixels and with quality.
    fn encode(next: Next, weight: u64) -> Option<Attempt> {
        let Next::Try { quality, width, height } = next else {
            return None;
        };
        let bytes = u64::from(width) * u64::from(height) * u64::from(quality).pow(3) * weight / 100_000_000;
        Some(Attempt { quality, width, height, bytes })
    }

    fn search(spec: &PhotoSpec, size: (u32, u32), weight: u64) -> (Next, Vec<Attempt>) {
        let fit = fit(size.0, size.1, spec).unwrap();
        let mut history = Vec::new();
        loop {
            let next = next_quality(&fit, &history, spec);
            match encode(next, weight) {
                Some(attempt) => history.push(attempt),
                None => return (next, history),
            }
        }
    }

    #[test]
    fn a_phone_picture_is_rendered_to_the_size_aimed_at() {
        let fit = fit(3000, 4000, &s3()).unwrap();
        assert_eq!((fit.width, fit.height), (413, 579));
        assert_eq!((fit.crop.width, fit.crop.height), (2853, 4000));
        assert_eq!(fit.crop.x, 73);
    }

    #[test]
    fn nothing_is_enlarged() {
        assert_eq!(fit(215, 4000, &s3()), None);
        assert_eq!(fit(90, 120, &s3()), None);
        let exact = PhotoSpec { exact: Some((90, 120)), ..PhotoSpec::default() };
        assert_eq!(fit(89, 120, &exact), None);
        assert_eq!(fit(90, 121, &exact).map(|f| (f.width, f.height)), Some((90, 120)));
    }

    #[test]
    fn every_size_that_fits_meets_the_plan() {
        let plans = [
            s3(),
            PhotoSpec { aim: None, ..s3() },
            PhotoSpec { max_width: Some(500), max_height: Some(700), ..PhotoSpec::default() },
            PhotoSpec { ratio_min: Some(Ratio(713)), ratio_max: Some(Ratio(715)), ..PhotoSpec::default() },
        ];
        for spec in &plans {
            for (width, height) in [(217, 335), (301, 301), (999, 1000), (4000, 3000), (640, 2000), (481, 600)] {
                let fit = fit(width, height, spec).unwrap();
                assert!(spec.allows_size(fit.width, fit.height), "{width}x{height}: {fit:?}");
                assert!(fit.width <= fit.crop.width && fit.height <= fit.crop.height);
                assert!(fit.crop.x + fit.crop.width <= width && fit.crop.y + fit.crop.height <= height);
            }
        }
    }

    #[test]
    fn the_search_ends_inside_the_window_or_says_so() {
        for (low, high) in [(0, 20_000), (30_720, 1_048_576), (20_000, 30_000), (60_000, 61_000)] {
            for weight in [20, 60, 200, 900] {
                let spec = PhotoSpec { bytes_more_than: Some(low), bytes_less_than: Some(high), ..s3() };
                let (end, history) = search(&spec, (3000, 4000), weight);
                match end {
                    Next::Done(index) => assert!((low + 1..high).contains(&history[index].bytes)),
                    _ => assert!(matches!(end, Next::Impossible) && history.len() > 1),
                }
                assert!(history.len() <= MOST_ATTEMPTS);
            }
        }
        // The usual case takes one or two attempts, so a phone does not wait.
        assert!(search(&s3(), (3000, 4000), 20).1.len() <= 2);
    }

    #[test]
    fn a_light_picture_grows_up_to_its_own_pixels() {
        let spec = PhotoSpec { bytes_more_than: Some(200_000), ..s3() };
        let (end, history) = search(&spec, (3000, 4000), 60);
        assert!(matches!(end, Next::Done(_)));
        assert!(history.last().unwrap().width > 413);
        let (end, _) = search(&spec, (413, 579), 60);
        assert_eq!(end, Next::Impossible);
    }

    #[test]
    fn a_narrow_window_below_the_size_aimed_at_is_reached_by_shrinking() {
        let spec = PhotoSpec { bytes_more_than: Some(3000), bytes_less_than: Some(9000), ..s3() };
        let (end, history) = search(&spec, (3000, 4000), 200);
        assert!(matches!(end, Next::Done(_)), "{history:?}");
        assert!(history.last().unwrap().width < 413);
    }
}
