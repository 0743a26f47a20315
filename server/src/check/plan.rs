use super::{Answer, Unusable, read_value, rules::rules};
use clap::Args;
use domain::timeline::{
    DayUnit, LeadTimes, Measure, TimePoint, TimePoints, TimeViolation, UnknownDays, WorkCalendar, check,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// `jikao check plan`.
#[derive(Debug, Args)]
pub struct Plan {
    /// File with `times`, and `settings` and `calendar` where they differ (JSON or TOML)
    file: PathBuf,
    /// Procedure whose lead times apply
    #[arg(long)]
    profile: String,
    /// Answer as a JSON object
    #[arg(long)]
    json: bool,
}

/// The part of a file that says when a plan takes place; anything else in it is left alone.
#[derive(Debug, Deserialize)]
struct Dates {
    times: TimePoints,
    #[serde(default)]
    settings: Map<String, Value>,
    calendar: Option<WorkCalendar>,
}

impl Plan {
    pub(super) fn answer(&self) -> Result<Answer, Unusable> {
        let dates: Dates = read_value(&self.file)?;
        let settings = merged(rules(&self.profile)?.times, dates.settings)
            .map_err(|why| Unusable(format!("{}: settings: {why}", self.file.display())))?;
        let calendar = match dates.calendar {
            Some(own) => own,
            None => records::planner::own_calendar().map_err(|why| Unusable(why.to_string()))?,
        };
        let found = check(&dates.times, &settings, &calendar);
        let ids: Vec<&str> = found.iter().map(|violation| violation.rule.id()).collect();
        let mut lines = if found.is_empty() { vec!["ok".to_owned()] } else { found.iter().map(line).collect() };
        lines.extend(calendar.unknown(&dates.times, &settings).map(unknown));
        let json = self.json.then(|| json!({ "ok": found.is_empty(), "violations": ids }));
        Ok(Answer { lines, json, refused: !found.is_empty() })
    }
}

/// What was counted with days that nobody has announced yet.
fn unknown(UnknownDays { known, year }: UnknownDays) -> String {
    let known = known.map_or_else(|| "no year".to_owned(), |known| format!("years up to {known}"));
    format!(
        "note\tworking days of {year} are counted without its holidays: the calendar knows {known}; \
         add them to holidays.toml in the data folder (or to `calendar` of the file) and check again"
    )
}

/// The profile's settings, with those of the file in their place.
fn merged(profile: LeadTimes, own: Map<String, Value>) -> Result<LeadTimes, serde_json::Error> {
    let mut settings = serde_json::to_value(profile)?;
    if let Value::Object(settings) = &mut settings {
        settings.extend(own);
    }
    serde_json::from_value(settings)
}

fn line(violation: &TimeViolation) -> String {
    let point = serde_json::to_value(violation.point).ok();
    let point = point.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
    let fix = violation.fix.map_or(String::new(), |fix: TimePoint| format!("; {point} = {fix} would do"));
    let (is, needed) = (said(violation.measured, violation.unit), said(violation.required, violation.unit));
    format!("{}\t{is}, needed {needed}{fix}", violation.rule.id())
}

fn said(measure: Measure, unit: DayUnit) -> String {
    match (measure, unit) {
        (Measure::At(at), _) => at.to_string(),
        (Measure::Days(days), DayUnit::Calendar) => format!("{days} days"),
        (Measure::Days(days), DayUnit::Working) => format!("{days} working days"),
    }
}
