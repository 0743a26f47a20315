//! Photos to people: matched by the number in the file's name, checked by the plan's limits, one in memory at a time.

use crate::archive::{Archive, Entry};
use domain::photo::{PhotoFault, PhotoSpec, inspect};
use domain::roster::photo_name::{self, same_name};
use domain::roster::{Column, FaultKind, Judged, RosterFault};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek};

/// Most bytes of a photo where the plan sets no limit.
const PHOTO_MAX: u64 = 20 * 1024 * 1024;

/// How files are called that cameras, phones and scanners make of pictures.
const PICTURES: [&str; 14] =
    ["jpg", "jpeg", "jpe", "jfif", "png", "bmp", "gif", "tif", "tiff", "webp", "heic", "heif", "avif", "jp2"];

/// The table of contents that every sheet and text of an office program has, and no archive of photos.
const OFFICE_CONTENTS: &str = "[Content_Types].xml";

/// Whether a file may be meant as somebody's photo: it is a picture, or is called one. A torn picture is told at its person;
/// a text between photos is nobody's.
pub fn may_be_photo(name: &str, bytes: &[u8]) -> bool {
    let called = name.rsplit_once('.').is_some_and(|(_, end)| PICTURES.contains(&end.to_ascii_lowercase().as_str()));
    called || inspect(bytes, None, &PhotoSpec::default()).facts.is_some()
}

/// Whether an archive is a sheet or a text, which are packed the same way.
pub fn is_document<R: Read + Seek>(archive: &Archive<R>) -> bool {
    archive.names().any(|name| name == OFFICE_CONTENTS)
}

/// How photos and rows came together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Joined {
    /// Faults by row; rows with a good photo are not here.
    pub faults: BTreeMap<u32, Vec<RosterFault>>,
    /// Rows and the file that was taken for them, good or not.
    pub files: BTreeMap<u32, String>,
    /// Files that belong to nobody of the sheet.
    pub unmatched: Vec<String>,
}

impl Joined {
    /// Rows whose photo is there and good.
    pub fn ready(&self) -> impl Iterator<Item = u32> {
        self.files.keys().copied().filter(|row| !self.faults.contains_key(row))
    }
}

/// Joins the photos of an archive to judged rows. `keep` gets every photo that is good; its error ends the joining.
pub fn join<R: Read + Seek, E>(
    archive: &mut Archive<R>,
    rows: &[Judged],
    spec: &PhotoSpec,
    mut keep: impl FnMut(&Judged, Entry) -> Result<(), E>,
) -> Result<Joined, E> {
    let by_number: BTreeMap<&str, &Judged> = rows
        .iter()
        .rev()
        .filter(|row| !row.person.id_no.is_empty())
        .map(|row| (row.person.id_no.as_str(), row))
        .collect();
    let limit = spec.most_bytes().map_or(PHOTO_MAX, u64::from);
    let mut joined = Joined::default();
    let mut got = BTreeSet::new();
    for place in 0..archive.len() {
        let Some(entry) = archive.file(place, limit) else { continue };
        let named = photo_name::read(&entry.name);
        let Some(row) = named.id_no.as_deref().and_then(|number| by_number.get(number)) else {
            joined.unmatched.push(entry.name);
            continue;
        };
        let mut kinds = Vec::new();
        if !same_name(&named.name, &row.person.name) {
            kinds.push(FaultKind::PhotoNameMismatch { file_says: named.name });
        }
        if !got.insert(row.row) {
            kinds.push(FaultKind::PhotoDuplicate);
        }
        let measured = entry.bytes.len() as u64;
        if measured > limit {
            // What lies behind the limit was not unpacked, so nothing else can be said about it.
            kinds.push(FaultKind::Photo(PhotoFault::BytesMax { measured, at_most: limit }));
        } else {
            kinds.extend(inspect(&entry.bytes, Some(&entry.name), spec).faults.into_iter().map(FaultKind::Photo));
        }
        joined.files.entry(row.row).or_insert_with(|| entry.name.clone());
        if kinds.is_empty() {
            keep(row, entry)?;
        } else {
            let found = |kind| RosterFault { column: Column::IdNo, kind, found: entry.name.clone() };
            joined.faults.entry(row.row).or_default().extend(kinds.into_iter().map(found));
        }
    }
    for row in rows.iter().filter(|row| !got.contains(&row.row)) {
        let fault = RosterFault { column: Column::IdNo, kind: FaultKind::PhotoMissing, found: String::new() };
        joined.faults.entry(row.row).or_default().push(fault);
    }
    Ok(joined)
}
