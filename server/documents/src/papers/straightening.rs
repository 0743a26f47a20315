//! A photo of a paper made straight by its corners.

use super::{picture_fault, shrinking::within};
use crate::photos::{self, Rendition};
use domain::paper::{Corners, PaperFault, straighten as warp};
use domain::photo::PhotoFormat;
use image::{DynamicImage, RgbImage};

/// JPEG quality of the straight picture, in percent: letters stay sharp.
const QUALITY: u8 = 88;

/// Draws what lies between the corners as an upright JPEG whose longer side has at most `longest` pixels. `None` when
/// no paper can lie between them.
pub fn straighten(bytes: &[u8], corners: &Corners, longest: u32) -> Result<Option<Rendition>, PaperFault> {
    let picture = photos::decode_rgb(bytes).map_err(|trouble| picture_fault(&trouble))?;
    // Twice the pixels wanted are enough to draw from, and the warp walks through them in leaps.
    let picture = within(DynamicImage::ImageRgb8(picture), longest.saturating_mul(2)).into_rgba8();
    let (width, height) = picture.dimensions();
    let (wide, high) = corners.size(width, height);
    let scale = (f64::from(longest) / f64::from(wide.max(high))).min(1.0);
    let scaled = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
    let (wide, high) = (scaled(wide), scaled(high));
    let Some(straight) = warp(picture.as_raw(), width, height, corners, wide, high) else { return Ok(None) };
    let rgb: Vec<u8> = straight.chunks_exact(4).flat_map(|pixel| pixel.iter().take(3).copied()).collect();
    let picture = RgbImage::from_raw(wide, high, rgb).ok_or(PaperFault::Damaged)?;
    let bytes = photos::encode(&picture, PhotoFormat::Jpeg, QUALITY, None).map_err(|_| PaperFault::Damaged)?;
    Ok(Some(Rendition { bytes, format: PhotoFormat::Jpeg, width: wide, height: high }))
}
