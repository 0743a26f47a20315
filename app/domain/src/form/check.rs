//! Checking answers: the same function while typing and at the moment of submission.

use super::{Answers, Field, FieldFault, FieldKind, Form, Problem, is_asked};
use crate::contact::{Mobile, PersonName};
use crate::credit_code::CreditCode;
use crate::occupation::SkillLevel;
use crate::profile::Ladder;
use crate::time::Timestamp;
use chrono::{Datelike, NaiveDate};

/// Most characters of a line of text where the field sets no limit.
pub const TEXT_MAX: u32 = 100;
/// Most characters of a long text where the field sets no limit.
const LONG_TEXT_MAX: u32 = 500;
/// Most characters of any answer that is kept at all, even wrong ones.
pub const KEEP_MAX: u32 = 2_000;
/// Most years of work that make sense.
pub const YEARS_MAX: u32 = 60;
/// Most subjects of an exam.
const SUBJECTS_MAX: usize = 10;
/// Most rows of work periods.
pub const JOBS_MAX: usize = 20;

/// All faults of a form, in the order of its fields. Fields that are not asked have none.
pub fn form(form: &Form, answers: &Answers, conditions: &[(u32, String)], now: Timestamp) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for one in form.fields() {
        if !is_asked(form, one, answers) {
            continue;
        }
        if one.kind == FieldKind::Jobs {
            jobs(one, answers, now.day(), &mut faults);
        } else if one.kind == FieldKind::Subjects {
            faults.extend(subjects(one, answers));
        } else if let Some(problem) =
            field(one, answers.get(&one.key), conditions, now).or_else(|| before_birth(one, answers))
        {
            faults.push(FieldFault { key: one.key.clone(), label: one.label.clone(), problem });
        }
    }
    faults
}

/// The day of birth among the answers, where the procedure shows it.
fn birth(answers: &Answers) -> Option<NaiveDate> {
    day(answers.get("birth"))
}

fn before_birth(field: &Field, answers: &Answers) -> Option<Problem> {
    let early = field.kind == FieldKind::Date && day(answers.get(&field.key))? < birth(answers)?;
    early.then_some(Problem::BeforeBirth)
}

/// The subjects that were chosen, in order; those that were left out leave no gap.
pub fn chosen_subjects<'a>(key: &str, answers: &'a Answers) -> Vec<&'a str> {
    (0..answers.rows(key).min(SUBJECTS_MAX))
        .map(|row| answers.get(&format!("{key}.{row}")))
        .filter(|name| !name.is_empty())
        .collect()
}

/// The choices are the subjects that may be chosen, and the field's limit is how many.
fn subjects(field: &Field, answers: &Answers) -> Option<FieldFault> {
    let chosen = chosen_subjects(&field.key, answers);
    let count = u32::try_from(chosen.len()).unwrap_or(u32::MAX);
    let problem = if chosen.iter().any(|name| !field.choices.iter().any(|choice| choice.value == *name)) {
        Problem::NotFailed
    } else if field.max > 0 && count > field.max {
        Problem::TooManySubjects { chosen: count, limit: field.max }
    } else if chosen.is_empty() && field.required {
        // Whoever has failed nothing has nothing to choose from.
        if field.choices.is_empty() { Problem::NotFailed } else { Problem::Missing }
    } else {
        return None;
    };
    Some(FieldFault { key: field.key.clone(), label: field.label.clone(), problem })
}

/// 逐级申报: what the present level says about the level of the plan.
pub fn ladder(form: &Form, ladder: &Ladder, wanted: Option<SkillLevel>, answers: &Answers) -> Option<FieldFault> {
    let field = form.field(&ladder.field).filter(|field| is_asked(form, field, answers))?;
    let present = answers.get(&field.key).parse().ok();
    let fault = ladder.check(present, wanted?.number()).err()?;
    Some(FieldFault { key: field.key.clone(), label: field.label.clone(), problem: Problem::Ladder(fault) })
}

/// What is wrong with one answer, if anything.
pub fn field(field: &Field, value: &str, conditions: &[(u32, String)], now: Timestamp) -> Option<Problem> {
    let value = value.trim();
    if matches!(field.kind, FieldKind::PlanFact | FieldKind::Preset | FieldKind::Subjects) {
        return None;
    }
    if value.is_empty() {
        return field.required.then_some(Problem::Missing);
    }
    match field.kind {
        FieldKind::PlanFact | FieldKind::AccountFact | FieldKind::Preset | FieldKind::Jobs | FieldKind::Subjects => {
            None
        }
        FieldKind::Text | FieldKind::CertificateNo => too_long(value, limit(field, TEXT_MAX)),
        FieldKind::LongText => too_long(value, limit(field, LONG_TEXT_MAX)),
        FieldKind::PersonName => PersonName::parse(value).err().map(Problem::Name),
        FieldKind::Mobile => Mobile::parse(value).err().map(Problem::Mobile),
        FieldKind::CreditCode => CreditCode::parse(value).err().map(Problem::CreditCode),
        FieldKind::Years => match value.parse::<u32>() {
            Ok(years) if years <= YEARS_MAX => None,
            _ => Some(Problem::NotYears { limit: YEARS_MAX }),
        },
        FieldKind::Date => match day(value) {
            None => Some(Problem::NotADate),
            Some(day) if day > now.day() => Some(Problem::InFuture),
            Some(_) => None,
        },
        FieldKind::YesNo => (!matches!(value, "yes" | "no")).then_some(Problem::NotOffered),
        FieldKind::Choice => (!field.choices.iter().any(|choice| choice.value == value)).then_some(Problem::NotOffered),
        FieldKind::Level => (!matches!(value, "1" | "2" | "3" | "4" | "5")).then_some(Problem::NotOffered),
        FieldKind::Condition => {
            (!conditions.iter().any(|(number, _)| number.to_string() == value)).then_some(Problem::NotOffered)
        }
    }
}

/// Faults that forbid even keeping answers: unknown fields and absurd lengths. Wrong answers are kept.
pub fn keepable(form: &Form, answers: &Answers) -> Vec<FieldFault> {
    answers
        .0
        .iter()
        .filter_map(|(key, value)| {
            let known = form.fields().find(|field| field.key == *key || belongs_to_rows(field, key));
            let length = u32::try_from(value.chars().count()).unwrap_or(u32::MAX);
            match known {
                None => Some(FieldFault {
                    key: key.chars().take(60).collect(),
                    label: String::new(),
                    problem: Problem::Unknown,
                }),
                Some(field) if length > KEEP_MAX => Some(FieldFault {
                    key: key.clone(),
                    label: field.label.clone(),
                    problem: Problem::TooLong { length, limit: KEEP_MAX },
                }),
                Some(_) => None,
            }
        })
        .collect()
}

fn belongs_to_rows(field: &Field, key: &str) -> bool {
    match field.kind {
        FieldKind::Jobs => is_job_key(&field.key, key),
        FieldKind::Subjects => is_subject_key(&field.key, key),
        _ => false,
    }
}

fn is_subject_key(group: &str, key: &str) -> bool {
    let row = key.strip_prefix(group).and_then(|rest| rest.strip_prefix('.'));
    row.and_then(|row| row.parse::<usize>().ok()).is_some_and(|row| row < SUBJECTS_MAX)
}

fn is_job_key(group: &str, key: &str) -> bool {
    let Some((row, part)) =
        key.strip_prefix(group).and_then(|rest| rest.strip_prefix('.')).and_then(|rest| rest.split_once('.'))
    else {
        return false;
    };
    row.parse::<usize>().is_ok_and(|row| row < JOBS_MAX) && matches!(part, "occ" | "from" | "to")
}

fn jobs(field: &Field, answers: &Answers, today: NaiveDate, faults: &mut Vec<FieldFault>) {
    let mut fault = |row: usize, part: &str, problem: Problem| {
        faults.push(FieldFault {
            key: format!("{}.{row}.{part}", field.key),
            label: format!("{}第 {} 段", field.label, row + 1),
            problem,
        });
    };
    let born = birth(answers).map(|day| format!("{:04}-{:02}", day.year(), day.month()));
    let mut used = 0;
    for row in 0..answers.rows(&field.key).min(JOBS_MAX) {
        let get = |part: &str| answers.get(&format!("{}.{row}.{part}", field.key)).to_owned();
        let (occ, from, to) = (get("occ"), get("from"), get("to"));
        if occ.is_empty() && from.is_empty() && to.is_empty() {
            continue;
        }
        used += 1;
        if occ.is_empty() {
            fault(row, "occ", Problem::Missing);
        } else if let Some(problem) = too_long(&occ, TEXT_MAX) {
            fault(row, "occ", problem);
        }
        let this_month = format!("{:04}-{:02}", today.year(), today.month());
        match month(&from) {
            _ if from.is_empty() => fault(row, "from", Problem::Missing),
            None => fault(row, "from", Problem::NotADate),
            Some(first) if first > this_month => fault(row, "from", Problem::InFuture),
            Some(first) if born.as_ref().is_some_and(|born| first < *born) => fault(row, "from", Problem::BeforeBirth),
            Some(first) => match month(&to) {
                _ if to.is_empty() => {}
                None => fault(row, "to", Problem::NotADate),
                Some(last) if last < first => fault(row, "to", Problem::BeforeStart),
                Some(last) if last > this_month => fault(row, "to", Problem::InFuture),
                Some(_) => {}
            },
        }
    }
    if used == 0 && field.required {
        fault(0, "occ", Problem::Missing);
    }
}

/// Reads `2026-11-21`, also with slashes, dots or Chinese marks, as people type days.
pub fn day(text: &str) -> Option<NaiveDate> {
    let parts = numbers(text)?;
    match parts.as_slice() {
        [year, month, day] => {
            NaiveDate::from_ymd_opt(i32::try_from(*year).ok()?, *month, *day).filter(|_| (1900..=2100).contains(year))
        }
        _ => None,
    }
}

/// Reads `2026-11` (also `2026/11`, `2026年11月`, and a full day) into `2026-11`.
pub fn month(text: &str) -> Option<String> {
    let parts = numbers(text)?;
    match parts.as_slice() {
        [year, month] | [year, month, _] if (1900..=2100).contains(year) && (1..=12).contains(month) => {
            Some(format!("{year:04}-{month:02}"))
        }
        _ => None,
    }
}

fn numbers(text: &str) -> Option<Vec<u32>> {
    let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月', '日', ' ']).filter(|part| !part.is_empty()).collect();
    if parts.len() == 1 && parts[0].len() == 8 && parts[0].is_ascii() {
        let (year, rest) = parts[0].split_at(4);
        let (month, day) = rest.split_at(2);
        return [year, month, day].iter().map(|part| part.parse().ok()).collect();
    }
    if let [only] = parts.as_slice()
        && only.len() == 6
        && only.is_ascii()
    {
        // 202402: a phone's number pad has no hyphen.
        let (year, month) = only.split_at(4);
        return [year, month].iter().map(|part| part.parse().ok()).collect();
    }
    parts.iter().map(|part| part.parse::<u32>().ok()).collect()
}

fn limit(field: &Field, own: u32) -> u32 {
    if field.max == 0 { own } else { field.max }
}

fn too_long(value: &str, limit: u32) -> Option<Problem> {
    let length = u32::try_from(value.chars().count()).unwrap_or(u32::MAX);
    (length > limit).then_some(Problem::TooLong { length, limit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_read_as_people_write_them() {
        let expected = NaiveDate::from_ymd_opt(2024, 2, 9);
        for text in ["2024-02-09", "2024/2/9", "2024.2.9", "2024年2月9日", "20240209"] {
            assert_eq!(day(text), expected, "{text}");
        }
        assert_eq!(day("2024-02-30"), None);
        assert_eq!(day("零"), None);
        assert_eq!(month("2024年2月").as_deref(), Some("2024-02"));
        assert_eq!(month("202402").as_deref(), Some("2024-02"));
        assert_eq!(month("2024-13"), None);
    }

    #[test]
    fn nobody_works_before_being_born() {
        let jobs: Field = serde_json::from_str(r#"{"key":"jobs","label":"工作经历","kind":"jobs"}"#).unwrap();
        let faults = |from: &str| {
            let mut answers = Answers::default();
            for (key, value) in [("birth", "1990-04-12"), ("jobs.0.occ", "电工"), ("jobs.0.from", from)] {
                answers.set(key, value);
            }
            let mut faults = Vec::new();
            super::jobs(&jobs, &answers, NaiveDate::from_ymd_opt(2026, 11, 21).unwrap(), &mut faults);
            faults.into_iter().map(|fault| fault.problem).collect::<Vec<_>>()
        };
        assert_eq!(faults("1924-03"), [Problem::BeforeBirth], "2024, with a slip of a finger");
        assert_eq!(faults("2010-03"), []);
    }

    #[test]
    fn an_unknown_field_is_not_kept() {
        let mut answers = Answers::default();
        answers.set("is_admin", "yes");
        let faults = keepable(&Form::default(), &answers);
        assert_eq!(faults[0].problem, Problem::Unknown);
    }
}
