//! A zip of photos from a stranger: nothing is unpacked to disk, one entry is in memory at a time, and paths that lead out,
//! links, bombs and overlapping entries are named and left out.

use encoding_rs::GB18030;
use std::io::{Read, Seek, SeekFrom};

/// Most entries of an archive.
pub const ENTRIES_MAX: u64 = 20_000;
/// Most bytes that the table of contents may have.
const CONTENTS_MAX: u64 = 16 * 1024 * 1024;

/// Why an archive cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveRefusal {
    /// No zip, or damaged beyond its table of contents.
    #[error("not a readable zip: {0}")]
    NotAnArchive(String),
    /// More entries than anybody has photos.
    #[error("{entries} entries, allowed are {limit}")]
    TooManyEntries {
        /// Entries found.
        entries: u64,
        /// Entries allowed.
        limit: u64,
    },
    /// Entries share the same bytes.
    #[error("entries overlap")]
    Overlapping,
    /// Locked with a password.
    #[error("locked with a password")]
    Locked,
}

/// An entry that is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadEntry {
    /// Its name, made fit to show.
    pub name: String,
    /// Why.
    pub why: BadEntryKind,
}

/// Why an entry is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BadEntryKind {
    /// Its path leads out of the archive.
    Escapes,
    /// It is a link.
    Link,
    /// It cannot be unpacked.
    Broken,
}

/// A file of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name without folders.
    pub name: String,
    /// What it unpacks to, up to one byte more than asked for.
    pub bytes: Vec<u8>,
}

/// An opened archive.
pub struct Archive<R> {
    zip: zip::ZipArchive<R>,
    files: Vec<(usize, String)>,
    bad: Vec<BadEntry>,
}

impl<R: Read + Seek> Archive<R> {
    /// Opens an archive and looks through its table of contents.
    pub fn open(mut from: R) -> Result<Archive<R>, ArchiveRefusal> {
        let entries = count_entries(&mut from)?;
        if entries > ENTRIES_MAX {
            return Err(ArchiveRefusal::TooManyEntries { entries, limit: ENTRIES_MAX });
        }
        let mut zip = zip::ZipArchive::new(from).map_err(|why| ArchiveRefusal::NotAnArchive(why.to_string()))?;
        let mut files = Vec::new();
        let mut bad = Vec::new();
        let mut spans: Vec<(u64, u64)> = Vec::new();
        for place in 0..zip.len() {
            let entry = zip.by_index_raw(place).map_err(|why| ArchiveRefusal::NotAnArchive(why.to_string()))?;
            if entry.encrypted() {
                return Err(ArchiveRefusal::Locked);
            }
            spans.push((entry.header_start(), entry.header_start().saturating_add(entry.compressed_size())));
            let path = decode(entry.name_raw());
            if path.ends_with(['/', '\\']) || is_litter(&path) {
                continue;
            }
            if leads_out(&path) {
                bad.push(BadEntry { name: fit_to_show(&path), why: BadEntryKind::Escapes });
            } else if entry.is_symlink() {
                bad.push(BadEntry { name: fit_to_show(&path), why: BadEntryKind::Link });
            } else {
                files.push((place, base_name(&path).to_owned()));
            }
        }
        spans.sort_unstable();
        if spans.windows(2).any(|pair| pair[0].1 > pair[1].0) {
            return Err(ArchiveRefusal::Overlapping);
        }
        Ok(Archive { zip, files, bad })
    }

    /// How many files it has.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether it has no files.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Names of its files without folders, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|(_, name)| name.as_str())
    }

    /// What was left out so far.
    pub fn bad(&self) -> &[BadEntry] {
        &self.bad
    }

    /// Unpacks the file at `place`, at most `limit` + 1 bytes of it; none when it cannot be unpacked.
    pub fn file(&mut self, place: usize, limit: u64) -> Option<Entry> {
        let (at, name) = self.files.get(place).cloned()?;
        let mut bytes = Vec::new();
        let read = self.zip.by_index(at).ok().map(|entry| entry.take(limit + 1).read_to_end(&mut bytes));
        match read {
            Some(Ok(_)) => Some(Entry { name, bytes }),
            _ => {
                self.bad.push(BadEntry { name: fit_to_show(&name), why: BadEntryKind::Broken });
                None
            }
        }
    }
}

/// The number of entries, by the archive's last record, before anything is allocated for them.
fn count_entries<R: Read + Seek>(from: &mut R) -> Result<u64, ArchiveRefusal> {
    const RECORD: usize = 22;
    let broken = |why: std::io::Error| ArchiveRefusal::NotAnArchive(why.to_string());
    let none = || ArchiveRefusal::NotAnArchive("no table of contents".to_owned());
    let length = from.seek(SeekFrom::End(0)).map_err(broken)?;
    let tail = length.min(65_535 + RECORD as u64);
    from.seek(SeekFrom::Start(length - tail)).map_err(broken)?;
    let mut end = Vec::new();
    from.take(tail).read_to_end(&mut end).map_err(broken)?;
    let at = end.windows(4).rposition(|four| four == b"PK\x05\x06").ok_or_else(none)?;
    let record = end.get(at..at + RECORD).ok_or_else(none)?;
    from.seek(SeekFrom::Start(0)).map_err(broken)?;
    let short = |place: usize| u64::from(u16::from_le_bytes([record[place], record[place + 1]]));
    let contents = u64::from(u32::from_le_bytes([record[12], record[13], record[14], record[15]]));
    // 0xffff sends the reader to the record of big archives: nobody has that many photos.
    if contents > CONTENTS_MAX {
        return Err(ArchiveRefusal::TooManyEntries { entries: short(10), limit: ENTRIES_MAX });
    }
    Ok(short(10))
}

/// Names are UTF-8 or, from Chinese Windows, GBK without a mark.
fn decode(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(text) => text.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(raw).0.into_owned(),
    }
}

/// What systems leave in archives.
fn is_litter(path: &str) -> bool {
    let base = base_name(path);
    path.split(['/', '\\']).any(|part| part == "__MACOSX")
        || base.starts_with("._")
        || matches!(base, "Thumbs.db" | ".DS_Store" | "desktop.ini")
}

fn leads_out(path: &str) -> bool {
    path.starts_with(['/', '\\'])
        || path.contains('\\')
        || path.contains('\0')
        || path.as_bytes().get(1) == Some(&b':')
        || path.split('/').any(|part| part == "..")
}

fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// A stranger's name for a file, without what could disturb a page.
pub fn fit_to_show(name: &str) -> String {
    name.chars().map(|ch| if ch.is_control() { '\u{fffd}' } else { ch }).take(120).collect()
}
