//! Merging papers into one PDF, in order and below a weight.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use documents::papers::{MergeFault, Part, inspect, merge};
use domain::paper::{PaperFormat, PaperSpec};
use lopdf::Document;
use std::path::PathBuf;

const M: u64 = 1024 * 1024;

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../testkit/fixtures").join(name)).unwrap()
}

fn s3() -> PaperSpec {
    PaperSpec { formats: vec![PaperFormat::Pdf], bytes_less_than: Some(20 * M), ..PaperSpec::default() }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn pdf<'a>(bytes: &'a [u8], title: &'a str) -> Part<'a> {
    Part { kind: PaperFormat::Pdf, bytes, title }
}

fn page_text_lengths(bytes: &[u8]) -> Vec<usize> {
    let document = Document::load_mem(bytes).unwrap();
    document.get_pages().values().map(|page| document.get_page_content(*page).len()).collect()
}

#[test]
fn one_page_and_three_pages_make_four_in_order() {
    let (one, three) = (fixture("documents/ordinary_1page.pdf"), fixture("documents/scan_3pages.pdf"));
    let merged = merge(&[pdf(&one, "在校生证明"), pdf(&three, "扫描件")], 20 * M - 1).unwrap();
    assert_eq!(inspect(&merged, &s3()).unwrap().pages, 4);
    let wanted = [page_text_lengths(&one), page_text_lengths(&three)].concat();
    assert_eq!(page_text_lengths(&merged), wanted);
    let other_way = merge(&[pdf(&three, ""), pdf(&one, "")], 20 * M - 1).unwrap();
    assert_eq!(page_text_lengths(&other_way), [&wanted[1..], &wanted[..1]].concat());
    // Pictures and fonts came along.
    for kind in [&b"/DCTDecode"[..], b"STSong"] {
        assert!(contains(&merged, kind));
    }
    // The merged file can be merged again.
    assert_eq!(inspect(&merge(&[pdf(&merged, "")], 20 * M).unwrap(), &s3()).unwrap().pages, 4);
}

#[test]
fn pictures_become_pages() {
    let photo = fixture("photos/phone_4000x3000_exif6.jpg");
    let png = fixture("photos/alpha.png");
    let parts = [
        Part { kind: PaperFormat::Jpeg, bytes: &photo, title: "身份证" },
        Part { kind: PaperFormat::Png, bytes: &png, title: "学历证书" },
    ];
    let merged = merge(&parts, 20 * M).unwrap();
    assert_eq!(inspect(&merged, &s3()).unwrap().pages, 2);
    assert!(!contains(&merged, b"Exif"));
    let smaller = merge(&parts, merged.len() as u64 / 2).unwrap();
    assert!(smaller.len() <= merged.len() / 2);
    assert_eq!(inspect(&smaller, &s3()).unwrap().pages, 2);
}

#[test]
fn pictures_inside_a_pdf_are_made_smaller_when_the_whole_is_too_heavy() {
    let scan = fixture("documents/scan_3pages.pdf");
    let limit = scan.len() as u64 * 9 / 10;
    let merged = merge(&[pdf(&scan, "")], limit).unwrap();
    assert!(merged.len() as u64 <= limit);
    assert_eq!(page_text_lengths(&merged), page_text_lengths(&scan));
    match merge(&[pdf(&scan, "")], 5000) {
        Err(MergeFault::TooHeavy { measured, allowed: 5000 }) => assert!(measured > 5000),
        other => panic!("{other:?}"),
    }
}
