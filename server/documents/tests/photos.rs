//! Every fixture photo, decoded, looked at, and rendered for every profile.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use documents::photos::{PhotoTrouble, clean, decode, rendition};
use domain::photo::{Crop, PhotoFault, PhotoSpec, Verdict, fixable, inspect, judge, look_at, review_points};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../testkit/fixtures/photos")
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

fn expected() -> Value {
    serde_json::from_slice(&file("expected.json")).unwrap()
}

fn profile(name: &str) -> PhotoSpec {
    serde_json::from_value(expected()["profiles"][name].clone()).unwrap()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

const PROFILES: [&str; 5] = ["S0", "S1", "S2", "S3", "S4"];

#[test]
fn every_photo_gets_its_verdict_review_points_and_repair() {
    let expected = expected();
    let specs = PROFILES.map(|name| (name, profile(name)));
    let mut judged = 0;
    for row in expected["photos"].as_array().unwrap() {
        let name = row["file"].as_str().unwrap();
        let bytes = file(name);
        let picture = decode(&bytes).ok();
        let looks = picture.as_ref().and_then(|p| look_at(&p.pixels, p.width, p.height));
        if let (Some(looks), Some(wanted)) = (&looks, row["background_rgb"].as_array()) {
            for (measured, wanted) in looks.background_rgb.iter().zip(wanted) {
                let off = u64::from(*measured).abs_diff(wanted.as_u64().unwrap());
                assert!(off <= 3, "{name}: background {:?}, wanted {wanted:?}", looks.background_rgb);
            }
        }
        for (profile, spec) in &specs {
            let wanted = &row["profiles"][*profile];
            let inspection = inspect(&bytes, Some(name), spec);
            let verdict = serde_json::to_value(judge(&inspection, looks.as_ref(), spec)).unwrap();
            assert_eq!(verdict, wanted["verdict"], "{name} under {profile}");
            let points: BTreeSet<&str> =
                looks.iter().flat_map(|looks| review_points(looks, spec)).map(|point| point.code()).collect();
            let wanted_points: BTreeSet<&str> =
                wanted["review_points"].as_array().unwrap().iter().map(|p| p["code"].as_str().unwrap()).collect();
            assert_eq!(points, wanted_points, "{name} under {profile}");
            // What passes needs no repair; everything else is repaired exactly when it can be.
            if verdict != "pass" {
                let plan = fixable(&inspection, looks.as_ref(), spec);
                assert_eq!(plan.is_some(), wanted["fixable"] == true, "{name} under {profile}");
                if plan.is_some() && !name.starts_with("phone") {
                    let made = rendition(&bytes, None, spec).unwrap();
                    let again = inspect(&made.bytes, Some("x.jpg"), spec);
                    assert_eq!((again.verdict, &again.faults[..]), (Verdict::Pass, &[][..]), "{name} under {profile}");
                    assert!(again.warnings.is_empty(), "{name} under {profile}: {:?}", again.warnings);
                }
            }
            judged += 1;
        }
    }
    assert_eq!(judged, 45 * 5);
}

#[test]
fn a_phone_picture_becomes_a_photo_for_every_plan_without_its_place() {
    let bytes = file("phone_4000x3000_exif6.jpg");
    for name in PROFILES {
        let spec = PhotoSpec { aim: (name != "S1").then_some((413, 579)), ..profile(name) };
        let made = rendition(&bytes, None, &spec).unwrap();
        let found = inspect(&made.bytes, Some("a.jpg"), &spec);
        assert_eq!(found.verdict, Verdict::Pass, "{name}: {found:?}");
        assert!(found.warnings.is_empty());
        assert_eq!((made.width, made.height), if name == "S1" { (90, 120) } else { (413, 579) });
        assert!(!contains(&made.bytes, b"Exif"));
        let picture = decode(&made.bytes).unwrap();
        let looks = look_at(&picture.pixels, picture.width, picture.height).unwrap();
        assert!(review_points(&looks, &spec).is_empty(), "{name}: the head is not upright: {looks:?}");
    }
}

#[test]
fn the_rendition_carries_the_resolution_the_plan_prints() {
    let spec = profile("S1");
    let made = rendition(&file("ok_413x579_40k.jpg"), None, &spec).unwrap();
    // JFIF: unit 1 is dots per inch, then 300 twice.
    assert_eq!(made.bytes[13..18], [1, 0x01, 0x2c, 0x01, 0x2c]);
}

#[test]
fn a_chosen_crop_is_kept_and_a_crop_outside_is_refused() {
    let bytes = file("bytes_1m.jpg");
    let spec = profile("S3");
    let crop = Crop { x: 100, y: 50, width: 420, height: 600 };
    let made = rendition(&bytes, Some(crop), &spec).unwrap();
    assert_eq!((made.width, made.height), (420, 600));
    let outside = Crop { x: 500, ..crop };
    assert_eq!(rendition(&bytes, Some(outside), &spec), Err(PhotoTrouble::CropOutside));
    let endless = Crop { x: u32::MAX, ..crop };
    assert_eq!(rendition(&bytes, Some(endless), &spec), Err(PhotoTrouble::CropOutside));
    let tiny = Crop { width: 100, height: 140, ..crop };
    assert_eq!(rendition(&bytes, Some(tiny), &spec), Err(PhotoTrouble::TooSmall));
}

#[test]
fn a_clean_copy_carries_nothing_but_pixels() {
    let bytes = file("polyglot_html.jpg");
    assert!(contains(&bytes, b"<script"));
    let copy = clean(&bytes).unwrap();
    assert!(!contains(&copy.bytes, b"<script") && !contains(&copy.bytes, b"<html"));
    assert_eq!((copy.width, copy.height), (413, 579));
    let copy = clean(&file("phone_4000x3000_exif6.jpg")).unwrap();
    assert_eq!((copy.width, copy.height), (3000, 4000));
    assert!(!contains(&copy.bytes, b"Exif"));
    let copy = clean(&file("alpha.png")).unwrap();
    assert_eq!(copy.format.name(), "png");
    assert!(inspect(&copy.bytes, None, &PhotoSpec::default()).warnings.is_empty());
}

#[test]
fn printing_colours_and_transparency_come_out_right() {
    let cmyk = decode(&file("cmyk.jpg")).unwrap();
    assert!(cmyk.pixels[..3].iter().all(|channel| *channel > 235), "{:?}", &cmyk.pixels[..3]);
    let alpha = decode(&file("alpha.png")).unwrap();
    assert_eq!(alpha.pixels[..4], [255; 4]);
}

#[test]
fn what_cannot_be_used_is_refused_from_its_header() {
    assert!(matches!(
        decode(&file("bomb_32000x32000.png")),
        Err(PhotoTrouble::Unusable(PhotoFault::PixelBomb { measured: 1_024_000_000, .. }))
    ));
    for name in ["zero.jpg", "truncated.jpg", "svg_renamed.jpg", "heic_header_only.heic", "picture.gif"] {
        assert!(matches!(decode(&file(name)), Err(PhotoTrouble::Unusable(_))), "{name}");
    }
}

#[test]
fn two_megabytes_minus_one_pass_and_two_megabytes_do_not() {
    let spec = profile("S4");
    for (size, verdict) in [(2 * 1024 * 1024 - 1, Verdict::Pass), (2 * 1024 * 1024, Verdict::Fail)] {
        let bytes = padded(&file("bytes_1m.jpg"), size);
        assert_eq!(inspect(&bytes, Some("a.jpg"), &spec).verdict, verdict);
        assert!(decode(&bytes).is_ok());
    }
}

/// Makes a JPEG heavier by comment segments after its first marker.
fn padded(jpeg: &[u8], size: usize) -> Vec<u8> {
    let mut gap = size - jpeg.len();
    let mut bytes = jpeg[..2].to_vec();
    while gap > 0 {
        let mut take = gap.min(65_537);
        if gap > take && gap - take < 4 {
            take -= 4;
        }
        bytes.extend_from_slice(&[0xff, 0xfe]);
        bytes.extend_from_slice(&u16::try_from(take - 2).unwrap().to_be_bytes());
        bytes.extend(std::iter::repeat_n(b' ', take - 4));
        gap -= take;
    }
    bytes.extend_from_slice(&jpeg[2..]);
    assert_eq!(bytes.len(), size);
    bytes
}
