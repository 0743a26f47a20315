//! Opening a PDF within limits, and its pages.

use domain::paper::PaperFault;
use lopdf::{DecompressError, Dictionary, Document, Error, LoadOptions, Object, ObjectId};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Most pages read of one PDF. Evidence has a handful.
pub const MOST_PAGES: usize = 1000;

/// Most bytes the page contents of one PDF may unfold to, together.
pub const UNFOLDED_BYTES: usize = 256 * 1024 * 1024;

/// Most bytes all object streams of one PDF may unfold to. They are unfolded while a file is
/// opened, and every byte may become an object many times its size.
const OBJECT_STREAM_BYTES: usize = 32 * 1024 * 1024;
/// The least any one of them may unfold to; usual ones hold 100 objects in 20 KB.
const LEAST_PER_STREAM: usize = 128 * 1024;
/// The most any one of them may unfold to.
const MOST_PER_STREAM: usize = 8 * 1024 * 1024;

/// Opens a PDF. Encrypted files are refused, also those that open without a password: what is
/// kept must stay readable for the office for years.
pub(super) fn open(bytes: &[u8]) -> Result<Document, PaperFault> {
    if rfind(bytes, b"%%EOF").is_none() {
        return Err(PaperFault::Damaged);
    }
    let per_stream = (OBJECT_STREAM_BYTES / object_streams(bytes).max(1)).clamp(LEAST_PER_STREAM, MOST_PER_STREAM);
    let options = LoadOptions::with_max_decompressed_size(per_stream);
    let loaded = catch_unwind(AssertUnwindSafe(|| Document::load_mem_with_options(bytes, options)));
    match loaded {
        Ok(Ok(document)) if is_encrypted(&document) => Err(PaperFault::Encrypted),
        Ok(Ok(document)) => Ok(document),
        Ok(Err(Error::Decompress(DecompressError::MemoryLimitExceeded { limit }))) => {
            let limit = limit as u64;
            Err(PaperFault::Bomb { measured: limit.saturating_add(1), allowed: limit })
        }
        Ok(Err(Error::Decryption(_) | Error::InvalidPassword | Error::UnsupportedSecurityHandler(_))) => {
            Err(PaperFault::Encrypted)
        }
        // A panic of the reader on a stranger's file costs that file, not the server.
        Ok(Err(_)) | Err(_) => Err(PaperFault::Damaged),
    }
}

fn is_encrypted(document: &Document) -> bool {
    document.trailer.has(b"Encrypt") || document.was_encrypted()
}

/// The pages in order. Every page must be there with its content, so that nobody reviews a
/// blank sheet that was not blank.
pub(super) fn pages(document: &Document) -> Result<Vec<ObjectId>, PaperFault> {
    let root = document.catalog().map_err(|_| PaperFault::Damaged)?;
    root.get_deref(b"Pages", document).and_then(Object::as_dict).map_err(|_| PaperFault::Damaged)?;
    let pages: Vec<ObjectId> = document.page_iter().take(MOST_PAGES + 1).collect();
    if pages.is_empty() {
        return Err(PaperFault::NoPages);
    }
    if pages.len() > MOST_PAGES {
        return Err(PaperFault::PagesMax { measured: pages.len() as u32, allowed: MOST_PAGES as u32 });
    }
    let mut budget = UNFOLDED_BYTES;
    for page in &pages {
        let page = document.get_dictionary(*page).map_err(|_| PaperFault::Damaged)?;
        check_contents(document, page, &mut budget)?;
    }
    Ok(pages)
}

fn check_contents(document: &Document, page: &Dictionary, budget: &mut usize) -> Result<(), PaperFault> {
    let contents = match page.get(b"Contents") {
        Ok(contents) => document.dereference(contents).map_err(|_| PaperFault::Damaged)?.1,
        Err(_) => return Ok(()),
    };
    let streams = match contents {
        Object::Array(parts) => parts.iter().collect(),
        Object::Null => return Ok(()),
        one => vec![one],
    };
    for stream in streams {
        let (_, stream) = document.dereference(stream).map_err(|_| PaperFault::Damaged)?;
        let stream = stream.as_stream().map_err(|_| PaperFault::Damaged)?;
        match stream.get_plain_content_with_limit(*budget) {
            Ok(unfolded) if unfolded.is_empty() && !stream.content.trim_ascii().is_empty() => {
                return Err(PaperFault::Damaged);
            }
            Ok(unfolded) => *budget -= unfolded.len().min(*budget),
            Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => {
                let allowed = UNFOLDED_BYTES as u64;
                return Err(PaperFault::Bomb { measured: allowed + 1, allowed });
            }
            Err(_) => return Err(PaperFault::Damaged),
        }
    }
    Ok(())
}

/// Whether more than white space follows the end the file's own trailer names.
pub(super) fn has_trailing_data(bytes: &[u8]) -> bool {
    let end = match rfind(bytes, b"startxref").and_then(|at| end_after(bytes, at + b"startxref".len())) {
        Some(end) => end,
        None => rfind(bytes, b"%%EOF").map_or(0, |at| at + b"%%EOF".len()),
    };
    bytes[end..].iter().any(|byte| !byte.is_ascii_whitespace() && *byte != 0)
}

/// The place after `123 %%EOF`.
fn end_after(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let number = rest.iter().position(|byte| !byte.is_ascii_whitespace() && !byte.is_ascii_digit())?;
    rest.get(number..)?.starts_with(b"%%EOF").then(|| from + number + b"%%EOF".len())
}

/// How many streams of the file could be object streams. Names can be written in more than one
/// way (`/Obj#53tm`), so a dictionary with an escape counts too.
fn object_streams(bytes: &[u8]) -> usize {
    const LOOK_BACK: usize = 1024;
    let mut count = 0;
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| find(rest, b"stream")) {
        let start = at + found;
        at = start + b"stream".len();
        let before = &bytes[start.saturating_sub(LOOK_BACK)..start];
        if before.ends_with(b"end") {
            continue;
        }
        let dictionary = rfind(before, b" obj").map(|obj| &before[obj..]);
        let suspicious = |part: &[u8]| part.contains(&b'#') || find(part, b"ObjStm").is_some();
        count += usize::from(dictionary.is_none_or(suspicious));
    }
    count
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    let first = *word.first()?;
    let mut at = 0;
    while let Some(found) = bytes.get(at..)?.iter().position(|byte| *byte == first) {
        at += found;
        if bytes[at..].starts_with(word) {
            return Some(at);
        }
        at += 1;
    }
    None
}

fn rfind(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).rposition(|window| window == word)
}
