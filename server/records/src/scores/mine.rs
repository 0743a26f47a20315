//! What candidates see of their own scores, from the moment of release on.

use super::board::rechecks_of;
use super::ground::{Marks, parse_mark};
use crate::entity::application;
use crate::{Error, Records, plans, sql};
use chrono::TimeDelta;
use domain::application::axes::{Axes, Exam};
use domain::ids::{AccountId, ApplicationId};
use domain::page::scores::MyScores;
use domain::plan::Plan;
use domain::profile::Profile;
use domain::scores::{ExamResult, Mark, ended};
use domain::time::Timestamp;
use sea_orm::FromQueryResult;

/// The scores of an application; none before they are released.
pub async fn mine(
    records: &Records,
    case: &application::Model,
    plan: &Plan,
    profile: &Profile,
) -> Result<Option<MyScores>, Error> {
    match look(records, &case.id, "").await? {
        Some(seen) => shown(records, &case.id, seen, plan, profile).await,
        None => Ok(None),
    }
}

/// What one look finds: everything about the marks of an application, by its key.
struct Seen {
    plan: String,
    released: Option<Timestamp>,
    marks: Marks,
    /// Whether anybody was asked to look again.
    rechecks: bool,
}

/// Looks an application up, of this account where one is named. After a release thousands do this at once: it is one
/// statement along keys.
async fn look(records: &Records, id: &str, account: &str) -> Result<Option<Seen>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        plan_id: String,
        stage: String,
        release_at: Option<i64>,
        subject: Option<String>,
        kind: Option<String>,
        tenths: Option<i64>,
        rechecks: i64,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT a.plan_id, a.stage, t.release_at, s.subject, s.kind, s.tenths,
                CAST(CASE WHEN EXISTS (SELECT 1 FROM recheck r WHERE r.application_id = a.id) THEN 1 ELSE 0 END AS BIGINT) AS rechecks
         FROM application a LEFT JOIN score_sheet t ON t.plan_id = a.plan_id LEFT JOIN score s ON s.application_id = a.id
         WHERE a.id = $1 AND ($2 = '' OR a.account_id = $2)",
        vec![id.into(), account.into()],
    )
    .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let mut seen = Seen {
        plan: first.plan_id.clone(),
        released: first.release_at.filter(|_| first.stage == "approved").map(Timestamp),
        marks: Marks::with_capacity(rows.len()),
        rechecks: first.rechecks != 0,
    };
    for row in rows {
        if let (Some(subject), Some(kind)) = (row.subject, row.kind) {
            seen.marks.insert((id.to_owned(), subject), parse_mark(&kind, row.tenths, id)?);
        }
    }
    Ok(Some(seen))
}

async fn shown(
    records: &Records,
    id: &str,
    seen: Seen,
    plan: &Plan,
    profile: &Profile,
) -> Result<Option<MyScores>, Error> {
    let Some(released) = seen.released.filter(|at| *at <= records.now()) else { return Ok(None) };
    let marks = seen.marks;
    if marks.is_empty() {
        return Ok(None);
    }
    let of = |subject: &String| marks.get(&(id.to_owned(), subject.clone())).copied();
    let all: Vec<(String, Mark, u16)> = plan
        .subjects
        .iter()
        .filter_map(|subject| Some((subject.clone(), of(subject)?, profile.score.pass_tenths(subject))))
        .collect();
    // A subject of the plan without a mark was failed before and not sat this time: it is still open.
    let judged: Vec<Option<(Mark, u16)>> = plan
        .subjects
        .iter()
        .map(|subject| of(subject).map(|mark| (mark, profile.score.pass_tenths(subject))))
        .collect();
    let result = ended(&judged);
    let passes = |one: &Option<(Mark, u16)>| one.is_some_and(|(mark, pass)| mark.passes(pass));
    let disciplined = judged.iter().flatten().any(|(mark, _)| *mark == Mark::Disciplined);
    let resit = match result == ExamResult::Fail && judged.iter().any(passes) && !disciplined {
        true => {
            plan.subjects.iter().zip(&judged).filter(|(_, one)| !passes(one)).map(|(name, _)| name.clone()).collect()
        }
        false => Vec::new(),
    };
    Ok(Some(MyScores {
        marks: all.into_iter().map(|(subject, mark, pass)| (subject, mark, mark.passes(pass))).collect(),
        result,
        released,
        resit,
        valid_months: profile.papers.as_ref().map_or(12, |papers| papers.valid_months),
        recheck_until: recheck_until(profile, released),
        rechecks: if seen.rechecks { rechecks_of(records, id, &marks).await? } else { Vec::new() },
    }))
}

/// Last second for asking to look again; none where the procedure has no recheck.
pub(super) fn recheck_until(profile: &Profile, released: Timestamp) -> Option<Timestamp> {
    let days = i64::from(profile.score.recheck_days);
    (days > 0).then(|| Timestamp::end_of(released.plus(TimeDelta::days(days)).day()))
}

/// The scores of one's own application; none before they are released.
pub async fn own(records: &Records, account: AccountId, id: ApplicationId) -> Result<Option<MyScores>, Error> {
    let id = id.to_string();
    let seen = look(records, &id, &account.to_string()).await?.ok_or(Error::NotFound)?;
    let plan = seen.plan.parse().map_err(|_| Error::bad_row("application", &id, "plan"))?;
    let plan = plans::get(records, plan).await?;
    let profile = plans::profile_of(records, &plan).await?;
    shown(records, &id, seen, &plan, &profile).await
}

/// What is released counts at once, also before it is written down.
pub fn shown_axes(axes: Axes, scores: Option<&MyScores>) -> Axes {
    if scores.is_some() { Axes { exam: Exam::ScorePublic, ..axes } } else { axes }
}
