use super::{Answer, Unusable, read_value};
use chrono::NaiveDate;
use clap::Args;
use domain::eligibility::{ApplicantFacts, ConditionVerdict, OccupationalStandard, Outcome, Reason, judge};
use domain::occupation::SkillLevel;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// `jikao check eligibility`.
#[derive(Debug, Args)]
pub struct Eligibility {
    /// File of occupational standards by name (JSON)
    #[arg(long, value_name = "FILE")]
    standards: PathBuf,
    /// Name of the standard
    #[arg(long)]
    standard: String,
    /// Level as printed: 5 初级工 … 1 高级技师
    #[arg(long)]
    level: u8,
    /// The day that counts (YYYY-MM-DD)
    #[arg(long, value_name = "DATE")]
    as_of: NaiveDate,
    /// File with the facts of the person (JSON)
    #[arg(long, value_name = "FILE")]
    facts: PathBuf,
    /// Answer as a JSON object by the number of the condition
    #[arg(long)]
    json: bool,
}

impl Eligibility {
    pub(super) fn answer(&self) -> Result<Answer, Unusable> {
        let mut standards: Map<String, Value> = read_value(&self.standards)?;
        let Some(standard) = standards.remove(&self.standard) else {
            let known: Vec<&str> = standards.keys().map(String::as_str).collect();
            return Err(Unusable(format!("no standard {:?}; there are {}", self.standard, known.join(", "))));
        };
        let standard: OccupationalStandard = serde_json::from_value(standard)
            .map_err(|why| Unusable(format!("{}: {}: {why}", self.standards.display(), self.standard)))?;
        let level = SkillLevel::from_number(self.level).ok_or_else(|| Unusable(format!("no level {}", self.level)))?;
        let facts: ApplicantFacts = read_value(&self.facts)?;
        let verdicts = judge(&standard, level, self.as_of, &facts);
        if verdicts.is_empty() {
            return Err(Unusable(format!("{} has no level {}", self.standard, self.level)));
        }
        let json = self.json.then(|| Value::Object(verdicts.iter().map(told).collect()));
        let refused = verdicts.iter().all(|verdict| verdict.outcome == Outcome::No);
        Ok(Answer { lines: verdicts.iter().map(line).collect(), json, refused })
    }
}

fn told(verdict: &ConditionVerdict) -> (String, Value) {
    let told = json!({
        "result": verdict.outcome,
        "reasons": verdict.reasons.iter().map(coded).collect::<Vec<_>>(),
        "earliest_true_date": verdict.earliest,
    });
    (verdict.no.to_string(), told)
}

/// A reason as one flat object: its code beside what was measured.
fn coded(reason: &Reason) -> Value {
    let mut flat = Map::from_iter([("code".to_owned(), json!(reason.code()))]);
    if let Value::Object(named) = json!(reason)
        && let Some((_, Value::Object(measured))) = named.into_iter().next()
    {
        flat.extend(measured);
    }
    Value::Object(flat)
}

fn line(verdict: &ConditionVerdict) -> String {
    let word = match verdict.outcome {
        Outcome::Yes => "yes",
        Outcome::Unknown => "a reviewer decides",
        Outcome::No => "no",
    };
    let reasons: Vec<&str> = verdict.reasons.iter().map(|reason| reason.code()).collect();
    let earliest = match verdict.earliest {
        Some(day) if verdict.outcome != Outcome::Yes => format!("; from {day}"),
        _ => String::new(),
    };
    format!("({})\t{word}\t{}{earliest}", verdict.no, reasons.join(", ")).trim_end().to_owned()
}
