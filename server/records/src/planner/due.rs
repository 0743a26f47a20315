//! What a day brings: the points of all plans that fall on it.

use super::calendar;
use super::hub::Known;
use crate::{Error, Records, sql};
use chrono::{Days, NaiveDate};
use domain::ids::PlanId;
use domain::planner::{PlanStage, label};
use domain::time::Timestamp;
use domain::timeline::milestones;
use sea_orm::FromQueryResult;

/// How long after its exam a plan still has points ahead, in days.
const AFTER_EXAM: u64 = 120;

/// A point of a plan that falls on the day.
pub(crate) struct DuePoint {
    pub agency: String,
    pub plan: PlanId,
    /// 计划名称
    pub title: String,
    /// Key of the point; `exam` for the exam itself.
    pub point: &'static str,
    /// Its name.
    pub label: String,
    /// Last moment of it.
    pub until: Timestamp,
}

/// The points of all plans that fall on `day`.
pub(crate) async fn due_on(records: &Records, day: NaiveDate) -> Result<Vec<DuePoint>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
    }
    let since = day.checked_sub_days(Days::new(AFTER_EXAM)).unwrap_or(day).to_string();
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT id FROM plan WHERE cancelled_at IS NULL AND exam_on >= $1
         UNION SELECT id FROM planning WHERE stage NOT IN ('cancelled','refused') AND exam_on >= $1 ORDER BY id",
        vec![since.into()],
    )
    .await?;
    let mut all = Vec::new();
    for Row { id } in rows {
        let plan = id.parse().map_err(|_| Error::bad_row("plan", &id, "id"))?;
        let known = match Known::load(records, plan).await {
            Err(Error::NotFound) => continue,
            other => other?,
        };
        let stage = known.stage()?;
        if matches!(stage, PlanStage::Cancelled | PlanStage::Refused) {
            continue;
        }
        let title = match (&known.plan, &known.row) {
            (Some(plan), _) => plan.title.clone(),
            (None, row) => row.as_ref().map(|row| row.title.clone()).unwrap_or_default(),
        };
        for stone in milestones(&known.times(), &known.rules(), calendar(records)) {
            let Some(at) = stone.at.filter(|at| at.day() == day) else { continue };
            let point = stone.point.map_or("exam", |point| point.key());
            all.push(DuePoint {
                agency: known.agency_id(),
                plan,
                title: title.clone(),
                point,
                label: stone.point.map_or_else(|| "考试".to_owned(), |point| label(point.key())),
                until: at.ends(),
            });
        }
    }
    Ok(all)
}
