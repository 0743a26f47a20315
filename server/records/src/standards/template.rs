//! Conditions as a template: the wording of an edition, with the numbers that differ from occupation to occupation.

use crate::Error;
use crate::configuration::{complaint, from_toml};
use domain::eligibility::{EligibilityCondition, ExamSubject, OccupationalStandard};
use domain::occupation::{OccupationCode, SkillLevel, TradeCode};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The templates that come with the product.
const TEMPLATES: [&str; 2] =
    [include_str!("../../../standards/template-2023.json"), include_str!("../../../standards/template-2018.json")];

/// A template, with the usual value of every parameter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    name: String,
    #[serde(rename = "note")]
    _note: String,
    parameters: BTreeMap<String, Value>,
    levels: Value,
}

/// One occupation as a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Occupation {
    template: String,
    code: OccupationCode,
    occupation: String,
    edition: String,
    #[serde(default)]
    jobs: Vec<String>,
    #[serde(default)]
    job_required_from_level: Option<SkillLevel>,
    #[serde(default)]
    job_levels: BTreeMap<String, Vec<SkillLevel>>,
    #[serde(default)]
    job_codes: BTreeMap<String, TradeCode>,
    #[serde(default)]
    related_occupations: Vec<String>,
    #[serde(default)]
    own_majors: Vec<String>,
    #[serde(default)]
    related_majors: Vec<String>,
    #[serde(default)]
    training_hours: BTreeMap<SkillLevel, u16>,
    #[serde(default)]
    subjects: BTreeMap<SkillLevel, Vec<ExamSubject>>,
    /// Values that differ from the template's.
    #[serde(default)]
    parameters: BTreeMap<String, toml::Value>,
}

/// Reads an occupation file and fills its template.
pub(super) fn read(text: &str, file: &str) -> Result<OccupationalStandard, Error> {
    let kept: Occupation = from_toml(text, file)?;
    let sets = |line: &str, key: &str| {
        line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let line = |key: &str| text.lines().position(|line| sets(line, key)).map_or(1, |at| at + 1);
    let mut parameters = BTreeMap::new();
    for (name, value) in &kept.parameters {
        let value = match value {
            toml::Value::Integer(number) => Value::from(*number),
            toml::Value::String(text) => Value::from(text.as_str()),
            _ => return Err(complaint(file, line(name), name, "is neither a number nor a word")),
        };
        parameters.insert(name.clone(), value);
    }
    let levels = levels(&kept.template, &parameters).map_err(|(key, why)| complaint(file, line(&key), &key, why))?;
    for name in kept.job_levels.keys().chain(kept.job_codes.keys()) {
        if !kept.jobs.contains(name) {
            return Err(complaint(file, line(name), name, "is none of `jobs`"));
        }
    }
    for level in kept.training_hours.keys().chain(kept.subjects.keys()) {
        if !levels.contains_key(level) {
            let key = level.number().to_string();
            return Err(complaint(file, 1, &key, "the standard has no such level"));
        }
    }
    Ok(OccupationalStandard {
        code: Some(kept.code),
        occupation: kept.occupation,
        edition: kept.edition,
        trades: kept.jobs,
        trade_required_from: kept.job_required_from_level,
        trade_levels: kept.job_levels,
        trade_codes: kept.job_codes,
        related_occupations: kept.related_occupations,
        own_majors: kept.own_majors,
        related_majors: kept.related_majors,
        levels,
        training_hours: kept.training_hours,
        subjects: kept.subjects,
        notes: None,
    })
}

type Levels = BTreeMap<SkillLevel, Vec<EligibilityCondition>>;

/// The conditions of a template with these parameters. Complaints name the key and say what would be right.
pub(super) fn levels(template: &str, given: &BTreeMap<String, Value>) -> Result<Levels, (String, String)> {
    let mut names = Vec::new();
    for text in TEMPLATES {
        let found: Template =
            serde_json::from_str(text).map_err(|why| ("template".to_owned(), format!("cannot be read: {why}")))?;
        if found.name != template {
            names.push(found.name);
            continue;
        }
        let mut parameters = found.parameters;
        for (name, value) in given {
            let Some(usual) = parameters.get_mut(name) else {
                let known: Vec<&str> = parameters.keys().map(String::as_str).collect();
                return Err((
                    name.clone(),
                    format!("is no parameter of template {template}; it has {}", known.join(", ")),
                ));
            };
            let fits = match name.as_str() {
                "scope" => matches!(value.as_str(), Some("own" | "own_or_related")),
                _ => value.as_u64().is_some_and(|years| (1..=40).contains(&years)),
            };
            if !fits {
                let right =
                    if name == "scope" { "\"own\" or \"own_or_related\"" } else { "a number of years, 1 to 40" };
                return Err((name.clone(), format!("is {value}; it is {right}")));
            }
            *usual = value.clone();
        }
        let words = match parameters.get("scope").and_then(Value::as_str) {
            Some("own") => "本职业",
            _ => "本职业或相关职业",
        };
        parameters.insert("occupations".to_owned(), Value::from(words));
        let filled = fill(found.levels, &parameters);
        return serde_json::from_value(filled).map_err(|why| ("template".to_owned(), why.to_string()));
    }
    Err(("template".to_owned(), format!("there is no {template}; there are {}", names.join(", "))))
}

/// `"$years_5_1"` becomes the value, `{years_5_1}` inside a text becomes its words.
fn fill(value: Value, parameters: &BTreeMap<String, Value>) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix('$').and_then(|name| parameters.get(name)) {
            Some(value) => value.clone(),
            None => Value::String(parameters.iter().fold(text, |text, (name, value)| {
                let words = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                text.replace(&format!("{{{name}}}"), &words)
            })),
        },
        Value::Array(items) => Value::Array(items.into_iter().map(|item| fill(item, parameters)).collect()),
        Value::Object(map) => map.into_iter().map(|(key, item)| (key, fill(item, parameters))).collect(),
        other => other,
    }
}
