//! The verdict on one photo, as browsers compute it: `main` looks at the photo once.
//!
//! The photo is linked in, so nothing but the check runs inside the call that is timed. Whoever builds
//! this names the photo by `JIKAO_BENCH_PHOTO`; `make bench` does.

use domain::photo::{PhotoFormat, PhotoSpec, Verdict, inspect};
use std::hint::black_box;

/// A photo within the limits of the first procedure.
const PHOTO: &[u8] = include_bytes!(env!("JIKAO_BENCH_PHOTO"));

fn main() {
    let spec = PhotoSpec {
        formats: vec![PhotoFormat::Jpeg],
        width_more_than: Some(215),
        height_more_than: Some(300),
        bytes_more_than: Some(30_720),
        bytes_less_than: Some(1_048_576),
        ..PhotoSpec::default()
    };
    let found = inspect(black_box(PHOTO), Some("photo.jpg"), black_box(&spec));
    // A wrong verdict ends the module, and the benchmark with it.
    assert!(matches!(black_box(found).verdict, Verdict::Pass), "the photo is within its limits");
}
