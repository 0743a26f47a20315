//! Every fixture document, files at the edge of the weight, traps, and merging.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use documents::papers::{MergeFault, Part, clean, inspect, merge};
use domain::paper::{ActiveContent, PaperFault, PaperFormat, PaperSpec, PaperWarning};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;

const M: u64 = 1024 * 1024;

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../testkit/fixtures").join(name)).unwrap()
}

fn s3() -> PaperSpec {
    PaperSpec { formats: vec![PaperFormat::Pdf], bytes_less_than: Some(20 * M), ..PaperSpec::default() }
}

fn s2() -> PaperSpec {
    let formats = vec![PaperFormat::Jpeg, PaperFormat::Png];
    PaperSpec { formats, max_bytes: Some(2 * M), ..PaperSpec::default() }
}

fn codes(faults: &[PaperFault]) -> Vec<&'static str> {
    faults.iter().map(PaperFault::code).collect()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn every_document_is_judged_as_expected() {
    let expected: Value = serde_json::from_slice(&fixture("documents/expected.json")).unwrap();
    let rows = expected["documents"].as_array().unwrap();
    assert_eq!(rows.len(), 14);
    for row in rows {
        let name = row["file"].as_str().unwrap();
        let bytes = fixture(&format!("documents/{name}"));
        let wanted: BTreeSet<&str> = row["faults"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let found: BTreeSet<&str> = match inspect(&bytes, &s3()) {
            Ok(facts) => {
                assert_ne!(row["S3_verdict"], "fail", "{name} is accepted");
                assert_eq!(row["pages"], facts.pages, "{name}");
                facts.warnings.iter().map(|warning| warning.code()).collect()
            }
            Err(faults) => {
                assert_ne!(row["S3_verdict"], "pass", "{name}: {faults:?}");
                codes(&faults).into_iter().collect()
            }
        };
        assert_eq!(found, wanted, "{name}");
        // S2 takes pictures only; what a file is shows in its content, not in its name.
        let under_s2 = inspect(&bytes, &s2());
        match name {
            "png_renamed.pdf" => assert!(under_s2.is_ok()),
            "zero.pdf" => assert_eq!(codes(&under_s2.unwrap_err()), ["empty"]),
            _ => assert_eq!(codes(&under_s2.unwrap_err()), ["format"], "{name}"),
        }
    }
}

/// A PDF of these objects, numbered from 1; the first is its catalog.
fn raw_pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", bytes.len());
        bytes.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        bytes.extend_from_slice(object);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let end = format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{}\n%%EOF\n", objects.len() + 1, bytes.len());
    [bytes, table.into_bytes(), end.into_bytes()].concat()
}

/// A one-page PDF with one more object that no page uses.
fn one_page_and(object: Vec<u8>) -> Vec<u8> {
    raw_pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>".to_vec(),
        b"<< /Length 24 >>\nstream\n0.9 g 60 60 475 722 re f\nendstream".to_vec(),
        object,
    ])
}

/// A one-page PDF of exactly `size` bytes; an unused stream makes up the weight.
fn pdf_of_size(size: usize) -> Vec<u8> {
    let mut fill = 0;
    loop {
        let head = format!("<< /Length {fill} >>\nstream\n").into_bytes();
        let bytes = one_page_and([head, vec![0x5a; fill], b"\nendstream".to_vec()].concat());
        if bytes.len() == size {
            return bytes;
        }
        fill = fill + size - bytes.len();
    }
}

#[test]
fn twenty_megabytes_is_a_strict_limit() {
    let limit = 20 * 1024 * 1024;
    assert_eq!(inspect(&pdf_of_size(limit - 1), &s3()).unwrap().pages, 1);
    for size in [limit, limit + 1] {
        let faults = inspect(&pdf_of_size(size), &s3()).unwrap_err();
        let (measured, allowed) = (size as u64, 20 * M - 1);
        assert_eq!(faults, [PaperFault::BytesMax { measured, allowed }]);
    }
}

#[test]
fn two_megabytes_are_allowed_for_pictures_and_one_byte_more_is_not() {
    let png = fixture("photos/alpha.png");
    let padded = |size: usize| {
        // A chunk nobody knows, right after the header; decoders check its sum and skip it.
        let body = [&b"zzZz"[..], &vec![0; size - png.len() - 12]].concat();
        let length = u32::try_from(body.len() - 4).unwrap().to_be_bytes();
        [&png[..33], &length, &body, &crc32(&body).to_be_bytes(), &png[33..]].concat()
    };
    let limit = 2 * 1024 * 1024;
    assert_eq!(inspect(&padded(limit), &s2()).unwrap().format, PaperFormat::Png);
    assert_eq!(codes(&inspect(&padded(limit + 1), &s2()).unwrap_err()), ["bytes_max"]);
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

#[test]
fn pictures_are_checked_down_to_their_pixels() {
    assert_eq!(inspect(&fixture("photos/ok_413x579_40k.jpg"), &s2()).unwrap().pages, 1);
    assert_eq!(codes(&inspect(&fixture("photos/truncated.jpg"), &s2()).unwrap_err()), ["damaged"]);
    assert_eq!(codes(&inspect(&fixture("photos/bomb_32000x32000.png"), &s2()).unwrap_err()), ["bomb"]);
    let warnings = inspect(&fixture("photos/polyglot_html.jpg"), &s2()).unwrap().warnings;
    assert_eq!(warnings, [PaperWarning::TrailingData]);
}

/// A document with one page; `change` may do what it likes to catalog and page.
fn document(change: impl FnOnce(&mut Document, &mut Dictionary, &mut Dictionary)) -> Document {
    let mut document = Document::with_version("1.7");
    let tree = document.new_object_id();
    let drawing = document.add_object(Stream::new(Dictionary::new(), b"0.5 g 60 60 475 722 re f".to_vec()));
    let mut page = dictionary! {
        "Type" => "Page", "Parent" => tree, "Contents" => drawing,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    };
    let mut catalog = dictionary! { "Type" => "Catalog", "Pages" => tree };
    change(&mut document, &mut catalog, &mut page);
    let page = document.add_object(page);
    let pages = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(tree, pages.into());
    let root = document.add_object(catalog);
    document.trailer.set("Root", root);
    document
}

fn saved(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn found_in(bytes: &[u8]) -> Vec<ActiveContent> {
    match inspect(bytes, &s3()).unwrap_err().remove(0) {
        PaperFault::ActiveContent { measured } => measured,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_script_hidden_in_an_object_stream_is_found() {
    let mut document = document(|document, catalog, _| {
        let script = document.add_object(dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("x()") });
        catalog.set("OpenAction", script);
    });
    let mut bytes = Vec::new();
    document.save_modern(&mut bytes).unwrap();
    assert!(contains(&bytes, b"/ObjStm") && !contains(&bytes, b"JavaScript"));
    assert_eq!(found_in(&bytes), [ActiveContent::JavaScript, ActiveContent::OpenAction]);
}

#[test]
fn each_kind_of_active_content_is_named() {
    let hidden =
        |change: fn(&mut Dictionary, &mut Dictionary)| saved(document(|_, catalog, page| change(catalog, page)));
    let script = hidden(|_, page| page.set("AA", dictionary! { "O" => dictionary! { "S" => "JavaScript" } }));
    assert_eq!(found_in(&script), [ActiveContent::JavaScript, ActiveContent::AdditionalActions]);
    let escaped =
        String::from_utf8_lossy(&hidden(|catalog, _| catalog.set("OpenAction", dictionary! { "S" => "Launch" })))
            .replace("/Launch", "/L#61unch");
    assert!(found_in(escaped.as_bytes()).contains(&ActiveContent::Launch));
    let film = hidden(|_, page| page.set("Annots", vec![dictionary! { "Subtype" => "RichMedia" }.into()]));
    assert_eq!(found_in(&film), [ActiveContent::RichMedia]);
    let form = hidden(|catalog, _| catalog.set("AcroForm", dictionary! { "XFA" => vec![Object::string_literal("a")] }));
    assert_eq!(found_in(&form), [ActiveContent::ActiveForm]);
}

#[test]
fn a_jump_to_a_page_a_link_and_a_font_called_js_are_harmless() {
    let bytes = saved(document(|_, catalog, page| {
        catalog.set("OpenAction", dictionary! { "S" => "GoTo", "D" => vec![0.into(), "Fit".into()] });
        let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier" };
        page.set(
            "Resources",
            dictionary! { "Font" => dictionary! { "JS" => font.clone(), "AA" => font.clone(), "EF" => font } },
        );
        let link = dictionary! { "S" => "URI", "URI" => Object::string_literal("https://example.com") };
        page.set("Annots", vec![dictionary! { "Subtype" => "Link", "A" => link }.into()]);
    }));
    assert_eq!(inspect(&bytes, &s3()).unwrap().pages, 1);
}

#[test]
fn content_that_unfolds_beyond_measure_is_refused() {
    // 300 MB of blanks, compressed twice.
    let mut bomb = Stream::new(Dictionary::new(), vec![b' '; 300 * 1024 * 1024]);
    bomb.compress().unwrap();
    let bytes = saved(document(|document, _, page| {
        let bomb = document.add_object(bomb);
        page.set("Contents", bomb);
    }));
    assert!(bytes.len() < 1024 * 1024);
    assert_eq!(codes(&inspect(&bytes, &s3()).unwrap_err()), ["bomb"]);
}

#[test]
fn an_object_stream_that_unfolds_beyond_measure_is_refused() {
    let mut objects = b"9000 0 [".to_vec();
    objects.resize(9 * 1024 * 1024, b'0');
    let mut stream = Stream::new(Dictionary::new(), objects);
    stream.compress().unwrap();
    // The name is written with an escape, which must not hide it.
    let head =
        format!("<< /Type /Obj#53tm /N 1 /First 7 /Filter /FlateDecode /Length {} >>\nstream\n", stream.content.len());
    let bytes = one_page_and([head.as_bytes(), &stream.content, b"\nendstream"].concat());
    assert!(bytes.len() < 100_000);
    assert_eq!(codes(&inspect(&bytes, &s3()).unwrap_err()), ["bomb"]);
}

#[test]
fn a_page_without_its_content_is_damaged() {
    let bytes = saved(document(|_, _, page| page.set("Contents", Object::Reference((999, 0)))));
    assert_eq!(codes(&inspect(&bytes, &s3()).unwrap_err()), ["damaged"]);
}

#[test]
fn more_pages_than_allowed_are_named() {
    let spec = PaperSpec { max_pages: Some(2), ..s3() };
    let faults = inspect(&fixture("documents/scan_3pages.pdf"), &spec).unwrap_err();
    assert_eq!(faults, [PaperFault::PagesMax { measured: 3, allowed: 2 }]);
}

/// Cuts and flips bytes; whatever comes out, there is an answer.
#[test]
fn no_broken_file_makes_the_check_stumble() {
    let bytes = fixture("documents/ordinary_1page.pdf");
    for length in (0..bytes.len()).step_by(211) {
        assert!(inspect(&bytes[..length], &s3()).is_err(), "cut at {length}");
    }
    let mut answers = 0;
    for at in (0..bytes.len()).step_by(53) {
        let mut bent = bytes.clone();
        bent[at] ^= 0x15;
        answers += usize::from(inspect(&bent, &s3()).is_ok());
        let _ = clean(&bent);
    }
    assert!(answers > 0);
}

fn pdf<'a>(bytes: &'a [u8], title: &'a str) -> Part<'a> {
    Part { kind: PaperFormat::Pdf, bytes, title }
}

#[test]
fn nothing_active_is_carried_over() {
    let one = fixture("documents/ordinary_1page.pdf");
    for name in ["javascript_openaction.pdf", "launch_action.pdf", "attachment.pdf"] {
        let bytes = fixture(&format!("documents/{name}"));
        match merge(&[pdf(&one, ""), pdf(&bytes, "")], 20 * M) {
            Err(MergeFault::Part { index: 1, fault: PaperFault::ActiveContent { .. } }) => {}
            other => panic!("{name}: {other:?}"),
        }
    }
    let copy = clean(&fixture("documents/pdf_then_html.pdf")).unwrap();
    assert!(!contains(&copy, b"<script") && inspect(&copy, &s3()).unwrap().warnings.is_empty());
    assert_eq!(merge(&[], 1), Err(MergeFault::Nothing));
}

#[test]
fn a_seal_on_a_certificate_is_still_there_after_merging() {
    let bytes = saved(document(|document, _, page| {
        let seal = dictionary! {
            "Type" => "XObject", "Subtype" => "Form",
            "BBox" => vec![0.into(), 0.into(), 10.into(), 10.into()],
        };
        let seal = document.add_object(Stream::new(seal, b"1 0 0 rg 0 0 10 10 re f %seal".to_vec()));
        let annotation = dictionary! {
            "Type" => "Annot", "Subtype" => "Stamp", "AP" => dictionary! { "N" => seal },
            "Rect" => vec![100.into(), 200.into(), 150.into(), 300.into()],
            "A" => dictionary! { "S" => "URI", "URI" => Object::string_literal("https://example.com") },
        };
        let annotation = document.add_object(annotation);
        page.set("Annots", vec![annotation.into()]);
    }));
    let merged = merge(&[pdf(&bytes, "")], 20 * M).unwrap();
    assert!(contains(&merged, b"%seal") && !contains(&merged, b"example.com") && !contains(&merged, b"/Annots"));
    let document = Document::load_mem(&merged).unwrap();
    let page = *document.get_pages().get(&1).unwrap();
    let drawing = String::from_utf8_lossy(&document.get_page_content(page)).into_owned();
    assert!(drawing.contains("5.00000 0.00000 0.00000 10.00000 100.00000 200.00000 cm"), "{drawing}");
}
