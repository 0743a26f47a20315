//! 复核 and 更正: a candidate asks to look again; a correction keeps the old mark.

use super::ground::{Counting, Ground, locked_sheet, parse_mark, put, state_of};
use super::mine::recheck_until;
use super::releasing::outcome;
use crate::applications::{ground_of, load};
use crate::entity::{account, application, recheck, score_correction, subject_result};
use crate::keys::place;
use crate::live::outbox::{self, Audience};
use crate::messages::{self, Telling};
use crate::{Error, Records, Tx, history, live, results, sql};
use domain::account::StaffMember;
use domain::ids::{AccountId, ApplicationId, PlanId};
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::page::scores::{MarkSource, ScoreRefusal, ScoreState};
use domain::scores::Mark;
use domain::time::Timestamp;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QuerySelect, Set,
};
use serde_json::json;

/// Most characters of a reason.
const REASON_MAX: usize = 500;

/// What came of looking again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The mark stays.
    Kept,
    /// It was wrong.
    Corrected(Mark),
}

/// Corrects a locked mark, with a reason. Who has seen the old one sees the new one.
pub async fn correct(
    records: &Records,
    member: &StaffMember,
    id: ApplicationId,
    subject: &str,
    new: Mark,
    reason: &str,
) -> Result<(), Error> {
    let plan = plan_of(records, id).await?;
    let ground = Ground::managed(records, member, plan).await?;
    let mut tx = records.begin().await?;
    let kept = correct_in(records, &mut tx, member, &ground, Correction { id, subject, new, reason }).await?;
    // Who has not seen the old mark has nothing to be told.
    if let Some((case, correction)) = kept {
        let telling =
            Telling::about(&case, MessageKind::ScoreCorrected).of(correction, 1).title(subject).words(reason.trim());
        messages::tell(records, &mut tx, records.now(), telling).await?;
    }
    tx.commit().await
}

/// 申请复核: within the days of the procedure, once per subject.
pub async fn ask_recheck(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    subject: &str,
    reason: &str,
) -> Result<(), Error> {
    let whole = load::own(records, account, id).await?;
    let (plan, profile) = ground_of(records, whole.plan).await?;
    let seen = super::mine(records, &whole.row, &plan, &profile).await?.ok_or(ScoreRefusal::NotReleased)?;
    let reason: String = reason.trim().chars().take(REASON_MAX).collect();
    if reason.is_empty() {
        return Err(ScoreRefusal::NoReason.into());
    }
    if !seen.marks.iter().any(|(known, mark, _)| known == subject && !matches!(mark, Mark::Carried(_))) {
        return Err(Error::NotFound);
    }
    let mut tx = records.begin().await?;
    let now = records.now();
    let until = recheck_until(&profile, seen.released);
    if until.is_none_or(|until| now > until) {
        return Err(ScoreRefusal::RecheckOver { until }.into());
    }
    let case = load::locked(&tx, id).await?.ok_or(Error::NotFound)?;
    let asked = recheck::Entity::find()
        .filter(recheck::Column::ApplicationId.eq(id.to_string()))
        .filter(recheck::Column::Subject.eq(subject))
        .one(&tx.db)
        .await?;
    if asked.is_some() {
        return Err(ScoreRefusal::AskedAlready.into());
    }
    let key = records.chance().id(now).to_string();
    let fresh = recheck::ActiveModel {
        reason_sealed: Set(records.inner.keys.seal(&place("recheck", "reason", &key), reason.as_bytes())?),
        id: Set(key),
        application_id: Set(id.to_string()),
        subject: Set(subject.to_owned()),
        asked_at: Set(now.0),
        outcome: Set(None),
        answer: Set(String::new()),
        answered_by: Set(None),
        answered_at: Set(None),
    };
    recheck::Entity::insert(fresh).exec_without_returning(&tx.db).await?;
    let detail = json!({ "subject": subject });
    history::append(&tx, now, &case.id, &history::Actor::Applicant(account), What::RecheckAsked, detail).await?;
    live::append(&mut tx, now, outbox::of(&case, "recheck_asked", Audience::Desk)).await?;
    tx.commit().await
}

/// Answers a request, with words that the candidate reads.
pub async fn answer_recheck(
    records: &Records,
    member: &StaffMember,
    request: &str,
    answer: Answer,
    words: &str,
) -> Result<(), Error> {
    let asked = recheck::Entity::find_by_id(request).one(records.read()).await?.ok_or(Error::NotFound)?;
    let id: ApplicationId =
        asked.application_id.parse().map_err(|_| Error::bad_row("recheck", request, "application"))?;
    let ground = Ground::managed(records, member, plan_of(records, id).await?).await?;
    let words = words.trim();
    if words.is_empty() {
        return Err(ScoreRefusal::NoReason.into());
    }
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut asked = recheck::Entity::find_by_id(request).lock_exclusive().one(&tx.db).await?.ok_or(Error::NotFound)?;
    if asked.answered_at.is_some() {
        return Err(ScoreRefusal::AnsweredAlready.into());
    }
    let outcome = match answer {
        Answer::Kept => "kept",
        Answer::Corrected(new) => {
            let correction = Correction { id, subject: &asked.subject, new, reason: words };
            correct_in(records, &mut tx, member, &ground, correction).await?;
            "corrected"
        }
    };
    let subject = asked.subject.clone();
    asked.outcome = Some(outcome.to_owned());
    asked.answer = words.to_owned();
    asked.answered_by = Some(member.id.to_string());
    asked.answered_at = Some(now.0);
    recheck::Entity::update(asked.into_active_model().reset_all()).exec(&tx.db).await?;
    let case = load::locked(&tx, id).await?.ok_or(Error::NotFound)?;
    let detail = json!({ "subject": &subject, "outcome": outcome, "text": words });
    history::append(&tx, now, &case.id, &history::Actor::from(member), What::RecheckAnswered, detail).await?;
    live::append(&mut tx, now, outbox::of(&case, "recheck_answered", Audience::Desk)).await?;
    let telling = Telling::about(&case, MessageKind::RecheckAnswered).of(request, 1).title(subject).words(words);
    messages::tell(records, &mut tx, now, telling).await?;
    tx.commit().await
}

/// A mark that takes the place of another.
struct Correction<'a> {
    /// Whose.
    id: ApplicationId,
    subject: &'a str,
    new: Mark,
    reason: &'a str,
}

async fn correct_in(
    records: &Records,
    tx: &mut Tx,
    member: &StaffMember,
    ground: &Ground,
    Correction { id, subject, new, reason }: Correction<'_>,
) -> Result<Option<(application::Model, String)>, Error> {
    let reason: String = reason.trim().chars().take(REASON_MAX).collect();
    if reason.is_empty() {
        return Err(ScoreRefusal::NoReason.into());
    }
    let sheet = locked_sheet(tx, ground.plan.id).await?;
    if state_of(Some(&sheet))? == ScoreState::Open {
        return Err(ScoreRefusal::NotLocked.into());
    }
    let now = records.now();
    let old = mark_of(tx, id, subject).await?.filter(|old| !matches!(old, Mark::Carried(_))).ok_or(Error::NotFound)?;
    if old == new || new == Mark::Blank {
        return Err(ScoreRefusal::SameMark.into());
    }
    let (case_id, by) = (id.to_string(), member.id.to_string());
    let source = MarkSource::Correction;
    let counting = Counting { application: &case_id, subject, mark: new, source, by: &by };
    put(tx, ground.plan.id, counting, now).await?;
    let correction = records.chance().id(now).to_string();
    let kept = score_correction::ActiveModel {
        id: Set(correction.clone()),
        application_id: Set(case_id.clone()),
        subject: Set(subject.to_owned()),
        old_kind: Set(old.kind().to_owned()),
        old_tenths: Set(old.tenths().map(i64::from)),
        new_kind: Set(new.kind().to_owned()),
        new_tenths: Set(new.tenths().map(i64::from)),
        reason: Set(reason.clone()),
        staff_id: Set(by.clone()),
        staff_name: Set(member.name.clone()),
        at: Set(now.0),
    };
    score_correction::Entity::insert(kept).exec_without_returning(&tx.db).await?;
    let case = load::locked(tx, id).await?.ok_or(Error::NotFound)?;
    if sheet.published_at.is_some() {
        renew_result(records, tx, ground, &case, Renewed { subject, old, new, by: &by }, now).await?;
    }
    let detail = json!({ "subject": subject, "text": reason });
    history::append(tx, now, &case_id, &history::Actor::from(member), What::ScoreCorrected, detail).await?;
    live::append(tx, now, outbox::of(&case, "score_corrected", Audience::Desk)).await?;
    Ok(sheet.published_at.is_some().then_some((case, correction)))
}

/// A result that changes with its mark.
struct Renewed<'a> {
    subject: &'a str,
    old: Mark,
    new: Mark,
    /// Who corrected it.
    by: &'a str,
}

/// The newest result of a subject counts for a resit. What was never passed, but believed to be, must not linger.
async fn renew_result(
    records: &Records,
    tx: &Tx,
    ground: &Ground,
    case: &application::Model,
    Renewed { subject, old, new, by }: Renewed<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(level) = ground.plan.level else { return Ok(()) };
    let owner = account::Entity::find_by_id(case.account_id.as_str()).one(&tx.db).await?.ok_or(Error::NotFound)?;
    if old == Mark::Disciplined || new == Mark::Disciplined {
        let values = vec![owner.id_index.clone().into(), ground.plan.id.to_string().into()];
        sql::run(&tx.db, "DELETE FROM subject_result WHERE id_index = $1 AND plan_id = $2", values).await?;
    }
    let pass = ground.profile.score.pass_tenths(subject);
    let fresh = |subject: &str, mark: Mark, pass: u16| subject_result::ActiveModel {
        id: Set(records.chance().id(now).to_string()),
        id_index: Set(owner.id_index.clone()),
        trade_key: Set(results::trade_key(&ground.plan)),
        level: Set(i64::from(level.number())),
        subject: Set(subject.to_owned()),
        score: Set(mark.tenths().map(i64::from)),
        outcome: Set(outcome(mark, pass).to_owned()),
        at: Set(now.0),
        plan_id: Set(Some(ground.plan.id.to_string())),
        recorded_by: Set(by.to_owned()),
    };
    let mut rows = Vec::new();
    if old == Mark::Disciplined {
        for name in &ground.plan.subjects {
            let mark = mark_of(tx, case_id(case)?, name).await?;
            let counts = mark.filter(|mark| !matches!(mark, Mark::Carried(_)));
            rows.extend(counts.map(|mark| fresh(name, mark, ground.profile.score.pass_tenths(name))));
        }
    } else if new != Mark::Disciplined {
        rows.push(fresh(subject, new, pass));
    }
    if !rows.is_empty() {
        subject_result::Entity::insert_many(rows).exec_without_returning(&tx.db).await?;
    }
    Ok(())
}

fn case_id(case: &application::Model) -> Result<ApplicationId, Error> {
    case.id.parse().map_err(|_| Error::bad_row("application", &case.id, "id"))
}

async fn mark_of(tx: &Tx, id: ApplicationId, subject: &str) -> Result<Option<Mark>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        kind: String,
        tenths: Option<i64>,
    }
    let text = "SELECT kind, tenths FROM score WHERE application_id = $1 AND subject = $2";
    let row: Option<Row> = sql::one(&tx.db, text, vec![id.to_string().into(), subject.into()]).await?;
    row.map(|row| parse_mark(&row.kind, row.tenths, subject)).transpose()
}

async fn plan_of(records: &Records, id: ApplicationId) -> Result<PlanId, Error> {
    let case = application::Entity::find_by_id(id.to_string()).one(records.read()).await?.ok_or(Error::NotFound)?;
    case.plan_id.parse().map_err(|_| Error::bad_row("application", &case.id, "plan"))
}
