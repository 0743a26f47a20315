//! The quick look at papers before they are uploaded.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use domain::paper::{HEAD_BYTES, PaperFormat, PaperSpec, TAIL_BYTES, inspect_head};
use serde_json::Value;
use std::path::PathBuf;

const M: u64 = 1024 * 1024;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../server/testkit/fixtures/documents")
}

fn glance_codes(bytes: &[u8], total: u64, name: &str, spec: &PaperSpec) -> Vec<&'static str> {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    let tail = &bytes[bytes.len().saturating_sub(TAIL_BYTES)..];
    inspect_head(head, tail, total, Some(name), spec).faults.iter().map(|fault| fault.code()).collect()
}

#[test]
fn the_quick_look_finds_what_shows_from_outside() {
    let s3 = PaperSpec { formats: vec![PaperFormat::Pdf], bytes_less_than: Some(20 * M), ..PaperSpec::default() };
    let s2 = PaperSpec {
        formats: vec![PaperFormat::Jpeg, PaperFormat::Png],
        max_bytes: Some(2 * M),
        ..PaperSpec::default()
    };
    let expected: Value = serde_json::from_slice(&std::fs::read(folder().join("expected.json")).unwrap()).unwrap();
    for row in expected["documents"].as_array().unwrap() {
        let name = row["file"].as_str().unwrap();
        let bytes = std::fs::read(folder().join(name)).unwrap();
        let found = glance_codes(&bytes, bytes.len() as u64, name, &s3);
        let wanted: Vec<&str> = row["faults"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .filter(|code| ["empty", "format", "encrypted", "bytes_max"].contains(code))
            .collect();
        assert_eq!(found, wanted, "{name}");
        let wanted = match name {
            "zero.pdf" => vec!["empty"],
            "png_renamed.pdf" => vec![],
            _ => vec!["format"],
        };
        assert_eq!(glance_codes(&bytes, bytes.len() as u64, name, &s2), wanted, "{name} under S2");
    }
}

#[test]
fn the_weight_is_known_before_the_file_is_read() {
    let s3 = PaperSpec { formats: vec![PaperFormat::Pdf], bytes_less_than: Some(20 * M), ..PaperSpec::default() };
    assert!(glance_codes(b"%PDF-1.4\n", 20 * M - 1, "a.pdf", &s3).is_empty());
    assert_eq!(glance_codes(b"%PDF-1.4\n", 20 * M, "a.pdf", &s3), ["bytes_max"]);
    let s2 = PaperSpec { max_bytes: Some(2 * M), ..PaperSpec::default() };
    assert!(glance_codes(b"\x89PNG\r\n\x1a\n", 2 * M, "a.png", &s2).is_empty());
    assert_eq!(glance_codes(b"\x89PNG\r\n\x1a\n", 2 * M + 1, "a.png", &s2), ["bytes_max"]);
}

#[test]
fn a_profile_reads_from_toml() {
    let spec: PaperSpec = toml::from_str("formats = [\"pdf\", \"jpg\"]\nbytes_less_than = 20971520").unwrap();
    assert_eq!((spec.formats.len(), spec.most_bytes()), (2, Some(20 * M - 1)));
    assert!(toml::from_str::<PaperSpec>("max_byte = 1").is_err());
}
