//! Every fixture photo under every profile, judged by its header alone.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use domain::photo::{Inspection, PhotoSpec, Verdict, fixable, inspect};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../server/testkit/fixtures/photos")
}

fn expected() -> Value {
    serde_json::from_slice(&std::fs::read(folder().join("expected.json")).unwrap()).unwrap()
}

fn profile(expected: &Value, name: &str) -> PhotoSpec {
    serde_json::from_value(expected["profiles"][name].clone()).unwrap()
}

fn codes(list: &Value) -> BTreeSet<&str> {
    list.as_array().unwrap().iter().map(|item| item["code"].as_str().or(item.as_str()).unwrap()).collect()
}

fn each_photo(mut check: impl FnMut(&Value, &[u8])) {
    let expected = expected();
    let rows = expected["photos"].as_array().unwrap();
    assert!(rows.len() >= 45);
    for row in rows {
        let bytes = std::fs::read(folder().join(row["file"].as_str().unwrap())).unwrap();
        check(row, &bytes);
    }
}

#[test]
fn every_photo_under_every_profile_has_its_faults_and_no_others() {
    let expected = expected();
    let mut judged = 0;
    each_photo(|row, bytes| {
        let file = row["file"].as_str().unwrap();
        for name in ["S0", "S1", "S2", "S3", "S4"] {
            let spec = profile(&expected, name);
            let found = inspect(bytes, Some(file), &spec);
            let wanted = &row["profiles"][name];
            let faults: BTreeSet<&str> = found.faults.iter().map(|fault| fault.code()).collect();
            assert_eq!(faults, codes(&wanted["faults"]), "{file} under {name}: {found:?}");
            assert_eq!(faults.len(), found.faults.len(), "{file} under {name} repeats a fault");
            assert_eq!(found.verdict == Verdict::Fail, wanted["verdict"] == "fail", "{file} under {name}");
            judged += 1;
        }
    });
    assert_eq!(judged, 45 * 5);
}

#[test]
fn every_photo_has_its_facts_and_warnings() {
    let spec = profile(&expected(), "S0");
    each_photo(|row, bytes| {
        let file = row["file"].as_str().unwrap();
        let found = inspect(bytes, Some(file), &spec);
        let warnings: BTreeSet<&str> = found.warnings.iter().map(|warning| warning.code()).collect();
        assert_eq!(warnings, codes(&row["warnings"]), "{file}");
        let Some(facts) = found.facts else {
            assert!(row["width"].is_null(), "{file} has a size");
            return;
        };
        assert_eq!(facts.format.name(), row["format"], "{file}");
        assert_eq!((facts.width, facts.height), (number(row, "width"), number(row, "height")), "{file}");
        assert_eq!(u64::from(number(row, "bytes")), facts.bytes, "{file}");
        if let Some(orientation) = row["exif_orientation"].as_u64() {
            assert_eq!(u64::from(facts.orientation), orientation, "{file}");
        }
    });
}

fn number(row: &Value, key: &str) -> u32 {
    row[key].as_u64().unwrap().try_into().unwrap()
}

#[test]
fn measured_and_required_values_are_those_of_the_fixtures() {
    let expected = expected();
    each_photo(|row, bytes| {
        for name in ["S1", "S2", "S3", "S4"] {
            let found = inspect(bytes, None, &profile(&expected, name));
            for fault in row["profiles"][name]["faults"].as_array().unwrap() {
                let Some(measured) = fault.get("measured") else {
                    continue;
                };
                let code = fault["code"].as_str().unwrap();
                let mine = found.faults.iter().find(|fault| fault.code() == code).unwrap();
                let named = serde_json::to_value(mine).unwrap();
                let mine = named.as_object().unwrap().values().next().unwrap();
                match code {
                    "pixels_exact" => {
                        assert_eq!(format!("{}x{}", mine["measured"][0], mine["measured"][1]), *measured);
                    }
                    "ratio_min" | "ratio_max" => {
                        let mine: f64 = mine["measured"].as_str().unwrap().parse().unwrap();
                        assert!((mine - measured.as_f64().unwrap()).abs() < 0.0006);
                    }
                    _ => assert_eq!(mine["measured"], *measured),
                }
            }
        }
    });
}

#[test]
fn what_cannot_be_repaired_by_its_header_is_said_to_be_so() {
    let expected = expected();
    each_photo(|row, bytes| {
        let file = row["file"].as_str().unwrap();
        // Backgrounds and empty pictures show in the pixels only.
        if file.starts_with("blue_background") || file.starts_with("blank_white") || file == "one_pixel.jpg" {
            return;
        }
        for name in ["S0", "S1", "S2", "S3", "S4"] {
            let spec = profile(&expected, name);
            let found = inspect(bytes, Some(file), &spec);
            let plan = fixable(&found, None, &spec);
            let wanted = row["profiles"][name]["fixable"] == true;
            assert_eq!(plan.is_some(), wanted, "{file} under {name}");
            if let Some(plan) = plan {
                assert!(spec.allows_size(plan.width, plan.height), "{file} under {name}: {plan:?}");
            }
        }
    });
}

/// Cuts and flips bytes; whatever comes out, the reader answers.
#[test]
fn no_broken_file_makes_the_reader_stumble() {
    let spec = PhotoSpec::default();
    for file in ["ok_295x413_q92.jpg", "s1_90x120.jpg", "webp.webp", "picture.gif", "alpha.png", "progressive.jpg"] {
        let bytes = std::fs::read(folder().join(file)).unwrap();
        let whole = inspect(&bytes, None, &spec);
        assert!(whole.facts.is_some());
        let head = bytes.len().min(2500);
        for length in (0..head).chain((head..bytes.len()).step_by(997)) {
            let cut: Inspection = inspect(&bytes[..length], None, &spec);
            // A GIF has no length to compare with; its decoder notices.
            if file != "picture.gif" {
                assert_eq!(cut.verdict, Verdict::Fail, "{file} cut at {length} passes");
            }
        }
        for at in 0..head {
            for value in [0x00, 0xff, bytes[at] ^ 0x55] {
                let mut bent = bytes[..head.max(3000).min(bytes.len())].to_vec();
                bent[at] = value;
                let found = inspect(&bent, None, &spec);
                assert!(found.verdict == Verdict::Fail || found.facts.is_some());
            }
        }
    }
}
