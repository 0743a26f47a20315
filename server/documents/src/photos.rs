//! Photos: decoding within limits, renditions for a plan, and clean copies to serve.

use domain::photo::{
    self, Attempt, Crop, Fit, MAX_PIXELS, Next, PhotoFacts, PhotoFault, PhotoFormat, PhotoSpec, next_quality,
};
use image::codecs::jpeg::{JpegEncoder, PixelDensity};
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, ImageFormat, ImageReader, Limits, RgbImage};
use std::io::Cursor;
use thiserror::Error;

/// Most memory a decoder may take, in bytes: 40 million pixels of four channels, and room.
const DECODER_BYTES: u64 = 256 * 1024 * 1024;
/// Quality of a picture to be looked at only.
const THUMBNAIL_QUALITY: u8 = 70;
/// Quality of clean copies, in percent: no visible loss.
const CLEAN_QUALITY: u8 = 92;

/// A decoded picture, upright, on white: red, green, blue, 255 for every pixel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rgba {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Four bytes per pixel in rows, as a canvas gives them.
    pub pixels: Vec<u8>,
}

/// Why a picture could not be decoded or rendered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PhotoTrouble {
    /// The header already says that the file cannot be used.
    #[error("the file cannot be used: {0}")]
    Unusable(PhotoFault),
    /// The header is right, the data is not.
    #[error("the picture data is damaged")]
    Undecodable,
    /// The crop lies outside the picture.
    #[error("the crop is outside the picture")]
    CropOutside,
    /// The picture, or the part chosen, is too small for the plan.
    #[error("no allowed size can be cut from the picture without enlarging it")]
    TooSmall,
    /// No quality and size give a file inside the limits.
    #[error("no quality gives a file inside the limits, the last attempt had {measured} bytes")]
    WeightOutOfReach {
        /// Bytes of the last attempt.
        measured: u64,
    },
    /// The encoder failed.
    #[error("the picture could not be encoded")]
    Encoding,
}

/// A re-encoded picture without metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// The file.
    pub bytes: Vec<u8>,
    /// Format of the file.
    pub format: PhotoFormat,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// Decodes a photo: turned upright, colours as RGB, transparent parts on white. Refuses from
/// the header whatever is damaged or larger than [`MAX_PIXELS`], before memory is taken.
pub fn decode(bytes: &[u8]) -> Result<Rgba, PhotoTrouble> {
    let picture = decode_rgb(bytes)?;
    let (width, height) = picture.dimensions();
    Ok(Rgba { width, height, pixels: DynamicImage::ImageRgb8(picture).into_rgba8().into_raw() })
}

/// Renders the photo a plan asks for: `crop` in upright pixels, or the best centred part.
/// The file meets every limit of `spec` and carries no metadata.
pub fn rendition(bytes: &[u8], crop: Option<Crop>, spec: &PhotoSpec) -> Result<Rendition, PhotoTrouble> {
    let picture = decode_rgb(bytes)?;
    let fit = plan(&picture, crop, spec)?;
    let whole = DynamicImage::ImageRgb8(picture);
    let part = whole.crop_imm(fit.crop.x, fit.crop.y, fit.crop.width, fit.crop.height);
    drop(whole);
    let mut history: Vec<Attempt> = Vec::new();
    let mut files: Vec<Vec<u8>> = Vec::new();
    let mut sized: Option<RgbImage> = None;
    loop {
        match next_quality(&fit, &history, spec) {
            Next::Try { quality, width, height } => {
                if sized.as_ref().is_none_or(|picture| picture.dimensions() != (width, height)) {
                    sized = Some(resize(&part, width, height));
                }
                let Some(sized) = sized.as_ref() else {
                    return Err(PhotoTrouble::Encoding);
                };
                let file = encode(sized, fit.format, quality, spec.dpi)?;
                history.push(Attempt { quality, width, height, bytes: file.len() as u64 });
                files.push(file);
            }
            Next::Done(index) => {
                let attempt = history.get(index).ok_or(PhotoTrouble::Encoding)?;
                let (width, height) = (attempt.width, attempt.height);
                return Ok(Rendition { bytes: files.swap_remove(index), format: fit.format, width, height });
            }
            Next::Impossible => {
                let measured = history.last().map_or(0, |attempt| attempt.bytes);
                return Err(PhotoTrouble::WeightOutOfReach { measured });
            }
        }
    }
}

/// A copy that is safe to serve: the same pixels, encoded anew, so that places, names and
/// anything hidden in the file are gone. PNG stays PNG, everything else becomes JPEG.
pub fn clean(bytes: &[u8]) -> Result<Rendition, PhotoTrouble> {
    let picture = decode_rgb(bytes)?;
    let format = match photo::recognise(bytes) {
        Ok(PhotoFormat::Png) => PhotoFormat::Png,
        _ => PhotoFormat::Jpeg,
    };
    let (width, height) = picture.dimensions();
    Ok(Rendition { bytes: encode(&picture, format, CLEAN_QUALITY, None)?, format, width, height })
}

/// A small JPEG that fits into `width` and `height`, never enlarged: to be looked at, not to be kept.
pub fn thumbnail(bytes: &[u8], width: u32, height: u32) -> Result<Vec<u8>, PhotoTrouble> {
    let picture = DynamicImage::ImageRgb8(decode_rgb(bytes)?);
    let small = picture.width() <= width && picture.height() <= height;
    let sized = if small { picture } else { picture.resize(width, height, FilterType::Triangle) };
    encode(&sized.into_rgb8(), PhotoFormat::Jpeg, THUMBNAIL_QUALITY, None)
}

/// [`decode`], without the fourth channel.
pub(crate) fn decode_rgb(bytes: &[u8]) -> Result<RgbImage, PhotoTrouble> {
    let facts = readable(bytes)?;
    let format = match facts.format {
        PhotoFormat::Jpeg => ImageFormat::Jpeg,
        PhotoFormat::Png => ImageFormat::Png,
        PhotoFormat::Webp => ImageFormat::WebP,
        PhotoFormat::Gif => {
            let allowed = vec![PhotoFormat::Jpeg, PhotoFormat::Png, PhotoFormat::Webp];
            return Err(PhotoTrouble::Unusable(PhotoFault::Format { measured: facts.format, allowed }));
        }
    };
    let mut picture = decode_limited(bytes, format).ok_or(PhotoTrouble::Undecodable)?;
    // The orientation comes from the same reader that told the applicant width and height.
    if let Some(orientation) = Orientation::from_exif(facts.orientation) {
        picture.apply_orientation(orientation);
    }
    Ok(flatten(picture))
}

/// Decodes within the limits; `None` when the data is damaged or the limits are passed.
pub(crate) fn decode_limited(bytes: &[u8], format: ImageFormat) -> Option<DynamicImage> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(u16::MAX.into());
    limits.max_image_height = Some(u16::MAX.into());
    limits.max_alloc = Some(DECODER_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    // Decoders are fed by strangers: a panic in one of them must cost one answer, not the server.
    let decoded = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let decoder = reader.into_decoder().ok()?;
        let (width, height) = image::ImageDecoder::dimensions(&decoder);
        (u64::from(width) * u64::from(height) <= MAX_PIXELS).then_some(())?;
        DynamicImage::from_decoder(decoder).ok()
    }));
    decoded.ok().flatten()
}

fn readable(bytes: &[u8]) -> Result<PhotoFacts, PhotoTrouble> {
    let inspection = photo::inspect(bytes, None, &PhotoSpec::default());
    if let Some(fault) = inspection.faults.into_iter().find(PhotoFault::is_of_the_file) {
        return Err(PhotoTrouble::Unusable(fault));
    }
    inspection.facts.ok_or(PhotoTrouble::Undecodable)
}

fn flatten(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let with_alpha = picture.into_rgba8();
    let (width, height) = with_alpha.dimensions();
    let on_white = |channel: u8, alpha: u8| {
        ((u32::from(channel) * u32::from(alpha) + 255 * (255 - u32::from(alpha)) + 127) / 255) as u8
    };
    RgbImage::from_fn(width, height, |x, y| {
        let [red, green, blue, alpha] = with_alpha.get_pixel(x, y).0;
        image::Rgb([on_white(red, alpha), on_white(green, alpha), on_white(blue, alpha)])
    })
}

/// Where to cut: inside the crop a person chose, or anywhere.
fn plan(picture: &RgbImage, crop: Option<Crop>, spec: &PhotoSpec) -> Result<Fit, PhotoTrouble> {
    let (width, height) = picture.dimensions();
    let Some(crop) = crop else {
        return photo::fit(width, height, spec).ok_or(PhotoTrouble::TooSmall);
    };
    let inside = crop.width > 0
        && crop.height > 0
        && crop.x.checked_add(crop.width).is_some_and(|right| right <= width)
        && crop.y.checked_add(crop.height).is_some_and(|bottom| bottom <= height);
    if !inside {
        return Err(PhotoTrouble::CropOutside);
    }
    let mut fit = photo::fit(crop.width, crop.height, spec).ok_or(PhotoTrouble::TooSmall)?;
    fit.crop.x += crop.x;
    fit.crop.y += crop.y;
    Ok(fit)
}

fn resize(picture: &DynamicImage, width: u32, height: u32) -> RgbImage {
    if (picture.width(), picture.height()) == (width, height) {
        return picture.to_rgb8();
    }
    picture.resize_exact(width, height, FilterType::Lanczos3).into_rgb8()
}

pub(crate) fn encode(
    picture: &RgbImage,
    format: PhotoFormat,
    quality: u8,
    dpi: Option<u16>,
) -> Result<Vec<u8>, PhotoTrouble> {
    let (width, height) = picture.dimensions();
    let mut bytes = Vec::new();
    let written = match format {
        PhotoFormat::Png => {
            PngEncoder::new(&mut bytes).write_image(picture.as_raw(), width, height, ExtendedColorType::Rgb8)
        }
        _ => {
            let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
            if let Some(dpi) = dpi {
                encoder.set_pixel_density(PixelDensity::dpi(dpi));
            }
            encoder.encode(picture.as_raw(), width, height, ExtendedColorType::Rgb8)
        }
    };
    written.map_err(|_| PhotoTrouble::Encoding)?;
    Ok(bytes)
}
