//! What candidates see of their own scores, from the moment of release on.

use super::board::{ended, rechecks_of};
use super::ground::{Marks, parse_mark};
use crate::entity::{application, score_sheet};
use crate::{Error, Records, plans, sql};
use chrono::TimeDelta;
use domain::application::axes::{Axes, Exam};
use domain::ids::{AccountId, ApplicationId};
use domain::page::scores::MyScores;
use domain::plan::Plan;
use domain::profile::Profile;
use domain::scores::{ExamResult, Mark};
use domain::time::Timestamp;
use sea_orm::{EntityTrait, FromQueryResult};

/// The scores of an application; none before they are released.
pub async fn mine(
    records: &Records,
    case: &application::Model,
    plan: &Plan,
    profile: &Profile,
) -> Result<Option<MyScores>, Error> {
    if case.stage != "approved" {
        return Ok(None);
    }
    let sheet = score_sheet::Entity::find_by_id(case.plan_id.as_str()).one(records.read()).await?;
    let Some(released) = sheet.and_then(|sheet| sheet.release_at).filter(|at| *at <= records.now().0) else {
        return Ok(None);
    };
    let marks = marks(records, &case.id).await?;
    if marks.is_empty() {
        return Ok(None);
    }
    let of = |subject: &String| marks.get(&(case.id.clone(), subject.clone())).copied();
    let all: Vec<(String, Mark, u16)> = plan
        .subjects
        .iter()
        .filter_map(|subject| Some((subject.clone(), of(subject)?, profile.score.pass_tenths(subject))))
        .collect();
    let judged: Vec<(Mark, u16)> = all.iter().map(|(_, mark, pass)| (*mark, *pass)).collect();
    let result = ended(&judged);
    let some_passed = judged.iter().any(|(mark, pass)| mark.passes(*pass));
    let disciplined = judged.iter().any(|(mark, _)| *mark == Mark::Disciplined);
    let resit = match result == ExamResult::Fail && some_passed && !disciplined {
        true => all.iter().filter(|(_, mark, pass)| !mark.passes(*pass)).map(|(subject, ..)| subject.clone()).collect(),
        false => Vec::new(),
    };
    let released = Timestamp(released);
    Ok(Some(MyScores {
        marks: all.into_iter().map(|(subject, mark, pass)| (subject, mark, mark.passes(pass))).collect(),
        result,
        released,
        resit,
        valid_months: profile.papers.as_ref().map_or(12, |papers| papers.valid_months),
        recheck_until: recheck_until(profile, released),
        rechecks: rechecks_of(records, &case.id, &marks).await?,
    }))
}

/// Last second for asking to look again; none where the procedure has no recheck.
pub(super) fn recheck_until(profile: &Profile, released: Timestamp) -> Option<Timestamp> {
    let days = i64::from(profile.score.recheck_days);
    (days > 0).then(|| Timestamp::end_of(released.plus(TimeDelta::days(days)).day()))
}

/// The scores of one's own application; none before they are released.
pub async fn own(records: &Records, account: AccountId, id: ApplicationId) -> Result<Option<MyScores>, Error> {
    let case = application::Entity::find_by_id(id.to_string()).one(records.read()).await?;
    let case = case.filter(|case| case.account_id == account.to_string()).ok_or(Error::NotFound)?;
    let plan = case.plan_id.parse().map_err(|_| Error::bad_row("application", &case.id, "plan"))?;
    let plan = plans::get(records, plan).await?;
    let profile = plans::profile_of(records, &plan).await?;
    mine(records, &case, &plan, &profile).await
}

/// What is released counts at once, also before it is written down.
pub fn shown_axes(axes: Axes, scores: Option<&MyScores>) -> Axes {
    if scores.is_some() { Axes { exam: Exam::ScorePublic, ..axes } } else { axes }
}

async fn marks(records: &Records, id: &str) -> Result<Marks, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        subject: String,
        kind: String,
        tenths: Option<i64>,
    }
    let text = "SELECT subject, kind, tenths FROM score WHERE application_id = $1";
    let rows: Vec<Row> = sql::all(records.read(), text, vec![id.into()]).await?;
    rows.into_iter().map(|row| Ok(((id.to_owned(), row.subject), parse_mark(&row.kind, row.tenths, id)?))).collect()
}
