use super::{Answer, Unusable, read, rules::rules};
use clap::Args;
use domain::photo::{
    Background, Inspection, Looks, PhotoFacts, PhotoFault, PhotoSpec, ReviewPoint, Verdict, inspect, judge, look_at,
    review_points,
};
use serde_json::{Value, json};
use std::path::PathBuf;

/// `jikao check photo`.
#[derive(Debug, Args)]
pub struct Photo {
    /// Procedure whose limits apply
    #[arg(long)]
    profile: String,
    /// Answer as a JSON array
    #[arg(long)]
    json: bool,
    /// Files to look at
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

impl Photo {
    pub(super) fn answer(&self) -> Result<Answer, Unusable> {
        let spec = rules(&self.profile)?.photo;
        let mut answer = Answer { lines: Vec::new(), json: None, refused: false };
        let mut all = Vec::new();
        for path in &self.files {
            let bytes = read(path)?;
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            let inspection = inspect(&bytes, name.as_deref(), &spec);
            let looks = inspection.facts.as_ref().and_then(|facts| looks(&bytes, facts));
            let verdict = judge(&inspection, looks.as_ref(), &spec);
            let points = looks.map(|looks| review_points(&looks, &spec)).unwrap_or_default();
            answer.refused |= verdict == Verdict::Fail;
            let file = path.display().to_string();
            if self.json {
                all.push(json!({
                    "file": file,
                    "verdict": verdict,
                    "faults": inspection.faults.iter().map(|fault| told(fault, &spec)).collect::<Vec<_>>(),
                    "warnings": inspection.warnings.iter().map(|warning| warning.code()).collect::<Vec<_>>(),
                    "review_points": points.iter().map(point).collect::<Vec<_>>(),
                }));
            } else {
                answer.lines.push(line(&file, verdict, &inspection, &points, &spec));
            }
        }
        answer.json = self.json.then_some(Value::Array(all));
        Ok(answer)
    }
}

/// What the pixels show; nothing when the header already says that they must not be decoded.
fn looks(bytes: &[u8], facts: &PhotoFacts) -> Option<Looks> {
    if u64::from(facts.width) * u64::from(facts.height) > domain::photo::MAX_PIXELS {
        return None;
    }
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(domain::photo::MAX_PIXELS * 8);
    let mut reader = image::ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().ok()?;
    reader.limits(limits);
    let mut picture = reader.decode().ok()?;
    if let Some(orientation) = image::metadata::Orientation::from_exif(facts.orientation) {
        picture.apply_orientation(orientation);
    }
    let rgba = picture.into_rgba8();
    look_at(rgba.as_raw(), rgba.width(), rgba.height())
}

/// A fault with the keys of the shared cases: `code`, and where they mean something `measured` and `rule`.
fn told(fault: &PhotoFault, spec: &PhotoSpec) -> Value {
    let (measured, rule) = match fault {
        PhotoFault::Empty
        | PhotoFault::Unreadable { .. }
        | PhotoFault::Truncated { .. }
        | PhotoFault::PixelBomb { .. } => {
            return json!({ "code": fault.code() });
        }
        PhotoFault::Format { measured, allowed } => {
            let allowed: Vec<&str> = allowed.iter().map(|format| format.name()).collect();
            (json!(measured.name()), format!("in {}", allowed.join(",")))
        }
        PhotoFault::PixelsExact { measured: (width, height), required } => {
            (json!(format!("{width}x{height}")), format!("= {}x{}", required.0, required.1))
        }
        PhotoFault::WidthMin { measured, more_than } | PhotoFault::HeightMin { measured, more_than } => {
            (json!(measured), format!("> {more_than}"))
        }
        PhotoFault::WidthMax { measured, at_most } | PhotoFault::HeightMax { measured, at_most } => {
            (json!(measured), format!("<= {at_most}"))
        }
        PhotoFault::RatioMin { measured, at_least } => (number(&measured.to_string()), format!(">= {at_least}")),
        PhotoFault::RatioMax { measured, at_most } => (number(&measured.to_string()), format!("<= {at_most}")),
        PhotoFault::BytesMin { measured, more_than } => (json!(measured), format!("> {more_than}")),
        PhotoFault::Point(found) => return point(found),
        // Written as the procedure prints it: 小于 is strict.
        PhotoFault::BytesMax { measured, at_most } => match spec.bytes_less_than {
            Some(less_than) if less_than == at_most + 1 => (json!(measured), format!("< {less_than}")),
            _ => (json!(measured), format!("<= {at_most}")),
        },
    };
    json!({ "code": fault.code(), "measured": measured, "rule": rule })
}

fn number(text: &str) -> Value {
    text.parse::<f64>().map_or_else(|_| json!(text), |number| json!(number))
}

fn point(point: &ReviewPoint) -> Value {
    match point {
        ReviewPoint::Background { measured, required } => {
            json!({ "code": point.code(), "measured": measured, "rule": background(*required) })
        }
        ReviewPoint::Blank => json!({ "code": point.code() }),
        ReviewPoint::Measured(found) => {
            json!({ "code": point.code(), "measured": found.measured, "rule": format!("{}..{}", found.low, found.high) })
        }
    }
}

fn background(background: Background) -> Value {
    json!(background)
}

fn line(file: &str, verdict: Verdict, inspection: &Inspection, points: &[ReviewPoint], spec: &PhotoSpec) -> String {
    let mut said: Vec<String> = inspection
        .faults
        .iter()
        .map(|fault| {
            let told = told(fault, spec);
            match (told.get("measured"), told.get("rule").and_then(Value::as_str)) {
                (Some(measured), Some(rule)) => format!("{} {measured} (must be {rule})", fault.code()),
                _ => fault.code().to_owned(),
            }
        })
        .collect();
    said.extend(points.iter().map(|point| format!("look at: {}", point.code())));
    said.extend(inspection.warnings.iter().map(|warning| format!("note: {}", warning.code())));
    let word = match verdict {
        Verdict::Pass => "pass",
        Verdict::Review => "review",
        Verdict::Fail => "fail",
    };
    if said.is_empty() { format!("{word}\t{file}") } else { format!("{word}\t{file}\t{}", said.join("; ")) }
}
