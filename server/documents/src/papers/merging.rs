//! Several papers as one PDF, in order, below a weight, with nothing that acts by itself.

use super::copying::Copier;
use super::shrinking::{Encoded, STEPS, Step, encoded, shrink_pictures, smaller};
use super::{active, marks, opening, picture_fault};
use crate::photos;
use domain::paper::{self, PaperFault, PaperFormat};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, text_string};
use std::panic::{AssertUnwindSafe, catch_unwind};
use thiserror::Error;

/// One paper to merge.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// Format by content.
    pub kind: PaperFormat,
    /// The file.
    pub bytes: &'a [u8],
    /// Its name in the table of contents, such as 学历证书; empty for none.
    pub title: &'a str,
}

/// Why papers could not be merged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MergeFault {
    /// There is nothing to merge.
    #[error("there are no papers to merge")]
    Nothing,
    /// One of the papers cannot be used.
    #[error("paper {index} cannot be merged: {fault}")]
    Part {
        /// Its place, counted from 0.
        index: usize,
        /// What is wrong with it.
        fault: PaperFault,
    },
    /// Too heavy even with the pictures made as small as they may be.
    #[error("{measured} bytes, at most {allowed} allowed")]
    TooHeavy {
        /// Bytes of the lightest attempt.
        measured: u64,
        /// Most bytes allowed.
        allowed: u64,
    },
    /// The merged document could not be written.
    #[error("the merged document could not be written")]
    Unwritable,
}

/// A4 in points, upright.
const A4: (f32, f32) = (595.0, 842.0);
/// White around a picture, in points: 1 cm, so that printers do not cut it.
const MARGIN: f32 = 28.0;

enum Prepared<'a> {
    Pages {
        document: Box<Document>,
        pages: Vec<ObjectId>,
        title: &'a str,
    },
    /// As the first step encodes it: ten pictures as pixels would be a hundred megabytes.
    Picture {
        picture: Encoded,
        title: &'a str,
    },
}

/// Merges papers in order into one PDF of at most `limit_bytes` bytes. Pictures become A4 pages.
/// When the result is too heavy, pictures are encoded smaller step by step.
pub fn merge(parts: &[Part<'_>], limit_bytes: u64) -> Result<Vec<u8>, MergeFault> {
    if parts.is_empty() {
        return Err(MergeFault::Nothing);
    }
    let mut prepared = Vec::with_capacity(parts.len());
    for (index, part) in parts.iter().enumerate() {
        prepared.push(prepare(part).map_err(|fault| MergeFault::Part { index, fault })?);
    }
    let mut measured = u64::MAX;
    for (round, step) in STEPS.into_iter().enumerate() {
        // A reader of strangers' files may stumble; see `opening`.
        let written = catch_unwind(AssertUnwindSafe(|| write(&prepared, step, round > 0)));
        let bytes = written.ok().flatten().ok_or(MergeFault::Unwritable)?;
        if bytes.len() as u64 <= limit_bytes {
            return Ok(bytes);
        }
        measured = measured.min(bytes.len() as u64);
    }
    Err(MergeFault::TooHeavy { measured, allowed: limit_bytes })
}

/// A copy of one paper that is safe to serve: a PDF written anew without trailing data, or a
/// picture encoded anew.
pub fn clean(bytes: &[u8]) -> Result<Vec<u8>, PaperFault> {
    match paper::recognise(bytes) {
        Some(PaperFormat::Pdf) => {
            let part = Part { kind: PaperFormat::Pdf, bytes, title: "" };
            merge(&[part], u64::MAX).map_err(|fault| match fault {
                MergeFault::Part { fault, .. } => fault,
                _ => PaperFault::Damaged,
            })
        }
        Some(_) => photos::clean(bytes).map(|copy| copy.bytes).map_err(|trouble| picture_fault(&trouble)),
        None => Err(PaperFault::Format { measured: None, allowed: vec![PaperFormat::Pdf] }),
    }
}

fn prepare<'a>(part: &Part<'a>) -> Result<Prepared<'a>, PaperFault> {
    let seen = paper::recognise(part.bytes);
    if part.bytes.is_empty() {
        return Err(PaperFault::Empty);
    }
    if seen != Some(part.kind) {
        return Err(PaperFault::Format { measured: seen, allowed: vec![part.kind] });
    }
    if part.kind != PaperFormat::Pdf {
        let picture = photos::decode_rgb(part.bytes).map_err(|trouble| picture_fault(&trouble))?;
        let picture = encoded(picture, STEPS[0]).ok_or(PaperFault::Damaged)?;
        return Ok(Prepared::Picture { picture, title: part.title });
    }
    let document = opening::open(part.bytes)?;
    let found = active::find(&document);
    if !found.is_empty() {
        return Err(PaperFault::ActiveContent { measured: found });
    }
    let pages = opening::pages(&document)?;
    Ok(Prepared::Pages { document: Box::new(document), pages, title: part.title })
}

fn write(prepared: &[Prepared<'_>], step: Step, shrink: bool) -> Option<Vec<u8>> {
    let mut target = Document::with_version("1.7");
    let tree = target.new_object_id();
    let mut kids: Vec<ObjectId> = Vec::new();
    let mut contents: Vec<(&str, ObjectId)> = Vec::new();
    for part in prepared {
        let first = kids.len();
        let title = match part {
            Prepared::Pages { document, pages, title } => {
                let mut copier = Copier::new(document, &mut target, pages);
                for page in pages {
                    kids.push(copier.page(*page, tree)?);
                }
                title
            }
            Prepared::Picture { picture, title } => {
                let lighter = if shrink { smaller(&picture.jpeg, step) } else { None };
                kids.push(picture_page(&mut target, lighter.as_ref().unwrap_or(picture), tree));
                title
            }
        };
        if let Some(page) = kids.get(first).filter(|_| !title.is_empty()) {
            contents.push((title, *page));
        }
    }
    if shrink {
        shrink_pictures(&mut target, step);
    }
    let mut pages = Dictionary::new();
    pages.set("Type", name("Pages"));
    pages.set("Count", kids.len() as i64);
    pages.set("Kids", Object::Array(kids.into_iter().map(Object::Reference).collect()));
    target.objects.insert(tree, Object::Dictionary(pages));
    let mut catalog = Dictionary::new();
    catalog.set("Type", name("Catalog"));
    catalog.set("Pages", Object::Reference(tree));
    if let Some(outline) = outline(&mut target, &contents) {
        catalog.set("Outlines", Object::Reference(outline));
    }
    let root = target.add_object(catalog);
    target.trailer.set("Root", Object::Reference(root));
    let mut bytes = Vec::new();
    target.save_to(&mut bytes).ok()?;
    Some(bytes)
}

/// An A4 page with the picture as large as the margins allow; broad pictures get a broad page.
fn picture_page(target: &mut Document, picture: &Encoded, tree: ObjectId) -> ObjectId {
    let Encoded { jpeg, width, height } = picture.clone();
    let mut image = Dictionary::new();
    image.set("Type", name("XObject"));
    image.set("Subtype", name("Image"));
    image.set("Width", i64::from(width));
    image.set("Height", i64::from(height));
    image.set("ColorSpace", name("DeviceRGB"));
    image.set("BitsPerComponent", 8_i64);
    image.set("Filter", name("DCTDecode"));
    let image = target.add_object(Stream::new(image, jpeg).with_compression(false));

    let (page_width, page_height) = if width > height { (A4.1, A4.0) } else { A4 };
    let scale = ((page_width - 2.0 * MARGIN) / width as f32).min((page_height - 2.0 * MARGIN) / height as f32);
    let (shown_width, shown_height) = (width as f32 * scale, height as f32 * scale);
    let (left, bottom) = ((page_width - shown_width) / 2.0, (page_height - shown_height) / 2.0);
    let drawing = format!("q {shown_width:.2} 0 0 {shown_height:.2} {left:.2} {bottom:.2} cm /Picture Do Q\n");
    let drawing = target.add_object(Stream::new(Dictionary::new(), drawing.into_bytes()));

    let mut pictures = Dictionary::new();
    pictures.set("Picture", Object::Reference(image));
    let mut resources = Dictionary::new();
    resources.set("XObject", Object::Dictionary(pictures));
    let mut page = Dictionary::new();
    page.set("Type", name("Page"));
    page.set("Parent", Object::Reference(tree));
    page.set("MediaBox", marks::numbers(&[0.0, 0.0, page_width, page_height]));
    page.set("Resources", Object::Dictionary(resources));
    page.set("Contents", Object::Reference(drawing));
    target.add_object(page)
}

/// The table of contents, one line per titled paper.
fn outline(target: &mut Document, contents: &[(&str, ObjectId)]) -> Option<ObjectId> {
    let root = target.new_object_id();
    let lines: Vec<ObjectId> = contents.iter().map(|_| target.new_object_id()).collect();
    let (first, last) = (*lines.first()?, *lines.last()?);
    for (index, ((title, page), line)) in contents.iter().zip(&lines).enumerate() {
        let mut entry = Dictionary::new();
        entry.set("Title", text_string(title));
        entry.set("Parent", Object::Reference(root));
        entry.set("Dest", Object::Array(vec![Object::Reference(*page), name("Fit")]));
        if let Some(before) = index.checked_sub(1).and_then(|before| lines.get(before)) {
            entry.set("Prev", Object::Reference(*before));
        }
        if let Some(after) = lines.get(index + 1) {
            entry.set("Next", Object::Reference(*after));
        }
        target.objects.insert(*line, Object::Dictionary(entry));
    }
    let mut head = Dictionary::new();
    head.set("Type", name("Outlines"));
    head.set("First", Object::Reference(first));
    head.set("Last", Object::Reference(last));
    head.set("Count", lines.len() as i64);
    target.objects.insert(root, Object::Dictionary(head));
    Some(root)
}

fn name(text: &str) -> Object {
    Object::Name(text.as_bytes().to_vec())
}
