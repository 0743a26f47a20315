//! Making the pictures of a PDF smaller when it is too heavy.

use crate::photos;
use domain::photo::PhotoFormat;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ExtendedColorType, ImageFormat, RgbImage};
use lopdf::{Dictionary, Document, Object, Stream};
use std::borrow::Cow;

/// How small pictures are made: longest side in pixels and JPEG quality in percent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub longest: u32,
    pub quality: u8,
}

/// From nearly untouched (190 dots per inch on A4) to just readable (85).
pub(super) const STEPS: [Step; 5] = [
    Step { longest: 2200, quality: 85 },
    Step { longest: 1800, quality: 78 },
    Step { longest: 1500, quality: 70 },
    Step { longest: 1200, quality: 60 },
    Step { longest: 1000, quality: 50 },
];

/// A JPEG with its size in pixels.
#[derive(Debug, Clone)]
pub(super) struct Encoded {
    pub jpeg: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// A picture no larger than the step allows.
pub(super) fn encoded(picture: RgbImage, step: Step) -> Option<Encoded> {
    let small = within(DynamicImage::ImageRgb8(picture), step.longest).into_rgb8();
    let jpeg = photos::encode(&small, PhotoFormat::Jpeg, step.quality, None).ok()?;
    Some(Encoded { jpeg, width: small.width(), height: small.height() })
}

/// Scales down, never up, so that the longer side is at most `longest`.
pub(super) fn within(picture: DynamicImage, longest: u32) -> DynamicImage {
    if picture.width().max(picture.height()) <= longest {
        return picture;
    }
    // Means of whole numbers: filters of the library work on four floats for every pixel, a hundred megabytes for a
    // camera's picture.
    picture.thumbnail(longest, longest)
}

/// Most bytes of one JPEG after the filters around it are taken off.
const JPEG_BYTES: usize = 64 * 1024 * 1024;

/// Encodes the JPEG pictures of a document anew where that makes them lighter.
pub(super) fn shrink_pictures(document: &mut Document, step: Step) {
    for object in document.objects.values_mut() {
        if let Object::Stream(stream) = object
            && let Some(jpeg) = plain_jpeg(stream)
            && let Some(Encoded { jpeg: bytes, width, height }) = smaller(&jpeg, step)
            && bytes.len() < stream.content.len()
        {
            stream.dict.set("Width", i64::from(width));
            stream.dict.set("Height", i64::from(height));
            stream.dict.set("Filter", Object::Name(b"DCTDecode".to_vec()));
            stream.dict.remove(b"DecodeParms");
            stream.set_content(bytes);
        }
    }
}

/// The JPEG of a picture that is shown with its own colours: no colour key, no remapping.
/// Some writers wrap it once more, as text.
fn plain_jpeg(stream: &Stream) -> Option<Cow<'_, [u8]>> {
    let dict = &stream.dict;
    let is_picture = dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image")
        && !dict.has(b"Decode")
        && !dict.get(b"Mask").is_ok_and(|mask| mask.as_array().is_ok());
    let filters = stream.filters().ok().filter(|_| is_picture)?;
    let (last, around) = filters.split_last()?;
    if *last != b"DCTDecode" {
        return None;
    }
    if around.is_empty() {
        return Some(Cow::Borrowed(&stream.content));
    }
    let mut wrapped = Dictionary::new();
    wrapped.set("Filter", Object::Array(around.iter().map(|name| Object::Name(name.to_vec())).collect()));
    let wrapped = Stream::new(wrapped, stream.content.clone());
    wrapped.decompressed_content_with_limit(JPEG_BYTES).ok().map(Cow::Owned)
}

/// The JPEG anew as the step wants it; none where it must stay as it is.
pub(super) fn smaller(jpeg: &[u8], step: Step) -> Option<Encoded> {
    let picture = photos::decode_limited(jpeg, ImageFormat::Jpeg)?;
    // Printing colours would need their profile; they stay as they are.
    let facts = domain::photo::inspect(jpeg, None, &Default::default()).facts?;
    if facts.cmyk {
        return None;
    }
    let picture = within(picture, step.longest);
    let (width, height) = (picture.width(), picture.height());
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, step.quality);
    // The number of colours must stay what the document says it is.
    if facts.grayscale {
        encoder.encode(picture.into_luma8().as_raw(), width, height, ExtendedColorType::L8).ok()?;
    } else {
        encoder.encode(picture.into_rgb8().as_raw(), width, height, ExtendedColorType::Rgb8).ok()?;
    }
    Some(Encoded { jpeg: bytes, width, height })
}
