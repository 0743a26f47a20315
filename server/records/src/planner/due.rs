//! What days bring: the points of all plans that fall on them.

use super::calendar;
use super::hub::Known;
use crate::{Error, Records, sql};
use chrono::{Days, NaiveDate};
use domain::ids::PlanId;
use domain::planner::{PlanStage, label};
use domain::time::Timestamp;
use domain::timeline::{PointName, Who, milestones};
use sea_orm::FromQueryResult;

/// How long after its exam a plan still has points ahead, in days.
const AFTER_EXAM: u64 = 120;

/// A point of a plan that falls on one of the days.
pub(crate) struct DuePoint {
    pub agency: String,
    pub plan: PlanId,
    /// 计划名称
    pub title: String,
    /// Key of the point; `exam` for the exam itself.
    pub point: &'static str,
    /// Its name.
    pub label: String,
    /// The day.
    pub on: NaiveDate,
    /// Whether somebody of the agency has to do something by then.
    pub asks: bool,
    /// Last moment of it.
    pub until: Timestamp,
}

/// The points of all plans that fall on one of `days`. A plan that was filed needs no filing any more.
pub(crate) async fn due_on(records: &Records, days: &[NaiveDate]) -> Result<Vec<DuePoint>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
    }
    let Some(first) = days.iter().min().copied() else { return Ok(Vec::new()) };
    let since = first.checked_sub_days(Days::new(AFTER_EXAM)).unwrap_or(first).to_string();
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
        let filed = known.row.as_ref().is_none_or(|row| row.filed_at.is_some());
        for stone in milestones(&known.times(), &known.rules(), calendar(records)) {
            let Some(at) = stone.at.filter(|at| days.contains(&at.day())) else { continue };
            if stone.point == Some(PointName::PlanFiled) && filed {
                continue;
            }
            let point = stone.point.map_or("exam", |point| point.key());
            all.push(DuePoint {
                agency: known.agency_id(),
                plan,
                title: title.clone(),
                point,
                label: stone.point.map_or_else(|| "考试".to_owned(), |point| label(point.key())),
                on: at.day(),
                // Registration of a public plan opens by itself.
                asks: stone.point.is_some_and(|point| point != PointName::RegOpen || stage != PlanStage::Published)
                    && matches!(stone.who, Who::Agency | Who::Reviewers),
                until: at.ends(),
            });
        }
    }
    Ok(all)
}
