//! What came of a plan's exam. Counting a hundred thousand marks takes longer than a page may, and once scores are public
//! they hardly change: so figures are kept in memory beside marks of what they were counted from, and counted anew when
//! one of those moved.

use super::cockpit::AGE;
use crate::entity::plan;
use crate::{Error, Records, profiles, sql};
use chrono::NaiveDate;
use domain::page::knowing::SubjectPassed;
use domain::time::Timestamp;
use sea_orm::{FromQueryResult, Value};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Days around an exam in which attendance changes by the minute, also backwards: then it is always counted.
const LIVELY: i64 = 1;

/// Results of plans by their ids, each with its marks.
#[derive(Default)]
pub(crate) struct Results(Mutex<HashMap<String, (Marks, PlanResults)>>);

/// What came of one plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct PlanResults {
    /// Came to at least one exam.
    pub present: u64,
    /// People with released scores.
    pub marked: u64,
    /// Passed every subject.
    pub passed: u64,
    /// Certificates given.
    pub certificates: u64,
    /// By subject.
    pub subjects: Vec<SubjectPassed>,
    /// People with released scores by their age on the day of the exam: age, people, passed. Without those whose day of
    /// birth is not known.
    pub ages: Vec<(i64, u64, u64)>,
}

/// The newest moments of what was counted.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
struct Marks {
    id: String,
    /// Ages are counted for this day.
    exam_on: String,
    released: Option<i64>,
    marked_at: Option<i64>,
    came_at: Option<i64>,
    issued: i64,
}

/// The pass marks of a plan, subject by subject, in tenths of a point.
async fn pass_marks(records: &Records, plan: &plan::Model) -> Result<Vec<(String, u16)>, Error> {
    let subjects: Vec<String> =
        serde_json::from_str(&plan.subjects).map_err(|why| Error::bad_row("plan", &plan.id, why))?;
    let version = u32::try_from(plan.profile_version).unwrap_or(0);
    let profile = profiles::get(records, &plan.profile, version).await?;
    Ok(subjects.into_iter().map(|subject| (subject.clone(), profile.score.pass_tenths(&subject))).collect())
}

/// Results of these plans.
pub(crate) async fn of_plans(records: &Records, plans: &[plan::Model]) -> Result<HashMap<String, PlanResults>, Error> {
    let (now, today) = (records.now(), records.now().day());
    let mut all = HashMap::new();
    for some in plans.chunks(500) {
        for marks in marks_of(records, some, now).await? {
            let Some(plan) = some.iter().find(|plan| plan.id == marks.id) else { continue };
            let lively = plan.exam_on.parse::<NaiveDate>().is_ok_and(|exam| (exam - today).num_days().abs() <= LIVELY);
            let kept = {
                let kept = records.inner.results.0.lock().unwrap_or_else(PoisonError::into_inner);
                kept.get(&marks.id).filter(|(known, _)| *known == marks && !lively).map(|(_, found)| found.clone())
            };
            let found = match kept {
                Some(found) => found,
                None => {
                    let found = count(records, plan, &marks).await?;
                    let mut kept = records.inner.results.0.lock().unwrap_or_else(PoisonError::into_inner);
                    kept.insert(marks.id.clone(), (marks.clone(), found.clone()));
                    found
                }
            };
            all.insert(marks.id, found);
        }
    }
    Ok(all)
}

/// The newest moments of what figures are counted from.
async fn marks_of(records: &Records, plans: &[plan::Model], now: Timestamp) -> Result<Vec<Marks>, Error> {
    let mut values: Vec<Value> = vec![now.0.into()];
    values.extend(plans.iter().map(|plan| Value::from(plan.id.clone())));
    let text = format!(
        "SELECT p.id, p.exam_on,
            (SELECT s.release_at FROM score_sheet s WHERE s.plan_id = p.id AND s.release_at <= $1) AS released,
            (SELECT MAX(m.at) FROM score m WHERE m.plan_id = p.id) AS marked_at,
            (SELECT MAX(t.at) FROM attendance t WHERE t.plan_id = p.id) AS came_at,
            (SELECT COUNT(*) FROM certificate c WHERE c.plan_id = p.id) AS issued
         FROM plan p WHERE p.id IN ({})",
        super::places(2, plans.len())
    );
    sql::all(records.read(), &text, values).await
}

async fn count(records: &Records, plan: &plan::Model, marks: &Marks) -> Result<PlanResults, Error> {
    let mut found = PlanResults { certificates: many(marks.issued), ..PlanResults::default() };
    if marks.came_at.is_some() {
        let text = "SELECT COUNT(DISTINCT application_id) FROM attendance WHERE plan_id = $1 AND presence <> 'absent'";
        found.present = many(sql::number(records.read(), text, vec![plan.id.clone().into()]).await?.unwrap_or(0));
    }
    if marks.released.is_none() {
        return Ok(found);
    }
    let pass = pass_marks(records, plan).await?;
    #[derive(FromQueryResult)]
    struct Row {
        subject: String,
        sat: i64,
        passed: i64,
    }
    let (over, mut values) = over(&pass, 2);
    values.insert(0, plan.id.clone().into());
    let text = format!(
        "SELECT subject, COUNT(tenths) AS sat, COUNT(*) FILTER (WHERE {over}) AS passed FROM score
         WHERE plan_id = $1 GROUP BY subject"
    );
    let rows: Vec<Row> = sql::all(records.read(), &text, values.clone()).await?;
    for (subject, _) in &pass {
        if let Some(row) = rows.iter().find(|row| row.subject == *subject) {
            found.subjects.push(SubjectPassed {
                subject: subject.clone(),
                sat: many(row.sat),
                passed: many(row.passed),
            });
        }
    }
    #[derive(FromQueryResult)]
    struct All {
        age: Option<i64>,
        marked: i64,
        passed: i64,
    }
    // People by their age: together they are all.
    let text = format!(
        "SELECT {AGE} AS age, COUNT(*) AS marked, COUNT(*) FILTER (WHERE s.over >= {}) AS passed FROM (
            SELECT application_id, COUNT(*) FILTER (WHERE {over}) AS over FROM score WHERE plan_id = $1
            GROUP BY application_id) AS s
         JOIN application a ON a.id = s.application_id JOIN plan p ON p.id = a.plan_id GROUP BY 1",
        pass.len().max(1)
    );
    for row in sql::all::<All, _>(records.read(), &text, values).await? {
        let (marked, passed) = (many(row.marked), many(row.passed));
        (found.marked, found.passed) = (found.marked + marked, found.passed + passed);
        found.ages.extend(row.age.map(|age| (age, marked, passed)));
    }
    Ok(found)
}

/// A condition on `score`: the mark reaches the pass mark of its subject. With the values for `$from` and on.
fn over(pass: &[(String, u16)], from: usize) -> (String, Vec<Value>) {
    let cases: Vec<String> = pass
        .iter()
        .enumerate()
        .map(|(at, (_, mark))| {
            format!("(subject = ${} AND (tenths >= {mark} OR kind = 'carried' AND tenths IS NULL))", from + at)
        })
        .collect();
    let values = pass.iter().map(|(subject, _)| subject.clone().into()).collect();
    if cases.is_empty() { ("1 = 0".into(), values) } else { (format!("({})", cases.join(" OR ")), values) }
}

pub(crate) fn many(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
