//! What days bring: the points of all plans that fall on them.

use super::calendar;
use super::hub::Known;
use crate::{Error, Records, sql};
use chrono::{Days, NaiveDate};
use domain::ids::PlanId;
use domain::planner::{PlanStage, label};
use domain::time::Timestamp;
use domain::timeline::{PointName, UnknownDays, Who, milestones};
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

/// How many plans on their way or ahead count working days beyond the years that the calendar knows, and the last such year.
pub async fn plans_beyond_calendar(records: &Records) -> Result<Option<(UnknownDays, u32)>, Error> {
    let mut found: Option<(UnknownDays, u32)> = None;
    for known in ahead(records, records.now().day()).await? {
        if let Some(beyond) = calendar(records).unknown(&known.times(), &known.rules()) {
            let (worst, count) = found.get_or_insert((beyond, 0));
            *count += 1;
            if beyond.year > worst.year {
                *worst = beyond;
            }
        }
    }
    Ok(found)
}

/// Plans whose exam is ahead, or so short past that points of theirs may still be; none that has ended.
async fn ahead(records: &Records, first: NaiveDate) -> Result<Vec<Known>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
    }
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
        if !matches!(known.stage()?, PlanStage::Cancelled | PlanStage::Refused) {
            all.push(known);
        }
    }
    Ok(all)
}

/// The points of all plans that fall on one of `days`. A plan that was filed needs no filing any more.
pub(crate) async fn due_on(records: &Records, days: &[NaiveDate]) -> Result<Vec<DuePoint>, Error> {
    let Some(first) = days.iter().min().copied() else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for known in ahead(records, first).await? {
        let (stage, id) = (known.stage()?, known.id());
        let plan = id.parse().map_err(|_| Error::bad_row("plan", &id, "id"))?;
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
