//! Archives and workbooks that were made to hurt: refused before anything is unpacked, and by name.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use rosters::archive::ENTRIES_MAX;
use rosters::zipping::Zipping;
use rosters::{Archive, ArchiveRefusal, SheetRefusal, read, writing};
use std::io::Cursor;

/// An archive of photos, as bytes.
fn zip(names: &[&str]) -> Vec<u8> {
    let mut zip = Zipping::new(Cursor::new(Vec::new()));
    for name in names {
        zip.add(name, b"a picture").unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn opened(bytes: Vec<u8>) -> ArchiveRefusal {
    match Archive::open(Cursor::new(bytes)) {
        Err(refusal) => refusal,
        Ok(archive) => panic!("opened with {} files", archive.len()),
    }
}

fn places_of(bytes: &[u8], mark: &[u8; 4]) -> Vec<usize> {
    bytes.windows(4).enumerate().filter(|(_, four)| four == mark).map(|(at, _)| at).collect()
}

#[test]
fn more_entries_than_anybody_has_photos_are_refused_unread() {
    let mut bytes = zip(&["一.jpg"]);
    let end = places_of(&bytes, b"PK\x05\x06")[0];
    for at in [8, 10] {
        bytes[end + at..end + at + 2].copy_from_slice(&60_000_u16.to_le_bytes());
    }
    assert_eq!(opened(bytes), ArchiveRefusal::TooManyEntries { entries: 60_000, limit: ENTRIES_MAX });
    // A million stands in a record of its own; the short one says 65,535, or lies about the size of the table.
    let mut bytes = zip(&["一.jpg"]);
    bytes[end + 10..end + 12].copy_from_slice(&u16::MAX.to_le_bytes());
    assert!(matches!(opened(bytes), ArchiveRefusal::TooManyEntries { entries: 65_535, .. }));
    let mut bytes = zip(&["一.jpg"]);
    bytes[end + 12..end + 16].copy_from_slice(&(64_u32 * 1024 * 1024).to_le_bytes());
    assert!(matches!(opened(bytes), ArchiveRefusal::TooManyEntries { .. }));
}

#[test]
fn entries_that_share_their_bytes_are_refused() {
    let mut bytes = zip(&["一.jpg", "二.jpg"]);
    let table = places_of(&bytes, b"PK\x01\x02");
    let first: [u8; 4] = bytes[table[0] + 42..table[0] + 46].try_into().unwrap();
    bytes[table[1] + 42..table[1] + 46].copy_from_slice(&first);
    assert_eq!(opened(bytes), ArchiveRefusal::Overlapping);
}

#[test]
fn a_locked_archive_is_called_locked() {
    let mut bytes = zip(&["一.jpg"]);
    for (mark, at) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let place = places_of(&bytes, mark)[0] + at;
        bytes[place] |= 1;
    }
    assert_eq!(opened(bytes), ArchiveRefusal::Locked);
}

#[test]
fn a_torn_archive_is_no_archive() {
    let whole = zip(&["一.jpg", "二.jpg"]);
    for length in [0, 10, whole.len() / 2, whole.len() - 10] {
        assert!(matches!(opened(whole[..length].to_vec()), ArchiveRefusal::NotAnArchive(_)), "{length} bytes");
    }
}

#[test]
fn one_text_that_a_million_cells_point_at_is_no_sheet() {
    let headings = ["姓名", "地址"].map(str::to_owned);
    let long = "长".repeat(10_000);
    let rows: Vec<Vec<String>> = (0..2_500).map(|at| vec![format!("张{at}"), long.clone()]).collect();
    let bytes = writing::table("表", &Vec::new(), &headings, &rows).unwrap();
    assert!(bytes.len() < 1024 * 1024, "it is small: {} bytes", bytes.len());
    assert!(matches!(read(&bytes), Err(SheetRefusal::Bomb { .. })));
    let few = writing::table("表", &Vec::new(), &headings, &rows[..100]).unwrap();
    assert_eq!(read(&few).unwrap()[0].rows.len(), 102);
}

#[test]
fn nothing_in_a_csv_is_computed_by_whoever_opens_it() {
    for said in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM(A1)"] {
        let written = writing::csv(&["话".to_owned()], &[vec![said.to_owned()]]).unwrap();
        let text = String::from_utf8(written).unwrap();
        let cell = text.split_once("\r\n").unwrap().1.trim_start_matches('"');
        assert!(cell.starts_with(&format!("'{said}")), "{text:?}");
    }
    let plain = writing::csv(&["话".to_owned()], &[vec!["李强=1".to_owned()]]).unwrap();
    assert!(String::from_utf8(plain).unwrap().ends_with("\r\n李强=1\r\n"));
}
