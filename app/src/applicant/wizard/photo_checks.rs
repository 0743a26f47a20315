//! The list of checks of a photo: what was measured, what is wanted, what to do.

use super::photo::Check;
use crate::wording::photo as sentences;
use domain::application::progress::Tone;
use domain::photo::{Inspection, Looks, PhotoFormat, PhotoSpec, Ratio, ReviewPoint, measurements, review_points};

/// The list of checks for a file that would be sent: the header's rules, then what the pixels show.
pub(super) fn checks(inspection: &Inspection, looks: Option<&Looks>, spec: &PhotoSpec) -> Vec<Check> {
    let mut list = Vec::new();
    let told = |name: &'static str| {
        inspection.faults.iter().find(|fault| sentences::fault_name(fault) == name).map(sentences::fault)
    };
    let mut add = |name: &'static str, value: String, wanted: String| {
        let fault = told(name);
        let tone = if fault.is_some() { Tone::Refused } else { Tone::Done };
        let value = if wanted.is_empty() { value } else { format!("{value}，要{wanted}") };
        list.push(Check { tone, name, value, fix: fault.unwrap_or_default() });
    };
    let Some(facts) = &inspection.facts else {
        return inspection
            .faults
            .iter()
            .map(|fault| Check {
                tone: Tone::Refused,
                name: sentences::fault_name(fault),
                value: String::new(),
                fix: sentences::fault(fault),
            })
            .collect();
    };
    add("格式", format_word(facts.format).to_owned(), format!(" {}", sentences::formats(spec)));
    add("像素", format!("{}×{}", facts.width, facts.height), sentences::pixels(spec));
    if spec.ratio_min.is_some() || spec.ratio_max.is_some() {
        add("宽高比", Ratio::of(facts.width, facts.height).to_string(), format!(" {}", sentences::ratio(spec)));
    }
    add("文件大小", sentences::weight(facts.bytes), sentences::bytes(spec));
    let Some(looks) = looks else { return list };
    let points = review_points(looks, spec);
    let tone_of = |point: &ReviewPoint| if spec.refuses(point) { Tone::Refused } else { Tone::Me };
    let wanted = sentences::background(spec.background);
    if !wanted.is_empty() {
        let fault = points.iter().find(|point| point.code() == "background");
        list.push(Check {
            tone: fault.map_or(Tone::Done, tone_of),
            name: "背景",
            value: format!("{}，要{wanted}", sentences::colour(looks.background_rgb)),
            fix: fault.map(sentences::review_point).unwrap_or_default(),
        });
    }
    if let Some(blank) = points.iter().find(|point| point.code() == "blank") {
        let fix = sentences::review_point(blank);
        list.push(Check { tone: tone_of(blank), name: "人像", value: "空白".into(), fix });
        return list;
    }
    for measurement in measurements(looks) {
        let point = ReviewPoint::Measured(measurement);
        let tone = match measurement.is_outside() {
            true if spec.refuses(&point) => Tone::Refused,
            true => Tone::Me,
            false => Tone::Done,
        };
        list.push(Check {
            tone,
            name: sentences::point_name(measurement.kind),
            value: sentences::measured(&measurement),
            fix: if tone == Tone::Done { String::new() } else { sentences::review_point(&point) },
        });
    }
    list
}

fn format_word(format: PhotoFormat) -> &'static str {
    match format {
        PhotoFormat::Jpeg => "JPG",
        PhotoFormat::Png => "PNG",
        PhotoFormat::Webp => "WebP",
        PhotoFormat::Gif => "GIF",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::photo::{Background, PhotoFacts, PhotoFault, Verdict};

    fn inspection(width: u32, height: u32, faults: Vec<PhotoFault>) -> Inspection {
        let facts = PhotoFacts {
            format: PhotoFormat::Jpeg,
            width,
            height,
            bytes: 40_960,
            orientation: 1,
            progressive: false,
            cmyk: false,
            grayscale: false,
            alpha: false,
            animated: false,
            gps: false,
            edited: false,
            trailing_bytes: 0,
        };
        let verdict = if faults.is_empty() { Verdict::Pass } else { Verdict::Fail };
        Inspection { facts: Some(facts), faults, warnings: Vec::new(), verdict }
    }

    #[test]
    fn every_check_tells_the_measured_and_the_wanted_value() {
        let spec = PhotoSpec { width_more_than: Some(215), height_more_than: Some(300), ..PhotoSpec::default() };
        let narrow = inspection(200, 400, vec![PhotoFault::WidthMin { measured: 200, more_than: 215 }]);
        let list = checks(&narrow, None, &spec);
        let pixels = list.iter().find(|check| check.name == "像素").unwrap();
        assert_eq!((pixels.tone, pixels.value.as_str()), (Tone::Refused, "200×400，要大于 215×300"));
        assert!(pixels.fix.contains("宽 200 像素，要大于 215"));
        assert!(list.iter().filter(|check| check.name != "像素").all(|check| check.tone == Tone::Done));
    }

    #[test]
    fn a_wrong_background_is_a_point_to_look_at_and_never_a_refusal() {
        let spec = PhotoSpec { background: Some(Background::White), ..PhotoSpec::default() };
        let looks = Looks {
            background_rgb: [67, 142, 219],
            background_white_share: 0,
            blank: false,
            brightness: 120.0,
            contrast: 40.0,
            sharpness: 90.0,
            person_brightness: 120.0,
            ..Looks::default()
        };
        let refusing = PhotoSpec { refuse_points: vec![domain::photo::PointKind::Background], ..spec.clone() };
        let list = checks(&inspection(413, 579, Vec::new()), Some(&looks), &refusing);
        assert!(list.iter().any(|check| check.name == "背景" && check.tone == Tone::Refused));
        let list = checks(&inspection(413, 579, Vec::new()), Some(&looks), &spec);
        let background = list.iter().find(|check| check.name == "背景").unwrap();
        assert_eq!((background.tone, background.value.as_str()), (Tone::Me, "偏蓝，要白色"));
        assert!(list.iter().all(|check| check.tone != Tone::Refused));
    }
}
